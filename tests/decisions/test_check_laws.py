"""Law 7: whatever is posted is recorded, with warnings, or refused in a sentence; and nothing else.

Streams of random facts about a narrow world, in which they meet: each is checked on the fold of
those before it, and those that were not refused, or all of them, are folded.
"""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.check import Warned, check
from events.codec import read_event
from events.errors import Refused
from events.fields import Names
from events.regulations import (
    Berth,
    BerthOf,
    ByDraw,
    Group,
    LoserOf,
    RankOf,
    Regulations,
    Round,
    Section,
    SectionBerth,
    Stage,
    Tie,
    WinnerOf,
)
from events.types import (
    CompetitionCreated,
    Event,
    EventAmended,
    EventCancelled,
    EventConfirmed,
    MatchScheduled,
    TeamEntered,
    subject_of,
)
from projections.fold import Fold
from tests.decisions.any_event import IDS, MATCHES, TEAMS, events
from tests.decisions.given import as_sent, fact

GROUP = Group(
    id="g-1", name="G", teams=TEAMS, berths=(Berth(id="next", name="Next", first=1, last=1),)
)
TIES = (
    Tie(id="t-1", slots=(RankOf(group="g-1", rank=1), ByDraw())),
    Tie(id="t-2", slots=(LoserOf(tie="t-1"), BerthOf(berth="next"))),
)
SECTION = Section(
    id="r-1",
    name="R",
    groups=(GROUP,),
    rounds=tuple(Round(id=f"of-{tie.id}", name="R", ties=(tie,)) for tie in TIES),
    berths=(SectionBerth(id="champion", name="C", source=WinnerOf(tie="t-2")),),
)
REGULATIONS = Regulations(stages=(Stage(id="s-1", name="S", sections=(SECTION,)),))
WORLD = (
    fact(CompetitionCreated, competition="c", regulations=REGULATIONS),
    *(fact(TeamEntered, team=team, names=Names(full=team)) for team in TEAMS),
    fact(MatchScheduled, match=MATCHES[0], home="a", away="b", group="g-1"),
    fact(MatchScheduled, match=MATCHES[1], home="b", away="c", group="g-1"),
)
CORRECTIONS = (EventCancelled, EventAmended, EventConfirmed)


@st.composite
def posts(draw: st.DrawFn) -> list[Event]:
    """Facts as they are sent, one after the other, each with an id that others may target."""
    one = events(narrow=True) | events(CORRECTIONS, narrow=True)
    drawn = draw(st.lists(one, max_size=len(IDS)))
    return [replace(event, id=IDS[at]) for at, event in enumerate(drawn)]


def checked(event: Event, fold: Fold) -> list[Warned] | Refused:
    try:
        return check(event, fold)
    except Refused as refusal:
        return refusal


def folded(fold: Fold, event: Event) -> None:
    version = fold.version(subject_of(event)) + 1
    fold.advance(replace(event, position=fold.position + 1, version=version, recorded_at="2013"))


@given(posts())
def test_a_post_is_recorded_or_refused_in_a_sentence(posted: list[Event]) -> None:
    fold = Fold()
    for event in WORLD:
        folded(fold, event)
    for event in posted:
        before = fold.position
        sent = read_event(as_sent(event)).event
        answer = checked(sent, fold)
        assert fold.position == before
        if isinstance(answer, Refused):
            assert str(answer)
            assert not str(answer).endswith(".")
        else:
            assert len({warning.message for warning in answer}) == len(answer)
            folded(fold, sent)


@given(posts())
def test_a_check_is_total_even_after_facts_that_would_have_been_refused(
    posted: list[Event],
) -> None:
    fold = Fold()
    for event in (*WORLD, *posted):
        checked(event, fold)
        folded(fold, event)
    for event in posted:
        checked(event, fold)
    for match in MATCHES:
        sheet = fold.sheet(match)
        assert fold.play_of(match) == (sheet.play if sheet else None)


@given(posts())
def test_the_same_check_on_the_same_state_gives_the_same_answer(posted: list[Event]) -> None:
    fold = Fold()
    for event in WORLD:
        folded(fold, event)
    for event in posted:
        assert str(checked(event, fold)) == str(checked(event, fold))


@given(posts())
def test_a_check_needs_nothing_that_the_log_wrote_on_a_fact_but_its_position(
    posted: list[Event],
) -> None:
    read, taken_in_unread = Fold(), Fold()
    for event in (*WORLD, *posted):
        assert str(checked(event, read)) == str(checked(event, taken_in_unread))
        folded(read, event)
        taken_in_unread.advance(replace(event, position=taken_in_unread.position + 1))
