"""What is said to be certain is so for every score, and what is open has a witness each way.

Small groups are held against brute force: every score up to a few goals in every remaining match.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from events.criteria import Criterion, Guard, Metric
from events.match import outcome_of
from projections.contest import Contest, Decided, Played, ToPlay
from projections.outlook import Ranks
from projections.qualification import Chance, Right, completed, qualification
from projections.ranking import rank

EXAMPLES = settings(max_examples=100, deadline=None)

TEAMS = ("a", "b", "c", "d")
GOALS_MAX = {1: 6, 2: 3, 3: 2, 4: 1}
"""The most goals of a side that brute force tries, by the number of remaining matches."""


def by(*metrics: Metric, **how: Any) -> tuple[Criterion, ...]:
    return tuple(Criterion(metric=metric, **how) for metric in metrics)


POINTS, DIFFERENCE, GOALS = by("points", "goal_difference", "goals_for")
HEAD_TO_HEAD: tuple[Metric, ...] = ("points", "goal_difference", "goals_for")
WAYS = {
    "differences": (POINTS, DIFFERENCE, GOALS),
    "goals first": (POINTS, *by("wins"), GOALS, *by("goals_against")),
    "head-to-head last": (POINTS, DIFFERENCE, GOALS, *by(*HEAD_TO_HEAD, scope="level")),
    "head-to-head with restart": (
        POINTS,
        *by(*HEAD_TO_HEAD, scope="level", on_partial="restart"),
        DIFFERENCE,
        GOALS,
    ),
    "a block": (POINTS, *by(*HEAD_TO_HEAD, scope="level", block="among"), DIFFERENCE, GOALS),
    "the list again": (
        POINTS,
        *by("goal_difference", scope="level", on_partial="restart_list"),
        DIFFERENCE,
    ),
    "away goals": (
        POINTS,
        *by("goals_for", scope=("level", "away")),
        *by("goals_for", scope="away"),
    ),
    "opponents": (POINTS, *by("opponents_points", "relative_points", "opponents_goal_difference")),
    "guards": (
        POINTS,
        *by("points", scope="level", when=Guard(more_than=2)),
        *by("goal_difference", scope="level", when=Guard(level=2, all_met=True)),
        *by("wins", when=Guard(nobody_else_on="wins", matters=True)),
        DIFFERENCE,
    ),
    "lots": (POINTS, *by("lots")),
    "extra match": (POINTS, *by("extra_match"), DIFFERENCE),
    "goals alone": (GOALS, DIFFERENCE),
}
NOT_FOLLOWED = {
    "goal average": (POINTS, *by("goal_average")),
    "without the last": (POINTS, *by("goal_difference", without_ranks_from=3), DIFFERENCE),
}
UNFORESEEN = {
    "conduct": (POINTS, DIFFERENCE, *by("conduct", "lots")),
    "a rule nobody knows": (POINTS, *by("goal_difference", scope="level"), *by("unknown")),
}


@st.composite
def contests(draw: Any, ways: Sequence[tuple[Criterion, ...]]) -> Contest:
    teams = TEAMS[: draw(st.integers(3, len(TEAMS)))]
    pairs = draw(st.permutations(list(combinations(teams, 2)) * draw(st.integers(1, 2))))
    remaining = draw(st.integers(0, 4 if len(pairs) > 4 else 2))
    goals = st.integers(0, 3)
    results = []
    for home, away in pairs[remaining:]:
        score = draw(goals), draw(goals)
        conduct = -draw(goals), -draw(goals)
        results.append(Played(home, away, outcome_of(*score), *score, *conduct))
    orders = st.permutations(teams).map(lambda order: tuple((team,) for team in order))
    decided = st.builds(Decided, by=st.sampled_from(("lots", "ruling")), order=orders)
    cut = draw(st.integers(1, len(teams) - 1))
    return Contest(
        teams=teams,
        results=tuple(results),
        criteria=draw(st.sampled_from(ways)),
        adjustments={teams[0]: -draw(st.sampled_from((0, 0, 1, 3)))},
        decisions=tuple(draw(st.lists(decided, max_size=1))) if draw(st.booleans()) else (),
        to_play=tuple(ToPlay(home, away) for home, away in pairs[:remaining]),
        berths=((1, cut), (cut, cut + 1)),
    )


def completions(contest: Contest) -> Iterator[Contest]:
    """Every way to end with few goals."""
    most = GOALS_MAX.get(len(contest.to_play), 0)
    scores = list(product(range(most + 1), repeat=2))
    for chosen in product(scores, repeat=len(contest.to_play)):
        results = tuple(
            Played(match.home, match.away, outcome_of(home, away), home, away)
            for match, (home, away) in zip(contest.to_play, chosen, strict=True)
        )
        yield replace(contest, results=(*contest.results, *results), to_play=())


def places(contest: Contest) -> dict[str, set[int]]:
    """The places that each may have: whatever lots would say of those who share them."""
    return {
        team: set(range(tier.ranks[0], tier.ranks[1] + 1))
        for tier in rank(contest)
        for team in tier.teams
    }


def earned(contest: Contest, team: str, ranks: Ranks) -> set[bool]:
    return {ranks[0] <= place <= ranks[1] for place in places(contest)[team]}


def seen(contest: Contest) -> dict[tuple[str, Ranks], set[bool]]:
    """Whether each team was seen with each berth, and without."""
    found: dict[tuple[str, Ranks], set[bool]] = {}
    for ended in completions(contest):
        for team, own in places(ended).items():
            for first, last in contest.berths:
                held = {first <= place <= last for place in own}
                found.setdefault((team, (first, last)), set()).update(held)
    return found


def chances(contest: Contest) -> dict[tuple[str, Ranks], Chance]:
    by_team = qualification(contest).chances
    return {(team, ranks): own for team, all_ in by_team.items() for ranks, own in all_.items()}


def holds(contest: Contest) -> list[Right]:
    """Hold what is said of a contest against what can be seen, and give what is said."""
    said, by_force = chances(contest), seen(contest)
    for (team, ranks), chance in said.items():
        if chance.right in ("clinched", "eliminated"):
            assert by_force[team, ranks] == {chance.right == "clinched"}, (team, ranks, chance)
        for witness, has in ((chance.with_it, True), (chance.without_it, False)):
            if witness is not None:
                assert len(witness.results) == len(contest.to_play)
                assert earned(completed(contest, witness), team, ranks) == {has}, (team, ranks)
        if chance.right == "open":
            assert None not in (chance.with_it, chance.without_it)
    return [chance.right for chance in said.values()]


@EXAMPLES
@given(contests(tuple(WAYS.values())))
def test_what_scores_decide_is_known_and_true(contest: Contest) -> None:
    assert "unknown" not in holds(contest)


@EXAMPLES
@given(contests(tuple(NOT_FOLLOWED.values())))
def test_what_is_not_followed_is_never_guessed(contest: Contest) -> None:
    holds(contest)


@EXAMPLES
@given(contests(tuple(UNFORESEEN.values())), st.integers(-9, 0), st.sampled_from(TEAMS))
def test_what_is_certain_is_so_whatever_cards_are_shown(
    contest: Contest, conduct: int, team: str
) -> None:
    said, _ = chances(contest), holds(contest)
    for ended in completions(contest):
        shown = tuple(
            replace(played, home_conduct=conduct if played.home == team else 0)
            for played in ended.results[len(contest.results) :]
        )
        own = places(replace(ended, results=(*contest.results, *shown)))
        for (who, (first, last)), chance in said.items():
            if chance.right in ("clinched", "eliminated"):
                held = {first <= place <= last for place in own[who]}
                assert held == {chance.right == "clinched"}
