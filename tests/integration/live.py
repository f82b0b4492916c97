"""A gateway, a competition whose log and views a test moves by hand, and scoreboards."""

import asyncio
import contextlib
import itertools
import socket
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect

from events.codec import capture_bytes, read_event
from services import gateway
from services.gateway.messages import Said
from services.settings import LiveLimits, Settings
from services.store.log import Log, NewEvent, Recorded, Unit
from services.store.views import Views, view_epoch_of
from tests.integration.facts import BEGINNING, COMPETITION, fact
from tests.integration.football import REGULATIONS, sent

DEADLINE_SECONDS = 20.0
POLL_SECONDS = 0.01
SAID = msgspec.json.Decoder(Said)
QUICK = LiveLimits(heartbeat_ms=100, recheck_seconds=0.2)


@asynccontextmanager
async def serving(
    redis: Redis, limits: LiveLimits = QUICK, settings: Settings | None = None
) -> AsyncIterator[str]:
    """A gateway at work; gives its address. One that dies fails the test."""
    listening = gateway.listen("127.0.0.1", 0)
    host, port = listening.getsockname()
    work = asyncio.create_task(gateway.serve(settings or Settings(), redis, listening, limits))
    try:
        yield f"{host}:{port}"
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def eventually(true: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not await true():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(POLL_SECONDS)


async def get(address: str, path: str, **headers: str) -> tuple[int, str]:
    """What plain HTTP answers at the gateway's address."""
    request = urllib.request.Request(f"http://{address}{path}", headers=headers)

    def fetch() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.read().decode()

    return await asyncio.to_thread(fetch)


async def measured(address: str, name: str) -> int:
    """One figure of /metrics."""
    _, text = await get(address, "/metrics")
    [value] = [line.split()[-1] for line in text.splitlines() if line.startswith(f"{name} ")]
    return int(value)


async def is_measured(address: str, name: str, value: int) -> bool:
    return await measured(address, name) == value


class Ground:
    """One competition: `record` moves its log, `show` its views."""

    def __init__(self, redis: Redis, competition: str) -> None:
        self.competition = competition
        self.log = Log(redis, competition)
        self.views = Views(redis, competition)
        self.generation = 1
        self.checkpoint = 0
        self._numbers = itertools.count(1)

    async def epoch(self) -> str:
        return view_epoch_of((await self.log.tail()).epoch, self.generation)

    async def record(self, count: int = 1, text: str = "") -> int:
        """Append facts; give the position of the last."""
        facts = tuple(fact(next(self._numbers), text=text) for _ in range(count))
        [answer] = await self.log.append([Unit(facts)])
        assert isinstance(answer, Recorded), answer
        return answer.places[-1].position

    async def show(self, **says: Any) -> int:
        """Commit what topics, named with __ for the slash, say at the end of the log."""
        end = (await self.log.tail()).position
        data = {name.replace("__", "/"): msgspec.json.encode(says[name]) for name in says}
        written = {topic: b"%d:%b" % (end, text) for topic, text in data.items()}
        await self.views.commit(await self.epoch(), self.checkpoint, end, written)
        self.checkpoint = end
        return end

    async def play(self, **says: Any) -> int:
        """Record a fact and show what it changed."""
        await self.record()
        return await self.show(**says)


async def ground(
    redis: Redis, competition: str = COMPETITION, *, private: bool = False, **says: Any
) -> Ground:
    """A competition that was just created, with its first views."""
    made = Ground(redis, competition)
    creation = read_event(
        sent(
            "competition_created",
            competition,
            competition=competition,
            regulations=REGULATIONS,
            private=private,
        )
    )
    first = NewEvent(
        creation.id_bytes, BEGINNING, creation.digest, capture_bytes(creation, "operator:1")
    )
    await made.log.append([Unit((first,), creates=True)])
    await made.show(**({"live": [], "standings__g": {"rows": []}} | says))
    return made


class Board:
    """A scoreboard: it sends, and hears what concerns it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, **message: Any) -> None:
        await self.connection.send(msgspec.json.encode(message).decode())

    async def subscribe(
        self, topic: str, id: str = "s1", competition: str = COMPETITION, **since: Any
    ) -> None:
        await self.send(type="subscribe", id=id, competition=competition, topic=topic, **since)

    async def hear(self, *kinds: str) -> dict[str, Any]:
        """The next message; of these kinds, or any but welcome and heartbeat.

        Whatever comes, it has a shape that the document of the socket gives.
        """
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                text = await self.connection.recv()
                SAID.decode(text)
                said: dict[str, Any] = msgspec.json.decode(text)
                if said["type"] in kinds or not (kinds or said["type"] in ("welcome", "heartbeat")):
                    return said

    async def hear_events(self, last: int) -> list[dict[str, Any]]:
        """Events of a feed until the one at a position."""
        told = [await self.hear("event")]
        while told[-1]["position"] < last:
            told.append(await self.hear("event"))
        return told

    async def fall_silent(self, seconds: float) -> None:
        """Wait until nothing at all has been said for so long."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            with contextlib.suppress(asyncio.TimeoutError):
                while True:
                    await asyncio.wait_for(self.connection.recv(), seconds)

    async def hear_end(self) -> tuple[int | None, str | None]:
        """The code and reason with which the gateway ends the connection."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


@asynccontextmanager
async def board(address: str, **options: Any) -> AsyncIterator[Board]:
    options = {"subprotocols": ["pitazo.v1"], "compression": None, "proxy": None} | options
    async with connect(f"ws://{address}/v1/live", **options) as connection:
        yield Board(connection)


@asynccontextmanager
async def sleepy_board(address: str) -> AsyncIterator[Board]:
    """A board that takes in next to nothing while it does not listen, like a phone far out."""
    host, port = address.split(":")
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    narrow.connect((host, int(port)))
    options = {"max_queue": 1, "ping_interval": None, "close_timeout": 0.1}
    async with board(address, sock=narrow, **options) as sleeper:
        yield sleeper
