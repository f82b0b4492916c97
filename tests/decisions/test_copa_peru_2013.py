"""The 2013 Copa Perú: what its season file leads to is what the sources say, and no more.

What is expected here was written by hand from the sources, not computed from the file.
"""

import csv
import json
import os
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from events.types import (
    CardShown,
    DrawHeld,
    GoalDisallowed,
    GoalScored,
    MatchScheduled,
    PenaltyMissed,
    PersonNamed,
    ResultRecorded,
    ShootOutKickTaken,
    subject_of,
)
from projections.fold import Fold
from services import season

ROOT = Path(__file__).resolve().parents[2]
KNOWN = season.read(ROOT / "seasons" / "copa-peru-2013")

# Of each department: the clubs that came to the Regional Stage, and where they are at home.
CLUBS: dict[str, dict[str, str | None]] = {
    "Amazonas": {
        "Bagua Grande": "Bagua Grande",
        "Deportivo Municipal (RdM)": "Rodríguez de Mendoza",
    },
    "Áncash": {"Universidad San Pedro": "Santa", "El Obrero": "Recuay"},
    "Apurímac": {"Cultural Santa Rosa": "Andahuaylas", "José María Arguedas": "Andahuaylas"},
    "Arequipa": {"Saetas de Oro": "Arequipa", "Internacional": "Arequipa"},
    "Ayacucho": {
        "Deportivo Municipal (Santillana)": "Ayacucho",
        "IST Federico Gonzáles": "Ayacucho",
    },
    "Cajamarca": {"Santa Ana": "Cajamarca", "Comerciantes Unidos": "Cajamarca"},
    "Callao": {"Márquez": "Callao", "Juventud La Perla": "Callao"},
    "Cusco": {"Real Municipal": "Cusco", "Deportivo Yawarmayu": "Cusco"},
    "Huancavelica": {
        "Deportivo Municipal (Paucará)": "Paucará",
        "Racing FBC": "Huancavelica",
    },
    "Huánuco": {"Real Panaococha": "Pachitea", "Unión Cayumba Grande": "Leoncio Prado"},
    "Ica": {"Defensor Zarumilla": "Ica", "San Ignacio": "Ica"},
    "Junín": {"Alipio Ponce": "Junín", "Sport Aguila": "Junín"},
    "La Libertad": {
        "Carlos A. Mannucci": "Trujillo",
        "Deportivo Municipal (Huamachuco)": "Huamachuco",
    },
    "Lambayeque": {"Universidad Señor de Sipán": None, "Willy Serrato": "Chiclayo"},
    "Lima": {"Unión Huaral": None, "AIPSA": "Lima"},
    "Loreto": {"Bolívar": None, "CNI": "Iquitos"},
    "Madre de Dios": {"30 de Agosto": None, "MINSA": "Tambopata"},
    "Moquegua": {"Estudiantes Alas Peruanas": None, "San Simón": "Moquegua"},
    "Pasco": {"Real Santiago Allauca": None, "Ecosem": "Pasco"},
    "Piura": {"Atlético Grau": None, "Defensor La Bocana": "Piura", "UD Paita": "Piura"},
    "Puno": {
        "Unión Fuerza Minera": None,
        "Binacional": "Puno",
        "Franciscano San Román": "Juliaca",
    },
    "San Martín": {"Unión César Vallejo": None, "Deportivo Cali": "San Martín"},
    "Tacna": {"Coronel Bolognesi": None, "4 de Diciembre": "Tacna"},
    "Tumbes": {"UD Chulucanas": None, "Sport San Martín": "Tumbes"},
    "Ucayali": {"Deportivo Bancos": None, "Sport Loreto": "Coronel Portillo"},
}

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

# Home sides that no source gives, in so many words.
HOME_INFERRED = {
    "moquegua-district-1", "ucayali-6", "region-2-b-12",
    "region-7-semi-final-a-1", "region-7-semi-final-b-1",
}  # fmt: skip


@cache
def folded() -> Fold:
    fold = Fold()
    for fact in (KNOWN.creation, *KNOWN.facts):
        version = fold.version(subject_of(fact.event)) + 1
        head = {"position": fold.position + 1, "version": version, "recorded_at": "2026-01-01"}
        fold.advance(replace(fact.event, **head))
    return fold


@cache
def view(topic: str) -> Any:
    return json.loads(msgspec.json.encode(folded().render(topic)))


def tie(section: str, name: str) -> Any:
    rounds = view(f"bracket/{section}")["rounds"]
    return next(tie for each in rounds for tie in each["ties"] if tie["tie"] == name)


def slots(section: str, name: str) -> list[tuple[str | None, str]]:
    """Name who is in the slots of a tie, and how certain that is."""
    shown = tie(section, name)["slots"]
    return [(slot["team"] and slot["team"]["team"], slot["certainty"]) for slot in shown]


def holders(leads_to: str, value: str) -> dict[str, str]:
    berths = view("berths")["berths"]
    led = [berth for berth in berths if berth["leads_to"].get(leads_to) == value]
    return {berth["berth"]: berth["team"]["name"] for berth in led}


def claims(topic: str) -> str:
    return " ".join(claim["says"] for claim in view(topic)["claims"])


def name_of(team: str) -> str:
    entry = folded().team(team)
    assert entry is not None
    return entry.names.full


# How it went


def test_san_simon_is_champion_and_goes_up_and_union_huaral_follows() -> None:
    assert holders("competition", "Torneo Descentralizado 2014") == {"primera-2014": "San Simón"}
    assert holders("competition", "Segunda División 2014") == {"segunda-2014": "Unión Huaral"}


def test_the_final_ends_4_3_on_aggregate_after_a_win_each() -> None:
    final = tie("national", "final")
    assert [team["team"] for team in final["teams"]] == ["union-huaral", "san-simon"]
    assert (final["points"], final["aggregate"]) == ([3, 3], [3, 4])
    assert (final["winner"], final["decided_by"]) == ("san-simon", "aggregate")


def test_union_huaral_comes_to_the_final_4_1_on_penalties() -> None:
    semi_final = tie("national", "semi-final-1")
    assert [team["team"] for team in semi_final["teams"]] == ["union-huaral", "willy-serrato"]
    assert semi_final["aggregate"] == [1, 1]
    assert (semi_final["winner"], semi_final["decided_by"]) == ("union-huaral", "shoot_out")
    assert semi_final["legs"][1]["shoot_out"] == {"home": 1, "away": 4}


def test_both_semi_finals_of_region_vii_are_decided_by_their_results() -> None:
    saetas = tie("region-7", "region-7-semi-final-a")
    assert (saetas["aggregate"], saetas["winner"]) == ([7, 3], "saetas-de-oro")
    assert (saetas["points"], saetas["decided_by"]) == ([3, 3], "aggregate")
    san_simon = tie("region-7", "region-7-semi-final-b")
    assert (san_simon["aggregate"], san_simon["winner"]) == ([1, 3], "san-simon")
    assert san_simon["decided_by"] == "points"


def test_an_extra_match_parts_two_of_group_b_of_region_i() -> None:
    extra = view("matches/region-1-b-extra")
    assert (extra["group"], extra["section"], extra["extra_match"]) == (
        "region-1-b", "region-1", True,
    )  # fmt: skip
    assert extra["score"] == {"home": 2, "away": 1}


def test_mannucci_and_willy_serrato_meet_and_willy_serrato_goes_through_6_4() -> None:
    mannucci = tie("national", "round-of-16-a")
    assert (mannucci["points"], mannucci["winner"]) == ([1, 4], "carlos-a-mannucci")
    assert mannucci["aggregate"] is None
    serrato = tie("national", "quarter-final-ab")
    assert (serrato["aggregate"], serrato["winner"]) == ([4, 6], "willy-serrato")


def test_union_huaral_leaves_lima_on_penalties_after_a_first_leg_won_by_a_goal() -> None:
    semi_final = tie("lima", "lima-semi-final-a")
    assert (semi_final["winner"], semi_final["decided_by"]) == ("union-huaral", "shoot_out")
    first_leg, second_leg = semi_final["legs"]
    assert first_leg["result"]["outcome"] == "home"
    assert first_leg["result"]["home"] is None
    assert second_leg["shoot_out"] == {"home": 4, "away": 5}


def test_the_draw_places_first_and_second_of_region_iii_before_they_are_known() -> None:
    drawn = {
        placed.slot: msgspec.to_builtins(placed.filled_by)
        for fact in KNOWN.facts
        if isinstance(fact.event, DrawHeld)
        for placed in fact.event.slots
    }
    assert len(drawn) == 16
    assert drawn["round-of-16-c/2"] == {"from": "berth", "berth": "region-3-first"}
    assert drawn["round-of-16-d/2"] == {"from": "berth", "berth": "region-3-second"}
    draw = next(i for i, fact in enumerate(KNOWN.facts) if isinstance(fact.event, DrawHeld))
    final = next(
        i for i, fact in enumerate(KNOWN.facts) if fact.content.get("tie") == "region-3-final"
    )
    assert draw < final
    assert slots("national", "round-of-16-c") == [("aipsa", "certain"), ("sport-loreto", "certain")]
    assert slots("national", "round-of-16-d") == [("union-huaral", "certain"), ("cni", "certain")]


def test_sixteen_clubs_two_of_each_region_come_to_the_national_stage() -> None:
    reached = holders("stage", "national")
    regions = Counter(berth.partition("-")[2][0] for berth in reached)
    assert regions == {str(region): 2 for region in range(1, 9)}
    drawn = [name for tie in "abcdefgh" for name, _ in slots("national", f"round-of-16-{tie}")]
    assert sorted(reached.values()) == sorted(name_of(name or "") for name in drawn)


# Who took part


def test_52_clubs_come_to_the_regional_stage_with_department_and_place_or_none_known() -> None:
    teams = {team["name"]: team for team in view("teams")["teams"]}
    found: dict[str, dict[str, str | None]] = {}
    for name in holders("stage", "regional").values():
        team = teams[name]
        found.setdefault(team["section_name"], {})[name] = team["place"]
        assert team["status"] == "entered"
    assert found == CLUBS
    places = [place for clubs in CLUBS.values() for place in clubs.values()]
    assert (len(places), places.count(None)) == (52, 12)


def test_three_came_by_resolution_one_withdrew_and_three_were_refused() -> None:
    teams = view("teams")["teams"]
    by_resolution = {team["name"] for team in teams if team["entry"] == "by_resolution"}
    assert by_resolution == {"UD Paita", "MINSA", "Franciscano San Román"}
    assert all(team["ruling"] for team in teams if team["entry"] == "by_resolution")
    assert {team["name"] for team in teams if team["status"] == "withdrawn"} == {
        "Real Sudamericano"
    }
    assert {team["name"] for team in teams if team["status"] == "refused"} == {
        "Hijos de Acosvinchos", "Cobresol", "Coronel Bolognesi FC",
    }  # fmt: skip


def test_only_of_two_it_is_said_that_they_were_runner_up_and_of_none_that_it_was_champion() -> None:
    entries = {team["name"]: team["entry"] for team in view("teams")["teams"]}
    assert {name for name, entry in entries.items() if entry == "runner_up"} == {
        "San Simón", "Real Sudamericano",
    }  # fmt: skip
    assert "champion" not in entries.values()


# Records and scorers


def test_the_away_records_and_the_nine_goals_come_out_of_the_results() -> None:
    [scope] = view("records")["scopes"]
    assert scope["stages"] == ["regional", "national"]
    away = scope["biggest_away_win"]
    assert away["value"] == 7
    goals = {match["home"]["name"]: match["goals"] for match in away["matches"]}
    assert goals == {"AIPSA": {"home": 1, "away": 8}, "Márquez": {"home": 0, "away": 7}}
    most = scope["highest_scoring"]
    assert (most["value"], [match["home"]["name"] for match in most["matches"]]) == (9, ["AIPSA"])


def test_the_home_record_is_5_0_and_the_6_2_of_the_page_stands_beside_it() -> None:
    [scope] = view("records")["scopes"]
    home = scope["biggest_home_win"]
    assert (home["value"], [match["home"]["name"] for match in home["matches"]]) == (
        5, ["Saetas de Oro"],
    )  # fmt: skip
    assert "Unión Huaral 6-2 Juventud La Perla" in claims("records")


def test_of_the_eight_goals_of_the_top_scorer_three_are_known() -> None:
    scorers = {each["player"]: each["goals"] for each in view("scorers")["scorers"]}
    assert scorers["p-san-simon-2"] == 3
    assert persons()["p-san-simon-2"] == "Jorge Rodríguez"
    assert any("8 goles" in note for note in view("bracket/national")["notes"])


def test_who_is_spelt_in_two_ways_scores_as_one() -> None:
    scorers = {each["player"]: each["goals"] for each in view("scorers")["scorers"]}
    for one, other, goals in (
        ("Josef Chávez", "José Chávez", 2),
        ("Jordy Seminario", "Yordy Seminario", 1),
    ):
        reference = {name: person for person, name in persons().items()}
        assert scorers[reference[one]] == goals
        assert reference[other] not in scorers


def test_the_log_holds_no_name_of_a_person() -> None:
    log = b"".join(msgspec.json.encode(fact.event) for fact in (KNOWN.creation, *KNOWN.facts))
    assert not [name for name in persons().values() if " " in name and name in log.decode()]


def persons() -> dict[str, str]:
    named = [fact.content for fact in KNOWN.facts if isinstance(fact.event, PersonNamed)]
    return {str(content["person"]): str(content["name"]) for content in named}


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


def matches() -> list[Any]:
    found = dict.fromkeys(fact.event.match for fact in KNOWN.facts if fact.event.match)
    return [view(f"matches/{match}") for match in found]


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
