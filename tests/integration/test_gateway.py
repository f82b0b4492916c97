"""Scoreboards over real sockets, on views and a log in a real server."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from redis.asyncio import Redis

from services.settings import FEED_EVENTS, LiveLimits
from services.store import embedded, epochs, keys
from services.store.connection import connect as connect_to_server
from services.store.log import Log, announce
from tests.integration import servers
from tests.integration.facts import COMPETITION
from tests.integration.live import (
    QUICK,
    board,
    eventually,
    ground,
    serving,
)
from tests.integration.machine import said_by

# Views


async def test_a_board_is_welcomed_shown_the_view_and_told_every_change(redis: Redis) -> None:
    one = await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        welcome = await wall.hear("welcome")
        assert welcome["heartbeat_ms"] == QUICK.heartbeat_ms
        assert welcome["server_time"].endswith("Z")
        await wall.subscribe("standings/g")
        assert await wall.hear() == {
            "type": "snapshot",
            "id": "s1",
            "competition": COMPETITION,
            "topic": "standings/g",
            "epoch": await one.epoch(),
            "position": 1,
            "data": {"rows": []},
        }
        await one.play(standings__g={"rows": ["alfonso-ugarte"]})
        assert await wall.hear() == {
            "type": "update",
            "id": "s1",
            "competition": COMPETITION,
            "topic": "standings/g",
            "position": 2,
            "data": {"rows": ["alfonso-ugarte"]},
        }


async def test_a_heartbeat_says_how_far_all_topics_were_told(redis: Redis) -> None:
    one = await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("standings/g")
        await wall.hear("snapshot")
        end = await one.play(live=["final"])

        async def is_told() -> bool:
            beat = await wall.hear("heartbeat")
            return bool(beat["positions"] == {COMPETITION: end})

        await eventually(is_told)


async def test_a_board_that_returns_is_told_only_what_it_missed(redis: Redis) -> None:
    one = await ground(redis)
    async with serving(redis) as address:
        async with board(address) as wall:
            await wall.subscribe("live")
            held = await wall.hear()
        await one.play(live=["final"])
        async with board(address) as wall:
            await wall.subscribe("live", since={"epoch": held["epoch"], "position": 1})
            assert await wall.hear() == {
                "type": "resumed",
                "id": "s1",
                "epoch": held["epoch"],
                "position": 1,
            }
            assert (await wall.hear())["data"] == ["final"]
            await wall.subscribe("live", "s2", since={"epoch": held["epoch"], "position": 2})
            assert (await wall.hear())["type"] == "resumed"
            await one.play(live=[])
            heard = [await wall.hear(), await wall.hear()]
            assert [(told["type"], told["position"]) for told in heard] == [("update", 3)] * 2


async def test_a_board_ahead_of_the_views_waits_until_they_have_come_there(redis: Redis) -> None:
    one = await ground(redis)
    epoch = await one.epoch()
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("teams")
        await wall.hear("snapshot")
        end = await one.record(2)
        await wall.subscribe("live", "s2", since={"epoch": epoch, "position": end})
        await one.show(live=["final"])
        told = await wall.hear()
        assert (told["type"], told["position"]) == ("resumed", end)


async def test_a_board_ahead_of_the_views_for_long_is_told_to_come_again(redis: Redis) -> None:
    one = await ground(redis)
    limits = LiveLimits(behind_wait_seconds=0.2)
    async with serving(redis, limits) as address, board(address) as wall:
        end = await one.record(2)
        await wall.subscribe("live", since={"epoch": await one.epoch(), "position": end})
        told = await wall.hear()
        assert (told["code"], told["retry_after_ms"]) == ("behind", limits.behind_retry_ms)
        await wall.subscribe("live", since={"epoch": await one.epoch(), "position": end + 1})
        assert (await wall.hear())["type"] == "snapshot"


async def test_a_newer_build_is_told_by_a_snapshot_unasked(redis: Redis) -> None:
    one = await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("standings/g")
        await wall.subscribe("live", "s2")
        await wall.hear(), await wall.hear()
        one.generation, one.checkpoint = 2, 0
        await one.show(standings__g={"rows": ["by the new rules"]})
        heard = {told["id"]: told for told in (await wall.hear(), await wall.hear())}
        assert heard["s1"]["epoch"] == heard["s2"]["epoch"] == await one.epoch()
        assert heard["s1"]["data"] == {"rows": ["by the new rules"]}
        assert (heard["s2"]["position"], heard["s2"]["data"]) == (0, None)


async def test_a_change_whose_doorbell_was_lost_is_told_all_the_same(redis: Redis) -> None:
    one = await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("live")
        await wall.hear()
        async with redis.pipeline() as pipeline:  # nobody hears what is deleted in one step
            end = await one.record()
            build = keys.views(COMPETITION, await one.epoch())
            pipeline.hset(build, mapping={"live": f'{end}:["missed"]', "@checkpoint": end})
            await pipeline.execute()
        one.checkpoint = end
        await one.play(scorers=[])
        assert (await wall.hear())["data"] == ["missed"]


async def test_a_lost_doorbell_without_another_one_is_noticed_too(redis: Redis) -> None:
    one = await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("live")
        await wall.hear()
        end = await one.record()
        build = keys.views(COMPETITION, await one.epoch())
        await redis.hset(build, mapping={"live": f'{end}:["missed"]', "@checkpoint": end})
        assert (await wall.hear())["data"] == ["missed"]


async def test_many_boards_of_many_competitions_hear_each_its_own(redis: Redis) -> None:
    names = [f"copa-{number}" for number in range(12)]
    grounds = [await ground(redis, name, live=[name]) for name in names]
    async with serving(redis) as address, asyncio.TaskGroup() as boards:

        async def watch(name: str) -> None:
            async with board(address) as wall:
                await wall.subscribe("live", competition=name)
                assert (await wall.hear())["data"] == [name]
                [own] = [one for one in grounds if one.competition == name]
                await own.play(live=[name, "changed"])
                assert (await wall.hear())["data"] == [name, "changed"]

        for name in names:
            boards.create_task(watch(name))


# The feed


async def test_the_feed_tells_the_last_events_and_then_each_one(redis: Redis) -> None:
    one = await ground(redis)
    await one.record(3)
    await one.show()
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("feed")
        told = await wall.hear()
        assert (told["type"], told["position"]) == ("snapshot", 4)
        assert told["epoch"] == (await one.log.tail()).epoch
        assert [event["position"] for event in told["data"]["events"]] == [1, 2, 3, 4]
        await one.record(2)
        await one.show()
        heard = await wall.hear_events(6)
        stored = [msgspec.json.decode(event) for _, event in await one.log.read(4, 9)]
        assert [event["event"] for event in heard] == stored


async def test_the_feed_from_position_0_is_the_whole_log(redis: Redis) -> None:
    one = await ground(redis)
    for _ in range(8):
        end = await one.record(100)
    await one.show()
    async with serving(redis) as address, board(address) as wall:
        since = {"epoch": (await one.log.tail()).epoch, "position": 0}
        await wall.subscribe("feed", since=since)
        assert (await wall.hear())["type"] == "resumed"
        heard = await wall.hear_events(end)
        assert [event["position"] for event in heard] == list(range(1, end + 1))


DAMAGED = [
    b"garbage",
    b'{"v":1,"position":5,"version":1,"recorded_at":"2026-01-01T00:00:00.000Z"}',
    b'{"v":1,"position":9,"version":1,"recorded_at":"2026-01-01T00:00:00.000Z","id":"a"}',
    b'{"v":1,"position":5,"recorded_at":"2026-01-01T00:00:00.000Z","id":"a","said":"\xff"}',
    b"[" * 100_000,
]


@pytest.mark.parametrize("damaged", DAMAGED)
async def test_the_feed_ends_before_what_is_no_event(redis: Redis, damaged: bytes) -> None:
    one = await ground(redis)
    await one.record(3)
    await one.show()
    async with serving(redis) as address, board(address) as wall, board(address) as late:
        await wall.subscribe("feed", "before")
        assert (await wall.hear())["position"] == 4
        await redis.xadd(keys.log(COMPETITION), {"e": damaged, "d": b""}, "5-0")
        await wall.subscribe("live")
        assert (await wall.hear())["topic"] == "live"
        await late.subscribe("feed", "after")
        told = await late.hear()
        assert (told["type"], told["position"]) == ("snapshot", 4)
        assert [event["position"] for event in told["data"]["events"]] == [1, 2, 3, 4]
        since = {"epoch": told["epoch"], "position": 0}
        await late.subscribe("feed", "all", since=since)
        assert (await late.hear())["type"] == "resumed"
        assert [event["position"] for event in await late.hear_events(4)] == [1, 2, 3, 4]
        assert (await wall.hear("heartbeat"))["positions"] == {COMPETITION: 4}


async def test_who_catches_up_is_told_no_further_than_what_is_no_event(redis: Redis) -> None:
    one = await ground(redis)
    await one.record(3)
    entry = b'{"v":1,"position":%d,"version":1,"recorded_at":"2026-01-01T00:00:00.000Z","id":"a"}'
    for position in range(5, 5 + 2 * FEED_EVENTS):
        stored = b"garbage" if position == 5 else entry % position
        await redis.xadd(keys.log(COMPETITION), {"e": stored, "d": b""}, f"{position}-0")
    await one.show()
    async with serving(redis) as address, board(address) as wall:
        since = {"epoch": (await one.log.tail()).epoch, "position": 0}
        await wall.subscribe("feed", since=since)
        assert (await wall.hear())["type"] == "resumed"
        assert [event["position"] for event in await wall.hear_events(4)] == [1, 2, 3, 4]
        assert (await wall.hear("heartbeat"))["positions"] == {COMPETITION: 4}
        await wall.subscribe("live", "other")
        assert (await wall.hear())["topic"] == "live"


async def test_a_rewound_log_is_told_by_a_snapshot_of_another_epoch(tmp_path: Path) -> None:
    async with embedded.server(tmp_path) as server, connect_to_server(server.url) as redis:
        one = await ground(redis)
        copy = servers.copy_of(server)
        async with serving(redis) as address, board(address) as wall:
            await wall.subscribe("feed")
            before = await wall.hear()
            await one.record(5)
            await one.show()
            await wall.hear_events(6)
            await servers.restore(server, copy)
            told = await wall.hear()
            assert (told["type"], told["position"]) == ("snapshot", 1)
            assert told["epoch"] != before["epoch"]
            await one.record(2)
            assert [event["position"] for event in await wall.hear_events(3)] == [2, 3]


async def test_of_a_copy_that_was_put_back_nobody_is_told_as_of_what_followed_it(
    tmp_path: Path,
) -> None:
    async with embedded.server(tmp_path) as server, connect_to_server(server.url) as redis:
        await announce(redis, COMPETITION)
        one = await ground(redis)
        copy = servers.copy_of(server)
        held: dict[str, Any] = {}
        async with serving(redis) as address, board(address) as wall:
            await one.play(live=["3-0"])
            for topic in ("live", "feed"):
                await wall.subscribe(topic, topic)
                told = await wall.hear()
                held[topic] = {"epoch": told["epoch"], "position": told["position"]}
        await servers.restore(server, copy)
        status, said = await said_by("restored", "--data", tmp_path)
        assert (status, said) == (0, f"{COMPETITION} has a new epoch, {await log_epoch(redis)}\n")
        # As many facts as were lost, so that no position tells.
        one.checkpoint = 0
        await one.play(live=["0-0"])
        async with serving(redis) as address, board(address) as wall:
            for topic, since in held.items():
                await wall.subscribe(topic, topic, since=since)
                told = await wall.hear()
                assert (told["type"], told["position"]) == ("snapshot", since["position"])
                assert told["epoch"] != since["epoch"]
            assert told["epoch"] == await log_epoch(redis)


async def test_who_holds_what_followed_a_copy_waits_for_its_new_views(redis: Redis) -> None:
    one = await ground(redis)
    end = await one.play(live=["0-0"])
    held = {"epoch": await one.epoch(), "position": end + 3}
    async with serving(redis) as address, board(address) as wall, board(address) as other:
        await other.subscribe("live")
        await other.hear("snapshot")
        await renew(redis)
        await wall.subscribe("live", since=held)
        await wall.hear("heartbeat")
        one.checkpoint = 0
        await one.show(live=["0-0"])
        told = await wall.hear()
        assert (told["type"], told["position"]) == ("snapshot", end)
        assert told["epoch"] == await one.epoch() != held["epoch"]


async def test_who_holds_what_followed_a_copy_is_shown_what_there_is_if_new_views_take_long(
    redis: Redis,
) -> None:
    one = await ground(redis)
    end = await one.play(live=["0-0"])
    held = {"epoch": await one.epoch(), "position": end + 3}
    await renew(redis)
    limits = LiveLimits(behind_wait_seconds=0.2)
    async with serving(redis, limits) as address, board(address) as wall:
        await wall.subscribe("live", since=held)
        told = await wall.hear()
        assert (told["type"], told["position"], told["data"]) == ("snapshot", end, ["0-0"])
        one.checkpoint = 0
        await one.show(live=["1-0"])
        told = await wall.hear()
        assert (told["type"], told["epoch"]) == ("snapshot", await one.epoch())


async def renew(redis: Redis) -> None:
    await announce(redis, COMPETITION)
    assert await epochs.renew(redis)


async def log_epoch(redis: Redis) -> str:
    return (await Log(redis, COMPETITION).tail()).epoch


async def test_a_board_ahead_of_a_log_of_its_epoch_is_shown_what_there_is(redis: Redis) -> None:
    one = await ground(redis)
    end = await one.play(live=["0-0"])
    async with serving(redis) as address, board(address) as wall:
        ahead = {"epoch": await one.epoch(), "position": end + 3}
        await wall.subscribe("live", since=ahead)
        told = await wall.hear()
        assert (told["type"], told["position"], told["data"]) == ("snapshot", end, ["0-0"])
