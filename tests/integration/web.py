"""Capture and reader at a real address, asked over real sockets by somebody with a token."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
import msgspec
from redis.asyncio import Redis

from events.codec import decode
from projections import GENERATION
from projections.fold import Fold
from services import capture, http, reader
from services.settings import Settings
from services.store import access
from services.store.log import Log
from services.store.views import Views, view_epoch_of
from tests.integration.facts import COMPETITION
from tests.integration.football import CREATED, ENTERED, SCHEDULED

EVENTS = f"/v1/competitions/{COMPETITION}/events"
PEOPLE = f"/v1/competitions/{COMPETITION}/people"
LOG = f"/v1/competitions/{COMPETITION}/log"


class Web:
    """The address, and tokens for it."""

    def __init__(self, redis: Redis, client: httpx.AsyncClient, operator: str) -> None:
        self.redis = redis
        self.client = client
        self.operator = operator

    async def token(self, role: access.Role, *scopes: str) -> str:
        token, _ = await access.issue(self.redis, role, scopes)
        return token

    async def post(
        self, path: str, body: object, token: str | None = None, **headers: str
    ) -> httpx.Response:
        """Post as the operator, or with another token; an empty one is none."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        token = self.operator if token is None else token
        sent = {"Content-Type": "application/json", **authorization(token), **headers}
        return await self.client.post(path, content=content, headers=sent)

    async def get(self, path: str, token: str = "", **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={**authorization(token), **headers})

    async def open(self, **more: Any) -> None:
        """Create a competition and schedule its matches."""
        created = await self.post("/v1/competitions", {**CREATED, **more})
        assert created.status_code == 201, created.text
        recorded = await self.post(EVENTS, [*ENTERED, *SCHEDULED])
        assert recorded.status_code == 201, recorded.text

    async def fold(self, position: int) -> Fold:
        """Fold the log up to a position."""
        fold = Fold()
        for _, stored in await Log(self.redis, COMPETITION).read(0, position):
            fold.advance(decode(stored))
        return fold

    async def project(self, after: int = 0) -> None:
        """Commit the views that the log leads to, from a checkpoint on."""
        tail = await Log(self.redis, COMPETITION).tail()
        fold = await self.fold(tail.position)
        views = {
            topic: b"%d:%b" % (position, msgspec.json.encode(fold.render(topic)))
            for topic, position in fold.take_touched().items()
            if position > after
        }
        epoch = view_epoch_of(tail.epoch, GENERATION)
        await Views(self.redis, COMPETITION).commit(epoch, after, tail.position, views)


def authorization(token: str) -> Mapping[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


@asynccontextmanager
async def serving(
    redis: Redis, settings: Settings | None = None, *, only: str = ""
) -> AsyncIterator[Web]:
    """Both at work at one address, or only one of them; if either dies, the test fails."""
    settings = settings or Settings()
    operator, _ = await access.issue(redis, "operator", ["*"])
    listening = http.listen("127.0.0.1", 0)
    host, port = listening.getsockname()
    async with capture.app(redis, settings) as posts:
        site = http.Site(
            settings,
            redis,
            capture=None if only == "reader" else posts,
            reader=None if only == "capture" else reader.app(redis, settings),
        )
        work = asyncio.create_task(http.serve(site, listening))
        try:
            async with httpx.AsyncClient(base_url=f"http://{host}:{port}", timeout=20) as client:
                yield Web(redis, client, operator)
        finally:
            work.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await work


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Give the problem that a response says, once its row is right."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    said: dict[str, Any] = response.json()
    assert (response.status_code, said["status"]) == (status, status), said
    assert said["type"] == f"/problems/{code}", said
    assert said["title"]
    assert said["detail"]
    return said
