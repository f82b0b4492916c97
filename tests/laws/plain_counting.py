"""What the plain ranker counts: every number from the matches, again whenever it is asked for."""

from fractions import Fraction
from typing import Any, NamedTuple

from events.criteria import Criterion, Scope
from projections.contest import Contest, Played

INFINITY = Fraction(10**9)
"""The goal average of who conceded nothing: above any other."""
GOALS = (
    "goal_difference",
    "goals_for",
    "goals_against",
    "goal_average",
    "opponents_goal_difference",
    "opponents_goals",
)
"""What cannot be known where somebody's goals are not."""


class Side(NamedTuple):
    """A match as one of the two sees it."""

    match: Played
    team: str
    rival: str
    is_home: bool

    @property
    def scored(self) -> int | None:
        return self.match.home_goals if self.is_home else self.match.away_goals

    @property
    def conceded(self) -> int | None:
        return self.match.away_goals if self.is_home else self.match.home_goals

    @property
    def outcome(self) -> str:
        if self.match.outcome == "draw":
            return "draw"
        return "win" if self.match.outcome == ("home" if self.is_home else "away") else "loss"

    @property
    def conduct(self) -> int:
        return self.match.home_conduct if self.is_home else self.match.away_conduct


# Which matches


def withdrawn(contest: Contest) -> tuple[str, ...]:
    """Who withdrew so that the table goes on without them."""
    return () if contest.withdrawal == "stand" else contest.withdrawn


def sides_of(contest: Contest, team: str) -> list[Side]:
    """Give all matches of a team that count at all."""
    found = []
    for match in contest.results:
        if contest.withdrawal == "annul" and {match.home, match.away} & set(contest.withdrawn):
            continue
        if match.home == team:
            found.append(Side(match, team, match.away, is_home=True))
        if match.away == team:
            found.append(Side(match, team, match.home, is_home=False))
    return found


def parts_of(scope: Scope) -> tuple[str, ...]:
    return (scope,) if isinstance(scope, str) else scope


def in_scope(side: Side, scope: Scope, among: tuple[str, ...]) -> bool | None:
    """Several parts hold together; None is a match of which it is not known which leg it was."""
    said: list[bool | None] = []
    for part in parts_of(scope):
        match part:
            case "level":
                said.append(side.team in among and side.rival in among)
            case "home":
                said.append(side.is_home and not side.match.neutral)
            case "away":
                said.append(not side.is_home and not side.match.neutral)
            case "first_leg":
                said.append(None if side.match.leg is None else side.match.leg == 1)
            case "second_leg":
                said.append(None if side.match.leg is None else side.match.leg == 2)
    if False in said:
        return False
    return None if None in said else True


# What they come to


def value_of(
    contest: Contest, team: str, criterion: Criterion, counted: list[Side], left_out: set[str]
) -> Any:
    """Give the number that a criterion compares; None where it is not known."""
    number = number_of(contest, criterion.metric, counted)
    if all(part == "all" for part in parts_of(criterion.scope)):
        return with_table(contest, team, criterion.metric, counted, number, left_out)
    return number


def table_value(contest: Contest, team: str, metric: str) -> Any:
    """Give the number over all matches, as the table has it."""
    counted = sides_of(contest, team)
    return with_table(contest, team, metric, counted, number_of(contest, metric, counted), set())


def number_of(contest: Contest, metric: str, counted: list[Side]) -> Any:
    """Count a metric over these matches of one team, without what only the table has."""
    scored = added([side.scored for side in counted])
    conceded = added([side.conceded for side in counted])
    match metric:
        case "points":
            return sum(points_of(contest, side) for side in counted)
        case "wins":
            return sum(side.outcome == "win" for side in counted)
        case "draws":
            return sum(side.outcome == "draw" for side in counted)
        case "goals_for":
            return scored
        case "goals_against":
            return conceded
        case "goal_difference":
            return None if scored is None or conceded is None else scored - conceded
        case "goal_average":
            return average_of_goals(scored, conceded)
        case "conduct":
            return sum(side.conduct for side in counted)
        case "half_time_points":
            return added([half_time_points(contest, side) for side in counted])
        case "relative_points":
            return sum(
                points_of(contest, side) * table_value(contest, side.rival, "points")
                for side in counted
            )
        case "opponents_points":
            return sum(table_value(contest, side.rival, "points") for side in counted)
        case "opponents_goal_difference":
            return added([table_value(contest, s.rival, "goal_difference") for s in counted])
        case "opponents_goals":
            return added([table_value(contest, s.rival, "goals_for") for s in counted])
    raise AssertionError(metric)


def added(numbers: list[Any]) -> Any:
    return None if None in numbers else sum(numbers)


def average_of_goals(scored: Any, conceded: Any) -> Any:
    if scored is None or conceded is None:
        return None
    return INFINITY if conceded == 0 else Fraction(scored) / Fraction(conceded)


def points_of(contest: Contest, side: Side) -> int:
    """Say what a match was worth; a drawn one more, or less, if kicks after it are worth points."""
    worth = contest.points
    if side.outcome == "draw" and side.match.shoot_out is not None:
        home, away = side.match.shoot_out
        won = home > away if side.is_home else away > home
        kicks = worth.shoot_out_win if won else worth.shoot_out_loss
        return worth.draw if kicks is None else kicks
    return {"win": worth.win, "draw": worth.draw, "loss": worth.loss}[side.outcome]


def half_time_points(contest: Contest, side: Side) -> int | None:
    if side.match.half_time is None:
        return None
    home, away = side.match.half_time
    ours, theirs = (home, away) if side.is_home else (away, home)
    worth = contest.points
    return worth.win if ours > theirs else worth.draw if ours == theirs else worth.loss


# What only the table has


def with_table(
    contest: Contest, team: str, metric: str, counted: list[Side], number: Any, left_out: set[str]
) -> Any:
    """Add what was deducted, and the averages for what was not played after a withdrawal."""
    if number is None or metric not in ("points", *GOALS[:4]):
        return number
    if metric == "points":
        given = contest.adjustments.get(team, 0)
        return number + given + averages(contest, team, metric, left_out)
    scored = number_of(contest, "goals_for", counted)
    conceded = number_of(contest, "goals_against", counted)
    scored += contest.goal_adjustments.get(team, 0)
    scored += averages(contest, team, "goals_for", left_out)
    conceded += averages(contest, team, "goals_against", left_out)
    match metric:
        case "goals_for":
            return scored
        case "goals_against":
            return conceded
        case "goal_difference":
            return scored - conceded
    return average_of_goals(scored, conceded)


def averages(contest: Contest, team: str, metric: str, left_out: set[str]) -> Fraction:
    """Give, for each match that a withdrawal left out, the average of all that were played."""
    counted = sides_of(contest, team)
    if contest.withdrawal != "average" or team in contest.withdrawn or not counted:
        return Fraction(0)
    missing = 0
    for gone in contest.withdrawn:
        if gone not in left_out:
            missing += not_played(contest, team, gone)
    if missing == 0:
        return Fraction(0)
    return Fraction(number_of(contest, metric, counted), len(counted)) * missing


def not_played(contest: Contest, team: str, gone: str) -> int:
    two = {team, gone}
    played = sum({match.home, match.away} == two for match in contest.results)
    listed = sum({match.home, match.away} == two for match in contest.to_play)
    return max(listed, (contest.meetings or 0) - played)
