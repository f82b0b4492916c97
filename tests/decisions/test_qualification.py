"""What a team can still do about a berth, in tables of the last matchdays written by hand."""

from typing import Any

import pytest
from msgspec.structs import replace

from events.match import outcome_of
from events.regulations import Criterion, PointsPerResult
from projections.outlook import Ranks
from projections.qualification import Chance, Witness, completed, qualification
from projections.ranking import Contest, Played, ToPlay, rank
from projections.whole_numbers import Form, OutOfSteps, Steps, least
from tests.decisions.contests import (
    DIFFERENCE,
    EXTRA_MATCH,
    GOALS,
    LOTS,
    POINTS,
    by,
    contest,
    deciding,
    level,
    restarting,
)

HEAD_TO_HEAD = (restarting("points"), restarting("goal_difference"), restarting("goals_for"))


def before(league: Contest, *matches: str, berths: tuple[Ranks, ...] = ((1, 1),)) -> Contest:
    """The same with these matches still to play: `a_b`."""
    pairs = (match.split("_") for match in matches)
    to_play = tuple(ToPlay(home, away) for home, away in pairs)
    teams = {team for match in to_play for team in (match.home, match.away)}
    everybody = tuple(sorted(teams.union(league.teams)))
    return replace(league, teams=everybody, to_play=to_play, berths=berths)


def group(
    *criteria: Criterion, left: str, berths: tuple[Ranks, ...] = ((1, 1),), **scores: Any
) -> Contest:
    """A group by its results and the matches that are left: `left="a_b c_d"`."""
    return before(contest(*criteria, **scores), *left.split(), berths=berths)


def rights(league: Contest, **how: Any) -> str:
    """What is said of the first berth, in the order of the names: `a clinched, b open`."""
    chances = qualification(league, **how).chances
    said = ((team, own[league.berths[0]].right) for team, own in chances.items())
    return ", ".join(f"{team} {right}" for team, right in said)


def chance(league: Contest, team: str) -> Chance:
    return qualification(league).chances[team][league.berths[0]]


def ended(league: Contest, witness: Witness | None) -> str:
    """The table that a witness leads to."""
    assert witness is not None
    tiers = rank(completed(league, witness))
    return " > ".join(" = ".join(tier.teams) for tier in tiers)


def scores(witness: Witness | None) -> str:
    assert witness is not None
    return ", ".join(f"{r.home}-{r.away} {r.home_goals}-{r.away_goals}" for r in witness.results)


# Points


def test_who_cannot_be_caught_has_clinched_and_the_others_are_out() -> None:
    league = group(POINTS, LOTS, left="b_c", a_b="1-0", a_c="1-0")
    assert rights(league) == "a clinched, b eliminated, c eliminated"


def test_who_can_only_be_level_has_not_clinched_because_lots_may_go_against_it() -> None:
    league = group(POINTS, LOTS, left="b_c", a_b="0-1", a_c="1-0")
    # b has three points as a has, and plays the last match.
    assert rights(league) == "a open, b open, c open"
    league = group(POINTS, LOTS, left="c_b", a_b="1-0", a_c="0-0")
    # a has four, c one: with a win c is level, and b cannot be.
    assert rights(league) == "a open, b eliminated, c open"
    for_a = chance(league, "a").without_it
    assert ended(league, for_a) == "c > a > b"
    assert for_a is not None
    assert [decided.by for decided in for_a.decisions] == ["lots"]


def test_an_extra_match_is_what_settles_it_where_the_rules_ask_for_one() -> None:
    league = group(POINTS, EXTRA_MATCH, left="c_b", a_b="1-0", a_c="0-0")
    witness = chance(league, "c").with_it
    assert witness is not None
    assert [decided.by for decided in witness.decisions] == ["extra_match"]


def test_the_other_result_may_help_as_well_as_the_own() -> None:
    scores: dict[str, Any] = {"a_b": "1-0", "c_d": "1-0", "a_c": "0-0", "b_d": "1-0"}
    league = group(POINTS, DIFFERENCE, GOALS, left="a_d b_c", berths=((1, 2),), **scores)
    # a and c 4, b 3, d 0.
    assert rights(league) == "a open, b open, c open, d eliminated"
    # If c loses to b and a loses as well, d still has but three points.
    assert ended(league, chance(league, "a").without_it) in ("b > c > a > d",)


def test_points_that_two_take_from_each_other_are_not_both_theirs() -> None:
    # b and c could each come to the six points of a, but not both: they play each other.
    league = group(POINTS, left="b_c c_b", a_b="1-0", a_c="1-0", berths=((1, 2),))
    assert rights(league) == "a clinched, b open, c open"
    # With a match against d left as well, both can.
    league = group(POINTS, left="b_c c_b b_d c_d", a_b="1-0", a_c="1-0", berths=((1, 2),))
    assert rights(league) == "a open, b open, c open, d open"


def test_a_deduction_counts() -> None:
    league = group(POINTS, LOTS, left="b_c", a_b="1-0", a_c="1-0")
    assert rights(replace(league, adjustments={"a": -3})) == "a open, b open, c open"


def test_a_win_by_shoot_out_can_be_worth_a_point_more() -> None:
    league = group(POINTS, left="a_b", a_c="0-0", b_c="1-0")
    # b has three, a one: a draw is enough for b, even where a wins the shoot-out.
    parted = replace(league, points=PointsPerResult(shoot_out_win=2, shoot_out_loss=1))
    assert rights(parted) == "a open, b open, c eliminated"
    generous = replace(league, points=PointsPerResult(win=2, draw=0, shoot_out_win=2))
    assert "unknown" not in rights(generous)


# Differences


def test_any_difference_can_be_made_up_while_a_match_is_left_for_it() -> None:
    league = group(POINTS, DIFFERENCE, LOTS, left="c_b", a_b="9-0", a_c="0-0")
    # a: 4 points, +9; c can win by as much as it likes.
    assert rights(league) == "a open, b eliminated, c open"
    assert scores(chance(league, "c").with_it) in ("c-b 9-0", "c-b 10-0")


def test_who_has_nothing_left_to_play_is_passed_only_by_scores() -> None:
    league = group(POINTS, DIFFERENCE, GOALS, LOTS, left="c_b", a_b="2-0", a_c="1-1")
    witness = chance(league, "c").with_it
    # The least that leads there is a witness: three clear goals, or two and more goals in all.
    assert ended(league, witness) == "c > a > b"


def test_a_defeat_that_must_be_by_the_same_score_that_would_put_another_ahead() -> None:
    """Of a direct last match the same goals count for one and against the other."""
    scores: dict[str, Any] = {"a_c": "3-0", "b_c": "0-0", "a_b": "0-1"}
    league = group(POINTS, DIFFERENCE, LOTS, left="b_c", **scores)
    # b has four points and the last match against c with one; a has three and is done.
    assert rights(league) == "a eliminated, b open, c open"


# Head-to-head


def test_who_won_against_its_only_rival_has_clinched_whatever_the_differences_are() -> None:
    scores: dict[str, Any] = {"a_b": "1-0", "a_c": "1-0", "b_c": "1-0"}
    twice = group(POINTS, level("points"), DIFFERENCE, left="b_c", **scores)
    # b can have six as a has, but lost to it.
    assert rights(twice) == "a clinched, b eliminated, c eliminated"
    by_goals = group(POINTS, DIFFERENCE, level("points"), left="b_c", **scores)
    assert rights(by_goals) == "a open, b open, c eliminated"


def test_three_level_can_undo_what_was_won_against_one() -> None:
    scores: dict[str, Any] = {"a_b": "1-0", "b_c": "3-0", "c_d": "1-0", "a_d": "1-0", "b_d": "1-0"}
    league = group(POINTS, *HEAD_TO_HEAD, DIFFERENCE, left="c_a", **scores)
    # a and b 6, c 3. If c beats a, three are level and b has the best of the matches among them.
    assert rights(league) == "a open, b open, c open, d eliminated"
    assert ended(league, chance(league, "b").with_it).startswith("b > ")


def test_with_a_head_to_head_that_starts_again_goals_against_the_third_matter() -> None:
    scores: dict[str, Any] = {"a_b": "0-0", "a_c": "2-0", "b_c": "1-0", "a_d": "0-1", "b_d": "0-1"}
    league = group(POINTS, *HEAD_TO_HEAD, left="c_d", berths=((1, 2),), **scores)
    # a, b 4, d 6, c 0: c can only have three. Two are level, and their match was drawn.
    assert rights(league) == "a open, b open, c eliminated, d clinched"
    assert [d.by for d in chance(league, "a").with_it.decisions] == ["lots"]  # type: ignore[union-attr]  # it is open


# What is not known


def test_what_only_cards_would_decide_is_not_known() -> None:
    scores: dict[str, Any] = {"a_b": "1-0", "a_c": "0-1", "b_c": "1-0", "d_a": "0-0", "d_b": "0-0"}
    cards = group(POINTS, by("conduct"), LOTS, left="d_c", **scores)
    # a and b have four and are done; d has two and c three.
    told = dict(pair.split() for pair in rights(cards).split(", "))
    assert told == {"a": "unknown", "b": "unknown", "c": "open", "d": "open"}


def test_a_rule_that_nobody_knows_decides_nothing() -> None:
    league = group(POINTS, by("unknown"), left="c_b", a_b="1-0", a_c="0-0")
    assert rights(league) == "a unknown, b eliminated, c unknown"


def test_a_table_that_lacks_matches_that_are_not_listed_promises_nothing() -> None:
    league = group(POINTS, left="b_c", a_b="1-0", a_c="1-0")
    assert "clinched" not in rights(replace(league, complete=False))


def test_too_few_steps_make_it_unknown_and_never_wrong() -> None:
    league = group(POINTS, level("points"), DIFFERENCE, left="b_c c_d d_b", a_b="1-0", a_d="0-0")
    full = rights(league).split(", ")
    for steps in range(0, 40, 3):
        told = rights(league, steps_max=steps).split(", ")
        assert all(a == b or a.endswith("unknown") for a, b in zip(told, full, strict=True))


# Where nothing is left


def test_without_matches_the_ranking_says_it_and_only_lots_are_open() -> None:
    league = group(POINTS, LOTS, left="", a_b="0-0", a_c="1-0", b_c="1-0", berths=((1, 1),))
    assert rights(league) == "a open, b open, c eliminated"
    drawn = deciding(league, ("lots", "b > a"))
    assert rights(drawn) == "a eliminated, b clinched, c eliminated"


def test_a_place_in_the_middle_is_a_berth_like_any_other() -> None:
    league = group(POINTS, LOTS, left="b_c", a_b="1-0", a_c="1-0", berths=((2, 2),))
    assert rights(league) == "a eliminated, b open, c open"


def test_names_and_order_change_nothing() -> None:
    scores: dict[str, Any] = {"a_b": "1-0", "b_c": "3-0", "c_d": "1-0", "a_d": "1-0", "b_d": "1-0"}
    league = group(POINTS, *HEAD_TO_HEAD, DIFFERENCE, left="c_a", **scores)
    names = {"a": "z", "b": "y", "c": "x", "d": "w"}
    results = tuple(
        Played(names[r.home], names[r.away], r.outcome, r.home_goals, r.away_goals)
        for r in reversed(league.results)
    )
    renamed = replace(
        league,
        teams=tuple(names[team] for team in league.teams),
        results=results,
        to_play=tuple(ToPlay(names[m.home], names[m.away]) for m in league.to_play),
    )
    ours, theirs = qualification(league), qualification(renamed)
    for team, own in ours.chances.items():
        other = theirs.chances[names[team]]
        assert [c.right for c in own.values()] == [c.right for c in other.values()]


# Goals that lead somewhere


def test_the_fewest_goals_are_found() -> None:
    # Three times one and twice the other are at least seven, with the first at most one.
    forms = [Form(-7, {0: 3, 1: 2}), Form(1, {0: -1})]
    assert least(forms, Steps(100)) == {0: 1, 1: 2}


def test_halves_of_goals_are_not_scored() -> None:
    assert least([Form(-1, {0: 2, 1: -2}), Form(1, {0: -2, 1: 2})], Steps(100)) is None
    assert least([Form(-1, {0: 2}), Form(1, {0: -2})], Steps(100)) is None


def test_what_takes_too_many_steps_says_so() -> None:
    with pytest.raises(OutOfSteps, match="0 steps"):
        least([Form(-7, {0: 3, 1: 2})], Steps(0))


def test_an_outcome_is_what_its_goals_say() -> None:
    league = group(POINTS, DIFFERENCE, GOALS, left="c_b b_d", a_b="2-0", a_c="1-1", a_d="0-3")
    for chances in qualification(league).chances.values():
        for own in chances.values():
            for witness in (own.with_it, own.without_it):
                for played in witness.results if witness else ():
                    assert played.home_goals is not None
                    assert played.away_goals is not None
                    assert played.outcome == outcome_of(played.home_goals, played.away_goals)
