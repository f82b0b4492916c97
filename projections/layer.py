"""Changes over a base that is only read, so that a copy costs what was changed."""

from collections.abc import Iterator, MutableMapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Layer(MutableMapping[K, V]):
    """A mapping that grows: what is set here hides what the base says, and nothing is removed."""

    def __init__(self, base: MutableMapping[K, V]) -> None:
        self.base = base
        self.changes: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        return self.changes[key] if key in self.changes else self.base[key]

    def get(self, key: K, default: Any = None) -> Any:
        # That of a Mapping asks by way of an exception, and a fold asks often.
        return self.changes[key] if key in self.changes else self.base.get(key, default)

    def __setitem__(self, key: K, value: V) -> None:
        self.changes[key] = value

    def __delitem__(self, key: K) -> NoReturn:
        raise TypeError(f"{key!r} cannot be removed; a fold only grows")

    def __iter__(self) -> Iterator[K]:
        yield from self.base
        yield from (key for key in self.changes if key not in self.base)

    def __len__(self) -> int:
        return sum(1 for _ in self)
