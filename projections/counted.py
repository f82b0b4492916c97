"""What of a group its table counts: the results and decisions that its sheets and facts come to."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from events.criteria import Conduct, Walkover
from events.fields import Order
from events.match import Result, Sheet, outcome_of
from events.regulations import Governing
from events.types import (
    CardShown,
    Event,
    LotsDrawn,
    PointsAdjusted,
    RankDecided,
    StandingsFinalised,
)
from projections.contest import Decided, Decider, Played, ToPlay


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

    @property
    def pair(self) -> frozenset[str]:
        return frozenset((self.sheet.home, self.sheet.away))

    def order_of_play(self) -> tuple[bool, int, int]:
        """By kick-off where it is known, then in the order of the log."""
        return self.starts is None, self.starts or 0, self.position


# Matches


def results_of(fixtures: Iterable[Fixture], rules: Governing) -> tuple[Played, ...]:
    """Give the results that count for the table, with what of them criteria may ask for."""
    in_table = [fixture for fixture in fixtures if not fixture.sheet.extra_match]
    legs = dict(_legs(in_table))
    return tuple(
        _played(fixture, result, rules, legs.get(fixture.sheet.match))
        for fixture in in_table
        if (result := fixture.sheet.counted) is not None
    )


def to_play_of(fixtures: Iterable[Fixture]) -> tuple[ToPlay, ...]:
    """Give the matches of the table that have no result yet, and are to have one."""
    return tuple(
        ToPlay(sheet.home, sheet.away, sheet.matchday)
        for sheet in (fixture.sheet for fixture in fixtures)
        if not sheet.extra_match
        and sheet.counted is None
        and sheet.standing != "annulled"
        and sheet.play not in ("not_played", "unknown")
    )


def _played(fixture: Fixture, result: Result, rules: Governing, leg: int | None) -> Played:
    sheet, kicks = fixture.sheet, fixture.sheet.shoot_out
    home, away = _goals(sheet, result, rules.walkover)
    halves = sheet.half_time
    return Played(
        sheet.home,
        sheet.away,
        result.outcome,
        home,
        away,
        _conduct(sheet.cards, "home", rules.conduct),
        _conduct(sheet.cards, "away", rules.conduct),
        match=sheet.match,
        matchday=sheet.matchday,
        starts=fixture.starts,
        leg=leg,
        neutral=sheet.is_at_nobodys_home,
        half_time=(halves.home, halves.away) if halves else None,
        shoot_out=(kicks.home, kicks.away) if kicks and sheet.shoot_out_over else None,
    )


def _goals(
    sheet: Sheet, result: Result, walkover: Walkover | None
) -> tuple[int | None, int | None]:
    """Give the goals that count. An award without goals is worth those of a walkover, else none.

    Of other results they are as they were recorded, or not known.
    """
    if sheet.standing != "awarded" or result.home is not None:
        return result.home, result.away
    if walkover is None or result.outcome not in ("home", "away"):
        return 0, 0
    sign = 1 if result.outcome == "home" else -1
    score = sheet.score
    if walkover.better_of and score and (score.home - score.away) * sign > walkover.goals:
        return score.home, score.away
    return (walkover.goals, 0) if result.outcome == "home" else (0, walkover.goals)


def _legs(in_table: Iterable[Fixture]) -> Iterator[tuple[str, int]]:
    """Say which meeting of its two teams a match is, as far as the order of play is known."""
    by_pair: dict[frozenset[str], list[Fixture]] = {}
    for fixture in in_table:
        by_pair.setdefault(fixture.pair, []).append(fixture)
    for meetings in by_pair.values():
        legs = [fixture.sheet.leg for fixture in meetings]
        for order in (legs, *_orders(meetings)):
            if None not in order and len(set(order)) == len(order):
                ranked = sorted(zip(order, meetings, strict=True), key=lambda pair: pair[0] or 0)
                is_told = order is legs
                for number, (leg, fixture) in enumerate(ranked, 1):
                    yield fixture.sheet.match, (leg or 0) if is_told else number
                break


def _orders(meetings: Sequence[Fixture]) -> Iterator[list[int | None]]:
    yield [fixture.starts for fixture in meetings]
    yield [fixture.sheet.matchday for fixture in meetings]
    if len(meetings) == 1:
        yield [1]


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


# Decisions


def in_force(adjustments: Iterable[PointsAdjusted]) -> dict[str, int]:
    points: dict[str, int] = {}
    for fact in adjustments:
        if fact.status == "in_force":
            points[fact.team] = points.get(fact.team, 0) + fact.points
    return points


def goals_in_force(adjustments: Iterable[PointsAdjusted]) -> dict[str, int]:
    goals: dict[str, int] = {}
    for fact in adjustments:
        if fact.status == "in_force" and fact.goals:
            goals[fact.team] = goals.get(fact.team, 0) + fact.goals
    return goals


def decisions_of(
    facts: Iterable[Event], fixtures: Iterable[Fixture], *, finalised_counts: bool
) -> tuple[Decided, ...]:
    decided: list[Decided] = []
    for fact in facts:
        if isinstance(fact, StandingsFinalised) and not finalised_counts:
            continue
        if isinstance(fact, LotsDrawn | RankDecided | StandingsFinalised):
            by: Decider = "lots" if isinstance(fact, LotsDrawn) else "ruling"
            article = fact.ruling.article if fact.ruling else None
            overrides = isinstance(fact, RankDecided) and fact.overrides
            at, order = fact.position, tiers_in(fact.order)
            decided.append(Decided(by, order, article, overrides=overrides, position=at))
    for fixture in fixtures:
        sheet = fixture.sheet
        if sheet.extra_match and sheet.result is not None:
            at, order = fixture.position, _order_of(sheet, sheet.result)
            decided.append(Decided("extra_match", order, match=sheet.match, position=at))
    return tuple(sorted(decided, key=lambda decision: decision.position or 0))


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


def have_met(teams: Collection[str], fixtures: Iterable[Fixture], meetings: int | None) -> bool:
    """Say whether the fixture list has each two of these as often as the rules say, or once."""
    met: dict[frozenset[str], int] = {}
    for fixture in fixtures:
        if not fixture.sheet.extra_match:
            met[fixture.pair] = met.get(fixture.pair, 0) + 1
    ordered = sorted(teams)
    pairs = (frozenset((a, b)) for i, a in enumerate(ordered) for b in ordered[i + 1 :])
    return len(teams) > 1 and all(met.get(pair, 0) >= (meetings or 1) for pair in pairs)
