"""One HTTP address for whoever answers at it: capture takes what is posted, reader the rest.

Here stands what is the same for every call: on loopback only known names are answered to, a
process says whether it lives and whether it is ready, and it ends without cutting anybody off.
"""

import asyncio
import contextlib
import socket
from collections import Counter
from collections.abc import Iterator
from functools import partial

import msgspec
import uvicorn
from redis.asyncio import Redis
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from projections import GENERATION
from services.http.answers import (
    JSON,
    NO_STORE,
    TEXT,
    Answer,
    Answering,
    Headers,
    Taking,
    answer,
    send_in_parts,
    written_at_once,
)
from services.http.hosts import known_names, name_in
from services.http.metrics import Metrics
from services.http.problems import Problem, encoded
from services.http.protocol import Protocol
from services.settings import (
    HTTP_BACKLOG_CONNECTIONS_MAX,
    HTTP_CLOSE_TIMEOUT_SECONDS,
    HTTP_CONNECTIONS_MAX,
    READY_TIMEOUT_SECONDS,
    Settings,
)
from services.store.builds import remarks_on, served_generations
from services.store.lags import lags
from services.store.log import LogFull, LogUnavailable, faults
from services.store.views import stopped_count

REQUESTS = "pitazo_http_requests_total"
STOPPED = "pitazo_competitions_stopped"
BEHIND = "pitazo_competitions_behind"


class ViewsAreLike(msgspec.Struct, frozen=True):
    """Competitions whose views have stopped; those that are behind, and by how much at most; and
    what is to be said of views that another build draws up.
    """

    stopped: int
    behind: int
    behind_seconds: float
    generation: int
    remarks: list[str]


class Site:
    """The application at an address: `capture`, `reader`, or both.

    What stays open ends when `closing` is set; a request finds it as `state.closing`.
    """

    def __init__(
        self,
        settings: Settings,
        redis: Redis,
        *,
        capture: Answering | None = None,
        reader: ASGIApp | None = None,
    ) -> None:
        assert capture or reader, "a site without applications answers nothing"
        self.closing = asyncio.Event()
        self._capture = capture
        self._reader = reader
        self._redis = redis
        self._names = known_names(settings.http_host, settings.allowed_hosts)
        self._live = settings.live_url or f"port {settings.live_port}"
        self._answers: Counter[tuple[str, int]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", scope["type"]
        method: str = scope["method"]
        answered: Answer | None
        if self._names and (name := _host(scope["headers"])) not in self._names:
            answered = encoded(_stranger(name))
        elif method != "POST" and (probed := await self._probe(scope["path"])) is not None:
            answered = probed
        elif self._capture and (method == "POST" or not self._reader):
            answered = await self._capture(scope, receive)
        else:
            await self._read(scope, receive, send)
            return
        if answered is not None:
            self.count(method, answered[0])
            if not written_at_once(scope, answered):
                await send_in_parts(send, answered)

    def expect(self, address: bytes, headers: Headers) -> Taking | None:
        """Give who takes what is posted under such a head; None where this has to be called."""
        if self._capture is None or (self._names and _host(headers) not in self._names):
            return None
        return self._capture.expect(address, headers)

    def count(self, method: str, status: int) -> None:
        self._answers[method, status] += 1

    async def _read(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._reader, "whoever only captures answers everything"

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.count(scope["method"], message["status"])
            await send(message)

        scope["state"] = {"closing": self.closing}
        await self._reader(scope, receive, counted)

    async def _metrics(self) -> Metrics:
        meanings = {REQUESTS: "Answers by method and status."}
        if views := await self._views():
            meanings[STOPPED] = "Competitions whose log cannot be read on."
            meanings[BEHIND] = "Competitions whose views lack what was recorded long before."
        metrics = Metrics(meanings)
        for (method, status), number in self._answers.items():
            metrics.add(REQUESTS, number, method=method, status=str(status))
        if views:
            metrics.add(STOPPED, views.stopped)
            metrics.add(BEHIND, views.behind)
        return metrics

    async def _views(self) -> "ViewsAreLike | None":
        """Say how it is with the views of all competitions; None if nobody reads or knows."""
        if not self._reader:
            return None
        with contextlib.suppress(TimeoutError, LogUnavailable):
            async with asyncio.timeout(READY_TIMEOUT_SECONDS):
                stopped = await stopped_count(self._redis)
                behind = await lags(self._redis)
                remarks = remarks_on(await served_generations(self._redis), GENERATION)
                longest = max(behind, default=0.0)
                return ViewsAreLike(stopped, len(behind), longest, GENERATION, remarks)
        return None

    async def _probe(self, path: str) -> Answer | None:
        match path:
            case "/v1/live":
                detail = f"this address speaks HTTP; the live socket is at {self._live}"
                return encoded(Problem("not-found", detail))
            case "/healthz":
                return answer(200, TEXT, b"alive\n", NO_STORE)
            case "/metrics":
                return answer(200, TEXT, (await self._metrics()).text().encode(), NO_STORE)
            case "/readyz":
                obstacles = await obstacles_of(self._redis, writing=self._capture is not None)
                said: dict[str, object] = {"ready": not obstacles, "obstacles": obstacles}
                if not obstacles and (views := await self._views()):
                    said |= msgspec.structs.asdict(views)
                body = msgspec.json.encode(said)
                return answer(503 if obstacles else 200, JSON, body, NO_STORE)
        return None


def _host(headers: Headers) -> str:
    """Give the name that a request is for, without its port."""
    for name, value in headers:
        if name == b"host":
            return name_in(str(value, "latin-1"))
    return ""


def _stranger(name: str) -> Problem:
    detail = (
        f"this address does not answer to the name {name or '(none)'}; use 127.0.0.1, or add the "
        "name to PITAZO_ALLOWED_HOSTS"
    )
    return Problem("forbidden", detail, host=name)


# Whether it is ready


async def obstacles_of(redis: Redis, *, writing: bool) -> list[str]:
    """Say what keeps the server from holding a log as it must; nothing when it is ready."""
    try:
        async with asyncio.timeout(READY_TIMEOUT_SECONDS), faults("the server"):
            info = await redis.info("server", "memory", "persistence", "replication")
    except TimeoutError:
        return [f"the server does not answer within {READY_TIMEOUT_SECONDS:g} s"]
    except (LogUnavailable, LogFull) as fault:
        return [f"the server does not answer: {fault}"]
    found = [
        f"{name} is {info.get(name)} and must be {must}"
        for name, must in {
            "loading": 0,
            "role": "master",
            "aof_enabled": 1,
            "aof_last_write_status": "ok",
            "maxmemory_policy": "noeviction",
        }.items()
        if info.get(name) != must
    ]
    if writing and 0 < info["maxmemory"] <= info["used_memory"]:
        found.append(f"its memory is full: {info['used_memory']} of {info['maxmemory']} bytes")
    return found


# Running it


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs this process."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """Bind an address; connections wait there until it is served. Port 0 is any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server(
        (host, port), family=family, backlog=HTTP_BACKLOG_CONNECTIONS_MAX, reuse_port=False
    )


async def serve(site: Site, listening: socket.socket) -> None:
    """Answer at an address until cancelled; then finish what was begun, and close it."""
    config = uvicorn.Config(
        site,
        http=partial(Protocol, site=site),  # type: ignore[arg-type] # called as its type would be
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=HTTP_BACKLOG_CONNECTIONS_MAX,
        limit_concurrency=HTTP_CONNECTIONS_MAX,
        timeout_graceful_shutdown=HTTP_CLOSE_TIMEOUT_SECONDS,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await asyncio.shield(serving)
    finally:
        site.closing.set()
        server.should_exit = True
        await serving
