"""A list that stays in order, so that one more costs no look at those that are there.

Placing an item takes a bisection; the items after it move up, which for a hundred thousand of
them takes less time than to look at a hundred.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

Item = TypeVar("Item", bound=tuple[Any, ...])


class Ordered(Generic[Item]):
    """Items in ascending order, each once."""

    def __init__(self) -> None:
        self._items: list[Item] = []

    def add(self, item: Item) -> None:
        insort(self._items, item)

    def take(self, item: Item) -> None:
        at = bisect_left(self._items, item)
        assert self._items[at] == item, f"{item} is not in the list"
        del self._items[at]

    def first(self, count: int) -> list[Item]:
        return self._items[:count]

    def last(self, count: int) -> list[Item]:
        """Give the last so many, in ascending order."""
        return self._items[max(len(self._items) - count, 0) :]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        return islice(self._items, None)
