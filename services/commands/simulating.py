"""Invented seasons: played from the first kick-off to the champion, and marked as simulated."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Annotated

import typer

from services import season
from services.client import Client
from services.commands.seasons import Tally
from services.commands.shared import HTTP, Json, SeasonFile, Token, Url, watched
from services.simulation import posting, pyramid
from services.simulation.edition import SIZE
from services.simulation.invention import BEGINS, FIRST_SEED, competition_of, invent

MIDNIGHT = datetime.combine(BEGINS, time())


def simulate(
    file: SeasonFile,
    seed: Annotated[
        int, typer.Option(min=0, help="which season; the same one again is the same season")
    ] = FIRST_SEED,
    speed: Annotated[
        float, typer.Option(min=0, help="how many times as fast as it happens; 0: without a wait")
    ] = 600.0,
    districts: Annotated[
        int | None,
        typer.Option(min=1, help="so many districts, and their provinces, before the first stage"),
    ] = None,
    begins: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="the day of the first matches")
    ] = MIDNIGHT,
    url: Url = HTTP,
    token: Token = "",
    json: Json = False,
) -> None:
    """Play an invented season of some regulations, from the first kick-off to the champion.

    \b
      $ pitazo simulate seasons/copa-peru-2013-simulated --seed 7 --speed 600
      copa-peru-2013-simulated-7: 6560 facts recorded

    Clubs, persons and results are invented; of a file that is not simulated
    only the regulations and the names of its clubs are taken. Each seed is a
    competition of its own, marked as simulated. Nobody waits more than a second
    for the next thing to happen. Stopped and started again, it goes on where it
    ended. --districts 1874 is the whole of Peru: a million facts.
    """
    known = season.read(file)
    size = SIZE
    if districts is not None:
        known, size = pyramid.extended(known, districts), pyramid.SIZE
    competition = competition_of(known, seed)
    invented = invent(known, seed, size=size, begins=begins.date())
    tally = Tally()

    def steps(client: Client) -> Iterator[int]:
        for facts, posted in posting.play(client, competition, invented, speed):
            yield tally.count(facts, posted)

    with Client(url, token) as client:
        for _ in watched(steps(client), None, "inventing"):
            pass
    tally.tell(competition, json=json)
