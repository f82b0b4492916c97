"""What the gateway says, as types: what its document is written from and its frames are held to.

Frames are spliced from bytes that are encoded once (`frames.py`), so nothing is encoded from
these; whoever writes a viewer finds in them all that may come.
"""

from typing import Annotated, Any, Literal

import msgspec

SubscriptionId = Annotated[
    str, msgspec.Meta(min_length=1, max_length=64, description="Of the viewer's own choosing.")
]
Epoch = Annotated[
    str, msgspec.Meta(description="Opaque; positions of different epochs do not compare.")
]
Position = Annotated[
    int, msgspec.Meta(ge=0, description="Of the last event that touched the topic; 0 of none.")
]
Code = Literal[
    "behind",
    "log-unavailable",
    "too-many",
    "unknown-competition",
    "unknown-subscription",
    "unknown-topic",
]


class _Message(msgspec.Struct, frozen=True, tag=str.lower, forbid_unknown_fields=True):
    pass


class Welcome(_Message, frozen=True):
    """The connection stands; a heartbeat comes every `heartbeat_ms`."""

    server_time: str
    heartbeat_ms: Annotated[int, msgspec.Meta(ge=1)]


class Snapshot(_Message, frozen=True):
    """Begin a topic anew with this, whatever is held: it answers a subscription, or the epoch of
    the topic has changed. `data` of a feed is `{"events": [...]}`; null where there is no such
    thing any more.
    """

    id: SubscriptionId
    competition: str
    topic: str
    epoch: Epoch
    position: Position
    data: Any


class Resumed(_Message, frozen=True):
    """What is held is right; every later change follows."""

    id: SubscriptionId
    epoch: Epoch
    position: Position


class Update(_Message, frozen=True):
    """The whole state of a topic now; states between may have been skipped."""

    id: SubscriptionId
    competition: str
    topic: str
    position: Position
    data: Any


class Event(_Message, frozen=True):
    """The next event of a feed, none left out and none twice."""

    id: SubscriptionId
    competition: str
    position: Position
    event: dict[str, Any]


class Heartbeat(_Message, frozen=True):
    """Everything up to these positions has been said on this connection, in all its topics of
    each competition.
    """

    positions: dict[str, Position]


class Error(_Message, frozen=True):
    """That request failed, and the connection goes on. With `retry_after_ms`, ask again then."""

    code: Code
    message: str
    id: SubscriptionId | None = None
    retry_after_ms: Annotated[int, msgspec.Meta(ge=0)] | None = None


Said = Welcome | Snapshot | Resumed | Update | Event | Heartbeat | Error
