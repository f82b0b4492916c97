"""Events of every type with any values that their fields allow, for laws that hold for all.

A field is drawn from its type and its pattern. In a narrow world fields have a few names each,
so that events meet: goals of the match that was scheduled, corrections of what was recorded.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, time
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from events.codec import INTEGER_MAX, RESERVED_FIELDS
from events.fields import Digest, EventId, ExactNumber, Id, Instant, KickOff, SlotId, Span
from events.types import AnyEvent, CompetitionCreated, Event, MatchEvent, RegulationsAmended

Values = st.SearchStrategy[Any]

ALL_TYPES: tuple[type[Event], ...] = get_args(AnyEvent)
_LONG = (CompetitionCreated, RegulationsAmended)
SHORT_TYPES = tuple(kind for kind in ALL_TYPES if kind not in _LONG)
MATCH_TYPES = tuple(kind for kind in ALL_TYPES if issubclass(kind, MatchEvent))

IDS = tuple(str(uuid.UUID(int=number)) for number in range(12))
MATCHES = ("m-1", "m-2")
TEAMS = ("a", "b", "c")
PERSONS = ("p-1", "p-2")

_DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31)).map(date.isoformat)
_OFFSETS = st.just("Z") | st.from_regex(r"[+-]([01][0-9]|2[0-3]):[0-5][0-9]", fullmatch=True)
_INSTANTS = st.builds("{}T{}{}".format, _DAYS, st.times().map(time.isoformat), _OFFSETS)
_RANGES = st.tuples(_DAYS, _DAYS).map(lambda days: "/".join(sorted(days)))

_TEXT_NUMBER = get_args(ExactNumber)[1]

_BY_PATTERN: Mapping[Any, Values] = {
    Id: st.from_regex(r"[a-z0-9][a-z0-9-]{0,63}", fullmatch=True),
    EventId: st.uuids().map(str),
    SlotId: st.sampled_from(("t-1/1", "t-1/2", "t-2/1")),
    _TEXT_NUMBER: st.sampled_from(("31/3", "113.25", "-7")),
    Digest: st.binary(min_size=32, max_size=32).map(bytes.hex),
    Instant: _INSTANTS,
    KickOff: _INSTANTS | _DAYS,
    Span: _DAYS | _DAYS.map(lambda day: day[:7]) | _RANGES,
}
_BY_NAME: Mapping[str, Values] = {
    **dict.fromkeys(("team", "home", "away"), st.sampled_from(TEAMS)),
    **dict.fromkeys(("person", "into", "player", "assist", "off", "on"), st.sampled_from(PERSONS)),
    "match": st.sampled_from(MATCHES),
    "group": st.sampled_from(("g-1", "g-2")),
    "tie": st.sampled_from(("t-1", "t-2")),
    "berth": st.sampled_from(("next", "champion")),
    "stage": st.just("s-1"),
    "section": st.just("r-1"),
    "teams": st.lists(st.sampled_from(TEAMS), max_size=3).map(tuple),
    "order": st.lists(st.sampled_from((*TEAMS, ("a", "b"), ())), max_size=3).map(tuple),
    "target": st.sampled_from(IDS),
}


@cache
def events(kinds: Sequence[type[Event]] = ALL_TYPES, *, narrow: bool = False) -> Values:
    """An event of one of these types, not in a log yet."""
    return st.sampled_from(kinds).flatmap(lambda kind: _structs(kind, narrow))


@cache
def _structs(struct: type, narrow: bool) -> Values:
    hints = get_type_hints(struct, include_extras=True)
    required: dict[str, Values] = {}
    optional: dict[str, Values] = {}
    for field in msgspec.structs.fields(struct):
        if field.name not in RESERVED_FIELDS:
            values = _values(hints[field.name], field.name, narrow)
            (required if field.required else optional)[field.name] = values
    return st.fixed_dictionaries(required, optional=optional).map(lambda fields: struct(**fields))


def _values(hint: Any, name: str, narrow: bool) -> Values:
    if get_origin(hint) in (Union, UnionType):
        return st.one_of([_values(option, name, narrow) for option in get_args(hint)])
    if hint is NoneType:
        return st.none()
    if narrow and name in _BY_NAME and (hint in (Id, EventId) or get_origin(hint) is tuple):
        return _BY_NAME[name]
    if get_origin(hint) is Annotated:
        return _BY_PATTERN[hint] if hint in _BY_PATTERN else _limited(hint)
    if get_origin(hint) is tuple and get_args(hint)[-1] is not Ellipsis:
        return st.tuples(*(_values(part, "", narrow) for part in get_args(hint)))
    if get_origin(hint) is tuple:
        return st.lists(_values(get_args(hint)[0], "", narrow), max_size=3).map(tuple)
    if get_origin(hint) is Literal:
        return st.sampled_from(get_args(hint))
    if get_origin(hint) is dict and get_args(hint)[0] is not str:
        return st.dictionaries(*(_values(part, "", narrow) for part in get_args(hint)), max_size=3)
    if get_origin(hint) is dict:
        return events(SHORT_TYPES, narrow=narrow).map(_without_id)
    if issubclass(hint, msgspec.Struct):
        return _structs(hint, narrow)
    return st.booleans() if hint is bool else st.integers(-INTEGER_MAX, INTEGER_MAX)


def _without_id(event: Event) -> dict[str, Any]:
    body: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(event))
    return {name: value for name, value in body.items() if name != "id"}


def _limited(hint: Any) -> Values:
    kind, meta = get_args(hint)
    if kind is int:
        return st.integers(meta.ge, meta.le)
    return st.text(min_size=meta.min_length, max_size=min(meta.max_length, 20))
