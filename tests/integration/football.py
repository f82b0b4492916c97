"""A small competition to write to: one group of four teams, and six matches of it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.asyncio import Redis

from events.codec import read_event
from services.capture.submission import Accepted, Submission
from services.capture.writer import Writer, create
from tests.integration.facts import COMPETITION

TEAMS = ("arsenal", "bielich", "carrion", "dep-pasco")
MATCHES = ("m1", "m2", "m3", "m4", "m5", "m6")
PAIRINGS = ((0, 1), (2, 3), (0, 2), (1, 3), (0, 3), (1, 2))
GROUP = {"id": "group-a", "name": "Grupo A", "teams": list(TEAMS)}
SECTION = {"id": "amazonas", "name": "Amazonas", "groups": [GROUP]}
REGULATIONS = {"stages": [{"id": "departmental", "name": "Etapa", "sections": [SECTION]}]}


def named(name: str) -> str:
    """The same name is the same event id."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


def sent(type_: str, name: str, **fields: Any) -> dict[str, Any]:
    return {"id": named(name), "type": type_, **fields}


def goal(name: str, match: str = "m1", side: str = "home", **fields: Any) -> dict[str, Any]:
    return sent("goal_scored", name, match=match, side=side, **fields)


def note(name: str, **fields: Any) -> dict[str, Any]:
    """A fact about the competition as a whole, so that everybody's check has read it."""
    return sent("note_added", name, text=name, **fields)


def submission(*events: dict[str, Any], by: str = "scorer:1") -> Submission:
    return Submission(tuple(read_event(event) for event in events), by)


CREATED = sent("competition_created", "created", competition=COMPETITION, regulations=REGULATIONS)
ENTERED = [sent("team_entered", team, team=team, names={"full": team.title()}) for team in TEAMS]
SCHEDULED = [
    sent("match_scheduled", match, match=match, home=TEAMS[home], away=TEAMS[away], group="group-a")
    for match, (home, away) in zip(MATCHES, PAIRINGS, strict=True)
]
OPENING = len(ENTERED) + len(SCHEDULED) + 1
"""The position at which play begins."""


@asynccontextmanager
async def writing(redis: Redis, competition: str = COMPETITION) -> AsyncIterator[Writer]:
    """A writer at work; a writer that dies fails the test."""
    writer = Writer(redis, competition)
    work = asyncio.create_task(writer.run())
    try:
        yield writer
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


@asynccontextmanager
async def opened(redis: Redis) -> AsyncIterator[Writer]:
    """A writer of a competition in which play can begin."""
    await create(redis, COMPETITION, submission(CREATED))
    async with writing(redis) as writer:
        await writer.submit(submission(*ENTERED, *SCHEDULED))
        yield writer


async def play(writer: Writer, *events: dict[str, Any], by: str = "scorer:1") -> Accepted:
    return await writer.submit(submission(*events, by=by))
