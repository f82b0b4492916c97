"""A post is one event; `check` says what is odd about it, or that it cannot be.

What a referee may have seen is let in, whatever the phase of the match: another
phone may hold the kick-off. Refused are unknown targets, impossible values, and
decisions that the table does not allow yet. A check reads `State` and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol

from msgspec import Struct

from events.codec import amended
from events.errors import Refused, UnknownMatch
from events.fields import Order
from events.match import Match, Sheet, facts_that_stand
from events.play import Play
from events.possible import (
    possible_course,
    possible_id,
    possible_outcome,
    possible_regulations,
    possible_score,
    possible_shoot_out,
)
from events.regulations import groups_of
from events.types import (
    ClaimRecorded,
    CompetitionCreated,
    CompetitionReopened,
    Event,
    EventAmended,
    EventCancelled,
    EventConfirmed,
    ExtraMatchOrdered,
    FinalWhistle,
    GroupFormed,
    LotsDrawn,
    MatchScheduled,
    NameErased,
    PeriodStarted,
    PersonNamed,
    PlayEvent,
    PointsAdjusted,
    ProtestDecided,
    ProtestFiled,
    RankDecided,
    RegulationsAmended,
    ResultAwarded,
    ResultRecorded,
    ReviewEnded,
    ReviewStarted,
    ShootOutKickTaken,
    StandingsFinalised,
    type_of,
)

_REPLACING = frozenset({"whistled-before", "recorded-before", "replaces-award"})
_ROLES = ("player", "assist", "official", "off", "on")


class Warned(Struct, frozen=True):
    """Something odd about a fact that was recorded all the same."""

    code: str
    message: str


class State(Protocol):
    """What a check reads. Everything about one match is in its version, the rest in the
    competition's. `play_of` is the `play` of a match's sheet, for who needs no more of it.
    `group` gives the teams of a group; only `order` and `open_questions` draw up its table."""

    @property
    def closed(self) -> bool: ...
    def match_of(self, match: str) -> Match | None: ...
    def play_of(self, match: str) -> Play | None: ...
    def sheet(self, match: str) -> Sheet | None: ...
    def group(self, group: str) -> tuple[str, ...] | None: ...
    def order(self, group: str) -> tuple[tuple[str, ...], ...]: ...
    def open_questions(self, group: str) -> tuple[str, ...]: ...
    def has_team(self, team: str) -> bool: ...
    def has_person(self, person: str) -> bool: ...
    def has_section(self, stage: str | None, section: str | None) -> bool: ...
    def competition_fact(self, id: str) -> Event | None: ...


def check(event: Event, state: State) -> list[Warned]:
    """Warn of what is odd about a fact, or raise Refused (UnknownMatch where there is none)."""
    warnings: list[Warned] = []
    if state.closed and not isinstance(event, CompetitionReopened):
        warnings.append(
            Warned("competition-closed", "the competition is closed; recorded all the same")
        )
    creates = isinstance(event, MatchScheduled | ExtraMatchOrdered)
    if event.match and not creates and state.play_of(event.match) is None:
        _refuse_unless_it_revives(event, event.match, state)
    return warnings + _look(event, state)


def _look(event: Event, state: State) -> list[Warned]:
    return [warning for look in _looks_at(type(event)) for warning in look(event, state)]


@cache
def _looks_at(kind: type[Event]) -> tuple[Callable[[Any, State], list[Warned]], ...]:
    """Give what events of a type are held against."""
    return tuple(look for kinds, look in _CHECKS.items() if issubclass(kind, kinds))


# The competition


def _check_created(event: CompetitionCreated, state: State) -> list[Warned]:
    raise Refused("a competition is created once, by POST /v1/competitions")


def _check_regulations(event: RegulationsAmended, state: State) -> list[Warned]:
    possible_regulations(event.regulations)
    for group in groups_of(event.regulations):
        _no_match(group.id, state)
    return []


def _check_group_formed(event: GroupFormed, state: State) -> list[Warned]:
    _known_section(event.stage, event.section, state)
    _known_teams(event.teams, state)
    if len(set(event.teams)) < len(event.teams):
        raise Refused(f"a team stands twice in {event.group}; name each once", group=event.group)
    _no_match(event.group, state)
    possible_id(event.group)
    return []


def _check_adjustment(event: PointsAdjusted, state: State) -> list[Warned]:
    _in_table((event.team,), event.group, state)
    return []


def _check_person(event: PersonNamed, state: State) -> list[Warned]:
    _known_teams((event.team,) if event.team else (), state)
    return []


def _check_erased(event: NameErased, state: State) -> list[Warned]:
    if not state.has_person(event.person):
        raise Refused(f"there is no person {event.person}", person=event.person)
    return []


# Decisions about a table


def _check_order(event: LotsDrawn | RankDecided, state: State) -> list[Warned]:
    teams = _flat(event.order)
    if event.group is None:
        raise Refused("name the group whose teams are level")
    _in_table(teams, event.group, state)
    if len(teams) < 2 or len(set(teams)) < len(teams) or () in _tiers(event.order):
        raise Refused(
            "an order names two teams or more, each once, and at least one at each rank",
            order=list(teams),
        )
    return []


def _check_claim(event: ClaimRecorded, state: State) -> list[Warned]:
    if event.order is not None:
        _known_teams(_flat(event.order), state)
    return []


def _check_finalised(event: StandingsFinalised, state: State) -> list[Warned]:
    group = event.group
    _known_group(group, state)
    if asked := state.open_questions(group):
        raise Refused(
            f"{group} is still open: {'; '.join(asked)}", group=group, open_questions=list(asked)
        )
    order = state.order(group)
    if _tiers(event.order) != order:
        raise Refused(
            f"the order of {group} is {_written(order)}; finalise that, or record "
            "the decision that changes it first",
            group=group,
            order=[list(tier) for tier in order],
        )
    return []


# The fixture list


def _check_fixture(event: MatchScheduled | ExtraMatchOrdered, state: State) -> list[Warned]:
    known = state.match_of(event.match)
    standing = [fact.event for fact in facts_that_stand(known.facts)] if known else []
    ordered = next((fact for fact in standing if isinstance(fact, ExtraMatchOrdered)), None)
    scheduled = any(isinstance(fact, MatchScheduled) for fact in standing)
    if scheduled or (ordered and isinstance(event, ExtraMatchOrdered)):
        raise Refused(
            f"{event.match} is scheduled already; use match_rescheduled, or amend what was wrong",
            match=event.match,
        )
    if ordered and {event.home, event.away} != {ordered.home, ordered.away}:
        raise Refused(
            f"{event.match} was ordered between {ordered.home} and {ordered.away}; schedule it "
            "between them, or amend the order",
            match=event.match,
        )
    _possible_fixture(event, state)
    return []


def _possible_fixture(event: MatchScheduled | ExtraMatchOrdered, state: State) -> None:
    _known_teams((event.home, event.away), state)
    if event.home == event.away:
        raise Refused(f"{event.home} cannot play itself; name two teams", team=event.home)
    if event.group is not None:
        teams = _known_group(event.group, state)
        _among((event.home, event.away), teams, event.group)
    if isinstance(event, MatchScheduled):
        _known_section(event.stage, event.section, state)
    if state.group(event.match) is not None:
        raise Refused(f"{event.match} is the id of a group; choose another", match=event.match)
    possible_id(event.match)


# During play


def _check_play(event: PlayEvent | ShootOutKickTaken | PeriodStarted, state: State) -> list[Warned]:
    play = state.play_of(event.match)
    if play == "ended":
        message = "recorded after the final whistle; the sheet may be disputed"
        return [Warned("after-the-whistle", message)]
    if play in ("postponed", "not_played", "abandoned", "suspended"):
        message = f"the match was {play.replace('_', ' ')} when this was recorded"
        return [Warned("not-in-play", message)]
    if play == "scheduled" and not isinstance(event, PeriodStarted):
        return [Warned("before-kick-off", "no kick-off is recorded yet; this counts as play")]
    return []


def _check_persons(event: PlayEvent | ShootOutKickTaken, state: State) -> list[Warned]:
    named = dict.fromkeys(getattr(event, role, None) for role in _ROLES)
    return [
        Warned("unknown-person", f"nobody is named {person} yet; post the name to /people")
        for person in named
        if person is not None and not state.has_person(person)
    ]


def _check_whistle(event: FinalWhistle, state: State) -> list[Warned]:
    sheet = _sheet(event, state)
    possible_score(event.home, event.away)
    possible_shoot_out(event.shoot_out)
    warnings = _replaced(sheet, "whistled-before", is_sheet=event.home is not None)
    if sheet.score and event.home is not None and event.away is not None:
        counted = (sheet.score.home, sheet.score.away)
        if counted != (event.home, event.away) and sheet.play != "ended":
            message = (
                f"the sheet says {event.home}-{event.away}, the goals recorded "
                f"make {counted[0]}-{counted[1]}"
            )
            warnings.append(Warned("sheet-differs", message))
    return warnings


def _check_result(event: ResultRecorded, state: State) -> list[Warned]:
    possible_score(event.home, event.away)
    possible_shoot_out(event.shoot_out)
    possible_course(event)
    if event.home is None and event.outcome is None:
        raise Refused("a result needs goals of both sides, or an outcome")
    possible_outcome(event)
    return _replaced(_sheet(event, state), "recorded-before", is_sheet=True)


def _replaced(sheet: Sheet, code: str, *, is_sheet: bool) -> list[Warned]:
    """Warn of what a new sheet takes the place of; a bare whistle replaces no decision."""
    if is_sheet and sheet.standing in ("awarded", "annulled"):
        decision = "an award" if sheet.standing == "awarded" else "an annulment"
        message = (
            f"{decision} stands; this sheet now counts, until it is confirmed or the match "
            "is decided again"
        )
        return [Warned("replaces-award", message)]
    if sheet.play == "ended":
        return [Warned(code, "a final whistle or result stands already; the newest counts")]
    return []


def _check_awarded(event: ResultAwarded, state: State) -> list[Warned]:
    possible_score(event.home, event.away)
    possible_outcome(event)
    return []


# Corrections


def _check_target(
    event: EventConfirmed | EventCancelled | EventAmended | ReviewStarted | ReviewEnded,
    state: State,
) -> list[Warned]:
    if event.target is None:
        return []
    target = _target(event, event.target, state)
    if isinstance(target, CompetitionCreated) and not isinstance(event, EventConfirmed):
        raise Refused(
            "the creation of a competition stays; use regulations_amended or a new competition"
        )
    if isinstance(event, EventAmended):
        return _check_amendment(event, target, state)
    return []


def _check_amendment(event: EventAmended, target: Event, state: State) -> list[Warned]:
    body = amended(target, event.body)
    if type(body) is not type(target) or body.match != target.match:
        raise Refused(
            f"an amendment keeps type and subject of its target, a {type_of(target)}; "
            "cancel it and post the right one instead",
            target=event.target,
        )
    if not isinstance(body, MatchScheduled | ExtraMatchOrdered):
        # An amended sheet keeps its place among the others, so it replaces none of them.
        return [warned for warned in _look(body, state) if warned.code not in _REPLACING]
    _possible_fixture(body, state)
    return []


def _check_protest(event: ProtestDecided, state: State) -> list[Warned]:
    if not isinstance(_target(event, event.target, state), ProtestFiled):
        raise Refused(
            "the target is not a protest; name the id of a protest_filed", target=event.target
        )
    return []


def _refuse_unless_it_revives(event: Event, match: str, state: State) -> None:
    """Let only a cancellation through: it may bring back a match whose schedule was cancelled."""
    if not isinstance(event, EventCancelled) or state.match_of(match) is None:
        raise UnknownMatch(match)


def _target(event: Event, target: str, state: State) -> Event:
    if event.match is None:
        fact = state.competition_fact(target)
    else:
        played = state.match_of(event.match)
        facts: Sequence[Event] = played.facts if played else ()
        fact = next((fact for fact in facts if fact.id == target), None)
    if fact is None:
        where = f"match {event.match}" if event.match else "the competition as a whole"
        raise Refused(
            f"no event {target} about {where} is recorded; name one that is", target=target
        )
    return fact


# What several ask


def _sheet(event: Event, state: State) -> Sheet:
    sheet = state.sheet(event.match or "")
    assert sheet is not None, "check() has seen to it that the match is known"
    return sheet


def _known_group(group: str, state: State) -> tuple[str, ...]:
    teams = state.group(group)
    if teams is None:
        raise Refused(f"there is no group {group}; form it first (group_formed)", group=group)
    return teams


def _no_match(group: str, state: State) -> None:
    if state.match_of(group) is not None:
        raise Refused(f"{group} is the id of a match; choose another", group=group)


def _known_teams(teams: Sequence[str], state: State) -> None:
    for team in teams:
        if not state.has_team(team):
            raise Refused(f"there is no team {team}; enter it first (team_entered)", team=team)


def _known_section(stage: str | None, section: str | None, state: State) -> None:
    if not state.has_section(stage, section):
        named = [f"section {section}"] if section else []
        place = " in ".join([*named, f"stage {stage}"] if stage else named)
        raise Refused(
            f"the regulations have no {place}; name one that they have",
            stage=stage,
            section=section,
        )


def _in_table(teams: Sequence[str], group: str, state: State) -> None:
    """A team that left the group stays in its table as long as it has a match there."""
    known = _known_group(group, state)
    if not set(teams) <= set(known):
        known = tuple(team for tier in state.order(group) for team in tier)
    _among(teams, known, group)


def _among(teams: Sequence[str], known: Sequence[str], group: str) -> None:
    for team in teams:
        if team not in known:
            raise Refused(f"{team} is not in {group}", team=team, group=group)


def _tiers(order: Order) -> tuple[tuple[str, ...], ...]:
    return tuple((tier,) if isinstance(tier, str) else tuple(sorted(tier)) for tier in order)


def _flat(order: Order) -> tuple[str, ...]:
    return tuple(team for tier in _tiers(order) for team in tier)


def _written(order: tuple[tuple[str, ...], ...]) -> str:
    return " > ".join(" = ".join(tier) for tier in order)


_CHECKS: Mapping[Any, Callable[[Any, State], list[Warned]]] = {
    CompetitionCreated: _check_created,
    RegulationsAmended: _check_regulations,
    GroupFormed: _check_group_formed,
    PointsAdjusted: _check_adjustment,
    PersonNamed: _check_person,
    NameErased: _check_erased,
    LotsDrawn | RankDecided: _check_order,
    ClaimRecorded: _check_claim,
    StandingsFinalised: _check_finalised,
    MatchScheduled | ExtraMatchOrdered: _check_fixture,
    PlayEvent | ShootOutKickTaken | PeriodStarted: _check_play,
    PlayEvent | ShootOutKickTaken: _check_persons,
    FinalWhistle: _check_whistle,
    ResultRecorded: _check_result,
    ResultAwarded: _check_awarded,
    EventConfirmed | EventCancelled | EventAmended | ReviewStarted | ReviewEnded: _check_target,
    ProtestDecided: _check_protest,
}
