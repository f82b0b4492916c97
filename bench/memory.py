"""What a log of a million events takes in the server's memory, with its ids and versions."""

import time

from bench import season, servers
from bench.figures import Ratio, Result
from services.store import keys

EVENTS = 1_000_000
MIB = 1024 * 1024


async def bench() -> Result:
    async with servers.fresh() as (_, redis):
        empty = (await redis.info("memory"))["used_memory"]
        groups = season.groups_for(EVENTS)
        log = await season.begin(redis, groups)
        begun = time.perf_counter()
        stored_bytes = await season.record(log, season.season(groups))
        seconds = time.perf_counter() - begun
        events = (await log.tail()).position
        used = await redis.info("memory")
        parts = {
            "the stream": keys.log(season.COMPETITION),
            "the ids": keys.ids(season.COMPETITION),
            "the versions": keys.versions(season.COMPETITION),
        }
        sizes = {name: await redis.memory_usage(key, samples=0) or 0 for name, key in parts.items()}
    whole = used["used_memory"] - empty
    told = ", ".join(f"{name} {size / MIB:,.0f} MiB" for name, size in sizes.items())
    return Result(
        f"Memory of a log of {events:,} events",
        "the stored strings themselves, byte for byte",
        (Ratio("log, ids and versions", "bytes/event", [whole / events], [stored_bytes / events]),),
        (
            f"{whole / MIB:,.0f} MiB in all: {told}; "
            f"resident {used['used_memory_rss'] / MIB:,.0f} MiB",
            f"recorded in {seconds:.0f} s, {EVENTS / seconds:,.0f} events/s in units of 100",
        ),
    )
