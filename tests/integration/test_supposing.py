"""A dry run says what facts would change, as recording them would, and writes nothing."""

from typing import Any

from redis.asyncio import Redis

from services.settings import SUPPOSED_COMPETITIONS_MAX
from tests.integration.facts import contents
from tests.integration.football import CREATED, TEAMS, goal, named, sent
from tests.integration.test_capture_of_brackets import WITH_BRACKET, drawn
from tests.integration.web import EVENTS, Web, problem, serving

DRY = f"{EVENTS}?dry_run=true"
RESULT = sent("result_recorded", "m1 ends", match="m1", home=2, away=0)


async def supposed(web: Web, *events: dict[str, object]) -> Any:
    answer = await web.post(DRY, list(events))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_dry_run_gives_tables_before_and_after_and_writes_nothing(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        said = await supposed(web, RESULT)
        assert await contents(redis) == before
        [table] = said["tables"]
        assert table["of"] == "group-a"
        await web.project()
        shown = f"/v1/competitions/{CREATED['competition']}/views/standings/group-a"
        assert table["before"] == (await web.get(shown)).json()["data"]
        assert (await web.post(EVENTS, RESULT)).status_code == 201
        await web.project(after=said["position"])
        assert table["after"] == (await web.get(shown)).json()["data"] != table["before"]
        again = await supposed(web, RESULT)
        assert (again["tables"], again["position"]) == ([], said["position"] + 1)


async def test_a_dry_run_gives_ties_and_berths_that_would_be_others(redis: Redis) -> None:
    section = WITH_BRACKET["stages"][0]["sections"][0]
    berth = {"id": "champion", "name": "Campeón", "source": {"from": "winner", "tie": "decider"}}
    stage = {**WITH_BRACKET["stages"][0], "sections": [{**section, "berths": [berth]}]}
    teams = [{"from": "team", "team": team} for team in TEAMS[:2]]
    async with serving(redis) as web:
        await web.open(regulations={"stages": [stage]})
        said = await supposed(
            web,
            drawn("draw", semi_1_1=teams[0], semi_1_2=teams[1]),
            sent("tie_decided", "semi", tie="semi-1", winner=TEAMS[0]),
            sent("tie_decided", "final", tie="decider", winner=TEAMS[0]),
        )
        assert {tie["of"] for tie in said["ties"]} == {"semi-1", "decider"}
        assert [tie["before"]["winner"] for tie in said["ties"]] == [None, None]
        assert [tie["after"]["winner"] for tie in said["ties"]] == [TEAMS[0]] * 2
        [place] = said["berths"]
        assert (place["of"], place["before"]["team"]) == ("champion/1", None)
        assert place["after"]["team"]["team"] == TEAMS[0]
        assert [warning["code"] for warning in said["warnings"]] == ["slot-open"]


async def test_a_dry_run_says_no_as_recording_would(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        problem(await web.post(DRY, goal("g", match="m9")), 404, "unknown-match")
        problem(await web.post(DRY, {**RESULT, "expected_version": 7}), 409, "conflict")
        scorer = await web.token("scorer", f"{CREATED['competition']}/matches/m2")
        problem(await web.post(DRY, RESULT, scorer), 403, "forbidden")
        problem(await web.post(DRY, b"{"), 400, "malformed")
        assert (await web.post(EVENTS, RESULT)).status_code == 201
        problem(await web.post(DRY, {**RESULT, "home": 3}), 422, "id-reused")
        nowhere = DRY.replace(CREATED["competition"], "no-such-cup")
        problem(await web.post(nowhere, RESULT), 404, "unknown-competition")


async def test_many_competitions_are_supposed_on_one_after_the_other(redis: Redis) -> None:
    names = [f"cup-{number}" for number in range(SUPPOSED_COMPETITIONS_MAX + 1)]
    note = sent("note_added", "note", text="x")
    async with serving(redis) as web:
        for name in names:
            await web.post("/v1/competitions", {**CREATED, "id": named(name), "competition": name})
        for name in names * 2:
            answer = await web.post(f"/v1/competitions/{name}/events?dry_run=true", note)
            assert answer.json()["position"] == 1
