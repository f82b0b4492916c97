"""What is posted is recorded and answered, or changes nothing and is told why."""

import asyncio
import hashlib
import json
import socket
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from services.capture.writer import Writer
from services.client import Client, Refusal
from services.settings import MEND_RETRY_AFTER_SECONDS, Settings
from services.store import embedded, keys
from services.store.connection import connect
from tests.integration import servers
from tests.integration.facts import COMPETITION, contents
from tests.integration.football import (
    CREATED,
    OPENING,
    REGULATIONS,
    goal,
    named,
    note,
    sent,
)
from tests.integration.web import EVENTS, LOG, PEOPLE, Web, problem, serving

GOAL = goal("first")
KICK_OFF = sent("period_started", "kick-off", match="m1", period="first_half")
FINALISED = sent(
    "standings_finalised",
    "finalised",
    group="group-a",
    order=["arsenal", "bielich", "carrion", "dep-pasco"],
)


async def stored(web: Web) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (await web.get(LOG)).text.splitlines()]


# What is recorded


async def test_a_goal_is_recorded_at_the_next_position(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        answer = await web.post(EVENTS, KICK_OFF)
        assert answer.status_code == 201
        [place] = answer.json()["recorded"]
        assert (place["id"], place["position"], place["version"]) == (
            KICK_OFF["id"],
            OPENING + 1,
            2,
        )
        [*_, last] = await stored(web)
        assert (last["position"], last["recorded_at"]) == (OPENING + 1, place["recorded_at"])
        assert last["type"] == "period_started"
        assert answer.json()["warnings"] == []


async def test_what_is_odd_is_recorded_with_a_warning(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        answer = await web.post(EVENTS, GOAL)
        assert answer.status_code == 201
        assert [warning["code"] for warning in answer.json()["warnings"]] == ["before-kick-off"]


async def test_the_same_again_says_where_it_stands_and_nothing_else(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        first = await web.post(EVENTS, [GOAL, KICK_OFF])
        before = await contents(redis)
        again = await web.post(EVENTS, [GOAL, KICK_OFF])
        assert again.status_code == 200
        assert again.json() == {"recorded": first.json()["recorded"]}
        shuffled = json.dumps(dict(reversed(GOAL.items())), indent=3).encode()
        assert (await web.post(EVENTS, shuffled)).status_code == 200
        assert await contents(redis) == before


async def test_an_array_is_recorded_whole_or_not_at_all(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        unknown = goal("unknown", "no-such-match")
        problem(await web.post(EVENTS, [GOAL, unknown]), 404, "unknown-match")
        assert await contents(redis) == before
        answer = await web.post(EVENTS, [KICK_OFF, GOAL])
        assert [place["version"] for place in answer.json()["recorded"]] == [2, 3]
        mixed = await web.post(EVENTS, [GOAL, goal("second")])
        assert mixed.status_code == 201
        assert [place["position"] for place in mixed.json()["recorded"]] == [
            OPENING + 2,
            OPENING + 3,
        ]


async def test_two_hundred_phones_at_once_each_score_once(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        goals = [goal(f"goal-{number % 100}", f"m{number % 4 + 1}") for number in range(200)]
        answers = await asyncio.gather(*(web.post(EVENTS, one) for one in goals))
        assert sorted(answer.status_code for answer in answers) == [200] * 100 + [201] * 100
        events = await stored(web)
        assert [event["position"] for event in events] == list(range(1, OPENING + 101))
        assert {event["id"] for event in events[OPENING:]} == {one["id"] for one in goals}


async def test_an_event_may_name_its_competition_but_no_other(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        assert (await web.post(EVENTS, {**GOAL, "competition": COMPETITION})).status_code == 201
        other = {**goal("second"), "competition": "another-cup"}
        assert problem(await web.post(EVENTS, other), 400, "malformed")["path"] == "$.competition"
        both = [goal("third"), other]
        said = problem(await web.post(EVENTS, both), 400, "malformed")
        assert said["path"] == "$[1].competition"


# What is refused: each gets its row, and the log is byte for byte what it was


MALFORMED = {
    "not JSON": (b"{", "$"),
    "nothing": (b"", "$"),
    "not UTF-8": (b'{"id": "\xff"}', "$"),
    "a number": (b"7", "$"),
    "an empty array": (b"[]", "$"),
    "an array in an array": (b"[[]]", "$[0]"),
    "a key twice": (b'{"id": "1", "id": "1"}', "$.id"),
    "a fraction": (b'{"minute": 1.5}', "$.minute"),
    "a huge integer": (b'{"minute": 99999999999999999999}', "$.minute"),
    "deep nesting": (b"[" * 30_000, "$"),
    "no type": ({"id": named("x"), "match": "m1"}, "$.type"),
    "an unknown type": ({**GOAL, "type": "goal_kicked"}, "$.type"),
    "an unknown field": ({**GOAL, "colour": "red"}, "$.colour"),
    "an unknown side": ({**GOAL, "side": "left"}, "$.side"),
    "no match": ({k: v for k, v in GOAL.items() if k != "match"}, "$.match"),
    "an id that is no UUID": ({**GOAL, "id": "first"}, "$.id"),
    "a time without offset": ({**GOAL, "occurred_at": "2013-12-15T15:31:00"}, "$.occurred_at"),
    "a day that is none": ({**GOAL, "occurred_at": "2013-02-30T15:31:00Z"}, "$.occurred_at"),
    "a position": ({**GOAL, "position": 7}, "$.position"),
    "who recorded it": ({**GOAL, "recorded_by": "operator:1"}, "$.recorded_by"),
    "an odd version": ({**GOAL, "expected_version": -1}, "$.expected_version"),
    "half a surrogate pair": (b'{"id": "\\ud800"}', "$.id"),
    "the second of two": ([GOAL, {**goal("second"), "minute": "late"}], "$[1].minute"),
}  # fmt: skip


async def test_what_is_malformed_is_told_where_and_changes_nothing(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        for name, (body, path) in MALFORMED.items():
            said = problem(await web.post(EVENTS, body), 400, "malformed")
            assert said["path"] == path, (name, said)
            assert said["expected"], name
            assert said["found"], name
        assert await contents(redis) == before


async def test_who_sent_a_field_too_many_is_told_which_there_are(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        said = problem(await web.post(EVENTS, {**GOAL, "colour": "red"}), 400, "malformed")
        assert {"id", "match", "side", "minute"} <= set(said["fields"])
        assert not {"position", "recorded_by", "colour"} & set(said["fields"])
        named = {"full": "Arsenal", "colour": "red"}
        team = sent("team_entered", "team", team="arsenal", names=named)
        assert "full" in problem(await web.post(EVENTS, team), 400, "malformed")["fields"]
        assert "fields" not in problem(
            await web.post(EVENTS, {**GOAL, "side": 7}), 400, "malformed"
        )


async def test_only_json_is_read(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "application/toml"):
            refused = await web.post(EVENTS, GOAL, **{"Content-Type": kind})
            assert problem(refused, 400, "malformed")["path"] == "Content-Type"
        assert await contents(redis) == before
        kind = "application/json; charset=utf-8"
        assert (await web.post(EVENTS, GOAL, **{"Content-Type": kind})).status_code == 201


async def test_another_question_than_there_is_says_so(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        for query in ("dry_run=1", "dry_run=true&dry_run=true", "dryrun=true"):
            said = problem(await web.post(f"{EVENTS}?{query}", GOAL), 400, "malformed")
            assert "expected no query but dry_run=true" in said["detail"]
        problem(await web.post(f"{PEOPLE}?dry_run=true", GOAL), 400, "malformed")
        assert await contents(redis) == before


async def test_an_unknown_competition_is_said_before_the_shape(redis: Redis) -> None:
    async with serving(redis) as web:
        for name in ("no-such-cup", "NO", "ñ", "x" * 65):
            for body in (GOAL, b"{"):
                path = EVENTS.replace(COMPETITION, name)
                problem(await web.post(path, body), 404, "unknown-competition")
        path = PEOPLE.replace(COMPETITION, "no-such-cup")
        person = {"id": named("p"), "person": "p-1", "name": "Ana"}
        problem(await web.post(path, person), 404, "unknown-competition")
        assert await redis.keys("*no-such-cup*") == []


async def test_an_unknown_match_is_named(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        said = problem(await web.post(EVENTS, goal("g", "m99")), 404, "unknown-match")
        assert said["match"] == "m99"


async def test_the_rules_say_which_and_what_can_be_done(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        said = problem(await web.post(EVENTS, FINALISED), 409, "refused")
        assert said["group"] == "group-a"
        assert await contents(redis) == before


async def test_a_competition_is_created_only_at_its_own_address(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        again = {**CREATED, "id": named("another")}
        problem(await web.post(EVENTS, again), 409, "refused")


async def test_who_expected_another_version_is_told_what_happened(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        for name in ("first", "second", "third"):
            await web.post(EVENTS, goal(name))
        before = await contents(redis)
        late = {**goal("late"), "expected_version": 2}
        said = problem(await web.post(EVENTS, late), 409, "conflict")
        assert (said["subject"], said["expected_version"], said["version"]) == ("match/m1", 2, 4)
        assert [event["id"] for event in said["since"]] == [named("second"), named("third")]
        assert said["since"] == (await stored(web))[-2:]
        assert await contents(redis) == before
        assert (await web.post(EVENTS, {**late, "expected_version": 4})).status_code == 201


async def test_who_expected_more_than_is_recorded_is_told_so(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        early = {**goal("early"), "expected_version": 9}
        said = problem(await web.post(EVENTS, early), 409, "conflict")
        assert (said["expected_version"], said["version"], said["since"]) == (9, 1, [])
        assert "match/m1 is at version 1, not 9" in said["detail"]
        assert "ahead of all that is recorded" in said["detail"]
        assert "since" not in said["detail"]


async def test_a_repeat_is_no_conflict(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        first = {**goal("first"), "expected_version": 1}
        assert (await web.post(EVENTS, first)).status_code == 201
        assert (await web.post(EVENTS, first)).status_code == 200


async def test_an_id_with_other_content_shows_what_was_recorded(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.post(EVENTS, GOAL)
        before = await contents(redis)
        said = problem(await web.post(EVENTS, {**GOAL, "side": "away"}), 422, "id-reused")
        [*_, recorded] = await stored(web)
        assert (said["id"], said["recorded"]) == (GOAL["id"], recorded)
        twice = [goal("x"), {**goal("x"), "side": "away"}]
        said = problem(await web.post(EVENTS, twice), 422, "id-reused")
        assert (said["id"], said["recorded"]) == (named("x"), None)
        assert await contents(redis) == before


async def test_what_is_too_large_is_not_read_to_its_end(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        body = json.dumps({**GOAL, "source": "x" * 66_000}).encode()
        said = problem(await web.post(EVENTS, body), 413, "too-large")
        assert said["limit"] == 65_536

        async def endless() -> Any:
            for _ in range(100):
                yield b" " * 65_536

        headers = {"Authorization": f"Bearer {web.operator}"}
        answer = await web.client.post(EVENTS, content=endless(), headers=headers)
        problem(answer, 413, "too-large")
        many = [note(f"note-{number}") for number in range(101)]
        assert problem(await web.post(EVENTS, many), 413, "too-large")["limit"] == 100
        assert await contents(redis) == before
        assert (await web.post(EVENTS, many[:100])).status_code == 201


async def test_a_body_of_just_the_limit_is_read(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        body = json.dumps(GOAL).encode()
        assert (await web.post(EVENTS, body.ljust(65_536))).status_code == 201
        problem(await web.post(EVENTS, body.ljust(65_537)), 413, "too-large")


async def test_too_many_at_once_are_asked_to_wait(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await redis.client_pause(60_000, all=False)
        flood = [[note(f"{n}-{m}") for m in range(100)] for n in range(40)]
        posts = [asyncio.create_task(web.post(EVENTS, notes)) for notes in flood]
        await asyncio.wait(posts, return_when=asyncio.FIRST_COMPLETED)
        await redis.client_unpause()
        answers = await asyncio.gather(*posts)
        refused = [answer for answer in answers if answer.status_code != 201]
        assert refused
        for answer in refused:
            problem(answer, 429, "too-many")
            assert int(answer.headers["retry-after"]) == answer.json()["retry_after"] == 1
        assert len(await stored(web)) == OPENING + 100 * (len(answers) - len(refused))


async def test_nothing_else_can_be_posted_to(redis: Redis) -> None:
    async with serving(redis) as web:
        for path in ("/", "/v1", "/v1/competitions/x/no", f"{EVENTS}/", "/v1/competitions/"):
            problem(await web.post(path, GOAL), 404, "not-found")


async def test_apart_each_says_what_it_is_not_for(redis: Redis) -> None:
    async with serving(redis, only="capture") as web:
        await web.open()
        assert (await web.post(EVENTS, GOAL)).status_code == 201
        for path in (EVENTS, LOG, "/"):
            refused = await web.get(path)
            problem(refused, 405, "method-not-allowed")
            assert refused.headers["allow"] == "POST"
        assert (await web.get("/readyz")).json()["ready"]
    async with serving(redis, only="reader") as web:
        assert len(await stored(web)) == OPENING + 1
        problem(await web.post(EVENTS, goal("second")), 405, "method-not-allowed")
        assert (await web.get("/readyz")).json()["ready"]
        assert len(await stored(web)) == OPENING + 1


# When the server is away, full, or dies


async def test_who_is_not_answered_sends_the_same_again(tmp_path: Path) -> None:
    async with (
        embedded.server(tmp_path) as server,
        connect(server.url) as redis,
        serving(redis) as web,
    ):
        await web.open()
        servers.kill(server)
        away = await web.post(EVENTS, GOAL)
        problem(away, 503, "log-unavailable")
        assert int(away.headers["retry-after"]) >= 1
        assert "same ids" in away.json()["detail"]
        await servers.revive(server)
        first = await web.post(EVENTS, GOAL)
        assert first.status_code in (200, 201)
        again = await web.post(EVENTS, GOAL)
        assert again.json()["recorded"] == first.json()["recorded"]
        assert len(await stored(web)) == OPENING + 1


async def test_a_full_server_says_that_nothing_was_recorded(tmp_path: Path) -> None:
    async with (
        embedded.server(tmp_path, maxmemory_mib=16) as server,
        connect(server.url) as redis,
        serving(redis) as web,
    ):
        await web.open()
        await redis.config_set("maxmemory", "1mb")
        before = await contents(redis)
        full = problem(await web.post(EVENTS, GOAL), 503, "log-unavailable")
        assert "nothing was recorded" in full["detail"]
        assert full["retry_after"] == MEND_RETRY_AFTER_SECONDS
        with (
            Client(str(web.client.base_url), web.operator) as caller,
            pytest.raises(Refusal, match="is full; give it more memory"),
        ):
            await asyncio.to_thread(caller.post, EVENTS, GOAL)
        ready = await web.get("/readyz")
        assert ready.status_code == 503
        assert "its memory is full" in ready.json()["obstacles"][0]
        assert await contents(redis) == before
        await redis.config_set("maxmemory", "64mb")
        assert (await web.post(EVENTS, GOAL)).status_code == 201
        assert (await web.get("/readyz")).status_code == 200


async def test_a_log_that_cannot_be_read_takes_nothing_more(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
    await redis.xadd(keys.log(COMPETITION), {"e": b"{", "d": b""}, id=f"{OPENING + 1}-0")
    before = await contents(redis)
    async with serving(redis) as web:
        said = problem(await web.post(EVENTS, GOAL), 503, "log-unavailable")
        assert f"position {OPENING + 1} of the log" in said["detail"]
        assert "nothing was recorded" in said["detail"]
        assert await contents(redis) == before


@pytest.mark.parametrize("foreign", [f"{OPENING + 1}-0", f"{OPENING + 7}-3", "*"])
async def test_a_log_that_somebody_else_wrote_to_takes_nothing_and_the_others_go_on(
    redis: Redis, foreign: str
) -> None:
    async with serving(redis) as web:
        await web.open()
        added = await redis.xadd(keys.log(COMPETITION), {"e": b"{}"}, id=foreign)
        said = problem(await web.post(EVENTS, GOAL), 503, "log-unavailable")
        assert f"it has {OPENING + 1} entries and {OPENING} ids" in said["detail"]
        await redis.xdel(keys.log(COMPETITION), added)
        before = await contents(redis)
        for _ in range(2):
            said = problem(await web.post(EVENTS, GOAL), 503, "log-unavailable")
            assert "an entry was deleted at its end" in said["detail"]
            assert "nothing was recorded" in said["detail"]
        assert await contents(redis) == before
        await post_to_another(web)


async def post_to_another(web: Web) -> None:
    other = {**CREATED, "id": named("other"), "competition": "other"}
    assert (await web.post("/v1/competitions", other)).status_code == 201
    recorded = await web.post("/v1/competitions/other/events", note("first"))
    assert recorded.status_code == 201


async def test_a_log_that_lost_its_end_takes_nothing_and_the_others_go_on(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.post(EVENTS, GOAL)
        await redis.xdel(keys.log(COMPETITION), f"{OPENING + 1}-0")
        for event in (KICK_OFF, GOAL):
            said = problem(await web.post(EVENTS, event), 503, "log-unavailable")
            assert f"{OPENING} entries and {OPENING + 1} ids" in said["detail"]
            assert "restore it from a copy" in said["detail"]
        await post_to_another(web)


async def test_a_writer_that_dies_takes_its_capture_with_it(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(writer: Writer) -> None:
        raise RuntimeError(f"the writer of {writer.competition} died")

    async def post_to_it() -> None:
        async with serving(redis) as web:
            await web.post("/v1/competitions", CREATED)
            monkeypatch.setattr(Writer, "run", die)
            await web.post(EVENTS, GOAL)

    with pytest.raises(RuntimeError, match="the writer of copa-peru-2013 died"):
        await post_to_it()


async def test_a_writer_that_nobody_waits_for_makes_room(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.capture.writers.WRITERS_MAX", 2)
    async with serving(redis) as web:
        for number in range(5):
            cup = f"cup-{number}"
            created = {**CREATED, "competition": cup, "id": named(cup)}
            assert (await web.post("/v1/competitions", created)).status_code == 201
            path = f"/v1/competitions/{cup}/events"
            assert (await web.post(path, note("something"))).status_code == 201
        for number in range(5):
            path = f"/v1/competitions/cup-{number}/events"
            assert (await web.post(path, note("something"))).status_code == 200


async def test_who_leaves_before_the_end_is_not_waited_for(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        host, port = web.client.base_url.host, web.client.base_url.port
        head = (
            f"POST {EVENTS} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {web.operator}\r\n"
            "Content-Length: 1000\r\n\r\n{"
        )
        with socket.create_connection((host, port or 80)) as phone:
            phone.sendall(head.encode())
        assert (await web.get("/healthz")).status_code == 200
        assert await contents(redis) == before


# Competitions


async def test_a_competition_begins_with_its_regulations(redis: Redis) -> None:
    async with serving(redis) as web:
        created = {
            "competition": COMPETITION,
            "id": named("created"),
            "name": "Copa Perú 2013",
            "time_zone": "America/Lima",
            "regulations": REGULATIONS,
        }
        answer = await web.post("/v1/competitions", created)
        assert answer.status_code == 201
        assert (answer.json()["competition"], answer.json()["position"]) == (COMPETITION, 1)
        epoch = answer.json()["epoch"]
        assert (await web.get(LOG)).headers["pitazo-epoch"] == epoch
        again = await web.post("/v1/competitions", {**created, "type": "competition_created"})
        assert (again.status_code, again.json()) == (200, answer.json())
        await web.post(EVENTS, note("something"))
        assert (await web.post("/v1/competitions", created)).json() == answer.json()
        [first, _] = await stored(web)
        assert (first["type"], first["time_zone"]) == ("competition_created", "America/Lima")


async def test_a_competition_may_be_written_as_toml(redis: Redis) -> None:
    toml = f"""
        competition = "{COMPETITION}"
        id = "{named("created")}"
        name = "Copa Perú 2013"
        occurred_at = 2013-02-01T10:00:00-05:00
        [[regulations.stages]]
        id = "departmental"
        name = "Etapa departamental"
        [[regulations.criteria]]
        metric = "points"
    """
    async with serving(redis) as web:
        for kind in ("application/toml", "application/x-toml", "text/toml; charset=utf-8"):
            answer = await web.post("/v1/competitions", toml.encode(), **{"Content-Type": kind})
            assert answer.status_code in (200, 201), answer.text
        [first] = await stored(web)
        assert first["name"] == "Copa Perú 2013"
        assert first["occurred_at"] == "2013-02-01T10:00:00-05:00"


async def test_a_competition_with_other_content_is_another(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        for other in ({**CREATED, "name": "Other"}, {**CREATED, "id": named("other")}):
            said = problem(await web.post("/v1/competitions", other), 409, "exists")
            assert said["competition"] == COMPETITION
        assert await contents(redis) == before


async def test_ten_who_create_the_same_competition_create_one(redis: Redis) -> None:
    async with serving(redis) as web:
        answers = await asyncio.gather(*(web.post("/v1/competitions", CREATED) for _ in range(10)))
        assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
        assert len({answer.text for answer in answers}) == 1
        assert len(await stored(web)) == 1


async def test_a_competition_in_no_shape_creates_nothing(redis: Redis) -> None:
    wrong: dict[str, object] = {
        "$.regulations": {k: v for k, v in CREATED.items() if k != "regulations"},
        "$.competition": {**CREATED, "competition": "Copa"},
        "$.id": {**CREATED, "id": "1"},
        "$.time_zone": {**CREATED, "time_zone": "America/Cerro_de_Pasco"},
        "$.type": {**CREATED, "type": "note_added"},
        "$.expected_version": {**CREATED, "expected_version": 0},
        "$.colour": {**CREATED, "colour": "red"},
        "$": [CREATED],
    }
    async with serving(redis) as web:
        keys = await redis.keys("*")
        for path, body in wrong.items():
            said = problem(await web.post("/v1/competitions", body), 400, "malformed")
            assert said["path"] == path, said
        for zone in ("../../etc/passwd", "/etc/passwd", "", "x\u0000y", "Etc", "x" * 200):
            body = {**CREATED, "time_zone": zone}
            problem(await web.post("/v1/competitions", body), 400, "malformed")
        toml = {"Content-Type": "application/toml"}
        for text in (b"competition = ", b"competition = 1.5", b"\xff", b"a = 1\na = 2"):
            problem(await web.post("/v1/competitions", text, **toml), 400, "malformed")
        big = {**CREATED, "source": "x" * (2 * 1024 * 1024)}
        problem(await web.post("/v1/competitions", big), 413, "too-large")
        assert await redis.keys("*") == keys


async def test_only_an_operator_creates_competitions(redis: Redis) -> None:
    async with serving(redis) as web:
        organiser = await web.token("organiser", "*")
        said = problem(await web.post("/v1/competitions", CREATED, organiser), 403, "forbidden")
        assert said["scope"] == "*"
        problem(await web.post("/v1/competitions", CREATED, ""), 401, "unauthenticated")


# Names of persons


ANA = {"id": named("ana"), "person": "p-1", "name": "Ana Quispe", "team": "arsenal"}
LUZ = {"id": named("luz"), "person": "p-2", "name": "Luz Ñahui"}


async def test_a_name_lives_beside_the_log_and_its_commitment_in_it(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        answer = await web.post(PEOPLE, ANA)
        assert answer.status_code == 201
        assert answer.json()["recorded"][0]["position"] == OPENING + 1
        log = (await web.get(LOG)).text
        assert "Quispe" not in log
        [*_, event] = await stored(web)
        assert (event["type"], event["person"], event["team"]) == ("person_named", "p-1", "arsenal")
        kept = json.loads(await redis.hget(f"pitazo:{{{COMPETITION}}}:people", ANA["id"]) or b"")
        salted = (kept["salt"] + kept["name"]).encode()
        assert event["commitment"] == hashlib.sha256(salted).hexdigest()
        people = (await web.get(PEOPLE)).json()["people"]
        assert people == [{"person": "p-1", "name": "Ana Quispe", "team": "arsenal"}]


async def test_naming_a_person_twice_names_it_once(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        first = await web.post(PEOPLE, [ANA, LUZ])
        before = await contents(redis)
        again = await web.post(PEOPLE, [ANA, LUZ])
        assert again.status_code == 200
        assert again.json()["recorded"] == first.json()["recorded"]
        for other in ({**ANA, "name": "Eva"}, {**ANA, "person": "p-3"}, {**ANA, "team": "bielich"}):
            assert problem(await web.post(PEOPLE, other), 422, "id-reused")["id"] == ANA["id"]
        assert await contents(redis) == before


async def test_the_newest_name_of_a_person_counts(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.post(PEOPLE, [ANA, LUZ])
        await web.post(PEOPLE, {**ANA, "id": named("ana-2"), "name": "Ana Quispe Rojas"})
        people = (await web.get(PEOPLE)).json()["people"]
        assert [who["name"] for who in people] == ["Ana Quispe Rojas", "Luz Ñahui"]


async def test_an_erased_name_is_gone_and_every_proof_holds(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.post(PEOPLE, [ANA, LUZ, {**ANA, "id": named("ana-2"), "name": "Ana Q."}])
        log = (await web.get(LOG)).text
        erased = sent("name_erased", "erased", person="p-1")
        assert (await web.post(EVENTS, erased)).status_code == 201
        assert (await web.get(LOG)).text.startswith(log)
        assert [who["person"] for who in (await web.get(PEOPLE)).json()["people"]] == ["p-2"]
        kept = await redis.hgetall(f"pitazo:{{{COMPETITION}}}:people")
        assert "Ana" not in str(kept)
        await web.post(PEOPLE, {**ANA, "id": named("ana-3")})
        assert (await web.post(EVENTS, erased)).status_code == 200
        people = (await web.get(PEOPLE)).json()["people"]
        assert [who["name"] for who in people] == ["Ana Quispe", "Luz Ñahui"]


async def test_a_name_in_no_shape_is_not_kept(redis: Redis) -> None:
    wrong: dict[str, list[object]] = {
        "$.name": [{**ANA, "name": ""}, {**ANA, "name": "x" * 201}, {**ANA, "name": 7}],
        "$.person": [{**ANA, "person": "P 1"}],
        "$.id": [{**ANA, "id": "1"}],
        "$.colour": [{**ANA, "colour": "red"}],
        "$": [{**ANA, "commitment": "0" * 64}, {**ANA, "type": "note_added"}, "Ana"],
    }
    async with serving(redis) as web:
        await web.open()
        before = await contents(redis)
        for path, bodies in wrong.items():
            for body in bodies:
                said = problem(await web.post(PEOPLE, body), 400, "malformed")
                assert said["path"] == path, said
        problem(await web.post(PEOPLE, [ANA, {**LUZ, "name": None}]), 400, "malformed")
        assert await contents(redis) == before


async def test_only_who_runs_the_competition_names_persons(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        scorer = await web.token("scorer", COMPETITION)
        section = await web.token("organiser", f"{COMPETITION}/sections/amazonas")
        for token in (scorer, section):
            said = problem(await web.post(PEOPLE, ANA, token), 403, "forbidden")
            assert said["scope"] == COMPETITION
        organiser = await web.token("organiser", COMPETITION)
        assert (await web.post(PEOPLE, ANA, organiser)).status_code == 201


# The address


async def test_on_loopback_only_our_own_names_are_answered_to(redis: Redis) -> None:
    async with serving(redis, Settings(allowed_hosts=("Pitazo.pe",))) as web:
        await web.open()
        for host in ("localhost", "127.0.0.1:80", "[::1]:8080", "pitazo.pe", "LOCALHOST:1"):
            assert (await web.get("/healthz", Host=host)).status_code == 200
        for host in ("evil.example", "127.0.0.1.evil.example", "pitazo.pe.evil", ""):
            problem(await web.get("/healthz", Host=host), 403, "forbidden")
            said = problem(await web.post(EVENTS, GOAL, Host=host), 403, "forbidden")
            assert said["host"] == host
        assert len(await stored(web)) == OPENING


async def test_elsewhere_every_name_is_answered_to_unless_some_are_listed(redis: Redis) -> None:
    async with serving(redis, Settings(http_host="0.0.0.0")) as web:
        assert (await web.get("/healthz", Host="anything")).status_code == 200
    async with serving(redis, Settings(http_host="0.0.0.0", allowed_hosts=("a.pe",))) as web:
        assert (await web.get("/healthz", Host="a.pe")).status_code == 200
        problem(await web.get("/healthz", Host="anything"), 403, "forbidden")


async def test_two_captures_of_one_competition_agree(redis_url: str, redis: Redis) -> None:
    async with connect(redis_url) as another, serving(redis) as one, serving(another) as two:
        await one.open()
        goals = [goal(f"goal-{number}") for number in range(60)]
        answers = await asyncio.gather(
            *(web.post(EVENTS, each) for web in (one, two) for each in goals)
        )
        assert sorted(answer.status_code for answer in answers) == [200] * 60 + [201] * 60
        events = await stored(two)
        assert [event["position"] for event in events] == list(range(1, OPENING + 61))
        assert [event["version"] for event in events[OPENING:]] == list(range(2, 62))
