"""Each table that regulations know of, with the rules that govern it and the places that matter."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from events.criteria import Criterion, Guard
from events.possible import each_in
from events.regulations import (
    Berth,
    BerthOf,
    Governing,
    Group,
    RankOf,
    Regulations,
    Section,
    SectionBerth,
    Source,
    Stage,
    berths_of,
    governing,
    meetings_of,
    ties_of,
)
from projections.ruled_overall import ruled_overall

_SETTLING = frozenset({"lots", "extra_match", "unknown"})


class Ruled(Struct, frozen=True):
    """A table under its rules. `group` and `size` are None where the regulations do not say.

    `boundaries` are the ranks below which something else is earned: by a berth or a slot.
    `criteria_at` is where its criteria are written, `interim_at` where its interim list is.
    """

    path: str
    name: str
    rules: Governing
    criteria_at: str
    interim_at: str
    group: str | None = None
    teams: tuple[str, ...] = ()
    size: int | None = None
    berths: tuple[tuple[int, int], ...] = ()
    boundaries: tuple[int, ...] = (1,)
    meetings: int | None = None


def ruled_tables(regulations: Regulations) -> tuple[Ruled, ...]:
    return tuple(_ruled(regulations))


def _ruled(regulations: Regulations) -> Iterator[Ruled]:
    used = used_ranks(regulations)
    if not regulations.stages:
        yield _table(regulations, None, None, "", "", "any group")
    for stage_at, stage in each_in("stages", regulations.stages):
        for at, section in each_in(f"{stage_at}.sections", stage.sections):
            for path, group in each_in(f"{at}.groups", section.groups):
                table = _table(regulations, stage, section, stage_at, at, group.id)
                yield _of_group(table, path, group, section, used)
            if not section.groups and _has_tables(section):
                table = _table(
                    regulations, stage, section, stage_at, at, f"a group of {section.id}"
                )
                yield _of_each(table, section)


def _has_tables(section: Section) -> bool:
    """Say whether groups may be formed later in a section that names none."""
    return section.each_group is not None or not (section.rounds or section.berths)


def _table(
    regulations: Regulations,
    stage: Stage | None,
    section: Section | None,
    stage_at: str,
    at: str,
    name: str,
) -> Ruled:
    rules = governing(regulations, stage, section)
    places = [(at, section), (stage_at, stage), ("", regulations)]

    def written(rule: str) -> str:
        near = (path for path, place in places if place and getattr(place, rule) is not None)
        return f"{next(near, '')}.{rule}".removeprefix(".")

    return Ruled(at, name, rules, written("criteria"), written("interim"))


def _of_group(
    table: Ruled, path: str, group: Group, section: Section, used: dict[str, set[int]]
) -> Ruled:
    berths = _ranks(berths_of(section, group.id))
    size = len(group.teams) if group.teams and group.coverage == "full" else None
    return replace(
        table,
        path=path,
        group=group.id,
        teams=group.teams,
        size=size,
        berths=berths,
        boundaries=_boundaries(berths, used.get(group.id, set()), size),
        meetings=meetings_of(section, group.id),
    )


def _of_each(table: Ruled, section: Section) -> Ruled:
    each = section.each_group
    berths = _ranks(each.berths) if each else ()
    return replace(
        table,
        path=f"{table.path}.each_group" if each else table.path,
        berths=berths,
        boundaries=_boundaries(berths, set(), None),
        meetings=each.meetings if each else None,
    )


def _ranks(berths: tuple[Berth, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((berth.first, berth.last) for berth in berths)


def _boundaries(
    berths: tuple[tuple[int, int], ...], used: set[int], size: int | None
) -> tuple[int, ...]:
    """Give the ranks that differ from the next one; where nothing is earned, the first does."""
    found = {rank for first, last in berths for rank in (first - 1, last)}
    found |= {rank for own in used for rank in (own - 1, own)}
    if not berths and not used:
        found = {1}
    return tuple(sorted(rank for rank in found if 0 < rank < (size or rank + 1)))


# What slots take


def used_ranks(regulations: Regulations) -> dict[str, set[int]]:
    """Give the ranks of each group that fill a slot, or earn a berth of a section."""
    berths = berths_by_id(regulations)
    sources = [slot for _, _, _, tie in ties_of(regulations) for slot in tie.slots]
    sources += [b.source for _, b in berths.values() if isinstance(b, SectionBerth) and b.source]
    used: dict[str, set[int]] = {}
    for source in sources:
        earned = first_source(source, berths)
        if isinstance(earned, RankOf):
            used.setdefault(earned.group, set()).add(earned.rank)
    for table in ruled_overall(regulations).values():
        for entering in table.sources if table.places or table.through else ():
            if isinstance(entering, RankOf):
                used.setdefault(entering.group, set()).add(entering.rank)
    return used


Berths = dict[str, tuple[str | None, Berth | SectionBerth]]
"""The berths by id, those of a group with its id."""


def berths_by_id(regulations: Regulations) -> Berths:
    found: Berths = {}
    for stage in regulations.stages:
        for section in stage.sections:
            for group in section.groups:
                found |= {b.id: (group.id, b) for b in berths_of(section, group.id)}
            found |= {berth.id: (None, berth) for berth in section.berths}
    return found


def first_source(source: Source, berths: Berths) -> Source:
    """Follow a source through the berths to the rank, the tie or the berth that it comes from."""
    while isinstance(source, BerthOf) and source.berth in berths:
        group, berth = berths[source.berth]
        if isinstance(berth, Berth) and group is not None:
            return RankOf(group=group, rank=berth.first + source.place - 1)
        if not isinstance(berth, SectionBerth) or berth.source is None:
            break
        source = berth.source
    return source


def settles_for_sure(criteria: tuple[Criterion, ...]) -> bool:
    """Say whether all who are level come to lots, an extra match, or a rule that is not known."""
    return any(each.metric in _SETTLING and each.when is None for each in criteria)


def settles_at(place: int, table: Ruled) -> bool:
    """Say whether all who share a place and the next one come to such a step."""
    return settles_for_sure(table.rules.criteria) or any(
        each.metric in _SETTLING and each.when is not None and _holds_at(place, each.when, table)
        for each in table.rules.criteria
    )


def _holds_at(place: int, guard: Guard, table: Ruled) -> bool:
    """Say whether a guard asks for nothing but what is so of all who share these two places."""
    better, worse = guard.contest or (place, place + 1)
    if better < place or worse > place + 1 or guard.matters is False:
        return False
    if guard.matters and place not in earned_at(table):
        return False
    return replace(guard, contest=None, matters=None) == Guard()


def earned_at(table: Ruled) -> set[int]:
    """Give the places below which a berth ends or begins, as the guard sees them."""
    ends = {place for first, last in table.berths or ((1, 1),) for place in (first - 1, last)}
    return {place for place in ends if place > 0}
