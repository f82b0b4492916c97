"""What several commands share: where they call, how they print, how long work shows."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from services import settings
from services.settings import Setting

if TYPE_CHECKING:
    from redis.asyncio import Redis

DIFFERENT = 1  # the exit status where a difference or a refusal was found

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Step = TypeVar("Step")
Result = TypeVar("Result")

Url = Annotated[
    str, typer.Option(envvar="PITAZO_URL", metavar="URL", help="the HTTP address to call")
]
Live = Annotated[
    str, typer.Option(envvar="PITAZO_LIVE", metavar="URL", help="the WebSocket address")
]
Token = Annotated[
    str,
    typer.Option(
        envvar="PITAZO_TOKEN",
        metavar="TOKEN",
        show_default=False,
        help="who is asking; better in the variable, where other users cannot see it",
    ),
]
Data = Annotated[
    str,
    typer.Option(
        envvar="PITAZO_DATA",
        metavar="FOLDER",
        help="folder of the embedded server; PITAZO_REDIS_URL names another one",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="print JSON instead")]
SeasonFile = Annotated[
    Path, typer.Argument(metavar="FILE", exists=True, help="a season.toml, or its folder")
]

HTTP = "http://127.0.0.1:8080"
LIVE = "ws://127.0.0.1:8081"


def callers_settings() -> list[Setting]:
    """The variables that commands read when they call a service, for `pitazo settings`."""
    token = "(set)" if os.environ.get("PITAZO_TOKEN") else ""
    url, live = os.environ.get("PITAZO_URL", HTTP), os.environ.get("PITAZO_LIVE", LIVE)
    return [
        Setting("PITAZO_URL", url, HTTP, "HTTP address that commands call"),
        Setting("PITAZO_LIVE", live, LIVE, "WebSocket address that `pitazo watch` connects to"),
        Setting("PITAZO_TOKEN", token, "", "token that commands send; it is never printed"),
    ]


def app(**options: Any) -> typer.Typer:
    """A group of commands whose help keeps its lines."""
    return typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
        **options,
    )


def on_server(data: str, ask: Callable[["Redis"], Awaitable[Result]]) -> Result:
    """Ask the server that these settings mean; the embedded one is used, or started for this.

    Raises NoStore where nothing was ever kept: a folder that was mistyped is no new store.
    """
    from services.store import embedded
    from services.store.connection import connect

    chosen = msgspec.structs.replace(settings.read(), data=data)
    if not chosen.redis_url:
        embedded.check_store(Path(data))

    async def asked() -> Result:
        async with embedded.redis_url(chosen) as url, connect(url) as redis:
            return await ask(redis)

    return asyncio.run(asked())


def print_json(value: object) -> None:
    """Print one line of JSON, whole whatever the width of the terminal."""
    typer.echo(json.dumps(value, ensure_ascii=False))


def watched(
    steps: Iterable[Step], total: int | None, what: str, *, quiet: bool = False
) -> Iterator[Step]:
    """Give the steps, with a bar on the terminal; a step that is a number says how far it is.

    Without a total nobody knows how far that is.
    """
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )  # fmt: skip
    with Progress(
        *columns, console=err, transient=True, disable=quiet or not err.is_terminal
    ) as bar:
        task = bar.add_task(what, total=total)
        for step in steps:
            if isinstance(step, int):
                bar.update(task, completed=step)
            yield step
