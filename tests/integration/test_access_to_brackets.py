"""An organiser of a section decides about what stands in it, and about nothing else."""

from typing import Any

import pytest

from tests.integration.football import ENTERED, REGULATIONS, sent
from tests.integration.permitted import CUP, OTHER_GROUP, may

BRACKET: dict[str, Any] = {
    "id": "junin",
    "name": "Junín",
    "groups": [OTHER_GROUP],
    "rounds": [
        {
            "id": "last",
            "name": "Final",
            "ties": [{"id": "final", "slots": [{"from": "draw"}, {"from": "draw"}]}],
        }
    ],
    "berths": [{"id": "invited", "name": "Invitado"}],
}
CUP_FINAL = {"id": "cup", "slots": [{"from": "draw"}, {"from": "draw"}]}
NEXT = {
    "id": "lima",
    "name": "Lima",
    "rounds": [{"id": "last", "name": "Final", "ties": [CUP_FINAL]}],
}
RULED = sent(
    "regulations_amended",
    "rules",
    regulations={
        "stages": [
            {
                **REGULATIONS["stages"][0],
                "sections": [*REGULATIONS["stages"][0]["sections"], BRACKET, NEXT],
            }
        ]
    },
)
TEAM_A = {"from": "team", "team": "a"}
PAIR = {"home": "a", "away": "b"}


def drawn(*slots: str) -> dict[str, Any]:
    return sent("draw_held", "draw", slots=[{"slot": s, "filled_by": TEAM_A} for s in slots])


@pytest.mark.parametrize(
    ("fact", "allowed"),
    [
        (drawn("final/1", "final/2"), True),
        (drawn("final/1", "cup/1"), False),
        (drawn("final/1", "nothing/1"), False),
        (sent("slot_assigned", "slot", slot="final/1", filled_by=TEAM_A), True),
        (sent("slot_assigned", "slot", slot="cup/1", filled_by=TEAM_A), False),
        (sent("tie_decided", "tie", tie="final", winner="a"), True),
        (sent("tie_decided", "tie", tie="cup", winner="a"), False),
        (sent("lots_drawn", "lots", tie="final", order=["a", "b"]), True),
        (sent("lots_drawn", "lots", tie="cup", order=["a", "b"]), False),
        (sent("extra_match_ordered", "extra", match="m9", tie="final", **PAIR), True),
        (sent("match_scheduled", "match", match="m9", tie="final", **PAIR), True),
        (sent("match_scheduled", "match", match="m9", tie="cup", section="junin", **PAIR), False),
        (sent("berth_granted", "berth", berth="invited", team="a"), True),
        (sent("berth_granted", "berth", berth="none", team="a"), False),
        (sent("table_adopted", "table", group="group-b", rows=[{"team": "a"}]), True),
        (sent("stage_opened", "stage", stage="departmental"), False),
        (sent("persons_merged", "merge", person="p-1", into="p-2"), False),
        (sent("team_excluded", "out", team="a"), False),
    ],
)
def test_an_organiser_of_a_section_decides_about_its_own_slots_ties_and_berths(
    fact: dict[str, Any], allowed: bool
) -> None:
    assert may("organiser", f"{CUP}/sections/junin", fact, RULED) is allowed
    assert may("organiser", CUP, fact, RULED)
    assert not may("scorer", CUP, fact, RULED)


def test_an_organiser_of_a_section_enters_its_own_teams_and_takes_no_other() -> None:
    entry = {"names": {"full": "Sport"}, "section": "junin"}
    newcomer = sent("team_entered", "new", team="newcomer", **entry)
    somebody = sent("team_entered", "again", team=ENTERED[0]["team"], **entry)
    assert may("organiser", f"{CUP}/sections/junin", newcomer)
    assert not may("organiser", f"{CUP}/sections/junin", somebody)
