"""The built-in sets: each is read whole, says what it governs, and no edition has two."""

import json
import tomllib
from collections import Counter
from collections.abc import Collection
from pathlib import Path

import pytest

from services import catalogue
from services.catalogue import BadRegulations, UnknownRegulations

NAMES = catalogue.names()


@pytest.mark.parametrize("name", NAMES)
def test_a_set_is_called_as_its_file_and_says_what_it_governs(name: str) -> None:
    rules = catalogue.named(name)
    assert rules.name == name
    assert rules.organiser
    assert rules.competition
    assert rules.stages
    assert name.endswith(f"-{min(rules.editions)}")


@pytest.mark.parametrize("name", NAMES)
def test_a_set_opens_by_saying_what_is_known_and_what_is_not(name: str) -> None:
    text = (catalogue.FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    comment = text[: text.index("\nname = ")]
    assert comment.startswith("# ")
    assert "Known" in comment


def test_no_edition_of_a_competition_has_two_sets() -> None:
    editions = Counter(
        (each.competition, year) for each in catalogue.sets() for year in each.editions
    )
    assert [edition for edition, times in editions.items() if times > 1] == []


def test_every_world_cup_has_a_set() -> None:
    years = {
        y for each in catalogue.sets() if each.competition == "World Cup" for y in each.editions
    }
    assert years == {1930, 1934, 1938, *range(1950, 2027, 4)}


@pytest.mark.parametrize(
    ("competition", "years"),
    [
        ("European Cup / Champions League", range(1955, 2026)),
        ("European Championship", {*range(1960, 2025, 4), 2021}),
        ("Women's World Cup", {*range(1991, 2024, 4)}),
        ("Libertadores", range(2000, 2027)),
        ("Bundesliga", range(1963, 2026)),
        ("LaLiga", range(1995, 2026)),
        ("Premier League", range(1992, 2026)),
        ("Serie A", range(2005, 2026)),
    ],
)
def test_the_editions_of_a_competition_have_no_hole(
    competition: str, years: Collection[int]
) -> None:
    sets = [each for each in catalogue.sets() if each.competition == competition]
    assert {year for each in sets for year in each.editions} == set(years)


def test_the_sets_come_along_wherever_the_code_does() -> None:
    folder = catalogue.FOLDER.parent
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert catalogue.FOLDER.name in wheel["packages"]
    assert "COPY regulations " in (folder / "Dockerfile").read_text(encoding="utf-8")
    assert "!regulations" in (folder / ".dockerignore").read_text(encoding="utf-8").split()


def test_an_unknown_name_is_told_the_nearest_ones() -> None:
    with pytest.raises(UnknownRegulations, match="the nearest are fifa-world-cup-1998"):
        catalogue.found("fifa-world-cup-1999")


def test_a_season_file_gives_its_regulations() -> None:
    season = catalogue.FOLDER.parent / "seasons" / "copa-peru-2025-amazonas"
    assert catalogue.found(str(season)) == catalogue.read(season / "season.toml")
    assert [each.metric for each in catalogue.read(season).criteria][:2] == [
        "points",
        "goal_difference",
    ]


def test_json_of_the_same_shape_gives_the_same(tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    file.write_text(json.dumps({"points": {"win": 2}, "criteria": [{"metric": "points"}]}))
    toml = tmp_path / "rules.toml"
    toml.write_text('points = { win = 2 }\n[[criteria]]\nmetric = "points"\n')
    assert catalogue.read(file) == catalogue.read(toml)


@pytest.mark.parametrize(
    ("suffix", "text", "said"),
    [
        (
            "toml",
            'name = "x"\n\n[[criteria]]\nmetric = "pionts"\n',
            "line 4: at criteria[0].metric: expected points, wins,",
        ),
        (
            "toml",
            "[points]\nwin = 3\nwon = 3\n",
            "line 3: at points.won: expected one of win, draw, loss,",
        ),
        ("toml", "[points]\nwin = 3.5\n", "line 2: at points.win: expected an integer, found 3.5"),
        ("toml", "points = \n", "this is not TOML"),
        (
            "json",
            '{\n "criteria": [\n  {"metric": "points"},\n  {"metric": 3}\n ]\n}\n',
            "line 4: at criteria[1].metric: expected points, wins,",
        ),
        ("json", '{"points": {"win": 3,\n "win": 2}}', "expected each key once, found it 2 times"),
        ("json", "[]", "line 1: expected an object"),
        (
            "toml",
            '[[criteria]]\nmetric = "list"\nlist = "ranking"\n',
            "line 3: at criteria[0].list: ",
        ),
    ],
)
def test_what_is_wrong_in_a_file_has_its_line_and_key(
    suffix: str, text: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / f"rules.{suffix}"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadRegulations) as bad:
        catalogue.read(file)
    assert said in str(bad.value)
