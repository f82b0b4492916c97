"""Every event is one frozen struct of one tagged union: past tense, one fact each.

What everybody imports stands here, whichever module it is written in.
"""

from typing import Any

from events.about_competition import (
    AdoptedRow,
    BerthGranted,
    ClaimRecorded,
    CompetitionClosed,
    CompetitionCreated,
    CompetitionReopened,
    DrawHeld,
    GroupFormed,
    LotsDrawn,
    NameErased,
    PersonNamed,
    PersonsMerged,
    PointsAdjusted,
    RankDecided,
    RegulationsAmended,
    SlotAssigned,
    StageOpened,
    StandingsFinalised,
    TableAdopted,
    TeamEntered,
    TeamExcluded,
    TeamRefused,
    TeamWithdrawn,
    TieDecided,
)
from events.about_match import (
    AddedTimeAnnounced,
    BreakEnded,
    BreakStarted,
    CardShown,
    CoverageChanged,
    ExtraMatchOrdered,
    FinalWhistle,
    GoalDisallowed,
    GoalScored,
    MatchAbandoned,
    MatchCalledOff,
    MatchDelayed,
    MatchPostponed,
    MatchRescheduled,
    MatchResumed,
    MatchScheduled,
    MatchSuspended,
    PenaltyAwarded,
    PenaltyMissed,
    PeriodEnded,
    PeriodStarted,
    PlayEvent,
    ProtestDecided,
    ProtestFiled,
    ResultAnnulled,
    ResultAwarded,
    ResultConfirmed,
    ResultRecorded,
    ReviewEnded,
    ReviewStarted,
    ScorerConnected,
    ScorerLost,
    ShootOutKickTaken,
    SubstitutionMade,
)
from events.fields import (
    EventId,
    Text,
)
from events.kinds import (
    CompetitionEvent,
    Event,
    MatchEvent,
)

__all__ = [
    "COMPETITION",
    "AddedTimeAnnounced",
    "AdoptedRow",
    "AnyEvent",
    "BerthGranted",
    "BreakEnded",
    "BreakStarted",
    "CardShown",
    "ClaimRecorded",
    "CompetitionClosed",
    "CompetitionCreated",
    "CompetitionEvent",
    "CompetitionReopened",
    "CoverageChanged",
    "DrawHeld",
    "Event",
    "EventAmended",
    "EventCancelled",
    "EventConfirmed",
    "ExtraMatchOrdered",
    "FinalWhistle",
    "GoalDisallowed",
    "GoalScored",
    "GroupFormed",
    "LotsDrawn",
    "MatchAbandoned",
    "MatchCalledOff",
    "MatchDelayed",
    "MatchEvent",
    "MatchPostponed",
    "MatchRescheduled",
    "MatchResumed",
    "MatchScheduled",
    "MatchSuspended",
    "NameErased",
    "NoteAdded",
    "PenaltyAwarded",
    "PenaltyMissed",
    "PeriodEnded",
    "PeriodStarted",
    "PersonNamed",
    "PersonsMerged",
    "PlayEvent",
    "PointsAdjusted",
    "ProtestDecided",
    "ProtestFiled",
    "RankDecided",
    "RegulationsAmended",
    "ResultAnnulled",
    "ResultAwarded",
    "ResultConfirmed",
    "ResultRecorded",
    "ReviewEnded",
    "ReviewStarted",
    "ScorerConnected",
    "ScorerLost",
    "ShootOutKickTaken",
    "SlotAssigned",
    "StageOpened",
    "StandingsFinalised",
    "SubstitutionMade",
    "TableAdopted",
    "TeamEntered",
    "TeamExcluded",
    "TeamRefused",
    "TeamWithdrawn",
    "TieDecided",
    "subject_of",
    "type_of",
]


# Corrections and notes: about a match or about the competition


class EventConfirmed(Event, frozen=True):
    """Somebody else saw the target too."""

    target: EventId


class EventCancelled(Event, frozen=True):
    """The target did not happen. A cancellation can be cancelled."""

    target: EventId
    reason: Text | None = None


class EventAmended(Event, frozen=True):
    """`body` is what the target should have said: its whole content, without an id."""

    target: EventId
    body: dict[str, Any]
    reason: Text | None = None


class NoteAdded(Event, frozen=True):
    """A remark that changes nothing else."""

    text: Text


AnyEvent = (
    CompetitionCreated
    | RegulationsAmended
    | StageOpened
    | GroupFormed
    | TeamEntered
    | TeamWithdrawn
    | TeamExcluded
    | TeamRefused
    | PersonNamed
    | NameErased
    | PersonsMerged
    | DrawHeld
    | SlotAssigned
    | BerthGranted
    | TableAdopted
    | PointsAdjusted
    | CompetitionClosed
    | CompetitionReopened
    | ClaimRecorded
    | LotsDrawn
    | RankDecided
    | ExtraMatchOrdered
    | TieDecided
    | StandingsFinalised
    | MatchScheduled
    | MatchRescheduled
    | MatchPostponed
    | MatchCalledOff
    | PeriodStarted
    | PeriodEnded
    | AddedTimeAnnounced
    | MatchDelayed
    | BreakStarted
    | BreakEnded
    | GoalScored
    | GoalDisallowed
    | PenaltyAwarded
    | PenaltyMissed
    | CardShown
    | SubstitutionMade
    | ShootOutKickTaken
    | ReviewStarted
    | ReviewEnded
    | MatchSuspended
    | MatchResumed
    | MatchAbandoned
    | FinalWhistle
    | ResultRecorded
    | ResultConfirmed
    | ResultAwarded
    | ResultAnnulled
    | ProtestFiled
    | ProtestDecided
    | ScorerConnected
    | ScorerLost
    | CoverageChanged
    | EventConfirmed
    | EventCancelled
    | EventAmended
    | NoteAdded
)

COMPETITION = "competition"


def subject_of(event: Event) -> str:
    """What the event's version counts: `match/<id>`, or the competition."""
    return f"match/{event.match}" if event.match else COMPETITION


def type_of(event: Event) -> str:
    """The event's name on the wire."""
    return str(event.__struct_config__.tag)
