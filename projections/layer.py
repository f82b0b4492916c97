"""Changes over a base that is only read, so that a copy costs what was changed."""

from collections.abc import Iterator, MutableMapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Layer(MutableMapping[K, V]):
    """A mapping that grows: what is set here hides what the base says, and nothing is removed."""

    def __init__(self, base: MutableMapping[K, V]) -> None:
        # A layer on a layer would make each reading slower, so it copies the changes instead.
        self._base: MutableMapping[K, V] = base._base if isinstance(base, Layer) else base
        self._changes: dict[K, V] = dict(base._changes) if isinstance(base, Layer) else {}

    def __getitem__(self, key: K) -> V:
        return self._changes[key] if key in self._changes else self._base[key]

    def get(self, key: K, default: Any = None) -> Any:
        # That of a Mapping asks by way of an exception, and a fold asks often.
        return self._changes[key] if key in self._changes else self._base.get(key, default)

    def __setitem__(self, key: K, value: V) -> None:
        self._changes[key] = value

    def __delitem__(self, key: K) -> NoReturn:
        raise TypeError(f"{key!r} cannot be removed; a fold only grows")

    def __iter__(self) -> Iterator[K]:
        yield from self._base
        yield from (key for key in self._changes if key not in self._base)

    def __len__(self) -> int:
        return sum(1 for _ in self)
