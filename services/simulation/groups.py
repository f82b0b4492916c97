"""Groups of an invented edition: who is in them, who meets whom, and how level teams are parted.

Up to four teams meet twice, more of them once. A group is finalised as soon as nothing in it is
open any more.
"""

from collections.abc import Iterator, Sequence

from events.regulations import Group
from projections.questions import Question
from projections.table import Table
from services.season import Fact
from services.simulation.edition import SETTLED, WEEK, Edition, Place

TEAMS_MEETING_TWICE_MAX = 4
SCORES_TRIED_MAX = 20_000
"""So often are the scores of a group invented anew until it ends level, as it is meant to."""

Pair = tuple[str, str]


def form(edition: Edition, place: Place) -> Iterator[Fact]:
    """Form the groups of a section once it is known who plays in it."""
    if place.is_formed or not _is_known(edition, place):
        return
    teams = _holders(edition, place)
    if not any(group.teams for group in place.section.groups) and not teams:
        number = sum(edition.some_clubs() for _ in place.section.groups)
        for fact, team in edition.enter_clubs(place, number):
            yield fact
            teams.append(team)
    edition.rng.shuffle(teams)
    number = len(place.section.groups)
    for index, group in enumerate(place.section.groups):
        among = list(group.teams) or teams[index::number]
        if not group.teams:
            yield edition.tell(
                "group_formed", stage=place.stage.id, section=place.section.id, group=group.id,
                name=group.name, teams=among,
            )  # fmt: skip
        yield from _fixture_list(edition, place, group, among)
    place.is_formed = True


def _is_known(edition: Edition, place: Place) -> bool:
    return all(
        holder.certainty in SETTLED
        for berth in edition.leading_to(place)
        for holder in edition.holders(berth)
    )


def _holders(edition: Edition, place: Place) -> list[str]:
    held = (h for berth in edition.leading_to(place) for h in edition.holders(berth))
    return [holder.team for holder in held if holder.team is not None]


# Who meets whom


def _fixture_list(
    edition: Edition, place: Place, group: Group, teams: Sequence[str]
) -> Iterator[Fact]:
    days = round_robin(teams, twice=len(teams) <= TEAMS_MEETING_TWICE_MAX)
    pairs = [pair for day in days for pair in day]
    matches = [f"{group.id}-{number}" for number in range(1, len(pairs) + 1)]
    if (level := edition.level_groups.get(group.id)) is not None:
        scores = _level_scores(edition, pairs, level)
        edition.scores.update(zip(matches, scores, strict=True))
    eventful = edition.eventful_groups.get(group.id, [])
    some = edition.rng.sample(matches, min(len(eventful), len(matches)))
    edition.incidents.update(zip(some, eventful, strict=False))
    match = iter(matches)
    for number, day in enumerate(days):
        for home, away in day:
            yield from edition.schedule(
                place, next(match), home, away, edition.sunday + number * WEEK,
                group=group.id, matchday=number + 1,
            )  # fmt: skip
    place.until[group.id] = edition.sunday + (len(days) - 1) * WEEK


def round_robin(teams: Sequence[str], *, twice: bool) -> list[list[Pair]]:
    """Give the pairs of each matchday: everybody meets everybody, at home and away by turns."""
    circle: list[str | None] = [*teams, *([None] if len(teams) % 2 else [])]
    half = len(circle) // 2
    days: list[list[Pair]] = []
    for number in range(len(circle) - 1):
        pairs = zip(circle[:half], reversed(circle[half:]), strict=True)
        day = [(a, b) if number % 2 else (b, a) for a, b in pairs]
        days.append([(home, away) for home, away in day if home is not None and away is not None])
        circle.insert(1, circle.pop())
    return days + [[(away, home) for home, away in day] for day in days] if twice else days


def _level_scores(edition: Edition, pairs: Sequence[Pair], level: int) -> list[tuple[int, int]]:
    """Invent scores until so many teams are level at the top; as they come if that never is."""
    worth = edition.fold.setting.regulations.points
    scores: list[tuple[int, int]] = []
    for _ in range(SCORES_TRIED_MAX):
        scores = [edition.invented_goals(home, away) for home, away in pairs]
        points = dict.fromkeys((team for pair in pairs for team in pair), 0)
        for (home, away), (scored, conceded) in zip(pairs, scores, strict=True):
            margin = scored - conceded
            points[home] += worth.win if margin > 0 else worth.loss if margin else worth.draw
            points[away] += worth.win if margin < 0 else worth.loss if margin else worth.draw
        if list(points.values()).count(max(points.values(), default=0)) == level:
            break
    return scores


# How it ends


def settle(edition: Edition, place: Place) -> Iterator[Fact]:
    """Part those who are level, and finalise each group whose matches are over."""
    for group in place.section.groups:
        if not place.is_formed or place.until[group.id] >= edition.sunday:
            continue
        table = edition.fold.table(group.id)
        if table is not None and table.finalised is None:
            yield from _part(edition, place, table)


def _part(edition: Edition, place: Place, table: Table) -> Iterator[Fact]:
    group = table.formed.group
    while asked := [q for q in _table(edition, group).questions if q.kind == "level"]:
        for question in asked:
            yield from _decide(edition, place, group, question)
        if place.until[group] >= edition.sunday:
            return  # an extra match is to be played
    if not (table := _table(edition, group)).blocking:
        order = [tier[0] if len(tier) == 1 else tier for tier in table.order]
        yield edition.tell("standings_finalised", group=group, order=order)


def _table(edition: Edition, group: str) -> Table:
    table = edition.fold.table(group)
    assert table is not None, "only a group that is there is asked about"
    return table


def _decide(edition: Edition, place: Place, group: str, asked: Question) -> Iterator[Fact]:
    """Order one extra match of two; else let lots or a ruling say who is first."""
    teams = list(asked.teams)
    edition.rng.shuffle(teams)
    pair = frozenset(teams)
    if "extra_match" in asked.settled_by and len(teams) == 2 and pair not in place.met_again:
        place.met_again.add(pair)
        yield from order_extra_match(edition, place, teams, group=group)
        place.until[group] = edition.sunday
        return
    first, *others = teams
    order = [first, others[0] if len(others) == 1 else others]
    if "lots" in asked.settled_by:
        procedure = "sorteo en presencia de los delegados"
        yield edition.tell("lots_drawn", group=group, order=order, procedure=procedure)
    else:
        yield edition.tell("rank_decided", group=group, order=order)


def order_extra_match(
    edition: Edition,
    place: Place,
    teams: Sequence[str],
    *,
    group: str | None = None,
    tie: str | None = None,
) -> Iterator[Fact]:
    """Order an extra match for the coming Sunday, on neutral ground."""
    number = 1
    while edition.fold.match_of(match := f"{group or tie}-extra-{number}") is not None:
        number += 1
    home, away = teams
    yield edition.tell(
        "extra_match_ordered", match=match, home=home, away=away, group=group, tie=tie
    )
    yield from edition.schedule(
        place, match, home, away, edition.sunday,
        group=group, tie=tie, neutral=True, extra_match=True,
    )  # fmt: skip
