"""A season that names persons is loaded over HTTP, and their names stay beside its log."""

import asyncio

from redis.asyncio import Redis

from services import season
from services.client import Client
from services.store.log import Log
from tests.integration import web
from tests.integration.machine import ROOT

COPA_PERU = season.read(ROOT / "seasons" / "copa-peru-2013")
FACTS = len(COPA_PERU.facts)


async def test_names_are_posted_with_a_season_once_and_the_log_has_references(redis: Redis) -> None:
    async with web.serving(redis) as site:
        assert await asyncio.to_thread(loaded, site) == [True] * FACTS
        assert await asyncio.to_thread(loaded, site) == [False] * FACTS
        inside = f"/v1/competitions/{COPA_PERU.competition}"
        answer = await site.get(f"{inside}/people", site.operator)
        names = {person["person"]: person["name"] for person in answer.json()["people"]}
        assert names["p-san-simon-2"] == "Jorge Rodríguez"
        assert len(names) == sum(fact.names_person for fact in COPA_PERU.facts)
        assert (await Log(redis, COPA_PERU.competition).tail()).position == FACTS + 1
        assert "Jorge Rodríguez" not in (await site.get(f"{inside}/log", site.operator)).text


def loaded(site: web.Web) -> list[bool]:
    """Load the season; say of each fact whether it was new."""
    with Client(str(site.client.base_url), site.operator) as client:
        posts = season.load(client, COPA_PERU, COPA_PERU.facts)
        return [posted.new for facts, posted in posts for _ in range(facts)]
