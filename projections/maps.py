"""The maps that make a fold: they only grow, and a branch keeps its changes over those below."""

from collections.abc import Iterator, MutableMapping
from typing import Any, NamedTuple

from events.match import Match
from events.play import Play
from projections.layer import Layer
from projections.listing import Listing
from projections.topics import Place
from projections.values import Held


class Maps(NamedTuple):
    """`holders` are, by the id of a fact about the competition, the keys of what holds it."""

    matches: MutableMapping[str, Match]
    places: MutableMapping[str, Place]
    plays: MutableMapping[str, Play | None]
    held: MutableMapping[str, Held]
    holders: MutableMapping[str, tuple[str, ...]]
    listings: MutableMapping[str, Listing]
    topics: MutableMapping[str, int]


def empty() -> Maps:
    return Maps({}, {}, {}, {}, {}, {}, {})


def branch(maps: Maps) -> Maps:
    return Maps(*(Layer[str, Any](base) for base in maps))


def absorb(maps: Maps, branch: Maps) -> None:
    """Set in the maps what was set in a branch of them."""
    for base, layer in _pairs(maps, branch):
        base.update(layer.changes)


def stand_on(branch: Maps, maps: Maps) -> None:
    """Put a branch over other maps, which say the same as those it was over."""
    for base, layer in _pairs(maps, branch):
        layer.base = base


def _pairs(maps: Maps, branch: Maps) -> Iterator[tuple[MutableMapping[str, Any], Layer[str, Any]]]:
    base: Any
    for base, layer in zip(maps, branch, strict=True):
        assert isinstance(layer, Layer), "a branch is made of layers"
        yield base, layer
