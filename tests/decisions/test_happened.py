"""What had happened by a time: as the facts themselves say, however late they were recorded."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from events.codec import read_event
from events.types import Event, MatchScheduled, NoteAdded, PeriodStarted, ResultRecorded
from services.reader.happened import Happened, happened_by
from tests.decisions.given import (
    FINAL,
    OPENING,
    amended,
    as_sent,
    cancelled,
    fact,
    goal,
    said_of,
    stored,
    whistle,
)

NOON = "2013-12-15T12:00:00-05:00"
AT_ONE = "2013-12-15T13:00:00-05:00"
AT_TWO = datetime.fromisoformat("2013-12-15T14:00:00-05:00")
AT_THREE = "2013-12-15T15:00:00-05:00"


def by_two(*facts: Event) -> Happened:
    happened = Happened(AT_TWO)
    for position, event in enumerate((*OPENING, *facts), 1):
        entry = stored(read_event(as_sent(event)), position, version=1)
        happened.advance("copa-peru-2013", [(position, entry)])
    assert happened.fold.position == len(OPENING) + len(facts)
    return happened


def score(happened: Happened) -> object:
    sheet = happened.fold.sheet(FINAL)
    assert sheet is not None
    return said_of(sheet.score)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"occurred_at": AT_ONE}, True),
        ({"occurred_at": "2013-12-15T19:00:00Z"}, True),
        ({"occurred_at": AT_THREE}, False),
        ({"occurred": "2013-12-14"}, True),
        ({"occurred": "2013-11"}, True),
        ({"occurred": "2013-12-15"}, None),
        ({"occurred": "2013-12"}, None),
        ({"occurred": "2013-12-14/2013-12-16"}, None),
        ({"occurred": "2013-12-16/2013-12-17"}, False),
        ({}, None),
    ],
)
def test_a_fact_had_happened_if_it_says_so(when: dict[str, str], said: bool | None) -> None:
    assert happened_by(fact(NoteAdded, text="x", **when), AT_TWO) is said


def test_what_is_dated_counts_in_whatever_order_it_was_recorded() -> None:
    kick_off = fact(PeriodStarted, match=FINAL, period="first_half", occurred_at=NOON)
    late, early = goal("home", occurred_at=AT_THREE), goal("away", occurred_at=AT_ONE)
    happened = by_two(late, whistle(1, 1, occurred_at=AT_THREE), early, kick_off, goal("home"))
    assert (score(happened), happened.undated) == ("0-1", 1)
    assert happened.fold.play_of(FINAL) == "in_play"


def test_a_correction_without_a_time_goes_with_what_it_corrects() -> None:
    seen, later = goal("home", occurred_at=AT_ONE), goal("home", occurred_at=AT_THREE)
    kick_off = fact(PeriodStarted, match=FINAL, period="first_half", occurred_at=NOON)
    happened = by_two(kick_off, seen, later, cancelled(seen), amended(later, side="away"))
    assert (score(happened), happened.undated) == ("0-0", 0)


def test_a_match_that_was_fixed_later_had_not_happened_yet() -> None:
    teams = {"home": "cobresol", "away": "unicachi"}
    fixed = fact(MatchScheduled, match="more", occurred_at=AT_THREE, **teams)
    result = fact(ResultRecorded, match="more", home=1, away=0, occurred_at=AT_ONE)
    happened = by_two(fixed, result)
    assert (happened.fold.sheet("more"), happened.undated) == (None, 0)
    happened = by_two(replace(fixed, occurred_at=None), result)
    assert happened.fold.sheet("more") is not None
