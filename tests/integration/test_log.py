"""The log keeps its promises: what is acknowledged is there once, at one position, without gaps."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from redis.asyncio import Redis

from services.store import keys
from services.store.log import (
    WHOLE_LOG,
    Conflict,
    Gap,
    Log,
    LogExists,
    NoSuchLog,
    Recorded,
    Repeated,
    Reused,
    Tail,
    Unit,
    announce,
    announced,
    competitions,
)
from tests.integration.facts import (
    BEGINNING,
    COMPETITION,
    append,
    contents,
    created,
    fact,
    recorded,
    unit,
)

RECORDED_AT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


def positions(answer: Recorded | Repeated) -> list[int]:
    return [place.position for place in answer.places]


def versions(answer: Recorded | Repeated) -> list[int]:
    return [place.version for place in answer.places]


# Positions, versions and bytes


async def test_positions_are_one_two_three_without_a_gap(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(fact(1), fact(2), fact(3)))
    await recorded(log, unit(fact(4)))
    assert [position for position, _ in await log.read(0, 10)] == [1, 2, 3, 4, 5]


async def test_every_subject_counts_its_own_versions(redis: Redis) -> None:
    log = await created(redis)
    first = await recorded(log, unit(fact(1, "match/a"), fact(2, "match/b"), fact(3, "match/a")))
    second = await recorded(log, unit(fact(4, "match/b"), fact(5, BEGINNING)))
    assert (versions(first), versions(second)) == ([1, 1, 2], [2, 2])


async def test_the_stored_string_is_the_head_and_the_bytes_that_capture_gave(redis: Redis) -> None:
    log = await created(redis)
    event = fact(1, text="¡gol!")
    [place] = (await recorded(log, unit(event))).places
    [(position, stored)] = await log.read(1, 10)
    head = f'{{"v":1,"position":2,"version":1,"recorded_at":"{place.recorded_at}",'
    assert (position, stored) == (2, head.encode() + event.content)
    assert event.stored(place) == stored
    assert re.fullmatch(RECORDED_AT, place.recorded_at)


async def test_the_entry_id_is_the_position_and_the_digest_stands_beside_the_string(
    redis: Redis,
) -> None:
    log = await created(redis)
    event = fact(1)
    await recorded(log, unit(event))
    entries: Any = await redis.xrange(keys.log(COMPETITION))
    [_, (entry_id, fields)] = entries
    assert entry_id == b"2-0"
    assert fields.keys() == {b"e", b"d"}
    assert fields[b"d"] == event.digest == hashlib.sha256(event.content).digest()


@pytest.mark.parametrize(
    "instant",
    [
        "2028-02-29T23:59:59.999Z",
        "2027-12-31T00:00:00.000Z",
        "2028-03-01T00:00:00.001Z",
        "2100-02-28T12:34:56.789Z",
        "2100-03-01T01:02:03.040Z",
        "2400-02-29T09:09:09.009Z",
    ],
)
async def test_recorded_at_is_never_earlier_than_the_one_before(redis: Redis, instant: str) -> None:
    log = await created(redis)
    newest = datetime.fromisoformat(instant) - datetime(1970, 1, 1, tzinfo=UTC)
    milliseconds = newest.days * 86_400_000 + newest.seconds * 1000 + newest.microseconds // 1000
    await redis.hset(keys.meta(COMPETITION), "recorded_ms", str(milliseconds))
    [place] = (await recorded(log, unit(fact(1)))).places
    assert place.recorded_at == instant


async def test_recorded_at_is_the_server_s_clock(redis: Redis) -> None:
    seconds, _ = await redis.time()
    log = await created(redis)
    [place] = (await recorded(log, unit(fact(1)))).places
    assert 0 <= datetime.fromisoformat(place.recorded_at).timestamp() - seconds < 60


# Repeats and reuse


async def test_sending_the_same_unit_again_changes_nothing_and_says_where_it_stands(
    redis: Redis,
) -> None:
    log = await created(redis)
    first = await recorded(log, unit(fact(1), fact(2)))
    before = await contents(redis)
    assert await append(log, unit(fact(1), fact(2))) == Repeated(first.places)
    assert await contents(redis) == before


async def test_an_id_with_other_content_is_answered_with_what_was_recorded(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(fact(1)))
    before = await contents(redis)
    [(_, stored)] = await log.read(1, 1)
    again = fact(1, text="another")
    assert await append(log, unit(fact(2), again)) == Reused(again.id, stored)
    assert await contents(redis) == before


async def test_a_unit_known_in_part_records_the_rest(redis: Redis) -> None:
    log = await created(redis)
    [known] = (await recorded(log, unit(fact(1)))).places
    answer = await recorded(log, unit(fact(2), fact(1), fact(3)))
    assert answer.places[1] == known
    assert positions(answer) == [3, 2, 4]
    assert versions(answer) == [2, 1, 3]


async def test_an_id_twice_in_one_unit_is_recorded_once(redis: Redis) -> None:
    log = await created(redis)
    answer = await recorded(log, unit(fact(1), fact(2), fact(1)))
    assert positions(answer) == [2, 3, 2]
    assert (await log.tail()).position == 3


async def test_an_id_twice_in_one_unit_with_other_content_records_nothing(redis: Redis) -> None:
    log = await created(redis)
    before = await contents(redis)
    answer = await append(log, unit(fact(1), fact(1, text="another")))
    assert answer == Reused(fact(1).id, b"")
    assert await contents(redis) == before


async def test_a_repeat_is_a_repeat_whatever_happened_since(redis: Redis) -> None:
    log = await created(redis)
    sent = unit(fact(1, "match/a"), a=0)
    first = await recorded(log, sent)
    await recorded(log, unit(fact(2, "match/a"), a=1))
    assert await append(log, sent) == Repeated(first.places)


async def test_an_id_is_looked_up_before_the_versions(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(fact(1, "match/a"), a=0))
    answer = await append(log, unit(fact(1, "match/a", "another"), a=0))
    assert isinstance(answer, Reused)


# Versions


async def test_a_unit_whose_check_read_an_older_version_is_not_recorded(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(fact(1, "match/a"), fact(2, "match/a"), a=0))
    before = await contents(redis)
    assert await append(log, unit(fact(3, "match/b"), b=0, a=1)) == Conflict("match/a", 2)
    assert await contents(redis) == before


async def test_a_unit_whose_check_read_the_whole_log_is_recorded_only_right_after_it(
    redis: Redis,
) -> None:
    log = await created(redis)
    whole = Unit((fact(1),), reads=((WHOLE_LOG, 1),))
    assert isinstance(await append(log, whole), Recorded)
    before = await contents(redis)
    answers = await log.append([Unit((fact(n),), reads=((WHOLE_LOG, 1),)) for n in (2, 3)])
    assert answers == [Conflict(WHOLE_LOG, 2)] * 2
    assert await contents(redis) == before


async def test_strangers_share_a_call_without_sharing_a_fate(redis: Redis) -> None:
    log = await created(redis)
    old = await recorded(log, unit(fact(1, "match/a"), a=0))
    answers = await log.append(
        [
            unit(fact(2, "match/a"), a=1),
            unit(fact(3, "match/a"), a=1),  # decided before the unit above
            unit(fact(1, "match/a")),
            unit(fact(1, text="another")),
            unit(fact(4, "match/b"), fact(2, "match/a"), a=2, b=0),
            Unit((fact(0, BEGINNING, "another"),), creates=True),
            unit(fact(5, "match/b"), b=1),
        ]
    )
    assert [type(answer) for answer in answers] == [
        Recorded, Conflict, Repeated, Reused, Recorded, LogExists, Recorded,
    ]  # fmt: skip
    assert answers[1] == Conflict("match/a", 2)
    assert answers[2] == Repeated(old.places)
    assert isinstance(answers[4], Recorded)
    assert positions(answers[4]) == [4, 3]
    assert (await log.tail()).position == 5


async def test_all_of_a_unit_is_recorded_or_nothing(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(fact(99)))
    before = await contents(redis)
    events = [fact(number) for number in range(1, 100)]
    answer = await append(log, unit(*events, fact(99, text="another")))
    assert isinstance(answer, Reused)
    assert await contents(redis) == before


# Beginning


async def test_a_log_that_nobody_created_takes_nothing(redis: Redis) -> None:
    log = Log(redis, COMPETITION)
    assert await append(log, unit(fact(1))) == NoSuchLog()
    assert await contents(redis) == {}
    assert await log.tail() == Tail()


async def test_creating_the_same_log_again_changes_nothing(redis: Redis) -> None:
    log = await created(redis)
    before = await contents(redis)
    again = await append(log, Unit((fact(0, BEGINNING),), creates=True))
    other = await append(log, Unit((fact(0, BEGINNING, "another"),), creates=True))
    third = await append(log, Unit((fact(1, BEGINNING),), creates=True))
    assert (type(again), type(other), type(third)) == (Repeated, LogExists, LogExists)
    assert await contents(redis) == before


async def test_a_log_can_be_created_and_filled_in_one_call(redis: Redis) -> None:
    log = Log(redis, COMPETITION)
    answers = await log.append([Unit((fact(0, BEGINNING),), creates=True), unit(fact(1))])
    assert [positions(a) for a in answers if isinstance(a, Recorded)] == [[1], [2]]


async def test_an_epoch_belongs_to_one_log(redis: Redis) -> None:
    one, other = await created(redis, "one"), await created(redis, "other")
    epochs = {(await one.tail()).epoch, (await other.tail()).epoch}
    assert len(epochs) == 2
    assert "" not in epochs


# Reading


async def test_a_log_is_read_page_by_page(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(*(fact(number) for number in range(1, 10))))
    pages = [await log.read(after, 4) for after in (0, 4, 8, 10)]
    assert [[position for position, _ in page] for page in pages] == [
        [1, 2, 3, 4], [5, 6, 7, 8], [9, 10], [],
    ]  # fmt: skip


async def test_the_newest_entries_come_in_order(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(*(fact(number) for number in range(1, 10))))
    assert await log.last(3) == await log.read(7, 10)
    assert await log.last(50) == await log.read(0, 50)
    assert await Log(redis, "nowhere").last(3) == []


async def test_the_tail_is_the_newest_entry(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(fact(1)))
    tail = await log.tail()
    assert [(tail.position, tail.stored)] == await log.last(1)


async def test_recorded_events_are_found_by_their_ids(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(fact(1), fact(2)))
    found = await log.find([fact(2).id, fact(7).id, fact(1).id])
    assert {id_: entry.position for id_, entry in found.items()} == {fact(1).id: 2, fact(2).id: 3}
    entry = found[fact(2).id]
    assert [(3, entry.stored)] == await log.last(1)
    assert entry.digest == fact(2).digest
    assert await log.find([fact(7).id]) == {}


async def test_a_missing_position_stops_the_reader(redis: Redis) -> None:
    log = await created(redis)
    await recorded(log, unit(fact(1), fact(2), fact(3)))
    await redis.xdel(keys.log(COMPETITION), "3-0")
    with pytest.raises(Gap, match="has 4-0 where position 3 should be") as gap:
        await log.read(0, 10)
    assert gap.value.position == 3
    with pytest.raises(Gap):
        await log.last(3)


# Every competition


async def test_a_competition_is_listed_once_its_log_exists(redis: Redis) -> None:
    assert await competitions(redis) == []
    for name in ("second", "first", "never", "second"):
        await announce(redis, name)
    await created(redis, "first")
    await created(redis, "second")
    assert await competitions(redis) == ["second", "first"]


async def test_new_competitions_are_heard_of(redis: Redis) -> None:
    await announce(redis, "one")
    await announce(redis, "two")
    after, names = await announced(redis, "0-0")
    assert names == ["one", "two"]
    await announce(redis, "three")
    after, names = await announced(redis, after)
    assert names == ["three"]
    assert await announced(redis, after) == (after, [])


# Scripts


async def test_a_server_that_forgot_its_scripts_is_given_them_again(redis: Redis) -> None:
    log = await created(redis)
    await redis.script_flush()
    await recorded(log, unit(fact(1)))
    await redis.script_flush()
    seen = await log.tail()
    assert await log.check_tail(seen) == seen.epoch
