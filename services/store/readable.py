"""How far a log can be told on: up to the first entry that is no event, and never past it.

What was damaged is neither skipped nor handed on, for nobody knows what it said. Its bytes stay
in the log, as auditors need them.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.store.log import Gap, Log

Entries = Sequence[tuple[int, bytes]]


class _Event(msgspec.Struct, frozen=True):
    """What every stored event has, whatever its type."""

    id: str
    position: int
    recorded_at: datetime


_EVENT = msgspec.json.Decoder(_Event)


def readable(entries: Entries) -> list[tuple[int, bytes]]:
    """Give the entries before the first one that is no event of its position."""
    found = []
    for position, stored in entries:
        if not _is_event(position, stored):
            break
        found.append((position, stored))
    return found


async def newest(log: Log, count: int) -> list[tuple[int, bytes]]:
    """Give the last `count` entries at most of what can be read of a log, before any gap in it."""
    try:
        entries = await log.last(count)
    except Gap as gap:
        return await _before(log, gap.position, count)
    if not entries:
        return []
    return readable(entries) or await _before(log, entries[0][0], count)


async def _before(log: Log, position: int, count: int) -> list[tuple[int, bytes]]:
    while position > 1:
        begin = max(position - 1 - count, 0)
        try:
            entries = await log.read(begin, position - 1 - begin)
        except Gap as gap:
            position = gap.position
            continue
        if found := readable(entries):
            return found
        position = begin + 1
    return []


def _is_event(position: int, stored: bytes) -> bool:
    try:
        stored.decode()  # what is not looked at is not checked by the decoder
        return _EVENT.decode(stored).position == position
    except (ValueError, RecursionError):
        return False
