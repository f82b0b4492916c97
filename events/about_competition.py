"""Facts about the competition as a whole: its rules, who takes part, draws, tables and ties.

What a bracket or a draw needs joins its heading here.
"""

from typing import Literal

from events.fields import (
    Count,
    Digest,
    Id,
    Name,
    Names,
    Order,
    Ruling,
    SlotId,
    Span,
    Text,
    Value,
)
from events.kinds import CompetitionEvent
from events.regulations import (
    Placed,
    Rank,
    Regulations,
    Source,
)

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

    `place` is where it is at home, `section` what it comes from: its department, its district. A
    club that has another name from now on is entered again as a whole, with `formerly` the name in
    full that it had until now: the same team, with all that it has played.
    """

    team: Id
    names: Names
    place: Name | None = None
    section: Id | None = None
    entry: Literal["champion", "runner_up", "by_resolution", "relegated", "invited"] | None = None
    ruling: Ruling | None = None
    formerly: Name | None = None


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
    """`points` is added to the team's own, `goals` to those it scored: negative for a deduction.

    `status` says whether it counts now, `date` from when it does by its ruling.
    """

    team: Id
    group: Id
    points: int
    status: Literal["in_force", "suspended", "lifted"] = "in_force"
    date: Span | None = None
    ruling: Ruling | None = None
    goals: int = 0


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
