"""Where the rules wait for lots or an extra match, nothing that is counted parts those who wait."""

from msgspec.structs import replace

from events.criteria import Criterion, Guard
from projections.contest import Contest, Decided, Decider, Played
from projections.ranking import rank
from tests.decisions.contests import (
    EXTRA_MATCH,
    GOALS,
    LOTS,
    by,
    contest,
    deciding,
    played,
    ranked,
)

DRAWN_THEN_AVERAGE = (
    Criterion(metric="points"),
    Criterion(metric="extra_match", when=Guard(contest=(2, 3))),
    Criterion(metric="goal_average", when=Guard(contest=(2, 3))),
    Criterion(metric="lots", when=Guard(contest=(2, 3))),
)
# a has won everything; b and c are level for second, b with the better average.
RESULTS = (
    Played("a", "b", "home", 1, 0),
    Played("a", "c", "home", 1, 0),
    Played("a", "d", "home", 1, 0),
    Played("b", "c", "draw", 1, 1),
    Played("b", "d", "home", 4, 0),
    Played("c", "d", "home", 1, 0),
)


def under_average(*decisions: Decided) -> list[tuple[tuple[str, ...], str | None]]:
    contest = Contest(("a", "b", "c", "d"), RESULTS, DRAWN_THEN_AVERAGE, decisions=decisions)
    return [
        (tier.teams, tier.separated_by.criterion if tier.separated_by else None)
        for tier in rank(contest)
    ]


def test_who_waits_for_an_extra_match_is_not_parted_by_what_follows_a_drawn_one() -> None:
    assert under_average() == [(("a",), None), (("b", "c"), "points"), (("d",), "points")]


def test_an_extra_match_parts_them_whatever_the_average() -> None:
    won = Decided("extra_match", (("c",), ("b",)))
    assert under_average(won)[1:3] == [(("c",), "points"), (("b",), "extra_match")]


def test_a_drawn_extra_match_leads_on_to_the_average() -> None:
    drawn = Decided("extra_match", (("b", "c"),))
    assert under_average(drawn)[1:3] == [(("b",), "points"), (("c",), "goal_average")]


def test_lots_that_are_drawn_all_the_same_part_those_who_wait() -> None:
    drawn = Decided("lots", (("c",), ("b",)))
    assert under_average(drawn)[1:3] == [(("c",), "points"), (("b",), "lots")]


def test_an_extra_match_of_others_settles_nothing_for_those_who_wait() -> None:
    of_others = Decided("extra_match", (("a", "d"),))
    assert under_average(of_others)[1] == (("b", "c"), "points")


def test_kicks_after_a_rule_that_nobody_knows_are_not_asked_of_those_who_wait_either() -> None:
    drawn = played("a_b", "0-0", shoot_out=(5, 4))
    league = Contest(("a", "b"), (drawn,), (LOTS, by("unknown"), by("shoot_out")))
    assert ranked(league) == "a = b"
    assert not rank(league)[0].rule_unknown
    passed_over = replace(league, criteria=(LOTS, by("unknown", level=3), by("shoot_out")))
    assert ranked(passed_over) == "a > b"


THREE_LEVEL = contest(EXTRA_MATCH, GOALS, a_b="1-1", b_c="2-2", c_a="3-3")


def test_while_some_of_three_extra_matches_are_to_be_played_all_three_wait() -> None:
    assert ranked(replace(THREE_LEVEL, criteria=(GOALS,))) == "c > a > b"
    one: tuple[Decider, str] = ("extra_match", "a > b")
    assert ranked(deciding(THREE_LEVEL, one)) == "a = b = c"
    assert [each.because for each in rank(deciding(THREE_LEVEL, one))[0].level_by] == [
        "not_decided"
    ]
    two: tuple[tuple[Decider, str], ...] = (one, ("extra_match", "b > c"))
    assert ranked(deciding(THREE_LEVEL, *two)) == "a = b = c"
    assert ranked(deciding(THREE_LEVEL, *two, ("extra_match", "a > c"))) == "a > b > c"
    # Each has won one: they are level on extra matches, and goals are asked.
    assert ranked(deciding(THREE_LEVEL, *two, ("extra_match", "c > a"))) == "c > a > b"


def test_whom_extra_matches_put_below_a_winner_wait_for_their_own() -> None:
    won: tuple[tuple[Decider, str], ...] = (("extra_match", "b > a"), ("extra_match", "b > c"))
    assert ranked(deciding(THREE_LEVEL, *won)) == "b > a = c"
    assert ranked(deciding(THREE_LEVEL, *won, ("extra_match", "a = c"))) == "b > c > a"


def test_lots_that_leave_out_a_team_leave_all_of_them_waiting() -> None:
    league = replace(THREE_LEVEL, criteria=(LOTS, GOALS))
    assert ranked(deciding(league, ("lots", "a > b"))) == "a = b = c"
    assert ranked(deciding(league, ("lots", "a > b = c"))) == "a > c > b"
