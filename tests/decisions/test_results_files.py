"""A results file is read whole or not at all, and each row that cannot be is told by its place."""

import re
from pathlib import Path

import pytest

from events.regulations import Berth, EachGroup, Group, Regulations, Round, Section, Stage
from services import results
from services.results import Results
from services.results.entries import COLUMNS
from services.rows import BadRows

CUP = Regulations(
    stages=(
        Stage(
            id="groups",
            name="Group Stage",
            sections=(
                Section(
                    id="all",
                    name="All",
                    groups=(
                        Group(id="group-a", name="Group A"),
                        Group(id="group-b", name="Group B"),
                    ),
                ),
            ),
        ),
        Stage(
            id="final",
            name="Final",
            sections=(
                Section(id="final", name="Final", rounds=(Round(id="final", name="Final"),)),
            ),
        ),
    )
)
OPEN = Regulations(
    stages=(
        Stage(
            id="league",
            name="league",
            sections=(
                Section(
                    id="league",
                    name="league",
                    each_group=EachGroup(berths=(Berth(id="first", name="first"),)),
                ),
            ),
        ),
    )
)
NONE = Regulations()
HEADER = "kind,match,stage,group,date,home,away,home_goals,away_goals"


def read(path: Path, *rows: str, header: str = HEADER, rules: Regulations = NONE) -> Results:
    file = path / "results.csv"
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    return results.read(file, rules)


def faults(path: Path, *rows: str, header: str = HEADER, rules: Regulations = NONE) -> list[str]:
    with pytest.raises(BadRows) as bad:
        read(path, *rows, header=header, rules=rules)
    return [str(fault) for fault in bad.value.faults]


SHORT = "home,away,home_goals,away_goals"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "a,b,-1,0",
            "line 2, column home_goals: expected a whole number from 0 to 999, found '-1'",
        ),
        ("a,b,1.0,0", "line 2, column home_goals: expected a whole number from 0 to 999"),
        ("a,b,x,0", "line 2, column home_goals: expected a whole number from 0 to 999, found 'x'"),
        ("a,b,1,", "line 2, column away_goals: expected a whole number, as home_goals has one"),
        ("a,A,1,0", "line 2, column away: expected another team than at home, found 'A' again"),
        (",b,1,0", "line 2, column home: expected a team, found nothing"),
        ("a,b,1,0,9", "line 2: expected 4 cells as in the first line, found 5"),
    ],
)
def test_a_match_that_cannot_be_is_told(tmp_path: Path, row: str, said: str) -> None:
    [fault] = faults(tmp_path, row, header=SHORT)
    assert fault.startswith(said)


@pytest.mark.parametrize(
    ("columns", "cells", "said"),
    [
        ("outcome", "won", "column outcome: expected one of played, awarded, both_lose"),
        ("outcome", "pending", "column home_goals: expected no goals of a match whose outcome is"),
        ("home_half_time,away_half_time", "2,0", "column home_half_time: expected at most 1-1"),
        ("home_90,away_90", "1,0", "column home_90: expected 1-1, as there was no extra time"),
        (
            "after_extra_time,home_90,away_90",
            "1,1,0",
            "column home_90: expected a level score, as there was extra time",
        ),
        ("home_shoot_out,away_shoot_out", "3,3", "column home_shoot_out: expected a winner"),
        ("home_shoot_out", "3", "column away_shoot_out"),
        ("home_yellow", "many", "column home_yellow: expected a whole number"),
        ("date", "1998-02-30", "column date: expected a day of the calendar like 1998-07-12"),
        ("kick_off", "9 pm", "column kick_off: expected a time like 15:30"),
        ("neutral", "perhaps", "column neutral: expected 1, 0 or nothing"),
        ("matchday", "0", "column matchday: expected a whole number from 1"),
        ("kind", "friendly", "column kind: expected one of match, extra_match, decision"),
        ("order", "a>b", "column order: expected nothing in a row of kind match, found 'a>b'"),
    ],
)
def test_what_a_match_did_not_come_to_is_told(
    tmp_path: Path, columns: str, cells: str, said: str
) -> None:
    told = faults(tmp_path, f"a,b,1,1,{cells}", header=f"{SHORT},{columns}")
    assert any(said in fault for fault in told), told


def test_a_shoot_out_follows_only_a_level_match(tmp_path: Path) -> None:
    header = f"{SHORT},home_shoot_out,away_shoot_out"
    [fault] = faults(tmp_path, "a,b,2,1,4,3", header=header)
    assert "expected a shoot-out only of a level match, found 2-1" in fault


def test_a_shoot_out_after_a_second_leg_follows_a_level_tie(tmp_path: Path) -> None:
    header = f"stage,{SHORT},home_shoot_out,away_shoot_out"
    read(tmp_path, "final,a,b,1,0,,", "final,b,a,1,0,4,3", header=header, rules=CUP)
    [fault] = faults(tmp_path, "final,a,b,3,0,,", "final,b,a,1,0,4,3", header=header, rules=CUP)
    assert "line 3, column home_shoot_out" in fault


@pytest.mark.parametrize(
    "again",
    [
        ",m1,,,2020-01-09,c,d,1,0",
        ",m2,,,2020-01-01,a,b,1,0",
        ",m2,,,2020-01-01,b,a,1,0",
        ",,,,,a,b,1,0",
    ],
)
def test_a_match_that_stands_twice_is_told(tmp_path: Path, again: str) -> None:
    [fault] = faults(tmp_path, ",m1,,,2020-01-01,a,b,1,0", again)
    assert "line 3" in fault
    assert "line 2 again" in fault


def test_the_same_teams_on_another_day_are_another_match(tmp_path: Path) -> None:
    [group] = read(
        tmp_path, ",,,,2020-01-01,a,b,1,0", ",,,,2020-05-01,a,b,1,0", ",,,,2020-05-03,b,a,1,0"
    ).groups
    assert len(group.matches) == 3


# Stages and groups


def test_a_stage_and_a_group_are_meant_by_id_or_name_whatever_the_case(tmp_path: Path) -> None:
    [group] = read(
        tmp_path,
        ",,GROUPS,group-a,,a,b,1,0",
        ",,group stage,GROUP A,,c,d,1,0",
        ",,Final,,,a,c,1,0",
        rules=CUP,
    ).groups
    assert group.teams == ("a", "b", "c", "d")
    assert (group.place.stage, group.place.group) == ("GROUPS", "group-a")


def test_a_lone_stage_with_tables_need_not_be_named(tmp_path: Path) -> None:
    [group] = read(tmp_path, "a,b,1,0", header=SHORT, rules=OPEN).groups
    assert (group.place.stage, group.place.group) == ("league", "")
    header = f"group,{SHORT}"
    [group] = read(tmp_path, "Group A,a,b,1,0", header=header, rules=CUP).groups
    assert (group.place.stage, group.place.group) == ("Group Stage", "Group A")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            ",,semi,group-a,,a,b,1,0",
            "column stage: expected one of Group Stage, Final, found 'semi'",
        ),
        (",,groups,C,,a,b,1,0", "column group: expected one of Group A, Group B, found 'C'"),
        (",,groups,,,a,b,1,0", "column group: expected one of Group A, Group B, found nothing"),
    ],
)
def test_a_stage_or_group_that_there_is_not_is_told_with_those_there_are(
    tmp_path: Path, row: str, said: str
) -> None:
    [fault] = faults(tmp_path, row, rules=CUP)
    assert fault == f"line 2, {said}"


def test_a_match_that_names_no_group_beside_some_that_do_is_told(tmp_path: Path) -> None:
    rows = ",,league,A,,a,b,1,0", ",,league,,,c,d,1,0"
    assert faults(tmp_path, *rows, rules=OPEN) == [
        "line 3, column group: expected one of A, found nothing"
    ]


# What is not a match

DECIDED = f"{HEADER},order,how,team,points,goals,from_date"
MET = ",,,,2020-01-01,a,b,1,0,,,,,,"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            "decision,,,,,,,,,a>x,lots,,,,",
            "column order: expected teams of the table (a, b), found",
        ),
        ("decision,,,,,,,,,a>b,coin,,,,", "column how: expected one of lots, ruling, found 'coin'"),
        ("decision,,,,,,,,,a>b,,,,,", "column how: expected one of lots, ruling, found nothing"),
        ("decision,,,,,,,,,a,lots,,,,", "column order: expected at least two teams, like A>B=C"),
        ("decision,,,,,,,,,a>a,lots,,,,", "column order: expected each team once, found 'a' twice"),
        ("decision,,,,,,,,,,lots,,,,", "column order: expected an order like A>B=C"),
        (
            "adjustment,,,,,,,,,,,x,-3,,",
            "column team: expected teams of the table (a, b), found 'x'",
        ),
        ("adjustment,,,,,,,,,,,a,,,", "column points: expected the points or goals"),
        ("adjustment,,,,,,,,,,,a,-3,,soon", "column from_date: expected a day of the calendar"),
        ("withdrawal,,,,,,,,,,,,,,", "column team: expected the team that withdrew"),
        ("decision,,,,,,,2,,a>b,lots,,,,", "expected nothing in a row of kind decision, found '2'"),
    ],
)
def test_a_decision_that_cannot_be_is_told(tmp_path: Path, row: str, said: str) -> None:
    told = faults(tmp_path, MET, row, header=DECIDED)
    assert any(said in fault for fault in told), told


def test_a_decision_without_a_group_belongs_where_its_teams_play(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        ",,,A,2020-01-01,a,b,1,0,,,,,,",
        ",,,B,2020-01-01,c,d,1,0,,,,,,",
        "decision,,,,,,,,,d>c,lots,,,,",
        header=DECIDED,
    ).groups
    assert (len(first.decisions), len(second.decisions)) == (0, 1)


# The file


def test_every_column_that_is_read_is_written_down() -> None:
    page = (Path(__file__).parents[2] / "docs" / "rank.md").read_text(encoding="utf-8")
    said = set(re.findall(r"`([a-z_0-9]+)`", page))
    by_side = {name.replace("away_", "home_") for name in COLUMNS}
    assert by_side - {"away"} <= said


def test_every_bad_row_is_told_and_nothing_is_read(tmp_path: Path) -> None:
    told = faults(tmp_path, "a,b,-1,0", "c,c,1,0", "d,e,1,0", "f,g,,1", header=SHORT)
    assert [fault.split(":")[0] for fault in told] == [
        "line 2, column home_goals",
        "line 3, column away",
        "line 5, column home_goals",
    ]


def test_a_column_that_is_missing_twice_there_or_misspelt_is_told(tmp_path: Path) -> None:
    assert faults(tmp_path, header="home,away,home_goals") == [
        "line 1, column away_goals: expected this column, and it is not there"
    ]
    assert "found it 2 times" in faults(tmp_path, header=f"{SHORT},home")[0]
    assert "home_yellow may be meant" in faults(tmp_path, header=f"{SHORT},home_yelow")[0]


def test_a_column_that_nobody_reads_is_named_and_nothing_more(tmp_path: Path) -> None:
    assert read(tmp_path, "a,b,1,0,x", header=f"{SHORT},note").ignored == ("note",)


def test_a_row_over_several_lines_is_told_by_where_it_begins(tmp_path: Path) -> None:
    told = faults(tmp_path, '"a\nb",c,1,0', "d,e,-2,0", header=SHORT)
    assert told == ["line 4, column home_goals: expected a whole number from 0 to 999, found '-2'"]


def test_bytes_that_are_no_text_are_told_by_line(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_bytes(f"{SHORT}\na,b,1,0\n".encode() + b"\xff,c,1,0\n")
    with pytest.raises(BadRows, match="line 3: expected UTF-8, found the byte 0xff"):
        results.read(file, NONE)


def test_an_empty_file_is_told_what_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text("", encoding="utf-8")
    with pytest.raises(BadRows, match="expected the columns kind, match"):
        results.read(file, NONE)
