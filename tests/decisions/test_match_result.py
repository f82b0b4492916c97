"""What a match is worth: the newest sheet, award or confirmation; and when that is disputed.

DESIGN.md, "Check, don't argue": score is the goals not cancelled; disputed is derived (sheet and
count differ, or a fact came after confirmation) and ends when they agree or somebody with
authority confirms.
"""

import pytest

from events.fields import Outcome
from events.types import (
    Event,
    FinalWhistle,
    PeriodEnded,
    PeriodStarted,
    ProtestDecided,
    ProtestFiled,
    ResultAwarded,
    ResultRecorded,
)
from tests.decisions.given import (
    FINAL,
    KICKED_OFF,
    Given,
    amended,
    annulled,
    awarded,
    cancelled,
    confirmed,
    fact,
    goal,
    recorded,
    whistle,
)

HOME_GOAL = goal("home", 12)
AWAY_GOAL = goal("away", 50)
ONE_NIL = whistle(1, 0)
CONFIRMED = confirmed()

# Score and result


def test_the_score_is_the_goals_not_cancelled() -> None:
    Given(KICKED_OFF, HOME_GOAL, AWAY_GOAL, goal("home"), cancelled(AWAY_GOAL)).then_match(
        score="2-0", result=None, standing="none"
    )


def test_an_own_goal_counts_for_the_side_that_it_is_credited_to() -> None:
    Given(goal("home", method="own_goal")).then_match(score="1-0")


def test_the_sheet_is_the_result() -> None:
    Given(KICKED_OFF, HOME_GOAL, ONE_NIL).then_match(
        play="ended", standing="provisional", score="1-0", result="home 1-0", disputed=False
    )


def test_a_whistle_without_a_sheet_takes_the_goals_that_were_seen() -> None:
    Given(KICKED_OFF, HOME_GOAL, whistle()).then_match(standing="provisional", result="home 1-0")
    Given(KICKED_OFF, whistle()).then_match(result="draw 0-0")


def test_a_whistle_alone_does_not_make_it_nil_nil() -> None:
    Given(whistle()).then_match(play="ended", score=None, result=None)


def test_a_goal_sent_late_counts_where_no_sheet_says_otherwise() -> None:
    Given(KICKED_OFF, whistle(), HOME_GOAL).then_match(result="home 1-0", disputed=False)


def test_a_whistle_without_a_sheet_takes_nothing_back() -> None:
    Given(recorded(2, 1), whistle()).then_match(score="2-1", result="home 2-1")
    Given(recorded(2, 1), HOME_GOAL, whistle()).then_match(score="2-1", result="home 2-1")
    Given(ONE_NIL, whistle()).then_match(result="home 1-0", standing="provisional")
    Given(ONE_NIL, CONFIRMED, whistle()).then_match(result="home 1-0", standing="confirmed")
    Given(awarded("away", 0, 3), whistle()).then_match(result="away 0-3", standing="awarded")
    Given(ONE_NIL, annulled(), whistle()).then_match(result=None, standing="annulled")


def test_of_two_whistles_the_newest_counts() -> None:
    Given(ONE_NIL, whistle(1, 1)).then_match(result="draw 1-1", standing="provisional")


def test_of_two_whistles_the_older_counts_when_the_newer_is_cancelled() -> None:
    newer = whistle(1, 1)
    Given(ONE_NIL, newer, cancelled(newer)).then_match(result="home 1-0")


def test_a_result_with_the_outcome_only_has_no_goals() -> None:
    Given(recorded(outcome="away")).then_match(
        play="ended", standing="provisional", score=None, result="away", disputed=False
    )


def test_a_sheet_on_which_both_lose_is_not_a_draw() -> None:
    Given(recorded(0, 0, outcome="both_lose")).then_match(result="both_lose 0-0")


def test_a_result_of_an_old_match_is_not_disputed_by_the_few_scorers_that_are_known() -> None:
    Given(recorded(2, 1), HOME_GOAL).then_match(score="2-1", result="home 2-1", disputed=False)
    Given(HOME_GOAL, recorded(2, 1)).then_match(score="2-1", disputed=False)


# Awards and annulments


@pytest.mark.parametrize("outcome", ["home", "draw", "away", "both_lose"])
def test_an_award_counts_and_the_score_stays_what_was_played(outcome: Outcome) -> None:
    Given(KICKED_OFF, HOME_GOAL, ONE_NIL, awarded(outcome)).then_match(
        standing="awarded", score="1-0", result=outcome, disputed=False
    )


def test_an_award_may_stand_for_a_match_that_was_never_played() -> None:
    award = fact(ResultAwarded, match=FINAL, outcome="home", home=3, away=0, reason="walkover")
    Given(award).then_match(play="not_played", standing="awarded", score=None, result="home 3-0")


def test_an_award_that_is_cancelled_leaves_the_result_as_it_was_on_the_sheet() -> None:
    award = awarded("away", 0, 3)
    Given(ONE_NIL, award, cancelled(award)).then_match(standing="provisional", result="home 1-0")


def test_an_annulled_match_counts_for_nothing() -> None:
    given = Given(KICKED_OFF, HOME_GOAL, ONE_NIL, annulled())
    given.then_match(standing="annulled", score="1-0", result=None, counted=None, disputed=False)


def test_an_annulment_that_is_cancelled_annuls_nothing() -> None:
    ruling = annulled()
    Given(ONE_NIL, ruling, cancelled(ruling)).then_match(result="home 1-0", standing="provisional")


def test_a_table_takes_the_score_where_there_is_no_result_yet() -> None:
    Given(KICKED_OFF, HOME_GOAL).then_match(result=None, counted="home 1-0")
    Given().then_match(counted=None)
    Given(KICKED_OFF, HOME_GOAL, awarded("away", 0, 3)).then_match(counted="away 0-3")


# Disputed: sheet and count differ


def test_a_goal_after_the_whistle_counts_and_disputes_the_sheet() -> None:
    nil_nil = Given(KICKED_OFF, whistle(0, 0)).then_match(disputed=False)
    nil_nil.when(goal("home", 88)).then_warns("after the final whistle").and_match(
        score="1-0", result="draw 0-0", disputed=True
    )


def test_a_sheet_that_differs_from_the_goals_is_disputed_until_they_agree() -> None:
    differs = Given(KICKED_OFF, HOME_GOAL, AWAY_GOAL, ONE_NIL).then_match(disputed=True)
    differs.when(cancelled(AWAY_GOAL)).and_match(disputed=False, score="1-0", result="home 1-0")


def test_a_sheet_that_is_amended_to_the_goals_is_not_disputed_any_more() -> None:
    differs = Given(KICKED_OFF, HOME_GOAL, AWAY_GOAL, ONE_NIL)
    differs.when(amended(ONE_NIL, away=1)).and_match(disputed=False, result="draw 1-1")


@pytest.mark.parametrize("before", [(), (KICKED_OFF,), (whistle(),)])
@pytest.mark.parametrize("sheet", [whistle(2, 1), recorded(2, 1)])
def test_goals_that_a_phone_sends_after_the_sheet_end_in_agreement_with_it(
    before: tuple[Event, ...], sheet: FinalWhistle | ResultRecorded
) -> None:
    goals = goal("home", 10), goal("away", 20), goal("home", 30)
    late = Given(*before, sheet, *goals)
    late.then_match(score="2-1", result="home 2-1", standing="provisional", disputed=False)
    signed = Given(*before, sheet, CONFIRMED, *goals)
    signed.then_match(score="2-1", result="home 2-1", standing="confirmed", disputed=False)


def test_a_confirmation_of_nothing_does_not_dispute_the_sheet_that_follows() -> None:
    early = Given(CONFIRMED, whistle(2, 1), goal("home"), goal("away"))
    early.then_match(score="1-1", result="home 2-1", disputed=True)
    early.when(goal("home")).and_match(score="2-1", standing="provisional", disputed=False)
    Given(CONFIRMED, recorded(2, 1)).then_match(result="home 2-1", disputed=False)


def test_somebody_with_authority_ends_the_dispute() -> None:
    differs = Given(KICKED_OFF, HOME_GOAL, AWAY_GOAL, ONE_NIL)
    differs.when(CONFIRMED).then_recorded().then_match(
        disputed=False, standing="confirmed", score="1-1", result="home 1-0"
    )


def test_goals_that_contradict_a_recorded_outcome_dispute_it() -> None:
    Given(KICKED_OFF, AWAY_GOAL, recorded(outcome="home")).then_match(disputed=True)
    Given(KICKED_OFF, AWAY_GOAL, recorded(outcome="away")).then_match(disputed=False)


def test_of_a_match_that_nobody_followed_some_goals_may_be_known_but_not_more_than_its_result() -> (
    None
):
    sheet = recorded(2, 1)
    some = Given(sheet, HOME_GOAL, AWAY_GOAL).then_match(disputed=False)
    late = goal("away", 88)
    more = some.when(late).and_match(disputed=True, score="2-1", result="home 2-1")
    more.when(amended(sheet, away=2)).and_match(disputed=False, result="draw 2-2")
    more.when(cancelled(late)).and_match(disputed=False)


def test_goals_that_nobody_followed_do_not_contradict_a_bare_outcome() -> None:
    Given(recorded(outcome="home"), AWAY_GOAL).then_match(disputed=False, result="home")


def test_a_sheet_without_goals_disputes_nothing() -> None:
    Given(KICKED_OFF, HOME_GOAL, whistle()).then_match(disputed=False)


# Disputed: a fact came after confirmation


def test_a_goal_after_the_confirmation_disputes_the_result_and_does_not_change_it() -> None:
    signed = Given(KICKED_OFF, HOME_GOAL, ONE_NIL, CONFIRMED)
    signed.when(AWAY_GOAL).and_match(disputed=True, standing="confirmed", result="home 1-0")


def test_a_goal_after_a_confirmed_whistle_without_a_sheet_does_not_change_the_result() -> None:
    signed = Given(KICKED_OFF, HOME_GOAL, whistle(), CONFIRMED).then_match(result="home 1-0")
    late = signed.when(AWAY_GOAL).and_match(score="1-1", result="home 1-0", disputed=True)
    late.when(confirmed()).and_match(result="draw 1-1", disputed=False)


def test_goals_beyond_a_confirmed_result_that_nobody_followed_dispute_it() -> None:
    signed = Given(recorded(1, 0), CONFIRMED)
    some = signed.when(HOME_GOAL).and_match(disputed=False)
    more = some.when(AWAY_GOAL).and_match(
        disputed=True, standing="confirmed", score="1-0", result="home 1-0"
    )
    more.when(confirmed()).and_match(disputed=False, result="home 1-0")


def test_a_goal_taken_back_after_the_confirmation_disputes_it() -> None:
    for sheet in (ONE_NIL, whistle()):
        signed = Given(KICKED_OFF, HOME_GOAL, sheet, CONFIRMED)
        signed.when(cancelled(HOME_GOAL)).and_match(
            score="0-0", result="home 1-0", standing="confirmed", disputed=True
        )


def test_a_sheet_amended_after_the_confirmation_disputes_it() -> None:
    for sheet in (ONE_NIL, recorded(1, 0)):
        Given(sheet, CONFIRMED).when(amended(sheet, home=3)).and_match(
            result="home 1-0", standing="confirmed", disputed=True
        )


def test_a_second_confirmation_confirms_what_was_amended() -> None:
    signed_again = Given(ONE_NIL, CONFIRMED, amended(ONE_NIL, home=3), confirmed())
    signed_again.then_match(result="home 3-0", standing="confirmed", disputed=False)


def test_a_dispute_after_confirmation_ends_when_what_disputed_it_is_taken_back() -> None:
    late = goal("away", 90)
    disputed = Given(KICKED_OFF, HOME_GOAL, ONE_NIL, CONFIRMED, late).then_match(disputed=True)
    disputed.when(cancelled(late)).and_match(disputed=False, result="home 1-0")


def test_a_correction_of_a_card_does_not_wake_a_dispute_that_was_settled() -> None:
    booked = fact(PeriodEnded, match=FINAL, period="first_half")
    settled = Given(KICKED_OFF, booked, HOME_GOAL, AWAY_GOAL, ONE_NIL, CONFIRMED)
    settled.when(cancelled(booked)).and_match(disputed=False, result="home 1-0")


def test_a_new_sheet_after_the_confirmation_is_provisional_and_disputed() -> None:
    signed = Given(recorded(1, 0), CONFIRMED)
    signed.when(recorded(2, 0)).and_match(standing="provisional", result="home 2-0", disputed=True)
    Given(recorded(1, 0), CONFIRMED, recorded(1, 0)).then_match(disputed=False)


def test_goals_that_fill_in_a_confirmed_outcome_do_not_dispute_it() -> None:
    signed = Given(recorded(outcome="home"), CONFIRMED).then_match(result="home")
    signed.when(recorded(2, 1)).and_match(disputed=False, result="home 2-1")
    signed.when(cancelled(CONFIRMED)).and_match(disputed=False)


def test_a_confirmation_that_is_cancelled_confirms_nothing() -> None:
    Given(ONE_NIL, CONFIRMED, cancelled(CONFIRMED)).then_match(
        standing="provisional", result="home 1-0", disputed=False
    )


def test_a_confirmation_that_comes_before_its_sheet_stands_for_nothing() -> None:
    Given(CONFIRMED).then_match(standing="confirmed", result=None)
    Given(CONFIRMED, ONE_NIL).then_match(standing="provisional", result="home 1-0")


def test_a_match_confirmed_very_many_times_is_still_one_result() -> None:
    Given(ONE_NIL, *(confirmed() for _ in range(1_200))).then_match(result="home 1-0")


def test_goals_do_not_dispute_an_award_but_a_sheet_after_it_does() -> None:
    award = awarded("away", 0, 3)
    ruled = Given(KICKED_OFF, HOME_GOAL, ONE_NIL, award).then_match(disputed=False)
    ruled.when(AWAY_GOAL).and_match(disputed=False, result="away 0-3")
    Given(award, ONE_NIL).then_match(disputed=True, result="home 1-0", standing="provisional")
    Given(award, whistle(0, 3)).then_match(disputed=False)


def test_a_sheet_after_an_annulment_is_disputed() -> None:
    Given(annulled(), ONE_NIL).then_match(disputed=True, standing="provisional")


def test_a_kick_off_sent_late_keeps_a_confirmed_result() -> None:
    late = fact(PeriodStarted, match=FINAL, period="first_half")
    Given(recorded(2, 1), CONFIRMED, late).then_match(result="home 2-1", standing="confirmed")


# Protests


def test_a_protest_keeps_the_result_under_protest_until_it_is_decided() -> None:
    protest = fact(ProtestFiled, match=FINAL, by="Cobresol")
    filed = Given(ONE_NIL, protest).then_match(under_protest=True, result="home 1-0")
    decided = fact(ProtestDecided, match=FINAL, target=protest.id, outcome="dismissed")
    filed.when(decided).then_recorded().then_match(under_protest=False, result="home 1-0")


def test_one_of_two_protests_decided_leaves_the_other() -> None:
    one, other = (fact(ProtestFiled, match=FINAL) for _ in range(2))
    decided = fact(ProtestDecided, match=FINAL, target=one.id, outcome="upheld")
    Given(one, other, decided).then_match(under_protest=True)
    Given(one, other, decided, cancelled(other)).then_match(under_protest=False)
    Given(one, decided, cancelled(decided)).then_match(under_protest=True)
