"""Service processes that are kept running: one that dies is started again, but not for ever.

Each inherits the socket it serves, so that connections wait while it is started again, and the
end of a pipe, so that it ends when this process does, even by SIGKILL.
"""

import asyncio
import logging
import os
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress

from services.settings import (
    UP_RESTART_FIRST_SECONDS,
    UP_RESTART_LONGEST_SECONDS,
    UP_RESTARTS_PER_MINUTE_MAX,
    UP_STOP_TIMEOUT_SECONDS,
)

logger = logging.getLogger(__name__)


class KeepsDying(Exception):
    """Something ends again and again. Its own words about that stand above."""

    def __init__(self, name: str, last: str) -> None:
        self.name = name
        self.last = last

    def __str__(self) -> str:
        return (
            f"{self.name} ended more than {UP_RESTARTS_PER_MINUTE_MAX} times within a minute, at "
            f"last {self.last}; what it said stands above"
        )


class Restarts:
    """Counts how often one thing was started again, and says when to give up."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._times: deque[float] = deque()

    def count(self, last: str) -> float:
        """Give how long to wait before the next start. Raises KeepsDying."""
        now = time.monotonic()
        while self._times and self._times[0] < now - 60:
            self._times.popleft()
        if len(self._times) == UP_RESTARTS_PER_MINUTE_MAX:
            raise KeepsDying(self._name, last)
        delay = UP_RESTART_FIRST_SECONDS * (1 << len(self._times))
        self._times.append(now)
        return min(delay, UP_RESTART_LONGEST_SECONDS)


class Children:
    """Keeps processes of this program: `pitazo serve NAME`."""

    def __init__(self, environment: Mapping[str, str], lifeline: int) -> None:
        self._environment = dict(environment)
        self._lifeline = lifeline
        self._running: set[asyncio.subprocess.Process] = set()

    async def keep(self, name: str, socket: int | None = None) -> None:
        """Keep a service running until cancelled. Raises KeepsDying."""
        restarts = Restarts(name)
        while True:
            process = await self._start(name, socket)
            self._running.add(process)
            status = await process.wait()
            self._running.discard(process)
            last = f"by signal {-status}" if status < 0 else f"with status {status}"
            delay = restarts.count(last)
            logger.warning("%s ended %s; starting it again", name, last)
            await asyncio.sleep(delay)

    async def stop(self) -> None:
        """End all of them, well if they can, within UP_STOP_TIMEOUT_SECONDS."""
        for process in self._running:
            with suppress(ProcessLookupError):
                process.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(UP_STOP_TIMEOUT_SECONDS):
                for process in self._running:
                    await process.wait()
        for process in self._running:
            with suppress(ProcessLookupError):
                process.kill()

    async def _start(self, name: str, socket: int | None) -> asyncio.subprocess.Process:
        inherited = [self._lifeline] if socket is None else [self._lifeline, socket]
        options = [] if socket is None else ["--socket", str(socket)]
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "services.cli", "serve", name),
            *("--lifeline", str(self._lifeline), *options),
            stdin=asyncio.subprocess.DEVNULL,
            env=self._environment,
            pass_fds=inherited,
            # A Ctrl-C in the terminal is for us to answer: we end them in order.
            start_new_session=True,
        )


@contextmanager
def lifeline() -> Iterator[int]:
    """Give the end of a pipe to inherit; it closes with this block, or with this process."""
    reading, writing = os.pipe()
    try:
        yield reading
    finally:
        os.close(writing)
        os.close(reading)
