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
    from projections.known import Known

Status = Literal["in_play", "provisional", "undecided", "final", "unknown"]
"""`provisional` waits for matches, or for results to stand, `undecided` for somebody to decide;
`unknown` waits for nobody: what would say who is where is not known."""

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
    """A group as it stands; `unknown_results` counts the matches that nobody knows any more, and
    `lacking` are the teams of which a result may count that is not held.

    `is_settled` says that it lacks no match, or is ranked or finalised without.
    """

    formed: Formed
    status: Status
    is_settled: bool
    finalised: StandingsFinalised | None
    fixtures: tuple[Fixture, ...]
    unknown_results: int
    lacking: frozenset[str]
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
    def stands(self) -> bool:
        """Say whether nobody is waited for but those who part the level."""
        return self.is_settled and self.status not in ("in_play", "provisional")

    def tier_at(self, rank: int) -> Tier | None:
        """Give who shares a rank."""
        tiers = (tier for tier in self.tiers if tier.ranks[0] <= rank <= tier.ranks[1])
        return next(tiers, None)

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


def table_of(fold: "Known", formed: Formed, matches: Iterable[Match]) -> Table:
    regulations = fold.setting.regulations
    facts = fold.held(f"group/{formed.group}").standing()
    fixtures = tuple(_fixtures(fold, matches))
    in_table = [fixture.sheet for fixture in fixtures if not fixture.sheet.extra_match]
    adjustments = tuple(fact for fact in facts if isinstance(fact, PointsAdjusted))
    finalised = [fact for fact in facts if isinstance(fact, StandingsFinalised)][-1:]
    printed = adopted_in(facts)
    unknown = [sheet for sheet in in_table if _is_unknown(sheet)]
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
        ranked = _by_results(contest, fixtures, regulations)
        if ranked.hidden:
            decisions = _decisions(facts, fixtures, finalised_counts=True)
            ranked = _by_results(replace(contest, decisions=decisions), fixtures, regulations)
    else:
        ranked = without_results(contest.teams, printed, contest.decisions)
    asked = _questions(formed, fixtures, finalised, ranked, fold.setting)
    have_met = _have_met(contest.teams, in_table)
    is_whole = is_held and have_met
    is_settled = bool(finalised) or (is_whole if by_results else ranked.decided)
    found = records(contest, contest.teams)
    has_goals = not any(record.goals_unknown for record in found.values())
    if is_settled:
        is_unknown = _hides_a_place(formed, ranked, fold.setting)
    else:
        is_unknown = not is_held and (have_met or formed.coverage == "partial")
    return Table(
        formed=formed,
        status=_status(asked, is_settled=is_settled, is_unknown=is_unknown),
        is_settled=is_settled,
        finalised=finalised[0] if finalised else None,
        fixtures=fixtures,
        unknown_results=len(unknown),
        lacking=frozenset(_lacking(formed, contest.teams, unknown)),
        adopted=adopted(
            printed,
            found,
            contest.adjustments,
            is_whole=is_whole and has_goals and not asked,
        ),
        ranked=ranked,
        records=found,
        adjustments=adjustments,
        in_force=_in_force(adjustments),
        questions=asked,
    )


def _by_results(contest: Contest, fixtures: Sequence[Fixture], regulations: Regulations) -> Ranked:
    """Rank teams by their results; not those whose order an extra match gave that nobody knows."""
    sheets = [fixture.sheet for fixture in fixtures]
    lost = [
        {sheet.home, sheet.away} for sheet in sheets if sheet.extra_match and _is_unknown(sheet)
    ]
    tiers = confirmed = rank(contest)
    standing = [sheet for sheet in sheets if not sheet.extra_match and _stands(sheet, regulations)]
    if len(standing) < len(contest.results):
        confirmed = rank(replace(contest, results=_results(standing, regulations)))
    hidden = [tier for tier in tiers if _is_hidden(tier, lost)]
    known = (tier for tier in tiers if tier not in hidden)
    known_then = (tier for tier in confirmed if not _is_hidden(tier, lost))
    names = frozenset(team for tier in hidden for team in tier.teams)
    return Ranked(tiers, ranks_in(known), ranks_in(known_then), hidden=names)


def _is_hidden(tier: Tier, lost: Iterable[set[str]]) -> bool:
    """Say whether goals, or an extra match, that nobody knows would part level teams."""
    return not tier.is_known or any(pair <= {*tier.teams} for pair in lost)


def _is_unknown(sheet: Sheet) -> bool:
    return sheet.play == "unknown" and sheet.result is None


def _lacking(formed: Formed, teams: Iterable[str], unknown: Iterable[Sheet]) -> Iterable[str]:
    if formed.coverage == "partial":
        return teams
    return {team for sheet in unknown for team in (sheet.home, sheet.away)}


# What the table is made of


def _fixtures(fold: "Known", matches: Iterable[Match]) -> Iterator[Fixture]:
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
    """Give the results that count. An award without goals gives none; others are not known."""
    return tuple(
        Played(
            sheet.home,
            sheet.away,
            result.outcome,
            0 if result.home is None and sheet.standing == "awarded" else result.home,
            0 if result.away is None and sheet.standing == "awarded" else result.away,
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
        known = (tier for tier in ranked.tiers if not ranked.hides(tier))
        shared = (tier for tier in known if _matters(tier, formed.berths, criteria))
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


def _hides_a_place(formed: Formed, ranked: Ranked, setting: Setting) -> bool:
    """Say whether nobody knows who has a place that matters."""
    criteria = setting.criteria_in(formed.section)
    hidden = (tier for tier in ranked.tiers if ranked.hides(tier))
    return any(_matters(tier, formed.berths, criteria) for tier in hidden)


def _is_order_of(order: Order, tiers: Iterable[Tier]) -> bool:
    return [set(tier) for tier in tiers_in(order)] == [set(tier.teams) for tier in tiers]


def _status(asked: Iterable[Question], *, is_settled: bool, is_unknown: bool) -> Status:
    """Say how it stands; what is not known is so only where nobody is waited for."""
    kinds = {question.kind for question in asked}
    if "in_play" in kinds:
        return "in_play"
    if kinds & _PROVISIONAL:
        return "provisional"
    if is_unknown:
        return "unknown"
    if not is_settled:
        return "provisional"
    return "undecided" if "level" in kinds else "final"


def _have_met(teams: tuple[str, ...], in_table: Iterable[Sheet]) -> bool:
    """Say whether the fixture list has each two teams of the group at least once."""
    met = {frozenset((sheet.home, sheet.away)) for sheet in in_table}
    return len(teams) > 1 and all(frozenset(pair) in met for pair in combinations(teams, 2))


def _stands(sheet: Sheet, regulations: Regulations) -> bool:
    unconfirmed = regulations.confirm_results and sheet.standing == "provisional"
    return sheet.result is not None and sheet.play != "in_play" and not unconfirmed
