"""A season file is believed whole or not at all, and its facts have ids that never change."""

from pathlib import Path

import msgspec
import pytest

from services import season
from services.places import BadSeason
from services.season import Season

HEAD = """
competition = "copa"
regulations.stages = [
    { id = "final", name = "Final", sections = [
        { id = "peru", name = "Perú", groups = [
            { id = "group-a", name = "Grupo A", teams = ["alianza", "binacional"] },
        ] },
    ] },
]
"""
TEAMS = """
    { type = "team_entered", team = "alianza", names = { full = "Alianza" } },
    { type = "team_entered", team = "binacional", names = { full = "Binacional" } },
"""
MATCH = """
    { type = "match_scheduled", match = "m-1", home = "alianza", away = "binacional" },
"""


def read(folder: Path, facts: str, head: str = HEAD) -> Season:
    path = folder / "season.toml"
    path.write_text(f"{head}\nfacts = [{facts}]\n", encoding="utf-8")
    return season.read(path)


def wrong(folder: Path, facts: str, head: str = HEAD) -> str:
    with pytest.raises(BadSeason) as raised:
        read(folder, facts, head)
    said = str(raised.value)
    assert said.startswith(f"{folder / 'season.toml'}")
    return said


def ids(known: Season) -> list[str]:
    return [fact.event.id for fact in (known.creation, *known.facts)]


# Ids


def test_reading_a_file_again_gives_the_same_ids(tmp_path: Path) -> None:
    assert ids(read(tmp_path, TEAMS + MATCH)) == ids(read(tmp_path, TEAMS + MATCH))


def test_the_id_of_a_fact_is_the_one_it_always_had(tmp_path: Path) -> None:
    assert ids(read(tmp_path, TEAMS)) == [
        "5004d6ed-5caa-5e8c-b8a3-1be1dd480851",
        "32348de7-6423-5393-bd1e-387adcd963c6",
        "86315e8b-2322-5c45-b58c-95bc1b269434",
    ]


def test_a_fact_keeps_its_id_when_others_are_written_before_it(tmp_path: Path) -> None:
    note = '{ type = "note_added", text = "added later" },'
    before = ids(read(tmp_path, TEAMS + MATCH))
    after = ids(read(tmp_path, note + TEAMS + MATCH))
    assert set(before) < set(after)


def test_a_fact_that_is_said_twice_happened_twice(tmp_path: Path) -> None:
    goal = '{ type = "goal_scored", match = "m-1", side = "home" },'
    assert len(set(ids(read(tmp_path, TEAMS + MATCH + goal + goal)))) == 6


def test_a_club_that_changes_its_name_is_entered_again_with_the_one_it_had(tmp_path: Path) -> None:
    names = '{ type = "team_entered", team = "alianza", names = { full = "Alianza Unida" }'
    when = 'formerly = "Alianza", occurred = "2013-10-01" },'
    known = read(tmp_path, f"{TEAMS}{MATCH}{names}, {when}")
    assert known.facts[-1].content["formerly"] == "Alianza"
    assert "never called Unión" in wrong(tmp_path, f'{TEAMS}{names}, formerly = "Unión" }},')


def test_the_same_fact_of_another_competition_is_another_fact(tmp_path: Path) -> None:
    here = ids(read(tmp_path, TEAMS))
    there = ids(read(tmp_path, TEAMS, HEAD.replace('"copa"', '"other"')))
    assert not set(here) & set(there)


# What every fact says


def test_what_every_fact_says_is_said_by_each_unless_it_says_otherwise(tmp_path: Path) -> None:
    head = HEAD + 'every.fact = { source = "a book", basis = "reported" }\n'
    note = '{ type = "note_added", text = "seen", basis = "observed" },'
    *_, entered, noted = read(tmp_path, TEAMS + note, head).facts
    assert (entered.event.source, entered.event.basis) == ("a book", "reported")
    assert (noted.event.source, noted.event.basis) == ("a book", "observed")


def test_what_every_fact_of_a_type_says_is_said_by_those_only(tmp_path: Path) -> None:
    head = HEAD + 'every.match_scheduled = { stage = "final", section = "peru" }\n'
    *_, scheduled = read(tmp_path, TEAMS + MATCH, head).facts
    assert scheduled.content["section"] == "peru"


def test_times_may_be_written_as_toml_has_them(tmp_path: Path) -> None:
    note = '{ type = "note_added", text = "x", occurred_at = 2013-12-15T15:31:00-05:00 },'
    *_, noted = read(tmp_path, TEAMS + note).facts
    assert noted.event.occurred_at == "2013-12-15T15:31:00-05:00"


# Names of persons


PERSON = '{ type = "person_named", person = "p-1", name = "Rosa Quispe", team = "alianza" },'


def test_the_name_of_a_person_is_posted_and_is_neither_in_its_event_nor_in_its_id(
    tmp_path: Path,
) -> None:
    *_, named = read(tmp_path, TEAMS + PERSON).facts
    assert named.content["name"] == "Rosa Quispe"
    assert b"Rosa" not in msgspec.json.encode(named.event)
    *_, renamed = read(tmp_path, TEAMS + PERSON.replace("Rosa", "Rita")).facts
    assert renamed.content["name"] == "Rita Quispe"
    assert renamed.event.id == named.event.id


def test_names_of_persons_are_posted_by_themselves_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    other = PERSON.replace("p-1", "p-2")
    facts = read(tmp_path, TEAMS + PERSON + other + MATCH).facts
    sizes = [(len(batch), batch[0].names_person) for batch in season.batches(facts)]
    assert sizes == [(2, False), (2, True), (1, False)]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "at name: expected a name of 1 to 200 characters, found nothing"),
        ("name = 7, ", "at name: expected a name of 1 to 200 characters, found 7"),
        (f'name = "Rosa", commitment = "{"0" * 64}", ', "at commitment: expected the name alone"),
    ],
)
def test_a_person_without_a_name_or_with_a_commitment_is_named_with_its_key(
    tmp_path: Path, written: str, said: str
) -> None:
    fact = PERSON.replace('name = "Rosa Quispe", ', written)
    assert f"line 14, fact 3 (person_named): {said}" in wrong(tmp_path, TEAMS + fact)


# What is wrong


def test_a_wrong_value_is_named_with_its_line_fact_and_key(tmp_path: Path) -> None:
    team = '    { type = "team_entered", team = "C C", names = { full = "C" } },\n'
    said = wrong(tmp_path, TEAMS + team)
    assert "line 14, fact 3 (team_entered): at team: expected an id" in said


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    said = wrong(tmp_path, TEAMS + MATCH.replace("home =", "hom ="))
    assert "fact 3 (match_scheduled): at hom: expected one of home, away," in said
    assert said.endswith("found `hom`; perhaps `home` is meant")


def test_an_unknown_type_is_named(tmp_path: Path) -> None:
    said = wrong(tmp_path, '{ type = "goal_score", match = "m-1" },')
    assert "line 11, fact 1 (goal_score): at type: expected the name of an event type" in said
    assert said.endswith("found 'goal_score'; perhaps `goal_scored` is meant")
    said = wrong(tmp_path, '{ match = "m-1" },')
    assert said.endswith(
        "line 11, fact 1: at type: expected the name of an event type, found nothing"
    )


def test_a_fact_that_the_rules_refuse_is_named(tmp_path: Path) -> None:
    result = '{ type = "result_recorded", match = "m-2", home = 1, away = 0 },'
    said = wrong(tmp_path, TEAMS + MATCH + result)
    assert "line 16, fact 4 (result_recorded): at match: there is no match m-2" in said


def test_a_fact_about_a_team_that_is_entered_later_is_refused(tmp_path: Path) -> None:
    match = MATCH.replace('"binacional"', '"cienciano"')
    entry = '{ type = "team_entered", team = "cienciano", names = { full = "Cienciano" } },'
    assert "fact 1 (match_scheduled)" in wrong(tmp_path, match + TEAMS + entry)


def test_a_fraction_is_refused(tmp_path: Path) -> None:
    result = '{ type = "result_recorded", match = "m-1", home = 1.5, away = 0 },'
    assert "at home: expected an integer" in wrong(tmp_path, TEAMS + MATCH + result)


def test_an_id_that_two_facts_claim_is_refused(tmp_path: Path) -> None:
    note = '{ id = "01890000-0000-7000-8000-000000000000", type = "note_added", text = "%s" },'
    assert "expected one of its own" in wrong(tmp_path, note % "one" + note % "two")


def test_regulations_of_the_wrong_shape_are_named(tmp_path: Path) -> None:
    said = wrong(tmp_path, "", HEAD.replace('{ id = "final",', "{ id = 7,"))
    assert "at regulations.stages[0].id: expected" in said


def test_a_key_that_no_season_has_is_named(tmp_path: Path) -> None:
    said = wrong(tmp_path, TEAMS, HEAD + 'tiem_zone = "America/Lima"\n')
    assert (
        "line 10: at tiem_zone: expected one of competition, regulations, name, time_zone" in said
    )
    assert said.endswith("found `tiem_zone`; perhaps `time_zone` is meant")


def test_a_top_level_value_of_the_wrong_kind_is_named(tmp_path: Path) -> None:
    said = wrong(tmp_path, TEAMS, HEAD.replace('"copa"', "7"))
    assert said.endswith("line 2: at competition: expected `str`, got `int`")


def test_a_default_for_a_type_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert "line 10: at every.goal: expected `fact` or the type of an event" in wrong(
        tmp_path, TEAMS, HEAD + "every.goal = { period = 1 }\n"
    )


def test_an_unknown_key_of_what_every_fact_says_is_named_where_it_is_said(tmp_path: Path) -> None:
    said = wrong(tmp_path, TEAMS, HEAD + 'every.fact = { sorce = "a book" }\n')
    assert "season.toml, line 10: at every.fact.sorce: expected one of " in said
    assert said.endswith("found `sorce`; perhaps `source` is meant")


def test_what_a_file_must_say_and_does_not_is_named(tmp_path: Path) -> None:
    said = wrong(tmp_path, TEAMS, 'competition = "copa"')
    assert said.endswith("line 1: at regulations: expected a table, found nothing")


def test_a_time_zone_that_there_is_not_is_named_with_its_line(tmp_path: Path) -> None:
    said = wrong(tmp_path, TEAMS, HEAD + 'time_zone = "America/Lmia"\n')
    assert "line 10: at time_zone: expected a time zone of the IANA database, such as" in said


def test_a_club_that_stands_twice_in_a_group_is_named_where_it_does_so_again(
    tmp_path: Path,
) -> None:
    twice = '[\n"alianza",\n"binacional",\n"alianza",\n]'
    said = wrong(tmp_path, TEAMS, HEAD.replace('["alianza", "binacional"]', twice))
    assert said.endswith(
        "line 9: at regulations.stages[0].sections[0].groups[0].teams[2]: alianza stands twice "
        "among the teams of group-a; name each once"
    )
    formed = f"""
    {{ type = "group_formed", stage = "final", section = "peru", group = "b", name = "B",
      teams = {twice} }},
    """.replace("\n", " ").replace('"alianza", ]', '"alianza" ]')
    said = wrong(tmp_path, TEAMS + formed)
    assert "fact 3 (group_formed): at teams[2]: alianza stands twice among the teams of b" in said


def test_a_club_of_a_group_that_no_fact_enters_is_named_with_its_line_and_key(
    tmp_path: Path,
) -> None:
    said = wrong(tmp_path, TEAMS, HEAD.replace('"binacional"]', '"binacional", "boys"]'))
    assert said.endswith(
        "line 6: at regulations.stages[0].sections[0].groups[0].teams[2]: boys is in group-a and "
        "no fact enters it (team_entered)"
    )


def test_what_is_not_utf_8_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "season.toml"
    path.write_bytes(b'competition = "copa"\nname = "Per\xfa"\n')
    with pytest.raises(BadSeason, match=r"season\.toml, line 2: expected UTF-8, found byte 0xfa"):
        season.read(path)


def test_an_array_that_nothing_closes_is_named_where_it_begins(tmp_path: Path) -> None:
    path = tmp_path / "season.toml"
    path.write_text('competition = "copa"\nfacts = [\n    { type = "x" },\n', encoding="utf-8")
    with pytest.raises(BadSeason, match=r"season\.toml, line 2: this is not TOML: "):
        season.read(path)


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        (
            '{ type = "claim_recorded", about = "standings/nope", says = "third" },',
            "at about: there is no standings/nope to show this beside, so nobody sees it; name",
        ),
        (
            '{ type = "goal_scored", match = "m-1", side = "home", player = "p-9" },',
            "at player: nobody is named p-9 yet; record the name (person_named",
        ),
        (
            '{ type = "team_entered", team = "alianza", names = { full = "Other" } },',
            "at names.full: alianza was entered as ",
        ),
    ],
)
def test_a_slip_that_is_only_warned_about_elsewhere_is_named_with_its_line_and_key(
    tmp_path: Path, slip: str, said: str
) -> None:
    line = f"{HEAD}\nfacts = [{TEAMS}{MATCH}".count("\n") + 1
    kind = slip.split('"')[1]
    assert f"line {line}, fact 4 ({kind}): {said}" in wrong(tmp_path, TEAMS + MATCH + slip)


def test_a_club_that_no_fact_enters_is_named_before_the_matches_of_the_one_that_was_meant(
    tmp_path: Path,
) -> None:
    said = wrong(tmp_path, TEAMS + MATCH, HEAD.replace('"binacional"]', '"binacionla"]'))
    assert "line 6: at regulations.stages[0].sections[0].groups[0].teams[1]: binacionla" in said


def test_what_is_not_toml_is_named_with_its_line(tmp_path: Path) -> None:
    assert "line 14: this is not TOML: " in wrong(tmp_path, TEAMS + "    { type = }\n")


def test_a_club_that_nobody_entered_is_named_with_its_line_and_key(tmp_path: Path) -> None:
    said = wrong(tmp_path, TEAMS + MATCH.replace('"binacional"', '"cienciano"'))
    assert said.endswith(
        "line 15, fact 3 (match_scheduled): at away: there is no team cienciano; enter it first "
        "(team_entered)"
    )


def test_a_match_that_stands_twice_is_named_where_it_does_so_again(tmp_path: Path) -> None:
    said = wrong(
        tmp_path, TEAMS + MATCH + MATCH.replace('"binacional" }', '"binacional", leg = 1 }')
    )
    assert "line 17, fact 4 (match_scheduled): at match: m-1 is scheduled already; use" in said


def test_the_line_of_a_key_is_named_where_a_fact_has_several(tmp_path: Path) -> None:
    table = """
    { type = "table_adopted", group = "group-a", rows = [
        { team = "alianza", points = 3 },
        { team = "binacional", pionts = 1 },
    ] },
    """
    said = wrong(tmp_path, TEAMS + table)
    assert "line 17, fact 3 (table_adopted): at rows[1].pionts: expected one of team, rank," in said
    assert said.endswith("found `pionts`; perhaps `points` is meant")
    said = wrong(tmp_path, TEAMS + table.replace("pionts", "points").replace("alianza", "boys"))
    assert "line 16, fact 3 (table_adopted): at rows[0].team: boys is not in group-a" in said


def test_facts_may_be_tables_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "season.toml"
    note = '[[facts]]\ntype = "note_added"\n'
    head = HEAD.replace('"alianza", "binacional"', "")
    path.write_text(f'{head}\n{note}text = "one"\n\n{note}txet = "two"\n', encoding="utf-8")
    with pytest.raises(BadSeason) as raised:
        season.read(path)
    assert ", line 17, fact 2 (note_added): at txet: expected one of text, id," in str(raised.value)


BRACKET = """
competition = "copa"
regulations.stages = [
    { id = "final", name = "Final", sections = [
        { id = "peru", name = "Perú", rounds = [
            { id = "last", name = "Final", ties = [
                { id = "grand-final", slots = [
                    { from = "team", team = "alianza" },
                    { from = "draw" },
                ] },
            ] },
        ] },
    ] },
]
"""
ENTERED = '    { type = "team_entered", team = "alianza", names = { full = "Alianza" } },\n'
SLOT = "regulations.stages[0].sections[0].rounds[0].ties[0]"


@pytest.mark.parametrize(
    ("written", "instead", "said"),
    [
        (
            '{ from = "draw" },',
            '{ from = "draw" }, { from = "draw" },',
            f"line 7: at {SLOT}.slots: expected an array of 2, found an array of 3",
        ),
        (
            '{ from = "draw" },',
            "{ },",
            f"line 9: at {SLOT}.slots[1].from: expected rank, winner, loser, berth, best, "
            "allotted, team, draw, ruling, bye or unknown, found nothing",
        ),
        (
            '{ from = "draw" },',
            '{ from = "winner", tie = "semi-final" },',
            f"line 9: at {SLOT}.slots[1].tie: the slot grand-final/2 names the tie semi-final, "
            "and the regulations have none; name one that they have",
        ),
        (
            '{ from = "draw" },',
            '{ from = "team", team = "alianza" },',
            f"line 9: at {SLOT}.slots[1].team: alianza stands twice among the teams of round last",
        ),
        (
            "slots = [",
            "legs = 1, slots = [",
            f"line 7: at {SLOT}.legs: expected one of id, slots, name",
        ),
        (
            '{ from = "draw" },',
            '{ from = "winner", tie = "grand-final" },',
            f"line 9: at {SLOT}.slots[1]: tie grand-final waits for tie grand-final; nobody could",
        ),
    ],
)
def test_a_bracket_that_cannot_be_is_named_with_its_line_and_key(
    tmp_path: Path, written: str, instead: str, said: str
) -> None:
    read(tmp_path, ENTERED, BRACKET)
    assert said in wrong(tmp_path, "", BRACKET.replace(written, instead))


def test_a_club_in_a_slot_that_no_fact_enters_is_named_with_its_line_and_key(
    tmp_path: Path,
) -> None:
    said = wrong(tmp_path, "", BRACKET)
    assert said.endswith(
        f"line 8: at {SLOT}.slots[0].team: alianza is in a slot of grand-final and no fact "
        "enters it (team_entered)"
    )
