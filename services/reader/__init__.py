"""Every GET: views as they are or were, the log's own bytes, and the pages.

It writes nothing. It says that a thing is not there only when the views have seen all that the
log had. A private competition is shown to those whose token lies in it, and not even listed to
others.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from socket import socket

import msgspec
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from services import http, pages
from services.http.methods import method_not_allowed, methods_of
from services.http.problems import ROWS, Problem, encoded, malformed, not_allowed, try_later
from services.reader.asked import (
    POSITION,
    instant_in,
    number,
    number_in,
    refuse_other_questions,
)
from services.reader.for_all import ForAll
from services.reader.past import Past, position_at
from services.reader.shown import Shown, of_feed, of_view
from services.reader.streams import EVENT_STREAM, NDJSON, Stream, follow, lines
from services.settings import (
    COMPETITIONS_READ_AT_ONCE_MAX,
    FEED_EVENTS,
    LOG_LIMIT_EVENTS_MAX,
    LOG_STREAMS_MAX,
    MEND_RETRY_AFTER_SECONDS,
    PEOPLE_PER_PAGE_MAX,
    POSITION_POLL_SECONDS,
    POSITION_WAIT_SECONDS,
    TOPICS_PER_PAGE_MAX,
    Settings,
)
from services.store import embedded, log, people
from services.store.about import About, Abouts
from services.store.access import (
    MAY_NAME_PEOPLE,
    Access,
    Forbidden,
    Grant,
    Unauthenticated,
    bearer,
    recordable,
)
from services.store.connection import connect
from services.store.log import Gap, Log, LogUnavailable, LogUnreadable
from services.store.readable import newest
from services.store.topics import CHECKPOINT, FEED, may_be_topic
from services.store.views import Stop, Views

COMPETITION = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class Listed(msgspec.Struct, frozen=True):
    """A competition in the list of them; its epoch and position are those of its log."""

    competition: str
    name: str | None
    epoch: str
    position: int
    simulated: bool
    status: str


def app(redis: Redis, settings: Settings) -> ASGIApp:
    """Give the application that answers every GET."""
    reader = Reader(redis, Access(redis, settings.operator_token_sha256))
    inside = "/v1/competitions/{competition}"
    routes: list[BaseRoute] = [
        Route("/v1/competitions", reader.competitions),
        Route(inside, reader.competition),
        Route(inside + "/views/{topic:path}", reader.view),
        Route(inside + "/log", reader.log),
        Route(inside + "/people", reader.people),
        Route(inside + "/events", nothing_to_get),
        Route("/v1/access", reader.access),
        Route("/problems/{code}", problem_in_words),
        *pages.routes(settings, redis),
    ]
    failures = (Problem, Unauthenticated, Forbidden, LogUnavailable, Gap, HTTPException, Exception)
    handlers = dict.fromkeys(failures, _problem)
    starlette = Starlette(routes=routes, exception_handlers=handlers)
    starlette.router.redirect_slashes = False
    return ForAll(starlette)


async def run(settings: Settings, listening: socket | None = None) -> None:
    """Answer what is asked at the address of these settings, or at one given, until cancelled."""
    listening = listening or http.listen(settings.http_host, settings.http_port)
    async with embedded.redis_url(settings) as url, connect(url) as redis:
        reader = app(redis, settings)
        await http.serve(http.Site(settings, redis, reader=reader), listening)


class Reader:
    """What the answers are read from."""

    def __init__(self, redis: Redis, access: Access) -> None:
        self._redis = redis
        self._access = access
        self._abouts = Abouts(redis)
        self._reading = asyncio.Semaphore(COMPETITIONS_READ_AT_ONCE_MAX)
        self._past = Past(redis)
        self._streams: set[Stream] = set()

    # Competitions

    async def competitions(self, request: Request) -> Response:
        """List what this reader may see."""
        refuse_other_questions(request)
        grant = await self._grant(request)
        found = await asyncio.gather(
            *(self._listed(name, grant) for name in await log.competitions(self._redis))
        )
        return _json({"competitions": [listed for listed in found if listed]})

    async def _listed(self, competition: str, grant: Grant | None) -> Listed | None:
        async with self._reading:
            try:
                about = await self._abouts.of(competition)
            except LogUnreadable:
                return None  # nobody can say whether it is private
            if about is None or (about.private and not (grant and grant.touches(competition))):
                return None
            return await self._in_short(about)

    async def competition(self, request: Request) -> Response:
        """Say how one competition stands, with a page of its topics."""
        refuse_other_questions(request, "after")
        about = await self._about(request)
        listed = await self._in_short(about)
        after = request.query_params.get("after", "")
        views = Views(self._redis, about.competition)
        stored = await views.topics(after, TOPICS_PER_PAGE_MAX)
        unstored = {topic for topic in (CHECKPOINT, FEED) if topic > after}
        topics = sorted({*stored, *unstored})[:TOPICS_PER_PAGE_MAX]
        return _json(
            {
                **msgspec.structs.asdict(listed),
                "private": about.private,
                "stopped": await views.stopped(),
                "topics": topics,
            }
        )

    async def _in_short(self, about: About) -> Listed:
        served = await Views(self._redis, about.competition).read(["competition"])
        view = served.views["competition"] if served else None
        said = (msgspec.json.decode(view.data) if view else None) or {}
        return Listed(
            about.competition,
            said.get("name", about.name),
            about.tail.epoch,
            about.tail.position,
            about.simulated,
            said.get("status", "created"),
        )

    # Views

    async def view(self, request: Request) -> Response:
        """Give what a topic says, now, as it was known at a position or a time, or as of a time."""
        refuse_other_questions(request, "as_of", "at", "min_position")
        about = await self._about(request)
        topic = request.path_params["topic"]
        if not may_be_topic(topic):
            raise _unknown_topic(about, topic)
        if (as_of := request.query_params.get("as_of")) is not None:
            return await self._as_of(request, about, topic, as_of)
        if (at := request.query_params.get("at")) is not None:
            position = await self._position_meant(about, at)
            shown = await self._past.look(about, topic, position)
            if shown is None:
                raise _unknown_topic(about, topic)
            return _shown(request, shown)
        look = self._look_at_feed if topic == FEED else self._look_at_view
        wanted = number(request, "min_position") or 0
        shown = await patiently(lambda: look(about, topic, wanted))
        if shown is None:
            raise await self._why_not(about, wanted)
        return _shown(request, shown)

    async def _as_of(self, request: Request, about: About, topic: str, as_of: str) -> Response:
        """Give what a topic says of what had happened by a time, and how much tells of none."""
        if topic in (CHECKPOINT, FEED):
            raise malformed("?as_of", "a topic about the competition; ?at is for the log", topic)
        if (instant := instant_in(as_of)) is None:
            raise malformed("?as_of", "a time with its offset (RFC 3339)", repr(as_of))
        at = request.query_params.get("at", str(about.tail.position))
        position = await self._position_meant(about, at)
        shown, undated = await self._past.look_by(about, topic, position, instant)
        if shown is None:
            raise _unknown_topic(about, topic)
        return _json({**msgspec.structs.asdict(shown), "undated": undated})

    async def _look_at_view(self, about: About, topic: str, wanted: int) -> Shown | None:
        """Look into the build that is served; None if it has not seen enough to answer.

        Nobody waits for views that have stopped before what is wanted.
        """
        views = Views(self._redis, about.competition)
        served = await views.read([topic])
        if served and served.checkpoint >= wanted:
            shown = of_view(topic, served.epoch, served.checkpoint, served.views[topic])
            if shown is None and served.checkpoint >= about.tail.position:
                raise _unknown_topic(about, topic)
            if shown is not None:
                return shown
        await self._check_not_stopped(about, wanted)
        return None

    async def _check_not_stopped(self, about: About, wanted: int) -> None:
        stop = await Views(self._redis, about.competition).stopped()
        if stop and stop.position <= (wanted or about.tail.position) <= about.tail.position:
            raise _stopped(about, stop)

    async def _look_at_feed(self, about: About, topic: str, wanted: int) -> Shown | None:
        told = await newest(Log(self._redis, about.competition), FEED_EVENTS)
        if told and told[-1][0] >= wanted:
            return of_feed(about, told)
        await self._check_not_stopped(about, wanted)
        return None

    async def _why_not(self, about: About, wanted: int) -> Problem:
        tail = (await Log(self._redis, about.competition).tail()).position
        if wanted > tail:
            return _unknown_position(about, wanted, tail)
        served = await Views(self._redis, about.competition).read([])
        checkpoint = served.checkpoint if served else 0
        return try_later(
            "views-behind",
            f"the views of {about.competition} have seen its log up to {checkpoint}, and that is "
            "not far enough to answer; ask again",
            checkpoint=checkpoint,
            tail=tail,
        )

    async def _position_meant(self, about: About, at: str) -> int:
        tail = about.tail.position
        if POSITION.fullmatch(at):
            position = int(at)
        elif (instant := instant_in(at)) is not None:
            history = Log(self._redis, about.competition)
            position = await position_at(history, tail, instant)
        else:
            raise malformed("?at", "a position, or a time with its offset (RFC 3339)", repr(at))
        if not 0 < position <= tail:
            raise _unknown_position(about, position, tail)
        return position

    # The log

    async def log(self, request: Request) -> Response:
        """Give the stored bytes after a position: one event a line, or server-sent and staying."""
        refuse_other_questions(request, "after", "limit")
        about = await self._about(request)
        tail = about.tail.position
        follows = EVENT_STREAM in request.headers.get("accept", "")
        after = number(request, "after") or 0
        if follows and "last-event-id" in request.headers:
            after = number_in("Last-Event-ID", request.headers["last-event-id"])
        if after > tail:
            raise _unknown_position(about, after, tail)
        limit = number(request, "limit", LOG_LIMIT_EVENTS_MAX)
        if len(self._streams) >= LOG_STREAMS_MAX:
            raise try_later("too-many", "too many are reading logs here; ask again in a moment")
        headers = {
            "Pitazo-Epoch": about.tail.epoch,
            "Pitazo-Position": str(tail),
            "Cache-Control": "no-store",
        }
        media_type = EVENT_STREAM if follows else NDJSON
        if request.method == "HEAD":
            head = Response(media_type=media_type, headers=headers)
            del head.headers["content-length"]  # a GET has a body
            return head
        history = Log(self._redis, about.competition)
        if follows:
            closing = request.state.closing
            pages = follow(self._redis, history, after, about.tail.epoch, closing)
        else:
            pages = lines(history, after, tail if limit is None else min(tail, after + limit))
        return Stream(pages, self._streams, media_type, headers)

    # People and access

    async def people(self, request: Request) -> Response:
        """Say who the references to persons mean."""
        refuse_other_questions(request, "after")
        about = await self._about(request)
        after = request.query_params.get("after", "")
        found, more = await people.page(self._redis, about.competition, after, PEOPLE_PER_PAGE_MAX)
        return _json({"people": found, "next": more})

    async def access(self, request: Request) -> Response:
        """Say what the token of this request may see and do."""
        refuse_other_questions(request)
        grant = await self._grant(request)
        if grant is None:
            raise Unauthenticated("there is no token")
        return _json(
            {
                "token": grant.id,
                "role": grant.role,
                "scopes": grant.scopes,
                "expires_at": grant.expires_at,
                "creates_competitions": grant.role == "operator",
                "names_people": grant.role in MAY_NAME_PEOPLE,
                "records": recordable(grant.role),
            }
        )

    async def _grant(self, request: Request) -> Grant | None:
        authorization = request.headers.get("authorization")
        return await self._access.grant(bearer(authorization)) if authorization else None

    async def _about(self, request: Request) -> About:
        competition = request.path_params["competition"]
        about = None
        if COMPETITION.fullmatch(competition):
            about = await self._abouts.of(competition)
        if about is None:
            detail = f"there is no competition {competition}; GET /v1/competitions lists them"
            raise Problem("unknown-competition", detail, competition=competition)
        if about.private:
            grant = await self._grant(request)
            if grant is None:
                raise Unauthenticated(f"{competition} is private")
            if not grant.touches(competition):
                raise Forbidden(grant, f"read {competition}", competition, "auditor")
        return about


async def patiently(look: Callable[[], Awaitable[Shown | None]]) -> Shown | None:
    """Look until there is something, for POSITION_WAIT_SECONDS at most."""
    clock = asyncio.get_running_loop().time
    patience = clock() + POSITION_WAIT_SECONDS
    while True:
        shown = await look()
        if shown or clock() > patience:
            return shown
        await asyncio.sleep(POSITION_POLL_SECONDS)


# What is said


def _shown(request: Request, shown: Shown) -> Response:
    tag = f'"{shown.epoch}:{shown.position}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = request.headers.get("if-none-match", "")
    if known.strip() == "*" or tag in [t.strip().removeprefix("W/") for t in known.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(msgspec.json.encode(shown), headers=headers, media_type="application/json")


def _json(value: object) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(value), headers=headers, media_type="application/json")


# What is wrong


def _unknown_topic(about: About, topic: str) -> Problem:
    address = f"/v1/competitions/{about.competition}"
    detail = f"{about.competition} has no topic {topic}; GET {address} lists its topics"
    return Problem("unknown-topic", detail, topic=topic)


def _stopped(about: About, stop: Stop) -> Problem:
    detail = (
        f"the views of {about.competition} stopped before position {stop.position}: {stop.reason}; "
        "they stay as they are until it can be read"
    )
    return try_later("views-behind", detail, MEND_RETRY_AFTER_SECONDS, stopped=stop)


def _unknown_position(about: About, position: int, tail: int) -> Problem:
    detail = (
        f"the log of {about.competition} goes from 1 to {tail} and has no position {position}; "
        "if it had, it was rewound: look at its epoch, and begin again"
    )
    return Problem("unknown-position", detail, position=position, tail=tail)


async def problem_in_words(request: Request) -> Response:
    """Say what the type of a problem means."""
    row = ROWS.get(request.path_params["code"])
    if row is None:
        raise HTTPException(404)
    return PlainTextResponse(f"{row.status} {row.title}\n\n{row.when}\n")


async def nothing_to_get(request: Request) -> Response:
    address = f"/v1/competitions/{request.path_params['competition']}/log"
    detail = f"events are posted here; GET {address} to read them"
    allowed = ", ".join(methods_of(request.url.path))
    raise Problem("method-not-allowed", detail).with_header("Allow", allowed)


async def _problem(request: Request, error: Exception) -> Response:
    match error:
        case Unauthenticated() | Forbidden():
            problem = not_allowed(error)
        case LogUnreadable() | Gap():
            problem = try_later(
                "log-unavailable", str(error), MEND_RETRY_AFTER_SECONDS, position=error.position
            )
        case LogUnavailable():
            problem = try_later("log-unavailable", f"{error.reason}; ask again in a moment")
        case HTTPException(status_code=405):
            allowed = methods_of(request.url.path) or ["GET", "HEAD", "OPTIONS"]
            problem = method_not_allowed(request.method, allowed)
        case HTTPException():
            problem = Problem("not-found", f"there is nothing at {request.url.path}")
        case Problem():
            problem = error
        case _:
            problem = Problem("internal", "this service failed; look into its log, or ask again")
    status, headers, body = encoded(problem)
    response = Response(body, status)
    response.raw_headers = headers
    return response
