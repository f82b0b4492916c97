"""The law of what is contested: nobody is certain to have come from there, however far down.

Random brackets are played, and then protests are filed and decided, results are corrected and
awarded, slots are assigned, wherever it happens to be: what hangs on it follows at once.
"""

from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import Malformed, Refused
from events.match import Sheet
from events.regulations import BerthOf, LoserOf, RankOf, Source, WinnerOf
from events.types import (
    BerthGranted,
    Event,
    EventAmended,
    EventCancelled,
    GoalScored,
    ProtestDecided,
    ProtestFiled,
    ResultAwarded,
    ResultRecorded,
    SlotAssigned,
    TieDecided,
)
from projections import bracket
from projections.bracket import Certainty
from projections.fold import Fold
from tests.decisions.given import fact
from tests.laws.brackets import Season
from tests.laws.logs import folded, rendered, views

EXAMPLES = settings(max_examples=40, deadline=None)
FACTS_AFTERWARDS = 15

pytestmark = pytest.mark.timeout(400)

DIFFERING = ("slot_differs", "slot_open")
CONTESTING: tuple[type[Event], ...] = (
    ProtestFiled, ProtestFiled, ProtestFiled, ProtestDecided, ResultRecorded, ResultAwarded,
    GoalScored, EventCancelled, EventAmended, SlotAssigned,
)  # fmt: skip


class Contested(Season):
    """A season of which some or all is played, and what is said of it afterwards."""

    def __init__(self, random: Random) -> None:
        super().__init__(random, teams_max=8)
        if self.pick(True, True, False):
            self.play_out()
        else:
            for _ in range(random.randint(0, 30)):
                self.attempt(self.go_on)

    def contest(self) -> None:
        kind = self.pick(*CONTESTING)
        self.attempt(lambda: self.record(fact(kind, **self.fields(kind))))

    @staticmethod
    def attempt(what: object) -> None:
        assert callable(what)
        try:
            what()
        except (Malformed, Refused, LookupError):
            return


# What a place hangs on, found again by walking up from it

Places = dict[str, tuple[Source, Certainty]]


def places(fold: Fold) -> Places:
    """Give each slot, and each place of a berth that nobody was given, with how certain it is."""
    found: Places = {}
    for tie in fold.setting.ties:
        pairing = fold.pairing(tie)
        assert pairing is not None
        found |= {slot.slot: (slot.source, slot.certainty) for slot in pairing.slots}
    for id, berth in fold.setting.berths.items():
        for place, source in enumerate(berth.sources, start=1):
            if not granted(fold, id):
                found[f"{id} {place}"] = (source, bracket.holder_of(fold, id, place).certainty)
    return found


def granted(fold: Fold, berth: str) -> bool:
    return any(isinstance(f, BerthGranted) for f in fold.held(f"berth/{berth}").standing())


def contests(fold: Fold, source: Source, *, extra: bool) -> Iterator[str]:
    """Name what is contested above a source; `extra` matches decide only now and then."""
    match source:
        case RankOf(group=group):
            yield from _of_matches(fold, f"group/{group}", extra)
        case WinnerOf(tie=tie) | LoserOf(tie=tie):
            pairing = fold.pairing(tie)
            if pairing is None:
                return
            yield from (q.message for q in pairing.questions if q.kind in DIFFERING)
            facts = fold.held(f"tie/{tie}").standing()
            if not any(isinstance(f, TieDecided) for f in facts) and None not in pairing.teams:
                yield from _of_matches(fold, f"tie/{tie}", extra, pairing.rules.round.legs)
            for slot in pairing.slots:
                yield from contests(fold, slot.source, extra=extra)
        case BerthOf(berth=berth, place=place) if not granted(fold, berth):
            yield from contests(fold, fold.setting.berths[berth].sources[place - 1], extra=extra)


def _of_matches(fold: Fold, shelf: str, extra: bool, legs: int = 1) -> Iterator[str]:
    for played in fold.matches_in(shelf):
        sheet = fold.sheet(played.match)
        if sheet and _is_contested(sheet) and (extra if sheet.extra_match else _tells(sheet, legs)):
            yield played.match


def _is_contested(sheet: Sheet) -> bool:
    return sheet.under_protest or (sheet.disputed and sheet.play != "in_play")


def _tells(sheet: Sheet, legs: int) -> bool:
    return legs == 1 or sheet.leg is not None


@EXAMPLES
@given(st.randoms(use_true_random=False))
def test_nobody_is_certain_to_come_from_what_is_contested(random: Random) -> None:
    season = Contested(random)
    for _ in range(FACTS_AFTERWARDS):
        season.contest()
        for place, (source, certainty) in places(season.fold).items():
            above = list(contests(season.fold, source, extra=False))
            assert certainty != "certain" or not above, (place, above)
            if certainty == "under_protest":
                assert list(contests(season.fold, source, extra=True)), place


@EXAMPLES
@given(st.randoms(use_true_random=False))
def test_all_that_hangs_on_what_is_contested_is_touched(random: Random) -> None:
    season = Contested(random)
    season.fold.take_touched()
    kept = views(season.fold)
    for _ in range(FACTS_AFTERWARDS):
        season.contest()
        for topic, position in season.fold.take_touched().items():
            kept[topic] = (position, rendered(season.fold, topic))
    assert kept == views(folded(season.log))
