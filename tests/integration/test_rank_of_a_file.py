"""`pitazo rank` and `pitazo regulations`: what they print, and what they say to bad input."""

import json
from pathlib import Path
from typing import Any

from tests.integration.machine import AMAZONAS, said_by

MATCHES = """\
match,stage,group,date,home,away,home_goals,away_goals,group_play_off
m1,group stage,Group 1,1958-06-08,West Germany,Argentina,3,1,
m2,group stage,Group 1,1958-06-08,Northern Ireland,Czechoslovakia,1,0,
m3,group stage,Group 1,1958-06-11,West Germany,Czechoslovakia,2,2,
m4,group stage,Group 1,1958-06-11,Argentina,Northern Ireland,3,1,
m5,group stage,Group 1,1958-06-15,West Germany,Northern Ireland,2,2,
m6,group stage,Group 1,1958-06-15,Czechoslovakia,Argentina,6,1,
"""
EXTRA = "m7,group stage,Group 1,1958-06-17,Northern Ireland,Czechoslovakia,2,1,1\n"
FINAL = "m8,final,,1958-06-29,Brazil,Sweden,5,2,\n"
SET = "fifa-world-cup-1958"


def file_of(folder: Path, text: str) -> Path:
    path = folder / "results.csv"
    path.write_text(text, encoding="utf-8")
    return path


async def told(*arguments: object) -> Any:
    status, said = await said_by(*arguments, "--json")
    assert status == 0, said
    return json.loads(said)


async def test_the_tables_of_a_file_are_printed_as_the_contract_has_them(tmp_path: Path) -> None:
    found = await told("rank", SET, file_of(tmp_path, MATCHES + EXTRA + FINAL))
    [group] = found["groups"]
    rows = group.pop("rows")
    assert group == {"stage": "group stage", "group": "Group 1", "status": "final"}
    assert [(row["rank"], row["team"]) for row in rows] == [
        (1, "West Germany"),
        (2, "Northern Ireland"),
        (3, "Czechoslovakia"),
        (4, "Argentina"),
    ]
    third = rows[2]
    separated_by = third.pop("separated_by")
    assert (separated_by["criterion"], separated_by["numbers"]) == ("extra_match", [1, 2])
    assert third == {
        "rank": 3, "team": "Czechoslovakia", "played": 3, "won": 1, "drawn": 1, "lost": 1,
        "goals_for": 8, "goals_against": 4, "goal_difference": 4, "points": 3, "level_with": [],
    }  # fmt: skip


async def test_a_place_that_waits_for_an_extra_match_is_undecided(tmp_path: Path) -> None:
    [group] = (await told("rank", SET, file_of(tmp_path, MATCHES)))["groups"]
    assert group["status"] == "undecided"
    assert [row["rank"] for row in group["rows"]] == [1, 2, 2, 4]
    assert group["rows"][1]["level_with"] == ["Northern Ireland"]


async def test_a_person_reads_the_table_and_the_reasons(tmp_path: Path) -> None:
    path = file_of(tmp_path, MATCHES + EXTRA)
    status, said = await said_by("rank", SET, path, "--group", "group 1")
    assert status == 0, said
    assert "Group 1 · final" in said
    assert "extra match 1 to 2" in said


async def test_a_bad_file_is_not_read_and_every_fault_is_told(tmp_path: Path) -> None:
    bad = MATCHES.replace(",3,1,\n", ",-3,1,\n", 1).replace("Group 1,1958-06-15,West", ",,West", 1)
    status, said = await said_by("rank", SET, file_of(tmp_path, bad))
    assert status == 1
    assert "has 2 faults, and nothing is read:" in said
    assert "line 2, column home_goals: expected a whole number from 0 to 999, found '-3'" in said
    assert "line 6, column group: expected one of Group 1, found nothing" in said
    assert "West Germany" not in said


async def test_names_of_nothing_are_wrong_use(tmp_path: Path) -> None:
    path = file_of(tmp_path, MATCHES)
    for arguments, said in (
        (("rank", "fifa-world-cup-1959", path), "the nearest are fifa-world-cup-19"),
        (("rank", SET, path, "--group", "Group 9"), "there is Group 1"),
        (("rank", SET, path, "--list", "ranking"), "expected the name of a list and a file"),
        (("rank", SET, path, "--list", f"ranking={path}"), "they ask for no list"),
        (("rank", SET, tmp_path / "nothing.csv"), "does not exist"),
    ):
        status, answer = await said_by(*arguments)
        assert (status, said in " ".join(answer.split())) == (2, True), answer


async def test_a_list_parts_whom_nothing_else_does(tmp_path: Path) -> None:
    path = file_of(tmp_path, "group,home,away,home_goals,away_goals\nA,Mexico,Canada,0,0\n")
    ranking = tmp_path / "ranking.csv"
    ranking.write_text("team,value\nMexico,17\nCanada,30\n", encoding="utf-8")
    given = ("--list", f"fifa-ranking={ranking}", "--complete")
    [group] = (await told("rank", "fifa-world-cup-2026", path, *given))["groups"]
    assert [row["team"] for row in group["rows"]] == ["Mexico", "Canada"]
    assert group["rows"][1]["separated_by"]["numbers"] == [17, 30]


async def test_the_sets_are_listed_as_the_contract_has_them() -> None:
    found = {each["name"]: each for each in await told("regulations", "list")}
    assert found["fifa-world-cup-2018"] == {
        "name": "fifa-world-cup-2018",
        "organiser": "FIFA",
        "competition": "World Cup",
        "editions": [2018, 2022],
        "stages": [
            "group stage", "round of 16", "quarter-finals", "semi-finals", "third-place match",
            "final",
        ],
        "source": found["fifa-world-cup-2018"]["source"],
        "articles": ["2018: article 32.5"],
    }  # fmt: skip
    status, said = await said_by("regulations", "list")
    assert status == 0, said
    assert "fifa-world-cup-1998" in said


async def test_a_set_is_shown_and_its_json_is_a_file_of_regulations(tmp_path: Path) -> None:
    status, said = await said_by("regulations", "show", SET)
    assert status == 0, said
    assert "extra match" in said
    file = tmp_path / "rules.json"
    file.write_text(json.dumps(await told("regulations", "show", SET)), encoding="utf-8")
    path = file_of(tmp_path, MATCHES + EXTRA)
    assert await told("rank", file, path) == await told("rank", SET, path)


async def test_a_season_file_is_regulations_as_well() -> None:
    found = await told("regulations", "show", AMAZONAS)
    assert found["criteria"][0]["metric"] == "points"
