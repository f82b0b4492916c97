"""Given a region of two groups, its final and a national tie by draw: who is where, how certain."""

from typing import Any

import pytest
from msgspec.structs import replace

from events.errors import Refused
from events.fields import Goals, Names
from events.regulations import (
    BerthOf,
    ByDraw,
    Bye,
    Group,
    LoserOf,
    Placed,
    RankOf,
    Regulations,
    Round,
    Section,
    SectionBerth,
    Source,
    Stage,
    Step,
    Team,
    Tie,
    TieStep,
    Unknown,
    WinnerOf,
)
from events.types import (
    BerthGranted,
    CompetitionCreated,
    DrawHeld,
    Event,
    ExtraMatchOrdered,
    FinalWhistle,
    GoalScored,
    GroupFormed,
    LotsDrawn,
    MatchScheduled,
    ProtestDecided,
    ProtestFiled,
    RegulationsAmended,
    ResultAnnulled,
    ResultAwarded,
    ResultRecorded,
    ShootOutKickTaken,
    SlotAssigned,
    StandingsFinalised,
    TeamEntered,
    TieDecided,
)
from projections.fold import Fold
from tests.decisions.given import fact
from tests.decisions.tables import League

TWO_LEGS = tuple(Step(by=by) for by in ("points", "aggregate", "away_goals", "shoot_out", "lots"))
REGIONAL_FINAL = Tie(
    id="final-1", slots=(RankOf(group="g1", rank=1), RankOf(group="g2", rank=1)), name="Final"
)
REGION = Section(
    id="region-1",
    name="Región I",
    groups=(
        Group(id="g1", name="Grupo A", teams=("a", "b")),
        Group(id="g2", name="Grupo B", teams=("c", "d")),
    ),
    rounds=(
        Round(
            id="final",
            name="Final regional",
            ties=(REGIONAL_FINAL,),
            legs=1,
            decided_by=(Step(by="aggregate"), Step(by="shoot_out")),
            only_ranks=True,
        ),
    ),
    berths=(
        SectionBerth(id="first", name="1.º de la Región I", source=WinnerOf(tie="final-1")),
        SectionBerth(id="second", name="2.º de la Región I", source=LoserOf(tie="final-1")),
    ),
)


def national(one: Source, other: Source) -> Section:
    return Section(
        id="national",
        name="Etapa Nacional",
        rounds=(
            Round(
                id="finals",
                name="Final",
                ties=(Tie(id="cup", slots=(one, other)),),
                decided_by=TWO_LEGS,
            ),
        ),
        berths=(SectionBerth(id="champion", name="Campeón", source=WinnerOf(tie="cup")),),
    )


class Cup(League):
    def __init__(self, one: Source = ByDraw(), other: Source = ByDraw(), **rules: Any) -> None:  # noqa: B008 # frozen
        stages = (
            Stage(id="regional", name="Etapa Regional", sections=(REGION,)),
            Stage(id="national", name="Etapa Nacional", sections=(national(one, other),)),
        )
        regulations = Regulations(stages=stages, **rules)
        self._begin(fact(CompetitionCreated, competition="cup", regulations=regulations))
        for team in "abcd":
            self.record(fact(TeamEntered, team=team, names=Names(full=team.upper())))
        for match, group in (("a-b", "g1"), ("c-d", "g2")):
            home, away = match.split("-")
            self.record(fact(MatchScheduled, match=match, group=group, home=home, away=away))

    def groups_end(self) -> "Cup":
        self.result("a-b", "1-0")
        self.result("c-d", "0-2")
        return self

    def final(self, score: str = "1-0", **fields: Any) -> Event:
        self.record(fact(MatchScheduled, match="final", tie="final-1", home="a", away="d"))
        home, away = score.split("-")
        return self.about(ResultRecorded, "final", home=int(home), away=int(away), **fields)

    def draw(self, **placed: Source) -> Event:
        slots = [
            Placed(slot=f"cup/{name[-1]}", filled_by=source) for name, source in placed.items()
        ]
        return self.record(fact(DrawHeld, slots=tuple(slots)))

    def drawn(self) -> "Cup":
        self.draw(slot_1=BerthOf(berth="second"), slot_2=BerthOf(berth="first"))
        return self

    def leg(self, number: int, match: str, score: str, **fields: Any) -> Event:
        home, away = match.split("-")[:2]
        more = {"tie": "cup", "leg": number}
        self.record(fact(MatchScheduled, match=match, home=home, away=away, **more))
        goals = dict(zip(("home", "away"), map(int, score.split("-")), strict=True))
        return self.about(FinalWhistle, match, **goals, **fields)

    def level_after_one_match(self, *steps: TieStep) -> "Cup":
        """Let a and d draw in the national tie, which is a single match decided by these steps."""
        section = national(Team(team="a"), Team(team="d"))
        decided_by = tuple(Step(by=by) for by in steps)
        rounds = (replace(section.rounds[0], legs=1, decided_by=decided_by),)
        regional, last = self.fold.setting.regulations.stages
        stages = (regional, replace(last, sections=(replace(section, rounds=rounds),)))
        self.record(fact(RegulationsAmended, regulations=Regulations(stages=stages)))
        self.record(fact(MatchScheduled, match="a-d", tie="cup", home="a", away="d"))
        self.about(ResultRecorded, "a-d", home=1, away=1)
        return self

    # What is said

    def tie(self, tie: str) -> Any:
        for section in ("region-1", "national"):
            for round_ in self.view(f"bracket/{section}")["rounds"]:
                for shown in round_["ties"]:
                    if shown["tie"] == tie:
                        return shown
        raise AssertionError(f"{tie} is in no bracket")

    def slots(self, tie: str) -> list[tuple[str | None, str]]:
        return [(name(slot["team"]), slot["certainty"]) for slot in self.tie(tie)["slots"]]

    def ends(self, tie: str) -> tuple[str, str | None, str | None]:
        shown = self.tie(tie)
        return shown["status"], shown["winner"], shown["decided_by"]

    def holder(self, berth: str) -> tuple[str | None, str]:
        shown = [b for b in self.view("berths")["berths"] if b["berth"] == berth]
        return name(shown[0]["team"]), shown[0]["certainty"]

    def asked(self) -> list[str]:
        return [question["message"] for question in self.view("open-questions")["questions"]]


def name(team: Any) -> str | None:
    return team["team"] if team else None


# Slots


def test_a_slot_waits_for_its_group_and_names_it() -> None:
    cup = Cup()
    assert cup.slots("final-1") == [(None, "open"), (None, "open")]
    source = cup.tie("final-1")["slots"][1]["source"]
    assert source == {"from": "rank", "id": "g2", "name": "Grupo B", "rank": 1, "to": None}
    cup.about(FinalWhistle, "a-b", home=1, away=0)
    assert cup.slots("final-1") == [("a", "certain"), (None, "open")]


def test_a_slot_is_not_filled_while_its_match_is_played() -> None:
    cup = Cup()
    cup.about(GoalScored, "a-b", side="home")
    assert cup.slots("final-1")[0] == (None, "open")


def test_a_shared_rank_fills_no_slot() -> None:
    cup = Cup()
    cup.result("a-b", "1-1")
    assert cup.slots("final-1")[0] == (None, "open")


def test_where_results_are_confirmed_a_slot_waits_for_the_signature() -> None:
    cup = Cup(confirm_results=True).groups_end()
    assert cup.slots("final-1") == [(None, "open"), (None, "open")]


def test_a_protest_keeps_the_team_and_says_so() -> None:
    cup = Cup().groups_end()
    protest = cup.about(ProtestFiled, "a-b")
    assert cup.slots("final-1")[0] == ("a", "under_protest")
    cup.about(ProtestDecided, "a-b", target=protest.id, outcome="upheld")
    cup.about(ResultAwarded, "a-b", outcome="away", home=0, away=3)
    assert cup.slots("final-1")[0] == ("b", "certain")


def test_a_draw_places_the_second_of_a_region_before_anybody_knows_who_that_is() -> None:
    cup = Cup().groups_end().drawn()
    assert cup.slots("cup") == [(None, "open"), (None, "open")]
    assert cup.tie("cup")["slots"][0]["source"]["name"] == "2.º de la Región I"
    cup.final("2-0")
    assert cup.slots("cup") == [("d", "certain"), ("a", "certain")]


def test_a_ruling_puts_a_team_into_a_slot() -> None:
    cup = Cup().groups_end().drawn()
    cup.final()
    cup.record(fact(SlotAssigned, slot="cup/1", filled_by=Team(team="b"), replaces="d"))
    assert cup.slots("cup") == [("b", "ruled"), ("a", "certain")]


def test_a_slot_of_which_no_source_says_who_came_is_unknown_and_asks_nobody() -> None:
    cup = Cup(one=Team(team="a"), other=Unknown())
    assert cup.slots("cup") == [("a", "certain"), (None, "unknown")]
    assert cup.asked() == []


def test_a_bye_sends_the_other_one_through() -> None:
    cup = Cup(one=Team(team="a"), other=Bye())
    assert cup.ends("cup") == ("decided", "a", "bye")
    assert cup.holder("champion") == ("a", "certain")


def test_a_protest_fills_no_slot_while_matches_are_to_come() -> None:
    cup = Cup()
    cup.record(fact(TeamEntered, team="e", names=Names(full="E")))
    formed = {"stage": "regional", "section": "region-1", "group": "g1", "name": "Grupo A"}
    cup.record(fact(GroupFormed, **formed, teams=("a", "b", "e")))
    cup.result("a-b", "1-0")
    cup.about(ProtestFiled, "a-b")
    assert cup.slots("final-1")[0] == (None, "open")


def test_a_protest_keeps_the_team_where_the_table_differs_from_the_finalised_one_too() -> None:
    cup = Cup().groups_end()
    cup.record(fact(StandingsFinalised, group="g1", order=("a", "b")))
    cup.about(ResultRecorded, "a-b", home=0, away=1)
    assert cup.slots("final-1")[0] == ("b", "certain")
    cup.about(ProtestFiled, "a-b")
    assert cup.slots("final-1")[0] == ("b", "under_protest")


def test_an_extra_match_for_other_places_leaves_the_first_alone() -> None:
    cup = Cup()
    for team in "efg":
        cup.record(fact(TeamEntered, team=team, names=Names(full=team.upper())))
    formed = {"stage": "regional", "section": "region-1", "group": "g1", "name": "Grupo A"}
    cup.record(fact(GroupFormed, **formed, teams=("a", "b", "e")))
    cup.result("a-b", "1-0")
    for match, score in (("a-e", "1-0"), ("b-e", "1-1")):
        home, away = match.split("-")
        cup.record(fact(MatchScheduled, match=match, group="g1", home=home, away=away))
        cup.result(match, score)
    assert cup.slots("final-1")[0] == ("a", "certain")
    cup.record(fact(ExtraMatchOrdered, match="extra", group="g1", home="b", away="e"))
    cup.about(GoalScored, "extra", side="home")
    assert cup.slots("final-1")[0] == ("a", "certain")
    cup.about(ResultRecorded, "extra", outcome="unknown")
    assert cup.slots("final-1")[0] == ("a", "certain")


def test_slots_that_a_correction_lets_wait_for_each_other_stay_open() -> None:
    cup = Cup(WinnerOf(tie="final-1"))
    first = cup.draw(slot_1=Team(team="a"))
    cup.record(fact(SlotAssigned, slot="final-1/1", filled_by=LoserOf(tie="cup")))
    cup.cancel(first)
    assert cup.slots("cup") == [(None, "open"), (None, "open")]
    assert cup.slots("final-1")[0] == (None, "open")


def test_two_who_meet_again_and_again_are_looked_at_once_a_tie() -> None:
    ties = [Tie(id="again-0", slots=(Team(team="a"), Team(team="b")))]
    for number in range(1, 60):
        before = f"again-{number - 1}"
        ties.append(Tie(id=f"again-{number}", slots=(WinnerOf(tie=before), LoserOf(tie=before))))
    rounds = tuple(Round(id=f"in-{tie.id}", name=tie.id, ties=(tie,)) for tie in ties)
    section = Section(id="region-1", name="Again", rounds=rounds)
    stage = Stage(id="regional", name="Regional", sections=(section,))
    cup = Cup()
    cup.record(fact(RegulationsAmended, regulations=Regulations(stages=(stage,))))
    for tie in ties:
        cup.record(fact(TieDecided, tie=tie.id, winner="a"))
    assert cup.slots("again-59") == [("a", "certain"), ("b", "certain")]


# Ties


def test_the_final_that_only_ranks_decides_which_berth_each_takes() -> None:
    cup = Cup().groups_end()
    cup.final("1-1")
    assert cup.ends("final-1") == ("undecided", None, None)
    assert cup.holder("first") == (None, "open")
    [asked] = cup.asked()
    assert asked == "a and d are level in the tie final-1, settled by a shoot-out"
    cup.about(ResultRecorded, "final", home=1, away=1, shoot_out=Goals(home=2, away=4))
    assert cup.ends("final-1") == ("decided", "d", "shoot_out")
    assert (cup.holder("first"), cup.holder("second")) == (("d", "certain"), ("a", "certain"))
    assert cup.asked() == []


def test_a_tie_follows_its_legs_and_its_berth_waits_for_the_last_whistle() -> None:
    cup = Cup(one=Team(team="a"), other=Team(team="d"))
    cup.leg(1, "a-d", "0-2")
    assert (cup.ends("cup")[0], cup.tie("cup")["aggregate"]) == ("open", [0, 2])
    cup.record(fact(MatchScheduled, match="d-a", tie="cup", leg=2, home="d", away="a"))
    cup.about(GoalScored, "d-a", side="away")
    assert (cup.ends("cup")[0], cup.tie("cup")["aggregate"]) == ("in_play", [1, 2])
    assert cup.holder("champion") == (None, "open")
    cup.about(FinalWhistle, "d-a", home=0, away=1)
    assert cup.ends("cup") == ("decided", "d", "aggregate")
    assert cup.tie("cup")["points"] == [3, 3]
    assert cup.holder("champion") == ("d", "certain")


def test_a_match_of_which_the_leg_is_not_known_decides_nothing() -> None:
    cup = Cup(one=Team(team="a"), other=Team(team="d"))
    cup.record(fact(MatchScheduled, match="a-d", tie="cup", home="a", away="d"))
    cup.about(ResultRecorded, "a-d", home=1, away=8)
    assert (cup.ends("cup")[0], cup.tie("cup")["aggregate"]) == ("open", None)


def test_a_leg_of_which_nobody_knows_the_result_is_no_goalless_draw() -> None:
    cup = Cup(one=Team(team="a"), other=Team(team="d"))
    cup.leg(1, "a-d", "1-0")
    cup.record(fact(MatchScheduled, match="d-a", tie="cup", leg=2, home="d", away="a"))
    cup.about(ResultRecorded, "d-a", outcome="unknown")
    assert cup.ends("cup") == ("unknown", None, None)
    assert (cup.tie("cup")["points"], cup.tie("cup")["aggregate"]) == (None, None)
    assert cup.view("matches/d-a")["score"] is None
    assert cup.asked() == []


def test_lots_part_two_that_are_level_and_are_refused_before() -> None:
    cup = Cup(one=Team(team="a"), other=Team(team="d"))
    cup.leg(1, "a-d", "1-0")
    lots = fact(LotsDrawn, tie="cup", order=("d", "a"))
    with pytest.raises(Refused):
        cup.record(lots)
    cup.leg(2, "d-a", "1-0")
    cup.record(fact(LotsDrawn, tie="cup", order=("d", "a")))
    assert cup.ends("cup") == ("decided", "d", "lots")


def test_who_went_through_may_be_known_without_any_result() -> None:
    cup = Cup(one=Team(team="a"), other=Team(team="d"))
    cup.record(fact(TieDecided, tie="cup", winner="d", source="a newspaper"))
    assert cup.ends("cup") == ("decided", "d", None)


def test_that_nobody_knows_who_went_through_is_no_open_question() -> None:
    cup = Cup(one=Team(team="a"), other=Team(team="d"))
    told = cup.record(fact(TieDecided, tie="cup"))
    assert cup.ends("cup") == ("unknown", None, None)
    assert cup.holder("champion") == (None, "unknown")
    assert cup.asked() == []
    cup.cancel(told)
    cup.record(fact(TieDecided, tie="cup", winner="a"))
    assert cup.holder("champion") == ("a", "certain")


def test_kicks_after_the_whistle_decide_when_nobody_can_draw_level_any_more() -> None:
    cup = Cup().groups_end()
    cup.final("1-1")
    for side in ("home", "away", "home", "away", "home"):
        cup.about(ShootOutKickTaken, "final", side=side, scored=side == "home")
        if side == "away" or cup.sheet("final").shoot_out != Goals(home=3, away=0):
            assert cup.ends("final-1")[0] == "undecided"
    cup.about(ShootOutKickTaken, "final", side="away", scored=False)
    assert cup.ends("final-1") == ("decided", "a", "shoot_out")


def test_kicks_that_are_level_when_the_whistle_ends_them_decide_nothing() -> None:
    cup = Cup().groups_end()
    cup.record(fact(MatchScheduled, match="final", tie="final-1", home="a", away="d"))
    for side in ("home", "away"):
        cup.about(ShootOutKickTaken, "final", side=side, scored=True)
    cup.about(FinalWhistle, "final", home=1, away=1)
    assert cup.ends("final-1") == ("undecided", None, None)


def test_a_single_match_is_not_scheduled_twice_unless_the_first_counts_for_nothing() -> None:
    cup = Cup().groups_end()
    cup.final("2-0")
    second = fact(MatchScheduled, match="replay", tie="final-1", home="a", away="d")
    with pytest.raises(Refused, match="final-1 is a single match, final; order an extra match"):
        cup.record(second)
    cup.about(ResultAnnulled, "final")
    cup.record(second)
    cup.about(ResultRecorded, "replay", home=0, away=1)
    assert cup.ends("final-1") == ("decided", "d", "aggregate")


def test_an_extra_match_changes_nothing_in_a_tie_that_was_decided_before_it() -> None:
    cup = Cup().groups_end()
    cup.final("2-1")
    cup.record(fact(ExtraMatchOrdered, match="extra", tie="final-1", home="a", away="d"))
    cup.about(GoalScored, "extra", side="away")
    assert cup.ends("final-1") == ("decided", "a", "aggregate")
    assert cup.holder("first") == ("a", "certain")


def test_lots_wait_for_an_extra_match_that_comes_before_them() -> None:
    cup = Cup().level_after_one_match("aggregate", "extra_match", "lots")
    cup.record(fact(ExtraMatchOrdered, match="extra", tie="cup", home="a", away="d"))
    cup.record(fact(MatchScheduled, match="extra", tie="cup", home="a", away="d"))
    cup.record(fact(LotsDrawn, tie="cup", order=("d", "a")))
    assert cup.ends("cup") == ("undecided", None, None)
    lost = cup.about(ResultRecorded, "extra", outcome="unknown")
    assert cup.ends("cup") == ("decided", "d", "lots")
    cup.cancel(lost)
    cup.about(ResultRecorded, "extra", outcome="home")
    assert cup.ends("cup") == ("decided", "a", "extra_match")


def test_an_extra_match_that_nobody_knows_any_more_is_no_open_question() -> None:
    cup = Cup().level_after_one_match("aggregate", "extra_match")
    assert cup.asked() != []
    cup.record(fact(ExtraMatchOrdered, match="extra", tie="cup", home="a", away="d"))
    cup.about(ResultRecorded, "extra", outcome="unknown")
    assert cup.ends("cup") == ("unknown", None, None)
    assert cup.asked() == []


def test_a_berth_can_be_granted() -> None:
    cup = Cup()
    cup.record(fact(BerthGranted, berth="second", team="b"))
    assert cup.holder("second") == ("b", "certain")


# What changes afterwards


def test_a_result_that_changes_empties_the_slot_that_hung_on_it() -> None:
    cup = Cup().groups_end().drawn()
    final = cup.final("2-0")
    assert cup.slots("cup")[1] == ("a", "certain")
    cup.cancel(final)
    assert cup.slots("cup") == [(None, "open"), (None, "open")]
    assert cup.asked() == []


def test_a_match_played_by_who_would_not_be_there_any_more_stays_and_is_asked_about() -> None:
    cup = Cup().groups_end()
    cup.final("2-0")
    changed = cup.about(ResultRecorded, "a-b", home=0, away=3)
    assert cup.slots("final-1")[0] == ("b", "certain")
    assert cup.ends("final-1") == ("decided", "a", "aggregate")
    [asked] = cup.asked()
    assert "b comes into the tie final-1" in asked
    cup.cancel(changed)
    assert cup.asked() == []


def test_views_say_the_same_after_a_snapshot() -> None:
    cup = Cup().groups_end().drawn()
    cup.final()
    cup.leg(1, "d-a", "1-1")
    again = Fold.load(cup.fold.dump())
    assert all(again.render(topic) == cup.fold.render(topic) for topic in cup.fold.topics())
    assert again.pairing("cup") == cup.fold.pairing("cup")


def test_an_entry_that_turns_out_to_be_of_another_team_changes_where_that_one_came_from() -> None:
    cup = Cup()
    cup.record(fact(TeamEntered, team="a", names=Names(full="A"), section="region-1"))
    told = cup.record(fact(TeamEntered, team="e", names=Names(full="E"), section="national"))
    assert [team["team"] for team in cup.view("sections/region-1")["teams"]] == ["a"]
    cup.fold.take_touched()
    cup.amend(told, team="a")
    assert cup.view("sections/region-1")["teams"] == []
    assert "sections/region-1" in cup.fold.take_touched()
