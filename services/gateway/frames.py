"""What the gateway says, encoded once for all viewers it is for.

Server frames are unmasked, so viewers that chose the same subscription id get the very same
bytes: the id is spliced between a head and a tail that everybody shares. Data and events come
encoded from the store and are never encoded again.
"""

from collections.abc import Mapping

import msgspec
from websockets.frames import Frame, Opcode

from services.settings import LIVE_FRAMES_SHARED_PER_MESSAGE_MAX


class Shared:
    """A message for every viewer of a topic, complete but for the viewer's subscription id."""

    __slots__ = ("_frames", "_head", "_tail")

    def __init__(self, head: bytes, tail: bytes) -> None:
        self._head = head
        self._tail = tail
        self._frames: dict[str, bytes] = {}

    def frame(self, subscription: str) -> bytes:
        """Give the frame for an id; the same object to everybody who asks with that id."""
        frame = self._frames.get(subscription)
        if frame is None:
            frame = _frame(self._head + msgspec.json.encode(subscription) + self._tail)
            if len(self._frames) < LIVE_FRAMES_SHARED_PER_MESSAGE_MAX:
                self._frames[subscription] = frame
        return frame


# The same for everybody who asked for the topic


def snapshot(competition: str, topic: str, epoch: str, position: int, data: bytes) -> Shared:
    tail = b',"competition":%b,"topic":%b,"epoch":%b,"position":%d,"data":%b}' % (
        msgspec.json.encode(competition),
        msgspec.json.encode(topic),
        msgspec.json.encode(epoch),
        position,
        data,
    )
    return Shared(b'{"type":"snapshot","id":', tail)


def update(competition: str, topic: str, position: int, data: bytes) -> Shared:
    tail = b',"competition":%b,"topic":%b,"position":%d,"data":%b}' % (
        msgspec.json.encode(competition),
        msgspec.json.encode(topic),
        position,
        data,
    )
    return Shared(b'{"type":"update","id":', tail)


def event(competition: str, position: int, stored: bytes) -> Shared:
    tail = b',"competition":%b,"position":%d,"event":%b}' % (
        msgspec.json.encode(competition),
        position,
        stored,
    )
    return Shared(b'{"type":"event","id":', tail)


# One viewer's own


def welcome(server_time: str, heartbeat_ms: int) -> bytes:
    return _message(type="welcome", server_time=server_time, heartbeat_ms=heartbeat_ms)


def resumed(subscription: str, epoch: str, position: int) -> bytes:
    return _message(type="resumed", id=subscription, epoch=epoch, position=position)


def heartbeat(positions: Mapping[str, int]) -> bytes:
    return _message(type="heartbeat", positions=positions)


def error(
    subscription: str | None, code: str, message: str, retry_after_ms: int | None = None
) -> bytes:
    about = {} if subscription is None else {"id": subscription}
    retry = {} if retry_after_ms is None else {"retry_after_ms": retry_after_ms}
    return _message(type="error", **about, code=code, message=message, **retry)


def _message(**fields: object) -> bytes:
    return _frame(msgspec.json.encode(fields))


def _frame(text: bytes) -> bytes:
    return Frame(Opcode.TEXT, text).serialize(mask=False)
