"""What is asked is answered: now, as it was, and from the log's own bytes."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from projections import GENERATION
from services.http.problems import ROWS
from services.settings import MEND_RETRY_AFTER_SECONDS
from services.store import embedded, keys
from services.store.connection import connect
from services.store.log import Log
from services.store.views import Stop, Views, view_epoch_of
from tests.integration import servers
from tests.integration.facts import COMPETITION
from tests.integration.football import CREATED, OPENING, goal, named, note, sent
from tests.integration.web import EVENTS, LOG, Web, problem, serving

COMPETITIONS = "/v1/competitions"


HERE = f"{COMPETITIONS}/{COMPETITION}"


M1 = f"{HERE}/views/matches/m1"


WHISTLE = sent("final_whistle", "whistle", match="m1", home=1, away=0)


async def played(web: Web) -> list[dict[str, Any]]:
    """Open the competition and record a goal, a note and the whistle; give what is stored."""
    await web.open()
    for happened in (goal("first"), note("rain"), WHISTLE):
        assert (await web.post(EVENTS, happened)).status_code == 201
    return await events(web)


async def events(web: Web, query: str = "") -> list[dict[str, Any]]:
    answer = await web.get(LOG + query)
    assert answer.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in answer.text.splitlines()]


# Competitions


async def test_nobody_created_anything_yet(redis: Redis) -> None:
    async with serving(redis) as web:
        assert (await web.get(COMPETITIONS)).json() == {"competitions": []}


async def test_a_competition_is_listed_as_soon_as_it_is_created(redis: Redis) -> None:
    async with serving(redis) as web:
        created = await web.post(COMPETITIONS, {**CREATED, "name": "Copa", "simulated": True})
        line = {
            "competition": COMPETITION,
            "name": "Copa",
            "epoch": created.json()["epoch"],
            "position": 1,
            "simulated": True,
            "status": "created",
        }
        assert (await web.get(COMPETITIONS)).json() == {"competitions": [line]}
        one = (await web.get(HERE)).json()
        assert one.items() >= line.items()
        assert one["topics"] == ["checkpoint", "feed"]


async def test_a_competition_says_how_it_stands(redis: Redis) -> None:
    async with serving(redis) as web:
        await played(web)
        await web.project()
        [line] = (await web.get(COMPETITIONS)).json()["competitions"]
        assert (line["status"], line["position"]) == ("running", OPENING + 3)
        topics = (await web.get(HERE)).json()["topics"]
        assert topics == sorted(topics)
        assert {"checkpoint", "competition", "feed", "matches/m1", "standings/group-a"} <= {*topics}


async def test_topics_are_paged_by_name(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.reader.TOPICS_PER_PAGE_MAX", 4)
    async with serving(redis) as web:
        await played(web)
        await web.project()
        found: list[str] = []
        while page := (await web.get(f"{HERE}?after={found[-1] if found else ''}")).json()[
            "topics"
        ]:
            assert len(page) <= 4
            found += page
        epoch = view_epoch_of((await Log(redis, COMPETITION).tail()).epoch, GENERATION)
        stored: Any = await redis.zrange(keys.topics(COMPETITION, epoch), 0, -1)
        assert found == sorted({*(topic.decode() for topic in stored), "checkpoint", "feed"})


async def test_what_nobody_created_is_unknown(redis: Redis) -> None:
    async with serving(redis) as web:
        for name in ("no-such-cup", "NO", "x" * 65, "ñ", "*"):
            for inside in ("", "/views/feed", "/log", "/people"):
                said = problem(
                    await web.get(f"{COMPETITIONS}/{name}{inside}"), 404, "unknown-competition"
                )
                assert said["competition"] == name


# Views


async def test_a_view_says_what_the_fold_says(redis: Redis) -> None:
    async with serving(redis) as web:
        await played(web)
        await web.project()
        answer = await web.get(M1)
        view = answer.json()
        assert (view["topic"], view["position"]) == ("matches/m1", OPENING + 3)
        assert view["data"]["score"] == {"home": 1, "away": 0}
        assert answer.headers["etag"] == f'"{view["epoch"]}:{view["position"]}"'
        table = (await web.get(f"{HERE}/views/standings/group-a")).json()
        assert (table["epoch"], table["data"]["rows"][0]["team"]) == (view["epoch"], "arsenal")


async def test_who_has_the_newest_view_is_not_sent_it_again(redis: Redis) -> None:
    async with serving(redis) as web:
        await played(web)
        await web.project()
        tag = (await web.get(M1)).headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            answer = await web.get(M1, **{"If-None-Match": known})
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["etag"] == tag
        assert (await web.get(M1, **{"If-None-Match": '"other"'})).status_code == 200
        await web.post(EVENTS, goal("second"))
        await web.project(OPENING + 3)
        answer = await web.get(M1, **{"If-None-Match": tag})
        assert (answer.status_code, answer.json()["position"]) == (200, OPENING + 4)


async def test_a_topic_that_could_not_be_or_is_not_is_unknown(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.project()
        for topic in ("matches/m99", "standings/group-z", "weather", "matches/", "matches/m1/x"):
            said = problem(await web.get(f"{HERE}/views/{topic}"), 404, "unknown-topic")
            assert said["topic"] == topic


async def test_what_every_competition_has_is_there_before_anything_has_happened(
    redis: Redis,
) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.project()
        for topic in ("records", "scorers", "berths", "open-questions"):
            view = (await web.get(f"{HERE}/views/{topic}")).json()
            assert 0 < view["position"] <= OPENING
            assert view["data"] is not None


async def test_a_view_that_is_not_there_yet_is_not_called_unknown(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reader.POSITION_WAIT_SECONDS", 0.1)
    async with serving(redis) as web:
        await web.open()
        behind = await web.get(f"{HERE}/views/matches/m99")
        said = problem(behind, 503, "views-behind")
        assert (said["checkpoint"], said["tail"]) == (0, OPENING)
        assert int(behind.headers["retry-after"]) >= 1


async def test_who_has_posted_may_wait_for_the_view_of_it(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.project()
        [place] = (await web.post(EVENTS, goal("first"))).json()["recorded"]
        position = place["position"]
        asked = asyncio.create_task(web.get(f"{M1}?min_position={position}"))
        assert (await web.get(M1)).json()["position"] < position
        await web.project(OPENING)
        assert (await asked).json()["position"] == position
        # The table is as far, although the goal of another match did not touch it.
        other = (await web.get(f"{HERE}/views/matches/m2?min_position={position}")).json()
        assert other["position"] < position


async def test_waiting_ends_with_how_far_the_views_are(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reader.POSITION_WAIT_SECONDS", 0.1)
    async with serving(redis) as web:
        await web.open()
        await web.project()
        await web.post(EVENTS, goal("first"))
        for topic in ("matches/m1", "checkpoint"):
            behind = await web.get(f"{HERE}/views/{topic}?min_position={OPENING + 1}")
            said = problem(behind, 503, "views-behind")
            assert (said["checkpoint"], said["tail"]) == (OPENING, OPENING + 1)
        for topic in ("matches/m1", "feed"):
            beyond = await web.get(f"{HERE}/views/{topic}?min_position={OPENING + 2}")
            said = problem(beyond, 404, "unknown-position")
            assert (said["position"], said["tail"]) == (OPENING + 2, OPENING + 1)


async def test_the_feed_is_the_end_of_the_log(redis: Redis) -> None:
    async with serving(redis) as web:
        stored = await played(web)
        answer = await web.get(f"{HERE}/views/feed")
        feed = answer.json()
        assert feed["data"] == {"events": stored}
        assert (feed["epoch"], feed["position"]) == (
            (await Log(redis, COMPETITION).tail()).epoch,
            OPENING + 3,
        )
        await web.post(EVENTS, [note(f"note-{number}") for number in range(60)])
        feed = (await web.get(f"{HERE}/views/feed")).json()
        assert [event["position"] for event in feed["data"]["events"]] == list(
            range(OPENING + 14, OPENING + 64)
        )


async def test_the_checkpoint_says_how_much_was_seen(redis: Redis) -> None:
    async with serving(redis) as web:
        await played(web)
        await web.project()
        view = (await web.get(f"{HERE}/views/checkpoint")).json()
        assert view["position"] == OPENING + 3
        assert view["data"] == {"size": OPENING + 3, "root": None}


async def test_what_is_asked_in_another_way_is_malformed(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.project()
        wrong = {
            f"{M1}?min_position=x": "?min_position",
            f"{M1}?min_position=-1": "?min_position",
            f"{M1}?at=yesterday": "?at",
            f"{M1}?at=2013-12-15": "?at",
            f"{M1}?at=2013-12-15T15:31:00": "?at",
            f"{M1}?at=2013-02-30T15:31:00Z": "?at",
            f"{M1}?as_of=4": "?as_of",
            f"{M1}?as_of=2013-12-15T15:31:00": "?as_of",
            f"{HERE}/views/feed?as_of=2013-12-15T15:31:00Z": "?as_of",
            f"{M1}?dry_run=true": "?dry_run",
            f"{LOG}?after=last": "?after",
            f"{LOG}?limit=1000001": "?limit",
            f"{LOG}?limit=²": "?limit",
            "/v1/competitions?foo=1": "?foo",
            "/v1/access?foo=1": "?foo",
        }
        for address, path in wrong.items():
            assert problem(await web.get(address), 400, "malformed")["path"] == path


# For whoever asks from a browser, a monitor, or by hand


async def test_every_page_of_the_web_may_read(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.project()
        for path in (COMPETITIONS, HERE, M1, LOG, f"{HERE}/people", f"{HERE}/views/no"):
            answer = await web.get(path, Origin="https://elsewhere.example")
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "etag" in answer.headers["access-control-expose-headers"].lower()
        asked = await web.client.options(M1, headers={"Origin": "https://elsewhere.example"})
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == "*"
        assert "POST" not in asked.headers["access-control-allow-methods"]
        assert "authorization" in asked.headers["access-control-allow-headers"].lower()
        posted = await web.post(EVENTS, goal("x"), Origin="https://elsewhere.example")
        assert "access-control-allow-origin" not in posted.headers


async def test_a_head_has_no_body(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        await web.project()
        for path in (COMPETITIONS, HERE, M1, LOG, "/healthz", "/readyz", "/metrics"):
            answer = await web.client.head(path)
            assert (answer.status_code, answer.content) == (200, b""), path


async def test_what_is_not_there_or_not_done_so_says_so(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        for path in ("/v1", "/v1/", f"{HERE}/", f"{COMPETITIONS}/", "/nothing", f"{HERE}/nothing"):
            problem(await web.get(path), 404, "not-found")
        for path, allowed in (
            (COMPETITIONS, {"GET", "HEAD", "OPTIONS", "POST"}),
            (f"{HERE}/people", {"GET", "HEAD", "OPTIONS", "POST"}),
            (M1, {"GET", "HEAD", "OPTIONS"}),
            (LOG, {"GET", "HEAD", "OPTIONS"}),
        ):
            for method in ("PUT", "DELETE", "PATCH"):
                answer = await web.client.request(method, path)
                problem(answer, 405, "method-not-allowed")
                assert {*answer.headers["allow"].split(", ")} == allowed
        answer = await web.get(EVENTS)
        problem(answer, 405, "method-not-allowed")
        assert "POST" in answer.headers["allow"]


async def test_every_kind_of_problem_is_explained_at_its_address(redis: Redis) -> None:
    async with serving(redis) as web:
        for code, row in ROWS.items():
            answer = await web.get(f"/problems/{code}")
            assert answer.status_code == 200
            assert row.title in answer.text
            assert row.when in answer.text
        problem(await web.get("/problems/none"), 404, "not-found")


async def test_a_competition_says_where_and_why_its_views_have_stopped(redis: Redis) -> None:
    async with serving(redis) as web:
        await web.open()
        assert (await web.get(HERE)).json()["stopped"] is None
        epoch = view_epoch_of((await Log(redis, COMPETITION).tail()).epoch, GENERATION)
        await Views(redis, COMPETITION).say_stopped(epoch, Stop(7, "an unknown version"))
        said = (await web.get(HERE)).json()["stopped"]
        assert said == {"position": 7, "reason": "an unknown version"}
        ready = await web.get("/readyz")
        assert (ready.status_code, ready.json()["stopped"]) == (200, 1)
        assert "pitazo_competitions_stopped 1" in (await web.get("/metrics")).text.splitlines()
        await Views(redis, COMPETITION).say_stopped(epoch, None)
        assert (await web.get(HERE)).json()["stopped"] is None


async def test_views_that_lack_for_long_what_is_recorded_are_said_to_be_behind(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.store.lags.VIEWS_BEHIND_SECONDS", 0.5)
    async with serving(redis) as web:

        async def is_behind() -> bool:
            said = (await web.get("/readyz")).json()
            assert said["ready"]
            assert (said["behind_seconds"] > 0.5) == (said["behind"] == 1)
            return bool(said["behind"])

        async def caught_up() -> bool:
            return not await is_behind()

        await web.open()
        await servers.until(is_behind)
        await web.project()
        await servers.until(caught_up)
        await web.post(EVENTS, goal("first"))
        await servers.until(is_behind)
        assert "pitazo_competitions_behind 1" in (await web.get("/metrics")).text.splitlines()
        await web.project(OPENING)
        await servers.until(caught_up)
        await web.post(EVENTS, goal("second"))
        epoch = view_epoch_of((await Log(redis, COMPETITION).tail()).epoch, GENERATION)
        await Views(redis, COMPETITION).say_stopped(epoch, Stop(OPENING + 2, "said elsewhere"))
        assert (await web.get("/readyz")).json()["stopped"] == 1
        assert not await is_behind()


async def test_nobody_waits_for_views_that_have_stopped(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reader.POSITION_WAIT_SECONDS", 0.3)
    async with serving(redis) as web:
        await played(web)
        epoch = view_epoch_of((await Log(redis, COMPETITION).tail()).epoch, GENERATION)
        await Views(redis, COMPETITION).say_stopped(epoch, Stop(OPENING + 1, "of no known version"))
        for query in ("", f"?min_position={OPENING + 1}"):
            said = problem(await web.get(f"{M1}{query}"), 503, "views-behind")
            assert f"stopped before position {OPENING + 1}: of no known version" in said["detail"]
            assert said["stopped"] == {"position": OPENING + 1, "reason": "of no known version"}
            assert said["retry_after"] == MEND_RETRY_AFTER_SECONDS
        waits = await web.get(f"{M1}?min_position={OPENING}")
        assert "stopped" not in problem(waits, 503, "views-behind")
        problem(await web.get(f"{M1}?min_position=999"), 404, "unknown-position")


async def test_a_service_says_whether_it_lives_and_what_it_counted(redis: Redis) -> None:
    async with serving(redis) as web:
        assert (await web.get("/healthz")).text == "alive\n"
        assert (await web.get("/readyz")).json() == {
            "ready": True,
            "obstacles": [],
            "stopped": 0,
            "behind": 0,
            "behind_seconds": 0.0,
            "generation": GENERATION,
            "remarks": [],
        }
        await web.get("/nothing")
        counted = (await web.get("/metrics")).text.splitlines()
        assert 'pitazo_http_requests_total{method="GET",status="404"} 1' in counted


@pytest.mark.parametrize(
    ("option", "wrong", "right", "said"),
    [
        ("appendonly", "no", "yes", "aof_enabled is 0"),
        ("maxmemory-policy", "allkeys-lru", "noeviction", "maxmemory_policy is allkeys-lru"),
    ],
)
async def test_a_server_that_may_forget_is_not_ready(
    redis: Redis, option: str, wrong: str, right: str, said: str
) -> None:
    async with serving(redis) as web:
        await redis.config_set(option, wrong)
        try:
            answer = await web.get("/readyz")
        finally:
            await redis.config_set(option, right)
        assert (answer.status_code, answer.json()["ready"]) == (503, False)
        assert said in answer.json()["obstacles"][0]


async def test_without_its_server_a_service_lives_but_is_not_ready(tmp_path: Path) -> None:
    async with (
        embedded.server(tmp_path) as server,
        connect(server.url) as redis,
        serving(redis) as web,
    ):
        await web.open()
        await web.project()
        servers.kill(server)
        away = await web.get(M1)
        said = problem(away, 503, "log-unavailable")
        assert "ask again" in said["detail"]
        assert int(away.headers["retry-after"]) >= 1
        assert (await web.get("/healthz")).status_code == 200
        ready = await web.get("/readyz")
        assert (ready.status_code, ready.json()["ready"]) == (503, False)
        await servers.revive(server)
        assert (await web.get("/readyz")).status_code == 200
        assert (await web.get(M1)).status_code == 200


async def test_names_are_paged_by_person(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.reader.PEOPLE_PER_PAGE_MAX", 2)
    async with serving(redis) as web:
        await web.open()
        people = [
            {"id": named(f"person-{n}"), "person": f"p-{n}", "name": f"Name {n}"} for n in range(5)
        ]
        await web.post(f"{HERE}/people", people)
        found, after = [], ""
        while after is not None:
            page = (await web.get(f"{HERE}/people?after={after}")).json()
            found += [(who["person"], who["name"]) for who in page["people"]]
            after = page["next"]
        assert found == [(f"p-{n}", f"Name {n}") for n in range(5)]
