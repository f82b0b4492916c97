"""The services as `pitazo up` runs them, each a process of its own, on free ports of loopback."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from socket import socket
from typing import Any, TypeVar

import msgspec

from services import http
from services.store import access

READY_TIMEOUT_SECONDS = 30.0
READY_POLL_SECONDS = 0.05
STOP_TIMEOUT_SECONDS = 10.0

Answer = TypeVar("Answer")


class Service:
    """A running service: its port, where it has one, and its process."""

    def __init__(self, port: int, process: asyncio.subprocess.Process) -> None:
        self.port = port
        self.process = process

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.process.pid)


class House:
    """Services of one server, by name, and a token that may do everything."""

    def __init__(self, redis_url: str) -> None:
        self.token, self._sha256 = access.new_token()
        self._redis_url = redis_url
        self._services: dict[str, Service] = {}

    def __getitem__(self, name: str) -> Service:
        return self._services[name]

    async def start(self, name: str, *, listens: bool = True) -> None:
        """Start `pitazo serve NAME` and wait until it is ready."""
        with _listening(listens) as sockets:
            options = [part for one in sockets for part in ("--socket", str(one.fileno()))]
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "services.cli", "serve", name, *options),
                stdin=asyncio.subprocess.DEVNULL,
                env={
                    **os.environ,
                    "PITAZO_REDIS_URL": self._redis_url,
                    "PITAZO_OPERATOR_TOKEN_SHA256": self._sha256,
                },
                pass_fds=[one.fileno() for one in sockets],
            )
            port = sockets[0].getsockname()[1] if sockets else 0
        self._services[name] = Service(port, process)
        if port:
            await _ready(name, self._services[name])

    async def stop(self) -> None:
        for service in self._services.values():
            service.process.terminate()
        for service in self._services.values():
            await asyncio.wait_for(service.process.wait(), STOP_TIMEOUT_SECONDS)


@asynccontextmanager
async def house(redis_url: str) -> AsyncIterator[House]:
    built = House(redis_url)
    try:
        yield built
    finally:
        await built.stop()


@contextmanager
def _listening(listens: bool) -> Iterator[list[socket]]:
    """A port that is bound before the service exists, so that nobody else can take it."""
    sockets = [http.listen("127.0.0.1", 0)] if listens else []
    try:
        yield sockets
    finally:
        for one in sockets:
            one.close()


async def _ready(name: str, service: Service) -> None:
    async with asyncio.timeout(READY_TIMEOUT_SECONDS):
        while not await _says_ready(service.port):
            status = service.process.returncode
            assert status is None, f"{name} ended with status {status} before it was ready"
            await asyncio.sleep(READY_POLL_SECONDS)


async def _says_ready(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return False
    writer.write(b"GET /readyz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    try:
        return b" 200 " in await reader.readline()
    finally:
        writer.close()


# Processes


def cpu_seconds(pid: int) -> float:
    """What a process has spent so far; 0 where the system has no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid: int, *, at_most: bool = False) -> float:
    """What a process has in memory, or had at most; 0 where the system has no /proc."""
    status = Path(f"/proc/{pid}/status")
    name = "VmHWM:" if at_most else "VmRSS:"
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(name)), 0.0)


class Helper:
    """A process of the bench's own, which does what it is told: a line of JSON, and one back."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, order: msgspec.Struct, answer: type[Answer]) -> Answer:
        assert self._process.stdin, "it is asked through a pipe"
        assert self._process.stdout, "it answers through a pipe"
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        said = await self._process.stdout.readline()
        return msgspec.json.decode(said, type=answer)


@asynccontextmanager
async def helper(module: str) -> AsyncIterator[Helper]:
    """Run a module of the bench as a process until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Helper(process)
    finally:
        assert process.stdin, "it ends when its pipe does"
        process.stdin.close()
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_SECONDS)


def orders(kind: Any) -> Iterator[Any]:
    """Give what this process is told, until there is nobody to tell it more."""
    for line in sys.stdin.buffer:
        yield msgspec.json.decode(line, type=kind)


def reply(answer: msgspec.Struct) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n")
    sys.stdout.buffer.flush()
