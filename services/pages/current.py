"""What a competition is at: the stage that was spoken of last, and how far its sections are.

Sections stand by state, so that what is settled can be folded away.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from services.pages.here import Json
from services.pages.words import Words

STATES = ("in_play", "open", "settled")
"""What a section can be, in the order in which a reader asks for it."""


class Stage(Struct, frozen=True):
    """A stage with the views of its sections; none where it has more than a page lists."""

    stage: str
    name: str
    sections: Sequence[Json] = ()

    @property
    def only(self) -> str | None:
        """Name the section where there is one only."""
        return str(self.sections[0]["section"]) if len(self.sections) == 1 else None


def spoken_of(events: Sequence[Json], matches: Mapping[str, Json]) -> str | None:
    """Name the stage of the match that was spoken of last."""
    told = (matches.get(event.get("match") or "") for event in reversed(events))
    return next((str(match["stage"]) for match in told if match and match.get("stage")), None)


def listed(competition: Json, stage: str | None) -> tuple[str, list[str]] | None:
    """Give the name of a stage and its sections, if the competition lists all of them."""
    for each in competition["stages"]:
        if each["stage"] == stage:
            sections = [section["section"] for section in each["sections"]]
            return each["name"], sections if each["sections_count"] == len(sections) else []
    return None


def by_state(stage: Stage, playing: Iterable[str | None]) -> list[tuple[str, list[Json]]]:
    """Keep sections together that are as far."""
    found: dict[str, list[Json]] = {state: [] for state in STATES}
    for section in stage.sections:
        found[_state(section, set(playing))].append(section)
    return [(state, sections) for state, sections in found.items() if sections]


def _state(section: Json, playing: set[str | None]) -> str:
    groups = [group["status"] for group in section["groups"]]
    if section["section"] in playing or "in_play" in groups:
        return "in_play"
    tables = all(status in ("final", "unknown") for status in groups)
    ties = all(round_["decided"] == round_["ties"] for round_ in section["rounds"])
    return "settled" if tables and ties and (groups or section["rounds"]) else "open"


def awaited(words: Words, section: Json) -> str:
    """Say how far the round is that a section is at; "" before its first."""
    for round_ in section["rounds"]:
        if 0 < round_["decided"] < round_["ties"]:
            decided, ties = round_["decided"], round_["ties"]
            return words.say("section.rounds", name=round_["name"], count=ties, decided=decided)
    return ""
