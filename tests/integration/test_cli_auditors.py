"""What an auditor asks on the command line: replay, explain, verify, and to watch."""

import asyncio
import json
import re
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from redis.asyncio import Redis

from services import gateway
from services.settings import Settings
from services.store import keys
from services.store.log import Log
from services.store.views import Views
from tests.integration import football
from tests.integration.facts import COMPETITION as CUP
from tests.integration.machine import COMPETITION, pitazo
from tests.integration.site import FACTS, Site, record

STANDINGS_A = "standings/group-a"


# Auditors


async def test_replay_shows_what_was_known_at_a_position(site: Site) -> None:
    await site.load()
    said = await site.told("replay", COMPETITION, "--to", 34, "--topic", STANDINGS_A)
    view = said["views"][STANDINGS_A]
    assert said["position"] == view["position"] == 34
    assert [row["points"] for row in view["data"]["rows"]] == [3, 0, 0, 0]


async def test_replay_shows_what_was_known_at_a_time(site: Site) -> None:
    await site.load()
    entries = await Log(site.redis, COMPETITION).read(0, FACTS)
    time = msgspec.json.decode(entries[-1][1])["recorded_at"]
    said = await site.told("replay", COMPETITION, "--to", time)
    assert said["position"] == FACTS
    assert set(said["views"]) == {STANDINGS_A, "standings/group-b"}
    status, said = await site.ask("replay", COMPETITION, "--to", "2020-01-01T00:00:00Z")
    assert status == 1
    assert "nothing" in said


async def test_replay_shows_a_table_to_a_person(site: Site) -> None:
    await site.load()
    status, said = await site.ask("replay", COMPETITION, "--topic", STANDINGS_A)
    assert status == 0
    assert "Unión Comercial" in said
    assert "a source says otherwise" in said


async def test_explain_tells_why_each_team_stands_where_it_does(site: Site) -> None:
    await site.load()
    status, said = await site.ask("explain", COMPETITION, "group-a", "--lang", "es")
    assert status == 0, said
    assert "1 Amazonas FC antes que 2 Bagua Grande — puntos:" in said
    found = await site.told("explain", COMPETITION, "Grupo A", "Unión Comercial", "--to", 34)
    assert (found["group"], found["team"], found["position"]) == ("group-a", "union-comercial", 34)
    assert all("union-comercial" in (*why["upper"], *why["lower"]) for why in found["reasons"])


async def test_explain_names_what_there_is_where_nothing_is_called_so(site: Site) -> None:
    await site.load()
    for asked, there in (
        (("copa", "group-a"), f"no competition copa; there are {COMPETITION}"),
        ((COMPETITION, "group-z"), "no group group-z in"),
        ((COMPETITION, "group-z"), "group-a (Grupo A), group-b"),
        ((COMPETITION, "group-a", "alianza"), "no team alianza in group-a; there are"),
    ):
        status, said = await site.ask("explain", *asked)
        assert status == 1
        assert there in said
        assert "Traceback" not in said


AWARDED = football.sent(
    "result_awarded", "award", match="m1", outcome="home", home=3, away=0, reason="walkover"
)


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        ([], ["Arsenal", "–", "Bielich", "scheduled", "none"]),
        (["goal"], ["Arsenal", "0-1", "Bielich", "in_play", "none"]),
        (
            ["goal", AWARDED],
            ["Arsenal", "3-0", "Bielich", "in_play", "awarded", "0-1 on the pitch"],
        ),
        (
            ["goal", football.sent("final_whistle", "end", match="m1", home=1, away=1)],
            ["Arsenal", "1-1", "Bielich", "ended", "provisional", "disputed", "0-1 counted"],
        ),
        (
            [football.sent("result_recorded", "won", match="m1", outcome="away")],
            ["Arsenal", "Bielich won", "Bielich", "ended", "provisional"],
        ),
    ],
)
async def test_a_replayed_match_shows_what_counts_and_beside_it_what_was_played(
    site: Site, facts: list[Any], line: list[str]
) -> None:
    played = [football.goal("goal", side="away") if fact == "goal" else fact for fact in facts]
    await asyncio.to_thread(record, site, [*football.ENTERED, *football.SCHEDULED, *played])
    status, said = await site.ask("replay", CUP, "--topic", "matches/m1")
    assert status == 0, said
    [shown] = [row for row in said.splitlines() if row.startswith("│ m1 ")]
    cells = [part.strip() for cell in shown.strip("│").split("│") for part in cell.split(" · ")]
    assert cells == ["m1", *line]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--to", 400), "has positions 1 to 59, and no 400"),
        (("--topic", "standings/group-z"), "there is no topic standings/group-z"),
    ],
)
async def test_replay_says_what_there_is_where_there_is_not_what_was_asked_for(
    site: Site, arguments: tuple[object, ...], sentence: str
) -> None:
    await site.load()
    status, said = await site.ask("replay", COMPETITION, *arguments)
    assert status == 1
    assert sentence in said


async def test_verify_finds_nothing_where_all_is_true(site: Site) -> None:
    await site.load()
    findings = await site.told("verify", COMPETITION, "--server", site.redis_url)
    assert {"log", "server", STANDINGS_A, "teams"} <= {one["about"] for one in findings}
    assert not any(one["difference"] for one in findings)


async def differing(site: Site, *arguments: object) -> dict[str, str]:
    status, said = await site.ask("verify", COMPETITION, "--json", *arguments)
    assert status == 1, said
    findings = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return {one["about"]: one["difference"] for one in findings if one["difference"]}


async def tamper(site: Site, topic: str, old: bytes, new: bytes) -> None:
    """Change a stored view behind everybody's back."""
    epoch = await Views(site.redis, COMPETITION).serving()
    assert epoch is not None
    key = keys.views(COMPETITION, epoch)
    stored: Any = await site.redis.hget(key, topic)
    assert old in stored
    await site.redis.hset(key, topic, stored.replace(old, new, 1))


async def test_verify_names_the_view_the_event_and_the_value_that_differ(site: Site) -> None:
    await site.load()
    await tamper(site, STANDINGS_A, b'"points":9', b'"points":8')
    status, said = await site.ask("verify", COMPETITION)
    assert status == 1
    assert re.search(
        r"standings/group-a +DIFFERS +at \d+ \(\w+, recorded by operator:[0-9a-f]+\)", said
    )
    assert "rows[1].points is stored as 8, and the log makes it 9" in said


async def test_verify_finds_a_view_at_another_position(site: Site) -> None:
    await site.load()
    await tamper(site, "teams", b"9:", b"8:")
    assert await differing(site) == {"teams": "it is stored at 8, and the log touched it at 9"}


async def test_verify_finds_a_view_that_nothing_is_about(site: Site) -> None:
    await site.load()
    views = Views(site.redis, COMPETITION)
    epoch = await views.serving()
    assert epoch is not None
    await views.commit(epoch, FACTS, FACTS, {"matches/invented": b"5:{}"})
    assert list(await differing(site)) == ["matches/invented"]


async def test_verify_finds_an_id_that_is_not_remembered_and_a_digest_of_something_else(
    site: Site,
) -> None:
    await site.load()
    [some_id, *_] = await site.redis.hkeys(keys.ids(COMPETITION))
    await site.redis.hdel(keys.ids(COMPETITION), some_id)
    found = await differing(site, "--server", site.redis_url)
    assert list(found) == ["server"]


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        (b'"type":"', b'"type": "', "not in canonical form"),
        (b'"version":12', b'"version":90', "is at version 12, and the entry says 90"),
        (b'"recorded_at":"2', b'"recorded_at":"1', "before the entry before it"),
        (b'"id":"', b'"id":"', "stands in the log before"),
    ],
)
async def test_verify_finds_what_no_writer_of_ours_would_have_recorded(
    site: Site, old: bytes, new: bytes, difference: str
) -> None:
    await site.load()
    forged = (await Log(site.redis, COMPETITION).tail()).stored
    forged = forged.replace(b'"position":59,"version":11', b'"position":60,"version":12')
    if old != new:
        forged = re.sub(rb'"id":"[^"]*"', b'"id":"%s"' % str(uuid4()).encode(), forged)
    assert old in forged
    forged = forged.replace(old, new, 1)
    await site.redis.xadd(keys.log(COMPETITION), {"e": forged, "d": b""}, id="60-0")
    assert difference in (await differing(site))["log at 60"]


# Watching


async def test_watching_shows_every_change_and_survives_a_gateway_that_restarts(
    site: Site, redis: Redis
) -> None:
    await site.load()
    listening = gateway.listen("127.0.0.1", 0)
    host, port = listening.getsockname()
    first = asyncio.create_task(gateway.serve(Settings(), redis, listening))
    process = await pitazo(
        ("watch", COMPETITION, STANDINGS_A, "--json", "--live", f"ws://{host}:{port}"), {}
    )
    assert process.stdout is not None
    shown = json.loads(await process.stdout.readline())
    assert shown["data"]["name"] == "Grupo A"
    first.cancel()
    await asyncio.wait([first])
    second = asyncio.create_task(gateway.serve(Settings(), redis, gateway.listen(host, port)))
    again = json.loads(await process.stdout.readline())
    assert again["position"] >= shown["position"]
    process.terminate()
    await process.wait()
    second.cancel()
    await asyncio.wait([second])
