"""A writer for each competition that is posted to, begun when it is needed.

There are so many at most; one that nobody waits for makes room. A writer that dies takes its
whole group with it, as nobody else may know what it did.
"""

import asyncio

from redis.asyncio import Redis

from services.capture.submission import Accepted, Busy, Submission, UnknownCompetition
from services.capture.writer import Writer
from services.settings import WRITERS_MAX


class _Open:
    def __init__(self, writer: Writer, running: asyncio.Task[None]) -> None:
        self.writer = writer
        self.running = running
        self.waiting = 0


class Writers:
    """The writers of one process, those used longest ago first."""

    def __init__(self, redis: Redis, group: asyncio.TaskGroup, replicas: int) -> None:
        self._redis = redis
        self._group = group
        self._replicas = replicas
        self._open: dict[str, _Open] = {}

    def know(self, competition: str) -> bool:
        """Say whether it was posted to of late, and so exists."""
        return competition in self._open

    async def submit(self, competition: str, submission: Submission) -> Accepted:
        """Record it, or raise why not; see `Writer.submit`."""
        used = self._open.pop(competition, None) or self._begin(competition)
        self._open[competition] = used
        used.waiting += 1
        try:
            return await used.writer.submit(submission)
        except UnknownCompetition:
            self._end(competition, used)
            raise
        finally:
            used.waiting -= 1

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
            if not used.waiting:
                self._end(other, used)
                return
        raise Busy(competition, f"{WRITERS_MAX} others are being posted to")

    def _end(self, competition: str, used: _Open) -> None:
        if self._open.get(competition) is used:
            del self._open[competition]
        used.running.cancel()
