"""`pitazo up` in a process of its own, its services found by name, and an auditor's word on it."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis

from services.client import Client
from services.store import embedded
from tests.integration.forked import forker
from tests.integration.servers import until

ROOT = Path(__file__).resolve().parents[2]
AMAZONAS = ROOT / "seasons" / "copa-peru-2025-amazonas"
COMPETITION = "copa-peru-2025-amazonas"
SERVICES = ("http", "gateway", "projector")
READY_SECONDS = 60.0
NOTHING_ALTERED: Mapping[str, float] = {}


class Machine:
    """A running `pitazo up`."""

    def __init__(self, process: Process, folder: Path, served: Mapping[str, Any]) -> None:
        self.process = process
        self.folder = folder
        self.http: str = served["http"]
        self.live: str = served["live"]
        self.token: str = served["token"]
        self.competitions: list[str] = served["competitions"]

    def client(self) -> Client:
        return Client(self.http, self.token)

    async def service(self, name: str) -> int:
        """The pid of a service."""
        [pid] = await self.services(name)
        return pid

    async def services(self, name: str = "") -> list[int]:
        """The pids of the services that run, or of those of one name."""
        children = await children_of(self.process.pid)
        return [pid for pid, said in children if f"serve {name}" in said]

    async def kill(self, name: str) -> None:
        os.kill(await self.service(name), signal.SIGKILL)

    async def end(self, signalled: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(signalled)
        return await self.process.wait()


def up(folder: Path, *arguments: object) -> tuple[object, ...]:
    """Arguments of an `up` at free ports."""
    ports = ("--http", 0, "--live", 0)
    return ("up", "--data", folder / "data", *ports, "--ready-file", folder / "ready", *arguments)


def running(
    folder: Path, *arguments: object, **variables: str
) -> AbstractAsyncContextManager[Machine]:
    """Everything, once it is served."""
    return running_altered(folder, NOTHING_ALTERED, *arguments, **variables)


@asynccontextmanager
async def running_altered(
    folder: Path, altered: Mapping[str, float], *arguments: object, **variables: str
) -> AsyncIterator[Machine]:
    """Everything, once it is served, with some constants of the code that starts it altered."""
    ready = folder / "ready"
    ready.unlink(missing_ok=True)
    process = await pitazo(up(folder, *arguments), variables, stderr=None, altered=altered)
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not ready.exists():
            assert process.returncode is None, f"it ended with {process.returncode}"
            assert time.monotonic() < deadline, "it never became ready"
            await asyncio.sleep(0.02)
        yield Machine(process, folder, msgspec.json.decode(ready.read_bytes()))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def pitazo(
    arguments: Iterable[object],
    variables: Mapping[str, str],
    stderr: int | None = STDOUT,
    altered: Mapping[str, float] = NOTHING_ALTERED,
) -> Process:
    program = ["services.cli"]
    if altered:
        program = ["tests.integration.altered", json.dumps(dict(altered))]
        variables = {"PYTHONPATH": str(ROOT), **variables}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", *program, *map(str, arguments)),
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=stderr,
        cwd="/",
        env={**os.environ, "COLUMNS": "200", **variables},
    )


async def said_by(*arguments: object, **variables: str) -> tuple[int, str]:
    """The exit status of a command, and everything that it said."""
    surroundings = {**os.environ, "COLUMNS": "200", **variables}
    return await asyncio.to_thread(forker().said_by, [*map(str, arguments)], surroundings)


async def children_of(pid: int) -> list[tuple[int, str]]:
    """Processes that one started, with their command lines."""
    if Path("/proc/self/stat").exists():
        return [(own, args) for own, parent, args in _listed_by_linux() if parent == pid]
    listing = await asyncio.create_subprocess_exec(
        "ps", "-A", "-ww", "-o", "pid=,ppid=,args=", stdout=PIPE
    )
    said, _ = await listing.communicate()
    rows = [line.split(None, 2) for line in said.decode().splitlines()]
    return [(int(own), args) for own, parent, args in rows if int(parent) == pid]


def _listed_by_linux() -> Iterator[tuple[int, int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            args = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            yield int(folder.name), parent, args


async def gone(pids: list[int]) -> None:
    """Wait until none of these processes is left."""

    async def none_left() -> bool:
        return not any(map(is_alive, pids))

    await until(none_left)


def is_alive(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@asynccontextmanager
async def server_on(folder: Path) -> AsyncIterator[tuple[int, Redis]]:
    """The server that lives on the folder of a machine: its pid and a client of it."""
    url = f"unix://{folder / 'data' / 'valkey' / embedded.SOCKET}"
    async with Redis.from_url(url) as client:
        yield (await client.info("server"))["process_id"], client


async def verified(machine: Machine, competition: str = COMPETITION) -> None:
    """Let an auditor compare every view with the log, and the server's ids with both."""
    url = f"unix://{machine.folder / 'data' / 'valkey' / embedded.SOCKET}"
    status, said = await said_by("verify", competition, "--url", machine.http, "--server", url)
    assert status == 0, said
