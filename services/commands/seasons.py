"""Seasons: their known facts recorded at once, or played again in their own time."""

from collections.abc import Iterator
from typing import Annotated

import typer

from services import season
from services.client import Client
from services.commands.shared import (
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

commands = app(help="Competitions as data: load what is known of them.")


class Tally:
    """Counts what became of facts, and passes on what was odd."""

    def __init__(self) -> None:
        self.recorded = 0
        self.repeated = 0

    def count(self, facts: int, posted: Posted) -> int:
        """Count a request; give how many facts there were so far."""
        if posted.new:
            self.recorded += facts
        else:
            self.repeated += facts
        for warning in posted.warnings:
            err.print(f"[yellow]odd:[/] {warning}")
        return self.recorded + self.repeated

    def tell(self, competition: str, *, json: bool) -> None:
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
