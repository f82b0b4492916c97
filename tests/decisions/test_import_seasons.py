"""A file of results becomes a season that loads, and its tables and ties are the right ones.

The matches are simulated, but for those of the World Cup of 2014 (see the files).
"""

from pathlib import Path
from typing import Any

import pytest

from services.importing import NoEdition
from services.importing.names import id_of
from services.importing.writing import AlreadyThere
from services.rows import BadRows
from tests.decisions.imported import FILES, facts, season_of, view

WORLD_CUP = FILES / "world-cup-2014.txt"
SET = "fifa-world-cup-1998"


def group_of(*lines: str) -> str:
    return "\n".join(["= Cup 2024", "▪ Group A", "Jun 1", *lines, ""])


def rows(known: Any, group: str) -> list[tuple[Any, ...]]:
    return [
        (row["rank"], row["team"], row["points"], row["goals_for"], row["goals_against"])
        for row in view(known, f"standings/{group}")["rows"]
    ]


def ties(known: Any, section: str) -> dict[str, tuple[str, str]]:
    rounds = view(known, f"bracket/{section}")["rounds"]
    found = [tie for each in rounds for tie in each["ties"]]
    return {tie["tie"]: (tie["winner"], tie["decided_by"]) for tie in found}


def fault_of(folder: Path, *files: Path | str, **more: Any) -> list[tuple[int, str]]:
    with pytest.raises(BadRows) as raised:
        season_of(folder, *files, **more)
    assert not (folder / "season.toml").exists()
    assert not list(folder.glob("*.part"))
    return [(fault.line, fault.wrong) for fault in raised.value.faults]


# Tables and ties


def test_tables_under_a_set_that_is_built_in_are_those_of_2014(tmp_path: Path) -> None:
    known, _ = season_of(tmp_path, WORLD_CUP, regulations=SET)
    assert rows(known, "group-a") == [
        (1, "brazil", 7, 7, 2),
        (2, "mexico", 7, 4, 1),
        (3, "croatia", 3, 6, 6),
        (4, "cameroon", 0, 1, 9),
    ]
    assert rows(known, "group-b") == [
        (1, "netherlands", 9, 10, 3),
        (2, "chile", 6, 5, 3),
        (3, "spain", 3, 4, 7),
        (4, "australia", 0, 3, 9),
    ]
    status = view(known, "standings/group-a")
    assert status["status"] == "final"
    assert status["rows"][1]["separated_by"]["criterion"] == "goal_difference"


def test_ties_under_a_set_that_is_built_in_are_those_of_2014(tmp_path: Path) -> None:
    known, _ = season_of(tmp_path, WORLD_CUP, regulations=SET)
    assert ties(known, "round-of-16") == {
        "round-of-16-brazil-chile": ("brazil", "shoot_out"),
        "round-of-16-netherlands-mexico": ("netherlands", "aggregate"),
    }
    assert ties(known, "third-place-match") == {"third-place-match": ("netherlands", "aggregate")}
    assert ties(known, "final") == {"final": ("germany", "extra_time")}


def test_json_and_text_of_the_same_matches_give_the_same_results(tmp_path: Path) -> None:
    (tmp_path / "json").mkdir()
    one, _ = season_of(tmp_path, WORLD_CUP, regulations=SET)
    other, imported = season_of(tmp_path / "json", FILES / "world-cup-2014.json", regulations=SET)
    assert rows(one, "group-a") == rows(other, "group-a")
    assert ties(other, "round-of-16") == {"round-of-16-brazil-chile": ("brazil", "shoot_out")}
    assert imported.waiting == 1


def test_who_is_not_known_yet_comes_from_the_match_that_is_numbered(tmp_path: Path) -> None:
    known, _ = season_of(tmp_path, FILES / "world-cup-2014.json", regulations=SET)
    [round_] = view(known, "bracket/quarter-finals")["rounds"]
    [tie] = round_["ties"]
    assert [slot["team"] and slot["team"]["team"] for slot in tie["slots"]] == ["brazil", None]
    source = tie["slots"][0]["source"]
    assert (source["from"], source["id"]) == ("winner", "round-of-16-brazil-chile")


def test_two_legs_are_one_tie_whoever_is_written_first(tmp_path: Path) -> None:
    text = (
        "= Copa 2022\n▪ Quarter-finals - 1st Leg\nAug 2\n  Reds 2-1 Blues\n"
        "▪ Quarter-finals - 2nd Leg\nAug 9\n  Blues 1-0 Reds   [aet, 3-5 pen]\n"
    )
    known, _ = season_of(tmp_path, text, regulations="conmebol-libertadores-2022")
    assert ties(known, "quarter-finals") == {"quarter-finals-reds-blues": ("reds", "shoot_out")}


def test_a_replay_is_a_match_more_of_its_tie(tmp_path: Path) -> None:
    text = (
        "= Cup 1938\n▪ First round\n4 June  Reds 1-1 a.e.t. (1-1) Blues\n"
        "▪ First round replays\n9 June  Blues 4-2 Reds\n"
    )
    known, _ = season_of(tmp_path, text)
    assert ties(known, "knock-out") == {"first-round-reds-blues": ("blues", "replay")}


def test_a_league_has_one_table(tmp_path: Path) -> None:
    text = (
        "= League 2019/20\n▪ Matchday 1\nAug 9\n  Reds 1-0 Blues\n"
        "▪ Round 2\nAug 16\n  Blues v Reds\n"
    )
    known, _ = season_of(tmp_path, text, regulations="fa-premier-league-2019")
    assert rows(known, "league") == [(1, "reds", 3, 1, 0), (2, "blues", 0, 0, 1)]
    assert [fact["matchday"] for fact in facts(known, "match_scheduled")] == [1, 2]


def test_without_rules_teams_level_on_points_stay_level(tmp_path: Path) -> None:
    known, _ = season_of(tmp_path, group_of("Reds 5-0 Blues", "Greens 1-0 Blacks"))
    assert [row[:2] for row in rows(known, "group-a")] == [
        (1, "greens"), (1, "reds"), (3, "blacks"), (3, "blues")
    ]  # fmt: skip


def test_a_match_of_a_matchday_is_in_the_group_of_both_teams(tmp_path: Path) -> None:
    text = (
        "= Cup 2024\nGroup A | Reds  Blues\nGroup B | Greens  Blacks\n"
        "▪ Matchday 1\nJun 1\nReds v Blues\n"
    )
    known, _ = season_of(tmp_path, text)
    assert [fact["group"] for fact in facts(known, "match_scheduled")] == ["group-a"]


# Facts


def test_each_fact_has_its_source_and_how_it_is_known(tmp_path: Path) -> None:
    known, _ = season_of(tmp_path, WORLD_CUP, regulations=SET)
    assert {(fact.event.source, fact.event.basis) for fact in known.facts} == {
        ("World Cup 2014, world-cup-2014.txt", "reported")
    }


def test_an_own_goal_counts_for_one_team_and_its_scorer_plays_for_the_other(
    tmp_path: Path,
) -> None:
    known, _ = season_of(tmp_path, group_of("Reds 0-1 Blues", "(-; One 11'(og))"))
    [goal], [person] = facts(known, "goal_scored"), facts(known, "person_named")
    assert (goal["side"], goal["method"], goal["player"]) == ("away", "own_goal", "p-reds-1")
    assert (person["person"], person["name"], person["team"]) == ("p-reds-1", "One", "reds")


def test_no_fact_but_that_names_them_has_the_name_of_a_person(tmp_path: Path) -> None:
    known, _ = season_of(tmp_path, group_of("Reds 1-0 Blues", "(Gustavo 11)"))
    assert [fact.content["type"] for fact in known.facts if "ustavo" in str(fact.content)] == [
        "person_named"
    ]


def test_where_nobody_is_named_a_score_is_a_result_and_no_goals(tmp_path: Path) -> None:
    known, _ = season_of(tmp_path, group_of("Reds 2-1 (1-0) Blues"))
    assert not facts(known, "goal_scored")
    [result] = facts(known, "result_recorded")
    assert (result["home"], result["away"], result["half_time"]) == (2, 1, {"home": 1, "away": 0})


def test_a_time_is_told_only_with_how_far_it_is_from_utc(tmp_path: Path) -> None:
    text = group_of("18:00  Reds v Blues", "18:00 UTC-3  Greens v Blacks")
    known, _ = season_of(tmp_path, text)
    assert [fact["kick_off"] for fact in facts(known, "match_scheduled")] == [
        "2024-06-01", "2024-06-01T18:00:00-03:00"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Reds 3-0 awd. Blues", {"result_awarded"}),
        ("Reds w/o Blues", {"result_awarded"}),
        ("Reds v Blues [cancelled]", {"match_called_off"}),
        ("Reds v Blues [postponed]", {"match_postponed"}),
        ("Reds 1-1 Blues [abandoned, fog]", {"match_abandoned"}),
        ("Reds 1-1 Blues [annulled]", {"result_recorded", "result_annulled"}),
    ],
)
def test_what_became_of_a_match_is_a_fact(tmp_path: Path, line: str, expected: set[str]) -> None:
    known, _ = season_of(tmp_path, group_of(line))
    told = {str(fact.content["type"]) for fact in known.facts}
    assert told - {"team_entered", "match_scheduled"} == expected


# What is odd


def test_scorers_that_make_another_score_are_told_and_both_are_recorded(tmp_path: Path) -> None:
    known, imported = season_of(tmp_path, group_of("Reds 2-0 Blues", "(One 5')"))
    [odd] = imported.odd
    assert odd.endswith(
        "line 4: Reds v Blues: the score is 2-0, the scorers make 1-0; both are recorded"
    )
    assert len(facts(known, "goal_scored")) == 1
    assert facts(known, "result_recorded")[0]["home"] == 2


def test_a_match_that_is_said_twice_is_scheduled_once_and_told(tmp_path: Path) -> None:
    known, imported = season_of(tmp_path, group_of("Reds 2-0 Blues", "Reds 2-0 Blues"))
    assert len(facts(known, "match_scheduled")) == len(facts(known, "result_recorded")) == 1
    assert "line 4 says this match too" in imported.odd[0]


def test_of_a_match_that_is_said_otherwise_the_later_word_counts(tmp_path: Path) -> None:
    known, imported = season_of(tmp_path, group_of("Reds 2-0 Blues", "Reds 0-0 Blues"))
    assert [row[2] for row in rows(known, "group-a")] == [1, 1]
    assert "the later word counts" in imported.odd[0]


def test_names_that_come_to_one_id_are_two_teams_and_told(tmp_path: Path) -> None:
    known, imported = season_of(tmp_path, group_of("Atlético 1-0 Blues", "Atletico 0-0 Blues"))
    assert [fact["team"] for fact in facts(known, "team_entered")] == [
        "atletico", "blues", "atletico-2"
    ]  # fmt: skip
    assert "'Atletico' and 'Atlético' would both be atletico" in imported.odd[0]


def test_a_name_in_capitals_is_the_same_team_and_told(tmp_path: Path) -> None:
    known, imported = season_of(tmp_path, group_of("Reds 1-0 Blues", "REDS v Greens"))
    assert len(facts(known, "team_entered")) == 3
    assert "are written for one team, reds" in imported.odd[0]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("Côte d'Ivoire", "cote-divoire"),
        ("1. FC Köln", "1-fc-koln"),
        ("Malmö FF & Co.", "malmo-ff-co"),
        ("Ørn-Horten", "orn-horten"),
    ],
)
def test_an_id_is_made_of_the_letters_of_a_name(name: str, id: str) -> None:
    assert id_of(name) == id


def test_a_name_in_another_alphabet_and_a_long_one_have_ids_as_well() -> None:
    for name in ("Локомотив", "鹿島アントラーズ", "A" * 200):
        assert 1 <= len(id_of(name)) <= 64
        assert id_of(name) == id_of(name)
    assert id_of("Локомотив") != id_of("Спартак")


# What cannot be


def test_a_round_that_the_rules_do_not_have_is_told_with_those_they_have(tmp_path: Path) -> None:
    text = "= Cup 2014\n▪ Round of 64\nJun 1\nReds 1-0 Blues\n"
    [(line, wrong)] = fault_of(tmp_path, text, regulations=SET)
    assert line == 4
    assert "round of 16, quarter-finals" in wrong
    assert "'Round of 64'" in wrong


def test_an_impossible_result_is_told_with_its_line(tmp_path: Path) -> None:
    lines = ("Reds 1-0 (2-0) Blues", "Reds 1-1 Reds", "Greens  4-4 pen. 1-1 a.e.t.  Blues")
    found = fault_of(tmp_path, group_of(*lines))
    assert [line for line, _ in found] == [4, 5, 6]
    assert [text in wrong for text, (_, wrong) in zip(
        ("cannot become", "cannot play itself", "does not end level"), found, strict=True
    )] == [True] * 3  # fmt: skip


def test_kicks_follow_a_level_match(tmp_path: Path) -> None:
    text = "= Cup 2014\n▪ Final\nJun 1\nReds  4-2 pen. 2-1 a.e.t.  Blues\n"
    [(line, wrong)] = fault_of(tmp_path, text, regulations=SET)
    assert (line, wrong) == (4, "expected a level score before a shoot-out, found 2-1")


def test_a_second_match_of_a_tie_that_knows_no_replay_is_told(tmp_path: Path) -> None:
    text = "= Cup 2014\n▪ Final\nJun 1\nReds 1-1 Blues\nJun 5\nBlues 1-0 Reds\n"
    [(line, wrong)] = fault_of(tmp_path, text, regulations=SET)
    assert line == 6
    assert "knows no replay" in wrong


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "season.toml").write_text("mine", encoding="utf-8")
    with pytest.raises(AlreadyThere):
        season_of(tmp_path, WORLD_CUP, regulations=SET)
    assert (tmp_path / "season.toml").read_text(encoding="utf-8") == "mine"


def test_a_team_in_two_ties_of_a_round_does_not_go_into_the_rules(tmp_path: Path) -> None:
    text = "= Cup 2014\n▪ Semi-finals\nJun 1\nReds 1-0 Blues\nReds 1-0 Greens\n"
    with pytest.raises(NoEdition, match="semi-finals"):
        season_of(tmp_path, text, regulations=SET)
    assert not (tmp_path / "season.toml").exists()


def test_several_files_are_one_season(tmp_path: Path) -> None:
    groups = "= Cup 2024\nGroup A | Reds  Blues\n▪ Group A\nJun 1\nReds 1-0 Blues\n"
    finals = "= Cup 2024\n▪ Final\nJun 9\nReds 0-0 Blues  [aet, 5-4 pen]\n"
    known, imported = season_of(tmp_path, groups, finals, regulations=SET)
    assert (imported.teams, imported.matches) == (2, 2)
    assert ties(known, "final") == {"final": ("reds", "shoot_out")}
    assert {fact.event.source for fact in known.facts} == {
        "Cup 2024, cup-1.txt", "Cup 2024, cup-2.txt"
    }  # fmt: skip


# Regulations that have a bracket of their own

BRACKET = "fifa-world-cup-2026"
GROUPS = ["= World Cup 2026", "▪ Group A", "Jun 11", "  Mexico 2-0 South Africa",
          "▪ Group B", "Jun 12", "  Canada 1-1 Qatar", ""]  # fmt: skip


def test_groups_alone_lead_into_the_bracket_of_the_regulations(tmp_path: Path) -> None:
    known, _ = season_of(tmp_path, "\n".join(GROUPS), regulations=BRACKET)
    assert [row[:3] for row in rows(known, "a")] == [(1, "mexico", 3), (2, "south-africa", 0)]
    assert len(ties(known, "round-of-32")) == 16


def test_a_file_with_a_knock_out_says_itself_who_meets_whom(tmp_path: Path) -> None:
    finals = ["▪ Round of 32", "Jun 28", "  (73)  Mexico 1-0 Qatar", "▪ Round of 16", "Jul 4",
              "  (90)  W73  v  1B", ""]  # fmt: skip
    known, _ = season_of(tmp_path, "\n".join([*GROUPS, *finals]), regulations=BRACKET)
    assert ties(known, "round-of-32") == {"round-of-32-mexico-qatar": ("mexico", "aggregate")}
    [tie] = view(known, "bracket/round-of-16")["rounds"][0]["ties"]
    assert [slot["source"]["from"] for slot in tie["slots"]] == ["winner", "rank"]
