"""What one request wants recorded, and the decision about it: a pure function of what is folded.

A submission carries into the log the versions of all that its check read. A refusal is certain only
on what is recorded; on what is merely expected to be, it is a reason to look again.
"""

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter

import msgspec

from events.check import Warned, check
from events.codec import Sent, capture_bytes, decode
from events.errors import Malformed, Refused
from events.types import (
    COMPETITION,
    Event,
    EventAmended,
    ExtraMatchOrdered,
    GroupFormed,
    LotsDrawn,
    MatchScheduled,
    RegulationsAmended,
    SlotAssigned,
    StandingsFinalised,
    TieDecided,
    subject_of,
)
from projections.fold import Fold
from services.store.log import WHOLE_LOG, Entry, NewEvent, Place, Unit

Permit = Callable[[Event, Fold], None]
"""Raises Forbidden unless the event may be recorded by whoever sent it, after what is folded."""


def _permit_all(event: Event, fold: Fold) -> None:
    return


class Submission(msgspec.Struct, frozen=True):
    """What one request wants recorded, whole or not at all."""

    events: tuple[Sent, ...]
    recorded_by: str
    permit: Permit = _permit_all


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """All of it is recorded, at a place for each event; `is_new` unless all of it was before."""

    places: tuple[Place, ...]
    warnings: tuple[Warned, ...] = ()
    is_new: bool = True


class Overtaken(Exception):
    """The subject is not at the version that the client expected. `since` is what happened."""

    def __init__(
        self, subject: str, expected: int, version: int, since: Sequence[bytes] = ()
    ) -> None:
        self.subject = subject
        self.expected = expected
        self.version = version
        self.since = tuple(since)

    def __str__(self) -> str:
        if self.expected > self.version:
            what = "what was expected is ahead of all that is recorded; read it again"
        else:
            what = "look at what happened since"
        return (
            f"{self.subject} is at version {self.version}, not {self.expected}; {what}, then send "
            "it again or leave it"
        )


class IdReused(Exception):
    """An id was recorded with other content: `stored`, or empty if in the same submission."""

    def __init__(self, id_: str, stored: bytes) -> None:
        self.id = id_
        self.stored = stored

    def __str__(self) -> str:
        where = "was recorded" if self.stored else "stands twice in what was sent,"
        return f"the id {self.id} {where} with other content; give a new event a new id"


class UnknownCompetition(Exception):
    """Nobody created this competition."""

    def __init__(self, competition: str) -> None:
        self.competition = competition

    def __str__(self) -> str:
        return f"there is no competition {self.competition}; create it first"


class CompetitionExists(Exception):
    """This competition was created with other content."""

    def __init__(self, competition: str) -> None:
        self.competition = competition

    def __str__(self) -> str:
        return f"{self.competition} exists with other content; choose another id"


class Busy(Exception):
    """More is sent than can be recorded. Nothing of this was; send it again a little later."""

    def __init__(self, competition: str, reason: str) -> None:
        self.competition = competition
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.competition} is busy: {self.reason}; wait a moment, then send it again"


# Deciding


REFUSALS = (Refused, Overtaken, Malformed)
"""What a check says no with; an amendment may be malformed for what it amends."""


class Decision(msgspec.Struct, frozen=True, gc=False):
    """A unit that may be appended, and the warnings to give then."""

    unit: Unit
    warnings: tuple[Warned, ...]


def decide(submission: Submission, fold: Fold, recorded: Fold) -> Decision:
    """Check on `fold` what is not yet in `recorded`, and take it in there: all of it or none.

    Raises Forbidden, or one of REFUSALS.
    """
    branch = fold.branch() if len(submission.events) > 1 else fold
    reads: dict[str, int] = {}
    warnings: list[Warned] = []
    for sent in submission.events:
        event, subject = sent.event, subject_of(sent.event)
        submission.permit(event, branch)
        if _is_in(recorded, event):
            continue
        for read in _subjects_read(event, subject):
            if read not in reads:
                reads[read] = fold.position if read == WHOLE_LOG else fold.version(read)
        if sent.expected_version is not None:
            _expect(sent.expected_version, subject, fold.version(subject), branch.version(subject))
        warnings += check(event, branch)
        branch.advance(msgspec.structs.replace(event, position=branch.position + 1))
    if branch is not fold:
        fold.absorb(branch)
    return Decision(Unit(new_events(submission), tuple(reads.items())), tuple(warnings))


def new_events(submission: Submission) -> tuple[NewEvent, ...]:
    by = submission.recorded_by
    return tuple(
        [
            NewEvent(sent.id_bytes, subject_of(sent.event), sent.digest, capture_bytes(sent, by))
            for sent in submission.events
        ]
    )


def settle(submission: Submission, found: Mapping[bytes, Entry], recorded: Fold) -> Accepted | None:
    """Give or raise the answer that is certain from what is recorded; None if it may be appended.

    Authority is asked before the ids, and these before the rules and versions.
    """
    refusal: Exception | None = None
    try:
        decide(submission, recorded.branch(), recorded)
    except REFUSALS as reason:
        refusal = reason
    places = []
    for sent in submission.events:
        if (entry := found.get(sent.id_bytes)) is not None:
            if entry.digest != sent.digest:
                raise IdReused(sent.event.id, entry.stored)
            event = decode(entry.stored)
            places.append(Place(event.position, event.version, event.recorded_at))
    if len(places) == len(submission.events):
        return Accepted(tuple(places), is_new=False)
    if refusal is not None:
        raise refusal
    return None


_ID = attrgetter("id")


def _is_in(recorded: Fold, event: Event) -> bool:
    if event.match is None:
        return recorded.competition_fact(event.id) is not None
    played = recorded.match_of(event.match)
    return played is not None and event.id in map(_ID, played.facts)


def _expect(expected: int, subject: str, before: int, now: int) -> None:
    """Who sends several at once may count its own events or leave them out."""
    if expected not in (before, now):
        raise Overtaken(subject, expected, now)


_READING_MORE = frozenset(
    {
        EventAmended,
        ExtraMatchOrdered,
        GroupFormed,
        LotsDrawn,
        MatchScheduled,
        RegulationsAmended,
        SlotAssigned,
        StandingsFinalised,
        TieDecided,
    }
)


def _subjects_read(event: Event, subject: str) -> tuple[str, ...]:
    """Name everything that the check of an event reads."""
    if type(event) not in _READING_MORE:
        return (COMPETITION, subject)
    match event:
        case StandingsFinalised() | RegulationsAmended() | EventAmended(match=None):
            # A table is all its matches, also one that is being scheduled right now; and a group
            # of new regulations is none of them.
            return (COMPETITION, WHOLE_LOG)
        case (
            MatchScheduled(tie=str())
            | ExtraMatchOrdered(tie=str())
            | LotsDrawn()
            | TieDecided()
            | SlotAssigned()
        ):
            # Who is in a tie follows from its matches, and from those that led to it; who is level
            # in a group, from all of its own.
            return (COMPETITION, WHOLE_LOG)
        case EventAmended(body={"tie": str()}):
            return (COMPETITION, WHOLE_LOG)
        case GroupFormed(group=group):
            # A group and a match never share an id.
            return (COMPETITION, f"match/{group}")
    return (COMPETITION, subject)
