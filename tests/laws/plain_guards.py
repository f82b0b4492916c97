"""When the plain ranker asks a criterion: each guard as the reference says it, in a few lines."""

from typing import Any

from events.criteria import Guard
from projections.contest import Contest
from tests.laws.plain_counting import sides_of, table_value

Teams = tuple[str, ...]


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
    listed = [{match.home, match.away} for match in (*contest.results, *coming(contest))]
    for two in listed:
        found.append(listed.count(two))
    return max(found)


def met_last(contest: Contest, level: Teams) -> bool | None:
    """Say whether they are two and their match was the last of both."""
    if len(level) != 2:
        return False
    theirs = [side.match for team in level for side in sides_of(contest, team)]
    together = [m for m in theirs if {m.home, m.away} == set(level)]
    apart = [m for m in theirs if m not in together]
    if any({m.home, m.away} & set(level) for m in coming(contest)):
        return False
    if not all(sides_of(contest, team) for team in level):
        return None
    for when in ("starts", "matchday"):
        moments = [getattr(m, when) for m in theirs]
        if None not in moments:
            last = max((getattr(m, when) for m in together), default=-1)
            others = [getattr(m, when) for m in apart]
            if last not in others:
                return all(moment < last for moment in others)
    return None


def matters(contest: Contest, above: int, count: int) -> bool:
    """Say whether a berth goes to some of the places and not to others."""
    shared = set(range(above + 1, above + count + 1))
    for first, last in contest.berths or ((1, 1),):
        granted = shared & set(range(first, last + 1))
        if granted and granted != shared:
            return True
    return False
