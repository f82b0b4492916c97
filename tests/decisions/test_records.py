"""Given what was played, then who holds the records, and of how many matches that is known."""

from typing import Any

from msgspec.structs import replace

from events.codec import Json
from events.regulations import RecordScope, Regulations, Section, Stage
from events.types import (
    ClaimRecorded,
    Event,
    FinalWhistle,
    GoalScored,
    GroupFormed,
    MatchCalledOff,
    MatchScheduled,
    PeriodStarted,
    RegulationsAmended,
    ResultAnnulled,
    ResultAwarded,
    ResultRecorded,
)
from tests.decisions.given import fact
from tests.decisions.tables import GROUP, League, rules


def two_stages(*scopes: RecordScope) -> Regulations:
    regulations = rules(teams=("a", "b", "c"), records=scopes)
    later = Stage(id="later", name="Later", sections=(Section(id="south", name="South"),))
    return replace(regulations, stages=(*regulations.stages, later))


FIRST = RecordScope(id="first", name="The first stage", stages=("departmental",))
BOTH = RecordScope(id="both", name="Both stages", stages=("departmental", "later"))


def records(league: League, scope: int = 0) -> Json:
    found: Json = league.view("records")["scopes"][scope]
    return found


def held(league: League, kind: str, scope: int = 0) -> tuple[int, list[str]] | None:
    best = records(league, scope)[kind]
    return (best["value"], [match["match"] for match in best["matches"]]) if best else None


def play(league: League, match: str, score: str, **fields: Any) -> Event:
    """Record a match of no group."""
    home, away = match.split("-")[:2]
    league.record(fact(MatchScheduled, match=match, home=home, away=away, **fields))
    return league.result(match, score)


def test_records_are_held_by_all_who_have_them() -> None:
    league = League().results(a_b="1-8", b_c="0-7", c_a="0-7", a_c="5-0", b_a="5-0")
    assert held(league, "biggest_away_win") == (7, ["a-b", "b-c", "c-a"])
    assert held(league, "biggest_home_win") == (5, ["a-c", "b-a"])
    assert held(league, "highest_scoring") == (9, ["a-b"])


def test_a_record_says_who_played_how_it_ended_and_when_as_far_as_that_is_known() -> None:
    league = League()
    league.schedule("a-b", kick_off="2013-11-02T15:30:00-05:00")
    league.result("a-b", "3-0")
    league.schedule("b-c", date="2013-11")
    league.result("b-c", "4-1")
    league.result("c-a", "3-0", occurred="2013-11-02/2013-11-03")
    league.result("c-b", "3-0")
    matches = records(league)["biggest_home_win"]["matches"]
    assert [match["date"] for match in matches] == [
        "2013-11-02",
        "2013-11",
        "2013-11-02/2013-11-03",
        None,
    ]
    assert matches[0] == {
        "match": "a-b",
        "home": {"team": "a", "name": "A", "short": "A", "code": None},
        "away": {"team": "b", "name": "B", "short": "B", "code": None},
        "goals": {"home": 3, "away": 0},
        "date": "2013-11-02",
    }


def test_without_scopes_there_is_one_over_all_stages() -> None:
    league = League(two_stages())
    league.result("a-b", "2-0")
    play(league, "b-c", "3-0", stage="later")
    play(league, "c-a", "4-0")
    [scope] = league.view("records")["scopes"]
    assert (scope["scope"], scope["name"], scope["stages"]) == ("all", None, [])
    assert held(league, "biggest_home_win") == (4, ["c-a"])
    assert scope["coverage"]["matches"] == 3


def test_each_scope_has_the_records_of_its_stages() -> None:
    league = League(two_stages(FIRST, BOTH))
    league.result("a-b", "2-0")
    play(league, "b-c", "3-0", section="south")
    assert held(league, "biggest_home_win", 0) == (2, ["a-b"])
    assert held(league, "biggest_home_win", 1) == (3, ["b-c"])
    assert [scope["name"] for scope in league.view("records")["scopes"]] == [
        "The first stage",
        "Both stages",
    ]
    assert [records(league, scope)["coverage"]["matches"] for scope in (0, 1)] == [1, 2]


def test_a_record_that_is_corrected_falls_to_the_next() -> None:
    league = League().results(a_b="2-0")
    greater = league.result("b-c", "6-0")
    assert held(league, "biggest_home_win") == (6, ["b-c"])
    league.cancel(greater)
    assert held(league, "biggest_home_win") == (2, ["a-b"])
    assert records(league)["coverage"]["matches"] == 1


def test_nobody_wins_at_home_or_away_on_neutral_ground() -> None:
    league = League()
    league.schedule("a-b", neutral=True)
    league.result("a-b", "7-0")
    assert held(league, "biggest_home_win") is None
    assert held(league, "highest_scoring") == (7, ["a-b"])


def test_what_was_awarded_without_play_or_annulled_is_no_record() -> None:
    league = League()
    league.schedule("a-b")
    league.about(MatchCalledOff, "a-b")
    league.about(ResultAwarded, "a-b", outcome="home", home=3, away=0, reason="walkover")
    league.result("b-c", "5-0")
    league.about(ResultAnnulled, "b-c")
    league.schedule("c-a")
    league.about(ResultRecorded, "c-a", outcome="away")
    assert [held(league, kind) for kind in ("biggest_home_win", "highest_scoring")] == [None, None]


def test_a_match_being_played_is_no_record_until_it_ends() -> None:
    league = League()
    league.schedule("a-b")
    league.about(PeriodStarted, "a-b", period="first_half")
    league.about(GoalScored, "a-b", side="away")
    assert held(league, "biggest_away_win") is None
    league.about(FinalWhistle, "a-b", home=0, away=1)
    assert held(league, "biggest_away_win") == (1, ["a-b"])


def test_coverage_counts_the_matches_that_nobody_knows_any_more() -> None:
    league = League().results(a_b="1-0", b_c="0-0")
    league.schedule("c-a")
    league.about(ResultRecorded, "c-a", outcome="unknown")
    assert records(league)["coverage"] == {"matches": 3, "with_score": 2, "with_scorers": 1}
    assert league.view("scorers")["coverage"] == records(league)["coverage"]


def test_a_claim_stands_beside_the_records() -> None:
    league = League().results(a_b="5-0")
    claim = league.record(fact(ClaimRecorded, about="records", says="6-2", source="a page"))
    assert league.view("records")["claims"] == [{"says": "6-2", "source": "a page"}]
    assert held(league, "biggest_home_win") == (5, ["a-b"])
    league.cancel(claim)
    assert league.view("records")["claims"] == []


def test_a_group_that_is_formed_in_another_stage_takes_its_records_along() -> None:
    league = League(two_stages(FIRST))
    league.result("a-b", "2-0")
    moved = {"stage": "later", "section": "south", "group": GROUP, "name": "A"}
    league.fold.render("records")
    league.record(fact(GroupFormed, teams=("a", "b", "c"), **moved))
    assert held(league, "biggest_home_win") is None
    assert league.view("matches/a-b")["stage"] == "later"


def test_amended_regulations_say_over_which_stages_there_are_records() -> None:
    league = League(two_stages(FIRST))
    league.result("a-b", "2-0")
    play(league, "b-c", "3-0", stage="later")
    league.fold.render("records")
    later = RecordScope(id="later", name="Later", stages=("later",))
    league.record(fact(RegulationsAmended, regulations=two_stages(later)))
    assert held(league, "biggest_home_win") == (3, ["b-c"])


def test_a_stage_that_is_called_otherwise_by_amended_regulations_keeps_its_records() -> None:
    league = League(two_stages(FIRST))
    league.result("a-b", "2-0")
    league.fold.render("records")
    stage = replace(two_stages().stages[0], id="renamed")
    scope = replace(FIRST, stages=("renamed",))
    renamed = replace(two_stages(scope), stages=(stage,))
    league.record(fact(RegulationsAmended, regulations=renamed))
    assert held(league, "biggest_home_win") == (2, ["a-b"])
    assert league.view("matches/a-b")["stage"] == "renamed"


def test_of_many_holders_the_first_are_listed_and_all_are_counted() -> None:
    league = League()
    for number in range(25):
        league.result(f"a-b-{number}", "1-0")
    best = records(league)["biggest_home_win"]
    assert (best["count"], len(best["matches"])) == (25, 20)
    assert best["matches"][0]["match"] == "a-b-0"
