"""Law 8: a correction is a new fact that names the one it corrects; the newest word wins.

Words about words count too: a cancellation can be cancelled, an amendment amended.
"""

import random
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.codec import amended as read_as_amended
from events.match import Match, facts_that_stand, sheet_of
from events.types import (
    Event,
    EventAmended,
    EventCancelled,
    EventConfirmed,
    GoalScored,
    NoteAdded,
)
from tests.decisions.any_event import IDS, MATCH_TYPES, events
from tests.decisions.given import (
    FINAL,
    KICKED_OFF,
    SCHEDULED,
    Given,
    amended,
    cancelled,
    goal,
    in_the_log,
)

ABOUT_A_MATCH = (*MATCH_TYPES, EventCancelled, EventAmended, EventConfirmed, NoteAdded)

GOAL = goal("home", 12)
CANCELLED = cancelled(GOAL)

# By example


def test_a_goal_that_is_cancelled_did_not_happen() -> None:
    Given(KICKED_OFF, GOAL, CANCELLED).then_match(score="0-0", goals=())


def test_cancelling_a_cancellation_brings_the_goal_back() -> None:
    back = cancelled(CANCELLED)
    Given(KICKED_OFF, GOAL, CANCELLED, back).then_match(score="1-0")
    Given(KICKED_OFF, GOAL, CANCELLED, back, cancelled(back)).then_match(score="0-0")


def test_a_goal_cancelled_twice_is_back_only_when_both_are_cancelled() -> None:
    again = cancelled(GOAL)
    Given(KICKED_OFF, GOAL, CANCELLED, again, cancelled(again)).then_match(score="0-0")
    Given(KICKED_OFF, GOAL, CANCELLED, again, cancelled(again), cancelled(CANCELLED)).then_match(
        score="1-0"
    )


def test_an_amended_goal_reads_as_amended_and_stays_in_its_place() -> None:
    other_side = amended(GOAL, side="away", minute=13)
    [fact] = facts_that_stand(in_the_log([GOAL, other_side]))
    assert isinstance(fact.event, GoalScored)
    assert (fact.event.side, fact.event.minute, fact.event.id) == ("away", 13, GOAL.id)
    assert (fact.event.position, fact.event.recorded_by) == (1, "token/1")
    assert fact.recorded.position == 1


def test_the_newest_of_two_amendments_wins() -> None:
    first, second = amended(GOAL, minute=13), amended(GOAL, minute=14)
    [fact] = facts_that_stand(in_the_log([GOAL, first, second]))
    assert fact.event.minute == 14  # type: ignore[attr-defined] # it is a goal
    [fact] = facts_that_stand(in_the_log([GOAL, first, second, cancelled(second)]))
    assert fact.event.minute == 13  # type: ignore[attr-defined] # it is a goal


def test_an_amendment_after_a_cancellation_says_that_it_happened_after_all() -> None:
    Given(KICKED_OFF, GOAL, CANCELLED, amended(GOAL, side="away")).then_match(score="0-1")
    Given(KICKED_OFF, GOAL, amended(GOAL, side="away"), CANCELLED).then_match(score="0-0")


def test_an_amended_amendment_reads_as_it_was_amended() -> None:
    wrong = amended(GOAL, side="away")
    right = amended(wrong, body={"type": "goal_scored", "match": FINAL, "side": "home"})
    Given(KICKED_OFF, GOAL, wrong, right).then_match(score="1-0")
    Given(KICKED_OFF, GOAL, wrong, right, cancelled(right)).then_match(score="0-1")


def test_a_cancellation_amended_to_another_goal_cancels_that_one_instead() -> None:
    other = goal("away", 50)
    mistaken = cancelled(GOAL)
    Given(KICKED_OFF, GOAL, other, mistaken, amended(mistaken, target=other.id)).then_match(
        score="1-0"
    )


def test_a_schedule_that_is_cancelled_takes_the_match_away_until_that_is_cancelled() -> None:
    gone = cancelled(SCHEDULED)
    Given(KICKED_OFF, GOAL, gone).then_no_match()
    Given(KICKED_OFF, GOAL, gone, cancelled(gone)).then_match(score="1-0", play="in_play")


def test_words_that_name_nothing_here_change_nothing() -> None:
    elsewhere = goal("home", match="semi-final")
    facts = in_the_log([GOAL, cancelled(elsewhere), amended(elsewhere, side="away")])
    assert [fact.event for fact in facts_that_stand(facts)] == facts[:1]


# For every log


def naively(facts: Sequence[Event]) -> list[Event]:
    """The same rule said the slow way: a fact is what the newest word about it that stands says."""

    def reads(at: int) -> Event | None:
        for later in range(len(facts) - 1, at, -1):
            word = reads(later)
            if isinstance(word, EventCancelled | EventAmended) and word.target == facts[at].id:
                if isinstance(word, EventCancelled):
                    return None
                return read_as_amended(facts[at], word.body)
        return facts[at]

    read = [reads(at) for at in range(len(facts))]
    return [e for e in read if e is not None and not isinstance(e, EventCancelled | EventAmended)]


@st.composite
def corrected(draw: st.DrawFn) -> list[Event]:
    """Goals, and words about earlier goals and earlier words."""
    facts: list[Event] = [goal("home", minute) for minute in range(3)]
    for minute in range(draw(st.integers(0, 7))):
        target = draw(st.sampled_from(facts))
        change = {"minute": 90 + minute} if isinstance(target, GoalScored) else {"reason": "x"}
        facts.append(cancelled(target) if draw(st.booleans()) else amended(target, **change))
    return in_the_log(facts)


@given(corrected())
def test_what_stands_is_what_the_slow_rule_says(facts: list[Event]) -> None:
    assert [fact.event for fact in facts_that_stand(facts)] == naively(facts)


@given(corrected(), st.data())
def test_a_word_and_its_cancellation_leave_everything_as_it_was(
    facts: list[Event], data: st.DataObject
) -> None:
    target = data.draw(st.sampled_from(facts))
    word = data.draw(st.sampled_from([cancelled(target), amended(target, reason="x")]))
    taken_back = [*facts, word, cancelled(word)]
    assert facts_that_stand(taken_back) == facts_that_stand(facts)


@given(corrected(), corrected(), st.randoms(use_true_random=False))
def test_facts_that_have_nothing_to_do_with_each_other_may_come_in_any_order(
    some: list[Event], others: list[Event], chance: random.Random
) -> None:
    turns = [iter(some)] * len(some) + [iter(others)] * len(others)
    chance.shuffle(turns)
    mixed = facts_that_stand([next(turn) for turn in turns])
    apart = [*facts_that_stand(some), *facts_that_stand(others)]
    assert {fact.event.id: fact for fact in mixed} == {fact.event.id: fact for fact in apart}


@st.composite
def odd_matches(draw: st.DrawFn) -> Match:
    """Any facts about one match in any order, unchecked: each may target any other, and itself."""
    drawn = draw(st.lists(events(ABOUT_A_MATCH, narrow=True), max_size=len(IDS)))
    placed = [
        replace(event, id=IDS[at], match=FINAL, position=at + 1, recorded_at="2013")
        for at, event in enumerate(drawn)
    ]
    first = [replace(SCHEDULED, position=0)] if draw(st.booleans()) else []
    return Match(FINAL, (*first, *placed))


@given(odd_matches())
def test_a_sheet_is_made_of_any_facts_in_any_order(match: Match) -> None:
    sheet = sheet_of(match)
    if sheet is not None:
        assert sheet.match == FINAL
        assert (sheet.score is None) or sheet.play not in ("scheduled", "postponed", "not_played")
        assert sheet.standing != "annulled" or sheet.counted is None
        assert sheet.result is None or sheet.standing != "none"
