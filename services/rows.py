"""A CSV file is believed whole or not at all: every bad cell is told, with its line and column.

Each row is asked for the values that its reader needs; what a cell cannot be is noted with what was
expected and what was found, and the reading goes on, so that all of it is said at once.
"""

import csv
import difflib
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import msgspec

COUNT_MAX = 999
FAULTS_SHOWN_MAX = 50

_INTEGER = re.compile(r"[+-]?[0-9]{1,9}")
_TRUE, _FALSE = frozenset({"1", "true", "yes"}), frozenset({"", "0", "false", "no"})
_LIKE = 0.8  # a column this much like one that is read is a misspelling of it


class Fault(msgspec.Struct, frozen=True, order=True):
    """What is wrong in a line, and in which column where it is about one."""

    line: int
    column: str | None
    wrong: str

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column else ""
        return f"line {self.line}{column}: {self.wrong}"


class BadRows(Exception):
    """Rows of a file that cannot be; nothing of it is used."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.path = path
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))

    def __str__(self) -> str:
        shown = [f"  {fault}" for fault in self.faults[:FAULTS_SHOWN_MAX]]
        left = len(self.faults) - len(shown)
        more = [f"  and {left} more"] if left else []
        count = len(self.faults)
        heading = f"{self.path} has {count} fault{'s' if count > 1 else ''}, and nothing is read"
        return "\n".join([f"{heading}:", *shown, *more])


class Rows(msgspec.Struct):
    """The rows of a file; what is found to be wrong with them; the columns that nobody reads."""

    path: Path
    rows: tuple["Row", ...]
    faults: list[Fault]
    ignored: tuple[str, ...]

    def believed(self) -> None:
        """Raise BadRows if anything is wrong."""
        if self.faults:
            raise BadRows(self.path, self.faults)


class Row:
    """A line of the file by column. An empty cell holds nothing, as a column that is not there."""

    def __init__(self, line: int, cells: Mapping[str, str], faults: list[Fault]) -> None:
        self.line = line
        self._cells = cells
        self._faults = faults

    def bad(self, column: str | None, wrong: str) -> None:
        self._faults.append(Fault(self.line, column, wrong))

    def expected(self, column: str, expected: str) -> None:
        """Note that the cell does not hold what is expected."""
        found = self.text(column)
        self.bad(column, f"expected {expected}, found {shown(found) if found else 'nothing'}")

    def text(self, column: str) -> str:
        return self._cells.get(column, "")

    def has(self, *columns: str) -> bool:
        return any(self.text(column) for column in columns)

    def needed(self, column: str, expected: str) -> str:
        """Give the text of a cell that must not be empty."""
        if not self.has(column):
            self.expected(column, expected)
        return self.text(column)

    def word(self, column: str, allowed: Collection[str], default: str) -> str:
        """Give one of the words that are allowed, whatever the case."""
        found = self.text(column).lower() or default
        if found not in allowed:
            self.expected(column, f"one of {', '.join(allowed)}")
            return default
        return found

    def count(self, column: str) -> int | None:
        """Give a number of at least 0; None where there is none, or where it is wrong."""
        return self.integer(column, least=0)

    def integer(self, column: str, least: int = -COUNT_MAX) -> int | None:
        found = self.text(column)
        if not found:
            return None
        number = int(found) if _INTEGER.fullmatch(found) else None
        if number is None or not least <= number <= COUNT_MAX:
            self.expected(column, f"a whole number from {least} to {COUNT_MAX}")
            return None
        return number

    def pair(self, home: str, away: str) -> tuple[int, int] | None:
        """Give the numbers of both sides, or None; one without the other is a fault."""
        for one, other in ((home, away), (away, home)):
            if self.has(one) and not self.has(other):
                self.expected(other, f"a whole number, as {one} has one")
        numbers = self.count(home), self.count(away)
        return None if numbers[0] is None or numbers[1] is None else (numbers[0], numbers[1])

    def is_set(self, column: str) -> bool:
        found = self.text(column).lower()
        if found not in _TRUE | _FALSE:
            self.expected(column, "1, 0 or nothing")
        return found in _TRUE

    def day(self, column: str) -> date | None:
        found = self.text(column)
        if not found:
            return None
        try:
            if len(found) == len("1998-07-12"):
                return date.fromisoformat(found)
        except ValueError:
            pass
        self.expected(column, "a day of the calendar like 1998-07-12")
        return None

    def only(self, kind: str, columns: Collection[str], allowed: Collection[str]) -> None:
        """Note what is filled in and has no meaning in this kind of row."""
        for column in columns:
            if column not in allowed and self.has(column):
                self.bad(column, f"expected nothing in a row of kind {kind}, found "
                         f"{shown(self.text(column))}")  # fmt: skip


def shown(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}…")


def read(path: Path, known: Sequence[str], needed: Collection[str]) -> Rows:
    """Read a file whose columns are among the known ones, with the needed ones in it.

    Columns that nobody knows are ignored, and named; one that looks like a known column written
    wrong is a fault. Raises BadRows where there are no rows to go on with.
    """
    lines = list(_lines(path, _text(path)))
    if not lines:
        raise BadRows(path, [Fault(1, None, f"expected the columns {', '.join(known)}")])
    faults: list[Fault] = []
    (at, header), *rest = lines
    columns = [name.strip().lower() for name in header]
    ignored = tuple(_unknown(at, columns, known, faults))
    for name in needed:
        if name not in columns:
            faults.append(Fault(at, name, "expected this column, and it is not there"))
    for name, times in Counter(columns).items():
        if times > 1 and name:
            faults.append(Fault(at, name, f"expected this column once, found it {times} times"))
    if faults:
        raise BadRows(path, faults)
    rows = tuple(row for line, cells in rest if (row := _row(line, cells, columns, faults)))
    return Rows(path, rows, faults, ignored)


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        wrong = f"expected UTF-8, found the byte {error.object[error.start]:#04x}"
        raise BadRows(path, [Fault(line, None, wrong)]) from None
    except OSError as error:
        wrong = f"the file cannot be read ({error.strerror})"
        raise BadRows(path, [Fault(1, None, wrong)]) from None


def _lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the records that hold anything, each with the line where it begins."""
    records = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in records:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = records.line_num + 1
    except csv.Error as error:
        raise BadRows(path, [Fault(begins, None, f"this is not CSV: {error}")]) from None


def _unknown(
    line: int, columns: Sequence[str], known: Sequence[str], faults: list[Fault]
) -> Iterator[str]:
    for name in columns:
        if name in known:
            continue
        like = difflib.get_close_matches(name, set(known) - set(columns), n=1, cutoff=_LIKE)
        if like:
            faults.append(Fault(line, name, f"there is no such column; {like[0]} may be meant"))
        elif name:
            yield name


def _row(line: int, cells: list[str], columns: list[str], faults: list[Fault]) -> Row | None:
    if len(cells) != len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
        wrong = f"expected {len(columns)} cells as in the first line, found {len(cells)}"
        faults.append(Fault(line, None, wrong))
        return None
    return Row(
        line, {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}, faults
    )
