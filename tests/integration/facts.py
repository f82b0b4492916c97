"""Small facts for tests of the log, which knows bytes and no football."""

import hashlib
import uuid

from redis.asyncio import Redis

from services.log import Answer, Log, NewEvent, Recorded, Unit

COMPETITION = "copa-peru-2013"
BEGINNING = "competition"


def fact(number: int, subject: str = "match/final-1", text: str = "") -> NewEvent:
    """The same number is the same id; another text is other content."""
    event_id = uuid.uuid5(uuid.NAMESPACE_URL, str(number))
    content = f'"id":"{event_id}","subject":"{subject}","text":"{text or number}"}}'.encode()
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
