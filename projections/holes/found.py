"""A hole in regulations, and what it looks like: values only."""

from typing import Literal

from msgspec import Struct

Kind = Literal[
    "level",
    "tie_level",
    "head_to_head",
    "guard",
    "never_asked",
    "no_data",
    "interim",
    "no_source",
    "two_sources",
    "unearned",
    "unused",
    "combination",
]
"""What is wrong: level teams, or a tie, that no step parts; a head-to-head that restarts nothing
or parts nobody; a guard that never holds; a step that is never asked; one whose data never comes;
an interim table that never ends; a slot that nobody fills; one place for two, or two for one; a
berth that nobody earns; a place that leads nowhere although its like do; a combination of groups
that an allocation has no row for."""

Delivered = Literal["half_time", "cards"]
"""What criteria may ask for beside the score of every match."""


class Score(Struct, frozen=True):
    """A match of an example."""

    home: str
    away: str
    home_goals: int
    away_goals: int


class Level(Struct, frozen=True):
    """Teams of one rank."""

    rank: int
    teams: tuple[str, ...]


class Example(Struct, frozen=True):
    """Results that show the hole, and the tiers that they give under these rules.

    `above` are teams that stand higher by points from elsewhere and meet none of these.
    """

    results: tuple[Score, ...]
    tiers: tuple[Level, ...]
    above: tuple[str, ...] = ()


class Hole(Struct, frozen=True):
    """What is missing, by a path in the regulations, in a sentence that says what would mend it."""

    kind: Kind
    path: str
    message: str
    example: Example | None = None


class Holes(Struct, frozen=True):
    """All that was found; `not_searched` says in sentences where the search ran out of steps."""

    found: tuple[Hole, ...]
    not_searched: tuple[str, ...] = ()
