"""The two groups of Amazonas, 2025: every column of the published tables comes out.

Where the published order contradicts the rule printed beside it, ours follows the
rule, says why, and shows the published order as a claim that differs.
"""

import csv
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from events.codec import Json
from events.fields import Names
from events.regulations import Criterion, Group, Metric, Regulations, Section, Stage
from events.types import (
    ClaimRecorded,
    CompetitionCreated,
    Event,
    MatchCalledOff,
    MatchScheduled,
    ResultRecorded,
    TeamEntered,
)
from tests.decisions.given import fact
from tests.decisions.tables import League

DATA = os.environ.get("PITAZO_CONFORMANCE_DATA", "")
pytestmark = pytest.mark.skipif(
    not DATA, reason="PITAZO_CONFORMANCE_DATA names no folder with the published results"
)

PRINTED_RULE: tuple[Metric, ...] = ("points", "goal_difference", "goals_for", "conduct", "lots")
COLUMNS = {
    "pld": "played",
    "w": "won",
    "d": "drawn",
    "l": "lost",
    "gf": "goals_for",
    "ga": "goals_against",
    "gd": "goal_difference",
    "pts": "points",
}
GROUPS = ("Group A", "Group B")

Line = dict[str, str]


def slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")


def lines(path: str) -> list[Line]:
    with (Path(DATA) / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def played() -> list[Line]:
    return lines("copa-peru-other/amazonas-2025-matches.csv")


def published(group: str) -> list[Line]:
    found = [
        line
        for line in lines("copa-peru-2013/tables.csv")
        if (line["edition"], line["region"], line["group"]) == ("2025", "Amazonas", group)
    ]
    return sorted(found, key=lambda line: int(line["pos"]))


def facts() -> Iterator[Event]:
    teams = {group: [line["team"] for line in published(group)] for group in GROUPS}
    groups = tuple(
        Group(id=slug(group), name=group, teams=tuple(map(slug, teams[group]))) for group in GROUPS
    )
    section = Section(id="amazonas", name="Amazonas", groups=groups)
    stage = Stage(id="departmental", name="Departmental", sections=(section,))
    criteria = tuple(Criterion(metric=metric) for metric in PRINTED_RULE)
    yield fact(
        CompetitionCreated,
        competition="copa-peru-2025-amazonas",
        regulations=Regulations(criteria=criteria, stages=(stage,)),
    )
    for group in GROUPS:
        for name in teams[group]:
            yield fact(TeamEntered, team=slug(name), names=Names(full=name))
    for number, line in enumerate(played(), 1):
        match, home, away = f"match-{number}", slug(line["home"]), slug(line["away"])
        yield fact(MatchScheduled, match=match, home=home, away=away, group=slug(line["group"]))
        if line["notes"] == "not played":
            yield fact(MatchCalledOff, match=match)
        else:
            goals = int(line["home_goals"]), int(line["away_goals"])
            yield fact(ResultRecorded, match=match, home=goals[0], away=goals[1])
    for group in GROUPS:
        order = tuple(map(slug, teams[group]))
        about = f"standings/{slug(group)}"
        yield fact(ClaimRecorded, about=about, says="the table as published", order=order)


@pytest.fixture(scope="module")
def tables() -> dict[str, Json]:
    league = League.of(facts())
    return {group: league.view(f"standings/{slug(group)}") for group in GROUPS}


@pytest.mark.parametrize("group", GROUPS)
def test_every_column_of_the_published_table_comes_out(group: str, tables: dict[str, Json]) -> None:
    rows = {row["team"]: row for row in tables[group]["rows"]}
    ours = {
        team: {column: row[column] for column in COLUMNS.values()} for team, row in rows.items()
    }
    theirs = {
        slug(line["team"]): {ours: int(line[column]) for column, ours in COLUMNS.items()}
        for line in published(group)
    }
    assert ours == theirs


@pytest.mark.parametrize("group", GROUPS)
def test_three_matches_that_were_never_played_leave_nothing_open(
    group: str, tables: dict[str, Json]
) -> None:
    assert (tables[group]["status"], tables[group]["open_questions"]) == ("final", [])


def test_where_the_published_order_contradicts_its_own_rule_ours_follows_the_rule(
    tables: dict[str, Json],
) -> None:
    assert [row["team"] for row in tables["Group A"]["rows"]] == [
        "amazonas-fc",
        "bagua-grande",
        "union-comercial",
        "san-valentin-de-shucayacu",
    ]
    last = tables["Group A"]["rows"][-1]
    assert last["separated_by"]["criterion"] == "goal_difference"
    assert last["separated_by"]["numbers"] == [-6, -12]
    [claim] = tables["Group A"]["claims"]
    assert claim["differs"]


def test_where_the_published_order_follows_its_rule_it_is_ours(tables: dict[str, Json]) -> None:
    order = [[row["team"]] for row in tables["Group B"]["rows"]]
    [claim] = tables["Group B"]["claims"]
    assert (claim["order"], claim["differs"]) == (order, False)
