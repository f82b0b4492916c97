"""What the chances of every team of a contest depend on.

These are the parts that no result changes, the criteria that scores decide, the points so far and
the ways in which each remaining match can end.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from events.criteria import Criterion, PointsPerResult
from projections.completions import foreseen, outcomes_of
from projections.contest import Contest, Played, ToPlay
from projections.metrics import Counts, Number, parts_of, points_of
from projections.ranking import Tier, rank

Ranks = tuple[int, int]

_POINTS = Criterion(metric="points")


def within(places: Ranks, ranks: Ranks) -> bool | None:
    """Say whether all places earn the berth; None where some do and some do not."""
    (first, last), (better, worse) = places, ranks
    if better <= first and last <= worse:
        return True
    return None if first <= worse and better <= last else False


class Outlook:
    """What is the same for every team of a contest."""

    def __init__(self, contest: Contest) -> None:
        criteria = foreseen(contest.criteria)
        self.is_cut = criteria != contest.criteria
        asked = {criterion.metric for criterion in criteria}
        decisions = tuple(
            decided
            for decided in contest.decisions
            if decided.overrides or not self.is_cut or decided.by in asked
        )
        out = set(contest.withdrawn)
        self.to_play = tuple(m for m in contest.to_play if not {m.home, m.away} & out)
        self.contest = replace(contest, criteria=criteria, to_play=(), decisions=decisions)
        self.parts = _begun(contest)
        self.by_points = _begins_with_points(criteria) and not (out and _averages(contest))
        self.is_wide = not self.by_points or any(map(_asks_others, criteria))
        counts = Counts(self.contest)
        points = counts.keys(_POINTS, contest.teams, contest.teams)
        assert points is not None, "points are always known"
        self.points: dict[str, Number] = {team: points[team] for team in contest.teams}  # type: ignore[misc]  # points are no float
        self.outcomes = {match: outcomes_of(match, contest.points) for match in self.to_play}
        self.worth = {
            (match, team): _worth(self.outcomes[match], team, contest.points)
            for match in self.to_play
            for team in (match.home, match.away)
        }
        self.low, self.high = dict(self.points), dict(self.points)
        for match in self.to_play:
            self.count(match, self.low, self.high, sign=1)
        self.strength = {team: _strength(team, counts) for team in contest.teams}

    def count(
        self, match: ToPlay, low: dict[str, Number], high: dict[str, Number], *, sign: int
    ) -> None:
        """Add what a match that nobody has played can be worth, or take it away."""
        for team in (match.home, match.away):
            least, most = self.worth[match, team]
            low[team] += sign * least
            high[team] += sign * most

    def order_of(self, match: ToPlay) -> tuple[object, ...]:
        """By what the teams have done; by name only where that is the same."""
        home, away = match.home, match.away
        return self.strength[home], self.strength[away], home, away


def _strength(team: str, counts: Counts) -> tuple[Number, ...]:
    record = counts.overall[team]
    return record.points, record.goal_difference, record.goals_for, record.played


def _worth(ways: Sequence[Played], team: str, points: PointsPerResult) -> tuple[int, int]:
    """Give the fewest and the most points that a match can be worth to a team."""
    worth = [points_of(played, points, is_home=played.home == team) for played in ways]
    return min(worth), max(worth)


def _begins_with_points(criteria: Sequence[Criterion]) -> bool:
    first = next(iter(criteria), None)
    return (
        first is not None
        and first.metric == "points"
        and not parts_of(first)
        and first.when is None
        and first.without_ranks_from is None
    )


def _asks_others(criterion: Criterion) -> bool:
    """Say whether it depends on matches in which none of the level teams play."""
    when = criterion.when
    return criterion.metric.startswith(("opponents", "relative")) or (
        when is not None and when.nobody_else_on is not None
    )


def _averages(contest: Contest) -> bool:
    return contest.withdrawal == "average"


def _begun(contest: Contest) -> tuple[Tier, ...]:
    """Give the parts that no result can change: who withdrew, and who was put somewhere."""
    overriding = tuple(decided for decided in contest.decisions if decided.overrides)
    bare = replace(contest, results=(), to_play=(), criteria=(), interim=None)
    return rank(replace(bare, decisions=overriding))
