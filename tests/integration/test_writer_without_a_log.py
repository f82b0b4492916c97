"""Nothing is decided on a log that cannot be read, or while its server is away or set back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from events.errors import UnknownMatch
from services.capture.submission import (
    Accepted,
)
from services.store import embedded, keys
from services.store.log import (
    Log,
    LogFull,
    LogUnavailable,
    LogUnreadable,
    Unit,
)
from tests.integration import servers
from tests.integration.facts import COMPETITION, contents, fact
from tests.integration.football import (
    OPENING,
    goal,
    opened,
    play,
    sent,
    writing,
)

M7 = sent("match_scheduled", "m7", match="m7", home="arsenal", away="bielich")


def positions(accepted: Accepted) -> list[int]:
    return [place.position for place in accepted.places]


async def test_nothing_is_decided_on_a_log_with_a_gap(redis: Redis) -> None:
    async with opened(redis):
        await redis.xdel(keys.log(COMPETITION), "3-0")
    before = await contents(redis)
    async with writing(redis) as writer:
        with pytest.raises(LogUnreadable, match="position 3 of the log") as unreadable:
            await play(writer, goal("first"))
    assert unreadable.value.position == 3
    assert await contents(redis) == before


async def test_nothing_is_decided_on_an_event_that_nobody_knows(redis: Redis) -> None:
    async with opened(redis):
        await Log(redis, COMPETITION).append([Unit((fact(1),))])
    async with writing(redis) as writer:
        with pytest.raises(LogUnreadable) as unreadable:
            await play(writer, goal("first"))
    assert unreadable.value.position == OPENING + 1


async def test_a_full_server_says_so_and_the_writer_goes_on_when_it_is_not(redis: Redis) -> None:
    async with opened(redis) as writer:
        before = await contents(redis)
        await redis.config_set("maxmemory", "1mb")
        try:
            answers = await asyncio.gather(
                *(play(writer, goal(f"{n}")) for n in range(5)), return_exceptions=True
            )
        finally:
            await redis.config_set("maxmemory", "0")
        assert [type(answer) for answer in answers] == [LogFull] * 5
        assert await contents(redis) == before
        assert positions(await play(writer, goal("0"))) == [OPENING + 1]


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[embedded.Server]:
    async with embedded.server(tmp_path) as running:
        yield running


async def test_a_server_that_comes_back_takes_what_was_sent_again(
    server: embedded.Server,
) -> None:
    async with servers.client(server) as redis, opened(redis) as writer:
        servers.kill(server)
        with pytest.raises(LogUnavailable, match="did not answer"):
            await play(writer, goal("first"))
        await servers.revive(server)
        assert positions(await play(writer, goal("first"))) == [OPENING + 1]


async def test_while_the_server_is_silent_nobody_waits_for_another_to_be_answered(
    server: embedded.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.log.LOG_TIMEOUT_SECONDS", 0.5)
    goals = [goal(f"{number}") for number in range(20)]
    async with servers.client(server) as redis, opened(redis) as writer:
        with servers.frozen(server):
            # The first time they have nothing to catch up with before they are sent, then they do.
            for _ in range(3):
                callers = [asyncio.create_task(play(writer, one)) for one in goals]
                await asyncio.sleep(0)  # so that all of them wait
                callers[0].cancel()
                unheard = set(callers[1:])
                _, unheard = await asyncio.wait(unheard, return_when=asyncio.FIRST_COMPLETED)
                assert not unheard
                answers = await asyncio.gather(*callers[1:], return_exceptions=True)
                assert {type(answer) for answer in answers} == {LogUnavailable}
        places = [positions(await play(writer, one)) for one in goals]
        assert sorted(places) == [[OPENING + number] for number in range(1, 21)]


async def test_after_a_rewind_the_writer_decides_on_the_log_as_it_is(
    server: embedded.Server,
) -> None:
    async with servers.client(server) as redis, opened(redis) as writer:
        log = Log(redis, COMPETITION)
        copy = servers.copy_of(server)
        epoch = (await log.tail()).epoch
        await play(writer, M7, goal("first", "m7"))
        await servers.restore(server, copy)
        with pytest.raises(UnknownMatch):
            await play(writer, goal("second", "m7"))
        assert (await log.tail()).epoch != epoch
        assert positions(await play(writer, goal("third"))) == [OPENING + 1]


async def test_after_a_rewind_that_others_wrote_over_nothing_old_is_decided_on(
    server: embedded.Server,
) -> None:
    async with servers.client(server) as redis, opened(redis) as writer:
        copy = servers.copy_of(server)
        await play(writer, M7)
        await servers.restore(server, copy)
        async with writing(redis) as other:
            await play(other, goal("over it"))
            with pytest.raises(UnknownMatch):
                await play(writer, goal("second", "m7"))
            assert positions(await play(writer, goal("third"))) == [OPENING + 2]
            assert positions(await play(other, goal("fourth"))) == [OPENING + 3]


class Rewinding(Redis):
    """Does something just before the next page of the log is read."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        if args[0] == b"XRANGE" and self.meanwhile is not None:
            meanwhile, self.meanwhile = self.meanwhile, None
            await meanwhile()
        command: Any = super().execute_command
        return await command(*args, **options)


async def test_a_rewind_in_the_middle_of_catching_up_is_noticed(
    redis: Redis, redis_url: str
) -> None:
    client = Rewinding.from_url(redis_url, socket_timeout=None)
    assert isinstance(client, Rewinding)
    async with opened(redis), client:
        earlier = await contents(redis)

        async def rewind_and_write_over() -> None:
            for key, dumped in earlier.items():
                await redis.restore(key, 0, dumped, replace=True)
            async with writing(redis) as other:
                await play(other, goal("over it"), goal("and more"))

        async with writing(client) as writer:
            await play(writer, M7)
            client.meanwhile = rewind_and_write_over
            with pytest.raises(UnknownMatch, match="m9"):
                await play(writer, goal("first", "m9"))
            with pytest.raises(UnknownMatch, match="m7"):
                await play(writer, goal("second", "m7"))
            assert positions(await play(writer, goal("third"))) == [OPENING + 3]
