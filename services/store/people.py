"""Names of persons live beside the log, which holds references and commitments only.

A commitment is SHA-256 of salt and name, both as UTF-8. A name is put here before its event is
recorded, under the event's id, and counts once that event is in the log; so a repeat finds its
salt again, and a name that was erased is gone while every proof still holds.
"""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import msgspec
from redis.asyncio import Redis

from events.codec import decode
from events.types import PersonNamed
from services.store import keys
from services.store.log import Log, faults


class Name(msgspec.Struct, frozen=True, omit_defaults=True):
    """A name as it is kept, under the id of the event that gives it to a person."""

    salt: str
    name: str
    person: str

    @property
    def commitment(self) -> str:
        return hashlib.sha256((self.salt + self.name).encode()).hexdigest()


class Person(msgspec.Struct, frozen=True):
    """Who a reference means."""

    person: str
    name: str
    team: str | None


async def put(redis: Redis, competition: str, names: Sequence[tuple[str, str, str]]) -> list[Name]:
    """Keep names, each as event id, person and name; give what is kept under each id.

    What was kept there before stays, so the name that is given back may be another.
    """
    key = keys.people(competition)
    async with faults(competition), redis.pipeline(transaction=False) as pipeline:
        for event_id, person, name in names:
            new = Name(secrets.token_hex(16), name, person)
            pipeline.hsetnx(key, event_id, msgspec.json.encode(new))
            pipeline.hget(key, event_id)
        found = await pipeline.execute()
    return [msgspec.json.decode(kept, type=Name) for kept in found[1::2]]


async def forget(redis: Redis, competition: str, person: str, position: int) -> None:
    """Delete the names that a person was given before a position."""
    given = {id: name for id, name in (await _kept(redis, competition)) if name.person == person}
    if not given:
        return
    recorded = await Log(redis, competition).find([UUID(id).bytes for id in given])
    later = {id for id, entry in recorded.items() if entry.position > position}
    gone = [id for id in given if UUID(id).bytes not in later]
    if gone:
        async with faults(competition):
            await redis.hdel(keys.people(competition), *gone)


async def page(
    redis: Redis, competition: str, after: str, limit: int
) -> tuple[list[Person], str | None]:
    """Give who the references after one mean, and after which to ask on where there are more.

    The newest name that a person was given counts.
    """
    kept = await _kept(redis, competition)
    persons = sorted({name.person for _, name in kept if name.person > after})
    more = persons[limit - 1] if len(persons) > limit else None
    return await _among(redis, competition, kept, frozenset(persons[:limit])), more


async def of(redis: Redis, competition: str, references: Collection[str]) -> list[Person]:
    """Give who these references mean, as far as that is known."""
    if not references:
        return []
    return await _among(redis, competition, await _kept(redis, competition), references)


async def _among(
    redis: Redis, competition: str, kept: Sequence[tuple[str, Name]], wanted: Collection[str]
) -> list[Person]:
    names = {UUID(id).bytes: name for id, name in kept if name.person in wanted}
    recorded = await Log(redis, competition).find([*names]) if names else {}
    newest: dict[str, Person] = {}
    for id, entry in sorted(recorded.items(), key=lambda found: found[1].position):
        event = decode(entry.stored)
        if isinstance(event, PersonNamed) and event.commitment == names[id].commitment:
            newest[event.person] = Person(event.person, names[id].name, event.team)
    return [newest[person] for person in sorted(newest)]


async def _kept(redis: Redis, competition: str) -> list[tuple[str, Name]]:
    async with faults(competition):
        found: Any = await redis.hgetall(keys.people(competition))
    return [(id.decode(), msgspec.json.decode(name, type=Name)) for id, name in found.items()]
