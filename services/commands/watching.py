"""The live table in the terminal."""

import asyncio
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Group
from rich.live import Live as LiveDisplay
from rich.text import Text

from services.client import View
from services.commands.shared import LIVE, Json, Live, Token, out, print_json
from services.settings import WATCH_TABLES_MAX
from services.terminal import shown
from services.viewer import Away, Viewer


def watch(
    competition: Annotated[str, typer.Argument(metavar="COMPETITION", help="its id")],
    topic: Annotated[
        str, typer.Argument(metavar="TOPIC", help="which view; every table, if none is named")
    ] = "",
    live: Live = LIVE,
    token: Token = "",
    json: Json = False,
) -> None:
    """Show the live table, and every change of it, until Ctrl-C.

    \b
      $ pitazo watch copa-peru-2025-amazonas standings/group-a

    After a break it comes back by itself and says since when it was away. Reads
    only. What it shows never goes back.
    """
    viewer = Viewer(
        live,
        competition,
        [topic or "competition"],
        token=token,
        more=_nothing if topic else _tables,
    )
    asyncio.run(_follow(viewer, wanted=topic, json=json))


async def _follow(viewer: Viewer, *, wanted: str, json: bool) -> None:
    views: dict[str, View] = {}
    on_terminal = out.is_terminal and not json
    with LiveDisplay(console=out, auto_refresh=False) if on_terminal else nullcontext() as display:
        away_since = ""
        async for told in viewer.follow():
            if isinstance(told, Away):
                away_since = away_since or _clock()
                state = Text(f"reconnecting since {away_since}: {told.reason}", "yellow")
            else:
                away_since = ""
                state = Text(f"live · changed at {_clock()}", "green")
                if wanted or told.topic != "competition":
                    views[told.topic] = told
                    _print(told, json=json, on_terminal=on_terminal)
            if display:
                tables = [shown(views[topic]) for topic in sorted(views)]
                display.update(Group(*tables, state), refresh=True)


def _print(view: View, *, json: bool, on_terminal: bool) -> None:
    if json:
        print_json({"topic": view.topic, "position": view.position, "data": view.data})
    elif not on_terminal:
        out.print(shown(view))


def _clock() -> str:
    return datetime.now().astimezone().strftime("%H:%M:%S")


def _nothing(view: View) -> Iterable[str]:
    return ()


def _tables(view: View) -> Iterable[str]:
    """Name the tables that a competition has."""
    if view.topic != "competition" or not view.data:
        return []
    groups = [
        f"standings/{group['group']}"
        for stage in view.data["stages"]
        for section in stage["sections"]
        for group in section["groups"]
    ]
    return groups[:WATCH_TABLES_MAX]
