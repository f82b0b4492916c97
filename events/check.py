"""A post is one event; `check` says what is odd about it, or that it cannot be.

What a referee may have seen is let in, whatever the phase of the match: another
phone may hold the kick-off. Refused are unknown targets, impossible values, and
decisions that the table or the bracket does not allow yet. A check reads `State`
and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

from events.check_bracket import (
    check_assignment,
    check_decided,
    check_draw,
    check_granted,
    check_lots,
    possible_assignment,
)
from events.check_match import (
    check_awarded,
    check_fixture,
    check_minute,
    check_persons,
    check_play,
    check_result,
    check_whistle,
    possible_fixture,
)
from events.check_table import (
    check_adjustment,
    check_adopted,
    check_claim,
    check_finalised,
    check_rank,
)
from events.codec import amended
from events.errors import Refused, UnknownMatch
from events.match import is_cancelled
from events.possible import each_in, each_once, possible_id
from events.possible_rules import Rules, possible_regulations
from events.state import State, Warned, known_section, known_teams, no_match
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
    EventConfirmed,
    ExtraMatchOrdered,
    FinalWhistle,
    GroupFormed,
    LotsDrawn,
    MatchScheduled,
    NameErased,
    PeriodStarted,
    PersonNamed,
    PersonsMerged,
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
    SlotAssigned,
    StageOpened,
    StandingsFinalised,
    TableAdopted,
    TeamEntered,
    TeamExcluded,
    TeamRefused,
    TeamWithdrawn,
    TieDecided,
    type_of,
)

__all__ = ["State", "Warned", "check"]

NAMED_MAX = 5
"""How many of the groups, ties and berths that are gone a warning names."""

_CREATING = (MatchScheduled, ExtraMatchOrdered)

_REPLACING = frozenset(
    {"whistled-before", "recorded-before", "replaces-award", "not-level", "named-otherwise"}
)


def check(event: Event, state: State) -> list[Warned]:
    """Warn of what is odd about a fact, or raise Refused (UnknownMatch where there is none)."""
    warnings: list[Warned] = []
    if state.closed and not isinstance(event, CompetitionReopened):
        warnings.append(
            Warned("competition-closed", "the competition is closed; recorded all the same")
        )
    creates = isinstance(event, _CREATING)
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
    rules = possible_regulations(event.regulations)
    for group, (path, _) in rules.groups.items():
        no_match(group, f"{path}.id", state)
        _no_tie(group, f"{path}.id", state)
    for tie, (path, _) in rules.ties.items():
        no_match(tie, f"{path}.id", state)
        if state.group(tie) is not None:
            raise Refused(f"{tie} is the id of a group; choose another", path=f"{path}.id", id=tie)
    return _warn_of_left_behind(rules, state)


def _warn_of_left_behind(rules: Rules, state: State) -> list[Warned]:
    """Warn of what counts for nothing once its group, tie or berth is gone."""
    ruled = {f"group/{group}" for group in (*rules.groups, *rules.overall)}
    ruled |= {f"tie/{tie}" for tie in rules.ties} | {f"berth/{berth}" for berth in rules.berths}
    left = state.left_behind(ruled)
    if not left:
        return []
    named = [key.replace("/", " ") for key in islice(left, NAMED_MAX)]
    more = f" and {len(left) - len(named)} others" if len(left) > len(named) else ""
    message = (
        f"these regulations have no {', no '.join(named)}{more}; what is recorded about them "
        f"({sum(left.values())} matches and decisions) stays, and counts for nothing until "
        "regulations have them again"
    )
    return [Warned("left-behind", message)]


def _check_stage(event: StageOpened, state: State) -> list[Warned]:
    known_section(event.stage, None, state)
    return []


def _check_closed(event: CompetitionClosed, state: State) -> list[Warned]:
    asked = state.all_open_questions()
    if asked is None:
        message = "there is too much to look here for what is still open; see open-questions"
        return [Warned("may-be-open", message)]
    if not asked:
        return []
    several = "s are" if len(asked) > 1 else " is"
    message = f"{len(asked)} question{several} still open, first of them: {asked[0]}"
    return [Warned("still-open", message)]


def _check_group_formed(event: GroupFormed, state: State) -> list[Warned]:
    known_section(event.stage, event.section, state)
    known_teams(event.teams, state)
    each_once(f"teams of {event.group}", each_in("teams", event.teams))
    no_match(event.group, "group", state)
    _no_tie(event.group, "group", state)
    possible_id(event.group, "group")
    return []


def _no_tie(group: str, path: str, state: State) -> None:
    if state.tie(group) is not None:
        raise Refused(f"{group} is the id of a tie; choose another", path=path, id=group)


# Who takes part


def _check_entry(event: TeamEntered | TeamRefused, state: State) -> list[Warned]:
    known_section(None, event.section, state)
    if isinstance(event, TeamRefused) and state.has_team(event.team):
        raise Refused(
            f"{event.team} takes part and cannot be refused any more; exclude it (team_excluded), "
            "or cancel its entry first",
            team=event.team,
        )
    if isinstance(event, TeamRefused):
        return []
    before = state.names_of(event.team)
    known = before.full if before else None
    if known in (event.names.full, event.formerly):
        return []
    if event.formerly is not None:
        message = (
            f"{event.team} was never called {event.formerly} but {known or 'nothing'}; give the "
            "name in full that it had until now (formerly)"
        )
        return [Warned("named-otherwise", message, "formerly")]
    message = (
        f"{event.team} was entered as {known} before and is {event.names.full} now; if the two are "
        "two teams, give this one an id of its own; if it has another name from now on, say which "
        "it had (formerly)"
    )
    return [Warned("named-otherwise", message, "names.full")]


def _check_leaving(event: TeamWithdrawn | TeamExcluded, state: State) -> list[Warned]:
    known_teams((event.team,), state)
    return []


def _check_person(event: PersonNamed, state: State) -> list[Warned]:
    known_teams((event.team,) if event.team else (), state)
    return []


def _check_erased(event: NameErased, state: State) -> list[Warned]:
    _known_person(event.person, state)
    return []


def _check_merged(event: PersonsMerged, state: State) -> list[Warned]:
    for person in (event.person, event.into):
        _known_person(person, state)
    if event.person == event.into:
        raise Refused(
            f"{event.person} is one person already; name the two that are the same",
            person=event.person,
        )
    if (other := state.merged_into(event.into)) is not None:
        raise Refused(
            f"{event.into} counts as {other} since they were merged; name {other} instead, or "
            "cancel that first",
            into=event.into,
            person=other,
        )
    return []


def _known_person(person: str, state: State) -> None:
    if not state.has_person(person):
        raise Refused(f"there is no person {person}", person=person)


# Corrections


def _check_target(
    event: EventConfirmed | EventCancelled | EventAmended | ReviewStarted | ReviewEnded,
    state: State,
) -> list[Warned]:
    if event.target is None:
        return []
    target, facts = _target(event, event.target, state)
    if isinstance(target, CompetitionCreated) and not isinstance(event, EventConfirmed):
        raise Refused(
            "the creation of a competition stays; use regulations_amended or a new competition"
        )
    if isinstance(event, EventAmended):
        return _check_amendment(event, target, state)
    if isinstance(event, EventCancelled) and is_cancelled(target.id, facts):
        message = "it is cancelled already; whoever brings it back has to cancel both cancellations"
        return [Warned("cancelled-before", message)]
    return []


def _check_amendment(event: EventAmended, target: Event, state: State) -> list[Warned]:
    body = amended(target, event.body)
    if type(body) is not type(target) or body.match != target.match:
        raise Refused(
            f"an amendment keeps type and subject of its target, a {type_of(target)}; "
            "cancel it and post the right one instead",
            target=event.target,
        )
    try:
        return _look_at_amended(body, target, state)
    except Refused as refused:
        if "path" in refused.facts:
            refused.facts["path"] = f"body.{refused.facts['path']}"
        raise


def _look_at_amended(body: Event, target: Event, state: State) -> list[Warned]:
    match body:
        # What an amended fact replaced, or was the first to say, it does not replace again.
        case MatchScheduled() | ExtraMatchOrdered():
            possible_fixture(body, state)
            return []
        case SlotAssigned():
            possible_assignment(body, state)
            return []
        case DrawHeld() if isinstance(target, DrawHeld):
            return check_draw(body, state, target)
    return [warned for warned in _look(body, state) if warned.code not in _REPLACING]


def _check_protest(event: ProtestDecided, state: State) -> list[Warned]:
    target, _ = _target(event, event.target, state)
    if not isinstance(target, ProtestFiled):
        raise Refused(
            "the target is not a protest; name the id of a protest_filed", target=event.target
        )
    return []


def _refuse_unless_it_revives(event: Event, match: str, state: State) -> None:
    """Let only a cancellation through: it may bring back a match whose schedule was cancelled."""
    if not isinstance(event, EventCancelled) or state.match_of(match) is None:
        raise UnknownMatch(match)


def _target(event: Event, target: str, state: State) -> tuple[Event, Sequence[Event]]:
    """Give the fact that a word is about, and the facts that it stands among."""
    facts: Sequence[Event]
    if event.match is None:
        facts = state.competition_facts(target)
    else:
        played = state.match_of(event.match)
        facts = played.facts if played else ()
    fact = next((fact for fact in facts if fact.id == target), None)
    if fact is None:
        where = f"match {event.match}" if event.match else "the competition as a whole"
        raise Refused(
            f"no event {target} about {where} is recorded; name one that is", target=target
        )
    return fact, facts


_CHECKS: Mapping[Any, Callable[[Any, State], list[Warned]]] = {
    CompetitionCreated: _check_created,
    RegulationsAmended: _check_regulations,
    CompetitionClosed: _check_closed,
    StageOpened: _check_stage,
    GroupFormed: _check_group_formed,
    TeamEntered | TeamRefused: _check_entry,
    TeamWithdrawn | TeamExcluded: _check_leaving,
    PersonNamed: _check_person,
    NameErased: _check_erased,
    PersonsMerged: _check_merged,
    DrawHeld: check_draw,
    SlotAssigned: check_assignment,
    BerthGranted: check_granted,
    TableAdopted: check_adopted,
    PointsAdjusted: check_adjustment,
    ClaimRecorded: check_claim,
    LotsDrawn: check_lots,
    RankDecided: check_rank,
    TieDecided: check_decided,
    StandingsFinalised: check_finalised,
    MatchScheduled | ExtraMatchOrdered: check_fixture,
    PlayEvent | ShootOutKickTaken | PeriodStarted: check_play,
    PlayEvent | ShootOutKickTaken: check_persons,
    PlayEvent: check_minute,
    FinalWhistle: check_whistle,
    ResultRecorded: check_result,
    ResultAwarded: check_awarded,
    EventConfirmed | EventCancelled | EventAmended | ReviewStarted | ReviewEnded: _check_target,
    ProtestDecided: _check_protest,
}
