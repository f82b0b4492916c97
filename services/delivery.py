"""What FastStream hands over is taken as it came: positions and stored strings.

Its own parser would decode JSON, and takes four times as long.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from faststream.message import StreamMessage
from faststream.redis import RedisBroker, StreamSub

from services.settings import PROJECTOR_BATCH_EVENTS_MAX, PROJECTOR_POLL_MS
from services.store import keys

Entries = Sequence[tuple[int, bytes]]
"""Positions and stored strings, in the order of the log."""


@asynccontextmanager
async def delivered(
    broker: RedisBroker, competition: str, *, after: int, take: Callable[[Any], Awaitable[None]]
) -> AsyncIterator[None]:
    """Have the entries of a log after a position taken, in batches, as long as the block lasts."""
    stream = StreamSub(
        keys.log(competition),
        last_id=f"{after}-0",
        batch=True,
        max_records=PROJECTOR_BATCH_EVENTS_MAX,
        polling_interval=PROJECTOR_POLL_MS,
    )
    subscriber = broker.subscriber(
        stream=stream, parser=_untouched, decoder=_entries, persistent=False
    )
    subscriber(take)
    try:
        await subscriber.start()
        yield
    finally:
        await subscriber.stop()


async def _untouched(batch: Any) -> StreamMessage[Any]:
    return StreamMessage(raw_message=batch, body=b"")


async def _entries(message: StreamMessage[Any]) -> Entries:
    batch = message.raw_message
    return [
        (_position(entry_id), fields.get(b"e", b""))
        for entry_id, fields in zip(batch["message_ids"], batch["data"], strict=True)
    ]


def _position(entry_id: bytes) -> int:
    """Give the position of an entry; 0 for an ID that is none, so that the fold stops there.

    Nothing may be raised here: FastStream would skip the batch.
    """
    position, _, rest = entry_id.partition(b"-")
    return int(position) if rest == b"0" else 0
