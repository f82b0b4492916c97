"""Both languages are complete, and write lists, ranks, numbers and times by their own rules."""

import re
from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from events.criteria import Counted, Metric, ScopePart
from projections.ranking import DECIDERS
from services.pages import table
from services.pages.words import Words, choose, minute, number, offset, signed, words, zone_of

SPANISH, ENGLISH = words("es"), words("en")
NOW = datetime(2025, 10, 4, 18, 30, tzinfo=UTC)
LIMA = zone_of("America/Lima")


def sentences(dictionary: Any, path: str = "") -> dict[str, list[str]]:
    """Every key with the places that its sentence leaves to fill."""
    if isinstance(dictionary, dict):
        found: dict[str, list[str]] = {}
        for key, value in dictionary.items():
            found |= sentences(value, f"{path}/{key}")
        return found
    return {path: sorted(re.findall(r"\{\w+\}", str(dictionary)))}


def test_both_languages_say_the_same_things() -> None:
    spanish, english = sentences(SPANISH.dictionary), sentences(ENGLISH.dictionary)
    assert spanish.keys() == english.keys()
    differing = {key for key in spanish if spanish[key] != english[key]}
    assert differing == {"/rank"}, "only an English rank needs its suffix"


@pytest.mark.parametrize("language", [SPANISH, ENGLISH])
def test_every_criterion_and_every_scope_has_its_words(language: Words) -> None:
    metrics: set[str] = {*get_args(Counted), *get_args(Metric), *DECIDERS} - {Counted}
    assert not {each for each in metrics if language.find(f"criteria.{each}") is None}
    scopes = set(get_args(ScopePart)) - {"all"}
    assert scopes == set(table.SCOPES)
    assert not {scope for scope in scopes if language.find(f"scopes.{scope}") is None}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["Bagua"], "Bagua"),
        (["Bagua", "Sachapuyos"], "Bagua y Sachapuyos"),
        (["Bagua", "Iquitos"], "Bagua e Iquitos"),
        (["Bagua", "Hijos de Acosvinchos"], "Bagua e Hijos de Acosvinchos"),
        (["Bagua", "Hielo"], "Bagua y Hielo"),
        (["A", "B", "C"], "A, B y C"),
    ],
)
def test_spanish_joins_names_as_it_is_spoken(names: list[str], said: str) -> None:
    assert SPANISH.listed(names) == said


def test_spanish_says_u_before_o() -> None:
    assert SPANISH.listed(["sorteo", "otro partido"], "or") == "sorteo u otro partido"
    assert ENGLISH.listed(["lots", "an extra match"], "or") == "lots or an extra match"


def test_ranks_are_ordinal_numbers() -> None:
    assert [ENGLISH.rank(n) for n in (1, 2, 3, 4, 11, 12, 21, 113)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "113th",
    ]  # fmt: skip
    assert SPANISH.rank(2) == "2.º"


def test_differences_carry_their_sign() -> None:
    assert [signed(n) for n in (16, 0, -6)] == ["+16", "0", "−6"]
    assert [number(n) for n in (16, 0, -3)] == ["16", "0", "−3"]
    assert [signed(n) for n in ("31/3", "-1/2", None)] == ["+31/3", "−1/2", "—"]


def test_a_minute_is_written_with_its_stoppage_or_not_at_all() -> None:
    assert minute({"minute": 45, "stoppage": 2}) == "45+2'"
    assert minute({"minute": 34, "stoppage": None}) == "34'"
    assert minute({"minute": None, "stoppage": None}) == ""


@pytest.mark.parametrize(
    ("time", "said"),
    [
        ("2025-10-04T18:03:00Z", "13:03"),
        ("2025-10-04T13:03:00-05:00", "13:03"),
        ("2025-10-04T03:59:59.123456789Z", "3 oct, 22:59"),
        ("2013-12-15T15:31:00-05:00", "15 dic 2013, 15:31"),
        ("2025-10-12", "12 oct"),
    ],
)
def test_times_are_those_of_the_competition(time: str, said: str) -> None:
    assert SPANISH.when(time, LIMA, NOW) == said


def test_a_day_is_called_by_its_name() -> None:
    assert SPANISH.long_date(NOW.date()) == "sábado 4 de octubre"
    assert ENGLISH.long_date(NOW.date()) == "Saturday 4 October"


def test_a_zone_says_how_far_it_is() -> None:
    assert offset(LIMA, NOW) == "−5"
    assert offset(zone_of("Asia/Kolkata"), NOW) == "+5:30"
    assert offset(zone_of("Nowhere/At_All"), NOW) == "+0"


@pytest.mark.parametrize(
    ("asked", "accepted", "zones", "chosen"),
    [
        ("en", "es", ["America/Lima"], ENGLISH),
        ("es", "en", ["Europe/London"], SPANISH),
        ("de", "en", ["America/Lima"], SPANISH),
        (None, "en", ["Europe/London", "America/Lima"], SPANISH),
        (None, "de, es;q=0.4, en;q=0.9", ["Europe/London"], ENGLISH),
        (None, "es-PE, en;q=0.9", ["Europe/London"], SPANISH),
        (None, "", ["Europe/London"], ENGLISH),
        (None, "", [], SPANISH),
        (None, "en;q=nonsense", [], ENGLISH),
    ],
)
def test_a_page_speaks_the_language_that_fits(
    asked: str | None, accepted: str, zones: list[str], chosen: Words
) -> None:
    assert choose(asked, accepted, zones) is chosen
