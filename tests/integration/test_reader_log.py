"""The log is read as the bytes that are stored, to its end or as it grows."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from services.store import embedded, keys
from services.store.connection import connect
from services.store.log import Log, Unit
from tests.integration import servers
from tests.integration.facts import COMPETITION, fact
from tests.integration.football import OPENING, note
from tests.integration.test_reader import events, played
from tests.integration.web import EVENTS, LOG, Web, problem, serving


async def test_the_log_is_read_byte_for_byte(redis: Redis) -> None:
    async with serving(redis) as web:
        await played(web)
        entries: Any = await redis.xrange(keys.log(COMPETITION))
        answer = await web.get(LOG)
        assert answer.content == b"".join(fields[b"e"] + b"\n" for _, fields in entries)
        tail = await Log(redis, COMPETITION).tail()
        assert answer.headers["pitazo-epoch"] == tail.epoch
        assert answer.headers["pitazo-position"] == str(OPENING + 3)


async def test_the_log_is_read_from_a_position_and_so_far(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reader.streams.LOG_PAGE_EVENTS", 3)
    async with serving(redis) as web:
        stored = await played(web)
        assert await events(web, "?after=4") == stored[4:]
        assert await events(web, "?after=4&limit=5") == stored[4:9]
        assert await events(web, "?limit=0") == []
        assert await events(web, "?limit=1000000") == stored
        assert await events(web, f"?after={OPENING + 3}") == []
        said = problem(await web.get(f"{LOG}?after={OPENING + 4}"), 404, "unknown-position")
        assert said["tail"] == OPENING + 3


async def follow(web: Web, count: int, query: str = "", **headers: str) -> list[tuple[str, str]]:
    """Give so many server-sent events, as id and data."""
    headers["Accept"] = "text/event-stream"
    found: list[tuple[str, str]] = []
    async with web.client.stream("GET", LOG + query, headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        name = ""
        async for line in answer.aiter_lines():
            field, _, value = line.partition(": ")
            if field == "id":
                name = value
            elif field == "data":
                found.append((name, value))
            if len(found) == count:
                break
    return found


async def test_the_log_stays_open_and_tells_what_is_recorded(redis: Redis) -> None:
    async with serving(redis) as web, asyncio.timeout(servers.DEADLINE_SECONDS):
        await web.open()
        following = asyncio.create_task(follow(web, OPENING + 3))
        for name in ("one", "two", "three"):
            await web.post(EVENTS, note(name))
        found = await following
        lines = (await web.get(LOG)).text.splitlines()
        assert found == [(str(position), line) for position, line in enumerate(lines, 1)]


async def test_who_comes_back_goes_on_after_the_last_event_seen(redis: Redis) -> None:
    async with serving(redis) as web, asyncio.timeout(servers.DEADLINE_SECONDS):
        await web.open()
        found = await follow(web, 2, **{"Last-Event-ID": str(OPENING - 2)})
        assert [name for name, _ in found] == [str(OPENING - 1), str(OPENING)]
        found = await follow(web, 1, "?after=3")
        assert [name for name, _ in found] == ["4"]
        found = await follow(web, 1, "?after=3", **{"Last-Event-ID": "7"})
        assert [name for name, _ in found] == ["8"]
        headers = {"Accept": "text/event-stream", "Last-Event-ID": "99"}
        problem(await web.get(LOG, **headers), 404, "unknown-position")
        headers["Last-Event-ID"] = "x"
        assert problem(await web.get(LOG, **headers), 400, "malformed")["path"] == "Last-Event-ID"


async def test_a_quiet_stream_shows_that_it_lives(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reader.streams.LOG_STREAM_COMMENT_SECONDS", 0.0)
    monkeypatch.setattr("services.reader.streams.LOG_STREAM_BLOCK_SECONDS", 0.01)
    async with serving(redis) as web, asyncio.timeout(servers.DEADLINE_SECONDS):
        await web.open()
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(OPENING)}
        async with web.client.stream("GET", LOG, headers=headers) as answer:
            comments = 0
            async for line in answer.aiter_lines():
                comments += line == ":"
                if comments == 3:
                    break


async def test_a_stream_ends_when_its_log_is_no_longer_the_same(redis: Redis) -> None:
    async with serving(redis) as web, asyncio.timeout(servers.DEADLINE_SECONDS):
        await web.open()
        headers = {"Accept": "text/event-stream"}
        async with web.client.stream("GET", LOG, headers=headers) as answer:
            await redis.hset(keys.meta(COMPETITION), "epoch", "another")
            assert [line async for line in answer.aiter_lines()][-2].startswith("data: ")


async def test_so_many_streams_at_once_are_open_at_most(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reader.LOG_STREAMS_MAX", 1)
    async with serving(redis) as web, asyncio.timeout(servers.DEADLINE_SECONDS):
        await web.open()
        headers = {"Accept": "text/event-stream"}
        async with web.client.stream("GET", LOG, headers=headers) as answer:
            lines = answer.aiter_lines()
            await anext(lines)
            refused = await web.get(LOG)
            problem(refused, 429, "too-many")
            assert int(refused.headers["retry-after"]) >= 1

        async def is_let_in() -> bool:
            return (await web.get(LOG)).status_code == 200

        await servers.until(is_let_in)


async def test_who_takes_nothing_of_a_stream_is_let_go(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reader.LOG_STREAMS_MAX", 1)
    monkeypatch.setattr("services.reader.streams.LOG_STREAM_SEND_TIMEOUT_SECONDS", 0.2)
    async with serving(redis) as web, asyncio.timeout(servers.DEADLINE_SECONDS):
        await web.open()
        long = [fact(number, text="x" * 50_000) for number in range(600)]
        for first in range(0, len(long), 100):
            await Log(redis, COMPETITION).append([Unit(tuple(long[first : first + 100]))])
        async with web.client.stream("GET", LOG) as answer:
            problem(await web.get(LOG), 429, "too-many")

            async def is_let_in() -> bool:
                return (await web.get(f"{LOG}?limit=1")).status_code == 200

            await servers.until(is_let_in)
            with pytest.raises(httpx.RemoteProtocolError):
                await answer.aread()


async def test_a_stream_ends_when_its_server_is_away(tmp_path: Path) -> None:
    async with (
        asyncio.timeout(servers.DEADLINE_SECONDS),
        embedded.server(tmp_path) as server,
        connect(server.url) as redis,
        serving(redis) as web,
    ):
        await web.open()
        headers = {"Accept": "text/event-stream"}
        async with web.client.stream("GET", LOG, headers=headers) as answer:
            servers.kill(server)
            assert [line async for line in answer.aiter_lines()][-1] == ""
        await servers.revive(server)
        assert len(await follow(web, OPENING)) == OPENING


async def test_an_open_stream_does_not_keep_a_service_from_ending(redis: Redis) -> None:
    async with asyncio.timeout(servers.DEADLINE_SECONDS):
        async with serving(redis) as web:
            await web.open()
            request = web.client.build_request("GET", LOG, headers={"Accept": "text/event-stream"})
            answer = await web.client.send(request, stream=True)
        with pytest.raises((httpx.StreamError, httpx.HTTPError)):
            [line async for line in answer.aiter_lines()]
