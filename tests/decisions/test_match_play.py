"""How a match is being played is what its facts show, whoever sends which of them first."""

from typing import Any

import pytest

from events.types import (
    AddedTimeAnnounced,
    BreakStarted,
    CardShown,
    CoverageChanged,
    Event,
    GoalDisallowed,
    MatchAbandoned,
    MatchCalledOff,
    MatchDelayed,
    MatchPostponed,
    MatchRescheduled,
    MatchResumed,
    MatchSuspended,
    NoteAdded,
    PenaltyMissed,
    PeriodEnded,
    PeriodStarted,
    ScorerConnected,
    ScorerLost,
    ShootOutKickTaken,
    SubstitutionMade,
)
from tests.decisions.given import (
    FINAL,
    KICKED_OFF,
    SCHEDULED,
    Given,
    amended,
    cancelled,
    fact,
    goal,
    match_of,
    new_id,
    ordered,
    recorded,
    scheduled,
    whistle,
)


def happened(kind: type[Event], **fields: Any) -> Event:
    return kind(id=new_id(), match=FINAL, **fields)


def test_a_match_nobody_scheduled_is_no_match() -> None:
    Given(cancelled(SCHEDULED)).then_no_match()
    Given().then_no_match("semi-final")


def test_a_scheduled_match_has_no_score() -> None:
    Given().then_match(play="scheduled", standing="none", score=None, result=None, disputed=False)


def test_the_kick_off_makes_it_nil_nil() -> None:
    Given(KICKED_OFF).then_match(play="in_play", score="0-0", result=None, period_running=True)


@pytest.mark.parametrize(
    "seen",
    [
        goal("home", 3),
        happened(GoalDisallowed, side="away"),
        happened(CardShown, side="away", card="red"),
        happened(PenaltyMissed, side="away"),
        happened(SubstitutionMade, side="home"),
        happened(ShootOutKickTaken, side="home", scored=True),
        happened(AddedTimeAnnounced, minutes=4),
        happened(BreakStarted),
        happened(PeriodEnded, period="first_half"),
    ],
)
def test_what_is_seen_on_the_pitch_shows_that_play_is_on(seen: Event) -> None:
    Given(seen).then_match(play="in_play")


@pytest.mark.parametrize(
    "said",
    [
        happened(MatchDelayed),
        happened(NoteAdded, text="llueve"),
        happened(ScorerConnected),
        happened(ScorerLost),
        happened(CoverageChanged, level="full"),
    ],
)
def test_what_is_said_beside_the_pitch_does_not_kick_off(said: Event) -> None:
    Given(said).then_match(play="scheduled", score=None)


def test_a_suspended_match_goes_on_only_when_it_is_resumed() -> None:
    stopped = Given(KICKED_OFF, happened(MatchSuspended, minute=70))
    stopped.when(goal("home", 69)).then_warns("the match was suspended").and_match(
        play="suspended", score="1-0"
    )
    stopped.when(happened(MatchResumed, minute=70)).and_match(play="in_play")


def test_an_abandoned_match_keeps_its_score_and_is_not_postponed_any_more() -> None:
    abandoned = Given(KICKED_OFF, goal("home", 3), happened(MatchAbandoned, minute=80))
    abandoned.then_match(play="abandoned", score="1-0", result=None)
    abandoned.when(happened(MatchPostponed)).and_match(play="abandoned")
    abandoned.when(happened(MatchResumed)).and_match(play="in_play")


@pytest.mark.parametrize(
    ("off", "play"), [(MatchPostponed, "postponed"), (MatchCalledOff, "not_played")]
)
def test_a_match_called_off_has_no_score_until_it_is_played(off: type[Event], play: str) -> None:
    Given(happened(off)).then_match(play=play, score=None)
    Given(happened(off), happened(MatchRescheduled)).then_match(play="scheduled")
    Given(happened(off), KICKED_OFF).then_match(play="in_play")
    Given(happened(off), recorded(2, 1)).then_match(play="ended", score="2-1")


def test_nothing_restarts_a_match_that_ended() -> None:
    late = (KICKED_OFF, happened(MatchSuspended), happened(MatchResumed), happened(MatchPostponed))
    Given(whistle(1, 0), *late).then_match(play="ended", period_running=False)


def test_a_match_is_in_a_period_only_while_it_is_played_or_suspended() -> None:
    none: dict[str, Any] = {"period": None, "period_running": False, "period_started_at": None}
    for end in (whistle(1, 0), recorded(1, 0), fact(MatchAbandoned, match=FINAL)):
        Given(KICKED_OFF, end).then_match(**none)
    halted = fact(MatchSuspended, match=FINAL)
    Given(KICKED_OFF, halted).then_match(period="first_half", period_running=False)


def test_a_second_period_replaces_the_first() -> None:
    half = happened(PeriodEnded, period="first_half")
    Given(KICKED_OFF, half).then_match(period="first_half", period_running=False)
    second = fact(PeriodStarted, match=FINAL, period="second_half")
    Given(KICKED_OFF, half, second).then_match(period="second_half", period_running=True)


def test_a_kick_off_sent_late_does_not_bring_back_the_first_half() -> None:
    second = fact(PeriodStarted, match=FINAL, period="second_half")
    Given(second, KICKED_OFF).then_match(period="second_half", period_running=True)
    Given(happened(PeriodEnded, period="first_half"), KICKED_OFF).then_match(
        period="first_half", period_running=False
    )


def test_a_period_started_by_mistake_is_cancelled() -> None:
    mistaken = fact(PeriodStarted, match=FINAL, period="extra_first")
    Given(KICKED_OFF, mistaken, cancelled(mistaken)).then_match(period="first_half")


def test_a_period_began_when_it_began_also_when_it_is_over() -> None:
    half = happened(PeriodEnded, period="first_half")
    Given(KICKED_OFF, half).then_match(period_started_at="2013-12-15T20:00:07.000Z")
    Given(half).then_match(period="first_half", period_started_at=None)


def test_the_period_began_when_it_happened_or_else_when_it_was_recorded() -> None:
    kicked_off = fact(
        PeriodStarted, match=FINAL, period="first_half", occurred_at="2013-12-15T15:30:00-05:00"
    )
    Given(kicked_off).then_match(period_started_at="2013-12-15T15:30:00-05:00")
    Given(KICKED_OFF).then_match(period_started_at="2013-12-15T20:00:07.000Z")


# Where and when


def test_a_match_moves_only_in_what_is_named() -> None:
    first = scheduled("semi", "cobresol", "unicachi", kick_off="2013-12-01", venue="Campo Uno")
    moved = fact(MatchRescheduled, match="semi", kick_off="2013-12-02T15:00:00-05:00")
    Given(first, moved).then_match(
        "semi", kick_off="2013-12-02T15:00:00-05:00", venue="Campo Uno", neutral=None
    )


def test_a_match_scheduled_anew_is_where_the_new_schedule_says() -> None:
    first = scheduled("semi", "cobresol", "unicachi", kick_off="2013-12-01")
    moved = fact(MatchRescheduled, match="semi", kick_off="2013-12-02", venue="Campo Dos")
    anew = scheduled("semi", "unicachi", "cobresol", kick_off="2013-12-03")
    Given(first, moved, cancelled(first), anew).then_match(
        "semi", home="unicachi", kick_off="2013-12-03", venue=None
    )


def test_an_amended_schedule_keeps_its_place_before_what_moved_it() -> None:
    first = scheduled("semi", "cobresol", "unicachi", kick_off="2013-12-01")
    moved = fact(MatchRescheduled, match="semi", kick_off="2013-12-02")
    Given(first, moved, amended(first, venue="Campo Uno")).then_match(
        "semi", kick_off="2013-12-02", venue="Campo Uno"
    )


def test_an_extra_match_is_ordered_first_and_scheduled_later() -> None:
    order = ordered("extra-1", "cobresol", "unicachi")
    Given(order).then_match("extra-1", extra_match=True, group="group-b", neutral=None)
    when = scheduled("extra-1", "unicachi", "cobresol", kick_off="2013-12-03")
    Given(order, when).then_match(
        "extra-1", extra_match=True, group="group-b", home="unicachi", kick_off="2013-12-03"
    )
    Given(order, when, cancelled(when)).then_match("extra-1", home="cobresol", kick_off=None)
    Given(order, when, cancelled(order)).then_match("extra-1", extra_match=False, group=None)
    Given(order, when, cancelled(when), cancelled(order)).then_no_match("extra-1")


def test_neutral_ground_is_not_known_until_somebody_says_so() -> None:
    semi = scheduled("semi", "cobresol", "unicachi")
    Given(semi).then_match("semi", neutral=None, is_at_nobodys_home=False)
    moved = fact(MatchRescheduled, match="semi", neutral=True)
    Given(semi, moved).then_match("semi", neutral=True, is_at_nobodys_home=True)
    order = ordered("extra-1", "cobresol", "unicachi")
    when = scheduled("extra-1", "unicachi", "cobresol", kick_off="2013-12-03")
    Given(order, when).then_match("extra-1", neutral=None, is_at_nobodys_home=True)
    at_home = amended(order, neutral=False)
    Given(order, when, at_home).then_match("extra-1", neutral=False, is_at_nobodys_home=False)


# The shoot-out


def kick(side: str, scored: bool) -> Event:
    return happened(ShootOutKickTaken, side=side, scored=scored)


def test_kicks_are_counted_apart_from_goals() -> None:
    kicks = [kick("home", True), kick("away", True), kick("home", True), kick("away", False)]
    Given(KICKED_OFF, goal("home"), goal("away"), *kicks).then_match(score="1-1", shoot_out="2-1")


def test_the_shoot_out_on_the_sheet_counts_before_the_kicks() -> None:
    on_sheet = whistle(1, 1, shoot_out={"home": 5, "away": 4})
    Given(kick("home", True), on_sheet).then_match(shoot_out="5-4")


def test_a_result_that_does_not_tell_of_the_shoot_out_does_not_deny_it() -> None:
    on_sheet = whistle(1, 1, shoot_out={"home": 5, "away": 4})
    Given(on_sheet, recorded(1, 1)).then_match(shoot_out="5-4", result="draw 1-1")
    Given(on_sheet, whistle()).then_match(shoot_out="5-4", result="draw 1-1")
    Given(on_sheet, cancelled(on_sheet), recorded(1, 1)).then_match(shoot_out=None)


# How much of it we hold


def test_coverage_says_how_closely_it_was_followed() -> None:
    Given().then_match(coverage="none")
    Given(recorded(1, 0)).then_match(coverage="score_only")
    Given(whistle()).then_match(coverage="none")
    Given(KICKED_OFF).then_match(coverage="full")
    lost = happened(CoverageChanged, level="score_only")
    Given(KICKED_OFF, lost).then_match(coverage="score_only")


def test_it_was_last_heard_of_when_its_newest_fact_was_recorded() -> None:
    wrong = goal("home")
    match = match_of(scheduled(FINAL, "a", "b"), wrong, cancelled(wrong))
    Given(KICKED_OFF).then_match(last_heard="2013-12-15T20:00:07.000Z")
    assert (match.version, match.position) == (3, 3)
