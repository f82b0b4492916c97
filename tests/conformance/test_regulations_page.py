"""Every example of docs/regulations.md is read, and comes to the table that the page shows."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from events.criteria import Criterion, Guard, ScopePart
from events.regulations import Governing, TieStep
from services import catalogue, results
from services.results.lists import lists_of
from services.results.tables import Row, tables

PAGE = (Path(__file__).parents[2] / "docs" / "regulations.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(toml|csv|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> Iterator[tuple[str, str, str]]:
    """Give each file with the results and the table that follow it, if any do."""
    blocks = [*BLOCK.findall(PAGE), ("toml", "")]
    starts = [index for index, (kind, _) in enumerate(blocks) if kind == "toml"]
    for start, end in pairwise(starts):
        after = dict(blocks[start + 1 : end])
        yield blocks[start][1], after.get("csv", ""), after.get("text", "")


EXAMPLES = list(examples())


@pytest.mark.parametrize(("rules", "given", "shown"), EXAMPLES)
def test_an_example_comes_to_the_table_that_the_page_shows(
    rules: str, given: str, shown: str, tmp_path: Path
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(rules, encoding="utf-8")
    regulations = catalogue.read(file)
    assert bool(given) == bool(shown)
    if not given:
        return
    rows = tmp_path / "results.csv"
    rows.write_text(given, encoding="utf-8")
    [group] = (read := results.read(rows, regulations)).groups
    assert not read.ignored
    lists = lists_of(regulations, {}, group.teams)
    [table] = tables([group], regulations, lists=lists, complete=True)
    assert [line(row) for row in table.rows] == shown.splitlines()


def line(row: Row) -> str:
    why = row.separated_by
    if why is None:
        return f"{row.rank} {row.team}"
    scope = "" if why.scope == "all" else f" ({why.scope})"
    return f"{row.rank} {row.team}, {why.criterion}{scope}: {why.numbers[0]} to {why.numbers[1]}"


def test_the_page_has_examples_with_tables() -> None:
    assert sum(bool(given) for _, given, _ in EXAMPLES) >= 7


def words(*hints: object) -> set[str]:
    return set(re.findall(r"'([a-z_]+)'", " ".join(map(str, hints))))


def test_the_page_names_every_word_of_the_language() -> None:
    said = set(re.findall(r"[a-z_]+", PAGE))
    hints = Criterion.__annotations__
    asked = words(hints["metric"], ScopePart, hints["on_partial"], TieStep)
    asked |= {*Guard.__struct_fields__, *Criterion.__struct_fields__, *Governing.__struct_fields__}
    assert asked <= said
