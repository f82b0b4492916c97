"""How far the views of every competition are behind its log, asked of the server in one go."""

from datetime import datetime
from typing import Any

import msgspec
from redis.asyncio import Redis

from services.settings import VIEWS_BEHIND_SECONDS
from services.store import keys
from services.store.log import competitions, faults

LAG = """
local serving, stopped = unpack(redis.call("HMGET", KEYS[1], "serving", "stopped"))
if stopped then return false end
local checkpoint = serving and redis.call("HGET", ARGV[1] .. serving, "@checkpoint") or "0"
local unseen = redis.call("XRANGE", KEYS[2], "(" .. checkpoint .. "-0", "+", "COUNT", 1)[1]
if not unseen then return false end
return { redis.call("TIME")[1], unseen[2][2] }
"""


class _Dated(msgspec.Struct):
    recorded_at: datetime


async def lags(redis: Redis) -> list[float]:
    """Give for how many seconds something is recorded that views do not show, longest first.

    Left out is what lasts no longer than VIEWS_BEHIND_SECONDS, and what has stopped.
    """
    names = await competitions(redis)
    script = redis.register_script(LAG)
    async with faults("every competition"), redis.pipeline(transaction=False) as pipeline:
        for name in names:
            await script([keys.meta(name), keys.log(name)], [keys.views(name, "")], client=pipeline)
        found: list[Any] = await pipeline.execute() if names else []
    seconds = [_age(int(now), stored) for now, stored in filter(None, found)]
    return sorted((lag for lag in seconds if lag > VIEWS_BEHIND_SECONDS), reverse=True)


def _age(now: int, stored: bytes) -> float:
    try:
        return now - msgspec.json.decode(stored, type=_Dated).recorded_at.timestamp()
    except msgspec.MsgspecError:
        return 0.0  # the projector will say that it cannot be read
