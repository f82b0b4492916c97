"""Why a table stands as it does: every reason has its numbers, its matches and words for both."""

from typing import Any, get_args

import pytest
from msgspec.structs import replace
from rich.console import Console

from events.criteria import Counted, Guard, Interim, Metric, ScopePart
from events.fields import Outcome
from events.regulations import Berth, Criterion
from events.types import ResultRecorded
from projections.contest import Played
from projections.questions import Kind
from projections.ranking import Because, rank
from projections.rights import confirmed
from projections.table import Status
from services.explained import Explained, explained, group_called, team_called
from services.explained.facts import Decision, Unknown
from services.explained.named import Ambiguous, NotFound
from services.explained.told import told, words
from services.pages import table as pages
from tests.decisions.tables import (
    DIFFERENCE,
    EXTRA_MATCH,
    FIRST,
    GROUP,
    LOTS,
    POINTS,
    TWO_BEST,
    League,
    rules,
)

LANGUAGES = ("es", "en")
HEAD_TO_HEAD = Criterion(metric="points", scope="level", article="12.a")
SECOND_SHARED = {"a_b": "1-0", "a_c": "1-0", "b_c": "0-0"}


def of(league: League, team: str | None = None) -> Explained:
    return explained(league.fold, GROUP, team)


def said(found: Explained, language: str = "en") -> str:
    """The explanation as a terminal prints it."""
    console = Console(width=200, no_color=True)
    with console.capture() as captured:
        for part in told(found, language):
            console.print(part, soft_wrap=True)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


# Why


def test_a_reason_names_the_criterion_the_numbers_and_the_matches_with_score_and_date() -> None:
    league = League(rules(POINTS, HEAD_TO_HEAD, teams=("a", "b", "c", "d")))
    league.schedule("a-b", kick_off="2025-10-04T15:30:00-05:00")
    league.results(a_b="2-1", c_a="1-0", b_c="1-0", a_d="1-0", b_d="1-0", c_d="0-0")
    reason = of(league).reasons[0]
    assert (reason.upper, reason.lower, reason.ranks) == (("a",), ("b",), (1, 2))
    assert reason.separated_by is not None
    assert reason.separated_by.numbers == (3, 0)
    [met] = reason.matches
    assert (met.match, met.goals, met.date) == ("a-b", (2, 1), "2025-10-04")
    text = said(of(league))
    assert "1 A above 2 B — points among themselves: 3 to 0 (art. 12.a)" in text
    assert "from A 2–1 B (4 Oct 2025)" in text
    assert "before that: points 6 (article 12)" in text
    assert "1 A antes que 2 B — puntos entre ellos: 3 a 0 (art. 12.a)" in said(of(league), "es")


def test_what_was_passed_over_is_told_with_why() -> None:
    when = Guard(level=3)
    guarded = Criterion(metric="goals_for", when=when)
    league = League(rules(POINTS, HEAD_TO_HEAD, guarded, DIFFERENCE, teams=("a", "b", "c", "d")))
    league.results(a_c="3-0", b_d="1-0")
    text = said(of(league))
    assert "1 A above 2 B — goal difference: +3 to +1 (art. 12)" in text
    assert "points among themselves: they have not met (article 12.a)" in text
    assert "goals for: passed over, since it holds only if exactly 3 are level" in text


def test_points_say_what_was_added_or_taken_and_where_that_is_recorded() -> None:
    league = League().results(a_b="1-0", a_c="1-0", b_c="1-0")
    position = league.adjust("a", -4).position
    found = of(league)
    assert [(one.team, one.points, one.position) for one in found.adjustments] == [
        ("a", -4, position)
    ]
    assert f"position {position}: A: −4 points" in said(found).split("What was decided")[0]


def test_a_decision_is_told_with_its_place_in_the_log() -> None:
    league = League(rules(POINTS, LOTS, EXTRA_MATCH, teams=("a", "b", "c"), berths=(FIRST,)))
    league.results(a_b="0-0", a_c="0-0", b_c="0-0")
    lots = league.lots("c", ("a", "b"))
    extra = league.extra_match("a-b-extra")
    league.result("a-b-extra", "0-1")
    first, second = of(league).reasons
    assert first.decision is not None
    assert second.decision is not None
    assert (first.decision.by, first.decision.position) == ("lots", lots.position)
    assert (second.decision.by, second.decision.position) == ("extra_match", extra.position)
    assert second.decision.match is not None
    assert second.decision.match.goals == (0, 1)
    text = said(of(league))
    assert f"position {lots.position}: lots, C > A = B" in text
    assert f"position {extra.position}: an extra match, A 0–1 B" in text


def test_a_ruling_that_overrides_is_the_reason_though_another_came_later() -> None:
    league = League(rules(POINTS)).results(a_b="1-0", a_c="1-0", b_c="1-0")
    forced = league.ruling("b", "a", "c", overrides=True)
    league.ruling("a", "b")
    [over, _] = of(league).reasons
    assert over.decision is not None
    assert over.decision.position == forced.position


# What is open, and what is not known


def test_what_is_undecided_names_what_may_settle_it_and_among_whom() -> None:
    league = League(rules(POINTS, EXTRA_MATCH, berths=(TWO_BEST,))).results(**SECOND_SHARED)
    text = said(of(league))
    assert "B and C share places 2–3 — points 1 (article 12); " in text
    assert "extra match: nothing recorded yet (article 18)" in text
    assert "B and C (2–3): an extra match between B and C (article 18)" in text
    assert "partido extra entre B y C (art. 18)" in said(of(league), "es")


def test_without_a_criterion_the_body_that_rules_is_named() -> None:
    regulations = rules(POINTS, berths=(TWO_BEST,), organiser="Liga de Bagua")
    text = said(of(League(regulations).results(**SECOND_SHARED)))
    assert "B and C (2–3): a ruling by Liga de Bagua" in text


def test_a_rule_that_nobody_knows_is_said_to_be_so() -> None:
    unknown = Criterion(metric="unknown", description="no source says")
    league = League(rules(POINTS, unknown, berths=(TWO_BEST,))).results(**SECOND_SHARED)
    found = of(league)
    assert found.level[0].rule_unknown
    text = said(found)
    assert "The order of B and C: nobody knows the rule that would part them." in text
    assert "(no source says)" in text
    assert "Still open" not in text


def test_a_table_that_is_not_complete_says_by_which_criteria_it_ranks() -> None:
    interim = Interim(until="all_played", criteria=(POINTS, DIFFERENCE))
    league = League(rules(POINTS, HEAD_TO_HEAD, interim=interim)).results(a_b="1-0")
    assert "Interim criteria still rank, until all matches are played." in said(of(league))


def test_teams_whose_order_nobody_knows_are_not_said_to_be_level() -> None:
    league = League(rules(POINTS, DIFFERENCE, berths=(FIRST,)))
    for match in ("a-b", "a-c"):
        league.schedule(match)
        league.about(ResultRecorded, match, outcome="home" if match == "a-b" else "away")
    league.result("b-c", "1-0")
    text = said(of(league))
    assert "share places" not in text
    assert "A, B and C: nobody knows who is above — points 3" in text
    assert "The order of A, B and C: it hangs on goals" in text


# Berths


def test_an_open_berth_has_results_for_it_and_against_it_and_the_ranking_agrees() -> None:
    league = League(rules(teams=("a", "b", "c", "d"), berths=(FIRST,)))
    league.results(a_b="1-0", c_d="1-0", a_c="0-0", b_d="1-0")
    for match in ("a-d", "b-c"):
        league.schedule(match)
    open_ones = {right.team: right for right in of(league).rights if right.right == "open"}
    assert set(open_ones) == {"a", "b", "c"}
    table = league.fold.table(GROUP)
    assert table is not None
    contest = confirmed(league.fold, table)
    for team, right in open_ones.items():
        for ending, has_it in ((right.with_it, True), (right.without_it, False)):
            assert ending is not None
            assert not ending.orders
            results = tuple(
                Played(met.home, met.away, outcome, *(met.goals or ()))
                for met in ending.results
                for outcome in get_args(Outcome)
                if outcome == met.outcome
            )
            ended = replace(contest, results=(*contest.results, *results), to_play=())
            assert (team in rank(ended)[0].teams) is has_it
    assert "has it, for one, after B 0–0 C · A 1–0 D" in said(of(league, "a"))


def test_a_berth_is_told_in_the_table() -> None:
    league = League(rules(berths=(FIRST,))).results(a_b="1-0", a_c="1-0", b_c="1-0")
    rows = [line for line in said(of(league)).splitlines() if "clinched" in line]
    assert [row.split()[:2] for row in rows] == [["1", "A"]]


# Of one team


def test_of_one_team_only_what_concerns_it_is_told() -> None:
    teams = tuple("abcdef")
    league = League(rules(POINTS, teams=teams))
    for at, home in enumerate(teams):
        for away in teams[at + 1 :]:
            league.result(f"{home}-{away}", "1-0")
    league.adjust("e", 0)
    found = of(league, "b")
    assert [(reason.upper, reason.lower) for reason in found.reasons] == [
        (("a",), ("b",)),
        (("b",), ("c",)),
    ]
    assert [row.team for row in found.rows] == ["a", "b", "c"]
    assert not found.adjustments
    assert "added up over all their matches (9)" in said(of(league))
    assert "added up" not in said(found)


# Names


def test_groups_and_teams_are_found_by_id_or_name_or_it_is_said_which_there_are() -> None:
    league = League()
    assert group_called(league.fold, "grupo a") == group_called(league.fold, GROUP) == GROUP
    assert team_called(league.fold, GROUP, "A") == "a"
    with pytest.raises(NotFound) as missing:
        group_called(league.fold, "group-z")
    assert str(missing.value) == ("there is no group group-z in copa; there are group-a (Grupo A)")
    with pytest.raises(NotFound) as nobody:
        team_called(league.fold, GROUP, "x")
    assert str(nobody.value).endswith("there are a (A), b (B), c (C)")
    several = Ambiguous("group", "Grupo A", "copa", {"g1": "Grupo A", "g2": "Grupo A"})
    assert "name one by its id: g1 (Grupo A), g2 (Grupo A)" in str(several)


# Words


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_metric_scope_guard_and_reason_has_words(language: str) -> None:
    said = words(language)
    metrics = {*get_args(Counted), *_flat(Metric), "ruling", "withdrawal"}
    keys = [f"criteria.{metric}" for metric in metrics]
    keys += [f"scopes.{part}" for part in get_args(ScopePart) if part != "all"]
    keys += [f"because.{why}" for why in get_args(Because)]
    keys += [f"guards.{name}" for name in Guard.__struct_fields__]
    flags = {name for name in Guard.__struct_fields__ if Guard.__annotations__[name] == bool | None}
    keys += [f"guards.{name}_not" for name in flags]
    keys += [f"interim.{until}" for until in get_args(Interim.__annotations__["until"])]
    keys += [f"statuses.{status}" for status in get_args(Status)]
    keys += [f"asked.{kind}" for kind in get_args(Kind) if kind != "level"]
    keys += [f"decisions.{by}" for by in get_args(Decision.__annotations__["by"])]
    keys += [f"unknowns.{kind}" for kind in get_args(Unknown.__annotations__["kind"])]
    assert [key for key in keys if said.find(key) is None] == []
    assert flags == {"all_met", "met_last", "matters", "complete"}


def _flat(literal: Any) -> list[str]:
    return [name for each in get_args(literal) for name in (_flat(each) or [each])]


def test_both_languages_say_the_same_things() -> None:
    spanish, english = (_keys(words(language).dictionary) for language in LANGUAGES)
    assert spanish == english


def _keys(said: Any) -> Any:
    return {name: _keys(said[name]) for name in said} if isinstance(said, dict) else None


def test_no_scope_is_left_out_of_what_is_said() -> None:
    assert set(pages.SCOPES) == {*get_args(ScopePart)} - {"all"}


def test_a_berth_that_waits_for_lots_has_no_witness_but_a_word() -> None:
    next_best = Berth(id="next", name="Next", first=1, last=1)
    league = League(rules(POINTS, LOTS, teams=("a", "b"), berths=(next_best,)))
    league.result("a-b", "0-0")
    assert "it waits for the decision who stands above" in said(of(league))
