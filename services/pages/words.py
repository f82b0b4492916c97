"""Everything a page says, in Spanish and in English, both complete.

A sentence lives in one dictionary a language, which the browser reads as well; numbers, ranks,
minutes, dates and lists are written by one rule here, and by the same rule in `words.js`.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

SPANISH = "es"
LANGUAGES = (SPANISH, "en")
ZONES_OF_PERU = frozenset({"America/Lima"})

UNKNOWN = "—"
MINUS = "\u2212"


class Words:
    """One language: its dictionary, with those of other packages, and how it writes the rest."""

    def __init__(self, language: str, *others: str) -> None:
        self.language = language
        self.dictionary: dict[str, Any] = {}
        for package in ("services.pages", *others):
            text = files(package).joinpath("words", f"{language}.json").read_bytes()
            for section, said in msgspec.json.decode(text).items():
                known = self.dictionary.get(section)
                self.dictionary[section] = {**known, **said} if isinstance(known, dict) else said

    def say(self, key: str, **values: object) -> str:
        """Give the sentence at `section.name`, with its values filled in; `count` picks a form."""
        found = self.find(key)
        assert found is not None, f"no word for {key} in {self.language}"
        if isinstance(found, dict):
            found = found["one" if values["count"] == 1 else "other"]
        return re.sub(r"\{(\w+)\}", lambda place: str(values[place[1]]), found)

    def find(self, key: str) -> Any:
        """Give what stands at `section.name`, or None."""
        section, _, name = key.partition(".")
        found = self.dictionary.get(section)
        return found.get(name) if name and isinstance(found, dict) else found

    def first(self, *keys: str) -> str | None:
        """Give the first of these keys that has words."""
        return next((key for key in keys if self.find(key) is not None), None)

    def listed(self, names: Sequence[str], joint: str = "and") -> str:
        """Join names as the language does: "A, B y C", and "A e Iquitos"."""
        if len(names) < 2:
            return "".join(names)
        word = self.say(joint)
        if self.language == SPANISH:
            word = _spanish_joint(word, names[-1])
        return self.say("names", first=", ".join(names[:-1]), joint=word, last=names[-1])

    def of(self, name: str) -> str:
        """Join a name to what belongs to it: "del Grupo B", "de la Región III", "of Group B"."""
        if self.language != SPANISH:
            return self.say("of", name=name)
        first = name.partition(" ")[0].casefold()
        return f"{_SPANISH_OF.get(first, 'de')} {name}"

    def rank(self, number: int) -> str:
        """Write a rank: "2.º", "2nd"."""
        tens = number % 100 // 10
        suffix = "th" if tens == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return self.say("rank", n=number, suffix=suffix)

    def short_date(self, day: date, today: date) -> str:
        """Write a date, with its year if that is not this one."""
        key = "date" if day.year == today.year else "date_year"
        month = self.dictionary["months"][day.month - 1][:3]
        return self.say(key, day=day.day, month=month, year=day.year)

    def long_date(self, day: date) -> str:
        """Write a date by its day of the week: "sábado 4 de octubre"."""
        name = self.dictionary["weekdays"][day.weekday()]
        month = self.dictionary["months"][day.month - 1]
        return self.say("long_date", weekday=name, day=day.day, month=month)

    def span(self, date_: str, today: date) -> str:
        """Write a date, a month or a range of days."""
        if len(date_) == len("2013-11"):
            month = self.dictionary["months"][int(date_[5:]) - 1]
            return self.say("month_year", month=month, year=date_[:4])
        first, _, last = date_.partition("/")
        written = [self.short_date(date.fromisoformat(day), today) for day in (first, last) if day]
        return " – ".join(dict.fromkeys(written))

    def day_and_clock(self, time: str, zone: tzinfo, now: datetime) -> tuple[str, str]:
        """Write the day of an instant, "" for today, and its clock, "" where no hour is known."""
        today = now.astimezone(zone).date()
        if "T" not in time:
            return self.span(time, today), ""
        local = instant(time).astimezone(zone)
        day = "" if local.date() == today else self.short_date(local.date(), today)
        return day, f"{local:%H:%M}"

    def when(self, time: str, zone: tzinfo, now: datetime) -> str:
        """Write an instant, or a date, month or range where no hour is known, as seen from now."""
        today = now.astimezone(zone).date()
        if "T" not in time:
            return self.span(time, today)
        local = instant(time).astimezone(zone)
        clock = f"{local:%H:%M}"
        return (
            clock if local.date() == today else f"{self.short_date(local.date(), today)}, {clock}"
        )


_SPANISH_OF = {
    **dict.fromkeys(("grupo", "cuadrangular", "triangular", "hexagonal", "torneo"), "del"),
    **dict.fromkeys(
        ("región", "zona", "llave", "serie", "liga", "etapa", "fase", "final", "semifinal"), "de la"
    ),
    **dict.fromkeys(("semifinales",), "de las"),
    **dict.fromkeys(("octavos", "cuartos", "dieciseisavos"), "de los"),
}
"""The article that these common nouns take; a proper name takes none."""


def _spanish_joint(word: str, following: str) -> str:
    """Give the form of "y" or "o" before a name: "e" before the sound i, "u" before o."""
    start = following.casefold().removeprefix("h")
    if word == "y" and re.match(r"[ií](?![aeoáéó])", start):
        return "e"
    return "u" if word == "o" and start.startswith(("o", "ó")) else word


@cache
def words(language: str) -> Words:
    return Words(language)


def choose(asked: str | None, accepted: str, zones: Sequence[str]) -> Words:
    """Choose a language: what was asked for; Spanish where the game is Peruvian; the reader's."""
    if asked in LANGUAGES:
        return words(str(asked))
    if ZONES_OF_PERU.intersection(zones):
        return words(SPANISH)
    return words(_preferred(accepted) or ("en" if zones else SPANISH))


def _preferred(accepted: str) -> str | None:
    """Read Accept-Language: the first of ours, by what it is worth to the reader."""
    ranges: list[tuple[float, str]] = []
    for part in accepted.split(","):
        name, _, quality = part.strip().partition(";q=")
        language = name.partition("-")[0].lower()
        if language in LANGUAGES:
            worth = float(quality) if re.fullmatch(r"[01](\.\d{1,3})?", quality) else 1.0
            ranges.append((worth, language))
    return max(ranges, key=lambda worth_and_name: worth_and_name[0])[1] if ranges else None


# What is written alike in both languages


def number(value: int | str | None) -> str:
    """Write a number as it is printed: "3", "−3", "31/3"; a line for one that is not known."""
    return UNKNOWN if value is None else str(value).replace("-", MINUS)


def signed(value: int | str | None) -> str:
    """Write a difference with its sign: "+3", "−3", "0"."""
    written = number(value)
    return written if written[0] in ("0", MINUS, UNKNOWN) else f"+{written}"


def minute(fact: Mapping[str, Any]) -> str:
    """Write a minute as boards do, "45+2'"; nothing if it is not known."""
    if fact.get("minute") is None:
        return ""
    stoppage = f"+{fact['stoppage']}" if fact.get("stoppage") else ""
    return f"{fact['minute']}{stoppage}'"


def instant(time: str) -> datetime:
    return datetime.fromisoformat(time)


@cache
def zone_of(name: str) -> tzinfo:
    """Give the time zone of a competition; UTC where its name is not one."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def offset(zone: tzinfo, now: datetime) -> str:
    """Write how far a zone is from UTC now: "−5", "+5:30"."""
    minutes = int((now.astimezone(zone).utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"{MINUS if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def place(zone_name: str) -> str:
    """Name a zone as people do: "Lima"."""
    return zone_name.rpartition("/")[2].replace("_", " ")
