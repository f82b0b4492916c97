"""All that a ranking depends on, as values: results, what is still to play, rules and decisions.

Nothing here says who stands where; projections/ranking.py does.
"""

from collections.abc import Mapping
from itertools import accumulate
from typing import Literal

from msgspec import Struct

from events.criteria import (
    Criterion,
    ExternalList,
    Interim,
    PointsPerResult,
    Withdrawal,
)
from events.fields import Outcome

Decider = Literal["lots", "extra_match", "ruling"]

DECIDERS: tuple[Decider, ...] = ("lots", "extra_match", "ruling")


class Played(Struct, frozen=True):
    """A result that counts, and what else of the match criteria ask for. Goals may be unknown.

    `starts` is a moment in seconds, only to be compared. `leg` says which meeting of the two it is.
    """

    home: str
    away: str
    outcome: Outcome
    home_goals: int | None = None
    away_goals: int | None = None
    home_conduct: int = 0
    away_conduct: int = 0
    match: str | None = None
    matchday: int | None = None
    starts: int | None = None
    leg: int | None = None
    neutral: bool = False
    half_time: tuple[int, int] | None = None
    shoot_out: tuple[int, int] | None = None


class ToPlay(Struct, frozen=True):
    """A match that counts for the table and has no result yet."""

    home: str
    away: str
    matchday: int | None = None


class Decided(Struct, frozen=True):
    """A recorded order of teams, from the best down; teams of one tier stay level.

    One that `overrides` holds before any criterion is asked, among whom it names. `match` is the
    extra match, or that of a shoot-out, whose kicks are then the `numbers`. `position` is that of
    the decision in the log.
    """

    by: Decider | Literal["shoot_out"]
    order: tuple[tuple[str, ...], ...]
    article: str | None = None
    overrides: bool = False
    match: str | None = None
    numbers: tuple[int, int] | None = None
    position: int | None = None

    @property
    def places(self) -> dict[str, int]:
        sizes = accumulate((len(tier) for tier in self.order), initial=1)
        return {
            team: place for tier, place in zip(self.order, sizes, strict=False) for team in tier
        }

    def puts(self, team: str, *, above: str) -> bool:
        return self.places[team] < self.places[above]


class Contest(Struct, frozen=True):
    """All that a ranking depends on. `decisions` are in the order of the log.

    `adjustments` are of points, `goal_adjustments` of goals scored. `complete` says that no match
    is to come which neither `results` nor `to_play` has; `meetings` how often each two meet.
    `lists` are by name; `places` in other tables by group and team. `berths` are the first and
    last rank of each. `own_places` are given where teams of several groups are ranked: the place
    of everybody in the group it played in.
    """

    teams: tuple[str, ...]
    results: tuple[Played, ...]
    criteria: tuple[Criterion, ...]
    points: PointsPerResult = PointsPerResult()
    adjustments: Mapping[str, int] = {}
    decisions: tuple[Decided, ...] = ()
    goal_adjustments: Mapping[str, int] = {}
    to_play: tuple[ToPlay, ...] = ()
    complete: bool = True
    meetings: int | None = None
    interim: Interim | None = None
    lists: Mapping[str, ExternalList] = {}
    places: Mapping[str, Mapping[str, int]] = {}
    own_places: Mapping[str, int] | None = None
    berths: tuple[tuple[int, int], ...] = ()
    withdrawn: tuple[str, ...] = ()
    withdrawal: Withdrawal = "stand"


def at_stake(first: int, last: int, contest: Contest) -> bool:
    """Say whether a berth goes to some of the places from `first` to `last`, and not to others.

    Where the regulations grant none, the first place does.
    """
    places = range(first, last + 1)
    berths = contest.berths or ((1, 1),)
    return any(
        {better <= place <= worse for place in places} == {True, False} for better, worse in berths
    )
