"""Regulations name only what they have, each id once, and brackets that a season could fill.

What cannot be is refused with the path of the value to correct.
"""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from msgspec import Struct

from events.errors import Refused
from events.possible import each_in, each_once, possible_id, said_source, waited_for
from events.possible_criteria import possible_criteria
from events.possible_overall import names_nothing, possible_overall
from events.regulations import (
    Allotted,
    Berth,
    BerthOf,
    BestOf,
    ByDraw,
    Bye,
    ByRuling,
    Group,
    LeadsTo,
    LoserOf,
    Overall,
    RankOf,
    RecordScope,
    Regulations,
    Round,
    Section,
    SectionBerth,
    Source,
    Stage,
    Team,
    Tie,
    Unknown,
    WinnerOf,
    berths_of,
    slot_of,
)

Named = Stage | Section | Group | Round | Tie | Berth | SectionBerth | Overall | RecordScope
Kind = TypeVar("Kind", bound=Named)
Placed = tuple[str, Kind]
"""Something that the regulations name, with its path in the event that carries them."""


class Rules(Struct, frozen=True):
    """What regulations name, in their order; `groups`, `ties`, `berths` and `overall` by id."""

    stages: tuple[Placed[Stage], ...]
    sections: tuple[Placed[Section], ...]
    groups: Mapping[str, Placed[Group]]
    ties: Mapping[str, Placed[Tie]]
    berths: Mapping[str, Placed[Berth | SectionBerth]]
    overall: Mapping[str, Placed[Overall]]


def possible_regulations(regulations: Regulations) -> Rules:
    """Give what regulations name.

    Refused are ids that stand twice, names of nothing, and brackets that no season could fill.
    """
    rules = _rules(regulations)
    for path, group in rules.groups.values():
        _possible_group(group, path)
    for path, section in rules.sections:
        if section.each_group is not None:
            _possible_ranks(section.each_group.berths, f"{path}.each_group", section.id)
        possible_overall(section, path, rules.groups, rules.ties)
    for path, tie in rules.ties.values():
        _possible_tie(tie, path, rules)
    _possible_steps(regulations, rules)
    _sources_used_once(rules)
    for path, berth in rules.berths.values():
        _possible_berth(berth, path, rules)
    _possible_records(regulations, {stage.id for _, stage in rules.stages})
    _no_circle(rules)
    possible_criteria(regulations, rules.groups)
    return rules


def teams_named(rules: Rules) -> Iterator[tuple[str, str, str]]:
    """Give each team that regulations name, with its path, and in words where it stands."""
    for path, group in rules.groups.values():
        for at, team in each_in(f"{path}.teams", group.teams):
            yield at, team, group.id
    for path, tie in rules.ties.values():
        for at, source in each_in(f"{path}.slots", tie.slots):
            if isinstance(source, Team):
                yield f"{at}.team", source.team, f"a slot of {tie.id}"


def _rules(regulations: Regulations) -> Rules:
    """Find what regulations name, each id once."""
    stages = each_in("regulations.stages", regulations.stages)
    sections = [one for at, stage in stages for one in each_in(f"{at}.sections", stage.sections)]
    groups = [one for at, section in sections for one in each_in(f"{at}.groups", section.groups)]
    ties: list[Placed[Tie]] = []
    berths: list[Placed[Berth | SectionBerth]] = []
    overall = [one for at, section in sections for one in each_in(f"{at}.overall", section.overall)]
    for at, group in groups:
        berths += each_in(f"{at}.berths", group.berths)
    for at, section in sections:
        for group in section.groups:
            if not group.berths and section.each_group is not None:
                berths += each_in(f"{at}.each_group.berths", berths_of(section, group.id))
    for at, section in sections:
        berths += each_in(f"{at}.berths", section.berths)
        rounds = each_in(f"{at}.rounds", section.rounds)
        each_once(f"rounds of section {section.id}", _ids(rounds))
        for path, round_ in rounds:
            _possible_round(round_, path)
            ties += each_in(f"{path}.ties", round_.ties)
    each_once("stages", _ids(stages))
    each_once("sections", _ids(sections))
    each_once("groups", _ids(groups))
    each_once("ties", _ids(ties))
    each_once("berths", _ids(berths))
    each_once("tables over several groups", _ids(overall))
    found = (_by_id(groups), _by_id(ties), _by_id(berths), _by_id(overall))
    return Rules(tuple(stages), tuple(sections), *found)


def _ids(placed: Iterable[Placed[Kind]]) -> Iterable[tuple[str, str]]:
    return ((f"{path}.id", named.id) for path, named in placed)


def _by_id(placed: Iterable[Placed[Kind]]) -> Mapping[str, Placed[Kind]]:
    return {named.id: (path, named) for path, named in placed}


# Groups, rounds and ties


def _possible_group(group: Group, path: str) -> None:
    possible_id(group.id, f"{path}.id")
    each_once(f"teams of {group.id}", each_in(f"{path}.teams", group.teams))
    _possible_ranks(group.berths, path, group.id)


def _possible_ranks(berths: Iterable[Berth], path: str, group: str) -> None:
    """Berths go from the better rank to the worse; of `each_group` the section is named."""
    for at, berth in each_in(f"{path}.berths", berths):
        if berth.last < berth.first:
            raise Refused(
                f"the berth {berth.id} of {group} goes from rank {berth.first} to "
                f"{berth.last}; put the better rank first",
                path=f"{at}.first",
                berth=berth.id,
                group=group,
            )


def _possible_round(round_: Round, path: str) -> None:
    steps = [(f"{at}.by", step.by) for at, step in each_in(f"{path}.decided_by", round_.decided_by)]
    each_once(f"steps that decide round {round_.id}", steps)
    for at, by in steps:
        if by == "away_goals" and round_.legs == 1:
            raise Refused(
                f"away goals decide nothing in the single matches of round {round_.id}; "
                "leave out the step away_goals, or give the round two legs",
                path=at,
                round=round_.id,
            )
    slots = [
        slot
        for at, tie in each_in(f"{path}.ties", round_.ties)
        for slot in each_in(f"{at}.slots", tie.slots)
    ]
    teams = [(f"{at}.team", slot.team) for at, slot in slots if isinstance(slot, Team)]
    each_once(f"teams of round {round_.id}", teams)


def _possible_steps(regulations: Regulations, rules: Rules) -> None:
    """Refuse steps that ask who ranks higher in no table, or in one that is not there."""
    lists = {listed.name for listed in regulations.lists}
    for at, section in rules.sections:
        for path, round_ in each_in(f"{at}.rounds", section.rounds):
            for where, step in each_in(f"{path}.decided_by", round_.decided_by):
                who = f"the step {step.by} of round {round_.id} names"
                if step.list is not None and step.list not in lists:
                    raise names_nothing(who, "list", step.list, f"{where}.list", round=round_.id)
                if step.group is not None and step.group not in rules.groups:
                    raise names_nothing(who, "group", step.group, f"{where}.group")
                if step.by == "higher_rank" and (step.list is None) == (step.group is None):
                    raise Refused(
                        f"the step higher_rank of round {round_.id} must say who ranks the two; "
                        "name a group of the regulations, or one of their lists",
                        path=where,
                        round=round_.id,
                    )


def _possible_tie(tie: Tie, path: str, rules: Rules) -> None:
    possible_id(tie.id, f"{path}.id")
    if tie.id in rules.groups:
        raise Refused(
            f"{tie.id} is the id of a group; choose another for the tie",
            path=f"{path}.id",
            tie=tie.id,
        )
    first, second = tie.slots
    if first == second and not isinstance(first, ByDraw | ByRuling | Unknown):
        raise Refused(
            f"{said_source(first)} cannot play itself in {tie.id}; give its slots two sources",
            path=f"{path}.slots[1]",
            tie=tie.id,
        )
    for side, (at, source) in enumerate(each_in(f"{path}.slots", tie.slots), 1):
        _possible_source(source, f"the slot {slot_of(tie.id, side)}", at, rules, tie=tie.id)


# What fills a slot, or earns a berth


def _possible_source(source: Source, what: str, path: str, rules: Rules, **facts: object) -> None:
    """Refuse a source that is not there; `what` it fills, and the facts, say where it stands."""
    match source:
        case RankOf(group=id):
            kind, known, count = "group", id in rules.groups, "rank"
        case WinnerOf(tie=id) | LoserOf(tie=id):
            kind, known, count = "tie", id in rules.ties, ""
        case BerthOf(berth=id):
            kind, known, count = "berth", id in rules.berths, "place"
        case BestOf(overall=id):
            kind, known, count = "overall", id in rules.overall, "place"
        case Allotted(overall=id):
            kind, known, count = "overall", id in rules.overall, ""
        case _:
            return
    if not known:
        raise names_nothing(f"{what} names", kind, id, f"{path}.{kind}", **facts)
    if isinstance(source, Allotted):
        _possible_allotment(source, rules.overall[id][1], what, path)
    places = _places(source, rules)
    if places is not None and _place(source) > places:
        raise Refused(
            f"{what} is filled by {said_source(source)}, and {id} has only {places}; "
            "name one that there is",
            path=f"{path}.{count}",
            **facts,
        )


def _possible_allotment(source: Allotted, overall: Overall, what: str, path: str) -> None:
    places = overall.allocation.to if overall.allocation else ()
    if source.to not in places:
        raise Refused(
            f"{what} names the place {source.to} of {overall.id}, whose allocation has "
            f"{', '.join(places) or 'none'}; name one that it has",
            path=f"{path}.to",
            overall=overall.id,
            to=source.to,
        )


def _place(source: Source) -> int:
    match source:
        case RankOf(rank=place) | BerthOf(place=place) | BestOf(place=place):
            return place
    return 1


def _places(source: Source, rules: Rules) -> int | None:
    """Say how many ranks a group has, or places a berth; None where that may still grow."""
    match source:
        case RankOf(group=id) if (group := rules.groups[id][1]).coverage == "full":
            return len(group.teams) or None
        case BerthOf(berth=id):
            berth = rules.berths[id][1]
            if isinstance(berth, Berth):
                return berth.last - berth.first + 1
            return 1 if berth.source is not None else None
        case BestOf(overall=id):
            overall = rules.overall[id][1]
            return len(overall.groups) or None if overall.rank is not None else None
    return None


def _sources_used_once(rules: Rules) -> None:
    """Whoever comes from somewhere goes to one place, so that a season can fill every slot."""
    used: dict[Source, str] = {}
    for path, tie in rules.ties.values():
        for side, source in enumerate(tie.slots, 1):
            if isinstance(source, Team | ByDraw | ByRuling | Bye | Unknown):
                continue
            slot = slot_of(tie.id, side)
            if (other := used.setdefault(source, slot)) != slot:
                raise Refused(
                    f"{said_source(source)} fills both {other} and {slot}; "
                    "give each slot a source of its own",
                    path=f"{path}.slots[{side - 1}]",
                    tie=tie.id,
                    slots=[other, slot],
                )


def _possible_berth(berth: Berth | SectionBerth, path: str, rules: Rules) -> None:
    if berth.leads_to is not None:
        _possible_way(berth.leads_to, berth.id, f"{path}.leads_to", rules)
    if isinstance(berth, SectionBerth) and berth.source is not None:
        what = f"the berth {berth.id}"
        _possible_source(berth.source, what, f"{path}.source", rules, berth=berth.id)


def _possible_way(way: LeadsTo, berth: str, path: str, rules: Rules) -> None:
    """Hold where a berth leads against the regulations; of others, and of next year's, none."""
    if way.competition is not None or way.next_edition:
        return
    who = f"the berth {berth} leads to"
    stage = next((stage for _, stage in rules.stages if stage.id == way.stage), None)
    if way.stage is not None and stage is None:
        raise names_nothing(who, "stage", way.stage, f"{path}.stage", berth=berth)
    sections = {section.id for _, section in rules.sections}
    if way.section is not None and way.section not in sections:
        raise names_nothing(who, "section", way.section, f"{path}.section", berth=berth)
    if stage is None or way.section in (None, *(section.id for section in stage.sections)):
        return
    raise Refused(
        f"{who} the section {way.section}, and the stage {stage.id} has none; name one that it "
        "has, or its own stage",
        path=f"{path}.section",
        missing=way.section,
        berth=berth,
    )


# Records, and what waits for itself


def _possible_records(regulations: Regulations, stages: set[str]) -> None:
    scopes = each_in("regulations.records", regulations.records)
    each_once("records", _ids(scopes))
    for path, scope in scopes:
        named = each_in(f"{path}.stages", scope.stages)
        each_once(f"stages of the records {scope.id}", named)
        for at, stage in named:
            if stage not in stages:
                who = f"the records {scope.id} are those of"
                raise names_nothing(who, "stage", stage, at, records=scope.id)


def _no_circle(rules: Rules) -> None:
    """Refuse ties, berths and tables over the losers of a round that wait for each other."""
    sources: dict[str, list[tuple[str, Source]]] = {}
    for path, tie in rules.ties.values():
        sources[f"tie {tie.id}"] = each_in(f"{path}.slots", tie.slots)
    for path, berth in rules.berths.values():
        if isinstance(berth, SectionBerth) and berth.source is not None:
            sources[f"berth {berth.id}"] = [(f"{path}.source", berth.source)]
    for path, section in rules.sections:
        for at, overall in each_in(f"{path}.overall", section.overall):
            lost = (
                tie for each in section.rounds if each.id == overall.losers_of for tie in each.ties
            )
            sources[f"table {overall.id}"] = [(f"{at}.losers_of", LoserOf(tie=t.id)) for t in lost]
    waits = TopologicalSorter(
        {
            who: [for_whom for _, source in named if (for_whom := waited_for(source))]
            for who, named in sources.items()
        }
    )
    try:
        waits.prepare()
    except CycleError as error:
        who, for_whom, *_ = circle = error.args[1][::-1]
        raise Refused(
            f"{' waits for '.join(circle)}; nobody could ever come into them: "
            "let one have another source",
            path=next(at for at, source in sources[who] if waited_for(source) == for_whom),
            ring=circle[1:],
        ) from None
