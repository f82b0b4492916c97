"""A whole house at free ports, a competition to look at, and a real browser to look with."""

import asyncio
import contextlib
import re
import shutil
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, Request, async_playwright
from redis.asyncio import Redis

from services import gateway, projector
from services.settings import LiveLimits, Settings
from tests.integration import web
from tests.integration.web import Web

QUICK = LiveLimits(heartbeat_ms=200)
DEADLINE_MS = 20_000
POLL_SECONDS = 0.02
QUIETLY = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 768, "height": 1024}
WALL = {"width": 1920, "height": 1080}

COPA = "copa-de-prueba"
TEAMS = {
    "amazonas": {"full": "Amazonas FC"},
    "bagua": {"full": "Bagua Grande", "code": "BAG"},
    "san-valentin": {"full": "San Valentín de Shucayacu", "short": "San Valentín"},
    "union": {"full": "Unión Comercial"},
}
GROUP = {
    "id": "group-a",
    "name": "Grupo A",
    "teams": list(TEAMS),
    "berths": [{"id": "second-stage", "name": "Segunda fase", "first": 1, "last": 2}],
}
REGULATIONS = {
    "source": "https://example.org/bases.pdf",
    "notes": ["Bases de una prueba."],
    "criteria": [
        {"metric": "points", "article": "8"},
        {"metric": "goal_difference", "article": "8"},
        {"metric": "lots"},
    ],
    "stages": [
        {
            "id": "departmental",
            "name": "Etapa Departamental",
            "sections": [{"id": "amazonas", "name": "Amazonas", "groups": [GROUP]}],
        }
    ],
}
PAIRINGS = {
    "m1": ("amazonas", "bagua"),
    "m2": ("san-valentin", "union"),
    "m3": ("amazonas", "san-valentin"),
    "m4": ("bagua", "union"),
    "m5": ("amazonas", "union"),
    "m6": ("bagua", "san-valentin"),
}


def happens(type_: str, **fields: Any) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "type": type_, **fields}


def result(match: str, home: int, away: int, **fields: Any) -> dict[str, Any]:
    return happens("result_recorded", match=match, home=home, away=away, **fields)


def kicks_off(match: str) -> dict[str, Any]:
    return happens("period_started", match=match, period="first_half")


def goal(match: str, side: str, minute: int | None = None, **fields: Any) -> dict[str, Any]:
    known = {} if minute is None else {"minute": minute, "period": "first_half"}
    return happens("goal_scored", match=match, side=side, **known, **fields)


class Stadium:
    """What is served: `post` what happens, and everybody who looks sees it."""

    def __init__(self, site: Web, redis: Redis, listening: socket.socket) -> None:
        self.web = site
        self.address = str(site.client.base_url).rstrip("/")
        self._redis = redis
        self._port: int = listening.getsockname()[1]
        self._gateway = self._open(listening)

    def _open(self, listening: socket.socket) -> asyncio.Task[None]:
        return asyncio.create_task(gateway.serve(Settings(), self._redis, listening, QUICK))

    async def close_gateway(self) -> None:
        self._gateway.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._gateway

    def open_gateway(self) -> None:
        self._gateway = self._open(gateway.listen("127.0.0.1", self._port))

    async def create(self, competition: str = COPA, **more: Any) -> None:
        """Open a competition with its teams and its fixture list."""
        creation = {"name": "Copa de Prueba", "time_zone": "America/Lima"}
        body = {
            "id": str(uuid.uuid4()),
            "competition": competition,
            "regulations": REGULATIONS,
            **creation,
            **more,
        }
        created = await self.web.post("/v1/competitions", body)
        assert created.status_code == 201, created.text
        await self.post(
            *(happens("team_entered", team=id, names=names) for id, names in TEAMS.items()),
            *(
                happens("match_scheduled", match=match, group="group-a", home=home, away=away)
                for match, (home, away) in PAIRINGS.items()
            ),
            competition=competition,
        )

    async def create_empty(self, competition: str, regulations: dict[str, Any]) -> None:
        """Open a simulated competition under these regulations, with nothing in it yet."""
        body = {
            "id": str(uuid.uuid4()),
            "competition": competition,
            "name": competition,
            "time_zone": "America/Lima",
            "simulated": True,
            "regulations": regulations,
        }
        created = await self.web.post("/v1/competitions", body)
        assert created.status_code == 201, created.text

    async def post(self, *facts: dict[str, Any], competition: str = COPA) -> None:
        """Record facts, and wait until the views have seen them."""
        inside = f"/v1/competitions/{competition}"
        recorded = await self.web.post(f"{inside}/events", list(facts))
        assert recorded.status_code == 201, recorded.text
        position = recorded.json()["recorded"][-1]["position"]
        seen = await self.web.get(
            f"{inside}/views/competition?min_position={position}", self.web.operator
        )
        assert seen.status_code == 200, seen.text

    async def name(self, person: str, name: str) -> None:
        said = {"id": str(uuid.uuid4()), "person": person, "name": name}
        named = await self.web.post(f"/v1/competitions/{COPA}/people", [said])
        assert named.status_code == 201, named.text

    async def read(self, path: str, **headers: str) -> str:
        """Give a page as it is rendered, without the blanks between its elements."""
        answer = await self.web.get(path, **headers)
        assert answer.status_code == 200, answer.text
        return re.sub(r">\s+<", "><", answer.text)


@asynccontextmanager
async def serving(redis: Redis, redis_url: str, **chosen: Any) -> AsyncIterator[Stadium]:
    listening = gateway.listen("127.0.0.1", 0)
    settings = Settings(live_port=listening.getsockname()[1], **chosen)
    projecting = asyncio.create_task(projector.project(redis_url, redis))
    async with web.serving(redis, settings) as site:
        stadium = Stadium(site, redis, listening)
        try:
            yield stadium
        finally:
            await stadium.close_gateway()
            projecting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await projecting


class Visit:
    """A reader's page, with whatever went wrong on it and whatever it asked for."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.complaints: list[str] = []
        self.finished: list[Request] = []
        page.set_default_timeout(DEADLINE_MS)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfinished", self._note)

    def _note(self, request: Request) -> None:
        self.finished.append(request)

    def _hear(self, said: ConsoleMessage) -> None:
        if said.type == "error":
            self.complaints.append(said.text)

    async def go(self, path: str, *, live: bool = True) -> Page:
        await self.page.goto(self.address + path)
        if live:
            await self.page.wait_for_selector("#connection .live")
        return self.page

    async def resize(self, size: dict[str, int]) -> None:
        await self.page.set_viewport_size({"width": size["width"], "height": size["height"]})

    async def text(self, selector: str) -> str:
        return " ".join((await self.page.inner_text(selector)).split())

    async def texts(self, selector: str) -> list[str]:
        found = await self.page.locator(selector).all_inner_texts()
        return [" ".join(text.split()) for text in found]

    async def until(self, true: str) -> None:
        """Wait until an expression is true in the page.

        It is asked from here, for a page does not let a string become code by itself.
        """
        async with asyncio.timeout(DEADLINE_MS / 1000):
            while not await self.page.evaluate(true):  # noqa: ASYNC110 a page has no events for us
                await asyncio.sleep(POLL_SECONDS)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=QUIETLY)
        yield opened
        await opened.close()
