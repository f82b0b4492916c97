"""What is wrong in a season file is said with its line, its key, and what was expected there."""

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from events.errors import Malformed
from services.lines import Steps, line_at, lines_of, steps_of, written_path


class BadSeason(Exception):
    """Something in a season file is wrong, and nothing of it was posted."""

    def __init__(self, path: Path, where: str, wrong: str) -> None:
        self.path = path
        self.where = where
        self.wrong = wrong

    def __str__(self) -> str:
        return ", ".join(part for part in (str(self.path), self.where) if part) + f": {self.wrong}"


class Source:
    """A season file, which knows the line of each thing in it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._text = text

    @cached_property
    def lines(self) -> Mapping[Steps, int]:
        return lines_of(self._text)

    def bad(self, steps: Steps, wrong: str, name: str = "", key: Steps | None = None) -> BadSeason:
        """Say what is wrong at some steps, called by the key if there is one; a key that is missing
        is wrong at the beginning.
        """
        where = f"line {line_at(self.lines, steps) or 1}" + (f", {name}" if name else "")
        called = steps if key is None else key
        said = f"at {written_path(called)}: {wrong}" if called else wrong
        return BadSeason(self.path, where, said)


class Place(NamedTuple):
    """Something in a season file: what it is called, and the steps that lead to it.

    `elsewhere` leads to what is said of many things at once.
    """

    source: Source
    name: str = ""
    steps: Steps = ()
    elsewhere: Mapping[str, Steps] = {}

    @property
    def line(self) -> int | None:
        return line_at(self.source.lines, self.steps)

    def bad(self, key: Steps, wrong: str) -> BadSeason:
        if key and (steps := self.elsewhere.get(str(key[0]))) is not None:
            return self.source.bad((*steps, *key[1:]), wrong)
        return self.source.bad((*self.steps, *key), wrong, self.name, key)

    def malformed(self, error: Malformed, types: Collection[str]) -> BadSeason:
        """Say what has the wrong shape; of a name that there is not, which there are."""
        key = steps_of(error.path)
        if error.fields:
            return self.bad(key, none_of(error.fields, str(key[-1])))
        meant = perhaps(error.found.strip("'"), types) if key == ("type",) else ""
        return self.bad(key, f"expected {error.expected}, found {error.found}{meant}")


def none_of(known: Collection[str], found: str) -> str:
    """Say of a key that it is none of those there are, and which of them may be meant."""
    return f"expected one of {', '.join(known)}, found `{found}`{perhaps(found, known)}"


def perhaps(found: str, known: Collection[str]) -> str:
    near = get_close_matches(found, known, n=1)
    return f"; perhaps `{near[0]}` is meant" if near else ""
