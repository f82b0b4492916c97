"""Why a table stands as it does, as facts: what parts each two neighbours, and from which matches.

Everything is read of the fold that capture decides on; nothing is ranked here. What was asked and
parted nobody, what somebody decided, what is open and what is not known stand beside it, and for
each berth whether it is certain, with the results that would give it and those that would not.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from events.criteria import Criterion
from projections.fold import Fold
from projections.metrics import scope_shown
from projections.qualification import Witness
from projections.questions import Question
from projections.ranking import Passed, Separation, Tier
from projections.rights import chances_of
from projections.standings import Row, render
from projections.table import Table
from services.explained.facts import (
    Adjustment,
    Decision,
    Met,
    Unknown,
    adjustments_in,
    decision_of,
    decisions_in,
    interim_in,
    met_in,
    played,
    unknown_in,
)
from services.explained.named import group_called, team_called

__all__ = ["Explained", "explained", "group_called", "team_called"]


class Asked(Struct, frozen=True):
    """A criterion that parted nobody; `about` names its list or group, or says what is unknown."""

    why: Passed
    about: str | None


class Reason(Struct, frozen=True):
    """Why the teams at one rank stand above those at the next; the numbers are of the `pair`."""

    upper: tuple[str, ...]
    lower: tuple[str, ...]
    ranks: tuple[int | None, int | None]
    pair: tuple[str, str]
    separated_by: Separation | None
    about: str | None
    matches: tuple[Met, ...]
    before: tuple[Asked, ...]
    decision: Decision | None


class Level(Struct, frozen=True):
    """Teams that share ranks. `settled_by` is empty where nobody is asked to part them.

    They are not level where it is not known (`is_known`) who of them is above.
    """

    teams: tuple[str, ...]
    ranks: tuple[int, int]
    asked: tuple[Asked, ...]
    settled_by: tuple[str, ...]
    organiser: str | None
    rule_unknown: bool
    is_known: bool


class Ending(Struct, frozen=True):
    """How the rest could end: a result for each match to come, and an order where it takes one."""

    results: tuple[Met, ...]
    orders: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]


class Right(Struct, frozen=True):
    """What a team can still do about a berth: `with_it` would give it, `without_it` would not."""

    team: str
    berth: str
    name: str
    right: str
    with_it: Ending | None
    without_it: Ending | None


class Explained(Struct, frozen=True):
    """A table and its reasons; with `team`, only those that concern it."""

    competition: str
    position: int
    group: str
    name: str
    stage: str
    section: str
    status: str
    team: str | None
    names: dict[str, str]
    berths: dict[str, str]
    rows: tuple[Row, ...]
    interim: str | None
    reasons: tuple[Reason, ...]
    level: tuple[Level, ...]
    decisions: tuple[Decision, ...]
    adjustments: tuple[Adjustment, ...]
    questions: tuple[Question, ...]
    unknown: tuple[Unknown, ...]
    rights: tuple[Right, ...]


def explained(fold: Fold, group: str, team: str | None = None) -> Explained:
    """Explain the table of a group, or where one of its teams stands."""
    table, shown = fold.table(group), render(fold, group)
    assert table is not None, "who asks has found the group"
    assert shown is not None, "a table is shown"
    stage, section = fold.setting.placed.get(table.formed.section, (None, None))
    concerned = {team} if team else set(table.contest.teams)
    near = _with_neighbours(table.tiers, concerned)
    nearby = {name for tier in near for name in tier.teams}
    return Explained(
        competition=fold.setting.competition,
        position=fold.position,
        group=group,
        name=shown.name,
        stage=stage.name if stage else shown.stage,
        section=section.name if section else shown.section,
        status=shown.status,
        team=team,
        names={row.team: row.name for row in shown.rows},
        berths={berth.berth: berth.name for berth in shown.berths},
        rows=tuple(row for row in shown.rows if row.team in nearby),
        interim=interim_in(table.contest),
        reasons=tuple(_reasons(fold, table, concerned)),
        level=tuple(_level(table, concerned)),
        decisions=tuple(d for d in decisions_in(fold, table) if d.names(concerned)),
        adjustments=tuple(a for a in adjustments_in(table) if a.team in nearby),
        questions=tuple(q for q in table.questions if not q.teams or concerned & {*q.teams}),
        unknown=tuple(unknown_in(table)),
        rights=tuple(_rights(fold, table, concerned)),
    )


def _with_neighbours(tiers: Iterable[Tier], concerned: set[str]) -> Iterator[Tier]:
    listed = list(tiers)
    for at, tier in enumerate(listed):
        near = (name for each in listed[max(0, at - 1) : at + 2] for name in each.teams)
        if not concerned.isdisjoint(near):
            yield tier


# Why


def _reasons(fold: Fold, table: Table, concerned: set[str]) -> Iterator[Reason]:
    met = met_in(table)
    ranks = table.ranked.ranks
    tiers = table.tiers
    for upper, lower in pairwise(tiers):
        if concerned.isdisjoint((*upper.teams, *lower.teams)):
            continue
        pair = upper.teams[0], lower.teams[0]
        by = lower.separated_by
        yield Reason(
            upper=upper.teams,
            lower=lower.teams,
            ranks=(ranks.get(pair[0]), ranks.get(pair[1])),
            pair=pair,
            separated_by=by,
            about=_about(by, table) if by else None,
            matches=tuple(sorted((met[m] for m in lower.matches if m in met), key=Met.when)),
            before=tuple(Asked(each, _about(each, table)) for each in lower.passed),
            decision=decision_of(fold, table, by.criterion, pair) if by else None,
        )


def _level(table: Table, concerned: set[str]) -> Iterator[Level]:
    open_ones = {q.teams: q for q in table.questions if q.kind == "level"}
    for tier in table.tiers:
        if len(tier.teams) == 1 or concerned.isdisjoint(tier.teams):
            continue
        question = open_ones.get(tier.teams)
        yield Level(
            teams=tier.teams,
            ranks=tier.ranks,
            asked=tuple(Asked(each, _about(each, table)) for each in tier.level_by),
            settled_by=question.settled_by if question else (),
            organiser=question.organiser if question else None,
            rule_unknown=tier.rule_unknown,
            is_known=tier.teams[0] in table.ranked.ranks,
        )


def _about(asked: Separation | Passed, table: Table) -> str | None:
    """Name the list or the group that a criterion asks, or what is said of a rule not known."""
    interim = table.contest.interim
    for criterion in (*table.contest.criteria, *(interim.criteria if interim else ())):
        if _is_same(criterion, asked):
            words = criterion.description if criterion.metric == "unknown" else None
            return criterion.list or criterion.group or words
    return None


def _is_same(criterion: Criterion, asked: Separation | Passed) -> bool:
    said = (criterion.metric, scope_shown(criterion), criterion.article)
    return said == (asked.criterion, asked.scope, asked.article)


# Berths


def _rights(fold: Fold, table: Table, concerned: set[str]) -> Iterator[Right]:
    if not table.formed.berths:
        return
    chances = chances_of(fold, table)
    for berth in table.formed.berths:
        for tier in table.tiers:
            for team in tier.teams:
                chance = chances[team][berth.id]
                if team in concerned:
                    ends = (_ending(chance.with_it), _ending(chance.without_it))
                    known = ends if chance.right == "open" else (None, None)
                    yield Right(team, berth.id, berth.name, chance.right, *known)


def _ending(witness: Witness | None) -> Ending | None:
    if witness is None:
        return None
    orders = tuple((str(decided.by), decided.order) for decided in witness.decisions)
    return Ending(tuple(played(result) for result in witness.results), orders)
