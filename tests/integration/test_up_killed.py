"""Whatever is killed of everything on one machine, nothing is lost and nothing is there twice."""

import asyncio
import os
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services import season
from services.client import Client, Refusal, Unreachable
from services.settings import (
    PLAY_UNDATED_INTERVAL_SECONDS,
)
from services.viewer import Away, Viewer
from tests.integration.machine import (
    AMAZONAS,
    COMPETITION,
    SERVICES,
    Machine,
    gone,
    running,
    running_altered,
    server_on,
    verified,
)
from tests.integration.servers import until
from tests.integration.test_up import FACTS, reaches, recorded

RESTARTS_MAX = 2


async def test_a_service_that_keeps_dying_ends_everything_with_a_reason(
    tmp_path: Path, small: Path
) -> None:
    altered = {"services.settings.UP_RESTARTS_PER_MINUTE_MAX": RESTARTS_MAX}
    async with running_altered(tmp_path, altered, small) as machine:
        for _ in range(RESTARTS_MAX + 1):
            killed = await machine.service("projector")
            os.kill(killed, signal.SIGKILL)

            async def replaced(killed: int = killed) -> bool:
                found = await machine.services("projector")
                return machine.process.returncode is not None or found not in ([], [killed])

            await until(replaced)
        assert await machine.process.wait() == 1


async def test_services_end_with_whoever_started_them_however_that_ended(
    tmp_path: Path, small: Path
) -> None:
    async with running(tmp_path, small) as machine:
        services = await machine.services()
        assert len(services) == len(SERVICES)
        await machine.end(signal.SIGKILL)
        await gone(services)


async def test_killed_again_and_again_with_writers_at_work_it_loses_nothing(
    tmp_path: Path, small: Path
) -> None:
    acknowledged: dict[str, int] = {}
    servers: set[int] = set()
    for _ in range(3):
        async with running(tmp_path, small) as machine:
            async with server_on(tmp_path) as (server, _):
                servers.add(server)
            services = await machine.services()
            before = len(acknowledged)
            with writers(machine, acknowledged):

                async def some(before: int = before) -> bool:
                    return len(acknowledged) > before + 200

                await until(some)
                await machine.end(signal.SIGKILL)
    assert len(servers) == 1, "the server outlives its starter, and the next one uses it"
    async with running(tmp_path, small) as machine:
        await gone(services)
        events = recorded(machine, "small")
        found = {event["id"]: event["position"] for event in events}
        assert len(found) == len(events)
        assert {id_: found.get(id_) for id_ in acknowledged} == acknowledged
        await verified(machine, "small")


@contextmanager
def writers(machine: Machine, acknowledged: dict[str, int]) -> Iterator[None]:
    """Threads that post notes, and keep what was acknowledged, until there is no answer."""
    clients = [machine.client() for _ in range(8)]

    def write(client: Client) -> None:
        while True:
            note = {"id": str(uuid.uuid4()), "type": "note_added", "text": "x"}
            try:
                answer = client.post("/v1/competitions/small/events", note)
            except (Unreachable, Refusal):
                return
            acknowledged[note["id"]] = answer.json()["recorded"][0]["position"]

    threads = [threading.Thread(target=write, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for client in clients:
            client.close()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("victim", [*SERVICES, "server"])
async def test_whatever_is_killed_in_the_middle_of_a_season_every_view_ends_as_the_fold(
    tmp_path: Path, small: Path, victim: str
) -> None:
    known = season.read(AMAZONAS)
    speed = PLAY_UNDATED_INTERVAL_SECONDS / 0.1
    async with running(tmp_path, small) as machine:
        with machine.client() as client:
            season.create(client, known)
            playing = asyncio.create_task(
                asyncio.to_thread(list, season.play(client, known, season.pace(known.facts, speed)))
            )
            board = asyncio.create_task(watched(machine))
            for reached in (FACTS - 20, FACTS - 10):
                await reaches(machine, reached)
                if victim == "server":
                    async with server_on(tmp_path) as (server, _):
                        os.kill(server, signal.SIGKILL)
                else:
                    await machine.kill(victim)
            await playing
        events = recorded(machine)
        assert len({event["id"] for event in events}) == len(events) == FACTS
        await verified(machine)
        positions = await asyncio.wait_for(board, timeout=30)
        assert positions == sorted(set(positions))
        assert positions[-1] <= FACTS


async def watched(machine: Machine) -> list[int]:
    """What positions a board was told of a table, until the last match of its group."""
    viewer = Viewer(machine.live, COMPETITION, ["standings/group-a"])
    positions: list[int] = []
    async for told in viewer.follow():
        if isinstance(told, Away):
            continue
        if told.position not in positions[-1:]:  # resumed: told again what it holds
            positions.append(told.position)
        if told.data and told.data["status"] == "final" and told.data["claims"]:
            return positions
    raise AssertionError("a viewer never gives up")
