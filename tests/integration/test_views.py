"""The views hold the fold of a prefix of the log, whoever commits, however often, whoever dies."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from services.settings import BUILD_KEPT_SECONDS, DOORBELL_TOPICS_MAX
from services.store import embedded, keys
from services.store.connection import connect
from services.store.log import Log, LogFull, LogUnavailable, Rewound
from services.store.views import (
    Awaited,
    Doorbell,
    Fenced,
    Served,
    Stop,
    Superseded,
    View,
    Views,
    doorbells,
    view_epoch_of,
)
from tests.integration import servers
from tests.integration.facts import BEGINNING, COMPETITION, contents, created, fact, recorded, unit

EVENTS = 400
WORKERS = 4


async def log_of(redis: Redis, events: int) -> tuple[Log, str]:
    """A log with this many events, and the epoch of its first build."""
    log = await created(redis)
    for number in range(1, events):
        await recorded(log, unit(fact(number, f"match/{number % 7}")))
    return log, view_epoch_of((await log.tail()).epoch, 1)


async def rung(redis: Redis) -> list[Doorbell]:
    return [doorbell for _, doorbell in await doorbells(redis, {COMPETITION: "0-0"})]


# Committing


async def test_a_commit_writes_the_views_and_the_checkpoint_in_one_step(redis: Redis) -> None:
    _, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    assert await views.checkpoint(build) == 0
    assert await views.commit(build, 0, 3, {"matches/a": b'2:{"goals":1}', "teams": b"3:[]"})
    assert await views.checkpoint(build) == 3
    assert await views.read(["teams", "matches/a", "matches/z"]) == Served(
        build,
        3,
        {"teams": View(3, b"[]"), "matches/a": View(2, b'{"goals":1}'), "matches/z": None},
    )


async def test_many_views_fit_in_one_commit_and_one_read(redis: Redis) -> None:
    _, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    many = {f"matches/{number:05}": b"3:%d" % number for number in range(10_001)}
    await views.commit(build, 0, 3, many)
    served = await views.read(list(many))
    assert served
    assert served.views["matches/10000"] == View(3, b"10000")
    assert None not in served.views.values()


async def test_two_zombies_that_commit_the_same_batch_commit_it_once(redis: Redis) -> None:
    _, build = await log_of(redis, 3)
    batch = {"teams": b"2:[]"}
    written = await asyncio.gather(
        *(Views(redis, COMPETITION).commit(build, 0, 3, batch) for _ in range(2))
    )
    assert sorted(written) == [False, True]
    assert len(await rung(redis)) == 1


async def test_a_lost_reply_is_a_success_when_it_is_tried_again(redis: Redis) -> None:
    _, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    await views.commit(build, 0, 2, {"teams": b"2:[1]"})
    await views.commit(build, 2, 3, {"teams": b"3:[2]"})
    before = await contents(redis)
    assert not await views.commit(build, 2, 3, {"teams": b"3:[2]"})
    assert not await views.commit(build, 0, 2, {"teams": b"2:[1]"})
    assert await contents(redis) == before


@pytest.mark.parametrize(("after", "to"), [(0, 3), (1, 3), (3, 3)])
async def test_a_worker_at_another_checkpoint_is_fenced(redis: Redis, after: int, to: int) -> None:
    _, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    await views.commit(build, 0, 2, {"teams": b"2:[1]"})
    before = await contents(redis)
    with pytest.raises(Fenced, match="at checkpoint 2") as fenced:
        await views.commit(build, after, to, {"teams": b"3:[2]"})
    assert fenced.value.checkpoint == 2
    assert await contents(redis) == before


async def test_a_build_of_a_log_that_was_rewound_is_not_written(redis: Redis) -> None:
    log, build = await log_of(redis, 3)
    seen = await log.tail()
    await redis.xdel(keys.log(COMPETITION), "3-0")
    epoch = await log.check_tail(seen)
    before = await contents(redis)
    with pytest.raises(Rewound) as rewound:
        await Views(redis, COMPETITION).commit(build, 0, 3, {"teams": b"3:[]"})
    assert rewound.value.epoch == epoch
    assert await contents(redis) == before


async def test_a_full_server_takes_none_of_a_commit(redis: Redis) -> None:
    _, build = await log_of(redis, 3)
    before = await contents(redis)
    await redis.config_set("maxmemory", "1mb")
    try:
        with pytest.raises(LogFull):
            await Views(redis, COMPETITION).commit(build, 0, 3, {"teams": b"3:[]"})
    finally:
        await redis.config_set("maxmemory", "0")
    assert await contents(redis) == before


# Which build is served


async def test_nothing_is_served_before_a_build_has_caught_up(redis: Redis) -> None:
    _, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    await views.commit(build, 0, 2, {"teams": b"2:[]"})
    assert await views.serving() is None
    assert await views.read(["teams"]) is None
    assert await views.topics("", 10) == []
    assert await rung(redis) == []
    await views.commit(build, 2, 3, {})
    assert await views.serving() == build


async def test_a_newer_build_takes_over_when_it_has_seen_as_much_and_none_goes_back(
    redis: Redis,
) -> None:
    log, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    first, second = build[:-1] + "9", build[:-1] + "10"
    await views.commit(first, 0, 3, {"teams": b"3:[1]"})
    await views.commit(second, 0, 2, {"teams": b"2:[2]"})
    assert await views.serving() == first
    await views.commit(second, 2, 3, {"teams": b"3:[2]"})
    assert await views.read(["teams"]) == Served(second, 3, {"teams": View(3, b"[2]")})

    await recorded(log, unit(fact(99)))
    before = await contents(redis)
    with pytest.raises(Superseded, match="-10, which is newer than") as superseded:
        await views.commit(first, 3, 4, {"teams": b"4:[1]"})
    assert superseded.value.by == second
    assert await contents(redis) == before
    assert [bell.epoch for bell in await rung(redis)] == [first, second]


async def test_a_newer_build_takes_over_though_the_log_moves_on(redis: Redis) -> None:
    _, build = await log_of(redis, 9)
    views = Views(redis, COMPETITION)
    await views.commit(build, 0, 9, {"teams": b"5:[1]"})
    await recorded(Log(redis, COMPETITION), unit(fact(97), fact(98), fact(99)))
    second = build[:-1] + "2"
    await views.commit(second, 0, 9, {"teams": b"5:[2]"})
    assert await views.serving() == second


async def test_the_served_build_waits_for_an_heir_that_has_almost_seen_as_much(
    redis: Redis,
) -> None:
    log, first = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    second = first[:-1] + "2"
    await views.commit(first, 0, 3, {"teams": b"3:[1]"})
    await views.commit(second, 0, 2, {"teams": b"2:[2]"})
    await recorded(log, unit(fact(99)))
    with pytest.raises(Awaited) as awaited:
        await views.commit(first, 3, 4, {"teams": b"4:[1]"})
    assert awaited.value.heir == second
    assert not await views.commit(first, 0, 3, {"teams": b"3:[1]"})
    await views.commit(second, 2, 4, {"teams": b"4:[2]"})
    assert await views.serving() == second
    assert not await redis.exists(keys.heir(COMPETITION))


async def test_an_heir_that_dies_is_not_waited_for_long(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.views.HEIR_WAITED_FOR_SECONDS", 0.1)
    log, first = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    await views.commit(first, 0, 3, {"teams": b"3:[1]"})
    await views.commit(first[:-1] + "2", 0, 2, {"teams": b"2:[2]"})
    await recorded(log, unit(fact(99)))

    async def goes_on() -> bool:
        with contextlib.suppress(Awaited):
            return await views.commit(first, 3, 4, {"teams": b"4:[1]"})
        return False

    await servers.until(goes_on)
    assert await views.serving() == first


async def test_a_newer_build_that_is_far_behind_keeps_nobody_waiting(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.views.HEIR_BEHIND_EVENTS_MAX", 5)
    log, first = await log_of(redis, 10)
    views = Views(redis, COMPETITION)
    await views.commit(first, 0, 10, {})
    await views.commit(first[:-1] + "2", 0, 4, {})
    await recorded(log, unit(fact(99)))
    assert await views.commit(first, 10, 11, {})


async def test_a_build_that_caught_up_before_it_was_allowed_to_serve_can_claim_it(
    redis: Redis,
) -> None:
    _, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    await views.commit(build, 0, 3, {"teams": b"3:[]"})
    await redis.hdel(keys.meta(COMPETITION), "serving")
    assert await views.commit(build, 3, 3, {})
    assert await views.serving() == build


async def test_after_a_rewind_the_new_build_takes_over_whatever_its_generation(
    redis: Redis,
) -> None:
    log, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    await views.commit(build[:-1] + "9", 0, 3, {"teams": b"3:[]"})
    await redis.xdel(keys.log(COMPETITION), "3-0")
    rebuilt = view_epoch_of(await log.check_tail(await lost(log)), 1)
    await views.commit(rebuilt, 0, 2, {"teams": b"2:[]"})
    assert await views.serving() == rebuilt


async def lost(log: Log) -> Any:
    return msgspec.structs.replace(await log.tail(), position=3)


async def lifetimes(redis: Redis, build: str) -> set[int]:
    """For how many seconds the keys of a build stay; -1 is for ever."""
    parts = (keys.views, keys.topics, keys.snapshot)
    return {await redis.ttl(part(COMPETITION, build)) for part in parts}


async def test_a_build_that_was_replaced_or_given_up_goes_in_its_time(redis: Redis) -> None:
    _, first = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    second, given_up = first[:-1] + "2", first[:-1] + "3"
    for build in (first, second):
        await views.put_snapshot(build, 3, b"fold")
        await views.commit(build, 0, 2, {"teams": b"2:[]"})
        assert min(await lifetimes(redis, build)) > 0
        await views.commit(build, 2, 3, {"teams": b"3:[]"})
        await views.put_snapshot(build, 3, b"fold")
        assert await lifetimes(redis, build) == {-1}
    await views.commit(given_up, 0, 2, {"teams": b"2:[]"})
    await views.put_snapshot(given_up, 2, b"fold")
    await views.put_snapshot(first, 3, b"fold")
    for build in (first, given_up):
        assert 0 < min(await lifetimes(redis, build)) <= BUILD_KEPT_SECONDS
    assert await lifetimes(redis, second) == {-1}


async def test_only_the_build_that_is_served_says_where_it_stopped(redis: Redis) -> None:
    _, first = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    second, stop = first[:-1] + "2", Stop(3, "an unknown version")
    await views.say_stopped(first, stop)
    assert await views.stopped() == stop
    await views.say_stopped(first, None)
    assert await views.stopped() is None
    await views.commit(first, 0, 3, {})
    await views.say_stopped(second, stop)
    assert await views.stopped() is None
    await views.say_stopped(first, stop)
    await views.say_stopped(second, None)
    assert await views.stopped() == stop
    await views.commit(second, 0, 3, {})
    assert await views.stopped() is None


# Doorbells


async def test_only_the_serving_build_rings_and_says_what_changed(redis: Redis) -> None:
    log, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    assert await views.changes_tail() == "0-0"
    await views.commit(build, 0, 3, {"teams": b"3:[]"})
    begun = await views.changes_tail()
    await recorded(log, unit(fact(97), fact(98)))
    await views.commit(build, 3, 4, {"teams": b"4:[]", "live": b"4:[]"})
    await views.commit(build, 4, 5, {})
    await views.commit(build[:-1] + "2", 0, 4, {"teams": b"4:[]"})
    [switch, *changes] = await rung(redis)
    assert (switch.id, switch.epoch, switch.topics) == (begun, build, None)
    assert [(bell.after, bell.to, bell.topics) for bell in changes] == [
        (3, 4, ("teams", "live")),
        (4, 5, ()),
    ]
    assert await doorbells(redis, {COMPETITION: begun}) == [(COMPETITION, b) for b in changes]
    assert await views.changes_tail() == changes[-1].id


async def test_a_doorbell_for_very_many_topics_names_none(redis: Redis) -> None:
    log, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    await views.commit(build, 0, 3, {})
    await recorded(log, unit(fact(99)))
    topics = {f"matches/{number}": b"4:{}" for number in range(DOORBELL_TOPICS_MAX + 1)}
    await views.commit(build, 3, 4, topics)
    assert [bell.topics for bell in await rung(redis)] == [None, None]


async def test_doorbells_of_several_competitions_are_heard_together(redis: Redis) -> None:
    for name in ("one", "other"):
        epoch = (await (await created(redis, name)).tail()).epoch
        await Views(redis, name).commit(view_epoch_of(epoch, 1), 0, 1, {})
    heard = await doorbells(redis, {"one": "0-0", "other": "0-0", "silent": "0-0"})
    assert sorted(name for name, _ in heard) == ["one", "other"]
    assert await doorbells(redis, {"silent": "0-0"}) == []


# Topics and snapshots


async def test_topics_are_listed_in_order_page_by_page(redis: Redis) -> None:
    _, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    names = ["teams", "live", "matches/b", "matches/a", "standings/g"]
    await views.commit(build, 0, 3, dict.fromkeys(names, b"3:[]"))
    first = await views.topics("", 3)
    assert first == ["live", "matches/a", "matches/b"]
    assert await views.topics(first[-1], 3) == ["standings/g", "teams"]
    assert await views.topics("teams", 3) == []


async def test_a_snapshot_of_the_fold_comes_back_with_its_position(redis: Redis) -> None:
    _, build = await log_of(redis, 3)
    views = Views(redis, COMPETITION)
    assert await views.snapshot(build) is None
    await views.put_snapshot(build, 2, b"\x00:\xff")
    assert await views.snapshot(build) == (2, b"\x00:\xff")
    assert await views.snapshot(build[:-1] + "2") is None


# Overlapping workers that crash, on a server that dies


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[embedded.Server]:
    async with embedded.server(tmp_path) as running:
        yield running


class Count:
    """A projection of a few lines: how many events each subject has, and the newest."""

    def __init__(self) -> None:
        self.position = 0
        self.views: dict[str, tuple[int, int]] = {}

    def advance(self, position: int, stored: bytes) -> str:
        subject: str = msgspec.json.decode(stored).get("match", BEGINNING)
        _, count = self.views.get(subject, (0, 0))
        self.views[subject] = (position, count + 1)
        self.position = position
        return subject

    def rendered(self, subjects: set[str]) -> dict[str, bytes]:
        return {s: b"%d:%d" % self.views[s] for s in sorted(subjects)}


async def work(redis: Redis, build: str, chance: random.Random) -> None:
    """One life of a worker: fold up to the checkpoint, then commit batches until it is fenced."""
    log, views, count = Log(redis, COMPETITION), Views(redis, COMPETITION), Count()
    checkpoint = await views.checkpoint(build)
    for position, stored in await log.read(0, checkpoint) if checkpoint else []:
        count.advance(position, stored)
    while checkpoint < EVENTS:
        batch = await log.read(count.position, chance.randint(1, 20))
        touched = {count.advance(position, stored) for position, stored in batch}
        await views.commit(build, checkpoint, count.position, count.rendered(touched))
        checkpoint = count.position


async def live_and_die(server: embedded.Server, build: str, seed: int) -> None:
    """Crash, be born again, go on, until the build is complete."""
    chance = random.Random(seed)
    async with connect(server.url) as redis:
        while await Views(redis, COMPETITION).checkpoint(build) < EVENTS:
            life = asyncio.create_task(work(redis, build, chance))
            if chance.random() < 0.7:
                for _ in range(chance.randint(1, 200)):
                    await asyncio.sleep(0)
                life.cancel()
            [ended] = await asyncio.gather(life, return_exceptions=True)
            expected = Fenced | LogUnavailable | asyncio.CancelledError | None
            assert isinstance(ended, expected), ended


async def checkpoint_is_past(position: int, redis: Redis, build: str) -> bool:
    return await Views(redis, COMPETITION).checkpoint(build) >= position


async def test_four_overlapping_workers_that_crash_leave_the_views_of_one_fold(
    server: embedded.Server,
) -> None:
    async with servers.client(server) as redis:
        log, build = await log_of(redis, EVENTS)
        workers = [
            asyncio.create_task(live_and_die(server, build, seed)) for seed in range(WORKERS)
        ]
        for reached in (50, 150, 300):
            await servers.until(partial(checkpoint_is_past, reached, redis, build))
            servers.kill(server)
            await servers.revive(server)
        await asyncio.gather(*workers)

        alone = Count()
        subjects = {alone.advance(*entry) for entry in await log.read(0, EVENTS)}
        served = await Views(redis, COMPETITION).read(sorted(subjects))
        assert served
        assert (served.epoch, served.checkpoint) == (build, EVENTS)
        assert alone.rendered(subjects) == {
            subject: b"%d:%b" % (view.position, view.data)
            for subject, view in served.views.items()
            if view
        }
