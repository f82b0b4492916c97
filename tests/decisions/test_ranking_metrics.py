"""Every metric over every scope, with numbers worked out by hand."""

import pytest
from msgspec.structs import replace

from events.criteria import ExternalList, Metric, PointsPerResult, ScopePart, Withdrawal
from projections.ranking import Contest, Played, ToPlay, rank
from tests.decisions.contests import (
    DIFFERENCE,
    GOALS,
    POINTS,
    below,
    by,
    contest,
    level,
    played,
    ranked,
    reasons,
)

# Goals for and against


def test_fewer_goals_against_are_better() -> None:
    league = contest(POINTS, by("goals_against"), a_c="3-1", b_c="1-0")
    assert ranked(league) == "b > a > c"
    assert reasons(league)[0] == ("goals_against", "all", 0, 1)


def test_more_draws_are_better_where_the_rules_ask_for_them() -> None:
    league = contest(by("draws"), a_b="0-0", b_c="0-0", a_c="1-0")
    assert reasons(league) == [("draws", "all", 2, 1)]


def test_goal_average_is_exact() -> None:
    # 31 to 3 and 62 to 6 are the same; 32 to 3 is better by no more than a third of a goal.
    league = contest(by("goal_average"), a_x="31-3", b_y="62-6", c_z="32-3")
    assert ranked(league).startswith("c > a = b > ")
    assert reasons(league)[0] == ("goal_average", "all", "32/3", "31/3")


def test_who_conceded_nothing_is_above_any_who_did_and_level_with_another_such() -> None:
    # World Cup 1954, group 3: Uruguay 9-0, Austria 6-0.
    league = contest(POINTS, by("goal_average"), u_x="9-0", a_y="6-0", b_z="99-1")
    assert ranked(league).startswith("a = u > b > ")
    assert reasons(league)[0] == ("goal_average", "all", "∞", 99)


def test_a_goal_average_is_that_of_the_scope() -> None:
    league = contest(POINTS, by("goal_average", "away"), a_b="1-0", b_a="3-1", a_c="0-0", b_c="0-0")
    # Away from home a scored 1 and conceded 3, b scored none and conceded 1.
    assert reasons(league)[0] == ("goal_average", "away", "1/3", 0)


# Scopes


@pytest.mark.parametrize(
    ("scope", "numbers"),
    [("home", (3, 1)), ("away", (5, 2)), ("first_leg", (5, 3)), ("second_leg", (2, 1))],
)
def test_a_scope_counts_the_matches_at_home_or_away_or_of_one_leg(
    scope: ScopePart, numbers: tuple[int, int]
) -> None:
    league = contest(by("goals_for", scope), a_b="3-1", b_a_2="1-2", c_b="0-4", c_b_2="0-0")
    # a: home 3, away 2, first 3, second 2. b: home 1, away 1 + 4, first 1 + 4, second 1.
    assert reasons(league)[0] == ("goals_for", scope, *numbers)


def test_parts_of_a_scope_hold_together() -> None:
    # Of its 6 goals away b scored 5 against c, which is not level with it.
    among_them_away = by("goals_for", ("level", "away"))
    scores = {"a_b": "1-1", "b_a_2": "2-2", "a_c": "0-1", "c_b": "9-5"}
    league = contest(POINTS, among_them_away, **scores)
    assert ranked(league) == "c > a > b"
    assert reasons(league)[1] == ("goals_for", "level+away", 2, 1)
    assert below(league, "b").matches == ("a-b", "b-a-2")


def test_a_match_on_neutral_ground_is_nobodys_home_match() -> None:
    results = (played("a_b", "0-3", neutral=True), played("b_c", "0-1"))
    league = Contest(("a", "b", "c"), results, (by("goals_for", "away"),))
    assert ranked(league) == "c > a = b"


def test_a_leg_of_which_nobody_knows_which_it_was_parts_nobody() -> None:
    results = (played("a_b", "2-0", leg=None), played("b_c", "1-0"))
    league = Contest(("a", "b", "c"), results, (by("goals_for", "first_leg"),))
    assert ranked(league) == "a = b = c"
    assert rank(league)[0].level_by[0].because == "not_known"


def test_matches_against_those_at_a_place_and_below_are_left_out() -> None:
    # d is last. Without the matches against it a has +1, b 0 and c -1.
    scores = {"a_b": "1-1", "b_c": "1-1", "a_c": "1-0", "a_d": "0-3", "b_d": "2-0", "c_d": "2-0"}
    league = contest(POINTS, by("goal_difference", without_ranks_from=4), **scores)
    assert ranked(league) == "b > a > c > d"
    three = replace(league, adjustments={"b": -1, "d": -3})
    assert reasons(three)[0] == ("goal_difference", "all", 1, 0)
    assert below(three, "b").matches == ("a-b", "a-c", "b-c")


def test_best_thirds_of_groups_of_different_size_are_compared_without_the_last() -> None:
    # x was third of four, y third of three; x beat the last of its group.
    of_four = (played("x_a", "0-1"), played("x_b", "0-1"), played("x_c", "9-0"))
    results = (*of_four, played("y_d", "1-1"), played("y_e", "0-1"))
    own_places = {"a": 1, "b": 2, "x": 3, "c": 4, "d": 1, "e": 2, "y": 3}
    compared = by("points", without_ranks_from=4)
    league = Contest(("x", "y"), results, (compared,), own_places=own_places)
    assert ranked(league) == "y > x"
    assert reasons(league) == [("points", "all", 1, 0)]
    assert ranked(replace(league, criteria=(POINTS,))) == "x > y"


@pytest.mark.parametrize(
    ("metric", "numbers"),
    [("points", (3, 0)), ("goals_for", (1, -2)), ("goal_difference", (1, -2))],
)
def test_deductions_count_beside_matches_that_are_left_out(
    metric: Metric, numbers: tuple[int, int]
) -> None:
    # Without q, who was last of its group, both won 1-0; from a three are deducted.
    results = (played("a_p", "1-0"), played("b_p", "1-0"), played("a_q", "1-0"))
    compared = by(metric, without_ranks_from=4)
    league = Contest(
        ("a", "b"),
        (*results, played("b_q", "0-0")),
        (compared,),
        adjustments={"a": -3},
        goal_adjustments={"a": -3},
        own_places={"a": 1, "b": 1, "p": 3, "q": 4},
    )
    assert ranked(league) == "b > a"
    assert reasons(league) == [(metric, "all", *numbers)]
    assert ranked(replace(league, adjustments={}, goal_adjustments={})) == "a = b"
    at_home = replace(league, criteria=(replace(compared, scope="home"),))
    assert ranked(at_home) == "a = b"


# Opponents, rivals, half-time


def test_the_points_goals_and_difference_of_the_opponents_are_added_up() -> None:
    # a met only c, which has 1 point and 2 goals to 3, and b only d, with none and 1 to 3.
    scores = {"a_c": "1-0", "b_d": "1-0", "c_e": "2-2", "d_e": "1-2"}

    def parted(metric: Metric) -> tuple[object, ...]:
        return reasons(contest(POINTS, by(metric), **scores))[1]

    assert parted("opponents_points") == ("opponents_points", "all", 1, 0)
    assert parted("opponents_goals") == ("opponents_goals", "all", 2, 1)
    assert parted("opponents_goal_difference") == ("opponents_goal_difference", "all", -1, -2)


def test_an_adjustment_counts_among_the_points_of_an_opponent() -> None:
    league = contest(POINTS, by("opponents_points"), a_c="1-0", b_d="1-0")
    assert ranked(replace(league, adjustments={"d": 1})) == "b > a > d > c"


def test_relative_points_weigh_what_was_won_by_what_the_rival_is_worth() -> None:
    # Copa Perú 2019. a and b have 4 points; c has 3 and d none and both drew or lost to them so:
    # a beat c (3 x 3) and drew with b (1 x 4): 13. b beat d (3 x 0) and drew with a (1 x 4): 4.
    league = contest(POINTS, by("relative_points"), a_c="1-0", a_b="0-0", b_d="1-0", c_d="1-0")
    assert ranked(league) == "a > b > c > d"
    assert reasons(league)[0] == ("relative_points", "all", 13, 4)


def halves(*matches: tuple[str, str, tuple[int, int] | None]) -> Contest:
    results = tuple(played(match, score, half_time=half) for match, score, half in matches)
    return Contest(("a", "b", "c"), results, (POINTS, by("half_time_points"), DIFFERENCE))


def test_points_by_half_time_scores_are_counted_as_results_are() -> None:
    # At half-time a led c and b was level with c.
    league = halves(("a_c", "1-0", (1, 0)), ("b_c", "3-0", (0, 0)))
    assert ranked(league) == "a > b > c"
    assert reasons(league)[0] == ("half_time_points", "all", 3, 1)


def test_a_half_time_score_that_is_not_known_parts_nobody() -> None:
    league = halves(("a_c", "1-0", (1, 0)), ("b_c", "3-0", None))
    assert ranked(league) == "b > a > c"
    assert [each.because for each in below(league, "a").passed] == ["level", "not_known"]


# Points


def test_a_shoot_out_may_be_worth_points_of_its_own() -> None:
    drawn = played("a_b", "1-1", shoot_out=(3, 4))
    worth = PointsPerResult(shoot_out_win=2, shoot_out_loss=1)
    league = Contest(("a", "b"), (drawn,), (POINTS,), worth)
    assert reasons(league) == [("points", "all", 2, 1)]
    assert ranked(replace(league, points=PointsPerResult())) == "a = b"


def test_goals_may_be_taken_away_as_points_are() -> None:
    league = replace(contest(POINTS, DIFFERENCE, a_b="1-1"), goal_adjustments={"a": -1})
    assert reasons(league) == [("goal_difference", "all", 0, -1)]


# Lists and other tables


def test_an_external_list_ranks_by_its_numbers_in_the_direction_it_has() -> None:
    rows: dict[str, int | str] = {"a": 7, "b": "31/3", "c": "10.25"}
    league = contest(POINTS, by("list", list="coefficients"), a_b="0-0", b_c="0-0", c_a="0-0")
    more = ExternalList(name="coefficients", rows=rows)
    fewer = ExternalList(name="coefficients", rows=rows, higher_is_better=False)
    assert ranked(replace(league, lists={"coefficients": more})) == "b > c > a"
    assert reasons(replace(league, lists={"coefficients": more})) == [
        ("list", "all", "31/3", "41/4"),
        ("list", "all", "41/4", 7),
    ]
    assert ranked(replace(league, lists={"coefficients": fewer})) == "a > c > b"


def test_a_list_without_one_of_the_level_teams_parts_nobody() -> None:
    named = ExternalList(name="coefficients", rows={"a": 7})
    league = contest(POINTS, by("list", list="coefficients"), a_b="0-0")
    assert ranked(replace(league, lists={"coefficients": named})) == "a = b"
    assert ranked(league) == "a = b"


def test_the_better_place_in_another_table_is_the_smaller_number() -> None:
    league = contest(POINTS, by("place", group="league"), a_b="0-0")
    league = replace(league, places={"league": {"a": 9, "b": 2}})
    assert reasons(league) == [("place", "all", 2, 9)]


# Withdrawals


# x withdrew: it had lost 0-3 to a, and neither b nor c met it.
WITHDRAWN = {"a_b": "2-1", "b_c": "1-0", "c_a": "1-1", "a_x": "3-0"}
MISSING = (ToPlay("b", "x"), ToPlay("x", "c"))


def withdrawn(policy: Withdrawal) -> Contest:
    league = contest(POINTS, DIFFERENCE, GOALS, **WITHDRAWN)
    return replace(league, to_play=MISSING, withdrawn=("x",), withdrawal=policy)


def test_results_of_who_withdrew_may_stand() -> None:
    assert ranked(withdrawn("stand")) == "a > b > c > x"
    assert reasons(withdrawn("stand"))[0] == ("points", "all", 7, 3)


def test_results_of_who_withdrew_may_be_annulled_and_it_stands_below_all() -> None:
    league = withdrawn("annul")
    assert reasons(league) == [
        ("points", "all", 4, 3),
        ("points", "all", 3, 1),
        ("withdrawal", "all", 0, 1),
    ]


def test_missing_matches_may_count_the_average_of_the_others_exactly() -> None:
    # b had 3 points of 2 matches, so 4 1/2 of 3; c 1 of 2, so 3/2 of 3. a lacks no match.
    league = withdrawn("average")
    assert ranked(league) == "a > b > c > x"
    assert reasons(league)[:2] == [("points", "all", 7, "9/2"), ("points", "all", "9/2", "3/2")]


def test_averages_are_compared_exactly() -> None:
    # y withdrew before it met a and b. Both have 4 points of 3 matches, and so 16/3 of 4.
    scores = {"a_c": "1-0", "a_d": "0-0", "e_a": "1-0", "b_c": "2-0", "b_d": "0-0", "e_b": "1-0"}
    league = replace(
        contest(POINTS, DIFFERENCE, **scores),
        to_play=(ToPlay("a", "y"), ToPlay("y", "b")),
        withdrawn=("y",),
        withdrawal="average",
    )
    assert ranked(league) == "e > b > a > d > c"
    assert reasons(league)[1] == ("goal_difference", "all", "4/3", 0)
    assert reasons(league)[2] == ("points", "all", "16/3", 2)


# What nobody knows


def test_goals_that_nobody_recorded_part_nobody_and_neither_does_what_follows() -> None:
    results = (Played("a", "c", "home"), played("b_c", "1-0"))
    league = Contest(("a", "b", "c"), results, (POINTS, DIFFERENCE, level("points"), by("wins")))
    first = rank(league)[0]
    assert (first.teams, first.is_known) == (("a", "b"), False)
    assert first.level_by[-1].because == "not_known"
