"""Random tables and random lists of criteria of the whole language, from a seed.

The tables are small and the goals few, so that teams are level. What the reference leaves open, or
what a log cannot hold, does not occur: `settled` says what that is.
"""

from random import Random
from typing import Any, get_args

from msgspec.structs import replace

from events.criteria import (
    Counted,
    Criterion,
    ExternalList,
    Guard,
    Interim,
    PointsPerResult,
    Scope,
)
from events.match import outcome_of
from projections.contest import Contest, Decided, Played, ToPlay

COUNTED: tuple[Counted, ...] = get_args(Counted)
HEAD_TO_HEAD: tuple[Counted, ...] = (
    "points", "goal_difference", "goals_for", "wins", "goal_average",
)  # fmt: skip
DECIDED = ("lots", "extra_match")
METRICS = (*COUNTED, *COUNTED, "list", "place", *DECIDED, *DECIDED, "shoot_out", "unknown")
SCOPES: tuple[Scope, ...] = (
    "all", "all", "all", "level", "level", "home", "away", "first_leg", "second_leg",
    ("level", "away"), ("home", "first_leg"), ("level", "second_leg"),
)  # fmt: skip
GUARDS: dict[str, list[Any]] = {
    "level": [2, 3],
    "more_than": [1, 2, 3],
    "level_on": [("goal_difference",), ("points",), ("goals_for", "wins")],
    "nobody_else_on": ["points", "wins", "goal_difference"],
    "all_met": [True, False],
    "met_last": [True, False],
    "contest": [(1, 2), (2, 3), (1, 1), (3, 4)],
    "matters": [True, False],
    "complete": [True, False],
}
POINTS = (PointsPerResult(), PointsPerResult(win=2), PointsPerResult(3, 1, 0, 2, 1))

# Rules


def some_rules(dice: Random) -> tuple[Criterion, ...]:
    asked = [Criterion(metric="points")] if dice.random() < 0.75 else []
    for number in range(dice.randint(0, 5)):
        asked += a_block(dice, f"b{number}") if dice.random() < 0.25 else [a_criterion(dice)]
    if len(asked) > 1 and dice.random() < 0.15:
        without = dice.randint(2, 4)
        asked.append(Criterion(metric=dice.choice(COUNTED), without_ranks_from=without))
    return tuple(asked)


def a_criterion(dice: Random) -> Criterion:
    metric: Any = dice.choice(METRICS)
    scope = dice.choice(SCOPES) if metric in COUNTED else "all"
    follows: list[Any] = ["continue"]
    if metric in (*COUNTED, "list", "place"):
        follows += ["continue", "restart_list"]
    if "level" in scope:
        follows = ["continue", "restart", "restart_list"]
    return Criterion(
        metric=metric,
        scope=scope,
        on_partial=dice.choice(follows),
        list="ranking" if metric == "list" else None,
        group="other" if metric == "place" else None,
        when=a_guard(dice) if dice.random() < 0.3 else None,
    )


def a_block(dice: Random, name: str) -> list[Criterion]:
    return [
        Criterion(
            metric=dice.choice(HEAD_TO_HEAD),
            scope="level",
            block=name,
            when=a_guard(dice) if dice.random() < 0.3 else None,
        )
        for _ in range(dice.randint(1, 3))
    ]


def a_guard(dice: Random) -> Guard:
    asked = {name: dice.choice(said) for name, said in GUARDS.items() if dice.random() < 0.17}
    return Guard(**asked)


def an_interim(dice: Random, final: tuple[Criterion, ...]) -> Interim:
    """Another list that begins like the final one for a while, but not inside a block."""
    until: Any = dice.choice(["matchday", "all_played", "pair_met", "pair_met"])
    alike = dice.randint(0, len(final))
    while 0 < alike < len(final) and final[alike].block == final[alike - 1].block is not None:
        alike -= 1
    others = [each for each in some_rules(dice) if each.without_ranks_from is None]
    own = [replace(each, block=each.block and f"interim-{each.block}") for each in others]
    return Interim(until, (*final[:alike], *own), matchday=dice.randint(1, 12))


# Tables


def a_table(dice: Random, criteria: tuple[Criterion, ...]) -> Contest:
    """A table of two to five teams with everything in it that a ranking may depend on."""
    teams = tuple("abcde"[: dice.choice([2, 3, 3, 4, 4, 5])])
    meetings = dice.choice([1, 1, 2])
    results, to_play = some_matches(dice, teams, meetings)
    own = {team: dice.randint(1, 4) for team in teams} if dice.random() < 0.1 else None
    ranked = teams if own is None else tuple(sorted(dice.sample(teams, max(2, len(teams) - 2))))
    gone = dice.choice([(), (), (), teams[:1], teams[:2]]) if own is None else ()
    numbers: list[int | str] = [1, 2, 9, "1/2", "3/2", "1.5"]
    rows = {team: dice.choice(numbers) for team in teams if dice.random() < 0.93}
    table = Contest(
        teams=ranked,
        results=results,
        criteria=criteria,
        points=dice.choice(POINTS),
        adjustments={team: -dice.randint(1, 3) for team in teams if dice.random() < 0.1},
        goal_adjustments={team: -dice.randint(1, 3) for team in teams if dice.random() < 0.06},
        decisions=tuple(a_decision(dice, teams) for _ in range(dice.choice([0, 0, 1, 2, 3]))),
        to_play=to_play,
        complete=dice.random() < 0.85,
        meetings=dice.choice([None, meetings]),
        interim=an_interim(dice, criteria) if dice.random() < 0.35 else None,
        lists={"ranking": ExternalList("ranking", None, None, dice.random() < 0.5, rows)},
        places={"other": {team: dice.randint(1, 3) for team in teams if dice.random() < 0.95}},
        own_places=own,
        berths=dice.choice([(), ((1, 1),), ((1, 2),), ((1, 1), (2, 3)), ((2, 2),)]),
        withdrawn=gone,
        withdrawal=dice.choice(["stand", "annul", "average"]),
    )
    return settled(table)


def some_matches(
    dice: Random, teams: tuple[str, ...], meetings: int
) -> tuple[tuple[Played, ...], tuple[ToPlay, ...]]:
    fixtures: list[Any] = [
        (*dice.sample([one, other], 2), leg + 1)
        for one in teams
        for other in teams
        for leg in range(meetings)
        if one < other
    ]
    dice.shuffle(fixtures)
    halves = dice.random() < 0.5
    with_days, with_times, with_legs = (dice.random() < 0.6 for _ in range(3))
    all_goals, all_halves = dice.random() < 0.85, dice.random() < 0.7
    results: list[Played] = []
    to_play: list[ToPlay] = []
    for number, (home, away, leg) in enumerate(fixtures):
        day = number + 1 if with_days else None
        if dice.random() < 0.1:
            continue
        if halves and dice.random() < 0.25:
            to_play.append(ToPlay(home, away, day))
            continue
        played = a_result(dice, home, away, day)
        goals_known = all_goals or played.outcome == "both_lose" or dice.random() < 0.85
        results.append(
            replace(
                played,
                home_goals=played.home_goals if goals_known else None,
                away_goals=played.away_goals if goals_known else None,
                starts=number if with_times else None,
                leg=leg if with_legs or dice.random() < 0.8 else None,
                half_time=played.half_time if all_halves or dice.random() < 0.8 else None,
                shoot_out=played.shoot_out if leg == 1 else None,
            )
        )
    return tuple(dice.sample(results, len(results))), tuple(to_play)


def a_result(dice: Random, home: str, away: str, day: int | None) -> Played:
    goals = dice.choice([0, 0, 1, 1, 2, 3]), dice.choice([0, 0, 1, 1, 2, 3])
    both_lose = dice.random() < 0.03
    level = goals[0] == goals[1] and not both_lose
    return Played(
        home,
        away,
        "both_lose" if both_lose else outcome_of(*goals),
        *goals,
        home_conduct=-dice.choice([0, 0, 0, 1, 3]),
        away_conduct=-dice.choice([0, 0, 0, 1, 3]),
        match=f"{home}-{away}-{day}",
        matchday=day,
        neutral=dice.random() < 0.1,
        half_time=(dice.randint(0, goals[0]), dice.randint(0, goals[1])),
        shoot_out=dice.choice([(3, 4), (5, 4)]) if level and dice.random() < 0.3 else None,
    )


def a_decision(dice: Random, teams: tuple[str, ...]) -> Decided:
    by: Any = dice.choice(["lots", "extra_match", "ruling"])
    named = dice.sample(teams, len(teams))
    if by == "extra_match":
        tiers = [named[:1], named[1:2]] if dice.random() < 0.8 else [named[:2]]
        return Decided(by, tuple(map(tuple, tiers)))
    overrides = by == "ruling" and dice.random() < 0.2
    count = len(named) if overrides else dice.randint(2, len(named))
    tiers = [named[:1]]
    for team in named[1:count]:
        if dice.random() < 0.3:
            tiers[-1].append(team)
        else:
            tiers.append([team])
    return Decided(by, tuple(tuple(sorted(tier)) for tier in tiers), overrides=overrides)


# What is left out


def settled(table: Contest) -> Contest:
    """Leave out what the reference does not settle, and what the two are known to differ in."""
    criteria = table.criteria + (table.interim.criteria if table.interim else ())
    if any(each.without_ranks_from for each in criteria):
        # Whether averages count beside matches that are left out.
        stands: Any = "stand" if table.withdrawal == "average" else table.withdrawal
        table = replace(table, withdrawal=stands)
    if may_stop(table, criteria):
        # Which of lots and an extra match counts where they contradict and neither is asked for.
        kept = tuple(each for each in table.decisions if each.by != "extra_match")
        table = replace(table, decisions=kept)
    if sum(each.overrides for each in table.decisions) > 1:
        # What two rulings that override come to.
        kept = tuple(each for each in table.decisions if not each.overrides)
        table = replace(table, decisions=kept)
    return table


def may_stop(table: Contest, criteria: tuple[Criterion, ...]) -> bool:
    """Say whether a criterion may be met after which no other is asked."""
    unknown = any(each.metric == "unknown" for each in criteria)
    return unknown or any(None in (match.home_goals, match.leg) for match in table.results)
