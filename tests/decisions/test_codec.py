"""What is sent is read strictly, and has one canonical form whose digest is its content's.

CONTRACT.md, "HTTP": duplicate keys and integers beyond ±2^53 are refused with the path that is
wrong; content is compared by SHA-256 of the RFC 8785 form, without `expected_version`.
"""

import hashlib

import msgspec
import pytest

from events.codec import (
    INTEGER_MAX,
    NESTING_MAX,
    canonical_json,
    read_event,
    read_json,
)
from events.types import CompetitionCreated, GoalScored, NoteAdded
from tests.decisions.sent import DEEP_ASKED, ID, NOTE, fault_in, read, sent, with_raw

# What is sound


def test_the_event_of_the_contract_is_read_into_its_type() -> None:
    read_one = read(
        sent(occurred_at="2013-12-15T15:31:00-05:00", expected_version=4, minute=88, stoppage=None)
    )
    assert read_one.expected_version == 4
    assert read_one.event == GoalScored(
        id=ID, match="final-2", side="home", minute=88, occurred_at="2013-12-15T15:31:00-05:00"
    )
    assert read_one.id_bytes == bytes.fromhex(ID.replace("-", ""))


def test_the_content_is_what_was_sent_without_the_expected_version() -> None:
    content = b'{"id":"%s","match":"final-2","side":"home","type":"goal_scored"}' % ID.encode()
    assert read(sent(expected_version=4)).content == content
    assert read(sent()).content == content
    assert read(sent()).digest == hashlib.sha256(content).digest()


def test_a_field_that_is_null_is_not_the_same_content_as_one_left_out() -> None:
    assert read(sent(minute=None)).event == read(sent()).event
    assert read(sent(minute=None)).digest != read(sent()).digest


def test_a_time_is_kept_as_it_was_sent() -> None:
    for time in ("2013-12-15T20:31:00Z", "2013-12-15T15:31:00.120000-05:00"):
        assert read(sent(occurred_at=time)).event.occurred_at == time


@pytest.mark.parametrize("number", [INTEGER_MAX, -INTEGER_MAX, 0])
def test_integers_up_to_two_to_the_53_are_let_in(number: int) -> None:
    adjusted = {"id": ID, "type": "points_adjusted", "team": "a", "group": "g", "points": number}
    assert read_event(adjusted).event.points == number  # type: ignore[attr-defined] # its type has


def test_minus_zero_is_zero_in_the_canonical_form() -> None:
    assert read(with_raw('"minute":-0')).content == read(sent(minute=0)).content


def test_control_characters_in_a_text_are_kept_and_written_as_rfc_8785_says() -> None:
    written = r'"\b\t\n\f\r\"\\\u0000\u001f/' + '\x7f\u2028ñ⚽"'
    text = read(msgspec.json.encode(NOTE).replace(b'"lluvia"', written.encode()))
    assert text.event == NoteAdded(id=ID, text='\b\t\n\f\r"\\\x00\x1f/\x7f\u2028ñ⚽')
    assert written.encode() in text.content


def test_escapes_that_nobody_needs_are_not_in_the_canonical_form() -> None:
    assert canonical_json(read_json(rb'"\u0041\/\u00f1\ud83d\ude00\u001F"')) == (
        '"A/ñ😀\\u001f"'.encode()
    )


def test_whitespace_and_the_order_of_keys_are_not_content() -> None:
    turned = "\n{ " + " ,\t".join(reversed(sent()[1:-1].split(","))) + "\r\n}"
    assert read(turned).content == read(sent()).content


def test_a_competition_is_read_from_its_regulations() -> None:
    event = read_event(
        {"id": ID, "type": "competition_created", "competition": "c", "regulations": {}}
    )
    assert isinstance(event.event, CompetitionCreated)
    assert event.event.time_zone == "UTC"


# What is not JSON


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("", "its end at line 1, column 1"),
        ("  ", "its end at line 1, column 3"),
        ("{", "its end at line 1, column 2"),
        ("nul", "'nul' at line 1, column 1"),
        ("{'id': 1}", "\"'id': 1}\" at line 1, column 2"),
        ('{"id":1,\n}', "'}' at line 2, column 1"),
        ("[1,]", "']' at line 1, column 4"),
        ("{} {}", "'{}' at line 1, column 4"),
        ("\ufeff{}", r"'\ufeff{}' at line 1, column 1"),
        ('"two\nlines"', "'\\nlines\"' at line 1, column 5"),
        ('"a\x00"', "'\\x00\"' at line 1, column 3"),
        ("01", "'1' at line 1, column 2"),
        ("+1", "'+1' at line 1, column 1"),
        ("0x10", "'x10' at line 1, column 2"),
        ("/* */ {}", "'/* */ {}' at line 1, column 1"),
    ],
)
def test_what_is_not_json_is_refused_where_it_stops_being_json(raw: str, found: str) -> None:
    assert fault_in(raw) == ("$", "JSON", found)


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b"\xff{}", "the byte 0xff at 0"),
        (b'{"a":"\xc3("}', "the byte 0xc3 at 6"),
        (b'"\xed\xa0\x80"', "the byte 0xed at 1"),
        (b'"\xc0\x80"', "the byte 0xc0 at 1"),
    ],
)
def test_what_is_not_utf_8_is_refused(raw: bytes, found: str) -> None:
    assert fault_in(raw) == ("$", "UTF-8", found)


@pytest.mark.parametrize(
    ("member", "path"),
    [
        ('"id":1', "$.id"),
        ('"a":{"b":1,"b":1}', "$.a.b"),
        ('"a":[0,{"b":[{"c":1,"d":2,"c":3}]}]', "$.a[1].b[0].c"),
        (r'"\u0073ide":"home"', "$.side"),
        ('"a":{"":1,"":2}', "$.a."),
        (r'"a":{"\ud800":1,"\ud800":2}', r"$.a.\ud800"),
    ],
)
def test_a_key_that_stands_twice_is_named(member: str, path: str) -> None:
    assert fault_in(with_raw(member)) == (path, "each key once", "it 2 times")


def test_a_key_that_stands_twice_among_very_many_is_named() -> None:
    members = ",".join(f'"k{number}":0' for number in range(100_000))
    assert fault_in("{" + members + ',"k99999":1}')[0] == "$.k99999"


@pytest.mark.parametrize(
    "number", ["1.0", "1.5", "1e2", "1E-2", "-0.0", "NaN", "Infinity", "-Infinity"]
)
def test_a_number_that_is_no_integer_is_refused(number: str) -> None:
    assert fault_in(with_raw(f'"minute":{number}')) == ("$.minute", "an integer", number)


@pytest.mark.parametrize(
    "number", [str(INTEGER_MAX + 1), str(-INTEGER_MAX - 1), str(2**63), str(2**64), "9" * 40]
)
def test_an_integer_beyond_two_to_the_53_is_refused(number: str) -> None:
    where = with_raw(f'"a":[{{"b":{number}}}]')
    assert fault_in(where) == ("$.a[0].b", "an integer within ±2^53", number)


def test_an_integer_of_many_thousand_digits_is_refused_and_not_repeated() -> None:
    path, _, found = fault_in(with_raw(f'"minute":{"9" * 60_000}'))
    assert path == "$.minute"
    assert len(found) < 100


# Depth: a limit of ours, not the stack's


def nested(levels: int) -> str:
    return with_raw(f'"a":{"[" * levels}{"]" * levels}')


def test_nesting_up_to_the_limit_is_read() -> None:
    assert fault_in(nested(NESTING_MAX - 1)) == ("$.a", "no field of that name", "an array")


@pytest.mark.parametrize("levels", [NESTING_MAX, 400, 990, 20_000])
def test_nesting_beyond_the_limit_is_refused_however_deep(levels: int) -> None:
    path, expected, found = fault_in(nested(levels))
    assert (expected, found) == (DEEP_ASKED, "more")
    assert path.startswith("$")


def test_nesting_is_counted_in_objects_too() -> None:
    assert fault_in('{"a":' * 5_000 + "1" + "}" * 5_000)[1] == DEEP_ASKED


# Text that is no text


@pytest.mark.parametrize(
    ("member", "path"),
    [
        (r'"source":"\ud800"', "$.source"),
        (r'"source":"a\udc00b"', "$.source"),
        (r'"source":"\ude00\ud83d"', "$.source"),
        (r'"a":[{"b":["x","\ud800"]}]', "$.a[0].b[1]"),
        (r'"\ud800":1', r"$.\ud800"),
        (r'"a":{"\udfff":"x"}', r"$.a.\udfff"),
    ],
)
def test_half_of_a_surrogate_pair_is_refused_where_it_stands(member: str, path: str) -> None:
    assert fault_in(with_raw(member)) == (path, "text", "half of a surrogate pair")
