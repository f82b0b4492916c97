"""What a subscription says next, decided from what its viewer holds.

A view says its newest state, or nothing; a feed says the next event, or nothing. Either begins
again with a snapshot when what it watches has another epoch than what is held.
"""

import enum
from collections import deque
from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec

from services.gateway import frames
from services.gateway.frames import Shared
from services.gateway.watched import Feed, Topic


class Since(msgspec.Struct, frozen=True):
    """What a viewer holds: everything up to a position of an epoch."""

    epoch: str
    position: Annotated[int, msgspec.Meta(ge=0)]


NOTHING_HELD = Since("", 0)  # no log has this epoch


class Start(enum.Enum):
    SNAPSHOT = "what is held is of no use"
    RESUME = "what is held is a part of what we have seen"
    WAIT = "what is held is in the log, but we have not seen it"


def start(held: Since, epoch: str, seen: int, tail: int) -> Start:
    """Decide how to begin, by what is held, what we have seen and where the log ends."""
    if held.epoch != epoch or held.position > tail:
        return Start.SNAPSHOT
    return Start.RESUME if held.position <= seen else Start.WAIT


class ViewSubscription:
    """A subscription to a topic whose newest state says all; `patience` ends its waiting."""

    def __init__(
        self, id: str, topic: Topic, held: Since, patience: float, wake: Callable[[], None]
    ) -> None:
        self.id = id
        self.watched = topic.watched
        self.held = held
        self.patience = patience
        self.wake = wake
        self.answered = False
        self._topic = topic
        topic.audience.add(self)

    @property
    def told(self) -> int:
        """Up to where everything has been said, if there is no next frame."""
        return self.watched.seen

    @property
    def behind(self) -> bool:
        """Whether this gateway has not seen what the viewer holds."""
        return not self.answered and self._start() is Start.WAIT

    def begin_anew(self) -> None:
        """Wait no longer for what is held: it is of a log that is gone. Tell what there is."""
        self.held = NOTHING_HELD
        self.wake()

    def next_frame(self) -> bytes | None:
        return self._tell() if self.answered else self._answer()

    def leave(self) -> None:
        self.watched.waiting.discard(self)
        self._topic.leave(self)

    def _answer(self) -> bytes | None:
        match self._start():
            case Start.WAIT:
                self.watched.waiting.add(self)
                return None
            case Start.RESUME:
                self.answered = True
                return frames.resumed(self.id, self.held.epoch, self.held.position)
            case Start.SNAPSHOT:
                self.answered = True
                self.held = NOTHING_HELD
                return self._tell()

    def _tell(self) -> bytes | None:
        topic = self._topic
        if self.held.epoch != topic.epoch:
            message = topic.snapshot()
        elif self.held.position < topic.view.position:
            message = topic.update()
        else:
            return None
        self.held = Since(topic.epoch, topic.view.position)
        return message.frame(self.id)

    def _start(self) -> Start:
        watched = self.watched
        return start(self.held, watched.epoch, watched.seen, watched.tail)


class FeedSubscription:
    """A subscription to every event; what the feed no longer keeps comes by `turn_page`."""

    def __init__(
        self, id: str, feed: Feed, held: Since, patience: float, wake: Callable[[], None]
    ) -> None:
        self.id = id
        self.watched = feed.watched
        self.held = held
        self.patience = patience
        self.wake = wake
        self.answered = False  # soon, for whoever follows the log itself is never ahead of it
        self._feed = feed
        self._page_asked = False
        self._page: deque[tuple[int, bytes]] = deque()
        feed.audience.add(self)

    @property
    def told(self) -> int:
        return self.held.position

    def ask_page(self) -> bool:
        """Say, once for each page, that the next event is neither in the feed nor on a page."""
        asks = (
            self.answered
            and not self._page_asked
            and not self._page
            and self.held.epoch == self._feed.epoch
            and self.held.position < self._feed.first - 1
        )
        self._page_asked = self._page_asked or asks
        return asks

    def turn_page(self, entries: Sequence[tuple[int, bytes]]) -> None:
        """Take the entries that follow what is held; none if the log is no longer the same."""
        self._page_asked = False
        self._page = deque(entries)
        self.wake()

    def next_frame(self) -> bytes | None:
        return self._tell() if self.answered else self._answer()

    def leave(self) -> None:
        self._feed.leave(self)

    def _answer(self) -> bytes | None:
        self.answered = True
        if start(self.held, self._feed.epoch, self._feed.last, self._feed.last) is Start.RESUME:
            return frames.resumed(self.id, self.held.epoch, self.held.position)
        self.held = NOTHING_HELD
        return self._tell()

    def _tell(self) -> bytes | None:
        feed = self._feed
        if self.held.epoch != feed.epoch:
            self._page.clear()
            self.held = Since(feed.epoch, feed.last)
            return feed.snapshot().frame(self.id)
        position = self.held.position + 1
        message = self._from_page(position) or feed.event(position)
        if message is None:
            return None
        self.held = Since(self.held.epoch, position)
        return message.frame(self.id)

    def _from_page(self, position: int) -> Shared | None:
        if not self._page:
            return None
        at, stored = self._page.popleft()
        assert at == position, f"position {at} of the log where {position} should be"
        return frames.event(self.watched.competition, position, stored)
