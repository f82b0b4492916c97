"""The log of record: one stream per competition, whose entry IDs are the positions.

What is acknowledged is there once, at one position, and positions have no gaps: the append
script decides framing, positions and versions in one step, and recognises by its id whatever
was recorded before. This module knows bytes, not football.
"""

import asyncio
import builtins
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Any

import msgspec
from redis.asyncio import Redis
from redis.exceptions import (
    ConnectionError,
    InvalidResponse,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,
)

from services.settings import (
    ANNOUNCEMENTS_BLOCK_SECONDS,
    ANNOUNCEMENTS_PER_READ_MAX,
    EVENTS_PER_UNIT_MAX,
    LOG_TIMEOUT_SECONDS,
    REPLICA_TIMEOUT_SECONDS,
)
from services.store import keys

# What is appended

WHOLE_LOG = "log"
EPOCH_BYTES = 8


class NewEvent(msgspec.Struct, frozen=True, gc=False):
    """One event on its way in: 16 raw bytes of id, 32 of digest, and capture's bytes.

    Capture's bytes follow the head that the append script writes, so they lack the opening brace.
    """

    id: bytes
    subject: str
    digest: bytes
    content: bytes

    def stored(self, place: "Place") -> bytes:
        """Give the stored string, as the append script framed it."""
        head = b'{"v":1,"position":%d,"version":%d,"recorded_at":"%b",'
        return head % (place.position, place.version, place.recorded_at.encode()) + self.content


class Unit(msgspec.Struct, frozen=True, gc=False):
    """What one request appends, whole or not at all.

    `reads` are the subjects that its check read, with their versions; WHOLE_LOG stands for all of
    them, and its version is the position. `creates` marks the first unit of a new log.
    """

    events: tuple[NewEvent, ...]
    reads: tuple[tuple[str, int], ...] = ()
    creates: bool = False


# What is answered, unit by unit


class Place(msgspec.Struct, frozen=True, gc=False):
    """Where an event stands, and since when."""

    position: int
    version: int
    recorded_at: str


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """At least one event is new; a place for each, in the order of the unit."""

    places: tuple[Place, ...]


class Repeated(msgspec.Struct, frozen=True, gc=False):
    """All of it was recorded before, with the same content."""

    places: tuple[Place, ...]


class Reused(msgspec.Struct, frozen=True):
    """An id was recorded with other content; empty `stored` if by an event of the same unit."""

    id: bytes
    stored: bytes


class Conflict(msgspec.Struct, frozen=True):
    """A subject has moved past the version that the check read; it is at `version` now."""

    subject: str
    version: int


class NoSuchLog(msgspec.Struct, frozen=True):
    """Nobody created this competition."""


class LogExists(msgspec.Struct, frozen=True):
    """The log that the unit would begin is there, with other content."""


Answer = Recorded | Repeated | Reused | Conflict | NoSuchLog | LogExists


# What is read


class Tail(msgspec.Struct, frozen=True):
    """The newest entry that somebody saw of a log; position 0 and no epoch if there is none."""

    epoch: str = ""
    position: int = 0
    stored: bytes = b""


class Entry(msgspec.Struct, frozen=True):
    """One entry with the digest of its content as sent."""

    position: int
    stored: bytes
    digest: bytes


# Faults


class LogUnavailable(Exception):
    """The server is away, or did not answer in time. Whether anything was recorded is not known."""

    def __init__(self, competition: str, reason: str) -> None:
        self.competition = competition
        self.reason = reason

    def __str__(self) -> str:
        return f"the log of {self.competition} did not answer: {self.reason}"


class LogDamaged(LogUnavailable):
    """Somebody else took from the log, or added to it. Nothing is appended to it."""

    def __str__(self) -> str:
        return (
            f"the log of {self.competition} is damaged: {self.reason}; restore it from a copy, or"
            " write a new stream of the entries that are its own"
        )


class LogUnreadable(LogUnavailable):
    """The log holds something that cannot be folded. Nothing is decided on it."""

    def __init__(self, competition: str, position: int, reason: str) -> None:
        super().__init__(competition, reason)
        self.position = position

    def __str__(self) -> str:
        place = f"position {self.position} of the log of {self.competition}"
        return f"{place} cannot be read: {self.reason}"


class LogFull(Exception):
    """The server is at its maxmemory. Nothing was written."""

    def __init__(self, competition: str) -> None:
        self.competition = competition

    def __str__(self) -> str:
        return f"the server that holds the log of {self.competition} is full; give it more memory"


class Rewound(Exception):
    """The log no longer holds what was seen of it. Check the tail and fold again from the start."""

    def __init__(self, competition: str, epoch: str) -> None:
        self.competition = competition
        self.epoch = epoch

    def __str__(self) -> str:
        return f"the log of {self.competition} was rewound; read it again from position 1"


class Gap(Exception):
    """The log is missing a position. Nobody may fold past it."""

    def __init__(self, competition: str, position: int, found: str) -> None:
        self.competition = competition
        self.position = position
        self.found = found

    def __str__(self) -> str:
        place = f"where position {self.position} should be"
        return f"the log of {self.competition} has {self.found} {place}; restore it from a copy"


# No command sets the last ID of a stream back behind an entry that was deleted.
LEFT_BEHIND = "an entry was deleted at its end, and its ID is still the last of the stream"

UNAVAILABLE_CODES = ("BUSY", "CLUSTERDOWN", "MASTERDOWN", "MISCONF", "NOREPLICAS", "TRYAGAIN")


@asynccontextmanager
async def faults(competition: str) -> AsyncIterator[None]:
    """Bound what is asked of the server in time, and name what went wrong."""
    try:
        async with asyncio.timeout(LOG_TIMEOUT_SECONDS):
            yield
    except OutOfMemoryError as error:
        raise LogFull(competition) from error
    except builtins.TimeoutError as error:
        raise LogUnavailable(competition, f"silent for {LOG_TIMEOUT_SECONDS:g} s") from error
    except (ConnectionError, TimeoutError, ReadOnlyError, NoScriptError, InvalidResponse) as error:
        raise LogUnavailable(competition, str(error)) from error
    except ResponseError as error:
        if str(error).startswith(UNAVAILABLE_CODES):
            raise LogUnavailable(competition, str(error)) from error
        raise


# The log

APPEND = files("services.store").joinpath("append.lua").read_text()

# An epoch that this log has had before was left by somebody who noticed the rewind first. One
# that it never had was minted after the point to which the log went back.
CHECK_TAIL = """
local epoch, former = unpack(redis.call("HMGET", KEYS[2], "epoch", "former_epochs"))
local seen_epoch, seen_id, seen_stored, new_epoch = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
if not epoch or seen_epoch == "" then return epoch or "" end
former = former or " "
if epoch == seen_epoch then
  if seen_id == "0-0" then return epoch end
  local entry = redis.call("XRANGE", KEYS[1], seen_id, seen_id)[1]
  if entry and entry[2][2] == seen_stored then return epoch end
elseif string.find(former, " " .. seen_epoch .. " ", 1, true) then
  return epoch
else
  former = former .. seen_epoch .. " "
end
redis.call("HSET", KEYS[2], "epoch", new_epoch, "former_epochs", former .. epoch .. " ")
return new_epoch
"""


# Asked by a name in bytes, redis-py hands over what came: to make a dictionary of each entry takes
# longer than to read it.
XRANGE = b"XRANGE"
XREVRANGE = b"XREVRANGE"


class Log:
    """One competition's log on one server; with `replicas`, as many must hold an append first."""

    def __init__(self, redis: Redis, competition: str, *, replicas: int = 0) -> None:
        self.competition = competition
        self._redis = redis
        self._ask: Callable[..., Awaitable[Any]] = redis.execute_command
        self._replicas = replicas
        self._log = keys.log(competition)
        self._ids = keys.ids(competition)
        self._meta = keys.meta(competition)
        self._append_keys = [self._log, self._ids, keys.versions(competition), self._meta]
        self._append = redis.register_script(APPEND)
        # To go through a script object of redis-py costs as much as to frame what it is given.
        self._append_call = ("EVALSHA", self._append.sha, 4, *self._append_keys)
        self._check_tail = redis.register_script(CHECK_TAIL)

    async def append(self, units: Sequence[Unit], seen: Tail | None = None) -> list[Answer]:
        """Append every unit that can be, in order; an answer for each.

        With `seen`, nothing is appended to a log that no longer holds it: Rewound. Nor is anything
        to one that others took from or added to: LogDamaged.
        """
        seen = seen or Tail()
        events = [event for unit in units for event in unit.events]
        new_epoch = secrets.token_hex(EPOCH_BYTES) if any(unit.creates for unit in units) else ""
        call = (seen.epoch, seen.position, new_epoch, [_shape(unit) for unit in units])
        arguments = [
            msgspec.msgpack.encode(call),
            seen.stored,
            b"".join([event.id + event.digest for event in events]),
            b"".join([event.content for event in events]),
        ]
        try:
            async with faults(self.competition):
                replies = await self._appended(arguments)
        except ResponseError as error:
            reason = LEFT_BEHIND if "top item" in str(error) else str(error)
            raise LogDamaged(self.competition, reason) from error
        match replies:
            case [b"rewound", epoch]:
                raise Rewound(self.competition, epoch.decode())
            case [b"damaged", entries, ids]:
                raise LogDamaged(self.competition, f"it has {entries} entries and {ids} ids")
        return [_answer(reply) for reply in replies]

    async def _appended(self, arguments: list[bytes]) -> list[Any]:
        if not self._replicas:
            try:
                return list(await self._ask(*self._append_call, *arguments))
            except NoScriptError:
                return list(await self._append(self._append_keys, arguments))
        # WAIT is about what its own connection wrote, so both go through one.
        async with self._redis.pipeline(transaction=False) as pipeline:
            await self._append(self._append_keys, arguments, client=pipeline)
            pipeline.wait(self._replicas, int(REPLICA_TIMEOUT_SECONDS * 1000))
            replies, replicas = await pipeline.execute()
        if replicas < self._replicas:
            reason = f"{replicas} of {self._replicas} replicas have it"
            raise LogUnavailable(self.competition, reason)
        return list(replies)

    async def tail(self) -> Tail:
        """Give the newest entry, of which the first value is what is stored; `Tail()` of no log."""
        async with faults(self.competition), self._redis.pipeline() as pipeline:
            pipeline.hget(self._meta, "epoch")
            pipeline.xrevrange(self._log, count=1)
            epoch, entries = await pipeline.execute()
        if not entries:
            return Tail()
        entry_id, fields = entries[0]
        return Tail(epoch.decode(), _position(entry_id), next(iter(fields.values())))

    async def check_tail(self, seen: Tail) -> str:
        """Give the epoch now: equal to `seen.epoch` if the log still holds what was seen.

        A log that does not gets a new epoch, from whoever notices first. Empty when there is none.
        """
        arguments = (seen.epoch, f"{seen.position}-0", seen.stored, secrets.token_hex(EPOCH_BYTES))
        async with faults(self.competition):
            epoch: bytes = await self._check_tail([self._log, self._meta], arguments)
        return epoch.decode()

    async def read(self, after: int, count: int) -> list[tuple[int, bytes]]:
        """Give up to `count` stored strings after a position, with theirs. Raises Gap."""
        async with faults(self.competition):
            entries = await self._ask(XRANGE, self._log, f"{after + 1}-0", "+", "COUNT", count)
        return list(_contiguous(self.competition, entries, after + 1))

    async def last(self, count: int) -> list[tuple[int, bytes]]:
        """Give the newest `count` stored strings in order, with their positions. Raises Gap."""
        async with faults(self.competition):
            entries = await self._ask(XREVRANGE, self._log, "+", "-", "COUNT", count)
        if not entries:
            return []
        return list(_contiguous(self.competition, entries[::-1], _position(entries[-1][0])))

    async def find(self, ids: Sequence[bytes]) -> dict[bytes, Entry]:
        """Give the entry of each of these 16-byte event ids that is recorded."""
        async with faults(self.competition):
            positions = await self._redis.hmget(self._ids, list(ids))
            known = [(id_, int(p)) for id_, p in zip(ids, positions, strict=True) if p]
            async with self._redis.pipeline(transaction=False) as pipeline:
                for _, position in known:
                    pipeline.xrange(self._log, f"{position}-0", f"{position}-0")
                found = await pipeline.execute() if known else []
        return {
            id_: Entry(position, fields.get(b"e", b""), fields.get(b"d", b""))
            for (id_, position), entries in zip(known, found, strict=True)
            for _, fields in entries
        }


def _shape(unit: Unit) -> tuple[object, ...]:
    assert 0 < len(unit.events) <= EVENTS_PER_UNIT_MAX, len(unit.events)
    subjects = [event.subject for event in unit.events]
    return unit.creates, unit.reads, subjects, [len(event.content) for event in unit.events]


def _position(entry_id: bytes) -> int:
    return int(entry_id.partition(b"-")[0])


def _contiguous(name: str, entries: Iterable[Any], first: int) -> Iterator[tuple[int, bytes]]:
    for expected, (entry_id, fields) in enumerate(entries, first):
        if entry_id != b"%d-0" % expected:
            raise Gap(name, expected, entry_id.decode())
        yield expected, fields[1]


def _answer(reply: list[Any]) -> Answer:
    match reply:
        case [b"recorded", *places]:
            return Recorded(_places(places))
        case [b"repeated", *places]:
            return Repeated(_places(places))
        case [b"reused", id_, stored]:
            return Reused(id_, stored)
        case [b"conflict", subject, version]:
            return Conflict(subject.decode(), version)
        case [b"no such log"]:
            return NoSuchLog()
        case [b"log exists"]:
            return LogExists()
    raise AssertionError(f"append.lua answered {reply!r}")


def _places(flat: list[Any]) -> tuple[Place, ...]:
    thirds = range(0, len(flat), 3)
    return tuple([Place(flat[at], flat[at + 1], flat[at + 2].decode()) for at in thirds])


# The list of competitions


async def announce(redis: Redis, competition: str) -> None:
    """Say that a log is about to be created. Saying it twice does no harm."""
    async with faults(competition):
        await redis.xadd(keys.COMPETITIONS, {"competition": competition})


async def competitions(redis: Redis) -> list[str]:
    """Give every competition that has a log, the oldest first."""
    async with faults("every competition"):
        announcements: Any = await redis.xrange(keys.COMPETITIONS)
        names = list(dict.fromkeys(fields[b"competition"].decode() for _, fields in announcements))
        async with redis.pipeline(transaction=False) as pipeline:
            for name in names:
                pipeline.xlen(keys.log(name))
            lengths = await pipeline.execute() if names else []
    return [name for name, length in zip(names, lengths, strict=True) if length]


async def announced(redis: Redis, after: str) -> tuple[str, list[str]]:
    """Wait a little for competitions announced after an ID; give the last ID read and them.

    "0-0" is before all of them. A log that was announced may take a moment to exist.
    """
    async with faults("new competitions"):
        streams: Any = await redis.xread(
            {keys.COMPETITIONS: after},
            count=ANNOUNCEMENTS_PER_READ_MAX,
            block=int(ANNOUNCEMENTS_BLOCK_SECONDS * 1000),
        )
    entries = streams[0][1] if streams else []
    names = [fields[b"competition"].decode() for _, fields in entries]
    return (entries[-1][0].decode() if entries else after), names
