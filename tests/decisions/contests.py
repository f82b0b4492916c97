"""Given results and criteria, then who stands where, in one line."""

from typing import Any

from msgspec.structs import replace

from events.match import outcome_of
from events.regulations import Criterion, Guard, Metric, Scope
from projections.ranking import Contest, Decided, Decider, Played, Tier, rank

POINTS = Criterion(metric="points")
DIFFERENCE = Criterion(metric="goal_difference")
GOALS = Criterion(metric="goals_for")
LOTS = Criterion(metric="lots", article="13")
EXTRA_MATCH = Criterion(metric="extra_match", article="18")


def by(metric: Metric, scope: Scope = "all", **fields: Any) -> Criterion:
    """A criterion; what its guard asks stands beside the rest."""
    asked = {name: fields.pop(name) for name in Guard.__struct_fields__ if name in fields}
    guard = Guard(**asked) if asked else None
    return Criterion(metric=metric, scope=scope, when=guard, **fields)


def level(metric: Metric) -> Criterion:
    """A criterion of head-to-head that goes on with the next one."""
    return Criterion(metric=metric, scope="level")


def restarting(metric: Metric) -> Criterion:
    """A criterion of head-to-head that starts again for those it leaves level."""
    return Criterion(metric=metric, scope="level", on_partial="restart")


def played(match: str, score: str, **fields: Any) -> Played:
    """A result by the two teams; `a_b_2` is their second meeting."""
    home, away, *meeting = match.split("_")
    home_goals, away_goals = map(int, score.split("-"))
    outcome = outcome_of(home_goals, away_goals)
    leg = int(meeting[0]) if meeting else 1
    fields = {"match": match.replace("_", "-"), "leg": leg, **fields}
    return Played(home, away, outcome, home_goals, away_goals, **fields)


def contest(*criteria: Criterion, **scores: str) -> Contest:
    """The teams that met, and how: `a_b="2-1"`."""
    results = tuple(played(match, score) for match, score in scores.items())
    teams = {team for result in results for team in (result.home, result.away)}
    return Contest(tuple(sorted(teams)), results, criteria)


def deciding(league: Contest, *decisions: tuple[Decider, str]) -> Contest:
    """What was decided, in order: `("lots", "a > b = c")`."""
    decided = tuple(
        Decided(by, tuple(tuple(tier.split(" = ")) for tier in order.split(" > ")))
        for by, order in decisions
    )
    return replace(league, decisions=decided)


def ranked(league: Contest) -> str:
    """The tiers in one line: `a > b = c`."""
    return " > ".join(" = ".join(tier.teams) for tier in rank(league))


def reasons(league: Contest) -> list[tuple[str, str, int | str, int | str]]:
    separations = [tier.separated_by for tier in rank(league)[1:]]
    return [(by.criterion, by.scope, *by.numbers) for by in separations if by is not None]


def below(league: Contest, team: str) -> Tier:
    """The tier that begins with this team."""
    return next(tier for tier in rank(league) if tier.teams[0] == team)


def asked(league: Contest, team: str) -> list[str]:
    """What was asked before this team was parted from the one above it, and why it did not."""
    return [f"{each.criterion} {each.guard or each.because}" for each in below(league, team).passed]
