"""What may hang on a team, a group, a tie or a berth: where the one shows, or decides who comes.

Each is a key (`group/a`, `tie/final`, `berth/champion`; a table over several groups is one by its
id, as a group is), and leads to others from the moment that
the regulations, a draw or an assignment say so. It then does for good: what no longer hangs
together is looked at once too often, and a position follows from the events alone.
"""

from collections.abc import Iterable, Iterator

from events.regulations import (
    Allotted,
    BerthOf,
    BestOf,
    LoserOf,
    RankOf,
    Source,
    Team,
    WinnerOf,
    tie_of_slot,
)
from events.types import BerthGranted, DrawHeld, Event, SlotAssigned, TieDecided
from projections import topics
from projections.listing import Shelves
from projections.values import Setting

KINDS = ("team/", "group/", "tie/", "berth/")
DECISIONS = (DrawHeld, SlotAssigned, BerthGranted, TieDecided)

Edge = tuple[str, str]
"""A key, and the one that hangs on it."""


def key_of_source(source: Source) -> str | None:
    match source:
        case Team(team=team):
            return f"team/{team}"
        case RankOf(group=group):
            return f"group/{group}"
        case WinnerOf(tie=tie) | LoserOf(tie=tie):
            return f"tie/{tie}"
        case BerthOf(berth=berth):
            return f"berth/{berth}"
        case BestOf(overall=overall) | Allotted(overall=overall):
            return f"group/{overall}"
    return None


def ruled(setting: Setting) -> Iterator[Edge]:
    """Give what the regulations say hangs on what."""
    for tie, rules in setting.ties.items():
        yield from _edges(rules.tie.slots, f"tie/{tie}")
        for step in rules.round.decided_by:
            if step.group is not None:
                yield f"group/{step.group}", f"tie/{tie}"
    for group, formed in setting.groups.items():
        for other in setting.read_in(formed.section):
            yield f"group/{other}", f"group/{group}"
    for overall, table in setting.overall.items():
        asked = (each.group for each in table.criteria if each.group is not None)
        for group in (*table.groups, *asked):
            yield f"group/{group}", f"group/{overall}"
        for tie in table.ties:
            yield f"tie/{tie}", f"group/{overall}"
    for berth, earned in setting.berths.items():
        yield from _edges(earned.sources, f"berth/{berth}")


def decided(fact: Event) -> Iterator[Edge]:
    """Give what one of DECISIONS says hangs on what."""
    if isinstance(fact, BerthGranted):
        yield f"team/{fact.team}", f"berth/{fact.berth}"
    elif isinstance(fact, TieDecided) and fact.winner is not None:
        yield f"team/{fact.winner}", f"tie/{fact.tie}"
    elif isinstance(fact, DrawHeld):
        for placed in fact.slots:
            yield from _edges((placed.filled_by,), f"tie/{tie_of_slot(placed.slot)}")
    elif isinstance(fact, SlotAssigned):
        yield from _edges((fact.filled_by,), f"tie/{tie_of_slot(fact.slot)}")


def _edges(sources: Iterable[Source], key: str) -> Iterator[Edge]:
    for source in sources:
        if (origin := key_of_source(source)) is not None:
            yield origin, key


def shelf(key: str) -> str:
    return f"hangs on {key}"


def reached(listed: Shelves, key: str) -> list[str]:
    """Name a key and all that hang on it, directly or through others."""
    found = {key: None}
    waiting = [key]
    while waiting:
        for hanging in listed[shelf(waiting.pop())]:
            if hanging not in found:
                found[hanging] = None
                waiting.append(hanging)
    return list(found)


def touched(key: str, setting: Setting, section_of: str | None) -> Iterator[str]:
    """Name the topics that say something about a key; `section_of` is where a group stands."""
    kind, _, name = key.partition("/")
    if kind == "group" and section_of:
        yield topics.section(section_of)
        if name not in setting.overall and setting.read_in(section_of):
            yield topics.standings(name)
    elif kind == "tie" and (tie := setting.ties.get(name)) is not None:
        yield topics.bracket(tie.section.id)
        yield topics.section(tie.section.id)
    elif kind == "berth" and (berth := setting.berths.get(name)) is not None:
        yield topics.BERTHS
        yield topics.section(berth.section.id)
