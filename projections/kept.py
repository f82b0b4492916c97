"""What was derived is kept beside what it was derived from, until that has changed."""

from collections.abc import Callable
from typing import Generic, TypeVar

from events.match import Sheet
from events.types import TeamEntered
from projections.bracket import Pairing
from projections.competition import Stage
from projections.overall import Overall
from projections.qualification import Rights
from projections.table import Table
from projections.values import Formed, Setting

V = TypeVar("V")


class Kept(Generic[V]):
    """Values by key; each is right for its sources, so folds that differ can share them."""

    def __init__(self) -> None:
        self._values: dict[str, tuple[tuple[object, ...], V]] = {}

    def of(self, key: str, sources: tuple[object, ...], derive: Callable[[], V]) -> V:
        """Give the value of these sources; sources that are the same objects cost no comparison."""
        kept = self._values.get(key)
        if kept is None or kept[0] != sources:
            kept = self._values[key] = (sources, derive())
        return kept[1]


class Derivations:
    """What was derived from the values of a fold. A branch shares it."""

    def __init__(self) -> None:
        self.settings = Kept[Setting]()
        self.groups = Kept[Formed | None]()
        self.teams = Kept[TeamEntered | None]()
        self.persons = Kept[bool]()
        self.sheets = Kept[Sheet | None]()
        self.tables = Kept[Table]()
        self.rights = Kept[Rights]()
        self.pairings = Kept[Pairing]()
        self.overall = Kept[Overall]()
        self.outlines = Kept[tuple[Stage, ...]]()
