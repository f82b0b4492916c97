"""Who scored how many goals, and of how many matches that is known.

A person who is written in two ways scores as one, once it is recorded that they are the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING

from msgspec import Struct

from projections import claims, topics
from projections.claims import Said
from projections.naming import team_name
from projections.totals import Scorer as Reference

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
    claims: tuple[Said, ...]


def render(fold: "Fold") -> Scorers:
    totals, merged = fold.totals, dict(fold.merged_persons())
    goals, penalties = _merged(totals.goals, merged), _merged(totals.penalties, merged)
    counted = totals.matches
    best = _best(goals) if merged else totals.scorers.first(SCORERS_MAX)
    return Scorers(
        Coverage(counted["counted"], counted["with_score"], counted["with_scorers"]),
        len(goals),
        tuple(_ranked(fold, best, penalties)),
        claims.about(fold, topics.SCORERS),
    )


def _merged(counts: Counter[Reference], merged: Mapping[str, str]) -> Counter[Reference]:
    """Add up what is counted for references to one person."""
    if not merged:
        return counts
    added: Counter[Reference] = Counter()
    for (player, team), count in counts.items():
        added[counts_as(player, merged), team] += count
    return added


def counts_as(person: str, merged: Mapping[str, str]) -> str:
    """Give the person that one counts as in the end.

    Corrections can make persons count as each other: then the first of them by id stands for all.
    """
    seen = [person]
    while (into := merged.get(seen[-1])) is not None:
        if into in seen:
            return min(seen[seen.index(into) :])
        seen.append(into)
    return seen[-1]


def _best(goals: Counter[Reference]) -> list[tuple[int, Reference]]:
    """Give those with most goals first, as totals have them where nobody was merged."""
    return nsmallest(SCORERS_MAX, ((-scored, scorer) for scorer, scored in goals.items()))


def _ranked(
    fold: "Fold", best: Sequence[tuple[int, Reference]], penalties: Counter[Reference]
) -> Iterator[Scorer]:
    rank = 0
    for index, (less, scorer) in enumerate(best):
        if index == 0 or less > best[index - 1][0]:
            rank = index + 1
        player, team = scorer
        yield Scorer(rank, player, team, team_name(fold, team).name, -less, penalties[scorer])
