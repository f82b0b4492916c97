"""Decisions about a table name its teams; a table is finalised only when nothing in it is open."""

from collections.abc import Callable

import pytest

from events.types import (
    ClaimRecorded,
    Event,
    PointsAdjusted,
    ProtestFiled,
    RankDecided,
    StandingsFinalised,
)
from tests.decisions.given import (
    GROUP,
    Given,
    amended,
    cancelled,
    fact,
    finalised,
    lots,
    recorded,
    scheduled,
)

PAIRINGS = [("cobresol", "la-bocana"), ("cobresol", "unicachi"), ("la-bocana", "unicachi")]
MATCHES = [scheduled(f"b-{at}", *pair, group=GROUP) for at, pair in enumerate(PAIRINGS, 1)]


def results(*scores: tuple[int, int]) -> list[Event]:
    """The matches of the group, and their results as far as they are given."""
    sheets = [recorded(*score, match=f"b-{at}") for at, score in enumerate(scores, 1)]
    return [*MATCHES, *sheets]


def ruled(*order: str) -> RankDecided:
    return fact(RankDecided, group=GROUP, order=order)


CLEAR = results((1, 0), (1, 0), (1, 0))
LEVEL_FOR_FIRST = results((0, 0), (1, 0), (1, 0))


# Orders


@pytest.mark.parametrize("decision", [lots, ruled])
@pytest.mark.parametrize(
    ("order", "said"),
    [
        (("cobresol", "willy-serrato"), "willy-serrato is not in group-b"),
        (("cobresol", "sport-ancash"), "sport-ancash is not in group-b"),
        (("cobresol",), "an order names two teams or more, each once"),
        ((), "an order names two teams or more, each once"),
        (("cobresol", "cobresol"), "an order names two teams or more, each once"),
        (("cobresol", ("la-bocana", "cobresol")), "an order names two teams or more, each once"),
        ((("cobresol", "la-bocana"), ()), "at least one at each rank"),
    ],
)
def test_an_order_that_cannot_be_is_refused(
    decision: Callable[..., Event], order: tuple[str, ...], said: str
) -> None:
    Given(*LEVEL_FOR_FIRST).when(decision(*order)).then_refused(said)


def test_an_order_may_leave_teams_level() -> None:
    Given(*MATCHES).when(lots("cobresol", ("la-bocana", "unicachi"))).then_recorded()


def test_lots_between_teams_that_are_not_level_now_are_odd() -> None:
    said = "these teams are not level now: group-b stands cobresol > la-bocana > unicachi"
    Given(*CLEAR).when(lots("la-bocana", "cobresol")).then_warns(said)
    level = Given(*LEVEL_FOR_FIRST)
    level.when(lots("unicachi", "cobresol")).then_warns("cobresol = la-bocana > unicachi")
    Given(*LEVEL_FOR_FIRST).when(lots("la-bocana", "cobresol")).then_recorded()


def test_a_decision_about_a_group_nobody_formed_is_refused() -> None:
    unknown = fact(RankDecided, group="group-z", order=("cobresol", "la-bocana"))
    Given().when(unknown).then_refused("there is no group group-z; form it first (group_formed)")


def test_an_amended_decision_is_held_to_what_can_be() -> None:
    drawn = lots("cobresol", "la-bocana")
    level = Given(*LEVEL_FOR_FIRST, drawn)
    level.when(amended(drawn, order=["cobresol"])).then_refused("an order names two teams or more")
    level.when(amended(drawn, order=["la-bocana", "cobresol"])).then_recorded()


# Points


def test_points_are_taken_from_a_team_of_the_group() -> None:
    sound = {"team": "cobresol", "group": GROUP, "points": -3}
    Given().when(fact(PointsAdjusted, **sound)).then_recorded()
    outsider = fact(PointsAdjusted, **{**sound, "team": "willy-serrato"})
    Given().when(outsider).then_refused("willy-serrato is not in group-b")
    unknown = fact(PointsAdjusted, **{**sound, "group": "group-z"})
    Given().when(unknown).then_refused("there is no group group-z")


# Claims count for nothing, but speak of teams


def test_a_claim_may_say_what_the_table_does_not() -> None:
    sound = {"about": "standings/group-b", "says": "tercero Cobresol"}
    claim = fact(ClaimRecorded, **sound, order=("unicachi", "la-bocana", "cobresol"))
    Given(*CLEAR).when(claim).then_recorded()
    Given(*CLEAR).when(fact(ClaimRecorded, **sound)).then_recorded()
    unknown = fact(ClaimRecorded, **sound, order=("sport-ancash", "cobresol"))
    Given(*CLEAR).when(unknown).then_refused("there is no team sport-ancash")


# Finalising


def test_a_table_in_which_all_is_clear_is_finalised() -> None:
    Given(*CLEAR).when(finalised("cobresol", "la-bocana", "unicachi")).then_recorded()


def test_a_table_is_finalised_in_the_order_in_which_it_stands() -> None:
    Given(*CLEAR).when(finalised("la-bocana", "cobresol", "unicachi")).then_refused(
        "the order of group-b is cobresol > la-bocana > unicachi; finalise that, or record the "
        "decision that changes it first"
    )


@pytest.mark.parametrize(
    "order",
    [("cobresol", "la-bocana"), ("cobresol", "la-bocana", "unicachi", "willy-serrato"), ()],
)
def test_a_table_is_finalised_with_all_its_teams(order: tuple[str, ...]) -> None:
    Given(*CLEAR).when(finalised(*order)).then_refused("the order of group-b is cobresol >")


def test_a_table_with_teams_level_for_a_place_that_matters_is_not_finalised() -> None:
    level = Given(*LEVEL_FOR_FIRST)
    for order in ((("cobresol", "la-bocana"), "unicachi"), ("cobresol", "la-bocana", "unicachi")):
        level.when(finalised(*order)).then_refused("group-b is still open")


def test_lots_open_the_way_to_finalise() -> None:
    level = Given(*LEVEL_FOR_FIRST, lots("la-bocana", "cobresol"))
    level.when(finalised("cobresol", "la-bocana", "unicachi")).then_refused(
        "the order of group-b is la-bocana > cobresol > unicachi"
    )
    level.when(finalised("la-bocana", "cobresol", "unicachi")).then_recorded()


def test_lots_that_are_cancelled_leave_the_table_open() -> None:
    drawn = lots("la-bocana", "cobresol")
    level = Given(*LEVEL_FOR_FIRST, drawn, cancelled(drawn))
    level.when(finalised("la-bocana", "cobresol", "unicachi")).then_refused("is still open")


def test_a_table_with_a_match_to_play_is_not_finalised() -> None:
    unplayed = Given(*results((1, 0), (1, 0)))
    unplayed.when(finalised("cobresol", "la-bocana", "unicachi")).then_refused("is still open")


def test_a_table_with_a_result_under_protest_is_not_finalised() -> None:
    protest = fact(ProtestFiled, match="b-1")
    Given(*CLEAR, protest).when(finalised("cobresol", "la-bocana", "unicachi")).then_refused(
        "is still open"
    )


def test_a_table_of_a_group_nobody_formed_is_not_finalised() -> None:
    unknown = fact(StandingsFinalised, group="group-z", order=("cobresol", "la-bocana"))
    Given(*CLEAR).when(unknown).then_refused("there is no group group-z")


def test_a_table_that_moves_after_it_was_finalised_is_recorded_all_the_same() -> None:
    final = Given(*CLEAR, finalised("cobresol", "la-bocana", "unicachi"))
    final.when(recorded(0, 3, match="b-1")).then_warns("result stands already")


@pytest.mark.parametrize(
    "topic", ["standings/nope", "bracket/region-77", "matches/nowhere", "berths", "nonsense"]
)
def test_a_claim_that_nobody_would_see_is_warned_about(topic: str) -> None:
    claim = fact(ClaimRecorded, about=topic, says="third")
    posted = Given(*CLEAR).when(claim).then_warns(f"there is no {topic} to show this beside")
    assert [(warned.code, warned.path) for warned in posted.warnings] == [
        ("unknown-topic", "about")
    ]
