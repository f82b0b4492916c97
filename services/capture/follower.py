"""A fold that follows its log: each event once and in order, from the start after a rewind.

Every page begins with the entry that was folded last, so that a log which went back and grew
again is not mistaken for the one that was read before. What is taken in unread lacks all that the
log wrote on it but its position, such as when it was recorded: no decision depends on that.
"""

import zlib
from collections.abc import Iterable
from contextlib import suppress

import msgspec
from redis.asyncio import Redis

from events.codec import decode
from projections import GENERATION
from projections.fold import Fold
from services.settings import CATCH_UP_PAGE_EVENTS
from services.store.log import Gap, Log, LogUnreadable, NewEvent, Place, Tail
from services.store.views import Views, view_epoch_of


class Follower:
    """`fold` is the log up to `seen`, its newest entry that was folded."""

    def __init__(self, redis: Redis, log: Log) -> None:
        self.fold = Fold()
        self.seen = Tail()
        self._log = log
        self._views = Views(redis, log.competition)

    async def catch_up(self) -> None:
        """Fold what was appended since, by whomever. Raises LogUnavailable, LogUnreadable."""
        while not await self._read_on():
            pass

    async def _read_on(self) -> bool:
        """Fold one page; True if there is no more."""
        epoch = await self._log.check_tail(self.seen)
        if epoch != self.seen.epoch:
            await self._begin(epoch)
        page = await self._page()
        if self.seen.position and (not page or page[0] != (self.seen.position, self.seen.stored)):
            return False
        for position, stored in page:
            if position > self.seen.position:
                self._take(position, stored)
        return len(page) < CATCH_UP_PAGE_EVENTS

    def took(self, branch: Fold, recorded: Iterable[tuple[NewEvent, Place]]) -> bool:
        """Absorb a branch whose events were just recorded, without reading them back.

        False, and nothing is absorbed, unless the log gave them the positions they have there.
        """
        begin = self.fold.position
        new = [(event, place) for event, place in recorded if place.position > begin]
        if [place.position for _, place in new] != list(range(begin + 1, branch.position + 1)):
            return False
        self.fold.absorb(branch)
        if new:
            event, place = new[-1]
            self.seen = Tail(self.seen.epoch, place.position, event.stored(place))
        return True

    async def _begin(self, epoch: str) -> None:
        self.fold, self.seen = Fold(), Tail(epoch)
        kept = await self._views.snapshot(view_epoch_of(epoch, GENERATION)) if epoch else None
        if kept is None or not (entries := await self._log.read(kept[0] - 1, 1)):
            return
        # A snapshot only saves time: what cannot be loaded is folded from the start.
        with suppress(zlib.error, msgspec.MsgspecError):
            self.fold = Fold.load(kept[1])
            self.seen = Tail(epoch, *entries[0])

    async def _page(self) -> list[tuple[int, bytes]]:
        try:
            return await self._log.read(max(self.seen.position - 1, 0), CATCH_UP_PAGE_EVENTS)
        except Gap as gap:
            raise LogUnreadable(self._log.competition, gap.position, str(gap)) from gap

    def _take(self, position: int, stored: bytes) -> None:
        try:
            self.fold.advance(decode(stored))
        except Exception as error:
            # Whatever it is, it stops this competition and no other.
            raise LogUnreadable(self._log.competition, position, str(error)) from error
        self.seen = Tail(self.seen.epoch, position, stored)
