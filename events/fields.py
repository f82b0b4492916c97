"""The kinds of value an event field can hold, with what makes one impossible.

Patterns are held against what is sent, once, by `events.codec`; what is stored
has passed them, and reading it again does not pay for them again.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

# Not `$`, which lets a trailing newline in.
END = r"(?![\s\S])"


def matching(pattern: str, description: str) -> Meta:
    return Meta(description=description, extra_json_schema={"pattern": f"^{pattern}{END}"})


# Whole centuries before football and after us are out, so that no offset leads out of the calendar.
_MONTH = r"[12][0-9]{3}-[0-9]{2}"
_DATE = rf"{_MONTH}-[0-9]{{2}}"
_HOUR = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_CLOCK = rf"T{_HOUR}:[0-5][0-9](\.[0-9]{{1,9}})?(Z|[+-]{_HOUR})"

Id = Annotated[
    str,
    matching(
        "[a-z0-9][a-z0-9-]{0,63}",
        "an id of 1 to 64 lower-case letters, digits and hyphens, with no hyphen in front",
    ),
]
SlotId = Annotated[
    str,
    matching("[a-z0-9][a-z0-9-]{0,63}/[12]", "a slot of a tie, like final/1 or final/2"),
]
EventId = Annotated[
    str,
    matching(
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "a UUID in lower case (RFC 9562), of version 7 if it is new",
    ),
]
Instant = Annotated[
    str,
    matching(_DATE + _CLOCK, "a time with its offset (RFC 3339), like 2013-12-15T15:31:00-05:00"),
]
KickOff = Annotated[
    str,
    matching(
        f"{_DATE}({_CLOCK})?",
        "a time with its offset, like 2013-12-15T15:30:00-05:00, or only the date",
    ),
]
Span = Annotated[
    str,
    matching(
        f"{_MONTH}(-[0-9]{{2}}(/{_DATE})?)?",
        "a date, a month, or a range of dates like 2013-11-02/2013-11-03",
    ),
]
Digest = Annotated[str, matching("[0-9a-f]{64}", "a SHA-256 digest in lower-case hexadecimal")]

ExactNumber = (
    int
    | Annotated[
        str,
        matching(
            r"-?[0-9]{1,12}(/[1-9][0-9]{0,11}|\.[0-9]{1,9})?",
            "a number, or as text an exact fraction or decimal like 31/3 or 113.25",
        ),
    ]
)
"""Never a binary fraction."""

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=4_000)]
Code = Annotated[str, Meta(min_length=2, max_length=4)]

Count = Annotated[int, Meta(ge=0, le=999)]
Minute = Annotated[int, Meta(ge=0, le=200)]

Side = Literal["home", "away"]
Period = Literal["first_half", "second_half", "extra_first", "extra_second", "shoot_out"]
Outcome = Literal["home", "draw", "away", "both_lose"]
CardColour = Literal["yellow", "second_yellow", "red"]
Coverage = Literal["full", "score_only", "none"]

Order = tuple[Id | tuple[Id, ...], ...]
"""Teams from the best down; teams in an inner array stay level with each other."""


class Value(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of an event: unknown members are refused, absent ones mean not known."""


class Names(Value, frozen=True):
    """How a team is written: in full, short, and as two to four letters for a scoreboard."""

    full: Name
    short: Name | None = None
    code: Code | None = None


class Ruling(Value, frozen=True):
    """A decision of a body, as far as it is known."""

    body: Name | None = None
    number: Name | None = None
    date: Span | None = None
    article: Name | None = None
    document_sha256: Digest | None = None
    url: Name | None = None
    instance: Name | None = None


class Goals(Value, frozen=True):
    """Goals, or kicks scored in a shoot-out, of both sides."""

    home: Count
    away: Count
