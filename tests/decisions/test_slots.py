"""Given tables over several groups, then who comes from them is in its slot once it is certain."""

from itertools import combinations
from typing import Any

import pytest

from events.errors import Refused
from events.fields import Names
from events.possible_rules import possible_regulations
from events.regulations import (
    Allocation,
    Allotted,
    BestOf,
    ByDraw,
    Bye,
    ByRuling,
    Criterion,
    Group,
    Overall,
    Placed,
    Regulations,
    Round,
    Section,
    Source,
    Stage,
    Team,
    Tie,
)
from events.types import (
    CompetitionCreated,
    DrawHeld,
    LotsDrawn,
    MatchScheduled,
    ProtestFiled,
    RankDecided,
    ResultRecorded,
    SlotAssigned,
    TeamEntered,
    TieDecided,
)
from projections.holes import holes
from tests.decisions.given import fact
from tests.decisions.tables import DIFFERENCE, LOTS, POINTS, League

GOALS = Criterion(metric="goals_for")
GROUPS = tuple(
    Group(id=f"g{name}", name=f"Group {name.upper()}", teams=tuple(f"{name}{n}" for n in "1234"))
    for name in "abcd"
)
TWO_BEST = Allocation(
    to=("1A", "1B"),
    rows=tuple((two, one) for one, two in combinations(("ga", "gb", "gc", "gd"), 2)),
)


def thirds(**fields: Any) -> Overall:
    return Overall(id="thirds", name="Best third-placed", rank=3, **fields)


class Finals(League):
    """Groups whose teams end in the order of their names, and what slots take of them."""

    def __init__(
        self,
        overall: Overall,
        *slots: Source,
        groups: tuple[Group, ...] = GROUPS,
        rounds: tuple[Round, ...] = (),
        **rules: Any,
    ) -> None:
        ties = tuple(
            Tie(id=f"tie-{at}", slots=(slot, ByDraw())) for at, slot in enumerate(slots, 1)
        )
        round_ = Round(id="round", name="Round", legs=1, ties=ties)
        section = Section(
            id="finals",
            name="Finals",
            groups=groups,
            rounds=(*rounds, round_),
            overall=(overall,),
        )
        stages = (Stage(id="finals", name="Finals", sections=(section,)),)
        criteria = rules.pop("criteria", (POINTS, DIFFERENCE, GOALS, LOTS))
        regulations = Regulations(criteria=criteria, stages=stages, **rules)
        possible_regulations(regulations)
        self._begin(fact(CompetitionCreated, competition="cup", regulations=regulations))
        for team in (team for group in groups for team in group.teams):
            self.record(fact(TeamEntered, team=team, names=Names(full=team.upper())))

    def play(self, group: Group, third_by: int = 1) -> None:
        """Let the better win by one goal, and the third beat the fourth by so many."""
        for home, away in combinations(group.teams, 2):
            goals = third_by if home.endswith("3") else 1
            self.about(MatchScheduled, f"{home}-{away}", home=home, away=away, group=group.id)
            self.about(ResultRecorded, f"{home}-{away}", home=goals, away=0)

    def play_all(self, *third_by: int) -> "Finals":
        groups = self.fold.setting.regulations.stages[0].sections[0].groups
        for group, goals in zip(groups, third_by, strict=True):
            self.play(group, goals)
        return self

    def slots(self) -> list[tuple[str | None, str]]:
        [*_, round_] = self.view("bracket/finals")["rounds"]
        shown = [tie["slots"][0] for tie in round_["ties"]]
        return [(s["team"] and s["team"]["team"], s["certainty"]) for s in shown]

    def overall(self) -> tuple[str, str]:
        [table] = self.view("sections/finals")["overall"]
        rows = ", ".join(f"{row['rank']} {row['team']['team']}" for row in table["rows"])
        return table["status"], rows

    def asked(self) -> list[str]:
        return [q["message"] for q in self.view("open-questions")["questions"]]


BEST = tuple(BestOf(overall="thirds", place=place) for place in (1, 2))
SENT = (Allotted(overall="thirds", to="1A"), Allotted(overall="thirds", to="1B"))

# The n-th best


def test_the_best_of_a_rank_come_into_their_slots_once_all_groups_are_complete() -> None:
    cup = Finals(thirds(), *BEST)
    for group, goals in zip(GROUPS[:3], (1, 4, 3), strict=True):
        cup.play(group, goals)
    assert (cup.overall(), cup.slots()) == (("provisional", ""), [(None, "open")] * 2)
    cup.play(GROUPS[3], 2)
    assert cup.overall() == ("final", "1 b3, 2 c3, 3 d3, 4 a3")
    assert cup.slots() == [("b3", "certain"), ("c3", "certain")]


def test_who_is_level_for_a_place_that_a_slot_takes_waits_for_lots() -> None:
    cup = Finals(thirds(), *BEST).play_all(4, 2, 2, 1)
    assert cup.overall() == ("undecided", "1 a3, 2 b3, 2 c3, 4 d3")
    assert cup.slots() == [("a3", "certain"), (None, "open")]
    assert cup.asked() == [
        "b3 and c3 are level for places 2 and 3 of thirds, settled by lots among them (article 13)"
    ]
    cup.record(fact(LotsDrawn, group="thirds", order=("c3", "b3")))
    assert cup.slots() == [("a3", "certain"), ("c3", "certain")]
    assert cup.asked() == []


def test_who_is_level_where_nothing_is_at_stake_is_asked_nothing() -> None:
    cup = Finals(thirds(), BEST[0]).play_all(4, 2, 2, 1)
    assert (cup.overall()[0], cup.asked()) == ("final", [])


def test_a_ruling_parts_them_as_well_and_strangers_are_refused() -> None:
    cup = Finals(thirds(criteria=(POINTS,)), *BEST).play_all(4, 2, 2, 1)
    assert cup.asked()[0].endswith("places 1 to 4 of thirds, settled by a ruling")
    with pytest.raises(Refused, match="a1 is not in thirds"):
        cup.record(fact(RankDecided, group="thirds", order=("a1", "b3")))
    cup.record(fact(RankDecided, group="thirds", order=("d3", "a3", "b3", "c3")))
    assert cup.slots() == [("d3", "certain"), ("a3", "certain")]


def test_no_match_is_played_in_a_table_over_several_groups() -> None:
    cup = Finals(thirds(), *BEST).play_all(4, 2, 2, 1)
    with pytest.raises(Refused, match="there is no group thirds"):
        cup.about(MatchScheduled, "more", home="b3", away="c3", group="thirds")


def test_matches_against_the_last_are_left_out_where_groups_differ_in_size() -> None:
    small = Group(id="ge", name="Group E", teams=("e1", "e2", "e3"))
    groups = (*GROUPS[:1], small)
    table = thirds(criteria=(Criterion(metric="points", without_ranks_from=4), GOALS, LOTS))
    cup = Finals(table, BestOf(overall="thirds"), groups=groups, criteria=(POINTS, LOTS))
    cup.play(groups[0], 5)
    cup.play(small)
    cup.about(ResultRecorded, "e2-e3", home=2, away=1)
    assert cup.overall()[1] == "1 a3, 2 e3"
    cup = Finals(
        thirds(
            criteria=tuple(
                Criterion(metric=m, without_ranks_from=4) for m in ("points", "goals_for")
            )
        ),
        BestOf(overall="thirds"),
        groups=groups,
        criteria=(POINTS, LOTS),
    )
    cup.play(groups[0], 5)
    cup.play(small)
    cup.about(ResultRecorded, "e2-e3", home=2, away=1)
    assert cup.overall()[1] == "1 e3, 2 a3"


def test_a_result_that_changes_changes_who_is_best() -> None:
    cup = Finals(thirds(), *BEST).play_all(4, 3, 2, 1)
    cup.about(ResultRecorded, "d3-d4", home=9, away=0)
    assert cup.slots() == [("d3", "certain"), ("a3", "certain")]
    cup.about(ProtestFiled, "d1-d2")
    assert cup.slots() == [("d3", "under_protest"), ("a3", "under_protest")]


# An allocation


def test_an_allocation_sends_a_team_only_when_the_combination_is_certain() -> None:
    cup = Finals(thirds(allocation=TWO_BEST), *SENT)
    for group in GROUPS[:3]:
        cup.play(group, 3)
    assert cup.slots() == [(None, "open")] * 2
    cup.play(GROUPS[3], 5)
    assert cup.overall() == ("undecided", "1 d3, 2 a3, 2 b3, 2 c3")
    assert cup.slots() == [(None, "open")] * 2
    cup.record(fact(LotsDrawn, group="thirds", order=("b3", ("a3", "c3"))))
    assert cup.slots() == [("d3", "certain"), ("b3", "certain")]
    assert cup.asked() == []


def test_whoever_is_level_on_one_side_of_the_cut_is_sent_all_the_same() -> None:
    cup = Finals(thirds(allocation=TWO_BEST), *SENT).play_all(3, 1, 3, 1)
    assert cup.overall()[1] == "1 a3, 1 c3, 3 b3, 3 d3"
    assert cup.slots() == [("c3", "certain"), ("a3", "certain")]
    assert cup.asked() == []


def test_a_combination_that_the_table_misses_sends_nobody_that_is_known() -> None:
    allocation = Allocation(to=("1A", "1B"), rows=(("ga", "gb"),))
    cup = Finals(thirds(allocation=allocation), *SENT).play_all(1, 1, 2, 2)
    assert cup.slots() == [(None, "unknown")] * 2


# A fold over an overall table


def test_the_first_of_all_meets_the_last_of_all() -> None:
    overall = Overall(id="thirds", name="All")
    groups = tuple(Group(id=g.id, name=g.name, teams=g.teams[:2]) for g in GROUPS[:2])
    criteria = (POINTS, DIFFERENCE, LOTS)
    slots = tuple(BestOf(overall="thirds", place=place) for place in (1, 4, 2, 3))
    cup = Finals(overall, *slots, groups=groups, criteria=criteria)
    cup.play(groups[0])
    assert cup.slots() == [(None, "open")] * 4
    cup.play(groups[1])
    cup.about(ResultRecorded, "b1-b2", home=3, away=0)
    assert [team for team, _ in cup.slots()] == ["b1", "b2", "a1", "a2"]


# The best loser


def losers(*slots: tuple[Source, Source]) -> Finals:
    ties = tuple(Tie(id=f"first-{at}", slots=two) for at, two in enumerate(slots, 1))
    rounds = (Round(id="first", name="First", legs=1, ties=ties),)
    overall = Overall(id="lucky", name="Lucky losers", losers_of="first")
    return Finals(overall, BestOf(overall="lucky"), rounds=rounds)


def test_the_best_loser_of_a_round_goes_on_once_all_of_it_is_played() -> None:
    cup = losers(
        (Team(team="a1"), Team(team="a2")),
        (Team(team="b1"), Team(team="b2")),
        (Team(team="c1"), Bye()),
    )
    for at, (home, away, goals) in enumerate((("a1", "a2", 3), ("b1", "b2", 1)), 1):
        assert cup.slots() == [(None, "open")]
        match, tie = f"{home}-{away}", f"first-{at}"
        cup.about(MatchScheduled, match, home=home, away=away, tie=tie)
        cup.about(ResultRecorded, match, home=goals, away=0)
    assert cup.overall() == ("final", "1 b2, 2 a2")
    assert cup.slots() == [("b2", "certain")]
    cup.record(fact(TieDecided, tie="first-2", winner="b2"))
    assert cup.slots() == [("b1", "certain")]


def test_a_best_loser_does_not_come_into_the_round_that_it_lost_in() -> None:
    with pytest.raises(Refused, match="nobody could ever come into them"):
        losers((BestOf(overall="lucky", place=2), Team(team="a2")))
    cup = losers((Team(team="a1"), Team(team="a2")))
    placed = (Placed(slot="first-1/1", filled_by=BestOf(overall="lucky", place=2)),)
    with pytest.raises(Refused, match="nobody could ever come into them"):
        cup.record(fact(DrawHeld, slots=placed))


# A ruling


def test_a_slot_that_a_ruling_fills_waits_for_it() -> None:
    cup = Finals(thirds(), ByRuling())
    assert (cup.slots(), cup.asked()) == ([(None, "open")], [])
    cup.record(fact(SlotAssigned, slot="tie-1/1", filled_by=Team(team="a1")))
    assert cup.slots() == [("a1", "ruled")]


# What cannot be


@pytest.mark.parametrize(
    ("overall", "slot", "message"),
    [
        (thirds(groups=("ga", "gz")), BEST[0], "names the group gz"),
        (thirds(groups=("ga", "ga")), BEST[0], "ga stands twice"),
        (thirds(groups=("ga",)), BEST[1], "has only 1"),
        (thirds(losers_of="round"), BEST[0], "leave out losers_of"),
        (Overall(id="thirds", name="x", losers_of="none"), BEST[0], "has none"),
        (Overall(id="ga", name="x"), ByDraw(), "is the id of a group or a tie"),
        (Overall(id="thirds", name="x", allocation=TWO_BEST), BEST[0], "give thirds the rank"),
        (thirds(), SENT[0], "has none; name one"),
        (thirds(), BestOf(overall="none"), "names the overall none"),
        (
            thirds(allocation=Allocation(to=("1A",), rows=(("ga", "gb"),))),
            SENT[0],
            "has 2 groups for the 1 places",
        ),
        (
            thirds(allocation=Allocation(to=("x", "y"), rows=(("ga", "gb"), ("gb", "ga")))),
            ByDraw(),
            "ga, gb stands twice",
        ),
        (
            thirds(allocation=Allocation(to=("1A",), rows=(("gz",),))),
            SENT[0],
            "names the group gz",
        ),
    ],
)
def test_tables_over_groups_that_are_not_there_are_refused(
    overall: Overall, slot: Source, message: str
) -> None:
    with pytest.raises(Refused, match=message):
        Finals(overall, slot)


def test_one_place_fills_one_slot() -> None:
    with pytest.raises(Refused, match="place 1 of thirds fills both tie-1/1 and tie-2/1"):
        Finals(thirds(), BEST[0], BEST[0])


def test_a_source_says_what_it_is_called_and_where_it_sends() -> None:
    cup = Finals(thirds(allocation=TWO_BEST), *SENT)
    [*_, round_] = cup.view("bracket/finals")["rounds"]
    assert round_["ties"][0]["slots"][0]["source"] == {
        "from": "allotted",
        "id": "thirds",
        "name": "Best third-placed",
        "rank": None,
        "to": "1A",
    }


# Holes


def holes_of(overall: Overall, *slots: Source) -> list[tuple[str, str]]:
    cup = Finals(overall, *slots)
    found = holes(cup.fold.setting.regulations, delivered=frozenset()).found
    return [(hole.kind, hole.message) for hole in found if ".overall" in hole.path]


def test_an_allocation_that_misses_a_combination_is_a_hole() -> None:
    without = Allocation(to=TWO_BEST.to, rows=TWO_BEST.rows[:-2])
    assert holes_of(thirds(allocation=TWO_BEST), *SENT) == []
    assert holes_of(thirds(allocation=without), *SENT) == [
        (
            "combination",
            "the allocation of thirds has no row for 2 of the combinations of groups that may go "
            "through, the first of them gb, gd; add a row for each",
        )
    ]


def test_a_table_over_groups_that_nothing_parts_for_sure_is_a_hole() -> None:
    [(kind, message)] = holes_of(thirds(criteria=(POINTS, GOALS)), *BEST)
    assert (kind, message.partition(",")[0]) == (
        "level",
        "teams may stay level for place 2 of thirds",
    )
    assert holes_of(thirds(criteria=(POINTS, LOTS)), *BEST) == []
