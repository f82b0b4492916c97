"""Every connection to Redis or Valkey is made here, so that all of them wait and give up alike.

A command is sent again when its connection broke. That is safe because whatever Pitazo writes
is recognised when it comes twice.

There is no socket timeout: with one, redis-py sends under `asyncio.wait_for`, which before Python
3.12 swallows a cancellation that comes while it ends, and a service would not stop. Who must not
wait for a silent server says how long (`log.faults`); TCP keepalive finds a dead one.
"""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff

from services.addresses import BadAddress
from services.settings import (
    COMMAND_RETRIES_MAX,
    COMMAND_RETRY_FIRST_SECONDS,
    COMMAND_RETRY_LONGEST_SECONDS,
    CONNECT_TIMEOUT_SECONDS,
    CONNECTIONS_MAX,
)


def connect(url: str) -> Redis:
    """Give a client of the server at `url` (redis://, rediss:// or unix://). Raises BadAddress."""
    backoff = ExponentialBackoff(
        cap=COMMAND_RETRY_LONGEST_SECONDS, base=COMMAND_RETRY_FIRST_SECONDS
    )
    try:
        return Redis.from_url(
            url,
            retry=Retry(backoff, COMMAND_RETRIES_MAX),
            socket_timeout=None,
            socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
            max_connections=CONNECTIONS_MAX,
        )
    except ValueError:
        raise BadAddress(url, "redis://127.0.0.1:6379 or unix:///path/of/a.sock") from None
