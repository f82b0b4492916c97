"""A viewer of the live address: what it is told, and the way back after every break.

It comes back with what it holds, after a random part of a growing delay, and takes the connection
for good again only once it has been told something. So what it shows only ever goes forward,
unless a snapshot says that the log has not come so far.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from services.addresses import parts_of
from services.client import View
from services.settings import (
    WATCH_RETRY_FIRST_SECONDS,
    WATCH_RETRY_LONGEST_SECONDS,
    WATCH_SILENCE_SECONDS,
)

PATH = "/v1/live"
SUBPROTOCOL = Subprotocol("pitazo.v1")
DO_NOT_COME_BACK = range(4400, 4410)


class Away(msgspec.Struct, frozen=True):
    """The connection is gone, and why; what was told before may be old."""

    reason: str


class Turned(Exception):
    """The service will not have this viewer, or has no such thing."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.url} says: {self.reason}"


class _Again(Exception):
    """Come back, and not before some seconds."""

    def __init__(self, reason: str, least: float = 0.0) -> None:
        self.reason = reason
        self.least = least


class Viewer:
    """Follows topics of one competition. `more` names the topics that a view leads to."""

    def __init__(
        self,
        url: str,
        competition: str,
        topics: Iterable[str],
        *,
        token: str = "",
        more: Callable[[View], Iterable[str]] = lambda view: (),
    ) -> None:
        parts_of(url, "ws://127.0.0.1:8081", "ws", "wss")
        self._url = url.rstrip("/") + PATH
        self._competition = competition
        self._topics = list(topics)  # a subscription's id is an index of this
        self._token = token
        self._more = more
        self._held: dict[str, tuple[str, View]] = {}
        self._delay = WATCH_RETRY_FIRST_SECONDS

    async def follow(self) -> AsyncIterator[View | Away]:
        """Give every view that is told, newest first, and every break. Raises Turned."""
        while True:
            try:
                async with connect(
                    self._url, subprotocols=[SUBPROTOCOL], compression=None, proxy=None
                ) as connection:
                    async for view in self._told(connection):
                        yield view
            except _Again as again:
                reason, least = again.reason, again.least
            except ConnectionClosed as closed:
                reason, least = str(closed), 0.0
                if closed.rcvd and closed.rcvd.code in DO_NOT_COME_BACK:
                    raise Turned(self._url, closed.rcvd.reason) from closed
            except (OSError, InvalidHandshake, TimeoutError) as error:
                reason, least = str(error) or "silence", 0.0
            yield Away(reason)
            await asyncio.sleep(max(least, random.uniform(0, self._delay)))
            self._delay = min(2 * self._delay, WATCH_RETRY_LONGEST_SECONDS)

    async def _told(self, connection: ClientConnection) -> AsyncIterator[View]:
        if self._token:
            await connection.send(json.dumps({"type": "authorize", "token": self._token}))
        for number in range(len(self._topics)):
            await self._subscribe(connection, number)
        while True:
            async with asyncio.timeout(WATCH_SILENCE_SECONDS):
                message = json.loads(await connection.recv())
            match message:
                case {"type": "error", "message": reason, "retry_after_ms": milliseconds}:
                    raise _Again(reason, milliseconds / 1000)
                case {"type": "error", "message": reason}:
                    raise Turned(self._url, reason)
                case {"type": "snapshot" | "update" | "resumed", "id": number}:
                    self._delay = WATCH_RETRY_FIRST_SECONDS
                    view = self._hold(self._topics[int(number)], message)
                    yield view
                    for found in self._more(view):
                        if found not in self._topics:
                            self._topics.append(found)
                            await self._subscribe(connection, len(self._topics) - 1)

    async def _subscribe(self, connection: ClientConnection, number: int) -> None:
        topic = self._topics[number]
        request: dict[str, Any] = {
            "type": "subscribe",
            "id": str(number),
            "competition": self._competition,
            "topic": topic,
        }
        if topic in self._held:
            epoch, view = self._held[topic]
            request["since"] = {"epoch": epoch, "position": view.position}
        await connection.send(json.dumps(request))

    def _hold(self, topic: str, message: dict[str, Any]) -> View:
        """Keep what was told; what was resumed is what is held.

        A snapshot may have a lower position: it answers what is held.
        """
        if message["type"] != "resumed":
            epoch = message.get("epoch") or self._held[topic][0]
            view = View(topic, message["position"], message["data"])
            self._held[topic] = (epoch, view)
        return self._held[topic][1]
