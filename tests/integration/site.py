"""An address with a projector behind it, as the command line asks it."""

import json
from typing import Any

from redis.asyncio import Redis

from services import season
from services.client import Client
from tests.integration import football, web
from tests.integration.machine import AMAZONAS, COMPETITION, said_by
from tests.integration.projected import seen

FACTS = len(season.read(AMAZONAS).facts) + 1


class Site:
    """An address with a projector behind it, and a token for it."""

    def __init__(self, url: str, token: str, redis_url: str, redis: Redis) -> None:
        self.url = url
        self.token = token
        self.redis_url = redis_url
        self.redis = redis

    async def ask(self, *arguments: object) -> tuple[int, str]:
        """Run a command against this address, as its operator."""
        return await said_by(*arguments, PITAZO_URL=self.url, PITAZO_TOKEN=self.token)

    async def told(self, *arguments: object) -> Any:
        """What a command that succeeds prints as JSON."""
        status, said = await self.ask(*arguments, "--json")
        assert status == 0, said
        lines = [json.loads(line) for line in said.splitlines()]
        return lines[0] if len(lines) == 1 else lines

    async def load(self) -> None:
        status, said = await self.ask("season", "load", AMAZONAS)
        assert status == 0, said
        await seen(self.redis, COMPETITION)


def record(site: Site, facts: list[Any]) -> None:
    with Client(site.url, site.token) as client:
        client.post("/v1/competitions", football.CREATED)
        client.post(web.EVENTS, facts)
