"""What FastStream hands over is taken as it came: positions and stored strings.

Its own parser would decode JSON, and takes four times as long.
"""

from collections.abc import Sequence
from typing import Any

from faststream.message import StreamMessage

Entries = Sequence[tuple[int, bytes]]
"""Positions and stored strings, in the order of the log."""


async def untouched(batch: Any) -> StreamMessage[Any]:
    return StreamMessage(raw_message=batch, body=b"")


async def entries(message: StreamMessage[Any]) -> Entries:
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
