"""What a berth, a tie, a leg and their ids cannot be is refused with what to do."""

import pytest

from events.regulations import (
    Unknown,
)
from events.types import (
    BerthGranted,
    Event,
    ExtraMatchOrdered,
    GroupFormed,
    LotsDrawn,
    ResultRecorded,
    TieDecided,
)
from tests.decisions.given import Given, amended, cancelled, fact, recorded, scheduled
from tests.decisions.test_check_brackets import DRAWN, HALF_DRAWN, RULES, decided, draw, lots


def extra(home: str, away: str, **fields: object) -> ExtraMatchOrdered:
    return fact(ExtraMatchOrdered, match="extra", home=home, away=away, **fields)


LEGS = [
    scheduled("leg-1", "cobresol", "la-bocana", tie="semi-1", leg=1),
    scheduled("leg-2", "la-bocana", "cobresol", tie="semi-1", leg=2),
]


def played(*scores: tuple[int, int]) -> list[Event]:
    results: list[ResultRecorded] = [
        recorded(*score, match=f"leg-{at}") for at, score in enumerate(scores, 1)
    ]
    return [RULES, DRAWN, *LEGS, *results]


# Berths


def test_a_berth_of_the_regulations_is_granted_to_a_team() -> None:
    Given(RULES).when(fact(BerthGranted, berth="invited", team="unicachi")).then_recorded()
    Given(RULES).when(fact(BerthGranted, berth="guests", team="unicachi")).then_refused(
        "there is no berth guests; name one of the regulations", berth="guests"
    )
    Given(RULES).when(fact(BerthGranted, berth="invited", team="sport-ancash")).then_refused(
        "there is no team sport-ancash"
    )


# Ties


def test_a_tie_is_decided_for_one_of_its_two_teams() -> None:
    Given(RULES, DRAWN).when(decided(winner="cobresol", by="walkover")).then_recorded()
    Given(RULES, DRAWN).when(decided()).then_recorded()
    Given(RULES, DRAWN).when(decided(winner="unicachi")).then_refused(
        "semi-1 is between cobresol and la-bocana, and unicachi is not one of them",
        team="unicachi",
        tie="semi-1",
    )


def test_a_tie_of_which_one_team_is_known_may_be_decided_for_another() -> None:
    Given(RULES, HALF_DRAWN).when(decided(winner="unicachi")).then_warns(
        "nobody is known yet to come into semi-1/2, which whoever is drawn fills; look for what is "
        "still to be recorded before this"
    )
    Given(RULES).when(decided(winner="unicachi")).then_warns("semi-1/1", "semi-1/2")
    Given(RULES).when(decided("decider")).then_warns("the winner of semi-1", "the winner of semi-2")
    Given(RULES).when(decided(winner="sport-ancash")).then_refused("there is no team sport-ancash")


def test_a_tie_that_is_not_there_is_not_decided() -> None:
    Given(RULES).when(decided("quarter-1", winner="unicachi")).then_refused(
        "there is no tie quarter-1; name one of the regulations, or amend them first "
        "(regulations_amended)",
        tie="quarter-1",
    )


def test_lots_are_drawn_only_between_two_that_are_level() -> None:
    Given(*played((1, 0), (1, 0))).when(lots("la-bocana", "cobresol")).then_recorded()
    not_level = "the teams of semi-1 are not level: a result is still missing, or its matches"
    Given(*played((1, 0))).when(lots("la-bocana", "cobresol")).then_refused(not_level)
    Given(*played((1, 0), (0, 0))).when(lots("la-bocana", "cobresol")).then_refused(not_level)


def test_lots_may_be_corrected() -> None:
    first = lots("la-bocana", "cobresol")
    given = Given(*played((1, 0), (1, 0)), first)
    given.when(amended(first, order=["cobresol", "la-bocana"])).then_recorded()
    given.when(amended(first, order=["cobresol", "unicachi"])).then_refused("is not one of them")


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (lots("cobresol", "unicachi"), "and unicachi is not one of them"),
        (lots("cobresol"), "lots of a tie name its two teams, first the one that goes through"),
        (lots(("cobresol", "la-bocana")), "lots of a tie name its two teams"),
        (lots("cobresol", "cobresol"), "lots of a tie name its two teams"),
        (lots("cobresol", "la-bocana", tie="quarter-1"), "there is no tie quarter-1"),
        (
            fact(LotsDrawn, tie="semi-1", group="group-b", order=("cobresol", "la-bocana")),
            "name the group or the tie whose teams are level, one of the two",
        ),
        (
            fact(LotsDrawn, order=("cobresol", "la-bocana")),
            "name the group or the tie whose teams are level, one of the two",
        ),
    ],
)
def test_lots_that_cannot_be_are_refused(drawn: LotsDrawn, said: str) -> None:
    Given(*played((1, 0), (1, 0))).when(drawn).then_refused(said)


def test_an_extra_match_is_played_by_the_two_of_the_tie() -> None:
    given = Given(*played((1, 0), (1, 0)))
    given.when(extra("cobresol", "unicachi", tie="semi-1")).then_refused(
        "unicachi is not one of them"
    )
    given.when(extra("cobresol", "la-bocana", tie="quarter-1")).then_refused("there is no tie")
    one = "name the group or the tie whose teams are level, one of the two"
    given.when(extra("cobresol", "la-bocana")).then_refused(one)
    given.when(extra("cobresol", "la-bocana", tie="semi-1", group="group-b")).then_refused(one)
    given.when(extra("cobresol", "la-bocana", tie="semi-1")).then_recorded()


# Legs


def test_a_match_of_a_tie_is_between_its_teams() -> None:
    meeting = {"tie": "semi-1", "leg": 1}
    Given(RULES, DRAWN).when(scheduled("m", "la-bocana", "cobresol", **meeting)).then_recorded()
    half_drawn = Given(RULES, HALF_DRAWN)
    half_drawn.when(scheduled("m", "cobresol", "unicachi", **meeting)).then_warns("semi-1/2")
    undrawn = Given(RULES).when(scheduled("m", "unicachi", "cobresol", **meeting))
    undrawn.then_warns("nobody is known yet to come into semi-1/1", "into semi-1/2")
    Given(RULES, HALF_DRAWN).when(scheduled("m", "la-bocana", "unicachi", **meeting)).then_refused(
        "semi-1 is between cobresol and somebody, and la-bocana is not one of them"
    )


def test_the_matches_of_a_tie_name_its_teams_where_no_draw_is_known() -> None:
    first = scheduled("m-1", "cobresol", "unicachi", tie="semi-1", leg=1)
    given = Given(RULES, first)
    given.when(scheduled("m-2", "la-bocana", "cobresol", tie="semi-1", leg=2)).then_refused(
        "semi-1 is between cobresol and unicachi, and la-bocana is not one of them"
    )
    given.when(amended(first, away="la-bocana")).then_recorded()
    given.when(scheduled("m-2", "la-bocana", "cobresol", tie="semi-1", leg=2)).then_recorded()


def test_nobody_misses_who_comes_into_a_slot_where_no_source_says_so() -> None:
    nobody_knows = [draw(a="cobresol", b=Unknown()), fact(TieDecided, tie="semi-2")]
    given = Given(RULES, *nobody_knows)
    given.when(scheduled("m", "cobresol", "unicachi", tie="semi-1", leg=1)).then_recorded()
    given = Given(RULES, DRAWN, decided(winner="cobresol"), *nobody_knows[1:])
    given.when(decided("decider", winner="cobresol")).then_recorded()


def test_a_host_of_both_legs_is_warned_about_unless_one_is_on_neutral_ground() -> None:
    given = Given(RULES, DRAWN, LEGS[0])
    again = {"tie": "semi-1", "leg": 2}
    given.when(scheduled("m", "cobresol", "la-bocana", **again)).then_warns(
        "cobresol is at home in leg 1 (leg-1) of semi-1 too; turn one round, or say which is on "
        "neutral ground"
    )
    given = Given(RULES, DRAWN, LEGS[0])
    given.when(scheduled("m", "cobresol", "la-bocana", **again, neutral=True)).then_recorded()
    given = Given(RULES, DRAWN, LEGS[1])
    given.when(scheduled("m", "la-bocana", "cobresol", tie="semi-1", leg=1)).then_warns("leg 2")
    Given(RULES, DRAWN, LEGS[0]).when(LEGS[1]).then_recorded()


def test_each_leg_is_one_match() -> None:
    given = Given(RULES, DRAWN, *LEGS)
    again = scheduled("m-3", "cobresol", "la-bocana", tie="semi-1", leg=1)
    given.when(again).then_refused(
        "leg 1 of semi-1 is leg-1 already; give m-3 another leg, or cancel or amend that one",
        match="leg-1",
        tie="semi-1",
        leg=1,
    )
    given.when(amended(LEGS[0], venue="Estadio Nacional")).then_recorded()
    given.when(amended(LEGS[1], leg=1)).then_refused("leg 1 of semi-1 is leg-1 already")
    given.when(cancelled(LEGS[0])).then_recorded().when(again).then_recorded()


def test_a_match_of_which_the_leg_is_not_known_is_on_the_list() -> None:
    unknown = scheduled("m-3", "cobresol", "la-bocana", tie="semi-1", date="2013-10")
    Given(RULES, DRAWN, *LEGS).when(unknown).then_recorded()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"tie": "quarter-1"}, "there is no tie quarter-1"),
        ({"leg": 1}, "m is a leg of no tie; name the tie, or leave out the leg"),
        (
            {"tie": "semi-1", "group": "group-b"},
            "m cannot be of group group-b and of tie semi-1; name the one that it counts for",
        ),
        ({"tie": "decider", "leg": 2}, "decider is a single match and has no leg 2"),
        (
            {"tie": "semi-1", "kick_off": "2013-10-06", "date": "2013-10"},
            "m has a kick-off and a date; leave out the date",
        ),
    ],
)
def test_a_match_of_a_tie_that_cannot_be_is_refused(fields: dict[str, object], said: str) -> None:
    Given(RULES).when(scheduled("m", "cobresol", "la-bocana", **fields)).then_refused(said)


# Matches, groups and ties never share an id


def test_a_match_or_group_does_not_take_the_id_of_a_tie() -> None:
    Given(RULES).when(scheduled("semi-1", "cobresol", "la-bocana")).then_refused(
        "semi-1 is the id of a tie; choose another"
    )
    formed = fact(
        GroupFormed, stage="regional", section="region-1", group="semi-1", name="S", teams=()
    )
    Given(RULES).when(formed).then_refused("semi-1 is the id of a tie; choose another")


def test_a_tie_of_new_regulations_does_not_take_the_id_of_a_match_or_group() -> None:
    match = scheduled("semi-1", "cobresol", "la-bocana")
    Given(match).when(RULES).then_refused("semi-1 is the id of a match; choose another")
    formed = fact(
        GroupFormed, stage="regional", section="region-1", group="semi-1", name="S", teams=()
    )
    Given(formed).when(RULES).then_refused("semi-1 is the id of a group; choose another")
