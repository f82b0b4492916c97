"""What a results file comes to under some regulations: ranks, statuses, and what counts when."""

from pathlib import Path

import pytest

from events.criteria import Conduct, Criterion, ExternalList, PointsPerResult, Withdrawal
from events.regulations import Berth, EachGroup, Group, Regulations, Section, Stage
from services import catalogue, results
from services.results.lists import UnknownList, lists_of
from services.results.tables import Table, tables

POINTS = Criterion(metric="points")
DIFFERENCE = Criterion(metric="goal_difference")
HEADER = (
    "kind,date,home,away,home_goals,away_goals,outcome,order,how,team,points,goals,from_date,"
    "home_shoot_out,away_shoot_out,home_yellow,away_yellow,home_red,away_red,home_half_time,"
    "away_half_time,matchday"
)


def ranked(
    path: Path, rules: Regulations, *rows: str, header: str = HEADER, complete: bool = False
) -> tuple[Table, ...]:
    file = path / "results.csv"
    file.write_text("\n".join([header, *rows]), encoding="utf-8")
    read = results.read(file, rules)
    teams = {team for group in read.groups for team in group.teams}
    lists = lists_of(rules, {}, teams)
    return tables(read.groups, rules, lists=lists, complete=complete)


def order(table: Table) -> list[tuple[int | None, str]]:
    return [(row.rank, row.team) for row in table.rows]


LEVEL = (",2020-01-01,a,b,1,0", ",2020-01-02,b,c,1,0", ",2020-01-03,c,a,1,0")
DIFFERENT = (",2020-01-01,a,b,2,0", ",2020-01-02,b,c,1,0", ",2020-01-03,c,a,1,0")


def test_level_teams_share_a_rank_and_the_next_follows_them_all(tmp_path: Path) -> None:
    [table] = ranked(tmp_path, Regulations(criteria=(POINTS,)), *LEVEL, ",2020-01-04,a,d,0,0")
    assert order(table) == [(1, "a"), (2, "b"), (2, "c"), (4, "d")]
    assert table.rows[1].level_with == ("c",)
    assert table.rows[2].separated_by is None


def test_a_reason_names_the_criterion_and_both_numbers(tmp_path: Path) -> None:
    [table] = ranked(tmp_path, Regulations(criteria=(POINTS, DIFFERENCE)), *DIFFERENT)
    why = table.rows[1].separated_by
    assert why is not None
    assert (why.criterion, why.numbers) == ("goal_difference", (1, 0))


# Status


def test_a_table_whose_teams_have_not_all_met_is_provisional_unless_that_is_all_there_is(
    tmp_path: Path,
) -> None:
    rules = Regulations(criteria=(POINTS, DIFFERENCE))
    assert ranked(tmp_path, rules, *DIFFERENT[:2])[0].status == "provisional"
    assert ranked(tmp_path, rules, *DIFFERENT[:2], complete=True)[0].status == "final"
    assert ranked(tmp_path, rules, *DIFFERENT)[0].status == "final"


def test_a_match_that_is_still_to_be_played_keeps_a_table_provisional(tmp_path: Path) -> None:
    rows = (*DIFFERENT, ",2020-02-01,a,b,,")
    rules = Regulations(criteria=(POINTS, DIFFERENCE))
    assert ranked(tmp_path, rules, *rows, complete=True)[0].status == "provisional"


def test_a_match_that_was_not_played_and_will_not_be_is_not_missed(tmp_path: Path) -> None:
    rows = (*DIFFERENT[:2], ",2020-01-03,c,a,,,not_played")
    [table] = ranked(tmp_path, Regulations(criteria=(POINTS, DIFFERENCE)), *rows)
    assert (table.status, [row.played for row in table.rows]) == ("final", [1, 2, 1])


def test_a_shared_place_that_matters_is_undecided_until_lots_are_drawn(tmp_path: Path) -> None:
    rules = Regulations(criteria=(POINTS, Criterion(metric="lots")))
    assert ranked(tmp_path, rules, *LEVEL)[0].status == "undecided"
    drawn = "decision,,,,,,,c>a=b,lots"
    assert ranked(tmp_path, rules, *LEVEL, drawn)[0].status == "final"
    assert order(ranked(tmp_path, rules, *LEVEL, drawn)[0]) == [(1, "c"), (2, "a"), (2, "b")]


def test_a_shared_place_that_nothing_hangs_on_is_final(tmp_path: Path) -> None:
    last = EachGroup(berths=(Berth(id="out", name="out", first=1, last=3),))
    section = Section(id="all", name="all", each_group=last)
    rules = Regulations(
        criteria=(POINTS,), stages=(Stage(id="league", name="league", sections=(section,)),)
    )
    assert ranked(tmp_path, rules, *LEVEL)[0].status == "final"


def test_where_a_result_is_not_known_nobody_has_a_rank(tmp_path: Path) -> None:
    rows = (*DIFFERENT[:2], ",2020-01-03,c,a,,,unknown")
    [table] = ranked(tmp_path, Regulations(criteria=(POINTS,)), *rows)
    assert {row.rank for row in table.rows} == {None}
    assert table.status == "provisional"


def test_a_place_whose_rule_is_not_known_is_never_undecided(tmp_path: Path) -> None:
    rules = Regulations(criteria=(POINTS, Criterion(metric="unknown")))
    [table] = ranked(tmp_path, rules, *LEVEL)
    assert (table.status, {row.rank for row in table.rows}) == ("final", {1})


# Results that are not played


def test_a_match_that_both_lose_wins_nobody_anything(tmp_path: Path) -> None:
    [table] = ranked(tmp_path, Regulations(), ",,a,b,0,0,both_lose")
    assert [(row.lost, row.points) for row in table.rows] == [(1, 0), (1, 0)]


def test_an_annulled_result_counts_for_nobody(tmp_path: Path) -> None:
    [table] = ranked(tmp_path, Regulations(), ",,a,b,4,0,annulled")
    assert [row.played for row in table.rows] == [0, 0]


def test_an_awarded_result_counts_as_it_is_written(tmp_path: Path) -> None:
    [table] = ranked(tmp_path, Regulations(), ",,a,b,0,3,awarded")
    assert order(table) == [(1, "b"), (2, "a")]


@pytest.mark.parametrize(
    ("policy", "points"),
    [
        ("stand", {"a": 3, "b": 6, "c": 3, "d": 0}),
        ("annul", {"a": 3, "b": 3, "c": 3, "d": 0}),
        # Of a and c a match is missing: it counts half of what the two others came to.
        ("average", {"a": "9/2", "b": 6, "c": "9/2", "d": 0}),
    ],
)
def test_what_a_team_that_withdrew_played_stands_or_falls_or_leaves_averages(
    policy: Withdrawal, points: dict[str, int | str], tmp_path: Path
) -> None:
    section = Section(id="l", name="l", each_group=EachGroup(meetings=1))
    stage = Stage(id="league", name="league", sections=(section,))
    rules = Regulations(withdrawal=policy, stages=(stage,))
    rows = (",,a,b,1,0", ",,c,a,1,0", ",,b,d,1,0", ",,c,b,0,1", "withdrawal,,,,,,,,,d")
    [table] = ranked(tmp_path, rules, *rows)
    assert {row.team: row.points for row in table.rows} == points


# Deductions


@pytest.mark.parametrize(
    ("day", "rows", "points"),
    [
        ("", 2, 0),
        ("2020-01-02", 2, 0),
        ("2020-01-03", 2, 3),
        ("2020-01-03", 3, 0),
        ("2020-07-01", 3, 0),
    ],
)
def test_a_deduction_counts_from_its_day_on_and_in_the_end_in_any_case(
    day: str, rows: int, points: int, tmp_path: Path
) -> None:
    deducted = f"adjustment,,,,,,,,,a,-3,,{day}"
    [table] = ranked(tmp_path, Regulations(), *DIFFERENT[:rows], deducted)
    assert next(row.points for row in table.rows if row.team == "a") == points


def test_goals_are_deducted_like_points(tmp_path: Path) -> None:
    [table] = ranked(tmp_path, Regulations(), ",,a,b,4,0", "adjustment,,,,,,,,,a,,-3,")
    assert [(row.goals_for, row.goal_difference) for row in table.rows] == [(1, 1), (0, -4)]


# What else of a match criteria ask for


def test_an_extra_match_counts_by_its_winner_and_not_in_the_table(tmp_path: Path) -> None:
    rules = Regulations(criteria=(POINTS, Criterion(metric="extra_match")))
    rows = (",2020-01-01,a,b,1,1", "extra_match,2020-01-05,a,b,2,2,,,,,,,,3,4")
    [table] = ranked(tmp_path, rules, *rows)
    assert order(table) == [(1, "b"), (2, "a")]
    assert [row.played for row in table.rows] == [1, 1]


def test_one_class_a_player_a_match_is_weighed_as_the_rules_say(tmp_path: Path) -> None:
    rules = Regulations(
        criteria=(POINTS, Criterion(metric="conduct")), conduct=Conduct(yellow=-1, red=-3)
    )
    header = f"{HEADER}"
    rows = (",,a,b,1,1,,,,,,,,,,2,0,0,1",)
    [table] = ranked(tmp_path, rules, *rows, header=header)
    why = table.rows[1].separated_by
    assert why is not None
    assert (table.rows[0].team, why.criterion, why.numbers) == ("a", "conduct", (-2, -3))


def test_points_by_half_time_scores_need_all_of_them(tmp_path: Path) -> None:
    rules = Regulations(criteria=(POINTS, Criterion(metric="half_time_points")))
    rows = (",,a,b,1,1,,,,,,,,,,,,,,0,1",)
    assert order(ranked(tmp_path, rules, *rows)[0]) == [(1, "b"), (2, "a")]
    unknown = (*rows, ",,b,a,1,1,,,,,,,,,,,,,,,")
    assert order(ranked(tmp_path, rules, *unknown)[0]) == [(1, "a"), (1, "b")]


def test_a_list_stands_under_the_words_of_the_file_or_an_id(tmp_path: Path) -> None:
    given = ExternalList(name="ranking", higher_is_better=False, rows={"san-martin": 2, "b": 1})
    rules = Regulations(criteria=(POINTS, Criterion(metric="list", list="ranking")), lists=(given,))
    assert order(ranked(tmp_path, rules, ",,San Martín,b,1,1")[0]) == [(1, "b"), (2, "San Martín")]


def test_a_list_of_a_file_takes_the_place_of_the_rows_in_the_rules(tmp_path: Path) -> None:
    rules = Regulations(lists=(ExternalList(name="ranking", rows={"a": 1}),))
    file = tmp_path / "ranking.csv"
    file.write_text("team,value\na,31/3\nb,2.5\n", encoding="utf-8")
    [ranking] = lists_of(rules, {"ranking": file}, ("a", "b", "c")).values()
    assert ranking.rows == {"a": "31/3", "b": "2.5"}
    with pytest.raises(UnknownList, match="there is ranking"):
        lists_of(rules, {"rankin": file}, ())


def test_a_place_in_another_table_of_the_file_parts_level_teams(tmp_path: Path) -> None:
    by_place = Criterion(metric="place", group="first")
    first = Section(id="one", name="one", groups=(Group(id="first", name="first"),))
    last = Section(
        id="two", name="two", groups=(Group(id="last", name="last"),), criteria=(POINTS, by_place)
    )
    rules = Regulations(
        stages=(
            Stage(id="final", name="final", sections=(last,)),
            Stage(id="league", name="league", sections=(first,)),
        )
    )
    rows = ("final,a,b,1,1", "league,b,a,1,0")
    final, _ = ranked(tmp_path, rules, *rows, header="stage,home,away,home_goals,away_goals")
    assert order(final) == [(1, "b"), (2, "a")]


# Points


def test_points_of_a_stage_stand_before_those_of_the_competition(tmp_path: Path) -> None:
    section = Section(id="l", name="l", each_group=EachGroup(), points=PointsPerResult(win=2))
    rules = Regulations(stages=(Stage(id="league", name="league", sections=(section,)),))
    assert ranked(tmp_path, rules, ",,a,b,1,0")[0].rows[0].points == 2


# Under built-in sets


def test_the_bundesliga_parts_nobody_by_two_matches_of_which_one_is_played(tmp_path: Path) -> None:
    rules = catalogue.named("dfl-bundesliga-1995")
    rows = (
        ",2020-01-01,a,b,1,0",
        ",2020-01-02,b,c,1,0",
        ",2020-01-03,a,c,0,1",
        ",2020-01-04,c,b,1,1",
        ",2020-01-05,c,a,1,1",
    )
    [table] = ranked(tmp_path, rules, *rows)
    assert order(table) == [(1, "c"), (2, "a"), (2, "b")]
    [table] = ranked(tmp_path, rules, *rows, ",2020-01-06,b,a,1,0")
    assert order(table)[0] == (1, "b")


def test_until_the_last_matchday_the_league_phase_asks_only_the_first_five(tmp_path: Path) -> None:
    rules = catalogue.named("uefa-champions-league-2024")
    drawn = ",2020-01-01,a,b,0,0,,,,,,,,,,0,1,,,,,{}"
    won = ",2020-01-01,c,d,0,5,,,,,,,,,,,,,,,,{}"

    def below(matchday: object, *, complete: bool) -> list[tuple[int | None, str]]:
        rows = (drawn.format(matchday), won.format(matchday))
        return order(ranked(tmp_path, rules, *rows, complete=complete)[0])[1:3]

    assert below(7, complete=False) == [(2, "a"), (2, "b")]
    assert below(8, complete=False) == below("", complete=True) == [(2, "a"), (3, "b")]


# A real group that cards decided


def test_fair_play_parted_japan_and_senegal_in_2018(tmp_path: Path) -> None:
    """Scores and the cards of these two, four and six yellow ones, as FIFA's table counts them."""
    header = "home,away,home_goals,away_goals,home_yellow,away_yellow"
    [table] = ranked(
        tmp_path,
        catalogue.named("fifa-world-cup-2018"),
        "Colombia,Japan,1,2,,1",
        "Poland,Senegal,1,2,,2",
        "Japan,Senegal,2,2,2,3",
        "Poland,Colombia,0,3,,",
        "Japan,Poland,0,1,1,",
        "Senegal,Colombia,0,1,1,",
        header=header,
    )
    assert order(table) == [(1, "Colombia"), (2, "Japan"), (3, "Senegal"), (4, "Poland")]
    why = table.rows[2].separated_by
    assert why is not None
    assert (why.criterion, why.numbers) == ("conduct", (-4, -6))
