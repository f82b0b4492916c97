"""Of several workers one at a time has a lease, and another one soon after it is gone.

A lease ends by the server's clock unless it is renewed, or at once when it is given back. It only
saves work: whatever a worker writes is guarded where it is written, so one that lost its lease
without noticing does no harm.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from redis.asyncio import Redis

from services.settings import LEASE_ASK_SECONDS, LEASE_RENEW_SECONDS, LEASE_SECONDS
from services.store import keys
from services.store.log import LogFull, LogUnavailable, faults

TAKE = """
local holder = redis.call("GET", KEYS[1])
if holder and holder ~= ARGV[1] then return math.max(1, redis.call("PTTL", KEYS[1])) end
redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
return 0
"""

GIVE_BACK = """
if redis.call("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end
"""


class LeaseLost(Exception):
    """Another worker has the lease. Ask for it again."""

    def __init__(self, competition: str, generation: int) -> None:
        self.competition = competition
        self.generation = generation

    def __str__(self) -> str:
        return (
            f"another projector keeps generation {self.generation} of the views of"
            f" {self.competition} now; this one waits"
        )


class Lease:
    """The lease on one generation of the views of one competition, as one worker sees it."""

    def __init__(self, redis: Redis, competition: str, generation: int) -> None:
        self.competition = competition
        self.generation = generation
        self._key = keys.lease(competition, generation)
        self._holder = secrets.token_hex(8)
        self._take = redis.register_script(TAKE)
        self._give_back = redis.register_script(GIVE_BACK)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[None]:
        """Wait for the lease, have it during the block, and give it back.

        Raises LeaseLost from within the block when another worker has taken it.
        """
        await self._wait()
        try:
            async with asyncio.timeout(None) as term:
                renewing = asyncio.create_task(self._renew(term))
                try:
                    yield
                finally:
                    renewing.cancel()
        except TimeoutError:
            if term.expired():
                raise LeaseLost(self.competition, self.generation) from None
            raise
        finally:
            with suppress(LogUnavailable):
                async with faults(self.competition):
                    await self._give_back([self._key], [self._holder])

    async def _wait(self) -> None:
        while True:
            seconds = await self._taken_by_another()
            if not seconds:
                return
            await asyncio.sleep(min(seconds, LEASE_ASK_SECONDS))

    async def _renew(self, term: asyncio.Timeout) -> None:
        """Renew it for ever; end the term once another has it. A fault is the worker's to find."""
        while True:
            await asyncio.sleep(LEASE_RENEW_SECONDS)
            with suppress(LogUnavailable, LogFull):
                if await self._taken_by_another():
                    term.reschedule(asyncio.get_running_loop().time())
                    return

    async def _taken_by_another(self) -> float:
        """Take or renew it and give 0, or give the seconds that another has it for."""
        async with faults(self.competition):
            left_ms = await self._take([self._key], [self._holder, int(LEASE_SECONDS * 1000)])
        return float(left_ms) / 1000
