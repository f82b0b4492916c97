"""Competitions are created once, and names of persons are kept beside the log."""

import asyncio
import hashlib
import json

from redis.asyncio import Redis

from tests.integration.facts import COMPETITION, contents
from tests.integration.football import (
    CREATED,
    OPENING,
    REGULATIONS,
    named,
    note,
    sent,
)
from tests.integration.test_capture import stored
from tests.integration.web import EVENTS, LOG, PEOPLE, problem, serving

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
