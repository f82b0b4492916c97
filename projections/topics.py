"""Which topics there are, and which of them a fact touches.

A topic's position is the last event that touched it, so what is said here must
follow from the events alone.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

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
    TeamEntered,
    TieDecided,
)

COMPETITION = "competition"
TEAMS = "teams"
LIVE = "live"
SCORERS = "scorers"
OPEN_QUESTIONS = "open-questions"
BERTHS = "berths"
FEED = "feed"

SECONDS_PER_DAY = 86_400

# Facts after which a match may belong elsewhere, or be played otherwise than the fact itself says.
PLACING = frozenset(
    {MatchScheduled, ExtraMatchOrdered, MatchRescheduled, EventCancelled, EventAmended}
)

# Facts after which a match may decide otherwise than before; so may any about one that has ended.
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

# Facts about a match that may change who scored how many goals, or of how many matches that is
# known: a period shows that somebody followed play, so that the goals recorded are the score.
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
    def section(self) -> str | None: ...
    @property
    def kick_off(self) -> str | None: ...


class Place(Struct, frozen=True, gc=False):
    """Where a match belongs: what it is listed under, and which topics its facts touch.

    `starts` orders kick-offs; it is None where the kick-off is not known. `listed` are the
    shelves that it ever was on.
    """

    section: str | None = None
    starts: int | None = None
    shelves: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()


def place_of(
    match: str, schedule: Schedule | None, section_of: Callable[[str], str | None]
) -> Place:
    """Give the place of a match; where it names no section, that of its group or tie is asked for.

    A match that nobody schedules any more belongs nowhere.
    """
    touched = [matches(match), LIVE, OPEN_QUESTIONS]
    if schedule is None:
        return Place(topics=tuple(touched))
    shelves = [f"team/{schedule.home}", f"team/{schedule.away}"]
    section = schedule.section
    if schedule.group:
        section = section or section_of(schedule.group)
        shelves.append(f"group/{schedule.group}")
        touched += [matches(schedule.group), standings(schedule.group)]
    if schedule.tie:
        stands_in = section_of(schedule.tie)
        section = section or stands_in
        shelves.append(f"tie/{schedule.tie}")
        touched.append(matches(schedule.tie))
        touched += [bracket(stands_in)] if stands_in else []
    if schedule.kick_off:
        # The date as it is written, with the offset of the place where it is played.
        date = schedule.kick_off[: len("2025-06-01")]
        shelves.append(f"date/{date}")
        touched.append(matches(date))
    if section:
        touched.append(live(section))
    starts = _instant(schedule.kick_off) if schedule.kick_off else None
    return Place(section, starts, tuple(shelves), tuple(touched))


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
    def groups_of(self, team: str) -> Iterable[str]: ...
    def places_of(self, team: str) -> Iterable[Place]: ...
    def section_of(self, name: str) -> str | None: ...
    def team(self, team: str) -> TeamEntered | None: ...


def touched(fact: Event, name: str, known: Known) -> Iterator[str]:
    """Name the topics that a fact about the competition touches, for the group or team `name`."""
    match fact:
        case CompetitionCreated() | RegulationsAmended():
            yield from (COMPETITION, TEAMS, LIVE, SCORERS, OPEN_QUESTIONS)
            yield from (live(section) for section in known.sections())
            for id in known.sections():
                yield from (section(id), bracket(id))
            yield BERTHS
            for group in known.groups():
                yield from (standings(group), matches(group))
        case GroupFormed():
            yield from (COMPETITION, TEAMS, OPEN_QUESTIONS)
            if known.has_group(name):
                yield from (standings(name), matches(name))
            if stands_in := known.section_of(name):
                yield section(stands_in)
        case LotsDrawn(tie=str()) | TieDecided() | DrawHeld() | SlotAssigned() | BerthGranted():
            yield OPEN_QUESTIONS
        case PointsAdjusted() | LotsDrawn() | RankDecided() | StandingsFinalised():
            yield OPEN_QUESTIONS
            if known.has_group(name):
                yield standings(name)
        case ClaimRecorded():
            if known.has_group(name):
                yield standings(name)
        case TeamEntered():
            yield from (COMPETITION, TEAMS)
            if (entered := known.team(name)) and entered.section:
                yield section(entered.section)
            yield from (standings(group) for group in known.groups_of(name))
            places = list(known.places_of(name))
            if places:
                yield from (SCORERS, LIVE)
            for place in places:
                yield from place.topics
        case CompetitionClosed() | CompetitionReopened() | NoteAdded():
            yield COMPETITION
