"""A wrong event is refused with the place, what was asked for there, and what came instead.

CONTRACT.md, "HTTP": unknown fields, unknown types and times without an offset are refused with
the path that is wrong.
"""

from typing import Any

import msgspec
import pytest

from events.codec import RESERVED_FIELDS, read_event
from events.errors import Malformed
from tests.decisions.sent import (
    DAY_ASKED,
    DEEP_ASKED,
    GOAL,
    ID,
    ID_ASKED,
    KICK_OFF_ASKED,
    OTHER_ID,
    SPAN_ASKED,
    TIME_ASKED,
    UUID_ASKED,
    fault_in,
    read,
    sent,
)

# The wrong shape


def test_a_number_that_is_none_of_a_few_is_told_those() -> None:
    with pytest.raises(Malformed, match=r"^at \$\.leg: expected 1 or 2, found 3"):
        read_event({"id": ID, "type": "match_scheduled", "match": "m", "leg": 3})


@pytest.mark.parametrize("value", [[], "x", None, 5, True])
def test_an_event_is_an_object(value: object) -> None:
    with pytest.raises(Malformed, match=r"^at \$\[3\]: expected an object, found "):
        read_event(value, "$[3]")


@pytest.mark.parametrize(
    ("fields", "path", "expected", "found"),
    [
        ({"golas": 1}, "$.golas", "no field of that name", "1"),
        ({"Match": "final-2"}, "$.Match", "no field of that name", "'final-2'"),
        ({"": {}}, "$.", "no field of that name", "an object"),
        ({"two\nlines": []}, r"$.two\nlines", "no field of that name", "an array"),
        ({"type": "goal"}, "$.type", "the name of an event type", "'goal'"),
        ({"type": "GoalScored"}, "$.type", "the name of an event type", "'GoalScored'"),
        ({"type": "Event"}, "$.type", "the name of an event type", "'Event'"),
        ({"type": "play_event"}, "$.type", "the name of an event type", "'play_event'"),
        ({"type": 5}, "$.type", "the name of an event type", "5"),
        ({"type": ["goal_scored"]}, "$.type", "the name of an event type", "an array"),
        ({"type": None}, "$.type", "the name of an event type", "null"),
        ({"type": ...}, "$.type", "the name of an event type", "nothing"),
        ({"side": ...}, "$.side", "home or away", "nothing"),
        ({"match": ...}, "$.match", ID_ASKED, "nothing"),
        ({"id": ...}, "$.id", UUID_ASKED, "nothing"),
        ({"side": "left"}, "$.side", "home or away", "'left'"),
        ({"side": "HOME"}, "$.side", "home or away", "'HOME'"),
        ({"side": None}, "$.side", "home or away", "null"),
        ({"side": True}, "$.side", "home or away", "true"),
        ({"match": None}, "$.match", ID_ASKED, "null"),
        ({"match": 7}, "$.match", ID_ASKED, "7"),
        ({"minute": "88"}, "$.minute", "an integer from 0 to 200", "'88'"),
        ({"minute": True}, "$.minute", "an integer from 0 to 200", "true"),
        ({"minute": 201}, "$.minute", "an integer from 0 to 200", "201"),
        ({"minute": -1}, "$.minute", "an integer from 0 to 200", "-1"),
        ({"minute": [88]}, "$.minute", "an integer from 0 to 200", "an array"),
        ({"source": ""}, "$.source", "text of 1 to 4000 characters", "''"),
        ({"device": {}}, "$.device", "text of 1 to 200 characters", "an object"),
        (
            {"basis": "seen"},
            "$.basis",
            "observed, reported, derived or inferred",
            "'seen'",
        ),
    ],
)
def test_a_wrong_field_is_named_with_what_was_asked_and_what_came(
    fields: dict[str, Any], path: str, expected: str, found: str
) -> None:
    assert fault_in(sent(**fields)) == (path, expected, found)


@pytest.mark.parametrize(
    ("event", "path", "expected", "found"),
    [
        (
            {"type": "final_whistle", "match": "m", "shoot_out": {"home": 5}},
            "$.shoot_out.away",
            "an integer from 0 to 999",
            "nothing",
        ),
        (
            {"type": "final_whistle", "match": "m", "shoot_out": [5, 4]},
            "$.shoot_out",
            "an object",
            "an array",
        ),
        (
            {"type": "final_whistle", "match": "m", "shoot_out": {"home": 5, "away": 4, "x": 1}},
            "$.shoot_out.x",
            "no field of that name",
            "1",
        ),
        (
            {"type": "result_awarded", "match": "m", "outcome": "home", "ruling": {"date": "x"}},
            "$.ruling.date",
            SPAN_ASKED,
            "'x'",
        ),
        (
            {"type": "lots_drawn", "group": "g", "order": ["a", ["b", "C"]]},
            "$.order[1][1]",
            ID_ASKED,
            "'C'",
        ),
        (
            {"type": "lots_drawn", "group": "g", "order": ["a", ["b", ["c"]]]},
            "$.order[1][1]",
            ID_ASKED,
            "an array",
        ),
        (
            {"type": "lots_drawn", "group": "g", "order": ["a", 5]},
            "$.order[1]",
            f"{ID_ASKED} or an array",
            "5",
        ),
        ({"type": "lots_drawn", "group": "g", "order": "a"}, "$.order", "an array", "'a'"),
        (
            {"type": "lots_drawn", "group": "g", "order": ["a", "b"], "match": "m"},
            "$.match",
            "nothing here",
            "'m'",
        ),
        (
            {"type": "shoot_out_kick_taken", "match": "m", "side": "home", "scored": 1},
            "$.scored",
            "true or false",
            "1",
        ),
        (
            {"type": "points_adjusted", "team": "a", "group": "g", "points": "3"},
            "$.points",
            "an integer",
            "'3'",
        ),
        ({"type": "event_amended", "target": ID, "body": 5}, "$.body", "an object", "5"),
        (
            {
                "type": "competition_created",
                "competition": "c",
                "regulations": {"criteria": [{"metric": "points"}, {"metric": "luck"}]},
            },
            "$.regulations.criteria[1].metric",
            "points, wins, draws, goal_difference, goals_for, goals_against, goal_average, "
            "opponents_points, opponents_goal_difference, opponents_goals, relative_points, "
            "half_time_points, conduct, list, place, lots, extra_match, shoot_out or unknown",
            "'luck'",
        ),
        (
            {
                "type": "competition_created",
                "competition": "c",
                "regulations": {"stages": [{"id": "s", "name": "S", "sections": [{"id": "_"}]}]},
            },
            "$.regulations.stages[0].sections[0].name",
            "text of 1 to 200 characters",
            "nothing",
        ),
        (
            {
                "type": "competition_created",
                "competition": "c",
                "regulations": {
                    "stages": [{"id": "s", "name": "S", "sections": [{"id": "_", "name": "N"}]}]
                },
            },
            "$.regulations.stages[0].sections[0].id",
            ID_ASKED,
            "'_'",
        ),
    ],
)
def test_a_wrong_value_deep_inside_is_named_with_its_path(
    event: dict[str, Any], path: str, expected: str, found: str
) -> None:
    assert fault_in(msgspec.json.encode({"id": ID, **event})) == (path, expected, found)


def test_a_long_text_is_refused_without_repeating_all_of_it() -> None:
    path, expected, found = fault_in(sent(source="x" * 60_000))
    assert (path, expected) == ("$.source", "text of 1 to 4000 characters")
    assert found == f"'{'x' * 80}' and so on, 60000 characters"


def test_a_long_key_is_refused_without_repeating_all_of_it() -> None:
    assert len(fault_in(sent(**{"k" * 60_000: 1}))[0]) < 100


@pytest.mark.parametrize(
    "key", ["` - at `$.match", "x` - at `$.match`", "match` - at `$", "`", "["]
)
def test_a_key_cannot_pass_itself_off_as_another_place(key: str) -> None:
    _, expected, _ = fault_in(sent(**{key: 1}))
    assert expected == "no field of that name"
    assert fault_in(sent(side=key))[:2] == ("$.side", "home or away")
    assert fault_in(sent(type=key))[:2] == ("$.type", "the name of an event type")


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "-a",
        "A",
        "a_b",
        "a b",
        "á",
        "a" * 65,
        "final\n",
        "\nfinal",
        "a\x00",
        "a\x00b",
        "٣",
        "a/b",
    ],
)
def test_an_id_that_is_none_is_refused(id_: str) -> None:
    assert fault_in(sent(match=id_))[:2] == ("$.match", ID_ASKED)


@pytest.mark.parametrize("id_", ["a", "0", "a" * 64, "final-2", "a--", "2013"])
def test_an_id_of_letters_digits_and_hyphens_is_let_in(id_: str) -> None:
    assert read(sent(match=id_)).event.match == id_


@pytest.mark.parametrize(
    "id_",
    [
        "",
        "1",
        ID.upper(),
        ID + "\n",
        ID.replace("-", ""),
        "{" + ID + "}",
        f"urn:uuid:{ID}",
        ID[:-1],
    ],
)
def test_an_event_id_that_is_no_uuid_in_lower_case_is_refused(id_: str) -> None:
    assert fault_in(sent(id=id_))[:2] == ("$.id", UUID_ASKED)


# Times


@pytest.mark.parametrize(
    "time",
    [
        "2013-12-15T15:31:00",
        "2013-12-15 15:31:00Z",
        "2013-12-15T15:31Z",
        "2013-12-15T15:31:00z",
        "2013-12-15T15:31:00+0500",
        "2013-12-15T15:31:00+5:00",
        "2013-12-15T15:31:00Z\n",
        "2013-12-15T24:00:00Z",
        "2013-12-15T15:60:00Z",
        "2013-12-15T15:31:60Z",
        "2013-12-15T15:31:00+24:00",
        "2013-12-15T15:31:00+05:60",
        "2013-12-15T15:31:00.Z",
        "2013-12-15T15:31:00.1234567890Z",
        "2013-12-15T15:31:00,5Z",
        "٢٠١٣-12-15T15:31:00Z",
        "0001-01-01T00:00:00+05:00",
        "2013-12-15",
        "1387139460",
        "",
    ],
)
def test_a_time_without_its_offset_or_beyond_the_clock_is_refused(time: str) -> None:
    assert fault_in(sent(occurred_at=time)) == ("$.occurred_at", TIME_ASKED, repr(time))


@pytest.mark.parametrize(
    "day", ["2013-02-29", "2013-02-30", "2013-13-01", "2013-00-10", "2013-04-31"]
)
def test_a_day_that_is_in_no_calendar_is_refused(day: str) -> None:
    time = f"{day}T15:31:00Z"
    assert fault_in(sent(occurred_at=time)) == ("$.occurred_at", DAY_ASKED, repr(time))
    assert fault_in(sent(occurred=day)) == ("$.occurred", DAY_ASKED, repr(day))
    kick_off = {"id": ID, "type": "match_rescheduled", "match": "m", "kick_off": day}
    assert fault_in(msgspec.json.encode(kick_off))[1] == DAY_ASKED


def test_the_leap_day_is_in_the_calendar_of_a_leap_year() -> None:
    assert read(sent(occurred="2012-02-29")).event.occurred == "2012-02-29"


@pytest.mark.parametrize(
    "span", ["2013", "2013-12-15/2013-12", "2013-12/2014-01", "2013-1-5", "2013-12-15/", "P1D", ""]
)
def test_a_span_that_is_no_date_month_or_range_is_refused(span: str) -> None:
    assert fault_in(sent(occurred=span)) == ("$.occurred", SPAN_ASKED, repr(span))


@pytest.mark.parametrize("span", ["2013-12", "2013-12-15", "2013-12-15/2013-12-15"])
def test_a_date_a_month_and_a_range_are_spans(span: str) -> None:
    assert read(sent(occurred=span)).event.occurred == span


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    found = fault_in(sent(occurred="2013-11-03/2013-11-02"))
    assert found[1] == "a range that does not end before it begins"


@pytest.mark.parametrize("kick_off", ["2013-12-15T15:30:00", "15:30", "2013-12", "2013-12-15T"])
def test_a_kick_off_is_a_time_with_offset_or_a_date(kick_off: str) -> None:
    event = {"id": ID, "type": "match_rescheduled", "match": "m", "kick_off": kick_off}
    expected = ("$.kick_off", KICK_OFF_ASKED, repr(kick_off))
    assert fault_in(msgspec.json.encode(event)) == expected


# What is not for the sender to write


@pytest.mark.parametrize("field", sorted(RESERVED_FIELDS))
def test_what_the_log_writes_cannot_be_sent(field: str) -> None:
    assert fault_in(sent(**{field: 1})) == (f"$.{field}", "nothing here, as the log writes it", "1")


def test_of_several_faults_the_same_one_is_named_in_every_process() -> None:
    assert fault_in(sent(**dict.fromkeys(RESERVED_FIELDS, 1)))[0] == "$.position"


@pytest.mark.parametrize(
    ("version", "found"), [(-1, "-1"), (True, "true"), ("4", "'4'"), ([4], "an array")]
)
def test_an_expected_version_is_a_number_of_events(version: object, found: str) -> None:
    expected = ("$.expected_version", "a version of at least 0", found)
    assert fault_in(sent(expected_version=version)) == expected


# The body of an amendment is an event too


def amendment(body: object) -> bytes:
    event = {"id": OTHER_ID, "type": "event_amended", "match": "final-2", "target": ID}
    return msgspec.json.encode({**event, "body": body})


@pytest.mark.parametrize(
    ("body", "path", "expected", "found"),
    [
        ({}, "$.body.type", "the name of an event type", "nothing"),
        ({"type": "goal"}, "$.body.type", "the name of an event type", "'goal'"),
        ({**GOAL}, "$.body.id", "nothing here, as it stays what it was", f"'{ID}'"),
        (
            {"type": "goal_scored", "match": "final-2", "side": "left"},
            "$.body.side",
            "home or away",
            "'left'",
        ),
        (
            {"type": "goal_scored", "match": "Final", "side": "home"},
            "$.body.match",
            ID_ASKED,
            "'Final'",
        ),
        (
            {"type": "goal_scored", "match": "final-2", "side": "home", "position": 3},
            "$.body.position",
            "nothing here, as it stays what it was",
            "3",
        ),
        (
            {"type": "goal_scored", "match": "final-2", "side": "home", "expected_version": 3},
            "$.body.expected_version",
            "no field of that name",
            "3",
        ),
        (
            {
                "type": "event_amended",
                "target": ID,
                "body": {"type": "final_whistle", "match": "m", "shoot_out": {"home": 5}},
            },
            "$.body.body.shoot_out.away",
            "an integer from 0 to 999",
            "nothing",
        ),
        (
            {
                "type": "goal_scored",
                "match": "m",
                "side": "home",
                "occurred_at": "2013-02-30T00:00:00Z",
            },
            "$.body.occurred_at",
            DAY_ASKED,
            "'2013-02-30T00:00:00Z'",
        ),
    ],
)
def test_a_wrong_body_is_refused_like_a_wrong_event(
    body: object, path: str, expected: str, found: str
) -> None:
    assert fault_in(amendment(body)) == (path, expected, found)


def test_a_body_that_amends_amendments_is_refused_before_it_is_too_deep_to_check() -> None:
    body: dict[str, Any] = {"type": "goal_scored", "match": "final-2", "side": "home"}
    for _ in range(500):
        body = {"type": "event_amended", "match": "final-2", "target": ID, "body": body}
    assert fault_in(amendment(body))[1] == DEEP_ASKED


# What reads well


def test_the_sentence_says_where_what_was_asked_and_what_came() -> None:
    with pytest.raises(Malformed) as raised:
        read(sent(minute="88"))
    assert str(raised.value) == "at $.minute: expected an integer from 0 to 200, found '88'"


def test_no_sentence_speaks_the_language_of_the_decoder() -> None:
    for fields in ({"minute": "x"}, {"side": 1}, {"match": None}, {"x": 1}, {"type": 1}):
        with pytest.raises(Malformed) as raised:
            read(sent(**fields))
        assert not {"`", "|", "Object", "int`", "enum"} & set(str(raised.value).split())
        assert "`" not in str(raised.value)
