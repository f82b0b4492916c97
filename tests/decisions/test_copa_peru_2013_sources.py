"""Where the sources of 2013 end or contradict each other, it is said and nothing smoothed over."""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.types import (
    CardShown,
    GoalDisallowed,
    GoalScored,
    MatchScheduled,
    PenaltyMissed,
    ResultRecorded,
    ShootOutKickTaken,
)
from tests.decisions.test_copa_peru_2013 import (
    KNOWN,
    claims,
    folded,
    matches,
    persons,
    slots,
    tie,
    view,
)

SCORES = Counter(
    [
        "Mariano Melgar 0-2 San Simón",
        "Sport Loreto 2-2 Deportivo Bancos",
        "Santa Rosa (Caldera) 0-4 AIPSA",
        "Racing (Pativilca) 1-0 Unión Huaral",
        "Defensor La Bocana 2-1 Universidad Señor de Sipán",
        "Universidad San Pedro 2-1 Carlos A. Mannucci",
        "Carlos A. Mannucci 4-0 Universidad San Pedro",
        "Unión Huaral 3-0 Juventud La Perla",
        "Márquez 1-3 AIPSA",
        "Unión Huaral 6-2 Juventud La Perla",
        "Márquez 0-7 AIPSA",
        "Real Santiago Allauca 1-2 Alipio Ponce",
        "Saetas de Oro 5-0 Estudiantes Alas Peruanas",
        "Estudiantes Alas Peruanas 3-2 Saetas de Oro",
        "Internacional 0-1 San Simón",
        "San Simón 2-1 Internacional",
        "Carlos A. Mannucci 1-1 UD Chulucanas",
        "AIPSA 1-8 Sport Loreto",
        "Carlos A. Mannucci 3-2 Willy Serrato",
        "Willy Serrato 4-1 Carlos A. Mannucci",
        "Unión Huaral 1-0 Sport Loreto",
        "Unión Huaral 0-1 Willy Serrato",
        "Willy Serrato 0-1 Unión Huaral",
        "Unión Huaral 0-2 San Simón",
        "San Simón 2-3 Unión Huaral",
    ]
)


HOME_INFERRED = {
    "moquegua-district-1", "ucayali-6", "region-2-b-12",
    "region-7-semi-final-a-1", "region-7-semi-final-b-1",
}  # fmt: skip


# What nobody knows any more


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("national", "round-of-16-f"),
        ("national", "round-of-16-h"),
        ("region-4", "region-4-final"),
        ("region-6", "region-6-final"),
    ],
)
def test_a_tie_whose_winner_was_not_found_is_unknown_and_not_open(section: str, name: str) -> None:
    unknown = tie(section, name)
    assert (unknown["status"], unknown["winner"]) == ("unknown", None)
    assert None not in unknown["teams"]


@pytest.mark.parametrize(
    ("section", "name", "through"),
    [
        ("national", "quarter-final-ef", "alipio-ponce"),
        ("national", "quarter-final-gh", "san-simon"),
        ("region-1", "region-1-semi-final-1", "ud-chulucanas"),
        ("region-1", "region-1-semi-final-2", "willy-serrato"),
    ],
)
def test_who_went_through_is_known_though_not_against_whom(
    section: str, name: str, through: str
) -> None:
    assert slots(section, name) == [(through, "certain"), (None, "unknown")]
    assert tie(section, name)["winner"] == through


def test_nothing_is_open_and_nothing_is_being_played() -> None:
    assert view("open-questions")["count"] == 0
    counted = view("competition")["matches"]
    assert counted["in_play"] == 0
    waiting = [match for match in matches() if match["play"] not in ("ended", "unknown")]
    assert [match["match"] for match in waiting] == ["ucayali-6"]
    assert waiting[0]["play"] == "not_played"


def test_matches_of_which_only_the_fixture_was_found_have_no_result() -> None:
    assert {match["match"] for match in matches() if match["play"] == "unknown"} == {
        "ucayali-title", "lima-semi-final-b-1", "lima-semi-final-b-2", "moquegua-final-1",
        "region-4-semi-final-a-2", "region-4-semi-final-b-2", "region-7-a-5", "region-7-b-5",
        "quarter-final-cd-2",
    }  # fmt: skip
    unknown = [match for match in matches() if match["play"] == "unknown"]
    assert not any(match["result"] or match["score"] for match in unknown)
    assert tie("national", "quarter-final-cd")["aggregate"] is None


def test_of_two_matches_only_the_outcome_is_known_besides_the_first_leg_in_lima() -> None:
    only = {
        match["match"]: match["result"]["outcome"]
        for match in matches()
        if match["result"] and match["result"]["home"] is None
    }
    assert only == {
        "lima-semi-final-a-1": "home", "region-2-b-12": "draw", "round-of-16-a-1": "away",
    }  # fmt: skip


def test_nobody_is_ranked_by_the_few_results_of_a_group() -> None:
    for group in ("region-2-b", "region-7-a", "region-7-b"):
        table = view(f"standings/{group}")
        assert table["coverage"] == "partial"
        assert [row["rank"] for row in table["rows"]] == [None] * len(table["rows"])
        assert table["status"] == "unknown"


def test_what_nobody_recorded_of_a_group_is_no_nought() -> None:
    for group in ("region-1-b", "region-7-a", "region-7-b"):
        for row in view(f"standings/{group}")["rows"]:
            assert {row[name] for name in ("played", "won", "points", "goals_for")} == {None}
    # Of a drawn match in Region II no source gives the goals.
    goals = {row["team"]: row["goals_for"] for row in view("standings/region-2-b")["rows"]}
    assert goals == {
        "carlos-a-mannucci": 5, "santa-ana": None, "union-cesar-vallejo": None,
        "universidad-san-pedro": 2,
    }  # fmt: skip


# Where sources contradict each other


def test_the_first_legs_of_region_iv_are_reported_and_the_infobox_stands_beside_them() -> None:
    for name, first, winner, score in (
        ("region-4-semi-final-a", {"home": 3, "away": 0}, "union-huaral", "6-2"),
        ("region-4-semi-final-b", {"home": 1, "away": 3}, "aipsa", "0-7"),
    ):
        semi_final = tie("region-4", name)
        [first_leg] = [leg for leg in semi_final["legs"] if leg["leg"] == 1]
        assert (first_leg["score"], semi_final["winner"]) == (first, winner)
        assert semi_final["aggregate"] is None
        [of_unknown_leg] = [leg for leg in semi_final["legs"] if leg["leg"] is None]
        goals = of_unknown_leg["score"]
        assert f"{goals['home']}-{goals['away']}" == score
        assert score in claims(f"matches/{name}-1")
        assert any(score in note for note in view("bracket/region-4")["notes"])


def test_the_table_of_ucayali_is_as_it_was_printed_and_a_claim_says_what_is_wrong_with_it() -> None:
    table = view("standings/ucayali-final-group")
    printed = [
        (row["rank"], row["name"], row["goal_difference"], row["points"]) for row in table["rows"]
    ]
    assert printed == [
        (1, "Sport Loreto", 21, 7),
        (2, "Deportivo Bancos", 16, 7),
        (3, "Deportivo Hospital", -10, 0),
        (4, "Puerto 3 de Octubre", -25, 0),
    ]
    assert "suman +2" in claims("standings/ucayali-final-group")


def test_the_national_stage_is_knock_out_whatever_the_page_says_in_its_first_lines() -> None:
    rounds = [(each["name"], len(each["ties"])) for each in view("bracket/national")["rounds"]]
    assert rounds == [
        ("Octavos de final", 8), ("Cuartos de final", 4), ("Semifinales", 2), ("Final", 1),
    ]  # fmt: skip
    assert "grupo final de cuatro equipos" in about("bracket/national")
    assert any("grupo final de cuatro" in note for note in view("bracket/national")["notes"])


def test_other_minutes_and_other_days_are_claims() -> None:
    assert "32" in claims("matches/final-2")
    assert "septiembre" in claims("matches/ucayali-title")


def about(topic: str) -> str:
    return " ".join(claim.says for claim in folded().claims_about(topic))


# How it is known


def test_every_fact_says_where_it_was_found_and_how_it_is_known() -> None:
    for fact in KNOWN.facts:
        assert fact.event.source
        assert fact.event.basis in ("reported", "derived", "inferred")


def test_a_home_side_that_no_source_gives_is_inferred() -> None:
    scheduled = [fact.event for fact in KNOWN.facts if isinstance(fact.event, MatchScheduled)]
    assert {event.match for event in scheduled if event.basis == "inferred"} == HOME_INFERRED


def test_what_no_source_gives_is_not_said() -> None:
    for fact in KNOWN.facts:
        assert fact.event.occurred_at is None
        if isinstance(fact.event, MatchScheduled) and fact.event.kick_off:
            assert len(fact.event.kick_off) == len("2013-12-15")
        if isinstance(fact.event, ShootOutKickTaken):
            assert fact.event.order is None


def test_the_score_that_follows_from_an_aggregate_is_derived() -> None:
    results = [fact.event for fact in KNOWN.facts if isinstance(fact.event, ResultRecorded)]
    derived = {event.match for event in results if event.basis == "derived" and event.home}
    assert derived == {"quarter-final-ab-1"}


# Every score, and no other


def test_25_scores_are_known() -> None:
    assert sum(SCORES.values()) == 25
    assert Counter(score for _, score, _ in scores()) == SCORES


def test_every_score_of_the_sources_is_there_with_its_source_and_no_other() -> None:
    published: Counter[tuple[str, str, str]] = Counter()
    for row in rows("matches.csv"):
        if row["home_goals"]:
            home, away = known_as(row["home"]), known_as(row["away"])
            score = f"{home} {row['home_goals']}-{row['away_goals']} {away}"
            stage = row["stage"].lower()
            if stage == "regional or national":
                stage = "regional"
            published[stage, score, row["source"]] += 1
    assert Counter(scores()) == published


def test_every_goal_card_and_kick_of_the_sources_is_there() -> None:
    kinds = {
        "goal": "goal_scored",
        "red card": "card_shown",
        "penalty missed": "penalty_missed",
        "goal disallowed, offside": "goal_disallowed",
        "shoot-out scored": "scored",
        "shoot-out missed": "missed",
    }
    published = Counter(
        (
            row["team"],
            "" if row["player"] == "(not found)" else row["player"],
            row["minute"],
            kinds[row["kind"].partition(" (")[0]],
            row["source"],
        )
        for row in rows("match-events.csv")
    )
    assert published - Counter(happenings()) == Counter()


def rows(name: str) -> list[dict[str, str]]:
    folder = os.environ.get("PITAZO_CONFORMANCE_DATA")
    if not folder:
        pytest.skip("PITAZO_CONFORMANCE_DATA names no folder of sources")
    with (Path(folder) / "copa-peru-2013" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def known_as(name: str) -> str:
    return {"La Bocana": "Defensor La Bocana"}.get(name, name)


def scores() -> Iterator[tuple[str, str, str]]:
    """Give each score that is recorded, with its stage and its source."""
    for fact in KNOWN.facts:
        event = fact.event
        if isinstance(event, ResultRecorded) and event.home is not None:
            match = view(f"matches/{event.match}")
            score = f"{match['home']['name']} {event.home}-{event.away} {match['away']['name']}"
            yield match["stage"], score, str(event.source)


def happenings() -> Iterator[tuple[str, str, str, str, str]]:
    """Give what is recorded of each match: for whom, who, when, what, and where it was found."""
    for fact in KNOWN.facts:
        event = fact.event
        if isinstance(event, GoalScored | GoalDisallowed | PenaltyMissed | CardShown):
            kind, minute = str(fact.content["type"]), event.minute
        elif isinstance(event, ShootOutKickTaken):
            kind, minute = "scored" if event.scored else "missed", None
        else:
            continue
        team = view(f"matches/{event.match}")[event.side]["name"]
        player = persons()[event.player] if event.player else ""
        yield team, player, "" if minute is None else str(minute), kind, str(event.source)


@pytest.mark.parametrize("match", ["ucayali-title", "region-1-b-extra"])
def test_no_source_says_on_whose_ground_an_extra_match_was_played(match: str) -> None:
    assert view(f"matches/{match}")["neutral"] is None


def test_results_of_which_the_leg_is_not_known_are_no_more_matches_than_were_played() -> None:
    listed = {fact.event.match for fact in KNOWN.facts if isinstance(fact.event, MatchScheduled)}
    extra = {"region-1-b-extra"}
    counted = view("competition")["matches"]
    assert (counted["leg_unknown"], counted["total"]) == (2, len(listed | extra) - 2)
    (scope,) = view("records")["scopes"]
    assert scope["biggest_away_win"]["value"] == 7
