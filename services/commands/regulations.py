"""The regulations that are built in: which there are, and what one of them says."""

from typing import Annotated

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from events.criteria import Criterion
from events.regulations import Regulations
from services import catalogue
from services.commands.shared import Json, app, out, print_json

commands = app(help="The regulations that are built in.")


@commands.command("list")
def list_sets(json: Json = False) -> None:
    """List the sets that are built in, and the editions that each governs.

    \b
      $ pitazo regulations list --json

    An edition is called after the year in which it began. Reads only.
    """
    sets = catalogue.sets()
    if json:
        print_json(msgspec.to_builtins(sets))
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("name", no_wrap=True)
    for column in ("organiser", "competition", "editions"):
        table.add_column(column)
    for each in sets:
        words = (each.name, each.organiser or "", each.competition or "", _years(each.editions))
        table.add_row(*map(escape, words))
    out.print(table)


@commands.command()
def show(
    regulations: Annotated[
        str, typer.Argument(metavar="REGULATIONS", help="a file, or the name of a built-in set")
    ],
    json: Json = False,
) -> None:
    """Show what regulations say: how level teams are parted, stage by stage.

    \b
      $ pitazo regulations show fifa-world-cup-1958
      $ pitazo regulations show season.toml --json

    With --json it is the whole of them, in the shape of a file of regulations. Reads only.
    """
    rules = catalogue.found(regulations)
    if json:
        print_json(msgspec.to_builtins(rules))
        return
    known = catalogue.listed(regulations, rules)
    heading = " · ".join(filter(None, (known.organiser, known.competition, _years(known.editions))))
    out.print(escape(heading or regulations), style="bold", soft_wrap=True)
    out.print(f"win {rules.points.win}, draw {rules.points.draw}, loss {rules.points.loss}")
    _show_criteria("", rules.criteria)
    for stage in rules.stages:
        out.print(escape(f"{stage.name} ({stage.id})"), style="bold", soft_wrap=True)
        for section in stage.sections:
            _show_criteria("  ", section.criteria or stage.criteria or ())
            for berth in section.each_group.berths if section.each_group else ():
                out.print(escape(f"  {berth.name}: {_ranks(berth.first, berth.last)}"))
            for round_ in section.rounds:
                steps = ", ".join(step.by.replace("_", " ") for step in round_.decided_by)
                out.print(escape(f"  {round_.name}: {steps}"), soft_wrap=True)
    _show_source(rules, known.articles)


def _show_criteria(indent: str, criteria: tuple[Criterion, ...]) -> None:
    for place, criterion in enumerate(criteria, 1):
        out.print(escape(f"{indent}{place:>2}. {_said(criterion)}"), soft_wrap=True)


def _said(criterion: Criterion) -> str:
    scope = criterion.scope if isinstance(criterion.scope, str) else ", ".join(criterion.scope)
    guard: dict[str, object] = msgspec.to_builtins(criterion.when) if criterion.when else {}
    parts = [
        criterion.metric.replace("_", " "),
        f"[{criterion.list or criterion.group}]" if criterion.list or criterion.group else "",
        f"({scope})" if scope != "all" else "",
        f"when {', '.join(f'{name} {value}' for name, value in guard.items())}" if guard else "",
        f"· article {criterion.article}" if criterion.article else "",
        f"· {criterion.description}" if criterion.description else "",
    ]
    return " ".join(filter(None, parts))


def _show_source(rules: Regulations, articles: tuple[str, ...]) -> None:
    if articles:
        out.print(escape(f"articles: {', '.join(articles)}"), soft_wrap=True)
    if rules.source:
        out.print(escape(f"source: {rules.source}"), soft_wrap=True)


def _ranks(first: int, last: int) -> str:
    return f"rank {first}" if first == last else f"ranks {first} to {last}"


def _years(editions: tuple[int, ...]) -> str:
    """Write years shortly: runs of them by their ends."""
    runs: list[list[int]] = []
    for year in sorted(editions):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
