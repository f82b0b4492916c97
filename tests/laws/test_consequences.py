"""The law of consequences: whatever changes afterwards, what was played stays and is asked about.

Random brackets are played out, and then results of any match are changed, annulled or taken back.
No tie is written anew; whoever played in one and does not come into it now is named.
"""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import Malformed, Refused
from events.types import Event, EventCancelled, MatchScheduled, ResultAnnulled, ResultRecorded
from projections.bracket import Pairing
from projections.fold import Fold
from tests.laws.brackets import Season

CHANGES = 6

pytestmark = pytest.mark.timeout(400)


class Changed(Season):
    def record_cancelled(self, word: Event) -> None:
        self.about(EventCancelled, word.match or "", target=word.id)


def pairings(fold: Fold) -> Iterator[Pairing]:
    for tie in fold.setting.ties:
        pairing = fold.pairing(tie)
        assert pairing is not None
        yield pairing


def played(fold: Fold) -> dict[str, tuple[str, str]]:
    """Give who played each match of a tie."""
    return {
        sheet.match: (sheet.home, sheet.away) for each in pairings(fold) for sheet in each.sheets
    }


def change(season: Changed, random: Random) -> None:
    told = [e for e in season.log if e.match and not isinstance(e, MatchScheduled)]
    match = random.choice(told).match
    what = random.choice(("other", "annulled", "cancelled"))
    try:
        if what == "other":
            goals = {"home": random.choice((0, 3)), "away": random.choice((0, 2))}
            season.about(ResultRecorded, match or "", **goals)
        elif what == "annulled":
            season.about(ResultAnnulled, match or "")
        else:
            words: list[Event] = [e for e in told if e.match == match]
            season.record_cancelled(random.choice(words))
    except (Malformed, Refused):
        return


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False))
def test_what_was_played_stays_and_who_does_not_come_any_more_is_asked_about(
    random: Random,
) -> None:
    season = Changed(random, teams_max=8)
    season.play_out()
    before = played(season.fold)
    for _ in range(CHANGES):
        change(season, random)
        assert played(season.fold) == before
        for pairing in pairings(season.fold):
            kinds = {question.kind for question in pairing.questions}
            coming = {slot.team for slot in pairing.slots if slot.team is not None}
            if pairing.sheets and coming - {*pairing.teams}:
                assert "slot_differs" in kinds, pairing
            is_played = any(sheet.counted for sheet in pairing.sheets)
            if is_played and any(slot.certainty == "open" for slot in pairing.slots):
                assert "slot_open" in kinds, pairing
            if kinds & {"slot_differs", "slot_open"}:
                assert pairing.contested, pairing
        listed = season.view("open-questions")["count"]
        asked = sum(len(pairing.questions) for pairing in pairings(season.fold))
        assert listed >= asked
