"""Seasons: their known facts recorded at once, or played again in their own time."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

import msgspec
import typer
from rich.markup import escape

from projections.holes import Example
from services import holes, season
from services.client import Client
from services.commands.shared import (
    DIFFERENT,
    HTTP,
    Json,
    SeasonFile,
    Token,
    Url,
    app,
    err,
    out,
    print_json,
    watched,
)
from services.season import Posted

commands = app(help="Competitions as data: check their rules, load what is known of them.")


class Captured(StrEnum):
    """How much of each match is recorded."""

    FULL = "full"
    SCORE_ONLY = "score_only"
    NONE = "none"


class Tally:
    """Counts what became of facts, and says each thing that was odd once, and how often it was."""

    def __init__(self) -> None:
        self.recorded = 0
        self.repeated = 0
        self.odd: Counter[str] = Counter()

    def count(self, facts: int, posted: Posted) -> int:
        """Count a request; give how many facts there were so far."""
        if posted.new:
            self.recorded += facts
        else:
            self.repeated += facts
        for warning in posted.warnings:
            if warning not in self.odd:
                err.print(f"[yellow]odd:[/] {escape(warning)}")
            self.odd[warning] += 1
        return self.recorded + self.repeated

    def tell(self, competition: str, *, json: bool) -> None:
        for warning, times in self.odd.items():
            if times > 1:
                err.print(f"[yellow]odd, {times} times in all:[/] {escape(warning)}")
        if json:
            print_json(
                {
                    "competition": competition,
                    "recorded": self.recorded,
                    "repeated": self.repeated,
                }
            )
        else:
            before = f", {self.repeated} were there before" if self.repeated else ""
            out.print(f"{competition}: {self.recorded} facts recorded{before}")


@commands.command()
def load(file: SeasonFile, url: Url = HTTP, token: Token = "", json: Json = False) -> None:
    """Create a season's competition and record all of its known facts.

    \b
      $ pitazo season load seasons/copa-peru-2025-amazonas/season.toml
      copa-peru-2025-amazonas: 58 facts recorded

    Loading it again changes nothing: each fact has an id made of what it says.
    A file with anything wrong in it is refused whole. Never changes or removes
    what is recorded.
    """
    known = season.read(file)
    tally = Tally()

    def steps(client: Client) -> Iterator[int]:
        for facts, posted in season.load(client, known, known.facts):
            yield tally.count(facts, posted)

    with Client(url, token) as client:
        for _ in watched(steps(client), len(known.facts), "recording"):
            pass
    tally.tell(known.competition, json=json)


@commands.command()
def check(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="regulations, a season, or the name of a built-in set"),
    ],
    coverage: Annotated[
        Captured | None, typer.Option(help="how much of each match will be recorded")
    ] = None,
    json: Json = False,
) -> None:
    """Find the holes in regulations: what a season could fall into, and what would mend it.

    \b
      $ pitazo season check regulations/fifa-world-cup-1998.toml
      no holes found
      $ pitazo season check my-league.toml --json

    Level teams and ties that no step parts are shown by the smallest results that end so. What is
    recorded beside scores is told by the facts of a season, or by --coverage; without either,
    cards are taken to be, and scores at half-time not. Exit status 1 if there is a hole.
    Reads only.
    """
    checked = holes.check(file, coverage.value if coverage else None)
    if json:
        print_json(_listed(checked))
    else:
        _show(file, checked)
    if checked.found:
        raise typer.Exit(DIFFERENT)


def _listed(checked: holes.Checked) -> dict[str, object]:
    found = [
        {**msgspec.to_builtins(each.hole), "path": each.path, "line": each.line}
        for each in checked.found
    ]
    return {"holes": found, "not_searched": list(checked.not_searched)}


def _show(file: str, checked: holes.Checked) -> None:
    for each in checked.found:
        where = f"{file}, line {each.line}" if each.line else file
        kind = each.hole.kind.replace("_", " ")
        out.print(f"[bold]{escape(where)}[/], at {escape(each.path)}: {kind}", soft_wrap=True)
        out.print(escape(f"  {each.hole.message}"), soft_wrap=True)
        if each.hole.example is not None:
            _show_example(each.hole.example)
    for said in checked.not_searched:
        out.print(escape(f"not searched to the end: {said}"), soft_wrap=True)
    count = len(checked.found)
    out.print(f"{count or 'no'} hole{'' if count == 1 else 's'} found")


def _show_example(example: Example) -> None:
    scores = [f"{m.home} {m.home_goals}-{m.away_goals} {m.away}" for m in example.results]
    tiers = [tier for tier in example.tiers if not {*tier.teams} <= {*example.above}]
    ranks = [f"{tier.rank}. {' = '.join(tier.teams)}" for tier in tiers]
    below = f" below {len(example.above)} more" if example.above else ""
    out.print(
        escape(f"  for example {', '.join(scores)}{below}: {', '.join(ranks)}"), soft_wrap=True
    )


def play(
    file: SeasonFile,
    speed: Annotated[
        float, typer.Option(min=0.001, help="how many times as fast as it happened")
    ] = 600.0,
    url: Url = HTTP,
    token: Token = "",
    json: Json = False,
) -> None:
    """Post a recorded season's facts through capture, in order, as they happened.

    \b
      $ pitazo play seasons/copa-peru-2025-amazonas/season.toml --speed 3600
      copa-peru-2025-amazonas: 58 facts recorded

    Facts without a date follow in the order of the file, half an hour apart.
    Stopped and started again, it goes on where it ended. Never records a fact
    twice.
    """
    known = season.read(file)
    tally = Tally()

    def steps(client: Client) -> Iterator[int]:
        season.create(client, known)
        paced = list(season.pace(known.facts, speed))
        posts = season.play(client, known, paced)
        for (_, facts), posted in zip(paced, posts, strict=True):
            yield tally.count(len(facts), posted)

    with Client(url, token) as client:
        for _ in watched(steps(client), len(known.facts), "playing"):
            pass
    tally.tell(known.competition, json=json)
