"""Results of openfootball, written into a season file or recorded in a running competition."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from events.regulations import Regulations
from projections.fold import Fold
from services import catalogue, importing, season
from services.client import Client
from services.commands.seasons import Tally
from services.commands.shared import HTTP, Json, Token, Url, err, out, print_json, watched
from services.importing import Imported
from services.importing.told import Told
from services.replay import replay
from services.season import Posted, Season
from services.zones import A_ZONE, is_known_zone

_ID = re.compile("[a-z0-9][a-z0-9-]{0,63}")

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE…", exists=True, dir_okay=False, help="JSON or Football.TXT"),
]


def import_results(
    files: Files,
    competition: Annotated[str, typer.Option(metavar="ID", help="its id, new or running")],
    into: Annotated[
        Path | None, typer.Option(metavar="SEASON.toml", help="write a season file instead")
    ] = None,
    regulations: Annotated[
        str, typer.Option(metavar="REGULATIONS", help="of that season: a set, or a file")
    ] = "",
    time_zone: Annotated[
        str, typer.Option(metavar="ZONE", help="of times without one, like Europe/Berlin")
    ] = "",
    source: Annotated[
        str, typer.Option(metavar="TEXT", help="where it is from; else the names of the files")
    ] = "",
    url: Url = HTTP,
    token: Token = "",
    json: Json = False,
) -> None:
    """Import results of openfootball, as JSON or Football.TXT: goals, extra time, kicks, groups.

    \b
      $ pitazo import-results worldcup.json --competition world-cup-2014 \\
          --regulations fifa-world-cup-1998 --into season.toml
      season.toml: 32 teams and 64 matches of world-cup-2014
      $ pitazo import-results cup.txt cup_finals.txt --competition world-cup-2014
      world-cup-2014: 24 facts recorded, 512 were there before

    Without --into what a running competition does not have yet is recorded in it. A file with a
    line that cannot be read is not imported at all. What is odd is told and stands as it is.
    Never invents a rule, a score or a time, and never writes over a file.
    """
    if not _ID.fullmatch(competition):
        message = f"expected small letters, digits and hyphens, found {competition}"
        raise typer.BadParameter(message, param_hint="--competition")
    if time_zone and not is_known_zone(time_zone):
        raise typer.BadParameter(f"expected {A_ZONE}, found {time_zone}", param_hint="--time-zone")
    if regulations and into is None:
        message = "a running competition has its regulations; leave them out, or say --into"
        raise typer.BadParameter(message, param_hint="--regulations")
    zone = ZoneInfo(time_zone) if time_zone else None
    if into is None:
        client = Client(url, token)
        _record(importing.read(files), competition, client, zone, source, json=json)
    else:
        rules = catalogue.found(regulations) if regulations else None
        _write(importing.read(files), competition, into, rules, zone, source, json=json)


def _write(
    known: tuple[Told, ...],
    competition: str,
    into: Path,
    rules: Regulations | None,
    zone: ZoneInfo | None,
    source: str,
    *,
    json: bool,
) -> None:
    imported = importing.write_season(
        known, competition, into, regulations=rules, zone=zone, source=source or None
    )
    _tell_odd(imported, json=json)
    if json:
        print_json({"season": str(into), **_counted(competition, imported)})
    else:
        counts = f"{imported.teams} teams and {imported.matches} matches of {competition}"
        out.print(escape(f"{into}: {counts}"), soft_wrap=True)


def _record(
    known: tuple[Told, ...],
    competition: str,
    client: Client,
    zone: ZoneInfo | None,
    source: str,
    *,
    json: bool,
) -> None:
    with client:
        fold = Fold()
        for _ in watched(replay(client, competition, fold), None, "reading"):
            pass
        people = list(_people(client, competition))
        imported = importing.into_competition(
            known, competition, fold, people, zone=zone, source=source or None
        )
        _tell_odd(imported, json=json)
        tally, odd = Tally(), Counter[str]()
        tally.repeated = imported.repeated

        def steps() -> Iterator[int]:
            for batch in season.batches(imported.facts):
                posted = season.post(client, Season(competition, batch[0], batch), batch)
                odd.update(posted.warnings)
                yield tally.count(len(batch), Posted(posted.new))

        for _ in watched(steps(), len(imported.facts) + imported.repeated, "recording"):
            pass
    for warning, times in odd.items():
        often = f" ({times} times)" if times > 1 else ""
        err.print(f"[yellow]odd:[/] {escape(warning)}{often}", soft_wrap=True)
    if json:
        counts = {"recorded": tally.recorded, "repeated": tally.repeated}
        print_json(_counted(competition, imported) | counts)
    else:
        tally.tell(competition, json=False)


def _people(client: Client, competition: str) -> Iterator[dict[str, Any]]:
    """Give who is named in a competition, page by page."""
    after: str | None = ""
    while after is not None:
        page = client.get(f"/v1/competitions/{competition}/people?after={after}").json()
        yield from page["people"]
        after = page["next"]


def _counted(competition: str, imported: Imported) -> dict[str, Any]:
    return {
        "competition": competition,
        "teams": imported.teams,
        "matches": imported.matches,
        "waiting": imported.waiting,
        "facts": len(imported.facts),
        "odd": list(imported.odd),
    }


def _tell_odd(imported: Imported, *, json: bool) -> None:
    for odd in () if json else imported.odd:
        err.print(f"[yellow]odd:[/] {escape(odd)}", soft_wrap=True)
    if imported.waiting and not json:
        err.print(f"{imported.waiting} matches wait for who plays them, and are not scheduled")
