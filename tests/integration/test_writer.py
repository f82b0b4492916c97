"""Group commit: strangers share a call, never a fate; every answer is about what is recorded."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from events.codec import decode
from events.errors import Malformed, Refused, UnknownMatch
from events.types import Event
from projections import GENERATION
from projections.fold import Fold
from services.capture.submission import (
    Accepted,
    Busy,
    CompetitionExists,
    IdReused,
    Overtaken,
    Submission,
    UnknownCompetition,
)
from services.capture.writer import Writer, create
from services.settings import EVENTS_WAITING_MAX
from services.store import keys
from services.store.access import Forbidden, Grant
from services.store.log import (
    Log,
    LogUnavailable,
    competitions,
)
from services.store.views import Views, view_epoch_of
from tests.integration.facts import COMPETITION, contents
from tests.integration.football import (
    CREATED,
    ENTERED,
    MATCHES,
    OPENING,
    SCHEDULED,
    goal,
    named,
    note,
    opened,
    play,
    sent,
    submission,
    writing,
)

M7 = sent("match_scheduled", "m7", match="m7", home="arsenal", away="bielich")


def positions(accepted: Accepted) -> list[int]:
    return [place.position for place in accepted.places]


async def stored_at(redis: Redis, position: int) -> bytes:
    [(_, stored)] = await Log(redis, COMPETITION).read(position - 1, 1)
    return stored


# What is recorded


async def test_a_goal_takes_the_next_place_and_is_stored_as_it_was_sent(redis: Redis) -> None:
    async with opened(redis) as writer:
        accepted = await play(writer, goal("first"), by="scorer:7")
    [place] = accepted.places
    assert (place.position, place.version, accepted.is_new) == (OPENING + 1, 2, True)
    event = decode(await stored_at(redis, place.position))
    assert (event.id, event.recorded_by) == (named("first"), "scorer:7")
    assert event.recorded_at == place.recorded_at


async def test_what_is_odd_is_recorded_with_a_warning(redis: Redis) -> None:
    async with opened(redis) as writer:
        accepted = await play(writer, goal("first"))
    assert [warned.code for warned in accepted.warnings] == ["before-kick-off"]


async def test_sending_the_same_again_changes_nothing_and_warns_of_nothing(redis: Redis) -> None:
    async with opened(redis) as writer:
        first = await play(writer, goal("first"))
        before = await contents(redis)
        again = await play(writer, goal("first"), by="scorer:2")
        assert again == Accepted(first.places, is_new=False)
        assert await contents(redis) == before


async def test_an_array_sees_its_own_events(redis: Redis) -> None:
    async with opened(redis) as writer:
        accepted = await play(writer, M7, goal("first", "m7"), goal("second", "m7"))
    assert [place.version for place in accepted.places] == [1, 2, 3]


async def test_an_array_is_recorded_whole_or_not_at_all(redis: Redis) -> None:
    async with opened(redis) as writer:
        before = await contents(redis)
        with pytest.raises(UnknownMatch, match="there is no match m9"):
            await play(writer, goal("first"), goal("second", "m9"))
        assert await contents(redis) == before
        assert positions(await play(writer, goal("third"))) == [OPENING + 1]


async def test_an_array_known_in_part_records_the_rest(redis: Redis) -> None:
    async with opened(redis) as writer:
        known = await play(writer, goal("first"))
        accepted = await play(writer, SCHEDULED[0], goal("second"), goal("first"))
    assert positions(accepted) == [6, OPENING + 2, *positions(known)]
    assert accepted.is_new


async def test_those_who_wait_together_see_each_other(redis: Redis) -> None:
    async with opened(redis) as writer:
        answers = await asyncio.gather(
            play(writer, M7), play(writer, goal("first", "m7")), play(writer, goal("second", "m7"))
        )
    assert [place.version for answer in answers for place in answer.places] == [1, 2, 3]


async def test_those_who_wait_together_share_no_fate(redis: Redis) -> None:
    async with opened(redis) as writer:
        await play(writer, goal("known"))
        answers = await asyncio.gather(
            play(writer, goal("first")),
            play(writer, goal("second", "m9")),
            play(writer, goal("known", side="away")),
            play(writer, goal("late", expected_version=1)),
            play(writer, goal("known")),
            play(writer, note("third")),
            return_exceptions=True,
        )
    assert [type(answer) for answer in answers] == [
        Accepted, UnknownMatch, IdReused, Overtaken, Accepted, Accepted,
    ]  # fmt: skip
    assert len(await Log(redis, COMPETITION).read(OPENING, 10)) == 3


@pytest.mark.parametrize("event", [M7, goal("first"), note("first")])
async def test_the_same_sent_twice_at_once_is_recorded_once(
    redis: Redis, event: dict[str, Any]
) -> None:
    async with opened(redis) as writer:
        one, other = await asyncio.gather(play(writer, event), play(writer, event))
    assert one.places == other.places
    assert sorted([one.is_new, other.is_new]) == [False, True]
    assert (await Log(redis, COMPETITION).tail()).position == OPENING + 1


async def test_a_crowd_behind_a_repeat_is_decided_on_what_was_recorded(redis: Redis) -> None:
    crowd = [goal("first"), goal("first"), *(goal(f"{n}", MATCHES[n % 6]) for n in range(60))]
    async with opened(redis) as writer:
        answers = await asyncio.gather(*(play(writer, event) for event in crowd))
    places = {place.position for answer in answers for place in answer.places}
    assert places == set(range(OPENING + 1, OPENING + 62))
    assert [answer.is_new for answer in answers].count(False) == 1


# What is not


async def test_what_the_rules_refuse_changes_nothing(redis: Redis) -> None:
    async with opened(redis) as writer:
        before = await contents(redis)
        with pytest.raises(Refused, match="m1 is scheduled already"):
            await play(writer, {**SCHEDULED[0], "id": named("another")})
        assert await contents(redis) == before


async def test_an_amendment_that_its_target_makes_malformed_changes_nothing(
    redis: Redis,
) -> None:
    async with opened(redis) as writer:
        await play(writer, goal("first"))
        before = await contents(redis)
        body = {"type": "goal_scored", "match": "m1", "side": "nobody"}
        wrong = sent("event_amended", "wrong", match="m1", target=named("first"), body=body)
        with pytest.raises(Malformed, match=r"at \$.body.side"):
            await play(writer, wrong)
        assert await contents(redis) == before


async def test_an_id_is_looked_up_before_the_rules_are_asked(redis: Redis) -> None:
    async with opened(redis) as writer:
        assert positions(await play(writer, SCHEDULED[0])) == [6]
        with pytest.raises(IdReused, match="was recorded with other content") as reused:
            await play(writer, {**SCHEDULED[0], "home": "carrion"})
        assert reused.value.stored == await stored_at(redis, 6)
        with pytest.raises(IdReused):
            await play(writer, goal("far", "m9"), {**goal("m1"), "match": "m2"})


async def test_an_id_with_two_contents_in_one_array_is_refused(redis: Redis) -> None:
    async with opened(redis) as writer:
        before = await contents(redis)
        with pytest.raises(IdReused, match="stands twice in what was sent"):
            await play(writer, goal("first"), goal("first", side="away"))
        assert await contents(redis) == before


async def test_authority_is_asked_before_anything_else(redis: Redis) -> None:
    def permit(event: Event, fold: Fold) -> None:
        if event.match == "m2":
            raise Forbidden(Grant("1", "scorer", ("m1",)), "record this", "m2", "scorer")

    def asks(*events: dict[str, Any]) -> Submission:
        return Submission(submission(*events).events, "scorer:1", permit)

    async with opened(redis) as writer:
        await play(writer, goal("known", "m2"))
        before = await contents(redis)
        for events in (
            [goal("new", "m2")],
            [goal("known", "m2")],
            [goal("known", "m2", "away")],
            [goal("late", "m2", expected_version=0)],
            [goal("new"), goal("other", "m2")],
        ):
            with pytest.raises(Forbidden):
                await writer.submit(asks(*events))
        assert await contents(redis) == before
        assert (await writer.submit(asks(goal("new")))).is_new


# The client's own expected version


async def test_who_knows_the_version_is_recorded_on_it(redis: Redis) -> None:
    async with opened(redis) as writer:
        await play(writer, goal("first", expected_version=1))
        await play(writer, goal("second", expected_version=2), goal("third", expected_version=3))
        await play(writer, goal("fourth", expected_version=4), goal("fifth", expected_version=4))
        await play(writer, note("note", expected_version=5))


async def test_who_was_overtaken_is_told_what_happened_since(redis: Redis) -> None:
    async with opened(redis) as writer:
        await play(writer, goal("first"), goal("elsewhere", "m2"), goal("second"))
        before = await contents(redis)
        with pytest.raises(Overtaken, match="match/m1 is at version 3, not 1") as overtaken:
            await play(writer, goal("third", expected_version=1))
        assert await contents(redis) == before
    late = overtaken.value
    assert (late.subject, late.expected, late.version) == ("match/m1", 1, 3)
    assert [decode(stored).id for stored in late.since] == [named("first"), named("second")]


async def test_what_happened_long_since_is_told_as_far_as_it_is_recent(redis: Redis) -> None:
    async with opened(redis) as writer:
        for begin in range(0, 700, 100):
            await play(writer, *(note(f"{n}") for n in range(begin, begin + 100)))
        with pytest.raises(Overtaken) as overtaken:
            await play(writer, note("late", expected_version=5))
    assert len(overtaken.value.since) == 500
    assert decode(overtaken.value.since[-1]).id == named("699")


async def test_a_version_that_is_not_reached_yet_is_not_waited_for(redis: Redis) -> None:
    async with opened(redis) as writer:
        with pytest.raises(Overtaken) as overtaken:
            await play(writer, goal("first", expected_version=9))
    assert (overtaken.value.version, overtaken.value.since) == (1, ())


async def test_a_repeat_is_a_repeat_whatever_version_it_expected(redis: Redis) -> None:
    async with opened(redis) as writer:
        first = await play(writer, goal("first", expected_version=1))
        await play(writer, goal("second", expected_version=2))
        again = await play(writer, goal("first", expected_version=1))
        assert again == Accepted(first.places, is_new=False)
        rest = await play(
            writer, goal("first", expected_version=1), goal("third", expected_version=3)
        )
        assert positions(rest) == [OPENING + 1, OPENING + 3]


# Callers and queues


async def test_a_caller_who_leaves_harms_nobody(redis: Redis) -> None:
    async with opened(redis) as writer:
        callers = [asyncio.create_task(play(writer, goal(f"{n}"))) for n in range(50)]
        for turn, caller in enumerate(callers):
            if turn % 3 == 0:
                caller.cancel()
            await asyncio.sleep(0)
        answers = await asyncio.gather(*callers, return_exceptions=True)
        assert all(isinstance(answer, Accepted) for answer in answers[1::3])
        assert (await play(writer, goal("last"))).is_new


async def test_more_than_can_wait_are_asked_to_come_back(redis: Redis) -> None:
    writer = Writer(redis, COMPETITION)  # nobody lets it run
    waiting = [asyncio.create_task(play(writer, goal("first"))) for _ in range(EVENTS_WAITING_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(Busy, match=f"{EVENTS_WAITING_MAX} events are waiting"):
        await play(writer, goal("first"))
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_writer_that_ends_leaves_nobody_waiting(redis: Redis) -> None:
    await create(redis, COMPETITION, submission(CREATED))
    writer = Writer(redis, COMPETITION)
    waiting = [asyncio.create_task(play(writer, note(f"{n}"))) for n in range(3)]
    await asyncio.sleep(0)
    work = asyncio.create_task(writer.run())
    await asyncio.sleep(0)
    work.cancel()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(answer) for answer in answers] == [LogUnavailable] * 3
    with pytest.raises(LogUnavailable, match="its writer has ended"):
        await play(writer, note("late"))


async def test_a_check_that_fails_by_a_bug_fails_alone(redis: Redis) -> None:
    def broken(event: Event, fold: Fold) -> None:
        raise ZeroDivisionError

    async with opened(redis) as writer:
        answers = await asyncio.gather(
            play(writer, goal("first")),
            writer.submit(Submission(submission(goal("bad")).events, "scorer:1", broken)),
            play(writer, goal("second")),
            return_exceptions=True,
        )
    assert [type(answer) for answer in answers] == [Accepted, ZeroDivisionError, Accepted]


# Beginning


async def test_a_competition_is_created_once(redis: Redis) -> None:
    first = await create(redis, COMPETITION, submission(CREATED))
    again = await create(redis, COMPETITION, submission(CREATED))
    assert (positions(first), first.is_new) == ([1], True)
    assert again == Accepted(first.places, is_new=False)
    before = await contents(redis)
    for other in ({**CREATED, "simulated": True}, {**CREATED, "id": named("other")}):
        with pytest.raises(CompetitionExists):
            await create(redis, COMPETITION, submission(other))
    assert await contents(redis) == before
    assert await competitions(redis) == [COMPETITION]


async def test_nothing_is_recorded_before_the_competition_is_created(redis: Redis) -> None:
    async with writing(redis) as writer:
        crowd = [play(writer, event) for event in ENTERED]
        answers = await asyncio.gather(*crowd, return_exceptions=True)
        assert {type(answer) for answer in answers} == {UnknownCompetition}
        assert await contents(redis) == {}
        await create(redis, COMPETITION, submission(CREATED))
        assert positions(await play(writer, ENTERED[0])) == [2]


async def test_a_writer_begins_from_a_snapshot_where_there_is_one(redis: Redis) -> None:
    async with opened(redis):
        log = Log(redis, COMPETITION)
        fold = Fold()
        for _, stored in await log.read(0, OPENING):
            fold.advance(decode(stored))
        epoch = view_epoch_of((await log.tail()).epoch, GENERATION)
    await Views(redis, COMPETITION).put_snapshot(epoch, OPENING, fold.dump())
    await redis.xdel(keys.log(COMPETITION), "2-0")  # so that reading from the start would fail
    async with writing(redis) as writer:
        with pytest.raises(UnknownMatch):
            await play(writer, goal("first", "m9"))


async def test_a_snapshot_that_cannot_be_loaded_only_costs_time(redis: Redis) -> None:
    async with opened(redis):
        epoch = view_epoch_of((await Log(redis, COMPETITION).tail()).epoch, GENERATION)
    await Views(redis, COMPETITION).put_snapshot(epoch, OPENING, b"torn")
    async with writing(redis) as writer:
        assert (await play(writer, goal("first"))).is_new
