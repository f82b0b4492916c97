"""Given a group of which not all results are held, then its table guesses nothing."""

from typing import Any

import pytest
from msgspec.structs import replace

from events.errors import Refused
from events.regulations import Criterion, Regulations
from events.types import AdoptedRow, Event, ResultAwarded, ResultRecorded, TableAdopted
from projections.adopted import GOALS
from projections.standings import COLUMNS
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


def with_group(regulations: Regulations, **changes: Any) -> Regulations:
    [stage] = regulations.stages
    [section] = stage.sections
    [group] = section.groups
    section = replace(section, groups=(replace(group, **changes),))
    return replace(regulations, stages=(replace(stage, sections=(section,)),))


def partial(**fields: Any) -> League:
    regulations = rules(POINTS, LOTS, **fields)
    return League(with_group(regulations, coverage="partial"))


def unknown(league: League, match: str) -> Event:
    league.schedule(match)
    return league.about(ResultRecorded, match, outcome="unknown")


def adopt(league: League, *rows: AdoptedRow, **fields: Any) -> Event:
    return league.record(fact(TableAdopted, group=GROUP, rows=rows, **fields))


def kinds(league: League) -> list[str]:
    return [question["kind"] for question in league.view("open-questions")["questions"]]


# Unknown results and partial groups


def test_a_result_that_nobody_knows_ranks_nobody_and_asks_nobody() -> None:
    league = League(rules(POINTS, LOTS, berths=(FIRST,))).results(a_b="1-0", a_c="1-0")
    unknown(league, "b-c")
    view = league.view()
    assert (league.table, view["unknown_results"]) == ("None a, None b, None c", 1)
    assert (league.status, kinds(league)) == ("unknown", [])
    assert league.row("a")["berths"] == {"champion": "unknown"}
    assert league.row("a")["level_with"] == []
    assert (league.row("a")["rank_confirmed"], league.row("a")["movement"]) == (None, None)


def test_what_is_held_of_the_results_is_still_counted() -> None:
    league = League().results(a_b="2-0")
    unknown(league, "b-c")
    assert (league.row("a")["points"], league.row("b")["played"]) == (3, 1)


def test_of_a_team_of_which_no_result_is_held_there_is_no_number() -> None:
    league = League(rules(teams=("a", "b", "c", "d"))).results(a_b="2-0")
    unknown(league, "b-c")
    lost, to_come = league.row("c"), league.row("d")
    assert [lost[column] for column in COLUMNS] == [None] * len(COLUMNS)
    assert [to_come[column] for column in COLUMNS] == [0] * len(COLUMNS)
    whole = partial()
    assert [whole.row("a")[column] for column in COLUMNS] == [None] * len(COLUMNS)


def test_a_table_that_waits_for_nobody_and_is_not_known_says_so_and_not_that_results_miss() -> None:
    league = partial()
    assert league.status == "unknown"
    league.schedule("a-b")
    assert league.status == "provisional"
    league.about(ResultRecorded, "a-b", outcome="unknown")
    assert league.status == "unknown"
    league.ruling("c", "b", "a")
    assert league.status == "final"


# Results without goals


def test_goals_that_nobody_recorded_are_no_goals_and_rank_nobody() -> None:
    league = League(rules(POINTS, DIFFERENCE, LOTS, berths=(FIRST,)))
    league.results(b_c="1-0", a_c="5-0")
    league.schedule("a-b")
    league.about(ResultRecorded, "a-b", outcome="draw")
    a, c = league.row("a"), league.row("c")
    assert [a[column] for column in GOALS] == [None, None, None]
    assert [c[column] for column in GOALS] == [0, 6, -6]
    assert (league.table, league.status) == ("None a, None b, 3 c", "unknown")
    assert (kinds(league), a["level_with"]) == ([], [])
    assert (a["berths"], c["berths"]) == ({"champion": "unknown"}, {"champion": "eliminated"})


def test_goals_that_nobody_recorded_matter_only_between_those_whom_they_would_part() -> None:
    league = League(rules(POINTS, DIFFERENCE)).results(b_c="1-0")
    for match in ("a-b", "a-c"):
        league.schedule(match)
        league.about(ResultRecorded, match, outcome="home")
    assert (league.table, league.status) == ("1 a, 2 b, 3 c", "final")


def test_whoever_knew_the_goals_may_say_who_was_first() -> None:
    league = League(rules(POINTS, DIFFERENCE, LOTS, teams=("a", "b"), berths=(FIRST,)))
    league.schedule("a-b")
    league.about(ResultRecorded, "a-b", outcome="draw")
    league.finalise("b", "a")
    assert (league.table, league.status, kinds(league)) == ("1 b, 2 a", "final", [])
    league.about(ResultRecorded, "a-b", home=1, away=1)
    assert (league.table, kinds(league)) == ("1 a, 1 b", ["level", "finalised_differs"])


def test_an_award_without_goals_gives_none() -> None:
    league = League(rules(POINTS, DIFFERENCE)).results(b_c="1-0", a_b="1-1")
    league.schedule("a-c")
    league.about(ResultAwarded, "a-c", outcome="home")
    assert [league.row("a")[column] for column in GOALS] == [1, 1, 0]
    assert league.table == "1 b, 2 a, 3 c"


# Extra matches that nobody knows


def test_an_extra_match_that_nobody_knows_is_no_open_question() -> None:
    league = League(rules(POINTS, EXTRA_MATCH, berths=(FIRST,)))
    league.results(a_b="0-0", b_c="1-0", a_c="1-0")
    assert kinds(league) == ["level"]
    league.extra_match("a-b-extra")
    league.about(ResultRecorded, "a-b-extra", outcome="unknown")
    assert (league.table, league.status, kinds(league)) == ("None a, None b, 3 c", "unknown", [])
    league.ruling("b", "a")
    assert (league.table, league.status) == ("1 b, 2 a, 3 c", "final")


def test_a_result_that_is_found_later_ranks_the_teams_again() -> None:
    league = League().results(a_b="1-0", a_c="1-0")
    unknown(league, "b-c")
    league.about(ResultRecorded, "b-c", home=1, away=0)
    assert (league.table, league.status) == ("1 a, 2 b, 3 c", "final")
    assert league.view()["unknown_results"] == 0


def test_a_result_that_is_awarded_is_known() -> None:
    league = League().results(a_b="1-0", a_c="1-0")
    unknown(league, "b-c")
    league.about(ResultAwarded, "b-c", outcome="home", home=3, away=0)
    assert league.table == "1 a, 2 b, 3 c"


def test_of_a_group_held_in_part_nobody_is_ranked() -> None:
    league = partial(berths=(FIRST,)).results(a_b="0-0", b_c="0-0", a_c="0-0")
    assert league.view()["coverage"] == "partial"
    assert league.table == "None a, None b, None c"
    assert (league.status, kinds(league)) == ("unknown", [])


def test_a_ruling_ranks_the_teams_of_a_group_held_in_part() -> None:
    league = partial(berths=(TWO_BEST,)).results(a_b="1-0")
    league.ruling("c", "b", "a")
    assert (league.table, league.status) == ("1 c, 2 b, 3 a", "final")
    assert [row["berths"]["next"] for row in league.view()["rows"]] == [
        "clinched",
        "clinched",
        "eliminated",
    ]
    assert league.why("b") == ("ruling", 1, 2)


def test_a_decision_that_names_only_the_winner_leaves_the_others_unknown() -> None:
    league = partial(berths=(TWO_BEST,))
    league.ruling("c", ("a", "b"))
    assert league.table == "1 c, None a, None b"
    assert league.row("c")["berths"] == {"next": "clinched"}
    assert league.row("a")["berths"] == {"next": "unknown"}


def test_a_decision_about_some_of_the_teams_ranks_nobody() -> None:
    league = partial()
    league.ruling("c", "a")
    assert (league.table, league.status) == ("None a, None b, None c", "unknown")


def test_a_group_held_in_part_is_finalised_as_somebody_decided_it() -> None:
    league = partial().results(a_b="1-0")
    league.finalise("b", "a", "c")
    assert (league.table, league.status) == ("1 b, 2 a, 3 c", "final")
    league.ruling("a", "b")
    assert kinds(league) == ["finalised_differs"]


def test_a_final_order_of_a_group_held_in_part_names_all_its_teams() -> None:
    with pytest.raises(Refused, match="the order of group-a is a = b = c"):
        partial().finalise("b", "a")


# Criteria of the section


def test_the_criteria_of_a_section_stand_instead_of_those_of_the_competition() -> None:
    regulations = rules(POINTS, DIFFERENCE)
    [stage] = regulations.stages
    wins = (Criterion(metric="wins", article="7"),)
    section = replace(stage.sections[0], criteria=wins)
    league = League(replace(regulations, stages=(replace(stage, sections=(section,)),)))
    league.results(a_b="1-0", b_c="9-0", a_c="0-9")
    assert league.table == "1 a, 1 b, 1 c"
    assert league.view()["criteria"] == [{"metric": "wins", "scope": "all", "article": "7"}]
    assert league.view("competition")["regulations"]["criteria"][0]["metric"] == "points"


# Published tables


PRINTED = (
    AdoptedRow(team="b", rank=1, played=2, won=2, points=6, goal_difference=5),
    AdoptedRow(team="a", rank=2, played=2, won=1, points=3, goal_difference=-2),
    AdoptedRow(team="c", rank=3, played=2, won=0, points=0, goal_difference=-1),
)


def test_a_published_table_stands_as_it_was_printed() -> None:
    league = League(rules(berths=(FIRST,)))
    adopted = adopt(league, *PRINTED, source="a newspaper", occurred="2013-11")
    view = league.view()
    assert league.table == "1 b, 2 a, 3 c"
    assert view["adopted"] == {
        "source": "a newspaper",
        "occurred": "2013-11",
        "position": adopted.position,
        "differs": None,
    }
    # They add up to +2, as in the table of Ucayali.
    assert [row["goal_difference"] for row in view["rows"]] == [5, -2, -1]
    assert (league.row("b")["drawn"], league.row("b")["goals_for"]) == (None, None)
    assert league.why("a") is None


def test_a_published_table_is_not_final_until_somebody_says_so() -> None:
    league = League(rules(berths=(FIRST,)))
    adopt(league, *PRINTED)
    assert (league.status, league.row("b")["berths"]) == ("provisional", {"champion": "unknown"})
    league.finalise("b", "a", "c")
    assert (league.status, league.row("b")["berths"]) == ("final", {"champion": "clinched"})


def test_a_section_says_of_which_of_its_groups_the_table_is_a_published_one() -> None:
    def shown(league: League) -> tuple[str, bool]:
        [group] = league.view("sections/amazonas")["groups"]
        return group["status"], group["printed"]

    league = partial()
    assert shown(league) == ("unknown", False)
    adopt(league, *(replace(row, rank=None) for row in PRINTED))
    assert shown(league) == ("unknown", False)
    adopt(league, *PRINTED)
    assert shown(league) == ("unknown", True)


def test_no_result_confirms_a_rank_that_is_only_printed() -> None:
    league = League()
    adopt(league, *PRINTED)
    assert [row["rank_confirmed"] for row in league.view()["rows"]] == [None, None, None]
    assert [row["movement"] for row in league.view()["rows"]] == [None, None, None]
    league.finalise("b", "a", "c")
    assert [row["rank_confirmed"] for row in league.view()["rows"]] == [1, 2, 3]


def test_a_published_table_is_finalised_only_as_it_is_printed() -> None:
    league = League()
    adopt(league, *PRINTED)
    with pytest.raises(Refused, match="the order of group-a is b > a > c"):
        league.finalise("a", "b", "c")


def test_teams_that_share_a_printed_rank_are_parted_by_a_decision() -> None:
    league = League()
    adopt(league, *(replace(row, rank=max(row.rank or 0, 2)) for row in PRINTED[:2]))
    assert league.table == "2 b, 2 a, None c"
    assert league.row("a")["level_with"] == ["b"]
    league.lots("a", "b")
    assert league.table == "2 a, 3 b, None c"


def test_without_printed_ranks_the_rows_stand_as_printed_and_nobody_is_ranked() -> None:
    league = League()
    adopt(league, *(replace(row, rank=None) for row in PRINTED))
    assert league.table == "None b, None a, None c"


def test_a_decision_that_names_all_ranks_those_whose_rank_is_not_printed() -> None:
    league = League()
    adopt(league, *PRINTED[:2])
    assert league.table == "1 b, 2 a, None c"
    league.finalise("b", "a", "c")
    assert (league.table, league.status) == ("1 b, 2 a, 3 c", "final")


def test_the_newest_published_table_that_stands_counts() -> None:
    league = League()
    adopt(league, *PRINTED)
    newer = adopt(league, AdoptedRow(team="c", rank=1, points=9))
    assert (league.table, league.row("a")["points"]) == ("1 c, None a, None b", None)
    league.cancel(newer)
    assert league.table == "1 b, 2 a, 3 c"


def test_where_the_matches_come_to_something_else_the_table_says_so_and_mixes_nothing() -> None:
    league = League().results(b_a="4-0", b_c="2-0", c_a="0-1")
    adopt(league, *PRINTED)
    assert league.view()["adopted"]["differs"] is True
    assert league.row("b")["goal_difference"] == 5


def test_a_published_table_that_the_matches_come_to_does_not_differ() -> None:
    league = League().results(b_a="4-0", b_c="1-0", c_a="0-2")
    adopt(league, *PRINTED[:2], replace(PRINTED[2], goal_difference=-3))
    assert league.view()["adopted"]["differs"] is False


def test_of_matches_held_in_part_only_more_than_is_printed_is_a_difference() -> None:
    league = partial().results(b_a="1-0")
    adopt(league, *PRINTED)
    assert league.view()["adopted"]["differs"] is False
    league.results(c_a="1-0")
    assert league.view()["adopted"]["differs"] is True
