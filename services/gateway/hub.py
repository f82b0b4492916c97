"""Every watched competition is followed: one blocking read hears the doorbells of all of them.

What is watched is read once for all its viewers, and a topic nobody watches is not read at all.
A doorbell that was missed, a server that came back, a log that was rewound: each leads to
reading again, and from there on nothing is missing.
"""

import asyncio
import logging
import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter

from redis.asyncio import Redis

from services.gateway.subscriptions import FeedSubscription, Since
from services.gateway.watched import Feed, Topic, Watched
from services.settings import (
    FEED_EVENTS,
    LIVE_FEED_PAGE_EVENTS_MAX,
    LIVE_FEED_READ_EVENTS_MAX,
    LIVE_FEED_START_TRIES_MAX,
    LIVE_IDLE_POLL_SECONDS,
    LIVE_READS_AT_ONCE_MAX,
    LIVE_RETRY_FIRST_SECONDS,
    LIVE_RETRY_LONGEST_SECONDS,
    LIVE_UNSEEN_POLL_SECONDS,
    LiveLimits,
)
from services.store.about import Abouts
from services.store.log import Gap, Log, LogFull, LogUnavailable, Tail, faults
from services.store.readable import newest, readable
from services.store.topics import CHECKPOINT, FEED, FIXED_TOPICS, may_be_topic
from services.store.views import Doorbell, Views, doorbells, log_epoch_of

logger = logging.getLogger(__name__)


class UnknownCompetition(Exception):
    """Nobody created it."""

    def __init__(self, competition: str) -> None:
        self.competition = competition

    def __str__(self) -> str:
        return f"there is no competition {self.competition}"


class Private(Exception):
    """Only who was granted it may read this competition."""

    def __init__(self, competition: str) -> None:
        self.competition = competition

    def __str__(self) -> str:
        return f"{self.competition} is private; authorize with a token for it first"


class UnknownTopic(Exception):
    """It could not be one, or its thing did not exist when it was asked for."""

    def __init__(self, competition: str, topic: str) -> None:
        self.competition = competition
        self.topic = topic

    def __str__(self) -> str:
        return f"{self.competition} has no topic {self.topic}"


class NotSeen(Exception):
    """The views have not come as far as the log was when the topic was asked for. Ask again."""

    def __init__(self, competition: str, topic: str, position: int) -> None:
        self.competition = competition
        self.topic = topic
        self.position = position

    def __str__(self) -> str:
        return (
            f"the views of {self.competition} have not reached position {self.position} yet,"
            f" so it is not known whether there is {self.topic}; subscribe again"
        )


class TooManyTopics(Exception):
    """This gateway watches as many topics as it may. Ask another one, or later."""

    def __init__(self, topics: int) -> None:
        self.topics = topics

    def __str__(self) -> str:
        return f"this gateway watches {self.topics} topics and can watch no more"


class Followed:
    """A competition and where it is read."""

    def __init__(self, views: Views, log: Log, *, private: bool) -> None:
        self.private = private
        self.watched = Watched(log.competition)
        self.views = views
        self.log = log
        self.lock = asyncio.Lock()  # one reader at a time, so that what is told follows on
        self.joining = 0
        self.doorbell = ""  # ID of the last one heard
        self.recheck_at = 0.0
        self._expected = ("", 0)

    async def open(self, name: str, held: Since) -> Topic | Feed | None:
        """Give what is watched under this name, up to date; None if it is not there."""
        if not self.doorbell:
            self.doorbell = await self.views.changes_tail()
        return await (self._open_feed(held) if name == FEED else self._open_topic(name, held))

    async def ring(self, bells: list[Doorbell]) -> None:
        """Read what these doorbells say has changed."""
        async with self.lock:
            heard = self.watched.hear(bells)
            if heard is None:
                await self._look()
            else:
                await self._refresh(heard.topics, heard.position)
                self.doorbell = bells[-1].id
            await self._follow_log()

    async def recheck(self, *, thoroughly: bool) -> None:
        """Read everything again where the doorbells did not tell all; `thoroughly`: in any case."""
        async with self.lock:
            epoch, checkpoint = self._expected
            watched = self.watched
            missed = watched.epoch != epoch or watched.seen < checkpoint
            if thoroughly or (epoch and missed):
                await self._look()
            served = await self.views.read([])
            self._expected = (served.epoch, served.checkpoint) if served else ("", 0)
            await self._follow_log()

    async def turn_page(self, subscription: FeedSubscription) -> None:
        """Read on for one that is further behind than the feed keeps events.

        Before an entry that cannot be read it is left where it is, as before a gap.
        """
        async with self.lock:
            feed = self.watched.feed
            page = await self.log.read(subscription.held.position, LIVE_FEED_PAGE_EVENTS_MAX)
            entries = readable(page)
            if not feed or not await self._holds(feed):
                subscription.turn_page(())
            elif entries or not page:
                subscription.turn_page(entries)

    # Views

    async def _open_topic(self, name: str, held: Since) -> Topic | None:
        watched = self.watched
        topic = watched.topics.get(name)
        if topic is None:
            topic = watched.topics[name] = Topic(watched, name)
            try:
                there = await self._refresh({name}, watched.seen)
            finally:
                watched.forget(topic)
            if not there and not (topic.epoch and name in FIXED_TOPICS):
                return None
        elif held.epoch not in ("", watched.epoch):
            # What is held may be of a newer build whose doorbell was not heard here yet.
            await self._refresh((), watched.seen)
        if held.epoch == watched.epoch and held.position > watched.tail:
            watched.topics[name] = topic
            try:
                await self._ask_how_far(held)
            finally:
                if not topic.audience:
                    watched.forget(topic)
        watched.topics[name] = topic  # whoever else had it may have left meanwhile
        return topic

    async def _ask_how_far(self, held: Since) -> None:
        """Find out whether the log has what is held.

        What is held of a log that was rewound waits for the views of its new epoch.
        """
        watched = self.watched
        tail = await self.log.tail()
        if tail.epoch == log_epoch_of(watched.epoch):
            watched.tail = max(watched.tail, tail.position)
            return
        await self._look()  # their doorbell may not have been heard here yet
        if held.epoch == watched.epoch:
            watched.outlived = True
            watched.tail = max(watched.tail, held.position)

    async def _look(self) -> None:
        """Read every watched topic: first where the doorbells are, then what they led to."""
        self.doorbell = await self.views.changes_tail()
        await self._refresh(self.watched.topics.keys(), self.watched.seen)

    async def _refresh(self, topics: Iterable[str], seen: int) -> bool:
        """Read some topics, or all if the epoch is another; all is told up to `seen` then.

        False if one of them is not there.
        """
        watched = self.watched
        wanted = set(topics) - {CHECKPOINT}
        every = watched.topics.keys() - {CHECKPOINT}
        served = await self.views.read(list(wanted))
        if served and served.epoch != watched.epoch and wanted != every:
            wanted = every
            served = await self.views.read(list(wanted))
        if served is None:
            return False
        watched.show(served.epoch, served.checkpoint if wanted == every else seen, served.views)
        return None not in served.views.values()

    # The feed

    async def _open_feed(self, held: Since) -> Feed | None:
        feed = self.watched.feed
        if feed is None:
            feed = Feed(self.watched)
            if not await self._restart(feed):
                return None
        elif held.epoch == feed.epoch and held.position > feed.last:
            await self._follow_log()
        self.watched.feed = feed  # whoever else had it may have left meanwhile
        return feed

    async def _follow_log(self) -> None:
        """Read what was recorded since, from a log that still holds what was read before.

        What cannot be read ends the feed before it: nobody is told what is no event.
        """
        feed = self.watched.feed
        more = feed is not None
        while feed and more:
            entries = readable(await self.log.read(feed.last, LIVE_FEED_READ_EVENTS_MAX))
            if not await self._holds(feed):
                return
            if entries:
                feed.extend(entries)
            more = len(entries) == LIVE_FEED_READ_EVENTS_MAX

    async def _holds(self, feed: Feed) -> bool:
        """Say whether the log is still the one that was followed; begin anew where it is not."""
        epoch = await self.log.check_tail(Tail(feed.epoch, feed.last, feed.newest))
        if epoch == feed.epoch:
            return True
        await self._restart(feed)
        return False

    async def _restart(self, feed: Feed) -> bool:
        for _ in range(LIVE_FEED_START_TRIES_MAX):
            tail = await self.log.tail()
            entries = await newest(self.log, FEED_EVENTS)
            if not entries:
                return False
            # Both are of one log if it still holds the last entry under the epoch of before.
            if await self.log.check_tail(Tail(tail.epoch, *entries[-1])) == tail.epoch:
                feed.restart(tail.epoch, entries)
                return True
        raise LogUnavailable(self.watched.competition, "its epoch changes again and again")


class Hub:
    """All followed competitions; `alive` while the server answers.

    It is asked all the time, be it only whether it is there: who has not heard of it for
    `server_silent_seconds` knows no more whether what it shows is how it is.
    """

    def __init__(self, redis: Redis, limits: LiveLimits) -> None:
        self.alive = False
        self.doorbells_heard = 0
        self._redis = redis
        self._abouts = Abouts(redis)
        self._limits = limits
        self._followed: dict[str, Followed] = {}
        self._reading = asyncio.Semaphore(LIVE_READS_AT_ONCE_MAX)  # for those who join
        self._clock = asyncio.get_running_loop().time
        self._heard_at = self._clock()  # when the server last answered
        self._listening: asyncio.Timeout | None = None
        self._listened_to: frozenset[str] = frozenset()

    @property
    def silent_for(self) -> float:
        """How many seconds ago the server answered, where that is too long ago; else 0."""
        seconds = self._clock() - self._heard_at
        return seconds if seconds > self._limits.server_silent_seconds else 0.0

    @property
    def competitions_watched(self) -> int:
        return len(self._followed)

    @property
    def topics_watched(self) -> int:
        return sum(followed.watched.topics_watched for followed in self._followed.values())

    async def run(self) -> None:
        """Follow what is watched for ever; a server that is away is tried again, and said so once.

        So is that it answers again.
        """
        pause, said = LIVE_RETRY_FIRST_SECONDS, False
        while True:
            try:
                await self._recheck()
                self.alive, pause = True, LIVE_RETRY_FIRST_SECONDS
                heard = await self._hear()
                if said:
                    logger.warning("the server answers again")
                    said = False
                await self._ring(heard)
            except (LogUnavailable, LogFull) as fault:
                if not said:
                    logger.warning("%s; it is asked again until it answers", fault)
                self.alive, said = False, True
                await asyncio.sleep(pause)
                pause = min(2 * pause, LIVE_RETRY_LONGEST_SECONDS)

    async def join(
        self, competition: str, topic: str, held: Since, *, may_read_private: bool
    ) -> Topic | Feed:
        """Give a topic, read and followed from here on; subscribe to it before the next await.

        Nobody is answered with what may be old: while the server is silent, LogUnavailable.
        Raises UnknownTopic only when the views have seen all that the log had when asked.
        """
        if silent_for := self.silent_for:
            raise LogUnavailable(competition, f"silent for {silent_for:.0f} s")
        async with self._reading:
            followed = self._followed.get(competition) or await self._find(competition)
        if followed.private and not may_read_private:
            raise Private(competition)
        if not may_be_topic(topic):
            raise UnknownTopic(competition, topic)
        followed = self._followed.setdefault(competition, followed)
        followed.joining += 1
        try:
            opened = await self._open(followed, topic, held)
        finally:
            followed.joining -= 1
        if competition not in self._listened_to:
            self._listen_anew()
        return opened

    async def turn_page(self, subscription: FeedSubscription) -> None:
        """Read on for a feed that is further behind than events are kept here."""
        if followed := self._followed.get(subscription.watched.competition):
            with _gap_reported():
                await followed.turn_page(subscription)

    async def _find(self, competition: str) -> Followed:
        about = await self._abouts.of(competition)
        if about is None:
            raise UnknownCompetition(competition)
        views, log = Views(self._redis, competition), Log(self._redis, competition)
        return Followed(views, log, private=about.private)

    async def _open(self, followed: Followed, name: str, held: Since) -> Topic | Feed:
        watched = followed.watched
        patience = self._clock() + self._limits.behind_wait_seconds
        end: int | None = None  # of the log when this was asked
        while True:
            if not watched.has(name) and self.topics_watched >= self._limits.topics_watched_max:
                raise TooManyTopics(self.topics_watched)
            async with self._reading, followed.lock:
                opened = await followed.open(name, held)
                if opened:
                    return opened
                seen = watched.seen
                if end is None:
                    end = (await followed.log.tail()).position
            if seen >= end:
                raise UnknownTopic(watched.competition, name)
            if self._clock() > patience:
                raise NotSeen(watched.competition, name, end)
            await asyncio.sleep(LIVE_UNSEEN_POLL_SECONDS)

    async def _hear(self) -> list[tuple[str, Doorbell]]:
        """Wait a little for doorbells of what is followed now; forget what nobody watches."""
        self._followed = {
            competition: followed
            for competition, followed in self._followed.items()
            if followed.joining or followed.watched.topics_watched
        }
        after = {name: at.doorbell for name, at in self._followed.items() if at.doorbell}
        self._listened_to = frozenset(after)
        try:
            async with asyncio.timeout(None) as self._listening:
                if after:
                    heard = await doorbells(self._redis, after)
                    self._heard_at = self._clock()
                    return heard
                async with faults("every competition"):
                    await self._redis.ping()
                self._heard_at = self._clock()
                await asyncio.sleep(LIVE_IDLE_POLL_SECONDS)
        except TimeoutError:
            pass  # there is one more to listen to
        finally:
            self._listening = None
        return []

    def _listen_anew(self) -> None:
        if self._listening and not self._listening.expired():
            self._listening.reschedule(0)

    async def _ring(self, heard: list[tuple[str, Doorbell]]) -> None:
        self.doorbells_heard += len(heard)
        for competition, bells in groupby(heard, key=itemgetter(0)):
            if followed := self._followed.get(competition):
                with _gap_reported():
                    await followed.ring([doorbell for _, doorbell in bells])
                    self._heard_at = self._clock()

    async def _recheck(self) -> None:
        now = self._clock()
        for followed in list(self._followed.values()):
            if followed.recheck_at <= now or not self.alive:
                followed.recheck_at = now + self._limits.recheck_seconds * random.uniform(0.5, 1.5)
                with _gap_reported():
                    await followed.recheck(thoroughly=not self.alive)
                    self._heard_at = self._clock()


@contextmanager
def _gap_reported() -> Iterator[None]:
    """Leave the feed of a torn log where it is: nobody is told anything past a gap."""
    try:
        yield
    except Gap as gap:
        logger.error("%s; its feed goes no further", gap)
