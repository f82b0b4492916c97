"""One folder, one server: whoever is killed, whoever comes at once, whoever leaves last."""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import stat
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ConnectionError as RedisIsAway
from redis.exceptions import OutOfMemoryError

from services.settings import Settings
from services.store import embedded

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS = 60.0


@asynccontextmanager
async def user(task: str, folder: Path, *arguments: object) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.folder_user", task, str(folder),
        *map(str, arguments), cwd=ROOT, stdin=PIPE, stdout=PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def heard(process: Process) -> Any:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), DEADLINE_SECONDS)
    return json.loads(line)


async def rest_of(process: Process) -> list[Any]:
    """What it had said before it ended; a last line may be torn."""
    assert process.stdout is not None
    said = await asyncio.wait_for(process.stdout.read(), DEADLINE_SECONDS)
    return [json.loads(line) for line in said.splitlines(keepends=True) if line.endswith(b"\n")]


async def leave(process: Process) -> None:
    assert process.stdin is not None
    process.stdin.close()
    await asyncio.wait_for(process.wait(), DEADLINE_SECONDS)


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        await asyncio.sleep(0.01)


async def append_mebibytes(client: Redis, count: int) -> None:
    for _ in range(count):
        await client.rpush("acknowledged", b"x" * 2**20)


def is_free(folder: Path) -> bool:
    with (folder / "lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


async def test_what_was_acknowledged_is_there_after_a_stop_and_a_start(tmp_path: Path) -> None:
    async with embedded.server(tmp_path) as server, Redis.from_url(server.url) as client:
        await client.set("whistle", "first")
    assert is_free(tmp_path)
    async with embedded.server(tmp_path) as again, Redis.from_url(again.url) as client:
        assert await client.get("whistle") == b"first"
    assert again.pid != server.pid


async def test_an_owner_killed_any_number_of_times_leaves_one_server_and_loses_nothing(
    tmp_path: Path,
) -> None:
    acknowledged: list[str] = []
    pids, adopted = set(), []
    async with user("write", tmp_path) as bystander:
        first = await heard(bystander)
        for _ in range(6):
            async with user("write", tmp_path) as owner:
                about = await heard(owner)
                pids.add(about["pid"])
                adopted.append(about["adopted"])
                acknowledged += [await heard(owner) for _ in range(20)]
                owner.kill()
                acknowledged += await rest_of(owner)
        bystander.kill()
        acknowledged += await rest_of(bystander)
    assert pids == {first["pid"]}
    assert adopted == [True] * 6
    async with (
        embedded.server(tmp_path) as server,
        Redis.from_url(server.url, decode_responses=True) as client,
    ):
        assert (server.pid, server.adopted) == (first["pid"], True)
        entries = {entry for entry, _ in await client.xrange("acknowledged") or ()}
    assert len(acknowledged) == len(set(acknowledged)) > 120
    assert entries >= set(acknowledged)


async def test_the_launcher_killed_leaves_its_server_to_the_next(tmp_path: Path) -> None:
    for _ in range(4):
        async with user("write", tmp_path) as owner:
            about = await heard(owner)
            await heard(owner)
            owner.kill()
        assert not is_free(tmp_path)
        async with embedded.server(tmp_path) as next_one:
            assert (next_one.pid, next_one.adopted) == (about["pid"], True)
        assert is_free(tmp_path)


async def test_of_many_who_start_at_once_one_launches_and_all_use_the_same_server(
    tmp_path: Path,
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        racers = [await stack.enter_async_context(user("hold", tmp_path)) for _ in range(6)]
        said = await asyncio.gather(*map(heard, racers))
        assert len({about["pid"] for about in said}) == 1
        assert sorted(about["adopted"] for about in said) == [False] + [True] * 5
        await asyncio.gather(*map(leave, racers))
    assert is_free(tmp_path)


async def test_many_who_come_and_go_never_lose_a_visit(tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        guests = [
            await stack.enter_async_context(user("come_and_go", tmp_path, 8)) for _ in range(4)
        ]
        for guest in guests:
            assert len(await rest_of(guest)) == 8
    assert is_free(tmp_path)
    async with embedded.server(tmp_path) as server, Redis.from_url(server.url) as client:
        assert await client.get("visits") == b"32"


async def test_the_server_lives_until_the_last_one_leaves(tmp_path: Path) -> None:
    async with user("hold", tmp_path) as launcher, user("hold", tmp_path) as other:
        about, _ = await heard(launcher), await heard(other)
        await leave(launcher)
        async with Redis.from_url(about["url"]) as client:
            assert await client.ping()
        await leave(other)
    assert is_free(tmp_path)


async def test_a_killed_server_is_started_again_with_everything_acknowledged(
    tmp_path: Path,
) -> None:
    async with embedded.server(tmp_path) as server, Redis.from_url(server.url) as client:
        watch = asyncio.create_task(server.keep_running())
        for count in range(1, 4):
            await client.rpush("acknowledged", count)
            killed = server.pid
            os.kill(killed, signal.SIGKILL)
            await until(lambda: server.pid != killed)  # noqa: B023 -- awaited in this turn
            assert await client.lrange("acknowledged", 0, -1) == [b"1", b"2", b"3"][:count]
        watch.cancel()
    assert is_free(tmp_path)


async def test_a_server_killed_under_two_users_is_started_again_once(tmp_path: Path) -> None:
    async with embedded.server(tmp_path) as one, embedded.server(tmp_path) as other:
        os.kill(one.pid, signal.SIGKILL)
        await until(lambda: is_free(tmp_path))
        revived = await asyncio.gather(one.revive(), other.revive())
        assert sorted(revived) == [False, True]


async def test_a_folder_held_by_something_silent_is_refused_with_its_pid(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        lock.write("4711\n")
        lock.flush()
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(embedded.FolderTaken, match="in use by process 4711") as refused:
            async with embedded.server(tmp_path, patience_seconds=0.1):
                pass
    assert (refused.value.folder, refused.value.pid) == (tmp_path, 4711)
    async with embedded.server(tmp_path) as server:
        assert not server.adopted


async def test_a_frozen_server_is_refused_and_no_second_one_started(tmp_path: Path) -> None:
    async with user("hold", tmp_path) as owner:
        pid = (await heard(owner))["pid"]
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(embedded.FolderTaken, match=f"process {pid},"):
                async with embedded.server(tmp_path, patience_seconds=0.1):
                    pass
        finally:
            os.kill(pid, signal.SIGCONT)
        await leave(owner)
    assert is_free(tmp_path)


async def test_only_the_owner_of_the_folder_can_reach_the_server(tmp_path: Path) -> None:
    async with embedded.server(tmp_path / "new") as server, Redis.from_url(server.url) as client:
        home = tmp_path / "new" / "valkey"
        for path in (tmp_path / "new", home, home / "valkey.sock"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        for path in (tmp_path / "new" / "lock", tmp_path / "new" / "users"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert (await client.config_get("port"))["port"] == "0"


async def test_a_folder_that_was_there_keeps_its_mode_and_its_files(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "notes.txt").write_text("mine")
    async with embedded.server(tmp_path):
        assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
        assert (tmp_path / "notes.txt").read_text() == "mine"


async def test_ctrl_c_in_the_launchers_terminal_is_not_the_servers(tmp_path: Path) -> None:
    async with user("hold", tmp_path) as launcher:
        about = await heard(launcher)
        async with embedded.server(tmp_path) as server, Redis.from_url(server.url) as client:
            os.killpg(launcher.pid, signal.SIGINT)
            assert await heard(launcher) == "interrupted"
            await leave(launcher)
            assert server.pid == about["pid"]
            assert await client.ping()
    assert is_free(tmp_path)


async def test_ctrl_c_lets_a_sole_user_stop_its_server(tmp_path: Path) -> None:
    async with user("hold", tmp_path) as launcher:
        await heard(launcher)
        os.killpg(launcher.pid, signal.SIGINT)
        await leave(launcher)
    assert is_free(tmp_path)


async def test_the_path_of_a_folder_may_be_long_and_have_spaces(tmp_path: Path) -> None:
    folder = tmp_path / ("liga distrital " * 8) / ("etapa departamental " * 8)
    async with embedded.server(folder) as server, Redis.from_url(server.url) as client:
        assert await client.ping()
        link = Path(server.url.removeprefix("unix://")).parent
        assert link.resolve() == (folder / "valkey").resolve()
    assert not link.parent.exists()
    assert link.parent.parent == Path(tempfile.gettempdir())


async def test_a_torn_end_of_the_file_was_acknowledged_to_nobody(tmp_path: Path) -> None:
    async with embedded.server(tmp_path) as server, Redis.from_url(server.url) as client:
        await client.rpush("acknowledged", "1", "2")
    (newest,) = (tmp_path / "valkey" / "appendonlydir").glob("*.incr.aof")
    with newest.open("ab") as file:
        file.write(b"*3\r\n$5\r\nRPUSH\r\n$12\r\nacknow")
    async with embedded.server(tmp_path) as server, Redis.from_url(server.url) as client:
        assert await client.lrange("acknowledged", 0, -1) == [b"1", b"2"]


async def test_a_damaged_file_stops_the_start_with_the_servers_own_words(tmp_path: Path) -> None:
    async with embedded.server(tmp_path) as server, Redis.from_url(server.url) as client:
        await client.rpush("acknowledged", "1", "2")
    (newest,) = (tmp_path / "valkey" / "appendonlydir").glob("*.incr.aof")
    newest.write_bytes(b"damaged" + newest.read_bytes())
    with pytest.raises(embedded.DidNotStart, match=r"it ended with status 1;.*Bad file format"):
        async with embedded.server(tmp_path):
            pass
    assert is_free(tmp_path)


async def test_a_full_server_says_so_and_forgets_nothing(tmp_path: Path) -> None:
    async with (
        embedded.server(tmp_path, maxmemory_mib=16) as server,
        Redis.from_url(server.url) as client,
    ):
        with pytest.raises(OutOfMemoryError):
            await append_mebibytes(client, 32)
        kept = await client.llen("acknowledged")
        assert 0 < kept < 16
    async with embedded.server(tmp_path) as server, Redis.from_url(server.url) as client:
        assert await client.llen("acknowledged") == kept


async def test_an_outside_server_is_used_where_one_is_named(tmp_path: Path) -> None:
    outside = Settings(redis_url="redis://results.example:6379/0", data=str(tmp_path / "unused"))
    async with embedded.redis_url(outside) as url:
        assert url == "redis://results.example:6379/0"
    assert not (tmp_path / "unused").exists()


async def test_without_one_the_embedded_server_is_used(tmp_path: Path) -> None:
    async with (
        embedded.redis_url(Settings(data=str(tmp_path))) as url,
        Redis.from_url(url) as client,
    ):
        assert await client.ping()
    with pytest.raises(RedisIsAway):
        await Redis.from_url(url).ping()
