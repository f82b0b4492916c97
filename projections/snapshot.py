"""A fold as bytes: all of it but what can be derived again; of one log always the same.

It is a row of pieces, each small enough that whoever shares the interpreter with the one who
dumps or loads a fold of a million events is not kept waiting.
"""

import zlib
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import msgspec
from msgspec import Struct

from events.match import Match
from events.play import Play
from events.types import AnyEvent
from projections.listing import Listing
from projections.maps import Maps
from projections.topics import Place
from projections.values import Held

SNAPSHOT_COMPRESSION_LEVEL = 1
PIECE_ENTRIES_MAX = 500
LENGTH_BYTES = 4


class Snapshot(Struct, omit_defaults=True):
    """A fold, or a piece of one: some entries of one of its maps."""

    position: int = 0
    version: int = 0
    notes: int = 0
    matches: dict[str, tuple[AnyEvent, ...]] = {}
    places: dict[str, Place] = {}
    plays: dict[str, Play | None] = {}
    held: dict[str, tuple[AnyEvent, ...]] = {}
    holders: dict[str, tuple[str, ...]] = {}
    listed: dict[str, tuple[str, ...]] = {}
    topics: dict[str, int] = {}

    def maps(self) -> Maps:
        return Maps(
            matches={match: Match(match, facts) for match, facts in self.matches.items()},
            places=self.places,
            plays=self.plays,
            held={key: Held(key, facts) for key, facts in self.held.items()},
            holders=self.holders,
            listings={shelf: Listing.of(names) for shelf, names in self.listed.items()},
            topics=self.topics,
        )


_PARTS = ("matches", "places", "plays", "held", "holders", "listed", "topics")


def dumped(maps: Maps, *, position: int, version: int, notes: int) -> bytes:
    compressing = zlib.compressobj(SNAPSHOT_COMPRESSION_LEVEL)
    head = {"position": position, "version": version, "notes": notes}
    dump = bytearray()
    for piece in (head, *_pieces(maps)):
        encoded = msgspec.msgpack.encode(piece, order="deterministic")
        dump += compressing.compress(len(encoded).to_bytes(LENGTH_BYTES) + encoded)
    return bytes(dump + compressing.flush())


def _pieces(maps: Maps) -> Iterator[dict[str, Any]]:
    parts: dict[str, Mapping[str, Any]] = {
        "matches": {match: played.facts for match, played in maps.matches.items()},
        "places": maps.places,
        "plays": maps.plays,
        "held": {key: held.facts for key, held in maps.held.items()},
        "holders": maps.holders,
        "listed": {shelf: tuple(listing) for shelf, listing in maps.listings.items()},
        "topics": maps.topics,
    }
    for name, entries in parts.items():
        keys = iter(sorted(entries))
        while some := list(islice(keys, PIECE_ENTRIES_MAX)):
            yield {name: {key: entries[key] for key in some}}


def loaded(dump: bytes) -> Snapshot:
    pieces = _decoded(memoryview(zlib.decompress(dump)))
    whole = next(pieces, Snapshot())
    for piece in pieces:
        for name in _PARTS:
            getattr(whole, name).update(getattr(piece, name))
    return whole


def _decoded(encoded: memoryview) -> Iterator[Snapshot]:
    while encoded:
        end = LENGTH_BYTES + int.from_bytes(encoded[:LENGTH_BYTES])
        yield msgspec.msgpack.decode(encoded[LENGTH_BYTES:end], type=Snapshot)
        encoded = encoded[end:]
