"""A projector at work, and what its views must be: the fold of the log, every one of them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis

from events.codec import decode
from projections import GENERATION
from projections.fold import Fold
from services import projector
from services.store.log import Log
from services.store.views import Views
from tests.integration.facts import COMPETITION
from tests.integration.servers import until


@asynccontextmanager
async def projecting(
    url: str, redis: Redis, generation: int = GENERATION, alive: Path | None = None
) -> AsyncIterator[asyncio.Task[None]]:
    """A projector at work; one that dies fails the test."""
    work = asyncio.create_task(projector.project(url, redis, generation, alive))
    try:
        yield work
    finally:
        assert not work.done(), work.exception()
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


async def seen(redis: Redis, competition: str = COMPETITION) -> None:
    """Wait until the views that are served have seen the whole log."""

    async def caught_up() -> bool:
        tail = await Log(redis, competition).tail()
        served = await Views(redis, competition).read([])
        return bool(
            served
            and served.epoch.startswith(tail.epoch)
            and served.checkpoint == tail.position > 0
        )

    await until(caught_up)


async def folded(redis: Redis, competition: str = COMPETITION) -> Fold:
    """The log, folded here from its first event."""
    fold = Fold()
    for position, stored in await Log(redis, competition).read(0, 1_000_000):
        fold.advance(decode(stored))
        assert fold.position == position
    return fold


async def assert_views_are_the_fold(redis: Redis, competition: str = COMPETITION) -> None:
    """Every topic that was ever touched is stored, with its position and data, and no other."""
    fold = await folded(redis, competition)
    views = Views(redis, competition)
    stored = await views.topics("", 1_000_000)
    assert sorted(stored) == sorted(fold.topics())
    served = await views.read(stored)
    assert served is not None
    assert served.checkpoint == fold.position
    for topic, view in served.views.items():
        assert view is not None
        assert view.position == fold.topics()[topic], topic
        assert view.data == msgspec.json.encode(fold.render(topic)), topic


async def stop_of(redis: Redis, competition: str = COMPETITION) -> Any:
    """Where and why the views of a competition stopped; None while they go on."""
    stop = await Views(redis, competition).stopped()
    return msgspec.to_builtins(stop)


async def stopped(redis: Redis, competition: str = COMPETITION) -> Any:
    async def said() -> bool:
        return await stop_of(redis, competition) is not None

    await until(said)
    return await stop_of(redis, competition)
