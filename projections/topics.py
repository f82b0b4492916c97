"""Which topics there are, and which of them a fact touches.

A topic's position is the last event that touched it, so what is said here must
follow from the events alone.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from events.match import Match
from events.types import (
    BerthGranted,
    ClaimRecorded,
    CompetitionClosed,
    CompetitionCreated,
    CompetitionReopened,
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
    MatchScheduled,
    NoteAdded,
    PeriodEnded,
    PeriodStarted,
    PersonsMerged,
    PointsAdjusted,
    ProtestDecided,
    ProtestFiled,
    RankDecided,
    RegulationsAmended,
    ResultAnnulled,
    ResultAwarded,
    ResultConfirmed,
    ResultRecorded,
    SlotAssigned,
    StandingsFinalised,
    TableAdopted,
    TeamEntered,
    TeamExcluded,
    TeamRefused,
    TeamWithdrawn,
    TieDecided,
)

COMPETITION = "competition"
TEAMS = "teams"
LIVE = "live"
SCORERS = "scorers"
OPEN_QUESTIONS = "open-questions"
BERTHS = "berths"
RECORDS = "records"
FEED = "feed"

SECONDS_PER_DAY = 86_400

# Facts after which a match may belong elsewhere, or be played otherwise than the fact itself says.
PLACING = frozenset(
    {MatchScheduled, ExtraMatchOrdered, MatchRescheduled, EventCancelled, EventAmended}
)

# Facts after which a match may decide otherwise than before; so may any about one that is not
# being played.
DECIDING = PLACING | {
    FinalWhistle,
    ResultRecorded,
    ResultConfirmed,
    ResultAwarded,
    ResultAnnulled,
    ProtestFiled,
    ProtestDecided,
    MatchAbandoned,
}

# Facts about a match that may change who scored how many goals, which results are records, or of
# how many matches that is known: a period shows that somebody followed play, so that the goals
# recorded are the score.
SCORING = PLACING | {
    PeriodStarted,
    PeriodEnded,
    GoalScored,
    FinalWhistle,
    ResultRecorded,
    ResultConfirmed,
    ResultAwarded,
    ResultAnnulled,
}


def standings(group: str) -> str:
    return f"standings/{group}"


def matches(id: str) -> str:
    """The topic of a match, or of the matches of a group or a date."""
    return f"matches/{id}"


def live(section: str) -> str:
    return f"live/{section}"


def bracket(section: str) -> str:
    return f"bracket/{section}"


def section(id: str) -> str:
    return f"sections/{id}"


def groups_in(names: Iterable[str]) -> Iterator[str]:
    """Name the groups whose tables are among these topics."""
    for name in names:
        if name.startswith("standings/"):
            yield name.removeprefix("standings/")


class Schedule(Protocol):
    """What a match's schedule says, as it was posted or as it now stands."""

    @property
    def home(self) -> str: ...
    @property
    def away(self) -> str: ...
    @property
    def group(self) -> str | None: ...
    @property
    def tie(self) -> str | None: ...
    @property
    def stage(self) -> str | None: ...
    @property
    def section(self) -> str | None: ...
    @property
    def kick_off(self) -> str | None: ...


class Place(Struct, frozen=True, gc=False):
    """Where a match belongs: its stage and section, what it is listed under, and which topics its
    facts touch.

    `starts` orders kick-offs; it is None where the kick-off is not known. `listed` are the
    shelves that it ever was on.
    """

    stage: str | None = None
    section: str | None = None
    starts: int | None = None
    shelves: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


class Structure(Protocol):
    """What must be known of a fold to say where a match belongs."""

    def stands_in(self, name: str) -> tuple[str | None, str | None]: ...
    def stage_of(self, section: str) -> str | None: ...


def place_of(match: str, schedule: Schedule | None, known: Structure) -> Place:
    """Give the place of a match; what it does not name itself is asked of its group or tie.

    A match that nobody schedules any more belongs nowhere.
    """
    touched = [matches(match), LIVE, OPEN_QUESTIONS]
    if schedule is None:
        return Place(topics=tuple(touched))
    shelves = [f"team/{schedule.home}", f"team/{schedule.away}"]
    stage, section = schedule.stage, schedule.section
    if schedule.group:
        of_group = known.stands_in(schedule.group)
        stage, section = stage or of_group[0], section or of_group[1]
        shelves.append(f"group/{schedule.group}")
        touched += [matches(schedule.group), standings(schedule.group)]
    if schedule.tie:
        of_tie = known.stands_in(schedule.tie)
        stage, section = stage or of_tie[0], section or of_tie[1]
        shelves.append(f"tie/{schedule.tie}")
        touched.append(matches(schedule.tie))
        touched += [bracket(of_tie[1])] if of_tie[1] else []
    if schedule.kick_off:
        # The date as it is written, with the offset of the place where it is played.
        date = schedule.kick_off[: len("2025-06-01")]
        shelves.append(f"date/{date}")
        touched.append(matches(date))
    if section:
        stage = stage or known.stage_of(section)
        touched.append(live(section))
    starts = _instant(schedule.kick_off) if schedule.kick_off else None
    return Place(stage, section, starts, tuple(shelves), tuple(touched))


def _instant(kick_off: str) -> int:
    """Count the seconds to an instant, to sort by; a date alone stands for its first one."""
    when = datetime.fromisoformat(kick_off)
    clock = timedelta(hours=when.hour, minutes=when.minute, seconds=when.second)
    since_midnight = clock - (when.utcoffset() or timedelta())
    return when.toordinal() * SECONDS_PER_DAY + int(since_midnight.total_seconds())


class Known(Protocol):
    """What must be known of a fold to say what a fact about the competition touches."""

    def groups(self) -> Iterable[str]: ...
    def has_group(self, group: str) -> bool: ...
    def sections(self) -> Iterable[str]: ...
    def brackets(self) -> Iterable[str]: ...
    def groups_of(self, team: str) -> Iterable[str]: ...
    def places_of(self, team: str) -> Iterable[Place]: ...
    def section_of(self, name: str) -> str | None: ...
    def match_of(self, match: str) -> Match | None: ...
    def matches_naming(self, person: str) -> Iterable[str]: ...
    def team(self, team: str) -> TeamEntered | None: ...


def touched(fact: Event, name: str, known: Known) -> Iterator[str]:
    """Name the topics that a fact about the competition touches, for the group, team or topic
    `name`.
    """
    match fact:
        case CompetitionCreated() | RegulationsAmended():
            yield from (COMPETITION, TEAMS, LIVE, SCORERS, RECORDS, OPEN_QUESTIONS)
            yield from (live(section) for section in known.sections())
            yield from (section(id) for id in known.sections())
            yield from (bracket(id) for id in known.brackets())
            yield BERTHS
            for group in known.groups():
                yield from (standings(group), matches(group))
        case GroupFormed():
            yield from (COMPETITION, TEAMS, RECORDS, OPEN_QUESTIONS)
            if known.has_group(name):
                yield from (standings(name), matches(name))
            if stands_in := known.section_of(name):
                yield section(stands_in)
        case LotsDrawn(tie=str()) | TieDecided() | DrawHeld() | SlotAssigned() | BerthGranted():
            yield OPEN_QUESTIONS
        case PointsAdjusted() | LotsDrawn() | RankDecided() | StandingsFinalised() | TableAdopted():
            yield OPEN_QUESTIONS
            if known.has_group(name):
                yield standings(name)
        case ClaimRecorded():
            if shows_claims(name, known):
                yield name
        case PersonsMerged():
            yield SCORERS
            yield from (matches(match) for match in known.matches_naming(name))
        case TeamWithdrawn() | TeamExcluded() | TeamRefused():
            yield from (COMPETITION, TEAMS)
            yield from (standings(group) for group in known.groups_of(name))
            for place in known.places_of(name):
                yield from (topic for topic in place.topics if topic.startswith("standings/"))
        case TeamEntered():
            yield from (COMPETITION, TEAMS)
            if (entered := known.team(name)) and entered.section:
                yield section(entered.section)
            yield from (standings(group) for group in known.groups_of(name))
            places = list(known.places_of(name))
            if places:
                yield from (SCORERS, RECORDS, LIVE)
            for place in places:
                yield from place.topics
        case CompetitionClosed() | CompetitionReopened() | NoteAdded():
            yield COMPETITION


def shows_claims(topic: str, known: Known) -> bool:
    """Say whether there is a view of a topic that shows what is claimed about it."""
    kind, _, id = topic.partition("/")
    match kind:
        case "standings":
            return known.has_group(id)
        case "matches":
            return known.match_of(id) is not None
        case "bracket":
            return id in known.brackets()
    return topic in (RECORDS, SCORERS, TEAMS)
