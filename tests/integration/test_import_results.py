"""`pitazo import-results`: a season file that loads, and results recorded as they become known."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from redis.asyncio import Redis

from events.codec import decode
from projections.fold import Fold
from services.store.log import Log
from tests.integration import web
from tests.integration.machine import ROOT, said_by

WORLD_CUP = ROOT / "tests" / "decisions" / "openfootball" / "world-cup-2014.txt"
COMPETITION = "world-cup-2014"
SET = ("--regulations", "fifa-world-cup-1998")


class Site:
    """An address, and whoever imports there."""

    def __init__(self, served: web.Web) -> None:
        self.served = served

    async def ask(self, *arguments: object) -> tuple[int, str]:
        url = str(self.served.client.base_url)
        return await said_by(*arguments, PITAZO_URL=url, PITAZO_TOKEN=self.served.operator)

    async def told(self, *arguments: object) -> Any:
        status, said = await self.ask(*arguments, "--json")
        assert status == 0, said
        return json.loads(said.splitlines()[-1])

    async def fold(self) -> Fold:
        fold = Fold()
        for _, stored in await Log(self.served.redis, COMPETITION).read(0, 1000):
            fold.advance(decode(stored))
        return fold


@pytest_asyncio.fixture
async def site(redis: Redis) -> AsyncIterator[Site]:
    async with web.serving(redis) as served:
        yield Site(served)


def half_of(folder: Path) -> Path:
    """The file as it stood before the last matchday of its groups."""
    known = WORLD_CUP.read_text(encoding="utf-8").splitlines()
    until = known.index("23.06.2014")
    after = known.index("Group B:")
    path = folder / WORLD_CUP.name
    text = "\n".join([*known[:until], *known[after:]])
    text = text.replace("(35) Mon Jun/23  Australia   0-3   Spain", "Jun 23  Australia v Spain")
    path.write_text(text.partition("▪ Final")[0], encoding="utf-8")
    return path


async def test_a_season_file_is_written_and_loads(site: Site, tmp_path: Path) -> None:
    season = tmp_path / "season.toml"
    arguments = ("import-results", WORLD_CUP, "--competition", COMPETITION)
    written = await site.told(*arguments, *SET, "--into", season)
    assert (written["teams"], written["matches"], written["waiting"]) == (10, 16, 0)
    loaded = await site.told("season", "load", season)
    assert loaded["recorded"] == written["facts"]
    again = await site.told(*arguments)
    assert again["recorded"] == 0
    assert again["repeated"] > 0


async def test_what_a_running_competition_does_not_have_is_recorded_once(
    site: Site, tmp_path: Path
) -> None:
    season = tmp_path / "season.toml"
    begun = half_of(tmp_path)
    await site.told("import-results", begun, "--competition", COMPETITION, *SET, "--into", season)
    await site.told("season", "load", season)
    assert (await site.fold()).sheet("group-a-croatia-mexico") is None
    grown = tmp_path / "grown" / WORLD_CUP.name
    grown.parent.mkdir()
    text = WORLD_CUP.read_text(encoding="utf-8").partition("▪ Final")[0]
    grown.write_text(text, encoding="utf-8")
    for recorded in (True, False):
        told = await site.told("import-results", grown, "--competition", COMPETITION)
        assert (told["recorded"] > 0) == recorded, told
    fold = await site.fold()
    assert fold.order("group-a") == (("brazil",), ("mexico",), ("croatia",), ("cameroon",))
    spain = fold.sheet("group-b-australia-spain")
    assert spain is not None
    assert spain.score is not None
    assert (spain.score.home, spain.score.away) == (0, 3)
    names = await site.served.get(f"/v1/competitions/{COMPETITION}/people", site.served.operator)
    assert len(names.json()["people"]) == len({p["name"] for p in names.json()["people"]})


async def test_a_tie_that_a_running_competition_does_not_have_is_told(
    site: Site, tmp_path: Path
) -> None:
    season = tmp_path / "season.toml"
    begun = half_of(tmp_path)
    await site.told("import-results", begun, "--competition", COMPETITION, *SET, "--into", season)
    await site.told("season", "load", season)
    tail = await Log(site.served.redis, COMPETITION).tail()
    status, said = await site.ask("import-results", WORLD_CUP, "--competition", COMPETITION)
    assert status == 1
    assert "line 55: no tie of final is between Germany and Argentina" in said
    assert (await Log(site.served.redis, COMPETITION).tail()) == tail


async def test_bad_input_is_told_and_nothing_is_written(site: Site, tmp_path: Path) -> None:
    file, season = tmp_path / "cup.txt", tmp_path / "season.toml"
    file.write_text("= Cup 2024\n▪ Final\nReds beat Blues\n", encoding="utf-8")
    arguments = ("import-results", file, "--competition", "cup", "--into", season)
    status, said = await site.ask(*arguments)
    assert status == 1
    assert f"{file} has 1 fault, and nothing is read" in said
    assert "line 3: expected a match like" in said
    assert not season.exists()


async def test_wrong_use_ends_with_2(tmp_path: Path) -> None:
    arguments = ("import-results", WORLD_CUP, "--competition")
    for more in (
        ("Not An Id", "--into", tmp_path / "season.toml"),
        ("cup", *SET),
        ("cup", "--into", tmp_path / "season.toml", "--regulations", "no-such-set"),
        ("cup", "--into", tmp_path / "season.toml", "--time-zone", "Mars"),
    ):
        status, said = await said_by(*arguments, *more)
        assert status == 2, said
        assert not (tmp_path / "season.toml").exists()


async def test_a_competition_that_is_not_there_is_told(site: Site) -> None:
    status, said = await site.ask("import-results", WORLD_CUP, "--competition", "nowhere")
    assert status == 1
    assert "nowhere" in said
