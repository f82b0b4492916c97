"""What tests of sessions share: something to watch, and somebody who reads what is said."""

from typing import Any

import msgspec

from services.gateway.session import Authorize, Session, Subscribe
from services.gateway.watched import Feed, Topic, Watched
from services.settings import LiveLimits
from services.store.access import Grant
from services.store.views import Doorbell, View

COMPETITION = "copa-peru-2013"
EPOCH = "a1b2-1"  # of the views
LOG_EPOCH = "a1b2"
NOBODY_WAITS = 1_000_000


def view(position: int, says: object = "") -> View:
    return View(position, msgspec.json.encode(says or f"as of {position}"))


def watching(seen: int = 40, epoch: str = EPOCH, **positions: int) -> Watched:
    """A competition whose topics, named without their slash, were last touched at positions."""
    watched = Watched(COMPETITION)
    names = [name.replace("_", "/", 1) for name in positions]
    for name in names:
        watched.topics[name] = Topic(watched, name)
    views = dict(zip(names, map(view, positions.values()), strict=True))
    watched.show(epoch, seen, views)
    return watched


def doorbell(after: int, to: int, *topics: str, epoch: str = EPOCH) -> Doorbell:
    return Doorbell("1-0", epoch, after, to, topics)


def stored(position: int) -> bytes:
    """An event as it stands in the log, with bytes that nobody would encode like that again."""
    return b'{"v":1,"position":%d, "text":"Huan\\u00faco"}' % position


def entries(first: int, last: int) -> list[tuple[int, bytes]]:
    return [(position, stored(position)) for position in range(first, last + 1)]


def following(last: int, epoch: str = LOG_EPOCH, kept: int = 50) -> Feed:
    """A feed that keeps the newest events of a log."""
    watched = Watched(COMPETITION)
    watched.feed = Feed(watched)
    watched.feed.restart(epoch, entries(max(1, last - kept + 1), last))
    return watched.feed


class Viewer:
    """Somebody at the other end: sends, and reads whatever there is."""

    def __init__(self, **limits: Any) -> None:
        self.now = 100.0
        self.woken = 0
        self.session = Session(
            LiveLimits(**limits), self.now, "2013-12-15T20:31:00.000Z", self._wake
        )

    def _wake(self) -> None:
        self.woken += 1

    def send(self, **message: Any) -> Authorize | Subscribe | None:
        return self.session.receive(msgspec.json.encode(message).decode(), self.now)

    def subscribe(self, topic: Topic | Feed, id: str = "s1", **since: Any) -> "Viewer":
        """Subscribe; what the gateway looks up is given."""
        name = topic.name if isinstance(topic, Topic) else "feed"
        request = self.send(
            type="subscribe", id=id, competition=topic.watched.competition, topic=name, **since
        )
        assert isinstance(request, Subscribe)
        self.session.accept(request, topic, self.now)
        return self

    def unsubscribe(self, id: str = "s1") -> None:
        assert self.send(type="unsubscribe", id=id) is None

    def authorize(self, *scopes: str) -> None:
        assert isinstance(self.send(type="authorize", token="t"), Authorize)
        self.session.authorised("t", Grant("0" * 12, "auditor", scopes) if scopes else None)

    def later(self, seconds: float) -> None:
        self.now += seconds
        self.session.tick(self.now)

    def read(self, bytes_max: int = NOBODY_WAITS) -> list[dict[str, Any]]:
        """Everything the viewer is told now but its welcome."""
        told = []
        while frames := self.session.take(bytes_max):
            told += [message(frame) for frame in frames]
        return [one for one in told if one["type"] != "welcome"]


def message(frame: bytes) -> dict[str, Any]:
    """What stands in one unmasked text frame."""
    assert frame[0] == 0x81, "one whole text frame"
    head = {126: 4, 127: 10}.get(frame[1], 2)
    length = int.from_bytes(frame[2:head], "big") if head > 2 else frame[1]
    assert len(frame) == head + length
    said: dict[str, Any] = msgspec.json.decode(frame[head:])
    return said


def since(position: object, epoch: object = EPOCH) -> dict[str, Any]:
    return {"since": {"epoch": epoch, "position": position}}
