"""What a page shows, read from the log and the stored views; nothing is computed again.

Each view keeps the position it had, so that a browser goes on from exactly there. A private
competition has no page.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct, field
from redis.asyncio import Redis

from services.pages.feed import Entry
from services.pages.here import Here, Json
from services.settings import PAGE_FEED_EVENTS_MAX
from services.store import people
from services.store.log import Log
from services.store.views import Views


class Shown(Struct, frozen=True):
    """A view as it is shown: what follows it is an update."""

    topic: str
    epoch: str = ""
    position: int = 0
    data: Any = None


class Part(Struct, kw_only=True):
    """A competition on a page: its views, and its end of the log."""

    here: Here
    competition: Shown
    live: Shown
    questions: Shown
    today: Shown | None = None
    tables: list[Shown] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


class Reading:
    """What one request reads of one competition."""

    def __init__(self, redis: Redis, competition: str, now: datetime) -> None:
        self.here = Here(competition=competition, now=now)
        self._redis = redis
        self._views = Views(redis, competition)
        self._log = Log(redis, competition)

    async def shown(self, topics: Iterable[str]) -> dict[str, Shown]:
        """Give views by topic; names in them are known to `here` from then on."""
        wanted = list(dict.fromkeys(topics))
        served = await self._views.read(wanted) if wanted else None
        found = {}
        for topic in wanted:
            view = served.views[topic] if served else None
            found[topic] = Shown(topic, served.epoch if served else "")
            if served and view:
                data = msgspec.json.decode(view.data)
                found[topic] = Shown(topic, served.epoch, view.position, data)
                self.here.learn(data)
        return found

    async def name_people(self, facts: Iterable[Json]) -> None:
        """Let `here` know the names of those who play in these facts."""
        players = {fact["player"] for fact in facts if fact.get("player")}
        found = await people.of(self._redis, self.here.competition, players)
        self.here.people |= {person.person: person.name for person in found}

    async def competition(self) -> Shown | None:
        """Give the view of the competition itself; None if it has no page."""
        tail = await self._log.tail()
        self.here.feed = (tail.epoch, tail.position)
        shown = (await self.shown(["competition"]))["competition"]
        if shown.data is None or shown.data["private"]:
            return None
        self.here.introduce(shown.data)
        return shown

    async def part(self, tables: int) -> Part | None:
        """Give what a page shows of a whole competition, with at most so many tables."""
        competition = await self.competition()
        if competition is None:
            return None
        here = self.here
        stored = [msgspec.json.decode(e) for _, e in await self._log.last(PAGE_FEED_EVENTS_MAX)]
        if stored:
            here.feed = (here.feed[0], stored[-1]["position"])
        today = f"matches/{here.now.astimezone(here.zone):%Y-%m-%d}"
        groups = list(here.groups)
        in_feed = _matches_of(stored)
        views = await self.shown(
            ["live", "open-questions", "teams", today]
            + [f"standings/{group}" for group in groups[:tables]]
            + [f"matches/{match}" for match in in_feed]
        )
        await self.name_people(stored)
        here.name_teams(views["teams"].data, _teams_of(stored, views["open-questions"].data))
        return Part(
            here=here,
            competition=competition,
            live=views["live"],
            questions=views["open-questions"],
            today=views[today] if views[today].data else None,
            tables=[v for t, v in views.items() if t.startswith("standings/") and v.data],
            others=groups[tables:],
            entries=entries(here, stored, views),
        )


def entries(here: Here, stored: Sequence[Json], views: dict[str, Shown]) -> list[Entry]:
    """Give events for the feed, each goal with the score that it left."""
    scores = {
        fact["id"]: fact["score"]
        for shown in views.values()
        if shown.data and "timeline" in shown.data
        for fact in shown.data["timeline"]
    }
    return [
        Entry(competition=here.competition, event=event, score=scores.get(event["id"]))
        for event in stored
    ]


def _matches_of(stored: Iterable[Json]) -> list[str]:
    return list(dict.fromkeys(event["match"] for event in stored if event.get("match")))


def _teams_of(stored: Iterable[Json], questions: Any) -> set[str]:
    asked = questions["questions"] if questions else ()
    named = {event["team"] for event in stored if event.get("team")}
    return named.union(*(question.get("teams") or () for question in asked))
