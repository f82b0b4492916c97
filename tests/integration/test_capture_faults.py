"""What is posted while the server is away, full or dying is answered truly, and sent again."""

import asyncio
import socket
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services.capture.writer import Writer
from services.client import Client, Refusal
from services.settings import MEND_RETRY_AFTER_SECONDS
from services.store import embedded, keys
from services.store.connection import connect
from tests.integration import servers
from tests.integration.facts import COMPETITION, contents
from tests.integration.football import (
    CREATED,
    OPENING,
    named,
    note,
)
from tests.integration.test_capture import GOAL, KICK_OFF, stored
from tests.integration.web import EVENTS, Web, problem, serving


async def test_who_is_not_answered_sends_the_same_again(tmp_path: Path) -> None:
    async with (
        embedded.server(tmp_path) as server,
        connect(server.url) as redis,
        serving(redis) as web,
    ):
        await web.open()
        servers.kill(server)
        away = await web.post(EVENTS, GOAL)
        problem(away, 503, "log-unavailable")
        assert int(away.headers["retry-after"]) >= 1
        assert "same ids" in away.json()["detail"]
        await servers.revive(server)
        first = await web.post(EVENTS, GOAL)
        assert first.status_code in (200, 201)
        again = await web.post(EVENTS, GOAL)
        assert again.json()["recorded"] == first.json()["recorded"]
        assert len(await stored(web)) == OPENING + 1


async def test_a_full_server_says_that_nothing_was_recorded(tmp_path: Path) -> None:
    async with (
        embedded.server(tmp_path, maxmemory_mib=16) as server,
        connect(server.url) as redis,
        serving(redis) as web,
    ):
        await web.open()
        await redis.config_set("maxmemory", "1mb")
        before = await contents(redis)
        full = problem(await web.post(EVENTS, GOAL), 503, "log-unavailable")
        assert "nothing was recorded" in full["detail"]
        assert full["retry_after"] == MEND_RETRY_AFTER_SECONDS
        with (
            Client(str(web.client.base_url), web.operator) as caller,
            pytest.raises(Refusal, match="is full; give it more memory"),
        ):
            await asyncio.to_thread(caller.post, EVENTS, GOAL)
        ready = await web.get("/readyz")
        assert ready.status_code == 503
        assert "its memory is full" in ready.json()["obstacles"][0]
        assert await contents(redis) == before
        await redis.config_set("maxmemory", "64mb")
        assert (await web.post(EVENTS, GOAL)).status_code == 201
        assert (await web.get("/readyz")).status_code == 200


async def test_a_log_that_cannot_be_read_takes_nothing_more(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
    await redis.xadd(keys.log(COMPETITION), {"e": b"{", "d": b""}, id=f"{OPENING + 1}-0")
    before = await contents(redis)
    async with serving(redis) as web:
        said = problem(await web.post(EVENTS, GOAL), 503, "log-unavailable")
        assert f"position {OPENING + 1} of the log" in said["detail"]
        assert "nothing was recorded" in said["detail"]
        assert await contents(redis) == before


@pytest.mark.parametrize("foreign", [f"{OPENING + 1}-0", f"{OPENING + 7}-3", "*"])
async def test_a_log_that_somebody_else_wrote_to_takes_nothing_and_the_others_go_on(
    redis: Redis, foreign: str
) -> None:
    async with serving(redis) as web:
        await web.open()
        added = await redis.xadd(keys.log(COMPETITION), {"e": b"{}"}, id=foreign)
        said = problem(await web.post(EVENTS, GOAL), 503, "log-unavailable")
        assert f"it has {OPENING + 1} entries and {OPENING} ids" in said["detail"]
        await redis.xdel(keys.log(COMPETITION), added)
        before = await contents(redis)
        for _ in range(2):
            said = problem(await web.post(EVENTS, GOAL), 503, "log-unavailable")
            assert "an entry was deleted at its end" in said["detail"]
            assert "nothing was recorded" in said["detail"]
        assert await contents(redis) == before
        await post_to_another(web)


async def post_to_another(web: Web) -> None:
    other = {**CREATED, "id": named("other"), "competition": "other"}
    assert (await web.post("/v1/competitions", other)).status_code == 201
    recorded = await web.post("/v1/competitions/other/events", note("first"))
    assert recorded.status_code == 201


async def test_a_log_that_lost_its_end_takes_nothing_and_the_others_go_on(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.post(EVENTS, GOAL)
        await redis.xdel(keys.log(COMPETITION), f"{OPENING + 1}-0")
        for event in (KICK_OFF, GOAL):
            said = problem(await web.post(EVENTS, event), 503, "log-unavailable")
            assert f"{OPENING} entries and {OPENING + 1} ids" in said["detail"]
            assert "restore it from a copy" in said["detail"]
        await post_to_another(web)


async def test_a_writer_that_dies_takes_its_capture_with_it(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(writer: Writer) -> None:
        raise RuntimeError(f"the writer of {writer.competition} died")

    async def post_to_it() -> None:
        async with serving(redis) as web:
            await web.post("/v1/competitions", CREATED)
            monkeypatch.setattr(Writer, "run", die)
            await web.post(EVENTS, GOAL)

    with pytest.raises(RuntimeError, match="the writer of copa-peru-2013 died"):
        await post_to_it()


async def test_a_writer_that_nobody_waits_for_makes_room(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.capture.writers.WRITERS_MAX", 2)
    async with serving(redis) as web:
        for number in range(5):
            cup = f"cup-{number}"
            created = {**CREATED, "competition": cup, "id": named(cup)}
            assert (await web.post("/v1/competitions", created)).status_code == 201
            path = f"/v1/competitions/{cup}/events"
            assert (await web.post(path, note("something"))).status_code == 201
        for number in range(5):
            path = f"/v1/competitions/cup-{number}/events"
            assert (await web.post(path, note("something"))).status_code == 200


async def test_who_leaves_before_the_end_is_not_waited_for(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        host, port = web.client.base_url.host, web.client.base_url.port
        head = (
            f"POST {EVENTS} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {web.operator}\r\n"
            "Content-Length: 1000\r\n\r\n{"
        )
        with socket.create_connection((host, port or 80)) as phone:
            phone.sendall(head.encode())
        assert (await web.get("/healthz")).status_code == 200
        assert await contents(redis) == before
