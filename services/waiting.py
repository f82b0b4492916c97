"""Who waits for a server that is away waits longer and longer, and says so once.

However many wait for the same server, it is one line when the first of them begins to, and one
when the last goes on.
"""

import asyncio
import logging

from services.settings import PROJECTOR_RETRY_FIRST_SECONDS, PROJECTOR_RETRY_LONGEST_SECONDS


class Delays:
    """Longer and longer, as long as the same thing fails."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._seconds = PROJECTOR_RETRY_FIRST_SECONDS

    async def wait(self) -> None:
        await asyncio.sleep(self._seconds)
        self._seconds = min(2 * self._seconds, PROJECTOR_RETRY_LONGEST_SECONDS)


class Silence:
    """Everybody who waits for one server, by name, and the log they say it in."""

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._waiting: set[str] = set()

    def waits(self, who: str, fault: Exception) -> None:
        """Take note that somebody waits, after a fault that passes by itself."""
        level = logging.DEBUG if self._waiting else logging.WARNING
        self._logger.log(level, "the views wait, and go on by themselves: %s", fault)
        self._waiting.add(who)

    def goes_on(self, who: str) -> None:
        """Take note that somebody waits no more."""
        if who in self._waiting:
            self._waiting.remove(who)
            if not self._waiting:
                self._logger.warning("the server answers again; the views go on")
