"""What is in the log is in the views, once, whoever dies; what cannot be read is never skipped."""

import asyncio
import logging
import os
import random
import re
import signal
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from events.codec import decode
from events.types import Event
from projections import GENERATION
from services import projector
from services.capture.writer import create
from services.store import embedded, keys
from services.store.log import Log
from services.store.views import Views, view_epoch_of
from tests.integration import servers
from tests.integration.facts import COMPETITION
from tests.integration.football import CREATED, goal, note, opened, play, submission, writing
from tests.integration.projected import (
    assert_views_are_the_fold,
    projecting,
    seen,
    stop_of,
    stopped,
)
from tests.integration.servers import until

GOALS = 30


@asynccontextmanager
async def process(url: str) -> AsyncIterator[Process]:
    """A projector in a process of its own."""
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "services.cli", "serve", "projector"),
        stdin=DEVNULL,
        env={**os.environ, "PITAZO_REDIS_URL": url},
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
        await started.wait()


async def checkpoint(redis: Redis, generation: int = GENERATION) -> int:
    epoch = (await Log(redis, COMPETITION).tail()).epoch
    return await Views(redis, COMPETITION).checkpoint(view_epoch_of(epoch, generation))


async def append_raw(redis: Redis, stored: bytes, entry_id: str | None = None) -> int:
    """What no writer of ours would write."""
    position = (await Log(redis, COMPETITION).tail()).position + 1
    await redis.xadd(
        keys.log(COMPETITION), {"e": stored, "d": b"x" * 32}, id=entry_id or f"{position}-0"
    )
    return position


# Following


async def test_every_view_is_the_fold_of_the_log(redis_url: str, redis: Redis) -> None:
    async with opened(redis) as writer, projecting(redis_url, redis):
        for number in range(GOALS):
            await play(writer, goal(f"goal {number}", match=f"m{number % 6 + 1}"))
        await seen(redis)
        await assert_views_are_the_fold(redis)


async def test_a_competition_that_is_created_later_is_noticed(redis_url: str, redis: Redis) -> None:
    async with projecting(redis_url, redis):
        await create(redis, "another", submission({**CREATED, "competition": "another"}))
        await seen(redis, "another")
        await assert_views_are_the_fold(redis, "another")


async def test_a_competition_announced_and_created_much_later_is_projected(
    redis_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "PROJECTOR_AWAIT_LOG_SECONDS", 0.1)
    given_up, run = asyncio.Event(), projector.Projection.run

    async def noticed(projection: projector.Projection) -> None:
        await run(projection)
        given_up.set()

    monkeypatch.setattr(projector.Projection, "run", noticed)
    async with projecting(redis_url, redis):
        await redis.xadd(keys.COMPETITIONS, {"competition": COMPETITION})
        await given_up.wait()
        async with opened(redis):
            await seen(redis)


async def test_many_events_at_once_are_taken_in_batches(redis_url: str, redis: Redis) -> None:
    async with opened(redis) as writer:
        for first in range(0, 1200, 100):
            await play(writer, *(note(f"note {first + number}") for number in range(100)))
        async with projecting(redis_url, redis):
            await seen(redis)
            await assert_views_are_the_fold(redis)


# Beginning again


async def test_a_second_start_goes_on_from_the_checkpoint(redis_url: str, redis: Redis) -> None:
    async with opened(redis) as writer:
        async with projecting(redis_url, redis):
            await play(writer, goal("first"))
            await seen(redis)
        await play(writer, goal("second"))
        async with projecting(redis_url, redis):
            await seen(redis)
        await assert_views_are_the_fold(redis)
        doorbells: Any = await redis.xrevrange(keys.changes(COMPETITION), count=1)
        [(_, last)] = doorbells
        assert (last[b"from"], last[b"to"]) == (b"12", b"13")


async def test_a_second_start_begins_from_a_snapshot(
    redis_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "SNAPSHOT_EVERY_EVENTS", 5)
    async with opened(redis) as writer:
        async with projecting(redis_url, redis):
            for number in range(12):
                await play(writer, goal(f"goal {number}"))
                await seen(redis)
        epoch = view_epoch_of((await Log(redis, COMPETITION).tail()).epoch, GENERATION)
        kept = await Views(redis, COMPETITION).snapshot(epoch)
        assert kept is not None
        assert kept[0] > 11
        await play(writer, goal("the last"))
        # Whoever folds from the start would fall over this.
        await redis.xdel(keys.log(COMPETITION), "3-0")
        async with projecting(redis_url, redis):
            await until_checkpoint(redis, 24)
            assert await stop_of(redis) is None


async def until_checkpoint(redis: Redis, position: int) -> None:
    async def reached() -> bool:
        return await checkpoint(redis) == position

    await until(reached)


async def test_a_snapshot_that_cannot_be_read_is_done_without(redis_url: str, redis: Redis) -> None:
    async with opened(redis) as writer:
        async with projecting(redis_url, redis):
            await seen(redis)
        epoch = view_epoch_of((await Log(redis, COMPETITION).tail()).epoch, GENERATION)
        await Views(redis, COMPETITION).put_snapshot(epoch, 7, b"of another time")
        await play(writer, goal("after"))
        async with projecting(redis_url, redis):
            await seen(redis)
        await assert_views_are_the_fold(redis)


async def test_a_newer_generation_is_built_beside_the_served_one_and_takes_its_place(
    redis_url: str, redis: Redis
) -> None:
    async with opened(redis) as writer:
        async with projecting(redis_url, redis):
            await play(writer, goal("first"))
            await seen(redis)
        views = Views(redis, COMPETITION)
        before = await views.serving()
        async with projecting(redis_url, redis, generation=GENERATION + 1):

            async def replaced() -> bool:
                return await views.serving() != before

            await until(replaced)
            await seen(redis)
            await assert_views_are_the_fold(redis)


# Whoever dies


async def test_a_projector_killed_at_any_moment_leaves_views_of_a_prefix_and_ends_at_the_fold(
    redis_url: str, redis: Redis
) -> None:
    chance = random.Random(7)
    async with opened(redis) as writer:
        for burst in range(3):
            async with process(redis_url) as projecting_process:
                begun = await checkpoint(redis)
                for number in range(40):
                    await play(writer, goal(f"goal {burst} {number}", match=f"m{number % 6 + 1}"))

                async def has_moved(begun: int = begun) -> bool:
                    return await checkpoint(redis) > begun

                await until(has_moved)
                await asyncio.sleep(chance.random() / 50)
                projecting_process.send_signal(signal.SIGKILL)
        async with process(redis_url) as projecting_process:
            await play(writer, goal("the last"))
            await seen(redis)
            projecting_process.terminate()
            assert await projecting_process.wait() == 0
        await assert_views_are_the_fold(redis)


async def test_two_projectors_at_once_write_every_view_once(redis_url: str, redis: Redis) -> None:
    async with (
        opened(redis) as writer,
        projecting(redis_url, redis),
        projecting(redis_url, redis),
        projecting(redis_url, redis),
    ):
        for number in range(5 * GOALS):
            await play(writer, goal(f"goal {number}", match=f"m{number % 6 + 1}"))
        await seen(redis)
        await assert_views_are_the_fold(redis)
        doorbells: Any = await redis.xrange(keys.changes(COMPETITION))
        for (_, before), (_, after) in pairwise(doorbells):
            assert after[b"from"] == before[b"to"]


async def test_a_server_that_dies_and_comes_back_costs_nothing(tmp_path: Path) -> None:
    async with (
        embedded.server(tmp_path) as server,
        servers.client(server) as redis,
        opened(redis),
        projecting(server.url, redis),
    ):
        for burst in range(3):
            async with writing(redis) as writer:
                await play(writer, goal(f"before {burst}"))
                servers.kill(server)
                await servers.revive(server)
            async with writing(redis) as writer:
                await play(writer, goal(f"after {burst}"))
        await seen(redis)
        await assert_views_are_the_fold(redis)


async def test_a_server_that_was_frozen_for_longer_than_anybody_waits_costs_nothing_but_two_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("services.store.log.LOG_TIMEOUT_SECONDS", 0.2)
    monkeypatch.setattr("services.projector.PROJECTOR_RECHECK_SECONDS", 0.1)
    monkeypatch.setattr("services.projector.PROJECTOR_AWAIT_LOG_SECONDS", 0.5)

    async def many_faults() -> bool:
        return sum("silent for 0.2 s" in record.message for record in caplog.records) > 12

    async def all_is_said() -> bool:
        lines = [record for record in caplog.records if record.levelno >= logging.WARNING]
        said = [record.message.split(",")[0].split(";")[0] for record in lines]
        assert said in (["the views wait"], ["the views wait", "the server answers again"]), said
        return len(said) == 2

    caplog.set_level(logging.DEBUG, "services.projector")

    async with (
        embedded.server(tmp_path) as server,
        servers.client(server) as redis,
        opened(redis) as writer,
        projecting(server.url, redis),
    ):
        await create(redis, "another", submission({**CREATED, "competition": "another"}))
        await seen(redis)
        await seen(redis, "another")
        with servers.frozen(server):
            await until(many_faults)
        monkeypatch.setattr("services.store.log.LOG_TIMEOUT_SECONDS", 4.0)
        await play(writer, goal("after"))
        await seen(redis)
        await assert_views_are_the_fold(redis)
        await until(all_is_said)


async def test_a_reading_task_that_ended_without_a_word_is_begun_again(
    redis_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.projector.PROJECTOR_RECHECK_SECONDS", 0.1)
    monkeypatch.setattr("services.projector.PROJECTOR_STILL_SECONDS", 0.5)
    async with opened(redis) as writer, projecting(redis_url, redis):
        await seen(redis)
        reading = [task for task in asyncio.all_tasks() if "._consume" in repr(task.get_coro())]
        assert len(reading) == 1
        reading[0].cancel()
        await asyncio.wait(reading)
        await play(writer, goal("after"))
        await seen(redis)
        await assert_views_are_the_fold(redis)


async def test_a_log_that_went_back_is_a_new_epoch_and_is_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "PROJECTOR_RECHECK_SECONDS", 0.1)
    async with (
        embedded.server(tmp_path) as server,
        servers.client(server) as redis,
        projecting(server.url, redis),
    ):
        async with opened(redis) as writer:
            await play(writer, goal("kept"))
            await seen(redis)
            older = servers.copy_of(server)
            await play(writer, goal("lost"))
            await seen(redis)
        before = (await Log(redis, COMPETITION).tail()).epoch
        await servers.restore(server, older)

        async def noticed() -> bool:
            return (await Log(redis, COMPETITION).tail()).epoch != before

        await until(noticed)
        async with writing(redis) as writer:
            await play(writer, goal("instead"))
        await seen(redis)
        await assert_views_are_the_fold(redis)


# What cannot be read


async def test_an_event_of_an_unknown_version_stops_its_competition_before_it(
    redis_url: str, redis: Redis
) -> None:
    async with opened(redis) as writer, projecting(redis_url, redis):
        await play(writer, goal("readable"))
        stored = (await Log(redis, COMPETITION).tail()).stored
        position = await append_raw(redis, stored.replace(b'{"v":1,', b'{"v":99,'))
        await append_raw(redis, stored)
        stop = await stopped(redis)
        assert stop["position"] == position
        assert "v 99" in stop["reason"]
        assert await checkpoint(redis) == position - 1


async def test_bytes_that_are_no_event_stop_their_competition_before_them(
    redis_url: str, redis: Redis
) -> None:
    async with opened(redis), projecting(redis_url, redis):
        position = await append_raw(redis, b"\xff not an event")
        assert (await stopped(redis))["position"] == position


async def test_a_missing_position_stops_its_competition_before_the_gap(
    redis_url: str, redis: Redis
) -> None:
    async with opened(redis) as writer:
        for number in range(4):
            await play(writer, goal(f"goal {number}"))
        await redis.xdel(keys.log(COMPETITION), "13-0")
        async with projecting(redis_url, redis):
            stop = await stopped(redis)
        assert stop["position"] == 13
        assert await checkpoint(redis) == 12


async def test_an_entry_between_two_positions_stops_its_competition(
    redis_url: str, redis: Redis
) -> None:
    async with opened(redis), projecting(redis_url, redis):
        await seen(redis)
        stored = (await Log(redis, COMPETITION).tail()).stored
        await append_raw(redis, stored, entry_id="11-5")
        assert (await stopped(redis))["position"] == 12


async def test_an_event_that_says_another_position_stops_its_competition(
    redis_url: str, redis: Redis
) -> None:
    async with opened(redis), projecting(redis_url, redis):
        stored = (await Log(redis, COMPETITION).tail()).stored
        position = await append_raw(redis, stored.replace(b'"position":11', b'"position":90'))
        stop = await stopped(redis)
        assert stop["position"] == position
        assert "90" in stop["reason"]


async def test_an_entry_without_a_stored_string_stops_its_competition_and_no_service(
    redis_url: str, redis: Redis
) -> None:
    async with opened(redis), projecting(redis_url, redis) as work:
        await seen(redis)
        await redis.xadd(keys.log(COMPETITION), {"x": b"nothing"}, id="12-0")
        assert (await stopped(redis))["position"] == 12
        assert await checkpoint(redis) == 11
        assert not work.done()


async def test_a_fact_about_a_match_that_nothing_names_stops_its_competition_before_it(
    redis_url: str, redis: Redis
) -> None:
    async with opened(redis) as writer, projecting(redis_url, redis) as work:
        await play(writer, goal("the last that can be folded"))
        stored = (await Log(redis, COMPETITION).tail()).stored
        strange = re.sub(rb'"match":"[^"]*"', b'"match":"m-999"', stored)
        position = await append_raw(redis, strange.replace(b'"position":12', b'"position":13'))
        stop = await stopped(redis)
        assert (stop["position"], position) == (13, 13)
        assert "m-999" in stop["reason"]
        assert await checkpoint(redis) == 12
        assert not work.done()


async def test_what_stops_one_competition_stops_no_other(redis_url: str, redis: Redis) -> None:
    async with opened(redis), projecting(redis_url, redis) as work:
        await append_raw(redis, b"{}")
        await stopped(redis)
        await create(redis, "another", submission({**CREATED, "competition": "another"}))
        await seen(redis, "another")
        assert not work.done()


async def test_what_can_be_read_again_goes_on_and_the_stop_is_taken_back(
    redis_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "PROJECTOR_STOPPED_RETRY_SECONDS", 0.05)

    def reads_99(stored: bytes) -> Event:
        return decode(stored.replace(b'{"v":99,', b'{"v":1,'))

    async with opened(redis), projecting(redis_url, redis):
        stored = (await Log(redis, COMPETITION).tail()).stored
        newer = stored.replace(b'{"v":1,"position":11', b'{"v":99,"position":12')
        position = await append_raw(redis, newer)
        await stopped(redis)
        monkeypatch.setattr(projector, "decode", reads_99)
        await until_checkpoint(redis, position)

        async def taken_back() -> bool:
            return await stop_of(redis) is None

        await until(taken_back)


async def test_a_topic_that_cannot_be_rendered_stops_its_competition_and_nothing_is_committed(
    redis_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(redis) as writer, projecting(redis_url, redis):
        await seen(redis)

        def fails(self: object, topic: str) -> object:
            raise ArithmeticError(topic)

        monkeypatch.setattr("projections.fold.Fold.render", fails)
        await play(writer, goal("unlucky"))
        stop = await stopped(redis)
        assert "ArithmeticError" in stop["reason"]
        assert await checkpoint(redis) == 11
