"""openfootball's JSON, of today and of the years before: `matches` in one list, or in `rounds`.

A value that cannot be read is told with its line; a key that nobody reads is told as odd.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec

from events.codec import read_json
from events.errors import Malformed
from services.catalogue import lines_of_json
from services.importing.told import Fate, Goal, Match, Method, Pair, Score, Told, score_of
from services.importing.where import where_of
from services.lines import Steps, line_at, steps_of
from services.rows import BadRows, Fault

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?::00)?(?:\s+(?:UTC|GMT)\s*(.*))?")
_OFFSET = re.compile(r"([+-][0-9]{1,2})(?::?([0-5][0-9]))?")
_MINUTE = re.compile(r"([0-9]{1,3})(?:\s*\+\s*([0-9]{1,2}))?'?")
_FATES: Mapping[str, Fate] = {
    "awarded": "awarded", "walkover": "walkover", "w/o": "walkover", "annulled": "annulled",
    "void": "annulled", "postponed": "postponed", "cancelled": "called_off",
    "canceled": "called_off", "abandoned": "abandoned", "suspended": "abandoned",
}  # fmt: skip
_PLAYED = ("", "finished", "played", "ft", "scheduled", "timed")


class _Name(msgspec.Struct, frozen=True):
    name: str
    code: str | None = None
    key: str | None = None


_Named = str | _Name | None
_Goals = tuple[int, int]


class _Goal(msgspec.Struct, frozen=True):
    name: str
    minute: int | str | None = None
    offset: int | None = None
    penalty: bool = False
    owngoal: bool = False
    score1: int | None = None
    score2: int | None = None


class _Score(msgspec.Struct, frozen=True):
    ft: _Goals | None = None
    ht: _Goals | None = None
    et: _Goals | None = None
    p: _Goals | None = None


class _Match(msgspec.Struct, frozen=True):
    team1: str | _Name
    team2: str | _Name
    round: str | None = None
    stage: str | None = None
    group: _Named = None
    num: int | None = None
    date: str | None = None
    time: str | None = None
    timezone: str | None = None
    score: _Score | None = None
    score1: int | None = None
    score2: int | None = None
    score1i: int | None = None
    score2i: int | None = None
    score1et: int | None = None
    score2et: int | None = None
    score1p: int | None = None
    score2p: int | None = None
    goals1: tuple[_Goal, ...] | None = None
    goals2: tuple[_Goal, ...] | None = None
    ground: _Named = None
    stadium: _Named = None
    city: str | None = None
    status: str | None = None
    knockout: bool | None = None


class _Round(msgspec.Struct, frozen=True):
    name: str
    matches: tuple[_Match, ...] = ()


class _File(msgspec.Struct, frozen=True):
    name: str | None = None
    matches: tuple[_Match, ...] | None = None
    rounds: tuple[_Round, ...] | None = None


class _Unread(Exception):
    """A value that its type lets in and that means nothing."""

    def __init__(self, key: str, expected: str, found: str) -> None:
        self.key = key
        self.wrong = f"at {key}: expected {expected}, found {found!r}"


def read(path: Path, text: str) -> Told:
    """Read a file. Raises BadRows, with all that is wrong."""
    content, lines = _parsed(path, text), lines_of_json(text)
    try:
        file = msgspec.convert(content, _File)
        if (file.matches is None) == (file.rounds is None):
            raise msgspec.ValidationError("Expected either `matches` or `rounds`")
    except msgspec.ValidationError as error:
        wrong, _, where = str(error).partition(" - at `$")
        line = line_at(lines, steps_of(where)) or 1
        at = f"at {where.strip('.`')}: " if where else ""
        raise BadRows(path, [Fault(line, None, at + wrong[0].lower() + wrong[1:])]) from None
    faults: list[Fault] = []
    matches: list[Match] = []
    codes: dict[str, str] = {}
    for steps, round_, match in _matches(file):
        line = line_at(lines, steps) or 1
        try:
            matches.append(_match(match, round_, line))
        except _Unread as unread:
            line = line_at(lines, (*steps, *steps_of(unread.key))) or line
            faults.append(Fault(line, None, unread.wrong))
        for team in (match.team1, match.team2):
            if isinstance(team, _Name) and team.code and 2 <= len(team.code) <= 4:
                codes[team.name] = team.code
    if faults:
        raise BadRows(path, faults)
    odd = tuple((line_at(lines, at) or 1, wrong) for at, wrong in _never_read(content))
    return Told(path, file.name, tuple(matches), codes=codes, odd=odd)


def _parsed(path: Path, text: str) -> Any:
    try:
        return read_json(text.encode())
    except Malformed as error:
        found = re.search(r"line ([0-9]+), column", error.found)
        line = int(found[1]) if found else line_at(lines_of_json(text), steps_of(error.path)) or 1
        at = f"at {error.path}: " if error.path != "$" else ""
        wrong = f"{at}expected {error.expected}, found {error.found}"
        raise BadRows(path, [Fault(line, None, wrong)]) from None


def _matches(file: _File) -> Iterator[tuple[Steps, str, _Match]]:
    for index, match in enumerate(file.matches or ()):
        yield ("matches", index), match.round or "", match
    for at, round_ in enumerate(file.rounds or ()):
        for index, match in enumerate(round_.matches):
            yield ("rounds", at, "matches", index), round_.name, match


def _match(match: _Match, round_: str, line: int) -> Match:
    at, offset = _time(match)
    group = _named(match.group) or ""
    return Match(
        line=line,
        where=where_of(round_, group, match.stage or ""),
        home=_team(match.team1, "team1"),
        away=_team(match.team2, "team2"),
        number=match.num,
        day=_day(match.date),
        at=at,
        offset=offset,
        venue=", ".join(filter(None, (_named(match.ground or match.stadium), match.city))) or None,
        score=_score(match),
        goals=_goals(match),
        fate=_fate(match.status),
    )


def _named(named: _Named) -> str | None:
    return named.name if isinstance(named, _Name) else named


def _team(team: str | _Name, key: str) -> str:
    name = " ".join((_named(team) or "").split())
    if not 1 <= len(name) <= 200:
        raise _Unread(key, "the name of a team, 1 to 200 characters", name[:80])
    return name


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _Unread("date", "a day of the calendar like 2014-06-12", text) from None


def _time(match: _Match) -> tuple[time | None, timezone | None]:
    """Read a kick-off like `17:00 UTC-3`; the zone may stand apart."""
    if not match.time:
        return None, None
    said = _TIME.fullmatch(match.time.strip())
    if said is None:
        raise _Unread("time", "a time like 17:00, or 17:00 UTC-3", match.time)
    zone = said[3] or re.sub("^(UTC|GMT)", "", match.timezone or "")
    return time(int(said[1]), int(said[2])), offset_of(zone)


def offset_of(text: str) -> timezone | None:
    """Read how far a time is from UTC, like -3 or +5:30."""
    said = _OFFSET.fullmatch(text.strip())
    if said is None or abs(int(said[1])) > 14:
        return None
    minutes = int(said[2] or 0) * (-1 if said[1].startswith("-") else 1)
    return timezone(timedelta(hours=int(said[1]), minutes=minutes))


def _score(match: _Match) -> Score | None:
    said = match.score
    if said is not None:
        named = {"ft": said.ft, "ht": said.ht, "et": said.et, "p": said.p}
        for key, goals in named.items():
            if goals is not None and not all(0 <= count <= 999 for count in goals):
                raise _Unread(f"score.{key}", "two numbers from 0 to 999", str(list(goals)))
        return score_of(said.ft, said.ht, said.et, said.p)
    return score_of(
        _pair(match, "score1", "score2"),
        _pair(match, "score1i", "score2i"),
        _pair(match, "score1et", "score2et"),
        _pair(match, "score1p", "score2p"),
    )


def _pair(match: _Match, first: str, second: str) -> Pair | None:
    one, other = getattr(match, first), getattr(match, second)
    if one is None and other is None:
        return None
    for key, count in ((first, one), (second, other)):
        if count is None or not 0 <= count <= 999:
            raise _Unread(key, "a number from 0 to 999", str(count))
    return one, other


def _goals(match: _Match) -> tuple[Goal, ...] | None:
    """Give the goals of both sides; nobody is named where all that scored are left out."""
    if not match.goals1 and not match.goals2:
        return None
    return (
        *(_goal(goal, "home", f"goals1[{index}]") for index, goal in enumerate(match.goals1 or ())),
        *(_goal(goal, "away", f"goals2[{index}]") for index, goal in enumerate(match.goals2 or ())),
    )


def _goal(goal: _Goal, side: Any, key: str) -> Goal:
    said = _MINUTE.fullmatch(str(goal.minute)) if goal.minute is not None else None
    if goal.minute is not None and (said is None or int(said[1]) > 200):
        raise _Unread(f"{key}.minute", "a minute from 0 to 200", str(goal.minute))
    if not 1 <= len(goal.name.strip()) <= 200:
        raise _Unread(f"{key}.name", "a name of 1 to 200 characters", goal.name[:80])
    stoppage = goal.offset or (int(said[2]) if said and said[2] else None)
    if stoppage is not None and not 0 <= stoppage <= 200:
        raise _Unread(f"{key}.offset", "minutes from 0 to 200", str(stoppage))
    method: Method | None = "own_goal" if goal.owngoal else "penalty" if goal.penalty else None
    name = " ".join(goal.name.split())
    return Goal(side, name, int(said[1]) if said else None, stoppage, method)


def _fate(status: str | None) -> Fate | None:
    word = (status or "").strip().lower()
    if word in _PLAYED:
        return None
    if (fate := _FATES.get(word)) is None:
        raise _Unread("status", f"one of {', '.join(_FATES)}, or nothing", status or "")
    return fate


def _never_read(content: Any) -> Iterator[tuple[Steps, str]]:
    """Name each key that no reader knows, once, where it stands first."""
    named: set[str] = set()
    for steps, kind, value in _objects(content):
        for key in value:
            if key not in kind.__struct_fields__ and key not in named:
                named.add(key)
                yield (*steps, key), f"nobody reads `{key}`"


def _objects(content: Any) -> Iterator[tuple[Steps, type[msgspec.Struct], dict[str, Any]]]:
    yield (), _File, content
    for at, round_ in enumerate(content.get("rounds") or ()):
        yield ("rounds", at), _Round, round_
        for index, match in enumerate(round_.get("matches") or ()):
            yield ("rounds", at, "matches", index), _Match, match
    for index, match in enumerate(content.get("matches") or ()):
        yield ("matches", index), _Match, match
