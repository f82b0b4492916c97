"""Results that somebody else wrote down become facts: of a new season, or of one that is running.

The files are read, held against the regulations and against each other, and folded before anything
is written or posted: what cannot be is told with its file and line, and then nothing is done. What
is odd is told, and stands as it is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from events.codec import Json
from events.errors import Refused
from events.possible_rules import possible_regulations
from events.regulations import Regulations
from projections.fold import Fold
from services.importing import football_json, football_txt
from services.importing.edition import Edition, grouped, is_team, outline
from services.importing.facts import Recorder
from services.importing.names import Ids
from services.importing.told import Match, Told
from services.importing.where import Where
from services.importing.writing import write
from services.rows import BadRows, Fault
from services.season import Fact

__all__ = ["Imported", "into_competition", "read", "write_season"]


class Imported(Struct, frozen=True):
    """What an import came to. `odd` are sentences, each with its file and line where it has one;
    `waiting` counts the matches of which it is not known yet who plays them.
    """

    facts: tuple[Fact, ...]
    teams: int
    matches: int
    waiting: int
    repeated: int
    odd: tuple[str, ...]


class NoEdition(Exception):
    """Regulations into which the matches of the files do not go."""

    def __init__(self, wrong: str) -> None:
        self.wrong = wrong

    def __str__(self) -> str:
        return f"the matches do not go into these regulations: {self.wrong}"


def read(paths: Sequence[Path]) -> tuple[Told, ...]:
    """Read files, each by what it holds. Raises BadRows, for the first that cannot be read."""
    return tuple(_read(path) for path in paths)


def _read(path: Path) -> Told:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        wrong = f"expected UTF-8, found the byte {error.object[error.start]:#04x}"
        raise BadRows(path, [Fault(line, None, wrong)]) from None
    except OSError as error:
        raise BadRows(path, [Fault(1, None, f"it cannot be read ({error.strerror})")]) from None
    is_json = path.suffix.lower() == ".json" or text.lstrip().startswith("{")
    reader: Callable[[Path, str], Told] = football_json.read if is_json else football_txt.read
    return reader(path, text)


def write_season(
    files: Sequence[Told],
    competition: str,
    into: Path,
    *,
    regulations: Regulations | None = None,
    zone: ZoneInfo | None = None,
    source: str | None = None,
) -> Imported:
    """Write a season file with all that the files say.

    Raises BadRows, NoEdition, AlreadyThere.
    """
    name = next((told.name for told in files if told.name), None)
    ids = Ids()
    matches = _in_order(files)
    edition = Edition(regulations or outline([match for _, match in matches]), ids)
    _field(edition, files, matches)
    rules = edition.regulations()
    try:
        possible_regulations(rules)
    except Refused as refused:
        raise NoEdition(str(refused)) from None
    head: Json = {"competition": competition, "name": name, "time_zone": zone.key if zone else None}
    head = {key: value for key, value in head.items() if value is not None}
    head["regulations"] = msgspec.to_builtins(_noted(rules, files))
    fold = Fold()
    recorder = Recorder(competition, fold, ids, zone)
    recorder.tell("competition_created", **head)
    imported = _recorded(recorder, files, matches, ids, source)
    every = {"basis": "reported", "source": _source(files[0], source)}
    write(into, head, every, recorder.said[1:], _comment(files, regulations is not None))
    return replace(imported, facts=imported.facts[1:])


def into_competition(
    files: Sequence[Told],
    competition: str,
    fold: Fold,
    people: Iterable[Mapping[str, Any]],
    *,
    zone: tzinfo | None = None,
    source: str | None = None,
) -> Imported:
    """Give the facts that a competition, folded as far as it is, does not have yet.

    Raises BadRows.
    """
    entered = ((team, fold.team(team)) for team in fold.totals.teams)
    ids = Ids((known.names.full if known else team, team) for team, known in entered)
    recorder = Recorder(competition, fold, ids, zone)
    for person in people:
        recorder.know(person["person"], person["name"], person["team"] or "")
    return _recorded(recorder, files, _in_order(files), ids, source)


def _in_order(files: Sequence[Told]) -> list[tuple[Told, Match]]:
    """Give the matches by day; one without a day stays behind the one before it."""
    groups = {name: teams for told in files for name, teams in told.groups.items()}
    dated: list[tuple[date, Told, Match]] = []
    for told in files:
        day = date.min
        for match in told.matches:
            day = match.day or day
            dated.append((day, told, grouped(match, groups)))
    return [(told, match) for _, told, match in sorted(dated, key=lambda each: each[0])]


def _field(edition: Edition, files: Sequence[Told], matches: Sequence[tuple[Told, Match]]) -> None:
    for told in files:
        for group, teams in told.groups.items():
            edition.define(Where(group=group), teams)
    faults = [
        (told.path, fault) for told, match in matches if (fault := edition.field(match)) is not None
    ]
    _believed(faults)


def _recorded(
    recorder: Recorder,
    files: Sequence[Told],
    matches: Sequence[tuple[Told, Match]],
    ids: Ids,
    source: str | None,
) -> Imported:
    """Record teams, then persons, then the matches by day. Raises BadRows."""
    odd = [f"{told.path}, line {line}: {wrong}" for told in files for line, wrong in told.odd]
    codes = {name: code for told in files for name, code in told.codes.items()}
    for told in files:
        recorder.every(basis="reported", source=_source(told, source))
        in_groups = [team for teams in told.groups.values() for team in teams]
        playing = [team for match in told.matches for team in (match.home, match.away)]
        recorder.enter(list(dict.fromkeys(filter(is_team, [*in_groups, *playing]))), codes)
        recorder.name([match for of, match in matches if of is told])
    faults: list[tuple[Path, Fault]] = []
    for told, match in matches:
        recorder.every(basis="reported", source=_source(told, source))
        said, wrong = len(recorder.odd), len(recorder.faults)
        recorder.record(match)
        odd += [f"{told.path}, line {line}: {text}" for line, text in recorder.odd[said:]]
        faults += [(told.path, fault) for fault in recorder.faults[wrong:]]
    _believed(faults)
    return Imported(
        facts=tuple(recorder.facts),
        teams=len({ids.of(name) for _, match in matches
                   for name in (match.home, match.away) if is_team(name)}),
        matches=len(matches) - recorder.waiting,
        waiting=recorder.waiting,
        repeated=recorder.repeated,
        odd=(*odd, *ids.odd),
    )  # fmt: skip


def _believed(faults: Sequence[tuple[Path, Fault]]) -> None:
    """Raise BadRows for the first file with faults."""
    if faults:
        path = faults[0][0]
        raise BadRows(path, [fault for of, fault in faults if of == path])


def _source(told: Told, source: str | None) -> str:
    return source or ", ".join(filter(None, (told.name, told.path.name)))


def _noted(rules: Regulations, files: Sequence[Told]) -> Regulations:
    names = ", ".join(told.path.name for told in files)
    note = f"Groups and ties are those of the matches in {names}; first named is at home."
    return replace(rules, notes=(*rules.notes, note))


def _comment(files: Sequence[Told], has_rules: bool) -> str:
    names = ", ".join(told.path.name for told in files)
    title = next((told.name for told in files if told.name), "Results")
    rules = (
        "The regulations are those that were given, with the groups and ties of this edition."
        if has_rules
        else "The regulations were not given: teams level on points stay level."
    )
    return (
        f"{title}: imported from {names}.\n\n"
        "Known: what these files say, fact by fact; a goal is a fact where they name who scored.\n"
        f"{rules}\n"
        "Not known: where there is only a day, the time, or how far it is from UTC."
    )
