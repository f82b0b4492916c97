"""Given results that are given by decision, and points and goals taken away, then the table."""

import pytest

from events.regulations import Walkover
from events.types import ResultAnnulled, ResultAwarded
from tests.decisions.tables import DIFFERENCE, POINTS, League, rules


def league(walkover: Walkover | None = None) -> League:
    return League(rules(POINTS, DIFFERENCE, teams=("a", "b"), walkover=walkover))


def numbers(given: League, team: str) -> tuple[int, int, int]:
    row = given.row(team)
    return row["points"], row["goals_for"], row["goals_against"]


@pytest.mark.parametrize(
    ("played", "counted"),
    [("5-0", (0, 3)), ("1-2", (0, 3)), ("0-3", (0, 3)), ("0-5", (0, 5)), (None, (0, 3))],
)
def test_an_award_without_a_score_counts_a_walkover_or_what_was_worse_for_who_is_at_fault(
    played: str | None, counted: tuple[int, int]
) -> None:
    given = league(Walkover(goals=3, better_of=True))
    given.schedule("a-b")
    if played is not None:
        given.result("a-b", played)
    given.about(ResultAwarded, "a-b", outcome="away", reason="walkover")
    assert numbers(given, "a") == (0, *counted)
    assert numbers(given, "b") == (3, *reversed(counted))


def test_without_better_of_the_walkover_counts_whatever_was_played() -> None:
    given = league(Walkover(goals=2, better_of=False))
    given.result("a-b", "0-5")
    given.about(ResultAwarded, "a-b", outcome="away")
    assert numbers(given, "a") == (0, 0, 2)


def test_an_award_with_a_score_counts_that_score() -> None:
    given = league(Walkover(goals=3))
    given.schedule("a-b")
    given.about(ResultAwarded, "a-b", outcome="home", home=1, away=0)
    assert numbers(given, "b") == (0, 0, 1)


def test_both_lose_where_both_are_at_fault() -> None:
    given = league(Walkover(goals=3))
    given.result("a-b", "1-1")
    given.about(ResultAwarded, "a-b", outcome="both_lose")
    assert (numbers(given, "a"), numbers(given, "b")) == ((0, 0, 0), (0, 0, 0))
    assert [given.row(team)["lost"] for team in "ab"] == [1, 1]


def test_a_match_that_is_annulled_counts_for_nobody() -> None:
    given = league()
    given.result("a-b", "1-0")
    given.about(ResultAnnulled, "a-b")
    assert [given.row(team)["played"] for team in "ab"] == [0, 0]


def test_a_deduction_counts_only_while_it_is_in_force_and_keeps_its_date() -> None:
    given = league()
    given.result("a-b", "1-0")
    deducted = given.adjust("a", -4, status="suspended", date="2025-06-01")
    assert given.table == "1 a, 2 b"
    given.amend(deducted, status="in_force")
    assert (given.table, given.row("a")["points"]) == ("1 b, 2 a", -1)
    given.amend(deducted, status="lifted")
    assert (given.table, given.row("a")["points"]) == ("1 a, 2 b", 3)
    assert given.view()["adjustments"] == [
        {"team": "a", "points": -4, "goals": 0, "status": "lifted", "date": "2025-06-01"}
    ]


def test_goals_that_are_deducted_are_taken_from_those_scored() -> None:
    given = league()
    given.results(a_b="1-1")
    assert given.table == "1 a, 1 b"
    given.adjust("a", 0, goals=-2)
    assert (given.table, given.why("a")) == ("1 b, 2 a", ("goal_difference", 0, -2))
    assert (given.row("a")["goals_for"], given.row("a")["goal_difference"]) == (-1, -2)
