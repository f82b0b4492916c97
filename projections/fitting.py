"""A view fits into one frame: what is too long is cut where it matters least."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from projections.competition import Competition
from projections.matches import Full, Live, Matches
from projections.questions import OpenQuestions
from projections.records import Records
from projections.scorers import Scorers
from projections.sections import Berths, Bracket, Section
from projections.standings import Standings
from projections.teams import Teams

VIEW_BYTES_MAX = 60_000
"""What is left of the 64 KiB of a topic when the frame around a view is taken off."""

GROUPS_IN_SECTION_MAX = 100

# By kind of view: the lists that may be cut, the least important first.
_CUT: dict[type[Struct], tuple[str, ...]] = {
    Standings: ("claims", "adjustments", "open_questions", "rows"),
    Full: ("claims", "notes", "sources", "timeline"),
    Matches: ("matches",),
    Live: ("matches",),
    Teams: ("claims", "teams"),
    Records: ("claims", "scopes"),
    Scorers: ("scorers",),
    OpenQuestions: ("questions",),
    Competition: ("stages",),
    Bracket: ("notes", "assumed", "open_questions"),
    Section: ("notes", "teams", "groups", "berths"),
    Berths: ("berths",),
}

# Lists that have the newest, which stay, at their end.
_NEWEST_LAST = {
    (Matches, "matches"),
    (Full, "timeline"),
    (Full, "claims"),
    (Full, "notes"),
    (Standings, "claims"),
    (Teams, "claims"),
    (Records, "claims"),
}


def fit(view: Struct | None) -> Struct | None:
    """Give the view, shortened where it is too long for a frame."""
    if view is None or _fits(view):
        return view
    if isinstance(view, Competition):
        view = _slimmed(view)
    for name in _CUT[type(view)]:
        view = _cut(view, name, keeps_end=(type(view), name) in _NEWEST_LAST)
    return view


def _bytes(view: Struct) -> int:
    return len(msgspec.json.encode(view))


def _fits(view: Struct) -> bool:
    return _bytes(view) <= VIEW_BYTES_MAX


def _cut(view: Struct, name: str, *, keeps_end: bool) -> Struct:
    items = getattr(view, name)
    while items and (size := _bytes(view)) > VIEW_BYTES_MAX:
        count = min(len(items) - 1, len(items) * VIEW_BYTES_MAX // size)
        items = items[len(items) - count :] if keeps_end else items[:count]
        view = replace(view, **{name: items})
    return view


def _slimmed(view: Competition) -> Competition:
    """Leave out the teams of the groups, then the groups, then the notes, then half the sections.

    And half of what is left, until it fits.
    """
    view = _with_groups(view, groups_max=GROUPS_IN_SECTION_MAX)
    if not _fits(view):
        view = _with_groups(view, groups_max=0)
    if not _fits(view):
        view = replace(view, notes=(), regulations=replace(view.regulations, notes=()))
    sections = max((len(stage.sections) for stage in view.stages), default=0)
    while not _fits(view) and sections:
        sections //= 2
        stages = (replace(stage, sections=stage.sections[:sections]) for stage in view.stages)
        view = replace(view, stages=tuple(stages))
    return view


def _with_groups(view: Competition, *, groups_max: int) -> Competition:
    """Name at most so many groups in a section, without their teams."""
    stages = []
    for stage in view.stages:
        sections = (
            replace(section, groups=tuple(replace(group, teams=()) for group in named))
            for section in stage.sections
            for named in (section.groups[:groups_max],)
        )
        stages.append(replace(stage, sections=tuple(sections)))
    return replace(view, stages=tuple(stages))
