"""The teams of the competition, by name."""

from typing import TYPE_CHECKING

from msgspec import Struct

from projections.naming import TeamName, team_name

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
    """List the teams by name; one that nobody entered yet is known by its id."""
    named = sorted((team_name(fold, team) for team in fold.teams()), key=lambda n: (n.name, n.team))
    return Teams(len(named), tuple(_team(fold, name) for name in named[:TEAMS_MAX]))


def _team(fold: "Fold", named: TeamName) -> Team:
    entered = fold.team(named.team)
    return Team(
        team=named.team,
        name=named.name,
        short=named.short,
        code=named.code,
        place=entered.place if entered else None,
        entry=entered.entry if entered else None,
        groups=tuple(fold.groups_of(named.team)),
        source=entered.source if entered else None,
    )
