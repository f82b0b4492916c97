"""A newer version of the projections takes over under load, while everybody watches, for good."""

import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import groupby
from typing import Any

import pytest
from redis.asyncio import Redis

from projections import GENERATION
from services.settings import BUILD_KEPT_SECONDS, LiveLimits
from services.store import access, keys
from services.store.log import Log
from services.store.views import Views, view_epoch_of
from tests.integration import web
from tests.integration.copies import (
    QUICK_LEASE,
    all_hold,
    assert_all_is_recorded_once,
    assert_views_are_shown,
    copies,
    open_competition,
    tail,
    views_reach,
    watching,
    writing,
)
from tests.integration.facts import COMPETITION
from tests.integration.football import goal, opened, play
from tests.integration.live import Ground, board, ground, serving
from tests.integration.projected import assert_views_are_the_fold, projecting, seen
from tests.integration.servers import until
from tests.integration.web import Web

TOPICS = ("standings/group-a", "matches/m1", "feed", "competition", "live")
SPECTATORS = 20
WRITERS = 6
EVENTS_BETWEEN = 100

CHANGED = {"projections.competition.NOTES_MAX": 3}
NEWER = {**QUICK_LEASE, **CHANGED, "projections.GENERATION": GENERATION + 1}


def is_served(redis: Redis, build: str) -> Callable[[], Awaitable[bool]]:
    async def true() -> bool:
        return await Views(redis, COMPETITION).serving() == build

    return true


async def lifetimes(redis: Redis, build: str) -> list[int]:
    """For how many seconds what is there of a build stays; -1 is for ever."""
    parts = (keys.views, keys.topics, keys.snapshot)
    found = [await redis.ttl(part(COMPETITION, build)) for part in parts]
    return [seconds for seconds in found if seconds != -2]


async def test_a_rolling_upgrade_that_changes_a_view_is_a_new_epoch_and_no_break_for_who_watches(
    redis_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, _ = await access.issue(redis, "operator", ["*"])
    services = ["capture", "gateway", "gateway", "projector", "projector"]
    async with (
        copies(redis_url, services, QUICK_LEASE) as [capture, *gateways, first, second],
        AsyncExitStack() as stack,
    ):
        await open_competition(capture.address, token)
        await seen(redis)
        older, newer = await builds(redis)
        watch = watching([copy.address for copy in gateways], TOPICS, SPECTATORS)
        spectators = await stack.enter_async_context(watch)
        async with writing(capture.address, token, WRITERS, pause_seconds=0) as acknowledged:
            await until(lambda: views_reach(redis, EVENTS_BETWEEN))
            assert await Views(redis, COMPETITION).serving() == older
            await stack.enter_async_context(copies(redis_url, ["projector"], NEWER))
            await until(is_served(redis, newer))
            assert await first.end(signal.SIGTERM) == 0
            await stack.enter_async_context(copies(redis_url, ["projector"], NEWER))
            assert await second.end(signal.SIGTERM) == 0
            await first.start()  # as somebody does who forgets one
            end = await tail(redis)
            await until(lambda: views_reach(redis, end + EVENTS_BETWEEN))
        await seen(redis)
        await until(all_hold(redis, spectators))
        assert [spectator.breaks for spectator in spectators] == [0] * SPECTATORS
        for spectator in spectators:
            assert len(spectator.epochs) == (1 if spectator.topic == "feed" else 2)
        assert await epochs_rung(redis) == [older, newer]
        assert await lifetimes(redis, newer) == [-1, -1]
        assert all(0 < left <= BUILD_KEPT_SECONDS for left in await lifetimes(redis, older))
        await assert_all_is_recorded_once(redis, acknowledged)
        with pytest.raises(AssertionError, match="competition"):
            await assert_views_are_the_fold(redis)
        for constant, value in CHANGED.items():
            monkeypatch.setattr(constant, value)
        await assert_views_are_the_fold(redis)
        await assert_views_are_shown(redis, spectators)


async def builds(redis: Redis) -> tuple[str, str]:
    log_epoch = (await Log(redis, COMPETITION).tail()).epoch
    return view_epoch_of(log_epoch, GENERATION), view_epoch_of(log_epoch, GENERATION + 1)


async def epochs_rung(redis: Redis) -> list[str]:
    """The epochs of all doorbells, one after the other."""
    doorbells: Any = await redis.xrange(keys.changes(COMPETITION))
    return [epoch.decode() for epoch, _ in groupby(fields[b"epoch"] for _, fields in doorbells)]


async def test_a_former_version_that_is_started_again_leaves_the_views_to_the_newer_one(
    redis_url: str, redis: Redis
) -> None:
    async with opened(redis) as writer:
        async with projecting(redis_url, redis, generation=GENERATION + 1):
            await seen(redis)
        older, newer = await builds(redis)
        async with projecting(redis_url, redis) as former:
            await play(writer, goal("while only the former runs"))
            async with projecting(redis_url, redis, generation=GENERATION + 1):
                await seen(redis)
            assert not former.done()
        assert await epochs_rung(redis) == [newer]
        assert not await lifetimes(redis, older)
        await assert_views_are_the_fold(redis)


async def test_a_gateway_that_has_not_heard_of_a_newer_build_sends_nobody_back_to_the_older(
    redis: Redis,
) -> None:
    one = await ground(redis)
    async with serving(redis, LiveLimits(recheck_seconds=60)) as address, board(address) as wall:
        await wall.subscribe("live")
        older = (await wall.hear())["epoch"]
        await serve_silently(redis, one)
        newer = await one.epoch()
        async with board(address) as other:
            await other.subscribe("live", since={"epoch": newer, "position": 1})
            assert (await other.hear())["epoch"] == newer != older


async def serve_silently(redis: Redis, one: Ground) -> None:
    """Serve a newer build, and let nobody hear the doorbell."""
    former = await one.epoch()
    one.generation += 1
    for part in (keys.views, keys.topics):
        await redis.copy(part(COMPETITION, former), part(COMPETITION, await one.epoch()))
    await redis.hset(keys.meta(COMPETITION), "serving", await one.epoch())


async def test_a_reader_says_that_views_are_those_of_another_build(
    redis: Redis, redis_url: str
) -> None:
    def of(generation: int, until_when: str) -> str:
        return (
            f"competitions with views of generation {generation}, not {GENERATION} as of this "
            f"build: 1; {until_when}"
        )

    async def says(site: Web, *remarks: str) -> None:
        async def are_said() -> bool:
            # Of a server that takes long to answer nothing is said.
            said: dict[str, Any] = (await site.get("/readyz")).json()
            return said.get("remarks") == list(remarks)

        await until(are_said)

    async with web.serving(redis) as site:
        await site.open()
        async with projecting(redis_url, redis, GENERATION - 1):
            older = of(GENERATION - 1, "they are shown until those of this build have seen as much")
            await says(site, older)
        async with projecting(redis_url, redis):
            await says(site)
        async with projecting(redis_url, redis, GENERATION + 1):
            newer = of(GENERATION + 1, "they are of a newer build, and change only while that runs")
            await says(site, newer)
        await says(site, newer)
