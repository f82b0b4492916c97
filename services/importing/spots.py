"""Where a match belongs under some regulations: in a table, or in a round of a knock-out.

Stages, groups and rounds are meant by their id or their name, whatever the case; a round also by
another name of the same round.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from events.regulations import Regulations, Round, Section, Stage
from services.importing.where import TABLES, Where, plain, round_key


class TableSpot(Struct, frozen=True):
    """A table of a section; without a name of its own it is called as its section."""

    stage: str
    section: str
    group: str
    name: str


class RoundSpot(Struct, frozen=True):
    stage: str
    section: str
    round: Round


class NoSpot(Exception):
    """The regulations have no such place."""

    def __init__(self, wrong: str) -> None:
        self.wrong = wrong


def spot_of(where: Where, regulations: Regulations) -> TableSpot | RoundSpot:
    """Find where a match belongs. Raises NoSpot."""
    rounds = list(_rounds(regulations, where.stage))
    if where.round and not where.group:
        key = round_key(where.round)
        found = [spot for spot in rounds if round_key(spot.round.name) == key] or [
            spot for spot in rounds if round_key(spot.round.id) == key
        ]
        if found:
            return found[0]
        if where.matchday is None:
            names = _listed(spot.round.name for spot in _rounds(regulations, ""))
            raise NoSpot(f"expected a round of the regulations, {names}, found {where.round!r}")
    return _table(where, regulations)


def _rounds(regulations: Regulations, stage: str) -> Iterator[RoundSpot]:
    """Give the rounds, those of the stage first that is called so."""
    stages = sorted(regulations.stages, key=lambda each: not _is_called(each, stage))
    for each in stages:
        for section in each.sections:
            for round_ in section.rounds:
                yield RoundSpot(each.id, section.id, round_)


def _table(where: Where, regulations: Regulations) -> TableSpot:
    tables = [
        (stage, section)
        for stage in regulations.stages
        for section in stage.sections
        if section.groups or section.each_group or not section.rounds
    ]
    meant = [pair for pair in tables if _is_called(pair[0], where.stage)]
    if not meant and len({stage.id for stage, _ in tables}) == 1:
        meant = tables if not where.stage or plain(where.stage) in TABLES else []
    listing = [pair for pair in meant or tables if _lists(pair[1], where.group)]
    chosen = listing if len(listing) == 1 else meant
    if not chosen or len({stage.id for stage, _ in chosen}) > 1:
        names = _listed(stage.name for stage, _ in tables)
        raise NoSpot(
            f"expected a stage with tables of the regulations, {names or 'but they have none'}, "
            f"found {where.name or 'nothing'!r}"
        )
    stage, section = next((pair for pair in chosen if pair[1].each_group), chosen[0])
    return _group_in(where, stage, section)


def _group_in(where: Where, stage: Stage, section: Section) -> TableSpot:
    listed = [group for group in section.groups if _is_named(group.id, group.name, where.group)]
    if not where.group and len(section.groups) == 1:
        listed = list(section.groups)
    if listed:
        return TableSpot(stage.id, section.id, listed[0].id, listed[0].name)
    if section.groups and section.each_group is None:
        names = _listed(group.name for group in section.groups)
        raise NoSpot(f"expected a group of {stage.name}, {names}, found {where.group or 'none'!r}")
    return TableSpot(stage.id, section.id, "", where.group or section.name)


def _is_called(stage: Stage, word: str) -> bool:
    return bool(word) and _is_named(stage.id, stage.name, word)


def _lists(section: Section, word: str) -> bool:
    return any(_is_named(group.id, group.name, word) for group in section.groups)


def _is_named(id: str, name: str, word: str) -> bool:
    return bool(word) and plain(word) in (id, plain(name))


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
