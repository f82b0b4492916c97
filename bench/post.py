"""The same appends through HTTP: one capture process, 64 connections that stay open.

They are TCP, so the peer's are. Capture itself uses the Unix socket of the server beside it, over
which the peer does more: what must be reached must be against that too.
"""

from collections.abc import Iterator
from itertools import islice
from statistics import median

from bench import peers, season, servers
from bench.append import CALLERS, PEER_APPENDS, entry_bytes
from bench.figures import Ratio, Result, rounds
from bench.house import Helper, House, helper, house
from bench.load import Posted, Posts

ROUNDS = 11
GROUPS = 540
POSTS = 6_500
WARM_UP_POSTS = 2_000
MUST = 0.15
GOAL = 0.4


class Bench:
    def __init__(self, capture: House, load: Helper) -> None:
        self.answers: list[Posted] = []
        self.capture_seconds = 0.0
        self._house = capture
        self._load = load
        self._matches = iter(season.matches(range(GROUPS)))

    async def posts(self, number: int, *, at_one: bool) -> float:
        """Post so many facts; give how many a second were recorded."""
        capture = self._house["capture"]
        each = season.FACTS_AT_CROWDED_MATCH if at_one else season.FACTS_PER_MATCH - 1
        matches = list(islice(self._matches, number // each))
        before = capture.cpu_seconds()
        order = Posts(capture.port, self._house.token, CALLERS, matches, number, at_one)
        posted = await self._load.do(order, Posted)
        assert posted.statuses == {201: posted.requests}, posted.statuses
        self.capture_seconds += capture.cpu_seconds() - before
        self.answers.append(posted)
        return posted.requests / posted.seconds


async def bench() -> Result:
    async with (
        servers.fresh() as (url, redis),
        house(url) as capture,
        helper("bench.load") as load,
    ):
        log = await season.begin(redis, GROUPS)
        await season.record(log, season.prepared(GROUPS))
        await capture.start("capture")
        run = Bench(capture, load)
        await run.posts(WARM_UP_POSTS, at_one=False)
        size, port = await entry_bytes(log), await servers.open_port(redis)
        run.answers.clear()
        run.capture_seconds = 0.0

        async def at_many() -> float:
            return await run.posts(POSTS, at_one=False)

        async def at_one() -> float:
            return await run.posts(POSTS, at_one=True)

        async def tcp() -> float:
            return await peers.xadds_per_second(redis, port, size, PEER_APPENDS)

        async def unix() -> float:
            path = peers.socket_path(url)
            return await peers.xadds_per_second(redis, path, size, PEER_APPENDS)

        turns = {"many": at_many, "one": at_one, "tcp": tcp, "unix": unix}
        found = await rounds(ROUNDS, turns)
    many, one, peer, by_socket = found["many"], found["one"], found["tcp"], found["unix"]
    return Result(
        f"Appends through HTTP: one process, {CALLERS} connections, appendfsync always",
        peers.xadd_name("TCP loopback"),
        (
            Ratio("each at a match of its own", "1/s", many, peer, must=MUST, goal=GOAL),
            Ratio(
                "the same, peer over the Unix socket", "1/s", many, by_socket, must=MUST, goal=GOAL
            ),
            Ratio("all at the same match", "1/s", one, peer),
        ),
        tuple(_notes(run)),
    )


def _notes(run: Bench) -> Iterator[str]:
    seconds = sum(posted.seconds for posted in run.answers)
    load = sum(posted.cpu_seconds for posted in run.answers)
    yield (
        f"answered within {median(p.p50_ms for p in run.answers):.1f} ms (p50), "
        f"{median(p.p99_ms for p in run.answers):.1f} ms (p99)"
    )
    yield (
        f"of one core the load generator took {load / seconds:.0%}, "
        f"capture {run.capture_seconds / seconds:.0%}"
    )
