"""What cannot be answered is said with a code, and a connection that ends says why."""

import asyncio
import contextlib

import pytest
from redis.asyncio import Redis
from websockets.exceptions import ConnectionClosed

from services.settings import LiveLimits
from services.store import access, keys
from tests.integration.facts import COMPETITION
from tests.integration.live import (
    DEADLINE_SECONDS,
    board,
    eventually,
    ground,
    is_measured,
    serving,
)


@pytest.mark.parametrize(
    ("competition", "topic", "code"),
    [
        ("copa-1900", "live", "unknown-competition"),
        ("Copa Perú", "live", "unknown-competition"),
        ("}:log", "feed", "unknown-competition"),
        (COMPETITION, "standings", "unknown-topic"),
        (COMPETITION, "@checkpoint", "unknown-topic"),
        (COMPETITION, "standings/nowhere", "unknown-topic"),
    ],
)
async def test_what_is_not_there_is_an_error_and_the_connection_goes_on(
    redis: Redis, competition: str, topic: str, code: str
) -> None:
    await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe(topic, competition=competition)
        told = await wall.hear()
        assert (told["type"], told["id"], told["code"]) == ("error", "s1", code)
        assert "retry_after_ms" not in told
        await wall.subscribe("live")
        assert (await wall.hear())["type"] == "snapshot"
        await eventually(lambda: is_measured(address, "pitazo_live_competitions_watched", 1))


async def test_a_topic_the_log_is_just_bringing_about_is_waited_for(redis: Redis) -> None:
    one = await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        await one.record()
        await wall.subscribe("matches/final")
        await one.show(matches__final={"play": "scheduled"})
        assert (await wall.hear())["data"] == {"play": "scheduled"}


async def test_a_competition_without_views_yet_is_asked_for_again(redis: Redis) -> None:
    one = await ground(redis)
    await redis.hdel(keys.meta(COMPETITION), "serving")
    limits = LiveLimits(behind_wait_seconds=0.2)
    async with serving(redis, limits) as address, board(address) as wall:
        await wall.subscribe("live")
        assert (await wall.hear())["code"] == "behind"
        await redis.hset(keys.meta(COMPETITION), "serving", await one.epoch())
        await wall.subscribe("live")
        assert (await wall.hear())["type"] == "snapshot"


async def test_an_unsubscribed_topic_is_told_no_more(redis: Redis) -> None:
    one = await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("live")
        await wall.subscribe("standings/g", "s2")
        await wall.hear(), await wall.hear()
        await wall.send(type="unsubscribe", id="s1")
        await eventually(lambda: is_measured(address, "pitazo_live_topics_watched", 1))
        await one.play(live=["final"], standings__g="moved")
        assert (await wall.hear())["id"] == "s2"


@pytest.mark.parametrize(
    ("rubbish", "code"),
    [
        ("rubbish", 4400),
        (b'{"type":"unsubscribe","id":"s1"}', 4400),
        ('{"type":"unsubscribe","id":"s1"}' + " " * 50_000, 4400),
        (" " * 70_000, 1009),
    ],
)
async def test_rubbish_ends_the_connection_of_its_sender_only(
    redis: Redis, rubbish: str | bytes, code: int
) -> None:
    one = await ground(redis)
    async with serving(redis) as address, board(address) as wall, board(address) as vandal:
        await wall.subscribe("live")
        await wall.hear()
        await vandal.connection.send(rubbish)
        assert (await vandal.hear_end())[0] == code
        await one.play(live=["final"])
        assert (await wall.hear())["data"] == ["final"]


async def test_an_id_in_use_ends_the_connection_with_4409(redis: Redis) -> None:
    await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("live")
        await wall.subscribe("teams")
        assert await wall.hear_end() == (4409, "s1 is subscribed; unsubscribe it first")


async def test_who_never_subscribes_is_let_go_with_4408(redis: Redis) -> None:
    async with serving(redis, LiveLimits(idle_seconds=0.1)) as address, board(address) as wall:
        assert (await wall.hear_end())[0] == 4408


async def test_who_asks_too_much_is_let_go_with_4429(redis: Redis) -> None:
    limits = LiveLimits(messages_burst_max=10, messages_per_second_max=0.1)
    async with serving(redis, limits) as address, board(address) as wall:
        for _ in range(11):
            await wall.send(type="unsubscribe", id="s1")
        assert (await wall.hear_end())[0] == 4429


async def test_who_floods_is_let_go_at_once_though_much_of_it_was_never_read(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.LIVE_CLOSE_TIMEOUT_SECONDS", 10 * DEADLINE_SECONDS)
    limits = LiveLimits(messages_burst_max=10, messages_per_second_max=0.1)
    async with (
        serving(redis, limits) as address,
        board(address, max_queue=None) as wall,
        asyncio.timeout(DEADLINE_SECONDS),
    ):
        with contextlib.suppress(ConnectionClosed):
            for _ in range(500):
                await wall.send(type="unsubscribe", id="s1")
        assert (await wall.hear_end())[0] == 4429


async def test_one_viewer_more_than_there_is_room_for_is_let_go_with_4429(redis: Redis) -> None:
    async with serving(redis, LiveLimits(viewers_max=1)) as address, board(address) as wall:
        await wall.hear("welcome")
        async with board(address) as late:
            assert (await late.hear_end())[0] == 4429
        await wall.subscribe("live", competition="copa-1900")
        assert (await wall.hear())["code"] == "unknown-competition"


async def test_topics_beyond_the_limit_are_refused_and_watched_ones_are_not(redis: Redis) -> None:
    await ground(redis)
    limits = LiveLimits(topics_watched_max=1)
    async with serving(redis, limits) as address, board(address) as wall:
        await wall.subscribe("live")
        await wall.subscribe("teams", "s2")
        await wall.subscribe("live", "s3")
        assert [(await wall.hear())["type"] for _ in "123"] == ["snapshot", "error", "snapshot"]


async def test_a_private_competition_is_for_who_was_granted_it(redis: Redis) -> None:
    await ground(redis, private=True)
    own, _ = await access.issue(redis, "auditor", [COMPETITION])
    other, _ = await access.issue(redis, "auditor", ["world-cup-1954"])
    async with serving(redis) as address:
        async with board(address) as wall:
            await wall.send(type="authorize", token=own)
            await wall.subscribe("live")
            assert (await wall.hear())["type"] == "snapshot"
            async with board(address) as stranger:
                await stranger.subscribe("live")
                assert (await stranger.hear_end())[0] == 4401
        async with board(address) as wall:
            await wall.send(type="authorize", token=other)
            await wall.subscribe("live")
            assert (await wall.hear_end())[0] == 4401
        async with board(address) as wall:
            await wall.send(type="authorize", token=own[:-1] + "x")
            assert (await wall.hear_end())[0] == 4401


async def test_who_watches_with_a_token_is_let_go_when_it_is_revoked(redis: Redis) -> None:
    await ground(redis, private=True)
    token, grant = await access.issue(redis, "auditor", [COMPETITION])
    async with serving(redis) as address, board(address) as wall:
        await wall.send(type="authorize", token=token)
        await wall.subscribe("live")
        assert (await wall.hear())["type"] == "snapshot"
        await access.revoke(redis, grant.id)
        assert (await wall.hear_end())[0] == 4401
