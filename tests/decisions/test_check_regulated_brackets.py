"""A bracket that no season could fill is refused before it counts, and so is a name of nothing."""

from typing import Any

import pytest
from msgspec.structs import replace

from events.errors import Refused
from events.possible_rules import possible_regulations
from events.regulations import (
    Berth,
    BerthOf,
    ByDraw,
    Bye,
    Group,
    LeadsTo,
    LoserOf,
    RankOf,
    RecordScope,
    Regulations,
    Round,
    Section,
    SectionBerth,
    Source,
    Stage,
    Step,
    Team,
    Tie,
    Unknown,
    WinnerOf,
)

FIRST = Berth(id="best", name="Primeros", first=1, last=2)
GROUP_A = Group(id="group-a", name="Grupo A", teams=("a", "b", "c"), berths=(FIRST,))
DRAW = ByDraw()


LOSER = LoserOf(tie="t")
AWAY = (Step(by="away_goals"),)


def rank(number: int, group: str = "group-a") -> RankOf:
    return RankOf(group=group, rank=number)


def tie(id: str, one: Source = DRAW, other: Source = DRAW) -> Tie:
    return Tie(id=id, slots=(one, other))


def round_(*ties: Tie, id: str = "round", **fields: Any) -> Round:
    return Round(id=id, name="Ronda", ties=ties, **fields)


def rules(*rounds: Round, **fields: Any) -> Regulations:
    """One section with a group and these rounds."""
    section = Section(id="region-1", name="Región I", groups=(GROUP_A,), rounds=rounds, **fields)
    return Regulations(stages=(Stage(id="regional", name="Regional", sections=(section,)),))


def berth(id: str = "next", **fields: Any) -> SectionBerth:
    return SectionBerth(id=id, name="Nacional", **fields)


SEMI_FINALS = round_(tie("semi-1", rank(1), DRAW), tie("semi-2", DRAW, rank(2)))
LAST = round_(
    tie("last", WinnerOf(tie="semi-1"), WinnerOf(tie="semi-2")),
    tie("third", LoserOf(tie="semi-1"), LoserOf(tie="semi-2")),
    id="last-round",
)


def test_a_bracket_that_a_season_can_fill_is_let_in() -> None:
    possible_regulations(rules(SEMI_FINALS, LAST, berths=(berth(source=WinnerOf(tie="last")),)))
    possible_regulations(rules(round_(tie("t", Unknown(), Unknown()), tie("u", Team(team="a")))))
    possible_regulations(rules(round_(tie("t", Bye(), BerthOf(berth="best", place=2)))))
    possible_regulations(rules(round_(), berths=(berth(),)))


def test_a_team_may_be_named_in_one_round_after_the_other() -> None:
    known = Team(team="a")
    possible_regulations(rules(round_(tie("t", known)), round_(tie("u", known), id="next")))


def test_the_members_of_a_group_that_is_known_in_part_may_be_more() -> None:
    partial = replace(GROUP_A, coverage="partial")
    section = Section(id="r", name="R", groups=(partial,), rounds=(round_(tie("t", rank(4))),))
    possible_regulations(Regulations(stages=(Stage(id="s", name="S", sections=(section,)),)))


@pytest.mark.parametrize(
    ("regulations", "said"),
    [
        (rules(SEMI_FINALS, SEMI_FINALS), "round stands twice among the rounds of section region"),
        (
            rules(SEMI_FINALS, round_(tie("semi-1"), id="other")),
            "semi-1 stands twice among the ties; name each once",
        ),
        (rules(round_(tie("2013-12-15"))), "2013-12-15 reads as a date"),
        (
            rules(round_(tie("group-a"))),
            "group-a is the id of a group; choose another for the tie",
        ),
        (rules(berths=(berth("best"),)), "best stands twice among the berths; name each once"),
        (
            rules(round_(tie("t", rank(1, "group-z")))),
            "the slot t/1 names the group group-z, and the regulations have none; name one that "
            "they have",
        ),
        (
            rules(round_(tie("t", DRAW, WinnerOf(tie="u")))),
            "the slot t/2 names the tie u, and the regulations have none",
        ),
        (rules(round_(tie("t", LoserOf(tie="u")))), "the slot t/1 names the tie u, and"),
        (rules(round_(tie("t", BerthOf(berth="z")))), "the slot t/1 names the berth z, and"),
        (
            rules(round_(tie("t", rank(4)))),
            "the slot t/1 is filled by rank 4 of group-a, and group-a has only 3; name one that "
            "there is",
        ),
        (
            rules(round_(tie("t", BerthOf(berth="best", place=3)))),
            "the slot t/1 is filled by place 3 of the berth best, and best has only 2",
        ),
        (
            rules(round_(tie("t", rank(1), rank(1)))),
            "rank 1 of group-a cannot play itself in t; give its slots two sources",
        ),
        (rules(round_(tie("t", Bye(), Bye()))), "nobody cannot play itself in t"),
        (
            rules(round_(tie("t", rank(1)), tie("u", DRAW, rank(1)))),
            "rank 1 of group-a fills both t/1 and u/2; give each slot a source of its own",
        ),
        (
            rules(SEMI_FINALS, LAST, round_(tie("t", LoserOf(tie="semi-1")), id="again")),
            "the loser of semi-1 fills both third/1 and t/1",
        ),
        (
            rules(round_(tie("t", Team(team="a")), tie("u", Team(team="a")))),
            "a stands twice among the teams of round round; name each once",
        ),
        (
            rules(round_(tie("t", WinnerOf(tie="u")), tie("u", LoserOf(tie="t")))),
            "tie t waits for tie u waits for tie t; nobody could ever come into them: let one have "
            "another source",
        ),
        (rules(round_(tie("t", WinnerOf(tie="t")))), "tie t waits for tie t; nobody could ever"),
        (
            rules(
                round_(tie("t", BerthOf(berth="next"))),
                berths=(berth(source=WinnerOf(tie="t")),),
            ),
            "tie t waits for berth next waits for tie t",
        ),
        (
            rules(berths=(berth(source=WinnerOf(tie="t")),)),
            "the berth next names the tie t, and the regulations have none",
        ),
        (
            rules(berths=(berth(leads_to=LeadsTo(stage="national")),)),
            "the berth next leads to the stage national, and the regulations have none",
        ),
        (
            rules(round_(legs=1, decided_by=(Step(by="away_goals"),))),
            "away goals decide nothing in the single matches of round round; leave out the step",
        ),
        (
            rules(round_(decided_by=(Step(by="points"), Step(by="points")))),
            "points stands twice among the steps that decide round round",
        ),
        (
            replace(rules(), records=(RecordScope(id="all", name="A"),) * 2),
            "all stands twice among the records",
        ),
        (
            replace(rules(), records=(RecordScope(id="all", name="A", stages=("national",)),)),
            "the records all are those of the stage national, and the regulations have none",
        ),
    ],
)
def test_a_bracket_that_cannot_be_is_refused(regulations: Regulations, said: str) -> None:
    refused(regulations, said)


def test_a_berth_of_a_group_leads_to_a_stage_that_there_is() -> None:
    leading = replace(FIRST, leads_to=LeadsTo(stage="national"))
    section = Section(id="r", name="R", groups=(replace(GROUP_A, berths=(leading,)),))
    stages = (Stage(id="s", name="S", sections=(section,)),)
    with pytest.raises(Refused, match="the berth best leads to the stage national"):
        possible_regulations(Regulations(stages=stages))
    possible_regulations(Regulations(stages=(*stages, Stage(id="national", name="N"))))


def test_a_berth_leads_to_a_section_that_its_stage_has() -> None:
    def leading(to: LeadsTo) -> Regulations:
        section = Section(id="r", name="R", berths=(berth(leads_to=to),))
        other = Section(id="s", name="S")
        return Regulations(
            stages=(
                Stage(id="regional", name="Regional", sections=(section,)),
                Stage(id="national", name="Nacional", sections=(other,)),
            )
        )

    refused(leading(LeadsTo(section="t")), "the berth next leads to the section t, and the")
    refused(
        leading(LeadsTo(stage="national", section="r")),
        "the berth next leads to the section r, and the stage national has none; name one that it "
        "has, or its own stage",
    )
    possible_regulations(leading(LeadsTo(stage="national", section="s")))
    possible_regulations(leading(LeadsTo(section="s")))
    possible_regulations(leading(LeadsTo(stage="first", section="t", competition="Liga 2")))
    possible_regulations(leading(LeadsTo(stage="first", next_edition=True)))


SECTION = "regulations.stages[0].sections[0]"


@pytest.mark.parametrize(
    ("rules", "path"),
    [
        (rules(round_(tie("group-a"))), "rounds[0].ties[0].id"),
        (rules(SEMI_FINALS, round_(tie("semi-1"), id="o")), "rounds[1].ties[0].id"),
        (rules(round_(tie("t", DRAW, WinnerOf(tie="u")))), "rounds[0].ties[0].slots[1].tie"),
        (rules(round_(tie("t", rank(4)))), "rounds[0].ties[0].slots[0].rank"),
        (rules(round_(tie("t", rank(1), rank(1)))), "rounds[0].ties[0].slots[1]"),
        (rules(round_(tie("t", WinnerOf(tie="t")))), "rounds[0].ties[0].slots[0]"),
        (
            rules(round_(tie("t", DRAW, BerthOf(berth="n"))), berths=(berth("n", source=LOSER),)),
            "rounds[0].ties[0].slots[1]",
        ),
        (rules(berths=(berth(), berth())), "berths[1].id"),
        (rules(berths=(berth("best"),)), "berths[0].id"),
        (rules(berths=(berth(leads_to=LeadsTo(stage="x")),)), "berths[0].leads_to.stage"),
        (rules(berths=(berth(leads_to=LeadsTo(section="x")),)), "berths[0].leads_to.section"),
        (rules(round_(legs=1, decided_by=AWAY)), "rounds[0].decided_by[0].by"),
    ],
)
def test_what_cannot_be_is_named_by_its_path(rules: Regulations, path: str) -> None:
    with pytest.raises(Refused) as raised:
        possible_regulations(rules)
    assert raised.value.facts["path"] == f"{SECTION}.{path}"


def refused(rules: Regulations, said: str) -> None:
    with pytest.raises(Refused) as raised:
        possible_regulations(rules)
    assert said in str(raised.value)
