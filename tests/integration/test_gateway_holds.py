"""However slow a viewer is, and whatever becomes of the server, the gateway stays true and well."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from services.settings import LiveLimits, Settings
from services.store import embedded
from services.store.connection import connect as connect_to_server
from tests.integration import servers
from tests.integration.live import (
    Board,
    board,
    eventually,
    get,
    ground,
    is_measured,
    measured,
    serving,
    sleepy_board,
)

# Slow viewers, and many


async def test_a_board_that_stops_listening_wakes_to_the_newest_state(redis: Redis) -> None:
    one = await ground(redis)
    limits = LiveLimits(heartbeat_ms=60_000)
    async with (
        serving(redis, limits) as address,
        sleepy_board(address) as sleeper,
        board(address) as awake,
    ):
        await sleeper.subscribe("live")
        await sleeper.hear()
        await awake.subscribe("live")
        await awake.hear()
        rounds = 60
        for number in range(rounds):
            end = await one.play(live=[number, "x" * 40_000])
            assert (await awake.hear())["position"] == end
        assert await measured(address, "pitazo_live_viewers_full") == 1
        heard = [await sleeper.hear()]
        while heard[-1]["position"] < end:
            heard.append(await sleeper.hear())
        positions = [told["position"] for told in heard]
        assert positions == sorted(set(positions))
        assert len(positions) < rounds / 2, "states between were skipped"
        assert heard[-1]["data"][0] == rounds - 1


async def test_a_feed_that_stops_listening_misses_nothing(redis: Redis) -> None:
    one = await ground(redis)
    limits = LiveLimits(heartbeat_ms=60_000)
    async with serving(redis, limits) as address, sleepy_board(address) as sleeper:
        await sleeper.subscribe("feed")
        await sleeper.hear()
        for _ in range(12):
            end = await one.record(100, text="x" * 500)
            await one.show()
        await eventually(lambda: is_measured(address, "pitazo_live_viewers_full", 1))
        heard = await sleeper.hear_events(end)
        assert [told["position"] for told in heard] == list(range(2, end + 1))


async def test_a_viewer_that_acknowledges_nothing_is_dropped(redis: Redis) -> None:
    one = await ground(redis)
    limits = LiveLimits(heartbeat_ms=50, stalled_seconds=0.3)
    async with serving(redis, limits) as address, sleepy_board(address) as dead:
        await dead.subscribe("live")
        await dead.hear()

        async def is_dropped() -> bool:
            await one.play(live=["x" * 40_000])
            return await measured(address, "pitazo_live_stalled_total") == 1

        await eventually(is_dropped)
        await eventually(lambda: is_measured(address, "pitazo_live_viewers", 0))


async def test_two_hundred_boards_are_told_the_same(redis: Redis) -> None:
    one = await ground(redis)
    async with serving(redis) as address, asyncio.TaskGroup() as boards:
        ready = asyncio.Semaphore(0)

        async def watch() -> None:
            async with board(address) as wall:
                await wall.subscribe("live")
                assert (await wall.hear())["type"] == "snapshot"
                ready.release()
                positions = [0]
                while positions[-1] < 11:
                    positions.append((await wall.hear("update"))["position"])
                assert positions == sorted(set(positions))

        for _ in range(200):
            boards.create_task(watch())
        for _ in range(200):
            await ready.acquire()
        for number in range(10):
            await one.play(live=[number])


# The server away


async def test_a_server_that_was_away_is_noticed_said_once_and_nothing_is_lost(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said: list[str] = []

    async def is_said() -> bool:
        said[:] = [one.getMessage() for one in caplog.records if one.name.endswith("hub")]
        return bool(said)

    async def is_over() -> bool:
        return await is_said() and "the server answers again" in said

    async with embedded.server(tmp_path) as server, connect_to_server(server.url) as redis:
        one = await ground(redis)
        async with serving(redis) as address, board(address) as wall:
            await wall.subscribe("live")
            await wall.subscribe("feed", "f")
            await wall.hear(), await wall.hear()
            servers.kill(server)
            await eventually(lambda: _answers(address, "/readyz", 503))
            assert (await get(address, "/healthz"))[0] == 200
            await eventually(is_said)
            await servers.revive(server)
            end = await one.play(live=["after"])
            heard = {told["id"]: told for told in (await wall.hear(), await wall.hear())}
            assert (heard["s1"]["type"], heard["s1"]["data"]) == ("update", ["after"])
            assert (heard["f"]["type"], heard["f"]["position"]) == ("event", end)
            await eventually(lambda: _answers(address, "/readyz", 200))
            await eventually(is_over)
    assert [line.endswith("it is asked again until it answers") for line in said] == [True, False]


async def test_while_the_server_is_frozen_nothing_says_that_all_has_been_told(
    tmp_path: Path,
) -> None:
    limits = LiveLimits(heartbeat_ms=100, server_silent_seconds=1.5, unavailable_retry_ms=50)
    async with embedded.server(tmp_path) as server, connect_to_server(server.url) as redis:
        await ground(redis)
        async with serving(redis, limits) as address, board(address) as wall:
            await wall.subscribe("live")
            await wall.hear()
            await wall.hear("heartbeat")
            with servers.frozen(server):
                await wall.fall_silent(10 * limits.heartbeat_ms / 1000)
                assert "nothing was heard of the server" in (await get(address, "/readyz"))[1]
                # The gateway holds this view, and does not know whether it is how it is.
                await wall.subscribe("live", "s2")
                assert (await wall.hear())["code"] == "log-unavailable"
            await wall.hear("heartbeat")
            await eventually(lambda: _answers(address, "/readyz", 200))
            await wall.subscribe("live", "s2")
            assert (await wall.hear())["type"] == "snapshot"


async def test_a_gateway_that_nobody_watches_at_hears_of_the_server_too(tmp_path: Path) -> None:
    limits = LiveLimits(heartbeat_ms=100, server_silent_seconds=1.5)
    async with (
        embedded.server(tmp_path) as server,
        connect_to_server(server.url) as redis,
        serving(redis, limits) as address,
        board(address) as idle,
    ):
        for _ in range(25):
            await idle.hear("heartbeat")
        with servers.frozen(server):
            await idle.fall_silent(10 * limits.heartbeat_ms / 1000)
        await idle.hear("heartbeat")


async def test_a_subscription_while_the_server_is_away_is_an_error(tmp_path: Path) -> None:
    async with embedded.server(tmp_path) as server, connect_to_server(server.url) as redis:
        await ground(redis)
        async with serving(redis) as address, board(address) as wall:
            servers.kill(server)
            await wall.subscribe("live")
            told = await wall.hear()
            assert (told["code"], told["retry_after_ms"]) == ("log-unavailable", 2000)
            await servers.revive(server)
            await eventually(lambda: _answers(address, "/readyz", 200))
            await wall.subscribe("live")
            assert (await wall.hear())["type"] == "snapshot"


async def test_a_gateway_that_stops_sends_everybody_elsewhere(redis: Redis) -> None:
    await ground(redis)
    async with serving(redis) as address:
        wall = Board(await connect(f"ws://{address}/v1/live", proxy=None))
        await wall.subscribe("live")
        await wall.hear()
    assert (await wall.hear_end())[0] == 1012


async def test_a_gateway_that_has_stopped_leaves_nothing_running(redis: Redis) -> None:
    await ground(redis)
    before = asyncio.all_tasks()
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("live")
        await wall.hear()
    assert asyncio.all_tasks() == before


# The handshake, and HTTP on the same port


async def test_a_client_without_a_subprotocol_is_let_in(redis: Redis) -> None:
    async with serving(redis) as address:
        async with board(address, subprotocols=None) as wall:
            assert wall.connection.subprotocol is None
        async with board(address, subprotocols=["mqtt", "pitazo.v1"]) as wall:
            assert wall.connection.subprotocol == "pitazo.v1"


async def test_a_client_with_other_subprotocols_only_is_refused(redis: Redis) -> None:
    async with serving(redis) as address:
        with pytest.raises(InvalidStatus) as refused:
            async with board(address, subprotocols=["pitazo.v2"]):
                pass
        assert refused.value.response.status_code == 400


async def test_only_pages_of_the_named_origins_may_connect(redis: Redis) -> None:
    settings = Settings(live_origins=("https://copa.example",))
    async with serving(redis, settings=settings) as address:
        async with board(address, origin="https://copa.example") as wall:
            await wall.hear("welcome")
        async with board(address) as wall:  # no browser, no origin
            await wall.hear("welcome")
        with pytest.raises(InvalidStatus) as refused:
            async with board(address, origin="https://elsewhere.example"):
                pass
        assert refused.value.response.status_code == 403


async def test_on_loopback_only_names_of_this_machine_are_answered_to(redis: Redis) -> None:
    async with serving(redis) as address:
        assert (await get(address, "/healthz", Host="localhost"))[0] == 200
        assert (await get(address, "/healthz", Host="elsewhere.example"))[0] == 403
    settings = Settings(allowed_hosts=("copa.example",))
    async with serving(redis, settings=settings) as address:
        assert (await get(address, "/healthz", Host="copa.example:8081"))[0] == 200


async def test_the_same_port_answers_probes(redis: Redis) -> None:
    await ground(redis)
    async with serving(redis) as address, board(address) as wall:
        await wall.subscribe("live")
        await wall.hear()
        assert await get(address, "/healthz") == (200, "alive\n")
        assert await get(address, "/readyz") == (200, "ready\n")
        assert (await get(address, "/v1/live"))[0] == 426
        assert (await get(address, "/v1/competitions"))[0] == 404
        assert await measured(address, "pitazo_live_subscriptions") == 1
        assert await measured(address, "pitazo_live_messages_total") >= 2


async def _answers(address: str, path: str, status: int) -> bool:
    return (await get(address, path))[0] == status
