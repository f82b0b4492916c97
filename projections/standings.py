"""The table of a group."""

from typing import TYPE_CHECKING

from events.check import GroupState

if TYPE_CHECKING:
    from projections.fold import Fold

Derived = object


def state_of(fold: "Fold", group: str) -> GroupState | None:
    formed = fold.formed(group)
    if formed is None:
        return None
    return GroupState(group, formed.teams)
