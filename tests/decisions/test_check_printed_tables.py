"""A printed table stands as it was printed, as long as its teams and its columns can be."""

from typing import Any

import pytest

from events.regulations import Group, Regulations, Section, Stage
from events.types import AdoptedRow, RegulationsAmended, TableAdopted
from tests.decisions.given import GROUP, Given, fact

FULL: dict[str, Any] = {
    "rank": 1, "played": 6, "won": 4, "drawn": 1, "lost": 1,
    "goals_for": 11, "goals_against": 5, "goal_difference": 6, "points": 13,
}  # fmt: skip


def adopted(*rows: AdoptedRow, group: str = GROUP) -> TableAdopted:
    return fact(TableAdopted, group=group, rows=rows)


def row(team: str = "cobresol", **columns: Any) -> AdoptedRow:
    return AdoptedRow(team=team, **columns)


def test_a_printed_table_is_adopted_as_far_as_it_can_be_read() -> None:
    Given().when(adopted(row(**FULL), row("la-bocana", points=7), row("unicachi"))).then_recorded()
    Given().when(adopted(row("la-bocana", goal_difference=-2))).then_recorded()


def test_a_group_of_which_no_member_is_known_may_have_a_printed_table() -> None:
    group = Group(id="group-c", name="Grupo C", coverage="partial")
    section = Section(id="region-1", name="Región I", groups=(group,))
    stage = Stage(id="regional", name="Etapa Regional", sections=(section,))
    rules = fact(RegulationsAmended, regulations=Regulations(stages=(stage,)))
    given = Given(rules)
    given.when(adopted(row("willy-serrato", points=6), group="group-c")).then_recorded()
    given.when(adopted(row("sport-ancash"), group="group-c")).then_refused(
        "there is no team sport-ancash; enter it first (team_entered)"
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (adopted(row(), group="group-z"), "there is no group group-z; form it first"),
        (adopted(), "the table of group-b is empty; give a row for each team"),
        (adopted(row("willy-serrato")), "willy-serrato is not in group-b"),
        (
            adopted(row(), row("unicachi"), row()),
            "cobresol stands twice among the rows of group-b; name each once",
        ),
        (
            adopted(row(**{**FULL, "won": 5})),
            "cobresol of group-b cannot have played 6 and won, drawn and lost 5 + 1 + 1; correct "
            "them, or leave out what cannot be read",
        ),
        (adopted(row(**{**FULL, "played": 7})), "cannot have played 7"),
        (adopted(row(played=1, won=2)), "played 1 and won, drawn and lost 2 + ? + ?"),
        (
            adopted(row(**{**FULL, "goal_difference": 5})),
            "11 goals for and 5 against do not make the difference 5 of cobresol in group-b",
        ),
    ],
)
def test_a_printed_table_that_cannot_be_is_refused(table: TableAdopted, said: str) -> None:
    Given().when(table).then_refused(said)


@pytest.mark.parametrize(
    "columns",
    [
        {"played": 3, "won": 2},
        {"won": 2, "drawn": 1, "lost": 1},
        {"goals_for": 3, "goal_difference": -9},
        {"points": -3},
    ],
)
def test_what_is_not_printed_contradicts_nothing(columns: dict[str, Any]) -> None:
    Given().when(adopted(row(**columns))).then_recorded()
