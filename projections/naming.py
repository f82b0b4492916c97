"""How a team is shown beside its id."""

from typing import TYPE_CHECKING

from msgspec import Struct

from events.fields import Names

if TYPE_CHECKING:
    from projections.known import Known


class TeamName(Struct, frozen=True):
    """`short` falls back to the name, the name to the id."""

    team: str
    name: str
    short: str
    code: str | None = None


def team_name(fold: "Known", team: str) -> TeamName:
    entered = fold.team(team)
    return shown(team, entered.names if entered else None)


def shown(team: str, names: Names | None) -> TeamName:
    if names is None:
        return TeamName(team, team, team)
    return TeamName(team, names.full, names.short or names.full, names.code)
