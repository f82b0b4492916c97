"""The small frozen values beside the matches: what is known about the competition and its parts.

Each holds its facts in the order of the log; what they say is derived from those
that stand, so that a correction is one more fact and needs no undo.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from events.match import facts_that_stand
from events.regulations import (
    Berth,
    Criterion,
    Governing,
    GroupCoverage,
    LeadsTo,
    RankOf,
    Regulations,
    Round,
    Section,
    Source,
    Stage,
    Tie,
    berths_of,
    governing,
    meetings_of,
    tie_of_slot,
    ties_of,
)
from events.types import (
    COMPETITION,
    BerthGranted,
    ClaimRecorded,
    CompetitionClosed,
    CompetitionCreated,
    CompetitionReopened,
    DrawHeld,
    Event,
    EventAmended,
    EventCancelled,
    EventConfirmed,
    GroupFormed,
    LotsDrawn,
    NameErased,
    NoteAdded,
    PersonNamed,
    PersonsMerged,
    PointsAdjusted,
    RankDecided,
    RegulationsAmended,
    SlotAssigned,
    StandingsFinalised,
    TableAdopted,
    TeamEntered,
    TeamExcluded,
    TeamRefused,
    TeamWithdrawn,
    TieDecided,
)
from projections.ruled_overall import RuledOverall, ruled_overall

CORRECTIONS = (EventCancelled, EventAmended, EventConfirmed)


class Held(Struct, frozen=True, gc=False):
    """The facts about one group, team, person or note, what is claimed about one topic, or the
    competition, by `key`.
    """

    key: str
    facts: tuple[Event, ...] = ()

    def standing(self) -> list[Event]:
        """Give the facts that stand and, as they now read, are about this key."""
        read = [fact.event for fact in facts_that_stand(self.facts)]
        return [event for event in read if self.key in keys_of(event)]


def keys_of(event: Event) -> tuple[str, ...]:
    """Name the values that a fact about the competition belongs to: a draw, to many ties."""
    if isinstance(event, DrawHeld):
        drawn = dict.fromkeys(f"tie/{tie_of_slot(placed.slot)}" for placed in event.slots)
        return tuple(drawn) or (COMPETITION,)
    return (key_of(event),)


def key_of(event: Event) -> str:
    """Name the value that a fact about the competition belongs to; corrections follow theirs.

    Of notes there may be any number, so each is a value of its own.
    """
    match event:
        case LotsDrawn(tie=str(tie)) | TieDecided(tie=tie):
            return f"tie/{tie}"
        case SlotAssigned(slot=slot):
            return f"tie/{tie_of_slot(slot)}"
        case BerthGranted(berth=berth):
            return f"berth/{berth}"
        case (
            GroupFormed(group=group)
            | PointsAdjusted(group=group)
            | LotsDrawn(group=group)
            | RankDecided(group=group)
            | StandingsFinalised(group=group)
            | TableAdopted(group=group)
        ):
            return f"group/{group}"
        case (
            TeamEntered(team=team)
            | TeamWithdrawn(team=team)
            | TeamExcluded(team=team)
            | TeamRefused(team=team)
        ):
            return f"team/{team}"
        case PersonNamed(person=person) | NameErased(person=person) | PersonsMerged(person=person):
            return f"person/{person}"
        case NoteAdded(id=id):
            return f"note/{id}"
        case ClaimRecorded(about=topic):
            return f"claims/{topic}"
    return COMPETITION


def root_of(event: Event, facts: Sequence[Event]) -> Event:
    """Give the fact that a correction, or a correction of one, is about in the end."""
    if not isinstance(event, CORRECTIONS):
        return event
    by_id = {fact.id: fact for fact in facts}
    while isinstance(event, CORRECTIONS):
        target = by_id.get(event.target)
        # A word is about what was recorded before it, so that even a bad log leads to an end.
        if target is None or target.position >= event.position:
            break
        event = target
    return event


def words_about(root: Event, facts: Sequence[Event]) -> tuple[Event, ...]:
    """Give a fact and every correction that is about it in the end, in order."""
    return tuple(fact for fact in facts if root_of(fact, facts).id == root.id)


# What the facts about the competition say


class Formed(Struct, frozen=True):
    """A group as the regulations or the newest formation have it."""

    group: str
    name: str
    stage: str
    section: str
    teams: tuple[str, ...]
    berths: tuple[Berth, ...]
    coverage: GroupCoverage = "full"
    meetings: int | None = None


class RuledTie(Struct, frozen=True):
    """A tie in the regulations, with its round and where it stands."""

    stage: Stage
    section: Section
    round: Round
    tie: Tie


class RuledBerth(Struct, frozen=True):
    """A berth in the regulations, with what earns each of its places; `group` where ranks do.

    Its holder `plays_in` the groups of a later section, if that has nothing else.
    """

    stage: Stage
    section: Section
    berth: str
    name: str
    leads_to: LeadsTo | None
    sources: tuple[Source, ...]
    group: str | None = None
    plays_in: str | None = None


class Setting(Struct, frozen=True):
    """The competition as a whole: its rules, and the groups, ties and berths that these name.

    `placed` are the sections by id, each with its stage; `order` counts them in the order of the
    regulations, and `berths_count` the places of all berths. `earned` has those of each section
    that has any; `governed`, the rules for its tables, and by None those for the tables of a
    section that the regulations do not have. `overall` are the tables over several groups,
    `leading_to` the berths that lead to each section of groups alone.
    """

    competition: str
    name: str | None
    time_zone: str
    simulated: bool
    private: bool
    closed: bool
    regulations: Regulations
    groups: dict[str, Formed]
    sections: dict[tuple[str, str], str]
    placed: dict[str, tuple[Stage, Section]]
    ties: dict[str, RuledTie]
    berths: dict[str, RuledBerth]
    order: dict[str, int]
    berths_count: int
    earned: dict[str, tuple[RuledBerth, ...]]
    governed: dict[str | None, Governing]
    overall: dict[str, RuledOverall]
    leading_to: dict[str, tuple[RuledBerth, ...]]

    def place_of(self, section: str | None) -> int:
        """Give the place of a section among all; one that is not known comes last."""
        return len(self.order) if section is None else self.order.get(section, len(self.order))

    def berths_in(self, section: str) -> Sequence[RuledBerth]:
        return self.earned.get(section, ())

    def governing_in(self, section: str) -> Governing:
        """Give the rules for the tables of a section."""
        return self.governed.get(section) or self.governed[None]

    def organiser_of(self, section: str) -> str | None:
        """Name who organises a section: it says so itself, or the regulations say it of all."""
        _, ruled = self.placed.get(section, (None, None))
        return (ruled.organiser if ruled else None) or self.regulations.organiser

    def criteria_in(self, section: str) -> tuple[Criterion, ...]:
        """Give the criteria of a section: its own, else the nearest that there are."""
        return self.governing_in(section).criteria

    def read_in(self, section: str) -> tuple[str, ...]:
        """Name the other groups whose tables those of a section read."""
        rules = self.governing_in(section)
        asked = (*rules.criteria, *(rules.interim.criteria if rules.interim else ()))
        return tuple(dict.fromkeys(each.group for each in asked if each.group is not None))


def setting_of(competition: Held) -> Setting:
    facts = competition.standing()
    first = next((fact for fact in facts if isinstance(fact, CompetitionCreated)), None)
    rules = [fact for fact in facts if isinstance(fact, CompetitionCreated | RegulationsAmended)]
    closings = [f for f in facts if isinstance(f, CompetitionClosed | CompetitionReopened)]
    regulations = rules[-1].regulations if rules else Regulations()
    berths = {ruled.berth: ruled for ruled in _berths(regulations)}
    earned: dict[str, list[RuledBerth]] = {}
    for ruled in berths.values():
        earned.setdefault(ruled.section.id, []).append(ruled)
    placed = {
        section.id: (stage, section)
        for stage in reversed(regulations.stages)
        for section in stage.sections
    }
    names = dict.fromkeys(each.id for stage in regulations.stages for each in stage.sections)
    return Setting(
        competition=first.competition if first else "",
        name=first.name if first else None,
        time_zone=first.time_zone if first else "UTC",
        simulated=first.simulated if first else False,
        private=first.private if first else False,
        closed=bool(closings) and isinstance(closings[-1], CompetitionClosed),
        regulations=regulations,
        groups={formed.group: formed for formed in _groups(regulations)},
        sections={
            (stage.id, section.id): section.name
            for stage in regulations.stages
            for section in stage.sections
        },
        placed=placed,
        ties={ruled[3].id: RuledTie(*ruled) for ruled in ties_of(regulations)},
        berths=berths,
        order={section: place for place, section in enumerate(names)},
        berths_count=sum(len(berth.sources) or 1 for berth in berths.values()),
        earned={section: tuple(ruled) for section, ruled in earned.items()},
        governed={
            None: governing(regulations),
            **{section: governing(regulations, *at) for section, at in placed.items()},
        },
        overall=ruled_overall(regulations),
        leading_to=_leading_to(berths.values()),
    )


def _berths(regulations: Regulations) -> Iterator[RuledBerth]:
    """Give the berths that groups earn by rank, and those of the sections."""
    led_to = _led_to(regulations)
    for stage in regulations.stages:
        for section in stage.sections:
            for group in section.groups:
                for berth in berths_of(section, group.id):
                    ranks = range(berth.first, berth.last + 1)
                    sources = tuple(RankOf(group=group.id, rank=rank) for rank in ranks)
                    goal = _plays_in(berth.leads_to, led_to, section.id)
                    kept = (berth.id, berth.name, berth.leads_to, sources, group.id, goal)
                    yield RuledBerth(stage, section, *kept)
            for earned in section.berths:
                source = (earned.source,) if earned.source is not None else ()
                goal = _plays_in(earned.leads_to, led_to, section.id)
                named = (earned.id, earned.name, earned.leads_to, source)
                yield RuledBerth(stage, section, *named, plays_in=goal)


def _leading_to(berths: Iterable[RuledBerth]) -> dict[str, tuple[RuledBerth, ...]]:
    found: dict[str, list[RuledBerth]] = {}
    for berth in berths:
        if berth.plays_in is not None:
            found.setdefault(berth.plays_in, []).append(berth)
    return {section: tuple(leading) for section, leading in found.items()}


def _plays_in(way: LeadsTo | None, led_to: Mapping[str, Sequence[Section]], own: str) -> str | None:
    """Name the section of groups alone that a berth leads to, if it is another one."""
    if way is None or way.competition is not None or way.next_edition:
        return None
    named = led_to.get(way.section or way.stage or "", ())
    is_one = len(named) == 1 and not named[0].rounds and named[0].id != own
    return named[0].id if is_one else None


def _led_to(regulations: Regulations) -> dict[str, Sequence[Section]]:
    """Give the sections that the id of a stage or of a section names; the section's counts."""
    by_id: dict[str, Sequence[Section]] = {stage.id: stage.sections for stage in regulations.stages}
    for stage in regulations.stages:
        by_id |= {section.id: (section,) for section in stage.sections}
    return by_id


def _groups(regulations: Regulations) -> Iterator[Formed]:
    for stage in regulations.stages:
        for section in stage.sections:
            for group in section.groups:
                berths, meetings = berths_of(section, group.id), meetings_of(section, group.id)
                placed = (stage.id, section.id, group.teams, berths, group.coverage, meetings)
                yield Formed(group.id, group.name, *placed)


def formed_of(group: str, held: Held | None, setting: Setting) -> Formed | None:
    """Say who is in a group; None where nobody formed it.

    Its berths, and how much of it is held, are as the regulations say.
    """
    ruled = setting.groups.get(group)
    standing = held.standing() if held else []
    formations = [fact for fact in standing if isinstance(fact, GroupFormed)]
    if not formations:
        return ruled
    newest = formations[-1]
    _, section = setting.placed.get(newest.section, (None, None))
    return Formed(
        group,
        newest.name,
        newest.stage,
        newest.section,
        newest.teams,
        ruled.berths if ruled else berths_of(section, group),
        ruled.coverage if ruled else "full",
        ruled.meetings if ruled else meetings_of(section, group),
    )


def entry_of(team: Held) -> TeamEntered | None:
    """Give the newest entry of a team."""
    entries = [fact for fact in team.standing() if isinstance(fact, TeamEntered)]
    return entries[-1] if entries else None


TeamStatus = Literal["entered", "withdrawn", "excluded", "refused"]
_STATUSES: dict[type[Event], TeamStatus] = {
    TeamEntered: "entered",
    TeamWithdrawn: "withdrawn",
    TeamExcluded: "excluded",
    TeamRefused: "refused",
}


class Membership(Struct, frozen=True):
    """Whether a team takes part: the newest word, and how it came in or asked to."""

    status: TeamStatus = "entered"
    word: Event | None = None
    came: TeamEntered | TeamRefused | None = None


def membership_of(team: Held) -> Membership | None:
    """Say whether a team takes part; None where nobody said anything about it."""
    words = [fact for fact in team.standing() if type(fact) in _STATUSES]
    if not words:
        return None
    came = [fact for fact in words if isinstance(fact, TeamEntered | TeamRefused)]
    return Membership(_STATUSES[type(words[-1])], words[-1], came[-1] if came else None)


def note_of(note: Held) -> NoteAdded | None:
    """Give a note as it now reads, unless it was cancelled."""
    notes = [fact for fact in note.standing() if isinstance(fact, NoteAdded)]
    return notes[-1] if notes else None


def is_named(person: Held) -> bool:
    return any(isinstance(fact, PersonNamed) for fact in person.standing())
