"""What this gateway knows of one competition that somebody watches.

The newest state of every watched topic, how far the doorbells have told, and the end of the log.
Whatever order it is told in, a topic never goes back within an epoch, and a doorbell that does
not follow on the last one is noticed.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from services.gateway import frames
from services.gateway.frames import Shared
from services.settings import FEED_EVENTS, LIVE_FEED_WINDOW_EVENTS_MAX
from services.store.topics import CHECKPOINT, FEED, NOTHING_YET, checkpoint_at, feed_of
from services.store.views import Doorbell, View


class Viewed(Protocol):
    """A subscription, as seen from what it watches."""

    def wake(self) -> None:
        """Something is new; ask again what to tell."""


class Heard(msgspec.Struct, frozen=True):
    """Which watched topics to read now; with them read, the views are told up to `position`."""

    topics: frozenset[str]
    position: int


class Topic:
    """A watched topic: its newest state, and the subscriptions that are told of it."""

    def __init__(self, watched: "Watched", name: str) -> None:
        self.watched = watched
        self.name = name
        self.audience: set[Viewed] = set()
        self.epoch = ""
        self.view = NOTHING_YET
        self._snapshot: Shared | None = None
        self._update: Shared | None = None

    def show(self, epoch: str, view: View) -> None:
        """Take a view if it is newer than the one that is known, and wake the audience."""
        if epoch == self.epoch and view.position <= self.view.position:
            return
        self.epoch, self.view = epoch, view
        self._snapshot = self._update = None
        for subscription in self.audience:
            subscription.wake()

    def leave(self, subscription: Viewed) -> None:
        """Forget a subscription; with the last one, the topic."""
        self.audience.discard(subscription)
        if not self.audience:
            self.watched.forget(self)

    def snapshot(self) -> Shared:
        if self._snapshot is None:
            position, data = self.view.position, self.view.data
            self._snapshot = frames.snapshot(
                self.watched.competition, self.name, self.epoch, position, data
            )
        return self._snapshot

    def update(self) -> Shared:
        if self._update is None:
            position, data = self.view.position, self.view.data
            self._update = frames.update(self.watched.competition, self.name, position, data)
        return self._update


class Feed:
    """The end of the log: its newest events, kept for all who follow it."""

    def __init__(self, watched: "Watched") -> None:
        self.watched = watched
        self.epoch = ""
        self.last = 0
        self.audience: set[Viewed] = set()
        self._events: list[bytes] = []  # stored strings; the newest is at position `last`
        self._messages: dict[int, Shared] = {}
        self._snapshot: Shared | None = None

    @property
    def newest(self) -> bytes:
        """The stored string at position `last`; empty where nothing is recorded."""
        return self._events[-1] if self._events else b""

    @property
    def first(self) -> int:
        """The position of the oldest event kept here; one past the last if there is none."""
        return self.last + 1 - len(self._events)

    def restart(self, epoch: str, entries: Sequence[tuple[int, bytes]]) -> None:
        """Take a log of another epoch, by its newest entries."""
        self.epoch = epoch
        self.last = 0
        self._events.clear()
        self._messages.clear()
        self.extend(entries)

    def extend(self, entries: Sequence[tuple[int, bytes]]) -> None:
        """Take the entries that follow the last one, and wake the audience."""
        if entries:
            assert not self._events or entries[0][0] == self.last + 1, "events out of order"
            self.last = entries[-1][0]
            self._events += (stored for _, stored in entries)
            del self._events[:-LIVE_FEED_WINDOW_EVENTS_MAX]
            for position in self._messages.keys() - range(self.first, self.last + 1):
                del self._messages[position]
        self._snapshot = None
        for subscription in self.audience:
            subscription.wake()

    def event(self, position: int) -> Shared | None:
        """Give the message for an event; None if it is older than what is kept here."""
        message = self._messages.get(position)
        if message is None and self.first <= position <= self.last:
            stored = self._events[position - self.first]
            message = frames.event(self.watched.competition, position, stored)
            self._messages[position] = message
        return message

    def snapshot(self) -> Shared:
        if self._snapshot is None:
            data = feed_of(self._events[-FEED_EVENTS:])
            self._snapshot = frames.snapshot(
                self.watched.competition, FEED, self.epoch, self.last, data
            )
        return self._snapshot

    def leave(self, subscription: Viewed) -> None:
        """Forget a subscription; with the last one, the feed."""
        self.audience.discard(subscription)
        if not self.audience:
            self.watched.forget(self)


class Watched:
    """A competition with at least one subscription."""

    def __init__(self, competition: str) -> None:
        self.competition = competition
        self.epoch = ""
        self.seen = 0
        self.tail = 0  # the furthest that the log is known to reach
        self.outlived = False  # the log has another epoch; views of it are on their way
        self.topics: dict[str, Topic] = {}
        self.feed: Feed | None = None
        self.waiting: set[Viewed] = set()  # woken whenever more has been seen

    def hear(self, doorbells: Iterable[Doorbell]) -> Heard | None:
        """Say what to read after these doorbells; None means every topic, from a new look.

        One that does not follow on what was seen, or tells of another epoch, is not believed.
        Nothing is taken for seen until it has been read: see `show`.
        """
        seen = self.seen
        touched: set[str] = set()
        for doorbell in doorbells:
            if doorbell.epoch != self.epoch:
                return None
            if doorbell.to <= seen:
                continue
            if doorbell.after != seen or doorbell.topics is None:
                return None
            touched |= self.topics.keys() & doorbell.topics
            seen = doorbell.to
        return Heard(frozenset(touched), seen)

    def show(self, epoch: str, seen: int, views: Mapping[str, View | None]) -> None:
        """Take views as they were read when the build `epoch` had reached at least `seen`.

        None is a view that this build does not have. With another epoch, `views` has every topic.
        """
        if epoch != self.epoch:
            self.epoch, self.seen, self.tail, self.outlived = epoch, seen, seen, False
        self.seen = max(self.seen, seen)
        self.tail = max(self.tail, self.seen)
        for name, view in views.items():
            if topic := self.topics.get(name):
                topic.show(epoch, view or NOTHING_YET)
        if checkpoint := self.topics.get(CHECKPOINT):
            checkpoint.show(epoch, checkpoint_at(self.seen))
        waiting, self.waiting = self.waiting, set()
        for subscription in waiting:
            subscription.wake()

    def forget(self, topic: Topic | Feed) -> None:
        if isinstance(topic, Feed):
            self.feed = None
        else:
            self.topics.pop(topic.name, None)

    def has(self, name: str) -> bool:
        return self.feed is not None if name == FEED else name in self.topics

    @property
    def topics_watched(self) -> int:
        return len(self.topics) + (self.feed is not None)
