"""What was decided last in a competition, however much was played since.

The end of a log is read back once until enough is found; after that only what is new. What is
remembered is of one epoch, so that a log that was rewound is read again.
"""

from msgspec import Struct, json

from services.pages.feed import DECISIONS, is_known
from services.pages.here import Json
from services.settings import (
    PAGE_DECISIONS_COMPETITIONS_MAX,
    PAGE_DECISIONS_KEPT_MAX,
    PAGE_DECISIONS_READ_PAGES_MAX,
    PAGE_LOG_PAGE_EVENTS,
)
from services.store.log import Gap, Log, Tail
from services.store.readable import readable


class _Known(Struct, frozen=True):
    epoch: str = ""
    position: int = 0
    decisions: list[Json] = []


class _Kind(Struct):
    type: str = ""


class Decided:
    """Remembers the newest decisions of the competitions that were looked at last."""

    def __init__(self) -> None:
        self._known: dict[str, _Known] = {}

    async def newest(self, log: Log, tail: Tail) -> list[Json]:
        """Give the newest decisions up to the end of a log, oldest first."""
        known = self._known.pop(log.competition, _Known())
        if known.epoch != tail.epoch or known.position > tail.position:
            known = _Known(tail.epoch)
        found = await _read_back(log, known, tail.position)
        self._known[log.competition] = _Known(tail.epoch, tail.position, found)
        while len(self._known) > PAGE_DECISIONS_COMPETITIONS_MAX:
            del self._known[next(iter(self._known))]
        return found


async def _read_back(log: Log, known: _Known, end: int) -> list[Json]:
    found: list[Json] = []
    for _ in range(PAGE_DECISIONS_READ_PAGES_MAX):
        if end == known.position:
            found = [*known.decisions, *found]
        if end == known.position or len(found) >= PAGE_DECISIONS_KEPT_MAX:
            break
        begin = max(end - PAGE_LOG_PAGE_EVENTS, known.position)
        try:
            entries = readable(await log.read(begin, end - begin))
        except Gap:
            break
        decisions = [e for _, e in entries if json.decode(e, type=_Kind).type in DECISIONS]
        found = [*(json.decode(stored) for stored in decisions if is_known(stored)), *found]
        end = begin
    return found[-PAGE_DECISIONS_KEPT_MAX:]
