"""Lists that only grow, by shelf, so that copies share what was listed before they were made.

A tuple that gains an item is copied whole. A listing copies one leaf and the list of
its leaves, so that the next match costs about the same after thousands.
"""

from collections.abc import Iterable, Iterator, MutableMapping

from msgspec import Struct

LEAF_ITEMS_MAX = 256


class Listing(Struct, frozen=True, gc=False):
    """Names in the order in which they were listed; all leaves but the last are full."""

    leaves: tuple[tuple[str, ...], ...] = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> "Listing":
        listed = tuple(names)
        starts = range(0, len(listed), LEAF_ITEMS_MAX)
        return cls(tuple(listed[start : start + LEAF_ITEMS_MAX] for start in starts))

    def and_then(self, name: str) -> "Listing":
        if not self.leaves or len(self.leaves[-1]) == LEAF_ITEMS_MAX:
            return Listing((*self.leaves, (name,)))
        return Listing((*self.leaves[:-1], (*self.leaves[-1], name)))

    def __iter__(self) -> Iterator[str]:
        for leaf in self.leaves:
            yield from leaf

    def __reversed__(self) -> Iterator[str]:
        for leaf in reversed(self.leaves):
            yield from reversed(leaf)


_EMPTY = Listing()


class Shelves:
    """What was ever listed under what; a reader asks whether it still belongs there."""

    def __init__(self, listings: MutableMapping[str, Listing]) -> None:
        self.listings = listings

    def add(self, shelf: str, name: str) -> None:
        self.listings[shelf] = self[shelf].and_then(name)

    def __getitem__(self, shelf: str) -> Listing:
        return self.listings.get(shelf, _EMPTY)

    def __contains__(self, shelf: str) -> bool:
        return shelf in self.listings
