"""What a fact costs follows from what it says, not from how long the log has become.

Work is counted, never timed: a check that draws up no table, a value that is not derived
anew, a list that is not copied.
"""

from typing import Any

import pytest
from msgspec.structs import replace

from events.match import Match
from events.types import ClaimRecorded, GoalScored, GroupFormed, NoteAdded
from projections import competition, totals
from projections import fold as folding
from projections.competition import Stage, outline_of
from projections.fold import Fold
from projections.listing import LEAF_ITEMS_MAX, Listing
from projections.table import Table, table_of
from projections.totals import Share, share_of
from tests.decisions.given import fact
from tests.decisions.tables import GROUP, League


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The groups whose tables were drawn up, one entry each time."""
    drawn: list[str] = []

    def counting(*args: Any) -> Table:
        drawn.append(args[1].group)
        return table_of(*args)

    monkeypatch.setattr(folding, "table_of", counting)
    return drawn


def test_scheduling_and_playing_a_match_draws_up_no_table(tables: list[str]) -> None:
    league = League()
    for number in range(20):
        league.schedule(f"a-b-{number}")
        league.about(GoalScored, f"a-b-{number}", side="home")
    assert tables == []


def test_a_table_is_drawn_up_once_to_finalise_it(tables: list[str]) -> None:
    league = League().results(a_b="3-0", b_c="2-0", a_c="1-0")
    league.finalise("a", "b", "c")
    assert tables == [GROUP]


def test_one_more_result_adds_what_one_match_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    league = League().results(a_b="3-0", b_c="2-0")
    league.fold.render("records")
    added: list[str] = []

    def counting(played: Match, *args: Any) -> Share:
        added.append(played.match)
        return share_of(played, *args)

    monkeypatch.setattr(totals, "share_of", counting)
    league.result("a-c", "1-0")
    for topic in ("records", "scorers", "competition"):
        league.fold.render(topic)
    assert added == ["a-c"]


def test_stages_are_outlined_again_when_a_group_is_formed_and_for_no_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    league = League()
    outlined: list[int] = []

    def counting(fold: Fold) -> tuple[Stage, ...]:
        outlined.append(fold.position)
        return outline_of(fold)

    monkeypatch.setattr(competition, "outline_of", counting)
    for score in ("1-0", "2-0", "3-0"):
        league.result("a-b", score)
        league.view("competition")
    assert len(outlined) == 1
    place = {"stage": "departmental", "section": "amazonas"}
    league.record(fact(GroupFormed, group="group-b", name="B", teams=("a", "b"), **place))
    assert league.view("competition")["stages"][0]["groups_count"] == 2
    assert len(outlined) == 2


def test_notes_and_claims_leave_what_was_derived_of_the_competition_as_it_is() -> None:
    league = League()
    setting = league.fold.setting
    held = league.fold.held("competition")
    for number in range(20):
        league.record(fact(NoteAdded, text=f"note {number}"))
        league.record(fact(ClaimRecorded, about="scorers", says="as printed"))
    assert league.fold.held("competition") is held
    assert league.fold.setting is setting


def test_a_match_scheduled_in_a_long_list_shares_it_with_the_list_before() -> None:
    before = Listing.of(f"m-{number}" for number in range(10 * LEAF_ITEMS_MAX))
    after = before.and_then("next")
    assert [*before, "next"] == list(after)
    assert list(reversed(after)) == list(after)[::-1]
    pairs = zip(before.leaves, after.leaves, strict=False)
    assert all(old is new for old, new in pairs)
    assert Listing.of(after) == after


def test_a_branch_lists_what_the_fold_does_not() -> None:
    league = League()
    league.schedule("a-b")
    branch = league.fold.branch()
    second = league.fold.branch()
    event = replace(league.log[-1], match="b-a", position=second.position + 1)
    second.advance(event)
    assert [played.match for played in second.matches_in(f"group/{GROUP}")] == ["a-b", "b-a"]
    for fold in (branch, league.fold):
        assert [played.match for played in fold.matches_in(f"group/{GROUP}")] == ["a-b"]
