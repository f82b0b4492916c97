"""What was known at a position: the fold of the log up to there, and of nothing after it.

It begins from a kept fold where that is old enough, and folds in a thread, page by page, so that
a long look back keeps nobody waiting.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import msgspec
from redis.asyncio import Redis

from events.codec import decode
from projections import GENERATION
from projections.fold import Fold
from services.http.problems import Problem, try_later
from services.reader.happened import Happened
from services.reader.shown import Shown, of_feed, of_view
from services.settings import (
    FEED_EVENTS,
    PAST_FOLDS_AT_ONCE_MAX,
    PAST_LOOKS_MAX,
    PAST_PAGE_EVENTS,
    PAST_RETRY_AFTER_SECONDS,
    PAST_WAIT_SECONDS,
)
from services.store.about import About
from services.store.log import Log, LogUnreadable
from services.store.readable import readable
from services.store.topics import FEED
from services.store.views import View, Views, view_epoch_of


class _Dated(msgspec.Struct):
    recorded_at: datetime


class Past:
    """Looks back for many who ask, a few at a time; who would wait for long is sent away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._folding = asyncio.Semaphore(PAST_FOLDS_AT_ONCE_MAX)
        self._waiting = 0

    async def look(self, about: About, topic: str, position: int) -> Shown | None:
        """Give what a topic said at a position; None if it was not there."""
        log = Log(self._redis, about.competition)
        if topic == FEED:
            return of_feed(about, await _feed_at(log, position))
        async with self._turn():
            fold = await fold_to(self._redis, log, about.tail.epoch, position)
            view = await asyncio.to_thread(_rendered, fold, topic)
        return of_view(topic, view_epoch_of(about.tail.epoch, GENERATION), position, view)

    async def look_by(
        self, about: About, topic: str, position: int, by: datetime
    ) -> tuple[Shown | None, int]:
        """Give what a topic says of what had happened by an instant, of all that was known at a
        position; and how many facts were left out because they do not tell when they happened."""
        log = Log(self._redis, about.competition)
        happened = Happened(by)
        async with self._turn():
            while happened.fold.position < position:
                count = min(PAST_PAGE_EVENTS, position - happened.fold.position)
                entries = await log.read(happened.fold.position, count)
                assert entries, f"{log.competition} ends before {position}"
                await asyncio.to_thread(happened.advance, log.competition, entries)
            view = await asyncio.to_thread(_rendered, happened.fold, topic)
        epoch = view_epoch_of(about.tail.epoch, GENERATION)
        return of_view(topic, epoch, position, view), happened.undated

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait for a turn to fold, for PAST_WAIT_SECONDS at most."""
        if self._waiting >= PAST_LOOKS_MAX:
            raise _too_many()
        self._waiting += 1
        try:
            async with asyncio.timeout(PAST_WAIT_SECONDS):
                await self._folding.acquire()
        except TimeoutError:
            raise _too_many() from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._folding.release()


async def _feed_at(log: Log, position: int) -> Sequence[tuple[int, bytes]]:
    begin = max(position - FEED_EVENTS, 0)
    entries = await log.read(begin, position - begin)
    told = readable(entries)
    if len(told) < len(entries):
        raise LogUnreadable(log.competition, entries[len(told)][0], "it is no event")
    return entries


def _too_many() -> Problem:
    detail = "too many are looking back at once; ask again in a few seconds"
    return try_later("too-many", detail, PAST_RETRY_AFTER_SECONDS)


def _rendered(fold: Fold, topic: str) -> View | None:
    position = fold.topics().get(topic)
    return None if position is None else View(position, msgspec.json.encode(fold.render(topic)))


async def position_at(log: Log, tail: int, instant: datetime) -> int:
    """Give the last position recorded at an instant or before it."""
    known, unknown = 0, tail + 1
    while unknown - known > 1:
        middle = (known + unknown) // 2
        [(_, stored)] = await log.read(middle - 1, 1)
        if _recorded_at(log, middle, stored) <= instant:
            known = middle
        else:
            unknown = middle
    if not known:
        detail = f"nothing of {log.competition} was recorded by {instant.isoformat()}"
        raise Problem("unknown-position", detail, position=0, tail=tail)
    return known


def _recorded_at(log: Log, position: int, stored: bytes) -> datetime:
    try:
        return msgspec.json.decode(stored, type=_Dated).recorded_at
    except msgspec.MsgspecError as error:
        raise LogUnreadable(log.competition, position, str(error)) from error


async def fold_to(redis: Redis, log: Log, epoch: str, position: int) -> Fold:
    """Give the fold of a log up to a position that it has reached."""
    fold = Fold()
    kept = await Views(redis, log.competition).snapshot(view_epoch_of(epoch, GENERATION))
    if kept and kept[0] <= position:
        fold = await asyncio.to_thread(Fold.load, kept[1])
    while fold.position < position:
        count = min(PAST_PAGE_EVENTS, position - fold.position)
        entries = await log.read(fold.position, count)
        await asyncio.to_thread(_advance, fold, log.competition, entries)
        assert entries, f"{log.competition} ends at {fold.position}, before {position}"
    return fold


def _advance(fold: Fold, competition: str, page: Sequence[tuple[int, bytes]]) -> None:
    for position, stored in page:
        try:
            fold.advance(decode(stored))
        except Exception as error:
            # Whatever it is, nothing after it is known without it.
            raise LogUnreadable(competition, position, str(error)) from error
