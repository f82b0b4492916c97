"""A process of its own that uses the server on a folder; tests start it, talk to it and kill it.

`hold` stays until its input ends, `write` appends until it is killed and prints what was
acknowledged, `come_and_go` enters and leaves as often as it is told.
"""

import asyncio
import json
import signal
import sys
from contextlib import suppress
from pathlib import Path

from redis.asyncio import Redis

from services.store import embedded


def say(message: object) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


async def hold(folder: Path) -> None:
    async with embedded.server(folder) as server:
        say({"pid": server.pid, "adopted": server.adopted, "url": server.url})
        try:
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        except asyncio.CancelledError:
            say("interrupted")
            raise


async def write(folder: Path) -> None:
    async with (
        embedded.server(folder) as server,
        Redis.from_url(server.url, decode_responses=True) as client,
    ):
        say({"pid": server.pid, "adopted": server.adopted, "url": server.url})
        while True:
            say(await client.xadd("acknowledged", {"by": server.pid}))


async def come_and_go(folder: Path, times: int) -> None:
    for _ in range(times):
        async with embedded.server(folder) as server, Redis.from_url(server.url) as client:
            await client.incr("visits")
            say(server.pid)


if __name__ == "__main__":
    task, where, *rest = sys.argv[1:]
    # Who was started in the background may have been told to ignore a Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        asyncio.run(globals()[task](Path(where), *map(int, rest)))
