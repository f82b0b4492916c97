"""The 2013 Copa Perú: what its season file leads to is what the sources say, and no more.

What is expected here was written by hand from the sources, not computed from the file.
"""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from events.types import (
    DrawHeld,
    PersonNamed,
    subject_of,
)
from projections.fold import Fold
from services import season

ROOT = Path(__file__).resolve().parents[2]


KNOWN = season.read(ROOT / "seasons" / "copa-peru-2013")


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


def matches() -> list[Any]:
    found = dict.fromkeys(fact.event.match for fact in KNOWN.facts if fact.event.match)
    return [view(f"matches/{match}") for match in found]
