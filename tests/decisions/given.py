"""Given what is recorded, when a fact is posted, then it is in, with warnings, or refused.

Every fact goes the way of a real one: sent as JSON, read, checked, framed as the log frames it,
decoded and folded. Two facts that say the same are two facts; a correction names the very one.
"""

import itertools
import uuid
from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from events.check import Warned, check
from events.codec import Json, Sent, capture_bytes, decode, read_event
from events.errors import Refused
from events.fields import Goals, Names, Outcome, Side
from events.match import Match, Result
from events.regulations import Berth, Criterion, Group, Regulations, Section, Stage
from events.types import (
    CompetitionCreated,
    Event,
    EventAmended,
    EventCancelled,
    ExtraMatchOrdered,
    FinalWhistle,
    GoalScored,
    LotsDrawn,
    MatchScheduled,
    PeriodStarted,
    ResultAnnulled,
    ResultAwarded,
    ResultConfirmed,
    ResultRecorded,
    StandingsFinalised,
    TeamEntered,
    subject_of,
)
from projections.fold import Fold

TEAMS = ("cobresol", "la-bocana", "unicachi", "willy-serrato")
GROUP = "group-b"
FINAL = "final"

Kind = TypeVar("Kind", bound=Event)

_numbers = itertools.count(1)


def new_id() -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, str(next(_numbers))))


def fact(kind: type[Kind], **fields: Any) -> Kind:
    """Any fact, with an id of its own."""
    return kind(id=new_id(), **fields)


def goal(side: Side, minute: int | None = None, match: str = FINAL, **fields: Any) -> GoalScored:
    return fact(GoalScored, match=match, side=side, minute=minute, **fields)


def whistle(home: int | None = None, away: int | None = None, **fields: Any) -> FinalWhistle:
    return fact(FinalWhistle, **{"match": FINAL, "home": home, "away": away, **fields})


def recorded(home: int | None = None, away: int | None = None, **fields: Any) -> ResultRecorded:
    return fact(ResultRecorded, **{"match": FINAL, "home": home, "away": away, **fields})


def awarded(outcome: Outcome, home: int | None = None, away: int | None = None) -> ResultAwarded:
    return fact(ResultAwarded, match=FINAL, outcome=outcome, home=home, away=away)


def confirmed(match: str = FINAL) -> ResultConfirmed:
    return fact(ResultConfirmed, match=match)


def annulled() -> ResultAnnulled:
    return fact(ResultAnnulled, match=FINAL)


def cancelled(target: Event) -> EventCancelled:
    return fact(EventCancelled, match=target.match, target=target.id)


def amended(target: Event, /, **changes: Any) -> EventAmended:
    """The target as it should have been; None takes a field out."""
    body = {**as_sent(target), **changes}
    body = {name: value for name, value in body.items() if name != "id" and value is not None}
    return fact(EventAmended, match=target.match, target=target.id, body=body)


def scheduled(match: str, home: str, away: str, **fields: Any) -> MatchScheduled:
    return fact(MatchScheduled, match=match, home=home, away=away, **fields)


def ordered(match: str, home: str, away: str) -> ExtraMatchOrdered:
    return fact(ExtraMatchOrdered, match=match, group=GROUP, home=home, away=away)


def lots(*order: str | tuple[str, ...]) -> LotsDrawn:
    return fact(LotsDrawn, group=GROUP, order=order)


def finalised(*order: str | tuple[str, ...]) -> StandingsFinalised:
    return fact(StandingsFinalised, group=GROUP, order=order)


REGULATIONS = Regulations(
    criteria=(
        Criterion(metric="points"),
        Criterion(metric="lots"),
        Criterion(metric="extra_match"),
    ),
    stages=(
        Stage(
            id="regional",
            name="Etapa Regional",
            sections=(
                Section(
                    id="region-1",
                    name="Región I",
                    groups=(
                        Group(
                            id=GROUP,
                            name="Grupo B",
                            teams=TEAMS[:3],
                            berths=(Berth(id="national", name="Etapa Nacional", first=1, last=1),),
                        ),
                    ),
                ),
            ),
        ),
    ),
)
CREATED = fact(CompetitionCreated, competition="copa-peru-2013", regulations=REGULATIONS)
ENTERED = [fact(TeamEntered, team=team, names=Names(full=team.title())) for team in TEAMS]
SCHEDULED = scheduled(FINAL, "cobresol", "willy-serrato")
OPENING = (CREATED, *ENTERED, SCHEDULED)

KICKED_OFF = fact(PeriodStarted, match=FINAL, period="first_half")


# How a fact is sent and stored


def as_sent(event: Event) -> Json:
    """The JSON of an event that is not in a log yet."""
    sent: Json = msgspec.json.decode(msgspec.json.encode(event))
    return sent


def stored(sent: Sent, position: int, version: int, recorded_by: str = "token/1") -> bytes:
    """The string that the append script makes of it, as CONTRACT.md says."""
    minute, second = divmod(position, 60)
    recorded_at = f"2013-12-15T20:{minute % 60:02}:{second:02}.000Z"
    head = f'{{"v":1,"position":{position},"version":{version},"recorded_at":"{recorded_at}",'
    return head.encode() + capture_bytes(sent, recorded_by)


def in_the_log(facts: Sequence[Event]) -> list[Event]:
    """The facts as a log that holds nothing else gives them back."""
    versions: dict[str, int] = {}
    events = []
    for position, event in enumerate(facts, 1):
        subject = subject_of(event)
        versions[subject] = versions.get(subject, 0) + 1
        sent = read_event(as_sent(event))
        events.append(decode(stored(sent, position, versions[subject])))
    return events


def match_of(*facts: Event) -> Match:
    """A match with nothing around it; its facts unchecked, so they may be as odd as can be."""
    return Match(FINAL, tuple(in_the_log(facts)))


# Given, when, then


class Given:
    """A competition of four teams, three of them in a group, its final, and these facts."""

    def __init__(self, *facts: Event) -> None:
        self.fold = Fold()
        for event in (*OPENING, *facts):
            self.advance(read_event(as_sent(event)))

    def advance(self, sent: Sent) -> None:
        position = self.fold.position + 1
        version = self.fold.version(subject_of(sent.event)) + 1
        self.fold.advance(decode(stored(sent, position, version)))

    def when(self, event: Event) -> "Posted":
        return Posted(self, read_event(as_sent(event)))

    def then_match(self, match: str = FINAL, **expected: object) -> "Given":
        sheet = self.fold.sheet(match)
        assert sheet is not None, f"nobody scheduled {match}"
        said = {name: said_of(getattr(sheet, name)) for name in expected}
        assert said == expected
        return self

    def then_no_match(self, match: str = FINAL) -> "Given":
        assert self.fold.sheet(match) is None
        return self


class Posted:
    """What was answered to a fact; one that was not refused is in the log now."""

    def __init__(self, given: Given, sent: Sent) -> None:
        self.given = given
        self.refusal: Refused | None = None
        self.warnings: list[Warned] = []
        try:
            self.warnings = check(sent.event, given.fold)
        except Refused as refusal:
            self.refusal = refusal
        else:
            given.advance(sent)

    def then_recorded(self) -> Given:
        assert (self.refusal, self.warnings) == (None, [])
        return self.given

    def then_warns(self, *sentences: str) -> "Posted":
        assert self.refusal is None
        said = [warning.message for warning in self.warnings]
        assert len(said) == len(sentences), said
        for part, sentence in zip(sentences, said, strict=True):
            assert part in sentence
        return self

    def and_match(self, match: str = FINAL, **expected: object) -> Given:
        assert self.refusal is None, self.refusal
        return self.given.then_match(match, **expected)

    def then_refused(self, sentence: str, **facts: object) -> None:
        assert self.refusal is not None, f"recorded, with {self.warnings}"
        assert sentence in str(self.refusal)
        assert facts.items() <= self.refusal.facts.items()


def said_of(value: object) -> object:
    """A score as 1-0 and a result as home 1-0, the way a referee says it."""
    match value:
        case Goals():
            return f"{value.home}-{value.away}"
        case Result(home=None):
            return value.outcome
        case Result():
            return f"{value.outcome} {value.home}-{value.away}"
    return value
