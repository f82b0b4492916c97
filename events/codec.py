"""What was sent has one canonical form, and what is stored is read in one way.

Capture stores the RFC 8785 form of what was sent, behind a head that the append
script writes; so the digest of the content can be computed from the stored
string by anybody, and nothing is encoded twice. A stored shape that is no
longer current passes the upcasters on its way in; the log is never rewritten.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from events.errors import Malformed, UnknownVersion
from events.fields import Instant, KickOff, Span
from events.types import AnyEvent, Event

CURRENT_V = 1

Json = dict[str, Any]
Upcaster = Callable[[Json], Json]

UPCASTERS: Mapping[int, Upcaster] = {}
"""From a `v` to the function that makes the shape of the next one."""

INTEGER_MAX = 2**53
RESERVED_FIELDS = frozenset({"v", "position", "version", "recorded_at", "recorded_by"})


class Sent(msgspec.Struct, frozen=True):
    """One event as it was sent.

    `content` is its RFC 8785 form without `expected_version`; `digest` its SHA-256.
    """

    event: Event
    content: bytes
    digest: bytes
    expected_version: int | None = None

    @property
    def id_bytes(self) -> bytes:
        return bytes.fromhex(self.event.id.replace("-", ""))


# Reading what was sent


def read_json(raw: bytes) -> Any:
    """Parse JSON strictly: no repeated keys, no fractions, no integers beyond ±2^53.

    Raises Malformed with the path of the first fault.
    """
    try:
        value = _json_decoder.decode(raw.decode())
    except UnicodeDecodeError as error:
        raise Malformed("$", "UTF-8", f"byte {raw[error.start]:#04x} at {error.start}") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise Malformed("$", "JSON", f"{error.msg} ({where})") from None
    except RecursionError:
        raise Malformed("$", "JSON of sane depth", "it nested too deeply") from None
    for path, fault in _faults_in(value, "$"):
        raise Malformed(path + fault.key, fault.expected, fault.found)
    return value


def read_event(sent: object, path: str = "$") -> Sent:
    """Turn one parsed event into its typed and its canonical form.

    Raises Malformed with the path that is wrong, what was expected and what was found.
    """
    if not isinstance(sent, dict):
        raise Malformed(path, "an object", _kind(sent))
    content = dict(sent)
    expected_version = content.pop("expected_version", None)
    if expected_version is not None and (type(expected_version) is not int or expected_version < 0):
        raise Malformed(f"{path}.expected_version", "a version, 0 or more", _kind(expected_version))
    for name in RESERVED_FIELDS & content.keys():
        raise Malformed(f"{path}.{name}", "no such field; the log writes it", "it in what was sent")
    canonical = canonical_json(content, path)
    event = _typed(canonical, path)
    return Sent(event, canonical, hashlib.sha256(canonical).digest(), expected_version)


def canonical_json(value: object, path: str = "$") -> bytes:
    """Give the RFC 8785 form of parsed JSON whose keys are ASCII and whose numbers are integers."""
    try:
        return msgspec.json.encode(value, order="sorted")
    except UnicodeEncodeError:
        raise Malformed(path, "text", "half of a surrogate pair") from None


def amended(original: Event, body: Json, path: str = "$.body") -> Event:
    """Give the event that `original` should have been: `body` under its identity and place."""
    for name in (RESERVED_FIELDS | {"id"}) & body.keys():
        raise Malformed(f"{path}.{name}", "no such field; it stays as it was", "it in the body")
    event = _typed(canonical_json({**body, "id": original.id}, path), path)
    return msgspec.structs.replace(
        event,
        position=original.position,
        version=original.version,
        recorded_at=original.recorded_at,
        recorded_by=original.recorded_by,
    )


# What is stored


def capture_bytes(sent: Sent, recorded_by: str) -> bytes:
    """Give what the append script puts behind its head: who recorded it, then the content."""
    return b'"recorded_by":' + msgspec.json.encode(recorded_by) + b"," + sent.content[1:]


_decoder = msgspec.json.Decoder(AnyEvent)
_HEAD = b'{"v":%d,' % CURRENT_V


def decode(
    stored: bytes, upcasters: Mapping[int, Upcaster] = UPCASTERS, current: int = CURRENT_V
) -> Event:
    """Read one stored event.

    Raises UnknownVersion for a `v` that no upcaster leads from, and
    msgspec.MsgspecError for bytes that are no event.
    """
    if stored.startswith(_HEAD) and current == CURRENT_V:
        event: Event = _decoder.decode(stored)
        return event
    content = msgspec.json.decode(stored, type=Json)
    while (v := content.get("v")) != current:
        if not isinstance(v, int) or v not in upcasters:
            raise UnknownVersion(v, current)
        content = upcasters[v](content)
    upcast: Event = _decoder.decode(msgspec.json.encode({**content, "v": CURRENT_V}))
    return upcast


def content_of(stored: bytes) -> bytes:
    """Give the canonical content that a stored string carries: what its digest is of."""
    content = msgspec.json.decode(stored, type=Json)
    return canonical_json({k: v for k, v in content.items() if k not in RESERVED_FIELDS})


# Types and patterns


def _typed(canonical: bytes, path: str) -> Event:
    try:
        event: Event = _decoder.decode(canonical)
    except msgspec.ValidationError as error:
        raise _malformed(str(error), path) from None
    check = _struct_check(type(event))
    check(event, path)
    return event


def _malformed(message: str, path: str) -> Malformed:
    what, _, where = message.partition(" - at `")
    where = path + where.rstrip("`").removeprefix("$")
    if unknown := re.fullmatch(r"Object contains unknown field `(.*)`", what):
        return Malformed(f"{where}.{unknown[1]}", "no field of that name", "it")
    if missing := re.fullmatch(r"Object missing required field `(.*)`", what):
        return Malformed(f"{where}.{missing[1]}", "a value", "nothing")
    if invalid := re.fullmatch(r"Invalid (?:enum )?value (.*)", what):
        return Malformed(where, "a value of the contract's list", invalid[1])
    expected, _, found = what.partition(", got ")
    return Malformed(where, expected.removeprefix("Expected "), found or "another value")


Check = Callable[[Any, str], None]


@cache
def _struct_check(struct: type) -> Check:
    hints = get_type_hints(struct, include_extras=True)
    checks = [(name, check) for name in hints if (check := _check_of(hints[name])) is not None]

    def check_fields(value: Any, path: str) -> None:
        for name, check in checks:
            member = getattr(value, name)
            if member is not None:
                check(member, f"{path}.{name}")

    return check_fields


def _check_of(hint: Any) -> Check | None:
    """Give what holds a value of this type against its patterns; None where there are none."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _pattern_check(hint)
    if origin in (Union, UnionType):
        return _union_check(get_args(hint))
    if origin is tuple:
        return _tuple_check(_check_of(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _struct_check(hint)
    return None


def _pattern_check(hint: Any) -> Check | None:
    meta = next(m for m in get_args(hint) if isinstance(m, msgspec.Meta))
    if not meta.extra_json_schema:
        return None
    matches = re.compile(meta.extra_json_schema["pattern"]).match
    is_time = hint in (Instant, KickOff, Span)

    def check(value: str, path: str) -> None:
        if not matches(value):
            raise Malformed(path, str(meta.description), repr(value[:80]))
        if is_time:
            _check_calendar(value, path)

    return check


def _union_check(options: tuple[Any, ...]) -> Check | None:
    by_kind: list[tuple[type, Check]] = []
    for option in options:
        if (check := _check_of(option)) is not None:
            kind = get_origin(option)
            by_kind.append((str if kind is Annotated else kind or option, check))
    if not by_kind:
        return None

    def check_kind(value: Any, path: str) -> None:
        for kind, check in by_kind:
            if isinstance(value, kind):
                check(value, path)

    return check_kind


def _tuple_check(item: Check | None) -> Check | None:
    if item is None:
        return None

    def check_items(values: tuple[Any, ...], path: str) -> None:
        for index, value in enumerate(values):
            item(value, f"{path}[{index}]")

    return check_items


def _check_calendar(value: str, path: str) -> None:
    try:
        for part in value.split("/"):
            if "T" in part:
                datetime.fromisoformat(part)
            else:
                date.fromisoformat(
                    part if len(part) > 7 else f"{part}-01" if len(part) > 4 else f"{part}-01-01"
                )
    except ValueError:
        raise Malformed(path, "a day and an hour of the calendar", repr(value)) from None


# Faults found while parsing: each stands where the value would, until its path is known


class _Fault(msgspec.Struct, frozen=True):
    expected: str
    found: str
    key: str = ""


def _members(pairs: list[tuple[str, Any]]) -> Json | _Fault:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    keys = [key for key, _ in pairs]
    twice = next(key for key in keys if keys.count(key) > 1)
    return _Fault("each key once", f"it {keys.count(twice)} times", f".{twice}")


def _integer(text: str) -> int | _Fault:
    if len(text) <= len(str(-INTEGER_MAX)) and abs(value := int(text)) <= INTEGER_MAX:
        return value
    return _Fault("an integer within ±2^53", text[:40])


def _fraction(text: str) -> _Fault:
    return _Fault("an integer", text[:40])


_json_decoder = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_int=_integer,
    parse_float=_fraction,
    parse_constant=_fraction,
)


def _faults_in(value: object, path: str) -> Iterator[tuple[str, _Fault]]:
    match value:
        case _Fault():
            yield path, value
        case dict():
            for key, member in value.items():
                yield from _faults_in(member, f"{path}.{key}")
        case list():
            for index, member in enumerate(value):
                yield from _faults_in(member, f"{path}[{index}]")


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return str(value)
        case str():
            return "a string"
        case list():
            return "an array"
    return "an object"
