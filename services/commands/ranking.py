"""For anybody with results and rules: the tables, and why they stand as they do."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.markup import escape
from rich.table import Table as Grid

from services import catalogue, results
from services.commands.shared import Json, err, out, print_json
from services.results import GroupResults
from services.results.lists import lists_of
from services.results.tables import Row, Table, tables
from services.terminal import FIGURES

RegulationsName = Annotated[
    str, typer.Argument(metavar="REGULATIONS", help="a file, or the name of a built-in set")
]
ResultsFile = Annotated[
    Path, typer.Argument(metavar="RESULTS.csv", exists=True, dir_okay=False, help="a row a match")
]


def rank(
    regulations: RegulationsName,
    file: ResultsFile,
    group: Annotated[
        str, typer.Option(metavar="GROUP", help="only the tables of groups called so")
    ] = "",
    lists: Annotated[
        list[str] | None,
        typer.Option("--list", metavar="NAME=FILE", help="an external list, as team,value"),
    ] = None,
    complete: Annotated[
        bool, typer.Option("--complete", help="no match is missing that the file does not have")
    ] = False,
    json: Json = False,
) -> None:
    """Give the tables of a CSV under some regulations, and what parts each two neighbours.

    \b
      $ pitazo rank fifa-world-cup-1990 results.csv --group "Group F" --complete
      $ pitazo rank my-league.toml results.csv --list fifa-ranking=ranking.csv --json

    The columns are kind (match, extra_match, decision, adjustment, withdrawal), match, stage,
    group, date, home, away, home_goals, away_goals, and others that docs/rank.md names. Goals are
    the final figures, extra time included.

    Teams that nothing parts share a rank. Needs no server, and guesses nothing: a file with a bad
    row is not read at all, and each bad row is told with its line and column.
    """
    rules = catalogue.found(regulations)
    given = results.read(file, rules)
    for column in given.ignored:
        err.print(f"odd: nobody reads the column {escape(column)}", soft_wrap=True)
    teams = dict.fromkeys(team for each in given.groups for team in each.teams)
    known = lists_of(rules, dict(map(_list, lists or ())), teams)
    ranked = tables(given.groups, rules, lists=known, complete=complete)
    found = _called(group, zip(given.groups, ranked, strict=True))
    if json:
        print_json({"groups": msgspec.to_builtins(found)})
        return
    for table in found:
        out.print(_grid(table))


def _list(given: str) -> tuple[str, Path]:
    name, equals, file = given.partition("=")
    if not equals or not Path(file).is_file():
        message = f"expected the name of a list and a file, like ranking=ranking.csv, found {given}"
        raise typer.BadParameter(message, param_hint="--list")
    return name, Path(file)


def _called(word: str, found: Iterable[tuple[GroupResults, Table]]) -> list[Table]:
    """Give the tables of the groups that are called so, by id or name; all, if none is named."""
    known = list(found)
    chosen = [table for group, table in known if not word or group.place.is_called(word)]
    if word and not chosen:
        names = ", ".join(dict.fromkeys(table.group for _, table in known if table.group))
        there = f"there is {names}" if names else "it names none"
        message = f"there is no group {word} in the file; {there}"
        raise typer.BadParameter(message, param_hint="--group")
    return chosen


def _grid(table: Table) -> Grid:
    title = " · ".join(filter(None, (table.stage, table.group, table.status)))
    grid = Grid(title=escape(title), title_justify="left", box=None, pad_edge=False)
    grid.add_column("#", justify="right")
    grid.add_column("Team")
    for figure in FIGURES:
        grid.add_column(figure, justify="right", style="bold" if figure == "Pts" else "")
    grid.add_column("above the next by", style="dim")
    lines = [*table.rows]
    for row, below in zip(lines, [*lines[1:], None], strict=True):
        figures = [str(getattr(row, name)) for name in FIGURES.values()]
        rank = "–" if row.rank is None else str(row.rank)
        grid.add_row(rank, escape(row.team), *figures, _reason(below))
    return grid


def _reason(below: Row | None) -> str:
    if below is None or below.separated_by is None:
        return ""
    why = below.separated_by
    among = "" if why.scope == "all" else f" ({why.scope})"
    article = f", article {why.article}" if why.article else ""
    upper, lower = why.numbers
    return escape(f"{why.criterion.replace('_', ' ')}{among} {upper} to {lower}{article}")
