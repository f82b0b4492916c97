"""Who holds a berth is to play where it leads, and nobody twice in a round; else that is asked.

The groups of a later section are formed by decision, so nobody is put into them or taken out. A
slot is filled by what was drawn or assigned, so who turns out to come from two places of it stays
in both until somebody decides.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from events.check_bracket import way_back
from events.regulations import Round, tie_of_slot
from projections import questions
from projections.bracket import Filled, Reading, holder_of, pairing_of
from projections.questions import Question
from projections.values import Setting

if TYPE_CHECKING:
    from projections.known import Known


def asked_in(fold: "Known", section: str) -> Iterator[Question]:
    yield from twice_in(fold, section)
    yield from missing_in(fold, section)


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


def twice_in(fold: "Known", section: str) -> Iterator[Question]:
    """Ask about each team that has come into two slots of a round without playing on within it."""
    _, ruled = fold.setting.placed.get(section, (None, None))
    reading = Reading()
    for round_ in ruled.rounds if ruled else ():
        for team, filled in _comings(fold, round_, reading).items():
            for one, other in combinations(filled, 2):
                if not _plays_on(fold, one, other):
                    yield questions.stands_twice(section, team, one.slot, other.slot)


def _comings(fold: "Known", round_: Round, reading: Reading) -> dict[str, list[Filled]]:
    """Give the slots of a round that each team has come into."""
    comings: dict[str, list[Filled]] = {}
    for tie in round_.ties:
        rules = fold.setting.ties[tie.id]
        pairing = reading.done.get(tie.id) or pairing_of(fold, rules, reading)
        for filled in pairing.slots:
            if filled.team is not None:
                comings.setdefault(filled.team, []).append(filled)
    return comings


def _plays_on(fold: "Known", one: Filled, other: Filled) -> bool:
    """Say whether who is in one of two slots comes there from the tie of the other."""
    return any(
        way_back(tie_of_slot(before.slot), after.source, {}, fold)
        for before, after in ((one, other), (other, one))
    )


def sections_of(key: str, setting: Setting, section: str | None) -> Iterator[str]:
    """Name the sections that are to be asked about anew for a group, a tie or a berth; a group or a
    tie stands in `section`."""
    kind, _, name = key.partition("/")
    if kind == "tie" and section is not None:
        yield section
    if kind == "group" and section is not None and section in setting.leading_to:
        yield section
    berth = setting.berths.get(name) if kind == "berth" else None
    if berth is not None and berth.plays_in is not None:
        yield berth.plays_in


def _is_played(fold: "Known", group: str) -> bool:
    sheets = (fold.sheet(played.match) for played in fold.matches_in(f"group/{group}"))
    return any(sheet and (sheet.counted or sheet.play == "in_play") for sheet in sheets)
