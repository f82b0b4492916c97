"""Criteria ask only for what there is; what cannot be asked is refused with its path."""

from typing import Any

import pytest

from events.errors import Refused
from events.possible_rules import possible_regulations
from events.regulations import (
    Berth,
    Criterion,
    EachGroup,
    ExternalList,
    Group,
    Interim,
    RankOf,
    Regulations,
    Round,
    Section,
    Stage,
    Team,
    Tie,
)
from tests.decisions.contests import POINTS, by

LISTED = (ExternalList(name="ranking", rows={"a": 1}),)


def rules(*criteria: Criterion, **fields: Any) -> Regulations:
    section = Section(id="north", name="North", groups=(Group(id="group-a", name="A"),))
    stage = Stage(id="stage", name="Stage", sections=(section,))
    return Regulations(criteria=criteria, stages=(stage,), lists=LISTED, **fields)


def refused(regulations: Regulations) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        possible_regulations(regulations)
    return str(caught.value), str(caught.value.facts["path"])


@pytest.mark.parametrize(
    ("criterion", "said", "path"),
    [
        (by("list", list="fifa"), "the list fifa, and the regulations have none", "list"),
        (by("list"), "does not say of which list", "list"),
        (by("points", list="ranking"), "the metric points reads no list", "list"),
        (by("place", group="group-b"), "the group group-b, and the regulations", "group"),
        (by("place"), "does not say of which group", "group"),
        (by("points", ("home", "away")), "no match of a team is both away and home", "scope"),
        (by("points", ()), "a scope without parts counts nothing", "scope"),
        (by("points", ("away", "away")), "away stands twice", "scope[1]"),
        (by("lots", contest=(3, 2)), "places 3 to 2 is none", "when.contest"),
        (by("lots", level=2, more_than=2), "exactly 2 level teams are never", "when.more_than"),
        (by("shoot_out", level=3, met_last=True), "is about two teams", "when.met_last"),
        (by("wins", on_partial="restart_block"), "begins again where one is named", "on_partial"),
        (by("wins", block="b", on_partial="restart_list"), "begins again at its end", "on_partial"),
    ],
)
def test_a_criterion_that_cannot_be_asked_is_refused(
    criterion: Criterion, said: str, path: str
) -> None:
    message, where = refused(rules(POINTS, criterion))
    assert said in message
    assert where == f"regulations.criteria[1].{path}"


def test_before_the_first_criterion_there_is_no_table_that_leaves_anybody_out() -> None:
    message, where = refused(rules(by("wins", without_ranks_from=4)))
    assert "the first criterion has no table before it" in message
    assert where == "regulations.criteria[0].without_ranks_from"


def test_the_criteria_of_a_block_follow_each_other() -> None:
    parted = (by("points", "level", block="h2h"), by("wins"), by("draws", "level", block="h2h"))
    message, where = refused(rules(POINTS, *parted))
    assert "h2h stands twice among the blocks, which are consecutive" in message
    assert where == "regulations.criteria[3].block"


def test_an_interim_table_until_a_matchday_says_which() -> None:
    interim = Interim(until="matchday", criteria=(POINTS,))
    assert refused(rules(POINTS, interim=interim))[1] == "regulations.interim.matchday"
    at_all = Interim(until="all_played", matchday=3, criteria=(POINTS,))
    assert "asks for no matchday" in refused(rules(POINTS, interim=at_all))[0]


def test_tables_that_ask_for_places_in_each_other_are_refused() -> None:
    assert "group-a asks for places in group-a" in refused(rules(by("place", group="group-a")))[0]


def test_a_rule_for_a_section_or_a_stage_is_held_against_the_same() -> None:
    section = Section(id="north", name="North", criteria=(by("list", list="none"),))
    stage = Stage(id="stage", name="Stage", sections=(section,))
    path = "regulations.stages[0].sections[0].criteria[0].list"
    assert refused(Regulations(stages=(stage,)))[1] == path


def test_a_slot_may_wait_for_a_berth_that_every_group_has() -> None:
    each = EachGroup(berths=(Berth(id="next", name="Next"),))
    groups = (Group(id="group-a", name="A", teams=("a", "b")),)
    final = Tie(id="final", slots=(RankOf(group="group-a", rank=1), Team(team="z")))
    section = Section(
        id="north",
        name="North",
        groups=groups,
        each_group=each,
        rounds=(Round(id="final", name="Final", ties=(final,)),),
    )
    named = possible_regulations(
        Regulations(stages=(Stage(id="stage", name="Stage", sections=(section,)),))
    )
    assert list(named.berths) == ["group-a-next"]
