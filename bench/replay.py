"""Replay: a log of 200,000 events read, decoded and folded, against reading it and nothing else."""

import time

from bench import peers, season, servers
from bench.figures import Ratio, Result, rounds
from events.codec import decode
from projections.fold import Fold
from services.settings import CATCH_UP_PAGE_EVENTS
from services.store import keys

EVENTS = 200_000
ROUNDS = 5
GOAL = 0.35


async def bench() -> Result:
    async with servers.fresh() as (url, redis):
        groups = season.groups_for(EVENTS)
        log = await season.begin(redis, groups)
        await season.record(log, season.season(groups))
        stream = keys.log(season.COMPETITION)

        async def replay() -> float:
            fold = Fold()
            begun = time.perf_counter()
            while page := await log.read(fold.position, CATCH_UP_PAGE_EVENTS):
                for _, stored in page:
                    fold.advance(decode(stored))
            assert fold.position >= EVENTS
            return fold.position / (time.perf_counter() - begun)

        async def read() -> float:
            position, begun = 0, time.perf_counter()
            while page := await log.read(position, CATCH_UP_PAGE_EVENTS):
                position = page[-1][0]
            return position / (time.perf_counter() - begun)

        async def peer() -> float:
            return peers.pages_per_second(url, stream, EVENTS, CATCH_UP_PAGE_EVENTS)

        found = await rounds(ROUNDS, {"replay": replay, "read": read, "peer": peer})
    return Result(
        f"Replay of {EVENTS:,} events, pages of {CATCH_UP_PAGE_EVENTS}",
        "XRANGE over a bare socket, parsed by hiredis, looking at nothing that comes",
        (
            Ratio(
                "read, decoded and folded", "events/s", found["replay"], found["peer"], goal=GOAL
            ),
            Ratio("read only, by our client", "events/s", found["read"], found["peer"]),
        ),
    )
