"""The tables again, from the reference of the language alone and as plainly as it can be written.

Nothing here is shared with what ranks in earnest, except the values that are given. Each function
says one paragraph of docs/regulations.md; everything is counted again whenever it is asked for.
"""

from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec.structs import replace

from events.criteria import Criterion, Guard
from projections.contest import Contest, Decided
from tests.laws.plain_counting import (
    GOALS,
    in_scope,
    parts_of,
    sides_of,
    table_value,
    value_of,
    withdrawn,
)

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
    parted = by_orders(contest, staying, "ruling", overriding=True)
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
    if interim.until == "matchday":
        for match in coming(contest):
            if match.matchday is None or match.matchday <= (interim.matchday or 0):
                return interim.criteria
    return contest.criteria


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
    if contest.interim is None or parting is None or asked.at > parting:
        return asked.criteria
    if asked.at == parting and not all_met(contest, asked.level):
        return contest.interim.criteria
    return contest.criteria


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
                among = asked.block.teams if asked.block else asked.level
                left_out = ranked_low(contest, asked)
                counted = [
                    side
                    for side in sides_of(contest, team)
                    if side.rival not in left_out
                    and in_scope(contest, side, criterion.scope, among)
                ]
                found[team] = value_of(contest, team, criterion, counted, left_out)
    return found


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


# Guards


def holds(contest: Contest, guard: Guard | None, level: Teams, above: int) -> bool:
    """All that is given must hold; what is not known holds for neither true nor false."""
    if guard is None:
        return True
    said = [
        guard.level is None or len(level) == guard.level,
        guard.more_than is None or len(level) > guard.more_than,
        all(level_on(contest, level, metric) for metric in guard.level_on),
        guard.nobody_else_on is None or nobody_else_on(contest, level, guard.nobody_else_on),
        guard.all_met is None or all_met(contest, level) is guard.all_met,
        guard.met_last is None or met_last(contest, level) is guard.met_last,
        guard.contest is None
        or (above + 1 <= guard.contest[0] and above + len(level) >= guard.contest[1]),
        guard.matters is None or matters(contest, above, len(level)) is guard.matters,
        guard.complete is None or is_complete(contest) is guard.complete,
    ]
    return all(said)


def level_on(contest: Contest, level: Teams, metric: str) -> bool:
    values = [table_value(contest, team, metric) for team in level]
    return None not in values and len(set(values)) == 1


def nobody_else_on(contest: Contest, level: Teams, metric: str) -> bool:
    ours = [table_value(contest, team, metric) for team in level]
    theirs = [table_value(contest, team, metric) for team in contest.teams if team not in level]
    return None not in ours + theirs and not set(ours) & set(theirs)


def coming(contest: Contest) -> list[Any]:
    """Give what is still to be played; nobody plays who has withdrawn."""
    gone = contest.withdrawn
    return [m for m in contest.to_play if m.home not in gone and m.away not in gone]


def is_complete(contest: Contest) -> bool:
    return contest.complete and not coming(contest)


def all_met(contest: Contest, level: Teams) -> bool:
    """Say whether each two have played all their matches against each other."""
    for one in level:
        for other in level:
            if one != other and not have_met(contest, {one, other}):
                return False
    return True


def have_met(contest: Contest, two: set[str]) -> bool:
    if any({match.home, match.away} == two for match in coming(contest)):
        return False
    met = sum({match.home, match.away} == two for match in contest.results)
    return met >= meetings(contest)


def meetings(contest: Contest) -> int:
    """Say how often each two meet: by the rules, else as often as any two of the fixture list."""
    if contest.meetings is not None:
        return contest.meetings
    found = [1]
    for one in contest.teams:
        for other in contest.teams:
            listed = [*contest.results, *coming(contest)]
            found.append(sum({m.home, m.away} == {one, other} for m in listed))
    return max(found)


def met_last(contest: Contest, level: Teams) -> bool | None:
    """Say whether they are two and their match was the last of both."""
    if len(level) != 2:
        return False
    theirs = [side.match for team in level for side in sides_of(contest, team)]
    together = [m for m in theirs if {m.home, m.away} == set(level)]
    apart = [m for m in theirs if m not in together]
    if not together:
        return False
    if any({m.home, m.away} & set(level) for m in coming(contest)):
        return False
    for when in ("starts", "matchday"):
        moments = [getattr(m, when) for m in theirs]
        if None not in moments:
            last = max(getattr(m, when) for m in together)
            return all(getattr(m, when) < last for m in apart)
    return None


def matters(contest: Contest, above: int, count: int) -> bool:
    """Say whether a berth goes to some of the places and not to others."""
    shared = set(range(above + 1, above + count + 1))
    for first, last in contest.berths or ((1, 1),):
        granted = shared & set(range(first, last + 1))
        if granted and granted != shared:
            return True
    return False


# What is decided


def ask_lots_and_extra_matches(contest: Contest, asked: Asked) -> list[Place]:
    """Ask those side by side after each other as often as it takes, and wait for what is not."""
    criteria = asked.criteria
    first = last = asked.at
    while first > 0 and criteria[first - 1].metric in WAITED_FOR:
        first -= 1
    while last < len(criteria) and criteria[last].metric in WAITED_FOR:
        last += 1
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
    for kind in () if asked.only_criteria else ("lots", "extra_match", "ruling"):
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
    return any((a, b) in orders for a in level for b in level)


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
