"""An invented season through real services: posted, projected, and every view is the fold."""

import asyncio
import json
from pathlib import Path

from services import season
from services.settings import SIMULATED_EDITIONS_MAX
from services.simulation import posting
from tests.integration.machine import Machine, running, said_by, verified
from tests.integration.servers import until

ROOT = Path(__file__).resolve().parents[2]
SMALL = ROOT / "tests" / "simulation" / "small.toml"
COMPETITION = "small-simulated"
AT_ONCE = {"PITAZO_SIMULATION_SPEED": "0"}
SLOWLY = {"PITAZO_SIMULATION_SPEED": "0.001"}


def status(machine: Machine, competition: str) -> str | None:
    with machine.client() as client:
        known = client.get("/v1/competitions").json()["competitions"]
    return next((str(one["status"]) for one in known if one["competition"] == competition), None)


def log(machine: Machine, competition: str) -> list[dict[str, object]]:
    with machine.client() as client:
        lines = client.get(f"/v1/competitions/{competition}/log").body.splitlines()
    return [json.loads(line) for line in lines]


async def over(machine: Machine, competition: str) -> None:
    async def is_over() -> bool:
        return await asyncio.to_thread(status, machine, competition) == "closed"

    await until(is_over)


async def simulated(machine: Machine, *arguments: object) -> str:
    """What the command says; it is done."""
    token = {"PITAZO_TOKEN": machine.token}
    ended, said = await said_by("simulate", SMALL, "--url", machine.http, *arguments, **token)
    assert ended == 0, said
    return said


async def test_a_season_is_posted_to_its_end_once_and_every_view_of_it_is_the_fold(
    tmp_path: Path,
) -> None:
    async with running(tmp_path, SMALL, "--no-simulate") as machine:
        assert machine.competitions == []
        said = await simulated(machine, "--seed", 7, "--speed", 0, "--json")
        recorded = json.loads(said.splitlines()[-1])["recorded"]
        competition = f"{COMPETITION}-7"
        await over(machine, competition)
        await verified(machine, competition)
        events = log(machine, competition)
        assert len(events) == recorded
        assert events[0]["simulated"] is True
        again = json.loads((await simulated(machine, "--seed", 7, "--json")).splitlines()[-1])
        assert (again["recorded"], again["repeated"]) == (0, recorded)
        with machine.client() as client:
            last = SIMULATED_EDITIONS_MAX
            assert posting.begin(client, season.read(SMALL), last) == last
            assert posting.begin(client, season.read(SMALL), last + 1) is None
            people = client.get(f"/v1/competitions/{competition}/views/scorers").json()
        assert people["data"]["scorers"]


async def test_up_plays_edition_after_edition_and_goes_on_where_it_ended(tmp_path: Path) -> None:
    async with running(tmp_path, SMALL, **SLOWLY) as machine:
        assert machine.competitions == [COMPETITION]
        before = log(machine, COMPETITION)
        assert await machine.end() == 0
    async with running(tmp_path, SMALL, **AT_ONCE) as machine:
        await over(machine, COMPETITION)
        assert log(machine, COMPETITION)[: len(before)] == before
        await over(machine, f"{COMPETITION}-2")
        await verified(machine, f"{COMPETITION}-2")
