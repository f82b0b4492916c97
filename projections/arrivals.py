"""Who holds a berth is to play where it leads; where others play there instead, that is asked.

The groups of a later section are formed by decision, so nobody is put into them or taken out.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from projections import questions
from projections.bracket import holder_of
from projections.questions import Question
from projections.values import Setting

if TYPE_CHECKING:
    from projections.known import Known


def missing_in(fold: "Known", section: str) -> Iterator[Question]:
    """Ask about each berth whose holder is in no group of a section that is being played, where
    somebody plays who holds none. Of groups that are not wholly known nothing is asked."""
    berths = fold.setting.leading_to.get(section, ())
    groups = list(fold.groups_in(section)) if berths else []
    if not any(_is_played(fold, group) for group in groups):
        return
    formed = [each for group in groups if (each := fold.formed(group)) is not None]
    playing = {team for each in formed for team in each.teams}
    held = [
        (berth.berth, team)
        for berth in berths
        for place in range(1, max(len(berth.sources), 1) + 1)
        if (team := holder_of(fold, berth.berth, place).team) is not None
    ]
    is_known = all(each.coverage == "full" for each in formed)
    if is_known and playing - {team for _, team in held}:
        for named, team in held:
            if team not in playing:
                yield questions.berth_differs(section, named, team)


def sections_of(key: str, setting: Setting, section: str | None) -> Iterator[str]:
    """Name the sections that are to be asked about anew for a group or a berth; a group stands in
    `section`."""
    kind, _, name = key.partition("/")
    if kind == "group" and section is not None and section in setting.leading_to:
        yield section
    berth = setting.berths.get(name) if kind == "berth" else None
    if berth is not None and berth.plays_in is not None:
        yield berth.plays_in


def _is_played(fold: "Known", group: str) -> bool:
    sheets = (fold.sheet(played.match) for played in fold.matches_in(f"group/{group}"))
    return any(sheet and (sheet.counted or sheet.play == "in_play") for sheet in sheets)
