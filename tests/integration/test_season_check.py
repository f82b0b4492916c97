"""`pitazo season check`: holes are told with their line, an example and an exit status."""

import json
from pathlib import Path

from tests.integration.machine import said_by

LEAGUE = """\
name = "my-league"
criteria = [
    { metric = "points" },
    { metric = "goal_difference" },
]

[[stages]]
id = "league"
name = "League"
sections = [{ id = "league", name = "League", groups = [
    { id = "league", name = "League", berths = [{ id = "up", name = "Up" }] },
] }]
"""


async def test_a_hole_is_told_with_its_line_an_example_and_status_1(tmp_path: Path) -> None:
    path = tmp_path / "league.toml"
    path.write_text(LEAGUE)
    status, said = await said_by("season", "check", path, "--json")
    assert status == 1
    told = json.loads(said)
    [hole] = told["holes"]
    assert told["not_searched"] == []
    assert (hole["kind"], hole["path"], hole["line"]) == ("level", "criteria", 2)
    assert "end the criteria with lots" in hole["message"]
    assert hole["example"] == {
        "results": [{"home": "a", "away": "b", "home_goals": 0, "away_goals": 0}],
        "tiers": [{"rank": 1, "teams": ["a", "b"]}],
        "above": [],
    }
    status, said = await said_by("season", "check", path)
    assert status == 1
    assert "line 2, at criteria: level" in said
    assert "for example a 0-0 b: 1. a = b" in said
    assert "1 hole found" in said


async def test_sound_regulations_end_with_0(tmp_path: Path) -> None:
    path = tmp_path / "league.toml"
    path.write_text(LEAGUE.replace('"goal_difference"', '"lots"'))
    status, said = await said_by("season", "check", path)
    assert (status, said) == (0, "no holes found\n")


async def test_what_is_recorded_beside_scores_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "league.toml"
    asked = '{ metric = "conduct" },\n    { metric = "lots" },'
    path.write_text(LEAGUE.replace('{ metric = "goal_difference" },', asked))
    assert (await said_by("season", "check", path))[0] == 0
    status, said = await said_by("season", "check", path, "--coverage", "score_only", "--json")
    assert status == 1
    assert [(each["kind"], each["line"]) for each in json.loads(said)["holes"]] == [("no_data", 4)]


async def test_a_file_that_is_not_there_is_wrong_use() -> None:
    status, said = await said_by("season", "check", "no-such-file.toml")
    assert status == 2
    assert "neither a file nor a set" in said


async def test_regulations_that_cannot_be_are_refused_with_line_and_key(tmp_path: Path) -> None:
    path = tmp_path / "league.toml"
    path.write_text(LEAGUE.replace("goal_difference", "goal_diference"))
    status, said = await said_by("season", "check", path)
    assert status == 1
    assert "line 4" in said
    assert "criteria[1].metric" in said
