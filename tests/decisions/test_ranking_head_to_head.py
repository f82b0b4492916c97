"""Head-to-head: whose matches count, and for whom it begins again."""

from msgspec.structs import replace

from events.criteria import Interim
from projections.ranking import ToPlay
from tests.decisions.contests import (
    DIFFERENCE,
    GOALS,
    POINTS,
    asked,
    by,
    contest,
    level,
    ranked,
    reasons,
    restarting,
)

# a, b and c have 4 points each. Among the three a and b have 4 and c none, a with +3 and b with
# +1; a and b drew with each other. Over all matches b has -1 and a -3.
THREE = {
    "a_b": "1-1", "a_c": "3-0", "b_c": "1-0", "d_a": "3-0", "e_a": "3-0", "d_b": "1-0",
    "e_b": "1-0", "c_d": "1-0", "c_e": "0-0", "d_e": "0-0",
}  # fmt: skip


def test_a_block_counts_the_matches_among_all_who_were_level_when_it_began() -> None:
    block = (by("points", "level", block="h2h"), by("goal_difference", "level", block="h2h"))
    league = contest(POINTS, *block, DIFFERENCE, **THREE)
    assert ranked(league) == "e > d > a > b > c"
    assert reasons(league)[2:] == [("goal_difference", "level", 3, 1), ("points", "level", 4, 0)]


def test_without_a_block_only_the_matches_among_those_still_level_count() -> None:
    league = contest(POINTS, level("points"), level("goal_difference"), DIFFERENCE, **THREE)
    assert ranked(league) == "e > d > b > a > c"
    assert reasons(league)[2:] == [("goal_difference", "all", -1, -3), ("points", "level", 4, 0)]


# a, b, c and d have 4 points each. Among the four a and b have +1, c and d -1; a beat b, c beat d.
FOUR = {
    "a_b": "2-0", "d_a": "1-0", "b_c": "3-0", "c_d": "2-0", "a_c": "0-0", "b_d": "0-0",
}  # fmt: skip


def test_four_level_that_split_two_and_two_restart_as_two_pairs() -> None:
    league = contest(POINTS, restarting("points"), restarting("goal_difference"), GOALS, **FOUR)
    assert ranked(league) == "a > b > c > d"
    assert reasons(league) == [
        ("points", "level", 3, 0),
        ("goal_difference", "level", 1, -1),
        ("points", "level", 3, 0),
    ]


def test_four_level_that_split_two_and_two_begin_a_block_again_as_two_pairs() -> None:
    block = (by("points", "level", block="h2h"), by("goal_difference", "level", block="h2h"))
    assert ranked(contest(POINTS, *block, GOALS, **FOUR)) == "a > b > c > d"


def test_four_level_that_split_two_and_two_go_on_where_the_rules_say_so() -> None:
    # b scored 3 and a 2, c 2 and d 1.
    league = contest(POINTS, level("points"), level("goal_difference"), GOALS, **FOUR)
    assert ranked(league) == "b > a > c > d"


def test_a_restart_of_the_list_asks_the_rule_for_two_of_those_whom_the_rule_for_more_left() -> None:
    # LaLiga: of more than two the points among them first, of two the goals among them.
    rules = (
        POINTS,
        by("points", "level", more_than=2, on_partial="restart_list"),
        by("goal_difference", "level", level=2),
        DIFFERENCE,
    )
    # a, b and c have 6 points each, of which c none against a and b. Of these b won the two
    # matches 2-1, and has -5 over all matches, a -4.
    scores = {**THREE, "a_b": "1-0", "b_a_2": "2-0", "d_b": "6-0", "c_e": "1-0"}
    league = contest(*rules, **scores)
    assert ranked(league) == "d > e > b > a > c"
    assert reasons(league)[2] == ("goal_difference", "level", 1, -1)
    assert asked(league, "a") == [
        "points level",
        "points level",
        "points level",
        "points more_than",
    ]


def test_head_to_head_that_was_never_played_is_passed_over() -> None:
    league = contest(POINTS, level("points"), DIFFERENCE, a_c="1-0", b_c="3-0")
    assert ranked(league) == "b > a > c"
    assert asked(league, "a") == ["points level", "points not_played"]


def test_of_head_to_head_counts_what_was_played_unless_the_rules_want_all_of_it() -> None:
    league = contest(POINTS, level("points"), DIFFERENCE, a_b="1-0", b_c="3-0")
    played_once = replace(league, to_play=(ToPlay("b", "a"), ToPlay("a", "c")))
    assert ranked(played_once) == "a > b > c"
    want_all = replace(
        played_once, criteria=(POINTS, by("points", "level", all_met=True), DIFFERENCE)
    )
    assert ranked(want_all) == "b > a > c"
    assert asked(want_all, "a") == ["points level", "points all_met"]
    assert ranked(replace(want_all, to_play=())) == "a > b > c"
    # The rules say that they meet twice, whatever the fixture list has.
    assert ranked(replace(want_all, to_play=(), complete=False, meetings=2)) == "b > a > c"


def test_until_level_teams_have_met_in_both_legs_an_interim_list_ranks_them() -> None:
    # LaLiga, until both legs are played: difference and goals. d and e have met twice.
    scores = {"a_b": "1-0", "b_c": "3-0", "d_e": "2-0", "e_d_2": "1-0", "d_c": "1-0", "e_c": "4-0"}
    final = (POINTS, level("goal_difference"), DIFFERENCE)
    interim = Interim(until="pair_met", criteria=(POINTS, DIFFERENCE))
    league = replace(contest(*final, **scores), interim=interim, to_play=(ToPlay("b", "a"),))
    assert ranked(league) == "d > e > b > a > c"
    assert reasons(league)[0] == ("goal_difference", "level", 1, -1)
    assert reasons(league)[2] == ("goal_difference", "all", 2, 1)
    assert ranked(replace(league, to_play=(), meetings=1)) == "d > e > a > b > c"


def test_a_circle_of_wins_leaves_all_level_for_what_follows() -> None:
    circle = {"a_b": "1-0", "b_c": "1-0", "c_a": "1-0", "a_d": "1-0", "b_d": "2-0", "c_d": "3-0"}
    head_to_head = (restarting("points"), restarting("goal_difference"), restarting("goals_for"))
    league = contest(POINTS, *head_to_head, DIFFERENCE, **circle)
    assert ranked(league) == "c > b > a > d"
    assert [reason[0] for reason in reasons(league)] == ["goal_difference"] * 2 + ["points"]
    assert ranked(contest(POINTS, *head_to_head, **circle)) == "a = b = c > d"
