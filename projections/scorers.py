"""Who scored how many goals, and of how many matches that is known."""

from collections.abc import Iterator
from heapq import nsmallest
from typing import TYPE_CHECKING

from msgspec import Struct

from projections.naming import team_name

if TYPE_CHECKING:
    from projections.fold import Fold

SCORERS_MAX = 100


class Coverage(Struct, frozen=True):
    matches: int
    with_score: int
    with_scorers: int


class Scorer(Struct, frozen=True):
    """`name` is the team's; persons appear by reference only."""

    rank: int
    player: str
    team: str
    name: str
    goals: int
    penalties: int


class Scorers(Struct, frozen=True):
    coverage: Coverage
    count: int
    scorers: tuple[Scorer, ...]


def render(fold: "Fold") -> Scorers:
    counted = fold.totals.matches
    return Scorers(
        Coverage(counted["counted"], counted["with_score"], counted["with_scorers"]),
        len(fold.totals.goals),
        tuple(_ranked(fold)),
    )


def _ranked(fold: "Fold") -> Iterator[Scorer]:
    goals, penalties = fold.totals.goals, fold.totals.penalties
    best = nsmallest(SCORERS_MAX, goals.items(), key=lambda item: (-item[1], item[0]))
    rank = 0
    for index, (scorer, scored) in enumerate(best):
        if index == 0 or scored < best[index - 1][1]:
            rank = index + 1
        player, team = scorer
        yield Scorer(rank, player, team, team_name(fold, team).name, scored, penalties[scorer])
