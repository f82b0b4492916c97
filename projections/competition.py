"""The competition as a whole: its rules, its shape, and how far it has come."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from projections.standings import Rule, rules
from projections.values import Formed

if TYPE_CHECKING:
    from projections.fold import Fold

NOTES_MAX = 50

Status = Literal["created", "running", "closed"]


class Rules(Struct, frozen=True):
    source: str | None
    notes: tuple[str, ...]
    criteria: tuple[Rule, ...]
    confirm_results: bool


class Group(Struct, frozen=True):
    group: str
    name: str
    teams: tuple[str, ...]


class Section(Struct, frozen=True):
    section: str
    name: str
    organiser: str | None
    groups: tuple[Group, ...]


class Stage(Struct, frozen=True):
    stage: str
    name: str
    sections: tuple[Section, ...]


class MatchCounts(Struct, frozen=True):
    """Of `not_played` it was decided that they are not, of `unknown` nobody knows the result."""

    total: int
    played: int
    in_play: int
    not_played: int
    unknown: int


class Note(Struct, frozen=True):
    text: str
    source: str | None


class Competition(Struct, frozen=True):
    """`notes_count` tells how many notes stand; the newest are shown, oldest first."""

    competition: str
    name: str | None
    time_zone: str
    simulated: bool
    private: bool
    status: Status
    regulations: Rules
    stages: tuple[Stage, ...]
    teams: int
    matches: MatchCounts
    notes: tuple[Note, ...]
    notes_count: int


def render(fold: "Fold") -> Competition:
    setting, counted = fold.setting, fold.totals.matches
    notes = [Note(fact.text, fact.source) for fact in islice(fold.newest_notes(), NOTES_MAX)]
    regulations = setting.regulations
    status: Status = "running" if counted["begun"] else "created"
    return Competition(
        competition=setting.competition,
        name=setting.name,
        time_zone=setting.time_zone,
        simulated=setting.simulated,
        private=setting.private,
        status="closed" if setting.closed else status,
        regulations=Rules(
            regulations.source,
            regulations.notes,
            rules(regulations.criteria),
            regulations.confirm_results,
        ),
        stages=tuple(_stages(fold)),
        teams=fold.totals.statuses["entered"],
        matches=MatchCounts(
            counted["scheduled"],
            counted["played"],
            counted["in_play"],
            counted["not_played"],
            counted["unknown"],
        ),
        notes=tuple(reversed(notes)),
        notes_count=fold.notes_count,
    )


def _stages(fold: "Fold") -> Iterator[Stage]:
    """Give the stages of the regulations, with the groups formed since in their sections.

    A group may be formed in a section that the regulations do not have; it is known by its id.
    """
    formed: dict[tuple[str, str], list[Formed]] = {}
    for group in fold.groups():
        if (found := fold.formed(group)) is not None:
            formed.setdefault((found.stage, found.section), []).append(found)
    for stage in fold.setting.regulations.stages:
        sections = [
            Section(known.id, known.name, known.organiser, _groups(formed.pop(key, ())))
            for known in stage.sections
            for key in ((stage.id, known.id),)
        ]
        unknown = [key for key in formed if key[0] == stage.id]
        sections += [Section(key[1], key[1], None, _groups(formed.pop(key))) for key in unknown]
        yield Stage(stage.id, stage.name, tuple(sections))
    for (stage_id, section), groups in formed.items():
        yield Stage(stage_id, stage_id, (Section(section, section, None, _groups(groups)),))


def _groups(formed: Iterable[Formed]) -> tuple[Group, ...]:
    return tuple(Group(each.group, each.name, each.teams) for each in formed)
