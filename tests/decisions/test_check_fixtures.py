"""What names an unknown team, group, section or id, or an id twice, is refused with what to do."""

import pytest

from events.fields import Names
from events.regulations import Regulations
from events.types import (
    CompetitionCreated,
    GroupFormed,
    NameErased,
    PersonNamed,
    TeamEntered,
)
from tests.decisions.given import (
    GROUP,
    SCHEDULED,
    Given,
    amended,
    cancelled,
    fact,
    goal,
    ordered,
    scheduled,
)

HOME_AND_AWAY = ("cobresol", "la-bocana")


def formed(**fields: object) -> GroupFormed:
    sound = {
        "stage": "regional",
        "section": "region-1",
        "group": "group-c",
        "name": "Grupo C",
        "teams": ("cobresol", "willy-serrato"),
    }
    return fact(GroupFormed, **{**sound, **fields})


def test_a_competition_is_created_once() -> None:
    again = fact(CompetitionCreated, competition="copa-peru-2013", regulations=Regulations())
    Given().when(again).then_refused("a competition is created once, by POST /v1/competitions")


# Matches


def test_a_match_between_teams_of_a_group_is_recorded() -> None:
    given = Given().when(scheduled("b-1", *HOME_AND_AWAY, group=GROUP)).then_recorded()
    given.then_match("b-1", play="scheduled", group=GROUP)


def test_a_match_of_a_team_nobody_entered_is_refused() -> None:
    posted = Given().when(scheduled("b-1", "cobresol", "sport-ancash"))
    posted.then_refused(
        "there is no team sport-ancash; enter it first (team_entered)", team="sport-ancash"
    )


def test_a_team_that_is_entered_later_can_play() -> None:
    entered = fact(TeamEntered, team="sport-ancash", names=Names(full="Sport Áncash"))
    Given(entered).when(scheduled("b-1", "cobresol", "sport-ancash")).then_recorded()


def test_a_team_cannot_play_itself() -> None:
    Given().when(scheduled("b-1", "cobresol", "cobresol")).then_refused("cannot play itself")
    Given().when(ordered("b-1", "cobresol", "cobresol")).then_refused("cannot play itself")


def test_a_match_in_a_group_is_between_its_teams() -> None:
    outsider = scheduled("b-1", "cobresol", "willy-serrato", group=GROUP)
    Given().when(outsider).then_refused("willy-serrato is not in group-b")
    Given().when(ordered("b-1", "cobresol", "willy-serrato")).then_refused("is not in group-b")


def test_a_match_in_a_group_nobody_formed_is_refused() -> None:
    unknown = scheduled("b-1", *HOME_AND_AWAY, group="group-z")
    Given().when(unknown).then_refused("there is no group group-z; form it first (group_formed)")


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"stage": "national"}, "no stage national;"),
        ({"section": "region-9"}, "no section region-9;"),
        ({"stage": "regional", "section": "region-9"}, "no section region-9 in stage regional;"),
        ({"stage": "national", "section": "region-1"}, "no section region-1 in stage national;"),
    ],
)
def test_a_match_in_a_section_that_the_regulations_do_not_have_is_refused(
    place: dict[str, str], said: str
) -> None:
    Given().when(scheduled("b-1", *HOME_AND_AWAY, **place)).then_refused(said)


def test_a_match_in_a_section_of_the_regulations_is_recorded() -> None:
    place = {"stage": "regional", "section": "region-1"}
    Given().when(scheduled("b-1", *HOME_AND_AWAY, **place)).then_recorded()


def test_a_match_is_scheduled_once() -> None:
    refused = Given().when(scheduled("final", *HOME_AND_AWAY))
    refused.then_refused("final is scheduled already; use match_rescheduled", match="final")


def test_a_match_whose_schedule_was_cancelled_may_be_scheduled_anew() -> None:
    Given(cancelled(SCHEDULED)).when(scheduled("final", *HOME_AND_AWAY)).then_recorded()


def test_a_match_and_a_group_never_share_an_id() -> None:
    Given().when(scheduled(GROUP, *HOME_AND_AWAY)).then_refused("group-b is the id of a group")
    Given().when(ordered(GROUP, *HOME_AND_AWAY)).then_refused("group-b is the id of a group")
    Given().when(formed(group="final")).then_refused("final is the id of a match")
    gone = Given(cancelled(SCHEDULED))
    gone.when(formed(group="final")).then_refused("final is the id of a match")


def test_an_id_is_no_date_because_dates_name_the_matches_of_a_day() -> None:
    Given().when(scheduled("2013-12-15", *HOME_AND_AWAY)).then_refused("reads as a date")
    Given().when(ordered("2013-12-15", *HOME_AND_AWAY)).then_refused("reads as a date")
    Given().when(formed(group="2013-12-15")).then_refused("reads as a date")


# Extra matches


def test_an_extra_match_is_ordered_and_then_scheduled_between_the_same_teams() -> None:
    order = Given().when(ordered("extra-1", *HOME_AND_AWAY)).then_recorded()
    order.when(scheduled("extra-1", "la-bocana", "cobresol")).then_recorded()


def test_an_extra_match_is_not_scheduled_between_other_teams() -> None:
    order = Given(ordered("extra-1", *HOME_AND_AWAY))
    order.when(scheduled("extra-1", "cobresol", "unicachi")).then_refused(
        "extra-1 was ordered between cobresol and la-bocana; schedule it between them"
    )


def test_an_extra_match_is_ordered_once_and_scheduled_once() -> None:
    order = Given(ordered("extra-1", *HOME_AND_AWAY))
    order.when(ordered("extra-1", *HOME_AND_AWAY)).then_refused("extra-1 is scheduled already")
    twice = Given(ordered("extra-1", *HOME_AND_AWAY), scheduled("extra-1", *HOME_AND_AWAY))
    twice.when(scheduled("extra-1", *HOME_AND_AWAY)).then_refused("extra-1 is scheduled already")


def test_a_match_that_is_scheduled_is_not_made_an_extra_match() -> None:
    listed = Given(scheduled("b-1", *HOME_AND_AWAY))
    listed.when(ordered("b-1", *HOME_AND_AWAY)).then_refused("b-1 is scheduled already")


def test_a_goal_in_an_extra_match_needs_no_schedule_beside_the_order() -> None:
    order = Given(ordered("extra-1", *HOME_AND_AWAY))
    order.when(goal("home", match="extra-1")).then_warns("no kick-off is recorded yet")


# Amended schedules are held to the same


def test_a_schedule_is_amended_within_what_can_be() -> None:
    match = scheduled("b-1", *HOME_AND_AWAY, group=GROUP)
    listed = Given(match)
    listed.when(amended(match, away="unicachi")).then_recorded().then_match("b-1", away="unicachi")
    listed.when(amended(match, away="sport-ancash")).then_refused("there is no team sport-ancash")
    listed.when(amended(match, away="cobresol")).then_refused("cobresol cannot play itself")
    listed.when(amended(match, away="willy-serrato")).then_refused("is not in group-b")
    listed.when(amended(match, group="group-z")).then_refused("there is no group group-z")
    listed.when(amended(match, stage="national")).then_refused("no stage national")
    listed.when(amended(match, match="b-2")).then_refused("keeps type and subject")


def test_an_order_of_an_extra_match_is_amended_within_what_can_be() -> None:
    order = ordered("extra-1", *HOME_AND_AWAY)
    Given(order).when(amended(order, away="sport-ancash")).then_refused("there is no team")
    Given(order).when(amended(order, away="unicachi")).then_recorded()


# Groups and people


def test_a_group_is_formed_of_teams_that_are_entered() -> None:
    given = Given().when(formed()).then_recorded()
    given.when(scheduled("c-1", "cobresol", "willy-serrato", group="group-c")).then_recorded()


def test_a_group_of_a_team_nobody_entered_is_refused() -> None:
    Given().when(formed(teams=("cobresol", "sport-ancash"))).then_refused("no team sport-ancash")


def test_a_team_stands_once_in_a_group() -> None:
    Given().when(formed(teams=("cobresol", "cobresol"))).then_refused(
        "cobresol stands twice among the teams of group-c; name each once", path="teams[1]"
    )


def test_a_group_is_formed_in_a_section_of_the_regulations() -> None:
    Given().when(formed(section="region-9")).then_refused("no section region-9 in stage regional")


def test_a_group_that_is_amended_is_held_to_the_same() -> None:
    group = formed()
    Given(group).when(amended(group, teams=["sport-ancash"])).then_refused("no team sport-ancash")


def test_a_person_of_a_team_nobody_entered_is_refused() -> None:
    named = fact(PersonNamed, person="p-1", commitment="0" * 64, team="sport-ancash")
    Given().when(named).then_refused("there is no team sport-ancash")


def test_the_name_of_nobody_cannot_be_erased() -> None:
    Given().when(fact(NameErased, person="p-1")).then_refused("there is no person p-1")
    named = fact(PersonNamed, person="p-1", commitment="0" * 64, team="cobresol")
    Given(named).when(fact(NameErased, person="p-1")).then_recorded()
