"""Every way in which a tie can end, and what it waits for until then."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.fields import Goals, Outcome
from events.match import outcome_of
from events.regulations import Step, TieStep
from projections.tie import Encounter, Leg, Settled, Verdict, settle

COPA_PERU: tuple[TieStep, ...] = ("points", "aggregate", "away_goals", "shoot_out")


def leg(home: str, score: str, away: str, **more: Any) -> Leg:
    """Give a match as `leg("a", "2-1", "b")`."""
    scored, conceded = (int(goals) for goals in score.split("-"))
    return Leg(home, away, outcome_of(scored, conceded), scored, conceded, **more)


def won(home: str, outcome: Outcome, away: str) -> Leg:
    """Give a match of which only the outcome is known."""
    return Leg(home, away, outcome)


def tie(*legs: Leg, steps: tuple[TieStep, ...] = COPA_PERU, **more: Any) -> Encounter:
    planned = more.pop("planned", 2)
    return Encounter(("a", "b"), legs, planned, tuple(Step(by=step) for step in steps), **more)


def ends(settled: Settled) -> tuple[str, str | None, str | None]:
    return settled.status, settled.winner, settled.decided_by


# Two legs


def test_a_win_and_a_draw_go_through_on_points() -> None:
    settled = settle(tie(leg("a", "1-0", "b"), leg("b", "1-1", "a")))
    assert ends(settled) == ("decided", "a", "points")
    assert (settled.points, settled.aggregate) == ((4, 1), (2, 1))


def test_a_win_each_leaves_it_to_the_goals() -> None:
    settled = settle(tie(leg("a", "0-2", "b"), leg("b", "2-3", "a")))
    assert ends(settled) == ("decided", "b", "aggregate")
    assert (settled.points, settled.aggregate) == ((3, 3), (3, 4))


def test_level_goals_leave_it_to_those_scored_away() -> None:
    settled = settle(tie(leg("a", "1-0", "b"), leg("b", "2-1", "a")))
    assert ends(settled) == ("decided", "a", "away_goals")


def test_goals_on_neutral_ground_are_not_away_goals() -> None:
    legs = leg("a", "1-0", "b"), leg("b", "2-1", "a", neutral=True)
    assert ends(settle(tie(*legs))) == ("undecided", None, None)


def test_away_goals_count_only_where_the_rules_have_them() -> None:
    legs = leg("a", "1-0", "b"), leg("b", "2-1", "a")
    settled = settle(tie(*legs, steps=("aggregate", "shoot_out")))
    assert ends(settled) == ("undecided", None, None)
    assert settled.settled_by == ("shoot_out",)


def test_a_shoot_out_after_the_second_leg_decides() -> None:
    kicks = Goals(home=1, away=4)
    settled = settle(tie(leg("a", "0-1", "b"), leg("b", "0-1", "a", shoot_out=kicks)))
    assert ends(settled) == ("decided", "a", "shoot_out")
    assert settled.aggregate == (1, 1)


def test_goals_of_extra_time_decide_by_extra_time() -> None:
    legs = leg("a", "1-0", "b"), leg("b", "2-0", "a", extra_time=True)
    settled = settle(tie(*legs, steps=("aggregate", "extra_time", "shoot_out")))
    assert ends(settled) == ("decided", "b", "extra_time")


def test_extra_time_that_changes_nothing_leads_to_the_shoot_out() -> None:
    kicks = Goals(home=3, away=2)
    legs = leg("a", "1-0", "b"), leg("b", "1-0", "a", extra_time=True, shoot_out=kicks)
    settled = settle(tie(*legs, steps=("aggregate", "extra_time", "shoot_out")))
    assert ends(settled) == ("decided", "b", "shoot_out")


def test_an_extra_match_decides_by_its_result_or_by_its_kicks() -> None:
    legs = leg("a", "1-0", "b"), leg("b", "1-0", "a")
    steps: tuple[TieStep, ...] = ("points", "aggregate", "extra_match")
    assert settle(tie(*legs, steps=steps)).settled_by == ("extra_match",)
    extra = leg("a", "2-1", "b", neutral=True)
    settled = settle(tie(*legs, steps=steps, extra_matches=(extra,)))
    assert ends(settled) == ("decided", "a", "extra_match")
    assert settled.aggregate == (1, 1)
    drawn = leg("a", "0-0", "b", shoot_out=Goals(home=2, away=3))
    settled = settle(tie(*legs, steps=steps, extra_matches=(drawn,)))
    assert ends(settled) == ("decided", "b", "extra_match")


def test_lots_decide_where_the_rules_have_them_and_only_when_level() -> None:
    level = leg("a", "1-0", "b"), leg("b", "1-0", "a")
    steps: tuple[TieStep, ...] = ("aggregate", "lots")
    assert ends(settle(tie(*level, steps=steps, lots="b"))) == ("decided", "b", "lots")
    parted = leg("a", "1-0", "b"), leg("b", "0-0", "a")
    assert ends(settle(tie(*parted, steps=steps, lots="b"))) == ("decided", "a", "aggregate")


def test_a_walkover_is_said_to_be_one() -> None:
    awarded = leg("b", "0-3", "a", walkover=True)
    settled = settle(tie(leg("a", "1-1", "b"), awarded))
    assert ends(settled) == ("decided", "a", "walkover")


# One match


def test_a_single_match_is_decided_by_its_goals_or_its_kicks() -> None:
    steps: tuple[TieStep, ...] = ("aggregate", "shoot_out")
    assert ends(settle(tie(leg("a", "2-1", "b"), planned=1, steps=steps))) == (
        "decided",
        "a",
        "aggregate",
    )
    drawn = leg("a", "1-1", "b", shoot_out=Goals(home=3, away=4))
    assert ends(settle(tie(drawn, planned=1, steps=steps))) == ("decided", "b", "shoot_out")


def test_of_a_single_match_the_outcome_is_enough() -> None:
    settled = settle(tie(won("a", "away", "b"), planned=1, steps=("aggregate",)))
    assert ends(settled) == ("decided", "b", "aggregate")
    assert settled.aggregate is None


def test_a_match_that_both_lose_sends_nobody_through() -> None:
    settled = settle(tie(won("a", "both_lose", "b"), planned=1, steps=("aggregate",)))
    assert ends(settled) == ("undecided", None, None)
    assert settled.settled_by == ("ruling",)


# What is not known, and what was decided


def test_a_missing_leg_keeps_a_tie_open() -> None:
    settled = settle(tie(leg("a", "9-0", "b")))
    assert ends(settled) == ("open", None, None)
    assert settled.aggregate == (9, 0)


def test_a_leg_that_nobody_knows_makes_it_unknown_who_went_through() -> None:
    assert ends(settle(tie(leg("a", "9-0", "b"), is_unknown=True))) == ("unknown", None, None)


def test_goals_that_are_not_known_decide_nothing() -> None:
    settled = settle(tie(won("a", "home", "b"), won("b", "home", "a")))
    assert ends(settled) == ("unknown", None, None)
    assert settled.points == (3, 3)
    assert settled.aggregate is None


def test_points_decide_also_where_the_goals_are_not_known() -> None:
    settled = settle(tie(won("a", "home", "b"), leg("b", "1-1", "a")))
    assert ends(settled) == ("decided", "a", "points")


def test_what_a_body_decided_stands_over_the_results() -> None:
    legs = leg("a", "1-0", "b"), leg("b", "0-0", "a")
    ruled = settle(tie(*legs, verdict=Verdict("b", "ruling", "61")))
    assert ends(ruled) == ("decided", "b", "ruling")
    assert ruled.article == "61"


def test_that_it_was_decided_may_be_all_that_is_known() -> None:
    assert ends(settle(tie(verdict=Verdict(None)))) == ("unknown", None, None)
    assert ends(settle(tie(verdict=Verdict("a")))) == ("decided", "a", None)


# Whatever happens

_SCORES = st.tuples(st.integers(0, 4), st.integers(0, 4))
_KICKS = _SCORES.filter(lambda kicks: kicks[0] != kicks[1])


@st.composite
def encounters(draw: st.DrawFn) -> Encounter:
    steps = tuple(draw(st.lists(st.sampled_from(get_args(TieStep)), unique=True, min_size=1)))
    (one, other), (back, forth) = draw(_SCORES), draw(_SCORES)
    kicks = draw(st.none() | _KICKS)
    shoot_out = Goals(home=kicks[0], away=kicks[1]) if kicks else None
    return Encounter(
        ("a", "b"),
        (
            Leg("a", "b", outcome_of(one, other), one, other),
            Leg("b", "a", outcome_of(back, forth), back, forth, shoot_out),
        ),
        2,
        tuple(Step(by=step) for step in steps),
        lots=draw(st.sampled_from((None, "a", "b"))),
    )


_TURNED = {"a": "b", "b": "a", None: None}


def turned(tie: Encounter) -> Encounter:
    """The same tie with the names of the two exchanged."""
    legs = tuple(
        Leg(
            _TURNED[leg.home] or "", _TURNED[leg.away] or "", leg.outcome,
            leg.home_goals, leg.away_goals, leg.shoot_out,
        )
        for leg in tie.legs
    )  # fmt: skip
    return Encounter(("b", "a"), legs, 2, tie.steps, lots=_TURNED[tie.lots])


@given(encounters())
def test_nothing_depends_on_what_a_team_is_called(tie: Encounter) -> None:
    one, other = settle(tie), settle(turned(tie))
    assert (one.status, one.decided_by, one.aggregate) == (
        other.status,
        other.decided_by,
        other.aggregate,
    )
    assert one.winner == _TURNED[other.winner]


@given(encounters())
def test_who_goes_through_is_one_of_the_two_and_by_a_step_of_the_rules(tie: Encounter) -> None:
    settled = settle(tie)
    if settled.status == "decided":
        assert settled.winner in tie.teams
        assert settled.decided_by in [step.by for step in tie.steps]
    elif settled.status == "undecided":
        assert settled.winner is None
        assert settled.settled_by
    else:
        assert settled.status == "unknown"
        assert "unknown" in [step.by for step in tie.steps]


@pytest.mark.parametrize("planned", [1, 2])
def test_a_tie_without_results_is_open_whatever_its_rules(planned: int) -> None:
    assert ends(settle(tie(planned=planned))) == ("open", None, None)
