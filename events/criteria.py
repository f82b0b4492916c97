"""What separates level teams is data: a metric over a scope, asked when its guard holds.

What results are worth, how conduct is counted, what an interim table asks and what stands in an
external list are data as well. docs/regulations.md is the reference; no function asks for the name
of a competition.
"""

from typing import Annotated, Literal

from msgspec import Meta, field

from events.fields import Count, ExactNumber, Id, Name, Text, Value

Counted = Literal[
    "points",
    "wins",
    "draws",
    "goal_difference",
    "goals_for",
    "goals_against",
    "goal_average",
    "opponents_points",
    "opponents_goal_difference",
    "opponents_goals",
    "relative_points",
    "half_time_points",
    "conduct",
]
"""What is counted from matches."""
Metric = Literal[Counted, "list", "place", "lots", "extra_match", "shoot_out", "unknown"]
ScopePart = Literal["all", "level", "home", "away", "first_leg", "second_leg"]
Scope = ScopePart | tuple[ScopePart, ...]

Rank = Annotated[int, Meta(ge=1, le=999)]
Meetings = Annotated[int, Meta(ge=1, le=99)]


class PointsPerResult(Value, frozen=True):
    """What a result is worth in the table.

    Without points of its own, a draw that a shoot-out parted is worth a draw to both.
    """

    win: Annotated[int, Meta(ge=0, le=99)] = 3
    draw: Annotated[int, Meta(ge=0, le=99)] = 1
    loss: Annotated[int, Meta(ge=0, le=99)] = 0
    shoot_out_win: Annotated[int, Meta(ge=0, le=99)] | None = None
    shoot_out_loss: Annotated[int, Meta(ge=0, le=99)] | None = None


class Conduct(Value, frozen=True):
    """Points of conduct, one deduction a player a match; the defaults are FIFA's since 2018."""

    yellow: int = -1
    second_yellow: int = -3
    red: int = -4
    yellow_red: int = -5


class Guard(Value, frozen=True):
    """When a criterion is asked: if all that is given holds of the teams that are level then.

    `level`: exactly so many are level; `more_than`: more are. `level_on`: they are level on these
    metrics over all matches as well; `nobody_else_on`: no other team of the group has the same
    value. `all_met`: all matches among them are played. `met_last`: they are two, and their match
    was the last of both. `contest`: the places they share reach from the first or better to the
    second or worse. `matters`: a berth goes to some of these places and not to others. `complete`:
    no match of the group is missing. Of what is true or false, false asks for the opposite.
    """

    level: Annotated[int, Meta(ge=2, le=999)] | None = None
    more_than: Annotated[int, Meta(ge=1, le=999)] | None = None
    level_on: tuple[Counted, ...] = ()
    nobody_else_on: Counted | None = None
    all_met: bool | None = None
    met_last: bool | None = None
    contest: tuple[Rank, Rank] | None = None
    matters: bool | None = None
    complete: bool | None = None


class Criterion(Value, frozen=True):
    """One comparison: a metric over a scope, and where the rule is written.

    `scope` "level" counts only the matches among the teams still level: head-to-head; several
    parts hold together. `without_ranks_from` leaves out the matches against whoever the criteria
    before this one put at that place or below. Consecutive criteria of one `block` count the
    matches among those who were level when it began, and it begins again for those it leaves
    level. Where `when` does not hold, the criterion is passed over.

    `on_partial` says what follows when it parts some of them: "continue" with the next
    criterion, "restart" the run of level-scope criteria among those still level, "restart_list"
    with the first criterion, or "restart_block", which is what every block does.

    `list` names an external list, `group` the other table that a place is taken from.
    """

    metric: Metric
    scope: Scope = "all"
    on_partial: Literal["continue", "restart", "restart_block", "restart_list"] = "continue"
    article: Name | None = None
    without_ranks_from: Annotated[int, Meta(ge=2, le=999)] | None = None
    block: Name | None = None
    when: Guard | None = None
    list: Name | None = None
    group: Id | None = None
    description: Text | None = None


class Interim(Value, frozen=True):
    """What ranks a table that is not complete, and until when.

    Until a matchday is played, until all matches are, or, of level teams, until each two of them
    have played all their matches against each other.
    """

    until: Literal["matchday", "all_played", "pair_met"]
    criteria: tuple[Criterion, ...]
    matchday: Annotated[int, Meta(ge=1, le=999)] | None = None
    article: Name | None = None


class ExternalList(Value, frozen=True):
    """Numbers from outside the competition: a ranking, coefficients. A team may be missing."""

    name: Name
    version: Name | None = None
    source: Text | None = None
    higher_is_better: bool = True
    rows: dict[Id, ExactNumber] = field(default_factory=dict)


class Walkover(Value, frozen=True):
    """The score of a match that is awarded without one.

    `better_of`: what was played stands where it is worse for the side at fault.
    """

    goals: Count = 3
    better_of: bool = True
    article: Name | None = None


OnExhausted = Literal["wait", "share"]
"""What a shared place that matters is when no criterion is left: undecided, or final."""
Withdrawal = Literal["stand", "annul", "average"]
"""What becomes of the results of a team that withdraws: they stand; they are annulled; they stand,
and each missing match counts for the other team the average of its other matches."""
