"""Given regulations with a hole, when checked, then it is found where it is; sound ones have none.

What an example says is held to the ranking itself.
"""

from collections.abc import Iterable
from itertools import combinations
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec.structs import replace

from events.match import outcome_of
from events.possible_rules import possible_regulations
from events.regulations import Criterion, Regulations
from projections.holes import Delivered, Example, Hole, Holes, Level, Score, holes
from projections.holes.found import Kind
from projections.holes.level import TABLES_RANKED_MAX
from projections.holes.shapes import RESULTS_TRIED_MAX
from projections.ranking import Contest, Played, rank
from services import catalogue
from services import holes as files

ALL: frozenset[Delivered] = frozenset({"half_time", "cards"})
SEASONS = catalogue.FOLDER.parent / "seasons"
POINTS = 'criteria = [{ metric = "points" }'
BERTH = 'berths = [{ id = "up", name = "Up" }]'


def league(*criteria: str, berths: str = BERTH, group: str = "", rest: str = "") -> Regulations:
    """A lone group under some criteria, after points."""
    asked = ", ".join(["", *(f"{{ {each} }}" for each in criteria)])
    return rules(f"""
        {POINTS}{asked}]
        {rest}
        [[stages]]
        id = "s"
        name = "S"
        [[stages.sections]]
        id = "x"
        name = "X"
        groups = [{{ id = "g", name = "G", {berths} {group} }}]
    """)


def cup(rounds: str, groups: str = "", berths: str = "") -> Regulations:
    """A lone section; points and lots rank its groups."""
    return rules(f"""
        {POINTS}, {{ metric = "lots" }}]
        [[stages]]
        id = "s"
        name = "S"
        [[stages.sections]]
        id = "x"
        name = "X"
        groups = [{groups}]
        berths = [{berths}]
        rounds = [{rounds}]
    """)


def rules(text: str) -> Regulations:
    regulations = msgspec.toml.decode(text, type=Regulations)
    possible_regulations(regulations)
    return regulations


def found(regulations: Regulations, delivered: Iterable[Delivered] = ALL) -> list[tuple[str, str]]:
    """What is found, and where."""
    checked = holes(regulations, delivered=frozenset(delivered))
    return [(hole.kind, hole.path) for hole in checked.found]


def only(regulations: Regulations) -> Hole:
    [hole] = holes(regulations, delivered=ALL).found
    return hole


def two_legs(*steps: str, legs: int = 2, ties: str = "") -> str:
    asked = ", ".join(f"{{ {step} }}" for step in steps)
    return f'{{ id = "r", name = "R", legs = {legs}, decided_by = [{asked}], ties = [{ties}] }}'


def tie(id: str, *slots: str) -> str:
    return f'{{ id = "{id}", slots = [{", ".join(f"{{ {slot} }}" for slot in slots)}] }}'


def by_rank(rank: int, group: str) -> str:
    return f'from = "rank", group = "{group}", rank = {rank}'


# Level teams


def test_two_drawn_teams_are_level_where_nothing_follows_goals() -> None:
    hole = only(league('metric = "goal_difference"', 'metric = "goals_for"'))
    assert (hole.kind, hole.path) == ("level", "criteria")
    assert "around places 1 and 2" in hole.message
    assert "on_exhausted" in hole.message
    assert hole.example == Example((Score("a", "b", 0, 0),), (Level(1, ("a", "b")),))


@pytest.mark.parametrize("last", ["lots", "extra_match", "unknown"])
def test_who_comes_to_lots_or_an_extra_match_or_a_rule_not_known_is_no_hole(last: str) -> None:
    assert found(league('metric = "goal_difference"', f'metric = "{last}"')) == []


def test_places_that_are_to_be_shared_are_no_hole() -> None:
    assert found(league('metric = "goal_difference"', rest='on_exhausted = "share"')) == []


def test_places_below_every_berth_may_stay_level() -> None:
    assert found(league('metric = "lots", when = { contest = [1, 2] }')) == []


def test_lots_for_the_first_place_leave_the_second_unsettled() -> None:
    two = 'berths = [{ id = "up", name = "Up" }, { id = "next", name = "N", first = 2, last = 2 }]'
    hole = only(league('metric = "lots", when = { contest = [1, 2] }', berths=two))
    assert "around places 2 and 3" in hole.message
    assert "lots is passed over, as its guard contest does not hold" in hole.message
    assert hole.example is not None
    assert hole.example.above == ("above-1",)
    assert hole.example.tiers == (Level(1, ("above-1",)), Level(2, ("a", "b")))


def test_three_are_level_where_lots_are_for_two() -> None:
    hole = only(league('metric = "goals_for"', 'metric = "lots", when = { level = 2 }'))
    assert hole.example is not None
    assert hole.example.tiers == (Level(1, ("a", "b", "c")),)


def test_three_are_level_where_a_group_of_two_could_not_be() -> None:
    teams = ', teams = ["one", "other"]'
    assert found(league('metric = "lots", when = { level = 2 }', group=teams)) == []


def test_a_berth_decided_when_it_matters_is_no_hole_at_any_place() -> None:
    low = 'berths = [{ id = "stay", name = "Stay", first = 1, last = 17 }]'
    assert found(league('metric = "extra_match", when = { matters = true }', berths=low)) == []


def test_a_rank_that_fills_a_slot_matters_too() -> None:
    pairing = tie("final", by_rank(1, "g"), by_rank(2, "g"))
    round_ = two_legs('by = "aggregate"', 'by = "shoot_out"', ties=pairing)
    sound = cup(round_, '{ id = "g", name = "G" }')
    assert found(sound) == []
    unsettled = replace(sound, criteria=(Criterion(metric="points"),))
    assert "around places 1 and 2 or 2 and 3" in only(unsettled).message


def test_a_circular_head_to_head_leaves_three_level() -> None:
    guard = "when = { level = 2 }"
    block = 'scope = "level", block = "h"'
    hole = only(league(f'metric = "points", {block}', f'metric = "extra_match", {guard}'))
    assert hole.example is not None
    assert len(hole.example.tiers[0].teams) == 3


def test_two_who_met_last_shoot_it_out_and_those_who_did_not_are_found() -> None:
    hole = only(league('metric = "shoot_out", when = { level = 2, met_last = true }',
                       'metric = "lots", when = { more_than = 2 }'))  # fmt: skip
    assert hole.example is not None
    [open_tier] = [tier for tier in hole.example.tiers if len(tier.teams) > 1]
    assert len(open_tier.teams) == 2
    assert "shoot out is passed over, as its guard met_last does not hold" in hole.message


def test_teams_that_a_list_parts_are_no_hole_and_those_it_leaves_level_are() -> None:
    def listed(numbers: str) -> Regulations:
        teams = ', teams = ["p", "q", "r"]'
        rest = f'lists = [{{ name = "world", rows = {{ {numbers} }} }}]'
        return league('metric = "list", list = "world"', group=teams, rest=rest)

    assert found(listed("p = 1, q = 2, r = 3")) == []
    hole = only(listed("p = 1, q = 2, r = 2"))
    assert hole.example is not None
    assert hole.example.tiers == (Level(1, ("q", "r")),)
    assert found(listed("p = 1, q = 2")) == [("level", "criteria"), ("no_data", "lists[0]")]


def test_groups_that_fall_into_a_hole_alike_are_told_once() -> None:
    groups = ", ".join(f'{{ id = "g{n}", name = "G", {BERTH.replace("up", f"up{n}")} }}'
                       for n in range(6))  # fmt: skip
    many = cup("", groups)
    hole = only(replace(many, criteria=(Criterion(metric="points"),)))
    assert "2 teams of g0 and 5 more" in hole.message


def test_a_search_that_runs_out_of_steps_says_so() -> None:
    checked = holes(
        league('metric = "lots", when = { all_met = true }', group=", meetings = 2"), delivered=ALL
    )
    assert checked.found == ()
    assert "the search ran out of steps" in checked.not_searched[0]
    assert "places 1 and 2" in checked.not_searched[0]


def test_teams_above_an_example_may_as_well_have_beaten_everybody() -> None:
    text = league('metric = "goals_for"', berths='berths = [{ id = "u", name = "U", last = 3 }]')
    example = only(text).example
    assert example is not None
    above, [tier] = example.above, [each for each in example.tiers if len(each.teams) > 1]
    teams = (*above, *tier.teams)
    won = [Played(a, b, "home", 1, 0) for a, b in combinations(teams, 2) if a in above]
    met = [
        Played(m.home, m.away, outcome_of(m.home_goals, m.away_goals), m.home_goals, m.away_goals)
        for m in example.results
    ]
    ranked = rank(Contest(teams, (*won, *met), text.criteria))
    assert [(each.rank, each.teams) for each in ranked] == [
        (each.rank, each.teams) for each in example.tiers
    ]


# Criteria


def test_half_time_and_cards_are_found_missing_where_only_scores_are_recorded() -> None:
    asked = league('metric = "half_time_points"', 'metric = "conduct"', 'metric = "lots"')
    assert found(asked) == []
    assert found(asked, ["cards"]) == [("no_data", "criteria[1]")]
    assert found(asked, []) == [("no_data", "criteria[1]"), ("no_data", "criteria[2]")]


def test_what_follows_a_rule_that_is_not_known_is_never_asked() -> None:
    asked = league('metric = "unknown"', 'metric = "goals_for"', 'metric = "lots"')
    assert found(asked) == [("never_asked", "criteria[2]")]


def test_what_follows_a_rule_not_known_of_some_is_asked() -> None:
    guarded = 'metric = "unknown", when = { level = 3 }'
    assert found(league(guarded, 'metric = "goals_for"', 'metric = "lots"')) == []


@pytest.mark.parametrize(
    "guard",
    [
        "level = 4",
        "more_than = 3",
        "contest = [3, 4]",
        "level = 2, contest = [1, 3]",
        "matters = false, contest = [1, 2]",
    ],
)
def test_a_guard_that_can_never_hold_is_found(guard: str) -> None:
    teams = ', teams = ["p", "q", "r"]'
    asked = league(f'metric = "goals_for", when = {{ {guard} }}', 'metric = "lots"', group=teams)
    assert found(asked) == [("guard", "criteria[1].when")]


def test_a_guard_that_holds_in_one_of_the_groups_is_none() -> None:
    groups = '{ id = "g", name = "G", teams = ["p", "q"] }, { id = "h", name = "H" }'
    guarded = rules(f"""
        {POINTS}, {{ metric = "wins", when = {{ level = 3 }} }}, {{ metric = "lots" }}]
        stages = [{{ id = "s", name = "S", sections = [
            {{ id = "x", name = "X", groups = [{groups}] }},
        ] }}]
    """)
    assert found(guarded) == []


def test_a_restart_outside_of_the_head_to_head_restarts_nothing() -> None:
    asked = league('metric = "goals_for", on_partial = "restart"', 'metric = "lots"')
    assert found(asked) == [("head_to_head", "criteria[1].on_partial")]


def test_a_block_that_asks_again_what_was_asked_never_parts_anybody() -> None:
    asked = league('metric = "points", block = "h"', 'metric = "lots"')
    hole = only(asked)
    assert (hole.kind, hole.path) == ("head_to_head", "criteria[1]")
    assert "in the block h" in hole.message


def test_an_interim_table_until_a_matchday_that_never_comes_never_ends() -> None:
    def until(matchday: int) -> Regulations:
        interim = f'interim = {{ until = "matchday", matchday = {matchday}, {POINTS}] }}'
        teams = ', meetings = 2, teams = ["p", "q", "r", "t"]'
        return league('metric = "lots"', group=teams, rest=interim)

    assert found(until(6)) == []
    assert found(until(7)) == [("interim", "interim.matchday")]


# Ties


@pytest.mark.parametrize(
    "steps",
    [
        ['by = "aggregate"', 'by = "away_goals"'],
        ['by = "aggregate"', 'by = "extra_time"'],
        ['by = "aggregate"', 'by = "replay", if_drawn = "next"', 'by = "extra_time"'],
    ],
)
def test_a_tie_that_may_stay_level_for_ever_is_found(steps: list[str]) -> None:
    hole = only(cup(two_legs(*steps)))
    assert (hole.kind, hole.path) == (
        "tie_level",
        "stages[0].sections[0].rounds[0].decided_by",
    )
    assert hole.example is not None
    assert hole.example.results[:2] == (Score("a", "b", 0, 0), Score("b", "a", 0, 0))


@pytest.mark.parametrize(
    "steps",
    [
        ['by = "aggregate"', 'by = "shoot_out"'],
        ['by = "aggregate"', 'by = "extra_time"', 'by = "lots"'],
        ['by = "aggregate"', 'by = "replay", if_drawn = "again"'],
        ['by = "aggregate"', 'by = "extra_match"'],
        ['by = "aggregate"', 'by = "unknown"'],
        ['by = "extra_match", if_drawn = "next"', 'by = "extra_time"', 'by = "shoot_out"'],
    ],
)
def test_a_tie_that_ends_is_no_hole(steps: list[str]) -> None:
    assert found(cup(two_legs(*steps))) == []


@pytest.mark.parametrize("sure", ['"shoot_out"', '"lots"', '"replay", if_drawn = "again"'])
def test_a_step_after_one_that_says_who_goes_through_is_never_asked(sure: str) -> None:
    steps = 'by = "aggregate"', f"by = {sure}", 'by = "away_goals"'
    assert found(cup(two_legs(*steps))) == [
        ("never_asked", "stages[0].sections[0].rounds[0].decided_by[2]")
    ]


# Slots and berths


def final(*slots: str) -> str:
    return two_legs('by = "aggregate"', 'by = "shoot_out"', ties=tie("final", *slots))


def test_a_slot_that_nobody_knows_how_to_fill_is_found() -> None:
    regulations = cup(final(by_rank(1, "g"), 'from = "unknown"'), '{ id = "g", name = "G" }')
    assert found(regulations) == [("no_source", "stages[0].sections[0].rounds[0].ties[0].slots[1]")]


def test_a_slot_that_waits_for_a_draw_is_no_hole() -> None:
    assert found(cup(final('from = "draw"', 'from = "draw"'))) == []


def test_one_rank_that_fills_two_slots_by_two_names_is_found() -> None:
    group = '{ id = "g", name = "G", berths = [{ id = "up", name = "Up" }] }'
    regulations = cup(final(by_rank(1, "g"), 'from = "berth", berth = "up"'), group)
    hole = only(regulations)
    assert (hole.kind, hole.path) == (
        "two_sources",
        "stages[0].sections[0].rounds[0].ties[0].slots[1]",
    )
    assert "rank 1 of g fills both final/1 and final/2" in hole.message


def test_one_rank_that_earns_two_berths_to_one_place_is_found() -> None:
    way = 'leads_to = { competition = "Cup" }'
    group = f'{{ id = "g", name = "G", berths = [{{ id = "up", name = "Up", last = 2, {way} }}] }}'
    second = f'{{ id = "too", name = "Too", source = {{ {by_rank(2, "g")} }}, {way} }}'
    assert found(cup("", group, second)) == [("two_sources", "stages[0].sections[0].berths[0]")]


def test_a_berth_below_the_last_rank_is_earned_by_nobody() -> None:
    berths = 'berths = [{ id = "up", name = "Up", first = 1, last = 4 }]'
    hole = only(league('metric = "lots"', berths=berths, group=', teams = ["p", "q", "r"]'))
    assert (hole.kind, hole.path) == (
        "unearned",
        "stages[0].sections[0].groups[0].berths[0].last",
    )
    assert "the berth up by rank 4, as g has only 3 teams" in hole.message


def test_a_rank_that_one_group_forgot_is_found() -> None:
    groups = '{ id = "g", name = "G" }, { id = "h", name = "H" }'
    semis = ", ".join([
        tie("one", by_rank(1, "g"), by_rank(2, "g")), tie("two", by_rank(1, "h"), 'from = "bye"'),
    ])  # fmt: skip
    round_ = two_legs('by = "aggregate"', 'by = "shoot_out"', ties=semis)
    hole = only(cup(round_, groups))
    assert (hole.kind, hole.path) == ("unused", "stages[0].sections[0].groups[1]")
    assert "rank 2 of h fills no slot" in hole.message


def test_a_berth_whose_stage_has_no_slot_for_it_is_found() -> None:
    text = f"""
        {POINTS}, {{ metric = "lots" }}]
        stages = [
            {{ id = "s", name = "S", sections = [{{ id = "x", name = "X", groups = [
                {{ id = "g", name = "G", berths = [
                    {{ id = "up", name = "Up", last = 3, leads_to = {{ stage = "t" }} }},
                ] }},
            ] }}] }},
            {{ id = "t", name = "T", sections = [{{ id = "y", name = "Y", rounds = [
                {final('from = "berth", berth = "up"', 'from = "berth", berth = "up", place = 2')},
            ] }}] }},
        ]
    """
    hole = only(rules(text))
    assert (hole.kind, hole.path) == ("unused", "stages[0].sections[0].groups[0].berths[0]")
    assert "no slot there takes rank 3 of g" in hole.message


# What there is


@pytest.mark.parametrize("name", catalogue.names())
def test_the_holes_of_a_built_in_set_are_those_of_its_lists_and_of_half_time(name: str) -> None:
    checked = files.check(name)
    assert checked.not_searched == ()
    assert {each.hole.kind for each in checked.found} <= {"level", "tie_level", "no_data"}
    regulations = catalogue.named(name)
    if not regulations.lists:
        assert [each.hole.path for each in checked.found if each.hole.kind != "no_data"] == []
    assert all(each.line for each in checked.found)
    assert set(_repeated(checked, regulations)) <= {True}


def _repeated(checked: files.Checked, regulations: Regulations) -> Iterable[bool]:
    """Rank each example again, by the competition's own criteria."""
    for hole in (each.hole for each in checked.found):
        if hole.kind != "level" or hole.path != "criteria" or hole.example is None:
            continue
        points = {team: 9_999 - at for at, team in enumerate(hole.example.above)}
        results = [
            Played(m.home, m.away, outcome_of(m.home_goals, m.away_goals), m.home_goals,
                   m.away_goals, matchday=at)
            for at, m in enumerate(hole.example.results)
        ]  # fmt: skip
        teams = tuple(team for tier in hole.example.tiers for team in tier.teams)
        contest = Contest(
            teams, tuple(results), regulations.criteria, regulations.points, adjustments=points
        )
        yield [tier.teams for tier in rank(contest)] == [t.teams for t in hole.example.tiers]


@pytest.mark.parametrize("season", sorted(SEASONS.iterdir()), ids=lambda path: path.name)
def test_the_holes_of_a_season_are_what_no_source_gives(season: Path) -> None:
    kinds = {each.hole.kind for each in files.check(str(season)).found}
    assert kinds <= {"no_source", "no_data"}


def test_regulations_in_which_nothing_can_go_wrong_have_no_holes() -> None:
    assert holes(catalogue.named("fifa-world-cup-1998"), delivered=ALL) == Holes(())


def test_the_page_on_holes_names_every_kind_and_the_limits_of_the_search() -> None:
    page = (catalogue.FOLDER.parent / "docs" / "holes.md").read_text(encoding="utf-8")
    assert [kind for kind in get_args(Kind) if f"`{kind}`" not in page] == []
    assert f"at most {TABLES_RANKED_MAX} tables" in page
    assert f"{RESULTS_TRIED_MAX} results" in page
