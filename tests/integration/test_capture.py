"""What is posted is recorded and answered, or changes nothing and is told why."""

import asyncio
import json
from typing import Any

from redis.asyncio import Redis

from services.settings import Settings
from services.store.connection import connect
from tests.integration.facts import COMPETITION, contents
from tests.integration.football import (
    CREATED,
    OPENING,
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
