"""What a page shows, read from the log and the stored views; nothing is computed again.

Each view keeps the position it had, so that a browser goes on from exactly there. A private
competition has no page.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any

import msgspec
from msgspec import Struct, field
from redis.asyncio import Redis

from services.pages import current
from services.pages.decided import Decided
from services.pages.feed import Entry, is_known
from services.pages.here import Here, Json, matches_in
from services.settings import (
    PAGE_FEED_EVENTS_MAX,
    PAGE_SECTIONS_LISTED_MAX,
    PAGE_SECTIONS_NAMED_MAX,
    PAGE_SECTIONS_READ_AT_ONCE,
    PAGE_SECTIONS_SEARCHED_MAX,
    PAGE_TABLES_AT_A_GLANCE_MAX,
    PAGE_TABLES_MAX,
    PAGE_TABLES_OF_MANY_MAX,
)
from services.store import people, readable
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
    decisions: list[Entry] = field(default_factory=list)
    bracket: Shown | None = None
    berths: Shown | None = None
    stage: current.Stage | None = None
    stage_bracket: Shown | None = None

    @property
    def open_tables(self) -> list[Shown]:
        """Give the tables that may still change: what is settled needs nobody's eye."""
        return [] if self.is_over else [shown for shown in self.tables if not self._done(shown)]

    @property
    def done_tables(self) -> list[Shown]:
        return [shown for shown in self.tables if self.is_over or self._done(shown)]

    def _done(self, shown: Shown) -> bool:
        # Of a competition of few tables all are what people come for.
        few = len(self.here.groups) <= PAGE_TABLES_AT_A_GLANCE_MAX
        return not few and bool(self.here.settled.get(shown.topic))

    @property
    def is_over(self) -> bool:
        """Say whether nothing is left to be played or decided."""
        return self.here.closed or self.here.is_settled


class Section(Struct, kw_only=True):
    """A section on a page; `berths` are those of the whole competition."""

    here: Here
    section: Shown
    bracket: Shown | None
    live: Shown
    berths: Shown
    questions: Shown
    tables: list[Shown]


class Reading:
    """What one request reads of one competition."""

    def __init__(self, redis: Redis, competition: str, now: datetime, decided: Decided) -> None:
        self.here = Here(competition=competition, now=now)
        self._redis = redis
        self._views = Views(redis, competition)
        self._log = Log(redis, competition)
        self._decided = decided

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

    async def beside(self, kind: str, id: str | None) -> Shown | None:
        """Give the table or bracket that a match moves; None where there is none."""
        if not id:
            return None
        shown = (await self.shown([f"{kind}/{id}"]))[f"{kind}/{id}"]
        return shown if shown.data else None

    async def name_people(self, facts: Iterable[Json]) -> None:
        """Let `here` know the names of those who play in these facts."""
        players = {fact["player"] for fact in facts if fact.get("player")}
        found = await people.of(self._redis, self.here.competition, players)
        self.here.people |= {person.person: person.name for person in found}

    async def competition(self) -> Shown | None:
        """Give the view of the competition itself; None if it has no page."""
        tail, stop = await self._log.tail(), await self._views.stopped()
        self.here.stopped = stop.position if stop else 0
        last = stop.position - 1 if stop else tail.position
        self.here.feed = (tail.epoch, min(tail.position, last))
        shown = (await self.shown(["competition"]))["competition"]
        if shown.data is None or shown.data["private"]:
            return None
        self.here.introduce(shown.data)
        return shown

    async def section(self, id: str) -> Section | None:
        """Give a section with what is known of it; None if there is no such section."""
        own, bracket, live = f"sections/{id}", f"bracket/{id}", f"live/{id}"
        views = await self.shown([own, bracket, live, "berths", "open-questions"])
        if not views[own].data:
            return None
        groups = [group["group"] for group in views[own].data["groups"]]
        tables = await self.shown(f"standings/{group}" for group in groups[:PAGE_TABLES_MAX])
        return Section(
            here=self.here,
            section=views[own],
            bracket=views[bracket] if views[bracket].data else None,
            live=views[live],
            berths=views["berths"],
            questions=views["open-questions"],
            tables=[shown for shown in tables.values() if shown.data],
        )

    async def sections(self, asked: str, after: str) -> tuple[list[Json], bool]:
        """Give sections by id, after one, or those whose name holds what is asked; and if more."""
        sought = folded(asked)
        found: list[Json] = []
        last = f"sections/{after}"
        for _ in range(PAGE_SECTIONS_SEARCHED_MAX // PAGE_SECTIONS_READ_AT_ONCE):
            topics = await self._views.topics(last, PAGE_SECTIONS_READ_AT_ONCE)
            listed = [topic for topic in topics if topic.startswith("sections/")]
            served = await self._views.read(listed) if listed else None
            read = served.views.values() if served else ()
            views = (msgspec.json.decode(view.data) for view in read if view)
            found += (view for view in views if sought in folded(_called(view)))
            if len(found) > PAGE_SECTIONS_LISTED_MAX or len(listed) < PAGE_SECTIONS_READ_AT_ONCE:
                break
            last = topics[-1]
        return found[:PAGE_SECTIONS_LISTED_MAX], len(found) > PAGE_SECTIONS_LISTED_MAX

    async def part(self, tables: int) -> Part | None:
        """Give what a page shows of a whole competition, with at most so many tables."""
        competition = await self.competition()
        if competition is None:
            return None
        here = self.here
        stored, decided = await self._newest()
        today = f"matches/{here.now.astimezone(here.zone):%Y-%m-%d}"
        last = list(here.sections)[-1:]
        views = await self.shown(
            ["live", "open-questions", "teams", "berths", today]
            + [f"bracket/{section}" for section in last]
            + [f"matches/{match}" for match in _matches_of([*stored, *decided])]
        )
        await self._name_sections(views)
        stage = await self._stage(competition, stored, views)
        only = stage.only if stage else None
        groups = list(here.groups)
        at_a_glance = _at_a_glance(here, views, tables)
        views |= await self.shown(f"standings/{group}" for group in at_a_glance)
        await self.name_people(stored)
        spoken_of = _teams_of([*stored, *decided], views["open-questions"].data)
        here.name_teams(views["teams"].data, spoken_of)
        return Part(
            here=here,
            competition=competition,
            live=views["live"],
            questions=views["open-questions"],
            today=views[today] if views[today].data else None,
            tables=[v for t, v in views.items() if t.startswith("standings/") and v.data],
            others=[group for group in groups if group not in at_a_glance],
            entries=entries(here, stored, views),
            decisions=entries(here, decided, views),
            bracket=next(filter(_has_data, (views[f"bracket/{id}"] for id in last)), None),
            berths=views["berths"] if views["berths"].data else None,
            stage=stage,
            stage_bracket=await self.beside("bracket", only),
        )

    async def _stage(
        self, competition: Shown, stored: list[Json], views: Mapping[str, Shown]
    ) -> current.Stage | None:
        """Give the stage that the competition is at, with its sections."""
        matches = {
            shown.data["match"]: shown.data
            for shown in views.values()
            if shown.data and "match" in shown.data
        }
        stage = current.spoken_of(stored, matches)
        found = current.listed(competition.data, stage)
        if stage is None or found is None:
            return None
        name, sections = found
        read = await self.shown(f"sections/{section}" for section in sections)
        return current.Stage(stage, name, [shown.data for shown in read.values() if shown.data])

    async def _name_sections(self, views: Mapping[str, Shown]) -> None:
        """Let `here` name the sections of these matches, where there are too many to list all."""
        played = {
            match.get("section") for shown in views.values() for match in matches_in(shown.data)
        }
        unnamed = sorted(filter(None, played - self.here.sections.keys()))[:PAGE_SECTIONS_NAMED_MAX]
        for shown in (await self.shown(f"sections/{section}" for section in unnamed)).values():
            if shown.data:
                name = f"{shown.data['stage_name']} · {shown.data['name']}"
                self.here.sections[shown.data["section"]] = name

    async def _newest(self) -> tuple[list[Json], list[Json]]:
        """Give the last events and the last decisions, of what can be read."""
        tail = await self._log.tail()
        entries = await readable.newest(self._log, PAGE_FEED_EVENTS_MAX)
        known = list(takewhile(lambda entry: is_known(entry[1]), entries))
        end = known[-1][0] if known else entries[0][0] - 1 if entries else 0
        self.here.feed = (tail.epoch, end)
        if end < tail.position:
            self.here.stopped = self.here.stopped or end + 1
        newest = [msgspec.json.decode(stored) for _, stored in known]
        seen = msgspec.structs.replace(tail, position=end)
        return newest, await self._decided.newest(self._log, seen)


def _called(section: Json) -> str:
    return f"{section['stage_name']} {section['name']} {section['section']}"


def folded(text: str) -> str:
    """Give a text without case and accents, as people write what they look for."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def _has_data(shown: Shown) -> bool:
    return shown.data is not None


def _at_a_glance(here: Here, views: Mapping[str, Shown], most: int) -> list[str]:
    """Choose tables: of groups with matches now and lately, then of the newest stages."""
    if len(here.groups) <= most:
        return list(here.groups)
    most = min(most, PAGE_TABLES_OF_MANY_MAX)
    spoken_of = [
        known["group"]
        for topic, shown in views.items()
        if topic == "live" or topic.startswith("matches/")
        for known in matches_in(shown.data)
    ]
    wanted = dict.fromkeys([*spoken_of, *reversed(here.groups)])
    chosen = [group for group in wanted if group in here.groups][:most]
    return [group for group in here.groups if group in chosen]


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
    named = {event[key] for event in stored for key in ("team", "winner") if event.get(key)}
    return named.union(*(question.get("teams") or () for question in asked))
