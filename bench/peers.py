"""What we are measured against: the same server, asked for nothing but to append or to read."""

import asyncio
import csv
import shutil
import socket
import time
import urllib.parse
from collections.abc import Callable
from typing import cast

import hiredis
from redis.asyncio import Redis

from bench.servers import LOOPBACK

XADD_CLIENTS = 50
PEER_STREAM = "bench:peer"
DIGEST_BYTES = 32
RECEIVE_BYTES = 1 << 20


def socket_path(url: str) -> str:
    return urllib.parse.unquote(url.removeprefix("unix://"))


# Appending


Address = str | int
"""The path of a Unix socket, or a port of loopback."""


def xadd_name(over: str) -> str:
    tool = "redis-benchmark" if shutil.which("redis-benchmark") else "own bare clients (asyncio)"
    return f"XADD by {tool} over {over}, {XADD_CLIENTS} clients, as large, one a request"


async def xadds_per_second(redis: Redis, address: Address, entry_bytes: int, number: int) -> float:
    """Append as many entries of this size with XADD, one a request, then drop them."""
    fields = ("e", "e" * entry_bytes, "d", "d" * DIGEST_BYTES)
    tool = shutil.which("redis-benchmark")
    try:
        if tool:
            return await _by_redis_benchmark(tool, address, fields, number)
        return await _by_bare_clients(address, fields, number)
    finally:
        await redis.unlink(PEER_STREAM)


async def _by_redis_benchmark(
    tool: str, address: Address, fields: tuple[str, ...], number: int
) -> float:
    place = ("-p", str(address)) if isinstance(address, int) else ("-s", address)
    counts = ("-c", str(XADD_CLIENTS), "-n", str(number), "--csv")
    command = ("XADD", PEER_STREAM, "*", *fields)
    process = await asyncio.create_subprocess_exec(
        tool, *place, *counts, *command, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    *_, last = csv.reader(said.decode().splitlines())
    return float(last[1])


class _Bare(asyncio.Protocol):
    """A client that sends its command again whenever an answer has come."""

    def __init__(self, command: bytes, todo: list[int], done: asyncio.Future[None]) -> None:
        self._command = command
        self._todo = todo
        self._done = done
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Those of uvloop are transports without saying so.
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._command)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        # `$15\r\n1700000000000-0\r\n` has two ends of a line.
        if self._buffer.count(b"\r\n") < 2:
            return
        self._buffer = b""
        self._todo[0] -= 1
        if self._todo[0] > 0:
            self._transport.write(self._command)
        elif not self._done.done():
            self._done.set_result(None)


async def _by_bare_clients(address: Address, fields: tuple[str, ...], number: int) -> float:
    loop = asyncio.get_running_loop()
    command, done, todo = resp("XADD", PEER_STREAM, "*", *fields), loop.create_future(), [number]
    begun = time.perf_counter()
    transports = [
        await _connected(lambda: _Bare(command, todo, done), address) for _ in range(XADD_CLIENTS)
    ]
    await done
    seconds = time.perf_counter() - begun
    for transport in transports:
        transport.abort()
    return number / seconds


async def _connected(client: Callable[[], _Bare], address: Address) -> asyncio.WriteTransport:
    loop = asyncio.get_running_loop()
    if isinstance(address, int):
        return (await loop.create_connection(client, LOOPBACK, address))[0]
    return (await loop.create_unix_connection(client, address))[0]


def resp(*words: str | bytes) -> bytes:
    """Give a command as it goes over the wire."""
    raw = [word.encode() if isinstance(word, str) else word for word in words]
    return b"*%d\r\n" % len(raw) + b"".join(b"$%d\r\n%b\r\n" % (len(w), w) for w in raw)


# Reading


def pages_per_second(url: str, stream: str, events: int, page_events: int) -> float:
    """Page through a stream with XRANGE over a bare socket; give entries a second.

    The parser is hiredis, as in redis-benchmark: every entry is in hand, and nobody looks at it.
    """
    reader = hiredis.Reader()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(socket_path(url))
        begun = time.perf_counter()
        for first in range(1, events + 1, page_events):
            command = ("XRANGE", stream, f"{first}-0", "+", "COUNT", str(page_events))
            connection.sendall(resp(*command))
            while reader.gets() is False:
                reader.feed(connection.recv(RECEIVE_BYTES))
        return events / (time.perf_counter() - begun)
