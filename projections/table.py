"""The table of a group before it is shown: who is where, why, and what is still open.

It is derived from the sheets of the group's matches, the decisions recorded
about the group, and the regulations; nothing is remembered beside these. Where
not all results are held, it ranks nobody but by what was printed or decided.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from events.fields import Order
from events.match import Match, Result, Sheet, outcome_of
from events.regulations import Berth, Conduct, Criterion, Regulations
from events.types import (
    CardShown,
    Event,
    LotsDrawn,
    PointsAdjusted,
    RankDecided,
    StandingsFinalised,
    TableAdopted,
)
from projections import questions
from projections.adopted import Adopted, Ranked, adopted, adopted_in, ranks_in, without_results
from projections.questions import Question
from projections.ranking import (
    DECIDERS,
    Contest,
    Decided,
    Decider,
    Played,
    Record,
    Tier,
    rank,
    records,
)
from projections.values import Formed, Setting

if TYPE_CHECKING:
    from projections.fold import Fold

Status = Literal["in_play", "provisional", "undecided", "final"]

_PROVISIONAL = frozenset({"missing", "unconfirmed", "disputed", "protest"})


class Fixture(Struct, frozen=True):
    """A match of the group; `starts` and `position` give its place in the order of play."""

    sheet: Sheet
    starts: int | None
    position: int

    @property
    def is_to_play(self) -> bool:
        sheet = self.sheet
        open_still = sheet.result is None and sheet.standing != "annulled"
        return open_still and sheet.play in ("scheduled", "postponed") and not sheet.extra_match

    def order_of_play(self) -> tuple[bool, int, int]:
        """By kick-off where it is known, then in the order of the log."""
        return self.starts is None, self.starts or 0, self.position


class Table(Struct, frozen=True):
    """A group as it stands; `unknown_results` counts the matches that nobody knows any more.

    `is_settled` says that it lacks no match, or is ranked or finalised without.
    """

    formed: Formed
    status: Status
    is_settled: bool
    finalised: StandingsFinalised | None
    fixtures: tuple[Fixture, ...]
    unknown_results: int
    adopted: Adopted | None
    ranked: Ranked
    records: dict[str, Record]
    adjustments: tuple[PointsAdjusted, ...]
    in_force: dict[str, int]
    questions: tuple[Question, ...]

    @property
    def tiers(self) -> tuple[Tier, ...]:
        return self.ranked.tiers

    @property
    def order(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tier.teams for tier in self.tiers)

    @property
    def shown(self) -> tuple[Question, ...]:
        """The questions that somebody has to decide."""
        open_places = self.status == "undecided"
        shown = (asked for asked in self.questions if asked.kind in questions.SHOWN)
        return tuple(asked for asked in shown if asked.kind != "level" or open_places)

    @property
    def blocking(self) -> tuple[str, ...]:
        """Why the table cannot be finalised. That it differs from what was is no hindrance."""
        return tuple(q.message for q in self.questions if q.kind != "finalised_differs")


def table_of(fold: "Fold", formed: Formed, matches: Iterable[Match]) -> Table:
    regulations = fold.setting.regulations
    facts = fold.held(f"group/{formed.group}").standing()
    fixtures = tuple(_fixtures(fold, matches))
    in_table = [fixture.sheet for fixture in fixtures if not fixture.sheet.extra_match]
    adjustments = tuple(fact for fact in facts if isinstance(fact, PointsAdjusted))
    finalised = [fact for fact in facts if isinstance(fact, StandingsFinalised)][-1:]
    printed = adopted_in(facts)
    unknown = sum(sheet.play == "unknown" and sheet.result is None for sheet in in_table)
    is_held = formed.coverage == "full" and not unknown
    by_results = is_held and printed is None
    contest = Contest(
        teams=_teams(formed, in_table, printed),
        results=_results(in_table, regulations),
        criteria=fold.setting.criteria_in(formed.section),
        points=regulations.points,
        adjustments=_in_force(adjustments),
        decisions=_decisions(facts, fixtures, finalised_counts=not by_results),
    )
    if by_results:
        ranked = _by_results(contest, in_table, regulations)
    else:
        ranked = without_results(contest.teams, printed, contest.decisions)
    asked = _questions(formed, fixtures, finalised, ranked, fold.setting)
    is_whole = is_held and _have_met(contest.teams, in_table)
    is_settled = bool(finalised) or (is_whole if by_results else ranked.decided)
    found = records(contest, contest.teams)
    return Table(
        formed=formed,
        status=_status(asked, is_settled=is_settled),
        is_settled=is_settled,
        finalised=finalised[0] if finalised else None,
        fixtures=fixtures,
        unknown_results=unknown,
        adopted=adopted(printed, found, contest.adjustments, is_whole=is_whole and not asked),
        ranked=ranked,
        records=found,
        adjustments=adjustments,
        in_force=_in_force(adjustments),
        questions=asked,
    )


def _by_results(contest: Contest, sheets: Iterable[Sheet], regulations: Regulations) -> Ranked:
    tiers = confirmed = rank(contest)
    standing = [sheet for sheet in sheets if _stands(sheet, regulations)]
    if len(standing) < len(contest.results):
        confirmed = rank(replace(contest, results=_results(standing, regulations)))
    return Ranked(tiers, ranks_in(tiers), ranks_in(confirmed))


# What the table is made of


def _fixtures(fold: "Fold", matches: Iterable[Match]) -> Iterator[Fixture]:
    for played in matches:
        if (sheet := fold.sheet(played.match)) is not None:
            yield Fixture(sheet, fold.place(played.match).starts, played.facts[0].position)


def _teams(
    formed: Formed, sheets: Iterable[Sheet], printed: TableAdopted | None
) -> tuple[str, ...]:
    """Name the teams of the group, and any other that has a match or a printed row in it."""
    played = {team for sheet in sheets for team in (sheet.home, sheet.away)}
    rows = {row.team for row in printed.rows} if printed else set()
    return tuple(sorted(played.union(formed.teams, rows)))


def _results(sheets: Iterable[Sheet], regulations: Regulations) -> tuple[Played, ...]:
    return tuple(
        Played(
            sheet.home,
            sheet.away,
            result.outcome,
            result.home,
            result.away,
            _conduct(sheet.cards, "home", regulations.conduct),
            _conduct(sheet.cards, "away", regulations.conduct),
        )
        for sheet in sheets
        if (result := sheet.counted) is not None
    )


def _conduct(cards: Iterable[CardShown], side: str, weights: Conduct) -> int:
    """Add up one deduction a player; a card of nobody known counts by itself."""
    by_player: dict[str, list[str]] = {}
    for card in cards:
        if card.side == side:
            by_player.setdefault(card.player or f"nobody known, {card.id}", []).append(card.card)
    return sum(_deduction(shown, weights) for shown in by_player.values())


def _deduction(shown: list[str], weights: Conduct) -> int:
    if "second_yellow" in shown or shown.count("yellow") > 1:
        return weights.second_yellow
    if "red" in shown:
        return weights.yellow_red if "yellow" in shown else weights.red
    return weights.yellow


def _in_force(adjustments: Iterable[PointsAdjusted]) -> dict[str, int]:
    points: dict[str, int] = {}
    for fact in adjustments:
        if fact.status == "in_force":
            points[fact.team] = points.get(fact.team, 0) + fact.points
    return points


def _decisions(
    facts: Iterable[Event], fixtures: Iterable[Fixture], *, finalised_counts: bool
) -> tuple[Decided, ...]:
    decided: list[tuple[int, Decided]] = []
    for fact in facts:
        if isinstance(fact, StandingsFinalised) and not finalised_counts:
            continue
        if isinstance(fact, LotsDrawn | RankDecided | StandingsFinalised):
            by: Decider = "lots" if isinstance(fact, LotsDrawn) else "ruling"
            article = fact.ruling.article if fact.ruling else None
            decided.append((fact.position, Decided(by, tiers_in(fact.order), article)))
    for fixture in fixtures:
        sheet = fixture.sheet
        if sheet.extra_match and sheet.result is not None:
            order = _order_of(sheet, sheet.result)
            decided.append((fixture.position, Decided("extra_match", order)))
    return tuple(decision for _, decision in sorted(decided, key=lambda pair: pair[0]))


def _order_of(sheet: Sheet, result: Result) -> tuple[tuple[str, ...], ...]:
    """Say who comes first by an extra match: by its result, else by the shoot-out, else nobody."""
    outcome = result.outcome
    if outcome == "draw" and sheet.shoot_out is not None and sheet.shoot_out_over:
        outcome = outcome_of(sheet.shoot_out.home, sheet.shoot_out.away)
    match outcome:
        case "home":
            return (sheet.home,), (sheet.away,)
        case "away":
            return (sheet.away,), (sheet.home,)
    return ((sheet.home, sheet.away),)


def tiers_in(order: Order) -> tuple[tuple[str, ...], ...]:
    return tuple((tier,) if isinstance(tier, str) else tier for tier in order)


# What is still open


def _questions(
    formed: Formed,
    fixtures: Iterable[Fixture],
    finalised: Iterable[StandingsFinalised],
    ranked: Ranked,
    setting: Setting,
) -> tuple[Question, ...]:
    confirms = setting.regulations.confirm_results
    criteria = setting.criteria_in(formed.section)
    asked = [q for f in fixtures for q in questions.of_match(f.sheet, confirms=confirms)]
    if not asked and ranked.by_results:
        shared = (tier for tier in ranked.tiers if _matters(tier, formed.berths, criteria))
        asked = [questions.level(formed.group, tier, criteria) for tier in shared]
    for fact in finalised:
        if not _is_order_of(fact.order, ranked.tiers):
            asked.append(questions.finalised_differs(formed.group, fact.position))
    return tuple(asked)


def _matters(tier: Tier, berths: Sequence[Berth], criteria: Iterable[Criterion]) -> bool:
    """Say whether a place that matters is shared.

    It does where a berth goes to some of the level teams. Where the regulations grant
    none, the first place does, provided that they say how level teams are separated.
    """
    if len(tier.teams) == 1:
        return False
    if not berths:
        return tier.rank == 1 and any(c.metric in DECIDERS for c in criteria)
    first, last = tier.ranks
    return any(
        {berth.first <= rank <= berth.last for rank in range(first, last + 1)} == {True, False}
        for berth in berths
    )


def _is_order_of(order: Order, tiers: Iterable[Tier]) -> bool:
    return [set(tier) for tier in tiers_in(order)] == [set(tier.teams) for tier in tiers]


def _status(asked: Iterable[Question], *, is_settled: bool) -> Status:
    kinds = {question.kind for question in asked}
    if "in_play" in kinds:
        return "in_play"
    if kinds & _PROVISIONAL or not is_settled:
        return "provisional"
    return "undecided" if "level" in kinds else "final"


def _have_met(teams: tuple[str, ...], in_table: Iterable[Sheet]) -> bool:
    """Say whether the fixture list has each two teams of the group at least once."""
    met = {frozenset((sheet.home, sheet.away)) for sheet in in_table}
    return len(teams) > 1 and all(frozenset(pair) in met for pair in combinations(teams, 2))


def _stands(sheet: Sheet, regulations: Regulations) -> bool:
    unconfirmed = regulations.confirm_results and sheet.standing == "provisional"
    return sheet.result is not None and sheet.play != "in_play" and not unconfirmed
