"""Everything on one machine, from one command: server, services and seasons.

Whatever dies is started again, whatever kills this process ends the services with it, and the next
start goes on where this one ended. Stopping it loses nothing: what was acknowledged is on disk.
"""

import asyncio
import errno
import logging
import os
import socket
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from pathlib import Path

import msgspec
from redis.exceptions import RedisError

from events.types import CompetitionClosed
from services import http, season
from services.addresses import BadAddress, without_password
from services.children import Children, Restarts, lifeline
from services.client import Client, Refusal, Unreachable
from services.season import Fact, Season
from services.settings import (
    CLIENT_RETRY_LONGEST_SECONDS,
    EMBEDDED_WATCH_SECONDS,
    PREFIX,
    UP_PORT_PATIENCE_SECONDS,
    UP_PORT_POLL_SECONDS,
    UP_RESULTS_PLAYED,
    UP_SERVER_PATIENCE_SECONDS,
    BadSetting,
    Settings,
)
from services.simulation import posting
from services.simulation.invention import is_simulated
from services.store import access, embedded
from services.store.connection import connect

THIS_MACHINE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # as every address is reached from here
SEASONS = Path(__file__).resolve().parents[1] / "seasons"

logger = logging.getLogger(__name__)


class Served(msgspec.Struct, frozen=True):
    """Where everything is, as the ready file says it."""

    http: str
    live: str
    token: str
    competitions: list[str] = []


class PortTaken(Exception):
    """Somebody else listens there."""

    def __init__(self, host: str, port: int, option: str, reason: str) -> None:
        self.host = host
        self.port = port
        self.option = option
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"port {self.port} of {self.host} cannot be used ({self.reason}); stop what uses it, "
            f"or choose another with {self.option} (0: any free one)"
        )


class UnknownHost(Exception):
    """Nothing of this machine has that name or address."""

    def __init__(self, host: str, reason: str) -> None:
        self.host = host
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"{self.host!r} is no address of this machine ({self.reason}); choose one with --host, "
            "like 127.0.0.1, or 0.0.0.0 for all"
        )


class BadReadyFile(Exception):
    """The ready file could not be written, so nothing was started."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.path} cannot be written ({self.reason}); name another file with --ready-file"


class ServerAway(Exception):
    """The Redis or Valkey that was named does not answer."""

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"the server that PITAZO_REDIS_URL names, {self.address}, did not answer within "
            f"{UP_SERVER_PATIENCE_SECONDS:g} s ({self.reason}); start it, or correct the variable"
        )


class NotReady(Exception):
    """A service was started and never became ready."""

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"what should answer at {self.address} is not ready ({self.reason}); what it said "
            "stands above"
        )


def default_seasons() -> list[Path]:
    """Find the seasons that come with Pitazo."""
    return sorted(SEASONS.glob(f"*/{season.FILE}"))


async def run(
    settings: Settings,
    seasons: Sequence[Season],
    tell: Callable[[Served], None],
    ready_file: Path | None = None,
) -> None:
    """Serve everything until cancelled; `tell` hears of it once all is served."""
    if ready_file:
        _check_writable(ready_file)
    if settings.redis_url:
        await _check_answering(settings.redis_url)
    async with AsyncExitStack() as stack:
        http_socket = await _listen(settings.http_host, settings.http_port, "--http")
        stack.enter_context(http_socket)
        live_socket = await _listen(settings.live_host, settings.live_port, "--live")
        stack.enter_context(live_socket)
        server = None if settings.redis_url else await stack.enter_async_context(_server(settings))
        token, sha256 = access.new_token()
        environment = _environment(
            redis_url=server.url if server else settings.redis_url,
            http_host=settings.http_host,
            live_host=settings.live_host,
            http_port=str(http_socket.getsockname()[1]),
            live_port=str(live_socket.getsockname()[1]),
            operator_token_sha256=sha256,
        )
        children = Children(environment, stack.enter_context(lifeline()))
        stack.push_async_callback(children.stop)
        if ready_file:
            stack.callback(ready_file.unlink, missing_ok=True)
        async with asyncio.TaskGroup() as group:
            group.create_task(children.keep("http", http_socket.fileno()))
            group.create_task(children.keep("gateway", live_socket.fileno()))
            group.create_task(children.keep("projector"))
            if server:
                group.create_task(_keep(server))
            served = Served(
                _url("http", settings.http_host, http_socket),
                _url("ws", settings.live_host, live_socket),
                token,
            )
            await _ready(served)
            invented = [one for one in seasons if is_simulated(one)]
            played = await _load(served, [one for one in seasons if one not in invented])
            await _begin(served, invented)
            served = msgspec.structs.replace(served, competitions=await _seen(served))
            if ready_file:
                _write(ready_file, served)
            tell(served)
            for one, facts in played:
                group.create_task(_play(served, one, facts, settings.play_interval_seconds))
            for one in invented:
                group.create_task(_simulate(served, one, settings.simulation_speed))


# What is under it


def _check_writable(ready_file: Path) -> None:
    """Raise BadReadyFile where no such file can appear."""
    folder = ready_file.absolute().parent
    if not folder.is_dir():
        raise BadReadyFile(ready_file, f"there is no folder {folder}")
    if ready_file.is_dir():
        raise BadReadyFile(ready_file, "it is a folder")
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise BadReadyFile(ready_file, os.strerror(error.errno or 0).lower()) from None


async def _check_answering(url: str) -> None:
    """Raise ServerAway if nothing answers there within UP_SERVER_PATIENCE_SECONDS."""
    reason, shown = "it says nothing", without_password(url)
    try:
        async with asyncio.timeout(UP_SERVER_PATIENCE_SECONDS), connect(url) as redis:
            while True:
                try:
                    await redis.ping()
                    return
                except RedisError as error:
                    reason = str(error)
                await asyncio.sleep(UP_PORT_POLL_SECONDS)
    except TimeoutError:
        raise ServerAway(shown, reason) from None
    except BadAddress as bad:
        raise BadSetting("PITAZO_REDIS_URL", shown, f"write it like {bad.like}") from None


async def _listen(host: str, port: int, option: str) -> socket.socket:
    """Bind a port; the services of a start that was killed may need a moment to leave it."""
    try:
        socket.getaddrinfo(host, port, socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (socket.gaierror, UnicodeError) as error:
        raise UnknownHost(host, getattr(error, "strerror", None) or str(error)) from None
    deadline = time.monotonic() + UP_PORT_PATIENCE_SECONDS
    while True:
        try:
            return http.listen(host, port)
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise UnknownHost(host, os.strerror(error.errno).lower()) from None
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                reason = os.strerror(error.errno) if error.errno else str(error)
                raise PortTaken(host, port, option, reason) from None
        await asyncio.sleep(UP_PORT_POLL_SECONDS)


def _server(settings: Settings) -> AbstractAsyncContextManager[embedded.Server]:
    return embedded.server(Path(settings.data), maxmemory_mib=settings.embedded_maxmemory_mib)


async def _keep(server: embedded.Server) -> None:
    """Start the server again whenever it has died. Raises KeepsDying, DidNotStart."""
    restarts = Restarts("the embedded server")
    while True:
        await asyncio.sleep(EMBEDDED_WATCH_SECONDS)
        if await server.revive():
            logger.warning("the embedded server had ended; it was started again")
            await asyncio.sleep(restarts.count("for a reason that its own log may tell"))


def _environment(**chosen: str) -> dict[str, str]:
    """Give what the services are told; on a command line everybody could read it."""
    return {**os.environ, **{PREFIX + name.upper(): value for name, value in chosen.items()}}


def _url(scheme: str, host: str, listening: socket.socket) -> str:
    """Give the address by which this machine reaches what listens."""
    port = listening.getsockname()[1]
    host = THIS_MACHINE.get(host, host)
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


async def _ready(served: Served) -> None:
    """Wait until both addresses answer that they are ready. Raises NotReady."""
    for address in (served.http, served.live.replace("ws://", "http://", 1)):
        with Client(address) as client:
            try:
                await asyncio.to_thread(client.get, "/readyz")
            except (Unreachable, Refusal) as error:
                raise NotReady(address, str(getattr(error, "reason", error))) from None


# What is in it


async def _load(served: Served, seasons: Sequence[Season]) -> list[tuple[Season, tuple[Fact, ...]]]:
    """Record all of the seasons but their last results; give those that are to be played."""
    played = []
    with Client(served.http, served.token) as client:
        for one in seasons:
            at_once, later = _split(one.facts)
            try:
                await asyncio.to_thread(list, season.load(client, one, at_once))
            except season.SeasonChanged as changed:
                logger.warning("%s", changed)
            except Refusal as refusal:
                logger.error("%s is not loaded: %s", one.competition, refusal)
            else:
                played.append((one, later))
    return played


def _split(facts: tuple[Fact, ...]) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """Leave the last results, and whatever follows the first of them, for later.

    A competition that is closed is not played again.
    """
    if any(isinstance(fact.event, CompetitionClosed) for fact in facts):
        return facts, ()
    happenings = [index for index, fact in enumerate(facts) if fact.happens]
    first = happenings[-UP_RESULTS_PLAYED:][0] if happenings else len(facts)
    return facts[:first], facts[first:]


async def _seen(served: Served) -> list[str]:
    """Name the competitions, once their views show what is recorded of them."""
    with Client(served.http, served.token) as client:
        answer = await asyncio.to_thread(client.get, "/v1/competitions")
        competitions = {
            one["competition"]: one["position"] for one in answer.json()["competitions"]
        }
        for competition, position in competitions.items():
            path = f"/v1/competitions/{competition}/views/checkpoint?min_position={position}"
            try:
                await asyncio.to_thread(client.get, path)
            except (Unreachable, Refusal) as error:
                logger.error("%s cannot be shown as it is recorded: %s", competition, error)
    return list(competitions)


async def _play(
    served: Served, one: Season, facts: tuple[Fact, ...], interval_seconds: float
) -> None:
    """Record the rest slowly, so that something moves."""
    steps = [
        (interval_seconds if seconds else 0.0, together)
        for seconds, together in season.pace(facts, speed=1)
    ]
    await keep_playing(
        served, one.competition, lambda client: list(season.play(client, one, steps))
    )


async def keep_playing(served: Served, competition: str, play: Callable[[Client], object]) -> None:
    """Play until it is over or refused; without an answer, wait for one and begin again.

    What was recorded before is passed over quickly, so beginning again is going on.
    """
    with Client(served.http, served.token) as client:
        while True:
            try:
                await asyncio.to_thread(play, client)
                return
            except Refusal as refusal:
                logger.error("%s is not played on: %s", competition, refusal)
                return
            except Unreachable as silence:
                logger.warning("%s waits to be played on: %s", competition, silence.reason)
            await _answered(client)
            logger.warning("%s is played on", competition)


async def _answered(client: Client) -> None:
    """Wait until the services say that they are ready, however long that takes."""
    while True:
        with suppress(Refusal, Unreachable):
            await asyncio.to_thread(client.get, "/readyz")
            return
        await asyncio.sleep(CLIENT_RETRY_LONGEST_SECONDS)


async def _begin(served: Served, invented: Sequence[Season]) -> None:
    """Create the editions that are to be played, so that they are there once all is served."""
    with Client(served.http, served.token) as client:
        for one in invented:
            try:
                await asyncio.to_thread(posting.begin, client, one)
            except Refusal as refusal:
                logger.error("%s is not played: %s", one.competition, refusal)


async def _simulate(served: Served, one: Season, speed: float) -> None:
    """Play an invented season, and another edition of it whenever one is over."""
    await keep_playing(served, one.competition, lambda client: posting.play_on(client, one, speed))


def _write(ready_file: Path, served: Served) -> None:
    """Let the file appear whole, readable by its owner only: it holds a token."""
    folder = ready_file.absolute().parent
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{ready_file.name}.")  # mode 0600
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(served) + b"\n")
    os.replace(name, ready_file)
