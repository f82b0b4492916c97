"""Services in several copies: one of them works, another takes over, and nobody notices."""

import asyncio
import contextlib
import itertools
import random
import signal
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from events.codec import decode
from events.types import Event
from projections import GENERATION
from projections.fold import Fold
from services import projector, season
from services.simulation.invention import FIRST_SEED, invent
from services.store import access, keys
from services.store.lease import Lease, LeaseLost
from tests.integration.copies import (
    QUICK_LEASE,
    all_hold,
    assert_all_is_recorded_once,
    assert_views_are_shown,
    copies,
    open_competition,
    playing,
    reading,
    tail,
    views_reach,
    watching,
)
from tests.integration.facts import COMPETITION
from tests.integration.football import OPENING, goal, opened, play
from tests.integration.projected import assert_views_are_the_fold, projecting, seen
from tests.integration.servers import until

ROOT = Path(__file__).resolve().parents[2]
SPECTATORS = 200
PAUSE_SECONDS = 0.05
SEED = 2013
FACTS_MAX = 4000  # more than are posted while all of them are killed
CORRECTING = ("event_cancelled", "event_amended", "result_awarded", "result_annulled")
GIVEN_BACK_WITHIN_SECONDS = 10  # less than FastStream by itself would wait

LEASE = keys.lease(COMPETITION, GENERATION)


# A lease


async def test_a_lease_is_one_workers_at_a_time_and_the_next_ones_when_given_back(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.lease.LEASE_ASK_SECONDS", 0.01)
    at_once, most, turns = 0, 0, []

    async def work(number: int) -> None:
        nonlocal at_once, most
        async with Lease(redis, COMPETITION, 1).held():
            at_once += 1
            most = max(most, at_once)
            await redis.ping()  # others have their turn
            at_once -= 1
            turns.append(number)

    await asyncio.gather(*(work(number) for number in range(5)))
    assert (most, sorted(turns)) == (1, [0, 1, 2, 3, 4])
    assert not await redis.exists(keys.lease(COMPETITION, 1))


async def test_leases_of_other_generations_are_nobodys_business(redis: Redis) -> None:
    async with Lease(redis, COMPETITION, 1).held(), Lease(redis, COMPETITION, 2).held():
        assert await redis.exists(keys.lease(COMPETITION, 1), keys.lease(COMPETITION, 2)) == 2


async def test_a_lease_that_nobody_renews_lapses(redis: Redis) -> None:
    await redis.set(LEASE, "who was killed", px=200)
    async with Lease(redis, COMPETITION, GENERATION).held():
        assert await redis.get(LEASE) != b"who was killed"


async def test_a_lease_is_renewed_for_as_long_as_it_is_held(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.lease.LEASE_SECONDS", 0.2)
    monkeypatch.setattr("services.store.lease.LEASE_RENEW_SECONDS", 0.01)
    async with Lease(redis, COMPETITION, GENERATION).held():
        left: list[int] = []

        async def has_grown() -> bool:
            left.append(await redis.pttl(LEASE))
            return len(left) > 1 and left[-1] > left[-2]

        for _ in range(10):
            left.clear()
            await until(has_grown)


async def test_a_worker_that_lost_its_lease_is_told_and_takes_it_from_nobody(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.lease.LEASE_RENEW_SECONDS", 0.01)

    async def work() -> None:
        async with Lease(redis, COMPETITION, GENERATION).held():
            await redis.set(LEASE, "another", px=60_000)
            await asyncio.Event().wait()

    with pytest.raises(LeaseLost, match=f"keeps generation {GENERATION} of the views"):
        await work()
    assert await redis.get(LEASE) == b"another"


# Two projectors


async def test_a_projector_without_the_lease_folds_nothing(
    redis_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = 0

    def counted(stored: bytes) -> Event:
        nonlocal decoded
        decoded += 1
        return decode(stored)

    monkeypatch.setattr(projector, "decode", counted)
    async with opened(redis) as writer:
        async with projecting(redis_url, redis), projecting(redis_url, redis):
            for number in range(20):
                await play(writer, goal(f"goal {number}"))
            await seen(redis)
            assert decoded == OPENING + 20
        assert not await redis.exists(LEASE)


def held_by_another(redis: Redis, than: object) -> Callable[[], Awaitable[bool]]:
    async def true() -> bool:
        return await redis.get(LEASE) not in (None, than)

    return true


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
async def test_of_two_projectors_one_takes_over_when_the_other_ends(
    redis_url: str, redis: Redis, ending: signal.Signals
) -> None:
    async with opened(redis) as writer, copies(redis_url, ["projector"]) as [first]:
        await until(held_by_another(redis, None))
        await seen(redis)
        async with copies(redis_url, ["projector"]):
            before = await redis.get(LEASE)
            await first.end(ending)
            await play(writer, goal("after it"))
            await until(held_by_another(redis, before))
            await seen(redis)
            await assert_views_are_the_fold(redis)


async def test_a_projector_that_is_told_to_end_gives_its_lease_back_though_it_is_drawing(
    redis_url: str, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing, may_end = threading.Event(), threading.Event()

    def drawn(fold: Fold, topic: str) -> dict[str, object] | None:
        drawing.set()
        may_end.wait()
        return render(fold, topic)

    async def is_free() -> bool:
        return not await redis.exists(LEASE)

    render = Fold.render
    async with opened(redis) as writer:
        first = asyncio.create_task(projector.project(redis_url, redis))
        await seen(redis)
        monkeypatch.setattr(Fold, "render", drawn)
        await play(writer, goal("drawn by nobody yet"))
        try:
            assert await asyncio.to_thread(drawing.wait, GIVEN_BACK_WITHIN_SECONDS)
            first.cancel()
            async with asyncio.timeout(GIVEN_BACK_WITHIN_SECONDS):
                await until(is_free)
        finally:
            may_end.set()
        monkeypatch.undo()
        with contextlib.suppress(asyncio.CancelledError):
            await first
        async with projecting(redis_url, redis):
            await seen(redis)
            await assert_views_are_the_fold(redis)


# Everything twice


class Season:
    """The beginning of an invented season, and what there is to watch in it."""

    def __init__(self) -> None:
        known = season.read(ROOT / "seasons" / "copa-peru-2013-simulated")
        invented = invent(replace(known, competition=COMPETITION), FIRST_SEED)
        facts = [dict(fact.content) for fact in itertools.islice(invented, FACTS_MAX)]
        first = next(at for at, fact in enumerate(facts) if fact["type"] == "period_started")
        self.created, self.opening = facts[0], facts[1:first]
        self.live = iter(facts[first:])
        corrected = {fact.get("match") for fact in facts if fact["type"] in CORRECTING}
        matches = [fact["match"] for fact in facts if fact["type"] == "period_started"]
        match = next(match for match in matches if match not in corrected)
        group = next(f["group"] for f in facts if f.get("match") == match and "group" in f)
        self.topics = (f"standings/{group}", f"matches/{match}", "feed", "competition", "live")


async def test_whatever_is_killed_in_a_season_nothing_is_lost_twice_or_told_backwards(
    redis_url: str, redis: Redis
) -> None:
    chance = random.Random(SEED)
    played = Season()
    token, _ = await access.issue(redis, "operator", ["*"])
    services = ["capture", "reader", "reader", "projector", "projector", "gateway", "gateway"]
    async with copies(redis_url, services, QUICK_LEASE) as running:
        capture, reader, *_ = running
        readers = [copy.address for copy in running if copy.service == "reader"]
        gateways = [copy.address for copy in running if copy.service == "gateway"]
        twins = [copy for copy in running if copy.service in ("projector", "gateway")]
        await open_competition(capture.address, token, played.created, played.opening)
        async with watching(gateways, played.topics, SPECTATORS) as spectators:
            async with (
                playing(capture.address, token, played.live, PAUSE_SECONDS) as acknowledged,
                reading(readers, ["competition", "live"], 2),
            ):
                for victim in chance.sample([capture, reader, *twins], 2 + len(twins)):
                    await victim.end(signal.SIGKILL)
                    posted, end = len(acknowledged), await tail(redis)
                    await victim.start()

                    async def goes_on(posted: int = posted, end: int = end) -> bool:
                        return len(acknowledged) > posted + 10 and await views_reach(redis, end)

                    await until(goes_on)
            await seen(redis)
            await until(all_hold(redis, spectators))
        await assert_all_is_recorded_once(redis, acknowledged)
        await assert_views_are_the_fold(redis)
        await assert_views_are_shown(redis, spectators)
        assert all(len(spectator.epochs) == 1 for spectator in spectators)
        assert sum(spectator.breaks for spectator in spectators) >= SPECTATORS / 2
