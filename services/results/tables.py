"""The tables of a results file under some regulations, each with its status and its reasons.

Nothing is guessed: who nothing parts shares a rank, and where a result of the group is not known
nobody has one. A place in another table of the file is taken from there.
"""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from events.criteria import ExternalList
from events.regulations import Governing, Regulations
from projections.contest import Contest, at_stake
from projections.metrics import Record, Shown, overall, shown
from projections.ranking import Separation, Tier, rank
from services.results.contests import contest_of, is_awaited, rules_of
from services.results.entries import GroupResults

Status = Literal["provisional", "undecided", "final"]


class Row(Struct, frozen=True):
    """A line of a table; the rank is null where a result of the group is not known."""

    rank: int | None
    team: str
    played: int
    won: int
    drawn: int
    lost: int
    goals_for: Shown
    goals_against: Shown
    goal_difference: Shown
    points: Shown
    level_with: tuple[str, ...]
    separated_by: Separation | None


class Table(Struct, frozen=True):
    """A group as it stands, by the words of the file."""

    stage: str
    group: str
    status: Status
    rows: tuple[Row, ...]


def tables(
    groups: Iterable[GroupResults],
    regulations: Regulations,
    *,
    lists: Mapping[str, ExternalList],
    complete: bool,
) -> tuple[Table, ...]:
    """Rank every group; those whose places others ask for come first."""
    found: dict[tuple[str, str], Table] = {}
    places: dict[str, Mapping[str, int]] = {}
    given = list(groups)
    for group in sorted(given, key=lambda each: _asks_for_place(rules_of(each, regulations))):
        contest = contest_of(
            group, regulations, lists=lists, places=dict(places), complete=complete
        )
        table = found[group.place.key] = _table(group, contest, rules_of(group, regulations))
        if rules := group.place.group_rules:
            places[rules.id] = {row.team: row.rank for row in table.rows if row.rank is not None}
    return tuple(found[group.place.key] for group in given)


def _asks_for_place(rules: Governing) -> bool:
    return any(criterion.metric == "place" for criterion in rules.criteria)


def _table(group: GroupResults, contest: Contest, rules: Governing) -> Table:
    records = overall(contest)
    is_known = all(met.outcome != "unknown" for met in group.matches)
    tiers = rank(contest)
    rows = _rows(tiers, contest, records)
    if not is_known:
        rows = (replace(row, rank=None, level_with=(), separated_by=None) for row in rows)
    return Table(
        stage=group.place.stage,
        group=group.place.group,
        status=_status(group, contest, rules, tiers, is_known=is_known),
        rows=tuple(rows),
    )


def _rows(tiers: Iterable[Tier], contest: Contest, records: Mapping[str, Record]) -> Iterator[Row]:
    for tier in tiers:
        for team in tier.teams:
            record = records[team]
            scored = record.goals_for + contest.goal_adjustments.get(team, 0)
            yield Row(
                rank=tier.rank,
                team=team,
                played=record.played,
                won=record.won,
                drawn=record.drawn,
                lost=record.lost,
                goals_for=shown(scored),
                goals_against=shown(record.goals_against),
                goal_difference=shown(Fraction(scored - record.goals_against)),
                points=shown(Fraction(record.points + contest.adjustments.get(team, 0))),
                level_with=tuple(other for other in tier.teams if other != team),
                separated_by=tier.separated_by if team == tier.teams[0] else None,
            )


def _status(
    group: GroupResults,
    contest: Contest,
    rules: Governing,
    tiers: Iterable[Tier],
    *,
    is_known: bool,
) -> Status:
    if is_awaited(group) or not contest.complete or not is_known:
        return "provisional"
    waits = rules.on_exhausted == "wait" and any(_is_open(tier, contest) for tier in tiers)
    return "undecided" if waits else "final"


def _is_open(tier: Tier, contest: Contest) -> bool:
    """Say whether a place that matters is shared, though a decision could part it."""
    shared = len(tier.teams) > 1 and not tier.rule_unknown
    return shared and at_stake(*tier.ranks, contest)
