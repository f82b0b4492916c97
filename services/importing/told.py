"""What a file of results says, before anything is made of it: names are as they are written there.

Whoever reads a file gives these values, so that nothing after it knows which format it was.
"""

from collections.abc import Mapping
from datetime import date, time, timezone
from pathlib import Path
from typing import Literal

from msgspec import Struct

from events.fields import Side
from services.importing.where import Where

Pair = tuple[int, int]
Method = Literal["penalty", "own_goal"]
Fate = Literal["awarded", "walkover", "annulled", "postponed", "called_off", "abandoned"]


class Goal(Struct, frozen=True):
    """A goal of the side that it counts for; the scorer of an own goal plays for the other."""

    side: Side
    scorer: str
    minute: int | None = None
    stoppage: int | None = None
    method: Method | None = None


class Score(Struct, frozen=True):
    """The goals at the end, those of extra time included, and on the way there."""

    final: Pair
    extra_time: bool = False
    ninety_minutes: Pair | None = None
    half_time: Pair | None = None
    shoot_out: Pair | None = None


class Match(Struct, frozen=True):
    """A match of a file, played or to be played, `at` a time, whose `offset` may be said.

    `goals` is None where the file names no scorers.
    """

    line: int
    where: Where
    home: str
    away: str
    number: int | None = None
    day: date | None = None
    at: time | None = None
    offset: timezone | None = None
    venue: str | None = None
    score: Score | None = None
    goals: tuple[Goal, ...] | None = None
    fate: Fate | None = None
    note: str | None = None


class Told(Struct, frozen=True):
    """A file: its competition, who is in its groups, the codes of teams, its matches in order.

    `odd` is what is told beside it, each with its line.
    """

    path: Path
    name: str | None
    matches: tuple[Match, ...]
    groups: Mapping[str, tuple[str, ...]] = {}
    codes: Mapping[str, str] = {}
    odd: tuple[tuple[int, str], ...] = ()


def score_of(
    full_time: Pair | None,
    half_time: Pair | None = None,
    extra_time: Pair | None = None,
    shoot_out: Pair | None = None,
) -> Score | None:
    """Put together what was counted after 90 minutes, at half-time, after extra time, in kicks."""
    final = full_time if extra_time is None else extra_time
    if final is None:
        return None
    return Score(
        final=final,
        extra_time=extra_time is not None,
        ninety_minutes=full_time if extra_time is not None else None,
        half_time=half_time,
        shoot_out=shoot_out,
    )
