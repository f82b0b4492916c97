"""Tokens: who may do what, and how little is kept of them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from events.codec import read_event
from services.settings import Settings
from services.store import access
from services.store.access import (
    Access,
    BadScope,
    Forbidden,
    Grant,
    Role,
    Unauthenticated,
    issue,
    listing,
    permit,
    recordable,
    revoke,
)
from tests.integration.football import CREATED, GROUP, SCHEDULED, goal, sent
from tests.integration.permitted import CUP, ground, may
from tests.integration.servers import until
from tests.integration.web import EVENTS, problem, serving

AWARD = sent("result_awarded", "award", match="m1", outcome="home")
GOAL = goal("first")
FORMED = {
    **sent("group_formed", "formed", stage="departmental", section="junin", group="group-c"),
    "name": "Grupo C",
    "teams": [],
}


def cancelled(target: dict[str, Any], name: str = "word") -> dict[str, Any]:
    return sent("event_cancelled", name, match="m1", target=target["id"])


def amended(
    target: dict[str, Any], body: dict[str, Any], name: str = "amendment"
) -> dict[str, Any]:
    return sent("event_amended", name, match="m1", target=target["id"], body=body)


def of(fact: dict[str, Any]) -> dict[str, Any]:
    """The content of a fact, as an amendment carries it."""
    return {key: value for key, value in fact.items() if key != "id"}


# What a role may do


@pytest.mark.parametrize("role", ["operator", "organiser", "scorer"])
def test_who_stands_at_the_pitch_may_record_a_goal(role: Role) -> None:
    assert may(role, "*", GOAL)
    assert may(role, CUP, GOAL)
    assert may(role, f"{CUP}/matches/m1", GOAL)
    assert may(role, f"{CUP}/sections/amazonas", GOAL)


@pytest.mark.parametrize("role", ["operator", "organiser", "scorer"])
def test_nobody_records_outside_the_scope(role: Role) -> None:
    assert not may(role, "another-cup", GOAL)
    assert not may(role, f"{CUP}/matches/m2", GOAL)
    assert not may(role, f"{CUP}/sections/junin", GOAL)
    assert not may(role, "another-cup/sections/amazonas", GOAL)


@pytest.mark.parametrize(
    ("fact", "role"), [(GOAL, "scorer"), (AWARD, "organiser"), (FORMED, "organiser")]
)
def test_an_auditor_is_told_the_least_role_that_may(fact: dict[str, Any], role: Role) -> None:
    grant = Grant("0123456789ab", "auditor", ("*",))
    with pytest.raises(Forbidden) as forbidden:
        permit(grant, CUP, read_event(fact).event, ground())
    assert forbidden.value.role == role


def test_an_auditor_records_nothing() -> None:
    assert not may("auditor", "*", GOAL)
    assert recordable("auditor") == []


@pytest.mark.parametrize(
    "fact",
    [
        AWARD,
        sent("result_annulled", "annulled", match="m1"),
        sent("result_confirmed", "signed", match="m1"),
        sent("match_scheduled", "new", match="m9", home="arsenal", away="bielich"),
        sent("match_rescheduled", "later", match="m1", kick_off="2026-01-01"),
        sent("team_entered", "guests", team="guests", names={"full": "Guests"}),
        sent("note_added", "note", text="about everything"),
    ],
    ids=lambda fact: str(fact["type"]),
)
def test_a_scorer_decides_nothing(fact: dict[str, Any]) -> None:
    assert not may("scorer", "*", fact)
    assert may("organiser", CUP, fact)


def test_a_scorer_corrects_what_a_scorer_records() -> None:
    assert may("scorer", CUP, cancelled(GOAL), GOAL)
    assert may("scorer", CUP, cancelled(cancelled(GOAL), "again"), GOAL, cancelled(GOAL))
    assert may("scorer", CUP, amended(GOAL, of(GOAL)), GOAL)


def test_no_correction_of_a_scorer_reaches_a_decision() -> None:
    assert not may("scorer", CUP, cancelled(AWARD), AWARD)
    assert not may("scorer", CUP, cancelled(cancelled(AWARD), "again"), AWARD, cancelled(AWARD))
    assert not may("scorer", CUP, cancelled(SCHEDULED[0]))


def test_no_correction_of_a_correction_takes_a_scorer_to_a_decision() -> None:
    word, aimed = amended(GOAL, of(GOAL)), of(amended(AWARD, of(AWARD)))
    assert may("scorer", CUP, amended(word, of(word), "again"), GOAL, word, AWARD)
    turned = amended(word, aimed, "again")
    assert not may("scorer", CUP, turned, GOAL, word, AWARD)
    assert not may("scorer", CUP, cancelled(word), GOAL, word, AWARD, turned)


def test_an_organiser_of_a_section_forms_groups_of_it_only() -> None:
    assert may("organiser", f"{CUP}/sections/junin", FORMED)
    assert not may("organiser", f"{CUP}/sections/amazonas", FORMED)
    stolen = {**FORMED, "group": GROUP["id"]}
    assert not may("organiser", f"{CUP}/sections/junin", stolen)


def test_an_organiser_of_a_section_does_not_put_a_match_into_another() -> None:
    own = f"{CUP}/sections/amazonas"
    new = sent("match_scheduled", "new", match="m9", home="arsenal", away="bielich")
    assert may("organiser", own, {**new, "group": "group-a"})
    assert not may("organiser", own, {**new, "group": "group-b"})
    assert not may("organiser", own, new)
    body = of(SCHEDULED[0])
    assert may("organiser", own, amended(SCHEDULED[0], body))
    assert not may("organiser", own, amended(SCHEDULED[0], {**body, "group": "group-b"}))


def test_an_organiser_of_a_section_leaves_the_competition_alone() -> None:
    fact = sent("competition_closed", "closed")
    assert may("organiser", CUP, fact)
    assert not may("organiser", f"{CUP}/sections/amazonas", fact)


def test_what_is_forbidden_says_which_scope_is_missing() -> None:
    grant = Grant("0123456789ab", "scorer", (f"{CUP}/matches/m2",))
    with pytest.raises(Forbidden) as refused:
        permit(grant, CUP, read_event(GOAL).event, ground())
    assert refused.value.scope == f"{CUP}/matches/m1"
    assert f"a scope that holds {CUP}/matches/m1" in str(refused.value)


# Tokens


async def test_a_token_is_good_for_what_it_was_issued_for(redis: Redis) -> None:
    token, grant = await issue(redis, "scorer", [f"{CUP}/matches/m1"])
    assert await Access(redis).grant(token) == grant
    assert (grant.role, grant.scopes) == ("scorer", (f"{CUP}/matches/m1",))
    assert grant.reference == f"scorer:{grant.id}"
    assert await listing(redis) == [grant]


async def test_only_a_hash_of_a_token_is_kept(redis: Redis) -> None:
    token, _ = await issue(redis, "operator", ["*"])
    secret = token.split("_")[2]
    assert len(bytes.fromhex(secret)) == 32
    async for key in redis.scan_iter():
        assert secret.encode() not in (await redis.dump(key) or b"")


async def test_a_token_that_was_revoked_is_refused_soon(redis: Redis) -> None:
    token, grant = await issue(redis, "operator", ["*"])
    access = Access(redis)
    await access.grant(token)
    assert await revoke(redis, grant.id)
    assert not await revoke(redis, grant.id)

    async def is_refused() -> bool:
        try:
            await access.grant(token)
        except Unauthenticated:
            return True
        return False

    await until(is_refused)


async def test_a_token_that_has_expired_is_refused(redis: Redis) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    token, grant = await issue(redis, "operator", ["*"], past)
    with pytest.raises(Unauthenticated, match=f"token {grant.id} has expired"):
        await Access(redis).grant(token)


async def test_a_token_expires_while_it_is_remembered(redis: Redis) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=0.2)
    token, _ = await issue(redis, "operator", ["*"], soon)
    access = Access(redis)
    await access.grant(token)

    async def has_expired() -> bool:
        try:
            await access.grant(token)
        except Unauthenticated:
            return datetime.now(UTC) >= soon
        return False

    await until(has_expired)


async def test_what_is_almost_a_token_is_none(redis: Redis) -> None:
    token, _ = await issue(redis, "operator", ["*"])
    name, id_, secret = token.split("_")
    wrong = [
        f"{name}_{id_}_{'0' * 64}",
        f"{name}_{'0' * 12}_{secret}",
        token[:-1],
        f"{token} ",
        f"{token}\n",
        secret,
        "",
        "pitazo",
        "ñ" * 100,
    ]
    for other in wrong:
        with pytest.raises(Unauthenticated):
            await Access(redis).grant(other)


async def test_an_operator_may_come_from_the_environment(redis: Redis) -> None:
    token, sha256 = access.new_token()
    grant = await Access(redis, sha256).grant(token)
    assert (grant.role, grant.scopes) == ("operator", ("*",))
    with pytest.raises(Unauthenticated):
        await Access(redis).grant(token)
    assert await listing(redis) == []


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        ("scorer", []),
        ("scorer", ["Copa"]),
        ("scorer", ["copa/"]),
        ("scorer", ["copa/teams/arsenal"]),
        ("scorer", ["copa/matches/m1/goals"]),
        ("scorer", ["copa\n"]),
        ("operator", ["copa"]),
    ],
)
async def test_a_scope_that_nothing_is_within_is_refused(
    redis: Redis, role: Role, scopes: list[str]
) -> None:
    with pytest.raises(BadScope, match="is no scope"):
        await issue(redis, role, scopes)
    assert await listing(redis) == []


# Over HTTP


async def test_posting_takes_a_token(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        log = await redis.dump(f"pitazo:{{{CUP}}}:log")
        for token in ("", "pitazo", f"pitazo_{'0' * 12}_{'0' * 64}"):
            refused = await web.post(EVENTS, GOAL, token)
            problem(refused, 401, "unauthenticated")
            assert refused.headers["www-authenticate"] == "Bearer"
        basic = await web.post(EVENTS, GOAL, "", Authorization="Basic YTpi")
        problem(basic, 401, "unauthenticated")
        assert await redis.dump(f"pitazo:{{{CUP}}}:log") == log


async def test_a_token_of_another_match_is_told_what_is_missing(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        log = await redis.dump(f"pitazo:{{{CUP}}}:log")
        scorer = await web.token("scorer", f"{CUP}/matches/m2")
        said = problem(await web.post(EVENTS, GOAL, scorer), 403, "forbidden")
        assert said["scope"] == f"{CUP}/matches/m1"
        both = [goal("other", "m2"), GOAL]
        problem(await web.post(EVENTS, both, scorer), 403, "forbidden")
        assert await redis.dump(f"pitazo:{{{CUP}}}:log") == log
        assert (await web.post(EVENTS, goal("other", "m2"), scorer)).status_code == 201


async def test_authority_comes_before_the_id(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.post(EVENTS, GOAL)
        stranger = await web.token("scorer", f"{CUP}/matches/m2")
        problem(await web.post(EVENTS, GOAL, stranger), 403, "forbidden")
        problem(await web.post(EVENTS, {**GOAL, "side": "away"}, stranger), 403, "forbidden")


async def test_who_could_not_post_learns_nothing_of_what_exists(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        stranger = await web.token("scorer", "another-cup")
        here = problem(await web.post(EVENTS, GOAL, stranger), 403, "forbidden")
        nowhere = EVENTS.replace(CUP, "no-such-cup")
        there = problem(await web.post(nowhere, GOAL, stranger), 403, "forbidden")
        assert str(here).replace(CUP, "no-such-cup") == str(there)


async def test_the_log_says_who_recorded_but_never_the_secret(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        scorer = await web.token("scorer", f"{CUP}/matches/m1")
        await web.post(EVENTS, GOAL, scorer)
        log = (await web.get(f"/v1/competitions/{CUP}/log")).text
        _, id_, secret = scorer.split("_")
        assert f'"recorded_by":"scorer:{id_}"' in log.splitlines()[-1]
        assert secret not in log


async def test_a_token_is_told_what_it_may_do(redis: Redis) -> None:
    async with serving(redis) as web:
        scorer = await web.token("scorer", f"{CUP}/matches/m1")
        said = (await web.get("/v1/access", scorer)).json()
        assert (said["role"], said["scopes"]) == ("scorer", [f"{CUP}/matches/m1"])
        assert (said["creates_competitions"], said["names_people"]) == (False, False)
        assert "goal_scored" in said["records"]
        assert "result_awarded" not in said["records"]
        assert (await web.get("/v1/access", web.operator)).json()["creates_competitions"]
        problem(await web.get("/v1/access"), 401, "unauthenticated")


async def test_a_private_competition_is_shown_to_its_own_only(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open(private=True)
        await web.project()
        own = await web.token("auditor", CUP)
        match = await web.token("scorer", f"{CUP}/matches/m1")
        stranger = await web.token("auditor", "another-cup")
        for inside in ("", "/views/matches/m1", "/views/feed", "/log", "/people"):
            path = f"/v1/competitions/{CUP}{inside}"
            problem(await web.get(path), 401, "unauthenticated")
            assert problem(await web.get(path, stranger), 403, "forbidden")["scope"] == CUP
            for token in (own, match, web.operator):
                assert (await web.get(path, token)).status_code == 200
        for token, seen in (("", []), (stranger, []), (own, [CUP]), (web.operator, [CUP])):
            listed = (await web.get("/v1/competitions", token)).json()["competitions"]
            assert [line["competition"] for line in listed] == seen


async def test_an_operator_of_the_environment_posts(redis: Redis) -> None:
    token, sha256 = access.new_token()
    async with serving(redis, Settings(operator_token_sha256=sha256)) as web:
        assert (await web.post("/v1/competitions", CREATED, token)).status_code == 201
