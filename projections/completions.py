"""Where the criteria can put a team once the outcomes of the remaining matches are given.

The scores are still free then: whoever wins may win by any margin. Each way in which a criterion
can part the team from those who are level with it is followed as long as there are scores that
lead there. What cards, lists or an unknown rule would decide is where following ends.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Literal, cast

from msgspec import Struct
from msgspec.structs import replace

from events.criteria import Criterion, PointsPerResult, ScopePart
from events.fields import Outcome
from projections.contest import Contest, Played, ToPlay
from projections.guards import not_held
from projections.metrics import FEWER_IS_BETTER, Counts, Number, parts_of
from projections.steps import Step, steps_of
from projections.whole_numbers import Form, Steps, least

BY_OUTCOMES = frozenset({"points", "wins", "draws", "opponents_points", "relative_points"})
"""Metrics for which a win is a win, however high."""
_GOALS = frozenset({"goal_difference", "goals_for", "goals_against"})
_OPPONENTS = {"opponents_goal_difference": "goal_difference", "opponents_goals": "goals_for"}
_UNFORESEEN = frozenset({"conduct", "list", "place", "half_time_points", "shoot_out", "unknown"})
_LEGS = frozenset({"first_leg", "second_leg"})
_LEVEL: frozenset[ScopePart] = frozenset({"level"})

IsSettled = Callable[[int, int], bool]
"""Says of the first and last place that a team may have whether more is asked."""
Why = Literal["settled", "decider", "unforeseen", "not_followed"]


class End(Struct, frozen=True):
    """Who is level with the team where following ended, and how many are above them.

    `goals` are what lead there, by variable. `decider` is the step that people take next.
    """

    why: Why
    level: tuple[str, ...]
    above: int
    goals: Mapping[int, int]
    decider: Step | None = None

    @property
    def ranks(self) -> tuple[int, int]:
        return self.above + 1, self.above + len(self.level)


class _State(Struct, frozen=True):
    level: tuple[str, ...]
    above: int
    at: int = 0
    among: tuple[str, ...] | None = None
    forms: tuple[Form, ...] = ()
    goals: Mapping[int, int] = {}


class _Lead(Struct, frozen=True):
    """By how much another is ahead of the team: a number and a form together."""

    other: str
    number: Number
    form: Form


def foreseen(criteria: tuple[Criterion, ...]) -> tuple[Criterion, ...]:
    """Give the criteria before the first that depends on more than the scores to come.

    A block is asked as a whole or not at all.
    """
    cut = next((at for at, by in enumerate(criteria) if _is_unforeseen(by)), len(criteria))
    block = criteria[cut].block if cut < len(criteria) else None
    while cut and block and criteria[cut - 1].block == block:
        cut -= 1
    return criteria[:cut]


def _is_unforeseen(criterion: Criterion) -> bool:
    when = criterion.when
    depends_on_dates = when is not None and when.met_last is not None
    return (
        criterion.metric in _UNFORESEEN
        or depends_on_dates
        or not _LEGS.isdisjoint(parts_of(criterion))
    )


def outcomes_of(match: ToPlay, points: PointsPerResult) -> tuple[Played, ...]:
    """Give the ways in which a match can end, each with the fewest goals."""
    home, away, day = match.home, match.away, match.matchday
    drawn = Played(home, away, "draw", 0, 0, matchday=day)
    found = (
        Played(home, away, "home", 1, 0, matchday=day),
        drawn,
        Played(home, away, "away", 0, 1, matchday=day),
    )
    if points.shoot_out_win is None and points.shoot_out_loss is None:
        return found
    return (*found, *(replace(drawn, shoot_out=kicks) for kicks in ((1, 0), (0, 1))))


def with_goals(played: tuple[Played, ...], goals: Mapping[int, int]) -> tuple[Played, ...]:
    """Add goals to the fewest: of match n, variable 2n widens the margin, 2n + 1 gives to both."""
    return tuple(
        replace(
            match,
            home_goals=_added(match.home_goals, goals, index, wins=match.outcome == "home"),
            away_goals=_added(match.away_goals, goals, index, wins=match.outcome == "away"),
        )
        for index, match in enumerate(played)
    )


def _added(fewest: int | None, goals: Mapping[int, int], index: int, *, wins: bool) -> int:
    margin = goals.get(2 * index, 0) if wins else 0
    return (fewest or 0) + margin + goals.get(2 * index + 1, 0)


class Completion:
    """The matches of a contest with an outcome for each that remained."""

    def __init__(
        self, contest: Contest, played: tuple[Played, ...], steps: Steps, *, is_cut: bool
    ) -> None:
        """Take a contest without what remains; `is_cut`: its criteria are only those foreseen."""
        self.contest = contest
        self.played = played
        self.is_cut = is_cut
        self.budget = steps
        self.steps = steps_of(contest.criteria)
        self.counts = Counts(replace(contest, results=(*contest.results, *played)))
        self.averages = contest.withdrawal == "average" and bool(contest.withdrawn)

    def ends(
        self,
        team: str,
        level: tuple[str, ...],
        above: int,
        is_settled: IsSettled,
    ) -> Iterator[End]:
        """Follow the criteria, depth first, among teams of which so many stand above."""
        pending = [iter((_State(level, above),))]
        while pending:
            state = next(pending[-1], None)
            if state is None:
                pending.pop()
                continue
            end = self._end(state, is_settled)
            if end is not None:
                yield end
                continue
            step = self.steps[state.at]
            if self._is_passed_over(step, state):
                pending.append(iter((_onwards(state, step, state.level),)))
            else:
                pending.append(self._parted(team, state, step, is_settled))

    def _end(self, state: _State, is_settled: IsSettled) -> End | None:
        def ending(why: Why, decider: Step | None = None) -> End:
            return End(why, state.level, state.above, state.goals, decider)

        if is_settled(state.above + 1, state.above + len(state.level)):
            return ending("settled")
        step = self.steps[state.at]
        if self.is_cut and step.implied:
            return ending("unforeseen")
        if not self._is_guard_followed(step):
            return ending("not_followed")
        if self._is_passed_over(step, state):
            return None
        if step.is_decided:
            return ending("decider", step)
        if not self._are_goals_known(step, state.level):
            return ending("unforeseen")
        return None if self._is_followed(step) else ending("not_followed")

    def _is_passed_over(self, step: Step, state: _State) -> bool:
        when, first = step.when, state.above + 1
        return when is not None and bool(not_held(when, state.level, first, self.counts))

    def _is_guard_followed(self, step: Step) -> bool:
        when = step.when
        asked = () if when is None else (*when.level_on, when.nobody_else_on or "points")
        return BY_OUTCOMES.issuperset(asked)

    def _is_followed(self, step: Step) -> bool:
        assert step.criterion is not None, "only decisions have no criterion"
        if step.criterion.without_ranks_from is not None:
            return False
        in_goals = step.metric in _GOALS or step.metric in _OPPONENTS
        return step.metric in BY_OUTCOMES or (in_goals and not self.averages)

    def _are_goals_known(self, step: Step, level: tuple[str, ...]) -> bool:
        teams = self.contest.teams if step.metric in _OPPONENTS else level
        if step.metric not in _GOALS and step.metric not in _OPPONENTS:
            return True
        results = (result for team in teams for result in self.counts.results_of(team))
        return all(r.home_goals is not None and r.away_goals is not None for r in results)

    def _parted(
        self, team: str, state: _State, step: Step, is_settled: IsSettled
    ) -> Iterator[_State]:
        """Give each way in which a criterion can part the team from others or leave it level."""
        assert step.criterion is not None, "what is decided is not parted here"
        among = (state.among or state.level) if step.block else state.level
        times = {team: self._times(step.criterion, team, among) for team in state.level}
        keys = self._keys(step.criterion, state.level, among)
        if keys is None:
            yield _onwards(state, step, state.level)
            return
        sign = -1 if step.metric in FEWER_IS_BETTER else 1
        leads = [
            _Lead(
                other,
                sign * (keys[other] - keys[team]),
                (Form(0, times[other]) - Form(0, times[team])) * sign,
            )
            for other in state.level
            if other != team
        ]
        leads.sort(key=lambda lead: len(lead.form.times))
        for way in self._spread(replace(state, level=(team,)), leads, is_settled):
            yield _onwards(way, step, state.level)

    def _spread(
        self, state: _State, leads: Sequence[_Lead], is_settled: IsSettled
    ) -> Iterator[_State]:
        """Put one after the other above, level or below, until nothing more is asked."""
        if not leads or is_settled(state.above + 1, state.above + len(state.level) + len(leads)):
            rest = (lead.other for lead in leads)
            yield replace(state, level=tuple(sorted((*state.level, *rest))))
            return
        for way in self._ways(state, leads[0]):
            yield from self._spread(way, leads[1:], is_settled)

    def _ways(self, state: _State, lead: _Lead) -> Iterator[_State]:
        ahead, form = lead.number, lead.form
        level = (*state.level, lead.other)
        if not form.times:
            if ahead == 0:
                yield replace(state, level=level)
            else:
                yield replace(state, above=state.above + (ahead > 0))
            return
        assert isinstance(ahead, int), "only averages are fractions, and those are not followed"
        by_one, behind = Form(ahead - 1) + form, Form(-ahead) - form
        for changed, forms in (
            (replace(state, above=state.above + 1), (by_one,)),
            (state, (behind + Form(-1),)),
            (replace(state, level=level), (Form(ahead) + form, behind)),
        ):
            together = (*state.forms, *forms)
            goals = least(together, self.budget)
            if goals is not None:
                yield replace(changed, forms=together, goals=goals)

    # Numbers

    def _keys(
        self, criterion: Criterion, teams: tuple[str, ...], among: tuple[str, ...]
    ) -> dict[str, Number] | None:
        """Give what is compared with the fewest goals; None where the criterion is passed over."""
        met = (self.counts.counted(team, _LEVEL, among, ()) for team in teams)
        if "level" in parts_of(criterion) and not any(met):
            return None
        keys = self.counts.keys(criterion, teams, among)
        return None if keys is None else cast(dict[str, Number], keys)

    def _times(self, criterion: Criterion, team: str, among: tuple[str, ...]) -> Mapping[int, int]:
        """Say how much each further goal adds to what is compared."""
        parts, metric = parts_of(criterion), criterion.metric
        rivals = among if "level" in parts else None
        if metric in _GOALS:
            return self._goals(metric, team, parts, rivals).times
        total = Form()
        if metric in _OPPONENTS:
            for result in self.counts.counted(team, parts, rivals, ()) or ():
                other = result.away if result.home == team else result.home
                total += self._goals(_OPPONENTS[metric], other, frozenset(), None)
        return total.times

    def _goals(
        self, metric: str, team: str, parts: frozenset[ScopePart], rivals: Collection[str] | None
    ) -> Form:
        total = Form()
        for index, match in enumerate(self.played):
            is_home = match.home == team
            other = match.away if is_home else match.home
            if not is_home and match.away != team:
                continue
            if rivals is not None and other not in rivals:
                continue
            if ("home" in parts and not is_home) or ("away" in parts and is_home):
                continue
            total += _share(metric, index, match.outcome, "home" if is_home else "away")
        return total


def _share(metric: str, index: int, outcome: Outcome, side: str) -> Form:
    """Say what the margin of a match and the goals of both add to a metric of one side."""
    margin, both = 2 * index, 2 * index + 1
    wins, draws = outcome == side, outcome == "draw"
    match metric:
        case "goal_difference":
            return Form() if draws else Form(0, {margin: 1 if wins else -1})
        case "goals_for":
            return Form(0, {margin: 1, both: 1} if wins else {both: 1})
        case "goals_against":
            return Form(0, {both: 1} if wins or draws else {margin: 1, both: 1})
    raise AssertionError(f"{metric} is no metric of goals")


def _onwards(state: _State, step: Step, before: tuple[str, ...]) -> _State:
    """Say which step follows, as the ranking does."""
    parted = len(state.level) < len(before)
    at = step.restart if parted else state.at + 1
    if step.block is None:
        return replace(state, at=at, among=None)
    among = state.among or before
    if at != step.block[1]:
        return replace(state, at=at, among=among)
    if len(state.level) < len(among):
        at = step.block[0]
    return replace(state, at=at, among=None)
