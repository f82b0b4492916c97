"""Who goes through is a pure function of a tie's legs, its rules and what was decided about it.

The steps of its round are tried in their order, and the first that parts the two says so. Where
extra time was played, the steps before it had parted nobody, and its goals count with the rest.
What a step needs and nobody recorded (a shoot-out, an extra match, lots) leaves the tie undecided;
a leg, or a rule, that nobody knows any more leaves it unknown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from events.fields import Goals, Outcome
from events.match import outcome_of
from events.regulations import ExternalList, PointsPerResult, Step
from projections.metrics import exact

Status = Literal["open", "in_play", "provisional", "undecided", "decided", "unknown"]
"""`open` waits for teams or results, `provisional` for results to stand, `undecided` for somebody
to decide; of `unknown` it was decided, and no source says how."""

DecidedBy = Literal[
    "points", "aggregate", "away_goals", "extra_time", "extra_match", "replay", "shoot_out", "lots",
    "higher_rank", "walkover", "ruling", "bye",
]  # fmt: skip
Pair = tuple[int, int]


class Leg(Struct, frozen=True):
    """A match of the tie as it counts: goals are None where they are not known.

    `ninety_minutes` is the score before extra time, where there was any.
    """

    home: str
    away: str
    outcome: Outcome
    home_goals: int | None = None
    away_goals: int | None = None
    shoot_out: Goals | None = None
    extra_time: bool = False
    neutral: bool = False
    walkover: bool = False
    ninety_minutes: Goals | None = None

    def goals_of(self, team: str) -> int:
        return (self.home_goals if team == self.home else self.away_goals) or 0

    def goals_away(self, team: str, within: int) -> int:
        """Count the goals that a team scored away in 90 minutes, or in extra time as well."""
        if team != self.away or self.neutral:
            return 0
        if within == 90 and self.extra_time and self.ninety_minutes is not None:
            return self.ninety_minutes.away
        return self.away_goals or 0

    def goals_after_ninety(self, team: str) -> int:
        """Count the goals that a team scored in extra time."""
        before = self.ninety_minutes if self.extra_time else None
        if before is None:
            return 0
        return self.goals_of(team) - (before.home if team == self.home else before.away)

    @property
    def winner(self) -> str | None:
        """Who won this match, by its shoot-out where it was drawn."""
        return self.shot_out if self.outcome == "draw" else self._side(self.outcome)

    @property
    def shot_out(self) -> str | None:
        """Who won the shoot-out; nobody yet where the kicks recorded so far are level."""
        kicks = self.shoot_out
        return self._side(outcome_of(kicks.home, kicks.away)) if kicks else None

    def _side(self, outcome: Outcome) -> str | None:
        return {"home": self.home, "away": self.away}.get(outcome)


class Verdict(Struct, frozen=True):
    """A decision about the tie; without a winner it is known only that there was one."""

    winner: str | None
    by: DecidedBy | None = None
    article: str | None = None


class Encounter(Struct, frozen=True):
    """All that a tie depends on. `legs` are those with a result, in their order.

    `extra_matches` are the replays too. Where one is awaited, no later step is taken before it has
    a result. `higher` is who ranks higher where that decides.
    """

    teams: tuple[str, str]
    legs: tuple[Leg, ...]
    legs_planned: int
    steps: tuple[Step, ...]
    points: PointsPerResult = PointsPerResult()
    extra_matches: tuple[Leg, ...] = ()
    extra_match_awaited: bool = False
    lots: str | None = None
    verdict: Verdict | None = None
    is_unknown: bool = False
    higher: str | None = None

    @property
    def went_on(self) -> bool:
        """Say whether a leg had extra time."""
        return any(leg.extra_time for leg in self.legs)


class Settled(Struct, frozen=True):
    """How a tie stands: the numbers are those of the first team and the second.

    `by_extra_matches` says whether extra matches were asked, or nothing before them decided.
    """

    status: Status
    points: Pair | None = None
    aggregate: Pair | None = None
    winner: str | None = None
    decided_by: DecidedBy | None = None
    article: str | None = None
    settled_by: tuple[str, ...] = ()
    by_extra_matches: bool = False


def settle(tie: Encounter) -> Settled:
    """Say who goes through and by what; `settled_by` names what may decide one that is level."""
    points, aggregate = _points(tie), _aggregate(tie)
    is_complete = len(tie.legs) >= tie.legs_planned
    if not is_complete and (tie.verdict is not None or tie.is_unknown):
        # What is missing will not come: the sum of the rest is not how it ended.
        points = aggregate = None
    if tie.verdict is not None:
        status: Status = "decided" if tie.verdict.winner else "unknown"
        verdict = tie.verdict
        return Settled(status, points, aggregate, verdict.winner, verdict.by, verdict.article)
    if not is_complete:
        return Settled("unknown" if tie.is_unknown else "open", points, aggregate)
    by_extra_matches = False
    for step in in_order(tie):
        if _is_not_known(tie, step, aggregate):
            return Settled("unknown", points, aggregate)
        by_extra_matches = by_extra_matches or step.by in ANOTHER_MATCH
        if by_extra_matches and tie.extra_match_awaited:
            break
        if (found := _STEPS[step.by](tie, step)) is not None:
            numbers = (points, aggregate, *found, step.article)
            return Settled("decided", *numbers, by_extra_matches=by_extra_matches)
        if step.by in ANOTHER_MATCH and step.if_drawn == "again":
            break
    if tie.is_unknown:
        return Settled("unknown", points, aggregate)
    ways = tuple(_ways(tie)) or ("ruling",)
    return Settled("undecided", points, aggregate, settled_by=ways, by_extra_matches=True)


def in_order(tie: Encounter) -> Sequence[Step]:
    """Give the steps that are asked.

    Extra time is played where nothing before it parted the two; then its goals count, away too.
    """
    before = [step.by for step in tie.steps].index("extra_time") if _has_extra_time(tie) else 0
    skipped, rest = tie.steps[:before], tie.steps[before:]
    away = [step for step in skipped if step.by == "away_goals" and step.within == 120]
    return (*rest[:1], *away, *rest[1:])


def _has_extra_time(tie: Encounter) -> bool:
    return tie.went_on and any(step.by == "extra_time" for step in tie.steps)


def _is_not_known(tie: Encounter, step: Step, aggregate: Pair | None) -> bool:
    """Say whether a step cannot be taken, as nobody knows the rule or the goals that it needs."""
    if step.by == "unknown":
        return True
    went_on = [leg for leg in tie.legs if leg.extra_time]
    if any(leg.ninety_minutes is None for leg in went_on):
        is_away = step.by == "away_goals" and step.within == 90
        if is_away or (step.by == "extra_time" and not _counts_goals(tie)):
            return True
    if step.by == "extra_time" and not went_on:
        return False
    return step.by in _GOALS and aggregate is None and tie.legs_planned > 1


def _counts_goals(tie: Encounter) -> bool:
    return tie.legs_planned == 1 or any(step.by == "aggregate" for step in tie.steps)


def _ways(tie: Encounter) -> Iterator[str]:
    """Name the steps that may still decide a tie which is level."""
    is_drawn = bool(tie.extra_matches) and not tie.extra_match_awaited
    for step in tie.steps:
        if step.by == "unknown":
            return
        is_another = step.by in ANOTHER_MATCH
        is_over = is_another and step.if_drawn == "next" and is_drawn
        is_over = is_over or (step.by == "extra_time" and _is_past_extra_time(tie))
        if step.by in _HELD and not is_over:
            yield step.by
        if is_another and step.if_drawn == "again":
            return


def _is_past_extra_time(tie: Encounter) -> bool:
    """Say whether extra time was played, or comes before another match that was."""
    asked = [step.by for step in tie.steps if step.by == "extra_time" or step.by in ANOTHER_MATCH]
    return tie.went_on or (bool(tie.extra_matches) and asked[0] == "extra_time")


ANOTHER_MATCH = frozenset({"extra_match", "replay"})
_GOALS = frozenset({"aggregate", "away_goals", "extra_time"})
_HELD = frozenset({"extra_time", "extra_match", "replay", "shoot_out", "lots", "higher_rank"})
Found = tuple[str, DecidedBy] | None


def higher_in(listed: ExternalList, teams: tuple[str, str]) -> str | None:
    """Say which of the two an external list has higher; nobody where it does not part them."""
    first, second = (listed.rows.get(team) for team in teams)
    if first is None or second is None or exact(first) == exact(second):
        return None
    is_first = (exact(first) > exact(second)) == listed.higher_is_better
    return teams[0] if is_first else teams[1]


def _points(tie: Encounter) -> Pair | None:
    return _pair(tie, tie.legs, lambda leg, team: _worth(leg, team, tie.points))


def _worth(leg: Leg, team: str, points: PointsPerResult) -> int:
    if leg.outcome == "draw":
        return points.draw
    won = leg.outcome == ("home" if team == leg.home else "away")
    return points.win if won else points.loss


def _aggregate(tie: Encounter) -> Pair | None:
    if any(leg.home_goals is None for leg in tie.legs):
        return None
    return _pair(tie, tie.legs, Leg.goals_of)


def _pair(tie: Encounter, legs: Iterable[Leg], count: Callable[[Leg, str], int]) -> Pair | None:
    legs = tuple(legs)
    if not legs:
        return None
    first, second = tie.teams
    return sum(count(leg, first) for leg in legs), sum(count(leg, second) for leg in legs)


def _by_points(tie: Encounter, _: Step) -> Found:
    return _better(tie, _points(tie), "points")


def _by_goals(tie: Encounter, _: Step) -> Found:
    by: DecidedBy = "extra_time" if tie.went_on else "aggregate"
    if tie.legs_planned == 1 and tie.legs[0].outcome != "draw":
        # Of a single match the outcome is enough, and may be all that is known.
        return _won(tie, tie.legs[0].winner, by)
    return _better(tie, _aggregate(tie), by)


def _by_extra_time(tie: Encounter, step: Step) -> Found:
    """Its goals are in the aggregate; where the rules do not ask for that they count alone."""
    if not tie.went_on:
        return None
    if _counts_goals(tie):
        return _by_goals(tie, step)
    return _better(tie, _pair(tie, tie.legs, Leg.goals_after_ninety), "extra_time")


def _by_away_goals(tie: Encounter, step: Step) -> Found:
    goals = _pair(tie, tie.legs, lambda leg, team: leg.goals_away(team, step.within))
    return _better(tie, goals, "away_goals")


def _by_shoot_out(tie: Encounter, _: Step) -> Found:
    winner = (*tie.legs, *tie.extra_matches)[-1].shot_out
    return (winner, "shoot_out") if winner is not None else None


def _by_extra_match(tie: Encounter, step: Step) -> Found:
    """Give who won it; of one that was drawn, by its kicks, unless a step of their own follows."""
    by: DecidedBy = "replay" if step.by == "replay" else "extra_match"
    later = tie.steps[tie.steps.index(step) :]
    has_kicks = step.if_drawn != "again" and any(other.by == "shoot_out" for other in later)
    for match in reversed(tie.extra_matches):
        if has_kicks and match.outcome == "draw":
            continue
        if match.winner is not None:
            return match.winner, by
    return None


def _by_lots(tie: Encounter, _: Step) -> Found:
    return (tie.lots, "lots") if tie.lots is not None else None


def _by_higher_rank(tie: Encounter, _: Step) -> Found:
    return (tie.higher, "higher_rank") if tie.higher in tie.teams else None


def _better(tie: Encounter, numbers: Pair | None, by: DecidedBy) -> Found:
    if numbers is None or numbers[0] == numbers[1]:
        return None
    return _won(tie, tie.teams[0] if numbers[0] > numbers[1] else tie.teams[1], by)


def _won(tie: Encounter, winner: str | None, by: DecidedBy) -> Found:
    if winner is None:
        return None
    walked_over = any(leg.walkover and leg.winner == winner for leg in tie.legs)
    return winner, "walkover" if walked_over else by


_STEPS: Mapping[str, Callable[[Encounter, Step], Found]] = {
    "points": _by_points,
    "aggregate": _by_goals,
    "away_goals": _by_away_goals,
    "extra_time": _by_extra_time,
    "extra_match": _by_extra_match,
    "replay": _by_extra_match,
    "shoot_out": _by_shoot_out,
    "lots": _by_lots,
    "higher_rank": _by_higher_rank,
}
