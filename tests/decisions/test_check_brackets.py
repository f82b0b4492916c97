"""What a draw, an assignment, a berth or a tie's decision cannot say is refused with what to do."""

import pytest

from events.regulations import (
    BerthOf,
    ByDraw,
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
    Unknown,
    WinnerOf,
)
from events.types import (
    BerthGranted,
    DrawHeld,
    Event,
    LotsDrawn,
    RankDecided,
    RegulationsAmended,
    SlotAssigned,
    TieDecided,
)
from tests.decisions.given import Given, amended, cancelled, fact, recorded, scheduled

TWO_LEGS = tuple(Step(by=by) for by in ("aggregate", "lots", "extra_match"))


BY_DRAW = (ByDraw(), ByDraw())


SEMI_FINALS = Round(
    id="semi-finals",
    name="Semifinales",
    ties=(Tie(id="semi-1", slots=BY_DRAW), Tie(id="semi-2", slots=BY_DRAW)),
    decided_by=TWO_LEGS,
)


LAST = Round(
    id="last",
    name="Final",
    ties=(Tie(id="decider", slots=(WinnerOf(tie="semi-1"), WinnerOf(tie="semi-2"))),),
    legs=1,
)


SECTION = Section(
    id="region-1",
    name="Región I",
    groups=(Group(id="group-b", name="Grupo B", teams=("cobresol", "la-bocana", "unicachi")),),
    rounds=(SEMI_FINALS, LAST),
    berths=(
        SectionBerth(id="champion", name="Campeón", source=WinnerOf(tie="decider")),
        SectionBerth(id="invited", name="Invitado"),
    ),
)


RULES: RegulationsAmended = fact(
    RegulationsAmended,
    regulations=Regulations(stages=(Stage(id="regional", name="Regional", sections=(SECTION,)),)),
)


def draw(**slots: Source | str) -> DrawHeld:
    """A draw of the semi-finals: `a` to `d` are their four slots."""
    named = {"a": "semi-1/1", "b": "semi-1/2", "c": "semi-2/1", "d": "semi-2/2"}
    return fact(DrawHeld, slots=[placed(named[slot], of) for slot, of in slots.items()])


def placed(slot: str, of: Source | str) -> Placed:
    return Placed(slot=slot, filled_by=Team(team=of) if isinstance(of, str) else of)


def assigned(slot: str, of: Source | str, replaces: str | None = None) -> SlotAssigned:
    filled_by = Team(team=of) if isinstance(of, str) else of
    return fact(SlotAssigned, slot=slot, filled_by=filled_by, replaces=replaces)


def decided(tie: str = "semi-1", **fields: object) -> TieDecided:
    return fact(TieDecided, tie=tie, **fields)


def lots(*order: str | tuple[str, ...], tie: str = "semi-1") -> LotsDrawn:
    return fact(LotsDrawn, tie=tie, order=order)


DRAWN = draw(a="cobresol", b="la-bocana", c="unicachi", d="willy-serrato")


HALF_DRAWN = draw(a="cobresol")


# Draws


def test_a_draw_places_teams_and_those_who_are_yet_to_come() -> None:
    Given(RULES).when(DRAWN).then_recorded()
    waiting = draw(a=RankOf(group="group-b", rank=2), b=BerthOf(berth="invited"), c=Unknown())
    Given(RULES).when(waiting).then_recorded()


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        (fact(DrawHeld, slots=()), "a draw fills slots; name at least one"),
        (
            fact(DrawHeld, slots=(placed("semi-3/1", "cobresol"),)),
            "there is no slot semi-3/1; name one of a tie of the regulations",
        ),
        (
            fact(DrawHeld, slots=(placed("semi-1/1", "cobresol"), placed("semi-1/1", "unicachi"))),
            "semi-1/1 stands twice among the slots of the draw; name each once",
        ),
        (
            draw(a="cobresol", d="cobresol"),
            "cobresol stands twice among the teams and sources of the draw; name each once",
        ),
        (
            draw(a=RankOf(group="group-b", rank=2), b=RankOf(group="group-b", rank=2)),
            "rank 2 of group-b stands twice among the teams and sources of the draw",
        ),
        (draw(a="sport-ancash"), "there is no team sport-ancash; enter it first (team_entered)"),
        (draw(a=RankOf(group="group-z", rank=1)), "there is no group group-z"),
        (draw(a=WinnerOf(tie="quarter-1")), "there is no tie quarter-1"),
        (draw(a=BerthOf(berth="runner-up")), "there is no berth runner-up"),
    ],
)
def test_a_draw_that_cannot_be_is_refused(drawn: DrawHeld, said: str) -> None:
    Given(RULES).when(drawn).then_refused(said)


def test_a_draw_into_a_slot_that_is_filled_otherwise_is_warned_about() -> None:
    drawn = fact(DrawHeld, slots=(placed("decider/1", "cobresol"), placed("semi-1/1", "unicachi")))
    Given(RULES).when(drawn).then_warns(
        "by the regulations the winner of semi-1 fills decider/1, and no draw; what was drawn "
        "counts all the same"
    )


def test_a_draw_does_not_place_a_team_that_another_one_has_placed() -> None:
    Given(RULES, HALF_DRAWN).when(draw(c="cobresol", d="unicachi")).then_refused(
        "cobresol is in semi-1/1 already and cannot come into semi-2/1 as well; put somebody else "
        "into semi-1/1 first (slot_assigned), or change both slots at once (draw_held)",
        team="cobresol",
        slot="semi-2/1",
        held="semi-1/1",
        path="slots[0].filled_by",
    )
    Given(RULES, HALF_DRAWN).when(draw(a="unicachi", c="cobresol")).then_recorded()
    Given(RULES, HALF_DRAWN, cancelled(HALF_DRAWN)).when(draw(c="cobresol")).then_recorded()


def test_a_draw_may_say_anew_what_it_said() -> None:
    given = Given(RULES, DRAWN)
    turned = [placed("semi-1/1", "la-bocana"), placed("semi-1/2", "cobresol")]
    given.when(amended(DRAWN, slots=as_json(*turned))).then_recorded()
    given.when(
        amended(DRAWN, slots=as_json(*turned[:1], placed("semi-1/2", "la-bocana")))
    ).then_refused("la-bocana stands twice")


def test_an_amended_draw_is_held_against_what_it_did_not_say_itself() -> None:
    first, second = draw(a="cobresol", b="la-bocana"), draw(c="unicachi")
    given = Given(RULES, first, second)
    moved = [placed("semi-2/2", "cobresol"), placed("semi-1/2", "la-bocana")]
    given.when(amended(first, slots=as_json(*moved))).then_recorded()
    given = Given(RULES, first, second)
    given.when(amended(first, slots=as_json(placed("semi-1/1", "unicachi")))).then_refused(
        "unicachi is in semi-2/1 already and cannot come into semi-1/1 as well",
        path="body.slots[0].filled_by",
    )


GROUP_OVER: list[Event] = [
    RULES,
    *(
        event
        for home, away in (("cobresol", "la-bocana"), ("cobresol", "unicachi"))
        for event in (
            scheduled(f"{home}-{away}", home, away, group="group-b"),
            recorded(1, 0, match=f"{home}-{away}"),
        )
    ),
    scheduled("last", "la-bocana", "unicachi", group="group-b"),
    recorded(2, 0, match="last"),
]


FIRST, SECOND = RankOf(group="group-b", rank=1), RankOf(group="group-b", rank=2)


def test_a_draw_does_not_put_a_source_into_two_slots_of_a_round() -> None:
    given = Given(RULES, draw(a=FIRST))
    given.when(draw(b=FIRST)).then_refused(
        "rank 1 of group-b is in semi-1/1 already and cannot play itself", held="semi-1/1"
    )
    given.when(draw(d=FIRST)).then_refused("and cannot come into semi-2/2 as well")
    given.when(assigned("semi-2/2", FIRST)).then_refused("rank 1 of group-b is in semi-1/1 already")
    given.when(draw(a=SECOND, d=FIRST)).then_recorded()


def test_nobody_comes_into_a_round_by_two_sources() -> None:
    given = Given(*GROUP_OVER, draw(a=FIRST))
    given.when(draw(b="cobresol")).then_refused(
        "cobresol is in semi-1/1 already as rank 1 of group-b and cannot play itself; put somebody "
        "else into semi-1/1 first",
        team="cobresol",
        slot="semi-1/2",
        held="semi-1/1",
    )
    given.when(assigned("semi-2/1", "cobresol")).then_refused("cannot come into semi-2/1 as well")
    given.when(draw(b=SECOND, c="la-bocana")).then_refused("la-bocana is in ")
    named = Given(*GROUP_OVER, draw(a="cobresol"))
    named.when(draw(b=FIRST)).then_refused("cobresol is in semi-1/1 already and cannot play itself")
    named.when(draw(b=SECOND)).then_recorded()


def test_who_plays_on_within_a_round_is_in_two_of_its_slots() -> None:
    through = decided("semi-2", winner="unicachi")
    drawn = draw(b="cobresol", c="unicachi", d="la-bocana")
    given = Given(RULES, drawn, through)
    on = given.when(draw(a=WinnerOf(tie="semi-2"))).then_recorded()
    on.when(assigned("semi-1/2", "unicachi")).then_refused(
        "unicachi is in semi-1/1 already as the winner of semi-2 and cannot play itself"
    )


def test_who_comes_into_a_slot_by_now_is_whom_an_assignment_replaces() -> None:
    """A match that somebody else had played before is asked about, and holds nobody in the slot."""
    leg = scheduled("leg-1", "cobresol", "willy-serrato", tie="semi-1", leg=1)
    order = ("la-bocana", "cobresol", "unicachi")
    ruling = fact(RankDecided, group="group-b", order=order, overrides=True)
    given = Given(*GROUP_OVER, draw(a=FIRST, b="willy-serrato"), leg, recorded(1, 0, match="leg-1"))
    given.when(ruling).then_recorded()
    given.when(assigned("semi-1/1", "cobresol", "cobresol")).then_refused(
        "la-bocana is in semi-1/1, not cobresol"
    )
    return_leg = scheduled("leg-2", "willy-serrato", "cobresol", tie="semi-1", leg=2)
    given.when(return_leg).then_refused("semi-1 is between la-bocana and willy-serrato")
    given.when(assigned("semi-1/1", "cobresol", "la-bocana")).then_recorded()
    given.when(return_leg).then_recorded()


def as_json(*slots: Placed) -> list[dict[str, object]]:
    return [
        {"slot": one.slot, "filled_by": {"from": "team", "team": one.filled_by.team}}
        for one in slots
        if isinstance(one.filled_by, Team)
    ]


# Assignments


def test_an_assignment_names_the_team_that_it_replaces() -> None:
    given = Given(RULES, draw(a="cobresol", b="la-bocana"))
    given.when(assigned("semi-1/2", "unicachi", "willy-serrato")).then_refused(
        "la-bocana is in semi-1/2, not willy-serrato; name whom the decision replaces",
        slot="semi-1/2",
        replaces="willy-serrato",
    )
    change = assigned("semi-1/2", "willy-serrato", "la-bocana")
    changed = given.when(change).then_recorded()
    changed.when(amended(change, ruling={"article": "9"})).then_recorded()


def test_an_assignment_replaces_nobody_where_nobody_is() -> None:
    Given(RULES).when(assigned("semi-1/2", "unicachi", "cobresol")).then_refused(
        "nobody that is known is in semi-1/2, not cobresol"
    )
    Given(RULES).when(assigned("semi-1/2", "unicachi")).then_recorded()


def test_an_assignment_lets_no_team_play_itself() -> None:
    Given(RULES, DRAWN).when(assigned("semi-1/2", "cobresol", "la-bocana")).then_refused(
        "cobresol is in semi-1/1 already and cannot play itself", team="cobresol"
    )


@pytest.mark.parametrize(
    ("assignment", "said"),
    [
        (assigned("semi-3/1", "cobresol"), "there is no slot semi-3/1"),
        (assigned("semi-1/1", "sport-ancash"), "there is no team sport-ancash"),
        (assigned("semi-1/1", WinnerOf(tie="quarter-1")), "there is no tie quarter-1"),
        (assigned("semi-1/1", "cobresol", "sport-ancash"), "there is no team sport-ancash"),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(assignment: SlotAssigned, said: str) -> None:
    Given(RULES, DRAWN).when(assignment).then_refused(said)


# Slots that would wait for each other


def test_a_draw_does_not_let_ties_wait_for_each_other() -> None:
    Given(RULES).when(draw(a=WinnerOf(tie="semi-2"), c=LoserOf(tie="semi-1"))).then_refused(
        "tie semi-1 waits for tie semi-2 waits for tie semi-1; nobody could ever come into them: "
        "put something else into semi-1/1, or into another slot of these first",
        path="slots[0].filled_by",
        slot="semi-1/1",
        ring=["tie semi-2", "tie semi-1"],
    )
    Given(RULES, draw(a=WinnerOf(tie="semi-2"))).when(
        draw(c="cobresol", d=WinnerOf(tie="semi-1"))
    ).then_refused("tie semi-2 waits for tie semi-1 waits for tie semi-2", slot="semi-2/2")


def test_an_assignment_lets_no_tie_wait_for_itself_through_the_regulations() -> None:
    Given(RULES, DRAWN).when(assigned("semi-1/1", WinnerOf(tie="semi-1"))).then_refused(
        "tie semi-1 waits for tie semi-1; nobody could ever"
    )
    Given(RULES, DRAWN).when(assigned("semi-1/1", LoserOf(tie="decider"))).then_refused(
        "tie semi-1 waits for tie decider waits for tie semi-1"
    )
    Given(RULES, DRAWN).when(assigned("semi-1/1", BerthOf(berth="champion"))).then_refused(
        "tie semi-1 waits for berth champion waits for tie decider waits for tie semi-1",
        ring=["berth champion", "tie decider", "tie semi-1"],
    )


def test_an_amendment_lets_no_tie_wait_for_itself() -> None:
    change = assigned("semi-1/1", "cobresol")
    behind = {"from": "winner", "tie": "decider"}
    Given(RULES, change).when(amended(change, filled_by=behind)).then_refused(
        "tie semi-1 waits for tie decider waits for tie semi-1"
    )


def test_a_slot_waits_for_what_does_not_wait_for_it_any_more() -> None:
    elsewhere = assigned("decider/1", "cobresol")
    granted = fact(BerthGranted, berth="champion", team="unicachi")
    waiting = assigned("semi-1/1", LoserOf(tie="decider"))
    Given(RULES, elsewhere).when(waiting).then_recorded()
    Given(RULES, granted).when(assigned("semi-1/1", BerthOf(berth="champion"))).then_recorded()
    Given(RULES, draw(a=WinnerOf(tie="semi-2"))).when(
        draw(a="cobresol", c=WinnerOf(tie="semi-1"))
    ).then_recorded()
