"""How a page behaves towards a gateway that is slow, silent, confused or gone."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext
from redis.asyncio import Redis
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from tests.pages.stadium import COPA, Stadium, Visit, goal, kicks_off, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

MATCH = f"/c/{COPA}/matches/m1"

Play = Callable[["Caller"], Awaitable[None]]


class Caller:
    """One connection to the gateway that a test plays."""

    def __init__(self, connection: ServerConnection) -> None:
        self.connection = connection
        self.asked: dict[str, dict[str, Any]] = {}

    async def say(self, **message: Any) -> None:
        await self.connection.send(msgspec.json.encode(message).decode())

    async def hear(self) -> dict[str, Any]:
        message: dict[str, Any] = msgspec.json.decode(await self.connection.recv())
        self.asked[message["topic"]] = message
        return message

    async def resume(self, count: int) -> None:
        """Answer so many subscriptions with what they hold."""
        for _ in range(count):
            asked = await self.hear()
            await self.say(type="resumed", id=asked["id"], **asked["since"])


class Played:
    """A gateway that does what a test says; it remembers who called, and when."""

    def __init__(self) -> None:
        self.play: Play = self.be_well
        self.callers: list[Caller] = []
        self.times: list[float] = []

    async def answer(self, connection: ServerConnection) -> None:
        caller = Caller(connection)
        self.callers.append(caller)
        self.times.append(time.monotonic())
        await self.play(caller)

    async def be_well(self, caller: Caller) -> None:
        await caller.say(type="welcome", server_time="", heartbeat_ms=60_000)
        await caller.resume(TOPICS)
        await caller.connection.wait_closed()


TOPICS = 3
"""The match, its table and the feed."""


@asynccontextmanager
async def playing(played: Played) -> AsyncIterator[str]:
    protocols = [Subprotocol("pitazo.v1")]
    async with serve(played.answer, "127.0.0.1", 0, subprotocols=protocols) as server:
        [socket] = server.sockets
        yield f"ws://127.0.0.1:{socket.getsockname()[1]}"


class Scene:
    """A page of a match that was kicked off, listening to a gateway that is played."""

    def __init__(self, played: Played, stadium: Stadium, opened: Browser) -> None:
        self.played = played
        self.stadium = stadium
        self._browser = opened
        self._contexts: list[BrowserContext] = []

    async def visit(self, play: Play, chance: float | None = None, *, live: bool = True) -> Visit:
        self.played.play = play
        context = await self._browser.new_context()
        self._contexts.append(context)
        if chance is not None:
            await context.add_init_script(f"Math.random = () => {chance}")
        visit = Visit(await context.new_page(), self.stadium.address)
        await visit.go(f"{MATCH}?lang=en", live=live)
        return visit

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()

    async def view(self, home: int) -> dict[str, Any]:
        """The match as it is, but for its score."""
        answer = await self.stadium.web.get(f"/v1/competitions/{COPA}/views/matches/m1")
        data: dict[str, Any] = answer.json()["data"]
        return {**data, "score": {"home": home, "away": 0}}


@pytest_asyncio.fixture(loop_scope="session")
async def scene(redis: Redis, redis_url: str, opened: Browser) -> AsyncIterator[Scene]:
    played = Played()
    async with (
        playing(played) as address,
        serving(redis, redis_url, live_url=address) as stadium,
    ):
        await stadium.create()
        await stadium.post(kicks_off("m1"), goal("m1", "home", 3))
        found = Scene(played, stadium, opened)
        yield found
        await found.leave()


async def test_a_page_goes_on_from_what_the_server_rendered(scene: Scene) -> None:
    await scene.visit(scene.played.be_well)
    answer = await scene.stadium.web.get(f"/v1/competitions/{COPA}/views/matches/m1")
    view = answer.json()
    [caller] = scene.played.callers
    asked = caller.asked["matches/m1"]
    assert asked["id"] == "matches/m1"
    assert asked["since"] == {"epoch": view["epoch"], "position": view["position"]}


async def test_an_older_state_never_replaces_a_newer_one(scene: Scene) -> None:
    async def confused(caller: Caller) -> None:
        await caller.say(type="welcome", server_time="", heartbeat_ms=60_000)
        await caller.resume(TOPICS)
        held = caller.asked["matches/m1"]["since"]["position"]
        about = {"type": "update", "id": "matches/m1", "competition": COPA, "topic": "matches/m1"}
        for later, home in ((9, 6), (5, 4), (0, 2), (9, 5)):
            await caller.say(**about, position=held + later, data=await scene.view(home))
        await caller.say(**about, position=held + 10, data=await scene.view(7))
        await caller.connection.wait_closed()

    visit = await scene.visit(confused)
    await visit.page.evaluate(
        """() => {
          window.shown = [];
          const look = () => shown.push(document.querySelector("h1 .goals").textContent);
          new MutationObserver(look).observe(document.querySelector("h1"), {
            characterData: true, subtree: true,
          });
        }"""
    )
    await visit.until("document.querySelector('h1 .goals').textContent === '7'")
    assert not {"5", "4", "2"} & set(await visit.page.evaluate("shown"))


async def test_an_answer_that_takes_back_what_is_no_longer_recorded_is_shown(scene: Scene) -> None:
    async def told_anew(caller: Caller) -> None:
        await caller.say(type="welcome", server_time="", heartbeat_ms=60_000)
        for _ in range(TOPICS):
            await caller.hear()
        for topic, asked in caller.asked.items():
            if topic == "matches/m1":
                about = {"id": topic, "competition": COPA, "topic": topic}
                epoch, position = asked["since"]["epoch"], asked["since"]["position"] - 1
                data = await scene.view(0)
                await caller.say(
                    type="snapshot", **about, epoch=epoch, position=position, data=data
                )
            else:
                await caller.say(type="resumed", id=asked["id"], **asked["since"])
        await caller.connection.wait_closed()

    visit = await scene.visit(told_anew)
    await visit.until("document.querySelector('h1 .goals').textContent === '0'")


async def test_a_gateway_that_falls_silent_is_not_taken_for_a_live_one(scene: Scene) -> None:
    async def silent(caller: Caller) -> None:
        await caller.say(type="welcome", server_time="", heartbeat_ms=100)
        await caller.resume(TOPICS)
        scene.played.play = scene.played.be_well
        await caller.connection.wait_closed()

    visit = await scene.visit(silent, live=False)
    await visit.page.wait_for_selector("#connection .reconnecting")
    await visit.page.wait_for_selector("#connection .live")
    assert len(scene.played.callers) == 2


async def test_a_page_whose_views_lag_behind_the_feed_is_not_taken_for_a_live_one(
    scene: Scene,
) -> None:
    caught_up = asyncio.Event()

    async def lagging(caller: Caller) -> None:
        await caller.say(type="welcome", server_time="", heartbeat_ms=60_000)
        await caller.resume(TOPICS)
        told = caller.asked["feed"]["since"]["position"]
        about = {"id": "feed", "competition": COPA, "position": told + 1}
        event = {**goal("m1", "home", 9), "position": told + 1, "recorded_at": "2026-01-01T00:00Z"}
        await caller.say(type="event", **about, event=event)
        for _ in range(2):
            await caller.say(type="heartbeat", positions={COPA: told})
        await caught_up.wait()
        await caller.say(type="heartbeat", positions={COPA: told + 1})
        await caller.connection.wait_closed()

    visit = await scene.visit(lagging, live=False)
    await visit.page.wait_for_selector("#connection .behind")
    assert (await visit.text("#connection")).startswith("behind since ")
    caught_up.set()
    await visit.page.wait_for_selector("#connection .live")
    assert visit.complaints == []


async def test_whoever_is_told_not_to_come_back_says_so_and_stays_away(scene: Scene) -> None:
    async def stern(caller: Caller) -> None:
        await caller.connection.close(4409, "subscription id in use")

    visit = await scene.visit(stern, live=False)
    await visit.page.wait_for_selector("#connection .stopped")
    assert (await visit.text("#connection")).startswith("offline since ")
    assert len(scene.played.callers) == 1
    assert visit.complaints == []


async def test_a_gateway_that_accepts_and_closes_is_asked_less_and_less_often(
    scene: Scene,
) -> None:
    async def moody(caller: Caller) -> None:
        await caller.say(type="welcome", server_time="", heartbeat_ms=60_000)
        await caller.resume(TOPICS)
        await caller.connection.close(1012, "restarting")

    await scene.visit(moody, chance=0.5, live=False)
    async with asyncio.timeout(30):
        while len(scene.played.times) < 4:  # noqa: ASYNC110 the page decides when
            await asyncio.sleep(0.05)
    times = scene.played.times
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert gaps == sorted(gaps)
    assert gaps[-1] > 2 * gaps[0]


async def test_a_topic_that_is_not_there_yet_is_asked_for_again(scene: Scene) -> None:
    async def behind(caller: Caller) -> None:
        await caller.say(type="welcome", server_time="", heartbeat_ms=60_000)
        first = await caller.hear()
        why = {"code": "behind", "message": "not seen yet", "retry_after_ms": 10}
        await caller.say(type="error", id=first["id"], **why)
        await caller.resume(TOPICS)
        await caller.connection.wait_closed()

    visit = await scene.visit(behind)
    assert visit.complaints == []


async def test_a_page_whose_views_were_built_anew_takes_what_it_is_given(scene: Scene) -> None:
    async def rebuilt(caller: Caller) -> None:
        await caller.say(type="welcome", server_time="", heartbeat_ms=60_000)
        await caller.resume(TOPICS)
        about = {"id": "matches/m1", "competition": COPA, "topic": "matches/m1", "epoch": "new"}
        await caller.say(type="snapshot", **about, position=2, data=await scene.view(9))
        await caller.connection.wait_closed()

    visit = await scene.visit(rebuilt)
    await visit.until("document.querySelector('h1 .goals').textContent === '9'")
