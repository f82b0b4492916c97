"""External lists, from the regulations or from a file, by what teams are called in the results.

A file is a CSV with the columns team and value. Who is not in it has a value that nobody knows.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec.structs import replace

from events.criteria import ExternalList
from events.regulations import Regulations
from services import rows

COLUMNS = ("team", "value")
_EXACT = re.compile(r"-?[0-9]{1,12}(/[1-9][0-9]{0,11}|\.[0-9]{1,9})?")


class UnknownList(Exception):
    """A list was given that the regulations do not ask for."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name = name
        self.known = known

    def __str__(self) -> str:
        known = f"there is {', '.join(self.known)}" if self.known else "they ask for no list"
        return f"the regulations ask for no list {self.name}; {known}"


def lists_of(
    regulations: Regulations, given: Mapping[str, Path], teams: Iterable[str]
) -> dict[str, ExternalList]:
    """Give the lists of the regulations, with the rows of the files that are given for them.

    Raises UnknownList, BadRows.
    """
    known = {each.name: each for each in regulations.lists}
    for name in given:
        if name not in known:
            raise UnknownList(name, tuple(known))
    filled = {name: replace(known[name], rows=read(path)) for name, path in given.items()}
    called = tuple(teams)
    return {name: _by_words(each, called) for name, each in {**known, **filled}.items()}


def read(path: Path) -> dict[str, int | str]:
    """Read the rows of a list. Raises BadRows."""
    table = rows.read(path, COLUMNS, COLUMNS)
    values: dict[str, int | str] = {}
    for row in table.rows:
        team, value = row.needed("team", "a team"), row.needed("value", "a number")
        if value and not _EXACT.fullmatch(value):
            row.expected("value", "a number like 12, 113.25 or 31/3")
        elif team in values:
            row.bad("team", f"expected each team once, found {rows.shown(team)} again")
        values[team] = int(value) if value.lstrip("-").isdecimal() else value
    table.believed()
    return values


def _by_words(given: ExternalList, teams: Iterable[str]) -> ExternalList:
    """Let the rows stand under what the teams are called; an id is a name as well."""
    values = dict(given.rows)
    found = {team: values.get(team, values.get(_id(team))) for team in teams}
    return replace(given, rows={team: value for team, value in found.items() if value is not None})


def _id(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")
