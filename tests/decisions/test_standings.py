"""What a row says, and that every later word about a result moves the table as it should."""

from typing import Any

import pytest

from events.regulations import Conduct, Criterion
from events.types import (
    CardShown,
    FinalWhistle,
    GoalScored,
    GroupFormed,
    MatchAbandoned,
    MatchRescheduled,
    MatchSuspended,
    PeriodStarted,
    ProtestFiled,
    RegulationsAmended,
    ResultAnnulled,
    ResultAwarded,
    ResultConfirmed,
    ResultRecorded,
    TeamEntered,
    TeamExcluded,
    TeamWithdrawn,
)
from tests.decisions.given import fact
from tests.decisions.tables import (
    DIFFERENCE,
    EXTRA_MATCH,
    FIRST,
    GROUP,
    LOTS,
    POINTS,
    TWO_BEST,
    League,
    rules,
)

DECIDED = {"a_b": "2-0", "b_c": "1-0", "a_c": "3-1"}

KICK_OFF = "2025-06-01T15:00:00-05:00"


# A row


def test_a_row_counts_what_was_played() -> None:
    league = League().results(**DECIDED)
    row = league.row("a")
    counted = ["played", "won", "drawn", "lost", "goals_for", "goals_against", "goal_difference"]
    assert [row[column] for column in counted] == [2, 2, 0, 0, 5, 1, 4]
    assert (row["points"], row["name"], row["short"], row["code"]) == (6, "A", "A", None)


def test_the_reason_for_a_rank_cites_the_article_and_the_first_row_needs_none() -> None:
    league = League().results(**DECIDED)
    assert league.row("a")["separated_by"] is None
    assert league.row("b")["separated_by"] == {
        "criterion": "points",
        "scope": "all",
        "article": "12",
        "numbers": [6, 3],
    }


def test_within_a_shared_rank_only_the_first_row_is_separated_from_the_one_above() -> None:
    league = League().results(a_b="1-0", a_c="1-0", b_c="0-0")
    assert league.table == "1 a, 2 b, 2 c"
    assert league.why("b") == ("points", 6, 1)
    assert league.why("c") is None


def test_nothing_is_said_of_berths_while_the_fixture_list_lacks_a_match() -> None:
    league = League(rules(berths=(FIRST, TWO_BEST))).results(a_b="2-0", b_c="1-0")
    assert league.row("a")["berths"] == {"champion": "unknown", "next": "unknown"}
    league.result("a-c", "3-1")
    assert league.row("b")["berths"] == {"champion": "eliminated", "next": "clinched"}


def test_form_is_the_newest_five_by_kick_off_oldest_first() -> None:
    league = League(rules(teams=("a", "b")))
    scores = ["1-0", "0-1", "0-0", "2-0", "3-0", "0-3"]
    for number, score in enumerate(scores, 1):
        match = f"a-b-{number}"
        # The log has them newest first.
        league.schedule(match, kick_off=f"2025-06-{10 - number:02}T15:00:00-05:00")
        league.result(match, score)
    assert league.row("a")["form"] == ["won", "won", "drawn", "lost", "won"]
    assert league.row("b")["form"] == ["lost", "lost", "drawn", "won", "lost"]


def test_a_team_with_a_result_that_nobody_dated_has_no_form() -> None:
    league = League(rules(teams=("a", "b", "c", "d"))).results(a_b="1-0")
    league.result("c-d", "1-0", basis="reported", occurred="2025-06-01")
    assert (league.row("a")["form"], league.row("c")["form"]) == (["won"], ["won"])
    undated = league.result("a-c", "2-0", basis="reported")
    assert [league.row(team)["form"] for team in "abcd"] == [None, ["lost"], None, ["lost"]]
    league.amend(undated, occurred_at=KICK_OFF)
    assert league.row("a")["form"] == ["won", "won"]


def test_a_kick_off_says_when_a_reported_result_came_about() -> None:
    league = League()
    league.schedule("a-b", kick_off=KICK_OFF)
    league.result("a-b", "1-0", basis="derived")
    assert league.row("a")["form"] == ["won"]


def test_matches_still_to_play_remain() -> None:
    league = League().results(a_b="2-0")
    league.schedule("b-c")
    league.schedule("a-c")
    assert [league.row(team)["remaining"] for team in "abc"] == [1, 1, 2]


def test_a_row_shows_how_the_match_being_played_moves_its_team() -> None:
    league = League(rules(teams=("a", "b", "c"))).results(a_b="1-0", b_c="0-0")
    league.schedule("a-c")
    league.about(PeriodStarted, "a-c", period="first_half")
    league.about(GoalScored, "a-c", side="away")
    # Confirmed: a 3, b and c 1, b with -1 behind c with 0. As it stands c has 4.
    assert league.table == "1 c, 2 a, 3 b"
    assert [league.row(team)["rank_confirmed"] for team in "cab"] == [2, 1, 3]
    assert [league.row(team)["movement"] for team in "cab"] == [1, -1, 0]


def test_an_unconfirmed_result_moves_the_table_but_not_the_confirmed_ranks() -> None:
    league = League(rules(teams=("a", "b"), confirm_results=True))
    league.result("a-b", "0-1")
    assert league.table == "1 b, 2 a"
    assert [league.row(team)["rank_confirmed"] for team in "ab"] == [1, 1]
    league.about(ResultConfirmed, "a-b")
    assert [league.row(team)["rank_confirmed"] for team in "ab"] == [2, 1]


# Results that a decision gives, takes or changes


def test_an_awarded_result_replaces_what_was_played() -> None:
    league = League().results(**DECIDED)
    league.about(ResultAwarded, "a-b", outcome="away", home=0, away=3)
    assert (league.row("a")["points"], league.row("b")["points"]) == (3, 6)
    assert league.table == "1 b, 2 a, 3 c"


def test_when_both_sides_lose_nobody_gets_a_point() -> None:
    league = League(rules(teams=("a", "b")))
    league.schedule("a-b")
    league.about(ResultAwarded, "a-b", outcome="both_lose")
    assert [league.row(team)["lost"] for team in "ab"] == [1, 1]
    assert [league.row(team)["points"] for team in "ab"] == [0, 0]
    assert league.row("a")["form"] == ["lost"]


def test_an_annulled_result_counts_for_nobody() -> None:
    league = League().results(**DECIDED)
    league.about(ResultAnnulled, "a-b")
    assert [league.row(team)["played"] for team in "ab"] == [1, 1]
    assert league.status == "final"


def test_a_result_of_which_only_the_outcome_is_known_counts_points_and_no_goals() -> None:
    league = League(rules(teams=("a", "b")))
    league.schedule("a-b")
    league.about(ResultRecorded, "a-b", outcome="home")
    row = league.row("a")
    assert (row["won"], row["points"], row["goals_for"]) == (1, 3, None)


def test_an_extra_match_is_no_part_of_the_table() -> None:
    league = League().results(a_b="0-0", b_c="0-0", a_c="0-0")
    league.extra_match("a-b-extra")
    league.about(FinalWhistle, "a-b-extra", home=4, away=0)
    assert (league.row("a")["played"], league.row("a")["goals_for"]) == (2, 0)


def test_an_extra_match_that_is_drawn_is_decided_by_its_shoot_out() -> None:
    league = League(rules(teams=("a", "b"))).results(a_b="0-0")
    league.extra_match("a-b-extra")
    whistle = league.about(
        FinalWhistle, "a-b-extra", home=1, away=1, shoot_out={"home": 3, "away": 4}
    )
    assert (league.table, league.why("a")) == ("1 b, 2 a", ("extra_match", 1, 2))
    league.cancel(whistle)
    assert league.table == "1 a, 1 b"


def test_of_two_extra_matches_between_the_same_teams_the_newer_counts() -> None:
    league = League(rules(teams=("a", "b"))).results(a_b="0-0")
    for match, home, away in (("a-b-extra", 1, 1), ("b-a-extra", 2, 1)):
        league.extra_match(match)
        league.about(FinalWhistle, match, home=home, away=away)
    assert league.table == "1 b, 2 a"


def test_a_match_that_was_suspended_or_abandoned_counts_as_it_stood() -> None:
    league = League(rules(teams=("a", "b")))
    league.schedule("a-b")
    league.about(GoalScored, "a-b", side="home")
    for kind in (MatchSuspended, MatchAbandoned):
        league.about(kind, "a-b")
        assert (league.row("a")["points"], league.status) == (3, "provisional")


# Conduct

CONDUCT = Criterion(metric="conduct")


def cards(league: League, match: str, *shown: tuple[str, str | None, str]) -> None:
    for side, player, card in shown:
        league.about(CardShown, match, side=side, player=player, card=card)


def conduct(*shown: tuple[str, str | None, str], **fields: Any) -> int:
    """The conduct of a, against b who has none, after a goalless match with these cards."""
    league = League(rules(POINTS, CONDUCT, teams=("a", "b"), **fields))
    league.result("a-b", "0-0")
    cards(league, "a-b", *shown)
    criterion, above, below = league.why("a") or ("", 0, 0)
    assert (criterion, above) == ("conduct", 0)
    return below


def test_conduct_is_one_deduction_a_player_a_match() -> None:
    assert conduct(("home", "p-7", "yellow")) == -1
    assert conduct(("home", "p-7", "red")) == -4
    assert conduct(("home", "p-7", "yellow"), ("home", "p-7", "second_yellow")) == -3
    assert conduct(("home", "p-7", "second_yellow")) == -3
    assert conduct(("home", "p-7", "yellow"), ("home", "p-7", "red")) == -5
    assert conduct(("home", "p-7", "yellow"), ("home", "p-8", "yellow")) == -2


def test_a_card_of_nobody_known_counts_by_itself() -> None:
    assert conduct(("home", None, "yellow"), ("home", None, "yellow")) == -2
    assert conduct(("home", None, "yellow"), ("home", "p-7", "red")) == -5


def test_what_a_card_costs_is_in_the_regulations() -> None:
    weights = Conduct(yellow=-2, second_yellow=-2, red=-6, yellow_red=-8)
    assert conduct(("home", "p-7", "red"), conduct=weights) == -6


def test_a_card_of_another_match_is_another_deduction() -> None:
    league = League(rules(POINTS, CONDUCT, teams=("a", "b")))
    for match in ("a-b", "b-a"):
        league.result(match, "0-0")
    cards(league, "a-b", ("home", "p-7", "yellow"))
    cards(league, "b-a", ("away", "p-7", "second_yellow"))
    assert league.why("a") == ("conduct", 0, -4)


def test_cards_of_an_annulled_match_do_not_count() -> None:
    league = League(rules(POINTS, CONDUCT, teams=("a", "b")))
    league.result("a-b", "0-0")
    cards(league, "a-b", ("home", "p-7", "red"))
    league.about(ResultAnnulled, "a-b")
    assert league.table == "1 a, 1 b"


# Adjustments, claims, names and rules


def test_an_adjustment_in_force_counts_and_is_shown() -> None:
    league = League().results(**DECIDED)
    league.adjust("a", -4)
    assert (league.row("a")["points"], league.row("a")["adjustment"]) == (2, -4)
    assert league.table == "1 b, 2 a, 3 c"
    assert league.view()["adjustments"] == [
        {"team": "a", "points": -4, "goals": 0, "status": "in_force", "date": None}
    ]


def test_an_adjustment_suspended_or_lifted_on_appeal_does_not_count() -> None:
    league = League().results(**DECIDED)
    deducted = league.adjust("a", -4)
    league.amend(deducted, status="lifted")
    assert (league.row("a")["points"], league.row("a")["adjustment"]) == (6, 0)
    assert league.view()["adjustments"][0]["status"] == "lifted"


def test_an_adjustment_amended_to_another_team_moves_there() -> None:
    league = League().results(**DECIDED)
    deducted = league.adjust("a", -1)
    amended = league.amend(deducted, team="b")
    assert [league.row(team)["adjustment"] for team in "ab"] == [0, -1]
    league.cancel(amended)
    assert [league.row(team)["adjustment"] for team in "ab"] == [-1, 0]


def test_a_claim_counts_for_nothing_and_says_where_it_differs() -> None:
    league = League().results(**DECIDED)
    league.claim("the printed table", order=("b", "a"), source="a newspaper")
    league.claim("the organiser's list", order=("a", "b", "c"))
    league.claim("three teams took part")
    assert league.table == "1 a, 2 b, 3 c"
    said = [(claim["order"], claim["differs"]) for claim in league.view()["claims"]]
    assert said == [([["b"], ["a"]], True), ([["a"], ["b"], ["c"]], False), (None, None)]


def test_a_team_renamed_is_renamed_in_its_table() -> None:
    league = League().results(**DECIDED)
    entered = next(event for event in league.log if isinstance(event, TeamEntered))
    league.amend(entered, names={"full": "Club Deportivo A", "short": "CDA", "code": "CDA"})
    row = league.row("a")
    assert (row["name"], row["short"], row["code"]) == ("Club Deportivo A", "CDA", "CDA")


def test_amended_regulations_rank_everything_again() -> None:
    league = League(rules(POINTS, LOTS)).results(a_b="3-0", b_c="1-0", c_a="1-0")
    assert (league.table, league.status) == ("1 a, 1 b, 1 c", "undecided")
    amended = league.record(fact(RegulationsAmended, regulations=rules(POINTS, DIFFERENCE)))
    assert (league.table, league.status) == ("1 a, 2 c, 3 b", "final")
    league.cancel(amended)
    assert league.status == "undecided"


def test_a_group_formed_anew_has_its_new_teams_and_keeps_its_berths() -> None:
    league = League(rules(teams=("a", "b", "c"), berths=(FIRST,)))
    formed = league.record(
        fact(
            GroupFormed,
            stage="departmental",
            section="amazonas",
            group=GROUP,
            name="Grupo Único",
            teams=("a", "b"),
        )
    )
    view = league.view()
    assert (view["name"], [row["team"] for row in view["rows"]]) == ("Grupo Único", ["a", "b"])
    assert view["berths"] == [{"berth": "champion", "name": "Champion", "first": 1, "last": 1}]
    league.cancel(formed)
    assert len(league.view()["rows"]) == 3


# Corrections of corrections


def test_a_cancelled_goal_leaves_the_table_and_comes_back_when_the_cancellation_is_cancelled() -> (
    None
):
    league = League(rules(teams=("a", "b")))
    league.schedule("a-b")
    league.about(PeriodStarted, "a-b", period="first_half")
    goal = league.about(GoalScored, "a-b", side="home")
    assert league.table == "1 a, 2 b"
    cancelled = league.cancel(goal)
    assert league.table == "1 a, 1 b"
    league.cancel(cancelled)
    assert league.table == "1 a, 2 b"


def test_an_amended_result_is_amended_again() -> None:
    league = League(rules(teams=("a", "b")))
    recorded = league.result("a-b", "1-0")
    first = league.amend(recorded, home=0, away=2)
    assert league.row("b")["goals_for"] == 2
    second = league.amend(recorded, home=3, away=3)
    assert league.row("b")["drawn"] == 1
    league.cancel(second)
    assert league.row("b")["goals_for"] == 2
    league.cancel(first)
    assert league.row("a")["won"] == 1


def test_an_amendment_of_an_amendment_counts() -> None:
    league = League().results(**DECIDED)
    deducted = league.adjust("a", -1)
    amended = league.amend(deducted, team="b")
    body = {"type": "points_adjusted", "team": "c", "group": GROUP, "points": -9}
    league.amend(amended, body=body)
    assert [league.row(team)["adjustment"] for team in "abc"] == [0, 0, -9]


def test_cancelled_lots_leave_the_teams_level_again() -> None:
    league = League(rules(POINTS, LOTS, berths=(FIRST,))).results(a_b="0-0", b_c="0-0", a_c="0-0")
    drawn = league.lots("c", "a", "b")
    assert (league.table, league.status) == ("1 c, 2 a, 3 b", "final")
    league.cancel(drawn)
    assert (league.table, league.status) == ("1 a, 1 b, 1 c", "undecided")


def test_a_protest_that_was_never_filed_leaves_nothing_open() -> None:
    league = League().results(**DECIDED)
    protest = league.about(ProtestFiled, "a-b")
    assert league.status == "provisional"
    league.cancel(protest)
    assert league.status == "final"


def test_a_match_whose_schedule_is_cancelled_leaves_the_table() -> None:
    league = League(rules(teams=("a", "b")))
    scheduled = league.schedule("a-b")
    league.result("a-b", "1-0")
    cancelled = league.cancel(scheduled)
    assert league.row("a")["played"] == 0
    league.cancel(cancelled)
    assert league.row("a")["points"] == 3


def test_a_rescheduled_match_keeps_its_result() -> None:
    league = League(rules(teams=("a", "b")))
    league.result("a-b", "1-0")
    league.about(MatchRescheduled, "a-b", kick_off="2025-06-01")
    assert league.row("a")["points"] == 3


# Decisions after one another


@pytest.mark.parametrize("criteria", [(POINTS, LOTS, EXTRA_MATCH), (POINTS, EXTRA_MATCH, LOTS)])
@pytest.mark.parametrize("lots_first", [True, False])
def test_lots_choose_the_first_of_three_and_the_others_play_for_second(
    criteria: tuple[Criterion, ...], lots_first: bool
) -> None:
    league = League(rules(*criteria, berths=(FIRST, TWO_BEST)))
    league.results(a_b="1-0", b_c="1-0", c_a="1-0")
    if lots_first:
        league.lots("a", ("b", "c"))
    league.extra_match("b-c-extra")
    league.about(FinalWhistle, "b-c-extra", home=0, away=2)
    if not lots_first:
        league.lots("a", ("b", "c"))
    assert (league.table, league.status) == ("1 a, 2 c, 3 b", "final")
    assert [league.why(team) for team in "cb"] == [("lots", 1, 2), ("extra_match", 1, 2)]
    assert league.view("open-questions")["count"] == 0


def test_a_row_says_that_its_team_has_left() -> None:
    league = League().results(a_b="1-0")
    league.fold.take_touched()
    left = league.record(fact(TeamWithdrawn, team="b"))
    assert "standings/group-a" in league.fold.take_touched()
    assert [row["status"] for row in league.view()["rows"]] == ["entered", "entered", "withdrawn"]
    league.cancel(left)
    assert league.row("b")["status"] == "entered"
    league.record(fact(TeamExcluded, team="b"))
    assert league.row("b")["status"] == "excluded"
