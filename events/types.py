"""Every event is one frozen struct of one tagged union: past tense, one fact each.

The name on the wire is the class name in snake_case and is never renamed. The
fields from `v` to `recorded_by` are empty until the event is in the log. What a
bracket, a draw or a squad needs joins its heading here when it is built.
"""

import re
from typing import Any, Literal

from msgspec import Struct

from events.fields import (
    CardColour,
    Count,
    Coverage,
    Digest,
    EventId,
    Goals,
    Id,
    Instant,
    KickOff,
    Minute,
    Name,
    Names,
    Order,
    Outcome,
    Period,
    Ruling,
    Side,
    SlotId,
    Span,
    Text,
    Value,
)
from events.regulations import Placed, Rank, Regulations, Source


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    tag=snake_case,
    tag_field="type",
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """What every event carries. `match` names the subject; without it, it is the competition."""

    v: int = 1
    position: int = 0
    version: int = 0
    recorded_at: str = ""
    recorded_by: str = ""

    id: EventId
    competition: Id | None = None
    match: Id | None = None
    occurred_at: Instant | None = None
    occurred: Span | None = None
    device: Name | None = None
    confirmation: Literal["tbd", "confirmed"] | None = None
    basis: Literal["observed", "reported", "derived", "inferred"] | None = None
    source: Text | None = None
    correlation_id: Name | None = None


class CompetitionEvent(Event, kw_only=True, frozen=True):
    """A fact about the competition as a whole."""

    match: None = None


class MatchEvent(Event, kw_only=True, frozen=True):
    """A fact about one match."""

    match: Id


# The competition


class CompetitionCreated(CompetitionEvent, frozen=True):
    """Position 1 of every log."""

    competition: Id
    regulations: Regulations
    name: Name | None = None
    time_zone: Name = "UTC"
    simulated: bool = False
    private: bool = False


class RegulationsAmended(CompetitionEvent, frozen=True):
    """New regulations in full; everything is computed again."""

    regulations: Regulations
    ruling: Ruling | None = None


class StageOpened(CompetitionEvent, frozen=True):
    """A stage has begun."""

    stage: Id


class GroupFormed(CompetitionEvent, frozen=True):
    """Who is in a group, settled after the competition began."""

    stage: Id
    section: Id
    group: Id
    name: Name
    teams: tuple[Id, ...]


class TeamEntered(CompetitionEvent, frozen=True):
    """A team takes part, and how it is written.

    `place` is where it is at home, `section` what it comes from: its department, its district.
    """

    team: Id
    names: Names
    place: Name | None = None
    section: Id | None = None
    entry: Literal["champion", "runner_up", "by_resolution", "relegated", "invited"] | None = None
    ruling: Ruling | None = None


class TeamWithdrawn(CompetitionEvent, frozen=True):
    """A team no longer takes part, by its own will."""

    team: Id
    reason: Text | None = None
    ruling: Ruling | None = None


class TeamExcluded(CompetitionEvent, frozen=True):
    """A team no longer takes part, by decision."""

    team: Id
    reason: Text | None = None
    ruling: Ruling | None = None


class TeamRefused(CompetitionEvent, frozen=True):
    """A team asked to take part and may not."""

    team: Id
    names: Names
    place: Name | None = None
    section: Id | None = None
    reason: Text | None = None
    ruling: Ruling | None = None


class PersonNamed(CompetitionEvent, frozen=True):
    """`commitment` is SHA-256 of salt and name; both live beside the log."""

    person: Id
    commitment: Digest
    team: Id | None = None


class NameErased(CompetitionEvent, frozen=True):
    """The name of a person is forgotten; what they did stays."""

    person: Id
    reason: Text | None = None


class PersonsMerged(CompetitionEvent, frozen=True):
    """Two references are one person, written in two ways: `person` counts as `into`."""

    person: Id
    into: Id


class DrawHeld(CompetitionEvent, frozen=True):
    """Lots said what is put into which slot: a team, or what is yet to be known, a berth."""

    slots: tuple[Placed, ...]
    procedure: Text | None = None
    witnesses: Text | None = None


class SlotAssigned(CompetitionEvent, frozen=True):
    """A decision fills a slot; `replaces` is the team that was there."""

    slot: SlotId
    filled_by: Source
    replaces: Id | None = None
    ruling: Ruling | None = None


class BerthGranted(CompetitionEvent, frozen=True):
    """A berth is given to a team; of one that several ranks earn, the `place`-th."""

    berth: Id
    team: Id
    place: Rank = 1
    ruling: Ruling | None = None


class AdoptedRow(Value, frozen=True):
    """A line of a published table; a column that is not known is left out."""

    team: Id
    rank: Rank | None = None
    played: Count | None = None
    won: Count | None = None
    drawn: Count | None = None
    lost: Count | None = None
    goals_for: Count | None = None
    goals_against: Count | None = None
    goal_difference: int | None = None
    points: int | None = None


class TableAdopted(CompetitionEvent, frozen=True):
    """A published table of a group whose matches are not held: it stands as it was printed."""

    group: Id
    rows: tuple[AdoptedRow, ...]


class PointsAdjusted(CompetitionEvent, frozen=True):
    """`points` is added to the team's own: negative for a deduction."""

    team: Id
    group: Id
    points: int
    status: Literal["in_force", "suspended", "lifted"] = "in_force"
    date: Span | None = None
    ruling: Ruling | None = None


class CompetitionClosed(CompetitionEvent, frozen=True):
    """Nothing more is expected of it."""

    reason: Text | None = None


class CompetitionReopened(CompetitionEvent, frozen=True):
    """It goes on after all."""

    reason: Text | None = None


class ClaimRecorded(CompetitionEvent, frozen=True):
    """What a source says about a topic. It counts for nothing and hides nothing."""

    about: Name
    says: Text
    order: Order | None = None


# Decisions about a table or a tie


class LotsDrawn(CompetitionEvent, frozen=True):
    """Teams that are level, in a group or in a tie, were separated by lot."""

    order: Order
    group: Id | None = None
    tie: Id | None = None
    procedure: Text | None = None
    ruling: Ruling | None = None


class RankDecided(CompetitionEvent, frozen=True):
    """A ruling separates teams that are level.

    One that `overrides` holds whatever the results say: a forced relegation.
    """

    group: Id
    order: Order
    ruling: Ruling | None = None
    overrides: bool = False


class ExtraMatchOrdered(MatchEvent, frozen=True):
    """`match` will settle the level teams of a group or a tie; it is not part of the table."""

    home: Id
    away: Id
    group: Id | None = None
    tie: Id | None = None
    neutral: bool = True
    ruling: Ruling | None = None


class TieDecided(CompetitionEvent, frozen=True):
    """Who goes through, where no result says so. Without a winner: decided, not known for whom."""

    tie: Id
    winner: Id | None = None
    by: Literal["ruling", "walkover", "extra_time", "shoot_out", "extra_match", "lots"] | None = (
        None
    )
    reason: Text | None = None
    ruling: Ruling | None = None


class StandingsFinalised(CompetitionEvent, frozen=True):
    """The order of a group is settled. Refused while anything in it is open."""

    group: Id
    order: Order
    ruling: Ruling | None = None


# The fixture list


class MatchScheduled(MatchEvent, frozen=True):
    """A match is on the fixture list; what is not known yet is left out.

    Of a `tie`, `leg` says which match it is. `date` is a month or a range of days, where the
    kick-off is not known to the day.
    """

    home: Id
    away: Id
    stage: Id | None = None
    section: Id | None = None
    group: Id | None = None
    tie: Id | None = None
    leg: Literal[1, 2] | None = None
    matchday: Count | None = None
    kick_off: KickOff | None = None
    date: Span | None = None
    venue: Name | None = None
    neutral: bool = False


class MatchRescheduled(MatchEvent, frozen=True):
    """What is given replaces what was scheduled."""

    kick_off: KickOff | None = None
    venue: Name | None = None
    neutral: bool | None = None
    matchday: Count | None = None
    reason: Text | None = None


class MatchPostponed(MatchEvent, frozen=True):
    """It will be played at another time."""

    reason: Text | None = None


class MatchCalledOff(MatchEvent, frozen=True):
    """It will not be played."""

    reason: Text | None = None


# During play


class PeriodStarted(MatchEvent, frozen=True):
    """The first one of a match is the kick-off."""

    period: Period


class PeriodEnded(MatchEvent, frozen=True):
    """The whistle at the end of a period."""

    period: Period


class AddedTimeAnnounced(MatchEvent, frozen=True):
    """The minutes that the fourth official shows."""

    minutes: Minute
    period: Period | None = None


class MatchDelayed(MatchEvent, frozen=True):
    """It begins later than scheduled."""

    reason: Text | None = None


class BreakStarted(MatchEvent, frozen=True):
    """Play pauses within a period."""

    reason: Text | None = None


class BreakEnded(MatchEvent, frozen=True):
    """Play goes on after a pause."""


class PlayEvent(MatchEvent, kw_only=True, frozen=True):
    """Something a side did at some minute, as far as that is known."""

    side: Side
    period: Period | None = None
    minute: Minute | None = None
    stoppage: Minute | None = None


class GoalScored(PlayEvent, frozen=True):
    """`side` is the side credited: an own goal counts for the side that benefits."""

    player: Id | None = None
    assist: Id | None = None
    method: Literal["open_play", "header", "free_kick", "corner", "penalty", "own_goal"] | None = (
        None
    )


class GoalDisallowed(PlayEvent, frozen=True):
    """A goal was not given. To take back one that was recorded, cancel that event."""

    player: Id | None = None
    reason: Text | None = None


class PenaltyAwarded(PlayEvent, frozen=True):
    """`side` takes the penalty."""

    player: Id | None = None
    reason: Text | None = None


class PenaltyMissed(PlayEvent, frozen=True):
    """`side` took the penalty, and it was no goal."""

    player: Id | None = None
    outcome: Literal["saved", "post", "wide"] | None = None


class CardShown(PlayEvent, frozen=True):
    """A card for a player or an official of `side`."""

    card: CardColour
    player: Id | None = None
    official: Id | None = None
    reason: Text | None = None


class SubstitutionMade(PlayEvent, frozen=True):
    """`off` leaves the field and `on` comes in."""

    off: Id | None = None
    on: Id | None = None
    reason: Text | None = None


class ShootOutKickTaken(MatchEvent, frozen=True):
    """Not a goal."""

    side: Side
    scored: bool
    player: Id | None = None
    order: Count | None = None


class ReviewStarted(MatchEvent, frozen=True):
    """The referee looks again, at `target` if it is recorded."""

    target: EventId | None = None
    reason: Text | None = None


class ReviewEnded(MatchEvent, frozen=True):
    """What the referee decided after looking again."""

    outcome: Literal["upheld", "overturned"]
    target: EventId | None = None


class MatchSuspended(MatchEvent, frozen=True):
    """Play stopped and may go on."""

    minute: Minute | None = None
    reason: Text | None = None


class MatchResumed(MatchEvent, frozen=True):
    """Play goes on after it was suspended."""

    minute: Minute | None = None


class MatchAbandoned(MatchEvent, frozen=True):
    """Stopped for good."""

    minute: Minute | None = None
    reason: Text | None = None


# What a match is worth


class FinalWhistle(MatchEvent, frozen=True):
    """The end of play, with the score on the referee's sheet where there is one."""

    home: Count | None = None
    away: Count | None = None
    shoot_out: Goals | None = None


class ResultRecorded(MatchEvent, frozen=True):
    """A match of which only the result is known: the goals, or only the outcome.

    The outcome "unknown" says that it was played and no source gives a result. `extra_time`
    says that the goals count extra time.
    """

    home: Count | None = None
    away: Count | None = None
    outcome: Outcome | Literal["unknown"] | None = None
    extra_time: bool = False
    half_time: Goals | None = None
    ninety_minutes: Goals | None = None
    shoot_out: Goals | None = None


class ResultConfirmed(MatchEvent, frozen=True):
    """The sheet is signed."""

    by: Name | None = None


class ResultAwarded(MatchEvent, frozen=True):
    """A result given by decision; a walkover has the reason `walkover`."""

    outcome: Outcome
    home: Count | None = None
    away: Count | None = None
    counts_for_scorers: bool = True
    reason: Text | None = None
    ruling: Ruling | None = None


class ResultAnnulled(MatchEvent, frozen=True):
    """The match counts for nothing in the table."""

    counts_for_scorers: bool = False
    reason: Text | None = None
    ruling: Ruling | None = None


class ProtestFiled(MatchEvent, frozen=True):
    """Somebody disputes the result."""

    by: Name | None = None
    deadline: Instant | None = None
    reason: Text | None = None


class ProtestDecided(MatchEvent, frozen=True):
    """`target` is the protest."""

    target: EventId
    outcome: Literal["upheld", "dismissed", "withdrawn"]
    ruling: Ruling | None = None


# How we know


class ScorerConnected(MatchEvent, frozen=True):
    """Whoever scores the match is there."""


class ScorerLost(MatchEvent, frozen=True):
    """Whoever scores the match is no longer heard."""


class CoverageChanged(MatchEvent, frozen=True):
    """How much of the match is reported from now on."""

    level: Coverage


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
