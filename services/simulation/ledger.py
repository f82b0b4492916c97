"""Facts are made, checked and folded one after the other, as capture would do it.

Whoever invents a season asks the fold what has come of it so far. The ids follow from the
competition and from how many facts were made before, so that the same seed makes the same log.
"""

import itertools
import uuid
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from events.check import check
from events.codec import Json, read_event
from events.types import subject_of
from projections.fold import Fold
from services.season import CHECKED_AT, UNCOMMITTED, Fact

# Another one would give every fact of an edition another id.
NAMESPACE = uuid.UUID("0d0c8c52-8c55-5b1e-9a4e-6a1d2b7f3e90")


class Ledger:
    """The log of an edition as it is being invented."""

    def __init__(self, competition: str, fold: Fold) -> None:
        self.competition = competition
        self.fold = fold
        self._made = itertools.count()

    def make(self, at: datetime | None, type_: str, **fields: Any) -> Json:
        """Give a fact of its own id, which is recorded later; fields that are None are left out."""
        id_ = str(uuid.uuid5(NAMESPACE, f"{self.competition}\n{next(self._made)}"))
        when = {"occurred_at": at.isoformat()} if at else {}
        known = {name: value for name, value in fields.items() if value is not None}
        return {"id": id_, "type": type_, **when, **known}

    def record(self, content: Json) -> Fact:
        """Take a fact in. Raises Refused where it cannot be, as capture would."""
        event = read_event(content).event
        if self.fold.position:
            check(event, self.fold)
        version = self.fold.version(subject_of(event)) + 1
        head = {"position": self.fold.position + 1, "version": version, "recorded_at": CHECKED_AT}
        self.fold.advance(replace(event, **head))
        return Fact(content, event)

    def tell(self, at: datetime, type_: str, **fields: Any) -> Fact:
        return self.record(self.make(at, type_, **fields))

    def name(self, person: str, name: str, team: str) -> Fact:
        """Name a person; the name is posted, and capture chooses what commits to it."""
        posted = self.make(None, "person_named", person=person, team=team)
        named = self.record({**posted, "commitment": UNCOMMITTED})
        return Fact({**posted, "name": name}, named.event)
