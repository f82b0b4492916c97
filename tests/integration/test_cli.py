"""The command line: help that is the manual, exit statuses for scripts, and only what is true."""

import asyncio
import json
import re
from pathlib import Path

import pytest
from redis.asyncio import Redis

from services.store import embedded
from services.store.log import Log
from tests.integration import football, web
from tests.integration.facts import COMPETITION as CUP
from tests.integration.machine import AMAZONAS, COMPETITION, pitazo, said_by
from tests.integration.servers import until
from tests.integration.site import FACTS, Site, record

COMMANDS = (
    "up", "serve", "settings", "season load", "season check", "play", "watch", "replay", "verify",
    "token issue", "token revoke", "token list", "restored", "ties",
    "import-results", "rank", "regulations list", "regulations show",
)  # fmt: skip


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
