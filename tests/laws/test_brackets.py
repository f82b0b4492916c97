"""The laws of brackets: a slot is filled when it is certain who comes, and then for good.

Only a correction takes somebody out again: a word that says otherwise than what counted. However a
season comes about, and whatever its teams and matches are called, the same go through.
"""

from collections.abc import Mapping
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events.codec import RESERVED_FIELDS, decode, read_event
from events.fields import Names
from events.match import Sheet
from events.types import (
    AnyEvent,
    BerthGranted,
    CardShown,
    ClaimRecorded,
    CompetitionClosed,
    DrawHeld,
    Event,
    EventAmended,
    EventCancelled,
    ExtraMatchOrdered,
    FinalWhistle,
    GoalScored,
    GroupFormed,
    LotsDrawn,
    MatchAbandoned,
    MatchRescheduled,
    MatchResumed,
    MatchScheduled,
    MatchSuspended,
    NoteAdded,
    PeriodEnded,
    PeriodStarted,
    PersonNamed,
    PointsAdjusted,
    ProtestFiled,
    RankDecided,
    RegulationsAmended,
    ResultAnnulled,
    ResultAwarded,
    ResultRecorded,
    ShootOutKickTaken,
    SlotAssigned,
    TableAdopted,
    TeamEntered,
    TieDecided,
    subject_of,
)
from projections import bracket
from projections.fold import Fold
from projections.tie import Settled
from tests.decisions.given import as_sent, fact, stored
from tests.laws.brackets import FACTS_MAX, TEAMS_MAX, Log, Season, seasons
from tests.laws.formats import shuffled
from tests.laws.logs import folded, rendered, views

EXAMPLES = settings(max_examples=25, deadline=None)
cuts = st.integers(0, 2 * FACTS_MAX)
randoms = st.randoms(use_true_random=False)

# A law that is broken is shown by the smallest log that breaks it; finding that one may take long.
pytestmark = pytest.mark.timeout(400)

# What a view says is the fold of the log


@EXAMPLES
@given(seasons(), cuts)
def test_views_kept_up_to_date_say_what_the_whole_log_says(log: Log, cut: int) -> None:
    fold, kept = Fold(), dict[str, tuple[int, bytes]]()
    for event in log:
        fold.advance(event)
        for topic, position in fold.take_touched().items():
            kept[topic] = (position, rendered(fold, topic))
        if event.position == cut:
            fold = Fold.load(fold.dump())
            assert kept == views(fold)
    assert kept == views(folded(log))


@EXAMPLES
@given(seasons())
def test_a_view_changes_only_at_a_position_that_touched_it(log: Log) -> None:
    fold, before = Fold(), dict[str, bytes]()
    for event in log:
        fold.advance(event)
        now = {topic: rendered(fold, topic) for topic in fold.topics()}
        for topic in before:
            assert now[topic] == before[topic] or fold.topics()[topic] == event.position, topic
        before = now


@EXAMPLES
@given(seasons(), cuts)
def test_what_was_decided_ahead_on_a_branch_and_absorbed_was_folded(log: Log, cut: int) -> None:
    fold = folded(log[:cut])
    seen, branch = views(fold), fold.branch()
    for event in log[cut:]:
        branch.advance(event)
    other = branch.branch()
    assert views(other) == views(folded(log))
    assert views(fold) == seen
    fold.absorb(branch)
    assert views(fold) == views(folded(log))
    assert fold.dump() == folded(log).dump()


# A slot that is filled stays filled

DECISIONS = (
    EventCancelled, EventAmended, ResultAwarded, ResultAnnulled, TieDecided, LotsDrawn, RankDecided,
    ExtraMatchOrdered, SlotAssigned, DrawHeld, BerthGranted, PointsAdjusted, TableAdopted,
    GroupFormed, RegulationsAmended,
)  # fmt: skip
# Of a match that counts already these say otherwise: other goals, cards that part the level,
# another ground (neutral: no away goals), play that goes on although it was decided.
TELLING = (
    FinalWhistle, ResultRecorded, GoalScored, CardShown, ShootOutKickTaken, PeriodStarted,
    PeriodEnded, MatchRescheduled, MatchSuspended, MatchResumed, MatchAbandoned,
)  # fmt: skip


def says_otherwise(event: Event, fold: Fold) -> bool:
    """Say whether a fact takes back what counted before: it corrects, or it decides.

    A result, an award, an annulment and a calling off count until somebody tells of the match
    again. A further match of a group says that it was not complete.
    """
    if isinstance(event, DECISIONS):
        return True
    if isinstance(event, MatchScheduled):
        return event.group is not None
    sheet = fold.sheet(event.match) if event.match else None
    return sheet is not None and isinstance(event, TELLING) and _counts(sheet)


def _counts(sheet: Sheet) -> bool:
    return sheet.result is not None or sheet.standing == "annulled" or sheet.play == "not_played"


Filled = Mapping[str, tuple[str | None, str]]


def filled(fold: Fold) -> Filled:
    """Give who is in each slot and holds each berth, and how certain that is."""
    found: dict[str, tuple[str | None, str]] = {}
    for tie in fold.setting.ties:
        pairing = fold.pairing(tie)
        assert pairing is not None
        found |= {slot.slot: (slot.team, slot.certainty) for slot in pairing.slots}
    for id, berth in fold.setting.berths.items():
        for place in range(1, len(berth.sources) + 1):
            holder = bracket.holder_of(fold, id, place)
            found[f"{id} {place}"] = (holder.team, holder.certainty)
    return found


@settings(EXAMPLES, max_examples=60)
@given(seasons())
def test_who_is_certain_to_come_is_taken_out_by_a_correction_only(log: Log) -> None:
    fold = folded(log[:1])
    before = filled(fold)
    for event in log[1:]:
        corrects = says_otherwise(event, fold)
        fold.advance(event)
        now = filled(fold)
        for place, (team, certainty) in () if corrects else before.items():
            if certainty in ("certain", "under_protest"):
                kept = now[place][1] in ("certain", "under_protest")
                assert (kept, now[place][0]) == (True, team), (place, event)
        before = now


@EXAMPLES
@given(seasons())
def test_a_protest_puts_nobody_anywhere(log: Log) -> None:
    fold = folded(log)
    before = filled(fold)
    for match in dict.fromkeys(event.match for event in log):
        if match and fold.sheet(match):
            fold.advance(told(fact(ProtestFiled, match=match), fold))
    assert _teams(filled(fold)) == _teams(before)


def told(event: Event, fold: Fold) -> Event:
    """Give a fact as a log has it that holds what was folded, whatever a check would say."""
    body = {name: value for name, value in as_sent(event).items() if name not in RESERVED_FIELDS}
    version = fold.version(subject_of(event)) + 1
    return decode(stored(read_event(body), fold.position + 1, version))


def _teams(places: Filled) -> dict[str, str | None]:
    return {place: team for place, (team, _) in places.items()}


# In the end


@settings(EXAMPLES, max_examples=25)
@given(randoms)
def test_a_season_that_is_played_out_has_one_champion_and_nothing_open(random: Random) -> None:
    season = Season(random)
    season.play_out()
    fold = season.fold
    certainties = {certainty for _, certainty in filled(fold).values()}
    assert certainties <= {"certain", "ruled"}, filled(fold)
    champion, runner_up = (filled(fold)[f"{berth} 1"][0] for berth in ("champion", "runner-up"))
    assert len({champion, runner_up} - {None}) == 2
    assert season.view("open-questions") == {"simulated": False, "count": 0, "questions": []}


# What does not matter


def outcome(fold: Fold) -> dict[str, Any]:
    """Give how each tie stands and who is where, with nothing that is only how it is shown."""
    ends: dict[str, Any] = dict(filled(fold))
    for tie in fold.setting.ties:
        pairing = fold.pairing(tie)
        assert pairing is not None
        ends[tie] = (pairing.teams, pairing.settled, pairing.under_protest)
    return ends


@EXAMPLES
@given(seasons(), randoms)
def test_the_order_of_facts_about_different_ties_does_not_matter(log: Log, random: Random) -> None:
    fold = folded(log)
    apart: dict[str, list[Event]] = {}
    for event in log:
        apart.setdefault(_home_of(event, fold), []).append(event)
    again = Fold()
    again.advance(told(apart["competition"].pop(0), again))
    while apart:
        home = random.choice(sorted(apart))
        again.advance(told(apart[home].pop(0), again))
        apart = {home: facts for home, facts in apart.items() if facts}
    assert outcome(again) == outcome(fold)


def _home_of(event: Event, fold: Fold) -> str:
    """Name what orders a fact: its group or its tie, else the match or the competition."""
    if event.match is None:
        return "competition"
    shelves = fold.place(event.match).listed
    homes = [shelf for shelf in shelves if shelf.startswith(("group/", "tie/"))]
    return "competition" if len(homes) > 1 else homes[0] if homes else f"match/{event.match}"


@EXAMPLES
@given(seasons(), randoms)
def test_what_teams_and_matches_are_called_does_not_matter(log: Log, random: Random) -> None:
    fold = folded(log)
    names = sorted({f"team-{number}" for number in range(TEAMS_MAX)})
    called = dict(zip(names, shuffled(random, names), strict=True))
    matches = sorted({event.match for event in log if event.match})
    called |= {match: f"z-{len(matches) - at}" for at, match in enumerate(matches)}
    again = Fold()
    for event in log:
        again.advance(told(decode_renamed(event, called), again))
    assert outcome(again) == renamed(outcome(fold), called)


def renamed(value: Any, called: Mapping[str, str]) -> Any:
    """Give a value in which everybody has another id."""
    if isinstance(value, str):
        return called.get(value, value)
    if isinstance(value, Settled):
        return replace(value, winner=renamed(value.winner, called))
    if isinstance(value, dict):
        return {name: renamed(each, called) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(renamed(each, called) for each in value)
    return value


def decode_renamed(event: Event, called: Mapping[str, str]) -> Event:
    found: Event = msgspec.convert(renamed(as_sent(event), called), type=AnyEvent)
    return found


UNRELATED = (
    lambda: fact(NoteAdded, text="it rains"),
    lambda: fact(TeamEntered, team="stranger", names=Names(full="Stranger")),
    lambda: fact(PersonNamed, person="p-1", commitment="0" * 64),
    lambda: fact(ClaimRecorded, about="teams", says="there were more"),
    lambda: fact(CompetitionClosed),
)


@EXAMPLES
@given(seasons(), st.lists(st.tuples(cuts, st.sampled_from(UNRELATED)), min_size=1, max_size=5))
def test_a_fact_that_is_about_something_else_changes_no_tie(log: Log, added: Any) -> None:
    again = Fold()
    for event in log:
        again.advance(told(event, again))
        for make in (make for at, make in added if at == event.position):
            again.advance(told(make(), again))
    assert outcome(again) == outcome(folded(log))
