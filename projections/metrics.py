"""What the results of a team come to, by any metric and over any scope; all arithmetic is exact.

Each team's record is added up once; what only level teams are asked for is counted when they are.
"""

import math
from collections.abc import Collection, Iterable
from fractions import Fraction
from typing import cast

from msgspec import Struct

from events.criteria import Criterion, PointsPerResult, ScopePart
from projections.contest import Contest, Played

Number = int | Fraction
Shown = int | str
Key = int | Fraction | float
"""What is compared; the only float is the infinite goal average of who conceded nothing."""

OF_GOALS = frozenset(
    {
        "goal_difference",
        "goals_for",
        "goals_against",
        "goal_average",
        "opponents_goal_difference",
        "opponents_goals",
    }
)
FEWER_IS_BETTER = frozenset({"goals_against", "place"})

_COLUMNS = {
    "points": "points",
    "wins": "won",
    "draws": "drawn",
    "goal_difference": "goal_difference",
    "goals_for": "goals_for",
    "goals_against": "goals_against",
    "conduct": "conduct",
}
_OPPONENTS = {
    "opponents_points": "points",
    "opponents_goal_difference": "goal_difference",
    "opponents_goals": "goals_for",
}


class Record(Struct):
    """What the results of one team come to; after a withdrawal some of it may be a fraction.

    Where some of the goals are not known, those that are known are here.
    """

    played: int = 0
    won: int = 0
    drawn: int = 0
    lost: int = 0
    goals_for: Number = 0
    goals_against: Number = 0
    points: Number = 0
    conduct: int = 0
    goals_unknown: bool = False

    @property
    def goal_difference(self) -> Number:
        return self.goals_for - self.goals_against


def shown(number: Key) -> Shown:
    """Give a number as it is shown: an integer, or an exact fraction as text."""
    if isinstance(number, int):
        return number
    if isinstance(number, float):
        return "∞"
    return number.numerator if number.denominator == 1 else str(number)


def exact(number: int | str) -> Number:
    """Read a number of an external list."""
    return number if isinstance(number, int) else Fraction(number)


def parts_of(criterion: Criterion) -> frozenset[ScopePart]:
    """Give the parts of a scope that leave out matches."""
    parts = (criterion.scope,) if isinstance(criterion.scope, str) else criterion.scope
    return frozenset(parts) - {"all"}


def scope_shown(criterion: Criterion) -> str:
    scope = criterion.scope
    return scope if isinstance(scope, str) else "+".join(scope)


def records(contest: Contest, among: Collection[str]) -> dict[str, Record]:
    """Add up the results in which these teams met each other. Adjustments are not in it."""
    met = [r for r in contest.results if r.home in among and r.away in among]
    return {
        team: record_of(team, [r for r in met if team in (r.home, r.away)], contest.points)
        for team in among
    }


def overall(contest: Contest) -> dict[str, Record]:
    """Add up all results of all teams, as the withdrawal of some has them. Nothing is adjusted."""
    return Counts(contest).overall


def record_of(team: str, results: Collection[Played], points: PointsPerResult) -> Record:
    """Add up what results come to for a team that played in all of them."""
    won = drawn = lost = scored = conceded = conduct = shot_out = 0
    is_lacking = False
    for result in results:
        is_home, outcome = result.home == team, result.outcome
        own, other = result.home_goals, result.away_goals
        if not is_home:
            own, other = other, own
        if own is None or other is None:
            is_lacking |= outcome != "both_lose"
        else:
            scored += own
            conceded += other
        conduct += result.home_conduct if is_home else result.away_conduct
        if outcome == "draw":
            drawn += 1
            if result.shoot_out is not None:
                shot_out += points_of(result, points, is_home=is_home) - points.draw
        elif outcome == ("home" if is_home else "away"):
            won += 1
        else:
            lost += 1
    return Record(
        played=len(results),
        won=won,
        drawn=drawn,
        lost=lost,
        goals_for=scored,
        goals_against=conceded,
        points=won * points.win + drawn * points.draw + lost * points.loss + shot_out,
        conduct=conduct,
        goals_unknown=is_lacking,
    )


def points_of(result: Played, points: PointsPerResult, *, is_home: bool) -> int:
    """Say what a result is worth to one side; a shoot-out parts a draw where it is worth more."""
    if result.outcome == "draw":
        if result.shoot_out is None:
            return points.draw
        home, away = result.shoot_out
        has_won = (home > away) if is_home else (away > home)
        own = points.shoot_out_win if has_won else points.shoot_out_loss
        return points.draw if own is None else own
    return points.win if result.outcome == ("home" if is_home else "away") else points.loss


class Counts:
    """The results of a contest, by team; `overall` are the records over all that counts."""

    def __init__(self, contest: Contest) -> None:
        out = set(contest.withdrawn)
        annulled = out if contest.withdrawal == "annul" else set()
        self.contest = contest
        self.to_play = contest.to_play
        if out:
            coming = (m for m in contest.to_play if m.home not in out and m.away not in out)
            self.to_play = tuple(coming)
        self.is_complete = contest.complete and not self.to_play
        self._results: dict[str, list[Played]] = {team: [] for team in contest.teams}
        for result in contest.results:
            home, away = result.home, result.away
            if annulled and (home in annulled or away in annulled):
                continue
            self._results.setdefault(home, []).append(result)
            self._results.setdefault(away, []).append(result)
        self.overall = {
            team: record_of(team, results, contest.points)
            for team, results in self._results.items()
        }
        self._matches: dict[str, frozenset[str]] = {}
        if out and contest.withdrawal == "average":
            self._count_averages(out)
        self._meetings: int | None = contest.meetings

    def _count_averages(self, out: Collection[str]) -> None:
        """Let each match that a withdrawn team did not play count the average of the others."""
        for team in self.contest.teams:
            record, missing = self.overall[team], self._missing(team, out)
            if team in out or not record.played or not missing:
                continue
            rate = Fraction(missing, record.played)
            record.points += record.points * rate
            record.goals_for += record.goals_for * rate
            record.goals_against += record.goals_against * rate

    def _missing(self, team: str, out: Collection[str]) -> int:
        """Count the matches of a team that a withdrawn one did not play."""
        pairs = ((match.home, match.away) for match in self.contest.to_play)
        named = sum(1 for pair in pairs if team in pair and not set(out).isdisjoint(pair))
        if self.contest.meetings is None:
            return named
        met = sum(1 for result in self._results[team] if _opponent(result, team) in out)
        return max(named, self.contest.meetings * len(set(out) - {team}) - met)

    # Meetings

    def results_of(self, team: str) -> list[Played]:
        return self._results[team]

    def met(self, team: str, other: str) -> int:
        """Say how often two have met."""
        return sum(1 for result in self._results[team] if _opponent(result, team) == other)

    @property
    def meetings(self) -> int:
        """Say how often each two meet: as the regulations say, else as often as any two do."""
        if self._meetings is None:
            often: dict[frozenset[str], int] = {}
            played = ((result.home, result.away) for result in self.contest.results)
            coming = ((match.home, match.away) for match in self.to_play)
            for pair in map(frozenset, (*played, *coming)):
                often[pair] = often.get(pair, 0) + 1
            self._meetings = max(often.values(), default=1)
        return self._meetings

    # Metrics

    def points(self, team: str) -> Number:
        """Give the points of a team in the table."""
        return self.overall[team].points + self.contest.adjustments.get(team, 0)

    def keys(
        self,
        criterion: Criterion,
        teams: tuple[str, ...],
        among: tuple[str, ...],
        left_out: Collection[str] = (),
    ) -> dict[str, Key] | None:
        """Give what is compared, and shown; None where that of one of the teams is not known."""
        keys: dict[str, Key] = {}
        parts = parts_of(criterion)
        rivals = set(among) if "level" in parts else None
        for team in teams:
            if not parts and not left_out and criterion.metric in _COLUMNS:
                key: Key | None = self._column(team, criterion.metric)
            else:
                key = self._key(criterion, team, parts, rivals, left_out)
            if key is None:
                return None
            keys[team] = key
        return keys

    def _column(self, team: str, metric: str) -> Number | None:
        """Give a number of the whole table. A deduction belongs to that, and not to a match."""
        if metric in OF_GOALS and self.overall[team].goals_unknown:
            return None
        if metric == "points":
            return self.points(team)
        number: Number = getattr(self.overall[team], _COLUMNS[metric])
        if metric in ("goals_for", "goal_difference"):
            return number + self.contest.goal_adjustments.get(team, 0)
        return number

    def _key(
        self,
        criterion: Criterion,
        team: str,
        parts: frozenset[ScopePart],
        rivals: Collection[str] | None,
        left_out: Collection[str],
    ) -> Key | None:
        metric, contest = criterion.metric, self.contest
        if metric == "list":
            external = contest.lists.get(criterion.list or "")
            rows = external.rows if external else {}
            return exact(rows[team]) if team in rows else None
        if metric == "place":
            return contest.places.get(criterion.group or "", {}).get(team)
        if not parts and not left_out and metric == "goal_average":
            scored = self._column(team, "goals_for")
            conceded = self.overall[team].goals_against
            return None if scored is None else _goal_average(scored, conceded)
        results = self.counted(team, parts, rivals, left_out)
        if results is None:
            return None
        return self._sum(metric, team, results, is_adjusted=not parts)

    def counted(
        self,
        team: str,
        parts: frozenset[ScopePart],
        rivals: Collection[str] | None,
        left_out: Collection[str],
    ) -> list[Played] | None:
        """Give the results of a team within a scope; None where it is not known which are."""
        found = self._results[team]
        if rivals is not None:
            found = [result for result in found if _opponent(result, team) in rivals]
        if left_out:
            found = [result for result in found if _opponent(result, team) not in left_out]
        if "home" in parts:
            found = [result for result in found if result.home == team and not result.neutral]
        if "away" in parts:
            found = [result for result in found if result.away == team and not result.neutral]
        if parts & {"first_leg", "second_leg"}:
            if any(result.leg is None for result in found):
                return None
            leg = 1 if "first_leg" in parts else 2
            found = [result for result in found if result.leg == leg]
        return found

    def matches_of(
        self,
        teams: Iterable[str],
        parts: frozenset[ScopePart],
        rivals: Collection[str] | None,
        left_out: Collection[str],
    ) -> tuple[str, ...]:
        """Name the matches that teams have within a scope, each once."""
        named: set[str] = set()
        for team in teams:
            if parts or left_out:
                named |= _named(self.counted(team, parts, rivals, left_out) or ())
            else:
                if team not in self._matches:
                    self._matches[team] = _named(self._results[team])
                named |= self._matches[team]
        return tuple(sorted(named))

    def _sum(
        self, metric: str, team: str, results: list[Played], *, is_adjusted: bool
    ) -> Key | None:
        """Add up a metric over some results. Adjustments belong to the table, and to no match."""
        if metric in _OPPONENTS:
            opponents = (_opponent(result, team) for result in results)
            totals = [self._column(opponent, _OPPONENTS[metric]) for opponent in opponents]
            known = [total for total in totals if total is not None]
            return sum(known) if len(known) == len(totals) else None
        if metric == "relative_points":
            return sum(
                points_of(result, self.contest.points, is_home=result.home == team)
                * self.points(_opponent(result, team))
                for result in results
            )
        if metric == "half_time_points":
            return self._half_time_points(team, results)
        record = record_of(team, results, self.contest.points)
        if metric in OF_GOALS and record.goals_unknown:
            return None
        if is_adjusted:
            record.points += self.contest.adjustments.get(team, 0)
            record.goals_for += self.contest.goal_adjustments.get(team, 0)
        if metric == "goal_average":
            return _goal_average(record.goals_for, record.goals_against)
        return cast(Number, getattr(record, _COLUMNS[metric]))

    def _half_time_points(self, team: str, results: list[Played]) -> int | None:
        points, worth = 0, self.contest.points
        for result in results:
            if result.half_time is None:
                return None
            home, away = result.half_time
            own, other = (home, away) if result.home == team else (away, home)
            points += worth.win if own > other else worth.draw if own == other else worth.loss
        return points


def _goal_average(scored: Number, conceded: Number) -> Key:
    """Who conceded nothing is above any who did, and two such are level."""
    return Fraction(scored) / conceded if conceded else math.inf


def _opponent(result: Played, team: str) -> str:
    return result.away if result.home == team else result.home


def _named(results: Iterable[Played]) -> frozenset[str]:
    return frozenset(result.match for result in results if result.match is not None)
