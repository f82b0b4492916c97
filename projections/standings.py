"""The table of a group as it is shown, with the reason for every rank."""

from collections.abc import Iterable
from copy import copy
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from events.regulations import Criterion, GroupCoverage
from projections import topics
from projections.adopted import GOALS, Adopted
from projections.claims import CLAIMS_MAX
from projections.counted import Fixture, tiers_in
from projections.metrics import Shown, scope_shown, shown
from projections.naming import team_name
from projections.qualification import Right
from projections.ranking import Separation, Tier
from projections.rights import rights_of
from projections.table import Status, Table
from projections.values import TeamStatus

if TYPE_CHECKING:
    from projections.fold import Fold

FORM_MATCHES_MAX = 5
LEVEL_WITH_MAX = 20

COLUMNS = (
    "played", "won", "drawn", "lost", *GOALS, "points",
)  # fmt: skip

Form = Literal["won", "drawn", "lost"]


class Rule(Struct, frozen=True):
    """A criterion as it is shown: nothing is left out because it is the default."""

    metric: str
    scope: str
    article: str | None


class Place(Struct, frozen=True):
    """A berth as it is shown."""

    berth: str
    name: str
    first: int
    last: int


class Row(Struct, frozen=True):
    """A line of the table; a rank or a number that is not known is null, a fraction is text.

    `status` says whether the team still takes part.
    """

    rank: int | None
    team: str
    name: str
    short: str
    code: str | None
    played: int | None
    won: int | None
    drawn: int | None
    lost: int | None
    goals_for: Shown | None
    goals_against: Shown | None
    goal_difference: Shown | None
    points: Shown | None
    adjustment: int
    status: TeamStatus
    level_with: tuple[str, ...]
    separated_by: Separation | None
    berths: dict[str, Right]
    rank_confirmed: int | None
    movement: int | None
    form: tuple[Form, ...] | None
    remaining: int


class Asked(Struct, frozen=True):
    """An open question about this table."""

    kind: str
    teams: tuple[str, ...]
    ranks: tuple[int, ...]
    settled_by: tuple[str, ...]
    organiser: str | None
    message: str


class Claim(Struct, frozen=True):
    """What a source says; `differs` is not known where it gives no order."""

    says: str
    source: str | None
    order: tuple[tuple[str, ...], ...] | None
    differs: bool | None


class Adjustment(Struct, frozen=True):
    team: str
    points: int
    goals: int
    status: str
    date: str | None


class Printed(Struct, frozen=True):
    """The published table that the rows are taken from.

    `differs` says whether the matches that are held contradict it, and is null where none are.
    """

    source: str | None
    occurred: str | None
    position: int
    differs: bool | None


class Standings(Struct, frozen=True):
    """With `coverage` partial, or results that are unknown, nobody is ranked by the others.

    The numbers are of the results that are held.
    """

    group: str
    name: str
    stage: str
    section: str
    coverage: GroupCoverage
    unknown_results: int
    adopted: Printed | None
    status: Status
    finalised_at: str | None
    criteria: tuple[Rule, ...]
    berths: tuple[Place, ...]
    rows: tuple[Row, ...]
    open_questions: tuple[Asked, ...]
    claims: tuple[Claim, ...]
    adjustments: tuple[Adjustment, ...]


def render(fold: "Fold", group: str) -> Standings | None:
    table = fold.table(group)
    if table is None:
        return None
    formed = table.formed
    return Standings(
        group=group,
        name=formed.name,
        stage=formed.stage,
        section=formed.section,
        coverage=formed.coverage,
        unknown_results=table.unknown_results,
        adopted=_printed(table.adopted),
        status=table.status,
        finalised_at=table.finalised.recorded_at if table.finalised else None,
        criteria=rules(fold.setting.criteria_in(formed.section)),
        berths=tuple(
            Place(berth.id, berth.name, berth.first, berth.last) for berth in formed.berths
        ),
        rows=tuple(_rows(fold, table)),
        open_questions=tuple(
            Asked(q.kind, q.teams, q.ranks, q.settled_by, q.organiser, q.message)
            for q in table.shown
        ),
        claims=tuple(_claims(fold, table)),
        adjustments=tuple(
            Adjustment(fact.team, fact.points, fact.goals, fact.status, fact.date)
            for fact in table.adjustments
        ),
    )


def rules(criteria: Iterable[Criterion]) -> tuple[Rule, ...]:
    return tuple(Rule(each.metric, scope_shown(each), each.article) for each in criteria)


def _printed(adopted: Adopted | None) -> Printed | None:
    if adopted is None:
        return None
    fact = adopted.fact
    occurred = fact.occurred or fact.occurred_at
    return Printed(fact.source, occurred, fact.position, adopted.differs)


def _rows(fold: "Fold", table: Table) -> list[Row]:
    """Give the rows in order; those of a printed table that have no rank stand as they are printed.

    That is display, never rank.
    """
    rights = rights_of(fold, table)
    rows = [
        _row(fold, table, tier, team, rights[team]) for tier in table.tiers for team in tier.teams
    ]
    if table.adopted is None:
        return rows
    printed = {team: place for place, team in enumerate(table.adopted.rows)}
    last = len(printed)
    return sorted(
        rows, key=lambda row: (row.rank is None, row.rank or 0, printed.get(row.team, last))
    )


def _row(fold: "Fold", table: Table, tier: Tier, team: str, rights: dict[str, Right]) -> Row:
    named, ranked = team_name(fold, team), table.ranked
    membership = fold.membership(team)
    adjustment = table.in_force.get(team, 0)
    rank, rank_confirmed = ranked.ranks.get(team), ranked.ranks_confirmed.get(team)
    is_known = rank is not None
    own = [
        fixture for fixture in table.fixtures if team in (fixture.sheet.home, fixture.sheet.away)
    ]
    return Row(
        rank=rank,
        team=team,
        name=named.name,
        short=named.short,
        code=named.code,
        **_columns(table, team, adjustment),
        adjustment=adjustment,
        status=membership.status if membership else "entered",
        level_with=tuple(o for o in tier.teams if o != team and is_known)[:LEVEL_WITH_MAX],
        separated_by=tier.separated_by if team == tier.teams[0] else None,
        berths=rights,
        rank_confirmed=rank_confirmed,
        movement=None if rank is None or rank_confirmed is None else rank_confirmed - rank,
        form=_form(team, own),
        remaining=sum(fixture.is_to_play for fixture in own),
    )


def _columns(table: Table, team: str, adjustment: int) -> dict[str, Any]:
    """Give the numbers of a row: as printed where a table was, else what the results come to.

    Of a team of which nothing is held there is no number, nor are there goals where a result has
    none.
    """
    if table.adopted is not None:
        row = table.adopted.rows.get(team)
        return {name: getattr(row, name, None) for name in COLUMNS}
    record = table.records[team]
    if not record.played and team in table.lacking:
        return dict.fromkeys(COLUMNS)
    if goals := table.contest.goal_adjustments.get(team, 0):
        record = copy(record)
        record.goals_for += goals
    numbers = {name: shown(getattr(record, name)) for name in COLUMNS}
    unknown = dict.fromkeys(GOALS) if record.goals_unknown else {}
    return {**numbers, "points": shown(record.points + adjustment), **unknown}


def _form(team: str, fixtures: Iterable[Fixture]) -> tuple[Form, ...] | None:
    """Give the newest results, oldest first; a match without a known kick-off is a later one.

    None where nobody knows when one of them was: the order is not guessed.
    """
    ended = [
        (fixture, fixture.sheet.result)
        for fixture in sorted(fixtures, key=Fixture.order_of_play)
        if fixture.sheet.result is not None and not fixture.sheet.extra_match
    ]
    if not all(fixture.sheet.is_dated for fixture, _ in ended):
        return None
    return tuple(
        "drawn"
        if result.outcome == "draw"
        else "won"
        if result.outcome == ("home" if team == fixture.sheet.home else "away")
        else "lost"
        for fixture, result in ended[-FORM_MATCHES_MAX:]
    )


def _claims(fold: "Fold", table: Table) -> Iterable[Claim]:
    for fact in fold.claims_about(topics.standings(table.formed.group))[-CLAIMS_MAX:]:
        order = None if fact.order is None else tiers_in(fact.order)
        differs = None if order is None else _differs(order, table)
        yield Claim(fact.says, fact.source, order, differs)


def _differs(claimed: tuple[tuple[str, ...], ...], table: Table) -> bool:
    """Compare what a source says with the table, among the teams that the source names."""
    named = {team for tier in claimed for team in tier}
    ours = [named.intersection(tier.teams) for tier in table.tiers]
    return [set(tier) for tier in claimed] != [tier for tier in ours if tier]
