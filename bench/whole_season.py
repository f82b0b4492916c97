"""`make bench-season`: a whole invented pyramid through real services, and one more result.

A season of so many districts is played by `pitazo simulate`. The projector comes when a third of
it is recorded, catches up while more is played, and follows to the champion. Then the log is read
and folded again, the largest view is looked for, and results are posted by turns to a competition
of ten groups and to one of ten thousand. The exit status is 1 if a figure that must be reached is
not.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from msgspec import Struct
from redis.asyncio import Redis

from bench import machine, one_more, peers, servers
from bench.figures import Ratio, Result, table
from bench.house import House, house, resident_mib
from events.codec import decode
from projections import GENERATION
from projections.fold import Fold
from services import season
from services.settings import CATCH_UP_PAGE_EVENTS
from services.simulation import pyramid
from services.simulation.invention import competition_of
from services.store import keys
from services.store.log import Log
from services.store.views import Views, view_epoch_of

FILE = Path("seasons/copa-peru-2013-simulated")
SEED = 1
SERVICES = ("capture", "reader", "gateway")
GOAL = 0.15
TOPIC_BYTES_MAX = 64 * 1024
PLAYED_BEFORE_SHARE = 3
EVENTS_PER_CLUB_ABOUT = 57
WINDOW_SECONDS = 3.0
POLL_SECONDS = 0.5
PEER_EVENTS = 20_000
REPLAYS = 3
SCAN_COUNT = 1_000
MIB = 1024 * 1024


class Window(Struct, frozen=True):
    """What the projector did in some seconds, and how fast bare pages were read after it."""

    events: int
    seconds: float
    cpu_seconds: float
    behind: int
    pages_per_second: float


def main() -> int:
    assert __doc__, "it says what it promises"
    parser = argparse.ArgumentParser(prog="python -m bench.whole_season")
    parser.add_argument("--districts", type=int, default=pyramid.DISTRICTS)
    districts = parser.parse_args().districts
    print(machine.told(), flush=True)
    missed = False
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        for bench in (whole(districts), one_more.bench()):
            begun = time.monotonic()
            result = runner.run(bench)
            print(f"\n{table(result)}\n  took {time.monotonic() - begun:.0f} s", flush=True)
            missed |= any(ratio.is_missed for ratio in result.ratios)
    return 1 if missed else 0


async def whole(districts: int) -> Result:
    async with servers.fresh() as (url, redis), house(url) as up:
        for name in SERVICES:
            await up.start(name)
        competition = competition_of(pyramid.extended(season.read(FILE), districts), SEED)
        log = Log(redis, competition)
        begun = time.perf_counter()
        playing = await _simulate(up, districts)
        some = districts * pyramid.SIZE.clubs_most * EVENTS_PER_CLUB_ABOUT // PLAYED_BEFORE_SHARE
        await _has_come_to(log, some, playing)
        await up.start("projector", listens=False)
        windows = [window async for window in _watched(url, redis, log, up, playing)]
        seconds = time.perf_counter() - begun
        events, largest = (await log.tail()).position, await _largest(redis, competition)
        taken = await _taken(up, redis, events)
        again, pages = await _replays(url, log, events)
        stored = await redis.memory_usage(keys.log(competition), samples=0) or 0
    behind = [window for window in windows if window.behind > window.events] or windows
    return Result(
        f"A season of {districts:,} districts, {events:,} events, played in {seconds:.0f} s",
        "XRANGE over a bare socket, parsed by hiredis, looking at nothing that comes",
        (
            _ratio("projector, catching up while more comes", behind, "seconds"),
            _ratio("projector, for a second of its CPU", windows, "cpu_seconds"),
            Ratio("read, decoded and folded again", "events/s", again, pages),
            Ratio("64 KiB to the largest view", "B", [TOPIC_BYTES_MAX], [largest[0]], must=1.0),
        ),
        (*_notes(windows, events, seconds, again, largest, stored), *taken),
    )


# The season


async def _simulate(up: House, districts: int) -> asyncio.subprocess.Process:
    url = f"http://127.0.0.1:{up['capture'].port}"
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "services.cli", "simulate", str(FILE)),
        *("--districts", str(districts), "--seed", str(SEED), "--speed", "0"),
        *("--url", url, "--token", up.token),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def _has_come_to(log: Log, position: int, playing: asyncio.subprocess.Process) -> None:
    while True:
        if playing.returncode is not None or (await log.tail()).position >= position:
            return
        await asyncio.sleep(POLL_SECONDS)


async def _watched(
    url: str, redis: Redis, log: Log, up: House, playing: asyncio.subprocess.Process
) -> AsyncIterator[Window]:
    """Look at the projector now and then, until the season is over and all of it in the views."""
    views = Views(redis, log.competition)
    view_epoch = view_epoch_of((await log.tail()).epoch, GENERATION)
    stream, projector = keys.log(log.competition), up["projector"]
    while True:
        before, busy = await views.checkpoint(view_epoch), projector.cpu_seconds()
        begun = time.perf_counter()
        await asyncio.sleep(WINDOW_SECONDS)
        reached, seconds = await views.checkpoint(view_epoch), time.perf_counter() - begun
        spent = projector.cpu_seconds() - busy
        tail = (await log.tail()).position
        pages = peers.pages_per_second(url, stream, min(PEER_EVENTS, tail), CATCH_UP_PAGE_EVENTS)
        if reached > before or spent:
            yield Window(reached - before, seconds, spent, tail - reached, pages)
        if playing.returncode is not None and reached == tail:
            assert playing.returncode == 0, f"the season ended with status {playing.returncode}"
            return


# Afterwards


async def _largest(redis: Redis, competition: str) -> tuple[int, str, int]:
    """Give the bytes of the largest view, its topic, and how many views there are."""
    epoch = view_epoch_of((await Log(redis, competition).tail()).epoch, GENERATION)
    largest, count = (0, ""), 0
    scanned: Any = redis.hscan_iter(keys.views(competition, epoch), count=SCAN_COUNT)
    async for topic, view in scanned:
        count += 1
        largest = max(largest, (len(view), topic.decode()))
    return *largest, count


async def _taken(up: House, redis: Redis, events: int) -> tuple[str, str]:
    """Say what the season has taken of memory and of CPU, process by process."""
    used = await redis.info("memory")
    memory = [f"server {used['used_memory_rss'] / MIB:,.0f}"]
    cpu = [f"server {1e6 * await servers.cpu_seconds(redis) / events:,.0f}"]
    for name in (*SERVICES, "projector"):
        pid = up[name].process.pid
        at_most = resident_mib(pid, at_most=True)
        memory.append(f"{name} {resident_mib(pid):,.0f} (at most {at_most:,.0f})")
        cpu.append(f"{name} {1e6 * up[name].cpu_seconds() / events:,.0f}")
    return f"resident MiB: {', '.join(memory)}", f"CPU µs an event: {', '.join(cpu)}"


async def _replays(url: str, log: Log, events: int) -> tuple[list[float], list[float]]:
    """Fold all of the log again, by turns with reading it and nothing else."""
    again, pages = list[float](), list[float]()
    for _ in range(REPLAYS):
        fold, begun = Fold(), time.perf_counter()
        while page := await log.read(fold.position, CATCH_UP_PAGE_EVENTS):
            for _, stored in page:
                fold.advance(decode(stored))
        again.append(events / (time.perf_counter() - begun))
        stream = keys.log(log.competition)
        pages.append(peers.pages_per_second(url, stream, events, CATCH_UP_PAGE_EVENTS))
    return again, pages


def _ratio(what: str, windows: list[Window], of: str) -> Ratio:
    """Compare all windows together: a checkpoint moves by leaps, now in one, now in the next."""
    events = sum(window.events for window in windows)
    peer = median(window.pages_per_second for window in windows)
    ours = events / sum(getattr(window, of) for window in windows)
    return Ratio(what, "events/s", [ours], [peer], goal=GOAL)


def _notes(
    windows: list[Window],
    events: int,
    seconds: float,
    again: list[float],
    largest: tuple[int, str, int],
    stored: int,
) -> Iterator[str]:
    followed = [window.behind for window in windows if window.behind <= window.events]
    yield f"invented, posted and recorded: {events / seconds:,.0f} events/s"
    folded = events / median(again)
    yield f"folded again in {folded:.1f} s; the stream takes {stored / MIB:,.0f} MiB"
    if followed:
        yield f"once caught up, the views were {median(followed):,.0f} events behind (median)"
    yield f"{largest[2]:,} views; the largest is {largest[1]}, {largest[0]:,} B"


if __name__ == "__main__":
    sys.exit(main())
