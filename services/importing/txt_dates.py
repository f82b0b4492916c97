"""A day as people write it, at the beginning of a line; without a year it is of the heading's.

Days come as month and day, day and month, or in numbers with the day first, with or without the
name of the weekday, which decides between the two years of a season.
"""

import re
from datetime import date, time, timezone
from typing import NamedTuple

from services.importing.football_json import offset_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
_LONG = "january february march april may june july august sept september october november december"
_MONTH = rf"(?P<month>{'|'.join([*_LONG.split(), *_MONTHS])})\.?"
_WEEKDAY = r"(?:(?P<weekday>(?:mo|tu|we|th|fr|sa|su)[a-z]{0,7})\.?,?\s+)?"
_FORMS = [
    re.compile(_WEEKDAY + form + r"(?=[\s,\]@]|$)", re.IGNORECASE)
    for form in (
        _MONTH + r"\s?[ /]\s?(?P<day>[0-9]{1,2})(?:,?\s(?P<year>[12][0-9]{3}))?",
        r"(?P<day>[0-9]{1,2})\.?\s" + _MONTH + r"(?:\s(?P<year>[12][0-9]{3}))?",
        r"(?P<year>[12][0-9]{3})-(?P<number>[0-9]{1,2})-(?P<day>[0-9]{1,2})",
        r"(?P<day>[0-9]{1,2})([-/.])(?P<number>[0-9]{1,2})\3(?P<year>[0-9]{4}|[0-9]{2})",
        r"(?P<day>[0-9]{1,2})\.(?P<number>[0-9]{1,2})\.",
    )
]
_TIME = re.compile(
    r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])(?:\s*h)?"
    r"(?:\s+\(?(?:UTC|GMT)\s?([+-][0-9]{1,2}(?::?[0-5][0-9])?)\)?|\s+CES?T)?(?=[\s,\]]|$)"
)
_YEARS = re.compile(r"\b([12][0-9]{3})(?:\s?[/–-]\s?([0-9]{4}|[0-9]{2}))?\b")
DAYS_EXPECTED = "a day like Fri Jun/14, Jun 14 2024, 14 June, 14.06.2024 or 2024-06-14"


class Written(NamedTuple):
    """A day as far as it is written, and what follows it on the line."""

    month: int
    day: int
    year: int | None
    weekday: int | None
    rest: str


def day_at(text: str) -> Written | None:
    """Read the day that a line begins with."""
    for form in _FORMS:
        if said := form.match(text):
            found = said.groupdict()
            month = int(found.get("number") or 0) or _month(found["month"])
            year = int(found["year"]) if found.get("year") else None
            weekday = found["weekday"]
            named = _WEEKDAYS.index(weekday[:2].lower()) if weekday else None
            return Written(month, int(found["day"]), year, named, text[said.end() :].lstrip(" ,"))
    return None


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def time_at(text: str) -> tuple[time, timezone | None, str] | None:
    """Read the time that a line begins with, its offset where it is said, and the rest."""
    said = _TIME.match(text)
    if said is None:
        return None
    offset = offset_of(said[3]) if said[3] else None
    return time(int(said[1]), int(said[2])), offset, text[said.end() :].lstrip(" ,")


class Calendar:
    """The year, or the two years of a season, that days without a year belong to."""

    def __init__(self) -> None:
        self.years: tuple[int, ...] = ()
        self._newest: date | None = None

    def begin(self, heading: str) -> None:
        """Take the years from a heading like `World Cup 2014` or `Bundesliga 2024/25`."""
        for said in _YEARS.finditer(heading):
            first = int(said[1])
            second = int(f"{first // 100}{said[2]}"[-4:]) if said[2] else first
            second += 100 if second < first else 0
            if second - first <= 1:
                self.years = (first, second) if second != first else (first,)

    def resolve(self, written: Written) -> tuple[date | None, str]:
        """Give the day, and what is wrong with it or odd about it. Without a day it is wrong."""
        years = self._years_of(written)
        if not years:
            return None, "expected a year with the day, or in the heading (= World Cup 2014)"
        days = [day for year in years if (day := _day(year, written.month, written.day))]
        if not days:
            return None, f"expected {DAYS_EXPECTED}, found one that no calendar has"
        right = [day for day in days if written.weekday in (None, day.weekday())]
        found = (right or days)[0]
        if written.year is not None:
            self._newest = found
        odd = "" if right else f"{found.isoformat()} is a {found:%A}, and the file says otherwise"
        return found, odd

    def _years_of(self, written: Written) -> list[int]:
        """Give the years that a day may be of, the likeliest first."""
        if written.year is not None and written.year > 99:
            return [written.year]
        if written.year is not None:
            centuries = {year // 100 for year in self.years} or {20}
            return [100 * century + written.year for century in sorted(centuries)]
        if len(self.years) == 2:
            autumn = written.month >= 7
            return sorted(self.years, reverse=not autumn)
        if self.years:
            return list(self.years)
        if self._newest is not None:
            after = self._newest.month - written.month > 6
            return [self._newest.year + after]
        return []


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
