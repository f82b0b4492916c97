"""For auditors: what was known when, and whether every view is what the log says."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

import msgspec
import typer
from redis.asyncio import Redis

from projections.fold import Fold
from services import replay as auditing
from services.client import Client, View
from services.commands.shared import (
    DIFFERENT,
    HTTP,
    Json,
    Token,
    Url,
    err,
    out,
    print_json,
    watched,
)
from services.replay import Finding
from services.store.connection import connect
from services.terminal import shown

Competition = Annotated[str, typer.Argument(metavar="COMPETITION", help="its id")]
To = Annotated[str, typer.Option(metavar="POSITION|TIME", help="how far; a time has its offset")]


def replay(
    competition: Competition,
    to: To = "",
    topic: Annotated[
        str, typer.Option(metavar="TOPIC", help="which view; all tables, if none is named")
    ] = "",
    url: Url = HTTP,
    token: Token = "",
    json: Json = False,
) -> None:
    """Fold the log again and print a view as it was.

    \b
      $ pitazo replay copa-peru-2025-amazonas --to 50 --topic standings/group-a
      $ pitazo replay copa-peru-2025-amazonas --to 2026-01-31T18:00:00-05:00

    A time means what was recorded by then. Reads only, and trusts nothing but the log.
    """
    fold = folded(competition, to, url, token)
    topics = [topic] if topic else _tables(fold)
    views = [auditing.view_of(fold, one) for one in topics]
    if json:
        print_json(_as_json(competition, fold, views))
        return
    out.print(f"{competition} at position {fold.position}")
    for view in views:
        out.print(shown(view))


def folded(competition: str, to: str, url: str, token: str) -> Fold:
    """Fold the log as far as it is asked for, to its end if nothing is."""
    until, fold = _until(to), Fold()
    with Client(url, token) as client:
        tail = auditing.tail_of(client, competition)
        end = until if isinstance(until, int) else tail
        for _ in watched(auditing.replay(client, competition, fold, until), end, "folding"):
            pass
    return fold


def _until(to: str) -> int | datetime | None:
    if not to:
        return None
    if to.isdecimal() and int(to):
        return int(to)
    try:
        time = datetime.fromisoformat(to)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        message = (
            "expected a position, of which 1 is the first, or a time like "
            f"2026-01-31T18:00:00-05:00, found {to!r}"
        )
        raise typer.BadParameter(message, param_hint="--to")
    return time


def _tables(fold: Fold) -> list[str]:
    tables = sorted(topic for topic in fold.topics() if topic.startswith("standings/"))
    return tables or ["competition"]


def _as_json(competition: str, fold: Fold, views: list[View]) -> dict[str, Any]:
    said = {view.topic: {"position": view.position, "data": view.data} for view in views}
    return {"competition": competition, "position": fold.position, "views": said}


def verify(
    competition: Competition,
    url: Url = HTTP,
    token: Token = "",
    server: Annotated[
        str,
        typer.Option(metavar="URL", help="also compare the server's own ids and digests"),
    ] = "",
    json: Json = False,
) -> None:
    """Fold the log again and compare with every stored view.

    \b
      $ pitazo verify copa-peru-2025-amazonas
      log                ok       at 59
      standings/group-a  DIFFERS  at 57 (result_recorded, recorded by operator:4f0e)
          rows[2].points is stored as 4, and the log makes it 3

    Positions, versions, ids and the form of every entry are checked too. Reads
    only. Exit status 1 if anything differs.
    """
    fold = Fold()
    differing = 0
    redis = connect(server) if server else None
    with Client(url, token) as client:
        tail = auditing.tail_of(client, competition)
        for step in watched(auditing.verify_log(client, competition, fold), tail, "folding"):
            if isinstance(step, Finding):
                differing += _report(client, competition, step, json=json)
        if not differing:
            for finding in auditing.verify_views(client, competition, fold):
                differing += _report(client, competition, finding, json=json)
        if redis:
            finding = asyncio.run(_of_server(redis, competition))
            differing += _report(client, competition, finding, json=json)
    if differing:
        err.print(f"{differing} of {competition} differ from what the log says")
        raise typer.Exit(DIFFERENT)


def _report(client: Client, competition: str, finding: Finding, *, json: bool) -> bool:
    """Print a line; True if something differs."""
    if json:
        print_json(msgspec.to_builtins(finding))
    elif not finding.difference:
        out.print(f"{finding.about:<32} ok       at {finding.position}")
    else:
        who = auditing.blame(client, competition, finding.position)
        out.print(f"{finding.about:<32} DIFFERS  at {finding.position} ({who})", soft_wrap=True)
        out.print(f"    {finding.difference}", markup=False, soft_wrap=True)
    return bool(finding.difference)


async def _of_server(redis: Redis, competition: str) -> Finding:
    async with redis:
        return await auditing.verify_server(redis, competition)
