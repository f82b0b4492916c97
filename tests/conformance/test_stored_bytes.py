"""What is stored stays readable: `stored-v1.ndjson` holds events as logs hold them, for ever.

Its lines are never edited and never removed. A new event type, field or word of a closed list
brings lines of its own at the end, and their digests at the end of `stored-v1.sha256`, where a
line is the SHA-256 of the content as it was sent, and the type.
"""

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest

from events.codec import CURRENT_V, RESERVED_FIELDS, content_of, decode, read_event, read_json
from events.errors import UnknownVersion
from events.fields import Goals, Ruling
from events.types import AnyEvent, GoalScored, ResultRecorded, type_of

HERE = Path(__file__).parent
STORED = (HERE / "stored-v1.ndjson").read_bytes().splitlines()
DIGESTS = [line.split() for line in (HERE / "stored-v1.sha256").read_text().splitlines()]

# CONTRACT.md, "As stored": the head of the append script, then capture's bytes.
HEAD = re.compile(
    rb'\{"v":1,"position":(\d+),"version":(\d+),'
    rb'"recorded_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z","recorded_by":"[^"]+",(.*)',
    re.DOTALL,
)

by_line = pytest.mark.parametrize("stored", STORED, ids=[type_ for _, type_ in DIGESTS])


# What a line holds, place by place


def members(value: object, said: object) -> Iterator[tuple[type, str, object]]:
    """Name each field that a line uses, of the event and of every value in it."""
    if isinstance(value, msgspec.Struct) and isinstance(said, dict):
        for name, inner in said.items():
            yield type(value), name, inner
            if name != value.__struct_config__.tag_field:
                yield from members(getattr(value, name), inner)
    if isinstance(value, tuple) and isinstance(said, list):
        for inner, inner_said in zip(value, said, strict=True):
            yield from members(inner, inner_said)


def holds(value: object, said: object) -> bool:
    """Say whether a typed value is what the JSON of a line says, member by member."""
    match value, said:
        case msgspec.Struct(), dict():
            tag = value.__struct_config__.tag_field
            return all(holds(getattr(value, n), inner) for n, inner in said.items() if n != tag)
        case tuple(), list():
            return len(value) == len(said) and all(map(holds, value, said))
    return type(value) is type(said) and value == said


@cache
def fields_of(struct: type) -> dict[str, Any]:
    return get_type_hints(struct, include_extras=True)


def structs_in(hint: Any) -> Iterator[type]:
    if get_origin(hint) in (Union, UnionType, tuple, Annotated):
        for option in get_args(hint):
            yield from structs_in(option)
    elif isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield hint
        for inner in fields_of(hint).values():
            yield from structs_in(inner)


@cache
def closed_list(hint: Any) -> set[str]:
    options = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    return {word for o in options if get_origin(o) is Literal for word in get_args(o)}


STRUCTS = {struct.__name__: struct for struct in structs_in(AnyEvent)}
TYPES = {type_of(kind) for kind in get_args(AnyEvent)}
USED = [
    member
    for stored in STORED
    for member in members(decode(stored), msgspec.json.decode(stored, type=dict[str, Any]))
]


# Nothing that is stored changes its meaning


def test_each_line_has_its_digest() -> None:
    assert len(STORED) == len(DIGESTS)


@pytest.mark.parametrize(
    ("stored", "digest"),
    [(stored, digest) for stored, (digest, _) in zip(STORED, DIGESTS, strict=True)],
    ids=[type_ for _, type_ in DIGESTS],
)
def test_the_digest_of_the_content_is_what_it_was_when_it_was_sent(
    stored: bytes, digest: str
) -> None:
    assert hashlib.sha256(content_of(stored)).hexdigest() == digest


@by_line
def test_a_stored_event_decodes_to_the_values_that_its_line_says(stored: bytes) -> None:
    said = msgspec.json.decode(stored, type=dict[str, Any])
    event = decode(stored)
    assert type_of(event) == said["type"]
    assert holds(event, said)


@by_line
def test_a_line_is_framed_as_the_contract_says(stored: bytes) -> None:
    framed = HEAD.fullmatch(stored)
    assert framed is not None
    event = decode(stored)
    assert (event.v, event.position, event.version) == (1, int(framed[1]), int(framed[2]))
    assert b"{" + framed[3] == content_of(stored)


@by_line
def test_what_is_stored_may_be_sent_again_and_is_the_same_content(stored: bytes) -> None:
    content = content_of(stored)
    sent = read_event(read_json(content))
    assert sent.content == content
    place = {name: getattr(decode(stored), name) for name in RESERVED_FIELDS}
    assert msgspec.structs.replace(sent.event, **place) == decode(stored)


def test_a_goal_is_read_as_it_was_typed() -> None:
    [goal] = (event for event in map(decode, STORED) if event.position == 45)
    assert goal == GoalScored(
        position=45,
        version=24,
        recorded_at="2025-06-15T20:00:45.665Z",
        recorded_by="token/7f3a",
        id="01970000-0000-7000-8000-00000000002d",
        competition="copa-peru-2025",
        match="final-1",
        occurred_at="2025-06-15T20:31:00Z",
        occurred="2025-06",
        device="teléfono de Bagua",
        confirmation="confirmed",
        basis="inferred",
        source="Diario «Ahora», 16 de junio",
        correlation_id="planilla-7",
        side="home",
        period="second_half",
        minute=90,
        stoppage=2,
        player="p-9",
        assist="p-7",
        method="own_goal",
    )


def test_goals_and_rulings_are_read_into_values_of_their_own() -> None:
    events = [decode(stored) for stored in STORED]
    result = next(event for event in events if isinstance(event, ResultRecorded))
    assert result.half_time == Goals(home=1, away=0)
    ruling = next(ruling for event in events if (ruling := getattr(event, "ruling", None)))
    assert ruling == Ruling(
        body="Comisión de Justicia",
        number="014-2025",
        date="2025-06-01",
        article="27",
        document_sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        url="https://example.org/resoluciones/014-2025.pdf",
        instance="second",
    )


# Nothing is left out


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_event_type_is_in_the_file(kind: str) -> None:
    assert kind in {type_ for _, type_ in DIGESTS}, "add a line that uses every field"


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_every_field_is_in_the_file(name: str) -> None:
    used = {field for owner, field, _ in USED if owner is STRUCTS[name]}
    hints = fields_of(STRUCTS[name])
    missing = {field for field, hint in hints.items() if hint is not NoneType} - used
    assert not missing, "add a line that uses them"


@pytest.mark.parametrize("name", sorted(STRUCTS))
def test_every_word_of_a_closed_list_is_in_the_file(name: str) -> None:
    for field, hint in fields_of(STRUCTS[name]).items():
        # A list that several types share is looked for in all of them together.
        words = closed_list(hint)
        used = [said for o, other, said in USED if closed_list(fields_of(o).get(other)) == words]
        assert all(word in used for word in words), f"add lines with every word for {field}"


# What a reader does not know stops it


def test_the_append_script_writes_the_version_that_readers_call_current() -> None:
    script = (HERE.parents[1] / "services" / "store" / "append.lua").read_text()
    assert re.findall(r"""'\{"v":(\d+),""", script) == [str(CURRENT_V)]


def test_an_event_of_a_later_version_stops_an_older_reader() -> None:
    later = STORED[0].replace(b'{"v":1,', b'{"v":2,')
    with pytest.raises(UnknownVersion, match="stored with v 2, and this reader knows up to 1"):
        decode(later)


@pytest.mark.parametrize("v", [b"0", b"-1", b"null", b'"1"', b"[]", b"1.5"])
def test_an_event_without_a_version_that_makes_sense_stops_a_reader(v: bytes) -> None:
    with pytest.raises(UnknownVersion):
        decode(STORED[0].replace(b'{"v":1,', b'{"v":' + v + b","))


@pytest.mark.parametrize(
    "torn",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        STORED[0][:-1],
        STORED[0][:9],
        STORED[0] + b"}",
        STORED[0].replace(b'"type":"competition_created"', b'"type":"cup_created"'),
        STORED[0].replace(b"Copa Per\xc3\xba 2025", b"Copa Per\xff 2025"),
        STORED[0].replace(b'"position":1,', b'"position":"1",'),
    ],
    ids=range(11),
)
def test_bytes_that_are_no_event_are_told_apart_from_a_bug(torn: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError):
        decode(torn)
