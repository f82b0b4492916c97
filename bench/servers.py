"""A fresh server on a temporary folder, and what the machine is like."""

import os
import socket
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from redis.asyncio import Redis

from services.store import embedded
from services.store.connection import connect

LOOPBACK = "127.0.0.1"
MAXMEMORY_MIB = 4096
SYNCS = 200


@asynccontextmanager
async def fresh() -> AsyncIterator[tuple[str, Redis]]:
    """An embedded server as Pitazo runs it, with nothing in it; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="pitazo-bench-") as folder:
        async with (
            embedded.server(Path(folder), maxmemory_mib=MAXMEMORY_MIB) as server,
            connect(server.url) as redis,
        ):
            yield server.url, redis


async def open_port(redis: Redis) -> int:
    """Let a server that listens on its socket alone be reached over loopback too; give the port."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port: int = free.getsockname()[1]
    await redis.config_set("bind", LOOPBACK)
    await redis.config_set("port", port)
    return port


async def cpu_seconds(redis: Redis) -> float:
    """What the server has spent so far, its background threads included."""
    used = await redis.info("cpu")
    return float(used["used_cpu_user"]) + float(used["used_cpu_sys"])


def sync_seconds() -> float:
    """How long one write of 400 bytes takes to reach the disk; no time at all on a memory disk."""
    taken = []
    with tempfile.TemporaryFile() as file:
        for _ in range(SYNCS):
            begun = time.perf_counter()
            os.write(file.fileno(), b"x" * 400)
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - begun)
    return median(taken)
