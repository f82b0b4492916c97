"""What a table says of the berths while matches remain: by the results that stand."""

from events.regulations import Criterion
from events.types import (
    FinalWhistle,
    GoalScored,
    PeriodStarted,
    ProtestFiled,
    ResultConfirmed,
)
from tests.decisions.tables import (
    DIFFERENCE,
    FIRST,
    LOTS,
    POINTS,
    TWO_BEST,
    League,
    rules,
)


def berths(league: League, berth: str = "champion") -> str:
    """What is said of a berth, in the order of the names."""
    rows = sorted(league.view()["rows"], key=lambda row: str(row["team"]))
    return ", ".join(f"{row['team']} {row['berths'][berth]}" for row in rows)


def started(*criteria: Criterion, confirm_results: bool = False) -> League:
    """A group of three with its whole fixture list."""
    asked = criteria or (POINTS, DIFFERENCE, LOTS)
    league = League(rules(*asked, berths=(FIRST, TWO_BEST), confirm_results=confirm_results))
    for match in ("a-b", "a-c", "b-c"):
        league.schedule(match)
    return league


def test_before_the_first_match_everything_is_open() -> None:
    assert berths(started()) == "a open, b open, c open"


def test_a_berth_is_clinched_as_soon_as_no_score_can_take_it_away() -> None:
    league = started().results(a_b="1-0", a_c="1-0")
    assert berths(league) == "a clinched, b eliminated, c eliminated"
    assert berths(league, "next") == "a clinched, b open, c open"
    league.result("b-c", "0-0")
    # c and b are level on points, and on the difference: lots decide between them.
    assert league.status == "undecided"
    assert berths(league, "next") == "a clinched, b open, c open"


def test_a_lead_in_a_match_that_is_being_played_clinches_nothing() -> None:
    league = started().results(a_b="1-0")
    league.about(PeriodStarted, "a-c", period="first_half")
    league.about(GoalScored, "a-c", side="home", minute=1)
    assert league.row("a")["points"] == 6
    assert berths(league) == "a open, b open, c open"
    league.about(FinalWhistle, "a-c", home=1, away=0)
    assert berths(league) == "a clinched, b eliminated, c eliminated"


def test_a_result_that_waits_for_its_confirmation_clinches_nothing() -> None:
    league = started(confirm_results=True).results(a_b="1-0", a_c="1-0")
    assert berths(league) == "a open, b open, c open"
    for match in ("a-b", "a-c"):
        league.about(ResultConfirmed, match)
    assert berths(league) == "a clinched, b eliminated, c eliminated"


def test_a_result_under_protest_stands_and_the_protest_is_listed() -> None:
    league = started().results(a_b="1-0", a_c="1-0")
    league.about(ProtestFiled, "a-b")
    assert berths(league) == "a clinched, b eliminated, c eliminated"
    assert [asked["kind"] for asked in league.view()["open_questions"]] == ["protest"]


def test_a_corrected_result_opens_again_what_was_clinched() -> None:
    league = started()
    league.result("a-b", "1-0")
    result = league.result("a-c", "1-0")
    assert berths(league).startswith("a clinched")
    league.amend(result, home=0, away=1)
    assert berths(league) == "a open, b open, c open"


def test_what_cards_would_decide_is_not_known() -> None:
    league = started(POINTS, Criterion(metric="conduct")).results(a_b="0-0", a_c="0-0")
    # If b and c draw, all three have two points; if not, one of them is above a.
    assert berths(league) == "a unknown, b open, c open"
