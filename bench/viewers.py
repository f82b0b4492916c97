"""Two hundred viewers of one table, and the staff whose facts move it, in one process on one clock.

The same process makes the bare hop that this is compared with: XADD on one connection, a blocked
XREAD on another. Both go by the clock and not by the answers, so that what is late counts as late.
"""

import asyncio
import base64
import os
import time
from array import array
from bisect import bisect_left
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import cast

import hiredis
import msgspec
import uvloop

from bench import peers, season
from bench.house import orders, reply
from bench.load import end_of_answer, percentiles, request

VIEWERS = 200
PER_SECOND = 100
POSTING_CONNECTIONS = 16
ARRIVAL_TIMEOUT_SECONDS = 10.0
POLL_SECONDS = 0.01
HOP_STREAM = "bench:hop"


class Watch(msgspec.Struct, frozen=True, tag=True):
    """Post facts about these matches by turns, and see each arrive at every viewer of a topic."""

    http_port: int
    live_port: int
    token: str
    matches: list[str]
    topic: str
    facts: int


class Hop(msgspec.Struct, frozen=True, tag=True):
    """Append so many entries of so many bytes, and see each arrive at a blocked reader."""

    socket_path: str
    entry_bytes: int
    entries: int


class Seen(msgspec.Struct, frozen=True):
    """How long it took until things arrived, and how busy this process was with it."""

    p50_ms: float
    p99_ms: float
    arrivals: int
    cpu_share: float


async def ticks(number: int) -> AsyncIterator[None]:
    """PER_SECOND moments a second, whatever happens in between."""
    begun = time.perf_counter()
    for at in range(number):
        await asyncio.sleep(max(begun + at / PER_SECOND - time.perf_counter(), 0))
        yield


def seen(taken: Sequence[float], begun: float, busy: float) -> Seen:
    share = (time.process_time() - busy) / (time.perf_counter() - begun)
    p50, p99 = percentiles(taken)
    return Seen(p50, p99, len(taken), share)


# From a post to a frame


class Poster(asyncio.Protocol):
    """One connection of the staff's; gives the position of each fact that it posts."""

    def __init__(self) -> None:
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Those of uvloop are transports without saying so.
        self.transport = cast(asyncio.Transport, transport)

    async def post(self, request: bytes) -> int:
        self._answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answered

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if (end := end_of_answer(self._buffer)) is not None:
            assert self._buffer.startswith(b"HTTP/1.1 201"), self._buffer
            self._answered.set_result(position_in(self._buffer))
            self._buffer = self._buffer[end:]


class Viewer(asyncio.Protocol):
    """One scoreboard: of every view it gets, when, and the position it stands at."""

    def __init__(self, port: int, topic: str) -> None:
        self.positions = array("q", [0])
        self.times = array("d", [0.0])
        self._port = port
        self._topic = topic
        self._buffer = b""
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Those of uvloop are transports without saying so.
        self.transport = cast(asyncio.Transport, transport)
        key = base64.b64encode(os.urandom(16)).decode()
        self.transport.write(
            (
                f"GET /v1/live HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: pitazo.v1\r\n\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open:
            head, end, rest = self._buffer.partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._open, self._buffer = True, rest
            self.transport.write(self._subscription())
        self._take(time.perf_counter())

    def _subscription(self) -> bytes:
        wanted = {"type": "subscribe", "id": "1", "topic": self._topic}
        message = msgspec.json.encode({**wanted, "competition": season.COMPETITION})
        # A client masks what it sends; a mask of zeros leaves it as it is.
        return bytes((0x81, 0xFE)) + len(message).to_bytes(2, "big") + bytes(4) + message

    def _take(self, now: float) -> None:
        buffer, at = self._buffer, 0
        while (frame := frame_at(buffer, at)) is not None:
            first, at = frame
            position = position_in(buffer[first:at])
            if position > self.positions[-1]:
                self.positions.append(position)
                self.times.append(now)
        self._buffer = buffer[at:]

    def arrival(self, position: int) -> float:
        """Give when a view came that is true up to this position, or past it."""
        return self.times[bisect_left(self.positions, position)]


def frame_at(buffer: bytes, at: int) -> tuple[int, int] | None:
    """Give where the payload of a server's frame begins and ends; None until it is all there."""
    if len(buffer) < at + 2:
        return None
    length, first = buffer[at + 1], at + 2
    if length >= 126:
        width = 2 if length == 126 else 8
        first += width
        if len(buffer) < first:
            return None
        length = int.from_bytes(buffer[first - width : first], "big")
    return (first, first + length) if len(buffer) >= first + length else None


def position_in(message: bytes) -> int:
    """Give the first position that stands in a message; 0 if there is none."""
    at = message.find(b'"position":')
    if at < 0:
        return 0
    digits = message[at + 11 : at + 31]
    return int(digits[: len(digits) - len(digits.lstrip(b"0123456789"))])


async def watch(order: Watch) -> Seen:
    loop = asyncio.get_running_loop()
    requests = _requests(order)
    staff: asyncio.Queue[Poster] = asyncio.Queue()
    for _ in range(POSTING_CONNECTIONS):
        _, poster = await loop.create_connection(Poster, "127.0.0.1", order.http_port)
        staff.put_nowait(poster)
    viewers = [
        (
            await loop.create_connection(
                lambda: Viewer(order.live_port, order.topic), "127.0.0.1", order.live_port
            )
        )[1]
        for _ in range(VIEWERS)
    ]
    await _until_all_reached(viewers, 1)
    posted: list[tuple[float, int]] = []

    async def post(request: bytes) -> None:
        begun = time.perf_counter()
        poster = await staff.get()
        posted.append((begun, await poster.post(request)))
        staff.put_nowait(poster)

    begun, busy = time.perf_counter(), time.process_time()
    async with asyncio.TaskGroup() as posts:
        async for _ in ticks(order.facts):
            posts.create_task(post(next(requests)))
    await _until_all_reached(viewers, max(position for _, position in posted))
    found = seen(
        [v.arrival(position) - at for at, position in posted for v in viewers], begun, busy
    )
    for viewer in viewers:
        viewer.transport.abort()
    while not staff.empty():
        staff.get_nowait().transport.abort()
    return found


def _requests(order: Watch) -> Iterator[bytes]:
    each = -(-order.facts // len(order.matches))
    by_turns = zip(*(season.happened(match, each) for match in order.matches), strict=True)
    made = [request(order.http_port, order.token, fact) for facts in by_turns for fact in facts]
    return iter(made)


async def _until_all_reached(viewers: Sequence[Viewer], position: int) -> None:
    async with asyncio.timeout(ARRIVAL_TIMEOUT_SECONDS):
        while True:
            if all(viewer.positions[-1] >= position for viewer in viewers):
                return
            await asyncio.sleep(POLL_SECONDS)


# The bare hop


class Reader(asyncio.Protocol):
    """Waits for entries of a stream and says when each came."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self._parser = hiredis.Reader()
        self._last = b"0-0"

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Those of uvloop are transports without saying so.
        self.transport = cast(asyncio.Transport, transport)
        self._ask()

    async def wait_for(self, entries: int) -> None:
        while True:
            if len(self.times) >= entries:
                return
            await asyncio.sleep(POLL_SECONDS)

    def _ask(self) -> None:
        command = ("XREAD", "BLOCK", "0", "STREAMS", HOP_STREAM, self._last)
        self.transport.write(peers.resp(*command))

    def data_received(self, data: bytes) -> None:
        now = time.perf_counter()
        self._parser.feed(data)
        while (streams := self._parser.gets()) is not False:
            entries = streams[0][1]
            self.times += [now] * len(entries)
            self._last = entries[-1][0]
            self._ask()


async def hop(order: Hop) -> Seen:
    loop = asyncio.get_running_loop()
    command = peers.resp("XADD", HOP_STREAM, "*", "e", "e" * order.entry_bytes)
    sending, _ = await loop.create_unix_connection(asyncio.Protocol, order.socket_path)
    _, reader = await loop.create_unix_connection(Reader, order.socket_path)
    sent: list[float] = []
    begun, busy = time.perf_counter(), time.process_time()
    async for _ in ticks(order.entries):
        sent.append(time.perf_counter())
        sending.write(command)
    async with asyncio.timeout(ARRIVAL_TIMEOUT_SECONDS):
        await reader.wait_for(order.entries)
    taken = [came - went for went, came in zip(sent, reader.times, strict=True)]
    found = seen(taken, begun, busy)
    sending.write(peers.resp("DEL", HOP_STREAM))
    await asyncio.sleep(POLL_SECONDS)
    sending.abort()
    reader.transport.abort()
    return found


if __name__ == "__main__":
    for told in orders(Watch | Hop):
        reply(uvloop.run(watch(told) if isinstance(told, Watch) else hop(told)))
