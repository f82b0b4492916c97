"""Given the allocation of the European Championships of 2020 and 2024, then their rounds of 16.

The rows are those of the regulations: the opponents of the winners of
the groups B, C, E and F, by the groups whose third-placed teams go through.
"""

import pytest

from events.regulations import Allocation, Allotted, Overall, RankOf, Section, Stage
from projections.overall import Overall as Table
from projections.ranking import Tier
from projections.ruled_overall import RuledOverall
from tests.decisions.tables import POINTS

PLACES = ("1B", "1C", "1E", "1F")
ROWS = [
    "ADBC",
    "AEBC",
    "AFBC",
    "DEAB",
    "DFAB",
    "EFBA",
    "EDCA",
    "FDCA",
    "EFCA",
    "EFDA",
    "EDBC",
    "FDCB",
    "FECB",
    "FEDB",
    "FEDC",
]


def table(*best: str) -> Table:
    """The third-placed teams of six groups, these four the best."""
    allocation = Allocation(to=PLACES, rows=tuple(tuple(row) for row in ROWS))
    overall = Overall(id="thirds", name="Thirds", rank=3, allocation=allocation)
    section = Section(id="finals", name="Finals", overall=(overall,))
    stage = Stage(id="finals", name="Finals", sections=(section,))
    groups = tuple("ABCDEF")
    sources = tuple(RankOf(group=group.lower(), rank=3) for group in groups)
    ruled = RuledOverall(stage, section, overall, (POINTS,), groups, (), sources, (), len(PLACES))
    order = (*best, *(group for group in groups if group not in best))
    entrants = {f"third of {group}": group for group in order}
    tiers = tuple(Tier((team,), rank) for rank, team in enumerate(entrants, 1))
    return Table(ruled, "final", entrants, tiers)


@pytest.mark.parametrize(
    ("best", "opponents"),
    [
        (("F", "D", "A", "C"), "FDCA"),  # 2020: Portugal, Czech Republic, Ukraine, Switzerland
        (("D", "F", "E", "C"), "FEDC"),  # 2024: Georgia, Slovakia, Netherlands, Slovenia
    ],
)
def test_the_winners_met_whom_the_table_sends_to_them(
    best: tuple[str, ...], opponents: str
) -> None:
    sent = [table(*best).sent(Allotted(overall="thirds", to=place)) for place in PLACES]
    assert sent == [f"third of {group}" for group in opponents]


def test_each_combination_of_four_groups_has_its_row() -> None:
    assert len({frozenset(row) for row in ROWS}) == len(ROWS) == 15
