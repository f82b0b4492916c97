"""A correction names a fact that is there; an amendment says what that fact should have said."""

import pytest

from events.types import (
    EventAmended,
    EventCancelled,
    EventConfirmed,
    NoteAdded,
    ProtestDecided,
    ProtestFiled,
    ReviewEnded,
    ReviewStarted,
)
from tests.decisions.given import (
    CREATED,
    ENTERED,
    FINAL,
    KICKED_OFF,
    SCHEDULED,
    Given,
    amended,
    cancelled,
    confirmed,
    fact,
    goal,
    new_id,
    recorded,
    whistle,
)

GOAL = goal("home", 12)
PLAYED = (KICKED_OFF, GOAL)
NOBODY = new_id()


@pytest.mark.parametrize(
    "word",
    [
        fact(EventConfirmed, match=FINAL, target=NOBODY),
        fact(EventCancelled, match=FINAL, target=NOBODY),
        fact(EventAmended, match=FINAL, target=NOBODY, body={"type": "note_added", "text": "x"}),
        fact(ReviewStarted, match=FINAL, target=NOBODY),
        fact(ReviewEnded, match=FINAL, target=NOBODY, outcome="upheld"),
        fact(ProtestDecided, match=FINAL, target=NOBODY, outcome="upheld"),
    ],
)
def test_a_word_about_nothing_that_is_recorded_is_refused(word: EventConfirmed) -> None:
    said = f"no event {NOBODY} about match final is recorded; name one that is"
    Given(*PLAYED).when(word).then_refused(said, target=NOBODY)


def test_a_word_about_a_fact_of_another_match_is_refused() -> None:
    elsewhere = fact(EventCancelled, target=GOAL.id)
    Given(*PLAYED).when(elsewhere).then_refused("about the competition as a whole is recorded")
    of_a_team = fact(EventCancelled, match=FINAL, target=ENTERED[0].id)
    Given(*PLAYED).when(of_a_team).then_refused("about match final is recorded")


def test_a_word_about_itself_is_refused() -> None:
    own_id = new_id()
    itself = EventCancelled(id=own_id, match=FINAL, target=own_id)
    Given(*PLAYED).when(itself).then_refused(f"no event {own_id}")


def test_a_fact_of_the_competition_can_be_confirmed_and_cancelled() -> None:
    Given().when(fact(EventConfirmed, target=ENTERED[0].id)).then_recorded()
    Given().when(cancelled(ENTERED[0])).then_recorded()


def test_the_creation_of_the_competition_stays() -> None:
    said = "the creation of a competition stays; use regulations_amended or a new competition"
    Given().when(cancelled(CREATED)).then_refused(said)
    Given().when(amended(CREATED, name="x")).then_refused(said)
    Given().when(fact(EventConfirmed, target=CREATED.id)).then_recorded()


def test_a_review_may_have_no_target() -> None:
    Given(*PLAYED).when(fact(ReviewStarted, match=FINAL)).then_recorded()


# Cancelling


def test_a_goal_is_cancelled_and_brought_back() -> None:
    gone = cancelled(GOAL)
    nil_nil = Given(*PLAYED).when(gone).then_recorded().then_match(score="0-0")
    nil_nil.when(cancelled(gone)).then_recorded().then_match(score="1-0")


def test_a_cancelled_schedule_refuses_all_but_the_cancellation_of_its_cancellation() -> None:
    gone = cancelled(SCHEDULED)
    nowhere = Given(*PLAYED, gone).then_no_match()
    nowhere.when(goal("home")).then_refused("there is no match final")
    nowhere.when(amended(GOAL, side="away")).then_refused("there is no match final")
    nowhere.when(confirmed()).then_refused("there is no match final")
    nowhere.when(cancelled(gone)).then_recorded().then_match(score="1-0")


def test_a_cancellation_in_a_match_that_never_was_is_refused() -> None:
    nowhere = fact(EventCancelled, match="semi-final", target=GOAL.id)
    Given(*PLAYED).when(nowhere).then_refused("there is no match semi-final")


def test_an_event_of_a_match_that_was_cancelled_may_still_be_amended() -> None:
    Given(*PLAYED, cancelled(GOAL)).when(amended(GOAL, side="away")).then_recorded()


# Amending


def test_an_amended_goal_counts_as_amended() -> None:
    Given(*PLAYED).when(amended(GOAL, side="away")).then_recorded().then_match(score="0-1")


def test_an_amendment_keeps_the_type_of_its_target() -> None:
    said = "an amendment keeps type and subject of its target, a goal_scored; cancel it and post"
    card = amended(GOAL, type="goal_disallowed")
    Given(*PLAYED).when(card).then_refused(said, target=GOAL.id)


def test_an_amendment_keeps_the_subject_of_its_target() -> None:
    said = "an amendment keeps type and subject of its target"
    Given(*PLAYED).when(amended(GOAL, match="semi-final")).then_refused(said)
    note = fact(NoteAdded, match=FINAL, text="llueve")
    Given(note).when(amended(note, match=None)).then_refused(said)


def test_an_amended_sheet_is_held_to_what_can_be() -> None:
    sheet = whistle(1, 1)
    ended = Given(KICKED_OFF, goal("home"), goal("away"), sheet)
    ended.when(amended(sheet, away=None)).then_refused("give the goals of both sides")
    level = {"home": 4, "away": 4}
    ended.when(amended(sheet, shoot_out=level)).then_refused("does not end level")
    result = recorded(2, 1)
    Given(result).when(amended(result, outcome="away")).then_refused("2-1 is not the outcome away")


def test_an_amended_amendment_is_held_to_what_can_be() -> None:
    wrong = amended(GOAL, side="away")
    twice = Given(*PLAYED, wrong)
    body = {"type": "goal_scored", "match": FINAL, "side": "home"}
    twice.when(amended(wrong, target=NOBODY)).then_refused(f"no event {NOBODY}")
    twice.when(amended(wrong, body={**body, "match": "semi-final"})).then_refused("keeps type")
    twice.when(amended(wrong, body=body)).then_recorded().then_match(score="1-0")


def test_an_amendment_of_a_fact_of_the_competition_is_held_to_what_can_be() -> None:
    renamed = amended(ENTERED[0], names={"full": "Cobresol FBC"})
    Given().when(renamed).then_recorded()


# Cancelling twice


def test_what_is_cancelled_already_may_be_cancelled_again_and_that_is_odd() -> None:
    said = "it is cancelled already; whoever brings it back has to cancel both cancellations"
    first, again = cancelled(GOAL), cancelled(GOAL)
    Given(*PLAYED, first).when(again).then_warns(said).and_match(score="0-0")
    Given(*PLAYED, first, cancelled(first)).when(again).then_recorded()
    Given(*PLAYED, first).when(cancelled(first)).then_recorded()
    Given(*PLAYED, first, again, cancelled(first), cancelled(again)).then_match(score="1-0")
    Given(*PLAYED, first, amended(GOAL, minute=13)).when(again).then_recorded()
    taken_back = cancelled(first)
    Given(*PLAYED, first, taken_back).when(cancelled(first)).then_warns("it is cancelled already")
    Given(SCHEDULED, cancelled(SCHEDULED)).when(cancelled(SCHEDULED)).then_warns(said)


def test_a_fact_of_the_competition_that_is_cancelled_twice_is_odd_too() -> None:
    entry = cancelled(ENTERED[0])
    Given(entry).when(cancelled(ENTERED[0])).then_warns("it is cancelled already")
    Given(entry, cancelled(entry)).when(cancelled(ENTERED[0])).then_recorded()
    Given(entry).when(cancelled(ENTERED[1])).then_recorded()


# Protests


def test_a_decision_names_a_protest() -> None:
    protest = fact(ProtestFiled, match=FINAL)
    filed = Given(*PLAYED, protest).then_match(under_protest=True)
    about_a_goal = fact(ProtestDecided, match=FINAL, target=GOAL.id, outcome="upheld")
    filed.when(about_a_goal).then_refused("the target is not a protest; name the id of a protest")
    decided = fact(ProtestDecided, match=FINAL, target=protest.id, outcome="upheld")
    filed.when(decided).then_recorded().then_match(under_protest=False)
