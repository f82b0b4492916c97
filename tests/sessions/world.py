"""A competition in memory, for laws that must hold whatever happens in whatever order.

The world is what is true: logs and views of every epoch. A gateway follows it by doorbells that
may get lost; a board believes what it is told, and checks each word against the world.
"""

import json
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

import msgspec

from services.gateway.hub import Followed
from services.gateway.session import Session, Subscribe
from services.gateway.subscriptions import FeedSubscription
from services.settings import LiveLimits
from services.store.log import Log, Tail
from services.store.views import Doorbell, Served, View, Views, log_epoch_of
from tests.sessions.viewers import COMPETITION, message

T = TypeVar("T")
TOPICS = ("live", "teams", "scorers")
SNAPSHOT_EVENTS = 4
RECORDED_AT = "2013-12-15T20:31:00.000Z"
PATIENT = LiveLimits(
    heartbeat_ms=1, idle_seconds=1e9, messages_burst_max=10**6, replies_waiting_max=10**6
)


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """The outcome of what never has to wait."""
    try:
        work.send(None)
    except StopIteration as done:
        outcome: T = done.value
        return outcome
    raise AssertionError("something waited")


class World:
    """Every log and every view there ever was; an event is the topics that it touches."""

    def __init__(self) -> None:
        self.rewinds = 0
        self.generation = 1
        self.logs: dict[str, list[frozenset[str]]] = {"log-0": [frozenset(TOPICS[:1])]}
        self.checkpoint = 1
        self.doorbells: list[Doorbell] = []
        self.rung = 0

    @property
    def log_epoch(self) -> str:
        return f"log-{self.rewinds}"

    @property
    def view_epoch(self) -> str:
        return f"{self.log_epoch}-{self.generation}"

    @property
    def log(self) -> list[frozenset[str]]:
        return self.logs[self.log_epoch]

    def last_touch(self, view_epoch: str, topic: str, position: int) -> int:
        """Where a topic was last touched up to a position; 0 if it never was."""
        log = self.logs[log_epoch_of(view_epoch)][:position]
        touched = [place for place, topics in enumerate(log, 1) if topic in topics]
        return max(touched, default=0)

    def stored(self, log_epoch: str, position: int) -> bytes:
        told = {
            "position": position,
            "recorded_at": RECORDED_AT,
            "id": str(position),
            "touches": sorted(self.logs[log_epoch][position - 1]),
        }
        # Only what was appended after a rewind differs from what the former log had there.
        return json.dumps(told | {"in": self._home_of(log_epoch, position)}).encode()

    def view(self, view_epoch: str, topic: str, position: int) -> Any:
        """What a topic says when it was last touched at a position."""
        return f"{view_epoch}: {topic} as of {position}" if position else None

    # What happens

    def append(self, touched: Sequence[str]) -> None:
        self.log.append(frozenset(touched))

    def project(self) -> None:
        before, self.checkpoint = self.checkpoint, len(self.log)
        if before < self.checkpoint:
            touched = frozenset[str]().union(*self.log[before:])
            self._ring(before, tuple(touched))

    def build_anew(self) -> None:
        self.generation += 1
        self.checkpoint = len(self.log)
        self._ring(self.checkpoint, None)

    def rewind(self, lost: int) -> None:
        kept = self.log[: max(1, len(self.log) - lost)]
        self.rewinds += 1
        self.logs[self.log_epoch] = kept
        self._begun = {**getattr(self, "_begun", {}), self.log_epoch: len(kept)}
        self.generation = 1
        self.checkpoint = len(kept)
        self._ring(self.checkpoint, None)

    def _ring(self, before: int, topics: tuple[str, ...] | None) -> None:
        self.rung += 1
        self.doorbells.append(
            Doorbell(str(self.rung), self.view_epoch, before, self.checkpoint, topics)
        )

    def _home_of(self, log_epoch: str, position: int) -> str:
        number = int(log_epoch.removeprefix("log-"))
        while number and position <= self._begun[f"log-{number}"]:
            number -= 1
        return f"log-{number}"


class WorldsViews(Views):
    def __init__(self, world: World) -> None:
        self.competition = COMPETITION
        self._world = world

    async def read(self, topics: Sequence[str]) -> Served | None:
        world = self._world
        views: dict[str, View | None] = {}
        for topic in topics:
            position = world.last_touch(world.view_epoch, topic, world.checkpoint)
            data = msgspec.json.encode(world.view(world.view_epoch, topic, position))
            views[topic] = View(position, data) if position else None
        return Served(world.view_epoch, world.checkpoint, views)

    async def changes_tail(self) -> str:
        return str(self._world.rung)


class WorldsLog(Log):
    def __init__(self, world: World) -> None:
        self.competition = COMPETITION
        self._world = world

    async def tail(self) -> Tail:
        world = self._world
        end = len(world.log)
        return Tail(world.log_epoch, end, world.stored(world.log_epoch, end))

    async def check_tail(self, seen: Tail) -> str:
        return self._world.log_epoch

    async def read(self, after: int, count: int) -> list[tuple[int, bytes]]:
        world = self._world
        positions = range(after + 1, min(after + count, len(world.log)) + 1)
        return [(position, world.stored(world.log_epoch, position)) for position in positions]

    async def last(self, count: int) -> list[tuple[int, bytes]]:
        return await self.read(max(0, len(self._world.log) - count), count)


class Gateway:
    """One that follows the world as far as it hears of it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.followed = Followed(WorldsViews(world), WorldsLog(world), private=False)
        self.asked: list[FeedSubscription] = []

    def hear(self, count: int) -> None:
        """Take up to so many of the doorbells that were not heard and not lost."""
        last = int(self.followed.doorbell or 0)
        bells = [bell for bell in self.world.doorbells if int(bell.id) > last][:count]
        if bells and self.followed.doorbell:
            at_once(self.followed.ring(bells))

    def look_again(self) -> None:
        at_once(self.followed.recheck(thoroughly=True))

    def turn_pages(self) -> None:
        """Let the pages arrive that boards asked for."""
        while self.asked:
            at_once(self.followed.turn_page(self.asked.pop()))


class Board:
    """A viewer that remembers what it was told, and stands for the laws."""

    def __init__(self, world: World, gateway: Gateway) -> None:
        self.world = world
        self.now = 0.0
        self.held: dict[str, tuple[str, int]] = {}  # topic: epoch and position
        self._connect(gateway)

    def reconnect(self, gateway: Gateway) -> None:
        self.session.leave()
        self._connect(gateway)

    def _connect(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self.promised: dict[str, int] = {}  # by epoch, on this connection
        self.refused: list[str] = []
        self.session = Session(PATIENT, self.now, "", lambda: None)
        for topic in (*TOPICS, "feed"):
            self.subscribe(topic)

    def subscribe(self, topic: str) -> None:
        ask: dict[str, Any] = {"id": topic, "competition": COMPETITION, "topic": topic}
        if topic in self.held:
            epoch, position = self.held[topic]
            ask["since"] = {"epoch": epoch, "position": position}
        said = json.dumps({"type": "subscribe", **ask})
        request = self.session.receive(said, self.now)
        assert isinstance(request, Subscribe)
        opened = at_once(self.gateway.followed.open(topic, request.held))
        assert opened
        self.session.accept(request, opened, self.now)

    def listen(self, bytes_max: int) -> bool:
        """Take what fits once, a heartbeat if there is room; say whether there was more."""
        self.wait(0.001)
        told = [message(frame) for frame in self.session.take(bytes_max)]
        for one in told:
            self.believe(one)
        while self.refused:
            self.subscribe(self.refused.pop())
        self.gateway.asked += self.session.ask_pages()
        return any(one["type"] != "heartbeat" for one in told)

    def listen_to_all(self) -> None:
        while self.listen(10**6) or self.gateway.asked:
            self.gateway.turn_pages()

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.session.tick(self.now)

    def believe(self, told: dict[str, Any]) -> None:
        match told["type"]:
            case "welcome":
                pass
            case "heartbeat":
                for position in told["positions"].values():
                    self._check_promise(position)
            case "error":
                assert told["code"] == "behind"
                self.refused.append(told["id"])
            case "resumed":
                assert self.held[told["id"]] == (told["epoch"], told["position"])
            case "event":
                self._check_event(told["position"], told["event"])
            case "snapshot" if told["topic"] == "feed":
                self._check_last_events(told)
            case "snapshot" | "update":
                self._check_view(told)

    def _check_view(self, told: dict[str, Any]) -> None:
        topic, position = told["id"], told["position"]
        held_epoch, held_position = self.held.get(topic, ("", 0))
        epoch = told.get("epoch", held_epoch)
        assert epoch != held_epoch or position > held_position, "a board never goes back"
        assert told["data"] == self.world.view(epoch, topic, position), "a board is never lied to"
        assert position == self.world.last_touch(epoch, topic, position)
        self.held[topic] = epoch, position

    def _check_event(self, position: int, event: Any) -> None:
        epoch, last = self.held["feed"]
        assert position == last + 1, "every event after the last, none left out, none twice"
        assert event == json.loads(self.world.stored(epoch, position))
        self.held["feed"] = epoch, position

    def _check_last_events(self, told: dict[str, Any]) -> None:
        epoch, position = told["epoch"], told["position"]
        assert epoch != self.held.get("feed", ("", 0))[0], "a feed that is held goes on"
        first = max(1, position - SNAPSHOT_EVENTS + 1)
        assert told["data"]["events"] == [
            json.loads(self.world.stored(epoch, place)) for place in range(first, position + 1)
        ]
        self.held["feed"] = epoch, position

    def _check_promise(self, position: int) -> None:
        for topic in set(TOPICS).difference(self.refused):
            epoch, held = self.held[topic]
            assert self.world.last_touch(epoch, topic, position) <= held, "a promise is kept"
        assert self.held["feed"][1] >= position
        for epoch, _ in self.held.values():
            assert self.promised.get(epoch, 0) <= position, "a promise is not taken back"
            self.promised[epoch] = position

    def check_it_is_up_to_date(self) -> None:
        world = self.world
        for topic in TOPICS:
            newest = world.last_touch(world.view_epoch, topic, world.checkpoint)
            epoch, position = self.held[topic]
            assert (epoch, max(position, newest)) == (world.view_epoch, position)
        assert self.held["feed"] == (world.log_epoch, len(world.log))
