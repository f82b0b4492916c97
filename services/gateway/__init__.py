"""Every viewer's socket, around a session that decides what it is told.

Viewers of one topic get the same bytes. A socket is written to only when it takes more: for one
that is full nothing is queued, and when it wakes it gets the newest of everything. What happens
to one viewer is no other's business; what goes wrong with all of them ends the process.
"""

import asyncio
import fcntl
import logging
import socket
import struct
import sys
import termios
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any, cast

from redis.asyncio import Redis
from websockets.asyncio.server import Server, ServerConnection
from websockets.asyncio.server import serve as websocket_server
from websockets.exceptions import ConnectionClosed, NegotiationError
from websockets.http11 import Request, Response
from websockets.protocol import State
from websockets.typing import Origin, Subprotocol

from services.gateway.hub import (
    Hub,
    NotSeen,
    Private,
    TooManyTopics,
    UnknownCompetition,
    UnknownTopic,
)
from services.gateway.session import (
    NOT_ALLOWED,
    RESTARTING,
    TOO_MANY,
    Authorize,
    Closing,
    Session,
    Subscribe,
)
from services.gateway.subscriptions import FeedSubscription
from services.http import obstacles_of
from services.http.hosts import known_names, name_in
from services.http.metrics import Metrics
from services.settings import (
    LIVE_BACKLOG_CONNECTIONS_MAX,
    LIVE_CLOSE_TIMEOUT_SECONDS,
    LIVE_FLUSH_INTERVAL_SECONDS,
    LIVE_FLUSH_VIEWERS_MAX,
    LIVE_FRAME_BYTES_MAX,
    LIVE_HANDSHAKE_TIMEOUT_SECONDS,
    LIVE_MESSAGES_WAITING_MAX,
    LIVE_PING_SECONDS,
    LIVE_RETRY_LONGEST_SECONDS,
    LIVE_SEND_BUFFER_BYTES,
    LIVE_WRITE_BYTES_MAX,
    LIVE_WRITE_LIMIT_BYTES,
    LiveLimits,
    Settings,
)
from services.store import embedded
from services.store.access import Access, Grant, Unauthenticated
from services.store.connection import connect
from services.store.log import Gap, LogFull, LogUnavailable

PATH = "/v1/live"
SUBPROTOCOL = Subprotocol("pitazo.v1")

MEANINGS = {
    "pitazo_live_viewers": "Connections.",
    "pitazo_live_viewers_full": "Connections whose socket takes no more now.",
    "pitazo_live_subscriptions": "Subscriptions of all viewers.",
    "pitazo_live_competitions_watched": "Competitions with a subscription.",
    "pitazo_live_topics_watched": "Topics with a subscription.",
    "pitazo_live_doorbells_total": "Commits of the projector that were heard of.",
    "pitazo_live_messages_total": "Messages sent.",
    "pitazo_live_closed_total": "Connections ended by the gateway, by code.",
    "pitazo_live_stalled_total": "Connections dropped because nothing sent was acknowledged.",
}

logger = logging.getLogger(__name__)


class Viewer(ServerConnection):
    """One viewer's socket; `full` while it takes no more."""

    def __init__(self, gateway: "Gateway", *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        now = self.loop.time()
        self.gateway = gateway
        self.session = Session(gateway.limits, now, _server_time(), self.wake)
        self.full = False
        self._unacknowledged = 0  # bytes, when last looked at
        self._moved_at = now

    async def watch(self) -> None:
        """Talk with the viewer until one of us ends it."""
        self.gateway.viewers.add(self)
        try:
            self.gateway.check_room()
            while True:
                self.flush()
                try:
                    async with asyncio.timeout_at(self.session.deadline):
                        message = await self.recv()
                except TimeoutError:
                    self.session.tick(self.loop.time(), hears=not self.gateway.hub.silent_for)
                    self._drop_if_stalled()
                    await self._check_token()
                else:
                    await self._answer(message)
        except Closing as closing:
            await self._end(closing)
        except ConnectionClosed:
            pass
        finally:
            self.gateway.viewers.discard(self)
            self.session.leave()

    def wake(self) -> None:
        """There may be more to say."""
        if not self.full:
            self.gateway.flush_soon(self)

    def flush(self) -> None:
        """Say what there is to say, as far as the socket takes it."""
        while not self.full and self.state is State.OPEN:
            frames = self.session.take(LIVE_WRITE_BYTES_MAX)
            if not frames:
                break
            self.transport.write(b"".join(frames))  # one frame alone is not copied
            self.gateway.messages_sent += len(frames)
        for subscription in self.session.ask_pages():
            self.gateway.turn_page_soon(subscription)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Room in the kernel for little, so that what waits there is new. On the listening socket
        # it would miss who came before it was set.
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LIVE_SEND_BUFFER_BYTES)
        super().connection_made(transport)

    def pause_writing(self) -> None:
        super().pause_writing()
        self.full = True

    def resume_writing(self) -> None:
        super().resume_writing()
        self.full = False
        self._moved_at = self.loop.time()
        self.wake()

    async def _answer(self, message: str | bytes) -> None:
        match self.session.receive(message, self.loop.time()):
            case Authorize(token=token):
                try:
                    self.session.authorised(token, await self.gateway.grant(token))
                except LogUnavailable:
                    raise Closing(RESTARTING, "no token can be checked now; come back") from None
            case Subscribe() as request:
                await self._subscribe(request)

    async def _subscribe(self, request: Subscribe) -> None:
        session, limits = self.session, self.gateway.limits
        competition = request.competition
        try:
            topic = await self.gateway.hub.join(
                competition,
                request.topic,
                request.held,
                may_read_private=session.may_read_private(competition),
            )
        except Private as error:
            raise Closing(NOT_ALLOWED, str(error)) from None
        except UnknownCompetition as error:
            session.refuse(request.id, "unknown-competition", str(error))
        except UnknownTopic as error:
            session.refuse(request.id, "unknown-topic", str(error))
        except NotSeen as error:
            session.refuse(request.id, "behind", str(error), limits.behind_retry_ms)
        except TooManyTopics as error:
            session.refuse(request.id, "too-many", str(error), limits.unavailable_retry_ms)
        except (LogUnavailable, LogFull, Gap) as fault:
            if not self.gateway.hub.silent_for:  # that is said once, for all
                logger.warning("%s", fault)
            message = f"{competition} cannot be read now; subscribe again"
            session.refuse(request.id, "log-unavailable", message, limits.unavailable_retry_ms)
        else:
            session.accept(request, topic, self.loop.time())

    async def _check_token(self) -> None:
        """Let go of a viewer whose token has expired or was revoked."""
        if token := self.session.token:
            with suppress(LogUnavailable):
                self.session.authorised(token, await self.gateway.grant(token))

    async def _end(self, closing: Closing) -> None:
        self.gateway.closed[closing.code] += 1
        # Its own close frame comes after all that it sent before.
        forgetting = asyncio.create_task(self._forget())
        try:
            async with asyncio.timeout(LIVE_CLOSE_TIMEOUT_SECONDS):
                await self.close(closing.code, closing.reason)
        except TimeoutError:
            self.transport.abort()
        finally:
            forgetting.cancel()

    async def _forget(self) -> None:
        """Take what is still sent, and do nothing with it."""
        with suppress(ConnectionClosed):
            while True:
                await self.recv()

    def _drop_if_stalled(self) -> None:
        """Drop a viewer that is full and has acknowledged nothing for long: 1013 in spirit.

        A close frame would wait behind all the rest.
        """
        now, waiting = self.loop.time(), _unacknowledged_bytes(self.transport)
        if not self.full or waiting < self._unacknowledged:
            self._moved_at = now
        self._unacknowledged = waiting
        if now - self._moved_at >= self.gateway.limits.stalled_seconds:
            self.gateway.stalled += 1
            self.transport.abort()


class Gateway:
    """All viewers of this process, and the two loops that serve them."""

    def __init__(self, redis: Redis, settings: Settings, limits: LiveLimits) -> None:
        self.limits = limits
        self.hub = Hub(redis, limits)
        self.viewers: set[Viewer] = set()
        self.messages_sent = 0
        self.stalled = 0
        self.closed: Counter[int] = Counter()
        self._redis = redis
        self._access = Access(redis, settings.operator_token_sha256)
        self._names = known_names(settings.live_host, settings.allowed_hosts)
        self._stopping = False
        self._awake: set[Viewer] = set()
        self._anyone_awake = asyncio.Event()
        self._pages: asyncio.Queue[FeedSubscription] = asyncio.Queue()

    # Viewers

    def check_room(self) -> None:
        if len(self.viewers) > self.limits.viewers_max:
            raise Closing(TOO_MANY, "this gateway has as many viewers as it may; come back later")

    async def grant(self, token: str) -> Grant | None:
        """Give what a token is good for; None if it is none of ours. Raises LogUnavailable."""
        try:
            return await self._access.grant(token)
        except Unauthenticated:
            return None

    def flush_soon(self, viewer: Viewer) -> None:
        self._awake.add(viewer)
        self._anyone_awake.set()

    def turn_page_soon(self, subscription: FeedSubscription) -> None:
        # A subscription asks for one page at a time, so this holds no more than there are.
        self._pages.put_nowait(subscription)

    async def flush_for_ever(self) -> None:
        """Flush who is awake: at once when all was quiet, else a moment after the last time."""
        while True:
            await self._anyone_awake.wait()
            self._anyone_awake.clear()
            awake, self._awake = self._awake, set()
            for count, viewer in enumerate(awake, 1):
                viewer.flush()
                if count % LIVE_FLUSH_VIEWERS_MAX == 0:
                    await asyncio.sleep(0)
            await asyncio.sleep(LIVE_FLUSH_INTERVAL_SECONDS)

    async def turn_pages_for_ever(self) -> None:
        """Read on for the feeds that are far behind, one page each by turns."""
        while True:
            subscription = await self._pages.get()
            try:
                await self.hub.turn_page(subscription)
            except (LogUnavailable, LogFull) as fault:
                logger.warning("%s", fault)
                self._pages.put_nowait(subscription)
                await asyncio.sleep(LIVE_RETRY_LONGEST_SECONDS)

    # HTTP on the same port

    async def respond(self, connection: ServerConnection, request: Request) -> Response | None:
        """Answer what is not a WebSocket; None lets the handshake go on."""
        name = name_in(" and ".join(request.headers.get_all("Host")))
        if self._names and name not in self._names:
            return connection.respond(
                HTTPStatus.FORBIDDEN, f"this address does not answer to the name {name}\n"
            )
        match request.path.partition("?")[0]:
            case path if path == PATH:
                return None
            case "/healthz":
                return connection.respond(HTTPStatus.OK, "alive\n")
            case "/readyz":
                obstacles = await self._obstacles()
                status = HTTPStatus.SERVICE_UNAVAILABLE if obstacles else HTTPStatus.OK
                return connection.respond(status, "\n".join(obstacles or ["ready"]) + "\n")
            case "/metrics":
                return connection.respond(HTTPStatus.OK, self._metrics().text())
        return connection.respond(
            HTTPStatus.NOT_FOUND, f"nothing here; scoreboards connect to {PATH}\n"
        )

    async def _obstacles(self) -> list[str]:
        """Say what keeps viewers from being served; nothing if they are."""
        if self._stopping:
            return ["this gateway is stopping"]
        obstacles = await obstacles_of(self._redis, writing=False)
        if silent_for := self.hub.silent_for:
            obstacles.append(f"nothing was heard of the server for {silent_for:.0f} s")
        elif not self.hub.alive:
            obstacles.append("the changes of the views are not heard")
        return obstacles

    def _metrics(self) -> Metrics:
        metrics = Metrics(MEANINGS)
        subscriptions = sum(len(viewer.session.subscriptions) for viewer in self.viewers)
        metrics.add("pitazo_live_viewers", len(self.viewers))
        metrics.add("pitazo_live_viewers_full", sum(viewer.full for viewer in self.viewers))
        metrics.add("pitazo_live_subscriptions", subscriptions)
        metrics.add("pitazo_live_competitions_watched", self.hub.competitions_watched)
        metrics.add("pitazo_live_topics_watched", self.hub.topics_watched)
        metrics.add("pitazo_live_doorbells_total", self.hub.doorbells_heard)
        metrics.add("pitazo_live_messages_total", self.messages_sent)
        metrics.add("pitazo_live_stalled_total", self.stalled)
        for code, count in self.closed.items():
            metrics.add("pitazo_live_closed_total", count, code=str(code))
        return metrics

    # The end

    async def stop(self, server: Server) -> None:
        """Let nobody in, send everybody elsewhere, wait a moment, drop who is left."""
        self._stopping = True
        self.closed[RESTARTING] += len(self.viewers)
        server.close(code=RESTARTING, reason="restarting; come back after a random moment")
        with suppress(TimeoutError):
            async with asyncio.timeout(LIVE_CLOSE_TIMEOUT_SECONDS):
                await server.wait_closed()
                return
        for connection in list(server.all_connections):
            connection.transport.abort()
        await server.wait_closed()


def listen(host: str, port: int) -> socket.socket:
    """Bind an address; viewers wait there until it is served. Port 0 is any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=LIVE_BACKLOG_CONNECTIONS_MAX)


async def serve(
    settings: Settings,
    redis: Redis,
    listening: socket.socket,
    limits: LiveLimits = LiveLimits(),  # noqa: B008 frozen
) -> None:
    """Serve viewers at an address until cancelled, then send them elsewhere."""
    gateway = Gateway(redis, settings, limits)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(gateway.hub.run())
        tasks.create_task(gateway.flush_for_ever())
        tasks.create_task(gateway.turn_pages_for_ever())
        server = await websocket_server(
            _watch,
            sock=listening,
            backlog=LIVE_BACKLOG_CONNECTIONS_MAX,
            create_connection=cast(type[ServerConnection], partial(Viewer, gateway)),
            process_request=gateway.respond,
            select_subprotocol=_select_subprotocol,
            origins=[*map(Origin, settings.live_origins), None] if settings.live_origins else None,
            compression=None,
            server_header=None,
            open_timeout=LIVE_HANDSHAKE_TIMEOUT_SECONDS,
            ping_interval=LIVE_PING_SECONDS,
            ping_timeout=LIVE_PING_SECONDS,
            close_timeout=LIVE_CLOSE_TIMEOUT_SECONDS,
            max_size=LIVE_FRAME_BYTES_MAX,
            max_queue=LIVE_MESSAGES_WAITING_MAX,
            write_limit=LIVE_WRITE_LIMIT_BYTES,
        )
        try:
            await server.wait_closed()
        finally:
            await gateway.stop(server)


async def run(settings: Settings) -> None:
    """Serve viewers at the address of these settings until cancelled."""
    listening = listen(settings.live_host, settings.live_port)
    async with embedded.redis_url(settings) as url, connect(url) as redis:
        await serve(settings, redis, listening)


async def _watch(connection: ServerConnection) -> None:
    assert isinstance(connection, Viewer)
    await connection.watch()


def _select_subprotocol(
    connection: ServerConnection, offered: Sequence[Subprotocol]
) -> Subprotocol | None:
    """Take ours, or none if none is offered; one that speaks only others would not follow us."""
    if offered and SUBPROTOCOL not in offered:
        raise NegotiationError(f"this address speaks {SUBPROTOCOL} only")
    return SUBPROTOCOL if offered else None


def _server_time() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _unacknowledged_bytes(transport: asyncio.WriteTransport) -> int:
    """Count what waits for the peer: here and, where the system says so, in its kernel."""
    waiting = transport.get_write_buffer_size()
    if sys.platform == "linux" and not transport.is_closing():
        descriptor = transport.get_extra_info("socket").fileno()
        (in_kernel,) = struct.unpack("i", fcntl.ioctl(descriptor, termios.TIOCOUTQ, bytes(4)))
        waiting += in_kernel
    return waiting
