"""The teams of the competition: where they come from, how they came in, and who may not play."""

from typing import TYPE_CHECKING, get_args

from msgspec import Struct

from events.fields import Ruling
from projections import claims, topics
from projections.claims import Said
from projections.naming import shown
from projections.values import Membership, TeamStatus

if TYPE_CHECKING:
    from projections.fold import Fold

TEAMS_MAX = 500
STATUSES: tuple[TeamStatus, ...] = get_args(TeamStatus)


class Team(Struct, frozen=True):
    """`section` is what it comes from. `reason`, `ruling` and `source` are those of its status,
    the last two else those of how it came in.
    """

    team: str
    name: str
    short: str
    code: str | None
    status: TeamStatus
    section: str | None
    section_name: str | None
    place: str | None
    entry: str | None
    formerly: str | None
    reason: str | None
    ruling: str | None
    groups: tuple[str, ...]
    source: str | None


class Teams(Struct, frozen=True):
    """`count` tells how many there are, also where only the first are listed.

    `statuses` counts them by status: a club that was refused is listed and takes no part.
    """

    count: int
    statuses: dict[TeamStatus, int]
    teams: tuple[Team, ...]
    claims: tuple[Said, ...]


def render(fold: "Fold") -> Teams:
    """List the teams by section in the order of the regulations, then by name.

    One that nobody entered yet is known by its id.
    """
    totals = fold.totals
    first = [team for _, _, team in totals.order.first(TEAMS_MAX)]
    counted = totals.statuses
    return Teams(
        len(totals.teams),
        {status: counted[status] for status in STATUSES},
        tuple(_team(fold, team, totals.teams[team]) for team in first),
        claims.about(fold, topics.TEAMS),
    )


def _team(fold: "Fold", team: str, membership: Membership) -> Team:
    came, word = membership.came, membership.word
    named = shown(team, came.names if came else None)
    section = came.section if came else None
    placed = fold.setting.placed.get(section or "")
    return Team(
        team=team,
        name=named.name,
        short=named.short,
        code=named.code,
        status=membership.status,
        section=section,
        section_name=placed[1].name if placed else None,
        place=came.place if came else None,
        entry=getattr(came, "entry", None),
        formerly=getattr(came, "formerly", None),
        reason=getattr(word, "reason", None),
        ruling=ruling_text(getattr(word, "ruling", None) or (came.ruling if came else None)),
        groups=tuple(fold.groups_of(team)),
        source=(word.source if word else None) or (came.source if came else None),
    )


def ruling_text(ruling: Ruling | None) -> str | None:
    """Name a ruling by its body and its number, as far as they are known."""
    known = (ruling.body, ruling.number) if ruling else ()
    return " ".join(part for part in known if part) or None
