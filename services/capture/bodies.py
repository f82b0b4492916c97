"""What came with a POST, read strictly: so large at most, JSON or TOML, each event in its shape."""

import json
import tomllib
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.types import Receive

from events.codec import Sent, canonical_json, read_event, read_json
from events.errors import Malformed
from events.fields import Name
from events.possible_rules import possible_regulations
from events.types import CompetitionCreated
from services.http.problems import Problem
from services.settings import EVENTS_PER_UNIT_MAX
from services.zones import A_ZONE, is_known_zone

JSON_TYPES = ("", "application/json")
TOML_TYPES = ("application/toml", "application/x-toml", "text/toml")


Headers = Mapping[bytes, bytes]


class ClientGone(Exception):
    """The client left before it had sent everything; there is nobody to answer."""


class NewName(msgspec.Struct, frozen=True):
    """A name for a person, and the event it will be recorded with but for its commitment."""

    id: str
    person: str
    name: str
    event: dict[str, Any]
    path: str


# Bytes


async def read_body(headers: Headers, receive: Receive, limit: int) -> bytes:
    """Give the body, reading no more of it than may come."""
    said = headers.get(b"content-length", b"")
    if said.isdigit() and int(said) > limit:
        raise _too_large(limit)
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body") and len(body) <= limit:
        message = await receive()
        body += message.get("body", b"")
    if message["type"] == "http.disconnect":
        raise ClientGone
    if len(body) > limit:
        raise _too_large(limit)
    return body


def _too_large(limit: int) -> Problem:
    detail = f"the body is over {limit} bytes; send less at once"
    return Problem("too-large", detail, limit=limit)


def media_type(headers: Headers) -> str:
    return headers.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()


def only_json(headers: Headers) -> None:
    if (found := media_type(headers)) not in JSON_TYPES:
        raise Malformed("Content-Type", "application/json", found[:80])


# Events


def events_in(body: bytes, competition: str) -> tuple[Sent, ...]:
    """Read one event, or an array of them, all of this competition."""
    events = tuple([read_event(item, path) for item, path in _items(body)])
    for index, sent in enumerate(events):
        if sent.event.competition not in (None, competition):
            path = f"$[{index}].competition" if len(events) > 1 else "$.competition"
            raise Malformed(path, f"{competition}, as in the address", sent.event.competition or "")
    return events


def _items(body: bytes) -> list[tuple[object, str]]:
    sent = read_json(body)
    if not isinstance(sent, list):
        return [(sent, "$")]
    if not sent:
        raise Malformed("$", "at least one event", "an empty array")
    if len(sent) > EVENTS_PER_UNIT_MAX:
        detail = f"an array holds at most {EVENTS_PER_UNIT_MAX} events, and this one {len(sent)}"
        raise Problem("too-large", f"{detail}; send it in parts", limit=EVENTS_PER_UNIT_MAX)
    return [(item, f"$[{index}]") for index, item in enumerate(sent)]


# Names of persons


def names_in(body: bytes) -> list[NewName]:
    return [_name(item, path) for item, path in _items(body)]


def _name(item: object, path: str) -> NewName:
    if not isinstance(item, dict):
        raise Malformed(path, "an object with id, person and name", "something else")
    event = {**item, "type": "person_named"}
    name = event.pop("name", None)
    try:
        msgspec.convert(name, Name)
    except msgspec.ValidationError:
        raise Malformed(f"{path}.name", "a name of 1 to 200 characters", repr(name)[:80]) from None
    canonical_json(name, f"{path}.name")
    if item.get("type", "person_named") != "person_named" or "commitment" in item:
        raise Malformed(path, "only id, person, name and what any event may carry", "more")
    # Its shape is known to be right before anything is kept.
    named = read_event({**event, "commitment": "0" * 64}, path).event
    return NewName(named.id, event["person"], name, event, path)


def with_commitment(new: NewName, commitment: str) -> Sent:
    return read_event({**new.event, "commitment": commitment}, new.path)


# Competitions


def competition_in(body: bytes, kind: str) -> Sent:
    """Read the first event of a competition; it may leave out its type."""
    sent = _toml(body) if kind in TOML_TYPES else read_json(body)
    if kind not in (*JSON_TYPES, *TOML_TYPES):
        raise Malformed("Content-Type", "application/json or application/toml", kind[:80])
    if not isinstance(sent, dict):
        raise Malformed("$", "an object", "something else")
    if sent.get("type", "competition_created") != "competition_created":
        raise Malformed("$.type", "competition_created, or nothing", repr(sent["type"])[:80])
    if "expected_version" in sent:
        raise Malformed("$.expected_version", "nothing; there is no version yet", "it")
    created = read_event({**sent, "type": "competition_created"})
    assert isinstance(created.event, CompetitionCreated), "its type says so"
    possible_regulations(created.event.regulations)
    if not is_known_zone(created.event.time_zone):
        raise Malformed("$.time_zone", A_ZONE, created.event.time_zone[:80])
    return created


def _toml(body: bytes) -> Any:
    """Read TOML as if it had been sent as JSON; its dates are written as in RFC 3339."""
    try:
        table = tomllib.loads(body.decode())
        return read_json(json.dumps(table, default=lambda when: when.isoformat()).encode())
    except UnicodeDecodeError as error:
        raise Malformed("$", "UTF-8", f"byte {body[error.start]:#04x} at {error.start}") from None
    except tomllib.TOMLDecodeError as error:
        raise Malformed("$", "TOML", str(error)) from None
