"""Services in processes of their own, several of a kind, and who posts to them and watches them.

Whoever watches holds every message against what it was told before: nothing goes back, nothing
comes twice, no event is left out, whichever copy it comes from.
"""

import asyncio
import itertools
import json
import os
import random
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import msgspec
from redis.asyncio import Redis
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from services import gateway, http
from services.settings import EVENTS_PER_UNIT_MAX
from services.store.log import Log
from services.store.views import Views
from services.viewer import SUBPROTOCOL
from tests.integration.facts import COMPETITION
from tests.integration.football import CREATED, ENTERED, MATCHES, SCHEDULED, goal, note
from tests.integration.servers import POLL_SECONDS
from tests.integration.web import EVENTS

LISTENS: dict[str, Callable[[str, int], socket.socket]] = {
    "capture": http.listen,
    "reader": http.listen,
    "http": http.listen,
    "gateway": gateway.listen,
}
NOTHING_ALTERED: Mapping[str, float] = {}
QUICK_LEASE = {"services.settings.LEASE_SECONDS": 0.8, "services.settings.LEASE_RENEW_SECONDS": 0.2}


class Copy:
    """One process of a service; what it listens on outlives it, as behind a proxy."""

    def __init__(self, service: str, url: str, altered: Mapping[str, float]) -> None:
        self.service = service
        self._url = url
        self._altered = altered
        self._listening = LISTENS[service]("127.0.0.1", 0) if service in LISTENS else None
        self._process: Process | None = None

    @property
    def address(self) -> str:
        assert self._listening, f"{self.service} listens on nothing"
        host, port = self._listening.getsockname()
        return f"{host}:{port}"

    async def start(self) -> None:
        inherited = [self._listening.fileno()] if self._listening else []
        options = [part for one in inherited for part in ("--socket", str(one))]
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "tests.integration.altered"),
            *(json.dumps(dict(self._altered)), "serve", self.service, *options),
            stdin=DEVNULL,
            env={**os.environ, "PITAZO_REDIS_URL": self._url},
            pass_fds=inherited,
        )

    async def end(self, signalled: signal.Signals) -> int:
        """End it, well or not; give its exit status."""
        assert self._process, "it has not been started"
        assert self._process.returncode is None, f"{self.service} has ended by itself"
        self._process.send_signal(signalled)
        return await self._process.wait()

    async def close(self) -> None:
        if self._process and self._process.returncode is None:
            await self.end(signal.SIGKILL)
        if self._listening:
            self._listening.close()


@asynccontextmanager
async def copies(
    url: str, services: Sequence[str], altered: Mapping[str, float] = NOTHING_ALTERED
) -> AsyncIterator[list[Copy]]:
    """These services at work on one server, with some constants of their code altered."""
    made = [Copy(service, url, altered) for service in services]
    try:
        for copy in made:
            await copy.start()
        yield made
    finally:
        for copy in made:
            await copy.close()


# Whoever posts


class Acknowledged:
    """Ids of what was posted and the positions that were answered."""

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self.positions)


async def post(client: httpx.AsyncClient, path: str, body: object) -> httpx.Response:
    """Post until there is an answer, whatever happens to who answers."""
    while True:
        try:
            answer = await client.post(path, json=body)
        except httpx.TransportError:
            await asyncio.sleep(POLL_SECONDS)
            continue
        if answer.status_code in (429, 503):
            await asyncio.sleep(POLL_SECONDS)
            continue
        assert answer.status_code in (200, 201), answer.text
        return answer


def caller(address: str, token: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(base_url=f"http://{address}", headers=headers)


async def open_competition(
    address: str,
    token: str,
    created: Mapping[str, Any] = CREATED,
    opening: Sequence[Mapping[str, Any]] = (*ENTERED, *SCHEDULED),
) -> None:
    async with caller(address, token) as client:
        await post(client, "/v1/competitions", created)
        for first in range(0, len(opening), EVENTS_PER_UNIT_MAX):
            await post(client, EVENTS, opening[first : first + EVENTS_PER_UNIT_MAX])


async def write(
    client: httpx.AsyncClient, number: int, acknowledged: Acknowledged, pause_seconds: float
) -> None:
    """Post goals for home teams and notes until cancelled."""
    chance = random.Random(number)
    turn = 0
    while True:
        turn += 1
        name = f"writer {number} turn {turn}"
        event = goal(name, chance.choice(MATCHES)) if chance.random() < 0.3 else note(name)
        answer = await post(client, EVENTS, event)
        acknowledged.positions[event["id"]] = answer.json()["recorded"][0]["position"]
        await asyncio.sleep(pause_seconds)


@asynccontextmanager
async def writing(
    address: str, token: str, writers: int, pause_seconds: float
) -> AsyncIterator[Acknowledged]:
    """Writers at work at an address; one that is told no fails the test."""
    acknowledged = Acknowledged()
    async with caller(address, token) as client:
        work = [
            asyncio.create_task(write(client, number, acknowledged, pause_seconds))
            for number in range(writers)
        ]
        try:
            yield acknowledged
        finally:
            await _ended(work)


async def play_on(
    client: httpx.AsyncClient,
    facts: Iterator[Mapping[str, Any]],
    acknowledged: Acknowledged,
    pause_seconds: float,
) -> None:
    """Post what happens in a season, some facts at a time, until cancelled before its end."""
    chance = random.Random(1)
    while some := list(itertools.islice(facts, chance.randint(1, 5))):
        answer = await post(client, EVENTS, some)
        places = answer.json()["recorded"]
        acknowledged.positions |= {place["id"]: place["position"] for place in places}
        await asyncio.sleep(pause_seconds)


@asynccontextmanager
async def playing(
    address: str, token: str, facts: Iterator[Mapping[str, Any]], pause_seconds: float
) -> AsyncIterator[Acknowledged]:
    """A season that goes on; a fact that is refused, or its end, fails the test."""
    acknowledged = Acknowledged()
    async with caller(address, token) as client:
        work = asyncio.create_task(play_on(client, facts, acknowledged, pause_seconds))
        try:
            yield acknowledged
        finally:
            await _ended([work])


async def assert_all_is_recorded_once(redis: Redis, acknowledged: Acknowledged) -> None:
    entries = await Log(redis, COMPETITION).read(0, 1_000_000)  # raises where there is a gap
    found = {msgspec.json.decode(stored)["id"]: position for position, stored in entries}
    assert len(found) == len(entries)
    assert {id_: found.get(id_) for id_ in acknowledged.positions} == acknowledged.positions


async def tail(redis: Redis) -> int:
    return (await Log(redis, COMPETITION).tail()).position


async def views_reach(redis: Redis, position: int) -> bool:
    served = await Views(redis, COMPETITION).read([])
    return served is not None and served.checkpoint >= position


# Whoever reads


async def read(addresses: Sequence[str], topics: Sequence[str], seed: int) -> None:
    """Ask for views at one reader or another until cancelled; no answer is older than the last."""
    chance = random.Random(seed)
    newest: Counter[str] = Counter()
    async with httpx.AsyncClient() as client:
        while True:
            topic = chance.choice(topics)
            path = f"/v1/competitions/{COMPETITION}/views/{topic}"
            with suppress(httpx.TransportError):
                answer = await client.get(f"http://{chance.choice(addresses)}{path}")
                if answer.status_code == 200:
                    position = answer.json()["position"]
                    assert position >= newest[topic], f"{topic} went back"
                    newest[topic] = position
                else:
                    assert answer.status_code == 503, answer.text
            await asyncio.sleep(5 * POLL_SECONDS)


@asynccontextmanager
async def reading(
    addresses: Sequence[str], topics: Sequence[str], readers: int
) -> AsyncIterator[None]:
    work = [asyncio.create_task(read(addresses, topics, seed)) for seed in range(readers)]
    try:
        yield
    finally:
        await _ended(work)


# Whoever watches


class Spectator:
    """A scoreboard that comes back to one gateway or another, with what it holds."""

    def __init__(self, addresses: Sequence[str], topic: str, seed: int) -> None:
        self.topic = topic
        self.epochs: list[str] = []
        self.position = -1
        self.data: Any = None
        self.breaks = 0
        self._addresses = addresses
        self._chance = random.Random(seed)

    async def watch(self) -> None:
        """Watch until cancelled."""
        while True:
            address = self._chance.choice(self._addresses)
            with suppress(OSError, InvalidHandshake, ConnectionClosed):
                async with connect(
                    f"ws://{address}/v1/live",
                    subprotocols=[SUBPROTOCOL],
                    compression=None,
                    proxy=None,
                    close_timeout=0.1,
                ) as connection:
                    await self._subscribe(connection)
                    async for said in connection:
                        self._hear(msgspec.json.decode(said))
            self.breaks += 1
            await asyncio.sleep(self._chance.uniform(0, 20 * POLL_SECONDS))

    async def _subscribe(self, connection: ClientConnection) -> None:
        request: dict[str, Any] = {"id": "1", "competition": COMPETITION, "topic": self.topic}
        if self.epochs:
            request["since"] = {"epoch": self.epochs[-1], "position": self.position}
        await connection.send(json.dumps({"type": "subscribe", **request}))

    def _hear(self, said: dict[str, Any]) -> None:
        match said["type"]:
            case "snapshot":
                assert said["epoch"] not in self.epochs, f"{self.topic} went back to an epoch"
                self.epochs.append(said["epoch"])
                self._show(said["position"], said["data"])
            case "resumed":
                assert (said["epoch"], said["position"]) == (self.epochs[-1], self.position)
            case "update":
                assert said["position"] > self.position, f"{self.topic} went back"
                self._show(said["position"], said["data"])
            case "event":
                assert said["position"] == self.position + 1, "an event is missing or comes twice"
                self._show(said["position"], said["event"])
            case "error":
                raise ConnectionAbortedError(said["message"])

    def _show(self, position: int, data: Any) -> None:
        assert _goals(data) >= _goals(self.data), f"{self.topic} took a goal back"
        self.position, self.data = position, data


def _goals(data: Any) -> int:
    """The goals of the home team, which no writer here takes back."""
    score = data.get("score") if isinstance(data, dict) else None
    return score["home"] if score else 0


@asynccontextmanager
async def watching(
    addresses: Sequence[str], topics: Sequence[str], spectators: int
) -> AsyncIterator[list[Spectator]]:
    """Spectators of these topics by turns; one that was told anything wrong fails the test."""
    watchers = [
        Spectator(addresses, topics[number % len(topics)], number) for number in range(spectators)
    ]
    work = [asyncio.create_task(watcher.watch()) for watcher in watchers]
    try:
        yield watchers
    finally:
        await _ended(work)


def all_hold(redis: Redis, watchers: Sequence[Spectator]) -> Callable[[], Awaitable[bool]]:
    """A condition: everybody has been told the newest of what they watch."""
    topics = sorted({watcher.topic for watcher in watchers} - {"feed"})

    async def true() -> bool:
        served = await Views(redis, COMPETITION).read(topics)
        assert served
        newest = {topic: view.position for topic, view in served.views.items() if view}
        newest["feed"] = await tail(redis)
        return all(watcher.position == newest[watcher.topic] for watcher in watchers)

    return true


async def assert_views_are_shown(redis: Redis, watchers: Sequence[Spectator]) -> None:
    served = await Views(redis, COMPETITION).read([watcher.topic for watcher in watchers])
    assert served
    for watcher in watchers:
        if view := served.views[watcher.topic]:
            assert watcher.epochs[-1] == served.epoch, watcher.topic
            shown = msgspec.json.decode(view.data)
            assert watcher.data == shown, f"{watcher.topic} says {watcher.data}, not {shown}"


async def _ended(work: Sequence[asyncio.Task[None]]) -> None:
    for task in work:
        task.cancel()
    for result in await asyncio.gather(*work, return_exceptions=True):
        if not isinstance(result, asyncio.CancelledError):
            raise result or AssertionError("who works until it is cancelled has ended")
