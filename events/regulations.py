"""A competition's format and its criteria are data, and the data is in the log.

What differs between competitions, years and organisers stands here as values;
no function asks for the name of a competition.
"""

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import Meta

from events.fields import Id, Name, Text, Value

Metric = Literal["points", "goal_difference", "goals_for", "wins", "conduct", "lots", "extra_match"]
Scope = Literal["all", "level"]


class PointsPerResult(Value, frozen=True):
    """What a result is worth in the table."""

    win: Annotated[int, Meta(ge=0, le=99)] = 3
    draw: Annotated[int, Meta(ge=0, le=99)] = 1
    loss: Annotated[int, Meta(ge=0, le=99)] = 0


class Conduct(Value, frozen=True):
    """Points of conduct, one deduction a player a match; the defaults are FIFA's since 2018."""

    yellow: int = -1
    second_yellow: int = -3
    red: int = -4
    yellow_red: int = -5


class Criterion(Value, frozen=True):
    """One comparison: a metric over a scope, and where the rule is written.

    `scope` "level" counts only the matches among the teams still level: head-to-head.
    `on_partial` says what follows when it parts some of them: "continue" with the next
    criterion, or "restart" the run of level-scope criteria among those still level.
    """

    metric: Metric
    scope: Scope = "all"
    on_partial: Literal["continue", "restart"] = "continue"
    article: Name | None = None


class Berth(Value, frozen=True):
    """A right earned by the ranks `first` to `last` of a group."""

    id: Id
    name: Name
    first: Annotated[int, Meta(ge=1, le=999)] = 1
    last: Annotated[int, Meta(ge=1, le=999)] = 1


class Group(Value, frozen=True):
    """Teams that play each other and share one table. Unknown members are left out."""

    id: Id
    name: Name
    teams: tuple[Id, ...] = ()
    berths: tuple[Berth, ...] = ()


class Section(Value, frozen=True):
    """A part of a stage with its own organiser: a region, a department, a district."""

    id: Id
    name: Name
    organiser: Name | None = None
    groups: tuple[Group, ...] = ()


class Stage(Value, frozen=True):
    """A phase of the competition."""

    id: Id
    name: Name
    sections: tuple[Section, ...] = ()


class Regulations(Value, frozen=True):
    """The rules of one edition.

    `confirm_results`: whether a result is provisional until it is confirmed.
    """

    criteria: tuple[Criterion, ...] = (Criterion(metric="points"),)
    points: PointsPerResult = PointsPerResult()
    conduct: Conduct = Conduct()
    confirm_results: bool = False
    stages: tuple[Stage, ...] = ()
    notes: tuple[Text, ...] = ()
    source: Text | None = None


def groups_of(regulations: Regulations) -> Iterator[Group]:
    """Give the groups of all stages and sections, in the order of the regulations."""
    for stage in regulations.stages:
        for section in stage.sections:
            yield from section.groups
