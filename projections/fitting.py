"""A view fits into one frame: what is too long is cut where it matters least."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from projections.competition import SECTIONS_IN_STAGE_MAX, Competition
from projections.matches import Full, Live, Matches
from projections.questions import OpenQuestions
from projections.records import HOLDERS_MAX, KINDS, Records
from projections.scorers import Scorers
from projections.sections import Berths, Bracket, Section
from projections.standings import Standings
from projections.teams import Teams

VIEW_BYTES_MAX = 60_000
"""What is left of the 64 KiB of a topic when the frame around a view is taken off."""
MARK_BYTES = len(b'"simulated":false,')
"""What every view says besides (views.py)."""

# By kind of view: the lists that may be cut, the least important first.
_CUT: dict[type[Struct], tuple[str, ...]] = {
    Standings: ("claims", "adjustments", "open_questions", "rows"),
    Full: ("claims", "notes", "sources", "timeline"),
    Matches: ("matches",),
    Live: ("matches",),
    Teams: ("claims", "teams"),
    Records: ("claims", "scopes"),
    Scorers: ("claims", "scorers"),
    OpenQuestions: ("questions",),
    Competition: ("stages",),
    Bracket: ("claims", "notes", "assumed", "open_questions"),
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
    (Scorers, "claims"),
    (Bracket, "claims"),
}


def fit(view: Struct | None) -> Struct | None:
    """Give the view, shortened where it is too long for a frame."""
    if view is None or _fits(view):
        return view
    if isinstance(view, Competition):
        view = _slimmed(view)
    if isinstance(view, Records):
        view = _with_holders(view)
    for name in _CUT[type(view)]:
        view = _cut(view, name, keeps_end=(type(view), name) in _NEWEST_LAST)
    return view


def _bytes(view: Struct) -> int:
    return len(msgspec.json.encode(view)) + MARK_BYTES


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
    """Leave out the groups, then the notes, then half the sections, and half of what is left."""
    view = _with_sections(view, sections_max=SECTIONS_IN_STAGE_MAX)
    if not _fits(view):
        view = replace(view, notes=(), regulations=replace(view.regulations, notes=()))
    sections = max((len(stage.sections) for stage in view.stages), default=0)
    while not _fits(view) and sections:
        sections //= 2
        view = _with_sections(view, sections_max=sections)
    return view


def _with_sections(view: Competition, *, sections_max: int) -> Competition:
    """Name at most so many sections of a stage, without their groups."""
    stages = []
    for stage in view.stages:
        sections = (replace(section, groups=()) for section in stage.sections[:sections_max])
        stages.append(replace(stage, sections=tuple(sections)))
    return replace(view, stages=tuple(stages))


def _with_holders(view: Records) -> Records:
    """Name half of those who hold a record, and half of those who are left."""
    holders = HOLDERS_MAX
    while not _fits(view) and holders > 1:
        holders //= 2
        scopes = []
        for scope in view.scopes:
            bests = {name: getattr(scope, name) for name in KINDS}
            cut = {
                name: replace(best, matches=best.matches[:holders]) if best else None
                for name, best in bests.items()
            }
            scopes.append(replace(scope, **cut))
        view = replace(view, scopes=tuple(scopes))
    return view
