"""What each view says, in the shape that docs/views.md promises."""

from typing import Any

from msgspec.structs import replace

from events.fields import Names
from events.regulations import Regulations, Round, Team, Tie
from events.types import (
    CardShown,
    FinalWhistle,
    GoalScored,
    MatchScheduled,
    MatchSuspended,
    NoteAdded,
    PeriodEnded,
    PeriodStarted,
    ProtestFiled,
    RegulationsAmended,
    ResultAnnulled,
    ResultAwarded,
    ResultRecorded,
    TeamEntered,
)
from tests.decisions.given import fact
from tests.decisions.tables import FIRST, GROUP, LOTS, POINTS, League, rules

KICK_OFF = "2025-06-01T15:00:00-05:00"


def with_final() -> Regulations:
    """A group of two, and a final in the same section."""
    [stage] = rules().stages
    tie = Tie(id="final", slots=(Team(team="a"), Team(team="b")))
    final = Round(id="finals", name="Final", ties=(tie,))
    section = replace(stage.sections[0], rounds=(final,))
    return replace(rules(), stages=(replace(stage, sections=(section,)),))


def league_of_two(**fields: Any) -> League:
    league = League(rules(POINTS, LOTS, teams=("a", "b"), **fields))
    league.schedule("a-b", kick_off=KICK_OFF, venue="Estadio", matchday=1)
    return league


def in_play() -> League:
    league = league_of_two()
    league.about(PeriodStarted, "a-b", period="first_half", occurred_at=KICK_OFF)
    return league


def goal(league: League, match: str = "a-b", side: str = "home", **fields: Any) -> Any:
    return league.about(GoalScored, match, side=side, **fields)


# A match in full


def test_a_match_in_full_says_how_it_stands() -> None:
    league = in_play()
    goal(league, minute=34, player="p-1", method="penalty")
    view = league.view("matches/a-b")
    timeline = view.pop("timeline")
    last_heard = view.pop("last_heard")
    assert last_heard == league.log[-1].recorded_at
    assert view == {
        "simulated": False,
        "match": "a-b",
        "stage": "departmental",
        "section": "amazonas",
        "group": GROUP,
        "tie": None,
        "leg": None,
        "matchday": 1,
        "kick_off": KICK_OFF,
        "date": None,
        "happened": None,
        "venue": "Estadio",
        "neutral": None,
        "extra_match": False,
        "home": {"team": "a", "name": "A", "short": "A", "code": None},
        "away": {"team": "b", "name": "B", "short": "B", "code": None},
        "play": "in_play",
        "standing": "none",
        "disputed": False,
        "under_protest": False,
        "score": {"home": 1, "away": 0},
        "result": None,
        "shoot_out": None,
        "extra_time": False,
        "period": "first_half",
        "period_running": True,
        "period_started_at": KICK_OFF,
        "coverage": "full",
        "version": 3,
        "sources": [],
        "claims": [],
        "notes": [],
    }
    assert [entry["type"] for entry in timeline] == [
        "match_scheduled",
        "period_started",
        "goal_scored",
    ]
    assert timeline[-1] == {
        "id": league.log[-1].id,
        "type": "goal_scored",
        "position": league.fold.position,
        "at": league.log[-1].recorded_at,
        "side": "home",
        "player": "p-1",
        "assist": None,
        "method": "penalty",
        "period": None,
        "minute": 34,
        "stoppage": None,
        "card": None,
        "scored": None,
        "score": {"home": 1, "away": 0},
        "amended": False,
        "text": None,
    }


def test_a_timeline_leaves_out_what_was_cancelled_and_marks_what_was_amended() -> None:
    league = in_play()
    first = goal(league, minute=10)
    league.cancel(goal(league, minute=20))
    league.amend(first, side="away", minute=11)
    goal(league, minute=30)
    goals = [e for e in league.view("matches/a-b")["timeline"] if e["type"] == "goal_scored"]
    assert [(e["minute"], e["side"], e["amended"], e["score"]) for e in goals] == [
        (11, "away", True, {"home": 0, "away": 1}),
        (30, "home", False, {"home": 1, "away": 1}),
    ]
    assert goals[0]["position"] == first.position


def test_a_note_about_a_match_is_in_its_timeline_and_its_source_is_named() -> None:
    league = in_play()
    league.about(NoteAdded, "a-b", text="it rains", source="a newspaper")
    view = league.view("matches/a-b")
    assert view["timeline"][-1]["text"] == "it rains"
    assert view["sources"] == ["a newspaper"]


def test_a_timeline_keeps_the_newest_two_hundred_facts() -> None:
    league = in_play()
    for minute in range(201):
        league.about(CardShown, "a-b", side="home", card="yellow", minute=minute % 91)
    timeline = league.view("matches/a-b")["timeline"]
    assert len(timeline) == 200
    assert timeline[-1]["position"] == league.fold.position


# Matches in short, of a group, of a date, being played


def test_matches_are_listed_by_kick_off_then_by_the_order_of_the_log() -> None:
    league = League(rules(teams=("a", "b", "c")))
    league.schedule("a-b")
    league.schedule("b-c")
    league.schedule("a-c", kick_off="2025-06-08")
    league.schedule("c-a", kick_off="2025-06-07T23:00:00-05:00")
    league.schedule("c-b", kick_off="2025-06-08T09:00:00+05:00")
    view = league.view(f"matches/{GROUP}")
    assert [short["match"] for short in view["matches"]] == ["a-c", "c-a", "c-b", "a-b", "b-c"]
    assert view["count"] == 5
    dates = league.view("matches/2025-06-08")
    assert [short["match"] for short in dates["matches"]] == ["a-c", "c-b"]


def test_a_match_in_short_has_what_a_board_shows() -> None:
    [short] = in_play().view("matches/2025-06-01")["matches"]
    assert short == {
        "match": "a-b",
        "section": "amazonas",
        "group": GROUP,
        "tie": None,
        "leg": None,
        "matchday": 1,
        "kick_off": KICK_OFF,
        "date": None,
        "happened": None,
        "extra_match": False,
        "home": {"team": "a", "name": "A", "short": "A", "code": None},
        "away": {"team": "b", "name": "B", "short": "B", "code": None},
        "play": "in_play",
        "standing": "none",
        "disputed": False,
        "under_protest": False,
        "score": {"home": 0, "away": 0},
        "result": None,
        "shoot_out": None,
        "extra_time": False,
        "period": "first_half",
        "period_running": True,
        "period_started_at": KICK_OFF,
    }


def test_a_leg_of_a_tie_says_which_it_is_and_when_it_was_as_far_as_that_is_known() -> None:
    league = League(with_final())
    league.record(
        fact(MatchScheduled, match="leg-1", tie="final", leg=1, home="a", away="b", date="2013-11")
    )
    league.record(fact(MatchScheduled, match="leg-2", tie="final", leg=2, home="b", away="a"))
    said = {"home": 2, "away": 1, "extra_time": True, "occurred": "2013-12-01/2013-12-15"}
    league.about(ResultRecorded, "leg-2", **said)
    listed = league.view("matches/final")
    assert listed["count"] == 2
    for first, second in (
        listed["matches"],
        (league.view("matches/leg-1"), league.view("matches/leg-2")),
    ):
        assert (first["tie"], first["leg"], first["date"]) == ("final", 1, "2013-11")
        assert (second["leg"], second["extra_time"]) == (2, True)
        assert (second["date"], second["happened"]) == (None, "2013-12-01/2013-12-15")
    assert league.view("matches/leg-1")["stage"] == "departmental"


def test_the_notes_about_a_match_stand_beside_what_is_claimed_about_it() -> None:
    league = in_play()
    note = league.about(NoteAdded, "a-b", text="the leg is not known", source="a newspaper")
    league.about(NoteAdded, "a-b", text="it rains")
    league.cancel(note)
    league.amend(league.log[-2], text="it rained")
    assert league.view("matches/a-b")["notes"] == [{"says": "it rained", "source": None}]


def test_live_are_the_matches_being_played_or_suspended() -> None:
    league = league_of_two()
    assert league.view("live") == {"simulated": False, "count": 0, "matches": []}
    league.about(PeriodStarted, "a-b", period="first_half")
    assert [m["play"] for m in league.view("live/amazonas")["matches"]] == ["in_play"]
    league.about(MatchSuspended, "a-b")
    assert [m["play"] for m in league.view("live")["matches"]] == ["suspended"]
    league.about(FinalWhistle, "a-b")
    assert league.view("live")["count"] == league.view("live/amazonas")["count"] == 0


def test_the_match_heard_of_last_is_the_first_of_the_live_ones() -> None:
    league = League(rules(teams=("a", "b", "c")))
    for match in ("a-b", "b-c"):
        league.schedule(match)
        league.about(PeriodStarted, match, period="first_half")
    goal(league, "a-b")
    assert [m["match"] for m in league.view("live")["matches"]] == ["a-b", "b-c"]


def test_only_a_section_with_ties_has_a_bracket_and_one_that_loses_them_says_so() -> None:
    league = league_of_two()
    assert "bracket/amazonas" not in league.fold.topics()
    league.record(fact(RegulationsAmended, regulations=with_final()))
    assert league.fold.topics()["bracket/amazonas"] == league.fold.position
    league.record(fact(RegulationsAmended, regulations=rules()))
    assert league.fold.topics()["bracket/amazonas"] == league.fold.position
    assert league.fold.render("bracket/amazonas") is None


def test_what_nobody_knows_is_no_view() -> None:
    league = league_of_two()
    for topic in ("matches/x", "live/x", "standings/x", "nonsense", "teams/a", "feed"):
        assert league.fold.render(topic) is None
        assert not league.fold.known_topic(topic)


# Scorers


def test_goals_make_scorers_and_equal_goals_share_a_rank() -> None:
    league = in_play()
    for player, method in (("p-2", "penalty"), ("p-1", "header"), ("p-2", None), ("p-3", None)):
        goal(league, player=player, method=method)
    goal(league, side="away", player="p-9", method="own_goal")
    goal(league, side="away")
    view = league.view("scorers")
    said = [(s["rank"], s["player"], s["goals"], s["penalties"]) for s in view["scorers"]]
    assert said == [(1, "p-2", 2, 1), (2, "p-1", 1, 0), (2, "p-3", 1, 0)]
    assert (view["count"], view["scorers"][0]["team"], view["scorers"][0]["name"]) == (3, "a", "A")


def test_coverage_says_of_how_many_matches_scores_and_scorers_are_known() -> None:
    league = League(rules(teams=("a", "b", "c")))
    league.result("a-b", "0-0")
    league.result("b-c", "1-0")
    league.result("c-a", "1-0")
    goal(league, "c-a", player="p-1")
    league.schedule("b-a")
    league.about(ResultAwarded, "b-a", outcome="home")
    league.schedule("c-b")
    coverage = league.view("scorers")["coverage"]
    assert coverage == {"matches": 4, "with_score": 3, "with_scorers": 2}


def test_goals_of_an_awarded_match_count_for_scorers_unless_the_decision_says_otherwise() -> None:
    league = in_play()
    goal(league, player="p-1")
    league.about(ResultAwarded, "a-b", outcome="away", home=0, away=3)
    assert league.view("scorers")["count"] == 1
    league.about(ResultAwarded, "a-b", outcome="away", home=0, away=3, counts_for_scorers=False)
    assert league.view("scorers")["count"] == 0


def test_goals_of_an_annulled_match_do_not_count_for_scorers_unless_the_decision_says_so() -> None:
    league = in_play()
    goal(league, player="p-1")
    annulled = league.about(ResultAnnulled, "a-b")
    assert league.view("scorers")["count"] == 0
    league.amend(annulled, counts_for_scorers=True)
    assert league.view("scorers")["count"] == 1


def test_a_cancelled_goal_is_taken_from_its_scorer() -> None:
    league = in_play()
    scored = goal(league, player="p-1")
    assert league.view("scorers")["count"] == 1
    cancelled = league.cancel(scored)
    assert league.view("scorers")["scorers"] == []
    league.cancel(cancelled)
    assert league.view("scorers")["count"] == 1


# Open questions


def test_open_questions_gather_what_somebody_has_to_decide() -> None:
    league = League(rules(POINTS, LOTS, teams=("a", "b"), berths=(FIRST,)))
    league.result("a-b", "0-0")
    assert league.view("open-questions") == {
        "simulated": False,
        "count": 1,
        "questions": [
            {
                "kind": "level",
                "about": f"standings/{GROUP}",
                "group": GROUP,
                "tie": None,
                "match": None,
                "teams": ["a", "b"],
                "settled_by": ["lots"],
                "organiser": None,
                "message": f"a and b are level for places 1 and 2 of {GROUP}, "
                "settled by lots among them (article 13)",
            }
        ],
    }
    league.about(ProtestFiled, "a-b")
    [question] = league.view("open-questions")["questions"]
    assert (question["kind"], question["about"], question["match"]) == (
        "protest",
        "matches/a-b",
        "a-b",
    )


def test_a_match_of_no_group_can_be_disputed_too() -> None:
    league = league_of_two()
    league.record(fact(TeamEntered, team="z", names=Names(full="Z")))
    league.fold.render("open-questions")
    friendly = {"home": "a", "away": "z"}
    league.record(fact(MatchScheduled, match="a-z", **friendly))
    league.about(PeriodStarted, "a-z", period="first_half")
    league.about(PeriodEnded, "a-z", period="first_half")
    league.about(FinalWhistle, "a-z", home=1, away=0)
    [question] = league.view("open-questions")["questions"]
    assert (question["kind"], question["group"]) == ("disputed", None)
