"""A fact about a match is held against the match's sheet, and a fixture against what is there.

What a referee may have seen is let in, whatever the phase of the match: another
phone may hold the kick-off.
"""

from collections.abc import Mapping
from functools import cache

from events.errors import Refused
from events.fields import Period
from events.match import Sheet, facts_that_stand
from events.possible import (
    possible_course,
    possible_id,
    possible_outcome,
    possible_score,
    possible_shoot_out,
)
from events.state import (
    State,
    Warned,
    among,
    group_or_tie,
    known_group,
    known_section,
    known_teams,
    known_tie,
    of_the_tie,
    warn_of_open_slots,
)
from events.types import (
    Event,
    ExtraMatchOrdered,
    FinalWhistle,
    MatchScheduled,
    PeriodStarted,
    PlayEvent,
    ResultAwarded,
    ResultRecorded,
    ShootOutKickTaken,
)

# Odd whatever the length of a half: it may be thirty minutes, and stoppage may be counted on.
_MINUTES: Mapping[Period, tuple[int, int]] = {
    "first_half": (0, 60),
    "second_half": (30, 110),
    "extra_first": (60, 125),
    "extra_second": (65, 140),
}
_ROLES = ("player", "assist", "official", "off", "on")


# The fixture list


def check_fixture(event: MatchScheduled | ExtraMatchOrdered, state: State) -> list[Warned]:
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
    possible_fixture(event, state)
    if event.tie is not None:
        of_the_tie((event.home, event.away), event.tie, state)
        return warn_of_open_slots(event.tie, state) + _warn_of_same_host(event, event.tie, state)
    return []


def _warn_of_same_host(
    event: MatchScheduled | ExtraMatchOrdered, tie: str, state: State
) -> list[Warned]:
    """Warn where one team is at home in both legs, and neither is on neutral ground."""
    if not isinstance(event, MatchScheduled) or event.leg is None or event.neutral:
        return []
    other = state.sheet(state.legs(tie).get(3 - event.leg) or "")
    if other is None or other.neutral or other.home != event.home:
        return []
    message = (
        f"{event.home} is at home in leg {other.leg} ({other.match}) of {tie} too; turn one round, "
        "or say which is on neutral ground"
    )
    return [Warned("same-host", message)]


def possible_fixture(event: MatchScheduled | ExtraMatchOrdered, state: State) -> None:
    """Refuse what no fixture can say, be it new or amended.

    An amended one is not held against the teams of its tie: its match may be what names them.
    """
    known_teams((event.home, event.away), state)
    if event.home == event.away:
        raise Refused(f"{event.home} cannot play itself; name two teams", team=event.home)
    if event.group is not None:
        teams = known_group(event.group, state)
        among((event.home, event.away), teams, event.group)
    if isinstance(event, MatchScheduled):
        _possible_schedule(event, state)
    else:
        group_or_tie(event.group, event.tie)
        if event.tie is not None:
            known_tie(event.tie, state)
    for kind, is_one in (("group", state.group), ("tie", state.tie)):
        if is_one(event.match) is not None:
            raise Refused(f"{event.match} is the id of a {kind}; choose another", match=event.match)
    possible_id(event.match, "match")


def _possible_schedule(event: MatchScheduled, state: State) -> None:
    known_section(event.stage, event.section, state)
    if event.kick_off is not None and event.date is not None:
        raise Refused(
            f"{event.match} has a kick-off and a date; leave out the date, which is for a match "
            "that is not known to the day",
            match=event.match,
        )
    if event.tie is None and event.leg is not None:
        raise Refused(
            f"{event.match} is a leg of no tie; name the tie, or leave out the leg",
            match=event.match,
            leg=event.leg,
        )
    if event.tie is not None and event.group is not None:
        raise Refused(
            f"{event.match} cannot be of group {event.group} and of tie {event.tie}; name the one "
            "that it counts for",
            match=event.match,
        )
    if event.tie is not None:
        known_tie(event.tie, state)
        _possible_leg(event, event.tie, state)


def _possible_leg(event: MatchScheduled, tie: str, state: State) -> None:
    legs, ordered = state.legs(tie), state.sheet(event.match)
    is_extra = ordered is not None and ordered.extra_match
    leg = 1 if event.leg is None and len(legs) == 1 and not is_extra else event.leg
    if leg is None:
        return
    if leg not in legs:
        raise Refused(
            f"{tie} is a single match and has no leg {event.leg}; leave out the leg, or amend "
            "the legs of its round (regulations_amended)",
            tie=tie,
            leg=event.leg,
        )
    if legs[leg] not in (None, event.match):
        is_single = f"{tie} is a single match, {legs[leg]}; order an extra match"
        is_taken = f"leg {leg} of {tie} is {legs[leg]} already; give {event.match} another leg"
        raise Refused(
            f"{is_single if len(legs) == 1 else is_taken}, or cancel or amend that one",
            match=legs[leg],
            tie=tie,
            leg=leg,
        )


# During play


def check_play(event: PlayEvent | ShootOutKickTaken | PeriodStarted, state: State) -> list[Warned]:
    play = state.play_of(event.match)
    if play == "ended":
        message = "recorded after the final whistle; the sheet may be disputed"
        return [Warned("after-the-whistle", message)]
    if play in ("postponed", "not_played", "abandoned", "suspended"):
        message = f"the match was {play.replace('_', ' ')} when this was recorded"
        return [Warned("not-in-play", message)]
    # Who reports a match that was played long ago seldom knows when it was kicked off.
    is_seen = event.basis in (None, "observed")
    if play == "scheduled" and is_seen and not isinstance(event, PeriodStarted):
        return [Warned("before-kick-off", "no kick-off is recorded yet; this counts as play")]
    return []


def check_minute(event: PlayEvent, state: State) -> list[Warned]:
    if event.period is None or event.minute is None:
        return []
    first, last = _MINUTES.get(event.period, (event.minute, event.minute))
    if first <= event.minute <= last:
        return []
    message = (
        f"minute {event.minute} does not fit {event.period}; minutes count from the kick-off of "
        "the match, and stoppage goes into its own field"
    )
    return [Warned("minute-out-of-period", message)]


@cache
def _roles_of(kind: type[Event]) -> tuple[str, ...]:
    return tuple(role for role in _ROLES if role in kind.__struct_fields__)


def check_persons(event: PlayEvent | ShootOutKickTaken, state: State) -> list[Warned]:
    named = {getattr(event, role): role for role in _roles_of(type(event))}
    return [
        Warned(
            "unknown-person",
            f"nobody is named {person} yet; record the name (person_named, posted to /people)",
            role,
        )
        for person, role in named.items()
        if person is not None and not state.has_person(person)
    ]


# Results


def check_whistle(event: FinalWhistle, state: State) -> list[Warned]:
    sheet = _sheet(event, state)
    possible_score(event.home, event.away)
    possible_shoot_out(event.shoot_out)
    warnings = _replaced(sheet, "whistled-before", is_sheet=event.home is not None)
    warnings += _warn_of_who_left(sheet, state)
    if sheet.score and event.home is not None and event.away is not None:
        counted = (sheet.score.home, sheet.score.away)
        if counted != (event.home, event.away) and sheet.play != "ended":
            message = (
                f"the sheet says {event.home}-{event.away}, the goals recorded "
                f"make {counted[0]}-{counted[1]}"
            )
            warnings.append(Warned("sheet-differs", message))
    return warnings


def check_result(event: ResultRecorded, state: State) -> list[Warned]:
    possible_score(event.home, event.away)
    possible_shoot_out(event.shoot_out)
    possible_course(event)
    if event.home is None and event.outcome is None:
        raise Refused("a result needs goals of both sides, or an outcome")
    possible_outcome(event)
    sheet = _sheet(event, state)
    return _replaced(sheet, "recorded-before", is_sheet=True) + _warn_of_who_left(sheet, state)


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


def _warn_of_who_left(sheet: Sheet, state: State) -> list[Warned]:
    return [
        Warned(
            "team-left",
            f"{team} was {how} before this was recorded; if it did not play, use result_awarded",
        )
        for team in (sheet.home, sheet.away)
        if (how := state.left(team)) is not None
    ]


def check_awarded(event: ResultAwarded, state: State) -> list[Warned]:
    possible_score(event.home, event.away)
    possible_outcome(event)
    return []


def _sheet(event: Event, state: State) -> Sheet:
    sheet = state.sheet(event.match or "")
    assert sheet is not None, "check() has seen to it that the match is known"
    return sheet
