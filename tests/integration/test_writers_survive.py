"""Two hundred people post through three writers to a server that dies again and again."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest_asyncio
from redis.asyncio import Redis

from events.codec import decode
from events.errors import Refused
from projections.fold import Fold
from services.capture.submission import Accepted, Busy, IdReused, Overtaken, new_events
from services.capture.writer import Writer
from services.store import embedded
from services.store.log import Log, LogUnavailable, NewEvent, Place
from tests.integration import servers
from tests.integration.facts import COMPETITION, assert_exactly_right
from tests.integration.football import (
    CREATED,
    ENTERED,
    MATCHES,
    SCHEDULED,
    goal,
    note,
    opened,
    sent,
    submission,
    writing,
)

PEOPLE = 200
POSTS_PER_PERSON = 6
WRITERS = 3
KILLED_AFTER = (50, 300, 600)

Events = list[dict[str, Any]]


class Said:
    """What everybody was told, and what nobody knows."""

    def __init__(self) -> None:
        self.acknowledged: list[tuple[NewEvent, Place]] = []
        self.maybe: set[bytes] = set()
        self.answers: set[type] = set()

    def accepted(self, events: Events, by: str, accepted: Accepted) -> None:
        new = new_events(submission(*events, by=by))
        self.acknowledged += zip(new, accepted.places, strict=True)


class Person:
    """Posts goals and notes, some again, some changed, some and then walks away."""

    def __init__(self, number: int, writer: Writer, said: Said) -> None:
        self.chance = random.Random(number)
        self.by = f"scorer:{number}"
        self.number = number
        self.writer = writer
        self.said = said
        self.mine: list[Events] = []

    async def run(self) -> None:
        for turn in range(POSTS_PER_PERSON):
            chance = self.chance.random()
            if chance < 0.15 and self.mine:
                await self.until_answered(self.chance.choice(self.mine))
            elif chance < 0.3 and self.mine:
                changed = {**self.mine[0][0], "source": "another"}
                await self.until_answered([changed])
            elif chance < 0.4:
                await self.walk_away(self.new(turn))
            else:
                events = self.new(turn)
                await self.until_answered(events)
                self.mine.append(events)

    def new(self, turn: int) -> Events:
        name, match = f"{self.number}-{turn}", self.chance.choice(MATCHES)
        expects = self.chance.random() < 0.2
        expected: dict[str, Any] = {"expected_version": turn * 7} if expects else {}
        choices = (
            [goal(name, match, **expected)],
            [goal(f"{name}-{index}", self.chance.choice(MATCHES)) for index in range(3)],
            [goal(name, match), goal(f"{name} after", "nowhere")],
            [sent("match_scheduled", name, match=f"x{turn}", home="arsenal", away="bielich")],
            [note(name)],
        )
        return self.chance.choices(choices, weights=(60, 20, 5, 10, 5))[0]

    async def until_answered(self, events: Events) -> None:
        while True:
            try:
                accepted = await self.writer.submit(submission(*events, by=self.by))
            except (LogUnavailable, Busy) as fault:
                self.said.answers.add(type(fault))
                await asyncio.sleep(servers.POLL_SECONDS)
            except (Refused, IdReused, Overtaken) as refusal:
                self.said.answers.add(type(refusal))
                return
            else:
                self.said.answers.add(Accepted)
                self.said.accepted(events, self.by, accepted)
                return

    async def walk_away(self, events: Events) -> None:
        self.said.maybe.update(new.id for new in new_events(submission(*events)))
        posting = asyncio.create_task(self.until_answered(events))
        for _ in range(self.chance.randint(1, 30)):
            await asyncio.sleep(0)
        posting.cancel()
        await asyncio.gather(posting, return_exceptions=True)


@pytest_asyncio.fixture
async def server(tmp_path: Path) -> AsyncIterator[embedded.Server]:
    async with embedded.server(tmp_path) as running:
        yield running


async def test_two_hundred_people_and_a_dying_server_end_in_exactly_the_right_log(
    server: embedded.Server,
) -> None:
    said = Said()
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(servers.client(server))
        writers = [await stack.enter_async_context(opened(redis))]
        for _ in range(WRITERS - 1):
            client = await stack.enter_async_context(servers.client(server))
            writers.append(await stack.enter_async_context(writing(client)))
        killing = asyncio.create_task(kill_again_and_again(server, said))
        people = [Person(n, writers[n % WRITERS], said) for n in range(PEOPLE)]
        await asyncio.gather(*(person.run() for person in people))
        await asyncio.wait_for(killing, servers.DEADLINE_SECONDS)

        opening = new_events(submission(CREATED, *ENTERED, *SCHEDULED))
        await assert_exactly_right(
            redis, said.acknowledged, said.maybe | {new.id for new in opening}
        )
        assert said.answers >= {Accepted, IdReused, Overtaken}
        await assert_lawful(redis)


async def kill_again_and_again(server: embedded.Server, said: Said) -> None:
    for wanted in KILLED_AFTER:

        async def are_acknowledged(wanted: int = wanted) -> bool:
            return len(said.acknowledged) >= wanted

        await servers.until(are_acknowledged)
        servers.kill(server)
        await servers.revive(server)


async def assert_lawful(redis: Redis) -> None:
    """Nobody's check was slipped past: each match was scheduled once, before its first goal."""
    fold = Fold()
    for _, stored in await Log(redis, COMPETITION).read(0, 100_000):
        event = decode(stored)
        if event.match:
            assert (event.version == 1) == (type(event).__name__ == "MatchScheduled")
        fold.advance(event)
