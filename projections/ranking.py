"""Ranking is a pure function of results, regulations and decisions, and says why.

The criteria part the teams one after the other; those that no criterion parts share a tier.
Lots, extra matches, shoot-outs and rulings count only where they are recorded, and only among
teams that are level when they are asked. Nothing here depends on what a team is called or on the
order of the results. docs/regulations.md says in words what each rule does.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from events.criteria import Criterion, Guard
from projections.contest import DECIDERS, Contest, Decided, Decider, Played, ToPlay
from projections.decided import are_decided, cut, newest, shoot_outs
from projections.guards import have_all_met, interim_holds, not_held
from projections.metrics import (
    FEWER_IS_BETTER,
    OF_GOALS,
    Counts,
    Key,
    Record,
    Shown,
    overall,
    parts_of,
    records,
    shown,
)
from projections.steps import Step, steps_of

__all__ = [
    "DECIDERS",
    "Contest",
    "Decided",
    "Decider",
    "Passed",
    "Played",
    "Record",
    "Separation",
    "Tier",
    "ToPlay",
    "overall",
    "rank",
    "records",
    "shown",
]

Because = Literal["level", "guard", "not_known", "not_played", "not_decided"]
"""Why a criterion parted nobody: they are level on it, its guard does not hold, a value is not
known (of one of them, or the rule itself), they have not met, or not all is recorded."""


class Separation(Struct, frozen=True):
    """Why one team stands above another: the numbers are the upper one's and the lower one's.

    Of a decision they are the places it gives the two, of a shoot-out the kicks.
    """

    criterion: str
    scope: str
    article: str | None
    numbers: tuple[Shown, Shown]


class Passed(Struct, frozen=True):
    """A criterion that did not part two teams, and why.

    `guard` names what does not hold of `when` it is asked.
    """

    criterion: str
    scope: str
    article: str | None
    because: Because
    numbers: tuple[Shown, Shown] | None = None
    guard: str | None = None
    when: Guard | None = None


class Tier(Struct, frozen=True):
    """Teams that nothing parts, by id, and what parts them from the tier above.

    `matches` are those that the numbers came from (where teams share a tier, those of its first by
    id stand for all), `passed` what was asked of the two before, in order. `level_by` is what was
    asked of teams that share the tier. `rule_unknown` says that the rule that would part them is
    not known; it is not `is_known` who is above where goals are not.
    """

    teams: tuple[str, ...]
    rank: int
    separated_by: Separation | None = None
    matches: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    level_by: tuple[Passed, ...] = ()
    rule_unknown: bool = False
    is_known: bool = True

    @property
    def ranks(self) -> tuple[int, int]:
        return self.rank, self.rank + len(self.teams) - 1


class _Asked(Struct, frozen=True):
    """A step as it was taken with level teams: by their numbers, or by what was decided.

    `before` is the step taken before it.
    """

    step: Step
    among: tuple[str, ...]
    because: Because
    before: "_Asked | None"
    keys: Mapping[str, Key] | None = None
    left_out: tuple[str, ...] = ()
    decisions: tuple[Decided, ...] = ()
    guard: str | None = None

    @property
    def is_awaited(self) -> bool:
        """Say whether this is a decision that is not recorded about each two of these."""
        return self.step.metric in DECIDERS and self.because == "not_decided"


class _Part(Struct, frozen=True):
    """Teams still level, and the step to part them by.

    `among` are those who were level when a block began, `above` is what parted them from the part
    above, `before` the step taken last. Who waits for lots or an extra match is asked for nothing
    that is counted any more: whether the rules come to that, only the decision tells. Whoever was
    sent on to the interim criteria, or is asked no further one, is not sent there (again).
    """

    teams: tuple[str, ...]
    steps: tuple[Step, ...]
    at: int = 0
    among: tuple[str, ...] | None = None
    above: _Asked | None = None
    before: _Asked | None = None
    rule_unknown: bool = False
    waits: bool = False
    is_known: bool = True
    may_turn_interim: bool = True


def rank(contest: Contest) -> tuple[Tier, ...]:
    """Give the tiers from the best down."""
    return _Ranking(contest, Counts(contest)).tiers()


class _Ranking:
    """Takes steps with those who are level until each stands alone or no step is left."""

    def __init__(self, contest: Contest, counts: Counts) -> None:
        self.contest = contest
        self.counts = counts
        interim = contest.interim
        is_interim = interim_holds(contest, counts)
        self.steps = steps_of(interim.criteria if interim and is_interim else contest.criteria)
        # Where final and interim criteria part company, each set of level teams has its own.
        self.parting: int | None = None
        if interim is not None and interim.until == "pair_met" and not counts.is_complete:
            self.interim_steps = steps_of(interim.criteria)
            self.parting = _common(contest.criteria, interim.criteria)
        self.left_out: dict[Step, tuple[str, ...]] = {}

    def tiers(self) -> tuple[Tier, ...]:
        """Take steps until none is left.

        Each step leaves parts that are smaller, or turn to the interim criteria, which nobody does
        twice, or begin a block again among fewer, or have fewer steps to go: so this ends.
        """
        pending = list(self._begun())
        tiers: list[Tier] = []
        ranked = 0
        while pending:
            part = pending.pop()
            if len(part.teams) == 1 or part.at == len(part.steps):
                tiers.append(self._tier(part, ranked + 1, tiers[-1].teams if tiers else ()))
                ranked += len(part.teams)
            else:
                pending.extend(reversed(self._taken(part, ranked + 1)))
        return tuple(tiers)

    # Steps

    def _begun(self) -> Iterator[_Part]:
        """Give the teams, the lowest first: who withdrew is below, and some rulings go first."""
        teams = tuple(sorted(self.contest.teams))
        if not teams:
            return
        stays = self.contest.withdrawal == "stand"
        out = () if stays else tuple(t for t in teams if t in self.contest.withdrawn)
        playing = tuple(team for team in teams if team not in out)
        if out:
            places: dict[str, Key] = {team: int(team in out) for team in teams}
            withdrew = _Asked(Step("withdrawal"), teams, "level", None, keys=places)
            above = withdrew if playing else None
            yield _Part(out, self.steps, len(self.steps), above=above, before=withdrew)
        overriding = tuple(d for d in self.contest.decisions if d.overrides)
        asked = _Asked(Step("ruling"), playing, "level", None, decisions=overriding)
        parts = cut(playing, overriding) if playing else []
        for index, part in reversed(list(enumerate(parts))):
            before = asked if overriding else None
            yield _Part(part, self.steps, above=asked if index else None, before=before)

    def _taken(self, part: _Part, first: int) -> list[_Part]:
        """Take one step with teams that are level: into parts, or on to the next as they are."""
        if self._is_interim(part):
            steps = self.interim_steps
            return [replace(part, steps=steps, among=None, may_turn_interim=False)]
        step = part.steps[part.at]
        guard = not_held(step.when, part.teams, first, self.counts) if step.when else None
        if part.waits and not step.is_decided:
            is_last = step.metric == "unknown" and guard is None
            return [_stopped(part, step) if is_last else replace(part, at=part.at + 1, among=None)]
        among = (part.among or part.teams) if step.block else part.teams
        if guard is not None:
            asked = _Asked(step, among, "guard", part.before, guard=guard)
            return [_onwards(part, part.teams, asked, among)]
        if step.metric == "unknown":
            asked = _Asked(step, among, "not_known", part.before)
            return [_stopped(part, step, before=asked, rule_unknown=True)]
        asked, parts = self._parted(part, step, among)
        if asked.because == "not_known" and step.metric in OF_GOALS:
            # Whoever has more goals that nobody recorded would be above, so nothing later counts.
            return [_stopped(part, step, before=asked, is_known=False)]
        if len(parts) == 1 and step.implied:
            return [replace(part, at=part.at + 1)]
        onwards = [_onwards(part, teams, asked, among, parted=len(parts) > 1) for teams in parts]
        if asked.is_awaited:
            onwards = [replace(on, waits=True) for on in onwards]
        aboves = [part.above, *[asked] * (len(parts) - 1)]
        return [replace(on, above=above) for on, above in zip(onwards, aboves, strict=True)]

    def _is_interim(self, part: _Part) -> bool:
        if part.at != self.parting or not part.may_turn_interim:
            return False
        return not have_all_met(part.teams, self.counts)

    def _parted(
        self, part: _Part, step: Step, among: tuple[str, ...]
    ) -> tuple[_Asked, list[tuple[str, ...]]]:
        if step.is_decided:
            decisions = self._decisions(step, part.teams)
            parts = cut(part.teams, decisions)
            is_told = len(parts) > 1 or are_decided(step.metric, part.teams, decisions)
            because: Because = "level" if is_told else "not_decided"
            return _Asked(step, among, because, part.before, decisions=decisions), parts
        assert step.criterion is not None, "only decisions have no criterion"
        left_out = self._left_out(step, part)
        keys = self.counts.keys(step.criterion, part.teams, among, left_out)
        because = "level" if keys is not None else "not_known"
        if step.by_matches and not self._have_met(part.teams, among, step.criterion):
            because, keys = "not_played", None
        asked = _Asked(step, among, because, part.before, keys=keys, left_out=left_out)
        if keys is None:
            return asked, [part.teams]
        return asked, _grouped(part.teams, keys, fewer=self._fewer_is_better(step.criterion))

    def _have_met(self, teams: tuple[str, ...], among: tuple[str, ...], by: Criterion) -> bool:
        parts = parts_of(by)
        return "level" not in parts or any(
            self.counts.counted(team, frozenset({"level"}), among, ()) for team in teams
        )

    def _fewer_is_better(self, by: Criterion) -> bool:
        external = self.contest.lists.get(by.list or "")
        if by.metric == "list" and external is not None:
            return not external.higher_is_better
        return by.metric in FEWER_IS_BETTER

    def _left_out(self, step: Step, part: _Part) -> tuple[str, ...]:
        """Name whoever stands at a place or below, by the table of the criteria before this one."""
        by = step.criterion
        if by is None or by.without_ranks_from is None:
            return ()
        if step not in self.left_out:
            places = self.contest.own_places
            if places is None:
                before = tuple(s.criterion for s in part.steps[: part.at] if s.criterion)
                decided = {criterion.metric for criterion in before}
                decisions = tuple(d for d in self.contest.decisions if d.by in decided)
                table = replace(self.contest, criteria=before, interim=None, decisions=decisions)
                tiers = _Ranking(table, self.counts).tiers()
                places = {team: tier.rank for tier in tiers for team in tier.teams}
            worst = by.without_ranks_from
            self.left_out[step] = tuple(sorted(t for t, place in places.items() if place >= worst))
        return self.left_out[step]

    def _decisions(self, step: Step, teams: tuple[str, ...]) -> tuple[Decided, ...]:
        if step.metric == "shoot_out":
            return shoot_outs(teams, self.counts)
        return tuple(d for d in self.contest.decisions if d.by == step.metric and not d.overrides)

    # Reasons

    def _tier(self, part: _Part, rank: int, above: tuple[str, ...]) -> Tier:
        is_shared = len(part.teams) > 1
        tier = Tier(
            part.teams,
            rank,
            level_by=tuple(_passed(part.before, *part.teams[:2])) if is_shared else (),
            rule_unknown=is_shared and part.rule_unknown,
            is_known=not is_shared or part.is_known,
        )
        if part.above is None or not above:
            return tier
        upper, lower, step = above[0], part.teams[0], part.above.step
        article, numbers = _article(part.above, upper, lower), _numbers(part.above, upper, lower)
        return replace(
            tier,
            separated_by=Separation(step.metric, step.scope, article, numbers),
            matches=tuple(self._matches(part.above, upper, lower)),
            passed=tuple(_passed(part.above.before, upper, lower)),
        )

    def _matches(self, asked: _Asked, upper: str, lower: str) -> Iterable[str]:
        """Name the matches that the numbers of two teams came from."""
        if asked.step.is_decided:
            decision = newest(upper, lower, asked.decisions)
            return (decision.match,) if decision and decision.match else ()
        by = asked.step.criterion
        if by is None or not asked.step.by_matches:
            return ()
        parts = parts_of(by)
        rivals = asked.among if "level" in parts else None
        return self.counts.matches_of((upper, lower), parts, rivals, asked.left_out)


def _stopped(part: _Part, step: Step, **why: Any) -> _Part:
    """Ask no further criterion, only what was decided."""
    return replace(part, at=step.after_unknown, among=None, may_turn_interim=False, **why)


def _common(one: Sequence[Criterion], other: Sequence[Criterion]) -> int:
    """Count the criteria with which both begin."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _onwards(
    part: _Part,
    teams: tuple[str, ...],
    asked: _Asked,
    among: tuple[str, ...],
    *,
    parted: bool = False,
) -> _Part:
    """Say what follows: the next step, or the one that a partial separation leads back to.

    At its end a block begins again for those whom it left level with some of them only.
    """
    step = asked.step
    at = step.restart if parted else part.at + 1
    still_among: tuple[str, ...] | None = among
    if step.block is None:
        still_among = None
    elif at == step.block[1]:
        still_among = None
        if len(teams) < len(among):
            at = step.block[0]
    waits = part.waits and not parted
    return replace(part, teams=teams, at=at, among=still_among, before=asked, waits=waits)


# Criteria that are counted


def _grouped(
    teams: Iterable[str], keys: Mapping[str, Key], *, fewer: bool
) -> list[tuple[str, ...]]:
    by_key: dict[Key, list[str]] = {}
    for team in teams:
        by_key.setdefault(keys[team], []).append(team)
    return [tuple(by_key[key]) for key in sorted(by_key, reverse=not fewer)]


# Reasons


def _numbers(asked: _Asked, upper: str, lower: str) -> tuple[Shown, Shown]:
    if asked.keys is not None:
        return shown(asked.keys[upper]), shown(asked.keys[lower])
    decision = newest(upper, lower, asked.decisions)
    assert decision is not None, "a cut is where a decision puts one team before the other"
    return decision.numbers or (decision.places[upper], decision.places[lower])


def _article(asked: _Asked, upper: str, lower: str) -> str | None:
    decision = newest(upper, lower, asked.decisions)
    return asked.step.article or (decision.article if decision else None)


def _passed(asked: _Asked | None, upper: str, lower: str) -> list[Passed]:
    """Tell what was asked of two teams and did not part them, in order."""
    found: list[Passed] = []
    while asked is not None:
        step, keys = asked.step, asked.keys
        numbers = (shown(keys[upper]), shown(keys[lower])) if keys is not None else None
        when = step.when if asked.guard else None
        said = (step.metric, step.scope, step.article, asked.because)
        found.append(Passed(*said, numbers, asked.guard, when))
        asked = asked.before
    return found[::-1]
