"""Appends below HTTP: 64 callers of one writer, each waiting for its answer, durable every time.

What is posted was read before the clock starts; deciding it with `check`, joining it with what
others post, and recording it is what is measured.
"""

import asyncio
import gc
import time
from collections.abc import Iterator

from bench import peers, season, servers
from bench.figures import Ratio, Result, rounds
from events.codec import read_event
from services.capture.submission import Submission
from services.capture.writer import Writer
from services.settings import GARBAGE_THRESHOLDS
from services.store.log import Log

CALLERS = 64
ROUNDS = 11
GROUPS = 520
APPENDS = 6_500
PEER_APPENDS = 30_000
GOAL = 0.6

Thread = list[Submission]


async def bench() -> Result:
    async with servers.fresh() as (url, redis):
        log = await season.begin(redis, GROUPS)
        await season.record(log, season.prepared(GROUPS))
        writer = Writer(redis, season.COMPETITION)
        running = asyncio.create_task(writer.run())
        usual = gc.get_threshold()
        gc.set_threshold(*GARBAGE_THRESHOLDS)  # as capture does
        matches = iter(season.matches(range(GROUPS)))
        await _appends(writer, season.at_many_matches(matches, 1000))
        size = await entry_bytes(log)
        socket, ours = peers.socket_path(url), {"python": 0.0, "wall": 0.0}

        async def at_many() -> float:
            return await _appends(writer, season.at_many_matches(matches, APPENDS), ours)

        async def at_one() -> float:
            return await _appends(writer, season.at_one_match(matches, APPENDS))

        async def peer() -> float:
            return await peers.xadds_per_second(redis, socket, size, PEER_APPENDS)

        found = await rounds(ROUNDS, {"many": at_many, "one": at_one, "peer": peer})
        gc.set_threshold(*usual)
        running.cancel()
    return Result(
        f"Appends below HTTP: {CALLERS} callers, checked, appendfsync always",
        peers.xadd_name("the Unix socket that we use"),
        (
            Ratio("each at a match of its own", "1/s", found["many"], found["peer"], goal=GOAL),
            Ratio("all at the same match", "1/s", found["one"], found["peer"]),
        ),
        (
            f"an entry is {size} bytes and a digest; "
            f"our process was busy {ours['python'] / ours['wall']:.0%} of the time",
        ),
    )


async def entry_bytes(log: Log) -> int:
    """Give the usual size of a stored string."""
    last = await log.last(500)
    return sum(len(stored) for _, stored in last) // len(last)


async def _appends(
    writer: Writer, threads: list[list[season.Fact]], spent: dict[str, float] | None = None
) -> float:
    """Let the callers work through threads of facts, each in its order; give appends a second."""
    work = [
        [Submission((read_event(fact),), season.RECORDED_BY) for fact in thread]
        for thread in threads
    ]
    left = iter(work)
    begun, busy = time.perf_counter(), time.process_time()
    await asyncio.gather(*(_call(writer, left) for _ in range(CALLERS)))
    seconds = time.perf_counter() - begun
    if spent is not None:
        spent["python"] += time.process_time() - busy
        spent["wall"] += seconds
    return sum(map(len, work)) / seconds


async def _call(writer: Writer, threads: Iterator[Thread]) -> None:
    for thread in threads:
        for submission in thread:
            accepted = await writer.submit(submission)
            assert accepted.is_new
