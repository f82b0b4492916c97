"""Small tables to try: who meets whom, and how the matches end, those with fewest goals first."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, permutations, product

from msgspec import Struct

RESULTS_TRIED_MAX = 36_000
"""How many results all the ways have that are tried for the matches of one size of table to end."""

_ROUNDS = {
    2: (((0, 1),),),
    3: (((0, 1),), ((0, 2),), ((1, 2),)),
    4: (((0, 1), (2, 3)), ((0, 2), (1, 3)), ((0, 3), (1, 2))),
}
_WON = ((1, 0), (0, 1))
Ends = tuple[tuple[int, int], ...]


class Meeting(Struct, frozen=True):
    """A match between two of the teams, who are numbers."""

    home: int
    away: int
    matchday: int
    leg: int


class Shapes(Struct, frozen=True):
    """How the meetings may end; those that only rename the teams are left out if asked."""

    meetings: tuple[Meeting, ...]
    ends: tuple[Ends, ...]
    is_all: bool


@lru_cache(maxsize=32)
def round_robin(teams: int, legs: int) -> tuple[Meeting, ...]:
    """Give the matches of 2 to 4 teams; who was at home in one leg is away in the next."""
    found: list[Meeting] = []
    for leg in range(legs):
        for day, pairs in enumerate(_ROUNDS[teams], 1 + leg * len(_ROUNDS[teams])):
            for one, other in pairs:
                home, away = (other, one) if leg % 2 else (one, other)
                found.append(Meeting(home, away, day, leg + 1))
    return tuple(found)


@lru_cache(maxsize=32)
def shapes(teams: int, legs: int, *, is_renamed: bool) -> Shapes:
    """Give how the matches of a round robin may end, within the limit; `is_renamed` keeps all."""
    meetings = round_robin(teams, legs)
    seen: set[Ends] = set()
    ends: list[Ends] = []
    for tried, each in enumerate(_ends(len(meetings)), 1):
        if tried * len(meetings) > RESULTS_TRIED_MAX:
            return Shapes(meetings, tuple(ends), is_all=False)
        if each in seen:
            continue
        ends.append(each)
        if not is_renamed:
            seen.update(_renamed(each, meetings, teams))
    return Shapes(meetings, tuple(ends), is_all=True)


def _ends(matches: int) -> Iterator[Ends]:
    for won in range(matches + 1):
        for which in combinations(range(matches), won):
            for scores in product(_WON, repeat=won):
                at = dict(zip(which, scores, strict=True))
                yield tuple(at.get(index, (0, 0)) for index in range(matches))


def _renamed(ends: Ends, meetings: tuple[Meeting, ...], teams: int) -> Iterator[Ends]:
    """Give the same results under all other names of the teams.

    Where they meet an even number of times, whose who is at home stays so: legs change places.
    """
    is_even = len(meetings) // len(round_robin(teams, 1)) % 2 == 0
    for names in permutations(range(teams)):
        scores = {
            (names[met.home], names[met.away], met.leg): score
            for met, score in zip(meetings, ends, strict=True)
        }
        renamed: list[tuple[int, int]] = []
        for met in meetings:
            own = scores.get((met.home, met.away, met.leg))
            if own is None and is_even:
                own = scores[met.home, met.away, met.leg + 1 if met.leg % 2 else met.leg - 1]
            elif own is None:
                own = scores[met.away, met.home, met.leg][::-1]
            renamed.append(own)
        yield tuple(renamed)
