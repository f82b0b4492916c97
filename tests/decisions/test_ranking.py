"""The criteria part the teams, one after the other, and say which one did and by how much."""

from msgspec.structs import replace

from events.regulations import Criterion, PointsPerResult
from projections.ranking import Contest, Played, rank, records
from tests.decisions.contests import (
    DIFFERENCE,
    EXTRA_MATCH,
    GOALS,
    LOTS,
    POINTS,
    contest,
    deciding,
    level,
    ranked,
    reasons,
    restarting,
)

# Counting


def test_more_points_stand_above_fewer_and_the_numbers_say_so() -> None:
    league = contest(POINTS, a_b="1-0", b_c="1-0", a_c="1-0")
    assert ranked(league) == "a > b > c"
    assert reasons(league) == [("points", "all", 6, 3), ("points", "all", 3, 0)]


def test_what_no_criterion_parts_stays_level() -> None:
    league = contest(POINTS, DIFFERENCE, GOALS, a_b="1-1", b_c="1-1", c_a="1-1")
    assert ranked(league) == "a = b = c"


def test_teams_that_have_not_played_are_level() -> None:
    assert [tier.ranks for tier in rank(Contest(("b", "a"), (), (POINTS,)))] == [(1, 2)]


def test_a_group_without_teams_has_no_tiers() -> None:
    assert rank(Contest((), (), (POINTS,))) == ()


def test_a_shared_rank_uses_up_its_places() -> None:
    league = contest(POINTS, a_b="1-0", a_c="1-0", a_d="1-0", b_c="0-0", b_d="1-0", c_d="1-0")
    assert [(tier.rank, *tier.teams) for tier in rank(league)] == [
        (1, "a"),
        (2, "b", "c"),
        (4, "d"),
    ]


def test_the_reason_is_the_criterion_that_parted_the_two_not_the_last_one_asked() -> None:
    league = contest(POINTS, DIFFERENCE, GOALS, a_b="0-0", c_d="3-3", a_c="2-0", b_d="1-0")
    # a and b have 4 points each, c and d 1 each.
    assert ranked(league) == "a > b > d > c"
    assert reasons(league) == [
        ("goal_difference", "all", 2, 1),
        ("points", "all", 4, 1),
        ("goal_difference", "all", -1, -2),
    ]


def test_what_a_win_is_worth_is_in_the_regulations() -> None:
    league = contest(POINTS, a_b="1-0", b_c="0-0", c_a="0-0")
    two_a_win = replace(league, points=PointsPerResult(win=2))
    assert reasons(league)[0] == ("points", "all", 4, 2)
    assert reasons(two_a_win)[0] == ("points", "all", 3, 2)


def test_wins_may_be_asked_before_goals() -> None:
    wins = Criterion(metric="wins")
    league = contest(
        POINTS, wins, DIFFERENCE, a_c="1-0", d_a="5-0", b_c="0-0", c_b="0-0", b_d="0-0"
    )
    # a has a win and a defeat, b three draws.
    assert ranked(league) == "d > a > b > c"
    assert reasons(league)[1] == ("wins", "all", 1, 0)


def test_when_both_lose_both_have_lost() -> None:
    league = Contest(("a", "b"), (Played("a", "b", "both_lose"),), (POINTS,))
    assert [(r.lost, r.points) for r in records(league, league.teams).values()] == [(1, 0), (1, 0)]
    assert ranked(league) == "a = b"


def test_of_a_result_without_goals_the_outcome_counts() -> None:
    league = Contest(("a", "b"), (Played("a", "b", "away"),), (POINTS, DIFFERENCE))
    found = records(league, league.teams)
    assert (found["b"].points, found["b"].won, found["b"].goals_for) == (3, 1, 0)
    assert (found["a"].points, found["a"].lost, found["a"].goal_difference) == (0, 1, 0)


def test_an_adjustment_counts_in_the_points_of_the_table() -> None:
    league = contest(POINTS, a_b="1-0")
    assert ranked(replace(league, adjustments={"a": -4})) == "b > a"
    assert reasons(replace(league, adjustments={"a": -4})) == [("points", "all", 0, -1)]


# Head-to-head


def test_head_to_head_counts_only_the_matches_among_those_still_level() -> None:
    # a, b and c beat each other in turn; c drops out by goal difference, and b beat a.
    league = contest(
        POINTS,
        DIFFERENCE,
        GOALS,
        level("points"),
        b_a="1-0",
        a_c="1-0",
        c_b="1-0",
        a_d="3-0",
        b_d="3-0",
        c_d="2-0",
    )
    assert ranked(league) == "b > a > c > d"
    assert reasons(league)[0] == ("points", "level", 3, 0)


def test_a_deduction_does_not_follow_a_team_into_head_to_head() -> None:
    league = replace(contest(POINTS, level("points"), a_b="1-0"), adjustments={"a": -3})
    assert reasons(league) == [("points", "level", 3, 0)]


# a, b and c are level on points and beat each other in turn; goal difference among the three
# puts a first and leaves b, who beat c, level with c, who scored more against d.
CYCLE = {
    "a_b": "3-0", "b_c": "2-0", "c_a": "1-0", "a_d": "1-0", "b_d": "1-0", "c_d": "5-0",
}  # fmt: skip


def test_head_to_head_that_continues_goes_on_with_the_next_criterion() -> None:
    league = contest(POINTS, level("points"), level("goal_difference"), GOALS, **CYCLE)
    assert ranked(league) == "a > c > b > d"
    assert reasons(league)[:2] == [("goal_difference", "level", 2, -1), ("goals_for", "all", 6, 3)]


def test_head_to_head_that_restarts_begins_again_for_those_it_leaves_level() -> None:
    league = contest(POINTS, restarting("points"), restarting("goal_difference"), GOALS, **CYCLE)
    assert ranked(league) == "a > b > c > d"
    assert reasons(league)[:2] == [("goal_difference", "level", 2, -1), ("points", "level", 3, 0)]


def test_a_restart_does_not_reach_back_over_a_criterion_of_the_whole_table() -> None:
    criteria = (POINTS, level("points"), GOALS, restarting("goal_difference"))
    league = contest(*criteria, **{**CYCLE, "b_d": "2-0", "c_d": "3-0"})
    assert ranked(league) == "a > b > c > d"
    assert reasons(league)[:2] == [
        ("goal_difference", "level", 2, -1),
        ("goal_difference", "level", 2, -2),
    ]


# Decisions

LEVEL = contest(POINTS, LOTS, EXTRA_MATCH, a_b="0-0", b_c="0-0", c_a="0-0")


def test_lots_part_the_teams_that_are_level_and_the_numbers_are_their_places() -> None:
    league = deciding(LEVEL, ("lots", "c > a > b"))
    assert ranked(league) == "c > a > b"
    assert reasons(league) == [("lots", "all", 1, 2), ("lots", "all", 2, 3)]
    by = rank(league)[1].separated_by
    assert by is not None
    assert by.article == "13"


def test_lots_do_nothing_between_teams_that_are_not_level() -> None:
    league = contest(POINTS, LOTS, a_b="1-0")
    assert ranked(deciding(league, ("lots", "b > a"))) == "a > b"


def test_lots_that_leave_out_a_level_team_part_nobody() -> None:
    assert ranked(deciding(LEVEL, ("lots", "a > b"))) == "a = b = c"


def test_lots_may_leave_some_level() -> None:
    assert ranked(deciding(LEVEL, ("lots", "b > a = c"))) == "b > a = c"


def test_of_two_draws_of_lots_about_the_same_teams_the_newer_counts() -> None:
    league = deciding(LEVEL, ("lots", "a > b > c"), ("lots", "c > b"))
    assert ranked(league) == "a > c > b"


def test_lots_give_the_champion_and_the_other_two_play_for_second() -> None:
    # Tacna 2014: three level.
    league = deciding(LEVEL, ("lots", "b > a = c"), ("extra_match", "c > a"))
    assert ranked(league) == "b > c > a"
    assert [reason[0] for reason in reasons(league)] == ["lots", "extra_match"]


def test_an_extra_match_between_two_of_three_level_teams_parts_nobody() -> None:
    assert ranked(deciding(LEVEL, ("extra_match", "a > b"))) == "a = b = c"


def test_whoever_wins_the_extra_matches_against_both_others_is_first() -> None:
    league = deciding(LEVEL, ("extra_match", "a > b"), ("extra_match", "a > c"))
    assert ranked(league) == "a > b = c"


def test_extra_matches_won_in_turn_part_nobody() -> None:
    league = deciding(
        LEVEL, ("extra_match", "a > b"), ("extra_match", "b > c"), ("extra_match", "c > a")
    )
    assert ranked(league) == "a = b = c"


def test_a_drawn_extra_match_leaves_the_teams_level() -> None:
    league = contest(POINTS, EXTRA_MATCH, a_b="0-0")
    assert ranked(deciding(league, ("extra_match", "a = b"))) == "a = b"


def test_a_ruling_parts_what_every_criterion_left_level() -> None:
    league = deciding(contest(POINTS, a_b="0-0"), ("ruling", "b > a"))
    assert ranked(league) == "b > a"
    assert reasons(league) == [("ruling", "all", 1, 2)]


def test_a_ruling_comes_after_lots() -> None:
    league = deciding(LEVEL, ("ruling", "a > b > c"), ("lots", "c > b > a"))
    assert ranked(league) == "c > b > a"


def test_lots_that_were_drawn_count_although_the_criteria_do_not_ask_for_them() -> None:
    league = deciding(contest(POINTS, DIFFERENCE, a_b="0-0"), ("lots", "b > a"))
    assert ranked(league) == "b > a"
