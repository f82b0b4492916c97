"""The departmental stage of Amazonas, 2025: what its season file leads to is what was published."""

import csv
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from events.types import MatchCalledOff, MatchScheduled, ResultRecorded, subject_of
from projections.fold import Fold
from services import season

ROOT = Path(__file__).resolve().parents[2]
KNOWN = season.read(ROOT / "seasons" / "copa-peru-2025-amazonas")

# played, won, drawn, lost, goals for, goals against, difference, points
PUBLISHED = {
    "group-a": {
        "Amazonas FC": (5, 5, 0, 0, 21, 5, 16, 15),
        "Bagua Grande": (5, 3, 0, 2, 10, 8, 2, 9),
        "San Valentín de Shucayacu": (5, 1, 0, 4, 10, 22, -12, 3),
        "Unión Comercial": (5, 1, 0, 4, 8, 14, -6, 3),
    },
    "group-b": {
        "Bagua FC": (6, 4, 2, 0, 13, 5, 8, 14),
        "Sachapuyos": (6, 3, 1, 2, 18, 11, 7, 10),
        "Nueva Generación (Nuevo Cutervo)": (5, 2, 1, 2, 8, 8, 0, 7),
        "Unión Awajún": (5, 0, 0, 5, 11, 26, -15, 0),
    },
}
COLUMNS = (
    "played", "won", "drawn", "lost", "goals_for", "goals_against", "goal_difference", "points",
)  # fmt: skip


def folded() -> Fold:
    fold = Fold()
    for fact in (KNOWN.creation, *KNOWN.facts):
        version = fold.version(subject_of(fact.event)) + 1
        head = {"position": fold.position + 1, "version": version, "recorded_at": "2026-01-01"}
        fold.advance(replace(fact.event, **head))
    return fold


def view(topic: str) -> Any:
    return json.loads(msgspec.json.encode(folded().render(topic)))


@pytest.mark.parametrize("group", PUBLISHED)
def test_every_column_of_the_published_table_comes_out(group: str) -> None:
    rows = {row["name"]: row for row in view(f"standings/{group}")["rows"]}
    assert {
        name: tuple(row[column] for column in COLUMNS) for name, row in rows.items()
    } == PUBLISHED[group]


def test_goal_difference_puts_union_comercial_third_whatever_was_published() -> None:
    *_, third, fourth = view("standings/group-a")["rows"]
    assert (third["rank"], third["name"]) == (3, "Unión Comercial")
    assert (fourth["rank"], fourth["name"]) == (4, "San Valentín de Shucayacu")
    assert fourth["separated_by"]["criterion"] == "goal_difference"
    assert fourth["separated_by"]["numbers"] == [-6, -12]


def test_the_published_order_of_group_a_stands_beside_the_table_as_a_claim_that_differs() -> None:
    [claim] = view("standings/group-a")["claims"]
    assert claim["differs"]
    assert [team for [team] in claim["order"]] == [
        "amazonas-fc", "bagua-grande", "san-valentin", "union-comercial",
    ]  # fmt: skip
    assert claim["source"]


def test_the_published_order_of_group_b_is_a_claim_that_agrees() -> None:
    [claim] = view("standings/group-b")["claims"]
    assert not claim["differs"]


@pytest.mark.parametrize("group", PUBLISHED)
def test_both_tables_are_final_though_three_matches_were_not_played(group: str) -> None:
    table = view(f"standings/{group}")
    assert table["status"] == "final"
    assert not table["open_questions"]
    assert all(row["remaining"] == 0 for row in table["rows"])


def test_every_fact_says_where_it_was_found_and_that_it_was_reported() -> None:
    assert all(fact.event.source and fact.event.basis == "reported" for fact in KNOWN.facts)


def test_what_is_not_known_is_not_said() -> None:
    for fact in KNOWN.facts:
        assert fact.event.occurred_at is None
        assert fact.event.occurred is None
        if isinstance(fact.event, MatchScheduled):
            assert (fact.event.kick_off, fact.event.venue, fact.event.matchday) == (None,) * 3


def test_every_match_of_the_sources_is_there_with_its_score_or_as_not_played() -> None:
    folder = os.environ.get("PITAZO_CONFORMANCE_DATA")
    if not folder:
        pytest.skip("PITAZO_CONFORMANCE_DATA names no folder of sources")
    path = Path(folder) / "copa-peru-other" / "amazonas-2025-matches.csv"
    with path.open(encoding="utf-8") as file:
        published = Counter(
            (row["home"], row["away"], row["home_goals"], row["away_goals"], row["source"])
            for row in csv.DictReader(file)
        )
    assert Counter(matches()) == published


def matches() -> list[tuple[str | None, ...]]:
    fold = folded()
    found: list[tuple[str | None, ...]] = []
    for fact in KNOWN.facts:
        event = fact.event
        if isinstance(event, ResultRecorded | MatchCalledOff):
            sheet = fold.sheet(event.match)
            assert sheet is not None
            home, away = fold.team(sheet.home), fold.team(sheet.away)
            assert home is not None
            assert away is not None
            goals = (event.home, event.away) if isinstance(event, ResultRecorded) else ("", "")
            found.append((home.names.full, away.names.full, *map(str, goals), event.source))
    return found
