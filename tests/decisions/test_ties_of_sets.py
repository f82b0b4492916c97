"""Every row of the table of ties, by hand: what the built-in sets make of legs that were played."""

from pathlib import Path

import pytest

from services import catalogue, legs
from services.ties import Answer, answers

HEADER = (
    "tie,leg,home,away,home_goals,away_goals,neutral,home_90,away_90,after_extra_time,"
    "home_shoot_out,away_shoot_out,decision,outcome"
)


class Book:
    """Writes legs into a file, and says what a set makes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def under(self, name: str, *rows: str) -> Answer:
        """Give the tie of these rows, each as `leg home 2-1 away` and more columns by name."""
        path = self.folder / "legs.csv"
        path.write_text("\n".join([HEADER, *map(_row, rows)]) + "\n", encoding="utf-8")
        (answer,) = answers(catalogue.named(name), legs.read(path).rows, name)
        return answer


def _row(said: str) -> str:
    kind, home, score, away, *more = said.split()
    cells = dict.fromkeys(HEADER.split(","), "")
    scored, conceded = score.split("-") if score != "v" else ("", "")
    cells |= {"tie": "t", "leg": kind.replace("none", ""), "home": home, "away": away}
    cells |= {"home_goals": scored, "away_goals": conceded}
    for each in more:
        name, _, value = each.partition("=")
        if name == "ninety":
            cells["home_90"], cells["away_90"] = value.split("-")
        elif name == "kicks":
            cells["home_shoot_out"], cells["away_shoot_out"] = value.split("-")
        elif name == "aet":
            cells["after_extra_time"] = "1"
        else:
            cells[name] = value
    return ",".join(cells.values())


@pytest.fixture
def book(tmp_path: Path) -> Book:
    return Book(tmp_path)


def ends(answer: Answer) -> tuple[str, str | None, str | None]:
    return answer.status, answer.winner, answer.decided_by


# Copa Perú


@pytest.mark.parametrize(
    ("first", "second", "winner", "by"),
    [
        ("1 a 2-0 b", "2 b 0-0 a", "a", "points"),
        ("1 a 2-0 b", "2 b 3-0 a", "b", "aggregate"),
        ("1 a 2-1 b", "2 b 1-0 a", "b", "away_goals"),
        ("1 a 1-0 b", "2 b 1-0 a kicks=2-4", "a", "shoot_out"),
    ],
)
def test_copa_peru_2009_to_2013_asks_points_difference_away_goals_and_kicks(
    book: Book, first: str, second: str, winner: str, by: str
) -> None:
    assert ends(book.under("fpf-copa-peru-2009", first, second)) == ("decided", winner, by)


def test_copa_peru_from_2018_has_kicks_or_the_better_place(book: Book) -> None:
    level = "1 a 1-0 b", "2 b 2-1 a"
    answer = book.under("fpf-copa-peru-2018", *level)
    assert ends(answer) == ("undecided", None, None)
    assert answer.reason == "the two are level; it is settled by the higher rank"
    kicked = book.under("fpf-copa-peru-2018", level[0], f"{level[1]} kicks=5-4")
    assert ends(kicked) == ("decided", "b", "shoot_out")


def test_the_departments_of_2023_have_no_away_goals(book: Book) -> None:
    level = "1 a 2-1 b", "2 b 1-0 a"
    answer = book.under("fpf-copa-peru-departmental-2023", *level)
    assert ends(answer) == ("undecided", None, None)
    assert (answer.points, answer.aggregate) == ((3, 3), (2, 2))


def test_article_18_of_2022_has_an_extra_match_or_extra_time_and_then_kicks(book: Book) -> None:
    name, level = "fpf-copa-peru-2022", ("1 a 3-0 b", "2 b 1-0 a")
    assert book.under(name, *level).reason == (
        "the two are level; it is settled by an extra match or extra time or a shoot-out"
    )
    extra = "extra_match a 0-1 b neutral=1"
    assert ends(book.under(name, *level, extra)) == ("decided", "b", "extra_match")
    drawn = "extra_match a 1-1 b neutral=1 kicks=3-1"
    assert ends(book.under(name, *level, drawn)) == ("decided", "a", "shoot_out")
    went_on = book.under(name, "1 a 3-0 b", "2 b 2-0 a ninety=1-0 aet")
    assert ends(went_on) == ("decided", "b", "extra_time")


# European Cup


def test_a_replay_decides_to_1966_whatever_was_scored_away(book: Book) -> None:
    legs = "1 a 1-0 b", "2 b 2-1 a"
    answer = book.under("uefa-european-cup-1955", *legs, "replay a 1-3 b neutral=1")
    assert ends(answer) == ("decided", "b", "replay")
    assert answer.aggregate == (2, 2)


def test_a_coin_is_tossed_where_the_replay_was_drawn(book: Book) -> None:
    legs = "1 a 0-0 b", "2 b 0-0 a", "replay a 2-2 b neutral=1 aet decision=coin_toss:b"
    assert ends(book.under("uefa-european-cup-1955", *legs)) == ("decided", "b", "coin_toss")


def test_in_1967_away_goals_stand_beside_replays(book: Book) -> None:
    """Benfica and Glentoran; Juventus and Braunschweig; Real and Ajax; Ajax and Benfica."""
    name = "uefa-european-cup-1967"
    assert ends(book.under(name, "1 glentoran 1-1 benfica", "2 benfica 0-0 glentoran")) == (
        "decided",
        "benfica",
        "away_goals",
    )
    legs = "1 braunschweig 3-2 juve", "2 juve 1-0 braunschweig", "replay juve 1-0 braunschweig"
    assert ends(book.under(name, *legs)) == ("decided", "juve", "replay")
    legs = "1 ajax 1-1 real", "2 real 2-1 ajax ninety=1-1 aet", ""
    assert ends(book.under(name, *legs[:2])) == ("decided", "real", "extra_time")
    legs = "1 ajax 1-3 benfica", "2 benfica 1-3 ajax", "replay ajax 3-0 benfica aet ninety=0-0"
    assert ends(book.under(name, *legs)) == ("decided", "ajax", "replay")


def test_in_1969_a_coin_follows_extra_time(book: Book) -> None:
    legs = "1 celtic 3-0 benfica", "2 benfica 3-0 celtic ninety=3-0 aet decision=coin_toss:celtic"
    answer = book.under("uefa-european-cup-1969", *legs)
    assert ends(answer) == ("decided", "celtic", "coin_toss")
    legs = "1 vorwaerts 2-1 red-star", "2 red-star 3-2 vorwaerts"
    answer = book.under("uefa-european-cup-1969", *legs)
    assert ends(answer) == ("decided", "vorwaerts", "away_goals")


def test_from_1970_kicks_decide_two_legs_and_a_replay_the_final(book: Book) -> None:
    name = "uefa-european-cup-1970"
    legs = "1 gladbach 1-1 everton", "2 everton 1-1 gladbach ninety=1-1 aet kicks=4-3"
    assert ends(book.under(name, *legs)) == ("decided", "everton", "shoot_out")
    final = "single bayern 1-1 atletico neutral=1 ninety=0-0 aet", "replay atletico 0-4 bayern"
    assert ends(book.under(name, *final)) == ("decided", "bayern", "replay")


def test_a_leg_that_was_annulled_is_played_again(book: Book) -> None:
    """Mönchengladbach and Inter of 1971: the 7-1 did not count, and their last match was new."""
    legs = "1 gladbach 7-1 inter outcome=annulled", "1 inter 4-2 gladbach", "2 gladbach 0-0 inter"
    answer = book.under("uefa-european-cup-1970", *legs)
    assert ends(answer) == ("decided", "inter", "aggregate")
    assert (answer.teams, answer.aggregate) == (("inter", "gladbach"), (4, 2))


def test_a_lone_leg_that_went_on_was_the_only_one(book: Book) -> None:
    final = "1 milan 0-0 juve neutral=1 aet kicks=3-2"
    assert ends(book.under("uefa-champions-league-1995", final)) == (
        "decided",
        "milan",
        "shoot_out",
    )


def test_goals_of_extra_time_count_away_until_2020(book: Book) -> None:
    legs = "1 sparta 1-0 rangers", "2 rangers 2-1 sparta ninety=1-0 aet"
    answer = book.under("uefa-european-cup-1975", *legs)
    assert ends(answer) == ("decided", "sparta", "away_goals")
    legs = "1 porto 2-1 juve", "2 juve 3-2 porto ninety=2-1 aet"
    assert ends(book.under("uefa-champions-league-1995", *legs))[1:] == ("porto", "away_goals")


def test_from_2021_no_goal_counts_for_more_than_another(book: Book) -> None:
    name, legs = "uefa-champions-league-2021", ("1 a 1-0 b", "2 b 2-1 a ninety=2-1 aet kicks=3-2")
    assert ends(book.under(name, *legs)) == ("decided", "b", "shoot_out")
    assert ends(book.under(name, "1 a 1-0 b", "2 b 2-1 a"))[0] == "undecided"


def test_an_extra_match_that_the_organiser_ordered_decides_in_1992(book: Book) -> None:
    played = "1 stuttgart 3-0 leeds", "2 leeds 4-1 stuttgart", "replay stuttgart 1-2 leeds"
    answer = book.under("uefa-champions-league-1992", *played)
    assert ends(answer) == ("decided", "leeds", "extra_match")


# FA Cup, World Cup, European Championship, Libertadores


def test_fa_cup_ties_are_replayed_until_decided(book: Book) -> None:
    drawn = "single a 1-1 b", "replay b 0-0 a aet", "replay a 2-2 b neutral=1"
    answer = book.under("fa-fa-cup-1871", *drawn)
    assert ends(answer) == ("undecided", None, None)
    assert answer.reason == "the two are level; it is settled by a replay"
    answer = book.under("fa-fa-cup-1871", *drawn, "replay a 0-1 b neutral=1")
    assert ends(answer) == ("decided", "b", "replay")


def test_fa_cup_ties_have_one_replay_and_kicks_from_1991(book: Book) -> None:
    name, legs = "fa-fa-cup-1991", ("single a 1-1 b", "replay b 1-1 a aet kicks=3-4")
    assert ends(book.under(name, *legs)) == ("decided", "a", "shoot_out")
    assert ends(book.under(name, *legs, "replay a 1-0 b"))[0] == "inconsistent"
    assert ends(book.under("fa-fa-cup-2020", "single a 1-1 b", "replay b 1-0 a"))[0] == (
        "inconsistent"
    )


def test_legs_of_1945_play_on_and_then_again(book: Book) -> None:
    name = "fa-fa-cup-1945"
    legs = "1 a 3-0 b", "2 b 4-2 a ninety=3-0 aet"
    assert ends(book.under(name, *legs)) == ("decided", "a", "extra_time")


def test_world_cup_matches_are_played_on_again_or_kicked_out(book: Book) -> None:
    legs = "single italy 1-1 spain aet ninety=1-1", "replay italy 1-0 spain"
    assert ends(book.under("fifa-world-cup-1934", *legs)) == ("decided", "italy", "replay")
    single = "single germany 3-3 france aet ninety=1-1 kicks=5-4"
    assert ends(book.under("fifa-world-cup-1982", single)) == ("decided", "germany", "shoot_out")
    single = "single netherlands 1-3 argentina"
    assert ends(book.under("fifa-world-cup-1974", single))[1:] == ("argentina", "aggregate")


def test_of_1968_a_coin_and_a_replay_are_known(book: Book) -> None:
    toss = "single italy 0-0 ussr aet ninety=0-0 decision=coin_toss:italy"
    assert ends(book.under("uefa-euro-1968", toss)) == ("decided", "italy", "coin_toss")
    final = "single italy 1-1 yugoslavia aet ninety=1-1", "replay italy 2-0 yugoslavia"
    assert ends(book.under("uefa-euro-1968", *final)) == ("decided", "italy", "replay")


def test_libertadores_ties_go_to_kicks_at_once_and_the_final_to_extra_time(book: Book) -> None:
    name = "conmebol-libertadores-2022"
    legs = "1 a 1-0 b", "2 b 2-1 a kicks=3-4"
    assert ends(book.under(name, *legs)) == ("decided", "a", "shoot_out")
    assert ends(book.under(name, "1 a 1-0 b", "2 b 2-0 a ninety=1-0 aet"))[0] == "inconsistent"
    final = "single a 2-1 b neutral=1 ninety=1-1 aet"
    assert ends(book.under(name, final)) == ("decided", "a", "extra_time")


# What was not played, and what cannot be


@pytest.mark.parametrize("how", ["walkover", "ruling"])
def test_a_decision_stands_where_nothing_was_played(book: Book, how: str) -> None:
    answer = book.under("uefa-european-cup-1955", f"none a v b decision={how}:b")
    assert ends(answer) == ("decided", "b", how)
    assert (answer.teams, answer.points, answer.aggregate) == (("a", "b"), None, None)


def test_a_ruling_stands_over_the_results_and_a_walkover_does_not(book: Book) -> None:
    name, first = "uefa-european-cup-1955", "1 a 3-0 b"
    assert ends(book.under(name, first, "2 b 0-0 a decision=ruling:b"))[1:] == ("b", "ruling")
    answer = book.under(name, first, "2 b 0-0 a decision=walkover:b")
    assert answer.status == "inconsistent"
    assert answer.reason == (
        "a walkover for b, although all was played and a was through by the aggregate 3-0"
    )
    assert ends(book.under(name, first, "2 b v a decision=walkover:b"))[1:] == ("b", "walkover")


def test_without_an_opponent_it_is_a_bye(tmp_path: Path) -> None:
    path = tmp_path / "legs.csv"
    path.write_text(f"{HEADER}\nt,,a,,,,,,,,,,\n", encoding="utf-8")
    regulations = catalogue.named("uefa-european-cup-1955")
    (answer,) = answers(regulations, legs.read(path).rows, "")
    assert ends(answer) == ("decided", "a", "bye")
    assert answer.teams == ("a", None)


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (
            ("1 a 2-0 b", "2 b 1-0 a kicks=4-2"),
            "a shoot-out, although a was through by the aggregate 2-1 (line 3)",
        ),
        (
            ("1 a 2-1 b", "2 b 1-0 a kicks=4-2"),
            "a shoot-out, although b was through by away goals (line 3)",
        ),
        (
            ("1 a 1-0 b kicks=4-2", "2 b 1-0 a"),
            "a shoot-out in a match that was not the last (line 2)",
        ),
        (
            ("1 a 1-0 b", "2 b 3-1 a ninety=2-0 aet"),
            "extra time, although b was through by the aggregate 1-2 (line 3)",
        ),
        (
            ("1 a 1-0 b", "2 b 1-0 a decision=coin_toss:a"),
            "lots for a, which these rules do not know",
        ),
        (
            ("1 a 1-0 b", "2 b 1-0 a", "extra_match a 1-0 b"),
            "another match, which these rules do not know (line 4)",
        ),
        (("1 a 1-0 b", "1 b 1-0 a"), "line 3 is leg 1, as line 2 is already"),
        (("1 a 1-0 b", "2 b 1-0 c"), "line 3 is of b and c, and the tie is of a and b"),
        (("1 a 1-0 b", "single b 1-0 a"), "line 3 is a single match, and the tie has legs"),
        (
            ("1 a 1-0 b decision=ruling:c", "2 b 1-0 a"),
            "line 2 decides for c, which is not in the tie",
        ),
        (
            ("1 a 1-0 b decision=ruling:a", "2 b 1-0 a decision=walkover:b"),
            "there are two decisions: ruling for a and walkover for b",
        ),
    ],
)
def test_what_cannot_be_is_inconsistent_and_says_why(
    book: Book, rows: tuple[str, ...], reason: str
) -> None:
    answer = book.under("uefa-champions-league-1995", *rows)
    assert ends(answer) == ("inconsistent", None, None)
    assert answer.reason == reason


def test_a_coin_that_went_against_the_replay_is_inconsistent(book: Book) -> None:
    legs = "1 a 1-0 b", "2 b 1-0 a", "replay a 1-0 b decision=coin_toss:b"
    answer = book.under("uefa-european-cup-1955", *legs)
    assert answer.reason == "lots for b, although a was through by a replay"


def test_a_leg_that_is_missing_leaves_a_tie_undecided(book: Book) -> None:
    answer = book.under("uefa-european-cup-1955", "1 a 5-0 b")
    assert ends(answer) == ("undecided", None, None)
    assert answer.reason == "a match is missing, and no decision says who goes through"
    assert answer.aggregate == (5, 0)
