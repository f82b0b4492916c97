"""Who has clinched a berth in a group of six with two matchdays left, by the step and the second.

The peer ranks the group once for each way in which the six matches can be won, drawn and lost: what
trying all outcomes takes before anybody has looked at scores.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from itertools import product

from bench.figures import Ratio, Result, rounds
from events.criteria import Criterion, Metric
from events.match import outcome_of
from projections.completions import outcomes_of
from projections.contest import Contest, Played, ToPlay
from projections.qualification import Qualification, qualification
from projections.ranking import rank

TEAMS = 6
MATCHDAYS_LEFT = 2
BERTHS = ((1, 1), (2, 2), (1, 2))
GROUPS = 20
"""Groups with other results; each of a round is looked at once."""
PEER_GROUPS = 1
ROUNDS = 5
SEED = 7
GOALS = (0, 0, 1, 1, 1, 2, 2, 3)

_HEAD_TO_HEAD: tuple[Metric, ...] = ("points", "goal_difference", "goals_for")
CRITERIA = (
    Criterion(metric="points"),
    *(Criterion(metric=metric, scope="level", on_partial="restart") for metric in _HEAD_TO_HEAD),
    Criterion(metric="goal_difference"),
    Criterion(metric="goals_for"),
    Criterion(metric="lots"),
)


def matchdays() -> Iterator[list[tuple[str, str]]]:
    """Let everybody play everybody once: the first stays, the others go round."""
    teams = [f"team-{number}" for number in range(1, TEAMS + 1)]
    for _ in range(TEAMS - 1):
        yield [(teams[at], teams[-1 - at]) for at in range(TEAMS // 2)]
        teams = [teams[0], teams[-1], *teams[1:-1]]


def group(dice: random.Random) -> Contest:
    days = list(matchdays())
    results = []
    for home, away in (pair for day in days[:-MATCHDAYS_LEFT] for pair in day):
        score = dice.choice(GOALS), dice.choice(GOALS)
        results.append(Played(home, away, outcome_of(*score), *score))
    return Contest(
        teams=tuple(sorted(team for pair in days[0] for team in pair)),
        results=tuple(results),
        criteria=CRITERIA,
        to_play=tuple(ToPlay(*pair) for day in days[-MATCHDAYS_LEFT:] for pair in day),
        berths=BERTHS,
    )


def rank_all_outcomes(contest: Contest) -> int:
    ways = [outcomes_of(match, contest.points) for match in contest.to_play]
    ends = 0
    for played in product(*ways):
        results = (*contest.results, *played)
        rank(Contest(contest.teams, results, contest.criteria))
        ends += 1
    return ends


async def bench() -> Result:
    dice = random.Random(SEED)
    groups = [group(dice) for _ in range(GROUPS)]

    async def ours() -> float:
        begun = time.perf_counter()
        for contest in groups:
            qualification(contest)
        return GROUPS / (time.perf_counter() - begun)

    async def peer() -> float:
        begun = time.perf_counter()
        for contest in groups[:PEER_GROUPS]:
            rank_all_outcomes(contest)
        return PEER_GROUPS / (time.perf_counter() - begun)

    found = await rounds(ROUNDS, {"ours": ours, "peer": peer})
    return Result(
        f"Clinched, eliminated or open: {TEAMS} teams, {MATCHDAYS_LEFT} matchdays left",
        f"ranking the group after each of {3 ** len(groups[0].to_play)} sets of outcomes",
        (Ratio("groups", "1/s", found["ours"], found["peer"], must=1),),
        tuple(_notes(groups)),
    )


def _notes(groups: list[Contest]) -> Iterator[str]:
    took: list[tuple[float, Qualification]] = []
    for contest in groups:
        begun = time.perf_counter()
        said = qualification(contest)
        took.append((1000 * (time.perf_counter() - begun), said))
    milliseconds, said = max(took, key=lambda one: one[0])
    rights = Counter(
        chance.right
        for _, each in took
        for chances in each.chances.values()
        for chance in chances.values()
    )
    mean = sum(ms for ms, _ in took) / len(took)
    steps = sum(each.steps for _, each in took) / len(took)
    yield f"a group: {steps:.0f} steps and {mean:.1f} ms on average"
    yield f"the slowest of {len(groups)}: {said.steps} steps and {milliseconds:.1f} ms"
    yield ", ".join(f"{number} {right}" for right, number in sorted(rights.items()))
