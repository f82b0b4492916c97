"""From a post to the table on 200 scoreboards, against one hop through the server.

A hundred facts a second are posted; each moves the table that all viewers watch. The time runs
from when a fact is due to when a viewer has the frame that shows it.
"""

from collections.abc import Iterator
from statistics import median

from bench import peers, project, season, servers
from bench.append import entry_bytes
from bench.figures import Ratio, Result, rounds
from bench.house import helper, house
from bench.viewers import PER_SECOND, VIEWERS, Hop, Seen, Watch
from projections import GENERATION, topics
from services.store.views import Views

ROUNDS = 4
SECONDS = 5
GROUPS = 20


async def bench() -> Result:
    async with (
        servers.fresh() as (url, redis),
        house(url) as up,
        helper("bench.viewers") as viewers,
    ):
        log = await season.begin(redis, GROUPS)
        await season.record(log, season.prepared(GROUPS))
        size = await entry_bytes(log)
        await up.start("projector", listens=False)
        await up.start("http")
        await up.start("gateway")
        await project.caught_up(log, Views(redis, season.COMPETITION), GENERATION)
        groups = iter(range(GROUPS))
        watched, hopped = list[Seen](), list[Seen]()

        async def watch() -> float:
            group = next(groups)
            order = Watch(
                up["http"].port,
                up["gateway"].port,
                up.token,
                season.matches([group]),
                topics.standings(season.group_id(group)),
                SECONDS * PER_SECOND,
            )
            watched.append(await viewers.do(order, Seen))
            return watched[-1].p50_ms

        async def hop() -> float:
            order = Hop(peers.socket_path(url), size, SECONDS * PER_SECOND)
            hopped.append(await viewers.do(order, Seen))
            return hopped[-1].p50_ms

        found = await rounds(ROUNDS, {"watch": watch, "hop": hop})
    late = {"ours": [one.p99_ms for one in watched], "peer": [one.p99_ms for one in hopped]}
    return Result(
        f"From POST to frame: {PER_SECOND} facts a second, {VIEWERS} viewers of one table",
        f"XADD to a blocked XREAD, {PER_SECOND} a second, the same server and durability",
        (
            Ratio("half arrive within (p50)", "ms", found["watch"], found["hop"]),
            Ratio("99 of 100 arrive within (p99)", "ms", late["ours"], late["peer"]),
        ),
        tuple(_notes(watched)),
    )


def _notes(watched: list[Seen]) -> Iterator[str]:
    share = median(one.cpu_share for one in watched)
    arrivals = sum(one.arrivals for one in watched)
    yield "here a ratio says how many bare hops long ours takes: less is better"
    yield f"{arrivals:,} arrivals; staff and viewers together took {share:.0%} of one core"
