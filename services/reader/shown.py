"""A topic as HTTP answers it, whether its data was stored, read from the log, or folded."""

from collections.abc import Sequence

import msgspec

from services.store.about import About
from services.store.topics import (
    CHECKPOINT,
    FEED,
    FIXED_TOPICS,
    NOTHING_YET,
    checkpoint_at,
    feed_of,
)
from services.store.views import View


class Shown(msgspec.Struct, frozen=True):
    """What a topic says at a position of an epoch."""

    topic: str
    epoch: str
    position: int
    data: msgspec.Raw


def of_view(topic: str, epoch: str, checkpoint: int, view: View | None) -> Shown | None:
    """Give what a build that has come to a checkpoint says; None for a topic it does not have."""
    if topic == CHECKPOINT:
        view = checkpoint_at(checkpoint)
    elif topic in FIXED_TOPICS:
        view = view or NOTHING_YET
    return Shown(topic, epoch, view.position, msgspec.Raw(view.data)) if view else None


def of_feed(about: About, entries: Sequence[tuple[int, bytes]]) -> Shown:
    """Give what the feed says when these entries are the newest; they are the log's own."""
    data = feed_of(stored for _, stored in entries)
    return Shown(FEED, about.tail.epoch, entries[-1][0], msgspec.Raw(data))
