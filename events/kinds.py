"""What every event carries, and whether it is about a match or about the competition as a whole.

The name on the wire is the class name in snake_case and is never renamed. The fields from `v` to
`recorded_by` are empty until the event is in the log.
"""

import re
from typing import Literal

from msgspec import Struct

from events.fields import (
    EventId,
    Id,
    Instant,
    Name,
    Span,
    Text,
)


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Event(
    Struct,
    frozen=True,
    kw_only=True,
    tag=snake_case,
    tag_field="type",
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """What every event carries. `match` names the subject; without it, it is the competition."""

    v: int = 1
    position: int = 0
    version: int = 0
    recorded_at: str = ""
    recorded_by: str = ""

    id: EventId
    competition: Id | None = None
    match: Id | None = None
    occurred_at: Instant | None = None
    occurred: Span | None = None
    device: Name | None = None
    confirmation: Literal["tbd", "confirmed"] | None = None
    basis: Literal["observed", "reported", "derived", "inferred"] | None = None
    source: Text | None = None
    correlation_id: Name | None = None


class CompetitionEvent(Event, kw_only=True, frozen=True):
    """A fact about the competition as a whole."""

    match: None = None


class MatchEvent(Event, kw_only=True, frozen=True):
    """A fact about one match."""

    match: Id
