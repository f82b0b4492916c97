"""Services: all of them on one machine, or one of them, and what they are told by variables."""

import logging
import socket
from collections.abc import Coroutine
from enum import StrEnum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.markup import escape
from rich.panel import Panel
from rich.table import Column, Table

from services import process, settings
from services.commands.shared import Json, callers_settings, err, out, print_json
from services.settings import Settings

if TYPE_CHECKING:
    from services.up import Served

OPEN_TO_THE_NETWORK = (
    "This service is reachable from the network, and tokens cross it unencrypted unless a proxy "
    "that speaks TLS stands in front. PITAZO_ALLOWED_HOSTS limits the names it answers to."
)
VALUE_WIDTH_MAX = 14
# Addresses that are kept for documentation: nobody is there.
OUTSIDE = {socket.AF_INET: ("192.0.2.1", 9), socket.AF_INET6: ("2001:db8::1", 9)}

Service = Coroutine[None, None, None]


class Name(StrEnum):
    """A service; `http` is capture and reader at one address."""

    capture = auto()
    reader = auto()
    http = auto()
    projector = auto()
    gateway = auto()


def up(
    seasons: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="SEASON", exists=True, help="season files or folders; none: all there are"
        ),
    ] = None,
    data: Annotated[
        Path,
        typer.Option(envvar="PITAZO_DATA", metavar="FOLDER", help="where the log is kept"),
    ] = Path(".pitazo"),
    http: Annotated[
        int,
        typer.Option(
            envvar="PITAZO_HTTP_PORT", min=0, max=65535, help="HTTP port; 0: any free one"
        ),
    ] = 8080,
    live: Annotated[
        int,
        typer.Option(envvar="PITAZO_LIVE_PORT", min=0, max=65535, help="WebSocket port; 0: any"),
    ] = 8081,
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    ready_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="written once all is served: addresses and token"),
    ] = None,
    no_simulate: Annotated[
        bool, typer.Option("--no-simulate", help="leave out invented seasons")
    ] = False,
) -> None:
    """Serve everything on this machine, load the seasons, and play the end of them.

    An invented season is played from its first kick-off to its champion, in half
    an hour, and then the next edition of it: --no-simulate leaves it out.

    \b
      $ pitazo up
      $ pitazo up --http 9080 --live 9081 --data /var/tmp/pitazo

    Ctrl-C stops all of it and loses nothing; the next start goes on where this
    one ended. PITAZO_REDIS_URL names a server to use instead of the embedded
    one. Never listens beyond this machine unless --host says so.
    """
    from services import season
    from services import up as everything
    from services.simulation.invention import is_simulated

    chosen = msgspec.structs.replace(
        settings.read(),
        data=str(data),
        http_port=http,
        live_port=live,
        http_host=host,
        live_host=host,
    )
    known = [season.read(path) for path in seasons or everything.default_seasons()]
    if no_simulate:
        known = [one for one in known if not is_simulated(one)]
    _log_to_stderr()
    process.run(everything.run(chosen, known, lambda served: _tell(served, chosen), ready_file))
    err.print("Stopped. Everything acknowledged is kept; `pitazo up` goes on from here.")


def _tell(served: "Served", chosen: Settings) -> None:
    from services.http.hosts import is_loopback

    several = "s" if len(served.competitions) != 1 else ""
    lines = Table.grid(padding=(0, 2))
    lines.add_row("Page", f"{served.http}/")
    lines.add_row("Live", f"{served.live}/v1/live")
    if not is_loopback(chosen.http_host):
        port = served.http.rpartition(":")[2]
        lines.add_row("From the network", f"http://{_name_outside(chosen)}:{port}/")
    lines.add_row("Stop", "Ctrl-C; nothing is lost")
    if not is_loopback(chosen.http_host):
        lines.add_row("[yellow]Mind[/]", OPEN_TO_THE_NETWORK)
    title = f"Pitazo · {len(served.competitions)} competition{several}"
    out.print(Panel(lines, title=title, expand=False))
    out.print("An operator's token, good until this stops:")
    out.print(served.token, soft_wrap=True)


def _name_outside(chosen: Settings) -> str:
    """Give a name that others reach this machine by, one that is answered to."""
    if chosen.allowed_hosts:
        return chosen.allowed_hosts[0]
    host = chosen.http_host
    if host in ("0.0.0.0", "::"):
        family = socket.AF_INET6 if host == "::" else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as outward:
            try:
                # Nothing is sent; the system only says which of its addresses it would use.
                outward.connect(OUTSIDE[family])
                host = outward.getsockname()[0]
            except OSError:
                return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def serve(
    name: Annotated[Name, typer.Argument(metavar="SERVICE", help="which: " + ", ".join(Name))],
    alive: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="touched while a projector works, for a health check"),
    ] = None,
    lifeline: Annotated[int | None, typer.Option(hidden=True)] = None,
    inherited: Annotated[int | None, typer.Option("--socket", hidden=True)] = None,
) -> None:
    """Run one service until it is told to end, by SIGTERM or Ctrl-C.

    \b
      $ PITAZO_REDIS_URL=redis://127.0.0.1:6379 pitazo serve projector

    Variables say everything else; `pitazo settings` lists them. Without
    PITAZO_REDIS_URL it shares the embedded server of the data folder. Never
    listens beyond this machine unless PITAZO_HTTP_HOST or PITAZO_LIVE_HOST
    says so.
    """
    chosen = settings.read()
    if alive is not None and name is not Name.projector:
        raise typer.BadParameter(f"--alive is for the projector; ask the {name} for /healthz")
    _log_to_stderr()
    process.run(_service(name, chosen, inherited, alive), lifeline)


def _service(name: Name, chosen: Settings, inherited: int | None, alive: Path | None) -> Service:
    """Give the service, which imports only what it needs."""
    match name:
        case Name.capture:
            from services import capture

            return capture.run(chosen, _inherit(inherited))
        case Name.reader:
            from services import reader

            return reader.run(chosen, _inherit(inherited))
        case Name.projector:
            from services import projector

            return projector.run(chosen, alive)
        case Name.gateway:
            return _gateway(chosen, inherited)
        case Name.http:
            return _http(chosen, inherited)


async def _http(chosen: Settings, inherited: int | None) -> None:
    from services import capture, http, reader
    from services.store import embedded
    from services.store.connection import connect

    listening = _inherit(inherited) or http.listen(chosen.http_host, chosen.http_port)
    async with (
        embedded.redis_url(chosen) as url,
        connect(url) as redis,
        capture.app(redis, chosen) as posts,
    ):
        site = http.Site(chosen, redis, capture=posts, reader=reader.app(redis, chosen))
        await http.serve(site, listening)


async def _gateway(chosen: Settings, inherited: int | None) -> None:
    from services import gateway
    from services.store import embedded
    from services.store.connection import connect

    listening = _inherit(inherited) or gateway.listen(chosen.live_host, chosen.live_port)
    async with embedded.redis_url(chosen) as url, connect(url) as redis:
        await gateway.serve(chosen, redis, listening)


def _inherit(descriptor: int | None) -> socket.socket | None:
    return None if descriptor is None else socket.socket(fileno=descriptor)


def show_settings(json: Json = False) -> None:
    """List every variable that is read, with its value here and what it means.

    \b
      $ pitazo settings
      $ PITAZO_HTTP_PORT=9080 pitazo settings --json

    In a pipe it is a line each, with tabs between. Never changes anything.
    """
    listing = settings.listing(settings.read()) + callers_settings()
    if json:
        print_json(msgspec.to_builtins(listing))
        return
    if not out.is_terminal:
        for one in listing:
            typer.echo("\t".join((one.variable, one.value, one.default, one.meaning)))
        return
    widest = max(len(one.variable) for one in listing)
    table = Table(Column("Variable", min_width=widest, no_wrap=True))
    for name in ("Value", "Default"):
        table.add_column(name, overflow="fold", max_width=VALUE_WIDTH_MAX)
    table.add_column("Meaning", overflow="fold")
    for one in listing:
        table.add_row(one.variable, *map(escape, (one.value, one.default, one.meaning)))
    out.print(table)


def _log_to_stderr() -> None:
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
