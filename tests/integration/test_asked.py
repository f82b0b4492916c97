"""What is asked is answered as it was asked, or told what can be: methods, queries, sockets."""

import asyncio
import logging

import pytest
from redis.asyncio import Redis

from services.settings import Settings
from tests.integration import servers
from tests.integration.facts import COMPETITION
from tests.integration.football import note
from tests.integration.web import EVENTS, LOG, PEOPLE, problem, serving

COMPETITIONS = "/v1/competitions"
HERE = f"{COMPETITIONS}/{COMPETITION}"
LIVE = f"{HERE}/views/live"


async def test_a_head_says_nothing_untrue_of_how_much_a_get_has(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.project()
        for path in (COMPETITIONS, HERE, LIVE, LOG):
            said = (await web.client.head(path)).headers.get("content-length")
            assert said in (None, str(len((await web.get(path)).content))), path


async def test_an_address_says_truly_which_methods_it_takes(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.project()
        for path in (COMPETITIONS, HERE, LIVE, LOG, PEOPLE, EVENTS, "/v1/access"):
            refused = await web.client.put(path)
            problem(refused, 405, "method-not-allowed")
            allowed = refused.headers["allow"].split(", ")
            for method in ("GET", "HEAD", "OPTIONS", "POST"):
                token = {"Authorization": f"Bearer {web.operator}"}
                answer = await web.client.request(method, path, headers=token)
                assert (answer.status_code == 405) == (method not in allowed), (method, path)
                if answer.status_code == 405:
                    assert answer.headers["allow"].split(", ") == allowed


async def test_what_is_only_read_is_not_posted_to(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        for path in (HERE, LIVE, LOG):
            said = problem(await web.post(path, note("x")), 405, "method-not-allowed")
            assert said["detail"] == "POST is not possible here; use GET, HEAD, OPTIONS"


async def test_a_question_that_is_none_or_is_asked_twice_is_not_answered_as_another(
    redis: Redis,
) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.project()
        wrong = {
            f"{LIVE}?at=1&at=2": "?at",
            f"{LIVE}?min_position=1&min_position=1": "?min_position",
            f"{LIVE}?position=3": "?position",
            f"{LIVE}?at=1&MIN_POSITION=3": "?MIN_POSITION",
            f"{LOG}?after=1&after=2": "?after",
            f"{LOG}?from=1": "?from",
            f"{HERE}?before=a": "?before",
            f"{PEOPLE}?limit=1": "?limit",
        }
        for address, path in wrong.items():
            assert problem(await web.get(address), 400, "malformed")["path"] == path
        for address in (f"{LIVE}?at=1&min_position=1", f"{LOG}?after=1&limit=2", f"{HERE}?after="):
            assert (await web.get(address)).status_code == 200, address


async def test_who_wants_a_socket_here_is_told_where_it_is(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    async with serving(redis, Settings(live_port=8765)) as web:
        reader, writer = await asyncio.open_connection(
            web.client.base_url.host, web.client.base_url.port
        )
        writer.write(
            f"GET /v1/live HTTP/1.1\r\nHost: {web.client.base_url.host}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        async with asyncio.timeout(servers.DEADLINE_SECONDS):
            received = await reader.read()
        writer.close()
        assert received.startswith(b"HTTP/1.1 404 ")
        assert b"\r\nconnection: close\r\n" in received
        assert b"the live socket is at port 8765" in received
        said = problem(await web.get("/v1/live"), 404, "not-found")
        assert "port 8765" in said["detail"]
    assert not caplog.records
    async with serving(redis, Settings(live_url="wss://live.pitazo.pe/v1/live")) as web:
        assert "wss://live.pitazo.pe/v1/live" in (await web.get("/v1/live")).json()["detail"]
