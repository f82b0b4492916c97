"""Where a team comes from is one of several kinds of value, and each is asked for what it has."""

import msgspec
import pytest

from events.codec import read_event
from events.errors import Malformed
from tests.decisions.sent import ID, ID_ASKED, fault_in

SOURCE = {"id": ID, "type": "slot_assigned", "slot": "final/1"}
KINDS_ASKED = "rank, winner, loser, berth, best, allotted, team, draw, ruling, bye or unknown"
KNOWN = {"from": "team", "team": "cobresol"}


@pytest.mark.parametrize(
    ("source", "path", "expected", "found"),
    [
        ({}, "$.filled_by.from", KINDS_ASKED, "nothing"),
        ({"team": "cobresol"}, "$.filled_by.from", KINDS_ASKED, "nothing"),
        ({"from": "rnk"}, "$.filled_by.from", KINDS_ASKED, "'rnk'"),
        ({"from": 7}, "$.filled_by.from", KINDS_ASKED, "7"),
        ({"from": []}, "$.filled_by.from", KINDS_ASKED, "an array"),
        ("cobresol", "$.filled_by", "an object", "'cobresol'"),
        (None, "$.filled_by", "an object", "null"),
        ({"from": "winner"}, "$.filled_by.tie", ID_ASKED, "nothing"),
        ({"from": "loser", "tie": "É"}, "$.filled_by.tie", ID_ASKED, "'É'"),
        (
            {"from": "rank", "group": "a", "rank": 0},
            "$.filled_by.rank",
            "an integer from 1 to 999",
            "0",
        ),
        ({"from": "team", "tie": "final"}, "$.filled_by.tie", "no field of that name", "'final'"),
    ],
)
def test_a_source_is_asked_for_what_its_kind_has(
    source: object, path: str, expected: str, found: str
) -> None:
    wrong = msgspec.json.encode({**SOURCE, "filled_by": source})
    assert fault_in(wrong) == (path, expected, found)


def test_a_source_with_a_field_too_many_is_told_those_of_its_kind() -> None:
    with pytest.raises(Malformed) as raised:
        read_event({**SOURCE, "filled_by": {"from": "team", "tie": "final"}})
    assert raised.value.fields == ("from", "team")


@pytest.mark.parametrize("slots", [[], [KNOWN], [KNOWN, KNOWN, KNOWN]])
def test_a_tie_has_two_slots(slots: list[object]) -> None:
    tie = {"id": "final", "slots": slots}
    round_ = {"id": "last", "name": "Final", "ties": [tie]}
    section = {"id": "peru", "name": "Perú", "rounds": [round_]}
    stage = {"id": "national", "name": "Etapa Nacional", "sections": [section]}
    rules = {"id": ID, "type": "regulations_amended", "regulations": {"stages": [stage]}}
    path = "$.regulations.stages[0].sections[0].rounds[0].ties[0].slots"
    found = f"an array of {len(slots)}"
    assert fault_in(msgspec.json.encode(rules)) == (path, "an array of 2", found)
