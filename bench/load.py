"""The load generator: as many connections as there are callers, each posting when it was answered.

It is a process of its own that does next to nothing: every request is made before the clock
starts, and of an answer only the status and the end are looked for.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import cast

import msgspec
import uvloop

from bench import season
from bench.house import orders, reply

PERCENTILES = (50, 99)


class Posts(msgspec.Struct, frozen=True):
    """What to post where. `at_one`: all callers are at the same match, then all at the next."""

    port: int
    token: str
    callers: int
    matches: list[str]
    facts: int
    at_one: bool = False


class Posted(msgspec.Struct, frozen=True):
    requests: int
    seconds: float
    cpu_seconds: float
    statuses: dict[int, int]
    p50_ms: float
    p99_ms: float


def request(
    port: int, token: str, fact: season.Fact, competition: str = season.COMPETITION
) -> bytes:
    body = msgspec.json.encode(fact)
    head = (
        f"POST /v1/competitions/{competition}/events HTTP/1.1\r\n"
        f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Caller(asyncio.Protocol):
    """One connection, kept open: the next request goes out when the last one was answered."""

    def __init__(self, threads: Iterator[list[bytes]], taken: list[float]) -> None:
        self.done = asyncio.get_running_loop().create_future()
        self.statuses: Counter[int] = Counter()
        self._requests = (request for thread in threads for request in thread)
        self._taken = taken
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Those of uvloop are transports without saying so.
        self._transport = cast(asyncio.Transport, transport)

    def begin(self) -> None:
        self._post()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if (end := end_of_answer(self._buffer)) is None:
            return
        self._taken.append(time.perf_counter() - self._sent_at)
        self.statuses[int(self._buffer[9:12])] += 1
        self._buffer = self._buffer[end:]
        self._post()

    def connection_lost(self, reason: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(reason or ConnectionError("the server has hung up"))

    def _post(self) -> None:
        following = next(self._requests, None)
        if following is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(following)


def end_of_answer(buffer: bytes) -> int | None:
    """Give where the first answer in a buffer ends; None while it has not come whole."""
    body = buffer.find(b"\r\n\r\n") + 4
    if body < 4:
        return None
    length = buffer.index(b"content-length:") + len(b"content-length:")
    end = body + int(buffer[length : buffer.index(b"\r\n", length)])
    return end if len(buffer) >= end else None


def percentiles(taken: Iterable[float]) -> list[float]:
    """Give what half of them, and what all but one of a hundred, did not exceed, in ms."""
    ordered = sorted(taken)
    return [ordered[len(ordered) * percent // 100] * 1000 for percent in PERCENTILES]


async def post(order: Posts) -> Posted:
    work = season.at_one_match if order.at_one else season.at_many_matches
    threads = [
        [request(order.port, order.token, fact) for fact in thread]
        for thread in work(iter(order.matches), order.facts)
    ]
    left, taken = iter(threads), list[float]()
    loop = asyncio.get_running_loop()
    callers = [
        (await loop.create_connection(lambda: Caller(left, taken), "127.0.0.1", order.port))[1]
        for _ in range(order.callers)
    ]
    begun, busy = time.perf_counter(), time.process_time()
    for caller in callers:
        caller.begin()
    await asyncio.gather(*(caller.done for caller in callers))
    seconds, cpu = time.perf_counter() - begun, time.process_time() - busy
    statuses = sum((caller.statuses for caller in callers), Counter[int]())
    return Posted(len(taken), seconds, cpu, dict(statuses), *percentiles(taken))


if __name__ == "__main__":
    for told in orders(Posts):
        reply(uvloop.run(post(told)))
