"""Commands that begin at once: each is forked from a process that has imported what they need.

It is the command as anybody runs it, in a process of its own, with its own variables; what is saved
is importing everything again, which takes longer than most of what is asked of it.
"""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NoReturn

# Not `services.commands`: what prints measures its terminal when it is imported.
IMPORTED = (
    "httptools", "redis.asyncio", "rich.progress", "rich.live", "rich.table", "typer",
    "services.catalogue", "services.holes", "services.importing", "services.legs",
    "services.replay", "services.results.tables", "services.season", "services.store.access",
    "services.store.embedded", "services.terminal", "services.ties", "services.viewer",
)  # fmt: skip
HEAD_BYTES = 8
FORKED = b"."


class Forker:
    """The process that they are forked from; it ends when whoever began it does."""

    def __init__(self) -> None:
        self._socket, theirs = socket.socketpair()
        self._lock = threading.Lock()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", __name__, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )

    def said_by(self, arguments: Sequence[str], variables: Mapping[str, str]) -> tuple[int, str]:
        """Run a command; give its exit status, and everything that it said."""
        request = json.dumps({"arguments": arguments, "variables": dict(variables)}).encode()
        (said, saying), (ended, ending) = os.pipe(), os.pipe()
        with self._lock:
            socket.send_fds(self._socket, [b"%*d" % (HEAD_BYTES, len(request))], [saying, ending])
            self._socket.sendall(request)
            assert self._socket.recv(1) == FORKED, "the process that forks has ended"
        os.close(saying)
        os.close(ending)
        with open(said, "rb") as output, open(ended, "rb") as status:
            return int(status.read()), output.read().decode()


@cache
def forker() -> Forker:
    return Forker()


def main() -> None:
    """Fork whatever is asked for, until nobody asks any more."""
    for name in IMPORTED:
        importlib.import_module(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        while True:
            head, passed, *_ = socket.recv_fds(asked, HEAD_BYTES, 2)
            if not head:
                return
            request = json.loads(asked.recv(int(head), socket.MSG_WAITALL))
            if not os.fork():
                asked.close()
                _command(request, *passed)
            for descriptor in passed:
                os.close(descriptor)
            asked.sendall(FORKED)


def _command(request: dict[str, Any], saying: int, ending: int) -> NoReturn:
    """Run a command in a process of its own, and tell how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if command := os.fork():
        os.close(saying)
        _, status = os.waitpid(command, 0)
        os.write(ending, b"%d" % os.waitstatus_to_exitcode(status))
        os._exit(0)
    os.close(ending)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, standard in ((nothing, 0), (saying, 1), (saying, 2)):
        os.dup2(descriptor, standard)
    os.chdir("/")
    os.environ.clear()
    os.environ.update(request["variables"])
    sys.argv[1:] = request["arguments"]
    status = 1
    try:
        importlib.import_module("services.cli").main()
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
