"""Nobody stands twice in a round without somebody being asked to decide.

What is certain when it is drawn or assigned is refused (test_check_brackets.py); who turns out to
come from two places only later is asked about, in the bracket and in the list of all questions.
"""

from events.fields import Names
from events.regulations import (
    ByDraw,
    Criterion,
    Group,
    Placed,
    RankOf,
    Regulations,
    Round,
    Section,
    Stage,
    Step,
    Team,
    Tie,
    WinnerOf,
)
from events.types import (
    CompetitionCreated,
    DrawHeld,
    MatchScheduled,
    ResultRecorded,
    SlotAssigned,
    TeamEntered,
    TieDecided,
)
from tests.decisions.given import fact
from tests.decisions.tables import League

SEMI_FINALS = Round(
    id="semi-finals",
    name="Semi-finals",
    legs=1,
    decided_by=(Step(by="aggregate"),),
    ties=(
        Tie(id="s1", slots=(RankOf(group="g", rank=1), ByDraw())),
        Tie(id="s2", slots=(RankOf(group="g", rank=2), ByDraw())),
    ),
)


def cup() -> League:
    """A group of two whose ranks fill a slot of each semi-final; it has not been played yet."""
    group = Group(id="g", name="G", teams=("t1", "t2"))
    section = Section(id="cup", name="Cup", groups=(group,), rounds=(SEMI_FINALS,))
    regulations = Regulations(
        criteria=(Criterion(metric="points"),),
        stages=(Stage(id="cup", name="Cup", sections=(section,)),),
    )
    league = League.of([fact(CompetitionCreated, competition="cup", regulations=regulations)])
    league.about(MatchScheduled, "t1-t2", home="t1", away="t2", group="g")
    return league


def play(league: League, home: int, away: int) -> None:
    league.about(ResultRecorded, "t1-t2", home=home, away=away)


def assign(league: League, slot: str, team: str) -> None:
    league.record(fact(SlotAssigned, slot=slot, filled_by=Team(team=team)))


def asked(league: League) -> list[tuple[str, str]]:
    questions = league.view("open-questions")["questions"]
    shown = league.view("bracket/cup")["open_questions"]
    assert shown == [question["message"] for question in questions]
    return [(question["kind"], question["message"]) for question in questions]


def test_who_was_assigned_a_slot_and_then_comes_into_another_is_asked_about() -> None:
    league = cup()
    assign(league, "s1/2", "t1")
    assert asked(league) == []
    play(league, 1, 0)
    [(kind, message)] = asked(league)
    assert kind == "stands_twice"
    assert message.startswith("t1 stands twice in a round, in s1/1 and in s1/2; put somebody else")
    play(league, 0, 1)
    [(_, message)] = asked(league)
    assert message.startswith("t1 stands twice in a round, in s1/2 and in s2/1;")


def test_somebody_else_in_one_of_the_slots_settles_it() -> None:
    league = cup()
    assign(league, "s2/2", "t1")
    play(league, 1, 0)
    assert [kind for kind, _ in asked(league)] == ["stands_twice"]
    league.record(fact(DrawHeld, slots=(Placed(slot="s2/2", filled_by=ByDraw()),)))
    assert asked(league) == []


def test_who_plays_on_within_a_round_stands_twice_in_it_as_it_should() -> None:
    league = cup()
    league.record(fact(TeamEntered, team="t3", names=Names(full="T3")))
    assign(league, "s1/2", "t3")
    league.record(fact(SlotAssigned, slot="s2/2", filled_by=WinnerOf(tie="s1")))
    play(league, 1, 0)
    league.record(fact(TieDecided, tie="s1", winner="t1"))
    assert asked(league) == []
    play(league, 0, 1)
    assert [kind for kind, _ in asked(league)] == ["slot_differs", "stands_twice"]
