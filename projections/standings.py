"""The table of a group as it is shown, with the reason for every rank."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from events.regulations import Berth, Criterion
from projections import topics
from projections.claims import CLAIMS_MAX
from projections.naming import team_name
from projections.ranking import Separation, Tier
from projections.table import Fixture, Status, Table, tiers_in

if TYPE_CHECKING:
    from projections.fold import Fold

FORM_MATCHES_MAX = 5
LEVEL_WITH_MAX = 20

Form = Literal["won", "drawn", "lost"]
Right = Literal["clinched", "eliminated", "unknown"]


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
    rank: int
    team: str
    name: str
    short: str
    code: str | None
    played: int
    won: int
    drawn: int
    lost: int
    goals_for: int
    goals_against: int
    goal_difference: int
    points: int
    adjustment: int
    level_with: tuple[str, ...]
    separated_by: Separation | None
    berths: dict[str, Right]
    rank_confirmed: int
    movement: int
    form: tuple[Form, ...] | None
    remaining: int


class Asked(Struct, frozen=True):
    """An open question about this table."""

    kind: str
    teams: tuple[str, ...]
    ranks: tuple[int, ...]
    settled_by: tuple[str, ...]
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
    status: str
    date: str | None


class Standings(Struct, frozen=True):
    group: str
    name: str
    stage: str
    section: str
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
        status=table.status,
        finalised_at=table.finalised.recorded_at if table.finalised else None,
        criteria=rules(fold.setting.criteria_in(formed.section)),
        berths=tuple(
            Place(berth.id, berth.name, berth.first, berth.last) for berth in formed.berths
        ),
        rows=tuple(_row(fold, table, tier, team) for tier in table.tiers for team in tier.teams),
        open_questions=tuple(
            Asked(q.kind, q.teams, q.ranks, q.settled_by, q.message) for q in table.shown
        ),
        claims=tuple(_claims(fold, table)),
        adjustments=tuple(
            Adjustment(fact.team, fact.points, fact.status, fact.date) for fact in table.adjustments
        ),
    )


def rules(criteria: Iterable[Criterion]) -> tuple[Rule, ...]:
    return tuple(Rule(each.metric, each.scope, each.article) for each in criteria)


def _row(fold: "Fold", table: Table, tier: Tier, team: str) -> Row:
    record = table.records[team]
    named = team_name(fold, team)
    adjustment = table.in_force.get(team, 0)
    rank_confirmed = table.ranks_confirmed[team]
    own = [
        fixture for fixture in table.fixtures if team in (fixture.sheet.home, fixture.sheet.away)
    ]
    return Row(
        rank=tier.rank,
        team=team,
        name=named.name,
        short=named.short,
        code=named.code,
        played=record.played,
        won=record.won,
        drawn=record.drawn,
        lost=record.lost,
        goals_for=record.goals_for,
        goals_against=record.goals_against,
        goal_difference=record.goal_difference,
        points=record.points + adjustment,
        adjustment=adjustment,
        level_with=tuple(other for other in tier.teams if other != team)[:LEVEL_WITH_MAX],
        separated_by=tier.separated_by if team == tier.teams[0] else None,
        berths={berth.id: _right(berth, tier, table) for berth in table.formed.berths},
        rank_confirmed=rank_confirmed,
        movement=rank_confirmed - tier.rank,
        form=_form(team, own),
        remaining=sum(fixture.is_to_play for fixture in own),
    )


def _right(berth: Berth, tier: Tier, table: Table) -> Right:
    if table.status != "final":
        return "unknown"
    return "clinched" if berth.first <= tier.rank <= berth.last else "eliminated"


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
