"""Given what was played, when a result changes or is withdrawn, then what follows is asked about.

What was played stays as it is; nothing of it is written anew, and nothing is refused.
"""

from msgspec.structs import replace

from events.fields import Names
from events.regulations import (
    Berth,
    BerthOf,
    Criterion,
    Group,
    LeadsTo,
    LoserOf,
    RankOf,
    Regulations,
    Round,
    Section,
    SectionBerth,
    Stage,
    Step,
    Tie,
    WinnerOf,
)
from events.types import (
    BerthGranted,
    CompetitionCreated,
    ExtraMatchOrdered,
    GroupFormed,
    MatchScheduled,
    ResultAnnulled,
    ResultRecorded,
    TeamEntered,
    TieDecided,
)
from tests.decisions.given import fact
from tests.decisions.tables import EXTRA_MATCH, GROUP, POINTS, League, rules
from tests.decisions.test_standings_statuses import kinds

KNOCK_OUT = (
    Round(
        id="semi",
        name="Semi-finals",
        legs=1,
        ties=(
            Tie(id="semi-1", slots=(RankOf(group="g1", rank=1), RankOf(group="g2", rank=2))),
            Tie(id="semi-2", slots=(BerthOf(berth="best-of-g2"), RankOf(group="g1", rank=2))),
        ),
    ),
    Round(
        id="last",
        name="Final",
        legs=1,
        decided_by=(Step(by="aggregate"), Step(by="extra_match"), Step(by="shoot_out")),
        ties=(
            Tie(id="final", slots=(WinnerOf(tie="semi-1"), WinnerOf(tie="semi-2"))),
            Tie(id="third", slots=(LoserOf(tie="semi-1"), LoserOf(tie="semi-2"))),
        ),
    ),
)
GROUPS = (
    Group(id="g1", name="1", teams=("a", "b")),
    Group(id="g2", name="2", teams=("c", "d"), berths=(Berth(id="best-of-g2", name="Best of 2"),)),
)


class Cup(League):
    """Two groups of two, semi-finals, final and the match for third place, all played."""

    def __init__(self) -> None:
        champion = SectionBerth(id="champion", name="Champion", source=WinnerOf(tie="final"))
        section = Section(id="cup", name="Cup", groups=GROUPS, rounds=KNOCK_OUT, berths=(champion,))
        stages = (Stage(id="cup", name="Cup", sections=(section,)),)
        regulations = Regulations(criteria=(Criterion(metric="points"),), stages=stages)
        self._begin(fact(CompetitionCreated, competition="cup", regulations=regulations))
        for match, group in (("a-b", "g1"), ("c-d", "g2")):
            self.fix(match, group=group)
        for match, tie in (
            ("a-d", "semi-1"),
            ("c-b", "semi-2"),
            ("a-c", "final"),
            ("d-b", "third"),
        ):
            self.fix(match, tie=tie)

    def fix(self, match: str, **where: str) -> None:
        home, away = match.split("-")
        self.about(MatchScheduled, match, home=home, away=away, **where)
        self.about(ResultRecorded, match, home=1, away=0)

    @property
    def asked(self) -> list[tuple[str, str | None]]:
        return [
            (q["kind"], q["tie"] or q["group"]) for q in self.view("open-questions")["questions"]
        ]

    def certainties(self, berth: str = "champion") -> str:
        [shown] = [each for each in self.view("berths")["berths"] if each["berth"] == berth]
        return str(shown["certainty"])

    def tie(self, tie: str) -> tuple[str, bool, str | None]:
        pairing = self.fold.pairing(tie)
        assert pairing is not None
        return pairing.settled.status, pairing.under_protest, pairing.settled.winner


def test_a_cup_that_was_played_as_it_is_asks_nothing() -> None:
    cup = Cup()
    assert (cup.asked, cup.certainties()) == ([], "certain")


def test_a_group_result_that_changes_leaves_the_ties_and_asks_about_each_of_them() -> None:
    cup = Cup()
    cup.about(ResultRecorded, "a-b", home=0, away=1)
    assert set(cup.asked) == {("slot_differs", "semi-1"), ("slot_differs", "semi-2")}
    assert cup.tie("semi-1") == ("decided", True, "a")
    assert cup.tie("final") == ("decided", True, "a")
    assert cup.certainties() == "under_protest"


def test_a_group_result_that_is_withdrawn_leaves_the_ties_contested() -> None:
    cup = Cup()
    cup.cancel(cup.log[2])
    assert ("slot_open", "semi-1") in cup.asked
    assert ("slot_open", "semi-2") in cup.asked
    assert cup.tie("final") == ("decided", True, "a")
    assert cup.certainties() == "under_protest"


def test_a_berth_that_is_open_again_leaves_the_tie_it_led_to_contested() -> None:
    cup = Cup()
    cup.cancel(cup.log[4])
    [message] = [
        q["message"]
        for q in cup.view("open-questions")["questions"]
        if (q["kind"], q["tie"]) == ("slot_open", "semi-2")
    ]
    assert message == (
        "the tie semi-2 was played by c and b, and it is open who comes into semi-2/1, which place "
        "1 of the berth best-of-g2 fills; record what is missing, or assign the slot"
    )
    assert cup.tie("semi-2") == ("decided", True, "c")


def test_the_result_of_a_tie_that_is_withdrawn_leaves_both_that_hang_on_it_contested() -> None:
    cup = Cup()
    cup.cancel(cup.log[6])
    assert set(cup.asked) == {("slot_open", "final"), ("slot_open", "third")}
    assert cup.tie("semi-1") == ("open", False, None)
    assert cup.certainties() == "under_protest"


def test_a_withdrawn_result_that_is_recorded_again_settles_all() -> None:
    cup = Cup()
    cup.cancel(cup.log[6])
    cup.about(ResultRecorded, "a-d", home=2, away=0)
    assert (cup.asked, cup.certainties()) == ([], "certain")


def test_a_decision_about_the_tie_settles_who_went_through_without_its_result() -> None:
    cup = Cup()
    cup.cancel(cup.log[6])
    cup.record(fact(TieDecided, tie="semi-1", winner="a"))
    assert (cup.asked, cup.certainties()) == ([], "certain")


def test_an_extra_match_of_a_tie_that_decides_nothing_any_more_is_asked_about() -> None:
    cup = Cup()
    cup.about(ResultRecorded, "a-c", home=1, away=1)
    cup.about(ExtraMatchOrdered, "more", tie="final", home="a", away="c")
    cup.about(ResultRecorded, "more", home=0, away=1)
    assert (cup.asked, cup.tie("final")) == ([], ("decided", False, "c"))
    cup.about(ResultRecorded, "a-c", home=1, away=0)
    assert cup.asked == [("extra_match_differs", "final")]
    assert cup.tie("final") == ("decided", False, "a")
    cup.about(ResultAnnulled, "more")
    assert cup.asked == []


def test_an_extra_match_of_a_group_between_two_who_are_parted_now_is_asked_about() -> None:
    league = League(rules(POINTS, EXTRA_MATCH, teams=("a", "b")))
    league.results(a_b="0-0")
    league.extra_match("b-a")
    league.about(ResultRecorded, "b-a", home=3, away=0)
    assert (league.table, kinds(league)) == ("1 b, 2 a", [])
    league.about(ResultRecorded, "a-b", home=1, away=0)
    assert (league.table, kinds(league)) == ("1 a, 2 b", ["extra_match_differs"])
    assert league.status == "final"
    assert GROUP in league.view()["open_questions"][0]["message"]
    league.finalise("a", "b")
    league.about(ResultAnnulled, "b-a")
    assert kinds(league) == []


# Berths that lead to the groups of a later section


def two_stages() -> League:
    """Two groups whose winners play in a group of the next stage, which is being played."""
    berth = Berth(id="up", name="Up", leads_to=LeadsTo(stage="second"))
    groups = tuple(
        Group(id=id, name=id, teams=teams, berths=(replace(berth, id=f"up-{id}"),))
        for id, teams in (("g1", ("a", "b")), ("g2", ("c", "d")))
    )
    stages = (
        Stage(
            id="first",
            name="First",
            sections=(Section(id="first-all", name="First", groups=groups),),
        ),
        Stage(id="second", name="Second", sections=(Section(id="second-all", name="Second"),)),
    )
    regulations = Regulations(criteria=(Criterion(metric="points"),), stages=stages)
    league = League(regulations)
    for team in "cd":
        league.record(fact(TeamEntered, team=team, names=Names(full=team)))
    for match, group in (("a-b", "g1"), ("c-d", "g2")):
        home, away = match.split("-")
        league.about(MatchScheduled, match, home=home, away=away, group=group)
        league.about(ResultRecorded, match, home=1, away=0)
    formed = {"stage": "second", "section": "second-all", "group": "g3", "name": "3"}
    league.record(fact(GroupFormed, teams=("a", "c"), **formed))
    league.about(MatchScheduled, "a-c", home="a", away="c", group="g3")
    return league


def messages(league: League) -> list[str]:
    return [question["message"] for question in league.view("open-questions")["questions"]]


def test_who_holds_a_berth_now_and_is_not_in_the_groups_it_leads_to_is_asked_about() -> None:
    league = two_stages()
    league.about(ResultRecorded, "a-b", home=0, away=1)
    assert messages(league) == []
    league.about(ResultRecorded, "a-c", home=1, away=1)
    assert messages(league) == [
        "b holds the berth up-g1 as things are now, which leads to second-all, where others play "
        "and it does not; grant the berth, form the groups again, or correct what gave it to b"
    ]
    league.about(ResultRecorded, "a-b", home=1, away=0)
    assert messages(league) == []


def test_a_berth_that_is_granted_to_who_plays_settles_it() -> None:
    league = two_stages()
    league.about(ResultRecorded, "a-c", home=1, away=1)
    league.about(ResultRecorded, "c-d", home=0, away=1)
    assert len(messages(league)) == 1
    league.record(fact(BerthGranted, berth="up-g2", team="c"))
    assert messages(league) == []
