"""Where ties stand in a bracket, and what is said of slots, dates and tables not known in full."""

from datetime import UTC, datetime
from typing import Any

from services.pages import bracket, current, lists, table
from services.pages.bracket import ROWS_MAX, Place
from services.pages.here import Here
from services.pages.words import words, zone_of

SPANISH, ENGLISH = words("es"), words("en")
HERE = Here(competition="copa")
NOW = datetime(2025, 10, 4, 18, 30, tzinfo=UTC)


def won(tie: str) -> dict[str, Any]:
    return {"from": "winner", "id": tie, "name": None, "rank": None}


DRAWN = {"from": "draw", "id": None, "name": None, "rank": None}


def tie(id: str, *sources: dict[str, Any]) -> dict[str, Any]:
    slots = [{"source": source, "team": None, "certainty": "open"} for source in sources]
    return {"tie": id, "name": None, "slots": slots or [{"source": DRAWN}] * 2, "teams": []}


def rounds(*ties: list[dict[str, Any]]) -> dict[str, Any]:
    return {"rounds": [{"name": f"Ronda {at}", "ties": each} for at, each in enumerate(ties, 1)]}


def places(view: dict[str, Any]) -> dict[str, tuple[int, int]]:
    found = bracket.layout(view).places
    return {id: (place.at, place.span) for id, place in found.items()}


def test_a_tie_takes_the_rows_of_those_that_lead_to_it_in_the_order_of_its_slots() -> None:
    view = rounds([tie("a"), tie("b"), tie("c")], [tie("d", won("c"), won("a")), tie("e")])
    assert places(view) == {"c": (1, 1), "a": (2, 1), "d": (1, 2), "e": (3, 1), "b": (3, 1)}


def test_a_tie_that_only_one_leads_to_stands_beside_it() -> None:
    view = rounds([tie("a")], [tie("b", won("a"), DRAWN)], [tie("c", won("b"), DRAWN)])
    assert places(view) == {"a": (1, 1), "b": (1, 1), "c": (1, 1)}


def test_rounds_whose_ties_are_not_drawn_yet_are_spread_over_the_height() -> None:
    view = rounds([tie(id) for id in "abcd"], [tie("e"), tie("f")], [tie("g")])
    assert places(view)["e"] == (1, 2)
    assert places(view)["f"] == (3, 2)
    assert places(view)["g"] == (1, 4)


def test_a_bracket_too_tall_for_lines_is_drawn_as_lists() -> None:
    tall = rounds([tie(f"t{n}") for n in range(ROWS_MAX + 1)])
    assert bracket.layout(tall).rows == 0
    assert bracket.lines(tall, 0, bracket.layout(tall)) == []


def test_a_line_leads_from_the_middle_of_a_tie_to_the_middle_of_the_next() -> None:
    view = rounds([tie("a"), tie("b")], [tie("c", won("a"), won("b"))])
    for each in view["rounds"][0]["ties"]:
        each["status"] = "open"
    paths = [line.path for line in bracket.lines(view, 1, bracket.layout(view))]
    assert paths == ["M0 1H1V2H2", "M0 3H1V2H2"]
    assert Place(3, 4).middle == 8


def test_of_a_final_and_where_both_go_on_it_is_who_won_that_is_not_known() -> None:
    lost = {**tie("a"), "status": "unknown", "winner": None}

    def said(*, only_ranks: bool, is_last: bool) -> str:
        round_ = {"only_ranks": only_ranks}
        return bracket.verdict(SPANISH, HERE, lost, round_, is_last=is_last)[1]

    assert said(only_ranks=False, is_last=False) == "No se sabe quién pasó"
    assert said(only_ranks=True, is_last=False) == "No se sabe quién ganó"
    assert said(only_ranks=False, is_last=True) == "No se sabe quién ganó"


def test_the_round_that_is_on_is_shown_with_what_is_not_over_first() -> None:
    view = rounds([tie(f"t{n}") for n in range(10)], [tie("last")])
    for each in [tie for round_ in view["rounds"] for tie in round_["ties"]]:
        each["status"] = "open"
    view["rounds"][0]["ties"][0]["status"] = "decided"
    view["rounds"][0]["ties"][9]["status"] = "in_play"
    [(round_, shown, more)] = bracket.rounds_at(view)
    assert (round_["name"], more) == ("Ronda 1", 2)
    assert [each["tie"] for each in shown] == [f"t{n}" for n in (1, 2, 3, 4, 5, 6, 7, 9)]


def test_sections_stand_by_how_far_they_are() -> None:
    def in_short(id: str, decided: int, *statuses: str) -> dict[str, Any]:
        round_ = {"name": "Semifinales", "ties": 2, "decided": decided}
        groups = [{"status": status} for status in statuses]
        return {"section": id, "groups": groups, "rounds": [round_]}

    views = [
        in_short("a", 2, "final", "unknown"),
        in_short("b", 1, "final"),
        in_short("c", 0, "in_play"),
        in_short("d", 0, "provisional"),
    ]
    stage = current.Stage("regional", "Regional", views)
    found = current.by_state(stage, ["d"])
    assert [(state, [each["section"] for each in listed]) for state, listed in found] == [
        ("in_play", ["c", "d"]), ("open", ["b"]), ("settled", ["a"]),
    ]  # fmt: skip
    assert current.awaited(SPANISH, views[1]) == "Semifinales: 1 de 2 llaves definidas"
    assert current.awaited(SPANISH, views[3]) == ""


def test_a_source_is_said_as_it_is_spoken() -> None:
    ranked = {"from": "rank", "id": "group-b", "name": "Grupo B", "rank": 1}
    assert bracket.source_words(SPANISH, HERE, ranked) == "1.º del Grupo B"
    assert bracket.source_words(ENGLISH, HERE, ranked) == "1st of Grupo B"
    named = {**won("c"), "name": "Llave C"}
    assert bracket.source_words(SPANISH, HERE, named) == "Ganador de la Llave C"
    berth = {"from": "berth", "id": "b", "name": "2.º de la Región III", "rank": 1}
    assert bracket.source_words(SPANISH, HERE, berth) == "2.º de la Región III"
    assert SPANISH.of("Amazonas") == "de Amazonas"


def test_a_month_and_a_range_of_days_are_dates_too() -> None:
    lima = zone_of("America/Lima")
    assert SPANISH.when("2013-11", lima, NOW) == "noviembre de 2013"
    assert SPANISH.when("2013-11-02/2013-11-03", lima, NOW) == "2 nov 2013 – 3 nov 2013"


def test_a_rank_that_nobody_knows_ends_no_berth_and_puts_nobody_above() -> None:
    row = {**dict.fromkeys(table.COLUMNS), "rank": None, "adjustment": 0}
    partial: dict[str, Any] = {
        "rows": [{**row, "team": "a"}, {**row, "team": "b"}],
        "berths": [{"berth": "on", "name": "Sigue", "first": 1, "last": 1}],
        "coverage": "partial",
        "adjustments": [],
    }
    assert [line["level"] for line in table.lines(partial)] == ["", ""]
    assert table.reasons(SPANISH, HERE, partial) == []
    assert table.figure(partial["rows"][0], "points") == "—"
    assert table.is_blank(partial["rows"][0])
    said = table.remarks(SPANISH, HERE, partial)
    assert "No se tienen todos los partidos" in said[0]
    assert said[-1] == "—: no se sabe."


def test_clubs_are_counted_by_what_became_of_them() -> None:
    here = Here(
        competition="copa", stages={"regional": "Regional"}, stage_of={"region-1": "regional"}
    )
    to = {"stage": None, "section": "region-1", "next_edition": False}
    held = {"count": 2, "berths": [{"leads_to": to, "team": {"team": id}} for id in "ab"]}
    teams = {
        "teams": [
            {"team": "a", "entry": "by_resolution", "status": "entered"},
            {"team": "b", "entry": None, "status": "entered"},
            {"team": "c", "entry": None, "status": "entered"},
            {"team": "d", "entry": None, "status": "refused"},
        ],
        "statuses": {"entered": 3, "withdrawn": 0, "excluded": 0, "refused": 1},
    }
    stages = lists.stages_of_clubs(here, held)
    assert [said for _, said in lists.clubs_in_numbers(SPANISH, here, teams, stages)] == [
        "3 clubes participaron", "Regional: 2 (1 por resolución)", "1 no fue admitido",
    ]  # fmt: skip
    # Who shares as many places has one each.
    level = {"leads_to": to, "team": None, "shared_by": [{"team": "a"}, {"team": "c"}]}
    shared = {"count": 2, "berths": [level, level]}
    assert lists.stages_of_clubs(here, shared) == {"regional": {"a", "c"}}
    # Of more places than are listed nobody can say how many clubs hold one.
    assert lists.stages_of_clubs(here, {**held, "count": 3}) == {}
