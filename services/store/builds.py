"""Which generations of the views are served, of all competitions, asked of the server in one go."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from redis.asyncio import Redis

from services.store import keys
from services.store.log import competitions, faults


async def served_generations(redis: Redis) -> Mapping[int, int]:
    """Count the competitions by the generation of the views that are shown of them."""
    names = await competitions(redis)
    async with faults("every competition"), redis.pipeline(transaction=False) as pipeline:
        for name in names:
            pipeline.hget(keys.meta(name), "serving")
        found: list[Any] = await pipeline.execute() if names else []
    generations = (epoch.rpartition(b"-")[2] for epoch in found if epoch is not None)
    return Counter(int(generation) for generation in generations)


def remarks_on(served: Mapping[int, int], generation: int) -> list[str]:
    """Say which views are not of the generation that this build draws up, and until when."""
    return [
        f"competitions with views of generation {other}, not {generation} as of this build: "
        f"{count}; {_NEWER if other > generation else _OLDER}"
        for other, count in sorted(served.items())
        if other != generation
    ]


_NEWER = "they are of a newer build, and change only while that runs"
_OLDER = "they are shown until those of this build have seen as much"
