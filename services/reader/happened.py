"""What had happened by a time: the fold of those facts that say that they were by then.

What sets a competition up (its rules, clubs, groups, fixtures) holds from the beginning unless it
says since when; a correction that tells of no time goes with the fact that it corrects. Of all
other facts, those that tell of no time, or of one that may have been before or after, are left out
and counted.
"""

from collections.abc import Sequence
from datetime import datetime

from events.codec import decode
from events.types import (
    CompetitionCreated,
    Event,
    EventAmended,
    EventCancelled,
    EventConfirmed,
    ExtraMatchOrdered,
    GroupFormed,
    MatchRescheduled,
    MatchScheduled,
    NameErased,
    PersonNamed,
    PersonsMerged,
    RegulationsAmended,
    StageOpened,
    TeamEntered,
)
from projections.fold import Fold
from services.store.log import LogUnreadable

_SETTING = (
    CompetitionCreated,
    ExtraMatchOrdered,
    GroupFormed,
    MatchRescheduled,
    MatchScheduled,
    NameErased,
    PersonNamed,
    PersonsMerged,
    RegulationsAmended,
    StageOpened,
    TeamEntered,
)
_CORRECTIONS = (EventAmended, EventCancelled, EventConfirmed)


class Happened:
    """The fold of what had happened by an instant; `undated` facts were left out."""

    def __init__(self, by: datetime) -> None:
        self.fold = Fold()
        self.undated = 0
        self._by = by
        self._left_out: set[str] = set()

    def advance(self, competition: str, page: Sequence[tuple[int, bytes]]) -> None:
        """Take in the next entries of the log. Raises LogUnreadable."""
        for position, stored in page:
            try:
                self._take(decode(stored))
            except Exception as error:
                # Whatever it is, nothing after it is known without it.
                raise LogUnreadable(competition, position, str(error)) from error

    def _take(self, event: Event) -> None:
        is_in = self._is_in(event)
        self.undated += is_in is None
        if is_in:
            self.fold.advance(event)
        else:
            self._left_out.add(event.id)
            self.fold.pass_over(event)

    def _is_in(self, event: Event) -> bool | None:
        """Say whether it had happened; None where that is not known."""
        if isinstance(event, CompetitionCreated):
            return True
        if isinstance(event, _CORRECTIONS) and event.target in self._left_out:
            return False
        fixes = event.match is None or isinstance(event, _SETTING)
        if not fixes and self.fold.match_of(event.match or "") is None:
            return False  # nobody had fixed that match yet
        happened = happened_by(event, self._by)
        if happened is None and isinstance(event, _SETTING + _CORRECTIONS):
            return True
        return happened


def happened_by(event: Event, by: datetime) -> bool | None:
    """Say whether a fact had happened by an instant; None where it does not tell.

    Of a day, a month or a range of them that is known when it is over, or has not begun, by the
    date that the instant is written with.
    """
    if event.occurred_at is not None:
        return datetime.fromisoformat(event.occurred_at) <= by
    if event.occurred is None:
        return None
    first, _, last = event.occurred.partition("/")
    today, last = by.date().isoformat(), last or first
    if last < today[: len(last)]:
        return True
    return False if first > today[: len(first)] else None
