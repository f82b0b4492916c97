"""Files of results, read and made a season as the command does it, and what the season comes to."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from events.types import subject_of
from projections.fold import Fold
from services import catalogue, importing, season
from services.importing import Imported
from services.importing.told import Told
from services.rows import BadRows
from services.season import Season

FILES = Path(__file__).parent / "openfootball"


def told_of(folder: Path, text: str, name: str = "cup.txt") -> Told:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    [told] = importing.read([path])
    return told


def wrong_of(folder: Path, text: str, name: str = "cup.txt") -> list[tuple[int, str]]:
    """Give the line of each fault, and what is wrong there."""
    with pytest.raises(BadRows) as raised:
        told_of(folder, text, name)
    assert raised.value.path == folder / name
    return [(fault.line, fault.wrong) for fault in raised.value.faults]


def season_of(
    folder: Path, *files: Path | str, regulations: str = "", **more: Any
) -> tuple[Season, Imported]:
    """Import files, or texts of Football.TXT, into a season file, and read that."""
    paths: list[Path] = []
    for count, file in enumerate(files, 1):
        path = file if isinstance(file, Path) else folder / f"cup-{count}.txt"
        if isinstance(file, str):
            path.write_text(file, encoding="utf-8")
        paths.append(path)
    into = folder / "season.toml"
    rules = catalogue.found(regulations) if regulations else None
    known = importing.read(paths)
    imported = importing.write_season(known, "cup", into, regulations=rules, **more)
    return season.read(into), imported


def folded(known: Season) -> Fold:
    fold = Fold()
    for fact in (known.creation, *known.facts):
        version = fold.version(subject_of(fact.event)) + 1
        head = {"position": fold.position + 1, "version": version, "recorded_at": "2026-01-01"}
        fold.advance(replace(fact.event, **head))
    return fold


def view(known: Season, topic: str) -> Any:
    return json.loads(msgspec.json.encode(folded(known).render(topic)))


def facts(known: Season, type_: str) -> list[dict[str, Any]]:
    return [dict(fact.content) for fact in known.facts if fact.content["type"] == type_]
