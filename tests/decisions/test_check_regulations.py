"""Regulations that contradict themselves, or what is recorded, are refused before they count."""

import pytest
from msgspec.structs import replace

from events.errors import Refused
from events.possible import possible_regulations
from events.regulations import Berth, Group, Regulations, Section, Stage
from events.types import RegulationsAmended
from tests.decisions.given import GROUP, REGULATIONS, Given, amended, cancelled, fact, scheduled

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
            "region-1 stands twice among the sections of stage regional",
        ),
        (
            rules(STAGE, replace(STAGE, id="national")),
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
    Given(sound).when(amended(sound, regulations=doubled)).then_refused("s stands twice among")
    Given(sound).when(amended(sound, regulations={})).then_recorded()


def test_the_same_section_may_stand_in_two_stages() -> None:
    possible_regulations(
        Regulations(
            stages=(
                STAGE,
                replace(STAGE, id="national", sections=(Section(id="region-1", name="R"),)),
            )
        )
    )


def test_the_regulations_a_competition_begins_with_are_held_to_the_same() -> None:
    with pytest.raises(Refused, match=f"{GROUP} stands twice among the groups"):
        possible_regulations(
            replace(
                REGULATIONS, stages=(*REGULATIONS.stages, replace(REGULATIONS.stages[0], id="s"))
            )
        )
