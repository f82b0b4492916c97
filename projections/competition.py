"""The competition as a whole: its rules, its shape, and how far it has come."""

from itertools import islice
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from projections.standings import Rule, rules
from projections.values import Formed

if TYPE_CHECKING:
    from projections.fold import Fold
    from projections.known import Known

NOTES_MAX = 50
SECTIONS_IN_STAGE_MAX = 100
GROUPS_IN_STAGE_MAX = 100

Status = Literal["created", "running", "closed"]


class Rules(Struct, frozen=True):
    source: str | None
    notes: tuple[str, ...]
    criteria: tuple[Rule, ...]
    confirm_results: bool


class Group(Struct, frozen=True):
    group: str
    name: str


class Section(Struct, frozen=True):
    """`groups_count` tells how many groups there are, also where only the first are named."""

    section: str
    name: str
    organiser: str | None
    groups_count: int
    groups: tuple[Group, ...]


class Stage(Struct, frozen=True):
    """The counts are of all its sections and groups, also where only the first are named."""

    stage: str
    name: str
    sections_count: int
    groups_count: int
    sections: tuple[Section, ...]


class MatchCounts(Struct, frozen=True):
    """Of `not_played` it was decided that they are not, or what they count without having begun; of
    `unknown` nobody knows the result. `leg_unknown` are results that may be of legs counted before.
    """

    total: int
    played: int
    in_play: int
    not_played: int
    unknown: int
    leg_unknown: int


class Note(Struct, frozen=True):
    text: str
    source: str | None


class Competition(Struct, frozen=True):
    """`notes_count` tells how many notes stand; the newest are shown, oldest first."""

    competition: str
    name: str | None
    time_zone: str
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
        private=setting.private,
        status="closed" if setting.closed else status,
        regulations=Rules(
            regulations.source,
            regulations.notes,
            rules(regulations.criteria),
            regulations.confirm_results,
        ),
        stages=fold.outline,
        teams=fold.totals.statuses["entered"],
        matches=MatchCounts(
            counted["scheduled"],
            counted["played"],
            counted["in_play"],
            counted["not_played"],
            counted["unknown"],
            counted["leg_unknown"],
        ),
        notes=tuple(reversed(notes)),
        notes_count=fold.notes_count,
    )


def outline_of(fold: "Known") -> tuple[Stage, ...]:
    """Give the stages of the regulations, with the groups formed since in their sections.

    A group may be formed in a section that the regulations do not have; it is known by its id.
    """
    formed: dict[tuple[str, str], list[Formed]] = {}
    for group in fold.groups():
        if (found := fold.formed(group)) is not None:
            formed.setdefault((found.stage, found.section), []).append(found)
    stages = fold.setting.regulations.stages
    others = dict.fromkeys(stage for stage, _ in formed if stage not in {s.id for s in stages})
    known = [
        (stage.id, stage.name, [(each.id, each.name, each.organiser) for each in stage.sections])
        for stage in stages
    ]
    known += [(stage, stage, []) for stage in others]
    return tuple(_stage(id, name, sections, formed) for id, name, sections in known)


def _stage(
    stage: str,
    name: str,
    sections: list[tuple[str, str, str | None]],
    formed: dict[tuple[str, str], list[Formed]],
) -> Stage:
    ruled = {section for section, _, _ in sections}
    unknown = [at for of, at in formed if of == stage and at not in ruled]
    sections = sections + [(section, section, None) for section in unknown]
    left = GROUPS_IN_STAGE_MAX
    shown = []
    for section, called, organiser in sections[:SECTIONS_IN_STAGE_MAX]:
        groups = formed.get((stage, section), [])
        named = tuple(Group(each.group, each.name) for each in groups[:left])
        left -= len(named)
        shown.append(Section(section, called, organiser, len(groups), named))
    counts = [len(formed.get((stage, section), ())) for section, _, _ in sections]
    return Stage(stage, name, len(sections), sum(counts), tuple(shown))
