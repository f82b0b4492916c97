"""A season file is written whole or not at all, and never over another one.

What is written is what `services.season` reads: it is read again before it has its name.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from events.codec import Json
from services import season
from services.season import Season

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile("\x7f")
PART = ".part"


class AlreadyThere(Exception):
    """There is a file where a season was to be written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} is there already, and is left as it is; name another file"


def write(path: Path, head: Json, every: Json, facts: Sequence[Json], comment: str) -> Season:
    """Write a season file; give what reading it gives. Raises AlreadyThere, and BadSeason."""
    if path.exists():
        raise AlreadyThere(path)
    part = path.with_name(path.name + PART)
    try:
        part.write_text("\n".join([*_lines(head, every, facts, comment), ""]), encoding="utf-8")
        known = season.read(part)
        os.link(part, path)  # unlike a rename it never takes the place of another file
    except FileExistsError:
        raise AlreadyThere(path) from None
    finally:
        part.unlink(missing_ok=True)
    return known


def _lines(head: Json, every: Json, facts: Sequence[Json], comment: str) -> Iterator[str]:
    yield from (f"# {line}".rstrip() for line in comment.splitlines())
    yield ""
    for key, value in head.items():
        if isinstance(value, Mapping):
            yield from (f"{key}.{_key(name)} = {_value(inner)}" for name, inner in value.items())
        else:
            yield f"{key} = {_value(value)}"
    yield ""
    yield f"every.fact = {_value(every)}"
    yield ""
    yield "facts = ["
    yield from (f"    {_inline(_without(fact, every))}," for fact in facts)
    yield "]"


def _without(fact: Json, every: Json) -> Json:
    """Leave out what every fact says."""
    return {key: value for key, value in fact.items() if every.get(key) != value}


def _value(value: Any, depth: int = 0) -> str:
    """Write a value; a list of tables has a line for each, with its own lists on further lines."""
    if isinstance(value, list | tuple) and any(isinstance(each, Mapping) for each in value):
        indent = "    " * (depth + 1)
        lines = "".join(f"\n{indent}{_value(each, depth + 1)}," for each in value)
        return f"[{lines}\n{'    ' * depth}]"
    if isinstance(value, Mapping):
        inner = (f"{_key(key)} = {_value(each, depth)}" for key, each in value.items())
        return f"{{ {', '.join(inner)} }}" if value else "{}"
    return _inline(value)


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = (f"{_key(key)} = {_inline(each)}" for key, each in value.items())
        return f"{{ {', '.join(inner)} }}" if value else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, str):
        return _text(value)
    return json.dumps(value)


def _text(text: str) -> str:
    """Write a text: TOML has the escapes of JSON, and wants one more."""
    return _CONTROL.sub(r"\\u007f", json.dumps(text, ensure_ascii=False))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)
