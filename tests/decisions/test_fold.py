"""A fold takes each event once and in order, and says which topics it touched."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from events.fields import Names
from events.types import (
    CardShown,
    CompetitionClosed,
    CompetitionReopened,
    GoalScored,
    GroupFormed,
    MatchRescheduled,
    MatchScheduled,
    NameErased,
    NoteAdded,
    PeriodStarted,
    PersonNamed,
    RegulationsAmended,
    TeamEntered,
)
from projections.fold import Fold, Gap
from tests.decisions.given import fact
from tests.decisions.tables import GROUP, League, rules

EVERY_MATCH = {"matches/a-b", f"matches/{GROUP}", f"standings/{GROUP}", "live", "open-questions"}
OF_A_SECTION = EVERY_MATCH | {"live/amazonas"}

SECTION = "sections/amazonas"


def touched(league: League) -> set[str]:
    """What was touched since the last call, all of it by the last event."""
    positions = league.fold.take_touched()
    assert set(positions.values()) <= {league.fold.position}
    return set(positions)


def quiet(league: League) -> League:
    league.fold.take_touched()
    return league


def with_match(**fields: object) -> League:
    league = League(rules(teams=("a", "b")))
    league.schedule("a-b", **fields)
    return quiet(league)


# Order


def test_an_event_that_was_taken_in_before_changes_nothing() -> None:
    league = with_match()
    before = league.fold.dump()
    for event in league.log:
        league.fold.advance(event)
    assert league.fold.dump() == before
    assert league.fold.take_touched() == {}


def test_a_gap_stops_the_fold_and_says_where_to_read_again() -> None:
    league = with_match()
    late = replace(league.log[-1], position=league.fold.position + 2)
    with pytest.raises(Gap, match="expected the event at position 5, found 6") as gap:
        league.fold.advance(late)
    assert (gap.value.expected, gap.value.found) == (5, 6)
    assert league.fold.position == 4


def test_a_subject_has_as_many_versions_as_facts() -> None:
    league = with_match()
    league.about(PeriodStarted, "a-b", period="first_half")
    versions = [league.fold.version(subject) for subject in ("competition", "match/a-b", "match/x")]
    assert versions == [3, 2, 0]


def test_a_fold_of_nothing_knows_nothing() -> None:
    fold = Fold()
    assert (fold.position, fold.version("competition"), dict(fold.topics())) == (0, 0, {})
    assert fold.render("standings/group-a") is None
    assert not fold.known_topic("competition")


# A branch


def test_what_is_decided_on_a_branch_never_reaches_the_fold() -> None:
    league = with_match()
    before = league.fold.dump()
    branch = league.fold.branch()
    goal = fact(GoalScored, match="a-b", side="home")
    branch.advance(replace(goal, position=branch.position + 1))
    sheets = [fold.sheet("a-b") for fold in (branch, league.fold)]
    assert [sheet and sheet.score is not None for sheet in sheets] == [True, False]
    assert league.fold.dump() == before


def test_a_branch_of_a_branch_sees_what_was_decided_before_it_and_affects_neither() -> None:
    league = with_match()
    first = league.fold.branch()
    entered = fact(TeamEntered, team="d", names=Names(full="D"))
    first.advance(replace(entered, position=first.position + 1))
    second = first.branch()
    scheduled = fact(MatchScheduled, match="a-d", home="a", away="d")
    second.advance(replace(scheduled, position=second.position + 1))
    assert second.has_team("d")
    assert [fold.sheet("a-d") is not None for fold in (league.fold, first, second)] == [
        False,
        False,
        True,
    ]


def test_a_branch_says_what_a_fact_would_touch() -> None:
    branch = with_match().fold.branch()
    goal = fact(GoalScored, match="a-b", side="home")
    branch.advance(replace(goal, position=branch.position + 1))
    counted = {"scorers", "records", "competition"}
    assert set(branch.take_touched()) == OF_A_SECTION | counted | {SECTION}


# What touches what


def test_a_card_touches_the_views_of_its_match() -> None:
    league = with_match()
    league.about(PeriodStarted, "a-b", period="first_half")
    league.fold.take_touched()
    league.about(CardShown, "a-b", side="home", card="yellow")
    assert touched(league) == OF_A_SECTION


def test_a_goal_touches_the_scorers_and_the_records_too() -> None:
    league = with_match()
    league.about(PeriodStarted, "a-b", period="first_half")
    league.fold.take_touched()
    league.about(GoalScored, "a-b", side="home")
    assert touched(league) == OF_A_SECTION | {"scorers", "records"}


def test_what_begins_or_ends_play_touches_the_competition_that_counts_it() -> None:
    league = with_match()
    league.about(PeriodStarted, "a-b", period="first_half")
    assert touched(league) == OF_A_SECTION | {"competition", "scorers", "records", SECTION}
    league.about(PeriodStarted, "a-b", period="second_half")
    assert touched(league) == OF_A_SECTION | {"scorers", "records"}


def test_a_match_moved_to_another_date_touches_both() -> None:
    league = with_match(kick_off="2025-06-01T23:30:00-05:00")
    league.about(MatchRescheduled, "a-b", kick_off="2025-06-08T15:00:00-05:00")
    assert {"matches/2025-06-01", "matches/2025-06-08"} <= touched(league)
    assert league.view("matches/2025-06-01") == {"simulated": False, "count": 0, "matches": []}
    league.about(GoalScored, "a-b", side="home")
    assert "matches/2025-06-01" not in touched(league)


def test_a_match_whose_schedule_is_cancelled_leaves_what_it_touched() -> None:
    league = with_match(kick_off="2025-06-01")
    scheduled = league.log[-1]
    cancelled = league.cancel(scheduled)
    assert {"matches/2025-06-01", f"standings/{GROUP}", "matches/a-b"} <= touched(league)
    assert league.fold.render("matches/a-b") is None
    league.cancel(cancelled)
    assert {"matches/2025-06-01", f"standings/{GROUP}", "matches/a-b"} <= touched(league)


def test_a_decision_about_a_group_touches_its_table_and_the_open_questions() -> None:
    league = quiet(League().results(a_b="0-0"))
    drawn = league.lots("a", "b")
    assert touched(league) == {f"standings/{GROUP}", "open-questions", SECTION}
    league.cancel(drawn)
    assert touched(league) == {f"standings/{GROUP}", "open-questions", SECTION}
    league.adjust("a", -1)
    assert touched(league) == {f"standings/{GROUP}", "open-questions", SECTION}


def test_a_claim_about_a_table_touches_only_that_table() -> None:
    league = quiet(League())
    league.claim("as printed", order=("a", "b"))
    assert touched(league) == {f"standings/{GROUP}"}


def test_a_name_corrected_touches_everything_that_shows_it() -> None:
    league = with_match(kick_off="2025-06-01")
    entered = next(event for event in league.log if isinstance(event, TeamEntered))
    league.amend(entered, names={"full": "Club A"})
    shown = {"teams", "competition", "scorers", "records", "matches/2025-06-01", SECTION}
    assert touched(league) == OF_A_SECTION | shown


def test_a_person_is_in_no_view() -> None:
    league = quiet(League())
    league.record(fact(PersonNamed, person="p-1", commitment="0" * 64))
    league.record(fact(NameErased, person="p-1"))
    assert league.fold.take_touched() == {}
    assert league.fold.has_person("p-1")


def test_notes_and_closing_touch_the_competition() -> None:
    league = quiet(League())
    league.record(fact(NoteAdded, text="the pitch is dry"))
    assert touched(league) == {"competition"}
    league.record(fact(CompetitionClosed))
    assert touched(league) == {"competition"}
    assert league.fold.closed
    league.record(fact(CompetitionReopened))
    assert not league.fold.closed


def test_a_group_formed_later_has_a_table_at_once() -> None:
    league = quiet(League())
    fields = {"stage": "departmental", "section": "amazonas", "name": "Grupo B"}
    formed = league.record(fact(GroupFormed, group="group-b", teams=("a", "b"), **fields))
    assert touched(league) == {
        "competition",
        "teams",
        "records",
        "open-questions",
        "standings/group-b",
        "matches/group-b",
        SECTION,
    }
    assert league.view("matches/group-b") == {"simulated": False, "count": 0, "matches": []}
    league.cancel(formed)
    assert "standings/group-b" in touched(league)
    assert league.fold.render("standings/group-b") is None
    assert league.fold.render("matches/group-b") is None


def test_amended_regulations_touch_the_tables_they_had_and_those_they_have() -> None:
    league = quiet(League())
    group = rules().stages[0].sections[0].groups[0]
    section = rules().stages[0].sections[0]
    other = replace(section, groups=(replace(group, id="group-z"),))
    stage = replace(rules().stages[0], sections=(other,))
    league.record(fact(RegulationsAmended, regulations=replace(rules(), stages=(stage,))))
    assert {f"standings/{GROUP}", "standings/group-z", "competition"} <= touched(league)
    assert league.fold.render(f"standings/{GROUP}") is None


def test_lots_amended_to_another_group_move_there() -> None:
    league = League().results(a_b="0-0", b_c="0-0", a_c="0-0")
    fields = {"stage": "departmental", "section": "amazonas", "name": "Grupo B"}
    league.record(fact(GroupFormed, group="group-b", teams=("a", "b"), **fields))
    drawn = league.lots("b", ("a", "c"))
    quiet(league)
    moved = league.amend(drawn, group="group-b", order=["b", "a"])
    assert {f"standings/{GROUP}", "standings/group-b"} <= touched(league)
    assert league.table == "1 a, 1 b, 1 c"
    assert ranks(league.view("standings/group-b")["rows"]) == [("b", 1), ("a", 2)]
    league.cancel(moved)
    assert league.table == "1 b, 2 a, 2 c"
    assert ranks(league.view("standings/group-b")["rows"]) == [("a", 1), ("b", 1)]


def ranks(rows: Iterable[dict[str, object]]) -> list[tuple[object, object]]:
    return [(row["team"], row["rank"]) for row in rows]
