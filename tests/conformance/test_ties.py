"""Who went through, as it was published: two legs in Peru, and the knock-out of all World Cups.

The knock-out of the World Cups names no winners: who went through plays on, so the next round says
it, and who won the final and third place is asked of the score alone.
"""

import csv
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from services import catalogue, legs
from services.ties import Answer, answers

DATA = os.environ.get("PITAZO_CONFORMANCE_DATA", "")
pytestmark = pytest.mark.skipif(
    not DATA, reason="PITAZO_CONFORMANCE_DATA names no folder with the published results"
)

COLUMNS = (
    "tie", "leg", "date", "home", "away", "home_goals", "away_goals", "after_extra_time",
    "home_shoot_out", "away_shoot_out",
)  # fmt: skip
Row = Mapping[str, str]
LAST = ("third-place match", "final")
ROUNDS = ("round of 16", "quarter-finals", "semi-finals", *LAST)


def rows_of(name: str) -> list[Row]:
    with (Path(DATA) / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def settled(folder: Path, regulations: str, rows: Sequence[Row]) -> dict[str, Answer]:
    """Write legs into a file, and give each tie as the regulations have it."""
    path = folder / "legs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    found = answers(catalogue.named(regulations), legs.read(path).rows, regulations)
    return {answer.tie: answer for answer in found}


# Copa Perú


def test_the_41_ties_of_two_legs_come_out_as_published(tmp_path: Path) -> None:
    published = rows_of("copa-peru-other/two-leg-ties-2023-2024.csv")
    assert len(published) == 41
    rows = [row for number, tie in enumerate(published) for row in _two_legs(str(number), tie)]
    found = settled(tmp_path, "fpf-copa-peru-departmental-2023", rows)
    for number, tie in enumerate(published):
        answer = found[str(number)]
        first, second = (int(goals) for goals in tie["aggregate"].split("-"))
        assert answer.status == "decided", answer
        assert answer.teams == (tie["team1"], tie["team2"])
        assert answer.aggregate == (first, second)
        kicks = tie["penalties"]
        better, worse = (int(n) for n in (kicks or tie["aggregate"]).split("-"))
        assert answer.winner == tie["team1" if better > worse else "team2"]
        assert (answer.decided_by == "shoot_out") == bool(kicks)


def _two_legs(tie: str, published: Row) -> Iterator[Row]:
    first, second = published["team1"], published["team2"]
    one = published["leg1_team1_first"].split("-")
    other = published["leg2_team1_first"].split("-")
    kicks = published["penalties"].split("-") if published["penalties"] else ["", ""]
    yield {
        "tie": tie, "leg": "1", "home": first, "away": second,
        "home_goals": one[0], "away_goals": one[1],
    }  # fmt: skip
    yield {
        "tie": tie, "leg": "2", "home": second, "away": first,
        "home_goals": other[1], "away_goals": other[0],
        "home_shoot_out": kicks[1], "away_shoot_out": kicks[0],
    }  # fmt: skip


# World Cups


def world_cups() -> dict[int, list[Row]]:
    editions = defaultdict(list)
    for row in rows_of("world-cup/matches.csv") if DATA else ():
        if row["stage"] in ROUNDS:
            editions[int(row["tournament"].removeprefix("WC-"))].append(row)
    return editions


@pytest.mark.parametrize("year", sorted(world_cups()))
def test_who_goes_through_at_a_world_cup_plays_on(tmp_path: Path, year: int) -> None:
    matches = world_cups()[year]
    name = next(
        name
        for name in catalogue.names()
        if name.startswith("fifa-world-cup-") and year in catalogue.named(name).editions
    )
    found = settled(tmp_path, name, [_single(match) for match in matches])
    playing = {
        stage: {team for m in matches if m["stage"] == stage for team in (m["home"], m["away"])}
        for stage in ROUNDS
    }
    for answer in found.values():
        stage = answer.tie.partition("/")[0]
        assert answer.status == "decided", answer
        if stage in LAST:
            assert answer.winner == _winner(matches, answer)
        else:
            into = "final" if stage == "semi-finals" else ROUNDS[ROUNDS.index(stage) + 1]
            assert [team for team in answer.teams if team in playing[into]] == [answer.winner]
    by = {answer.decided_by for answer in found.values()}
    assert ("replay" in by) == any(match["replay"] == "1" for match in matches)
    assert ("shoot_out" in by) == any(match["home_shoot_out"] for match in matches)


def _single(match: Row) -> Row:
    pair = "/".join((match["stage"], *sorted((match["home"], match["away"]))))
    leg = "replay" if match["replay"] == "1" else "single"
    taken = ("date", "home", "away", "home_goals", "away_goals", "after_extra_time")
    kicks = {name: match[name] for name in ("home_shoot_out", "away_shoot_out")}
    return {"tie": pair, "leg": leg, **{name: match[name] for name in taken}, **kicks}


def _winner(matches: Sequence[Row], answer: Answer) -> str:
    (match,) = (
        match
        for match in matches
        if match["stage"] == answer.tie.partition("/")[0]
        and {match["home"], match["away"]} == set(answer.teams)
    )
    kind = "shoot_out" if match["home_shoot_out"] else "goals"
    is_home = int(match[f"home_{kind}"]) > int(match[f"away_{kind}"])
    return match["home" if is_home else "away"]
