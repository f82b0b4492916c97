"""Berths that nobody can earn, ranks that earn one place twice, and places that lead nowhere."""

from collections.abc import Iterator
from itertools import chain

from events.possible import each_in
from events.regulations import (
    Berth,
    BerthOf,
    ByDraw,
    ByRuling,
    LeadsTo,
    RankOf,
    Regulations,
    Section,
    SectionBerth,
    Source,
    Team,
    Unknown,
    berths_of,
    ties_of,
)
from projections.holes.found import Hole
from projections.holes.ruled import Berths, berths_by_id, first_source, used_ranks


def holes_of_berths(regulations: Regulations) -> Iterator[Hole]:
    berths = berths_by_id(regulations)
    used = used_ranks(regulations)
    is_drawn = any(
        isinstance(slot, ByDraw | ByRuling | Unknown | Team)
        for _, _, _, tie in ties_of(regulations)
        for slot in tie.slots
    )
    earned: dict[tuple[Source, LeadsTo], str] = {}
    for stage_at, stage in each_in("stages", regulations.stages):
        for at, section in each_in(f"{stage_at}.sections", stage.sections):
            yield from _unearned(section, at)
            for path, berth in _with_paths(section, at):
                yield from _earned_twice(path, berth, berths, earned)
                yield from _leading_nowhere(path, berth, berths, regulations)
            if not is_drawn:
                yield from _left_out(section, at, used)


def _with_paths(section: Section, at: str) -> Iterator[tuple[str, Berth | SectionBerth]]:
    for path, group in each_in(f"{at}.groups", section.groups):
        written = f"{path}.berths" if group.berths else f"{at}.each_group.berths"
        yield from each_in(written, berths_of(section, group.id))
    yield from each_in(f"{at}.berths", section.berths)


def _unearned(section: Section, at: str) -> Iterator[Hole]:
    for path, group in each_in(f"{at}.groups", section.groups):
        size = len(group.teams)
        if not size or group.coverage == "partial":
            continue
        written = f"{path}.berths" if group.berths else f"{at}.each_group.berths"
        for where, berth in each_in(written, berths_of(section, group.id)):
            if berth.last > size:
                first = max(berth.first, size + 1)
                ranks = f"rank {first}" if first == berth.last else f"ranks {first} to {berth.last}"
                yield Hole(
                    "unearned",
                    f"{where}.last",
                    f"nobody can earn the berth {berth.id} by {ranks}, as {group.id} has only "
                    f"{size} teams; name ranks that there are, or the teams that are missing",
                )


def _sources(berth: Berth | SectionBerth, berths: Berths) -> Iterator[Source]:
    """Give what earns a berth: ranks, ties, or only a decision, which is the berth itself."""
    if isinstance(berth, SectionBerth):
        yield first_source(BerthOf(berth=berth.id), berths)
        return
    for place in range(1, berth.last - berth.first + 2):
        yield first_source(BerthOf(berth=berth.id, place=place), berths)


def _earned_twice(
    path: str,
    berth: Berth | SectionBerth,
    berths: Berths,
    earned: dict[tuple[Source, LeadsTo], str],
) -> Iterator[Hole]:
    """Nobody comes to one place twice."""
    if berth.leads_to is None:
        return
    for source in _sources(berth, berths):
        other = earned.setdefault((source, berth.leads_to), berth.id)
        if other != berth.id:
            who = f"rank {source.rank} of {source.group}" if isinstance(source, RankOf) else "who"
            yield Hole(
                "two_sources",
                path,
                f"{who} earns both {other} and {berth.id}, which lead to the same place; give "
                "each berth a source of its own",
            )
            return


def _leading_nowhere(
    path: str, berth: Berth | SectionBerth, berths: Berths, regulations: Regulations
) -> Iterator[Hole]:
    """Who earns a berth comes into a slot of where it leads, if only slots are there."""
    slots = _slots_at(berth.leads_to, regulations)
    if not slots:
        return
    taken = {first_source(slot, berths) for slot in slots}
    left = [source for source in _sources(berth, berths) if source not in taken]
    if left:
        yield Hole(
            "unused",
            path,
            f"the berth {berth.id} leads to {_goal(berth.leads_to)}, and no slot there takes "
            f"{_who(left[0])}; let a slot name it",
        )


def _who(source: Source) -> str:
    match source:
        case RankOf(group=group, rank=rank):
            return f"rank {rank} of {group}"
    return "who holds it"


def _goal(way: LeadsTo | None) -> str:
    return (way.section or way.stage or "nowhere") if way else "nowhere"


def _slots_at(way: LeadsTo | None, regulations: Regulations) -> list[Source]:
    """Give the slots of a part that is all ties; none where teams come into it otherwise too."""
    if way is None or way.competition is not None or way.next_edition:
        return []
    if way.stage is None and way.section is None:
        return []
    sections = [
        section
        for stage in regulations.stages
        if way.stage in (None, stage.id)
        for section in stage.sections
        if way.section in (None, section.id)
    ]
    if any(section.groups or section.each_group for section in sections):
        return []
    rounds = [round_ for section in sections for round_ in section.rounds]
    if not all(round_.ties for round_ in rounds):
        return []
    slots = list(chain.from_iterable(tie.slots for round_ in rounds for tie in round_.ties))
    if any(isinstance(slot, ByDraw | ByRuling | Unknown | Team) for slot in slots):
        return []
    return slots


def _left_out(section: Section, at: str, used: dict[str, set[int]]) -> Iterator[Hole]:
    """A rank that fills a slot from half the groups of a section is forgotten where it does not."""
    groups = each_in(f"{at}.groups", section.groups)
    ranks = set().union(*(used.get(group.id, set()) for _, group in groups))
    for rank in sorted(ranks):
        without = [
            (path, group)
            for path, group in groups
            if rank not in used.get(group.id, set())
            and not any(b.first <= rank <= b.last for b in berths_of(section, group.id))
            and not 0 < len(group.teams) < rank
        ]
        if len(without) <= len(groups) - len(without):
            for path, group in without:
                yield Hole(
                    "unused",
                    path,
                    f"rank {rank} of {group.id} fills no slot and earns no berth, and that of the "
                    f"other groups of {section.id} does; let a slot or a berth name it",
                )
