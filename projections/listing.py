"""Lists that only grow, by shelf; a branch shares what was listed before it began.

A tuple that gains an item is copied whole. A listing copies one leaf and the list of
its leaves, so that the next match costs about the same after thousands.
"""

from collections.abc import Iterable, Iterator, Mapping, MutableMapping

from msgspec import Struct

from projections.layer import Layer

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

    def __init__(self, listed: Mapping[str, Iterable[str]] | None = None) -> None:
        self._listings: MutableMapping[str, Listing] = {
            shelf: Listing.of(names) for shelf, names in (listed or {}).items()
        }

    def add(self, shelf: str, name: str) -> None:
        self._listings[shelf] = self[shelf].and_then(name)

    def __getitem__(self, shelf: str) -> Listing:
        return self._listings.get(shelf, _EMPTY)

    def __contains__(self, shelf: str) -> bool:
        return shelf in self._listings

    def branch(self) -> "Shelves":
        branch = Shelves()
        branch._listings = Layer(self._listings)
        return branch

    def listed(self) -> dict[str, tuple[str, ...]]:
        return {shelf: tuple(listing) for shelf, listing in self._listings.items()}
