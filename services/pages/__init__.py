"""What a person sees at the HTTP address: the day, a competition and its parts, a match.

The first view is rendered here with its data in it, so that it is there before any script runs,
prints, and can be shared; the browser goes on from its positions over the socket. Nothing on a
page comes from a third party, and a text from outside is never anything but text.
"""

import gzip
import hashlib
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from redis.asyncio import Redis
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from services.pages import files
from services.pages.decided import Decided
from services.pages.read import Part, Reading
from services.pages.render import (
    Bracket,
    Competition,
    Day,
    Frame,
    Group,
    Listing,
    Match,
    Notice,
    Page,
    Records,
    Sections,
    heres_of,
    render,
)
from services.pages.words import LANGUAGES, choose
from services.settings import (
    PAGE_AWAY_RETRY_SECONDS,
    PAGE_COMPETITIONS_MAX,
    PAGE_SEARCH_CHARACTERS_MAX,
    PAGE_TABLES_AT_A_GLANCE_MAX,
    PAGE_TABLES_MAX,
    Settings,
)
from services.store import log
from services.store.log import LogUnavailable

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_HOST = re.compile(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]")


def routes(settings: Settings, redis: Redis) -> list[BaseRoute]:
    """Give the addresses of the pages and of their files; the last one takes whatever is left."""
    pages = Pages(settings, redis)
    return [
        Route("/", pages.answer(pages.day)),
        Route("/c/{competition}", pages.answer(pages.competition)),
        Route("/c/{competition}/sections", pages.answer(pages.sections)),
        Route("/c/{competition}/sections/{section}", pages.answer(pages.section)),
        Route("/c/{competition}/sections/{section}/bracket", pages.answer(pages.bracket)),
        Route("/c/{competition}/clubs", pages.answer(pages.clubs)),
        Route("/c/{competition}/berths", pages.answer(pages.berths)),
        Route("/c/{competition}/records", pages.answer(pages.records)),
        Route("/c/{competition}/groups/{group}", pages.answer(pages.group)),
        Route("/c/{competition}/matches/{match}", pages.answer(pages.match)),
        Route("/static/{version}/{name:path}", files.serve),
        Route("/{path:path}", pages.nowhere),
    ]


class Pages:
    """Reads what a page needs and answers with it."""

    def __init__(self, settings: Settings, redis: Redis) -> None:
        self._settings = settings
        self._redis = redis
        self._decided = Decided()

    def answer(
        self, read: Callable[[Request, datetime], Awaitable[Page]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answered(request: Request) -> Response:
            now = datetime.now(UTC)
            try:
                known = all(_ID.fullmatch(id) for id in request.path_params.values())
                page = await read(request, now) if known else Notice("missing")
            except LogUnavailable:
                page = Notice("away")
            return self.response(request, page, now)

        return answered

    async def nowhere(self, request: Request) -> Response:
        """Say to a person that an address leads nowhere; a program is told as every other."""
        if "text/html" not in request.headers.get("accept", ""):
            raise HTTPException(404)
        return self.response(request, Notice("missing"), datetime.now(UTC))

    async def day(self, request: Request, now: datetime) -> Page:
        names = (await log.competitions(self._redis))[-PAGE_COMPETITIONS_MAX:]
        read = [
            await Reading(self._redis, name, now, self._decided).part(PAGE_TABLES_AT_A_GLANCE_MAX)
            for name in names
        ]
        return Day(sorted(filter(None, read), key=_liveliness))

    async def competition(self, request: Request, now: datetime) -> Page:
        part = await self._reading(request, now).part(PAGE_TABLES_MAX)
        return Competition(part) if part else Notice("missing")

    async def section(self, request: Request, now: datetime) -> Page:
        reading = self._reading(request, now)
        if await reading.competition() is None:
            return Notice("missing")
        return await reading.section(request.path_params["section"]) or Notice("missing")

    async def sections(self, request: Request, now: datetime) -> Page:
        reading = self._reading(request, now)
        if (competition := await reading.competition()) is None:
            return Notice("missing")
        asked = request.query_params.get("q", "").strip()[:PAGE_SEARCH_CHARACTERS_MAX]
        after = request.query_params.get("after", "")
        known = after if _ID.fullmatch(after) else ""
        listed, more = await reading.sections(asked, known)
        return Sections(reading.here, competition, asked, listed, more)

    async def bracket(self, request: Request, now: datetime) -> Page:
        reading = self._reading(request, now)
        topic = f"bracket/{request.path_params['section']}"
        if await reading.competition() is None:
            return Notice("missing")
        shown = await reading.shown([topic, "open-questions"])
        if not shown[topic].data:
            return Notice("missing")
        return Bracket(reading.here, shown[topic], shown["open-questions"])

    async def clubs(self, request: Request, now: datetime) -> Page:
        return await self._listing(request, now, "clubs", "teams", "berths")

    async def berths(self, request: Request, now: datetime) -> Page:
        return await self._listing(request, now, "berths", "berths")

    async def _listing(
        self, request: Request, now: datetime, key: str, topic: str, *beside: str
    ) -> Page:
        reading = self._reading(request, now)
        if await reading.competition() is None:
            return Notice("missing")
        listed, *others = (await reading.shown([topic, *beside])).values()
        return Listing(key, reading.here, listed, others)

    async def records(self, request: Request, now: datetime) -> Page:
        reading = self._reading(request, now)
        if await reading.competition() is None:
            return Notice("missing")
        shown = await reading.shown(["records", "scorers"])
        await reading.name_people((shown["scorers"].data or {}).get("scorers", ()))
        return Records(reading.here, shown["records"], shown["scorers"])

    async def group(self, request: Request, now: datetime) -> Page:
        reading = self._reading(request, now)
        group = request.path_params["group"]
        if await reading.competition() is None or group not in reading.here.groups:
            return Notice("missing")
        shown = await reading.shown([f"standings/{group}", f"matches/{group}"])
        table, matches = shown.values()
        return Group(reading.here, table, matches) if table.data else Notice("missing")

    async def match(self, request: Request, now: datetime) -> Page:
        reading = self._reading(request, now)
        topic = f"matches/{request.path_params['match']}"
        if await reading.competition() is None:
            return Notice("missing")
        shown = (await reading.shown([topic]))[topic]
        # Under the same prefix stand the lists of a group and of a date.
        if not shown.data or "home" not in shown.data:
            return Notice("missing")
        await reading.name_people(shown.data["timeline"])
        table = await reading.beside("standings", shown.data["group"])
        bracket = await reading.beside("bracket", shown.data["tie"] and shown.data["section"])
        return Match(reading.here, shown, table, bracket)

    def _reading(self, request: Request, now: datetime) -> Reading:
        return Reading(self._redis, request.path_params["competition"], now, self._decided)

    # Answering

    def response(self, request: Request, page: Page, now: datetime) -> Response:
        zones = [here.time_zone for here in heres_of(page)]
        asked = request.query_params.get("lang")
        chosen = choose(asked, request.headers.get("accept-language", ""), zones)
        query = f"?lang={asked}" if asked in LANGUAGES else ""
        for here in heres_of(page):
            here.query = query
        frame = Frame(
            words=chosen,
            path=request.url.path,
            address=f"{request.url.netloc}{request.url.path}",
            live=self._live(request),
            query=query,
            now=now,
        )
        return _html(request, render(frame, page), frame, page)

    def _live(self, request: Request) -> str:
        """Give the address of the socket: the public one, else this page's host and live port."""
        if self._settings.live_url:
            public = self._settings.live_url.rstrip("/")
            return public if urlsplit(public).path else f"{public}/v1/live"
        host = request.url.hostname or ""
        host = f"[{host}]" if ":" in host else host
        if not _HOST.fullmatch(host):
            host = self._settings.live_host
        scheme = "wss" if request.url.scheme == "https" else "ws"
        return f"{scheme}://{host}:{self._settings.live_port}/v1/live"


def _liveliness(part: Part) -> tuple[int, bool, int]:
    """Sort competitions: what is being played first, what is over last, invented after real."""
    in_play = bool(part.live.data and part.live.data["count"])
    status = {"running": 0, "created": 1}.get(part.competition.data["status"], 2)
    return (0 if in_play else 1, part.here.simulated, status)


_STATUS = {"missing": 404, "away": 503}


def _html(request: Request, body: str, frame: Frame, page: Page) -> Response:
    status = _STATUS[page.key] if isinstance(page, Notice) else 200
    encoded = body.encode()
    headers = {
        "cache-control": "no-cache",
        "content-language": frame.words.language,
        "content-security-policy": _policy(frame.live),
        "etag": f'W/"{hashlib.sha256(encoded).hexdigest()[:16]}"',
        "referrer-policy": "same-origin",
        "vary": "accept-encoding, accept-language",
        "x-content-type-options": "nosniff",
    }
    if status == 503:
        headers["retry-after"] = headers["refresh"] = str(PAGE_AWAY_RETRY_SECONDS)
    if status == 200 and request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    if files.accepts_gzip(request):
        headers["content-encoding"] = "gzip"
        encoded = gzip.compress(encoded, compresslevel=6, mtime=0)
    return Response(encoded, status, headers=headers, media_type="text/html")


def _policy(live: str) -> str:
    """Say what a page may load: its own files, and the socket it listens to."""
    address = urlsplit(live)
    return (
        f"default-src 'self'; connect-src 'self' {address.scheme}://{address.netloc}; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'"
    )
