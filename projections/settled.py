"""How a tie stands, by its matches and what was decided about it, as far as these stand.

Nothing is decided by a match that is on, or whose result does not stand yet.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from events.match import Sheet
from events.regulations import Bye, Round
from events.types import LotsDrawn, TieDecided
from projections import questions
from projections.table import Table
from projections.tie import Encounter, Leg, Settled, Verdict, higher_in, settle
from projections.values import RuledTie

if TYPE_CHECKING:
    from projections.bracket import Filled
    from projections.known import Known


def settled_of(
    fold: "Known",
    rules: RuledTie,
    slots: "tuple[Filled, Filled]",
    teams: tuple[str | None, str | None],
    sheets: Sequence[Sheet],
) -> tuple[Settled, bool]:
    """Say how a tie stands, and whether a match that it follows from is contested."""
    facts = fold.held(f"tie/{rules.tie.id}").standing()
    verdicts = [fact for fact in facts if isinstance(fact, TieDecided)][-1:]
    first, second = teams
    if first is None or second is None:
        return _without_both(slots, verdicts), False
    counted = [sheet for sheet in sheets if _decides(sheet, rules.round)]
    extra = [sheet for sheet in counted if sheet.extra_match]
    drawn = [fact.order for fact in facts if isinstance(fact, LotsDrawn)][-1:]
    first_drawn = next((tier for order in drawn for tier in order[:1]), None)
    settled = settle(
        Encounter(
            (first, second),
            _legs(sheet for sheet in counted if not sheet.extra_match),
            rules.round.legs,
            rules.round.decided_by,
            fold.setting.regulations.points,
            _legs(extra),
            any(questions.is_awaited(sheet) for sheet in extra),
            first_drawn if isinstance(first_drawn, str) else None,
            next((_verdict(fact) for fact in verdicts), None),
            any(sheet.play == "unknown" for sheet in counted),
            _higher(fold, rules.round, (first, second)),
        )
    )
    if verdicts:
        return settled, False
    if not settled.by_extra_matches:
        counted = [sheet for sheet in counted if not sheet.extra_match]
    return _as_far_as_it_stands(settled, counted, confirms=fold.setting.regulations.confirm_results)


def _without_both(slots: "tuple[Filled, Filled]", verdicts: Sequence[TieDecided]) -> Settled:
    if verdicts:
        verdict = _verdict(verdicts[0])
        status: Literal["decided", "unknown"] = "decided" if verdict.winner else "unknown"
        return Settled(status, None, None, verdict.winner, verdict.by, verdict.article)
    for slot, other in (slots, slots[::-1]):
        if isinstance(slot.source, Bye) and other.team is not None:
            return Settled("decided", winner=other.team, decided_by="bye")
    return Settled("open")


def _verdict(fact: TieDecided) -> Verdict:
    by = fact.by or ("ruling" if fact.ruling else None)
    return Verdict(fact.winner, by, fact.ruling.article if fact.ruling else None)


def _decides(sheet: Sheet, round_: Round) -> bool:
    """A match of which it is not known which leg it was decides nothing."""
    return sheet.extra_match or round_.legs == 1 or sheet.leg is not None


def _legs(sheets: Iterable[Sheet]) -> tuple[Leg, ...]:
    return tuple(
        Leg(
            sheet.home,
            sheet.away,
            result.outcome,
            result.home,
            result.away,
            sheet.shoot_out if sheet.shoot_out_over else None,
            sheet.extra_time,
            sheet.is_at_nobodys_home,
            sheet.walkover,
            sheet.ninety_minutes,
        )
        for sheet in sheets
        if (result := sheet.counted) is not None
    )


def _higher(fold: "Known", round_: Round, teams: tuple[str, str]) -> str | None:
    """Say who of the two ranks higher, where a step of the round asks that."""
    lists = {step.list for step in round_.decided_by if step.by == "higher_rank"}
    for listed in fold.setting.regulations.lists:
        if listed.name in lists:
            return higher_in(listed, teams)
    table = ranking_of(fold, round_)
    if table is None or not table.is_settled:
        return None
    first, second = (table.ranked.ranks.get(team) for team in teams)
    if first is None or second is None or first == second:
        return None
    return teams[0] if first < second else teams[1]


def ranking_of(fold: "Known", round_: Round) -> Table | None:
    """Give the table by whose ranks ties of a round are decided."""
    groups = [step.group for step in round_.decided_by if step.by == "higher_rank"]
    return next((fold.table(group) for group in groups if group is not None), None)


def _as_far_as_it_stands(
    settled: Settled, sheets: Sequence[Sheet], *, confirms: bool
) -> tuple[Settled, bool]:
    """Hold back who goes through while a match is on, or its result does not stand yet."""
    points, aggregate = settled.points, settled.aggregate
    contested = any(questions.is_contested(sheet) for sheet in sheets)
    if any(sheet.play in ("in_play", "suspended") for sheet in sheets):
        return Settled("in_play", points, aggregate), contested
    if settled.status not in ("decided", "undecided"):
        return settled, contested
    held = {q.kind for sheet in sheets for q in questions.of_match(sheet, confirms=confirms)}
    if not held or (held == {"protest"} and settled.status == "decided"):
        return settled, contested
    return Settled("provisional", points, aggregate), contested
