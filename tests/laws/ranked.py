"""Random contests under random rules of the whole language, small enough that teams are level."""

from typing import Any, get_args

from hypothesis import strategies as st

from events.criteria import Counted, Criterion, ExternalList, Guard, Scope
from events.match import outcome_of
from projections.ranking import DECIDERS, Contest, Decided, Played, ToPlay
from tests.laws import logs

TEAMS = ("a", "b", "c", "d", "e")
SCOPES: tuple[Scope, ...] = (
    "all", "level", "home", "away", "first_leg", ("level", "away"), ("home", "second_leg"),
)  # fmt: skip
COUNTED: tuple[Counted, ...] = get_args(Counted)

numbers = st.integers(0, 3)
maybe = st.none() | st.booleans()

guards = st.builds(
    Guard,
    level=st.none() | st.integers(2, 3),
    all_met=maybe,
    met_last=maybe,
    matters=maybe,
    complete=maybe,
    contest=st.sampled_from([None, (1, 2), (2, 3)]),
    nobody_else_on=st.sampled_from([None, "points"]),
)


def criterion(metric: Any, scope: Scope, on_partial: Any, when: Guard | None) -> Criterion:
    named: dict[str, Any] = {"list": {"list": "ranking"}, "place": {"group": "other"}}
    fields = named.get(metric, {})
    return Criterion(metric=metric, scope=scope, on_partial=on_partial, when=when, **fields)


criteria = st.lists(
    st.builds(
        criterion,
        metric=st.sampled_from([*COUNTED, "list", "place", "lots", "extra_match", "shoot_out"]),
        scope=st.sampled_from(SCOPES),
        on_partial=st.sampled_from(["continue", "restart", "restart_list"]),
        when=st.none() | st.none() | guards,
    ),
    max_size=5,
)
blocks = st.lists(
    st.builds(
        Criterion,
        metric=st.sampled_from(["points", "goal_difference", "goals_for"]),
        scope=st.just("level"),
        block=st.just("h2h"),
    ),
    max_size=3,
)


@st.composite
def rules(draw: Any) -> tuple[Criterion, ...]:
    first = [Criterion(metric="points")] if draw(st.booleans()) else []
    asked = (*first, *draw(blocks), *draw(criteria))
    if len(asked) > 1 and draw(st.booleans()):
        last = Criterion(metric="goals_for", without_ranks_from=draw(st.integers(2, 4)))
        asked = (*asked, last)
    return asked


@st.composite
def contests(draw: Any) -> Contest:
    teams = TEAMS[: draw(st.integers(1, len(TEAMS)))]
    pairs = [(home, away) for home in teams for away in teams if home != away]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=12)) if pairs else []
    results = tuple(_result(draw, number, *pair) for number, pair in enumerate(chosen))
    coming = draw(st.lists(st.sampled_from(pairs), max_size=2)) if pairs else []
    ranking = ExternalList(name="ranking", rows={team: draw(numbers) for team in teams})
    return Contest(
        teams=teams,
        results=results,
        criteria=draw(rules()),
        adjustments={team: -draw(numbers) for team in teams},
        decisions=tuple(draw(st.lists(decisions(teams), max_size=3))),
        to_play=tuple(ToPlay(*pair) for pair in coming),
        complete=draw(st.booleans()),
        lists={"ranking": ranking},
        places={"other": {team: draw(st.integers(1, 3)) for team in teams}},
        berths=draw(st.sampled_from([(), ((1, 2),)])),
        withdrawn=draw(st.sampled_from([(), (), teams[:1]])),
        withdrawal=draw(st.sampled_from(["stand", "annul", "average"])),
    )


@st.composite
def plain_contests(draw: Any) -> Contest:
    """Contests that are over, under criteria that ask for the results alone."""
    teams = TEAMS[: draw(st.integers(1, len(TEAMS)))]
    pairs = [(home, away) for home in teams for away in teams if home != away]
    results = []
    for home, away in draw(st.lists(st.sampled_from(pairs), max_size=12)) if pairs else ():
        goals = draw(numbers), draw(numbers)
        conduct = -draw(numbers), -draw(numbers)
        results.append(Played(home, away, outcome_of(*goals), *goals, *conduct))
    return Contest(
        teams=teams,
        results=tuple(results),
        criteria=draw(logs.criteria),
        adjustments={team: -draw(numbers) for team in teams},
        decisions=tuple(draw(st.lists(decisions(teams), max_size=3))),
    )


def _result(draw: Any, number: int, home: str, away: str) -> Played:
    goals = draw(numbers), draw(numbers)
    kicks = draw(st.sampled_from([None, (3, 4), (5, 4)])) if goals[0] == goals[1] else None
    return Played(
        home,
        away,
        outcome_of(*goals),
        *goals,
        -draw(numbers),
        -draw(numbers),
        match=f"match-{number:02}",
        starts=draw(st.sampled_from([None, number])),
        leg=draw(st.sampled_from([1, 1, 2, None])),
        half_time=draw(st.sampled_from([None, (0, 0), (1, 0)])),
        shoot_out=kicks,
    )


def decisions(teams: tuple[str, ...]) -> st.SearchStrategy[Decided]:
    orders = st.permutations(teams).map(lambda order: tuple((team,) for team in order))
    return st.builds(
        Decided,
        by=st.sampled_from(DECIDERS),
        order=orders,
        overrides=st.sampled_from([False, False, False, True]),
    )
