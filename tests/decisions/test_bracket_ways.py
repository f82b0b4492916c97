"""Given a league that feeds a cup: third place, a second chance, the higher rank, a replay."""

from typing import Any

import pytest

from events.errors import Refused
from events.fields import Goals
from events.possible_rules import possible_regulations
from events.regulations import (
    Criterion,
    ExternalList,
    Group,
    LoserOf,
    Regulations,
    Round,
    Section,
    Source,
    Stage,
    Step,
    Team,
    Tie,
    WinnerOf,
)
from events.types import (
    CompetitionCreated,
    ExtraMatchOrdered,
    GoalScored,
    MatchScheduled,
    PeriodStarted,
    ResultRecorded,
)
from projections.tie import Settled
from tests.decisions.given import fact
from tests.decisions.tables import League

LEAGUE = Group(id="league", name="Liga", teams=("a", "b", "c", "d"))
BY_RANK = Step(by="higher_rank", group="league", article="7")
SINGLE = (Step(by="aggregate"), Step(by="extra_time"), Step(by="shoot_out"))


def tie(name: str, one: Source, other: Source) -> Tie:
    return Tie(id=name, slots=(one, other))


def cup(*rounds: Round, **rules: Any) -> Regulations:
    section = Section(id="cup", name="Copa", groups=(LEAGUE,), rounds=rounds)
    stage = Stage(id="only", name="Todo", sections=(section,))
    criteria = (Criterion(metric="points"), Criterion(metric="goal_difference"))
    return Regulations(criteria=criteria, stages=(stage,), **rules)


class Cup(League):
    def __init__(self, regulations: Regulations) -> None:
        self._begin(fact(CompetitionCreated, competition="copa", regulations=regulations))

    def played(self, name: str, home: str, score: str, away: str, **fields: Any) -> None:
        """Schedule a match of a tie, and record its result."""
        match = f"{name}-{home}"
        placed = {key: fields.pop(key) for key in ("leg", "extra_match") if key in fields}
        where = {"match": match, "home": home, "away": away, "tie": name}
        kind = ExtraMatchOrdered if placed.pop("extra_match", False) else MatchScheduled
        self.record(fact(kind, **where, **placed))
        goals = dict(zip(("home", "away"), map(int, score.split("-")), strict=True))
        self.about(ResultRecorded, match, **goals, **fields)

    def league(self, match: str, score: str) -> None:
        home, away = match.split("-")
        self.record(fact(MatchScheduled, match=match, home=home, away=away, group="league"))
        goals = dict(zip(("home", "away"), map(int, score.split("-")), strict=True))
        self.about(ResultRecorded, match, **goals)

    def settled(self, name: str) -> Settled:
        pairing = self.fold.pairing(name)
        assert pairing is not None
        return pairing.settled

    def ends(self, name: str) -> tuple[str, str | None, str | None]:
        settled = self.settled(name)
        return settled.status, settled.winner, settled.decided_by

    def teams(self, name: str) -> tuple[str | None, str | None]:
        pairing = self.fold.pairing(name)
        assert pairing is not None
        return pairing.teams


SEMIS = Round(
    id="semis",
    name="Semifinales",
    legs=1,
    decided_by=SINGLE,
    ties=(
        tie("semi-1", Team(team="a"), Team(team="d")),
        tie("semi-2", Team(team="b"), Team(team="c")),
    ),
)


def test_who_loses_a_semi_final_plays_for_third_place() -> None:
    ties = (tie("third", LoserOf(tie="semi-1"), LoserOf(tie="semi-2")),)
    third = Round(id="third-place", name="Tercer puesto", legs=1, decided_by=SINGLE, ties=ties)
    cups = Cup(cup(SEMIS, third))
    cups.played("semi-1", "a", "2-0", "d")
    assert cups.teams("third") == ("d", None)
    cups.played("semi-2", "b", "1-1", "c", shoot_out=Goals(home=2, away=4))
    assert cups.teams("third") == ("d", "b")
    cups.played("third", "d", "0-1", "b")
    assert cups.ends("third") == ("decided", "b", "aggregate")


def test_who_loses_once_has_a_second_chance_in_the_losers_bracket() -> None:
    losers = Round(
        id="losers",
        name="Llave de perdedores",
        legs=1,
        decided_by=SINGLE,
        ties=(tie("lower", LoserOf(tie="semi-1"), LoserOf(tie="semi-2")),),
    )
    upper = Round(
        id="upper",
        name="Llave de ganadores",
        legs=1,
        decided_by=SINGLE,
        ties=(tie("top", WinnerOf(tie="semi-1"), WinnerOf(tie="semi-2")),),
    )
    back = Round(
        id="back",
        name="Repechaje",
        legs=1,
        decided_by=SINGLE,
        ties=(tie("again", LoserOf(tie="top"), WinnerOf(tie="lower")),),
    )
    cups = Cup(cup(SEMIS, losers, upper, back))
    cups.played("semi-1", "a", "2-0", "d")
    cups.played("semi-2", "b", "0-1", "c")
    cups.played("lower", "d", "1-0", "b")
    cups.played("top", "a", "0-3", "c")
    assert cups.teams("again") == ("a", "d")


def two_legs(*steps: Step, **rules: Any) -> Cup:
    ties = (tie("final", Team(team="a"), Team(team="b")),)
    return Cup(cup(Round(id="final", name="Final", decided_by=steps, ties=ties), **rules))


def level(cups: Cup, **fields: Any) -> Cup:
    cups.played("final", "a", "1-0", "b", leg=1)
    cups.played("final", "b", "1-0", "a", leg=2, **fields)
    return cups


def test_the_better_place_in_a_table_decides_once_that_is_settled() -> None:
    cups = level(two_legs(Step(by="points"), Step(by="aggregate"), BY_RANK))
    assert cups.ends("final") == ("undecided", None, None)
    assert cups.settled("final").settled_by == ("higher_rank",)
    for match in ("a-b", "c-d", "a-c", "b-d", "a-d"):
        cups.league(match, "0-1")
    assert cups.ends("final") == ("undecided", None, None)
    cups.league("b-c", "1-0")
    assert cups.ends("final") == ("decided", "b", "higher_rank")
    assert cups.settled("final").article == "7"


@pytest.mark.parametrize(("is_better", "winner"), [(True, "a"), (False, "b")])
def test_the_better_place_in_an_external_list_decides(is_better: bool, winner: str) -> None:
    listed = ExternalList(name="coefficient", higher_is_better=is_better, rows={"a": 9, "b": "7.5"})
    step = Step(by="higher_rank", list="coefficient")
    cups = level(two_legs(Step(by="aggregate"), step, lists=(listed,)))
    assert cups.ends("final") == ("decided", winner, "higher_rank")


def test_a_replay_decides_and_a_drawn_one_is_played_again() -> None:
    cups = level(two_legs(Step(by="aggregate"), Step(by="replay", if_drawn="again")))
    assert cups.settled("final").settled_by == ("replay",)
    cups.record(fact(ExtraMatchOrdered, match="third", home="a", away="b", tie="final"))
    cups.about(ResultRecorded, "third", home=1, away=1)
    assert cups.settled("final").settled_by == ("replay",)
    cups.record(fact(ExtraMatchOrdered, match="fourth", home="b", away="a", tie="final"))
    cups.about(ResultRecorded, "fourth", home=2, away=1)
    assert cups.ends("final") == ("decided", "b", "replay")
    assert cups.settled("final").aggregate == (1, 1)


def test_a_rule_that_nobody_knows_leaves_a_level_tie_unknown_and_asks_nobody() -> None:
    cups = level(two_legs(Step(by="aggregate"), Step(by="unknown")))
    assert cups.ends("final") == ("unknown", None, None)
    assert not cups.fold.all_open_questions()


def test_goals_of_extra_time_may_not_count_away() -> None:
    steps = Step(by="aggregate"), Step(by="extra_time"), Step(by="away_goals", within=90)
    cups = two_legs(*steps)
    cups.played("final", "a", "2-1", "b", leg=1)
    before = {"extra_time": True, "ninety_minutes": Goals(home=1, away=0)}
    cups.played("final", "b", "2-1", "a", leg=2, **before)
    assert cups.settled("final").aggregate == (3, 3)
    assert cups.ends("final") == ("decided", "b", "away_goals")


def test_the_score_before_extra_time_is_counted_where_no_sheet_has_it() -> None:
    cups = two_legs(Step(by="aggregate"))
    cups.record(fact(MatchScheduled, match="m", home="a", away="b", tie="final", leg=1))
    for period, side in (("first_half", "home"), ("extra_first", "away")):
        cups.about(PeriodStarted, "m", period=period)
        cups.about(GoalScored, "m", side=side, period=period)
    sheet = cups.fold.sheet("m")
    assert sheet is not None
    assert (sheet.score, sheet.ninety_minutes) == (Goals(home=1, away=1), Goals(home=1, away=0))


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (Step(by="higher_rank"), "must say who ranks the two"),
        (Step(by="higher_rank", list="none"), "names the list none, and the regulations have none"),
        (Step(by="higher_rank", group="g9"), "names the group g9, and the regulations have none"),
    ],
)
def test_a_step_that_asks_a_table_must_name_one_that_is_there(step: Step, said: str) -> None:
    with pytest.raises(Refused, match=said):
        possible_regulations(cup(Round(id="final", name="Final", decided_by=(step,))))
