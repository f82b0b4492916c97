"""What no fact can say, whatever is recorded: scores, results, ids and rules that cannot be.

Each function here returns if its value can be, and raises Refused with what to correct if not.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from typing import Any

from msgspec import Struct

from events.errors import Refused
from events.fields import Goals
from events.match import outcome_of, written
from events.regulations import (
    Berth,
    BerthOf,
    ByDraw,
    Bye,
    Group,
    LoserOf,
    RankOf,
    Regulations,
    Round,
    SectionBerth,
    Source,
    Team,
    Tie,
    Unknown,
    WinnerOf,
    groups_of,
    slot_of,
    ties_of,
)
from events.types import AdoptedRow, ResultAwarded, ResultRecorded

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def possible_score(home: int | None, away: int | None) -> None:
    if (home is None) != (away is None):
        raise Refused("give the goals of both sides, or of neither")


def possible_shoot_out(kicks: Goals | None) -> None:
    if kicks is not None and kicks.home == kicks.away:
        raise Refused(f"a shoot-out does not end level, {kicks.home}-{kicks.away}")


def possible_course(event: ResultRecorded) -> None:
    course = [goals for goals in (event.half_time, event.ninety_minutes, written(event)) if goals]
    for before, after in pairwise(course):
        if before.home > after.home or before.away > after.away:
            raise Refused(
                f"{before.home}-{before.away} cannot become {after.home}-{after.away}; "
                "correct the goals at half-time, after 90 minutes or at the end"
            )


def possible_outcome(event: ResultRecorded | ResultAwarded) -> None:
    if event.outcome == "unknown" and (event.home is not None or event.shoot_out is not None):
        raise Refused(
            "a result with goals or a shoot-out is known; leave out the outcome unknown, or them",
            outcome=event.outcome,
        )
    if event.home is None or event.away is None or event.outcome in (None, "both_lose"):
        return
    if event.outcome != outcome_of(event.home, event.away):
        raise Refused(
            f"{event.home}-{event.away} is not the outcome {event.outcome}; correct one of them",
            outcome=event.outcome,
        )


def possible_id(id: str) -> None:
    """Keep the ids of matches, groups and ties apart from dates, beside which they name lists."""
    if _DATE.fullmatch(id):
        raise Refused(f"{id} reads as a date, which names the matches of that day; choose another")


def possible_row(row: AdoptedRow, group: str) -> None:
    """Hold a printed line against itself, as far as its columns are known."""
    played, outcomes = row.played, (row.won, row.drawn, row.lost)
    known = [count for count in outcomes if count is not None]
    if played is not None and (
        sum(known) > played or (len(known) == len(outcomes) and sum(known) < played)
    ):
        said = " + ".join("?" if count is None else str(count) for count in outcomes)
        raise Refused(
            f"{row.team} of {group} cannot have played {played} and won, drawn and lost {said}; "
            "correct them, or leave out what cannot be read",
            team=row.team,
            group=group,
        )
    scored, conceded, difference = row.goals_for, row.goals_against, row.goal_difference
    if scored is None or conceded is None or difference is None:
        return
    if scored - conceded != difference:
        raise Refused(
            f"{scored} goals for and {conceded} against do not make the difference {difference} "
            f"of {row.team} in {group}; correct them, or leave out what cannot be read",
            team=row.team,
            group=group,
        )


# Regulations


class _Named(Struct, frozen=True):
    """What regulations name, by id, for all that refers to it."""

    groups: Mapping[str, Group]
    ties: Mapping[str, Tie]
    berths: Mapping[str, Berth | SectionBerth]


def possible_regulations(regulations: Regulations) -> None:
    """Refuse ids that stand twice, names of nothing, and brackets that no season could fill."""
    stages = regulations.stages
    each_once("stages", (stage.id for stage in stages))
    for stage in stages:
        each_once(f"sections of stage {stage.id}", (section.id for section in stage.sections))
        for section in stage.sections:
            each_once(f"rounds of section {section.id}", (round_.id for round_ in section.rounds))
            for round_ in section.rounds:
                _possible_round(round_)
    each_once("groups", (group.id for group in groups_of(regulations)))
    each_once("ties", (tie.id for _, _, _, tie in ties_of(regulations)))
    each_once("berths", (berth.id for berth in _berths_of(regulations)))
    named = _Named(
        {group.id: group for group in groups_of(regulations)},
        {tie.id: tie for _, _, _, tie in ties_of(regulations)},
        {berth.id: berth for berth in _berths_of(regulations)},
    )
    for group in named.groups.values():
        _possible_group(group)
    for tie in named.ties.values():
        _possible_tie(tie, named)
    _sources_used_once(named)
    _possible_berths(named, {stage.id for stage in stages})
    _possible_records(regulations)
    _no_circle(named)


def _berths_of(regulations: Regulations) -> Iterator[Berth | SectionBerth]:
    for stage in regulations.stages:
        for section in stage.sections:
            for group in section.groups:
                yield from group.berths
            yield from section.berths


def _possible_group(group: Group) -> None:
    possible_id(group.id)
    each_once(f"teams of {group.id}", group.teams)
    for berth in group.berths:
        if berth.last < berth.first:
            raise Refused(
                f"the berth {berth.id} of {group.id} goes from rank {berth.first} to "
                f"{berth.last}; put the better rank first",
                berth=berth.id,
                group=group.id,
            )


def _possible_round(round_: Round) -> None:
    steps = [step.by for step in round_.decided_by]
    each_once(f"steps that decide round {round_.id}", steps)
    if "away_goals" in steps and round_.legs == 1:
        raise Refused(
            f"away goals decide nothing in the single matches of round {round_.id}; "
            "leave out the step away_goals, or give the round two legs",
            round=round_.id,
        )
    teams = (slot.team for tie in round_.ties for slot in tie.slots if isinstance(slot, Team))
    each_once(f"teams of round {round_.id}", teams)


def _possible_tie(tie: Tie, named: _Named) -> None:
    possible_id(tie.id)
    if tie.id in named.groups:
        raise Refused(f"{tie.id} is the id of a group; choose another for the tie", tie=tie.id)
    first, second = tie.slots
    if first == second and not isinstance(first, ByDraw | Unknown):
        raise Refused(
            f"{said_source(first)} cannot play itself in {tie.id}; give its slots two sources",
            tie=tie.id,
        )
    for side, source in enumerate(tie.slots, 1):
        _possible_source(source, f"the slot {slot_of(tie.id, side)}", named, tie=tie.id)


def _possible_source(source: Source, what: str, named: _Named, **facts: object) -> None:
    """Refuse a source that is not there; `what` it fills, and the facts, say where it stands."""
    match source:
        case RankOf(group=id):
            kind, known = "group", id in named.groups
        case WinnerOf(tie=id) | LoserOf(tie=id):
            kind, known = "tie", id in named.ties
        case BerthOf(berth=id):
            kind, known = "berth", id in named.berths
        case _:
            return
    if not known:
        raise Refused(
            f"{what} names the {kind} {id}, and the regulations have none; name one that they have",
            missing=id,
            **facts,
        )
    places = _places(source, named)
    if places is not None and _place(source) > places:
        raise Refused(
            f"{what} is filled by {said_source(source)}, and {id} has only {places}; "
            "name one that there is",
            **facts,
        )


def _place(source: Source) -> int:
    match source:
        case RankOf(rank=place) | BerthOf(place=place):
            return place
    return 1


def _places(source: Source, named: _Named) -> int | None:
    """Say how many ranks a group has, or places a berth; None where that may still grow."""
    match source:
        case RankOf(group=id) if (group := named.groups[id]).coverage == "full":
            return len(group.teams) or None
        case BerthOf(berth=id):
            berth = named.berths[id]
            if isinstance(berth, Berth):
                return berth.last - berth.first + 1
            return 1 if berth.source is not None else None
    return None


def _sources_used_once(named: _Named) -> None:
    """Whoever comes from somewhere goes to one place, so that a season can fill every slot."""
    used: dict[Source, str] = {}
    for tie in named.ties.values():
        for side, source in enumerate(tie.slots, 1):
            if isinstance(source, Team | ByDraw | Bye | Unknown):
                continue
            slot = slot_of(tie.id, side)
            if (other := used.setdefault(source, slot)) != slot:
                raise Refused(
                    f"{said_source(source)} fills both {other} and {slot}; "
                    "give each slot a source of its own",
                    tie=tie.id,
                    slots=[other, slot],
                )


def _possible_berths(named: _Named, stages: set[str]) -> None:
    for berth in named.berths.values():
        stage = berth.leads_to.stage if berth.leads_to else None
        if stage is not None and stage not in stages:
            raise Refused(
                f"the berth {berth.id} leads to the stage {stage}, and the regulations have none; "
                "name one that they have",
                missing=stage,
                berth=berth.id,
            )
        if isinstance(berth, SectionBerth) and berth.source is not None:
            _possible_source(berth.source, f"the berth {berth.id}", named, berth=berth.id)


def _possible_records(regulations: Regulations) -> None:
    stages = {stage.id for stage in regulations.stages}
    each_once("records", (scope.id for scope in regulations.records))
    for scope in regulations.records:
        each_once(f"stages of the records {scope.id}", scope.stages)
        for stage in scope.stages:
            if stage not in stages:
                raise Refused(
                    f"the records {scope.id} are those of the stage {stage}, and the regulations "
                    "have none; name one that they have",
                    missing=stage,
                    records=scope.id,
                )


def _no_circle(named: _Named) -> None:
    """Refuse ties and berths that wait for each other."""
    waits: TopologicalSorter[str] = TopologicalSorter()
    for tie in named.ties.values():
        waits.add(f"tie {tie.id}", *filter(None, map(waited_for, tie.slots)))
    for berth in named.berths.values():
        if isinstance(berth, SectionBerth) and berth.source is not None:
            waits.add(f"berth {berth.id}", *filter(None, (waited_for(berth.source),)))
    try:
        waits.prepare()
    except CycleError as error:
        circle = error.args[1]
        raise Refused(
            f"{' waits for '.join(reversed(circle))}; nobody could ever come into them: "
            "let one have another source",
            circle=circle[1:],
        ) from None


def waited_for(source: Source) -> str | None:
    """Name the tie or berth that a source waits for; a group waits for no slot."""
    match source:
        case WinnerOf(tie=tie) | LoserOf(tie=tie):
            return f"tie {tie}"
        case BerthOf(berth=berth):
            return f"berth {berth}"
    return None


# What several ask


def said_source(source: Source) -> str:
    """Say in words where a team comes from."""
    match source:
        case RankOf(group=group, rank=rank):
            return f"rank {rank} of {group}"
        case WinnerOf(tie=tie):
            return f"the winner of {tie}"
        case LoserOf(tie=tie):
            return f"the loser of {tie}"
        case BerthOf(berth=berth, place=place):
            return f"place {place} of the berth {berth}"
        case Team(team=team):
            return team
        case ByDraw():
            return "whoever is drawn"
        case Bye():
            return "nobody"
        case Unknown():
            return "somebody"


def each_once(those: str, ids: Iterable[Hashable], said: Callable[[Any], str] = str) -> None:
    seen: set[Hashable] = set()
    for id in ids:
        if id in seen:
            raise Refused(f"{said(id)} stands twice among the {those}; name each once", id=said(id))
        seen.add(id)
