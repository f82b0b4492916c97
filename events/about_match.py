"""Facts about one match: when it is, what happens in it, what it is worth, and how we know."""

from typing import Literal

from events.fields import (
    CardColour,
    Count,
    Coverage,
    EventId,
    Goals,
    Id,
    Instant,
    KickOff,
    Minute,
    Name,
    Outcome,
    Period,
    Ruling,
    Side,
    Span,
    Text,
)
from events.kinds import MatchEvent

# The fixture list


class MatchScheduled(MatchEvent, frozen=True):
    """A match is on the fixture list; what is not known yet is left out.

    Of a `tie`, `leg` says which match it is. `date` is a month or a range of days, where the
    kick-off is not known to the day. Unless it is `neutral`, the home team is taken to be at home.
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
    neutral: bool | None = None


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


class ExtraMatchOrdered(MatchEvent, frozen=True):
    """`match` will settle the level teams of a group or a tie; it is not part of the table.

    Unless somebody says that it is not `neutral`, nobody is taken to be at home.
    """

    home: Id
    away: Id
    group: Id | None = None
    tie: Id | None = None
    neutral: bool | None = None
    ruling: Ruling | None = None


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
