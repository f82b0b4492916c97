"""A server of a test's own, to be killed, filled and taken back in time."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from redis.asyncio import Redis

from services.store import embedded
from services.store.connection import connect

DEADLINE_SECONDS = 30.0
POLL_SECONDS = 0.01


@asynccontextmanager
async def client(server: embedded.Server) -> AsyncIterator[Redis]:
    async with connect(server.url) as redis:
        yield redis


def kill(server: embedded.Server) -> None:
    os.kill(server.pid, signal.SIGKILL)


@contextmanager
def frozen(server: embedded.Server) -> Iterator[None]:
    """Let a server say nothing, and break no connection."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


async def revive(server: embedded.Server) -> None:
    await until(server.revive)


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not await condition():
        assert time.monotonic() < deadline, f"not within {DEADLINE_SECONDS:g} s: {condition}"
        await asyncio.sleep(POLL_SECONDS)


def copy_of(server: embedded.Server) -> Path:
    """What stands on the disk now; everything acknowledged does."""
    copy = server.folder / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(server.folder / "valkey" / "appendonlydir", copy)
    return copy


async def restore(server: embedded.Server, copy: Path) -> None:
    """Kill the server and let it come back with an older file."""
    kill(server)
    folder = server.folder / "valkey" / "appendonlydir"
    shutil.rmtree(folder)
    shutil.copytree(copy, folder)
    await revive(server)
