"""What a row of a results file can say, and what all of them say about a group."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Struct

from services.results.places import Place

Outcome = Literal["played", "awarded", "both_lose", "annulled", "not_played", "pending", "unknown"]
How = Literal["lots", "ruling"]
Goals = tuple[int, int]
Tiers = tuple[tuple[str, ...], ...]

HAVE_SCORE: frozenset[Outcome] = frozenset({"played", "awarded", "both_lose", "annulled"})
COUNT: frozenset[Outcome] = frozenset({"played", "awarded", "both_lose"})
CONDUCT = ("yellow", "second_yellow", "red", "yellow_red")

_WHERE = ("match", "stage", "group", "date")
_SCORE = (
    "home", "away", "home_goals", "away_goals", "matchday", "kick_off", "neutral", "outcome",
    "home_half_time", "away_half_time", "home_90", "away_90", "after_extra_time",
    "home_shoot_out", "away_shoot_out",
    *(f"{side}_{card}" for card in CONDUCT for side in ("home", "away")),
    "group_play_off",
)  # fmt: skip
_DECISION = ("order", "how")
_ADJUSTMENT = ("team", "points", "goals", "from_date")

COLUMNS = ("kind", *_WHERE, *_SCORE, *_DECISION, *_ADJUSTMENT)
NEEDED = ("home", "away", "home_goals", "away_goals")
ALLOWED: Mapping[str, Sequence[str]] = {
    "match": (*_WHERE, *_SCORE),
    "extra_match": (*_WHERE, *_SCORE),
    "decision": (*_WHERE, *_DECISION),
    "adjustment": (*_WHERE, *_ADJUSTMENT),
    "withdrawal": (*_WHERE, "team"),
}


class Met(Struct, frozen=True):
    """A match of a row; without goals none were played, or they are not known.

    `home_conduct` counts the players of each class of CONDUCT.
    """

    line: int
    id: str
    home: str
    away: str
    outcome: Outcome
    is_extra: bool = False
    goals: Goals | None = None
    half_time: Goals | None = None
    at_90: Goals | None = None
    after_extra_time: bool = False
    shoot_out: Goals | None = None
    home_conduct: tuple[int, ...] = ()
    away_conduct: tuple[int, ...] = ()
    date: dt.date | None = None
    kick_off: str = ""
    matchday: int | None = None
    neutral: bool = False

    @property
    def teams(self) -> tuple[str, ...]:
        return self.home, self.away

    @property
    def pair(self) -> frozenset[str]:
        return frozenset(self.teams)

    @property
    def counts(self) -> bool:
        """Say whether it has a result that counts; an extra match never does for the table."""
        return self.outcome in COUNT


class Ordered(Struct, frozen=True):
    """A decision about level teams, from the best down."""

    line: int
    how: How
    order: Tiers

    @property
    def teams(self) -> tuple[str, ...]:
        return tuple(team for tier in self.order for team in tier)


class Adjusted(Struct, frozen=True):
    """Points and goals that a team is given, or loses, from a date on."""

    line: int
    team: str
    points: int
    goals: int
    from_date: dt.date | None

    @property
    def teams(self) -> tuple[str, ...]:
        return (self.team,)


class Withdrawn(Struct, frozen=True):
    """A team that gave up."""

    line: int
    team: str

    @property
    def teams(self) -> tuple[str, ...]:
        return (self.team,)


Entry = Met | Ordered | Adjusted | Withdrawn


class GroupResults(Struct, frozen=True):
    """What the file says about one group, in the order of its rows."""

    place: Place
    teams: tuple[str, ...]
    matches: tuple[Met, ...]
    extra_matches: tuple[Met, ...] = ()
    decisions: tuple[Ordered, ...] = ()
    adjustments: tuple[Adjusted, ...] = ()
    withdrawals: tuple[Withdrawn, ...] = ()


class Results(Struct, frozen=True):
    """The groups in the order in which the file first names them, and the columns nobody reads."""

    groups: tuple[GroupResults, ...]
    ignored: tuple[str, ...] = ()
