"""The command line: help that is the manual, exit statuses for scripts, and only what is true."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from services import gateway, season
from services.client import Client
from services.settings import Settings
from services.store import embedded, keys
from services.store.log import Log
from services.store.views import Views
from tests.integration import football, web
from tests.integration.facts import COMPETITION as CUP
from tests.integration.machine import AMAZONAS, COMPETITION, pitazo, said_by
from tests.integration.projected import projecting, seen
from tests.integration.servers import until

COMMANDS = (
    "up", "serve", "settings", "season load", "season check", "play", "watch", "replay", "verify",
    "token issue", "token revoke", "token list", "restored", "ties",
    "import-results", "rank", "regulations list", "regulations show",
)  # fmt: skip
FACTS = len(season.read(AMAZONAS).facts) + 1
STANDINGS_A = "standings/group-a"


class Site:
    """An address with a projector behind it, and a token for it."""

    def __init__(self, url: str, token: str, redis_url: str, redis: Redis) -> None:
        self.url = url
        self.token = token
        self.redis_url = redis_url
        self.redis = redis

    async def ask(self, *arguments: object) -> tuple[int, str]:
        """Run a command against this address, as its operator."""
        return await said_by(*arguments, PITAZO_URL=self.url, PITAZO_TOKEN=self.token)

    async def told(self, *arguments: object) -> Any:
        """What a command that succeeds prints as JSON."""
        status, said = await self.ask(*arguments, "--json")
        assert status == 0, said
        lines = [json.loads(line) for line in said.splitlines()]
        return lines[0] if len(lines) == 1 else lines

    async def load(self) -> None:
        status, said = await self.ask("season", "load", AMAZONAS)
        assert status == 0, said
        await seen(self.redis, COMPETITION)


@pytest_asyncio.fixture
async def site(redis_url: str, redis: Redis) -> AsyncIterator[Site]:
    async with web.serving(redis) as served, projecting(redis_url, redis):
        yield Site(str(served.client.base_url), served.operator, redis_url, redis)


# Help


@pytest.mark.parametrize("command", COMMANDS)
async def test_help_has_an_example_and_says_what_the_command_never_does(command: str) -> None:
    status, said = await said_by(*command.split(), "--help")
    assert status == 0
    assert f"pitazo {command}" in said.split("$", 1)[1]
    assert re.search(r"[Nn]ever|only", said)


async def test_the_help_of_all_names_every_command() -> None:
    _, said = await said_by("--help")
    for command in COMMANDS:
        assert f" {command.split()[0]} " in said


async def test_wrong_use_ends_with_2() -> None:
    for arguments in (
        ("verify",),
        ("repaly", COMPETITION),
        ("season", "load", "/there/is/no/such.toml"),
        ("play", AMAZONAS, "--speed", "0"),
        ("replay", COMPETITION, "--to", "2026-01-31T18:00:00"),
        ("replay", COMPETITION, "--to", "0"),
        ("token", "issue", "king"),
        ("token", "issue", "scorer"),
        ("token", "issue", "operator", "--days", "1e9"),
        ("token", "issue", "operator", "--days", "nan"),
    ):
        status, said = await said_by(*arguments)
        assert status == 2, said
        assert "Traceback" not in said


async def test_a_variable_that_does_not_hold_what_it_should_ends_with_2() -> None:
    status, said = await said_by("settings", PITAZO_HTTP_PORT="many")
    assert status == 2
    assert "PITAZO_HTTP_PORT is 'many'" in said


async def test_settings_lists_every_variable_with_its_value_and_meaning() -> None:
    status, said = await said_by(
        "settings", "--json", PITAZO_HTTP_PORT="9090", PITAZO_TOKEN="secret"
    )
    assert status == 0
    listed = {one["variable"]: one for one in json.loads(said)}
    assert listed["PITAZO_HTTP_PORT"]["value"] == "9090"
    assert listed["PITAZO_HTTP_PORT"]["default"] == "8080"
    assert listed["PITAZO_TOKEN"]["value"] == "(set)"
    assert all(one["meaning"] for one in listed.values())


async def test_in_a_pipe_no_variable_is_cut_however_narrow_the_terminal_was() -> None:
    status, said = await said_by("settings", COLUMNS="40")
    assert status == 0
    named = [line.split("\t") for line in said.splitlines()]
    assert "PITAZO_OPERATOR_TOKEN_SHA256" in [variable for variable, *_ in named]
    assert all(len(columns) == 4 for columns in named)


# Seasons


async def test_a_season_file_that_has_changed_since_is_named_and_the_log_keeps_what_it_has(
    site: Site, tmp_path: Path
) -> None:
    path = tmp_path / "season.toml"
    path.write_text('competition = "small"\nregulations.notes = ["first"]\n')
    assert (await site.ask("season", "load", path))[0] == 0
    path.write_text('competition = "small"\nregulations.notes = ["second"]\n')
    status, said = await site.ask("season", "load", path)
    assert status == 1
    assert "the season file of small has changed since it was loaded" in said
    assert (await Log(site.redis, "small").tail()).position == 1


async def test_nothing_is_loaded_of_a_season_file_of_which_anything_is_wrong(
    site: Site, tmp_path: Path
) -> None:
    path = tmp_path / "season.toml"
    note = 'type = "note_added"\n'
    lines = [f'{note}text = "fine"', f'{note}txet = "not"']
    path.write_text(
        'competition = "small"\nregulations = {}\n'
        + "".join(f"[[facts]]\n{fact}\n" for fact in lines)
    )
    status, said = await site.ask("season", "load", path)
    assert status == 1
    said = " ".join(said.split())
    assert "line 8, fact 2 (note_added): at txet: expected one of text, id," in said
    assert said.endswith("found `txet`; perhaps `text` is meant")
    assert (await Log(site.redis, "small").tail()).position == 0


async def test_loading_a_season_twice_is_loading_it_once(site: Site) -> None:
    first = await site.told("season", "load", AMAZONAS)
    again = await site.told("season", "load", AMAZONAS)
    assert first == {"competition": COMPETITION, "recorded": FACTS - 1, "repeated": 0}
    assert again == {"competition": COMPETITION, "recorded": 0, "repeated": FACTS - 1}
    assert (await Log(site.redis, COMPETITION).tail()).position == FACTS


async def test_playing_goes_on_where_it_ended(site: Site) -> None:
    process = await pitazo(
        ("play", AMAZONAS, "--speed", 18_000), {"PITAZO_URL": site.url, "PITAZO_TOKEN": site.token}
    )

    async def some() -> bool:
        return (await Log(site.redis, COMPETITION).tail()).position > 40

    await until(some)
    process.kill()
    await process.wait()
    begun = (await Log(site.redis, COMPETITION).tail()).position
    assert begun < FACTS
    rest = await site.told("play", AMAZONAS, "--speed", 1e9)
    assert rest == {
        "competition": COMPETITION,
        "recorded": FACTS - begun,
        "repeated": begun - 1,
    }


async def test_without_a_token_nothing_is_loaded_and_that_is_said(site: Site) -> None:
    status, said = await said_by("season", "load", AMAZONAS, PITAZO_URL=site.url)
    assert status == 1
    assert "error: there is no token" in said
    assert not (await Log(site.redis, COMPETITION).tail()).position


async def test_a_wrong_season_is_refused_with_the_line_and_nothing_is_posted(
    site: Site, tmp_path: Path
) -> None:
    path = tmp_path / "season.toml"
    path.write_text(
        (AMAZONAS / "season.toml").read_text().replace('team = "bagua-fc"', 'team = "bagua fc"')
    )
    status, said = await site.ask("season", "load", path)
    assert status == 1
    assert f"{path}, line 50, fact 5 (team_entered): at team: expected an id" in said
    assert not (await Log(site.redis, COMPETITION).tail()).position


async def test_where_nobody_answers_that_is_said_soon() -> None:
    status, said = await said_by("verify", COMPETITION, PITAZO_URL="http://127.0.0.1:9")
    assert status == 1
    assert "http://127.0.0.1:9 gives no answer" in said
    assert "Traceback" not in said


ADDRESSES: dict[str, list[tuple[object, ...]]] = {
    "http://127.0.0.1:8080": [
        ("verify", COMPETITION, "--url", "127.0.0.1:8080"),
        ("replay", COMPETITION, "--url", "http://127.0.0.1:http"),
        ("season", "load", AMAZONAS, "--url", "http://[::1"),
        ("play", AMAZONAS, "--url", "ws://127.0.0.1:8081"),
    ],
    "ws://127.0.0.1:8081": [("watch", COMPETITION, "--live", "ws://127.0.0.1:live")],
    "redis://127.0.0.1:6379": [
        ("verify", COMPETITION, "--server", "/tmp"),
        ("token", "list"),
        ("serve", "projector"),
    ],
}


@pytest.mark.parametrize(
    ("arguments", "like"),
    [(arguments, like) for like, asked in ADDRESSES.items() for arguments in asked],
)
async def test_an_address_that_is_none_is_wrong_use_and_said_with_one_that_would_be(
    arguments: tuple[object, ...], like: str
) -> None:
    status, said = await said_by(*arguments, PITAZO_REDIS_URL="redis://:secret@127.0.0.1:redis")
    assert status == 2, said
    assert f"is no address to call; write it like {like}" in said
    assert "Traceback" not in said
    assert "secret" not in said


async def test_an_address_where_something_else_answers_is_said_in_a_sentence(redis: Redis) -> None:
    async with web.serving(redis) as served:
        address = str(served.client.base_url).replace("http://", "redis://")
        status, said = await said_by("token", "list", PITAZO_REDIS_URL=address)
    assert status == 1
    assert "did not answer: " in said
    assert "Traceback" not in said


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


def record(site: Site, facts: list[Any]) -> None:
    with Client(site.url, site.token) as client:
        client.post("/v1/competitions", football.CREATED)
        client.post(web.EVENTS, facts)


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


# Tokens


async def test_a_token_is_issued_listed_and_revoked(redis_url: str, redis: Redis) -> None:
    variables = {"PITAZO_REDIS_URL": redis_url}
    status, said = await said_by(
        "token", "issue", "scorer", f"{COMPETITION}/matches/m1", "--days", 2, "--json", **variables
    )
    assert status == 0, said
    issued = json.loads(said)
    assert issued["token"].startswith(f"pitazo_{issued['id']}_")
    _, said = await said_by("token", "list", "--json", **variables)
    [listed] = json.loads(said)["tokens"]
    assert listed["id"] == issued["id"]
    assert issued["token"] not in said
    assert (await said_by("token", "revoke", issued["id"], **variables))[0] == 0
    assert (await said_by("token", "revoke", issued["id"], **variables))[0] == 1


async def test_a_token_for_a_competition_that_is_not_there_is_issued_with_a_warning(
    site: Site,
) -> None:
    await asyncio.to_thread(record, site, football.ENTERED)
    scopes = (f"{CUP}/matches/m1", "nope/matches/x", "nope")
    variables = {"PITAZO_REDIS_URL": site.redis_url}
    status, said = await said_by("token", "issue", "scorer", *scopes, **variables)
    assert status == 0
    assert said.count("there is no competition") == 1
    assert "there is no competition nope yet" in said
    _, said = await said_by("token", "issue", "scorer", *scopes, "--json", **variables)
    assert json.loads(said)["warnings"] == ["there is no competition nope yet; look for a slip"]


async def test_a_scope_that_nothing_is_within_is_refused(redis_url: str) -> None:
    status, said = await said_by("token", "issue", "scorer", "A B", PITAZO_REDIS_URL=redis_url)
    assert status == 2
    assert "'A B' is no scope" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("restored",),
        ("token", "list"),
        ("token", "issue", "operator"),
        ("token", "revoke", "4f0e7c21a9b3"),
    ],
)
async def test_a_folder_that_was_mistyped_is_named_and_nothing_is_begun_there(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    for mistyped, reason in (
        (tmp_path / "typo", "there is no such folder"),
        (tmp_path, "nothing was ever kept in it"),
    ):
        status, said = await said_by(*arguments, "--data", mistyped, PITAZO_REDIS_URL="")
        assert status == 1, said
        assert f"{mistyped} holds no store: {reason}; name the folder" in said
        assert "Traceback" not in said
        assert list(tmp_path.iterdir()) == []


async def test_tokens_are_made_in_a_store_that_nobody_serves_now(tmp_path: Path) -> None:
    async with embedded.server(tmp_path):
        pass
    status, said = await said_by(
        "token", "issue", "operator", "--data", tmp_path, PITAZO_REDIS_URL=""
    )
    assert status == 0, said
    assert json.loads((await said_by("token", "list", "--json", "--data", tmp_path))[1])["tokens"]
