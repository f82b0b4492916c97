"""All men's World Cups from 1930 to 1998: every published table comes out of the built-in sets.

Of the 298 rows 291 have exactly the published rank. The other 7 were never separated, as nothing
depended on it: they share a rank, and their table is final all the same.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from services import catalogue, results
from services.results.tables import Row, Table, tables

DATA = os.environ.get("PITAZO_CONFORMANCE_DATA", "")
pytestmark = pytest.mark.skipif(
    not DATA, reason="PITAZO_CONFORMANCE_DATA names no folder with the published results"
)

FIGURES = (
    "played", "won", "drawn", "lost", "goals_for", "goals_against", "goal_difference", "points",
)  # fmt: skip
CALLED_OTHERWISE = {"match_id": "match"}
COLUMNS = (
    "kind", "match", "stage", "group", "date", "home", "away", "home_goals", "away_goals",
    "after_extra_time", "home_shoot_out", "away_shoot_out", "group_play_off", "order", "how",
)  # fmt: skip
NEVER_SEPARATED = {
    ("WC-1950", "Group 2", "England", 2),
    ("WC-1950", "Group 2", "Chile", 2),
    ("WC-1950", "Group 2", "United States", 2),
    ("WC-1954", "Group 3", "Czechoslovakia", 3),
    ("WC-1954", "Group 3", "Scotland", 3),
    ("WC-1970", "Group 4", "Bulgaria", 3),
    ("WC-1970", "Group 4", "Morocco", 3),
}

Line = dict[str, str]
Ranked = tuple[str, Table, Row]


def lines(name: str) -> list[Line]:
    with (Path(DATA) / "world-cup" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def written(edition: str, path: Path, *, decisions: bool = True) -> Path:
    """Write the matches and decisions of an edition as `pitazo rank` reads them."""
    own = [line for line in lines("matches.csv") if line["tournament"] == edition]
    decided = [line for line in lines("decisions.csv") if line["tournament"] == edition]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows({CALLED_OTHERWISE.get(k, k): v for k, v in line.items()} for line in own)
        writer.writerows({"kind": "decision", **line} for line in decided if decisions)
    return path


def set_of(edition: str) -> str:
    year = int(edition.removeprefix("WC-"))
    [name] = [
        each.name
        for each in catalogue.sets()
        if each.competition == "World Cup" and year in each.editions
    ]
    return name


def tables_of(edition: str, path: Path) -> tuple[Table, ...]:
    rules = catalogue.named(set_of(edition))
    return tables(results.read(path, rules).groups, rules, lists={}, complete=True)


@pytest.fixture(scope="module")
def published() -> dict[tuple[str, ...], Line]:
    return {
        (line["tournament"], line["stage"], line["group"], line["team"]): line
        for line in lines("group_tables.csv")
    }


@pytest.fixture(scope="module")
def ranked(
    tmp_path_factory: pytest.TempPathFactory, published: dict[tuple[str, ...], Line]
) -> list[Ranked]:
    folder = tmp_path_factory.mktemp("world-cups")
    return [
        (edition, table, row)
        for edition in sorted({edition for edition, *_ in published})
        for table in tables_of(edition, written(edition, folder / f"{edition}.csv"))
        for row in table.rows
    ]


def test_every_column_of_every_published_row_comes_out(
    ranked: list[Ranked], published: dict[tuple[str, ...], Line]
) -> None:
    ours = {
        (edition, table.stage, table.group, row.team): [getattr(row, name) for name in FIGURES]
        for edition, table, row in ranked
    }
    theirs = {key: [int(line[name]) for name in FIGURES] for key, line in published.items()}
    assert len(ours) == 298
    assert ours == theirs


def test_every_rank_is_the_published_one_but_those_that_were_never_separated(
    ranked: list[Ranked], published: dict[tuple[str, ...], Line]
) -> None:
    shared = {
        (edition, table.group, row.team, row.rank)
        for edition, table, row in ranked
        if row.level_with
    }
    assert shared == NEVER_SEPARATED
    alone = {
        (edition, table.stage, table.group, row.team): row.rank
        for edition, table, row in ranked
        if not row.level_with
    }
    assert len(alone) == 291
    assert alone == {key: int(published[key]["position"]) for key in alone}


def test_every_table_is_final(ranked: list[Ranked]) -> None:
    assert {table.status for _, table, _ in ranked} == {"final"}


def test_five_extra_matches_and_four_draws_of_lots_separated_somebody(ranked: list[Ranked]) -> None:
    reasons = Counter(row.separated_by.criterion for _, _, row in ranked if row.separated_by)
    assert (reasons["extra_match"], reasons["lots"]) == (5, 4)


EDITIONS_WITH_LOTS = {
    "WC-1954": {"Group 1", "Group 3"},
    "WC-1970": {"Group 1"},
    "WC-1990": {"Group F"},
}


@pytest.mark.parametrize("edition", EDITIONS_WITH_LOTS)
def test_a_group_that_lots_settled_is_undecided_without_them(edition: str, tmp_path: Path) -> None:
    found = tables_of(edition, written(edition, tmp_path / "results.csv", decisions=False))
    undecided = {table.group for table in found if table.status == "undecided"}
    assert undecided == EDITIONS_WITH_LOTS[edition]


@pytest.mark.parametrize(("edition", "groups"), [("WC-1954", 2), ("WC-1958", 3)])
def test_a_group_whose_extra_match_is_not_played_is_undecided_whatever_the_goals(
    edition: str, groups: int, tmp_path: Path
) -> None:
    path = written(edition, tmp_path / "results.csv")
    played = path.read_text(encoding="utf-8").splitlines()
    without = [line for line in played if line.split(",")[12] != "1"]
    path.write_text("\n".join(without), encoding="utf-8")
    found = tables_of(edition, path)
    assert sum(table.status == "undecided" for table in found) == groups


def test_no_rank_depends_on_the_order_of_the_rows(ranked: list[Ranked], tmp_path: Path) -> None:
    ours = {(edition, table.group, row.team): row.rank for edition, table, row in ranked}
    for edition in ("WC-1954", "WC-1982", "WC-1998"):
        path = written(edition, tmp_path / f"{edition}.csv")
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join([header, *reversed(rows)]), encoding="utf-8")
        for key, rank in _ranks(edition, tables_of(edition, path)):
            assert ours[key] == rank


def _ranks(
    edition: str, found: tuple[Table, ...]
) -> Iterator[tuple[tuple[str, str, str], int | None]]:
    for table in found:
        for row in table.rows:
            yield (edition, table.group, row.team), row.rank
