"""What a competition said of itself when it was created: above all, whether it is private.

That stands in its first event and never changes, so it is read once an epoch of the log.
"""

import msgspec
from redis.asyncio import Redis

from events import codec
from events.errors import UnknownVersion
from events.types import CompetitionCreated
from services.settings import COMPETITIONS_REMEMBERED_MAX
from services.store.log import Log, LogUnreadable, Tail


class About(msgspec.Struct, frozen=True):
    """A competition in short, with the end of its log."""

    competition: str
    name: str | None
    simulated: bool
    private: bool
    tail: Tail


class Abouts:
    """Knows the competitions of one server."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._remembered: dict[tuple[str, str], About] = {}

    async def of(self, competition: str) -> About | None:
        """Give what is known of a competition now; None if nobody created it."""
        log = Log(self._redis, competition)
        tail = await log.tail()
        if not tail.position:
            return None
        key = (competition, tail.epoch)
        known = self._remembered.get(key)
        if known is None:
            known = await _read(log)
            if len(self._remembered) >= COMPETITIONS_REMEMBERED_MAX:
                del self._remembered[next(iter(self._remembered))]
            self._remembered[key] = known
        return msgspec.structs.replace(known, tail=tail)


async def _read(log: Log) -> About:
    [(_, stored)] = await log.read(0, 1)
    try:
        created = codec.decode(stored)
    except (UnknownVersion, msgspec.MsgspecError) as error:
        raise LogUnreadable(log.competition, 1, str(error)) from error
    assert isinstance(created, CompetitionCreated), "position 1 creates the competition"
    return About(log.competition, created.name, created.simulated, created.private, Tail())
