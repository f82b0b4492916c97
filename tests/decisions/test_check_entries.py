"""Who takes part, who does not, and which two persons are one: what cannot be is refused."""

import pytest

from events.fields import Names
from events.types import (
    Event,
    PersonNamed,
    PersonsMerged,
    StageOpened,
    TeamEntered,
    TeamExcluded,
    TeamRefused,
    TeamWithdrawn,
)
from tests.decisions.given import (
    ENTERED,
    Given,
    amended,
    awarded,
    cancelled,
    fact,
    recorded,
    whistle,
)

NAMES = Names(full="Sport Áncash")
NAMED = [fact(PersonNamed, person=person, commitment="0" * 64) for person in ("p-1", "p-2", "p-3")]


def merged(person: str, into: str) -> PersonsMerged:
    return fact(PersonsMerged, person=person, into=into)


def test_a_stage_of_the_regulations_is_opened() -> None:
    Given().when(fact(StageOpened, stage="regional")).then_recorded()
    Given().when(fact(StageOpened, stage="national")).then_refused(
        "the regulations have no stage national; name one that they have", stage="national"
    )


@pytest.mark.parametrize("kind", [TeamEntered, TeamRefused])
def test_a_team_comes_from_a_section_of_the_regulations(kind: type[Event]) -> None:
    from_region_1 = fact(kind, team="sport-ancash", names=NAMES, section="region-1")
    Given().when(from_region_1).then_recorded()
    nowhere = fact(kind, team="sport-ancash", names=NAMES, section="ancash")
    Given().when(nowhere).then_refused(
        "the regulations have no section ancash; name one that they have", section="ancash"
    )


@pytest.mark.parametrize("kind", [TeamWithdrawn, TeamExcluded])
def test_only_a_team_that_is_known_leaves(kind: type[Event]) -> None:
    Given().when(fact(kind, team="unicachi", reason="sin jugadores")).then_recorded()
    Given().when(fact(kind, team="sport-ancash")).then_refused(
        "there is no team sport-ancash; enter it first (team_entered)", team="sport-ancash"
    )


def test_a_team_that_takes_part_is_excluded_not_refused() -> None:
    refused = fact(TeamRefused, team="willy-serrato", names=NAMES)
    Given().when(refused).then_refused(
        "willy-serrato takes part and cannot be refused any more; exclude it (team_excluded), or "
        "cancel its entry first",
        team="willy-serrato",
    )
    entry = ENTERED[-1]
    assert entry.team == "willy-serrato"
    Given(cancelled(entry)).when(refused).then_recorded()


def test_a_team_that_was_refused_may_be_let_in_after_all() -> None:
    refused = fact(TeamRefused, team="sport-ancash", names=NAMES)
    Given(refused).when(fact(TeamEntered, team="sport-ancash", names=NAMES)).then_recorded()


def test_a_club_that_has_another_name_now_says_which_it_had() -> None:
    given = Given()
    renamed = fact(
        TeamEntered,
        team="unicachi",
        names=Names(full="Deportivo Unicachi"),
        formerly="Unicachi",
        occurred="2013-10-01",
    )
    given.when(fact(TeamEntered, team="unicachi", names=NAMES)).then_warns(
        "unicachi was entered as Unicachi before and is Sport Áncash now; if the two are two teams"
    )
    given = Given()
    then = given.when(renamed).then_recorded()
    then.when(amended(renamed, occurred="2013-10-02")).then_recorded()
    again = fact(TeamEntered, team="unicachi", names=NAMES, formerly="Unicachi")
    then.when(again).then_warns("unicachi was never called Unicachi but Deportivo Unicachi; give")
    new = fact(TeamEntered, team="sport-ancash", names=NAMES, formerly="Áncash")
    then.when(new).then_warns("sport-ancash was never called Áncash but nothing; give the name")


# Persons


def test_two_ways_of_writing_a_person_are_merged() -> None:
    Given(*NAMED).when(merged("p-1", "p-2")).then_recorded()
    Given(*NAMED, merged("p-1", "p-2")).when(merged("p-3", "p-2")).then_recorded()
    Given(*NAMED, merged("p-1", "p-2")).when(merged("p-2", "p-3")).then_recorded()


@pytest.mark.parametrize(
    ("merge", "said"),
    [
        (merged("p-1", "p-9"), "there is no person p-9"),
        (merged("p-9", "p-1"), "there is no person p-9"),
        (merged("p-1", "p-1"), "p-1 is one person already; name the two that are the same"),
    ],
)
def test_persons_that_cannot_be_merged_are_not(merge: PersonsMerged, said: str) -> None:
    Given(*NAMED).when(merge).then_refused(said)


def test_nobody_is_merged_into_who_counts_as_another() -> None:
    first = merged("p-1", "p-2")
    for person in ("p-2", "p-3"):
        Given(*NAMED, first).when(merged(person, "p-1")).then_refused(
            "p-1 counts as p-2 since they were merged; name p-2 instead, or cancel that first",
            into="p-1",
            person="p-2",
        )
    Given(*NAMED, first, cancelled(first)).when(merged("p-2", "p-1")).then_recorded()


def test_merges_never_go_round() -> None:
    chain = (merged("p-1", "p-2"), merged("p-2", "p-3"))
    Given(*NAMED, *chain).when(merged("p-3", "p-1")).then_refused("p-1 counts as p-2")
    Given(*NAMED, *chain).when(amended(chain[1], into="p-1")).then_refused("p-1 counts as p-2")


@pytest.mark.parametrize(
    ("left", "how"), [(TeamWithdrawn, "withdrawn"), (TeamExcluded, "excluded")]
)
def test_the_sheet_of_a_match_of_a_team_that_has_left_is_warned_about(
    left: type[Event], how: str
) -> None:
    gone = fact(left, team="willy-serrato")
    said = f"willy-serrato was {how} before this was recorded; if it did not play, use result_award"
    Given(gone).when(recorded(1, 0)).then_warns(said)
    Given(gone).when(whistle()).then_warns(said)
    Given(gone).when(awarded("home", 3, 0)).then_recorded()
    Given(gone, cancelled(gone)).when(recorded(1, 0)).then_recorded()


def test_a_team_that_is_entered_again_with_another_name_is_warned_about() -> None:
    first = fact(TeamEntered, team="bagua", names=Names(full="Bagua FC"))
    given = Given(first)
    given.when(fact(TeamEntered, team="bagua", names=Names(full="Bagua FC"))).then_recorded()
    given.when(fact(TeamEntered, team="bagua", names=Names(full="Bagua Grande"))).then_warns(
        "bagua was entered as Bagua FC before and is Bagua Grande now; if the two are two teams"
    )
    Given(first).when(amended(first, names={"full": "Bagua Grande"})).then_recorded()
