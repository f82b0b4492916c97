"""Given a bracket that was played to its end: what is contested is so for all that hangs on it."""

from events.regulations import Team, WinnerOf
from events.types import (
    FinalWhistle,
    GoalScored,
    PeriodStarted,
    ProtestDecided,
    ProtestFiled,
    ResultAwarded,
    SlotAssigned,
)
from tests.decisions.given import fact
from tests.decisions.test_brackets import Cup


def played_to_the_end() -> Cup:
    cup = Cup().groups_end().drawn()
    cup.final("2-0")
    cup.leg(1, "d-a", "1-1")
    cup.leg(2, "a-d", "2-0")
    assert cup.holder("champion") == ("a", "certain")
    return cup


def test_a_protest_in_a_group_goes_all_the_way_down_to_the_berths() -> None:
    cup = played_to_the_end()
    cup.fold.take_touched()
    protest = cup.about(ProtestFiled, "a-b")
    assert cup.slots("final-1") == [("a", "under_protest"), ("d", "certain")]
    assert cup.slots("cup") == [("d", "under_protest"), ("a", "under_protest")]
    assert cup.holder("champion") == ("a", "under_protest")
    assert cup.tie("cup")["under_protest"]
    below = {"bracket/national", "sections/national", "sections/region-1", "berths"}
    assert below <= cup.fold.take_touched().keys()
    cup.about(ProtestDecided, "a-b", target=protest.id, outcome="dismissed")
    assert cup.slots("cup") == [("d", "certain"), ("a", "certain")]
    assert cup.holder("champion") == ("a", "certain")


def test_a_disputed_match_opens_its_slot_and_leaves_nobody_below_it_certain() -> None:
    cup = played_to_the_end()
    for _ in range(2):
        cup.about(GoalScored, "a-b", side="home")
    assert cup.slots("final-1")[0] == (None, "open")
    assert cup.holder("champion") == ("a", "under_protest")


def test_what_waits_for_goals_sent_after_the_whistle_goes_on_with_the_last_of_them() -> None:
    cup = Cup().groups_end()
    cup.drawn()
    assert cup.slots("final-1")[0] == ("a", "certain")
    cup.about(PeriodStarted, "a-b", period="first_half")
    cup.about(FinalWhistle, "a-b", home=2, away=1)
    for side in ("away", "home", "home"):
        assert cup.slots("final-1")[0] == (None, "open")
        assert "disputed" in [q["kind"] for q in cup.view("open-questions")["questions"]]
        cup.about(GoalScored, "a-b", side=side)
    assert cup.slots("final-1")[0] == ("a", "certain")
    assert cup.view("open-questions")["questions"] == []


def test_who_won_against_somebody_who_would_not_be_there_is_not_certain_to_go_through() -> None:
    cup = played_to_the_end()
    cup.about(ResultAwarded, "a-b", outcome="away", home=0, away=3)
    assert cup.slots("final-1") == [("b", "certain"), ("d", "certain")]
    assert cup.slots("cup") == [("d", "under_protest"), ("a", "under_protest")]
    assert cup.holder("champion") == ("a", "under_protest")
    cup.record(fact(SlotAssigned, slot="final-1/1", filled_by=Team(team="a")))
    assert cup.slots("final-1")[0] == ("a", "ruled")
    assert cup.holder("champion") == ("a", "certain")


def test_a_ruling_that_names_a_source_does_not_hide_a_protest_about_it() -> None:
    cup = played_to_the_end()
    cup.record(fact(SlotAssigned, slot="cup/2", filled_by=WinnerOf(tie="final-1")))
    assert cup.slots("cup")[1] == ("a", "ruled")
    cup.about(ProtestFiled, "final")
    assert cup.slots("cup")[1] == ("a", "under_protest")
