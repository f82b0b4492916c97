"""Ids are made from names, the same ones every time; two names never share an id without a word.

A name is told apart from another by its letters: what differs only in case or space is one name
written in two ways, which is told; what differs otherwise and comes to the same id is two.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable

ID_CHARACTERS_MAX = 64
_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "đ": "d", "Đ": "d",
     "ð": "d", "Ð": "d", "þ": "th", "Þ": "th", "ł": "l", "Ł": "l", "ı": "i", "ə": "e", "Ə": "e",
     "'": "", "’": "", ".": ""}
)  # fmt: skip


def id_of(*names: str) -> str:
    """Give the id of something that is called so, in one part or several."""
    whole = " ".join(names)
    plain = unicodedata.normalize("NFKD", whole.translate(_LETTERS))
    made = "-".join(re.findall("[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower()))
    # A name in another alphabet leaves nothing, and a long one does not fit.
    if not made or len(made) > ID_CHARACTERS_MAX:
        digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
        made = "-".join(filter(None, (made[: ID_CHARACTERS_MAX - 9].strip("-"), digest)))
    return made


def numbered(wanted: str, taken: Iterable[str]) -> str:
    """Give the id that is wanted, or the first with a number that nobody has."""
    taken = set(taken)
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted[: ID_CHARACTERS_MAX - 4].rstrip('-')}-{number}", number + 1
    return found


class Ids:
    """The ids of the teams of an import, by name."""

    def __init__(self, known: Iterable[tuple[str, str]] = ()) -> None:
        """`known` are names that have an id by now: of a competition that is running."""
        self.odd: list[str] = []
        self.names: dict[str, str] = {}
        self._by_name: dict[str, str] = {}
        for name, id in known:
            self._by_name.setdefault(_plain(name), id)
            self.names.setdefault(id, name)

    def of(self, name: str) -> str:
        """Give the id of a team, the same for the same name."""
        if (id := self._by_name.get(_plain(name))) is not None:
            if self.names[id] != name and _plain(self.names[id]) == _plain(name):
                self._tell(f"{name!r} and {self.names[id]!r} are written for one team, {id}")
            return id
        wanted = id_of(name)
        id = numbered(wanted, self.names)
        if id != wanted:
            self._tell(
                f"{name!r} and {self.names[wanted]!r} would both be {wanted}, and they are two "
                f"teams: {name!r} is {id}; if they are one, write them alike"
            )
        self._by_name[_plain(name)], self.names[id] = id, name
        return id

    def has(self, name: str) -> bool:
        return _plain(name) in self._by_name

    def _tell(self, odd: str) -> None:
        if odd not in self.odd:
            self.odd.append(odd)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
