"""What a test of the pages may ask for: the house at work, and somebody who looks at it.

One browser is opened for all of them; whoever looks has a context of their own, closed at the end.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext
from redis.asyncio import Redis

from services.store.connection import connect
from tests.pages.stadium import Stadium, Visit, browser, serving

Visitor = Callable[..., Awaitable[Visit]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def opened() -> AsyncIterator[Browser]:
    """A real browser, with nobody looking yet."""
    async with browser() as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A client of the real server, with nothing in it."""
    async with connect(redis_url) as client:
        await client.flushall()
        yield client


@pytest_asyncio.fixture(loop_scope="session")
async def stadium(redis: Redis, redis_url: str) -> AsyncIterator[Stadium]:
    """Everything served, with one competition of four teams."""
    async with serving(redis, redis_url) as found:
        await found.create()
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(stadium: Stadium, opened: Browser) -> AsyncIterator[Visitor]:
    """Opens pages in a real browser; takes what a browser context takes."""
    contexts: list[BrowserContext] = []

    async def visit(**options: Any) -> Visit:
        context = await opened.new_context(**options)
        contexts.append(context)
        return Visit(await context.new_page(), stadium.address)

    yield visit
    for context in contexts:
        await context.close()
