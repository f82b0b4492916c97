"""The log folded again by anybody who may read it: what was known then, and whether all is true.

Nothing is asked of the service but its bytes and its views, and nothing is written. The fold is
the one that capture decides on and the projector renders.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec
from redis.asyncio import Redis

from events.codec import content_of, decode
from events.errors import UnknownVersion
from events.types import Event, subject_of, type_of
from projections.fold import Fold
from services.client import Client, Refusal, Unreachable, View
from services.settings import (
    EXPLAINED_NAMES_MAX,
    LOG_PAGE_EVENTS,
    REPLAY_PAGE_EVENTS,
    VERIFY_LOOKS_MAX,
)
from services.store import keys
from services.store.log import Log, faults

CHECKPOINT = "checkpoint"
NEVER_STORED = frozenset({"feed", CHECKPOINT})


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at; without a difference it is as it should be."""

    about: str
    position: int
    difference: str = ""


class UnknownCompetition(Exception):
    """Nobody created it here, or not for who asks; `there` are those that are listed."""

    def __init__(self, competition: str, there: list[str]) -> None:
        self.competition = competition
        self.there = there

    def __str__(self) -> str:
        shown = self.there[:EXPLAINED_NAMES_MAX]
        more = len(self.there) - len(shown)
        listed = ", ".join(shown) + (f" and {more} more" if more else "")
        there = f"there are {listed}" if listed else "there is none yet"
        return f"there is no competition {self.competition}; {there}"


class UnknownPosition(Exception):
    """The log does not reach what was asked for."""

    def __init__(self, competition: str, asked: int | datetime, tail: int) -> None:
        self.competition = competition
        self.asked = asked
        self.tail = tail

    def __str__(self) -> str:
        if isinstance(self.asked, int):
            return f"{self.competition} has positions 1 to {self.tail}, and no {self.asked}"
        return f"nothing of {self.competition} was recorded by {self.asked.isoformat()}"


class UnknownTopic(Exception):
    """Nothing that is recorded by then is about that topic."""

    def __init__(self, topic: str, position: int, topics: list[str]) -> None:
        self.topic = topic
        self.position = position
        self.topics = topics

    def __str__(self) -> str:
        there = ", ".join(self.topics)
        return f"there is no topic {self.topic} at position {self.position}; there are {there}"


class Unreadable(Exception):
    """The log cannot be folded past a position."""

    def __init__(self, position: int, reason: str) -> None:
        self.position = position
        self.reason = reason

    def __str__(self) -> str:
        return f"the log cannot be read at position {self.position}: {self.reason}"


# Replay


def tail_of(client: Client, competition: str) -> int:
    """Give the position that the log has reached. Raises UnknownCompetition."""
    try:
        tail: int = client.get(_address(competition)).json()["position"]
    except Refusal as refusal:
        if refusal.code != "unknown-competition":
            raise
        listed = client.get("/v1/competitions").json()["competitions"]
        there = [each["competition"] for each in listed]
        raise UnknownCompetition(competition, there) from refusal
    return tail


def replay(
    client: Client, competition: str, fold: Fold, to: int | datetime | None = None
) -> Iterator[int]:
    """Fold the log on, to a position or to what was recorded by a time; give each position.

    Raises UnknownPosition at the end of a log that does not reach it, and Unreadable.
    """
    if not isinstance(to, int) or fold.position < to:
        for _ in _fold_on(client, competition, fold, to):
            yield fold.position
            if fold.position == to:
                break
    if not fold.position or (isinstance(to, int) and fold.position < to):
        raise UnknownPosition(competition, to or 1, fold.position)


def view_of(fold: Fold, topic: str) -> View:
    """Render a topic as it is stored. Raises UnknownTopic."""
    position = fold.topics().get(topic)
    if position is None:
        raise UnknownTopic(topic, fold.position, sorted(fold.topics()))
    return View(topic, position, json.loads(msgspec.json.encode(fold.render(topic))))


def _fold_on(
    client: Client, competition: str, fold: Fold, to: int | datetime | None = None
) -> Iterator[tuple[Event, bytes]]:
    for stored in _stored_after(client, competition, fold.position):
        position = fold.position + 1
        try:
            event = decode(stored)
            if event.position != position:
                raise Unreadable(position, f"there stands position {event.position}")
            if isinstance(to, datetime) and datetime.fromisoformat(event.recorded_at) > to:
                return
            fold.advance(event)
        except (UnknownVersion, msgspec.MsgspecError, ValueError) as error:
            raise Unreadable(position, str(error)) from error
        yield event, stored


def _stored_after(client: Client, competition: str, position: int) -> Iterator[bytes]:
    while True:
        path = f"{_address(competition)}/log?after={position}&limit={REPLAY_PAGE_EVENTS}"
        lines = client.get(path).body.splitlines()
        yield from lines
        if not lines:
            return
        position += len(lines)


def _address(competition: str) -> str:
    return f"/v1/competitions/{quote(competition, safe='')}"


# Verification


class Ledger:
    """What every log promises of its entries, whatever they say."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}
        self._ids: set[str] = set()
        self._recorded_at = ""

    def fault(self, event: Event, stored: bytes) -> str:
        """Say what is wrong with the next entry; nothing if it is as promised."""
        subject = subject_of(event)
        version = self._versions.get(subject, 0) + 1
        repeated = event.id in self._ids
        earlier = event.recorded_at < self._recorded_at
        self._versions[subject] = version
        self._ids.add(event.id)
        self._recorded_at = max(self._recorded_at, event.recorded_at)
        if event.version != version:
            return f"{subject} is at version {version}, and the entry says {event.version}"
        if repeated:
            return f"the id {event.id} stands in the log before"
        if earlier:
            return f"it was recorded at {event.recorded_at}, before the entry before it"
        if not stored.endswith(b"," + content_of(stored)[1:]):
            return "its content is not in canonical form, so its digest is of something else"
        return ""


def verify_log(client: Client, competition: str, fold: Fold) -> Iterator[int | Finding]:
    """Fold the whole log; give each position, what is wrong there, and at last the log itself."""
    ledger = Ledger()
    found = 0
    try:
        for event, stored in _fold_on(client, competition, fold):
            yield event.position
            if fault := ledger.fault(event, stored):
                found += 1
                yield Finding(f"log at {event.position}", event.position, fault)
    except Unreadable as unreadable:
        yield Finding("log", unreadable.position, str(unreadable))
    else:
        yield Finding("log", fold.position, f"{found} entries are not as promised" if found else "")


def verify_views(client: Client, competition: str, fold: Fold) -> Iterator[Finding]:
    """Compare every stored view with the fold, in the order of their names."""
    try:
        _stored_view(client, competition, CHECKPOINT, fold.position)
    except (Unreachable, Refusal) as behind:
        reason = getattr(behind, "reason", behind)
        yield Finding("views", fold.position, f"they do not show the log so far: {reason}")
        return
    stored = set(_stored_topics(client, competition))
    for topic in sorted(stored | set(fold.topics())):
        difference = _difference_of(client, competition, fold, topic)
        yield Finding(topic, fold.topics().get(topic, 0), difference)


def _stored_topics(client: Client, competition: str) -> Iterator[str]:
    after = ""
    while True:
        path = f"{_address(competition)}?after={quote(after, safe='')}"
        topics = client.get(path).json()["topics"]
        yield from (topic for topic in topics if topic not in NEVER_STORED)
        if not topics:
            return
        after = topics[-1]


def _difference_of(client: Client, competition: str, fold: Fold, topic: str) -> str:
    """Compare a view with the fold of what it is a view of, though events may keep coming."""
    for _ in range(VERIFY_LOOKS_MAX):
        try:
            stored = _stored_view(client, competition, topic, fold.position)
        except Refusal as refusal:
            return f"it is not stored: {refusal}"
        if stored.position > fold.position:
            # It was touched after the fold: fold that too, and look again.
            for _ in _fold_on(client, competition, fold):
                pass
            continue
        if topic not in fold.topics():
            return "it is stored, and nothing in the log is about it"
        folded = view_of(fold, topic)
        if stored.position != folded.position:
            return f"it is stored at {stored.position}, and the log touched it at {folded.position}"
        return _first_difference(stored.data, folded.data)
    return "it keeps moving faster than it can be looked at; verify again when less happens"


def _stored_view(client: Client, competition: str, topic: str, seen: int) -> View:
    path = f"{_address(competition)}/views/{quote(topic)}?min_position={seen}"
    found = client.get(path).json()
    return View(topic, found["position"], found["data"])


def _first_difference(stored: Any, folded: Any, path: str = "") -> str:
    """Name the first value that differs; nothing if none does."""
    match stored, folded:
        case dict(), dict():
            members = [(f"{path}.{name}" if path else name, name) for name in {**stored, **folded}]
            pairs = [(where, stored.get(n), folded.get(n)) for where, n in members]
        case list(), list() if len(stored) == len(folded):
            both = enumerate(zip(stored, folded, strict=True))
            pairs = [(f"{path}[{index}]", one, other) for index, (one, other) in both]
        case _ if stored != folded:
            shown = [json.dumps(value, ensure_ascii=False)[:80] for value in (stored, folded)]
            return f"{path or 'it'} is stored as {shown[0]}, and the log makes it {shown[1]}"
        case _:
            return ""
    return next(filter(None, (_first_difference(a, b, where) for where, a, b in pairs)), "")


def blame(client: Client, competition: str, position: int) -> str:
    """Say what stands at a position and who recorded it."""
    stored = next(_stored_after(client, competition, max(position - 1, 0)), b"")
    try:
        event = decode(stored)
    except (UnknownVersion, msgspec.MsgspecError):
        return "what stands there cannot be read"
    return f"{type_of(event)}, recorded by {event.recorded_by}"


async def verify_server(redis: Redis, competition: str) -> Finding:
    """Compare what only the server holds, ids and digests, with the log's own bytes."""
    log, position = Log(redis, competition), 0
    while page := await log.read(position, LOG_PAGE_EVENTS):
        ids = {bytes.fromhex(decode(stored).id.replace("-", "")): at for at, stored in page}
        found = await log.find(list(ids))
        for event_id, position in ids.items():
            entry = found.get(event_id)
            if entry is None or entry.position != position:
                return Finding("server", position, "its id is not remembered with this position")
            if entry.digest != hashlib.sha256(content_of(entry.stored)).digest():
                return Finding("server", position, "its digest is not of its content")
    async with faults(competition):
        remembered = int(await redis.hlen(keys.ids(competition)))
    if remembered != position:
        return Finding("server", position, f"{remembered} ids are remembered of {position} events")
    return Finding("server", position)
