"""During play nothing is refused for its moment: another phone may hold the kick-off.

What is odd is let in with a warning; what names an unknown match, or cannot be, is refused.
"""

from collections.abc import Callable
from typing import Any

import pytest

from events.errors import UnknownMatch
from events.fields import Goals
from events.types import (
    CardShown,
    CompetitionClosed,
    CompetitionReopened,
    Event,
    GoalDisallowed,
    MatchAbandoned,
    MatchCalledOff,
    MatchPostponed,
    MatchSuspended,
    NoteAdded,
    PenaltyAwarded,
    PenaltyMissed,
    PeriodStarted,
    PersonNamed,
    ProtestFiled,
    ResultAwarded,
    ScorerLost,
    ShootOutKickTaken,
    SubstitutionMade,
)
from tests.decisions.given import (
    FINAL,
    KICKED_OFF,
    Given,
    amended,
    annulled,
    awarded,
    confirmed,
    fact,
    goal,
    recorded,
    whistle,
)

NAMED = fact(PersonNamed, person="p-9", commitment="0" * 64)
CLOSED = fact(CompetitionClosed)


def test_a_goal_during_play_is_recorded() -> None:
    Given(KICKED_OFF).when(goal("home", 12)).then_recorded().then_match(score="1-0")


def test_a_goal_before_the_kick_off_is_recorded_with_a_warning() -> None:
    Given().when(goal("home", 12)).then_warns("no kick-off is recorded yet").and_match(score="1-0")


def test_a_kick_off_needs_no_kick_off_before_it() -> None:
    Given().when(KICKED_OFF).then_recorded()


def test_a_goal_after_the_whistle_is_recorded_with_a_warning() -> None:
    after = Given(KICKED_OFF, whistle(0, 0)).when(goal("home", 88))
    after.then_warns("recorded after the final whistle").and_match(disputed=True)


@pytest.mark.parametrize(
    ("off", "said"),
    [
        (MatchPostponed, "was postponed"),
        (MatchCalledOff, "was not played"),
        (MatchAbandoned, "was abandoned"),
        (MatchSuspended, "was suspended"),
    ],
)
def test_a_goal_while_the_match_is_off_is_recorded_with_a_warning(
    off: type[Event], said: str
) -> None:
    Given(KICKED_OFF, fact(off, match=FINAL)).when(goal("home")).then_warns(said)


def test_what_is_said_beside_the_pitch_is_recorded_at_any_time() -> None:
    for beside in (fact(ScorerLost, match=FINAL), fact(NoteAdded, match=FINAL, text="llueve")):
        Given(whistle(1, 0)).when(beside).then_recorded()


def test_a_match_nobody_scheduled_is_refused() -> None:
    posted = Given().when(goal("home", match="semi-final"))
    posted.then_refused("there is no match semi-final; schedule it first", match="semi-final")
    assert isinstance(posted.refusal, UnknownMatch)


def test_nobody_waits_for_the_kick_off_of_a_match_that_is_only_reported() -> None:
    Given().when(goal("home", 12)).then_warns("no kick-off is recorded yet; this counts as play")
    Given().when(goal("home", 12, basis="reported", source="a newspaper")).then_recorded()


# Who


@pytest.mark.parametrize(
    "seen",
    [
        goal("home", player="p-9"),
        goal("home", assist="p-9"),
        fact(GoalDisallowed, match=FINAL, side="home", player="p-9"),
        fact(PenaltyAwarded, match=FINAL, side="home", player="p-9"),
        fact(PenaltyMissed, match=FINAL, side="home", player="p-9"),
        fact(CardShown, match=FINAL, side="home", card="red", official="p-9"),
        fact(SubstitutionMade, match=FINAL, side="home", off="p-9"),
        fact(SubstitutionMade, match=FINAL, side="home", on="p-9"),
        fact(ShootOutKickTaken, match=FINAL, side="home", scored=True, player="p-9"),
    ],
)
def test_a_person_nobody_named_yet_is_warned_about(seen: Event) -> None:
    Given(KICKED_OFF).when(seen).then_warns(
        "nobody is named p-9 yet; record the name (person_named"
    )
    Given(KICKED_OFF, NAMED).when(seen).then_recorded()


def test_each_person_nobody_named_is_warned_about() -> None:
    Given(KICKED_OFF).when(goal("home", player="p-1", assist="p-2")).then_warns("p-1", "p-2")


@pytest.mark.parametrize(
    ("period", "minutes", "odd"),
    [
        ("first_half", (0, 1, 45, 48), (61, 80)),
        ("second_half", (31, 46, 90, 97), (3, 29, 111)),
        ("extra_first", (61, 91, 105), (45, 126)),
        ("extra_second", (71, 106, 120), (15, 141)),
        (None, (1, 80, 120), ()),
    ],
)
def test_a_minute_that_does_not_fit_its_period_is_odd(
    period: str | None, minutes: tuple[int, ...], odd: tuple[int, ...]
) -> None:
    for minute in minutes:
        Given(KICKED_OFF).when(goal("home", minute, period=period)).then_recorded()
    for minute in odd:
        told = Given(KICKED_OFF).when(goal("home", minute, period=period))
        told.then_warns(f"minute {minute} does not fit {period}; minutes count from the kick-off")


# The sheet


def test_a_whistle_that_agrees_with_the_goals_is_recorded() -> None:
    Given(KICKED_OFF, goal("home")).when(whistle(1, 0)).then_recorded()


def test_a_whistle_without_a_sheet_is_recorded() -> None:
    Given(KICKED_OFF).when(whistle()).then_recorded()


def test_a_whistle_that_differs_from_the_goals_says_so() -> None:
    differs = Given(KICKED_OFF, goal("home")).when(whistle(1, 1))
    differs.then_warns("the sheet says 1-1, the goals recorded make 1-0").and_match(disputed=True)


def test_a_second_whistle_is_recorded_with_a_warning() -> None:
    Given(KICKED_OFF, whistle(0, 0)).when(whistle(1, 0)).then_warns("the newest counts").and_match(
        result="home 1-0"
    )


@pytest.mark.parametrize("sheet", [whistle, recorded])
def test_the_goals_of_one_side_only_are_no_sheet(sheet: Callable[..., Event]) -> None:
    for home, away in ((1, None), (None, 1)):
        said = "give the goals of both sides, or of neither"
        Given().when(sheet(home, away)).then_refused(said)


def test_an_award_with_the_goals_of_one_side_only_is_refused() -> None:
    Given().when(awarded("home", 3)).then_refused("give the goals of both sides, or of neither")


def test_a_shoot_out_does_not_end_level() -> None:
    level = {"home": 4, "away": 4}
    Given().when(whistle(1, 1, shoot_out=level)).then_refused("does not end level, 4-4")
    Given().when(recorded(1, 1, shoot_out=level)).then_refused("does not end level, 4-4")


def test_a_shoot_out_won_is_recorded_with_the_draw_before_it() -> None:
    won = {"home": 5, "away": 4}
    Given(KICKED_OFF).when(whistle(0, 0, shoot_out=won)).then_recorded()


# A result of which little is known


def test_a_result_with_only_the_outcome_is_recorded() -> None:
    Given().when(recorded(outcome="both_lose")).then_recorded().then_match(result="both_lose")


def test_a_result_that_no_source_gives_is_recorded_as_unknown() -> None:
    posted = Given().when(recorded(outcome="unknown", half_time=Goals(home=1, away=0)))
    posted.then_recorded().then_match(play="unknown")


@pytest.mark.parametrize("known", [{"home": 1, "away": 0}, {"shoot_out": Goals(home=4, away=2)}])
def test_a_result_that_is_known_is_not_unknown(known: dict[str, Any]) -> None:
    Given().when(recorded(outcome="unknown", **known)).then_refused(
        "a result with goals or a shoot-out is known; leave out the outcome unknown, or them",
        outcome="unknown",
    )


def test_goals_of_extra_time_are_in_the_result() -> None:
    ninety = Goals(home=1, away=1)
    Given().when(recorded(2, 1, extra_time=True, ninety_minutes=ninety)).then_recorded()


def test_a_result_that_says_nothing_is_refused() -> None:
    Given().when(recorded()).then_refused("a result needs goals of both sides, or an outcome")


def test_a_sheet_while_a_decision_stands_counts_and_says_so() -> None:
    said = "stands; this sheet now counts, until it is confirmed or the match is decided again"
    for decision in (awarded("away", 0, 3), annulled()):
        for sheet in (whistle(1, 0), recorded(1, 0)):
            ruled = Given(recorded(1, 0), decision)
            posted = ruled.when(sheet).then_warns(said)
            assert [warned.code for warned in posted.warnings] == ["replaces-award"]
            posted.and_match(result="home 1-0", standing="provisional", disputed=True)
    Given(awarded("away", 0, 3)).when(whistle()).then_recorded()


def test_an_amended_sheet_replaces_nothing_and_is_not_warned_about() -> None:
    only = whistle(1, 0)
    Given(only).when(amended(only, away=1)).then_recorded()
    result = recorded(1, 0)
    ruled = Given(result, awarded("away", 0, 3))
    ruled.when(amended(result, home=2)).then_recorded().then_match(result="away 0-3")


def test_a_result_after_another_is_recorded_with_a_warning() -> None:
    Given(recorded(1, 0)).when(recorded(2, 0)).then_warns(
        "a final whistle or result stands already"
    )


@pytest.mark.parametrize("outcome", ["draw", "away"])
def test_an_outcome_that_the_goals_deny_is_refused(outcome: str) -> None:
    refused = Given().when(recorded(2, 1, outcome=outcome))
    refused.then_refused(f"2-1 is not the outcome {outcome}; correct one of them")
    award = fact(ResultAwarded, match=FINAL, outcome=outcome, home=2, away=1)
    Given().when(award).then_refused(f"2-1 is not the outcome {outcome}")


def test_both_may_lose_whatever_the_goals() -> None:
    Given().when(awarded("both_lose", 2, 1)).then_recorded().then_match(result="both_lose 2-1")


@pytest.mark.parametrize(
    "course",
    [
        {"half_time": {"home": 2, "away": 0}},
        {"half_time": {"home": 0, "away": 2}},
        {"ninety_minutes": {"home": 2, "away": 1}},
        {"half_time": {"home": 1, "away": 1}, "ninety_minutes": {"home": 1, "away": 0}},
    ],
)
def test_goals_are_not_taken_back_in_the_course_of_a_match(course: dict[str, object]) -> None:
    Given().when(recorded(1, 1, **course)).then_refused("cannot become")


def test_the_course_of_a_match_is_recorded_as_far_as_it_is_known() -> None:
    half, ninety = {"home": 0, "away": 1}, {"home": 1, "away": 1}
    Given().when(recorded(2, 1, half_time=half, ninety_minutes=ninety)).then_recorded()
    Given().when(recorded(outcome="home", half_time=half)).then_recorded()
    Given().when(recorded(1, 1, half_time=ninety, ninety_minutes=ninety)).then_recorded()


def test_a_confirmation_needs_no_whistle() -> None:
    Given().when(confirmed()).then_recorded()


# When the competition is closed


def test_closing_a_competition_names_how_much_is_open_and_the_first_of_it() -> None:
    protest = fact(ProtestFiled, match=FINAL)
    open_ = Given(KICKED_OFF, goal("home"), whistle(0, 0), protest)
    open_.when(CLOSED).then_warns(
        f"2 questions are still open, first of them: match {FINAL} is disputed"
    )
    open_ = Given(whistle(0, 0), protest)
    open_.when(CLOSED).then_warns("1 question is still open, first of them: a protest about match")
    Given(whistle(0, 0)).when(CLOSED).then_recorded()


def test_closing_a_competition_of_very_many_matches_names_where_to_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("projections.fold.ASKED_MATCHES_MAX", 0)
    Given(whistle(0, 0)).when(CLOSED).then_warns(
        "there is too much to look here for what is still open; see open-questions"
    )


# After the competition was closed


def test_a_fact_after_the_closing_is_recorded_with_one_warning() -> None:
    closed = Given(KICKED_OFF, goal("home"), CLOSED)
    closed.when(goal("away")).then_warns("the competition is closed; recorded all the same")


def test_an_amendment_after_the_closing_is_warned_about_once() -> None:
    scored = goal("home")
    closed = Given(KICKED_OFF, scored, CLOSED)
    closed.when(amended(scored, side="away")).then_warns("the competition is closed")


def test_a_closed_competition_is_reopened_without_a_warning() -> None:
    reopened = Given(KICKED_OFF, CLOSED).when(fact(CompetitionReopened)).then_recorded()
    reopened.when(goal("home")).then_recorded()


def test_a_kick_off_after_the_whistle_is_warned_about() -> None:
    late = fact(PeriodStarted, match=FINAL, period="first_half")
    Given(whistle(0, 0)).when(late).then_warns("recorded after the final whistle")
