"""The tables again, from the reference of the language alone and as plainly as it can be written.

Nothing here is shared with what ranks in earnest, except the values that are given. Each function
says one paragraph of docs/regulations.md; everything is counted again whenever it is asked for.
"""

from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec.structs import replace

from events.criteria import Criterion
from projections.contest import Contest, Decided
from tests.laws.plain_counting import (
    GOALS,
    Side,
    in_scope,
    parts_of,
    sides_of,
    value_of,
    withdrawn,
)
from tests.laws.plain_guards import all_met, coming, holds, is_complete

FEWER_IS_BETTER = ("goals_against", "place")
WAITED_FOR = ("lots", "extra_match")

Teams = tuple[str, ...]


class Why(NamedTuple):
    """What parts two neighbours: the metric and what the upper and the lower one have."""

    metric: str
    upper: Any
    lower: Any


class Place(NamedTuple):
    """Teams that share a rank, and what parts them from those above."""

    teams: Teams
    rank: int
    why: Why | None


class Block(NamedTuple):
    """A block that has begun: where, and with whom."""

    name: str
    at: int
    teams: Teams


class Asked(NamedTuple):
    """The teams that are level, how many are above, and which criterion they are asked next."""

    criteria: tuple[Criterion, ...]
    level: Teams
    above: int
    at: int = 0
    block: Block | None = None
    is_waiting: bool = False
    only_criteria: bool = False


Classes = list[Teams]
Parted = tuple[Classes, list[Why]]


def plain_rank(contest: Contest, *, only_criteria: bool = False) -> list[Place]:
    """Rank all teams: those who withdrew under `annul` or `average` stand below all others."""
    gone = tuple(sorted(team for team in contest.teams if team in withdrawn(contest)))
    staying = tuple(sorted(team for team in contest.teams if team not in gone))
    found: list[Place] = []
    overriding = not only_criteria
    parted = by_orders(contest, staying, "ruling", overriding=True) if overriding else None
    classes, whys = parted if parted else ([staying], [])
    for number, level in enumerate(classes):
        if level:
            criteria = first_criteria(contest)
            begin = Asked(criteria, level, len(found_teams(found)), only_criteria=only_criteria)
            found += again(places(contest, begin), whys[number - 1] if number else None)
    if gone:
        why = Why("withdrawal", 0, 1) if found else None
        found.append(Place(gone, len(staying) + 1, why))
    return found


def found_teams(found: list[Place]) -> list[str]:
    return [team for place in found for team in place.teams]


def again(found: list[Place], why: Why | None) -> list[Place]:
    """Put the reason why all of these stand below others with the first of them."""
    return [Place(found[0].teams, found[0].rank, why), *found[1:]]


# Which list is asked


def first_criteria(contest: Contest) -> tuple[Criterion, ...]:
    """Take the interim list if there is one and it still holds."""
    interim = contest.interim
    if interim is None:
        return contest.criteria
    if interim.until == "all_played" and not is_complete(contest):
        return interim.criteria
    if interim.until == "matchday" and not is_reached(contest, interim.matchday or 0):
        return interim.criteria
    return contest.criteria


def is_reached(contest: Contest, matchday: int) -> bool:
    """Say whether the last match up to that matchday has a result, as far as matches are listed."""
    for match in coming(contest):
        if match.matchday is None or match.matchday <= matchday:
            return False
    listed = [match.matchday for match in (*contest.results, *coming(contest))]
    return contest.complete or any(day is not None and day >= matchday for day in listed)


def part_company(contest: Contest) -> int | None:
    """Say how many criteria the final and the interim list begin with alike, for `pair_met`."""
    interim = contest.interim
    if interim is None or interim.until != "pair_met" or is_complete(contest):
        return None
    alike = 0
    while (
        alike < len(contest.criteria)
        and alike < len(interim.criteria)
        and contest.criteria[alike] == interim.criteria[alike]
    ):
        alike += 1
    return alike


# The criteria, one after the other


def places(contest: Contest, asked: Asked) -> list[Place]:
    """Ask the next criterion of teams that are level, and then those whom it leaves level."""
    if len(asked.level) == 1:
        return [Place(asked.level, asked.above + 1, None)]
    block = asked.block
    if block and name_of_block(asked) != block.name:
        if block.teams != asked.level:
            return places(contest, asked._replace(at=block.at, block=None))
        block = None
    asked = asked._replace(criteria=at_the_parting(contest, asked), block=block)
    if asked.at == len(asked.criteria):
        return by_what_is_left(contest, asked)
    name = name_of_block(asked)
    if name and block is None:
        asked = asked._replace(block=Block(name, asked.at, asked.level))
    return ask(contest, asked)


def name_of_block(asked: Asked) -> str | None:
    return asked.criteria[asked.at].block if asked.at < len(asked.criteria) else None


def at_the_parting(contest: Contest, asked: Asked) -> tuple[Criterion, ...]:
    """Take the interim list for those who have not all met, where the two lists part company."""
    parting = part_company(contest)
    if contest.interim and asked.at == parting and not all_met(contest, asked.level):
        return contest.interim.criteria
    return asked.criteria


def ask(contest: Contest, asked: Asked) -> list[Place]:
    """Ask one criterion: it is passed over, or parts them, or nothing after it is asked."""
    criterion = asked.criteria[asked.at]
    if criterion.metric in WAITED_FOR:
        return ask_lots_and_extra_matches(contest, asked)
    onward = asked._replace(at=asked.at + 1)
    if not holds(contest, criterion.when, asked.level, asked.above):
        return places(contest, onward)
    if criterion.metric == "unknown":
        return by_what_is_left(contest, asked)
    if criterion.metric == "shoot_out":
        parted = by_kicks(contest, asked.level)
    elif asked.is_waiting:
        parted = None
    else:
        values = values_of(contest, asked)
        if None in values.values():
            if criterion.metric in GOALS:
                return by_what_is_left(contest, asked)
            return places(contest, onward)
        parted = by_values(values, criterion.metric, fewer_is_better(contest, criterion))
    if parted is None:
        return places(contest, onward)
    return go_on(contest, asked, parted, after_partial(asked.criteria, asked.at))


def go_on(contest: Contest, asked: Asked, parted: Parted, at: int) -> list[Place]:
    """Ask each class further, from the criterion with that number on."""
    if at <= asked.at:
        asked = asked._replace(block=None, is_waiting=False)
    found: list[Place] = []
    classes, whys = parted
    for number, level in enumerate(classes):
        above = asked.above + len(found_teams(found))
        below = places(contest, asked._replace(level=level, above=above, at=at))
        found += again(below, whys[number - 1]) if number else below
    return found


def after_partial(criteria: tuple[Criterion, ...], at: int) -> int:
    """Say which criterion those are asked next whom this one leaves level beside others."""
    match criteria[at].on_partial:
        case "restart_list":
            return 0
        case "restart":
            if "level" not in parts_of(criteria[at].scope):
                return at + 1
            while at > 0 and "level" in parts_of(criteria[at - 1].scope):
                at -= 1
            return at
        case _:
            return at + 1


def fewer_is_better(contest: Contest, criterion: Criterion) -> bool:
    if criterion.metric == "list":
        return not contest.lists[criterion.list or ""].higher_is_better
    return criterion.metric in FEWER_IS_BETTER


def by_values(values: dict[str, Any], metric: str, fewer: bool) -> Parted | None:
    """Put who has the better number above."""
    distinct = sorted(set(values.values()), reverse=not fewer)
    if len(distinct) == 1:
        return None
    classes = [tuple(sorted(t for t in values if values[t] == number)) for number in distinct]
    whys = [Why(metric, upper, lower) for upper, lower in pairwise(distinct)]
    return classes, whys


# What the criterion compares


def values_of(contest: Contest, asked: Asked) -> dict[str, Any]:
    """Give the number of each team that is level; None is a number that is not known."""
    criterion = asked.criteria[asked.at]
    found: dict[str, Any] = {}
    for team in asked.level:
        match criterion.metric:
            case "list":
                row = contest.lists[criterion.list or ""].rows.get(team)
                found[team] = None if row is None else Fraction(row)
            case "place":
                found[team] = contest.places.get(criterion.group or "", {}).get(team)
            case _:
                found[team] = counted_of(contest, asked, team)
    return found


def counted_of(contest: Contest, asked: Asked, team: str) -> Any:
    criterion = asked.criteria[asked.at]
    among = asked.block.teams if asked.block else asked.level
    left_out = ranked_low(contest, asked)
    counted: list[Side] = []
    for side in sides_of(contest, team):
        if side.rival not in left_out:
            counts = in_scope(side, criterion.scope, among)
            if counts is None:
                return None
            if counts:
                counted.append(side)
    return value_of(contest, team, criterion, counted, left_out)


def ranked_low(contest: Contest, asked: Asked) -> set[str]:
    """Say against whom no match counts: whom the criteria before this one put so low."""
    lowest = asked.criteria[asked.at].without_ranks_from
    if lowest is None:
        return set()
    if contest.own_places is not None:
        return {team for team, place in contest.own_places.items() if place >= lowest}
    before = replace(contest, criteria=asked.criteria[: asked.at], interim=None)
    ranked = plain_rank(before, only_criteria=True)
    return {team for place in ranked for team in place.teams if place.rank >= lowest}


# What is decided


def ask_lots_and_extra_matches(contest: Contest, asked: Asked) -> list[Place]:
    """Ask those side by side after each other as often as it takes, and wait for what is not."""
    criteria = asked.criteria
    first = last = asked.at
    while first > 0 and criteria[first - 1].metric in WAITED_FOR:
        first -= 1
    while last < len(criteria) and criteria[last].metric in WAITED_FOR:
        last += 1
    parting = part_company(contest)
    if parting is not None and asked.at < parting:
        last = min(last, parting)
    is_waiting = asked.is_waiting
    for criterion in criteria[first:last]:
        if holds(contest, criterion.when, asked.level, asked.above):
            parted = by_orders(contest, asked.level, criterion.metric)
            if parted:
                begin = 0 if criterion.on_partial == "restart_list" else first
                return go_on(contest, asked._replace(at=first), parted, begin)
            if not is_recorded(contest, asked.level, criterion.metric):
                is_waiting = True
    return places(contest, asked._replace(at=last, is_waiting=is_waiting))


def by_what_is_left(contest: Contest, asked: Asked) -> list[Place]:
    """After all criteria comes what was decided all the same; last come rulings."""
    for kind in (*WAITED_FOR, "ruling"):
        if asked.only_criteria and kind not in [each.metric for each in asked.criteria]:
            continue
        parted = by_orders(contest, asked.level, kind)
        if parted:
            found: list[Place] = []
            for number, level in enumerate(parted[0]):
                above = asked.above + len(found_teams(found))
                below = by_what_is_left(contest, asked._replace(level=level, above=above))
                found += again(below, parted[1][number - 1]) if number else below
            return found
    return [Place(asked.level, asked.above + 1, None)]


def pair_orders(contest: Contest, kind: str, overriding: bool = False) -> dict[Teams, int]:
    """Say of each two whom a decision names who is above; of two decisions the newer counts."""
    found: dict[Teams, int] = {}
    for decision in contest.decisions:
        if decision.by != kind or decision.overrides != overriding:
            continue
        for upper, tier in enumerate(decision.order):
            for lower, other in enumerate(decision.order):
                for a in tier:
                    for b in other:
                        if a != b:
                            found[a, b] = lower - upper
    return found


def by_orders(contest: Contest, level: Teams, kind: str, overriding: bool = False) -> Parted | None:
    """Part them by what was decided; the numbers are the places that it gives the two."""
    classes = split(pair_orders(contest, kind, overriding), level)
    if classes is None:
        return None
    whys: list[Why] = []
    for upper, lower in pairwise(classes):
        for decision in contest.decisions:
            if decision.by == kind and decision.overrides == overriding:
                first, second = given_place(decision, upper[0]), given_place(decision, lower[0])
                if first and second:
                    why = Why(kind, first, second)
        whys.append(why)
    return classes, whys


def given_place(decision: Decided, team: str) -> int | None:
    above = 0
    for tier in decision.order:
        if team in tier:
            return above + 1
        above += len(tier)
    return None


def split(above: dict[Teams, int], level: Teams) -> Classes | None:
    """Put above who is above each of the others; who is not so parted stays level."""
    classes: Classes = []
    rest = list(level)
    while rest:
        upper = smallest_upper(above, rest)
        classes.append(tuple(sorted(upper)))
        rest = [team for team in rest if team not in upper]
    return classes if len(classes) > 1 else None


def smallest_upper(above: dict[Teams, int], rest: list[str]) -> list[str]:
    """Find the fewest who are each above all the others of the rest."""
    found = list(rest)
    for first in rest:
        together = [first]
        grown = True
        while grown:
            grown = False
            for team in rest:
                if team not in together and any(above.get((a, team), 0) <= 0 for a in together):
                    together.append(team)
                    grown = True
        if len(together) < len(found):
            found = together
    return found


def is_recorded(contest: Contest, level: Teams, kind: str) -> bool:
    orders = pair_orders(contest, kind)
    return all((a, b) in orders for a in level for b in level if a != b)


def by_kicks(contest: Contest, level: Teams) -> Parted | None:
    """Part by kicks after a drawn match between the level teams."""
    kicks: dict[Teams, int] = {}
    numbers: tuple[Any, Any] = (None, None)
    for match in contest.results:
        if match.shoot_out and match.home in level and match.away in level:
            home, away = match.shoot_out
            kicks[match.home, match.away] = home - away
            kicks[match.away, match.home] = away - home
            if len(level) == 2:
                numbers = max(home, away), min(home, away)
    classes = split(kicks, level)
    return (classes, [Why("shoot_out", *numbers) for _ in classes[1:]]) if classes else None
