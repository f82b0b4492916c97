"""Everything on one machine: it starts, says what keeps it from starting, and ends well."""

import asyncio
import json
import signal
import socket
import stat
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services import season
from services.client import Client, Refusal
from services.store import embedded, keys
from services.store.connection import connect
from services.store.log import Log
from services.up import Served, keep_playing
from tests.integration import web
from tests.integration.machine import (
    AMAZONAS,
    COMPETITION,
    Machine,
    children_of,
    gone,
    pitazo,
    running,
    said_by,
    server_on,
    up,
    verified,
)
from tests.integration.servers import frozen, until

FACTS = len(season.read(AMAZONAS).facts) + 1


QUICK = {"PITAZO_PLAY_INTERVAL_SECONDS": "0.05"}


SLOW = {"PITAZO_PLAY_INTERVAL_SECONDS": "60"}


def position(machine: Machine) -> int:
    with machine.client() as client:
        found: int = client.get(f"/v1/competitions/{COMPETITION}").json()["position"]
    return found


async def reaches(machine: Machine, wanted: int) -> None:
    async def reached() -> bool:
        return await asyncio.to_thread(position, machine) >= wanted

    await until(reached)


def recorded(machine: Machine, competition: str = COMPETITION) -> list[dict[str, object]]:
    with machine.client() as client:
        lines = client.get(f"/v1/competitions/{competition}/log").body.splitlines()
    return [json.loads(line) for line in lines]


# Starting, stopping


async def test_the_season_is_served_played_and_complete(tmp_path: Path) -> None:
    async with running(tmp_path, AMAZONAS, **QUICK) as machine:
        assert machine.competitions == [COMPETITION]
        assert stat.S_IMODE((tmp_path / "ready").stat().st_mode) == 0o600
        await reaches(machine, FACTS)
        await verified(machine)
        with Client(machine.http) as client, Client(machine.live.replace("ws", "http")) as live:
            assert b"<html" in client.get("/").body
            assert client.get("/readyz").status == live.get("/readyz").status == 200


async def test_without_a_season_named_all_are_loaded_and_ready_before_all_is_played(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, **SLOW) as machine:
        assert COMPETITION in machine.competitions
        begun = position(machine)
        assert FACTS - 20 < begun < FACTS
        await verified(machine)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_told_to_end_it_leaves_nothing_running(
    tmp_path: Path, small: Path, ending: signal.Signals
) -> None:
    async with running(tmp_path, small) as machine:
        services = [pid for pid, _ in await children_of(machine.process.pid)]
        async with server_on(tmp_path) as (server, _):
            pass
        assert await machine.end(ending) == 0
    await gone([*services, server])
    assert not (tmp_path / "ready").exists()


async def test_a_second_start_goes_on_where_the_first_ended(tmp_path: Path) -> None:
    async with running(tmp_path, AMAZONAS, **SLOW) as machine:
        before = recorded(machine)
        assert len(before) < FACTS
        assert await machine.end() == 0
    async with running(tmp_path, AMAZONAS, **QUICK) as machine:
        await reaches(machine, FACTS)
        after = recorded(machine)
        assert after[: len(before)] == before
        assert len({event["id"] for event in after}) == len(after) == FACTS
        await verified(machine)


async def test_a_token_stands_on_no_command_line_and_is_worth_nothing_in_the_next_start(
    tmp_path: Path, small: Path
) -> None:
    async with running(tmp_path, small) as machine:
        token = machine.token
        for _, said in await children_of(machine.process.pid):
            assert token.rpartition("_")[2] not in said
        await machine.end()
    async with running(tmp_path, small) as machine:
        with Client(machine.http, token) as client, pytest.raises(Refusal) as refused:
            client.post("/v1/competitions/small/events", {})
        assert refused.value.status == 401


async def test_a_server_of_its_own_is_used_and_left_running(
    tmp_path: Path, small: Path, redis_url: str, redis: Redis
) -> None:
    async with running(tmp_path, small, PITAZO_REDIS_URL=redis_url) as machine:
        assert machine.competitions == ["small"]
        assert not (tmp_path / "data").exists()
        assert await machine.end() == 0
    assert await redis.ping()


# What keeps it from starting


async def test_a_taken_port_is_named_with_the_option_that_chooses_another(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        status, said = await said_by(*up(tmp_path), "--live", port)
    assert status == 1
    assert f"port {port} of 127.0.0.1" in said
    assert "--live" in said
    assert "Traceback" not in said


async def test_a_wrong_season_is_named_before_anything_is_started(tmp_path: Path) -> None:
    path = tmp_path / "season.toml"
    path.write_text('competition = "A B"\nregulations = {}\n')
    status, said = await said_by(*up(tmp_path, path))
    assert status == 1
    assert f"{path}, line 1: at competition: expected" in said
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--data", "{folder}/file"], "{folder}/file cannot be the data folder"),
        (["--data", "{folder}/file/below"], "it lies below a file"),
        (["--data", "/proc/pitazo"], "/proc/pitazo cannot be the data folder"),
        (["--ready-file", "{folder}/nowhere/ready"], "there is no folder {folder}/nowhere"),
        (["--ready-file", "{folder}"], "it is a folder"),
        (["--host", "no.such.host.invalid"], "'no.such.host.invalid' is no address of this"),
        (["--host", "192.0.2.1"], "'192.0.2.1' is no address of this machine"),
    ],
)
async def test_what_cannot_be_used_is_said_in_a_sentence_before_anything_is_served(
    tmp_path: Path, small: Path, options: list[str], sentence: str
) -> None:
    (tmp_path / "file").write_text("")
    chosen = [option.format(folder=tmp_path) for option in options]
    status, said = await said_by(*up(tmp_path), *chosen, small, COLUMNS="999")
    assert status == 1, said
    assert sentence.format(folder=tmp_path) in said
    assert "Traceback" not in said


async def test_a_server_that_does_not_answer_is_waited_for_and_then_named(
    tmp_path: Path, small: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://:secret@127.0.0.1:{silent.getsockname()[1]}/0"
        process = await pitazo(
            up(tmp_path, small),
            {"COLUMNS": "999", "PITAZO_REDIS_URL": url},
            altered={"services.settings.UP_SERVER_PATIENCE_SECONDS": 1.0},
        )
        said = (await process.communicate())[0].decode()
    assert process.returncode == 1
    assert "did not answer within 1 s" in said
    assert "secret" not in said
    assert "Traceback" not in said


async def test_an_address_of_no_server_is_wrong_use(tmp_path: Path, small: Path) -> None:
    variables = {"PITAZO_REDIS_URL": "http://:secret@127.0.0.1:1"}
    status, said = await said_by(*up(tmp_path), small, COLUMNS="999", **variables)
    assert status == 2
    assert "PITAZO_REDIS_URL is 'http://127.0.0.1:1': " in said


async def test_a_season_file_that_has_changed_is_named_once_and_all_is_served(
    tmp_path: Path, small: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with running(tmp_path, small) as machine:
        assert await machine.end() == 0
    small.write_text('competition = "small"\nregulations.notes = ["somebody plays"]\n')
    async with running(tmp_path, small) as machine:
        assert machine.competitions == ["small"]
        assert await machine.end() == 0
    said = capfd.readouterr().err
    assert said.count("has changed since it was loaded") == 1
    assert "WARNING" in said
    assert "ERROR" not in said


async def test_open_to_the_network_it_says_so_and_names_an_address_that_works(
    tmp_path: Path, small: Path
) -> None:
    async with running(tmp_path, small, "--host", "0.0.0.0") as machine:
        assert await machine.end() == 0
        assert machine.process.stdout
        said = " ".join((await machine.process.stdout.read()).decode().replace("│", " ").split())
    assert "reachable from the network" in said
    assert "tokens cross it unencrypted" in said
    assert "PITAZO_ALLOWED_HOSTS" in said
    assert "From the network http://" in said
    assert "0.0.0.0" not in said


async def test_a_competition_that_cannot_be_read_is_named_and_not_waited_for(
    tmp_path: Path, small: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    async with running(tmp_path, AMAZONAS, small, **SLOW) as machine:
        async with server_on(tmp_path) as (_, redis):
            tail = await Log(redis, COMPETITION).tail()
            entry = tail.stored.replace(b'{"v":1', b'{"v":99')
            await redis.xadd(
                keys.log(COMPETITION), {"e": entry, "d": b""}, f"{tail.position + 1}-0"
            )
        assert await machine.end() == 0
    async with running(tmp_path, AMAZONAS, small, **SLOW) as machine:
        assert {COMPETITION, "small"} <= set(machine.competitions)
        assert await machine.end() == 0
    said = capfd.readouterr().err
    assert f"{COMPETITION} cannot be shown as it is recorded: the views" in said
    assert f"stopped before position {tail.position + 1}: UnknownVersion" in said
    assert "gives no answer" not in said


async def test_what_is_played_waits_for_a_silent_server_and_goes_on_saying_each_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("services.client.CLIENT_TRIES_MAX", 1)
    monkeypatch.setattr("services.up.CLIENT_RETRY_LONGEST_SECONDS", 0.01)
    one = season.read(AMAZONAS)

    def said(words: str) -> int:
        return sum(words in record.getMessage() for record in caplog.records)

    async with (
        embedded.server(tmp_path) as server,
        connect(server.url) as redis,
        web.serving(redis) as site,
    ):
        served = Served(str(site.client.base_url), "", site.operator)
        with Client(served.http, served.token) as client:
            await asyncio.to_thread(season.create, client, one)
        steps = [(0.0, batch) for batch in season.batches(one.facts)]
        with frozen(server):
            playing = asyncio.create_task(
                keep_playing(
                    served, COMPETITION, lambda client: list(season.play(client, one, steps))
                )
            )

            async def waits() -> bool:
                return said("waits to be played on") > 0

            await until(waits)
        await playing
        assert (await Log(redis, COMPETITION).tail()).position == FACTS
    assert (said("waits to be played on"), said("is played on")) == (1, 1)
    assert said("pitazo up") == 0
