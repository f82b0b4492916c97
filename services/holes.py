"""The holes in a file of regulations, or of a season, each with its line.

A season's own facts say what is recorded beside scores. Of regulations alone it is not known:
cards are taken to be, scores at half-time not, unless the coverage is named.
"""

import json
import tomllib
from pathlib import Path

from msgspec import Struct

from events.fields import Coverage
from events.types import CardShown, FinalWhistle, PeriodEnded, ResultRecorded
from projections.holes import Delivered, Hole, holes
from services import catalogue, season
from services.lines import line_at, lines_of, steps_of, written_path

UNTOLD: frozenset[Delivered] = frozenset({"cards"})
DELIVERED: dict[Coverage, frozenset[Delivered]] = {
    "full": frozenset({"cards", "half_time"}),
    "score_only": frozenset(),
    "none": frozenset(),
}


class Placed(Struct, frozen=True):
    """A hole, its path in the file, and the line: none where nothing is written, and in JSON."""

    hole: Hole
    path: str
    line: int | None


class Checked(Struct, frozen=True):
    """What was found in a file; `not_searched` says where the search ran out of steps."""

    found: tuple[Placed, ...]
    not_searched: tuple[str, ...]


def check(asked: str, coverage: Coverage | None = None) -> Checked:
    """Find the holes in the file at a path, else in the set that is built in by that name.

    Raises UnknownRegulations, BadRegulations, BadSeason.
    """
    regulations = catalogue.found(asked)
    path = _file(asked)
    text = path.read_text(encoding="utf-8")
    is_toml = path.suffix != ".json"
    content = tomllib.loads(text) if is_toml else json.loads(text)
    inside = ("regulations",) if "regulations" in content else ()
    delivered = DELIVERED[coverage] if coverage else UNTOLD
    if inside and is_toml and "competition" in content:
        facts = season.read(path)
        delivered = DELIVERED[coverage] if coverage else _recorded(facts)
    lines = lines_of(text) if is_toml else {}
    found = holes(regulations, delivered=delivered)
    placed: list[Placed] = []
    for hole in found.found:
        steps = (*inside, *steps_of(hole.path))
        placed.append(Placed(hole, written_path(steps), line_at(lines, steps)))
    return Checked(tuple(placed), found.not_searched)


def _file(asked: str) -> Path:
    path = Path(asked)
    if asked in catalogue.names() or not path.exists():
        return catalogue.FOLDER / f"{asked}{catalogue.SUFFIX}"
    return path / season.FILE if path.is_dir() else path


def _recorded(known: season.Season) -> frozenset[Delivered]:
    """Say what the facts of a season tell beside its scores; without any score it is not known."""
    events = [fact.event for fact in known.facts]
    if not any(isinstance(event, ResultRecorded | FinalWhistle) for event in events):
        return UNTOLD
    found: set[Delivered] = set()
    for event in events:
        match event:
            case CardShown():
                found.add("cards")
            case PeriodEnded(period="first_half"):
                found.add("half_time")
            case ResultRecorded(half_time=halves) if halves is not None:
                found.add("half_time")
    return frozenset(found)
