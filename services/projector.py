"""The projector: every log's fold is in the views, once, and none of its events is skipped.

FastStream carries the entries of a log, in batches, from the checkpoint of its views on. What it
delivers is checked against the log's own numbering; whatever goes wrong, the fold is thrown away
and begun again from what is committed. A log that cannot be read on stops, at a position and with
a reason, and the others go on. Of several projectors one folds a log, and another soon after it
is gone; an older generation rests once a newer one is served.
"""

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from faststream.exceptions import StopConsume
from faststream.redis import RedisBroker
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from events.codec import decode
from projections import GENERATION
from projections.fold import Fold
from services.delivery import Entries, delivered
from services.settings import (
    CONNECTIONS_MAX,
    PROJECTOR_AWAIT_LOG_SECONDS,
    PROJECTOR_BATCH_EVENTS_MAX,
    PROJECTOR_BEHIND_EVENTS_MAX,
    PROJECTOR_BEHIND_FOLD_LEAST_SECONDS,
    PROJECTOR_BEHIND_FOLD_MOST_SECONDS,
    PROJECTOR_HEIR_POLL_SECONDS,
    PROJECTOR_PAGE_EVENTS,
    PROJECTOR_RECHECK_SECONDS,
    PROJECTOR_RETRY_FIRST_SECONDS,
    PROJECTOR_STILL_SECONDS,
    PROJECTOR_STOPPED_RETRY_SECONDS,
    PROJECTOR_SUPERSEDED_RETRY_SECONDS,
    SNAPSHOT_EVERY_EVENTS,
    SNAPSHOT_EVERY_SHARE,
    STREAM_RETRIES_MAX,
    STREAM_RETRY_FIRST_SECONDS,
    STREAM_RETRY_LONGEST_SECONDS,
    Settings,
)
from services.store import embedded
from services.store.connection import connect
from services.store.lease import Lease, LeaseLost
from services.store.log import Gap, Log, LogFull, LogUnavailable, Rewound, Tail, announced
from services.store.views import Awaited, Fenced, Stop, Superseded, Views, view_epoch_of
from services.waiting import Delays, Silence

logger = logging.getLogger(__name__)

Fault = (LogUnavailable, LogFull, RedisError, OSError)
"""What passes by itself: the server is away, loading, full, or has forgotten a script."""


EVERYBODY = "every competition"


class Stopped(Exception):
    """A log cannot be folded past a position. Repair it, or deploy who can read it."""

    def __init__(self, competition: str, position: int, reason: str) -> None:
        self.competition = competition
        self.position = position
        self.reason = reason

    def __str__(self) -> str:
        where = f"the views of {self.competition} stopped before position {self.position}"
        return f"{where}: {self.reason}; they stay as they are until it can be read"


class StandsStill(Exception):
    """A log goes on, and nothing of it was delivered. Begin again where the views stand."""

    def __init__(self, competition: str, position: int, tail: int) -> None:
        self.competition = competition
        self.position = position
        self.tail = tail

    def __str__(self) -> str:
        return (
            f"nothing was read of {self.competition} after position {self.position} for"
            f" {PROJECTOR_STILL_SECONDS:g} s, though its log goes to {self.tail}; beginning again"
        )


# Every competition


async def run(settings: Settings, alive: Path | None = None) -> None:
    """Keep the views of every competition on the server of these settings, until cancelled."""
    async with embedded.redis_url(settings) as url, connect(url) as redis:
        await project(url, redis, alive=alive)


async def project(
    url: str, redis: Redis, generation: int = GENERATION, alive: Path | None = None
) -> None:
    """Keep the views of every competition on this server, until cancelled.

    The file `alive` is touched again and again, as long as this goes on and the server answers.
    """
    silence = Silence(logger)
    async with _broker(url, silence) as broker, asyncio.TaskGroup() as group:
        tasks: dict[str, asyncio.Task[None]] = {}
        after, delays = "0-0", Delays()
        while True:
            try:
                after, names = await announced(redis, after)
            except Fault as fault:
                silence.waits(EVERYBODY, fault)
                await delays.wait()
                continue
            silence.goes_on(EVERYBODY)
            delays.reset()
            if alive is not None:
                alive.touch()
            for name in dict.fromkeys(names):
                if name not in tasks or tasks[name].done():
                    projection = Projection(broker, redis, name, generation, silence)
                    tasks[name] = group.create_task(projection.run())


@asynccontextmanager
async def _broker(url: str, silence: Silence) -> AsyncIterator[RedisBroker]:
    backoff = ExponentialBackoff(STREAM_RETRY_LONGEST_SECONDS, STREAM_RETRY_FIRST_SECONDS)
    broker = RedisBroker(
        url,
        retry=Retry(backoff, STREAM_RETRIES_MAX),
        max_connections=CONNECTIONS_MAX,
        socket_timeout=None,  # see services.store.connection
        graceful_timeout=None,  # whoever is told to end lets another begin; a torn commit is none
        apply_types=False,
        logger=logger.getChild("stream"),
        log_level=logging.DEBUG,
    )
    delays = Delays()
    while True:
        try:
            await broker.start()
            break
        except Fault as fault:
            silence.waits(EVERYBODY, fault)
            await delays.wait()
    try:
        yield broker
    finally:
        await broker.stop()


# One competition


class Build:
    """A fold, how far its views are committed, and the newest entry that it has seen."""

    def __init__(self, view_epoch: str, fold: Fold, seen: Tail) -> None:
        self.view_epoch = view_epoch
        self.fold = fold
        self.seen = seen
        self.checkpoint = 0
        self.committed_at = 0.0  # by the loop's clock
        self.drawing_seconds = 0.0  # what the views of the last commit took
        self.kept = fold.position  # where the newest snapshot is
        self.taking = False
        self.still_at = 0
        self.still_since = 0.0  # by the loop's clock
        self.over = asyncio.Event()
        self.failure: Exception | None = None


class Projection:
    """Keeps the views of one competition."""

    def __init__(
        self,
        broker: RedisBroker,
        redis: Redis,
        competition: str,
        generation: int,
        silence: Silence,
    ) -> None:
        self.competition = competition
        self._broker = broker
        self._redis = redis
        self._generation = generation
        self._silence = silence
        self._log = Log(redis, competition)
        self._views = Views(redis, competition)
        self._lease = Lease(redis, competition, generation)
        self._view_epoch = ""
        self._seen = Tail()  # of the last build, to notice that the log went back
        self._delays = Delays()
        self._said: str | None = None  # why it stopped; empty while it runs
        self._rests = False

    async def run(self) -> None:
        """Follow the log until cancelled; after a fault or a stop, begin where the views stand."""
        while await self._exists():
            try:
                async with self._lease.held():
                    await self._follow(await self._begin())
            except Stopped as stop:
                await self._say_stopped(stop)
                await asyncio.sleep(PROJECTOR_STOPPED_RETRY_SECONDS)
            except Superseded as superseded:
                await self._rest(superseded)
            except (Rewound, Fenced, LeaseLost, StandsStill) as change:
                logger.warning("%s", change)
            except Fault as fault:
                self._silence.waits(self.competition, fault)
            await self._delays.wait()

    async def _exists(self) -> bool:
        """Wait for a log that was announced; False if it has not been created after a while.

        A server that does not answer has not said that there is none.
        """
        clock = asyncio.get_running_loop().time
        patience = clock() + PROJECTOR_AWAIT_LOG_SECONDS
        while clock() < patience:
            try:
                if (await self._log.tail()).position:
                    return True
                await asyncio.sleep(PROJECTOR_RETRY_FIRST_SECONDS)
            except Fault as fault:
                self._silence.waits(self.competition, fault)
                await self._delays.wait()
                patience = clock() + PROJECTOR_AWAIT_LOG_SECONDS
        self._silence.goes_on(self.competition)
        return False

    # Beginning where the views stand

    async def _begin(self) -> Build:
        """Fold the log up to the checkpoint of its views, from their newest snapshot."""
        epoch = await self._log.check_tail(self._seen)
        view_epoch = self._view_epoch = view_epoch_of(epoch, self._generation)
        checkpoint = await self._views.checkpoint(view_epoch)
        # Whoever caught up before may have died before the build was served; and who has been
        # superseded is told before it folds.
        await self._views.commit(view_epoch, checkpoint, checkpoint, {})
        self._rests = False
        build = Build(view_epoch, await self._snapshot(view_epoch, checkpoint), Tail(epoch))
        while (last := build.seen.position) < checkpoint:
            # The entry of a snapshot is read again, so that what was seen is known word for word.
            after = last or max(build.fold.position - 1, 0)
            page = await self._read(after, min(PROJECTOR_PAGE_EVENTS, checkpoint - after))
            if not page:
                # The log has lost what its views hold, and is asked for that next time.
                self._seen = Tail(epoch, checkpoint)
                raise Rewound(self.competition, epoch)
            self._fold(build, page)
            await asyncio.sleep(0)
        build.fold.take_touched()
        build.checkpoint = checkpoint
        self._silence.goes_on(self.competition)
        return build

    async def _snapshot(self, view_epoch: str, checkpoint: int) -> Fold:
        kept = await self._views.snapshot(view_epoch)
        if kept and kept[0] <= checkpoint:
            # A snapshot only saves time: one that cannot be loaded is done without.
            with suppress(zlib.error, msgspec.MsgspecError):
                return await asyncio.to_thread(Fold.load, kept[1])
        return Fold()

    async def _read(self, after: int, count: int) -> Entries:
        try:
            return await self._log.read(after, count)
        except Gap as gap:
            raise Stopped(self.competition, gap.position, str(gap)) from gap

    # Following the log

    async def _follow(self, build: Build) -> None:
        """Take what FastStream brings, and look now and then whether the log went back."""

        async def take(batch: Any) -> None:
            build.taking = True
            try:
                await self._take(build, batch)
            except Exception as failure:
                # FastStream has moved on already, and would swallow this.
                build.failure = failure
                build.over.set()
                raise StopConsume from failure
            finally:
                build.taking = False

        try:
            at = build.checkpoint
            async with delivered(self._broker, self.competition, after=at, take=take):
                while not await _is_set_within(PROJECTOR_RECHECK_SECONDS, build.over):
                    await self._look_back(build)
        finally:
            self._seen = build.seen
        assert build.failure, "it is over when it failed"
        raise build.failure

    async def _look_back(self, build: Build) -> None:
        """Raise Rewound if the log no longer holds what was folded.

        FastStream reads in a task of its own, whose end would be noticed by nobody: StandsStill.
        """
        seen = build.seen
        epoch = await self._log.check_tail(seen)
        if epoch != seen.epoch:
            raise Rewound(self.competition, epoch)
        tail, at = (await self._log.tail()).position, build.fold.position
        now = asyncio.get_running_loop().time()
        if build.taking or tail <= at or build.still_at != at:
            build.still_at, build.still_since = at, now
        elif now - build.still_since >= PROJECTOR_STILL_SECONDS:
            raise StandsStill(self.competition, at, tail)

    async def _take(self, build: Build, batch: Entries) -> None:
        """Commit what a batch changes, as far as it can be read."""
        try:
            self._fold(build, batch)
        except Stopped as stopped:
            if build.fold.position < stopped.position:  # else it broke off within an event
                await self._commit(build)
            raise
        if len(batch) == PROJECTOR_BATCH_EVENTS_MAX and await self._more_comes(build):
            return
        await self._commit(build)
        await self._say_running()
        await self._keep_snapshot(build)
        self._delays.reset()

    async def _more_comes(self, build: Build) -> bool:
        """Say whether to fold on before the views are drawn up.

        A build that is behind would draw the same views again for every batch; boards are
        shown the newest anyhow, and as often as anybody can read. The longer it draws, the
        more it folds before it draws again, so that it spends as long on each.
        """
        clock = asyncio.get_running_loop().time
        seconds = max(build.drawing_seconds, PROJECTOR_BEHIND_FOLD_LEAST_SECONDS)
        due = build.committed_at + min(seconds, PROJECTOR_BEHIND_FOLD_MOST_SECONDS)
        is_due = (
            clock() >= due or build.fold.position - build.checkpoint >= PROJECTOR_BEHIND_EVENTS_MAX
        )
        return not is_due and (await self._log.tail()).position > build.fold.position

    def _fold(self, build: Build, entries: Entries) -> None:
        for position, stored in entries:
            before = build.fold.position
            try:
                event = decode(stored)
                assert event.position == position, f"the event there says {event.position}"
                build.fold.advance(event)
            except Exception as error:
                # Whatever it is, events after it must not be folded without it.
                raise self._stopped(before + 1, error) from error
            build.seen = Tail(build.seen.epoch, position, stored)

    async def _commit(self, build: Build) -> None:
        """Write what changed since the checkpoint, wherever other workers may be."""
        after, to = build.checkpoint, build.fold.position
        if after == to:
            return
        # Of a build that is behind these are thousands, and others must have their turn.
        clock = asyncio.get_running_loop().time
        begun = clock()
        views = await asyncio.to_thread(self._rendered, build)
        build.drawing_seconds = clock() - begun
        while True:
            try:
                await self._views.commit(build.view_epoch, after, to, views)
            except Fenced as fenced:
                if fenced.checkpoint <= after:
                    raise
                # Another worker has come part of the way. What changed since our checkpoint
                # is also what changed since its own, and a fold is the same for everybody.
                after = fenced.checkpoint
            except Awaited:
                await asyncio.sleep(PROJECTOR_HEIR_POLL_SECONDS)
            else:
                build.checkpoint = to
                build.committed_at = clock()
                return

    def _rendered(self, build: Build) -> dict[str, bytes]:
        views: dict[str, bytes] = {}
        for topic, position in build.fold.take_touched().items():
            try:
                data = msgspec.json.encode(build.fold.render(topic))
            except Exception as error:
                raise self._stopped(position, error) from error
            views[topic] = b"%d:%b" % (position, data)
        return views

    async def _keep_snapshot(self, build: Build) -> None:
        if not snapshot_is_due(build.kept, build.checkpoint):
            return
        build.kept = build.checkpoint
        dumped = await asyncio.to_thread(build.fold.dump)
        with suppress(LogFull):
            await self._views.put_snapshot(build.view_epoch, build.kept, dumped)

    # Saying how it goes

    def _stopped(self, position: int, error: Exception) -> Stopped:
        return Stopped(self.competition, position, f"{type(error).__name__}: {error}")

    async def _say_stopped(self, stop: Stopped) -> None:
        if self._said == str(stop):
            return
        logger.error("%s", stop)
        with suppress(*Fault):
            await self._views.say_stopped(self._view_epoch, Stop(stop.position, stop.reason))
            self._said = str(stop)

    async def _say_running(self) -> None:
        if self._said != "":
            await self._views.say_stopped(self._view_epoch, None)
            self._said = ""

    async def _rest(self, superseded: Superseded) -> None:
        """Leave the views to a newer generation, and look again after a while."""
        if not self._rests:
            logger.warning("%s", superseded)
        self._rests = True
        await asyncio.sleep(PROJECTOR_SUPERSEDED_RETRY_SECONDS)


def snapshot_is_due(kept: int, checkpoint: int) -> bool:
    """Say whether the log has grown by enough since the newest snapshot, at `kept`.

    A snapshot is of all of the log, so the longer that is, the rarer they are.
    """
    return checkpoint - kept >= max(SNAPSHOT_EVERY_EVENTS, kept // SNAPSHOT_EVERY_SHARE)


async def _is_set_within(seconds: float, event: asyncio.Event) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
    return event.is_set()
