"""The last events as a reader wants them: newest first, bulk as one line, cancelled ones struck.

`feed.js` has the same functions for events that arrive while somebody looks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import MsgspecError, Struct

from events import codec
from events.errors import UnknownVersion
from services.pages.here import Here, Json
from services.pages.match import happened
from services.pages.words import Words, instant, minute
from services.settings import PAGE_FEED_EVENTS_MAX

BULK = frozenset(
    {
        "team_entered", "person_named", "name_erased", "match_scheduled", "claim_recorded",
        "match_called_off", "group_formed",
    }
)  # fmt: skip


DECISIONS = frozenset(
    {
        "result_awarded", "result_annulled", "protest_decided", "tie_decided", "draw_held",
        "slot_assigned", "berth_granted", "rank_decided", "lots_drawn", "extra_match_ordered",
        "points_adjusted", "standings_finalised", "team_withdrawn", "team_excluded", "team_refused",
        "group_formed", "competition_closed", "competition_reopened",
    }
)  # fmt: skip
"""What people decided, and no pitch."""


class Entry(Struct, kw_only=True):
    """An event of the feed, with the score it left where that is known."""

    competition: str
    event: Json
    score: Json | None = None


def is_known(stored: bytes) -> bool:
    """Say whether a stored string is an event that can be shown."""
    try:
        codec.decode(stored)
    except (UnknownVersion, MsgspecError, RecursionError):
        return False
    return True


def newest(entries: Iterable[Entry]) -> list[Entry]:
    """Give the newest of all, oldest first."""
    return sorted(entries, key=_newest)[-PAGE_FEED_EVENTS_MAX:]


def feed(entries: Iterable[Entry], shown: int) -> list[dict[str, Any]]:
    """Give the newest entries first: what comes in bulk as one line, what was cancelled struck."""
    newest = sorted(entries, key=_newest, reverse=True)
    cancelled: set[str] = set()
    found: list[dict[str, Any]] = []
    for entry in newest:
        event = entry.event
        struck = event["id"] in cancelled
        if event["type"] == "event_cancelled" and not struck:
            cancelled.add(event["target"])
        last = found[-1] if found else None
        if last and _alike(last["entry"], entry):
            last["count"] += 1
            last["key"] = _key(entry)
            continue
        if len(found) == shown:
            break
        target = _of(newest, event.get("target"))
        found.append(
            {"entry": entry, "count": 1, "key": _key(entry), "struck": struck, "target": target}
        )
    return found


def _newest(entry: Entry) -> tuple[datetime, str, int]:
    return instant(entry.event["recorded_at"]), entry.competition, entry.event["position"]


def _alike(one: Entry, other: Entry) -> bool:
    return (
        one.competition == other.competition
        and one.event["type"] == other.event["type"]
        and one.event["type"] in BULK
        and one.event.get("about") == other.event.get("about")
    )


def _key(entry: Entry) -> str:
    return f"{entry.competition}/{entry.event['position']}"


def _of(entries: Sequence[Entry], id: str | None) -> Json | None:
    return next((entry.event for entry in entries if id and entry.event["id"] == id), None)


def headline(words: Words, here: Here, line: Json) -> str:
    """Say what an entry of the feed is about; a correction names what it corrects."""
    event, target = line["entry"].event, line["target"]
    if target and words.find(f"events.{event['type']}.of") is not None:
        match = here.matches.get(target.get("match") or "")
        at = minute(target)
        what = happened(words, here, target, match)
        return words.say(f"events.{event['type']}.of", what=f"{what}, {at}" if at else what)
    match = here.matches.get(event.get("match") or "")
    if event["type"] == "claim_recorded" and claimed_group(event) in here.differing:
        return words.say("events.claim_recorded.differs", count=line["count"])
    return happened(words, here, event, match, line["count"])


def claimed_group(event: Json) -> str:
    """Name the group whose table a source makes a claim about."""
    topic, _, group = (event.get("about") or "").partition("/")
    return group if topic == "standings" else ""


def subject(words: Words, here: Here, event: Json) -> tuple[str, str] | None:
    """Name what a claim is about, with the way to it; None where that has no page."""
    topic, _, id = (event.get("about") or "").partition("/")
    match topic:
        case "standings":
            return here.group(id), f"{here.path('groups', id)}#claims"
        case "matches":
            return here.match(id), here.path("matches", id)
        case "records" | "scorers":
            return words.say("headings.records"), here.path("records")
        case "teams":
            return words.say("headings.clubs"), here.path("clubs")
        case "sections" | "bracket":
            return here.section(id), here.path("sections", id)
    return None


OBSERVED = (None, "observed")
SAID = frozenset({"claim_recorded", "note_added"})


def time_of(here: Here, event: Json) -> str | None:
    """Give when a fact was, as far as anybody knows: what was only reported was not when told."""
    known = event.get("occurred_at") or event.get("occurred")
    if known or event.get("basis") in OBSERVED:
        return str(known or event["recorded_at"])
    return (here.matches.get(event.get("match") or "") or {}).get("day")


def days(words: Words, heres: Mapping[str, Here], lines: Iterable[Json]) -> list[Json]:
    """Give each line with its clock, and its day and competition where they change."""
    found: list[Json] = []
    of, before = "", ""
    for line in lines:
        entry = line["entry"]
        here = heres[entry.competition]
        time = time_of(here, entry.event)
        day, clock = words.day_and_clock(time, here.zone, here.now) if time else ("", "")
        if not time:  # What a source says is of no day.
            day = before if entry.event["type"] in SAID else words.say("nothing.time")
        is_other = len(heres) > 1 and entry.competition != of
        heading = day if day != before or is_other else ""
        found.append(
            {**line, "time": time, "clock": clock, "day": heading, "of": here if is_other else None}
        )
        of, before = entry.competition, day
    return found


def scored(entry: Entry) -> Json | None:
    """Give the goals that an event says by itself, or left on the board."""
    event = entry.event
    if event.get("home") is not None and isinstance(event["home"], int):
        return {"home": event["home"], "away": event["away"]}
    return entry.score
