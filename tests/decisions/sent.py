"""A goal as it is sent, right and wrong, and the three facts of its refusal."""

from typing import Any

import msgspec
import pytest

from events.codec import NESTING_MAX, Sent, read_event, read_json
from events.errors import Malformed

ID = "01970000-0000-7000-8000-00000000002d"
OTHER_ID = "01970000-0000-7000-8000-00000000002e"
ID_ASKED = "an id of 1 to 64 lower-case letters, digits and hyphens, with no hyphen in front"
UUID_ASKED = "a UUID in lower case (RFC 9562), of version 7 if it is new"
TIME_ASKED = "a time with its offset (RFC 3339), like 2013-12-15T15:31:00-05:00"
DAY_ASKED = "a day of the calendar"
SPAN_ASKED = "a date, a month, or a range of dates like 2013-11-02/2013-11-03"
KICK_OFF_ASKED = "a time with its offset, like 2013-12-15T15:30:00-05:00, or only the date"
DEEP_ASKED = f"at most {NESTING_MAX} objects and arrays in each other"

GOAL = {"id": ID, "type": "goal_scored", "match": "final-2", "side": "home"}
NOTE = {"id": ID, "type": "note_added", "text": "lluvia"}


def read(raw: bytes | str) -> Sent:
    return read_event(read_json(raw.encode() if isinstance(raw, str) else raw))


def sent(**fields: Any) -> str:
    """A goal, as JSON, with these fields; None is null, and ... leaves one out."""
    event = {name: value for name, value in {**GOAL, **fields}.items() if value is not ...}
    return msgspec.json.encode(event).decode()


def with_raw(member: str) -> str:
    """A goal with one more member, written by hand."""
    return f"{sent()[:-1]},{member}}}"


def fault_in(raw: bytes | str) -> tuple[str, str, str]:
    with pytest.raises(Malformed) as raised:
        read(raw)
    str(raised.value).encode()  # a sentence that can be answered
    return raised.value.path, raised.value.expected, raised.value.found
