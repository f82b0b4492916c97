"""Given who came third in the groups of a final tournament, then whom the winners of groups meet.

The rows are those of the built-in sets. What was played stands here by hand: which third-placed
teams went through, the best first, and from which group the opponent of each winner came.
"""

from itertools import combinations

import pytest

from events.regulations import Allotted, Overall
from projections.overall import Overall as Table
from projections.ranking import Tier
from projections.ruled_overall import ruled_overall
from services import catalogue

SETS = ("uefa-euro-2016", "uefa-euro-2020", "fifa-world-cup-2026")


def thirds_of(name: str) -> tuple[Overall, tuple[str, ...]]:
    """The table of the third-placed teams of a set, and the groups that it is over."""
    ruled = ruled_overall(catalogue.named(name))["thirds"]
    return ruled.overall, ruled.groups


def table(name: str, best: str) -> Table:
    """The third-placed teams, those of these groups the best."""
    ruled = ruled_overall(catalogue.named(name))["thirds"]
    order = (*best, *(group for group in ruled.groups if group not in best))
    entrants = {f"third of {group}": group for group in order}
    tiers = tuple(Tier((team,), rank) for rank, team in enumerate(entrants, 1))
    return Table(ruled, "final", entrants, tiers)


@pytest.mark.parametrize(
    ("name", "best", "opponents"),
    [
        # 2016: Slovakia, Republic of Ireland, Portugal, Northern Ireland
        ("uefa-euro-2016", "befc", {"1A": "e", "1B": "c", "1C": "b", "1D": "f"}),
        # 2020: Portugal, Czech Republic, Switzerland, Ukraine
        ("uefa-euro-2020", "fdac", {"1B": "f", "1C": "d", "1E": "c", "1F": "a"}),
        # 2024: Netherlands, Georgia, Slovakia, Slovenia
        ("uefa-euro-2020", "dfec", {"1B": "f", "1C": "e", "1E": "d", "1F": "c"}),
        # 2026: Ecuador with Germany's group, and so on: the round of 32 as it was played
        (
            "fifa-world-cup-2026",
            "bdefijkl",
            {"1A": "e", "1B": "j", "1D": "b", "1E": "d",
             "1G": "i", "1I": "f", "1K": "l", "1L": "k"},
        ),
    ],
)  # fmt: skip
def test_the_winners_met_whom_the_table_sends_to_them(
    name: str, best: str, opponents: dict[str, str]
) -> None:
    thirds = table(name, best)
    sent = {winner: thirds.sent(Allotted(overall="thirds", to=f"against {winner}"))
            for winner in opponents}  # fmt: skip
    assert sent == {winner: f"third of {group}" for winner, group in opponents.items()}


@pytest.mark.parametrize("name", SETS)
def test_each_combination_of_groups_has_its_row_and_nobody_meets_a_team_again(name: str) -> None:
    overall, groups = thirds_of(name)
    assert overall.allocation is not None
    winners = [place[-1].lower() for place in overall.allocation.to]
    rows = overall.allocation.rows
    assert {frozenset(row) for row in rows} == set(
        map(frozenset, combinations(groups, len(winners)))
    )
    assert all(group != winner for row in rows for group, winner in zip(row, winners, strict=True))


@pytest.mark.parametrize("name", SETS)
def test_each_who_goes_through_comes_into_one_slot(name: str) -> None:
    rules = catalogue.named(name)
    first = rules.stages[1].sections[0].rounds[0]
    sources = [source for tie in first.ties for source in tie.slots]
    assert len(set(sources)) == len(sources)
    allocation = thirds_of(name)[0].allocation
    assert allocation is not None
    groups = len(thirds_of(name)[1])
    assert len(sources) == 2 * groups + len(allocation.to)
