"""A criterion is asked when its guard holds, and passed over when it does not."""

from msgspec.structs import replace

from events.criteria import Guard, Interim
from projections.ranking import Contest, ToPlay, rank
from tests.decisions.contests import (
    DIFFERENCE,
    EXTRA_MATCH,
    GOALS,
    LOTS,
    POINTS,
    asked,
    below,
    by,
    contest,
    deciding,
    level,
    played,
    ranked,
    reasons,
)

# Who is level


def test_a_rule_for_exactly_two_is_not_asked_of_three() -> None:
    two = by("goals_for", level=2)
    assert ranked(contest(POINTS, two, a_d="2-0", b_d="1-0")) == "a > b > d"
    three = contest(POINTS, two, a_d="3-0", b_d="2-0", c_d="1-0")
    assert ranked(three) == "a = b = c > d"
    assert rank(three)[0].level_by[-1].guard == "level"


def test_a_rule_may_ask_what_else_they_are_level_on() -> None:
    goals = by("goals_for", level_on=("goal_difference",))
    assert ranked(contest(POINTS, goals, a_c="2-1", b_d="1-0")) == "a > b > c > d"
    assert ranked(contest(POINTS, goals, a_c="2-0", b_d="1-0")) == "a = b > c = d"


def test_a_rule_may_ask_that_nobody_else_has_the_same() -> None:
    goals = by("goals_for", nobody_else_on="wins")
    assert ranked(contest(POINTS, goals, a_c="2-1", b_d="1-0")) == "a > b > c > d"
    third = contest(POINTS, goals, a_c="2-1", b_d="1-0", e_f="1-0", f_g="1-1")
    assert ranked(replace(third, adjustments={"e": -1})).startswith("a = b > e > f")


# What they contest

# Groups of four from which two go on. World Cup 1954.
LOTS_FOR_FIRST = by("lots", contest=(1, 2))
MATCH_FOR_SECOND = by("extra_match", contest=(2, 3), article="20")
CUP_1954 = (POINTS, LOTS_FOR_FIRST, MATCH_FOR_SECOND)


def test_level_for_first_lots_are_drawn_and_the_rule_for_second_is_not_asked() -> None:
    league = contest(*CUP_1954, a_c="1-0", b_d="5-0")
    assert ranked(league) == "a = b > c = d"
    [lots, extra_match] = rank(league)[0].level_by[1:]
    assert (lots.criterion, lots.because) == ("lots", "not_decided")
    assert (extra_match.criterion, extra_match.guard) == ("extra_match", "contest")
    assert ranked(deciding(league, ("lots", "b > a"))) == "b > a > c = d"


def test_level_for_second_they_play_whatever_the_difference() -> None:
    # a won all; b has beaten d by five and c by one.
    league = contest(*CUP_1954, DIFFERENCE, a_b="1-0", a_c="1-0", a_d="1-0", b_d="5-0", c_d="1-0")
    assert ranked(deciding(league, ("extra_match", "c > b"))) == "a > c > b > d"
    assert asked(deciding(league, ("extra_match", "c > b")), "b") == [
        "points level",
        "lots contest",
    ]
    assert ranked(league) == "a > b = c > d"
    # The rule after it is asked when it has been played and drawn.
    drawn = deciding(league, ("extra_match", "b = c"))
    assert reasons(drawn)[1] == ("goal_difference", "all", 4, 0)


def test_three_level_for_first_draw_lots_for_it_and_the_two_they_leave_play_for_second() -> None:
    league = contest(*CUP_1954, a_d="1-0", b_d="1-0", c_d="1-0")
    told = deciding(league, ("lots", "b > a = c"), ("extra_match", "c > a"))
    assert ranked(told) == "b > c > a > d"
    assert [reason[0] for reason in reasons(told)] == ["lots", "extra_match", "points"]


def test_lots_and_extra_matches_follow_each_other_in_either_order() -> None:
    scores = {"a_d": "1-0", "b_d": "1-0", "c_d": "1-0"}
    for criteria in ((POINTS, LOTS, EXTRA_MATCH), (POINTS, EXTRA_MATCH, LOTS)):
        league = contest(*criteria, **scores)
        told = deciding(league, ("lots", "b > a = c"), ("extra_match", "c > a"))
        assert ranked(told) == "b > c > a > d"
        played_first = deciding(
            league, ("extra_match", "a > b"), ("extra_match", "a > c"), ("lots", "c > b")
        )
        assert ranked(played_first) == "a > c > b > d"


def test_level_teams_that_contest_nothing_stay_level() -> None:
    # Two go on: who is third and who fourth matters to nobody.
    rule = by("goal_difference", matters=True)
    league = contest(POINTS, rule, a_c="3-0", b_d="1-0")
    assert ranked(replace(league, berths=((1, 2),))) == "a = b > c = d"
    assert rank(replace(league, berths=((1, 2),)))[0].level_by[-1].guard == "matters"
    assert ranked(replace(league, berths=((1, 1), (4, 4)))) == "a > b > d > c"
    assert ranked(league) == "a > b > c = d"


# Their last match


def last_match(*others: tuple[str, str], score: str, shoot_out: tuple[int, int]) -> Contest:
    """Four teams, matchdays 1 to 3; a and b meet on the last. EURO, article 18.02."""
    at_once = by(
        "shoot_out",
        met_last=True,
        level_on=("points", "goal_difference", "goals_for"),
        nobody_else_on="points",
        article="18.02",
    )
    rules = (POINTS, level("points"), DIFFERENCE, GOALS, at_once, LOTS)
    results = [played(match, how, matchday=int(match[-1])) for match, how in others]
    results.append(played("a_b_3", score, matchday=3, shoot_out=shoot_out))
    return Contest(("a", "b", "c", "d"), tuple(results), rules)


ALIKE = (("a_c_1", "1-0"), ("b_d_1", "1-0"), ("a_d_2", "0-0"), ("b_c_2", "0-0"), ("c_d_3", "0-0"))


def test_two_alike_in_all_who_meet_last_shoot_it_out_and_the_kicks_are_the_numbers() -> None:
    league = last_match(*ALIKE, score="1-1", shoot_out=(3, 4))
    assert ranked(league) == "b > a > c = d"
    assert reasons(league)[0] == ("shoot_out", "all", 4, 3)
    assert below(league, "a").matches == ("a-b-3",)
    by = below(league, "a").separated_by
    assert by is not None
    assert by.article == "18.02"


def test_a_shoot_out_decides_nothing_when_a_third_team_is_level_on_points() -> None:
    third = (("a_c_1", "0-0"), ("b_d_1", "1-0"), ("a_d_2", "1-0"), ("b_c_2", "0-0"))
    league = last_match(*third, ("c_d_3", "1-0"), score="1-1", shoot_out=(3, 4))
    assert ranked(league) == "a = b > c > d"
    assert rank(league)[0].level_by[-2].guard == "nobody_else_on"


def test_a_shoot_out_decides_nothing_when_they_met_earlier() -> None:
    earlier = last_match(*ALIKE, score="1-1", shoot_out=(3, 4))
    moved = tuple(replace(each, matchday=4 - (each.matchday or 0)) for each in earlier.results)
    assert ranked(replace(earlier, results=moved)) == "a = b > c = d"
    undated = tuple(replace(each, matchday=None) for each in earlier.results)
    assert ranked(replace(earlier, results=undated)) == "a = b > c = d"


# The whole table


def test_a_rule_may_wait_until_no_match_is_missing() -> None:
    results = (played("a_c", "1-0"), played("b_d", "2-0", home_conduct=-2))
    rules = (POINTS, by("conduct", complete=True), DIFFERENCE)
    league = Contest(("a", "b", "c", "d"), results, rules)
    assert ranked(league) == "a > b > c > d"
    assert ranked(replace(league, to_play=(ToPlay("a", "b"),))) == "b > a > c > d"
    assert ranked(replace(league, complete=False)) == "b > a > c > d"


def test_an_interim_list_ranks_until_a_matchday_is_played() -> None:
    # UEFA Champions League: until matchday 8 only the first criteria.
    interim = Interim(until="matchday", matchday=2, criteria=(POINTS, DIFFERENCE))
    first = (played("a_c", "2-1", matchday=1), played("b_d", "1-0", matchday=1))
    league = Contest(("a", "b", "c", "d"), first, (POINTS, DIFFERENCE, GOALS), interim=interim)
    coming = (ToPlay("a", "b", matchday=2), ToPlay("c", "d", matchday=3))
    assert ranked(replace(league, to_play=coming)) == "a = b > c = d"
    assert ranked(replace(league, to_play=coming[1:])) == "a > b > c > d"
    assert ranked(league) == "a > b > c > d"
    unfinished = replace(interim, until="all_played", matchday=None)
    league = replace(league, interim=unfinished)
    assert ranked(replace(league, to_play=coming[1:])) == "a = b > c = d"
    assert ranked(league) == "a > b > c > d"


# Rules that are not known, and rulings


def test_after_a_rule_that_is_not_known_nothing_is_asked() -> None:
    league = contest(POINTS, by("unknown"), DIFFERENCE, a_c="3-0", b_d="1-0")
    first = rank(league)[0]
    assert (first.teams, first.rule_unknown) == (("a", "b"), True)
    assert [each.because for each in first.level_by] == ["level", "not_known"]
    assert ranked(deciding(league, ("ruling", "b > a"))) == "b > a > c = d"


def test_a_rule_that_is_not_known_may_hold_for_some_only() -> None:
    league = contest(POINTS, by("unknown", more_than=2), DIFFERENCE, a_c="3-0", b_d="1-0")
    assert ranked(league) == "a > b > d > c"


def test_a_ruling_that_overrides_holds_whatever_the_results_say() -> None:
    league = deciding(contest(POINTS, a_b="1-0", b_c="1-0", a_c="1-0"), ("ruling", "b = c > a"))
    assert ranked(league) == "a > b > c"
    forced = tuple(replace(each, overrides=True) for each in league.decisions)
    league = replace(league, decisions=forced)
    assert ranked(league) == "b > c > a"
    assert reasons(league) == [("points", "all", 3, 0), ("ruling", "all", 1, 3)]


def test_a_guard_may_ask_for_the_opposite() -> None:
    league = contest(POINTS, by("goals_for", complete=False), DIFFERENCE, a_c="1-0", b_d="3-2")
    assert ranked(league) == "a = b > c = d"
    assert ranked(replace(league, to_play=(ToPlay("a", "b"),))) == "b > a > d > c"
    assert Guard(complete=False) != Guard()
