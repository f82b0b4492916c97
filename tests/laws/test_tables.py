"""Law 5: a rank is never guessed.

It follows from results, regulations and recorded decisions, and can say why. That it depends on no
order and on no name is held for every rule of the language in test_rankings.py.
"""

from fractions import Fraction
from itertools import takewhile
from typing import Any

import msgspec
from hypothesis import given
from msgspec.structs import replace

from projections.ranking import DECIDERS, Contest, rank, records
from tests.laws.logs import Log, folded, logs
from tests.laws.ranked import plain_contests
from tests.laws.test_folds import EXAMPLES


@EXAMPLES
@given(plain_contests())
def test_each_rank_has_its_reason_and_only_the_first_needs_none(contest: Contest) -> None:
    first, *others = rank(contest)
    assert first.separated_by is None
    for tier in others:
        assert tier.separated_by is not None
        above, below = map(Fraction, tier.separated_by.numbers)
        if tier.separated_by.criterion in DECIDERS:
            assert above < below
        else:
            assert above > below


@EXAMPLES
@given(plain_contests())
def test_teams_are_level_only_if_every_criterion_of_the_whole_table_leaves_them_level(
    contest: Contest,
) -> None:
    overall = records(contest, contest.teams)
    # Whoever waits for lots or an extra match is not asked what comes after.
    until_decided = takewhile(lambda c: c.metric not in DECIDERS, contest.criteria)
    counted = [c.metric for c in until_decided if c.scope == "all"]
    columns = {"wins": "won"}
    for tier in rank(contest):
        for metric in counted:
            adjusted = contest.adjustments if metric == "points" else {}
            values = {
                getattr(overall[team], columns.get(metric, metric)) + adjusted.get(team, 0)
                for team in tier.teams
            }
            assert len(values) == 1


@EXAMPLES
@given(plain_contests())
def test_without_decisions_nothing_but_the_criteria_parts_teams(contest: Contest) -> None:
    for tier in rank(replace(contest, decisions=())):
        assert tier.separated_by is None or tier.separated_by.criterion not in DECIDERS


@EXAMPLES
@given(logs())
def test_a_table_that_was_not_printed_adds_up(log: Log) -> None:
    for view in tables(log):
        if view["adopted"] is not None:
            continue
        rows = [row for row in view["rows"] if row["played"] is not None]
        if None not in (goals := [row["goals_for"] for row in rows]):
            assert sum(goals) == sum(row["goals_against"] for row in rows)
        assert sum(row["won"] for row in rows) <= sum(row["lost"] for row in rows)
        assert all(row["played"] == row["won"] + row["drawn"] + row["lost"] for row in rows)


@EXAMPLES
@given(logs())
def test_ranks_leave_no_gap_but_for_those_who_share_one(log: Log) -> None:
    for view in tables(log):
        if not is_held(view):
            continue
        ranks = [row["rank"] for row in view["rows"]]
        assert all(rank in (None, ranks.index(rank) + 1) for rank in ranks)
        ranked = [row for row in view["rows"] if row["rank"] is not None]
        assert all(len(row["level_with"]) + 1 == ranks.count(row["rank"]) for row in ranked)


@EXAMPLES
@given(logs())
def test_results_that_are_not_all_held_rank_nobody(log: Log) -> None:
    for view in tables(log):
        if is_held(view) or view["adopted"]:
            continue
        criteria = {row["separated_by"]["criterion"] for row in view["rows"] if row["separated_by"]}
        assert criteria <= set(DECIDERS)
        for row in view["rows"]:
            assert row["rank"] or (row["movement"] is None and row["level_with"] == [])
            assert view["status"] == "final" or set(row["berths"].values()) <= {"unknown"}
        assert not [asked for asked in view["open_questions"] if asked["kind"] == "level"]


def tables(log: Log) -> list[Any]:
    fold = folded(log)
    topics = [f"standings/{group}" for group in fold.groups()]
    return [msgspec.json.decode(msgspec.json.encode(fold.render(topic))) for topic in topics]


@EXAMPLES
@given(logs())
def test_a_number_that_is_not_known_is_not_nought(log: Log) -> None:
    for view in tables(log):
        lacks = view["coverage"] == "partial"
        for row in () if view["adopted"] else view["rows"]:
            assert (row["played"] is None) == (row["points"] is None) == (row["won"] is None)
            assert row["played"] != 0 or not lacks
            assert row["played"] != 0 or row["goals_for"] == row["goal_difference"] == 0


def is_held(view: Any) -> bool:
    """Say whether results rank the teams of a table."""
    return view["coverage"] == "full" and not view["unknown_results"] and not view["adopted"]


@EXAMPLES
@given(logs())
def test_what_is_open_is_said_and_what_is_final_is_not_open(log: Log) -> None:
    fold = folded(log)
    for group in fold.groups():
        table, asked = fold.table(group), fold.open_questions(group)
        assert table is not None
        if table.status == "final":
            assert asked == ()
        if table.status in ("in_play", "undecided"):
            assert asked
