"""What a person with curl needs is written from what the code accepts: `make docs`.

Events, their JSON Schema and the table of problems are generated, so none of them can promise what
capture refuses. A test fails while the files under `docs/` are not what this module writes.
"""

import inspect
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from events import about_competition, about_match, fields, types
from events.codec import RESERVED_FIELDS, Json
from events.fields import Value
from events.regulations import Regulations
from events.types import AnyEvent, CompetitionEvent, Event, MatchEvent
from services import asyncapi
from services.examples import COMMON, EXAMPLES, example
from services.http.problems import ROWS

DOCS = Path(__file__).resolve().parents[1] / "docs"
TYPES: tuple[type[Event], ...] = get_args(AnyEvent)
KINDS = {
    getattr(fields, name): name
    for name in (
        "Id", "SlotId", "EventId", "Instant", "KickOff", "Span", "Digest", "Name", "Text", "Code",
        "Count", "Minute", "Side", "Period", "Outcome", "CardColour", "Coverage", "Order",
    )
}  # fmt: skip
EXPECTED_VERSION = {
    "type": "integer",
    "minimum": 0,
    "description": COMMON["expected_version"],
}
ERRORS = re.compile(r"(?<=<!-- errors -->\n).*?(?=<!-- end of errors -->)", re.DOTALL)

INTRODUCTION = """\
# Events

Every fact that can be posted to `/v1/competitions/{competition}/events` ([http.md](http.md)), one
JSON object each; an array of at most 100 is recorded whole or not at all. The fields that every
event may have stand first and are not repeated. Unknown fields are refused. As a JSON Schema:
[events.schema.json](events.schema.json). `make docs` writes this page from `events/types.py`.
"""


def documents() -> dict[Path, str]:
    """Give the text of every file that is generated, whole or in part."""
    calls = DOCS / "http.md"
    return {
        DOCS / "events.md": events_page(),
        DOCS / "events.schema.json": _a_line_each(schema()),
        DOCS / "regulations.schema.json": _a_line_each(regulations_schema()),
        DOCS / "asyncapi.json": json.dumps(asyncapi.document(), indent=1) + "\n",
        calls: ERRORS.sub(lambda _: problems_table(), calls.read_text(encoding="utf-8")),
    }


# The schema


def schema() -> Json:
    """Give the JSON Schema of an event as it is sent."""
    [event], definitions = msgspec.json.schema_components([AnyEvent], ref_template="#/$defs/{name}")
    for kind in TYPES:
        definition = definitions[kind.__name__]
        sent = definition["properties"]
        kept = {name: said for name, said in sent.items() if name not in RESERVED_FIELDS}
        definition["properties"] = {**kept, "expected_version": EXPECTED_VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "An event of Pitazo, as it is sent",
        **event,
        "$defs": definitions,
    }


def regulations_schema() -> Json:
    """Give the JSON Schema of a file of regulations, be it JSON or TOML."""
    [whole], definitions = msgspec.json.schema_components(
        [Regulations], ref_template="#/$defs/{name}"
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The regulations of a competition",
        **whole,
        "$defs": definitions,
    }


def _a_line_each(schema: Json) -> str:
    """Write a definition a line, so that a change of one is a change of a line."""
    definitions = schema.pop("$defs")
    lines = [f'"{name}":{json.dumps(said)}' for name, said in definitions.items()]
    return json.dumps(schema)[:-1] + ',"$defs":{\n' + ",\n".join(lines) + "\n}}\n"


# The page of events


def events_page() -> str:
    """Give the page on which every type stands with its fields and an example."""
    parts = [INTRODUCTION, "## What every event may have\n", _common_table()]
    for heading, kinds in _headings():
        parts += [f"## {heading}\n", *map(_of_type, kinds)]
    parts += ["## Kinds of values\n", _kinds_table(), *map(_of_value, _values())]
    return "\n".join(parts)


def _headings() -> Iterator[tuple[str, list[type[Event]]]]:
    """Give the types under the headings that they have where they are defined."""
    by_name = {kind.__name__: kind for kind in TYPES}
    heading, kinds = "", list[type[Event]]()
    source = "".join(map(inspect.getsource, (about_competition, about_match, types)))
    for found in re.finditer(r"^# (.+)$|^class (\w+)\(", source, re.MULTILINE):
        if found[1]:
            if kinds:
                yield heading, kinds
            heading, kinds = found[1], []
        elif found[2] in by_name:
            kinds.append(by_name[found[2]])
    yield heading, kinds


def _common_table() -> str:
    rows = [("`type`", "text", "yes", "the name of the type, as below")]
    hints = {**get_type_hints(Event, include_extras=True), "expected_version": int}
    for name, meaning in COMMON.items():
        needed = {"id": "yes", "match": "for a match"}.get(name, "no")
        rows.append((f"`{name}`", _kind(hints[name]), needed, meaning))
    return _table(("Field", "Kind", "Required", "Meaning"), rows)


def _of_type(kind: type[Event]) -> str:
    about = "about a match: `match` is required"
    if issubclass(kind, CompetitionEvent):
        about = "about the competition: without `match`"
    elif not issubclass(kind, MatchEvent):
        about = "about a match with `match`, else about the competition"
    sent = json.dumps(example(kind), ensure_ascii=False)
    name = kind.__struct_config__.tag
    own = _fields_table(kind, leave_out={*RESERVED_FIELDS, *COMMON} - {*_required_of(kind)})
    return f"### `{name}`\n\n{_meaning(kind)} ({about})\n\n{own}```json\n{sent}\n```\n"


def _required_of(kind: type[Event]) -> Iterator[str]:
    """Name the fields of every event that this one cannot be without, and the others can."""
    every = {field.name: field.required for field in msgspec.structs.fields(Event)}
    if issubclass(kind, CompetitionEvent):
        for field in msgspec.structs.fields(kind):
            if field.required and not every.get(field.name, True):
                yield field.name


def _of_value(value: type[Value]) -> str:
    parts = (f"### {value.__name__}", _meaning(value), _tag_of(value), _fields_table(value))
    return "\n\n".join(part for part in parts if part).rstrip() + "\n"


def _tag_of(value: type[Value]) -> str:
    """Say how one of several kinds of value is told from the others."""
    kind = value.__struct_config__
    return f"Sent with `{json.dumps({kind.tag_field: kind.tag})[1:-1]}`." if kind.tag else ""


def _fields_table(kind: type, leave_out: frozenset[str] | set[str] = frozenset()) -> str:
    hints = get_type_hints(kind, include_extras=True)
    rows = [
        (f"`{field.name}`", _kind(hints[field.name]), _required(field))
        for field in msgspec.structs.fields(kind)
        if field.name not in leave_out
    ]
    return _table(("Field", "Kind", "Required"), rows) + "\n" if rows else ""


def _required(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "yes"
    if field.default in (None, msgspec.NODEFAULT, ()) or isinstance(field.default, Value):
        return "no"
    return f"no; else `{msgspec.json.encode(field.default).decode()}`"


def _meaning(kind: type) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


def _values() -> list[type[Value]]:
    """Give the parts that events are made of, as they come up."""
    found: dict[type[Value], None] = {}

    def look(hint: Any) -> None:
        if inspect.isclass(hint) and issubclass(hint, Value):
            if hint not in found:
                found[hint] = None
                for inner in get_type_hints(hint, include_extras=True).values():
                    look(inner)
        else:
            for inner in get_args(hint):
                look(inner)

    for kind in TYPES:
        for hint in get_type_hints(kind, include_extras=True).values():
            look(hint)
    return sorted(found, key=lambda value: value.__name__)


# Kinds


def _kind(hint: Any) -> str:
    """Say in words what a field can hold."""
    if hint in KINDS:
        return f"[{KINDS[hint]}](#kinds-of-values)"
    if inspect.isclass(hint) and issubclass(hint, Value):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if get_origin(hint) in (Union, UnionType):
        return " or ".join(_kind(one) for one in get_args(hint) if one is not NoneType)
    if get_origin(hint) is tuple:
        kind, *others = get_args(hint)
        if Ellipsis in others:
            return f"array of {_kind(kind)}"
        return f"array of {len(others) + 1}, each {_kind(kind)}"
    return _in_words(hint)


def _in_words(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f"`{one}`" for one in get_args(hint))
    if get_origin(hint) is Annotated:
        kind, meta = get_args(hint)
        if kind is int:
            return f"integer from {meta.ge} to {meta.le}"
        return meta.description or f"text of {meta.min_length} to {meta.max_length} characters"
    plain = {str: "text", int: "integer", bool: "`true` or `false`", NoneType: "`null`"}
    return plain.get(hint, "object")


def _kinds_table() -> str:
    rows = []
    for hint, name in KINDS.items():
        words = "teams from the best down; an inner array holds teams that stay level"
        rows.append((name, words if name == "Order" else _in_words(hint)))
    return _table(("Kind", "What it holds"), rows)


# The table of problems


def problems_table() -> str:
    rows = [(str(row.status), f"`{code}`", row.when) for code, row in ROWS.items()]
    return _table(("Status", "`type` ends in", "When, and what to do"), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    assert set(EXAMPLES) == set(TYPES), "every type of event has its example"
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
