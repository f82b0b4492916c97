"""Whom a list or another table leaves level: those teams are the ones to try."""

from collections import Counter
from collections.abc import Mapping
from string import ascii_lowercase

from events.criteria import Criterion, ExternalList
from events.regulations import Regulations
from projections.holes.ruled import Ruled, ruled_tables, settles_for_sure
from projections.metrics import exact


def lists_read(criteria: tuple[Criterion, ...], regulations: Regulations) -> list[ExternalList]:
    """Give the lists that criteria ask for, each once."""
    asked = dict.fromkeys(each.list for each in criteria if each.metric == "list")
    return [each for each in regulations.lists if each.name in asked]


def cast_of(table: Ruled, regulations: Regulations, teams: int) -> tuple[str, ...]:
    """Give so many teams for a table, those first whom its lists leave level with most others.

    Teams are letters where the regulations name too few of them.
    """
    lists = lists_read(table.rules.criteria, regulations)
    listed = dict.fromkeys(team for each in lists for team in each.rows)
    known = table.teams or tuple(listed)
    if len(known) < teams:
        known = tuple(ascii_lowercase[:teams])
    numbers = {team: _numbers(team, lists) for team in known}
    often = Counter(numbers.values())

    def is_parted(team: str) -> tuple[bool, int, int]:
        first = next(name for name in known if numbers[name] == numbers[team])
        return None not in numbers[team], -often[numbers[team]], known.index(first)

    return tuple(sorted(known, key=is_parted)[:teams]) if lists else known[:teams]


def _numbers(team: str, lists: list[ExternalList]) -> tuple[object, ...]:
    return tuple(exact(each.rows[team]) if team in each.rows else None for each in lists)


def places_of(
    criteria: tuple[Criterion, ...], regulations: Regulations, teams: tuple[str, ...]
) -> Mapping[str, Mapping[str, int]]:
    """Give places in the other tables: all of one where those may share it, else one each."""
    asked = {each.group for each in criteria if each.group is not None}
    if not asked:
        return {}
    shares = {
        table.group: not settles_for_sure(table.rules.criteria)
        or any(each.metric == "unknown" for each in table.rules.criteria)
        for table in ruled_tables(regulations)
        if table.group in asked
    }
    return {
        group: {team: 1 if shares[group] else place for place, team in enumerate(teams, 1)}
        for group in asked
    }
