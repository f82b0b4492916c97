"""How far a table has come, and which questions are open about it."""

from typing import Any

import pytest
from msgspec.structs import replace

from events.errors import Refused
from events.regulations import Berth
from events.types import (
    FinalWhistle,
    GoalScored,
    MatchAbandoned,
    MatchCalledOff,
    MatchPostponed,
    PeriodStarted,
    ProtestDecided,
    ProtestFiled,
    ResultAnnulled,
    ResultAwarded,
    ResultConfirmed,
)
from tests.decisions.tables import (
    DIFFERENCE,
    EXTRA_MATCH,
    FIRST,
    LOTS,
    POINTS,
    TWO_BEST,
    League,
    rules,
)

DECIDED = {"a_b": "1-0", "b_c": "1-0", "a_c": "1-0"}
ALL_LEVEL = {"a_b": "0-0", "b_c": "0-0", "a_c": "0-0"}
SECOND_SHARED = {"a_b": "1-0", "b_c": "0-0", "a_c": "1-0"}


def two(**fields: Any) -> League:
    """A group of two teams, in which one match says it all."""
    return League(rules(POINTS, LOTS, teams=("a", "b"), **fields))


def kinds(league: League) -> list[str]:
    return [question["kind"] for question in league.view()["open_questions"]]


# final


def test_a_table_is_final_when_all_have_met_and_all_results_stand() -> None:
    league = League().results(**DECIDED)
    assert (league.status, league.table) == ("final", "1 a, 2 b, 3 c")


def test_places_nobody_disputes_stay_shared_in_a_final_table() -> None:
    league = League().results(**SECOND_SHARED)
    assert (league.status, league.table) == ("final", "1 a, 2 b, 2 c")
    assert league.row("b")["level_with"] == ["c"]


def test_a_table_that_is_final_is_not_finalised_until_somebody_says_so() -> None:
    league = League().results(**DECIDED)
    assert league.view()["finalised_at"] is None
    finalised = league.finalise("a", "b", "c")
    assert league.view()["finalised_at"] == finalised.recorded_at


# in_play


def test_while_a_match_is_played_its_score_counts_and_the_table_is_in_play() -> None:
    league = League().results(a_b="1-0", b_c="1-0")
    league.schedule("a-c")
    league.about(PeriodStarted, "a-c", period="first_half")
    for _ in range(2):
        league.about(GoalScored, "a-c", side="away")
    assert (league.status, league.table) == ("in_play", "1 c, 2 b, 3 a")
    assert league.row("c")["points"] == 3


def test_a_match_being_played_comes_before_anything_else_that_is_open() -> None:
    league = two()
    league.schedule("a-b")
    league.about(PeriodStarted, "a-b", period="first_half")
    league.about(ProtestFiled, "a-b")
    assert league.status == "in_play"


# provisional


def test_a_table_is_provisional_while_a_match_is_still_to_be_played() -> None:
    league = League().results(a_b="1-0", b_c="1-0")
    league.schedule("a-c")
    assert league.status == "provisional"


def test_a_table_is_provisional_while_two_teams_have_not_met() -> None:
    assert League().results(a_b="1-0", b_c="1-0").status == "provisional"
    assert League().status == "provisional"


@pytest.mark.parametrize("kind", [MatchPostponed, MatchAbandoned])
def test_the_result_of_a_match_put_off_or_stopped_for_good_is_missing(
    kind: type[MatchPostponed],
) -> None:
    league = League().results(a_b="1-0", b_c="1-0")
    league.schedule("a-c")
    league.about(kind, "a-c")
    assert league.status == "provisional"


def test_a_match_called_off_counts_nothing_and_is_not_missing() -> None:
    league = League().results(a_b="1-0", b_c="1-0")
    league.schedule("a-c")
    league.about(MatchCalledOff, "a-c")
    assert (league.status, league.row("a")["played"]) == ("final", 1)


def test_a_result_is_provisional_until_confirmed_where_the_regulations_ask_for_it() -> None:
    league = two(confirm_results=True)
    league.result("a-b", "1-0")
    assert league.status == "provisional"
    league.about(ResultConfirmed, "a-b")
    assert league.status == "final"


def test_an_awarded_result_needs_no_confirmation() -> None:
    league = two(confirm_results=True)
    league.schedule("a-b")
    league.about(ResultAwarded, "a-b", outcome="home", home=3, away=0, reason="walkover")
    assert (league.status, league.row("a")["goals_for"]) == ("final", 3)


def test_a_disputed_result_keeps_the_table_provisional_until_somebody_confirms_it() -> None:
    league = two()
    league.schedule("a-b")
    league.about(PeriodStarted, "a-b", period="first_half")
    league.about(GoalScored, "a-b", side="home")
    league.about(FinalWhistle, "a-b", home=1, away=1)
    assert (league.status, kinds(league)) == ("provisional", ["disputed"])
    league.about(ResultConfirmed, "a-b")
    assert kinds(league) != ["disputed"]


def test_a_protest_keeps_a_result_provisional_until_it_is_decided() -> None:
    league = two()
    league.result("a-b", "1-0")
    protest = league.about(ProtestFiled, "a-b", by="b")
    assert (league.status, kinds(league)) == ("provisional", ["protest"])
    assert "a-b waits for a decision" in league.view()["open_questions"][0]["message"]
    decided = league.about(ProtestDecided, "a-b", target=protest.id, outcome="dismissed")
    assert league.status == "final"
    league.cancel(decided)
    assert league.status == "provisional"


# undecided


def test_a_table_is_undecided_while_a_berth_goes_to_some_of_the_level_teams() -> None:
    league = League(rules(POINTS, DIFFERENCE, LOTS, berths=(TWO_BEST,))).results(**SECOND_SHARED)
    assert league.status == "undecided"
    assert league.view()["open_questions"] == [
        {
            "kind": "level",
            "teams": ["b", "c"],
            "ranks": [2, 3],
            "settled_by": ["lots"],
            "organiser": None,
            "message": "b and c are level for places 2 and 3 of group-a, "
            "settled by lots among them (article 13)",
        }
    ]


def test_a_shared_place_within_a_berth_does_not_matter() -> None:
    league = League(rules(berths=(TWO_BEST,)))
    assert league.results(a_b="0-0", b_c="1-0", a_c="1-0").status == "final"


def test_a_shared_place_outside_every_berth_does_not_matter() -> None:
    assert League(rules(berths=(FIRST,))).results(**SECOND_SHARED).status == "final"


def test_without_berths_first_place_matters_where_the_rules_say_how_to_settle_it() -> None:
    assert League(rules(POINTS, LOTS)).results(**ALL_LEVEL).status == "undecided"
    assert League(rules(POINTS, LOTS)).results(**SECOND_SHARED).status == "final"
    assert League(rules(POINTS, DIFFERENCE)).results(**ALL_LEVEL).status == "final"


def test_where_the_rules_name_no_way_only_a_ruling_settles_it() -> None:
    league = League(rules(POINTS, berths=(FIRST,))).results(**ALL_LEVEL)
    assert league.view()["open_questions"][0]["settled_by"] == ["ruling"]
    league.ruling("c", ("a", "b"))
    assert (league.status, league.table) == ("final", "1 c, 2 a, 2 b")


def test_a_question_about_places_waits_until_all_results_stand() -> None:
    league = League(rules(POINTS, LOTS, berths=(FIRST,))).results(a_b="0-0", b_c="0-0")
    league.schedule("a-c")
    assert (league.status, kinds(league)) == ("provisional", [])
    league.result("a-c", "0-0")
    assert (league.status, kinds(league)) == ("undecided", ["level"])


def test_lots_settle_an_undecided_table() -> None:
    league = League(rules(POINTS, LOTS, berths=(FIRST,))).results(**ALL_LEVEL)
    league.lots("b", ("a", "c"))
    assert (league.status, league.table) == ("final", "1 b, 2 a, 2 c")


def test_an_extra_match_leaves_the_table_undecided_until_it_has_a_winner() -> None:
    league = League(rules(POINTS, EXTRA_MATCH, berths=(TWO_BEST,))).results(**SECOND_SHARED)
    league.extra_match("b-c-extra")
    assert league.status == "undecided"
    league.about(PeriodStarted, "b-c-extra", period="first_half")
    assert league.status == "in_play"
    league.about(GoalScored, "b-c-extra", side="away")
    assert league.table == "1 a, 2 b, 2 c"
    league.about(FinalWhistle, "b-c-extra", home=0, away=1)
    assert (league.status, league.table) == ("final", "1 a, 2 c, 3 b")
    assert league.why("b") == ("extra_match", 1, 2)


def test_an_ordered_extra_match_is_scheduled_and_played_and_stays_out_of_the_table() -> None:
    league = League(rules(POINTS, EXTRA_MATCH, berths=(TWO_BEST,))).results(**SECOND_SHARED)
    [asked] = league.view()["open_questions"]
    assert asked["message"].endswith("settled by an extra match between them (article 18)")
    before = {row["team"]: (row["played"], row["goals_for"]) for row in league.view()["rows"]}
    league.extra_match("b-c-extra")
    kick_off = "2026-02-01T15:30:00-05:00"
    league.schedule("b-c-extra", kick_off=kick_off, neutral=True)
    assert league.sheet("b-c-extra").extra_match
    league.about(PeriodStarted, "b-c-extra", period="first_half")
    league.about(GoalScored, "b-c-extra", side="home")
    league.about(FinalWhistle, "b-c-extra", home=1, away=0)
    after = {row["team"]: (row["played"], row["goals_for"]) for row in league.view()["rows"]}
    assert (after, league.table) == (before, "1 a, 2 b, 3 c")
    assert league.view()["open_questions"] == []
    league.finalise("a", "b", "c")


def test_without_a_criterion_left_the_organiser_rules() -> None:
    regulations = rules(POINTS, berths=(TWO_BEST,), organiser="Liga Nacional")
    league = League(regulations).results(**SECOND_SHARED)
    [asked] = league.view()["open_questions"]
    assert (asked["organiser"], asked["settled_by"]) == ("Liga Nacional", ["ruling"])
    assert asked["message"].endswith("settled by a ruling by Liga Nacional")
    stage = regulations.stages[0]
    section = replace(stage.sections[0], organiser="Liga Departamental de Amazonas")
    near = replace(regulations, stages=(replace(stage, sections=(section,)),))
    [asked] = League(near).results(**SECOND_SHARED).view()["open_questions"]
    assert asked["message"].endswith("settled by a ruling by Liga Departamental de Amazonas")


# Finalising


def test_a_group_with_an_open_question_is_not_finalised() -> None:
    league = League(rules(POINTS, LOTS, berths=(FIRST,))).results(**ALL_LEVEL)
    with pytest.raises(Refused) as refusal:
        league.finalise(("a", "b", "c"))
    assert "a, b and c are level for places 1 to 3" in str(refusal.value)


def test_a_group_with_a_missing_result_is_not_finalised() -> None:
    league = two()
    league.schedule("a-b")
    with pytest.raises(Refused) as refusal:
        league.finalise(("a", "b"))
    assert "the result of match a-b is missing" in str(refusal.value)


def test_only_the_order_of_the_table_can_be_finalised() -> None:
    league = League().results(**DECIDED)
    with pytest.raises(Refused):
        league.finalise("b", "a", "c")
    league.finalise("a", "b", "c")
    assert league.status == "final"


def test_who_finalises_a_group_whose_teams_have_not_all_met_says_that_it_is_over() -> None:
    league = League().results(a_b="1-0", b_c="1-0")
    league.finalise("a", "b", "c")
    assert league.status == "final"


def test_a_result_changed_after_finalising_is_an_open_question_and_finalising_again_ends_it() -> (
    None
):
    league = two()
    league.result("a-b", "1-0")
    league.finalise("a", "b")
    league.about(ResultAwarded, "a-b", outcome="away", home=0, away=3)
    assert (league.table, kinds(league)) == ("1 b, 2 a", ["finalised_differs"])
    league.finalise("b", "a")
    assert kinds(league) == []


def test_a_finalised_group_whose_table_changes_and_changes_back_has_no_question() -> None:
    league = two()
    league.result("a-b", "1-0")
    league.finalise("a", "b")
    annulled = league.about(ResultAnnulled, "a-b")
    assert kinds(league) == ["level", "finalised_differs"]
    league.cancel(annulled)
    assert kinds(league) == []


# Level teams whose places are all of one berth


def test_a_berth_that_level_teams_share_is_clinched_for_each_of_them() -> None:
    league = League(rules(POINTS, LOTS, berths=(FIRST, TWO_BEST)))
    league.results(a_b="0-0", b_c="1-0", a_c="1-0")
    assert (league.table, league.status) == ("1 a, 1 b, 3 c", "undecided")
    assert league.row("a")["berths"] == {"champion": "open", "next": "clinched"}
    assert league.row("c")["berths"] == {"champion": "eliminated", "next": "eliminated"}
    held = [
        (
            berth["berth"],
            berth["place"],
            berth["team"],
            [team["team"] for team in berth["shared_by"]],
        )
        for berth in league.view("berths")["berths"]
    ]
    assert held == [
        ("next", 1, None, ["a", "b"]),
        ("next", 2, None, ["a", "b"]),
        ("champion", 1, None, []),
    ]
    league.lots("b", "a")
    settled = [
        (berth["berth"], berth["team"]["team"], berth["shared_by"])
        for berth in league.view("berths")["berths"]
    ]
    assert settled == [("next", "b", []), ("next", "a", []), ("champion", "b", [])]


def test_places_beside_the_shared_ones_have_their_teams() -> None:
    three = Berth(id="next", name="Next stage", first=1, last=3)
    league = League(rules(POINTS, teams=("a", "b", "c", "d"), berths=(three,)))
    league.results(a_b="1-0", a_c="1-0", a_d="1-0", b_c="0-0", b_d="1-0", c_d="1-0")
    assert league.status == "final"
    held = [
        (berth["team"] and berth["team"]["team"], [team["team"] for team in berth["shared_by"]])
        for berth in league.view("berths")["berths"]
    ]
    assert held == [("a", []), (None, ["b", "c"]), (None, ["b", "c"])]
    league.about(ProtestFiled, "b-d")
    assert [berth["shared_by"] for berth in league.view("berths")["berths"]] == [[], [], []]
