"""Who goes through in the ties of a file, under some regulations.

Which round a tie belongs to is said by its rows where there is a column for it. Otherwise its own
matches say it, never a name: it is of a round of as many legs whose rules know what was played. If
more than one does, and they do not agree who goes through, nobody is guessed.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from events.regulations import ExternalList, PointsPerResult, Regulations, Round, governing
from projections.contradiction import WRITTEN, Contradiction, contradiction
from projections.tie import (
    ANOTHER_MATCH,
    Encounter,
    Leg,
    Pair,
    Settled,
    Verdict,
    higher_in,
    settle,
)
from services.legs import Decision, LegRow

Status = Literal["decided", "undecided", "inconsistent"]
_IN_OUTPUT = {"lots": "coin_toss"}
_OF_TWO_LEGS = ("points", "away_goals")


class Answer(Struct, frozen=True):
    """A tie as it came out; `reason` says why where nobody is known to go through."""

    tie: str
    teams: tuple[str, str | None]
    points: Pair | None
    aggregate: Pair | None
    winner: str | None
    decided_by: str | None
    status: Status
    reason: str | None = None


class NoRounds(Exception):
    """Regulations say nothing about how ties are decided."""

    def __init__(self, regulations: str) -> None:
        self.regulations = regulations

    def __str__(self) -> str:
        return (
            f"{self.regulations} has no rounds, so it does not say how a tie is decided; add "
            "stages.sections.rounds to it, or name a set with a knock-out (`pitazo regulations "
            "list`)"
        )


class Rules(Struct, frozen=True):
    """How the ties of a round are decided, and what a result is worth in them."""

    round: Round
    points: PointsPerResult
    lists: tuple[ExternalList, ...]


class _Odd(Exception):
    """Nothing can be said about a tie: its rows do not go together, or fit more than one round."""

    def __init__(self, reason: str, status: Status = "inconsistent") -> None:
        self.reason = reason
        self.status = status

    def __str__(self) -> str:
        return self.reason


def answers(regulations: Regulations, rows: Sequence[LegRow], name: str) -> Iterator[Answer]:
    """Give each tie, in the order of the file. Raises NoRounds."""
    rules = tuple(_rules(regulations))
    if not rules:
        raise NoRounds(name)
    ties: dict[str, list[LegRow]] = {}
    for row in rows:
        ties.setdefault(row.tie, []).append(row)
    for tie, of_tie in ties.items():
        yield _answer(tie, of_tie, rules)


def _rules(regulations: Regulations) -> Iterator[Rules]:
    for stage in regulations.stages:
        for section in stage.sections:
            points = governing(regulations, stage, section).points
            for round_ in section.rounds:
                yield Rules(round_, points, regulations.lists)


def _answer(tie: str, rows: Sequence[LegRow], rules: Sequence[Rules]) -> Answer:
    teams = _teams(rows)
    if teams[1] is None:
        return Answer(tie, teams, None, None, teams[0], "bye", "decided")
    both = (teams[0], teams[1])
    try:
        _go_together(rows, both)
        found = _settled(rows, both, _of_round(rows, rules))
    except _Odd as odd:
        return Answer(tie, teams, None, None, None, None, odd.status, odd.reason)
    settled, wrong = found
    if wrong is not None:
        numbers = settled.points, settled.aggregate
        return Answer(tie, teams, *numbers, None, None, "inconsistent", _said(wrong, rows))
    by = _IN_OUTPUT.get(settled.decided_by or "", settled.decided_by)
    numbers = settled.points, settled.aggregate
    if settled.status == "decided":
        return Answer(tie, teams, *numbers, settled.winner, by, "decided")
    return Answer(tie, teams, *numbers, None, None, "undecided", _why_open(settled, rows))


def _teams(rows: Sequence[LegRow]) -> tuple[str, str | None]:
    """Give the two, first who was at home in the first leg."""
    first = min(rows, key=lambda row: (_ORDER[row.kind], row.outcome == "annulled"))
    if first.kind == "2" and first.away is not None:
        return first.away, first.home
    return first.home, first.away


_ORDER = {"1": 0, "single": 0, "2": 1, None: 2, "replay": 3, "extra_match": 3}


# Whether the rows go together


def _go_together(rows: Sequence[LegRow], teams: tuple[str, str]) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if {row.home, row.away} != set(teams):
            here = f"{row.home} and {row.away or 'nobody'}"
            raise _Odd(f"line {row.line} is of {here}, and the tie is of {teams[0]} and {teams[1]}")
        if row.kind in ("1", "2", "single") and row.outcome != "annulled":
            if row.kind in seen:
                raise _Odd(
                    f"line {row.line} is leg {row.kind}, as line {seen[row.kind]} is already"
                )
            seen[row.kind] = row.line
        decision = row.decision
        if decision is not None and decision.team not in teams:
            raise _Odd(f"line {row.line} decides for {decision.team}, which is not in the tie")
    if "single" in seen and len(seen) > 1:
        raise _Odd(f"line {seen['single']} is a single match, and the tie has legs")
    decided = {(row.decision.how, row.decision.team) for row in rows if row.decision}
    if len(decided) > 1:
        said = " and ".join(sorted(f"{how} for {team}" for how, team in decided))
        raise _Odd(f"there are two decisions: {said}")


# Which rules govern, and what they say


def _of_round(rows: Sequence[LegRow], rules: Sequence[Rules]) -> Sequence[Rules]:
    """Give the rules that the tie may be under."""
    named = {row.round.casefold() for row in rows if row.round}
    if named:
        said = [
            each
            for each in rules
            if named <= {each.round.id.casefold(), each.round.name.casefold()}
        ]
        if not said:
            known = ", ".join(dict.fromkeys(each.round.id for each in rules))
            raise _Odd(f"there is no round {' and '.join(sorted(named))}; there is {known}")
        return said
    legs = _legs_planned(rows, rules)
    return [each for each in rules if each.round.legs == legs] or rules


def _legs_planned(rows: Sequence[LegRow], rules: Sequence[Rules]) -> int | None:
    """Say how many legs were to be played; None where no row is one.

    Nothing follows a lone leg that had extra time or kicks: it was the only one.
    """
    kinds = {row.kind for row in rows}
    is_over = any(leg.extra_time or leg.shoot_out for leg in _results(rows))
    if is_over and kinds & {"1", "2"} == {"1"}:
        return 1
    if "2" in kinds or ("1" in kinds and any(each.round.legs == 2 for each in rules)):
        return 2
    return 1 if kinds & {"1", "single"} else None


def _settled(
    rows: Sequence[LegRow], teams: tuple[str, str], rules: Sequence[Rules]
) -> tuple[Settled, Contradiction | None]:
    """Settle a tie under each of the rules; those that it contradicts are not its own."""
    legs = _legs_planned(rows, rules)
    tried = []
    for each in rules:
        tie = _encounter(rows, teams, each, legs or each.round.legs)
        tried.append((settle(tie), contradiction(tie)))
    possible = [settled for settled, wrong in tried if wrong is None]
    if not possible:
        return tried[0]
    decided = [settled for settled in possible if settled.status == "decided"]
    if len({settled.winner for settled in decided}) > 1:
        reason = "several rounds fit, and differ; say in a column round which it was"
        raise _Odd(reason, "undecided")
    return (decided or possible)[0], None


def _encounter(
    rows: Sequence[LegRow], teams: tuple[str, str], rules: Rules, legs: int
) -> Encounter:
    main = sorted((row for row in rows if row.kind in ("1", "2", "single")), key=_leg_of)
    others = [row for row in rows if row.kind in ANOTHER_MATCH]
    if all(row.day is not None for row in others):
        others.sort(key=lambda row: row.day.isoformat() if row.day else "")
    decision = next((row.decision for row in rows if row.decision), None)
    steps = rules.round.decided_by
    if legs == 1:
        steps = tuple(step for step in steps if step.by not in _OF_TWO_LEGS)
    return Encounter(
        teams,
        tuple(_results(main)),
        legs,
        steps,
        rules.points,
        tuple(_results(others)),
        any(row.outcome == "pending" for row in others),
        decision.team if decision and decision.how == "coin_toss" else None,
        _verdict(decision),
        any(row.outcome == "unknown" for row in (*main, *others)),
        _higher(rules, teams),
    )


def _higher(rules: Rules, teams: tuple[str, str]) -> str | None:
    """Give who ranks higher in the list that a step names."""
    named = {step.list for step in rules.round.decided_by if step.by == "higher_rank"}
    found = (listed for listed in rules.lists if listed.name in named)
    return next((higher_in(listed, teams) for listed in found), None)


def _leg_of(row: LegRow) -> str:
    return row.kind or ""


def _results(rows: Iterable[LegRow]) -> Iterator[Leg]:
    return (row.leg for row in rows if row.leg is not None)


def _verdict(decision: Decision | None) -> Verdict | None:
    if decision is None or decision.how == "coin_toss":
        return None
    return Verdict(decision.team, decision.how)


# Why


def _said(wrong: Contradiction, rows: Sequence[LegRow]) -> str:
    line = next((row.line for row in rows if row.leg is wrong.leg and wrong.leg is not None), None)
    return f"{wrong.what} (line {line})" if line else wrong.what


def _why_open(settled: Settled, rows: Sequence[LegRow]) -> str:
    if settled.status == "open":
        return "a match is missing, and no decision says who goes through"
    if settled.status == "unknown":
        unknown = [str(row.line) for row in rows if row.outcome == "unknown"]
        if unknown:
            return f"the result of a match is not known (line {', '.join(unknown)})"
        return "the rule, or the goals that it needs, are not known"
    ways = " or ".join(WRITTEN[way] for way in settled.settled_by)
    return f"the two are level; it is settled by {ways}"
