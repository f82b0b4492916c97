"""Decisions about a bracket name what it has: its slots, its ties, its berths and their teams."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from events.check_table import possible_order
from events.errors import Refused
from events.possible import each_in, each_once, said_source, waited_for
from events.regulations import (
    Allotted,
    BerthOf,
    BestOf,
    ByDraw,
    Bye,
    ByRuling,
    LoserOf,
    Source,
    Unknown,
    WinnerOf,
    tie_of_slot,
)
from events.state import (
    State,
    Warned,
    flat,
    group_or_tie,
    known_berth,
    known_source,
    known_teams,
    known_tie,
    of_the_tie,
    warn_of_open_slots,
    written,
)
from events.types import BerthGranted, DrawHeld, LotsDrawn, SlotAssigned, TieDecided

_NOBODY_NAMED = (ByDraw, ByRuling, Bye, Unknown)

# Slots


def check_draw(event: DrawHeld, state: State, before: DrawHeld | None = None) -> list[Warned]:
    """Nobody may come out of a draw twice, nor be in another slot of the same round already.

    `before` is the draw that this one amends: what it alone filled is empty.
    """
    if not event.slots:
        raise Refused("a draw fills slots; name at least one, and what is put there")
    slots = each_in("slots", event.slots)
    each_once("slots of the draw", ((f"{at}.slot", placed.slot) for at, placed in slots))
    for placed in event.slots:
        _known_slot(placed.slot, state)
        known_source(placed.filled_by, state)
    named = [
        (f"{at}.filled_by", placed.filled_by)
        for at, placed in slots
        if not isinstance(placed.filled_by, _NOBODY_NAMED)
    ]
    each_once("teams and sources of the draw", named, said_source)
    paths = {placed.slot: f"{at}.filled_by" for at, placed in slots}
    filled = {placed.slot: placed.filled_by for placed in event.slots}
    _no_ring(filled, paths, state)
    _nobody_twice(filled, paths, state, {placed.slot for placed in before.slots} if before else ())
    return [warned for placed in event.slots for warned in _warn_unless_drawn(placed.slot, state)]


def _warn_unless_drawn(slot: str, state: State) -> list[Warned]:
    source = state.ruled_slots(tie_of_slot(slot))[0 if slot.endswith("/1") else 1]
    if isinstance(source, ByDraw | Unknown):
        return []
    message = (
        f"by the regulations {said_source(source)} fills {slot}, and no draw; what was drawn "
        "counts all the same"
    )
    return [Warned("not-by-draw", message)]


def check_assignment(event: SlotAssigned, state: State) -> list[Warned]:
    possible_assignment(event, state)
    there = _team_in(event.slot, state)
    if event.replaces is not None and event.replaces != there:
        raise Refused(
            f"{there or 'nobody that is known'} is in {event.slot}, not {event.replaces}; name "
            "whom the decision replaces, or leave it out",
            slot=event.slot,
            replaces=event.replaces,
        )
    return []


def possible_assignment(event: SlotAssigned, state: State) -> list[Warned]:
    """Refuse what no assignment can say; an amended one has replaced its team already."""
    _known_slot(event.slot, state)
    known_source(event.filled_by, state)
    known_teams((event.replaces,) if event.replaces else (), state)
    filled, paths = {event.slot: event.filled_by}, {event.slot: "filled_by"}
    _no_ring(filled, paths, state)
    _nobody_twice(filled, paths, state)
    return []


# Who would be in two slots


def _nobody_twice(
    placed: Mapping[str, Source],
    paths: Mapping[str, str],
    state: State,
    emptied: Collection[str] = (),
) -> None:
    """Refuse what puts a source, or whoever comes from it, into two slots of a round.

    Who plays on within a round, as the winner of another tie of it, is in two of its slots.
    """
    for slot, source in placed.items():
        if isinstance(source, _NOBODY_NAMED):
            continue
        tie, team = tie_of_slot(slot), state.comes_from(source)
        round_ = state.round_of(tie)
        there = {other: held for other, held in round_.items() if other not in emptied}
        there |= {at: (of, state.comes_from(of)) for at, of in placed.items() if at in round_}
        for other, (held, holder) in there.items():
            is_same = source == held or (team is not None and team == holder)
            if other == slot or not is_same:
                continue
            plays_on = way_back(tie_of_slot(other), source, placed, state)
            if not plays_on and not way_back(tie, held, placed, state):
                raise _twice(slot, source, team, other, held, paths[slot])


def _twice(
    slot: str, source: Source, team: str | None, other: str, held: Source, path: str
) -> Refused:
    who = said_source(source) if source == held or team is None else team
    through = "" if said_source(held) == who else f" as {said_source(held)}"
    is_same_tie = tie_of_slot(slot) == tie_of_slot(other)
    cannot = "cannot play itself" if is_same_tie else f"cannot come into {slot} as well"
    facts = {"team": team, "slot": slot, "held": other}
    return Refused(
        f"{who} is in {other} already{through} and {cannot}; put somebody else into {other} first "
        "(slot_assigned), or change both slots at once (draw_held)",
        path=path,
        **{name: value for name, value in facts.items() if value is not None},
    )


# Slots that would wait for each other


class Sources(Protocol):
    """What must be known of a bracket to follow a source back."""

    def slots(self, tie: str) -> Mapping[str, Source]: ...
    def earned_by(self, berth: str, place: int) -> Source | None: ...
    def entering(self, overall: str) -> Sequence[Source]: ...


def _no_ring(placed: Mapping[str, Source], paths: Mapping[str, str], state: State) -> None:
    """Refuse what makes ties wait for each other, through what fills their slots by now."""
    for slot, source in placed.items():
        if waits := way_back(tie_of_slot(slot), source, placed, state):
            ring = [f"tie {tie_of_slot(slot)}", *filter(None, map(waited_for, waits))]
            raise Refused(
                f"{' waits for '.join(ring)}; nobody could ever come into them: put "
                f"something else into {slot}, or into another slot of these first",
                path=paths[slot],
                slot=slot,
                ring=ring[1:],
            )


def way_back(
    tie: str, source: Source, placed: Mapping[str, Source], state: Sources
) -> Sequence[Source]:
    """Give the sources that lead from one back to the tie that waits for it; none is well.

    `placed` are slots that are about to be filled.
    """
    led_by: dict[Source, Source | None] = {source: None}
    reached = [source]
    for at in reached:
        if isinstance(at, WinnerOf | LoserOf) and at.tie == tie:
            way: list[Source] = [at]
            while (before := led_by[way[0]]) is not None:
                way.insert(0, before)
            return way
        for behind in _behind(at, placed, state):
            if behind not in led_by:
                led_by[behind] = at
                reached.append(behind)
    return ()


def _behind(source: Source, placed: Mapping[str, Source], state: Sources) -> Iterable[Source]:
    """Give what a source waits for itself, once what is to be placed has its place."""
    match source:
        case WinnerOf(tie=tie) | LoserOf(tie=tie):
            return [placed.get(slot, now) for slot, now in state.slots(tie).items()]
        case BerthOf(berth=berth, place=place) if earned := state.earned_by(berth, place):
            return (earned,)
        case BestOf(overall=overall) | Allotted(overall=overall):
            return state.entering(overall)
    return ()


def _known_slot(slot: str, state: State) -> None:
    if state.tie(tie_of_slot(slot)) is None:
        raise Refused(
            f"there is no slot {slot}; name one of a tie of the regulations, or amend them first "
            "(regulations_amended)",
            slot=slot,
        )


def _team_in(slot: str, state: State) -> str | None:
    first, second = known_tie(tie_of_slot(slot), state)
    return first if slot.endswith("/1") else second


# Ties and berths


def check_lots(event: LotsDrawn, state: State) -> list[Warned]:
    group_or_tie(event.group, event.tie)
    if event.group is not None:
        possible_order(event.order, event.group, state)
        return _warn_unless_level(event, event.group, state)
    if event.tie is not None:
        _possible_lots(event, event.tie, state)
    return []


def _warn_unless_level(event: LotsDrawn, group: str, state: State) -> list[Warned]:
    teams, order = set(flat(event.order)), state.order(group)
    if any(teams <= set(tier) for tier in order):
        return []
    message = (
        f"these teams are not level now: {group} stands {written(order)}; lots part only those"
    )
    return [Warned("not-level", message)]


def _possible_lots(event: LotsDrawn, tie: str, state: State) -> None:
    teams = flat(event.order)
    of_the_tie(teams, tie, state)
    if len(event.order) != 2 or len(set(teams)) != 2:
        raise Refused(
            "lots of a tie name its two teams, first the one that goes through",
            tie=tie,
            order=list(teams),
        )
    if not state.tie_is_level(tie):
        raise Refused(
            f"the teams of {tie} are not level: a result is still missing, or its matches or an "
            "earlier step of its round part them; record the results, or decide it by ruling "
            "(tie_decided)",
            tie=tie,
        )


def check_decided(event: TieDecided, state: State) -> list[Warned]:
    known_tie(event.tie, state)
    if event.winner is not None:
        known_teams((event.winner,), state)
        of_the_tie((event.winner,), event.tie, state)
    return warn_of_open_slots(event.tie, state)


def check_granted(event: BerthGranted, state: State) -> list[Warned]:
    known_berth(event.berth, state)
    known_teams((event.team,), state)
    return []
