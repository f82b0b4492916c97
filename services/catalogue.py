"""The regulations that come with Pitazo, by name, and those of anybody's file.

A set is one TOML file of the folder `regulations`, called by the name it is asked for. Whatever is
read is believed whole or not at all: what is wrong is said with its line and its key, what was
expected there, and what would be allowed.
"""

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from events.codec import Json, read_event, read_json
from events.errors import Malformed, Refused
from events.possible_rules import possible_regulations
from events.regulations import Regulations
from events.types import CompetitionCreated
from services.lines import Steps, line_at, lines_of, steps_of, written_path
from services.places import none_of

FOLDER = Path(__file__).resolve().parents[1] / "regulations"
SUFFIX = ".toml"
NEAR_NAMES_SHOWN = 3

_CARRIED = "$.regulations"
_NO_EVENT = "00000000-0000-4000-8000-000000000000"
_JSON_MARKS = re.compile(r'("(?:\\.|[^"\\])*")|:')


class Listed(msgspec.Struct, frozen=True):
    """A set as a program needs it to pick the one of an edition."""

    name: str
    organiser: str | None
    competition: str | None
    editions: tuple[int, ...]
    stages: tuple[str, ...]
    source: str | None
    articles: tuple[str, ...]


class UnknownRegulations(Exception):
    """Neither a set nor a file has that name."""

    def __init__(self, name: str, near: tuple[str, ...]) -> None:
        self.name = name
        self.near = near

    def __str__(self) -> str:
        nearest = f"; the nearest are {', '.join(self.near)}" if self.near else ""
        return (
            f"{self.name} is neither a file nor a set that is built in{nearest}; "
            "`pitazo regulations list` names them all"
        )


class BadRegulations(Exception):
    """Something in a file of regulations is wrong, so nothing of it is used."""

    def __init__(self, path: Path, line: int | None, key: str, wrong: str) -> None:
        self.path = path
        self.line = line
        self.key = key
        self.wrong = wrong

    def __str__(self) -> str:
        where = [str(self.path), *([f"line {self.line}"] if self.line else [])]
        return ", ".join(where) + ": " + (f"at {self.key}: " if self.key else "") + self.wrong


def sets() -> tuple[Listed, ...]:
    """List the sets that are built in, by name."""
    return tuple(listed(name, named(name)) for name in names())


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in FOLDER.glob(f"*{SUFFIX}")))


@cache
def named(name: str) -> Regulations:
    """Give the set of that name. Raises UnknownRegulations."""
    known = names()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=NEAR_NAMES_SHOWN)
        raise UnknownRegulations(name, tuple(near))
    return read(FOLDER / f"{name}{SUFFIX}")


def found(asked: str) -> Regulations:
    """Give the set of that name, else the regulations of the file at that path.

    Raises UnknownRegulations, BadRegulations.
    """
    path = Path(asked)
    return read(path) if asked not in names() and path.exists() else named(asked)


def listed(name: str, regulations: Regulations) -> Listed:
    return Listed(
        name=name,
        organiser=regulations.organiser,
        competition=regulations.competition,
        editions=regulations.editions,
        stages=tuple(stage.name for stage in regulations.stages),
        source=regulations.source,
        articles=tuple(dict.fromkeys(_articles(regulations))),
    )


def _articles(regulations: Regulations) -> Iterator[str]:
    """Give where the rules are written: of all of them, then rule by rule."""
    if regulations.articles:
        yield regulations.articles
    yield from _articles_in(msgspec.to_builtins(regulations))


def _articles_in(value: object) -> Iterator[str]:
    for name, inner in value.items() if isinstance(value, dict) else ():
        if name == "article":
            yield inner
        else:
            yield from _articles_in(inner)
    for inner in value if isinstance(value, list | tuple) else ():
        yield from _articles_in(inner)


# Reading


def read(path: Path) -> Regulations:
    """Read a file of regulations, in TOML or JSON, or those of a season file or its folder.

    Raises BadRegulations.
    """
    path = path / "season.toml" if path.is_dir() else path
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        wrong = f"expected UTF-8, found the byte {error.object[error.start]:#04x} at {error.start}"
        raise BadRegulations(path, None, "", wrong) from None
    except OSError as error:
        raise BadRegulations(path, None, "", f"it cannot be read ({error.strerror})") from None
    is_json = path.suffix == ".json"
    content = _from_json(path, text) if is_json else _from_toml(path, text)
    inside: Steps = ("regulations",) if "regulations" in content else ()
    try:
        return _typed(content["regulations"] if inside else content)
    except Malformed as error:
        key = steps_of(error.path.removeprefix(_CARRIED))
        wrong = f"expected {error.expected}, found {error.found}"
        if error.fields:
            wrong = none_of(error.fields, str(key[-1]))
    except Refused as refused:
        wrong = str(refused)
        key = steps_of(str(refused.facts.get("path", "")).removeprefix(_CARRIED[2:]))
    lines = lines_of_json(text) if is_json else lines_of(text)
    raise BadRegulations(
        path, line_at(lines, (*inside, *key)), written_path((*inside, *key)), wrong
    )


def _from_toml(path: Path, text: str) -> Json:
    try:
        parsed = json.dumps(tomllib.loads(text), default=_iso, ensure_ascii=False)
        return dict(read_json(parsed.encode()))
    except tomllib.TOMLDecodeError as error:
        raise BadRegulations(path, None, "", f"this is not TOML: {error}") from None
    except Malformed as error:
        steps = steps_of(error.path)
        wrong = f"expected {error.expected}, found {error.found}"
        line = line_at(lines_of(text), steps)
        raise BadRegulations(path, line, written_path(steps), wrong) from None


def _from_json(path: Path, text: str) -> Json:
    try:
        parsed = read_json(text.encode())
    except Malformed as error:
        steps = steps_of(error.path)
        wrong = f"expected {error.expected}, found {error.found}"
        line = line_at(lines_of_json(text), steps) if steps else None
        raise BadRegulations(path, line, written_path(steps), wrong) from None
    if not isinstance(parsed, dict):
        raise BadRegulations(path, 1, "", "expected an object with the regulations in it")
    return parsed


def _typed(regulations: Any) -> Regulations:
    """Hold the regulations against the language as if an event carried them."""
    event = read_event(
        {
            "id": _NO_EVENT,
            "type": CompetitionCreated.__struct_config__.tag,
            "competition": "regulations",
            "regulations": regulations,
        }
    ).event
    assert isinstance(event, CompetitionCreated)
    possible_regulations(event.regulations)
    return event.regulations


def lines_of_json(text: str) -> Mapping[Steps, int]:
    """Give the line of every value: JSON reads like an inline table whose colons are `=`."""
    as_table = "json = " + _JSON_MARKS.sub(lambda mark: mark[1] or "=", text)
    return {steps[1:]: line for steps, line in lines_of(as_table).items()}


def _iso(value: date | datetime | time) -> str:
    return value.isoformat()
