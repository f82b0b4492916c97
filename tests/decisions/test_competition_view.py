"""What the view of the competition says, and the list of its teams."""

from msgspec.structs import replace

from events.fields import Names
from events.types import (
    CompetitionClosed,
    FinalWhistle,
    GroupFormed,
    MatchCalledOff,
    NoteAdded,
    PeriodStarted,
    RegulationsAmended,
    ResultAwarded,
    ResultRecorded,
    TeamEntered,
)
from tests.decisions.given import fact
from tests.decisions.tables import GROUP, rules
from tests.decisions.test_views import league_of_two


def test_the_competition_says_what_it_is_and_how_far_it_has_come() -> None:
    league = league_of_two(source="the printed rules", notes=("one", "two"))
    assert league.view("competition") == {
        "competition": "copa",
        "name": None,
        "time_zone": "UTC",
        "simulated": False,
        "private": False,
        "status": "created",
        "regulations": {
            "source": "the printed rules",
            "notes": ["one", "two"],
            "criteria": [
                {"metric": "points", "scope": "all", "article": "12"},
                {"metric": "lots", "scope": "all", "article": "13"},
            ],
            "confirm_results": False,
        },
        "stages": [
            {
                "stage": "departmental",
                "name": "Departmental",
                "sections_count": 1,
                "groups_count": 1,
                "sections": [
                    {
                        "section": "amazonas",
                        "name": "Amazonas",
                        "organiser": None,
                        "groups_count": 1,
                        "groups": [{"group": GROUP, "name": "Grupo A"}],
                    }
                ],
            }
        ],
        "teams": 2,
        "matches": {
            "total": 1,
            "played": 0,
            "in_play": 0,
            "not_played": 0,
            "unknown": 0,
            "leg_unknown": 0,
        },
        "notes": [],
        "notes_count": 0,
    }


def test_a_competition_runs_from_its_first_kick_off_until_it_is_closed() -> None:
    league = league_of_two()
    league.about(PeriodStarted, "a-b", period="first_half")
    view = league.view("competition")
    assert (view["status"], view["matches"]["in_play"]) == ("running", 1)
    league.about(FinalWhistle, "a-b")
    counted = league.view("competition")["matches"]
    assert (counted["total"], counted["played"], counted["in_play"]) == (1, 1, 0)
    league.record(fact(CompetitionClosed))
    assert league.view("competition")["status"] == "closed"


def test_the_competition_counts_apart_what_was_not_played_and_what_nobody_knows() -> None:
    league = league_of_two()
    league.about(MatchCalledOff, "a-b")
    assert league.view("competition")["matches"]["not_played"] == 1
    league.about(ResultRecorded, "a-b", outcome="unknown")
    counted = league.view("competition")["matches"]
    assert (counted["not_played"], counted["unknown"], counted["played"]) == (0, 1, 1)


def test_a_match_that_was_awarded_and_never_begun_is_counted_as_not_played() -> None:
    league = league_of_two()
    award = league.about(ResultAwarded, "a-b", outcome="home", home=3, away=0, reason="walkover")
    assert league.view("matches/a-b")["play"] == "not_played"
    counted = {
        "total": 1,
        "played": 0,
        "in_play": 0,
        "not_played": 1,
        "unknown": 0,
        "leg_unknown": 0,
    }
    assert league.view("competition")["matches"] == counted
    league.cancel(award)
    assert league.view("matches/a-b")["play"] == "scheduled"
    league.about(ResultAwarded, "a-b", outcome="home", home=3, away=0)
    league.about(PeriodStarted, "a-b", period="first_half")
    assert league.view("matches/a-b")["play"] == "in_play"


def test_a_group_formed_in_a_section_that_the_regulations_then_drop_is_still_shown() -> None:
    league = league_of_two()
    formed = {"stage": "departmental", "section": "amazonas", "group": "group-b", "name": "B"}
    league.record(fact(GroupFormed, teams=("a", "b"), **formed))
    [stage] = rules().stages
    section = replace(stage.sections[0], id="loreto", name="Loreto", groups=())
    for dropping in (replace(stage, sections=(section,)), replace(stage, id="national")):
        league.record(fact(RegulationsAmended, regulations=replace(rules(), stages=(dropping,))))
        stages = league.view("competition")["stages"]
        shown = [n for s in stages for n in s["sections"] if s["stage"] == "departmental"]
        assert [g["group"] for n in shown for g in n["groups"]] == ["group-b"]


def test_notes_about_the_competition_are_shown_with_their_source() -> None:
    league = league_of_two()
    league.record(fact(NoteAdded, text="two clubs have no ground", source="a newspaper"))
    assert league.view("competition")["notes"] == [
        {"text": "two clubs have no ground", "source": "a newspaper"}
    ]


def test_of_many_notes_the_newest_are_shown_and_all_that_stand_are_counted() -> None:
    league = league_of_two()
    notes = [league.record(fact(NoteAdded, text=str(number))) for number in range(60)]
    cancelled = league.cancel(notes[-1])
    league.amend(notes[-2], text="as it should read")
    view = league.view("competition")
    assert [note["text"] for note in view["notes"]] == [
        *map(str, range(9, 58)),
        "as it should read",
    ]
    assert view["notes_count"] == 59
    league.cancel(cancelled)
    assert league.view("competition")["notes_count"] == 60


def test_teams_are_listed_by_name_with_their_groups() -> None:
    league = league_of_two()
    league.record(
        fact(
            TeamEntered,
            team="z",
            names=Names(full="Agua", short="Ag", code="AG"),
            place="Bagua",
            entry="invited",
            source="a newspaper",
        )
    )
    view = league.view("teams")
    assert [team["name"] for team in view["teams"]] == ["A", "Agua", "B"]
    assert view["count"] == 3
    assert view["teams"][1] == {
        "team": "z",
        "name": "Agua",
        "short": "Ag",
        "code": "AG",
        "status": "entered",
        "section": None,
        "section_name": None,
        "place": "Bagua",
        "entry": "invited",
        "formerly": None,
        "reason": None,
        "ruling": None,
        "groups": [],
        "source": "a newspaper",
    }
    assert view["teams"][0]["groups"] == [GROUP]
