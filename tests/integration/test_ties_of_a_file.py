"""`pitazo ties`: a CSV in, who goes through out; or every bad cell, and nothing else."""

import json
from pathlib import Path

import pytest

from tests.integration.machine import said_by

COLUMNS = "tie,leg,date,home,away,home_goals,away_goals,after_extra_time,decision"
CELTIC = "r2,1,1969-11-12,Celtic,Benfica,3,0,,\nr2,2,1969-11-26,Benfica,Celtic,3,0,1,"


def written(folder: Path, *lines: str) -> Path:
    path = folder / "legs.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


async def test_the_answer_has_the_shape_of_the_contract(tmp_path: Path) -> None:
    lines = CELTIC + "coin_toss:Celtic\nqf,1,,Feyenoord,Vorwärts [Ost],0,1,,"
    path = written(tmp_path, COLUMNS, lines)
    status, said = await said_by("ties", "uefa-european-cup-1969", path, "--json")
    assert status == 0
    assert json.loads(said) == {
        "ties": [
            {
                "tie": "r2", "teams": ["Celtic", "Benfica"], "points": [2, 2],
                "aggregate": [3, 3], "winner": "Celtic", "decided_by": "coin_toss",
                "status": "decided",
            },
            {
                "tie": "qf", "teams": ["Feyenoord", "Vorwärts [Ost]"], "points": [0, 2],
                "aggregate": [0, 1], "winner": None, "decided_by": None,
                "status": "undecided",
                "reason": "a match is missing, and no decision says who goes through",
            },
        ]
    }  # fmt: skip


async def test_people_get_a_table(tmp_path: Path) -> None:
    path = written(tmp_path, COLUMNS, CELTIC + "coin_toss:Celtic")
    status, said = await said_by("ties", "uefa-european-cup-1969", path)
    assert status == 0
    assert "Celtic – Benfica" in said
    assert "coin_toss" in said


async def test_a_round_is_named_in_a_column_where_two_fit(tmp_path: Path) -> None:
    lines = "a,1,Later Rounds,x,y,1,0", "a,2,Later Rounds,y,x,2,1"
    path = written(tmp_path, "tie,leg,round,home,away,home_goals,away_goals", *lines)
    status, said = await said_by("ties", "uefa-european-cup-1967", path, "--json")
    assert status == 0
    (tie,) = json.loads(said)["ties"]
    assert (tie["status"], tie["winner"]) == ("undecided", None)
    assert tie["reason"] == "the two are level; it is settled by a replay or lots"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            "a,3,,x,y,1,0,,",
            "line 2, column leg: expected 1, 2, single, replay or extra_match, found '3'",
        ),
        ("a,1,,x,x,1,0,,", "line 2, column away: expected another team than at home, found 'x'"),
        (
            "a,1,,x,y,-1,0,,",
            "line 2, column home_goals: expected a whole number from 0 to 999, found '-1'",
        ),
        (
            "a,1,,x,y,1,,,",
            "line 2, column away_goals: expected a whole number, as home_goals has one",
        ),
        (
            "a,1,1969-13-01,x,y,1,0,,",
            "line 2, column date: expected a day of the calendar like 1998-07-12, found "
            "'1969-13-01'",
        ),
        (
            "a,1,,x,y,1,0,,heads",
            "line 2, column decision: expected coin_toss:TEAM, walkover:TEAM or ruling:TEAM, "
            "found 'heads'",
        ),
    ],
)
async def test_a_bad_row_is_told_by_line_and_column_and_nothing_is_read(
    tmp_path: Path, line: str, fault: str
) -> None:
    path = written(tmp_path, COLUMNS, line, "b,1,,x,y,1,0,,")
    status, said = await said_by("ties", "uefa-european-cup-1969", path, "--json")
    assert status == 1
    assert fault in said
    assert '"ties"' not in said


async def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    header = "tie,leg,home,away,home_goals,away_goals,home_90,away_90,home_shoot_out,away_shoot_out"
    path = written(tmp_path, header, "a,2,x,y,1,0,2,0,,", "b,single,x,y,1,1,,,3,3")
    status, said = await said_by("ties", "uefa-european-cup-1970", path)
    assert status == 1
    assert "line 2, column home_90: expected at most the 1 of the final score, found '2'" in said
    assert (
        "line 3, column away_shoot_out: expected another number than 3: no shoot-out ends level"
        in said
    )


async def test_regulations_without_rounds_decide_no_tie(tmp_path: Path) -> None:
    path = written(tmp_path, COLUMNS, "a,1,,x,y,1,0,,")
    rules = tmp_path / "league.toml"
    rules.write_text('[[stages]]\nid = "only"\nname = "Only"\n', encoding="utf-8")
    status, said = await said_by("ties", rules, path)
    assert status == 1
    assert "has no rounds, so it does not say how a tie is decided" in said


async def test_a_set_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    path = written(tmp_path, COLUMNS, "a,1,,x,y,1,0,,")
    status, said = await said_by("ties", "uefa-european-cup-1971", path)
    assert status == 2
    assert "uefa-european-cup-1970" in said
