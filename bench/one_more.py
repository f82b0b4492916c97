"""What one more result costs with ten groups and with ten thousand: from the post to the views.

Two competitions are kept by the same processes. A result is posted through capture, and the
clock stops when the doorbell says that it is in the views.
"""

import asyncio
import time
from collections.abc import Iterator
from itertools import islice
from statistics import median

from redis.asyncio import Redis

from bench import season, servers
from bench.figures import Ratio, Result, rounds
from bench.house import House, house
from bench.load import end_of_answer, request
from projections import GENERATION
from services.settings import LIVE_FRAME_BYTES_MAX
from services.store.log import Log
from services.store.views import Views, doorbells, view_epoch_of

FEW, MANY = 10, 10_000
ROUNDS = 9
RESULTS = 12
WORKERS = ("capture", "projector")
MUST = 0.5
"""Of its speed with few groups, a result must keep as much with many: twice as long is too much."""

CATCH_UP_SECONDS = 300.0
POLL_SECONDS = 0.5


class Side:
    """A competition of so many groups, and what its results have taken."""

    def __init__(self, redis: Redis, up: House, groups: int) -> None:
        self.groups = groups
        self.competition = f"bench-{groups}"
        self.seconds: list[float] = []
        self.busy = {"capture": 0.0, "projector": 0.0, "server": 0.0}
        self._redis = redis
        self._up = up
        self._log = Log(redis, self.competition)
        self._views = Views(redis, self.competition)
        # A match of each group by turns, so that no table fills sooner than the others.
        numbers = range(season.MATCHES_PER_GROUP)
        self._matches = iter(
            [season.match_id(group, number) for number in numbers for group in range(groups)]
        )

    async def prepare(self) -> None:
        await season.begin(self._redis, self.groups, self.competition)
        await season.record(self._log, season.prepared(self.groups))

    async def caught_up(self) -> None:
        tail = await self._log.tail()
        async with asyncio.timeout(CATCH_UP_SECONDS):
            epoch = view_epoch_of(tail.epoch, GENERATION)
            while True:
                if await self._views.checkpoint(epoch) == tail.position:
                    return
                await asyncio.sleep(POLL_SECONDS)

    async def results(self, number: int) -> float:
        """Post so many results, one after the other; give how many a second were in the views."""
        before = await self._spent()
        taken = [await self._result(match) for match in islice(self._matches, number)]
        for name, seconds in (await self._spent()).items():
            self.busy[name] += seconds - before[name]
        self.seconds += taken
        return 1 / median(taken)

    async def _result(self, match: str) -> float:
        fact: season.Fact = {
            "id": season.new_id(), "type": "result_recorded", "match": match, "home": 2, "away": 1,
        }  # fmt: skip
        port, token = self._up["capture"].port, self._up.token
        last = await self._views.changes_tail()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begun = time.perf_counter()
        writer.write(request(port, token, fact, self.competition))
        answer = b""
        while end_of_answer(answer) is None:
            answer += await reader.read(LIVE_FRAME_BYTES_MAX)
        assert b" 201 " in answer[:20], answer
        tail, reached = (await self._log.tail()).position, 0
        while reached < tail:
            for _, doorbell in await doorbells(self._redis, {self.competition: last}):
                last, reached = doorbell.id, doorbell.to
        seconds = time.perf_counter() - begun
        writer.close()
        return seconds

    async def _spent(self) -> dict[str, float]:
        spent = {name: self._up[name].cpu_seconds() for name in WORKERS}
        return {**spent, "server": await servers.cpu_seconds(self._redis)}

    def cpu_milliseconds(self) -> dict[str, float]:
        return {name: 1000 * busy / len(self.seconds) for name, busy in self.busy.items()}


async def bench() -> Result:
    async with servers.fresh() as (url, redis), house(url) as up:
        few, many = Side(redis, up, FEW), Side(redis, up, MANY)
        for side in (few, many):
            await side.prepare()
        for name in WORKERS:
            await up.start(name, listens=name == "capture")
        for side in (few, many):
            await side.caught_up()
            await side.results(RESULTS)  # what a process does the first time
            side.seconds, side.busy = [], dict.fromkeys(side.busy, 0.0)

        async def with_many() -> float:
            return await many.results(RESULTS)

        async def with_few() -> float:
            return await few.results(RESULTS)

        found = await rounds(ROUNDS, {"many": with_many, "few": with_few})
    cpu_few, cpu_many = (sum(side.cpu_milliseconds().values()) for side in (few, many))
    return Result(
        f"One more result with {MANY:,} groups: POST to committed views, one at a time",
        f"the same with {FEW} groups",
        (
            Ratio("results of which one waits for another", "1/s", *_both(found), must=MUST),
            Ratio("results for a second of CPU", "1/s", [1000 / cpu_many], [1000 / cpu_few], MUST),
        ),
        tuple(_notes(few, many)),
    )


def _both(found: dict[str, list[float]]) -> tuple[list[float], list[float]]:
    return found["many"], found["few"]


def _notes(few: Side, many: Side) -> Iterator[str]:
    for side in (few, many):
        told = ", ".join(f"{name} {spent:.1f}" for name, spent in side.cpu_milliseconds().items())
        yield (
            f"with {side.groups:,} groups: {1000 * median(side.seconds):.1f} ms a result; "
            f"CPU ms of {told}"
        )
