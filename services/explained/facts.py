"""What an explanation points to: matches with score and date, and decisions with their position."""

from collections.abc import Collection, Iterator
from typing import Literal

from msgspec import Struct

from events.types import LotsDrawn, RankDecided, StandingsFinalised, TableAdopted
from projections.contest import Contest, Played
from projections.counted import Fixture, tiers_in
from projections.fold import Fold
from projections.guards import interim_holds
from projections.metrics import Counts
from projections.table import Table

Order = tuple[tuple[str, ...], ...]


class Met(Struct, frozen=True):
    """A match with what of it counts; `goals` are null where only the outcome is known."""

    match: str | None
    home: str
    away: str
    outcome: str
    goals: tuple[int, int] | None
    shoot_out: tuple[int, int] | None = None
    date: str | None = None
    awarded: bool = False
    extra_match: bool = False

    def when(self) -> tuple[str, str]:
        """Order matches by date; those without one come last."""
        return self.date or "~", self.match or ""


class Decision(Struct, frozen=True):
    """What somebody decided about the table, and where it stands in the log."""

    by: Literal["lots", "ruling", "extra_match", "finalised", "adopted", "withdrawn", "excluded"]
    position: int
    order: Order
    article: str | None = None
    body: str | None = None
    overrides: bool = False
    match: Met | None = None

    def names(self, teams: Collection[str]) -> bool:
        return any(team in teams for tier in self.order for team in tier)


class Adjustment(Struct, frozen=True):
    team: str
    points: int
    status: str
    article: str | None
    position: int


class Unknown(Struct, frozen=True):
    """What is not known: `count` results, or the order of `teams`."""

    kind: Literal["coverage", "results", "printed", "goals", "order"]
    teams: tuple[str, ...] = ()
    count: int = 0


# Matches


def met_in(table: Table) -> dict[str, Met]:
    """Give the matches of a group by id, each with the goals that its table counts."""
    counted = {result.match: result for result in table.contest.results}
    found = {}
    for fixture in table.fixtures:
        match = fixture.sheet.match
        if fixture.sheet.extra_match and fixture.sheet.result is not None:
            found[match] = _extra(fixture)
        elif match in counted:
            found[match] = played(counted[match], fixture)
    return found


def played(result: Played, fixture: Fixture | None = None) -> Met:
    """Give a result that counts, and of its match, where it is one that was played, the rest."""
    home, away = result.home_goals, result.away_goals
    return Met(
        match=result.match,
        home=result.home,
        away=result.away,
        outcome=result.outcome,
        goals=None if home is None or away is None else (home, away),
        shoot_out=result.shoot_out,
        date=_date(fixture) if fixture else None,
        awarded=fixture is not None and fixture.sheet.standing == "awarded",
    )


def _extra(fixture: Fixture) -> Met:
    sheet = fixture.sheet
    assert sheet.result is not None, "only a match with a result settles anything"
    home, away, kicks = sheet.result.home, sheet.result.away, sheet.shoot_out
    return Met(
        match=sheet.match,
        home=sheet.home,
        away=sheet.away,
        outcome=sheet.result.outcome,
        goals=None if home is None or away is None else (home, away),
        shoot_out=(kicks.home, kicks.away) if kicks and sheet.shoot_out_over else None,
        date=_date(fixture),
        awarded=sheet.standing == "awarded",
        extra_match=True,
    )


def _date(fixture: Fixture) -> str | None:
    """Say when it was: the day of a kick-off where it was played, else what is known."""
    sheet = fixture.sheet
    time = sheet.kick_off or sheet.date or sheet.happened
    return time.partition("T")[0] if time else None


# Decisions


def decisions_in(fold: Fold, table: Table) -> Iterator[Decision]:
    """Give what was decided about a group, in the order of the log."""
    found = [*_recorded(fold, table), *_extra_matches(table), *_left(fold, table)]
    yield from sorted(found, key=lambda decision: decision.position)


def _recorded(fold: Fold, table: Table) -> Iterator[Decision]:
    for fact in fold.held(f"group/{table.formed.group}").standing():
        match fact:
            case LotsDrawn():
                yield _decision("lots", fact)
            case RankDecided():
                yield _decision("ruling", fact)
            case StandingsFinalised():
                yield _decision("finalised", fact)
            case TableAdopted():
                order = tuple((row.team,) for row in fact.rows)
                yield Decision("adopted", fact.position, order, body=fact.source)


def _decision(
    by: Literal["lots", "ruling", "finalised"], fact: LotsDrawn | RankDecided | StandingsFinalised
) -> Decision:
    ruling = fact.ruling
    return Decision(
        by,
        fact.position,
        tiers_in(fact.order),
        article=ruling.article if ruling else None,
        body=ruling.body if ruling else None,
        overrides=isinstance(fact, RankDecided) and fact.overrides,
    )


def _extra_matches(table: Table) -> Iterator[Decision]:
    met = met_in(table)
    for decided in table.contest.decisions:
        if decided.by == "extra_match" and decided.position is not None:
            match = met.get(decided.match or "")
            yield Decision("extra_match", decided.position, decided.order, match=match)


def _left(fold: Fold, table: Table) -> Iterator[Decision]:
    left = (withdrawal_of(fold, team) for team in table.contest.teams)
    yield from (decision for decision in left if decision is not None)


def withdrawal_of(fold: Fold, team: str) -> Decision | None:
    """Say how a team left that takes part no more."""
    membership = fold.membership(team)
    if membership is None or membership.word is None:
        return None
    at = membership.word.position
    match membership.status:
        case "withdrawn" | "excluded" as how:
            return Decision(how, at, ((team,),))
    return None


def decision_of(fold: Fold, table: Table, criterion: str, pair: tuple[str, str]) -> Decision | None:
    """Find the decision that parts two teams: the newest of its kind that names both.

    One that overrides was asked before all others.
    """
    if criterion == "withdrawal":
        return withdrawal_of(fold, pair[1])
    named = [d for d in table.contest.decisions if {*pair} <= d.places.keys()]
    same = [d for d in named if d.by == criterion]
    newest = next(iter([d for d in same if d.overrides][-1:] or same[-1:]), None)
    decisions = decisions_in(fold, table) if newest else ()
    return next((d for d in decisions if newest and d.position == newest.position), None)


def adjustments_in(table: Table) -> Iterator[Adjustment]:
    for fact in table.adjustments:
        article = fact.ruling.article if fact.ruling else None
        yield Adjustment(fact.team, fact.points, fact.status, article, fact.position)


# What else there is to know


def interim_in(contest: Contest) -> str | None:
    """Say until when interim criteria rank the table; None where they do not."""
    interim, counts = contest.interim, Counts(contest)
    if interim is None or counts.is_complete:
        return None
    if interim.until != "pair_met" and not interim_holds(contest, counts):
        return None
    return interim.until


def unknown_in(table: Table) -> Iterator[Unknown]:
    if table.formed.coverage == "partial":
        yield Unknown("coverage")
    if table.unknown_results:
        yield Unknown("results", count=table.unknown_results)
    for tier in table.tiers:
        if table.ranked.hides(tier):
            yield Unknown("goals", teams=tier.teams)
        elif tier.teams[0] not in table.ranked.ranks and table.adopted is None:
            yield Unknown("order", teams=tier.teams)
    if table.adopted is not None:
        unranked = tuple(t for t in table.contest.teams if t not in table.ranked.ranks)
        yield Unknown("printed", teams=unranked)
