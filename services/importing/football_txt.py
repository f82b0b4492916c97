"""Football.TXT of openfootball, line by line: headings, days, matches, and who scored in them.

Line-ups, cards and officials are left out, which is told. Any other line that means nothing is a
fault, told with what was expected, and nothing of the file is used.
"""

import re
from collections.abc import Iterator
from datetime import date, timezone
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from services.importing.football_json import offset_of
from services.importing.told import Match, Told
from services.importing.txt_dates import Calendar, day_at, time_at
from services.importing.txt_goals import NoGoals, goals_of
from services.importing.txt_match import NoMatch, details_of, fate_of, match_of
from services.importing.where import Where, is_heading, where_of
from services.rows import BadRows, Fault

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_MARK = re.compile(r"^(?:[▪»•●■]|::)\s*(.+)$")
_HEADING = re.compile(r"^(=+)\s*(.+?)\s*=*$")
_NUMBER = re.compile(r"^\(([0-9]{1,4})\)\s+")
_PROPERTY = re.compile(r"^(?![0-9])([^:|@]{1,60}):(?:\s+|$)(.*)$")
_MINUTE = re.compile(r"[0-9]\s*['’′]")
_VENUE = re.compile(r"(?:^|\s)@\s*")
_NOTE = re.compile(r"\s*\[([^\[\]]*)\]\s*$")
_BESIDE = re.compile(r"\((?:att|attn|attendance)[^()]*\)|\(\s*(?:UTC|GMT)\s?[+-][0-9:]+\s*\)", re.I)
_ENDS = "__END__"
JOINED_LINES_MAX = 20
LINE_CHARACTERS_MAX = 2_000


class _Line(Struct, frozen=True):
    """What stands on a line, or on several that go together, without comments."""

    number: int
    text: str


def read(path: Path, text: str) -> Told:
    """Read a file. Raises BadRows, with all that is wrong."""
    reader = _Reader(path)
    for line in _lines(text):
        reader.take(line)
    return reader.told()


def _lines(text: str) -> Iterator[_Line]:
    """Give the lines that say anything, with what goes on in the next one put behind."""
    begun: _Line | None = None
    joined = 0
    for number, written in enumerate(_without_comments(text).splitlines(), 1):
        stripped = written.strip()
        if stripped == _ENDS:
            break
        if not stripped:
            continue
        goes_on = begun is not None and joined < JOINED_LINES_MAX and _is_open(begun.text)
        if begun is not None and goes_on:
            begun, joined = replace(begun, text=f"{begun.text} {stripped}"), joined + 1
            continue
        if begun is not None:
            yield begun
        begun, joined = _Line(number, stripped), 0
    if begun is not None:
        yield begun


def _without_comments(text: str) -> str:
    """Blank what is commented out, so that every line keeps its number."""
    text = re.sub(r"<!--.*?-->", lambda said: "\n" * said[0].count("\n"), text, flags=re.DOTALL)
    return "\n".join(_COMMENT.sub("", line) for line in text.splitlines())


def _is_open(text: str) -> bool:
    """Say whether a line goes on in the next: in brackets, after a comma, in a line-up."""
    if text.count("(") > text.count(")") or text.count("[") > text.count("]"):
        return True
    return text.endswith((",", ";")) or (bool(_PROPERTY.match(text)) and text.endswith(("-", "–")))


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._name: str | None = None
        self._calendar = Calendar()
        self._stage = ""
        self._where = Where()
        self._day: date | None = None
        self._venue: str | None = None
        self._matches: list[Match] = []
        self._groups: dict[str, tuple[str, ...]] = {}
        self._faults: list[Fault] = []
        self._odd: list[tuple[int, str]] = []
        self._left_out: list[int] = []
        self._matches_before_heading = 0

    def told(self) -> Told:
        if not self._matches and not self._faults:
            self._faults.append(Fault(1, None, "expected matches, found none"))
        if self._faults:
            raise BadRows(self._path, self._faults)
        if self._left_out:
            many = f"{len(self._left_out)} times line-ups, cards or officials, which are left out"
            self._odd.append((self._left_out[0], many))
        return Told(
            path=self._path,
            name=self._name,
            matches=tuple(self._matches),
            groups=self._groups,
            odd=tuple(self._odd),
        )

    def take(self, line: _Line) -> None:
        text = line.text
        if len(text) > LINE_CHARACTERS_MAX:
            self._bad(line, f"expected at most {LINE_CHARACTERS_MAX} characters, found {len(text)}")
        elif said := _HEADING.match(text):
            self._title(line, len(said[1]), said[2])
        elif said := _MARK.match(text):
            self._head(said[1].partition("|")[0])
        elif "|" in text:
            self._define(line)
        elif text[0] in "([" and not _NUMBER.match(text) and not day_at(text.strip("[] ")):
            self._bracketed(line)
        elif is_heading(text.strip("[]").rstrip(":")):
            self._head(text.strip("[]").rstrip(":"))
        elif said := _PROPERTY.match(text):
            self._property(line, said[1], said[2])
        elif _MINUTE.search(text) and self._matches and self._matches[-1].goals is None:
            self._scorers(line, text)
        else:
            self._match(line)

    def _bad(self, line: _Line, wrong: str) -> None:
        self._faults.append(Fault(line.number, None, wrong))

    # Headings

    def _title(self, line: _Line, level: int, title: str) -> None:
        self._calendar.begin(title)
        self._where, self._day, self._venue = Where(), None, None
        if level > 1:
            self._stage = title.partition("|")[0].strip()
        elif self._name in (None, title):
            self._name, self._stage = title, ""
        else:
            self._bad(
                line, f"expected one competition a file, found {title!r} beside {self._name!r}"
            )

    def _head(self, heading: str) -> None:
        where = where_of(heading, stage=self._stage)
        has_matches = len(self._matches) > self._matches_before_heading
        if where.matchday is not None and not where.round and not where.group and not has_matches:
            where = replace(where, group=self._where.group)
        self._where, self._matches_before_heading = where, len(self._matches)
        self._day = self._venue = None

    def _define(self, line: _Line) -> None:
        """Take who is in a group; when a round is played is said again by its matches."""
        name, _, rest = line.text.partition("|")
        where = where_of(name)
        if not where.group:
            if not is_heading(name.strip()):
                self._bad(line, "expected a group or a round before `|`, like Group A | …")
            return
        teams = tuple(filter(None, re.split(r"\s{2,}|\t|\s*\|\s*", rest.strip())))
        if len(teams) < 2:
            self._bad(
                line, "expected the teams of a group, two spaces apart: Group A | Peru  Chile"
            )
        self._groups[where.group] = teams

    # Matches

    def _match(self, line: _Line) -> None:
        number = _NUMBER.match(line.text)
        text = line.text[number.end() :] if number else line.text
        day, text, is_bad = self._dated(line, text)
        timed = time_at(text)
        at, offset, text = timed or (None, None, text)
        venue, text = _place_before(text)
        if is_bad:
            return
        if not text:
            self._day, self._venue = day or self._day, venue
            if day is None:
                self._bad(line, "expected a heading, a day or a match, found only a time or place")
            return
        if day is not None:
            self._day = day
        body, behind, zone = _place_behind(text)
        body, note = _note(body)
        try:
            said = match_of(body)
        except NoMatch as wrong:
            self._bad(line, f"{wrong.wrong}, found {line.text[:80]!r}")
            return
        match = Match(
            line=line.number,
            where=self._where,
            home=said.home,
            away=said.away,
            number=int(number[1]) if number else None,
            day=day or self._day,
            at=at,
            offset=offset or (zone if at else None),
            venue=behind or venue or self._venue,
            score=said.score,
            fate=(fate_of(note) if note else None) or said.fate,
            note=note,
        )
        self._matches.append(match)

    def _dated(self, line: _Line, text: str) -> tuple[date | None, str, bool]:
        """Take the day that a line begins with; say whether that is wrong."""
        written = day_at(text.removeprefix("["))
        if written is None:
            return None, text, False
        rest = written.rest
        if text.startswith("["):
            rest = rest.replace("]", "", 1).strip()
        day, wrong = self._calendar.resolve(written)
        if day is None:
            self._bad(line, wrong)
        elif wrong:
            self._odd.append((line.number, wrong))
        return day, rest, day is None

    def _bracketed(self, line: _Line) -> None:
        """Take the scorers, or a note on the match before."""
        inside = line.text[1:].rstrip(")] ") if line.text[-1] in ")]" else line.text[1:]
        if not self._matches:
            self._bad(line, "expected a match before its scorers or a note")
        elif line.text.startswith("(") or (re.search(r"[0-9]", inside) and not _is_note(inside)):
            self._scorers(line, _inside(line.text))
        else:
            last = self._matches[-1]
            fate = last.fate or fate_of(inside)
            self._matches[-1] = replace(last, note=last.note or inside or None, fate=fate)

    def _scorers(self, line: _Line, text: str) -> None:
        last = self._matches[-1]
        if last.goals is not None:
            self._bad(line, "expected one line of scorers for a match, found another one")
            return
        try:
            goals = goals_of(text, last.score)
        except NoGoals as wrong:
            self._bad(line, wrong.wrong)
            return
        self._matches[-1] = replace(last, goals=goals or None)

    def _property(self, line: _Line, name: str, said: str) -> None:
        if name.strip().lower() == "goals" and self._matches:
            self._scorers(line, said)
        else:
            self._left_out.append(line.number)


def _inside(text: str) -> str:
    """Take off the brackets around, not those of a mark like (p)."""
    return text[1:-1] if text[-1] in ")]" else text[1:]


def _is_note(inside: str) -> bool:
    return fate_of(inside) is not None or details_of(inside) or not re.search(r"[0-9]['’]", inside)


def _place_before(text: str) -> tuple[str | None, str]:
    """Take a place that stands before the teams, two spaces apart from them."""
    if not text.startswith("@"):
        return None, text
    place, *rest = re.split(r"\s{2,}", text.removeprefix("@").strip(), maxsplit=1)
    return _plain_place(place), "".join(rest)


def _place_behind(text: str) -> tuple[str, str | None, timezone | None]:
    parts = _VENUE.split(text, maxsplit=1)
    if len(parts) == 1:
        return text, None, None
    body, place = parts
    if note := _NOTE.search(place):
        body, place = f"{body} [{note[1]}]", place[: note.start()]
    zone = re.search(r"\(\s*(?:UTC|GMT)\s?([+-][0-9:]+)\s*\)", place)
    return body, _plain_place(place), offset_of(zone[1]) if zone else None


def _plain_place(place: str) -> str | None:
    return " ".join(_BESIDE.sub("", place).split())[:200] or None


def _note(body: str) -> tuple[str, str | None]:
    """Take a note off, unless it says more of the score."""
    said = _NOTE.search(body)
    if said is None or (said[1].strip() and details_of(said[1])):
        return body, None
    return body[: said.start()], said[1].strip() or None
