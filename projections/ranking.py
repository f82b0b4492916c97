"""Ranking is a pure function of results, regulations and decisions, and says why.

The criteria part the teams one after the other; those that no criterion parts
share a tier. Lots, extra matches and rulings count only where they are recorded,
and only among teams that are level when they are asked. Nothing here depends on
what a team is called or on the order of the results.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Literal

from msgspec import Struct

from events.fields import Outcome
from events.regulations import Criterion, PointsPerResult

Decider = Literal["lots", "extra_match", "ruling"]

DECIDERS: tuple[Decider, ...] = ("lots", "extra_match", "ruling")


class Played(Struct, frozen=True):
    """A result that counts, and the conduct shown in it. Goals may be unknown."""

    home: str
    away: str
    outcome: Outcome
    home_goals: int | None = None
    away_goals: int | None = None
    home_conduct: int = 0
    away_conduct: int = 0


class Decided(Struct, frozen=True):
    """A recorded order of teams, from the best down; teams of one tier stay level."""

    by: Decider
    order: tuple[tuple[str, ...], ...]
    article: str | None = None

    @property
    def places(self) -> dict[str, int]:
        sizes = accumulate((len(tier) for tier in self.order), initial=1)
        return {
            team: place for tier, place in zip(self.order, sizes, strict=False) for team in tier
        }

    def puts(self, team: str, *, above: str) -> bool:
        return self.places[team] < self.places[above]


class Record(Struct):
    """What the results of one team come to."""

    played: int = 0
    won: int = 0
    drawn: int = 0
    lost: int = 0
    goals_for: int = 0
    goals_against: int = 0
    points: int = 0
    conduct: int = 0

    @property
    def goal_difference(self) -> int:
        return self.goals_for - self.goals_against


class Separation(Struct, frozen=True):
    """Why one team stands above another: the numbers are the upper one's and the lower one's.

    Of a decision they are the places it gives the two.
    """

    criterion: str
    scope: str
    article: str | None
    numbers: tuple[int, int]


class Tier(Struct, frozen=True):
    """Teams that nothing parts, by id, and what parts them from the tier above."""

    teams: tuple[str, ...]
    rank: int
    separated_by: Separation | None = None

    @property
    def ranks(self) -> tuple[int, int]:
        return self.rank, self.rank + len(self.teams) - 1


class Contest(Struct, frozen=True):
    """All that a ranking depends on. `decisions` are in the order of the log."""

    teams: tuple[str, ...]
    results: tuple[Played, ...]
    criteria: tuple[Criterion, ...]
    points: PointsPerResult = PointsPerResult()
    adjustments: Mapping[str, int] = {}
    decisions: tuple[Decided, ...] = ()


class _Step(Struct, frozen=True):
    """One criterion, or a kind of decision that the criteria leave to the end.

    `restart` is the step that follows where it parts some of the teams.
    """

    metric: str
    scope: str = "all"
    article: str | None = None
    restart: int = 0


class _Part(Struct, frozen=True):
    """Teams still level, and the step to part them by."""

    teams: tuple[str, ...]
    step: int
    separated_by: Separation | None


def rank(contest: Contest) -> tuple[Tier, ...]:
    """Give the tiers from the best down."""
    steps = _steps(contest.criteria)
    overall = records(contest, contest.teams)
    tiers: list[Tier] = []
    ranked = 0
    pending = [_Part(tuple(sorted(contest.teams)), 0, None)] if contest.teams else []
    while pending:
        part = pending.pop()
        if len(part.teams) == 1 or part.step == len(steps):
            tiers.append(Tier(part.teams, ranked + 1, part.separated_by))
            ranked += len(part.teams)
        else:
            pending.extend(reversed(_parted(part, steps, contest, overall)))
    return tuple(tiers)


def records(contest: Contest, among: Collection[str]) -> dict[str, Record]:
    """Add up the results in which these teams met each other. Adjustments are not in it."""
    found = {team: Record() for team in among}
    for result in contest.results:
        if result.home in found and result.away in found:
            _add(found[result.home], result, contest.points, is_home=True)
            _add(found[result.away], result, contest.points, is_home=False)
    return found


def _add(record: Record, result: Played, points: PointsPerResult, *, is_home: bool) -> None:
    record.played += 1
    if result.outcome == "draw":
        record.drawn += 1
        record.points += points.draw
    elif result.outcome == ("home" if is_home else "away"):
        record.won += 1
        record.points += points.win
    else:
        record.lost += 1
        record.points += points.loss
    own, other = result.home_goals or 0, result.away_goals or 0
    if not is_home:
        own, other = other, own
    record.goals_for += own
    record.goals_against += other
    record.conduct += result.home_conduct if is_home else result.away_conduct


# The steps


def _steps(criteria: Sequence[Criterion]) -> list[_Step]:
    """Give the criteria, then what was decided although the criteria do not ask for it."""
    steps: list[_Step] = []
    run = 0
    for index, criterion in enumerate(criteria):
        if criterion.scope == "all":
            run = index + 1
        restarts = criterion.scope == "level" and criterion.on_partial == "restart"
        after = run if restarts else index + 1
        steps.append(_Step(criterion.metric, criterion.scope, criterion.article, after))
    for decider in DECIDERS:
        if decider not in {step.metric for step in steps}:
            steps.append(_Step(decider, restart=len(steps) + 1))
    return steps


def _parted(
    part: _Part, steps: Sequence[_Step], contest: Contest, overall: Mapping[str, Record]
) -> list[_Part]:
    """Take one step with teams that are level: into parts, or on to the next step as they are."""
    step = steps[part.step]
    if step.metric in DECIDERS:
        decisions = [decided for decided in contest.decisions if decided.by == step.metric]
        parts = _cut(part.teams, decisions)
        reasons = [_decision(step, upper, lower, decisions) for upper, lower in pairwise(parts)]
    else:
        values = _values(step, part.teams, contest, overall)
        parts = _grouped(part.teams, values)
        reasons = [
            Separation(step.metric, step.scope, step.article, (values[upper[0]], values[lower[0]]))
            for upper, lower in pairwise(parts)
        ]
    after = part.step + 1 if len(parts) == 1 else step.restart
    separated_by = [part.separated_by, *reasons]
    return [_Part(teams, after, why) for teams, why in zip(parts, separated_by, strict=True)]


# Criteria that are counted


def _values(
    step: _Step, teams: tuple[str, ...], contest: Contest, overall: Mapping[str, Record]
) -> dict[str, int]:
    # Head-to-head counts the matches among the teams still level, so a team that drops out
    # takes its matches with it. A deduction belongs to the whole table, not to a match.
    counted = records(contest, teams) if step.scope == "level" else overall
    adjusts = step.metric == "points" and step.scope == "all"
    return {
        team: _value(counted[team], step.metric)
        + (contest.adjustments.get(team, 0) if adjusts else 0)
        for team in teams
    }


def _value(record: Record, metric: str) -> int:
    match metric:
        case "points":
            return record.points
        case "goal_difference":
            return record.goal_difference
        case "goals_for":
            return record.goals_for
        case "wins":
            return record.won
        case "conduct":
            return record.conduct
    raise AssertionError(f"{metric} is no metric that is counted")


def _grouped(teams: Iterable[str], values: Mapping[str, int]) -> list[tuple[str, ...]]:
    by_value: dict[int, list[str]] = {}
    for team in teams:
        by_value.setdefault(values[team], []).append(team)
    return [tuple(by_value[value]) for value in sorted(by_value, reverse=True)]


# Criteria that are decided


def _cut(teams: tuple[str, ...], decisions: Sequence[Decided]) -> list[tuple[str, ...]]:
    """Part teams wherever a decision puts each one above the cut before each one below it.

    An order that leaves a team out says nothing about that team, and so parts only
    what it names; of two decisions about the same two teams the newer counts.
    """
    if not decisions:
        return [teams]
    above = {team: _put_below(team, teams, decisions) for team in teams}
    best_first = sorted(teams, key=lambda team: (-len(above[team]), team))
    parts: list[tuple[str, ...]] = []
    start = 0
    for end in range(1, len(teams) + 1):
        below = set(best_first[end:])
        if all(below <= above[team] for team in best_first[:end]):
            parts.append(tuple(sorted(best_first[start:end])))
            start = end
    return parts


def _put_below(team: str, teams: Iterable[str], decisions: Sequence[Decided]) -> set[str]:
    found = ((other, _newest(team, other, decisions)) for other in teams)
    return {other for other, newest in found if newest and newest.puts(team, above=other)}


def _newest(team: str, other: str, decisions: Sequence[Decided]) -> Decided | None:
    both = (decided for decided in reversed(decisions) if {team, other} <= decided.places.keys())
    return next(both, None)


def _decision(
    step: _Step, upper: tuple[str, ...], lower: tuple[str, ...], decisions: Sequence[Decided]
) -> Separation:
    decided = _newest(upper[0], lower[0], decisions)
    assert decided is not None, "a cut is where a decision puts one team before the other"
    numbers = (decided.places[upper[0]], decided.places[lower[0]])
    return Separation(step.metric, step.scope, step.article or decided.article, numbers)
