"""A fold as bytes: all of it but what can be derived again; of one log always the same."""

import zlib

import msgspec
from msgspec import Struct

from events.play import Play
from events.types import AnyEvent
from projections.topics import Place

SNAPSHOT_COMPRESSION_LEVEL = 1


class Snapshot(Struct, frozen=True):
    position: int
    version: int
    notes: int
    matches: dict[str, tuple[AnyEvent, ...]]
    places: dict[str, Place]
    plays: dict[str, Play | None]
    held: dict[str, tuple[AnyEvent, ...]]
    holders: dict[str, tuple[str, ...]]
    listed: dict[str, tuple[str, ...]]
    topics: dict[str, int]


def dumped(**values: object) -> bytes:
    """Give the values of a snapshot, by name, as bytes."""
    encoded = msgspec.msgpack.encode(values, order="deterministic")
    return zlib.compress(encoded, SNAPSHOT_COMPRESSION_LEVEL)


def loaded(dump: bytes) -> Snapshot:
    return msgspec.msgpack.decode(zlib.decompress(dump), type=Snapshot)
