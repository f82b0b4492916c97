"""An invented season comes to its end by itself: one champion, and nothing left open."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

from events.types import DrawHeld, ResultAwarded, type_of
from projections.bracket import holder_of
from projections.fold import Fold
from services import season
from services.season import Fact
from services.settings import COMPETITION_BODY_BYTES_MAX
from services.simulation import pyramid
from services.simulation.edition import Size
from services.simulation.groups import round_robin
from services.simulation.invention import Stuck, invent

ROOT = Path(__file__).resolve().parents[2]
COPA_PERU = season.read(ROOT / "seasons" / "copa-peru-2013-simulated")
AMAZONAS = season.read(ROOT / "seasons" / "copa-peru-2025-amazonas")
SMALL = season.read(Path(__file__).with_name("small.toml"))

# Somewhere in every season.
HAPPENS = {
    "goal_scored", "card_shown", "substitution_made", "shoot_out_kick_taken", "extra_match_ordered",
    "lots_drawn", "draw_held", "berth_granted", "protest_filed", "protest_decided",
    "event_amended", "event_cancelled", "standings_finalised", "competition_closed",
}  # fmt: skip


class Invented:
    """A season that was invented to its end, and what it folded to."""

    def __init__(self, known: season.Season, seed: int, **options: Any) -> None:
        self.fold = Fold()
        self.facts = list(invent(known, seed, fold=self.fold, **options))

    @property
    def types(self) -> Counter[str]:
        return Counter(type_of(fact.event) for fact in self.facts)

    def view(self, topic: str) -> Any:
        return json.loads(msgspec.json.encode(self.fold.render(topic)))

    def assert_over(self) -> None:
        fold = self.fold
        assert fold.closed
        assert self.view("open-questions")["questions"] == []
        for group in fold.groups():
            table = fold.table(group)
            assert table is not None
            assert table.finalised is not None, group
            assert table.status == "final", group
        for tie in fold.setting.ties:
            pairing = fold.pairing(tie)
            assert pairing is not None
            assert pairing.settled.status == "decided", tie
        for berth in fold.setting.berths.values():
            if len(berth.sources) < 2:  # of several ranks, some may stay shared within the berth
                assert holder_of(fold, berth.berth).team is not None, berth.berth


@cache
def first() -> Invented:
    return Invented(COPA_PERU, 1)


@pytest.mark.parametrize("seed", range(1, 51))
def test_every_season_has_one_champion_and_something_of_everything(seed: int) -> None:
    """Each fact was checked before it was folded; a refused one would have stopped it."""
    invented = Invented(COPA_PERU, seed)
    invented.assert_over()
    assert invented.types.keys() >= HAPPENS
    awards = [fact.event for fact in invented.facts if isinstance(fact.event, ResultAwarded)]
    assert any(award.reason == "walkover" for award in awards)
    assert any(award.ruling is not None for award in awards)
    final = invented.fold.pairing("final")
    assert final is not None
    assert holder_of(invented.fold, "promoted-to-primera").team == final.settled.winner
    assert holder_of(invented.fold, "promoted-to-segunda").team == final.loser


def test_the_same_seed_is_the_same_season_and_another_one_is_another() -> None:
    again = Invented(SMALL, 7)
    contents = [fact.content for fact in Invented(SMALL, 7).facts]
    assert [fact.content for fact in again.facts] == contents
    other = Invented(SMALL, 8)
    assert {fact.content["id"] for fact in other.facts}.isdisjoint(c["id"] for c in contents)
    assert other.fold.setting.competition == "small-simulated-8"


@pytest.mark.parametrize("seed", range(1, 31))
def test_other_regulations_come_to_an_end_as_well(seed: int) -> None:
    Invented(SMALL, seed).assert_over()


def test_of_a_real_season_only_the_rules_and_the_names_of_its_clubs_are_taken() -> None:
    invented = Invented(AMAZONAS, 3)
    invented.assert_over()
    setting = invented.fold.setting
    assert setting.simulated
    assert setting.competition == "copa-peru-2025-amazonas-simulated-3"
    assert invented.fold.team("amazonas-fc") is not None
    assert invented.types["result_recorded"] == invented.types["claim_recorded"] == 0


def test_it_is_marked_as_simulated_from_its_first_fact() -> None:
    assert first().facts[0].content["simulated"] is True


def test_every_view_of_it_is_marked_as_simulated() -> None:
    views = {topic: first().view(topic) for topic in first().fold.topics()}
    views = {topic: view for topic, view in views.items() if view is not None}
    assert {topic.partition("/")[0] for topic in views} == {
        "competition", "teams", "standings", "matches", "live", "scorers", "records", "berths",
        "sections", "bracket", "open-questions",
    }  # fmt: skip
    assert [topic for topic, view in views.items() if view["simulated"] is not True] == []


def test_clubs_and_persons_say_that_they_are_invented() -> None:
    for fact in first().facts:
        if fact.content["type"] == "team_entered":
            assert fact.content["names"]["full"].startswith("Club Simulado ")
        if fact.content["type"] == "person_named":
            assert fact.content["name"].startswith("Jugador ")


def test_what_is_assumed_of_a_section_is_said_there() -> None:
    stages = COPA_PERU.creation.content["regulations"]["stages"]
    assert all(section["assumed"] for stage in stages for section in stage["sections"])


def test_a_draw_places_who_is_first_of_a_region_before_that_is_known() -> None:
    facts = first().facts
    [at] = [index for index, fact in enumerate(facts) if isinstance(fact.event, DrawHeld)]
    afterwards = {fact.content.get("match") for fact in facts[at:] if fact.happens}
    assert any(f"region-{number}-final-match" in afterwards for number in range(1, 9))
    drawn = [placed["filled_by"]["berth"] for placed in facts[at].content["slots"]]
    assert len(set(drawn)) == len(drawn) == 16
    regions = [berth.rpartition("-")[0] for berth in drawn]
    assert all(one != other for one, other in zip(regions[::2], regions[1::2], strict=True))


def test_what_happens_at_a_ground_is_told_in_the_order_in_which_it_happened() -> None:
    last: dict[str, str] = {}
    for fact in first().facts:
        if fact.happens:
            at = fact.content["occurred_at"]
            assert at >= last.get(fact.content["match"], "")
            last[fact.content["match"]] = at


def test_matches_of_one_sunday_are_played_at_the_same_time() -> None:
    of = [fact.content["match"] for fact in first().facts if fact.happens][:200]
    assert len(set(of[:20])) > 2


@pytest.mark.parametrize("number", range(2, 11))
@pytest.mark.parametrize("twice", [False, True])
def test_in_a_round_robin_all_meet_and_nobody_plays_twice_a_day(number: int, twice: bool) -> None:
    teams = [f"team-{one}" for one in range(number)]
    days = round_robin(teams, twice=twice)
    pairs = Counter(frozenset(pair) for day in days for pair in day)
    assert set(pairs.values()) == {2 if twice else 1}
    assert len(pairs) == number * (number - 1) // 2
    for day in days:
        assert len({team for pair in day for team in pair}) == 2 * len(day)


def test_where_nobody_is_known_to_come_it_says_so() -> None:
    content = json.loads(json.dumps(SMALL.creation.content))
    content["regulations"]["stages"][1]["sections"][0]["groups"][0]["berths"] = []
    content["regulations"]["stages"][1]["sections"][0]["rounds"][0]["ties"][0]["slots"] = [
        {"from": "unknown"}, {"from": "unknown"}
    ]  # fmt: skip
    known = season.Season(SMALL.competition, Fact(content, SMALL.creation.event), ())
    with pytest.raises(Stuck, match="south, national"):
        Invented(known, 1)


# The whole pyramid


def test_districts_and_provinces_come_before_the_first_stage() -> None:
    known = pyramid.extended(SMALL, 30)
    invented = Invented(known, 1, size=Size(clubs_least=2, clubs_most=3))
    invented.assert_over()
    names = [stage.id for stage in invented.fold.setting.regulations.stages]
    assert names == ["district", "provincial", "departmental", "regional", "national"]
    assert invented.types["team_entered"] >= 60


def test_the_regulations_of_all_districts_fit_into_a_request() -> None:
    known = pyramid.extended(COPA_PERU, pyramid.DISTRICTS)
    district, province, *_ = known.creation.content["regulations"]["stages"]
    assert (len(district["sections"]), len(province["sections"])) == (1874, 196)
    assert len(msgspec.json.encode(known.creation.content)) < COMPETITION_BODY_BYTES_MAX


def test_too_few_districts_are_refused_with_the_least_that_do() -> None:
    with pytest.raises(pyramid.TooFewDistricts, match="ask for 200"):
        pyramid.extended(COPA_PERU, 10)
