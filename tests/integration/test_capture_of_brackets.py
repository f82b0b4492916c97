"""What is posted about a bracket is answered with what is odd about it, or why it cannot be."""

from typing import Any

from redis.asyncio import Redis

from tests.integration.football import CREATED, REGULATIONS, TEAMS, named, sent
from tests.integration.web import EVENTS, Web, problem, serving

BY_DRAW = {"from": "draw"}
SEMI_FINALS = {
    "id": "semi-finals",
    "name": "Semifinales",
    "ties": [{"id": f"semi-{number}", "slots": [BY_DRAW, BY_DRAW]} for number in (1, 2)],
}
LAST = {
    "id": "last",
    "name": "Final",
    "ties": [
        {"id": "decider", "slots": [{"from": "winner", "tie": f"semi-{one}"} for one in (1, 2)]}
    ],
}
STAGE: dict[str, Any] = REGULATIONS["stages"][0]
SECTION: dict[str, Any] = {**STAGE["sections"][0], "rounds": [SEMI_FINALS, LAST]}
WITH_BRACKET = {"stages": [{**STAGE, "sections": [SECTION]}]}


def drawn(name: str, **filled_by: dict[str, str]) -> dict[str, Any]:
    """A draw of `semi_1_2` (the second slot of semi-1) and the like."""
    slots = [
        {"slot": f"{slot[:-2].replace('_', '-')}/{slot[-1]}", "filled_by": source}
        for slot, source in filled_by.items()
    ]
    return sent("draw_held", name, slots=slots)


async def codes(web: Web, *events: dict[str, Any]) -> list[str]:
    answer = await web.post(EVENTS, list(events))
    assert answer.status_code == 201, answer.text
    return [warning["code"] for warning in answer.json()["warnings"]]


async def test_a_draw_that_goes_round_is_refused_and_the_ring_is_named(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open(regulations=WITH_BRACKET)
        ring = drawn("ring", semi_1_1={"from": "loser", "tie": "decider"})
        said = problem(await web.post(EVENTS, ring), 409, "refused")
        assert said["detail"].startswith("tie semi-1 waits for tie decider waits for tie semi-1;")
        assert said["ring"] == ["tie decider", "tie semi-1"]
        assert said["slot"] == "semi-1/1"


async def test_what_is_odd_about_a_bracket_is_recorded_with_a_warning(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open(regulations=WITH_BRACKET)
        team = {"from": "team", "team": TEAMS[0]}
        assert await codes(web, drawn("early", decider_1=team)) == ["not-by-draw"]
        assert await codes(web, sent("tie_decided", "decided", tie="semi-2")) == ["slot-open"] * 2
        leg = {"tie": "semi-1", "home": TEAMS[0], "away": TEAMS[1]}
        legs = [sent("match_scheduled", f"leg-{n}", match=f"leg-{n}", leg=n, **leg) for n in (1, 2)]
        assert await codes(web, *legs) == ["slot-open", "slot-open", "same-host"]
        left = sent("team_withdrawn", "left", team=TEAMS[0])
        result = sent("result_recorded", "result", match="leg-1", home=1, away=0)
        protest = sent("protest_filed", "protest", match="leg-1")
        assert await codes(web, left, result, protest) == ["team-left"]
        assert await codes(web, sent("competition_closed", "closed")) == ["still-open"]


async def test_regulations_that_cannot_be_are_refused_with_the_path_however_they_come(
    redis: Redis,
) -> None:
    away = {"id": "next", "name": "Nacional", "leads_to": {"section": "lima"}}
    stages = [{**STAGE, "sections": [{**SECTION, "berths": [away]}]}]
    path = "regulations.stages[0].sections[0].berths[0].leads_to.section"
    async with serving(redis) as web:
        created = await web.post("/v1/competitions", {**CREATED, "regulations": {"stages": stages}})
        said = problem(created, 409, "refused")
        assert said["detail"].startswith("the berth next leads to the section lima, and the")
        assert (said["path"], said["missing"]) == (path, "lima")
        await web.open()
        amended = sent("regulations_amended", "amended", regulations={"stages": stages})
        assert problem(await web.post(EVENTS, amended), 409, "refused")["path"] == path
        group = {"group": "group-b", "name": "Grupo B", "teams": [TEAMS[0], TEAMS[1], TEAMS[0]]}
        placed = {"stage": "departmental", "section": "amazonas"}
        formed = {"id": named("formed"), "type": "group_formed", **placed, **group}
        assert problem(await web.post(EVENTS, formed), 409, "refused")["path"] == "teams[2]"


async def test_regulations_without_the_group_of_matches_are_recorded_with_a_warning(
    redis: Redis,
) -> None:
    async with serving(redis) as web:
        await web.open()
        none = {"stages": [{**STAGE, "sections": []}]}
        assert await codes(web, sent("regulations_amended", "n", regulations=none)) == [
            "left-behind"
        ]
        assert await codes(web, sent("regulations_amended", "r", regulations=REGULATIONS)) == []
