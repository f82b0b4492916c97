"""A writer for each competition that is posted to, begun when it is needed.

There are so many at most; one that nobody waits for makes room. A writer that dies takes its
whole group with it, as nobody else may know what it did.
"""

import asyncio
from typing import NamedTuple

from redis.asyncio import Redis

from services.capture.submission import Accepted, Busy, Submission
from services.capture.writer import Writer
from services.settings import WRITERS_MAX


class _Open(NamedTuple):
    writer: Writer
    running: asyncio.Task[None]


class Writers:
    """The writers of one process, those used longest ago first."""

    def __init__(self, redis: Redis, group: asyncio.TaskGroup, replicas: int) -> None:
        self._redis = redis
        self._group = group
        self._replicas = replicas
        self._open: dict[str, _Open] = {}

    def know(self, competition: str) -> bool:
        """Say whether it was posted to of late, and so exists."""
        return competition in self._open and self._open[competition].writer.has_log

    def submit(self, competition: str, submission: Submission) -> asyncio.Future[Accepted]:
        """Have it recorded; the future gives or raises what `Writer.submit` says. Raises Busy."""
        used = self._open.pop(competition, None) or self._begin(competition)
        self._open[competition] = used
        return used.writer.submit(submission)

    def end(self) -> None:
        """Stop them all; what they have in hand is answered as not known."""
        for used in self._open.values():
            used.running.cancel()

    def _begin(self, competition: str) -> _Open:
        if len(self._open) >= WRITERS_MAX:
            self._make_room(competition)
        writer = Writer(self._redis, competition, replicas=self._replicas)
        return _Open(writer, self._group.create_task(writer.run()))

    def _make_room(self, competition: str) -> None:
        for other, used in self._open.items():
            if used.writer.is_idle:
                del self._open[other]
                used.running.cancel()
                return
        raise Busy(competition, f"{WRITERS_MAX} others are being posted to")
