"""Ties that may stay level for ever, steps that nothing comes to, and slots with no or two sources.

A tie is tried with matches that are all drawn without a goal, and goes on as its rules say until
somebody must go through, or nothing is left that could say who.
"""

from collections.abc import Collection, Iterator

from msgspec.structs import replace

from events.fields import Goals
from events.possible import each_in, said_source
from events.regulations import (
    ByDraw,
    Bye,
    ByRuling,
    Regulations,
    Round,
    Source,
    Step,
    Team,
    Tie,
    Unknown,
    slot_of,
)
from projections.holes.found import Example, Hole, Level, Score
from projections.holes.ruled import (
    berths_by_id,
    first_source,
    ruled_tables,
    settles_for_sure,
)
from projections.metrics import exact
from projections.tie import ANOTHER_MATCH, Encounter, Leg, settle

_DECIDE = frozenset({"lots", "shoot_out"})
_TEAMS = ("a", "b")


def holes_of_ties(regulations: Regulations) -> Iterator[Hole]:
    sure = {*_groups_for_sure(regulations), *_lists_for_sure(regulations)}
    for stage_at, stage in each_in("stages", regulations.stages):
        for at, section in each_in(f"{stage_at}.sections", stage.sections):
            for path, round_ in each_in(f"{at}.rounds", section.rounds):
                yield from _of_round(round_, path, sure)
    yield from _of_slots(regulations)


def _groups_for_sure(regulations: Regulations) -> Iterator[str]:
    for table in ruled_tables(regulations):
        if table.group is not None and settles_for_sure(table.rules.criteria):
            yield table.group


def _lists_for_sure(regulations: Regulations) -> Iterator[str]:
    """Name the lists that have rows, no two of them with the same number."""
    for listed in regulations.lists:
        numbers = {exact(number) for number in listed.rows.values()}
        if listed.rows and len(numbers) == len(listed.rows):
            yield listed.name


def _of_round(round_: Round, path: str, sure: Collection[str]) -> Iterator[Hole]:
    yield from _never_asked(round_, path)
    last = _left_level(round_, sure)
    if last is not None:
        yield Hole(
            "tie_level",
            f"{path}.decided_by",
            f"a tie of the round {round_.name} ({round_.id}) whose matches are all drawn may stay "
            f"level for ever, as {_can_leave_level(round_)}; end decided_by with a shoot-out, "
            "lots or a replay that is played again",
            _example(last),
        )


def _can_leave_level(round_: Round) -> str:
    steps = [step.by.replace("_", " ") for step in round_.decided_by]
    if not steps:
        return "no step says who goes through"
    said = f"{' and '.join(filter(None, (', '.join(steps[:-1]), steps[-1])))} can leave it so"
    is_listed = any(step.list is not None for step in round_.decided_by)
    why = " (a list may leave one out, or give both the same number)" if is_listed else ""
    return f"{said}{why} and nothing follows"


def _left_level(round_: Round, sure: Collection[str]) -> Encounter | None:
    """Give the tie as it ends where nothing more can part the two."""
    legs = tuple(_drawn(leg) for leg in range(round_.legs))
    tie = Encounter(_TEAMS, legs, round_.legs, round_.decided_by)
    # Each time at least one of its steps is over.
    for _ in range(len(round_.decided_by) + 1):
        settled = settle(tie)
        ways = [step for step in round_.decided_by if step.by in settled.settled_by]
        if settled.status != "undecided" or any(_ends_it(step, sure) for step in ways):
            return None
        by = next((step.by for step in ways if step.by != "higher_rank"), None)
        if by is None:
            return tie
        if by == "extra_time":
            last = replace(tie.legs[-1], extra_time=True, ninety_minutes=Goals(home=0, away=0))
            tie = replace(tie, legs=(*tie.legs[:-1], last))
        else:
            tie = replace(tie, extra_matches=(*tie.extra_matches, _drawn(0)))
    return None


def _ends_it(step: Step, sure: Collection[str]) -> bool:
    """Say whether somebody goes through at last by a step, however often they draw."""
    if step.by in ANOTHER_MATCH:
        return step.if_drawn != "next"
    if step.by == "higher_rank":
        return (step.group or step.list) in sure
    return step.by in _DECIDE


def _drawn(leg: int) -> Leg:
    home, away = _TEAMS if leg % 2 == 0 else _TEAMS[::-1]
    return Leg(home, away, "draw", 0, 0)


def _example(tie: Encounter) -> Example:
    played = (*tie.legs, *tie.extra_matches)
    return Example(tuple(Score(leg.home, leg.away, 0, 0) for leg in played), (Level(1, tie.teams),))


def _never_asked(round_: Round, path: str) -> Iterator[Hole]:
    before: Step | None = None
    for at, step in each_in(f"{path}.decided_by", round_.decided_by):
        if before is not None:
            yield Hole(
                "never_asked",
                at,
                f"the step {step.by} of the round {round_.name} ({round_.id}) is never asked, as "
                f"{_why(before)}; put it before that, or leave it out",
            )
        elif step.by in _DECIDE | {"unknown"} or step.if_drawn == "again":
            before = step


def _why(step: Step) -> str:
    if step.by == "unknown":
        return "it comes after a rule that is not known"
    if step.by in ANOTHER_MATCH:
        return f"the {step.by.replace('_', ' ')} before it is played until somebody wins"
    return f"the {step.by.replace('_', ' ')} before it always says who goes through"


# Slots


def _of_slots(regulations: Regulations) -> Iterator[Hole]:
    berths = berths_by_id(regulations)
    filled: dict[Source, str] = {}
    for at, tie in _ties(regulations):
        for side, (path, source) in enumerate(each_in(f"{at}.slots", tie.slots), 1):
            slot = slot_of(tie.id, side)
            if isinstance(source, Unknown):
                yield Hole(
                    "no_source",
                    path,
                    f"nobody knows who comes into the slot {slot}; name what fills it: a rank, a "
                    "winner or loser, a berth, a team, or a draw",
                )
            if isinstance(source, Team | ByDraw | ByRuling | Bye | Unknown):
                continue
            first = first_source(source, berths)
            if (other := filled.setdefault(first, slot)) != slot:
                yield Hole(
                    "two_sources",
                    path,
                    f"{said_source(first)} fills both {other} and {slot}, here as "
                    f"{said_source(source)}; give each slot a source of its own",
                )


def _ties(regulations: Regulations) -> Iterator[tuple[str, Tie]]:
    for stage_at, stage in each_in("stages", regulations.stages):
        for at, section in each_in(f"{stage_at}.sections", stage.sections):
            for path, round_ in each_in(f"{at}.rounds", section.rounds):
                yield from each_in(f"{path}.ties", round_.ties)
