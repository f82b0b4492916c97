"""What was recorded about a match, and what of it stands.

A match only grows, and the newest word about a fact that is itself not cancelled wins. A correction
therefore needs no undo: it is one more fact.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeVar, cast

from msgspec import Struct

from events.codec import amended
from events.types import (
    Event,
    EventAmended,
    EventCancelled,
    FinalWhistle,
    ResultRecorded,
)

Kind = TypeVar("Kind", bound=Event)

_WORDS = (EventCancelled, EventAmended)
_SHEETS = (FinalWhistle, ResultRecorded)


class Match(Struct, frozen=True, gc=False):
    """The facts of one match, in the order of the log."""

    match: str
    facts: tuple[Event, ...] = ()

    @property
    def version(self) -> int:
        return len(self.facts)

    @property
    def position(self) -> int:
        return self.facts[-1].position if self.facts else 0


class Fact(NamedTuple):
    """A fact that stands: as it was recorded, and as it now reads."""

    recorded: Event
    event: Event


def facts_that_stand(facts: Sequence[Event]) -> list[Fact]:
    """Resolve corrections: the newest word about a fact, if not itself cancelled, wins.

    Cancelled facts and the words themselves are left out; amended facts read as amended.
    """
    if not any(isinstance(fact, _WORDS) for fact in facts):
        return [Fact(fact, fact) for fact in facts]
    words: dict[str, EventCancelled | EventAmended] = {}
    standing: list[Fact] = []
    for fact in reversed(facts):
        word = words.get(fact.id)
        if isinstance(word, EventCancelled):
            continue
        event = amended(fact, word.body) if word else fact
        if isinstance(event, _WORDS):
            words.setdefault(event.target, event)
        else:
            standing.append(Fact(fact, event))
    standing.reverse()
    return standing


def is_cancelled(id: str, facts: Sequence[Event]) -> bool:
    """Say whether the newest word about a fact, if not itself cancelled, takes it back."""
    words: dict[str, EventCancelled | EventAmended] = {}
    for fact in reversed(facts):
        word = words.get(fact.id)
        if fact.id == id:
            return isinstance(word, EventCancelled)
        if isinstance(fact, _WORDS) and not isinstance(word, EventCancelled):
            event = amended(fact, word.body) if word else fact
            if isinstance(event, _WORDS):
                words.setdefault(event.target, event)
    return False


class Told:
    """Facts that stand, in order and by their kind, so that nobody goes through all of them."""

    def __init__(self, facts: Sequence[Event]) -> None:
        self.facts = facts
        self._of_kind: dict[type[Event], list[Any]] = {}
        for fact in facts:
            self._of_kind.setdefault(type(fact), []).append(fact)
        self.sheets = cast(list[FinalWhistle | ResultRecorded], self.any_of(_SHEETS))

    def all(self, kind: type[Kind]) -> list[Kind]:
        return self._of_kind.get(kind, [])

    def newest(self, kind: type[Kind]) -> Kind | None:
        of_kind = self.all(kind)
        return of_kind[-1] if of_kind else None

    def any_of(self, kinds: tuple[type[Event], ...]) -> list[Event]:
        """Give the facts of several kinds, in order."""
        if self._of_kind.keys().isdisjoint(kinds):
            return []
        return [fact for fact in self.facts if type(fact) in kinds]

    def after(self, fact: Event | None, kind: type[Kind]) -> list[Kind]:
        """Give the facts of a kind that came after a fact; all of them after none."""
        of_kind = self.all(kind)
        if not of_kind or fact is None:
            return of_kind
        later = self.facts[self.facts.index(fact) + 1 :]
        return [one for one in later if isinstance(one, kind)]


def told_by(played: Match, position: int | None = None) -> Told:
    """Give the facts as they stand, or as they stood when the log had reached a position."""
    known = played.facts
    if position is not None:
        known = tuple(fact for fact in known if fact.position <= position)
    told = Told(known)
    return Told([fact.event for fact in facts_that_stand(known)]) if told.any_of(_WORDS) else told
