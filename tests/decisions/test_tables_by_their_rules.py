"""A group's table as its log and its regulations come to it, rule by rule."""

from typing import Any

from msgspec.structs import replace

from events.regulations import (
    Berth,
    EachGroup,
    Group,
    Interim,
    PointsPerResult,
    Regulations,
    Section,
    Stage,
    Walkover,
)
from events.types import (
    CardShown,
    MatchScheduled,
    RankDecided,
    ResultAwarded,
    ResultRecorded,
    TeamWithdrawn,
)
from tests.decisions.contests import by
from tests.decisions.given import fact
from tests.decisions.tables import DIFFERENCE, FIRST, GROUP, LOTS, POINTS, TWO_BEST, League, rules


def in_section(regulations: Regulations, **fields: Any) -> Regulations:
    [stage] = regulations.stages
    [section] = stage.sections
    section = replace(section, **fields)
    return replace(regulations, stages=(replace(stage, sections=(section,)),))


# Which rules govern


def test_the_nearest_rules_govern_a_table() -> None:
    two_a_win = PointsPerResult(win=2)
    league = League(in_section(rules(POINTS), points=two_a_win)).results(a_b="1-0")
    assert league.row("a")["points"] == 2
    by_stage = rules(POINTS)
    by_stage = replace(by_stage, stages=(replace(by_stage.stages[0], points=two_a_win),))
    assert League(by_stage).results(a_b="1-0").row("a")["points"] == 2


def test_what_every_group_has_is_a_berth_of_this_one() -> None:
    each = EachGroup(berths=(Berth(id="next", name="Next", first=1, last=1),), meetings=2)
    league = League(in_section(rules(POINTS, teams=("a", "b")), each_group=each))
    league.results(a_b="1-0")
    assert league.status == "provisional"
    league.result("b-a", "0-0")
    assert league.status == "final"
    assert league.row("a")["berths"] == {f"{GROUP}-next": "clinched"}


def test_a_shared_place_that_matters_may_be_final_where_the_rules_say_so() -> None:
    shared = rules(POINTS, LOTS, teams=("a", "b"), berths=(FIRST,))
    assert League(shared).results(a_b="0-0").status == "undecided"
    share = replace(shared, on_exhausted="share")
    assert League(share).results(a_b="0-0").status == "final"


def test_a_rule_that_nobody_knows_is_no_open_question() -> None:
    unknown = rules(POINTS, by("unknown"), LOTS, teams=("a", "b"), berths=(FIRST,))
    league = League(unknown).results(a_b="0-0")
    assert (league.table, league.status) == ("1 a, 1 b", "final")
    league.lots("b", "a")
    assert (league.table, league.status) == ("1 b, 2 a", "final")


def test_an_interim_table_ranks_until_all_is_played() -> None:
    interim = Interim(until="all_played", criteria=(POINTS,))
    league = League(rules(POINTS, DIFFERENCE, interim=interim)).results(a_c="3-0", b_c="1-0")
    assert league.table == "1 a, 1 b, 3 c"
    league.result("a-b", "0-0")
    assert league.table == "1 a, 2 b, 3 c"


# What criteria read


def test_the_place_in_another_table_follows_that_table() -> None:
    earlier = Group(id="earlier", name="Earlier", teams=("a", "b"))
    final = Group(id=GROUP, name="Final", teams=("a", "b"))
    last = Section(
        id="last", name="Last", groups=(final,), criteria=(POINTS, by("place", group="earlier"))
    )
    first = Section(id="first", name="First", groups=(earlier,))
    stages = (Stage(id="stage", name="Stage", sections=(first, last)),)
    league = League(Regulations(criteria=(POINTS,), stages=stages))
    league.result("a-b", "0-0")
    at_first = league.fold.topics()[f"standings/{GROUP}"]
    assert league.table == "1 a, 1 b"
    league.record(fact(MatchScheduled, match="early", home="b", away="a", group="earlier"))
    league.about(ResultRecorded, "early", home=1, away=0)
    assert league.table == "1 b, 2 a"
    assert league.why("a") == ("place", 1, 2)
    assert league.fold.topics()[f"standings/{GROUP}"] > at_first


def test_half_time_points_come_from_the_half_time_scores_of_results() -> None:
    league = League(rules(POINTS, by("half_time_points")))
    league.result("a-c", "1-0", half_time={"home": 1, "away": 0})
    league.result("b-c", "2-0", half_time={"home": 0, "away": 0})
    assert league.table == "1 a, 2 b, 3 c"
    assert league.why("b") == ("half_time_points", 3, 1)


def test_conduct_counts_one_deduction_a_player_a_match() -> None:
    league = League(rules(POINTS, by("conduct"), teams=("a", "b")))
    league.result("a-b", "0-0")
    # Two yellows of one player are -3 together, two of two players -2.
    for side, player, card in (
        ("home", "p-1", "yellow"), ("home", "p-1", "second_yellow"),
        ("away", "p-2", "yellow"), ("away", "p-3", "yellow"),
    ):  # fmt: skip
        league.about(CardShown, "a-b", side=side, player=player, card=card)
    assert league.why("a") == ("conduct", -2, -3)


def test_first_legs_are_told_by_the_order_of_play() -> None:
    league = League(rules(POINTS, by("goals_for", "first_leg"), teams=("a", "b")))
    league.schedule("b-a", kick_off="2025-06-08T15:00:00-05:00")
    league.result("b-a", "0-1")
    league.schedule("a-b", kick_off="2025-06-01T15:00:00-05:00")
    league.result("a-b", "2-3")
    assert league.why("a") == ("goals_for", 3, 2)


# Results that are not played


def test_an_award_without_goals_counts_those_of_a_walkover() -> None:
    regulations = rules(POINTS, DIFFERENCE, walkover=Walkover(goals=3))
    league = League(regulations).results(a_b="5-0", b_c="1-0")
    league.schedule("a-c")
    league.about(ResultAwarded, "a-c", outcome="home")
    assert [league.row("a")[name] for name in ("goals_for", "goals_against")] == [8, 0]
    league.about(ResultAwarded, "a-b", outcome="home")
    # What was played is worse for the side at fault, and so it stands.
    assert league.row("a")["goals_for"] == 8
    league.about(ResultAwarded, "a-b", outcome="away")
    assert league.row("b")["goals_for"] == 4


def left(policy: str) -> League:
    regulations = rules(POINTS, DIFFERENCE, teams=("a", "b", "c", "x"), withdrawal=policy)
    league = League(regulations).results(a_b="2-1", b_c="1-0", c_a="1-1", a_x="3-0")
    for match in ("b-x", "x-c"):
        league.schedule(match)
    league.record(fact(TeamWithdrawn, team="x"))
    return league


def test_who_withdraws_may_have_all_its_results_annulled() -> None:
    league = left("annul")
    assert (league.table, league.status) == ("1 a, 2 b, 3 c, 4 x", "final")
    assert [league.row(team)["played"] for team in "abcx"] == [2, 2, 2, 0]
    assert league.why("x") == ("withdrawal", 0, 1)


def test_averages_after_a_withdrawal_are_exact_and_shown_as_text() -> None:
    league = left("average")
    assert league.status == "final"
    assert [league.row(team)["points"] for team in "abc"] == [7, "9/2", "3/2"]
    assert league.row("b")["goal_difference"] == 0
    assert league.row("c")["goals_for"] == "3/2"


def test_results_of_who_withdrew_stand_where_the_rules_say_nothing() -> None:
    league = left("stand")
    assert league.status == "provisional"
    assert league.row("a")["points"] == 7


def test_a_ruling_that_overrides_relegates_whoever_it_names() -> None:
    league = League(rules(POINTS, berths=(TWO_BEST,))).results(a_b="1-0", b_c="1-0", a_c="1-0")
    league.record(fact(RankDecided, group=GROUP, order=(("b", "c"), "a"), overrides=True))
    assert (league.table, league.status) == ("1 b, 2 c, 3 a", "final")
    assert league.why("a") == ("ruling", 1, 3)


def test_only_what_the_rules_ask_for_at_these_places_settles_them() -> None:
    cup = (POINTS, by("lots", contest=(1, 2)), by("extra_match", contest=(2, 3), article="20"))
    regulations = rules(*cup, teams=("a", "b", "c", "d"), berths=(FIRST, TWO_BEST))
    first = League(regulations).results(a_c="1-0", b_d="1-0", a_d="1-0", b_c="1-0", a_b="0-0")
    first.result("c-d", "1-0")
    [asked] = first.view()["open_questions"]
    assert (asked["teams"], asked["settled_by"]) == (["a", "b"], ["lots"])
    second = League(regulations).results(a_b="1-0", a_c="1-0", a_d="1-0", b_d="1-0", c_d="1-0")
    second.result("b-c", "0-0")
    [asked] = second.view()["open_questions"]
    assert (asked["teams"], asked["settled_by"]) == (["b", "c"], ["extra_match"])
    assert "an extra match between them (article 20)" in asked["message"]
