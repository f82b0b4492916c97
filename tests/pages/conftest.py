"""What a test of the pages may ask for: the house at work, and somebody who looks at it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest_asyncio
from redis.asyncio import Redis

from tests.pages.stadium import Stadium, Visit, browser, serving

Visitor = Callable[..., Awaitable[Visit]]


@pytest_asyncio.fixture
async def stadium(redis: Redis, redis_url: str) -> AsyncIterator[Stadium]:
    """Everything served, with one competition of four teams."""
    async with serving(redis, redis_url) as opened:
        await opened.create()
        yield opened


@pytest_asyncio.fixture
async def visitor(stadium: Stadium) -> AsyncIterator[Visitor]:
    """Opens pages in a real browser; takes what a browser context takes."""
    async with browser() as opened:

        async def visit(**options: object) -> Visit:
            context = await opened.new_context(**options)  # type: ignore[arg-type] # passed on
            return Visit(await context.new_page(), stadium.address)

        yield visit
