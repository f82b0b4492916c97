"""A competition's format and its criteria are data, and the data is in the log.

What differs between competitions, years and organisers stands here as values;
no function asks for the name of a competition.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from events.fields import Id, Name, SlotId, Text, Value

Metric = Literal["points", "goal_difference", "goals_for", "wins", "conduct", "lots", "extra_match"]
Scope = Literal["all", "level"]


class PointsPerResult(Value, frozen=True):
    """What a result is worth in the table."""

    win: Annotated[int, Meta(ge=0, le=99)] = 3
    draw: Annotated[int, Meta(ge=0, le=99)] = 1
    loss: Annotated[int, Meta(ge=0, le=99)] = 0


class Conduct(Value, frozen=True):
    """Points of conduct, one deduction a player a match; the defaults are FIFA's since 2018."""

    yellow: int = -1
    second_yellow: int = -3
    red: int = -4
    yellow_red: int = -5


class Criterion(Value, frozen=True):
    """One comparison: a metric over a scope, and where the rule is written.

    `scope` "level" counts only the matches among the teams still level: head-to-head.
    `on_partial` says what follows when it parts some of them: "continue" with the next
    criterion, or "restart" the run of level-scope criteria among those still level.
    """

    metric: Metric
    scope: Scope = "all"
    on_partial: Literal["continue", "restart"] = "continue"
    article: Name | None = None


Rank = Annotated[int, Meta(ge=1, le=999)]
GroupCoverage = Literal["full", "partial"]


class LeadsTo(Value, frozen=True):
    """Where a berth leads: a later stage or a section of it, another competition, or the same one
    next time."""

    stage: Id | None = None
    section: Id | None = None
    competition: Name | None = None
    next_edition: bool = False


class Berth(Value, frozen=True):
    """A right earned by the ranks `first` to `last` of a group."""

    id: Id
    name: Name
    first: Rank = 1
    last: Rank = 1
    leads_to: LeadsTo | None = None


# Where the team of a slot comes from


class SlotSource(Value, frozen=True, tag_field="from"):
    """What fills a slot: `from` says which kind it is."""


class RankOf(SlotSource, frozen=True, tag="rank"):
    """Who comes to stand at a rank of a group."""

    group: Id
    rank: Rank


class WinnerOf(SlotSource, frozen=True, tag="winner"):
    """Who goes through in a tie."""

    tie: Id


class LoserOf(SlotSource, frozen=True, tag="loser"):
    """Who does not go through in a tie."""

    tie: Id


class BerthOf(SlotSource, frozen=True, tag="berth"):
    """Who holds a berth; of one that several ranks earn, the `place`-th of them."""

    berth: Id
    place: Rank = 1


class Team(SlotSource, frozen=True, tag="team"):
    """A team that is known by name."""

    team: Id


class ByDraw(SlotSource, frozen=True, tag="draw"):
    """Nobody yet: a draw or a ruling will say."""


class Bye(SlotSource, frozen=True, tag="bye"):
    """Nobody: the other one goes through."""


class Unknown(SlotSource, frozen=True, tag="unknown"):
    """Somebody, and no source says who."""


Source = RankOf | WinnerOf | LoserOf | BerthOf | Team | ByDraw | Bye | Unknown


class Placed(Value, frozen=True):
    """What a draw puts where."""

    slot: SlotId
    filled_by: Source


class SectionBerth(Value, frozen=True):
    """A right earned in a section otherwise than by a rank of one group.

    Without a source it is given only by decision (`berth_granted`).
    """

    id: Id
    name: Name
    source: Source | None = None
    leads_to: LeadsTo | None = None


# Knock-out


TieStep = Literal[
    "points", "aggregate", "away_goals", "extra_time", "extra_match", "shoot_out", "lots"
]


class Step(Value, frozen=True):
    """One way to say who goes through, and where the rule is written."""

    by: TieStep
    article: Name | None = None


class Tie(Value, frozen=True):
    """A pairing; the team of the first slot is at home first. Its slots are `<tie>/1` and `/2`."""

    id: Id
    slots: tuple[Source, Source]
    name: Name | None = None


class Round(Value, frozen=True):
    """One step of a bracket; `decided_by` are tried in their order.

    `only_ranks`: whoever loses stays in as well, and only the places are at stake.
    """

    id: Id
    name: Name
    ties: tuple[Tie, ...]
    legs: Literal[1, 2] = 2
    decided_by: tuple[Step, ...] = (Step(by="aggregate"), Step(by="shoot_out"))
    only_ranks: bool = False


class Group(Value, frozen=True):
    """Teams that play each other and share one table. Unknown members are left out.

    With `coverage` partial not all of its matches are held, so nobody is ranked by them.
    """

    id: Id
    name: Name
    teams: tuple[Id, ...] = ()
    berths: tuple[Berth, ...] = ()
    coverage: GroupCoverage = "full"


class Section(Value, frozen=True):
    """A part of a stage with its own organiser and format: a region, a department, a district.

    `criteria` stand instead of the competition's. `assumed` says what of the format no source
    gives, `notes` what else must be known to read it.
    """

    id: Id
    name: Name
    organiser: Name | None = None
    groups: tuple[Group, ...] = ()
    rounds: tuple[Round, ...] = ()
    berths: tuple[SectionBerth, ...] = ()
    criteria: tuple[Criterion, ...] | None = None
    assumed: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()


class Stage(Value, frozen=True):
    """A phase of the competition."""

    id: Id
    name: Name
    sections: tuple[Section, ...] = ()


class RecordScope(Value, frozen=True):
    """The stages over which records are kept; without any, all of them."""

    id: Id
    name: Name
    stages: tuple[Id, ...] = ()


class Regulations(Value, frozen=True):
    """The rules of one edition.

    `confirm_results`: whether a result is provisional until it is confirmed.
    """

    criteria: tuple[Criterion, ...] = (Criterion(metric="points"),)
    points: PointsPerResult = PointsPerResult()
    conduct: Conduct = Conduct()
    confirm_results: bool = False
    stages: tuple[Stage, ...] = ()
    records: tuple[RecordScope, ...] = ()
    notes: tuple[Text, ...] = ()
    source: Text | None = None


def groups_of(regulations: Regulations) -> Iterator[Group]:
    """Give the groups of all stages and sections, in the order of the regulations."""
    for stage in regulations.stages:
        for section in stage.sections:
            yield from section.groups


def ties_of(regulations: Regulations) -> Iterator[tuple[Stage, Section, Round, Tie]]:
    """Give the ties of all stages and sections with where they stand, in the order of the rules."""
    for stage in regulations.stages:
        for section in stage.sections:
            for round_ in section.rounds:
                for tie in round_.ties:
                    yield stage, section, round_, tie


def slot_of(tie: str, side: int) -> str:
    """Name a slot of a tie: side 1 is at home first."""
    return f"{tie}/{side}"


def tie_of_slot(slot: str) -> str:
    """Name the tie that a slot is one of."""
    return slot.partition("/")[0]
