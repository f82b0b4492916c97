"""Football.TXT as people write it: every way of a day, a score, a heading and a line of scorers.

The matches here are simulated, unless a year stands with them.
"""

from datetime import date, time, timedelta, timezone
from pathlib import Path

import pytest

from services.importing.told import Goal, Match, Score
from services.importing.where import Where, where_of
from tests.decisions.imported import told_of, wrong_of


def match_of(folder: Path, line: str, heading: str = "Cup 2024") -> Match:
    told = told_of(folder, f"= {heading}\n▪ Group A\n{line}\n")
    [match] = told.matches
    return match


# Scores


@pytest.mark.parametrize(
    ("line", "score"),
    [
        ("Reds 2-1 Blues", Score((2, 1))),
        ("Reds   2–1 (1-0)   Blues", Score((2, 1), half_time=(1, 0))),
        ("Reds v Blues   2-1 (1-0)", Score((2, 1), half_time=(1, 0))),
        ("Reds - Blues   2-1", Score((2, 1))),
        ("20:45  Reds  2:1 (1:0)  Blues", Score((2, 1), half_time=(1, 0))),
        ("Reds 2-1 Blues  (HT 1-0)", Score((2, 1), half_time=(1, 0))),
        ("Reds  2-1 a.e.t. (1-1, 0-0)  Blues", Score((2, 1), True, (1, 1), (0, 0))),
        ("Reds  2-1aet (1-1)  Blues", Score((2, 1), True, (1, 1))),
        ("Reds  2-1 aet/gg (1-1,)  Blues", Score((2, 1), True, (1, 1))),
        ("Reds 2-1 Blues  [aet]", Score((2, 1), True)),
        (
            "Reds  4-2 pen. 3-3 a.e.t. (2-2, 2-0)  Blues",
            Score((3, 3), True, (2, 2), (2, 0), (4, 2)),
        ),
        (
            "Reds v Blues  3-3 a.e.t. (2-2, 2-0), 4-2 pen.",
            Score((3, 3), True, (2, 2), (2, 0), (4, 2)),
        ),
        ("Reds  3-4 pen (1-1, 1-1, 0-0)  Blues", Score((1, 1), True, (1, 1), (0, 0), (3, 4))),
        ("Reds  4-2 pen. (1-1)  Blues", Score((1, 1), shoot_out=(4, 2))),
        ("Reds  1-1 aet, 3-4 pen  Blues", Score((1, 1), True, shoot_out=(3, 4))),
        ("Reds 0-0 Blues  [aet, 3-5 pen]", Score((0, 0), True, shoot_out=(3, 5))),
        (
            "Reds 1-1 Blues (HT 0-0, FT 1-1, AET, PEN 3-4)",
            Score((1, 1), True, (1, 1), (0, 0), (3, 4)),
        ),
        ("Reds v Blues", None),
    ],
)
def test_a_score_says_what_was_counted_when(tmp_path: Path, line: str, score: Score | None) -> None:
    match = match_of(tmp_path, f"Jun 14\n  {line}")
    assert (match.home, match.away, match.score) == ("Reds", "Blues", score)


@pytest.mark.parametrize(
    ("line", "fate"),
    [
        ("Reds 3-0 awd. Blues", "awarded"),
        ("Reds 3-0 Blues  [awarded - Blues withdrew]", "awarded"),
        ("Reds w/o Blues", "walkover"),
        ("Reds v Blues  [cancelled]", "called_off"),
        ("Reds ppd. Blues", "postponed"),
        ("Reds v Blues  [PPD - snow]", "postponed"),
        ("Reds abd. Blues  [at 1-1, 65']", "abandoned"),
        ("Reds 2-0 Blues  [annulled - Blues expelled]", "annulled"),
    ],
)
def test_a_mark_says_what_became_of_a_match(tmp_path: Path, line: str, fate: str) -> None:
    match = match_of(tmp_path, line)
    assert (match.home, match.away, match.fate) == ("Reds", "Blues", fate)


# Days and times


@pytest.mark.parametrize(
    "day",
    [
        "Fri Jun/14", "Jun 14", "June 14", "Fri, June 14, 2024", "Fri 14 June 2024", "14 Jun 2024",
        "14.06.2024", "14.6.", "14-6-24", "14/06/2024", "2024-06-14", "[Fri Jun/14]", "Fri Jun 14",
    ],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(tmp_path: Path, day: str) -> None:
    assert match_of(tmp_path, f"{day}\n  Reds 1-0 Blues").day == date(2024, 6, 14)


def test_a_day_without_a_year_is_of_the_half_of_the_season(tmp_path: Path) -> None:
    told = told_of(
        tmp_path, "= League 2019/20\n▪ Matchday 1\nAug/16\nReds 1-0 Blues\nMar/7\nBlues 0-0 Reds\n"
    )
    assert [match.day for match in told.matches] == [date(2019, 8, 16), date(2020, 3, 7)]


def test_a_weekday_decides_between_the_years_of_a_season(tmp_path: Path) -> None:
    match = match_of(tmp_path, "Wed Aug/12\n  Reds 1-0 Blues", "League 2019/20")
    assert match.day == date(2020, 8, 12)


def test_a_weekday_that_is_another_is_told_and_the_day_stands(tmp_path: Path) -> None:
    told = told_of(tmp_path, "= Cup 2024\n▪ Final\nMon Jun/14\n  Reds 1-0 Blues\n")
    assert told.matches[0].day == date(2024, 6, 14)
    assert told.odd == ((3, "2024-06-14 is a Friday, and the file says otherwise"),)


def test_a_line_may_have_number_day_time_and_place(tmp_path: Path) -> None:
    line = "(14) Wed Jun/19 18:00   Reds   2-0 (1-0)   Blues   @ Arena, Stuttgart (UTC+2)"
    match = match_of(tmp_path, line)
    assert (match.number, match.day, match.at) == (14, date(2024, 6, 19), time(18))
    assert match.offset == timezone(timedelta(hours=2))
    assert match.venue == "Arena, Stuttgart"


def test_the_place_may_stand_before_the_teams_or_over_the_matches(tmp_path: Path) -> None:
    text = (
        "= Cup 2024\n▪ Final\n14-6-24 @ Köln    Reds   1-0 Blues\nJun 15 @ Bonn\n  Greens v Reds\n"
    )
    assert [(m.home, m.venue) for m in told_of(tmp_path, text).matches] == [
        ("Reds", "Köln"),
        ("Greens", "Bonn"),
    ]


# Headings


@pytest.mark.parametrize(
    ("heading", "where"),
    [
        ("Group A", Where(group="Group A")),
        ("Matchday 3", Where(matchday=3)),
        ("Group, Matchday 1 of 6", Where(stage="Group", matchday=1)),
        ("League, Matchday 2", Where(stage="League", matchday=2)),
        ("Championship, Round 23", Where(stage="Championship", round="Round 23", matchday=23)),
        ("Finals, Semifinals", Where(stage="Finals", round="Semifinals")),
        ("Quarter-finals - 1st Leg", Where(round="Quarter-finals", leg=1)),
        ("Quarter-final, Leg 2 of 2", Where(round="Quarter-final", leg=2)),
        ("First round replays", Where(round="First round", replay=True)),
    ],
)
def test_a_heading_says_where_its_matches_belong(heading: str, where: Where) -> None:
    assert where_of(heading) == where


def test_a_heading_may_do_without_a_mark(tmp_path: Path) -> None:
    text = "= Cup 2024\nGroup A:\nJun 1  Reds v Blues\nRound of 16\nJun 9  Reds v Greens\n"
    found = [match.where for match in told_of(tmp_path, text).matches]
    assert found == [Where(group="Group A"), Where(round="Round of 16")]


def test_a_matchday_below_a_group_is_of_that_group(tmp_path: Path) -> None:
    text = "= Cup 2024\n▪ Group A\n▪ Matchday 1\nJun 1\nReds v Blues\n"
    assert told_of(tmp_path, text).matches[0].where == Where(group="Group A", matchday=1)


# Scorers


@pytest.mark.parametrize(
    "line",
    [
        "(Wirtz 10' Can 45+1' (pen.), 68'; Rüdiger 87' (o.g.))",
        "(Wirtz 10, Can 45+1pen, 68; Rüdiger 87og)",
        "[Wirtz 10' Can 45'+1(p) 68'; Rüdiger 87'(og)]",
        "(Wirtz 10',\n  Can 45+1'pen 68';\n  Rüdiger 87'og)",
        "Goals: Wirtz 10' Can 45+1' (p), 68'; Rüdiger 87' (og)",
    ],
)
def test_scorers_are_read_however_they_are_written(tmp_path: Path, line: str) -> None:
    assert match_of(tmp_path, f"Jun 14\n  Reds 3-1 Blues\n  {line}").goals == (
        Goal("home", "Wirtz", 10),
        Goal("home", "Can", 45, 1, "penalty"),
        Goal("home", "Can", 68),
        Goal("away", "Rüdiger", 87, None, "own_goal"),
    )


def test_scorers_of_one_side_are_those_of_the_side_that_scored(tmp_path: Path) -> None:
    assert match_of(tmp_path, "Reds 0-1 Blues\n (Kane 13)").goals == (Goal("away", "Kane", 13),)
    assert match_of(tmp_path, "Reds 0-1 Blues\n (-; Kane 13)").goals == (Goal("away", "Kane", 13),)


def test_a_match_without_a_line_of_scorers_has_no_scorers_known(tmp_path: Path) -> None:
    assert match_of(tmp_path, "Reds 1-0 Blues").goals is None


def test_comments_and_line_ups_are_left_out_and_line_ups_are_told(tmp_path: Path) -> None:
    told = told_of(
        tmp_path,
        "= Cup 2024\n<!--\n  1. Reds 3\n-->\n▪ Final\nJun 1\n  Reds 1-0 Blues  # at last\n"
        "  Reds: One, Two,\n     Three - Four\n  Referee: Five (Peru)\n",
    )
    assert len(told.matches) == 1
    assert told.odd == ((8, "2 times line-ups, cards or officials, which are left out"),)


# What cannot be read


def test_what_cannot_be_read_is_told_all_at_once_with_its_lines(tmp_path: Path) -> None:
    text = (
        "= Cup 2024\n▪ Final\nReds beat Blues\nJun 31\nReds 1-0 (1-0, 0-0) Blues\n"
        "Reds 1-0 Blues\n(One and Two)\nGroup A | Reds Blues\n"
    )
    found = wrong_of(tmp_path, text)
    assert [line for line, _ in found] == [3, 4, 5, 7, 8]
    assert "expected a match like" in found[0][1]
    assert "'Reds beat Blues'" in found[0][1]
    assert "no calendar has" in found[1][1]
    assert "(half-time)" in found[2][1]
    assert "scorers with their minutes" in found[3][1]
    assert "two spaces apart" in found[4][1]


def test_a_day_needs_a_year_from_somewhere(tmp_path: Path) -> None:
    [(line, wrong)] = wrong_of(tmp_path, "= Cup\n▪ Final\nJun 1\n  Reds v Blues\n")
    assert (line, "expected a year" in wrong) == (3, True)


def test_scorers_of_both_sides_need_a_semicolon(tmp_path: Path) -> None:
    [(line, wrong)] = wrong_of(tmp_path, "= Cup 2024\n▪ Final\nReds 2-1 Blues\n(A 1 B 2 C 3)\n")
    assert (line, wrong) == (4, "expected a semicolon between the goals of the two sides")


def test_a_line_without_end_is_not_looked_at(tmp_path: Path) -> None:
    [(line, wrong)] = wrong_of(tmp_path, "= Cup 2024\n▪ Final\n" + "Reds - " * 9_000)
    assert (line, wrong) == (3, "expected at most 2000 characters, found 62999")
