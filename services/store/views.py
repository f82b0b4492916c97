"""The store of views: whatever happens to the workers, it holds the fold of a prefix of the log.

A batch is committed in one step that compares the epoch of the log and the checkpoint, so its
effects are there once. A newer build grows beside the one that is served and takes its place,
for good, when it has seen as much; builds that are not served go by themselves. What is read in
one call is of one build and one checkpoint.
"""

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

import msgspec
from redis.asyncio import Redis

from services.settings import (
    BUILD_KEPT_SECONDS,
    DOORBELL_TOPICS_MAX,
    DOORBELLS_BLOCK_SECONDS,
    DOORBELLS_KEPT,
    DOORBELLS_PER_READ_MAX,
    HEIR_BEHIND_EVENTS_MAX,
    HEIR_WAITED_FOR_SECONDS,
)
from services.store import keys
from services.store.log import Rewound, competitions, faults


class View(msgspec.Struct, frozen=True):
    """The last event that touched a topic, and the JSON of what it says since."""

    position: int
    data: bytes


class Served(msgspec.Struct, frozen=True):
    """Views of the build that is served, at one checkpoint; None for a topic it does not have."""

    epoch: str
    checkpoint: int
    views: dict[str, View | None]


class Doorbell(msgspec.Struct, frozen=True):
    """A commit of the build that is served: its checkpoint went from `after` to `to`.

    `topics` are the ones that changed; None means that any may have.
    """

    id: str
    epoch: str
    after: int
    to: int
    topics: tuple[str, ...] | None


class Stop(msgspec.Struct, frozen=True):
    """The event at `position` cannot be folded, so the views stay as they were before it."""

    position: int
    reason: str


class Fenced(Exception):
    """Another worker has moved this build. Go on from its checkpoint."""

    def __init__(self, competition: str, view_epoch: str, checkpoint: int) -> None:
        self.competition = competition
        self.view_epoch = view_epoch
        self.checkpoint = checkpoint

    def __str__(self) -> str:
        return (
            f"build {self.view_epoch} of {self.competition} is at checkpoint {self.checkpoint},"
            " moved by another worker; go on from there"
        )


class Superseded(Exception):
    """A newer generation of the views is served. This one is not written any more."""

    def __init__(self, competition: str, view_epoch: str, by: str) -> None:
        self.competition = competition
        self.view_epoch = view_epoch
        self.by = by

    def __str__(self) -> str:
        return (
            f"the views of {self.competition} are served from build {self.by}, which is newer than"
            f" {self.view_epoch}; a projector of that version keeps them, and this one rests"
        )


class Awaited(Exception):
    """A newer build is about to take over and has not seen as much. Commit again in a moment."""

    def __init__(self, competition: str, view_epoch: str, heir: str) -> None:
        self.competition = competition
        self.view_epoch = view_epoch
        self.heir = heir

    def __str__(self) -> str:
        return f"build {self.view_epoch} of {self.competition} waits for {self.heir}, its heir"


def view_epoch_of(log_epoch: str, generation: int) -> str:
    return f"{log_epoch}-{generation}"


def log_epoch_of(view_epoch: str) -> str:
    return view_epoch.rpartition("-")[0]


COMMIT = files("services.store").joinpath("commit.lua").read_text()

READ = """
local serving = redis.call("HGET", KEYS[1], "serving")
if not serving then return false end
local key, views = ARGV[1] .. serving, {}
for first = 2, #ARGV, 1000 do
  local last = math.min(first + 999, #ARGV)
  for _, view in ipairs(redis.call("HMGET", key, unpack(ARGV, first, last))) do
    views[#views + 1] = view
  end
end
return { serving, redis.call("HGET", key, "@checkpoint"), views }
"""

# What is kept of a build that is not served ends with it.
PUT_SNAPSHOT = """
redis.call("SET", KEYS[2], ARGV[2])
if redis.call("HGET", KEYS[1], "serving") ~= ARGV[1] then
  redis.call("EXPIRE", KEYS[2], ARGV[3])
end
"""

# How a build goes that nobody is shown is nobody's business.
SAY_STOPPED = """
local serving = redis.call("HGET", KEYS[1], "serving")
local log_epoch = string.match(ARGV[1], "^(.*)%-")
if serving and serving ~= ARGV[1] and string.match(serving, "^(.*)%-") == log_epoch then return end
if ARGV[2] == "" then
  redis.call("HDEL", KEYS[1], "stopped")
else
  redis.call("HSET", KEYS[1], "stopped", ARGV[2])
end
"""

TOPICS = """
local serving = redis.call("HGET", KEYS[1], "serving")
if not serving then return {} end
return redis.call("ZRANGEBYLEX", ARGV[1] .. serving, ARGV[2], "+", "LIMIT", "0", ARGV[3])
"""


class Views:
    """The views of one competition."""

    def __init__(self, redis: Redis, competition: str) -> None:
        self.competition = competition
        self._redis = redis
        self._meta = keys.meta(competition)
        self._commit = redis.register_script(COMMIT)
        self._put_snapshot = redis.register_script(PUT_SNAPSHOT)
        self._say_stopped = redis.register_script(SAY_STOPPED)
        self._read = redis.register_script(READ)
        self._topics = redis.register_script(TOPICS)

    # Writing

    async def commit(
        self, view_epoch: str, after: int, to: int, views: Mapping[str, bytes]
    ) -> bool:
        """Write the views (`<position>:<JSON>`) that the events after `after` up to `to` changed.

        False if they were there already: our own reply was lost, or a twin was faster. Raises
        Fenced if the build is at another checkpoint, Rewound if the log has another epoch,
        Superseded or Awaited if a newer build is served, or about to be.
        """
        assert after <= to, (after, to)
        name = self.competition
        build = [part(name, view_epoch) for part in (keys.views, keys.topics, keys.snapshot)]
        arguments: list[str | int | bytes] = [
            view_epoch, after, to, _doorbell_topics(views), DOORBELLS_KEPT, BUILD_KEPT_SECONDS,
            HEIR_BEHIND_EVENTS_MAX, int(HEIR_WAITED_FOR_SECONDS * 1000),
        ]  # fmt: skip
        for topic_and_view in views.items():
            arguments += topic_and_view
        shared = [self._meta, keys.log(name), keys.changes(name), keys.heir(name)]
        async with faults(name):
            answer = await self._commit([*shared, *build], arguments)
        match answer:
            case [b"rewound", epoch]:
                raise Rewound(name, epoch.decode())
            case [b"fenced", checkpoint]:
                raise Fenced(name, view_epoch, checkpoint)
            case [b"superseded", by]:
                raise Superseded(name, view_epoch, by.decode())
            case [b"awaited", heir]:
                raise Awaited(name, view_epoch, heir.decode())
        return bool(answer == [b"committed"])

    async def checkpoint(self, view_epoch: str) -> int:
        """Give the position that a build has reached; 0 if it has not begun."""
        async with faults(self.competition):
            found = await self._redis.hget(keys.views(self.competition, view_epoch), "@checkpoint")
        return int(found or 0)

    async def put_snapshot(self, view_epoch: str, position: int, fold: bytes) -> None:
        """Keep a fold of the log up to a position, to begin from there."""
        key = keys.snapshot(self.competition, view_epoch)
        arguments: list[str | int | bytes] = [
            view_epoch, b"%d:%b" % (position, fold), BUILD_KEPT_SECONDS,
        ]  # fmt: skip
        async with faults(self.competition):
            await self._put_snapshot([self._meta, key], arguments)

    async def snapshot(self, view_epoch: str) -> tuple[int, bytes] | None:
        """Give the newest kept fold of this build, with its position."""
        async with faults(self.competition):
            found: Any = await self._redis.get(keys.snapshot(self.competition, view_epoch))
        if found is None:
            return None
        position, _, fold = found.partition(b":")
        return int(position), fold

    # Reading

    async def serving(self) -> str | None:
        """Give the view epoch of the build that is served; None while there is none."""
        async with faults(self.competition):
            found: Any = await self._redis.hget(self._meta, "serving")
        return found.decode() if found else None

    async def stopped(self) -> Stop | None:
        """Say where and why these views stay as they are; None while they follow the log."""
        async with faults(self.competition):
            found: Any = await self._redis.hget(self._meta, "stopped")
        return msgspec.json.decode(found, type=Stop) if found else None

    async def say_stopped(self, view_epoch: str, stop: Stop | None) -> None:
        """Leave word for readers that the views stay as they are, or follow the log again.

        Nothing is said by a build while another one of the same log is served.
        """
        said = msgspec.json.encode(stop) if stop else b""
        async with faults(self.competition):
            await self._say_stopped([self._meta], [view_epoch, said])

    async def read(self, topics: Sequence[str]) -> Served | None:
        """Give these views of the build that is served; None while there is none."""
        async with faults(self.competition):
            found = await self._read([self._meta], [keys.views(self.competition, ""), *topics])
        if found is None:
            return None
        epoch, checkpoint, views = found
        read = {topic: _view(view) for topic, view in zip(topics, views, strict=True)}
        return Served(epoch.decode(), int(checkpoint or 0), read)

    async def topics(self, after: str, limit: int) -> list[str]:
        """Give the topics of the build that is served, in order, after one; "" is before all."""
        begin = f"({after}" if after else "-"
        async with faults(self.competition):
            found = await self._topics(
                [self._meta], [keys.topics(self.competition, ""), begin, limit]
            )
        return [topic.decode() for topic in found]

    async def changes_tail(self) -> str:
        """Give the ID of the newest doorbell, to read on after it; "0-0" while there is none."""
        async with faults(self.competition):
            found: Any = await self._redis.xrevrange(keys.changes(self.competition), count=1)
        return found[0][0].decode() if found else "0-0"


async def stopped_count(redis: Redis) -> int:
    """Count the competitions whose views stay as they are, as their log cannot be read on."""
    names = await competitions(redis)
    async with faults("every competition"), redis.pipeline(transaction=False) as pipeline:
        for name in names:
            pipeline.hexists(keys.meta(name), "stopped")
        return sum(await pipeline.execute()) if names else 0


async def doorbells(redis: Redis, after: Mapping[str, str]) -> list[tuple[str, Doorbell]]:
    """Wait a little for doorbells of several competitions, each after an ID; give them in order.

    A doorbell whose `after` is not the `to` of the one before means that some were missed.
    """
    competition_of = {keys.changes(name).encode(): name for name in after}
    async with faults(", ".join(after)):
        streams: Any = await redis.xread(
            {keys.changes(name): last for name, last in after.items()},
            count=DOORBELLS_PER_READ_MAX,
            block=int(DOORBELLS_BLOCK_SECONDS * 1000),
        )
    return [
        (competition_of[key], _doorbell(entry_id, fields))
        for key, entries in streams or ()
        for entry_id, fields in entries
    ]


def _doorbell(entry_id: bytes, fields: dict[bytes, bytes]) -> Doorbell:
    topics = fields[b"topics"]
    return Doorbell(
        id=entry_id.decode(),
        epoch=fields[b"epoch"].decode(),
        after=int(fields[b"from"]),
        to=int(fields[b"to"]),
        topics=None if topics == b"*" else msgspec.json.decode(topics, type=tuple[str, ...]),
    )


def _doorbell_topics(topics: Iterable[str]) -> bytes:
    names = list(topics)
    return msgspec.json.encode(names) if len(names) <= DOORBELL_TOPICS_MAX else b"*"


def _view(stored: bytes | None) -> View | None:
    if stored is None:
        return None
    position, _, data = stored.partition(b":")
    return View(int(position), data)
