"""The two groups of Amazonas, 2025, under the built-in set: all but one contradiction comes out."""

import csv
import os
from pathlib import Path

import pytest

from services import catalogue, results
from services.results.tables import Table, tables

DATA = os.environ.get("PITAZO_CONFORMANCE_DATA", "")
pytestmark = pytest.mark.skipif(
    not DATA, reason="PITAZO_CONFORMANCE_DATA names no folder with the published results"
)
SET = "fpf-copa-peru-departmental-2025"
FIGURES = {
    "pld": "played", "w": "won", "d": "drawn", "l": "lost", "gf": "goals_for",
    "ga": "goals_against", "gd": "goal_difference", "pts": "points",
}  # fmt: skip

Line = dict[str, str]


def lines(path: str) -> list[Line]:
    with (Path(DATA) / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Table]:
    path = tmp_path_factory.mktemp("amazonas") / "results.csv"
    columns = ("stage", "group", "home", "away", "home_goals", "away_goals", "outcome")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        for line in lines("copa-peru-other/amazonas-2025-matches.csv"):
            outcome = "not_played" if line["notes"] == "not played" else ""
            writer.writerow({**line, "outcome": outcome})
    rules = catalogue.named(SET)
    return {
        table.group: table
        for table in tables(results.read(path, rules).groups, rules, lists={}, complete=False)
    }


def published(group: str) -> list[Line]:
    return [
        line
        for line in lines("copa-peru-2013/tables.csv")
        if (line["edition"], line["region"], line["group"]) == ("2025", "Amazonas", group)
    ]


@pytest.mark.parametrize("group", ["Group A", "Group B"])
def test_every_column_comes_out_and_the_table_is_final(group: str, found: dict[str, Table]) -> None:
    ours = {
        row.team: [getattr(row, name) for name in FIGURES.values()] for row in found[group].rows
    }
    theirs = {line["team"]: [int(line[name]) for name in FIGURES] for line in published(group)}
    assert ours == theirs
    assert found[group].status == "final"


def test_the_one_published_order_that_contradicts_its_rule_is_not_ours(
    found: dict[str, Table],
) -> None:
    differ = {
        (line["team"], int(line["pos"]), row.rank)
        for group, table in found.items()
        for line in published(group)
        for row in table.rows
        if row.team == line["team"] and row.rank != int(line["pos"])
    }
    assert differ == {("San Valentín de Shucayacu", 3, 4), ("Unión Comercial", 4, 3)}
