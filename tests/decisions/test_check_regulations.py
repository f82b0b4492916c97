"""Regulations that contradict themselves, or what is recorded, are refused before they count."""

import pytest
from msgspec.structs import replace

from events.errors import Refused
from events.possible_rules import possible_regulations
from events.regulations import (
    Berth,
    ByDraw,
    Group,
    Regulations,
    Round,
    Section,
    SectionBerth,
    Stage,
    Tie,
)
from events.types import BerthGranted, GroupFormed, RegulationsAmended, TieDecided
from tests.decisions.given import REGULATIONS, TEAMS, Given, amended, cancelled, fact, scheduled

GROUP_A = Group(id="group-a", name="Grupo A", teams=("cobresol", "la-bocana"))
SECTION = Section(id="region-1", name="Región I", groups=(GROUP_A,))
STAGE = Stage(id="regional", name="Etapa Regional", sections=(SECTION,))


def rules(*stages: Stage) -> RegulationsAmended:
    return fact(RegulationsAmended, regulations=Regulations(stages=stages))


def rules_of_group(**changes: object) -> RegulationsAmended:
    group = replace(GROUP_A, **changes)
    return rules(replace(STAGE, sections=(replace(SECTION, groups=(group,)),)))


def test_regulations_that_make_sense_may_be_amended_at_any_time() -> None:
    Given().when(rules()).then_recorded()
    Given().when(rules(STAGE)).then_recorded()
    Given().when(fact(RegulationsAmended, regulations=REGULATIONS)).then_recorded()


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (rules(STAGE, replace(STAGE, sections=())), "regional stands twice among the stages"),
        (
            rules(replace(STAGE, sections=(SECTION, replace(SECTION, groups=())))),
            "region-1 stands twice among the sections; name each once",
        ),
        (
            rules(STAGE, replace(STAGE, id="s", sections=(replace(SECTION, id="region-2"),))),
            "group-a stands twice among the groups; name each once",
        ),
        (
            rules_of_group(teams=("cobresol", "unicachi", "cobresol")),
            "cobresol stands twice among the teams of group-a",
        ),
        (
            rules_of_group(berths=(Berth(id="next", name="N"), Berth(id="next", name="M"))),
            "next stands twice among the berths; name each once",
        ),
        (
            rules_of_group(berths=(Berth(id="next", name="N", first=3, last=2),)),
            "the berth next of group-a goes from rank 3 to 2; put the better rank first",
        ),
        (rules_of_group(id="2013-12-15"), "2013-12-15 reads as a date"),
        (rules_of_group(id="final"), "final is the id of a match; choose another"),
    ],
)
def test_regulations_that_cannot_be_are_refused(refused: RegulationsAmended, said: str) -> None:
    Given().when(refused).then_refused(said)


def test_a_group_of_new_regulations_does_not_take_the_id_of_a_match_that_was_cancelled() -> None:
    gone = scheduled("group-a", "cobresol", "la-bocana")
    Given(gone, cancelled(gone)).when(rules(STAGE)).then_refused("group-a is the id of a match")


def test_amended_regulations_are_held_to_the_same_when_they_are_amended_again() -> None:
    sound = rules(STAGE)
    doubled = {"stages": [{"id": "s", "name": "S"}, {"id": "s", "name": "S"}]}
    Given(sound).when(amended(sound, regulations=doubled)).then_refused(
        "s stands twice among the stages", path="body.regulations.stages[1].id"
    )
    Given(sound).when(amended(sound, regulations={})).then_recorded()


def test_a_section_stands_in_one_stage() -> None:
    again = replace(STAGE, id="national", sections=(Section(id="region-1", name="R"),))
    Given().when(rules(STAGE, again)).then_refused(
        "region-1 stands twice among the sections; name each once",
        path="regulations.stages[1].sections[0].id",
        id="region-1",
    )


def test_the_regulations_a_competition_begins_with_are_held_to_the_same() -> None:
    twice = replace(REGULATIONS, stages=(*REGULATIONS.stages, STAGE))
    with pytest.raises(Refused, match="regional stands twice among the stages") as raised:
        possible_regulations(twice)
    assert raised.value.facts["path"] == "regulations.stages[1].id"


# What is left behind


TIE = Tie(id="semi-1", slots=(ByDraw(), ByDraw()))
ROUND = Round(id="semi-finals", name="Semifinales", ties=(TIE,))
INVITED = SectionBerth(id="invited", name="Invitado")
WITH_BRACKET = rules(
    replace(STAGE, sections=(replace(SECTION, rounds=(ROUND,), berths=(INVITED,)),))
)


def test_new_regulations_without_what_facts_are_about_are_warned_about() -> None:
    given = Given(
        WITH_BRACKET,
        scheduled("a-1", "cobresol", "la-bocana", group="group-a"),
        scheduled("semi", "cobresol", "la-bocana", tie="semi-1"),
        fact(TieDecided, tie="semi-1", winner="cobresol"),
        fact(BerthGranted, berth="invited", team="unicachi"),
    )
    given.when(rules()).then_warns(
        "these regulations have no group group-a, no tie semi-1, no berth invited; what is "
        "recorded about them (4 matches and decisions) stays, and counts for nothing until "
        "regulations have them again"
    )
    restored = given.when(WITH_BRACKET).then_recorded()
    assert restored.fold.tie("semi-1") == ("cobresol", "la-bocana")


def test_new_regulations_without_what_nothing_is_about_are_recorded() -> None:
    taken_back = fact(BerthGranted, berth="invited", team="unicachi")
    Given(WITH_BRACKET, taken_back, cancelled(taken_back)).when(rules()).then_recorded()


def test_a_group_that_was_formed_is_not_left_behind() -> None:
    formed = fact(
        GroupFormed, stage="regional", section="region-1", group="group-a", name="A", teams=TEAMS
    )
    match = scheduled("a-1", "cobresol", "la-bocana", group="group-a")
    Given(WITH_BRACKET, formed, match).when(rules(STAGE)).then_recorded()
