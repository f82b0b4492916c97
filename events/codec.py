"""What was sent has one canonical form, and what is stored is read in one way.

Capture stores the RFC 8785 form of what was sent, behind a head that the append
script writes; so the digest of the content can be computed from the stored
string by anybody, and nothing is encoded twice. A stored shape that is no
longer current passes the upcasters on its way in; the log is never rewritten.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin, get_type_hints

import msgspec

from events.errors import Malformed, UnknownVersion
from events.fields import Instant, KickOff, Span
from events.types import AnyEvent, Event, EventAmended
from events.wording import malformed, member, shown

CURRENT_V = 1

Json = dict[str, Any]
Upcaster = Callable[[Json], Json]

UPCASTERS: Mapping[int, Upcaster] = {}
"""From a `v` to the function that makes the shape of the next one, that of `body` included."""

INTEGER_MAX = 2**53
NESTING_MAX = 32
"""How many objects and arrays may stand in each other: a limit that no stack has a say in."""

DAYS_REMEMBERED_MAX = 1000
"""What is sent in one minute is almost all of one day."""

RESERVED_FIELDS = frozenset({"v", "position", "version", "recorded_at", "recorded_by"})
_KEPT_FIELDS = RESERVED_FIELDS | {"id"}


class Sent(msgspec.Struct, frozen=True, gc=False):
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
    """Parse JSON strictly: no repeated keys, no fractions, no integers beyond ±2^53, no abyss.

    Raises Malformed with the path of the first fault.
    """
    try:
        value = _shallow_decoder.decode(raw)
        # Its type lets neither fractions nor large integers nor an abyss in, and what is encoded
        # again byte for byte has no key twice; so the strict reader would give the same.
        if msgspec.json.encode(value) == raw:
            return value
    except (msgspec.MsgspecError, UnicodeError):
        pass
    return _read_strictly(raw)


def _read_strictly(raw: bytes) -> Any:
    """Parse any JSON, and say in words what is wrong with it."""
    try:
        text = raw.decode()
        value = _json_decoder.decode(text)
    except UnicodeDecodeError as error:
        found = f"the byte {raw[error.start]:#04x} at {error.start}"
        raise Malformed("$", "UTF-8", found) from None
    except json.JSONDecodeError as error:
        found = shown(text[error.pos : error.pos + 20]) if text[error.pos :] else "its end"
        where = f"line {error.lineno}, column {error.colno}"
        raise Malformed("$", "JSON", f"{found} at {where}") from None
    except RecursionError:
        value = _too_deep()
    if fault := _first_fault(value, NESTING_MAX):
        raise Malformed("$" + fault.path, fault.expected, fault.found)
    return value


def read_event(sent: object, path: str = "$") -> Sent:
    """Turn one parsed event into its typed and its canonical form.

    Raises Malformed with the path that is wrong, what was expected and what was found.
    """
    if not isinstance(sent, dict):
        raise Malformed(path, "an object", shown(sent))
    content = dict(sent)
    expected_version = content.pop("expected_version", None)
    if expected_version is not None and (type(expected_version) is not int or expected_version < 0):
        found = shown(expected_version)
        raise Malformed(f"{path}.expected_version", "a version of at least 0", found)
    _refuse(RESERVED_FIELDS, content, path, "nothing here, as the log writes it")
    canonical = canonical_json(content, path)
    event = _typed(content, canonical, path)
    _check_bodies(event, path)
    return Sent(event, canonical, hashlib.sha256(canonical).digest(), expected_version)


def _refuse(names: frozenset[str], content: Json, path: str, expected: str) -> None:
    if not names.isdisjoint(content):
        name = min(names & content.keys())
        raise Malformed(f"{path}.{name}", expected, shown(content[name]))


def canonical_json(value: object, path: str = "$") -> bytes:
    """Give the RFC 8785 form of parsed JSON whose keys are ASCII and whose numbers are integers."""
    try:
        return msgspec.json.encode(value, order="sorted")
    except UnicodeEncodeError:
        place = path + (_half_pair_in(value) or "")
        raise Malformed(place, "text", "half of a surrogate pair") from None


def amended(original: Event, body: Json) -> Event:
    """Give the event that `original` should have been: `body` under its identity and place."""
    event: Event = _decoder.decode(msgspec.json.encode({**body, "id": original.id}))
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
    try:
        if stored.startswith(_HEAD) and current == CURRENT_V:
            event: Event = _decoder.decode(stored)
            return event
        return _upcast(stored, upcasters, current)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from None


def _upcast(stored: bytes, upcasters: Mapping[int, Upcaster], current: int) -> Event:
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


def _typed(content: Json, encoded: bytes, path: str) -> Event:
    # Decoding again what was encoded is quick; `convert` makes its plan of the union every time.
    try:
        event: Event = _decoder.decode(encoded)
    except msgspec.ValidationError as error:
        raise malformed(str(error), content, path, RESERVED_FIELDS) from None
    _struct_check(type(event)).look(event, path)
    return event


def _check_bodies(event: Event, path: str) -> None:
    """Hold the body of an amendment, which may amend an amendment, to what it claims to be."""
    while isinstance(event, EventAmended):
        path += ".body"
        _refuse(_KEPT_FIELDS, event.body, path, "nothing here, as it stays what it was")
        content = {**event.body, "id": event.id}
        event = _typed(content, canonical_json(content, path), path)


class _Check(NamedTuple):
    """Holds a value against its patterns. One that `matches` takes needs no closer `look`."""

    look: Callable[[Any, str], None]
    matches: Callable[[str], object] | None = None


@cache
def _struct_check(struct: type) -> _Check:
    hints = get_type_hints(struct, include_extras=True)
    checks = [(name, check) for name in hints if (check := _check_of(hints[name])) is not None]
    members = [(name, look, matches) for name, (look, matches) in checks]

    def look_at_members(value: Any, path: str) -> None:
        for name, look, matches in members:
            member = getattr(value, name)
            if member is not None and (matches is None or not matches(member)):
                look(member, f"{path}.{name}")

    return _Check(look_at_members)


def _check_of(hint: Any) -> _Check | None:
    """Give what holds a value of this type against its patterns; None where there are none."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _pattern_check(hint)
    if origin in (Union, UnionType):
        return _union_check([option for option in get_args(hint) if option is not NoneType])
    if origin is tuple:
        return _tuple_check(_check_of(get_args(hint)[0]))
    if origin is dict:
        return _dict_check(*map(_check_of, get_args(hint)))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _struct_check(hint)
    return None


def _pattern_check(hint: Any) -> _Check | None:
    meta = next(m for m in get_args(hint) if isinstance(m, msgspec.Meta))
    if not meta.extra_json_schema:
        return None
    matches = re.compile(meta.extra_json_schema["pattern"]).match
    is_time = hint in (Instant, KickOff, Span)

    def look(value: str, path: str) -> None:
        if not matches(value):
            raise Malformed(path, str(meta.description), shown(value))
        if is_time:
            _check_calendar(value, path)

    return _Check(look, None if is_time else matches)


def _union_check(options: Sequence[Any]) -> _Check | None:
    if len(options) == 1:
        return _check_of(options[0])
    by_kind: list[tuple[type, Callable[[Any, str], None]]] = []
    for option in options:
        if (check := _check_of(option)) is not None:
            kind = get_origin(option)
            by_kind.append((str if kind is Annotated else kind or option, check.look))
    if not by_kind:
        return None

    def look_by_kind(value: Any, path: str) -> None:
        for kind, look in by_kind:
            if isinstance(value, kind):
                look(value, path)

    return _Check(look_by_kind)


def _tuple_check(item: _Check | None) -> _Check | None:
    if item is None:
        return None
    look = item.look

    def look_at_items(values: tuple[Any, ...], path: str) -> None:
        for index, value in enumerate(values):
            look(value, f"{path}[{index}]")

    return _Check(look_at_items)


def _dict_check(key: _Check | None, value: _Check | None) -> _Check | None:
    if key is None and value is None:
        return None

    def look_at_members(members: dict[str, Any], path: str) -> None:
        for name, held in members.items():
            if key is not None:
                key.look(name, f"{path}.{name}")
            if value is not None:
                value.look(held, f"{path}.{name}")

    return _Check(look_at_members)


def _check_calendar(value: str, path: str) -> None:
    begin, _, end = value.partition("/")
    if not _is_in_calendar(begin[:10]) or (end and not _is_in_calendar(end[:10])):
        raise Malformed(path, "a day of the calendar", shown(value))
    if end and end < begin:
        raise Malformed(path, "a range that does not end before it begins", shown(value))


@lru_cache(DAYS_REMEMBERED_MAX)
def _is_in_calendar(day: str) -> bool:
    """Say whether there is such a day, or such a month."""
    try:
        date.fromisoformat(day if len(day) > len("2013-11") else f"{day}-01")
    except ValueError:
        return False
    return True


# Ordinary events, an array of them too, are no deeper than this.

_Plain = Annotated[int, msgspec.Meta(ge=-INTEGER_MAX, le=INTEGER_MAX)] | str | bool | None
_Inner = _Plain | list[_Plain] | dict[str, _Plain]
_Member = _Plain | list[_Inner] | dict[str, _Inner]
_shallow_decoder = msgspec.json.Decoder(_Plain | list[_Member] | dict[str, _Member])


# Faults found while parsing: each stands where the value would, until its path is known


class _Fault(msgspec.Struct, frozen=True):
    expected: str
    found: str
    path: str = ""


def _members(pairs: list[tuple[str, Any]]) -> Json | _Fault:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    counts = Counter(key for key, _ in pairs)
    twice = next(key for key, count in counts.items() if count > 1)
    return _Fault("each key once", f"it {counts[twice]} times", member(twice))


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


def _too_deep() -> _Fault:
    return _Fault(f"at most {NESTING_MAX} objects and arrays in each other", "more")


def _first_fault(value: object, levels: int) -> _Fault | None:
    """Give the first fault in a value, with its path from there; too many levels are one."""
    if isinstance(value, _Fault):
        return value
    if isinstance(value, dict | list) and levels == 0:
        return _too_deep()
    for step, inner in _members_of(value):
        # Most members are plain, and asking each of those would take longer than parsing them.
        may_be = isinstance(inner, _Fault | dict | list)
        if may_be and (fault := _first_fault(inner, levels - 1)):
            return msgspec.structs.replace(fault, path=_step(step) + fault.path)
    return None


def _half_pair_in(value: object) -> str | None:
    """Give the path of the first text in a value, or the first key, that is no valid text."""
    if isinstance(value, str):
        return "" if _HALF_PAIR.search(value) else None
    for step, inner in _members_of(value):
        if (path := _half_pair_in(inner)) is not None or _HALF_PAIR.search(str(step)):
            return _step(step) + (path or "")
    return None


_HALF_PAIR = re.compile("[\ud800-\udfff]")


def _members_of(value: object) -> Iterable[tuple[str | int, object]]:
    if isinstance(value, dict):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def _step(step: str | int) -> str:
    return f"[{step}]" if isinstance(step, int) else member(step)
