"""What was known, and what had happened, is told of any position and time."""

import asyncio

import pytest
from redis.asyncio import Redis

from projections import GENERATION
from services.settings import PAST_RETRY_AFTER_SECONDS
from services.store import keys
from services.store.log import Log, announce
from services.store.views import Stop, Views, view_epoch_of
from tests.integration.facts import COMPETITION
from tests.integration.football import OPENING, goal, note
from tests.integration.test_reader import COMPETITIONS, HERE, M1, played
from tests.integration.web import EVENTS, LOG, problem, serving


async def test_a_view_is_shown_as_it_was_at_a_position(redis: Redis) -> None:
    async with serving(redis) as web:
        await played(web)
        await web.project()
        now = (await web.get(M1)).json()
        assert (await web.get(f"{M1}?at={OPENING + 3}")).json() == now
        before = (await web.get(f"{M1}?at={OPENING}")).json()
        assert (before["epoch"], before["data"]["play"]) == (now["epoch"], "scheduled")
        assert before["position"] < OPENING + 1
        for at in (OPENING + 1, OPENING + 2):
            goal_in = (await web.get(f"{M1}?at={at}")).json()
            assert (goal_in["position"], goal_in["data"]["play"]) == (OPENING + 1, "in_play")
        problem(await web.get(f"{M1}?at=1"), 404, "unknown-topic")
        checkpoint = (await web.get(f"{HERE}/views/checkpoint?at=3")).json()
        assert (checkpoint["position"], checkpoint["data"]["size"]) == (3, 3)


async def test_the_past_needs_no_projector(redis: Redis) -> None:
    async with serving(redis) as web:
        await played(web)
        view = (await web.get(f"{M1}?at={OPENING + 3}")).json()
        assert view["data"]["score"] == {"home": 1, "away": 0}


async def test_a_look_back_begins_from_a_kept_fold_where_it_is_old_enough(redis: Redis) -> None:
    async with serving(redis) as web:
        await played(web)
        expected = {
            at: (await web.get(f"{M1}?at={at}")).json() for at in range(OPENING, OPENING + 4)
        }
        epoch = view_epoch_of((await Log(redis, COMPETITION).tail()).epoch, GENERATION)
        fold = await web.fold(OPENING + 1)
        await Views(redis, COMPETITION).put_snapshot(epoch, OPENING + 1, fold.dump())
        for at, view in expected.items():
            assert (await web.get(f"{M1}?at={at}")).json() == view


async def test_a_view_is_shown_as_it_was_at_a_time(redis: Redis) -> None:
    async with serving(redis) as web:
        stored = await played(web)
        times = {event["position"]: event["recorded_at"] for event in stored}
        for position, time in times.items():
            known = max(at for at, when in times.items() if when <= time)
            view = (await web.get(f"{HERE}/views/checkpoint?at={time}")).json()
            assert view["data"]["size"] == known, position
        later = "2099-12-31T23:59:59.999999999-05:00"
        assert (await web.get(f"{M1}?at={later}")).json()["position"] == OPENING + 3
        plus = "2099-12-31T23:59:59+05:00"
        assert (await web.get(f"{M1}?at={plus}")).status_code == 200
        early = problem(await web.get(f"{M1}?at=2001-01-01T00:00:00Z"), 404, "unknown-position")
        assert early["position"] == 0
        assert "was recorded by 2001-01-01T00:00:00+00:00" in early["detail"]


async def test_a_view_is_shown_as_of_a_time_with_what_had_happened_by_then(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        first = goal("first", occurred_at="2013-12-15T15:40:00-05:00")
        late = goal("told late", occurred_at="2013-12-15T15:20:00-05:00")
        await web.post(EVENTS, [first, late, goal("nobody says when", side="away")])
        for as_of, home, position in (
            ("2013-12-15T15:19:59-05:00", None, OPENING),
            ("2013-12-15T20:30:00Z", 1, OPENING + 2),
            ("2013-12-15T15:40:00-05:00", 2, OPENING + 2),
        ):
            view = (await web.get(f"{M1}?as_of={as_of}")).json()
            assert (view["undated"], view["topic"]) == (1, "matches/m1")
            score = view["data"]["score"]
            assert (score and score["home"]) == home
            assert view["position"] == position or home is None
        known = (await web.get(f"{M1}?at={OPENING + 1}&as_of=2013-12-15T20:30:00Z")).json()
        assert (known["data"]["score"], known["undated"]) == (None, 0)
        nobody = f"{HERE}/views/matches/m9?as_of=2013-12-15T20:30:00Z"
        problem(await web.get(nobody), 404, "unknown-topic")


async def test_the_feed_is_shown_as_it_was(redis: Redis) -> None:
    async with serving(redis) as web:
        stored = await played(web)
        feed = (await web.get(f"{HERE}/views/feed?at=5")).json()
        assert (feed["position"], feed["data"]["events"]) == (5, stored[:5])


async def test_there_is_no_past_beyond_the_log(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        for at in (0, OPENING + 1, 10**14):
            said = problem(await web.get(f"{M1}?at={at}"), 404, "unknown-position")
            assert (said["position"], said["tail"]) == (at, OPENING)


async def test_what_cannot_be_read_hides_only_what_comes_after_it(redis: Redis) -> None:
    async with serving(redis) as web:
        await played(web)
        bad = OPENING + 4
        await redis.xadd(keys.log(COMPETITION), {"e": b'{"v":9}', "d": b""}, id=f"{bad}-0")
        assert (await web.get(f"{HERE}/views/checkpoint?at=2")).json()["position"] == 2
        assert (await web.get(f"{M1}?at={bad - 1}")).status_code == 200
        for at in (str(bad), "2099-01-01T00:00:00Z"):
            said = problem(await web.get(f"{M1}?at={at}"), 503, "log-unavailable")
            assert said["position"] == bad
            assert f"position {bad} of the log" in said["detail"]
        await redis.xdel(keys.log(COMPETITION), "3-0")
        assert (await web.get(f"{HERE}/views/checkpoint?at=2")).status_code == 200
        said = problem(await web.get(f"{M1}?at=5"), 503, "log-unavailable")
        assert said["position"] == 3


@pytest.mark.parametrize("damaged", [b"garbage", b'{"v":1,"position":7}'])
async def test_the_feed_ends_before_what_is_no_event_and_the_log_gives_it_as_it_is(
    redis: Redis, damaged: bytes
) -> None:
    async with serving(redis) as web:
        stored = await played(web)
        last = OPENING + 3
        await redis.xadd(keys.log(COMPETITION), {"e": damaged, "d": b""}, id=f"{last + 1}-0")
        feed = (await web.get(f"{HERE}/views/feed")).json()
        assert (feed["position"], feed["data"]["events"]) == (last, stored)
        said = problem(await web.get(f"{HERE}/views/feed?at={last + 1}"), 503, "log-unavailable")
        assert said["position"] == last + 1
        epoch = view_epoch_of((await Log(redis, COMPETITION).tail()).epoch, GENERATION)
        await Views(redis, COMPETITION).say_stopped(epoch, Stop(last + 1, "no event"))
        waits = await web.get(f"{HERE}/views/feed?min_position={last + 1}")
        assert problem(waits, 503, "views-behind")["stopped"]["position"] == last + 1
        assert (await web.get(f"{LOG}?after={last}")).content == damaged + b"\n"


async def test_a_competition_whose_first_entry_cannot_be_read_hides_no_other(
    redis: Redis,
) -> None:
    async with serving(redis) as web:
        await web.open()
        await announce(redis, "torn")
        await redis.xadd(keys.log("torn"), {"e": b"garbage", "d": b""}, id="1-0")
        await redis.hset(keys.meta("torn"), "epoch", "e")
        listed = (await web.get(COMPETITIONS)).json()["competitions"]
        assert [one["competition"] for one in listed] == [COMPETITION]
        said = problem(await web.get(f"{COMPETITIONS}/torn"), 503, "log-unavailable")
        assert said["position"] == 1


async def test_many_look_back_at_once_and_some_are_asked_to_wait(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reader.past.PAST_LOOKS_MAX", 3)
    async with serving(redis) as web:
        await played(web)
        answers = await asyncio.gather(*(web.get(f"{M1}?at={OPENING + 1}") for _ in range(40)))
        right = [answer for answer in answers if answer.status_code == 200]
        assert right
        assert {answer.json()["position"] for answer in right} == {OPENING + 1}
        for answer in answers:
            if answer not in right:
                problem(answer, 429, "too-many")


async def test_who_would_wait_long_to_look_back_is_asked_to_come_again(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reader.past.PAST_FOLDS_AT_ONCE_MAX", 1)
    monkeypatch.setattr("services.reader.past.PAST_WAIT_SECONDS", 0.0)
    async with serving(redis) as web:
        await played(web)
        for turn in range(10):
            await web.post(EVENTS, [note(f"note {turn} {number}") for number in range(100)])
        looks = [web.get(f"{M1}?at={position}") for position in range(900, 930)]
        answers = await asyncio.gather(*looks)
        assert {answer.status_code for answer in answers} == {200, 429}
        for answer in answers:
            if answer.status_code == 429:
                problem(answer, 429, "too-many")
                assert int(answer.headers["retry-after"]) == PAST_RETRY_AFTER_SECONDS
        assert (await web.get(f"{M1}?at=900")).status_code == 200
