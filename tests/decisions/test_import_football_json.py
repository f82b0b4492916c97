"""openfootball's JSON, of today and of the years before, says the same; what cannot be is told."""

import json
from datetime import date, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from services.importing.told import Goal, Match, Score, Told
from services.importing.where import Where
from tests.decisions.imported import told_of, wrong_of

# Simulated, but for the name of the competition.
NEW = {
    "round": "Round of 16", "num": 49, "date": "2018-06-30", "time": "17:00 UTC+3",
    "team1": "Reds", "team2": "Blues",
    "score": {"p": [4, 2], "et": [3, 3], "ft": [2, 2], "ht": [2, 0]},
    "goals1": [{"name": "One", "minute": 23, "penalty": True}],
    "goals2": [{"name": "Two", "minute": 90, "offset": 3, "owngoal": True}],
    "ground": "Arena, Kazan",
}  # fmt: skip
OLD = {
    "num": 49, "date": "2018-06-30", "time": "17:00", "timezone": "UTC+3",
    "team1": {"name": "Reds", "code": "RED"}, "team2": {"name": "Blues", "code": "BLU"},
    "score1": 2, "score2": 2, "score1i": 2, "score2i": 0, "score1et": 3, "score2et": 3,
    "score1p": 4, "score2p": 2,
    "goals1": [{"name": "One", "minute": 23, "score1": 1, "score2": 0, "penalty": True}],
    "goals2": [{"name": "Two", "minute": 90, "offset": 3, "score1": 3, "score2": 3,
                "owngoal": True}],
    "stadium": {"key": "arena", "name": "Arena"}, "city": "Kazan", "knockout": True,
}  # fmt: skip


def file_of(folder: Path, **content: Any) -> Told:
    return told_of(folder, json.dumps({"name": "World Cup 2018", **content}), "cup.json")


def match_of(folder: Path, **content: Any) -> Match:
    [match] = file_of(folder, **content).matches
    return match


@pytest.mark.parametrize(
    "content", [{"matches": [NEW]}, {"rounds": [{"name": "Round of 16", "matches": [OLD]}]}]
)
def test_a_match_is_read_from_either_form(tmp_path: Path, content: dict[str, Any]) -> None:
    match = match_of(tmp_path, **content)
    assert match == Match(
        line=1,
        where=Where(round="Round of 16"),
        home="Reds",
        away="Blues",
        number=49,
        day=date(2018, 6, 30),
        at=time(17),
        offset=timezone(timedelta(hours=3)),
        venue="Arena, Kazan",
        score=Score((3, 3), True, (2, 2), (2, 0), (4, 2)),
        goals=(
            Goal("home", "One", 23, None, "penalty"),
            Goal("away", "Two", 90, 3, "own_goal"),
        ),
    )


def test_codes_of_teams_are_kept(tmp_path: Path) -> None:
    told = file_of(tmp_path, rounds=[{"name": "Final", "matches": [OLD]}])
    assert told.codes == {"Reds": "RED", "Blues": "BLU"}


def test_a_match_without_a_score_is_still_to_be_played(tmp_path: Path) -> None:
    nothing = {"score1": None, "score2": None, "score1et": None, "score2et": None}
    empty: list[dict[str, Any]] = [{}, {"score": None}, nothing, {"score": {}}]
    for score in empty:
        match = match_of(tmp_path, matches=[{"team1": "Reds", "team2": "Blues", **score}])
        assert (match.score, match.goals) == (None, None)


def test_a_group_may_have_a_name_of_its_own(tmp_path: Path) -> None:
    teams = {"team1": "Reds", "team2": "Blues"}
    for group in ("Group A", {"name": "Group A"}):
        match = match_of(tmp_path, matches=[{**teams, "round": "Matchday 3", "group": group}])
        assert match.where == Where(group="Group A", matchday=3)


def test_a_status_says_what_became_of_a_match(tmp_path: Path) -> None:
    match = match_of(tmp_path, matches=[{"team1": "R", "team2": "B", "status": "CANCELLED"}])
    assert match.fate == "called_off"


def test_a_key_that_nobody_reads_is_told_once(tmp_path: Path) -> None:
    match = {"team1": "Reds", "team2": "Blues", "weather": "rain"}
    assert file_of(tmp_path, matches=[match, match]).odd == ((1, "nobody reads `weather`"),)


@pytest.mark.parametrize(
    ("match", "wrong"),
    [
        ('"team1": "Reds"', "missing required field `team2`"),
        ('"team1": "", "team2": "Blues"', "expected the name of a team"),
        ('"team1": "R", "team2": "B", "date": "2014-02-30"', "expected a day of the calendar"),
        ('"team1": "R", "team2": "B", "time": "25:00"', "expected a time like 17:00"),
        ('"team1": "R", "team2": "B", "score": {"ft": [1]}', "expected `array` of length 2"),
        ('"team1": "R", "team2": "B", "score": {"ft": [1, -1]}', "two numbers from 0 to 999"),
        ('"team1": "R", "team2": "B", "score1": 1', "expected a number from 0 to 999"),
        ('"team1": "R", "team2": "B", "status": "rained off"', "expected one of awarded"),
        ('"team1": "R", "team2": "B", "goals1": [{"name": "N", "minute": 400}]', "a minute from"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(tmp_path: Path, match: str, wrong: str) -> None:
    text = f'{{"name": "Cup", "matches": [\n{{"team1": "A", "team2": "B"}},\n{{{match}}}\n]}}'
    [(line, said)] = wrong_of(tmp_path, text, "cup.json")
    assert (line, wrong in said) == (3, True), said


@pytest.mark.parametrize(
    ("text", "line"),
    [("{\n]", 2), ('{"name": "Cup"}', 1), ('{\n"name": "A",\n"name": "B"}', 2), ("[]", 1)],
)
def test_what_is_no_such_file_is_told_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    [(found, _)] = wrong_of(tmp_path, text, "cup.json")
    assert found == line
