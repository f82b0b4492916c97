"""Group commit: whoever waits while the log is busy goes into the next call, and shares no fate.

While one call is written, the next is decided on what that one will leave; if it turns out
otherwise, it is decided again. What clashes is decided again too. A refusal is answered only from
what is recorded, never from what was merely expected to be.
"""

import asyncio
from collections import deque
from typing import NoReturn

from redis.asyncio import Redis

from events.codec import decode
from events.types import subject_of
from projections.fold import Fold
from services.capture.follower import Follower
from services.capture.submission import (
    REFUSALS,
    Accepted,
    Busy,
    CompetitionExists,
    Decision,
    IdReused,
    Overtaken,
    Submission,
    UnknownCompetition,
    decide,
    new_events,
    settle,
)
from services.settings import (
    DECISIONS_PER_SUBMISSION_MAX,
    EVENTS_DECIDED_AT_ONCE,
    EVENTS_PER_CALL_MAX,
    EVENTS_WAITING_MAX,
    OVERTAKEN_PAGE_EVENTS,
    OVERTAKEN_PAGES_MAX,
)
from services.store import log
from services.store.access import Forbidden
from services.store.log import Gap, Log, LogFull, LogUnavailable, LogUnreadable, Rewound


async def create(
    redis: Redis, competition: str, submission: Submission, *, replicas: int = 0
) -> Accepted:
    """Begin a log with its first event. Raises CompetitionExists."""
    new = Log(redis, competition, replicas=replicas)
    if not (await new.tail()).position:
        await log.announce(redis, competition)
    match await new.append([log.Unit(new_events(submission), creates=True)]):
        case [log.Recorded(places=places)]:
            return Accepted(places)
        case [log.Repeated(places=places)]:
            return Accepted(places, is_new=False)
    raise CompetitionExists(competition)


class Waiting:
    """A submission and its caller, who may be gone."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.answer: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self.clashes = 0

    def accept(self, accepted: Accepted) -> None:
        if not self.answer.done():
            self.answer.set_result(accepted)

    def fail(self, reason: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(reason)


class Batch:
    """What goes into one call: each decided on `branch`, which holds what the ones before gain.

    Who is refused there is doubtful. A batch whose branch is lost takes no more.
    """

    def __init__(self, branch: Fold | None) -> None:
        self.branch = branch
        self.call: asyncio.Task[list[log.Answer]]
        self.decided: list[tuple[Waiting, Decision]] = []
        self.doubtful: list[Waiting] = []
        self.size = 0

    def take(self, waiting: Waiting, recorded: Fold) -> None:
        assert self.branch is not None
        self.size += len(waiting.submission.events)
        try:
            decision = decide(waiting.submission, self.branch, recorded)
        except (Forbidden, *REFUSALS):
            self.doubtful.append(waiting)
        except Exception as bug:
            # Half of it may be on the branch. Nothing of it is recorded, nor of what follows.
            self.branch = None
            waiting.fail(bug)
        else:
            self.decided.append((waiting, decision))

    def ahead(self) -> "Batch":
        """Give the next batch, to be decided on what this one will have left."""
        return Batch(self.branch.branch() if self.branch else None)

    def recorded(self, answers: list[log.Answer]) -> list[tuple[log.NewEvent, log.Place]]:
        """Give each event of the units that were new, with its place."""
        return [
            (event, place)
            for (_, decision), answer in zip(self.decided, answers, strict=True)
            if type(answer) is log.Recorded
            for event, place in zip(decision.unit.events, answer.places, strict=True)
        ]

    def stand_on(self, fold: Fold) -> None:
        """Go on from a fold in which what this batch was decided on has come true."""
        if self.branch is not None:
            self.branch.stand_on(fold)

    def everybody(self) -> list[Waiting]:
        return [*(waiting for waiting, _ in self.decided), *self.doubtful]


class Writer:
    """Records what is submitted to one competition.

    `run` works until it is cancelled; when it ends otherwise, the process must end too.
    """

    def __init__(self, redis: Redis, competition: str, *, replicas: int = 0) -> None:
        self.competition = competition
        self._log = Log(redis, competition, replicas=replicas)
        self._follower = Follower(redis, self._log)
        self._is_behind = True
        self._queue: deque[Waiting] = deque()
        self._events_waiting = 0  # in the queue
        self._awake = asyncio.Event()  # set when somebody waits, or a call was answered
        self._again: deque[Waiting] = deque()
        self._in_hand: list[Waiting] = []
        self._gone: LogUnavailable | None = None

    @property
    def has_log(self) -> bool:
        """Whether there is a log of this competition, as far as is known here."""
        return self._follower.seen.position > 0

    @property
    def is_idle(self) -> bool:
        """Whether nobody waits."""
        return not (self._queue or self._in_hand or self._again)

    def submit(self, submission: Submission) -> asyncio.Future[Accepted]:
        """Have it recorded. The future gives where, or raises why not: Forbidden, IdReused,
        Refused, Overtaken, Malformed, UnknownCompetition, Busy, LogFull, or LogUnavailable when
        nobody knows. Raises Busy or LogUnavailable itself where it does not even wait."""
        if self._gone is not None:
            raise self._gone
        if self._events_waiting + len(submission.events) > EVENTS_WAITING_MAX:
            raise Busy(self.competition, f"{self._events_waiting} events are waiting")
        self._events_waiting += len(submission.events)
        waiting = Waiting(submission)
        self._queue.append(waiting)
        self._awake.set()
        return waiting.answer

    async def run(self) -> NoReturn:
        """Record what is submitted, one call of the log after the other."""
        try:
            while True:
                await self._somebody()
                try:
                    await self._record()
                except Rewound:
                    self._is_behind = True
                    self._again = deque(self._not_too_often(self._in_hand))
                except (LogUnavailable, LogFull) as fault:
                    self._is_behind = True
                    self._fail_everybody(fault)
                except Gap as gap:
                    self._is_behind = True
                    self._fail_everybody(LogUnreadable(self.competition, gap.position, str(gap)))
        finally:
            self._gone = LogUnavailable(self.competition, "its writer has ended")
            self._fail_everybody(self._gone)

    async def _somebody(self) -> None:
        """Have somebody in hand who waits, so that whatever fails has a caller to be told."""
        while not self._again:
            if self._queue:
                self._again.append(self._took())
            else:
                await self._sleep()

    async def _record(self) -> None:
        """Record those who wait, until nobody does."""
        if self._is_behind:
            await self._catch_up()
        if not self._follower.seen.position:
            self._is_behind = True
            self._fail_everybody(UnknownCompetition(self.competition))
        batch = self._send(Batch(self._follower.fold.branch()))
        while batch is not None:
            batch = await self._follow(batch)
            self._in_hand = [waiting for waiting in self._in_hand if not waiting.answer.done()]

    def _send(self, batch: Batch) -> Batch | None:
        """Put a batch on its way, with some who still wait; None if nobody is in it."""
        self._fill(batch)
        if not batch.size:
            return None
        batch.call = asyncio.create_task(self._append(batch))
        batch.call.add_done_callback(lambda _: self._awake.set())
        return batch

    async def _append(self, batch: Batch) -> list[log.Answer]:
        units = [decision.unit for _, decision in batch.decided]
        return await self._log.append(units, self._follower.seen) if units else []

    async def _follow(self, batch: Batch) -> Batch | None:
        """Answer the callers of a batch; give the next one, decided meanwhile and on its way."""
        try:
            ahead = await self._decide_ahead(batch)
            answers = await batch.call
        finally:
            batch.call.cancel()
        recorded = batch.recorded(answers)
        came_true = batch.branch is not None and self._follower.took(batch.branch, recorded)
        if came_true:
            ahead.stand_on(self._follower.fold)
            if not batch.doubtful:
                # Whoever is answered goes on while the next call is written.
                following = self._send(ahead)
                self._answer(batch, answers)
                return following
        doubtful = batch.doubtful + self._answer(batch, answers)
        came_true = not await self._catch_up() and came_true
        await self._look_closer(doubtful)
        if not came_true:
            self._again.extend(ahead.everybody())
            ahead = Batch(self._follower.fold.branch())
        return self._send(ahead)

    async def _decide_ahead(self, batch: Batch) -> Batch:
        """Decide whoever comes while a call is written, on what it will leave."""
        ahead = batch.ahead()
        await asyncio.sleep(0)  # so that the call is on its way first
        while not batch.call.done():
            if ahead.size < EVENTS_PER_CALL_MAX and self._fill(ahead):
                await asyncio.sleep(0)
            else:
                await self._sleep()
        return ahead

    async def _sleep(self) -> None:
        """Wait until somebody does, or a call was answered."""
        self._awake.clear()
        await self._awake.wait()

    def _fill(self, batch: Batch) -> bool:
        """Decide some of those who wait, those to be decided again first; False if none was."""
        before = batch.size
        while batch.branch is not None and batch.size - before < EVENTS_DECIDED_AT_ONCE:
            if self._again:
                waiting = self._again.popleft()
            elif self._queue:
                waiting = self._took()
            else:
                break
            if not waiting.answer.done():
                batch.take(waiting, self._follower.fold)
        return batch.size > before

    def _answer(self, batch: Batch, answers: list[log.Answer]) -> list[Waiting]:
        """Tell each caller what the log said; give those that clashed."""
        clashed: list[Waiting] = []
        for (waiting, decision), answer in zip(batch.decided, answers, strict=True):
            match answer:
                case log.Recorded(places=places):
                    waiting.accept(Accepted(places, decision.warnings))
                case log.Repeated(places=places):
                    waiting.accept(Accepted(places, is_new=False))
                case log.Reused(id=raw, stored=stored):
                    waiting.fail(IdReused(_id_of(raw, waiting.submission), stored))
                case log.Conflict():
                    clashed.append(waiting)
                case log.NoSuchLog() | log.LogExists():
                    raise AssertionError(f"{answer} from a log that held {self._follower.seen}")
        return self._not_too_often(clashed)

    async def _catch_up(self) -> bool:
        """Fold what others recorded; True if there was anything."""
        before = self._follower.seen
        await self._follower.catch_up()
        self._is_behind = False
        return self._follower.seen != before

    async def _look_closer(self, doubtful: list[Waiting]) -> None:
        """Answer refusals that hold on what is recorded; the rest is decided again."""
        ids = [sent.id_bytes for waiting in doubtful for sent in waiting.submission.events]
        found = await self._log.find(ids) if ids else {}
        for waiting in doubtful:
            try:
                accepted = settle(waiting.submission, found, self._follower.fold)
            except Overtaken as late:
                since = await self._since(late.subject, late.expected, late.version)
                waiting.fail(Overtaken(late.subject, late.expected, late.version, since))
            except Exception as reason:
                waiting.fail(reason)
            else:
                if accepted is None:
                    self._again.append(waiting)
                else:
                    waiting.accept(accepted)

    async def _since(self, subject: str, expected: int, version: int) -> list[bytes]:
        """Give what was recorded about a subject after a version, as far as it is recent."""
        since: list[bytes] = []
        end = self._follower.seen.position
        for _ in range(OVERTAKEN_PAGES_MAX):
            begin = max(end - OVERTAKEN_PAGE_EVENTS, 0)
            page = await self._log.read(begin, end - begin) if end > begin else []
            for _, stored in reversed(page):
                if len(since) < version - expected and subject_of(decode(stored)) == subject:
                    since.append(stored)
            if len(since) >= version - expected:
                break
            end = begin
        return since[::-1]

    def _took(self) -> Waiting:
        """Take from the queue, and hold."""
        waiting = self._queue.popleft()
        self._events_waiting -= len(waiting.submission.events)
        self._in_hand.append(waiting)
        return waiting

    def _not_too_often(self, clashed: list[Waiting]) -> list[Waiting]:
        for waiting in clashed:
            waiting.clashes += 1
            if waiting.clashes >= DECISIONS_PER_SUBMISSION_MAX:
                waiting.fail(Busy(self.competition, "others were faster every time"))
        return [waiting for waiting in clashed if not waiting.answer.done()]

    def _fail_everybody(self, reason: Exception) -> None:
        """Fail all who wait: to try for each what failed for one takes each as long to be told."""
        while self._queue:
            self._took()
        for waiting in self._in_hand:
            waiting.fail(reason)
        self._in_hand.clear()
        self._again.clear()


def _id_of(raw: bytes, submission: Submission) -> str:
    return next(sent.event.id for sent in submission.events if sent.id_bytes == raw)
