"""Small facts for tests of the log, which knows bytes and no football."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from redis.asyncio import Redis

from services.store import keys
from services.store.log import Answer, Log, NewEvent, Place, Recorded, Unit

COMPETITION = "copa-peru-2013"
BEGINNING = "competition"


def fact(number: int, subject: str = "match/final-1", text: str = "") -> NewEvent:
    """The same number is the same id; another text is other content."""
    event_id = uuid.uuid5(uuid.NAMESPACE_URL, str(number))
    about = f'"match":"{subject.removeprefix("match/")}",' if subject != BEGINNING else ""
    content = f'{about}"id":"{event_id}","text":"{text or number}"}}'.encode()
    return NewEvent(event_id.bytes, subject, hashlib.sha256(content).digest(), content)


def unit(*events: NewEvent, **reads: int) -> Unit:
    """A unit whose check read these matches, named with underscores, at these versions."""
    subjects = tuple(
        (f"match/{name.replace('_', '-')}", version) for name, version in reads.items()
    )
    return Unit(events, subjects)


async def created(redis: Redis, competition: str = COMPETITION) -> Log:
    """A log that holds its first event."""
    log = Log(redis, competition)
    await recorded(log, Unit((fact(0, BEGINNING),), creates=True))
    return log


async def append(log: Log, one: Unit) -> Answer:
    [answer] = await log.append([one])
    return answer


async def recorded(log: Log, one: Unit) -> Recorded:
    answer = await append(log, one)
    assert isinstance(answer, Recorded), answer
    return answer


async def contents(redis: Redis, competition: str = COMPETITION) -> dict[bytes, bytes]:
    """Every key of a competition, byte for byte."""
    found = [key async for key in redis.scan_iter(f"pitazo:{{{competition}}}:*")]
    return {key: await redis.dump(key) or b"" for key in found}


async def assert_exactly_right(
    redis: Redis, acknowledged: Iterable[tuple[NewEvent, Place]], maybe: set[bytes]
) -> None:
    """Everything acknowledged is in the log once, where it was said to be, and nothing else is,
    but what `maybe` names; positions and versions have no gaps."""
    entries: Any = await redis.xrange(keys.log(COMPETITION))
    stored = [fields[b"e"] for _, fields in entries]
    events = [msgspec.json.decode(one) for one in stored]
    ids = [uuid.UUID(event["id"]).bytes for event in events]

    assert [id_ for id_, _ in entries] == [b"%d-0" % n for n in range(1, len(entries) + 1)]
    assert [event["position"] for event in events] == list(range(1, len(entries) + 1))
    assert len(set(ids)) == len(ids)
    times = [event["recorded_at"] for event in events]
    assert times == sorted(times)
    versions: Counter[str] = Counter()
    for event in events:
        subject = f"match/{event['match']}" if "match" in event else BEGINNING
        versions[subject] += 1
        assert event["version"] == versions[subject]

    known = set()
    for new, place in acknowledged:
        known.add(new.id)
        assert stored[place.position - 1] == new.stored(place)
        assert entries[place.position - 1][1][b"d"] == new.digest
    assert set(ids) - known <= maybe

    kept = await redis.hgetall(keys.ids(COMPETITION))
    assert kept == {id_: b"%d" % position for position, id_ in enumerate(ids, 1)}
    kept = await redis.hgetall(keys.versions(COMPETITION))
    assert kept == {name.encode(): b"%d" % version for name, version in versions.items()}
