"""What a fact costs follows from what it says, not from how long the log has become.

Work is counted, never timed: a check that draws up no table, a value that is not derived
anew, a list that is not copied.
"""

import sys
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from events import regulations
from events.fields import Names
from events.match import Match
from events.regulations import Berth, Group, Regulations, Section
from events.types import (
    ClaimRecorded,
    CompetitionCreated,
    Event,
    FinalWhistle,
    GoalScored,
    GroupFormed,
    MatchScheduled,
    NoteAdded,
    PeriodStarted,
    ProtestFiled,
    StandingsFinalised,
    TeamEntered,
)
from projections import competition, known, totals
from projections.competition import Stage, outline_of
from projections.fold import Fold
from projections.listing import LEAF_ITEMS_MAX, Listing
from projections.table import Table, table_of
from projections.totals import Share, share_of
from services.projector import snapshot_is_due
from services.settings import SNAPSHOT_EVERY_EVENTS
from tests.decisions.given import fact
from tests.decisions.tables import GROUP, League


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The groups whose tables were drawn up, one entry each time."""
    drawn: list[str] = []

    def counting(*args: Any) -> Table:
        drawn.append(args[1].group)
        return table_of(*args)

    monkeypatch.setattr(known, "table_of", counting)
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


def test_all_snapshots_of_a_long_log_cost_a_few_times_the_last_one() -> None:
    kept = [0]
    for checkpoint in range(0, 5_000_000, 500):
        if snapshot_is_due(kept[-1], checkpoint):
            kept.append(checkpoint)
    assert sum(kept) < 6 * kept[-1]
    assert all(after - before >= SNAPSHOT_EVERY_EVENTS for before, after in pairwise(kept))


# One more fact on a Sunday on which everybody plays. A step is a call of a function.

FEW, MANY = 250, 1_000
"""So many groups that every list of a view is cut with either."""

ONE_MORE: dict[str, tuple[type[Event], dict[str, Any]]] = {
    "a goal": (GoalScored, {"match": "match-7", "side": "home", "player": "player-7"}),
    "a final whistle": (FinalWhistle, {"match": "match-7", "home": 1, "away": 0}),
    "a protest": (ProtestFiled, {"match": "match-7", "reason": "a second one"}),
    "a match": (MatchScheduled, {"match": "one-more", "home": "a-7", "away": "b-7"}),
    "a table": (StandingsFinalised, {"group": "group-7", "order": ("a-7", "b-7")}),
    "a team": (TeamEntered, {"team": "a-7", "section": "s", "names": Names(full="Another name")}),
}


@cache
def sunday(groups: int) -> bytes:
    """Everybody plays at once, has scored, and has protested; a team and its group are a number."""
    fold = Fold()

    def record(kind: type[Event], **fields: Any) -> None:
        fold.advance(replace(fact(kind, **fields), position=fold.position + 1))

    formed = tuple(
        Group(
            id=f"group-{number}",
            name="Grupo",
            teams=(f"a-{number}", f"b-{number}"),
            berths=(Berth(id=f"berth-{number}", name="Campeón"),),
        )
        for number in range(groups)
    )
    section = Section(id="s", name="Sección", groups=formed)
    stage = regulations.Stage(id="st", name="Etapa", sections=(section,))
    record(CompetitionCreated, competition="c", regulations=Regulations(stages=(stage,)))
    for number in range(groups):
        match = f"match-{number}"
        for side in "ab":
            names = Names(full=f"Club {side} {number}")
            record(TeamEntered, team=f"{side}-{number}", section="s", names=names)
        place = {"group": f"group-{number}", "kick_off": "2013-06-02T15:30:00-05:00"}
        record(MatchScheduled, match=match, home=f"a-{number}", away=f"b-{number}", **place)
        record(PeriodStarted, match=match, period="first_half")
        record(GoalScored, match=match, side="home", player=f"player-{number}")
        record(ProtestFiled, match=match, reason="a player who may not play")
    return fold.dump()


def steps_of(kind: type[Event], fields: dict[str, Any], groups: int) -> int:
    """Count the calls that it takes to bring every view up to date after one more fact."""
    fold = Fold.load(sunday(groups))
    fold.render("competition")  # after which it is kept what all of it comes to
    for topic in [topic for topic in fold.topics() if "/" not in topic]:
        fold.render(topic)
    fold.render("sections/s")
    event = replace(fact(kind, **fields), position=fold.position + 1)
    steps = 0

    def count(frame: object, happens: str, argument: object) -> None:
        nonlocal steps
        steps += happens in ("call", "c_call")

    sys.setprofile(count)
    try:
        fold.advance(event)
        for topic in fold.take_touched():
            fold.render(topic)
    finally:
        sys.setprofile(None)
    return steps


@pytest.mark.parametrize("what", ONE_MORE)
def test_one_more_fact_costs_the_same_among_few_groups_and_among_many(what: str) -> None:
    few, many = (steps_of(*ONE_MORE[what], groups) for groups in (FEW, MANY))
    assert many < 1.2 * few, (few, many)
