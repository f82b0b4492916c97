"""Whether a criterion is asked of level teams: all that its guard says holds, or it is passed over.

What is not known does not hold, and neither does its opposite.
"""

from collections.abc import Iterator
from itertools import combinations

from events.criteria import Counted, Criterion, Guard
from projections.contest import Contest, Played, at_stake
from projections.metrics import Counts, Key


def not_held(guard: Guard, teams: tuple[str, ...], first: int, counts: Counts) -> str | None:
    """Name what does not hold of level teams, the best of whose places is `first`."""
    return next((name for name, holds in _asked(guard, teams, first, counts) if not holds), None)


def _asked(
    guard: Guard, teams: tuple[str, ...], first: int, counts: Counts
) -> Iterator[tuple[str, bool]]:
    size, last = len(teams), first + len(teams) - 1
    if guard.level is not None:
        yield "level", size == guard.level
    if guard.more_than is not None:
        yield "more_than", size > guard.more_than
    if guard.contest is not None:
        better, worse = guard.contest
        yield "contest", first <= better and last >= worse
    if guard.matters is not None:
        yield "matters", at_stake(first, last, counts.contest) is guard.matters
    if guard.complete is not None:
        yield "complete", counts.is_complete is guard.complete
    if guard.all_met is not None:
        yield "all_met", have_all_met(teams, counts) is guard.all_met
    if guard.met_last is not None:
        yield "met_last", _met_last(teams, counts) is guard.met_last
    if guard.level_on:
        yield "level_on", all(_is_level_on(metric, teams, counts) for metric in guard.level_on)
    if guard.nobody_else_on is not None:
        yield "nobody_else_on", _is_nobody_else_on(guard.nobody_else_on, teams, counts)


def have_all_met(teams: tuple[str, ...], counts: Counts) -> bool:
    """Say whether each two of these have played all their matches against each other."""
    own = set(teams)
    if any(match.home in own and match.away in own for match in counts.to_play):
        return False
    return all(counts.met(*pair) >= counts.meetings for pair in combinations(teams, 2))


def _met_last(teams: tuple[str, ...], counts: Counts) -> bool | None:
    """Say whether two met in the last match of both; None where it is not known which was last."""
    if len(teams) != 2:
        return False
    if any({match.home, match.away} & set(teams) for match in counts.to_play):
        return False
    one, other = (_last(counts.results_of(team)) for team in teams)
    if one is None or other is None:
        return None
    return one is other and {one.home, one.away} == set(teams)


def _last(results: list[Played]) -> Played | None:
    """Give the last match of a team; None where it has none, or nobody knows the order."""
    for name in ("starts", "matchday"):
        when = [getattr(result, name) for result in results]
        if when and None not in when and when.count(max(when)) == 1:
            return results[when.index(max(when))]
    return None


def _values(metric: Counted, teams: tuple[str, ...], counts: Counts) -> dict[str, Key] | None:
    return counts.keys(Criterion(metric=metric), teams, teams)


def _is_level_on(metric: Counted, teams: tuple[str, ...], counts: Counts) -> bool:
    values = _values(metric, teams, counts)
    return values is not None and len(set(values.values())) == 1


def _is_nobody_else_on(metric: Counted, teams: tuple[str, ...], counts: Counts) -> bool:
    values = _values(metric, counts.contest.teams, counts)
    if values is None:
        return False
    own = {values[team] for team in teams}
    return not any(value in own for team, value in values.items() if team not in teams)


def interim_holds(contest: Contest, counts: Counts) -> bool:
    """Say whether the interim criteria rank the whole table; of pairs each is asked for itself."""
    interim = contest.interim
    if interim is None or counts.is_complete or interim.until == "pair_met":
        return False
    if interim.until == "all_played":
        return True
    matchday = interim.matchday or 0
    if any(match.matchday is None or match.matchday <= matchday for match in counts.to_play):
        return True
    begun = (result.matchday or 0 for result in contest.results)
    return not contest.complete and max(begun, default=0) < matchday
