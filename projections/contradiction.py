"""What cannot be true of a tie at once, by the rules of its round, is said in a sentence.

Nothing is played, kicked or drawn unless what comes before it in the rules left the two level, and
nothing that the rules do not know: extra time, another match, a shoot-out, lots.
"""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from events.match import outcome_of
from events.regulations import Step
from projections.tie import ANOTHER_MATCH, Encounter, Leg, Settled, settle

WRITTEN = {
    "points": "points",
    "aggregate": "the aggregate",
    "away_goals": "away goals",
    "extra_time": "extra time",
    "extra_match": "an extra match",
    "replay": "a replay",
    "shoot_out": "a shoot-out",
    "lots": "lots",
    "higher_rank": "the higher rank",
    "walkover": "a walkover",
    "ruling": "a ruling",
}


class Contradiction(Struct, frozen=True):
    """What is contradictory, and the match that shows it where it is one."""

    what: str
    leg: Leg | None = None


def contradiction(tie: Encounter) -> Contradiction | None:
    """Give the first thing about a tie that its rules, or its other matches, rule out."""
    return next(_contradictions(tie), None)


def _contradictions(tie: Encounter) -> Iterator[Contradiction]:
    yield from _of_extra_time(tie)
    yield from _of_extra_matches(tie)
    yield from _of_shoot_outs(tie)
    if tie.lots is not None:
        yield from _unless_level(tie, {"lots"}, f"lots for {tie.lots}", None)
    yield from _of_walkovers(tie)


def _of_extra_time(tie: Encounter) -> Iterator[Contradiction]:
    for leg in tie.legs:
        if not leg.extra_time:
            continue
        if leg is not tie.legs[-1] or len(tie.legs) < tie.legs_planned:
            yield Contradiction("extra time in a match that was not the last", leg)
        known = all(other.ninety_minutes for other in tie.legs if other.extra_time)
        until = replace(tie, legs=tuple(map(_at_ninety, tie.legs)) if known else ())
        yield from _unless_level(until, {"extra_time"}, "extra time", leg)


def _at_ninety(leg: Leg) -> Leg:
    score = leg.ninety_minutes
    if not leg.extra_time or score is None:
        return leg
    outcome = outcome_of(score.home, score.away)
    return replace(
        leg, outcome=outcome, home_goals=score.home, away_goals=score.away, extra_time=False
    )


def _of_extra_matches(tie: Encounter) -> Iterator[Contradiction]:
    if not tie.extra_matches:
        return
    step = next((step for step in tie.steps if step.by in ANOTHER_MATCH), None)
    what = WRITTEN[step.by] if step else "another match"
    yield from _unless_level(tie, ANOTHER_MATCH, what, tie.extra_matches[0])
    for before, leg in zip(tie.extra_matches, tie.extra_matches[1:], strict=False):
        if before.winner is not None:
            yield Contradiction(f"{what} after one that {before.winner} won", leg)
        elif step is not None and step.if_drawn == "next":
            yield Contradiction(f"{what} after one was drawn, which these rules do not know", leg)
    for leg in tie.extra_matches:
        if leg.shoot_out is not None and leg.outcome != "draw":
            yield Contradiction(f"a shoot-out in a match that {leg.winner} won", leg)


def _of_shoot_outs(tie: Encounter) -> Iterator[Contradiction]:
    matches = (*tie.legs, *tie.extra_matches)
    for leg in matches:
        if leg.shoot_out is None:
            continue
        if leg is not matches[-1] or len(tie.legs) < tie.legs_planned:
            yield Contradiction("a shoot-out in a match that was not the last", leg)
        in_extra_match = bool(tie.extra_matches) and not _knows(tie, {"shoot_out"})
        if not in_extra_match:
            yield from _unless_level(tie, {"shoot_out"}, "a shoot-out", leg)


def _of_walkovers(tie: Encounter) -> Iterator[Contradiction]:
    """A walkover stands for a match that was not played; over those played only a ruling does."""
    verdict = tie.verdict
    if verdict is None or verdict.by != "walkover":
        return
    settled = settle(replace(tie, verdict=None))
    if settled.status == "decided" and settled.winner != verdict.winner:
        what = f"a walkover for {verdict.winner}, although all was played and {_through(settled)}"
        yield Contradiction(what)


def _unless_level(
    tie: Encounter, steps: set[str] | frozenset[str], what: str, leg: Leg | None
) -> Iterator[Contradiction]:
    """Say what these steps had no place for: the rules have none, or nothing was level."""
    if not _knows(tie, steps):
        yield Contradiction(f"{what}, which these rules do not know", leg)
        return
    settled = settle(_before(tie, steps))
    if settled.status == "decided":
        yield Contradiction(f"{what}, although {_through(settled)}", leg)


def _knows(tie: Encounter, steps: set[str] | frozenset[str]) -> bool:
    """Say whether the rules have one of these steps; where one is not known they may."""
    return any(step.by in steps or step.by == "unknown" for step in tie.steps)


def _before(tie: Encounter, steps: set[str] | frozenset[str]) -> Encounter:
    """Give the tie as it was before these steps: nothing after them has happened yet."""
    earlier: list[Step] = []
    for step in tie.steps:
        if step.by in steps:
            break
        earlier.append(step)
    another = any(step.by in ANOTHER_MATCH for step in earlier)
    return replace(
        tie,
        legs=tuple(replace(leg, shoot_out=None) for leg in tie.legs),
        steps=tuple(earlier),
        extra_matches=tuple(replace(leg, shoot_out=None) for leg in tie.extra_matches if another),
        extra_match_awaited=False,
        lots=None,
        verdict=None,
    )


def _through(settled: Settled) -> str:
    numbers = settled.points if settled.decided_by == "points" else settled.aggregate
    shown = f" {numbers[0]}-{numbers[1]}" if numbers and settled.decided_by in _NUMBERED else ""
    return f"{settled.winner} was through by {WRITTEN[settled.decided_by or 'aggregate']}{shown}"


_NUMBERED = ("points", "aggregate", "extra_time")
