"""What recorded decisions come to among teams that are level when they are asked."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from projections.contest import Decided
from projections.metrics import Counts


def shoot_outs(teams: tuple[str, ...], counts: Counts) -> tuple[Decided, ...]:
    """Give the shoot-outs after drawn matches among level teams, the newest last."""
    found = {
        (result.starts or 0, result.matchday or 0, result.leg or 0, result.match or ""): result
        for team in teams
        for result in counts.results_of(team)
        if result.shoot_out and result.outcome == "draw" and {result.home, result.away} <= {*teams}
    }
    decided: list[Decided] = []
    for _, result in sorted(found.items()):
        assert result.shoot_out is not None
        kicks = result.shoot_out
        best = (result.home, result.away) if kicks[0] > kicks[1] else (result.away, result.home)
        numbers = max(kicks), min(kicks)
        order = tuple((team,) for team in best)
        decided.append(Decided("shoot_out", order, match=result.match, numbers=numbers))
    return tuple(decided)


def cut(teams: tuple[str, ...], decisions: Sequence[Decided]) -> list[tuple[str, ...]]:
    """Part teams wherever a decision puts each one above the cut before each one below it.

    An order that leaves a team out says nothing about that team, and so parts only
    what it names; of two decisions about the same two teams the newer counts.
    """
    if not decisions:
        return [teams]
    above = {team: _put_below(team, teams, decisions) for team in teams}
    best_first = sorted(teams, key=lambda team: (-len(above[team]), team))
    parts: list[tuple[str, ...]] = []
    start = 0
    for end in range(1, len(teams) + 1):
        below = set(best_first[end:])
        if all(below <= above[team] for team in best_first[:end]):
            parts.append(tuple(sorted(best_first[start:end])))
            start = end
    return parts


def are_decided(kind: str, teams: tuple[str, ...], decisions: Sequence[Decided]) -> bool:
    """Say whether each two teams were decided about, if only that they stay level.

    Of kicks one shoot-out is enough: there is none after a match that was not drawn.
    """
    told = (newest(*pair, decisions) is not None for pair in combinations(teams, 2))
    return any(told) if kind == "shoot_out" else all(told)


def _put_below(team: str, teams: Iterable[str], decisions: Sequence[Decided]) -> set[str]:
    found = ((other, newest(team, other, decisions)) for other in teams)
    return {other for other, newest in found if newest and newest.puts(team, above=other)}


def newest(team: str, other: str, decisions: Sequence[Decided]) -> Decided | None:
    both = (decided for decided in reversed(decisions) if {team, other} <= decided.places.keys())
    return next(both, None)
