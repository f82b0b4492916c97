"""A fold as bytes: all of it but what can be derived again; of one log always the same."""

import zlib

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


def dumped(maps: Maps, *, position: int, version: int, notes: int) -> bytes:
    values = {
        "position": position,
        "version": version,
        "notes": notes,
        "matches": {match: played.facts for match, played in maps.matches.items()},
        "places": dict(maps.places),
        "plays": dict(maps.plays),
        "held": {key: held.facts for key, held in maps.held.items()},
        "holders": dict(maps.holders),
        "listed": {shelf: tuple(listing) for shelf, listing in maps.listings.items()},
        "topics": dict(maps.topics),
    }
    encoded = msgspec.msgpack.encode(values, order="deterministic")
    return zlib.compress(encoded, SNAPSHOT_COMPRESSION_LEVEL)


def loaded(dump: bytes) -> Snapshot:
    return msgspec.msgpack.decode(zlib.decompress(dump), type=Snapshot)
