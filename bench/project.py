"""The projector whole: a log read through FastStream, folded, rendered and committed."""

import asyncio
import time

from bench import peers, season, servers
from bench.figures import Ratio, Result, rounds
from projections import GENERATION
from services.projector import project
from services.settings import CATCH_UP_PAGE_EVENTS
from services.store import keys
from services.store.log import Log
from services.store.views import Views, view_epoch_of

EVENTS = 20_000
ROUNDS = 3
POLL_SECONDS = 0.01
TIMEOUT_SECONDS = 60.0


async def bench() -> Result:
    async with servers.fresh() as (url, redis):
        groups = season.groups_for(EVENTS)
        log = await season.begin(redis, groups)
        await season.record(log, season.season(groups))
        views = Views(redis, season.COMPETITION)
        generations = iter(range(GENERATION, GENERATION + ROUNDS))

        async def ours() -> float:
            begun = time.perf_counter()
            projecting = asyncio.create_task(project(url, redis, generation := next(generations)))
            events = await caught_up(log, views, generation)
            seconds = time.perf_counter() - begun
            projecting.cancel()
            await asyncio.wait([projecting])
            return events / seconds

        async def peer() -> float:
            stream = keys.log(season.COMPETITION)
            return peers.pages_per_second(url, stream, EVENTS, CATCH_UP_PAGE_EVENTS)

        found = await rounds(ROUNDS, {"ours": ours, "peer": peer})
    return Result(
        f"The projector from an empty build: {EVENTS:,} events of {groups} groups",
        "XRANGE over a bare socket, parsed by hiredis, looking at nothing that comes",
        (Ratio("read, folded, rendered, committed", "events/s", found["ours"], found["peer"]),),
    )


async def caught_up(log: Log, views: Views, generation: int) -> int:
    """Wait until all of the log is in the views; give how many events that is."""
    tail = await log.tail()
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            checkpoint = await views.checkpoint(view_epoch_of(tail.epoch, generation))
            if checkpoint == tail.position:
                return tail.position
            await asyncio.sleep(POLL_SECONDS)
