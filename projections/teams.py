"""The teams of the competition, by name."""

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from projections.fold import Fold

TEAMS_MAX = 500


class Team(Struct, frozen=True):
    team: str
    name: str
    short: str
    code: str | None
    place: str | None
    entry: str | None
    groups: tuple[str, ...]
    source: str | None


class Teams(Struct, frozen=True):
    """`count` tells how many there are, also where only the first are listed."""

    count: int
    teams: tuple[Team, ...]


def render(fold: "Fold") -> Teams:
    entered = sorted(fold.teams(), key=lambda fact: (fact.names.full, fact.team))
    listed = (
        Team(
            team=fact.team,
            name=fact.names.full,
            short=fact.names.short or fact.names.full,
            code=fact.names.code,
            place=fact.place,
            entry=fact.entry,
            groups=tuple(fold.groups_of(fact.team)),
            source=fact.source,
        )
        for fact in entered[:TEAMS_MAX]
    )
    return Teams(len(entered), tuple(listed))
