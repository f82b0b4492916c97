"""For anybody with the results of a cup: who goes through, and by what."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.table import Table

from services import catalogue, legs
from services.commands.shared import Json, err, out, print_json
from services.ties import Answer, answers

RegulationsName = Annotated[
    str, typer.Argument(metavar="REGULATIONS", help="a file, or the name of a built-in set")
]
LegsFile = Annotated[
    Path, typer.Argument(metavar="LEGS.csv", exists=True, dir_okay=False, help="a row a match")
]


def ties(regulations: RegulationsName, file: LegsFile, json: Json = False) -> None:
    """Say who goes through in each tie of a CSV, and by which step of the rules.

    \b
      $ pitazo ties uefa-european-cup-1970 legs.csv
      tie    teams              points  aggregate  goes through  by
      final  Bayern – Atlético  1-1     1-1        Bayern        replay

    The columns are tie, leg (1, 2, single, replay, extra_match), date,
    home, away, home_goals, away_goals, neutral, outcome, home_90, away_90,
    after_extra_time, home_shoot_out, away_shoot_out, decision
    (coin_toss:TEAM, walkover:TEAM, ruling:TEAM), and round where the rounds
    of a cup have other rules. Goals are the final figures, with extra time.
    A row with only a tie and a home team is a bye.

    A tie that the rules leave level is undecided, one whose rows contradict
    them inconsistent; both say why. Needs no server and never guesses: of a
    file with a bad row nothing is read.
    """
    rules = catalogue.found(regulations)
    read = legs.read(file)
    found = list(answers(rules, read.rows, regulations))
    if json:
        print_json({"ties": [_as_json(answer) for answer in found]})
        return
    if read.ignored:
        err.print(f"columns that nobody reads: {', '.join(read.ignored)}", markup=False)
    out.print(_table(found))


def _as_json(answer: Answer) -> dict[str, object]:
    """Give a tie as the contract has it; only what is not decided has a reason."""
    said: dict[str, object] = msgspec.to_builtins(answer)
    if answer.reason is None:
        del said["reason"]
    return said


def _table(found: list[Answer]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("tie", "teams", "points", "aggregate", "goes through", "by"):
        table.add_column(column)
    for answer in found:
        first, second = answer.teams
        table.add_row(
            *(_plain(text) for text in (answer.tie, f"{first} – {second or 'nobody'}")),
            _pair(answer.points),
            _pair(answer.aggregate),
            _plain(answer.winner or answer.status),
            _plain(answer.decided_by or answer.reason or ""),
        )
    return table


def _plain(text: str) -> str:
    """Write what a file says so that brackets in it are no markup."""
    return text.replace("[", r"\[")


def _pair(numbers: tuple[int, int] | None) -> str:
    return f"{numbers[0]}-{numbers[1]}" if numbers else ""
