"""What the decoder finds wrong is said in words for whoever sent it, with what was found.

The decoder speaks of its own types and often leaves out the value. Here only the place is
taken from its message: what belongs there is read from the event types, what was found from
what was sent.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Meta, Struct

from events.errors import Malformed
from events.types import AnyEvent, type_of

SHOWN_MAX = 80
"""How many characters of a text, or of a key, an error repeats."""

Step = str | int

_STRUCTS: Mapping[object, type] = {type_of(struct): struct for struct in get_args(AnyEvent)}

_MESSAGE = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<where>[^`]*)`)?", re.DOTALL)
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")
_STEPS = re.compile(r"\.(\w+)|\[([0-9]+)\]")


def malformed(
    message: str, sent: Mapping[str, Any], path: str, reserved: Collection[str]
) -> Malformed:
    """Turn the decoder's message about an event into a path, an expectation and a find.

    A field too many is told which there are, without the reserved ones.
    """
    read = _MESSAGE.fullmatch(message)
    assert read is not None, "the pattern takes any text"
    what, where = read["what"], read["where"] or ""
    steps: list[Step] = [int(index) if index else name for name, index in _STEPS.findall(where)]
    if unknown := _UNKNOWN.fullmatch(what):
        found = shown(_value_at(sent, [*steps, unknown[1]]))
        fields = [name for name in _fields_at(sent, steps) if name not in reserved]
        return Malformed(path + where + member(unknown[1]), "no field of that name", found, fields)
    if missing := _MISSING.fullmatch(what):
        place = f"{path}{where}.{missing[1]}"
        return Malformed(place, _asked(sent, [*steps, missing[1]]), "nothing")
    return Malformed(path + where, _asked(sent, steps), _found(sent, steps))


def shown(value: object) -> str:
    """Give a value as an error repeats it: short, in one line, and always valid text."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str() if len(value) > SHOWN_MAX:
            return f"{value[:SHOWN_MAX]!r} and so on, {len(value)} characters"
        case str() | int():
            return repr(value)
        case list():
            return "an array"
    return "an object"


def member(key: str) -> str:
    """Give the step of a path that leads to a member, whatever its key holds."""
    return f".{repr(key[:SHOWN_MAX])[1:-1]}"


def _value_at(sent: Any, steps: Sequence[Step]) -> Any:
    for step in steps:
        try:
            sent = sent[step]
        except (KeyError, IndexError, TypeError):
            return None
    return sent


def _found(sent: Mapping[str, Any], steps: Sequence[Step]) -> str:
    """Give what was sent, and of an array that is asked for at some length, its own."""
    value = _value_at(sent, steps)
    if (
        isinstance(value, list)
        and steps != ["type"]
        and any(map(_length, _options(_hint_at(sent, steps))))
    ):
        return f"an array of {len(value)}"
    return shown(value)


def _asked(sent: Mapping[str, Any], steps: Sequence[Step]) -> str:
    """Say what the contract asks for at a place of an event."""
    if steps == ["type"]:
        return "the name of an event type"
    said = dict.fromkeys(_said(option) for option in _options(_hint_at(sent, steps)))
    return " or ".join(said) or "nothing here"


def _fields_at(sent: Mapping[str, Any], steps: Sequence[Step]) -> Sequence[str]:
    """Name what may stand in an object of an event."""
    for option in _structs_for(_hint_at(sent, steps), _value_at(sent, steps)):
        tag = option.__struct_config__.tag_field if steps else None
        return (*((tag,) if tag else ()), *option.__struct_encode_fields__)
    return ()


def _hint_at(sent: Mapping[str, Any], steps: Sequence[Step]) -> Any:
    hint: Any = _STRUCTS.get(sent.get("type"), Struct)
    for at, step in enumerate(steps):
        hint = _hint_inside(hint, step, _value_at(sent, steps[:at]))
    return hint


def _hint_inside(hint: Any, step: Step, value: Any) -> Any:
    if isinstance(step, int):
        return next(get_args(option)[0] for option in _options(hint) if get_origin(option) is tuple)
    if get_origin(hint) is dict:
        return get_args(hint)[1]
    structs = _structs_for(hint, value)
    tags = [s.__struct_config__.tag for s in structs if s.__struct_config__.tag_field == step]
    if tags and step != "type":
        return Literal.__getitem__(tuple(tags))
    return get_type_hints(structs[0], include_extras=True)[step]


def _structs_for(hint: Any, value: Any) -> Sequence[type[Struct]]:
    """Give the structs that an object may be; of several, the one whose tag it carries."""
    options = _options(hint)
    structs = [o for o in options if isinstance(o, type) and issubclass(o, Struct)]
    tagged = [s for s in structs if isinstance(value, Mapping) and _tag(s) in value.items()]
    return tagged or structs


def _tag(struct: type[Struct]) -> tuple[str | None, str | int | None]:
    return struct.__struct_config__.tag_field, struct.__struct_config__.tag


def _length(option: Any) -> int:
    """Say how many items an array must have; none are asked for where there may be any number."""
    parts = get_args(option) if get_origin(option) is tuple else ()
    return 0 if Ellipsis in parts else len(parts)


def _options(hint: Any) -> Sequence[Any]:
    """Give what a place may hold, without null, which means not known."""
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return [option for option in options if option not in (None, NoneType)]


def _said(option: Any) -> str:
    if get_origin(option) is Literal:
        *words, last = map(str, get_args(option))
        return f"{', '.join(words)} or {last}" if words else last
    if get_origin(option) is Annotated:
        return _said_of(
            get_args(option)[0], next(m for m in get_args(option) if isinstance(m, Meta))
        )
    if length := _length(option):
        return f"an array of {length}"
    names = {str: "text", int: "an integer", bool: "true or false", tuple: "an array"}
    return names.get(get_origin(option) or option, "an object")


def _said_of(kind: type, meta: Meta) -> str:
    if meta.description:
        return meta.description
    if kind is int:
        return f"an integer from {meta.ge} to {meta.le}"
    return f"text of {meta.min_length} to {meta.max_length} characters"
