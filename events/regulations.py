"""A competition's format and its criteria are data, and the data is in the log.

What differs between competitions, years and organisers stands here as values;
no function asks for the name of a competition.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct
from msgspec.structs import replace

from events.criteria import (
    Conduct,
    Counted,
    Criterion,
    ExternalList,
    Guard,
    Interim,
    Meetings,
    Metric,
    OnExhausted,
    PointsPerResult,
    Rank,
    Scope,
    Walkover,
    Withdrawal,
)
from events.fields import Id, Name, SlotId, Text, Value
from events.sources import (
    Allocation,
    Allotted,
    BerthOf,
    BestOf,
    ByDraw,
    Bye,
    ByRuling,
    LoserOf,
    Overall,
    RankOf,
    SlotSource,
    Source,
    Team,
    Unknown,
    WinnerOf,
)

__all__ = [
    "Allocation",
    "Allotted",
    "BerthOf",
    "BestOf",
    "ByDraw",
    "ByRuling",
    "Bye",
    "Conduct",
    "Counted",
    "Criterion",
    "ExternalList",
    "Guard",
    "Interim",
    "LoserOf",
    "Metric",
    "OnExhausted",
    "Overall",
    "PointsPerResult",
    "Rank",
    "RankOf",
    "Scope",
    "SlotSource",
    "Source",
    "Team",
    "Unknown",
    "Walkover",
    "WinnerOf",
    "Withdrawal",
]

Year = Annotated[int, Meta(ge=1800, le=2999)]
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
    "points",
    "aggregate",
    "away_goals",
    "extra_time",
    "extra_match",
    "replay",
    "shoot_out",
    "lots",
    "higher_rank",
    "unknown",
]
Host = Literal["first", "second", "neutral", "lots"]
"""Where one more match is played: at home of who was at home first or second, or on neutral
ground; or lots say where."""


class Step(Value, frozen=True):
    """One way to say who goes through, and where the rule is written.

    `within` are the minutes whose goals count as away goals: 90, or those of extra time as well.
    An extra match or a replay is played `within_hours`, at the `host`; `if_drawn` it is played
    again, or the next step is asked; without it either may follow. Who ranks higher is said by a
    `group` or an external `list`. `how` says by what lots are drawn. At "unknown" nobody knows the
    rule any more, and nothing after it is asked.
    """

    by: TieStep
    article: Name | None = None
    within: Literal[90, 120] = 120
    within_hours: Annotated[int, Meta(ge=1, le=9_999)] | None = None
    host: Host | None = None
    if_drawn: Literal["again", "next"] | None = None
    list: Name | None = None
    group: Id | None = None
    how: Literal["coin_toss"] | None = None


class Tie(Value, frozen=True):
    """A pairing; the team of the first slot is at home first. Its slots are `<tie>/1` and `/2`."""

    id: Id
    slots: tuple[Source, Source]
    name: Name | None = None


class Round(Value, frozen=True):
    """One step of a bracket; `decided_by` are tried in their order.

    Rules of many editions name `ties` only where they are the same in each. `only_ranks`: whoever
    loses stays in as well, and only the places are at stake.
    """

    id: Id
    name: Name
    ties: tuple[Tie, ...] = ()
    legs: Literal[1, 2] = 2
    decided_by: tuple[Step, ...] = (Step(by="aggregate"), Step(by="shoot_out"))
    only_ranks: bool = False


class Group(Value, frozen=True):
    """Teams that play each other and share one table. Unknown members are left out.

    With `coverage` partial not all of its matches are held, so nobody is ranked by them.
    `meetings` says how often each two of its teams play each other; without it, as often as the
    fixture list has them.
    """

    id: Id
    name: Name
    teams: tuple[Id, ...] = ()
    berths: tuple[Berth, ...] = ()
    coverage: GroupCoverage = "full"
    meetings: Meetings | None = None


class EachGroup(Value, frozen=True):
    """What holds for every group of a section that does not say otherwise.

    A berth of group-a that is called `next` here has the id `group-a-next`.
    """

    berths: tuple[Berth, ...] = ()
    meetings: Meetings | None = None


class Section(Value, frozen=True):
    """A part of a stage with its own organiser and format: a region, a department, a district.

    Of `criteria` and the other rules that the stage or the regulations may have too, the nearest
    govern. `assumed` says what of the format no source gives, `notes` what else must be known to
    read it.
    """

    id: Id
    name: Name
    organiser: Name | None = None
    groups: tuple[Group, ...] = ()
    rounds: tuple[Round, ...] = ()
    berths: tuple[SectionBerth, ...] = ()
    criteria: tuple[Criterion, ...] | None = None
    points: PointsPerResult | None = None
    conduct: Conduct | None = None
    interim: Interim | None = None
    on_exhausted: OnExhausted | None = None
    walkover: Walkover | None = None
    withdrawal: Withdrawal | None = None
    each_group: EachGroup | None = None
    overall: tuple[Overall, ...] = ()
    assumed: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()


class Stage(Value, frozen=True):
    """A phase of the competition."""

    id: Id
    name: Name
    sections: tuple[Section, ...] = ()
    criteria: tuple[Criterion, ...] | None = None
    points: PointsPerResult | None = None
    conduct: Conduct | None = None
    interim: Interim | None = None
    on_exhausted: OnExhausted | None = None
    walkover: Walkover | None = None
    withdrawal: Withdrawal | None = None


class RecordScope(Value, frozen=True):
    """The stages over which records are kept; without any, all of them."""

    id: Id
    name: Name
    stages: tuple[Id, ...] = ()


class Regulations(Value, frozen=True):
    """The rules of one edition, or of all that began in one of the `editions`, by year.

    `confirm_results`: whether a result is provisional until it is confirmed. `source` and
    `articles` say where the rules are written.
    """

    criteria: tuple[Criterion, ...] = (Criterion(metric="points"),)
    points: PointsPerResult = PointsPerResult()
    conduct: Conduct = Conduct()
    confirm_results: bool = False
    stages: tuple[Stage, ...] = ()
    records: tuple[RecordScope, ...] = ()
    notes: tuple[Text, ...] = ()
    source: Text | None = None
    name: Name | None = None
    organiser: Name | None = None
    competition: Name | None = None
    editions: tuple[Year, ...] = ()
    articles: Text | None = None
    interim: Interim | None = None
    on_exhausted: OnExhausted = "wait"
    walkover: Walkover | None = None
    withdrawal: Withdrawal = "stand"
    lists: tuple[ExternalList, ...] = ()


class Governing(Struct, frozen=True):
    """The rules for the tables of a section: each the nearest that says anything."""

    criteria: tuple[Criterion, ...]
    points: PointsPerResult
    conduct: Conduct
    interim: Interim | None
    on_exhausted: OnExhausted
    walkover: Walkover | None
    withdrawal: Withdrawal


def governing(
    regulations: Regulations, stage: Stage | None = None, section: Section | None = None
) -> Governing:
    """Say what governs a section: its own rules, else its stage's, else the competition's."""
    places = [place for place in (section, stage, regulations) if place is not None]

    def nearest(name: str) -> Any:
        said = (getattr(place, name) for place in places)
        return next((rule for rule in said if rule is not None), None)

    return Governing(*(nearest(name) for name in Governing.__struct_fields__))


def berths_of(section: Section | None, group: str) -> tuple[Berth, ...]:
    """Give the berths of a group: its own, else those of each group of the section."""
    ruled = next((g for g in section.groups if g.id == group), None) if section else None
    if ruled is not None and ruled.berths:
        return ruled.berths
    each = section.each_group.berths if section and section.each_group else ()
    return tuple(replace(berth, id=f"{group}-{berth.id}") for berth in each)


def meetings_of(section: Section | None, group: str) -> int | None:
    """Say how often each two teams of a group meet, where the regulations do."""
    ruled = next((g for g in section.groups if g.id == group), None) if section else None
    if ruled is not None and ruled.meetings is not None:
        return ruled.meetings
    return section.each_group.meetings if section and section.each_group else None


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
