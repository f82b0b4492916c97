"""Laws of the codec, for events of every type with any values: nothing is lost on the way."""

import hashlib
import json
import random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.codec import (
    CURRENT_V,
    INTEGER_MAX,
    NESTING_MAX,
    Json,
    capture_bytes,
    content_of,
    decode,
    read_event,
    read_json,
)
from events.errors import Malformed, UnknownVersion
from events.types import Event, EventAmended, GoalScored
from tests.decisions.any_event import ALL_TYPES, SHORT_TYPES, events
from tests.decisions.given import amended, as_sent, goal, stored

SEEDS = st.randoms(use_true_random=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)

ODD_SCALARS = st.sampled_from(
    [
        *("-0", "0", "1.0", "-0.0", "1e2", "1E400", "1e-7", "NaN", "-Infinity", "01", "nul"),
        *(str(sign * (INTEGER_MAX + more)) for sign in (1, -1) for more in (0, 1)),
        *(str(sign * 2**power + more) for sign in (1, -1) for power in (63, 64) for more in (0, 1)),
        "1" * 30,
        *(r'"\ud800"', r'"\udc00\ud800"', r'"\ud83d\ude00"', r'"\u00f1"', r'"\u001F"', r'"\/"'),
        *('"\x7f"', '"\t"', r'"\t"', '"\u2028"', '""', '"', ""),
    ]
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
SCALARS = st.tuples(PLAIN, st.booleans()).map(lambda of: json.dumps(of[0], ensure_ascii=of[1]))
KEYS = st.sampled_from(["id", "a", "", "ñ"]).map(json.dumps) | st.just(r'"\u0061"') | ODD_SCALARS


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    members = st.tuples(KEYS, inner).map(":".join)
    return (
        st.lists(inner, max_size=4).map(lambda items: f"[{','.join(items)}]")
        | st.lists(members, max_size=4).map(lambda items: f"{{{','.join(items)}}}")
        | st.tuples(inner, st.integers(0, NESTING_MAX + 2)).map(
            lambda deep: "[" * deep[1] + deep[0] + "]" * deep[1]
        )
    )


JSON_TEXTS = st.recursive(SCALARS | ODD_SCALARS, nested, max_leaves=8)
"""JSON as short as it can be written, or nearly JSON: keys twice, odd numbers, halves, abysses."""


def written_anyhow(value: Any, chance: random.Random) -> str:
    """The same JSON as somebody else's program might write it."""
    space = "".join(chance.choices(" \n\r\t", k=chance.randrange(3)))
    match value:
        case dict():
            members = [
                f"{space}{json.dumps(key)}{space}:{written_anyhow(value[key], chance)}"
                for key in chance.sample(sorted(value), len(value))
            ]
            return f"{{{','.join(members)}{space}}}"
        case list():
            return f"[{','.join(written_anyhow(item, chance) for item in value)}{space}]"
        case str():
            return json.dumps(value, ensure_ascii=chance.random() < 0.5) + space
    return json.dumps(value) + space


def spoilt(value: Any, chance: random.Random, fault: Any) -> Any:
    """The same event with one thing wrong, or odd, somewhere in it."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(sorted(value))
        match chance.randrange(4):
            case 0:
                return {name: member for name, member in value.items() if name != key}
            case 1:
                return {**value, chance.choice(["golas", "\ud800", "` - at `$", "v", ""]): fault}
        return {**value, key: spoilt(value[key], chance, fault)}
    if isinstance(value, list) and value and chance.random() < 0.5:
        return [spoilt(value[0], chance, fault), *value[1:]]
    return fault


@pytest.mark.parametrize("kind", ALL_TYPES, ids=lambda kind: kind.__name__)
@settings(max_examples=30)
@given(st.data())
def test_what_was_sent_is_what_is_decoded(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(events((kind,)))
    sent = read_event(read_json(msgspec.json.encode(event)))
    assert sent.event == event
    line = stored(sent, position=7, version=3, recorded_by="token/ñ\x00")
    place = {
        "position": 7,
        "version": 3,
        "recorded_at": "2013-12-15T20:00:07.000Z",
        "recorded_by": "token/ñ\x00",
    }
    assert decode(line) == msgspec.structs.replace(event, **place)
    assert content_of(line) == sent.content
    assert hashlib.sha256(content_of(line)).digest() == sent.digest


@given(events(SHORT_TYPES), SEEDS)
def test_key_order_whitespace_and_escapes_are_not_content(
    event: Event, chance: random.Random
) -> None:
    sent = as_sent(event)
    plain = json.dumps(sent, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    read = read_event(read_json(written_anyhow(sent, chance).encode()))
    assert read.content == plain.encode()
    assert read.digest == hashlib.sha256(plain.encode()).digest()


def refusal_of(raw: bytes) -> Malformed | None:
    try:
        sent = read_event(read_json(raw))
    except Malformed as malformed:
        return malformed
    assert read_event(read_json(sent.content)).event == sent.event
    assert decode(stored(sent, 1, 1)).id == sent.event.id
    return None


@given(events(SHORT_TYPES), SEEDS, VALUES)
def test_what_is_wrong_is_refused_in_a_sentence_and_what_is_let_in_can_be_decoded(
    event: Event, chance: random.Random, fault: Any
) -> None:
    malformed = refusal_of(json.dumps(spoilt(as_sent(event), chance, fault)).encode())
    if malformed is not None:
        assert malformed.path.startswith("$")
        assert str(malformed).encode()
        assert "`" not in malformed.expected


@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_at_all_do_more_than_be_refused(raw: bytes) -> None:
    assert str(refusal_of(raw)).encode()


def reading_of(raw: bytes) -> object:
    try:
        return repr(read_json(raw))
    except Malformed as malformed:
        # Where it stops being JSON moves with a space, and what is found there.
        found = malformed.found if malformed.expected not in ("JSON", "UTF-8") else ""
        return malformed.path, malformed.expected, found


@settings(max_examples=500)
@given(JSON_TEXTS)
def test_what_is_written_short_is_read_as_strictly_as_with_a_space_in_front(text: str) -> None:
    # Only what is written short can be read the quick way.
    raw = text.encode(errors="surrogatepass")
    assert reading_of(raw) == reading_of(b" " + raw)


@given(events(SHORT_TYPES), events(SHORT_TYPES))
def test_events_that_differ_have_digests_that_differ(one: Event, other: Event) -> None:
    digests = read_event(as_sent(one)).digest, read_event(as_sent(other)).digest
    assert (digests[0] == digests[1]) == (one == other)


@given(events(SHORT_TYPES))
def test_who_recorded_it_and_where_it_stands_is_not_content(event: Event) -> None:
    sent = read_event(as_sent(event))
    lines = {content_of(stored(sent, 1, 1, "a")), content_of(stored(sent, 9, 4, "b"))}
    assert lines == {sent.content}
    assert capture_bytes(sent, "a") != capture_bytes(sent, "b")


# Old shapes: imagine that versions 1 and 2 of a goal said `team`, and `min` for the minute.


def side_from_team(old: Json) -> Json:
    return {("side" if name == "team" else name): value for name, value in old.items()} | {"v": 2}


def minute_in_full(old: Json) -> Json:
    new = {("minute" if name == "min" else name): value for name, value in old.items()}
    if isinstance(new.get("body"), dict):
        new["body"] = {
            name: value for name, value in minute_in_full(new["body"]).items() if name != "v"
        }
    return new | {"v": 3}


CHAIN = {1: side_from_team, 2: minute_in_full}
ROOT = b'"position":4,"version":2,"recorded_at":"2013-12-15T20:00:04.000Z","recorded_by":"a",'
OLD_ID = b'"id":"01970000-0000-7000-8000-00000000002d","match":"final","type":"goal_scored"}'


@pytest.mark.parametrize(
    "old",
    [
        b'{"v":1,' + ROOT + b'"team":"home","min":88,' + OLD_ID,
        b'{"v":2,' + ROOT + b'"side":"home","min":88,' + OLD_ID,
        b'{"v":3,' + ROOT + b'"side":"home","minute":88,' + OLD_ID,
    ],
)
def test_an_old_shape_passes_every_upcaster_between_it_and_now(old: bytes) -> None:
    assert decode(old, CHAIN, current=3) == GoalScored(
        v=CURRENT_V,
        position=4,
        version=2,
        recorded_at="2013-12-15T20:00:04.000Z",
        recorded_by="a",
        id="01970000-0000-7000-8000-00000000002d",
        match="final",
        side="home",
        minute=88,
    )


def test_the_content_of_an_old_shape_is_still_what_was_sent() -> None:
    old = b'{"v":1,' + ROOT + b'"min":88,"team":"home",' + OLD_ID
    assert b'"team":"home"' in content_of(old)


def test_an_upcaster_is_given_the_body_of_an_amendment_too() -> None:
    scored = goal("home", 88)
    sent = read_event(as_sent(amended(scored, minute=89)))
    old = stored(sent, 5, 3).replace(b'{"v":1,', b'{"v":2,').replace(b'"minute"', b'"min"')
    event = decode(old, CHAIN, current=3)
    assert isinstance(event, EventAmended)
    assert event.body["minute"] == 89


@pytest.mark.parametrize("v", [b"4", b"0", b"null", b'"2"', b"[2]"])
def test_a_version_that_no_upcaster_leads_from_stops_the_reader(v: bytes) -> None:
    with pytest.raises(UnknownVersion) as raised:
        decode(b'{"v":' + v + b"," + ROOT + b'"side":"home",' + OLD_ID, CHAIN, current=3)
    assert "deploy the reader before the writer" in str(raised.value)
    assert raised.value.newest == 3


def test_a_missing_upcaster_stops_the_reader_instead_of_guessing() -> None:
    with pytest.raises(UnknownVersion):
        decode(b'{"v":1,' + ROOT + b'"team":"home",' + OLD_ID, {2: minute_in_full}, current=3)
