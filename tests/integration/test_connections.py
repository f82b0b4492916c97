"""Whoever is at the other end of a connection, however it behaves: it harms nobody but itself."""

import asyncio
import json
import random
import re
from typing import Any

import pytest
from redis.asyncio import Redis

from services.settings import HTTP_HEAD_BYTES_MAX
from services.store import access
from tests.integration import servers
from tests.integration.facts import contents
from tests.integration.football import goal
from tests.integration.web import EVENTS, Web, serving

GOAL = goal("first")
MIB = 1024 * 1024
CUTS = 25


def request(web: Web, body: bytes, http: str = "HTTP/1.1", more: str = "") -> bytes:
    head = (
        f"POST {EVENTS} {http}\r\nHost: {web.client.base_url.host}\r\n{more}"
        f"Authorization: Bearer {web.operator}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def answers_to(web: Web, sent: bytes) -> bytes:
    """All that comes until the connection is closed from over there."""
    reader, writer = await asyncio.open_connection(
        web.client.base_url.host, web.client.base_url.port
    )
    writer.write(sent)
    async with asyncio.timeout(servers.DEADLINE_SECONDS):
        received = await reader.read()
    writer.close()
    return received


def chunked(web: Web, chunks: bytes) -> bytes:
    head = (
        f"POST {EVENTS} HTTP/1.1\r\nHost: {web.client.base_url.host}\r\n"
        f"Authorization: Bearer {web.operator}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    return head.encode() + chunks


def statuses_in(received: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d+)", received)]


def problem_in(received: bytes, status: int, code: str) -> dict[str, Any]:
    """Give the problem that is the whole of what came before the connection was closed."""
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), received
    assert b"\r\ncontent-type: application/problem+json\r\n" in head
    assert b"\r\nconnection: close" in head.lower()
    said: dict[str, Any] = json.loads(body)
    assert (said["type"], said["status"]) == (f"/problems/{code}", status)
    return said


# So much at most


def headers_of(size: int, of_each: int) -> str:
    lines = [f"X-{number:05}: {'x' * (of_each - 11)}\r\n" for number in range(size // of_each)]
    return "".join(lines)


async def test_a_request_line_and_headers_of_just_the_limit_are_read(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        more = headers_of(HTTP_HEAD_BYTES_MAX - 1024, 512) + "Connection: close\r\n"
        received = await answers_to(web, request(web, json.dumps(GOAL).encode(), more=more))
        assert received.startswith(b"HTTP/1.1 201 ")


@pytest.mark.parametrize(
    "endless",
    [
        b"GET /healthz HTTP/1.1\r\nX-Endless: " + b"x" * 8 * MIB,
        b"GET /healthz HTTP/1.1\r\n" + headers_of(8 * MIB, 64).encode(),
        b"GET /" + b"x" * 8 * MIB,
        b"GET /" + b"x" * HTTP_HEAD_BYTES_MAX + b" HTTP/1.1\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + headers_of(HTTP_HEAD_BYTES_MAX, 64).encode() + b"\r\n",
        b"GET /healthz HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nX-Endless: " + b"x" * 8 * MIB,
    ],
    ids=["line", "lines", "address", "address-whole", "lines-whole", "second-request"],
)
async def test_who_sends_more_than_a_request_has_is_told_and_hung_up_on(
    redis: Redis, endless: bytes
) -> None:
    async with serving(redis) as web:
        received = await answers_to(web, endless)
        received = received[received.rindex(b"HTTP/1.1 ") :]
        said = problem_in(received, 431, "headers-too-large")
        assert said["limit"] == HTTP_HEAD_BYTES_MAX
        assert (await web.get("/healthz")).status_code == 200


async def test_nothing_endless_after_a_body_is_kept(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        body = b"2\r\n{}\r\n0\r\nX-Endless: " + b"x" * 8 * MIB
        received = await answers_to(web, chunked(web, body))
        problem_in(received, 431, "headers-too-large")
        assert await contents(redis) == before


async def test_a_body_and_what_was_sent_with_it_is_no_header(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        body = b"[" + b" " * (HTTP_HEAD_BYTES_MAX - 2) + b"]"
        last = request(web, json.dumps(GOAL).encode(), more="Connection: close\r\n")
        received = await answers_to(web, request(web, body) * 5 + last)
        assert statuses_in(received) == [400] * 5 + [201]


# What is no request


@pytest.mark.parametrize(
    "wrong",
    [
        b"\x16\x03\x01\x02\x00 hello",
        b"BREW / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nno header\r\n\r\n",
        b"GET \xff HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx",
    ],
)
async def test_what_is_no_request_is_malformed(redis: Redis, wrong: bytes) -> None:
    async with serving(redis) as web:
        said = problem_in(await answers_to(web, wrong), 400, "malformed")
        assert said["path"] == "the request"
        assert said["found"]


@pytest.mark.parametrize("chunks", [b"zz\r\n{}\r\n0\r\n\r\n", b"2\r\n{}x\r\n"])
async def test_malformed_chunks_change_nothing(redis: Redis, chunks: bytes) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        problem_in(await answers_to(web, chunked(web, chunks)), 400, "malformed")
        assert await contents(redis) == before


async def test_no_answer_is_given_in_the_place_of_another(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        received = await answers_to(web, request(web, json.dumps(GOAL).encode()) + b"\x00")
        assert received == b""


# One after the other, and not for ever


async def test_what_is_sent_before_it_was_answered_is_answered_in_its_order(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        body = json.dumps(GOAL).encode()
        last = request(web, body, more="Connection: close\r\n")
        received = await answers_to(web, request(web, body) + request(web, b"{") + last)
        assert statuses_in(received) == [201, 400, 200]
        assert received.count(b"connection: close") == 1


async def test_a_body_that_comes_in_pieces_is_one_post_and_the_connection_goes_on(
    redis: Redis,
) -> None:
    async with serving(redis) as web:
        await web.open()
        sent = request(web, json.dumps(GOAL).encode())
        reader, writer = await asyncio.open_connection(
            web.client.base_url.host, web.client.base_url.port
        )
        async with asyncio.timeout(servers.DEADLINE_SECONDS):
            for begin in range(0, len(sent), 50):
                writer.write(sent[begin : begin + 50])
                await writer.drain()
                await asyncio.sleep(0)
            assert b" 201 " in await reader.readuntil(b"\r\n\r\n")
            writer.write(request(web, json.dumps(GOAL).encode(), more="Connection: close\r\n"))
            assert b"HTTP/1.1 200 " in await reader.read()
        writer.close()


async def test_who_cannot_keep_a_connection_is_answered_and_hung_up_on(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        received = await answers_to(web, request(web, json.dumps(GOAL).encode(), "HTTP/1.0"))
        head, _, body = received.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 201 ")
        assert len(json.loads(body)["recorded"]) == 1


async def test_who_sends_too_slowly_is_hung_up_on(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.http.protocol.HTTP_REQUEST_TIMEOUT_SECONDS", 0.1)
    async with serving(redis) as web:
        host, port = web.client.base_url.host, web.client.base_url.port
        for begun in (b"", b"POST ", f"POST {EVENTS} HTTP/1.1\r\nHost: {host}\r\n".encode()):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(begun)
            async with asyncio.timeout(servers.DEADLINE_SECONDS):
                assert await reader.read() == b""
            writer.close()


async def test_who_says_nothing_more_is_hung_up_on(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.http.protocol.HTTP_KEEP_ALIVE_SECONDS", 0.1)
    async with serving(redis) as web:
        host, port = web.client.base_url.host, web.client.base_url.port
        alive = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        reader, writer = await asyncio.open_connection(host, port)
        async with asyncio.timeout(servers.DEADLINE_SECONDS):
            writer.write(alive + alive)  # two at once are answered one after the other
            assert (await reader.read()).count(b" 200 ") == 2
        writer.close()


# A head that was read before


async def posted_on_one_connection(web: Web, *requests: bytes) -> list[int]:
    """Post one after the other, each when the last was answered; give what the answers were."""
    statuses = []
    reader, writer = await asyncio.open_connection(
        web.client.base_url.host, web.client.base_url.port
    )
    async with asyncio.timeout(servers.DEADLINE_SECONDS):
        for sent in requests:
            writer.write(sent)
            head = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: (\d+)", head)
            assert length is not None, head
            await reader.readexactly(int(length[1]))
            statuses += statuses_in(head)
    writer.close()
    return statuses


async def test_under_the_same_head_each_body_is_read_as_strictly_as_the_first(
    redis: Redis,
) -> None:
    async with serving(redis) as web:
        await web.open()
        good = request(web, json.dumps(GOAL).encode())
        wrong = request(web, json.dumps({**GOAL, "side": "nobody's"}).encode())
        other = request(web, json.dumps(goal("second")).encode())
        reused = request(web, json.dumps({**goal("second"), "side": "away"}).encode())
        found = await posted_on_one_connection(web, good, good, wrong, other, reused, good)
        assert found == [201, 200, 400, 201, 422, 200]


async def test_a_token_that_was_revoked_ends_what_its_head_could_do(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.access.ACCESS_KEPT_SECONDS", -1.0)
    async with serving(redis) as web:
        await web.open()
        good = request(web, json.dumps(GOAL).encode())
        assert await posted_on_one_connection(web, good, good) == [201, 200]
        assert await access.revoke(redis, web.operator.split("_")[1])
        assert await posted_on_one_connection(web, good, good) == [401, 401]


async def test_what_only_looks_like_a_head_that_was_read_is_read_in_full(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        body = json.dumps(GOAL).encode()
        good = request(web, body)
        longer = good.replace(b"Content-Length: ", b"Content-Length: 0")
        elsewhere = good.replace(b"/events ", b"/people ")
        twice = good.replace(b"\r\n\r\n", b"\r\nContent-Length: 1\r\n\r\n", 1)
        assert await posted_on_one_connection(web, good, longer, elsewhere, twice) == [
            201, 200, 400, 400,
        ]  # fmt: skip


async def test_however_it_is_cut_what_is_sent_on_a_connection_is_answered_in_its_order(
    redis: Redis,
) -> None:
    async with serving(redis) as web:
        await web.open()
        host = web.client.base_url.host
        for seed in range(CUTS):
            chance = random.Random(seed)
            kinds = chance.choices(["new", "again", "wrong", "alive", "chunked"], k=12)
            sent, expected = list[bytes](), list[int]()
            for number, kind in enumerate(kinds):
                body = json.dumps(goal(f"cut-{seed}-{number}" if kind == "new" else "first"))
                match kind:
                    case "wrong":
                        one, status = request(web, body[:-1].encode()), 400
                    case "alive":
                        one = f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
                        status = 200
                    case "chunked":
                        chunk = f"{len(body):x}\r\n{body}\r\n0\r\n\r\n"
                        one, status = chunked(web, chunk.encode()), 200
                    case _:
                        one, status = request(web, body.encode()), 201 if kind == "new" else 200
                sent.append(one)
                expected.append(status)
            last = request(web, json.dumps(GOAL).encode(), more="Connection: close\r\n")
            first = request(web, json.dumps(GOAL).encode())
            received = await cut_and_sent(web, chance, [first, *sent, last])
            assert statuses_in(received)[1:] == [*expected, 200], (seed, kinds)


async def cut_and_sent(web: Web, chance: random.Random, requests: list[bytes]) -> bytes:
    """Send some whole and others in pieces or together, waiting a moment or not at all."""
    reader, writer = await asyncio.open_connection(
        web.client.base_url.host, web.client.base_url.port
    )
    waiting = b""
    async with asyncio.timeout(servers.DEADLINE_SECONDS):
        for sent in requests:
            cut = chance.choice([0] * 8 + [1, 7, 150, 300, len(sent) - 1])
            for piece in (sent[:cut], sent[cut:]) if cut else (sent,):
                waiting += piece
                if chance.random() < 0.9:
                    writer.write(waiting)
                    await writer.drain()
                    await asyncio.sleep(chance.choice([0, 0.003, 0.01]))
                    waiting = b""
        writer.write(waiting)
        received = await reader.read()
    writer.close()
    return received
