"""After all of a server was taken back to a copy, every log has an epoch that it never had.

Nothing that was copied can tell: the epoch came back with the rest, and what followed the copy may
have been told to anybody. So whoever put the copy there says so.
"""

import secrets

from redis.asyncio import Redis

from services.store import keys
from services.store.log import competitions, faults

RENEW = """
local epoch, former = unpack(redis.call("HMGET", KEYS[1], "epoch", "former_epochs"))
former = (former or " ") .. (epoch and epoch .. " " or "")
redis.call("HSET", KEYS[1], "epoch", ARGV[1], "former_epochs", former)
"""


async def renew(redis: Redis) -> dict[str, str]:
    """Give every log a new epoch, so that nobody goes on from what followed the copy."""
    script = redis.register_script(RENEW)
    epochs = {name: secrets.token_hex(8) for name in await competitions(redis)}
    for name, epoch in epochs.items():
        async with faults(name):
            await script([keys.meta(name)], [epoch])
    return epochs
