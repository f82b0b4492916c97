"""A service ends well when it is told to, and does not outlive who started it."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Coroutine

import uvloop

from services.settings import ORPHAN_EXIT_SECONDS

ENDINGS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def run(service: Coroutine[None, None, None], lifeline: int | None = None) -> None:
    """Run a service until it is told to end, or until the other end of `lifeline` is closed."""
    if lifeline is not None:
        threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    uvloop.run(until_told(service))


async def until_told(service: Coroutine[None, None, None]) -> None:
    """Run a service until it ends by itself, or cancel it at the first signal to end."""
    task = asyncio.ensure_future(service)
    told = False

    def tell() -> None:
        nonlocal told
        if not told:
            told = True
            task.cancel()

    loop = asyncio.get_running_loop()
    for ending in ENDINGS:
        loop.add_signal_handler(ending, tell)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise


def _end_with(lifeline: int) -> None:
    """Wait for the end of a pipe that nobody writes to; it comes with the parent's, however."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(ORPHAN_EXIT_SECONDS)
    os._exit(1)
