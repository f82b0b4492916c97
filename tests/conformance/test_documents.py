"""The generated pages are what the code accepts today, and every example on them is accepted."""

import json
import re
from pathlib import Path

import pytest

from events.codec import RESERVED_FIELDS, read_event
from events.types import Event, type_of
from services import documents
from services.examples import COMMON, EXAMPLES, example


@pytest.mark.parametrize("path", list(documents.documents()), ids=lambda path: path.name)
def test_what_is_generated_is_up_to_date(path: Path) -> None:
    said = documents.documents()[path]
    assert path.read_text(encoding="utf-8") == said, "run `make docs`"


def test_every_type_has_a_meaning_and_an_example() -> None:
    assert set(EXAMPLES) == set(documents.TYPES)
    assert all(kind.__doc__ for kind in documents.TYPES)


@pytest.mark.parametrize("kind", documents.TYPES, ids=lambda kind: kind.__name__)
def test_an_example_is_accepted_as_it_stands(kind: type[Event]) -> None:
    assert type(read_event(example(kind)).event) is kind


def test_the_common_fields_are_those_of_every_event() -> None:
    assert set(COMMON) == set(Event.__struct_fields__) - RESERVED_FIELDS | {"expected_version"}


def test_the_schema_has_every_type_without_what_the_log_writes() -> None:
    schema = json.loads((documents.DOCS / "events.schema.json").read_text(encoding="utf-8"))
    for kind in documents.TYPES:
        sent = schema["$defs"][kind.__name__]
        assert not RESERVED_FIELDS & sent["properties"].keys()
        assert sent["properties"]["expected_version"]["minimum"] == 0
        assert sent["properties"]["type"] == {"enum": [type_of_kind(kind)]}
        assert not RESERVED_FIELDS & set(sent["required"])


def test_a_file_of_regulations_has_a_schema_of_its_own_with_the_meanings_that_events_give() -> None:
    of_files = json.loads((documents.DOCS / "regulations.schema.json").read_text(encoding="utf-8"))
    of_events = json.loads((documents.DOCS / "events.schema.json").read_text(encoding="utf-8"))
    assert of_files["$ref"] == "#/$defs/Regulations"
    assert of_files["$defs"].items() <= of_events["$defs"].items()
    assert {"criteria", "stages", "lists"} <= of_files["$defs"]["Regulations"]["properties"].keys()


def test_the_document_of_the_socket_names_every_message_once_and_where_it_goes() -> None:
    said = json.loads((documents.DOCS / "asyncapi.json").read_text(encoding="utf-8"))
    components, [channel] = said["components"], said["channels"].values()
    assert channel["address"] == "/v1/live"
    names = {message["name"] for message in components["messages"].values()}
    heard, told = {"authorize", "subscribe", "unsubscribe"}, {
        "welcome", "snapshot", "resumed", "update", "event", "heartbeat", "error",
    }  # fmt: skip
    assert names == heard | told
    by_action = {
        operation["action"]: {
            components["messages"][one["$ref"].rpartition("/")[2]]["name"]
            for one in operation["messages"]
        }
        for operation in said["operations"].values()
    }
    assert by_action == {"receive": heard, "send": told}
    references = re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(said))
    for reference in references:
        found = said
        for step in reference.split("/"):
            found = found[step]


def type_of_kind(kind: type[Event]) -> str:
    return type_of(read_event(example(kind)).event)
