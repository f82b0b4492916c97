"""What several files of these tests ask for: an address to ask, and a season of nothing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from tests.integration import web
from tests.integration.projected import projecting
from tests.integration.site import Site


@pytest_asyncio.fixture
async def site(redis_url: str, redis: Redis) -> AsyncIterator[Site]:
    async with web.serving(redis) as served, projecting(redis_url, redis):
        yield Site(str(served.client.base_url), served.operator, redis_url, redis)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A season of nothing."""
    path = tmp_path / "season.toml"
    path.write_text('competition = "small"\nregulations.notes = ["nobody plays"]\n')
    return path
