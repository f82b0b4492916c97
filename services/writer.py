"""Group commit: whoever waits while the log is busy goes into the next call, and shares no fate.

Each submission is decided by `check` on a branch of the fold, so that those of one call see each
other, and carries the versions that its check read. What clashes is decided again on what is
recorded by then; a refusal is answered only from there, never from a branch that may not come true.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import NoReturn

import msgspec
from redis.asyncio import Redis

from events.check import Warned, check
from events.codec import Sent, capture_bytes, decode
from events.errors import Refused
from events.types import (
    COMPETITION,
    Event,
    EventAmended,
    GroupFormed,
    StandingsFinalised,
    subject_of,
)
from projections.fold import Fold
from services import log
from services.access import Forbidden
from services.follower import Follower
from services.log import WHOLE_LOG, Entry, Log, LogFull, LogUnavailable, NewEvent, Place, Rewound
from services.settings import (
    DECISIONS_PER_SUBMISSION_MAX,
    EVENTS_PER_CALL_MAX,
    OVERTAKEN_PAGE_EVENTS,
    OVERTAKEN_PAGES_MAX,
    SUBMISSIONS_WAITING_MAX,
)

Permit = Callable[[Event, Fold], None]
"""Raises Forbidden unless the event may be recorded by whoever sent it, after what is folded."""


def _permit_all(event: Event, fold: Fold) -> None:
    return


class Submission(msgspec.Struct, frozen=True):
    """What one request wants recorded, whole or not at all."""

    events: tuple[Sent, ...]
    recorded_by: str
    permit: Permit = _permit_all


class Accepted(msgspec.Struct, frozen=True):
    """All of it is recorded, at a place for each event; `is_new` unless all of it was before."""

    places: tuple[Place, ...]
    warnings: tuple[Warned, ...] = ()
    is_new: bool = True


class Overtaken(Exception):
    """The subject is not at the version that the client expected. `since` is what happened."""

    def __init__(
        self, subject: str, expected: int, version: int, since: Sequence[bytes] = ()
    ) -> None:
        self.subject = subject
        self.expected = expected
        self.version = version
        self.since = tuple(since)

    def __str__(self) -> str:
        return (
            f"{self.subject} is at version {self.version}, not {self.expected};"
            " look at what happened since, then send it again or leave it"
        )


class IdReused(Exception):
    """An id was recorded with other content: `stored`, or empty if in the same submission."""

    def __init__(self, id_: str, stored: bytes) -> None:
        self.id = id_
        self.stored = stored

    def __str__(self) -> str:
        where = "was recorded" if self.stored else "stands twice in what was sent,"
        return f"the id {self.id} {where} with other content; give a new event a new id"


class UnknownCompetition(Exception):
    """Nobody created this competition."""

    def __init__(self, competition: str) -> None:
        self.competition = competition

    def __str__(self) -> str:
        return f"there is no competition {self.competition}; create it first"


class CompetitionExists(Exception):
    """This competition was created with other content."""

    def __init__(self, competition: str) -> None:
        self.competition = competition

    def __str__(self) -> str:
        return f"{self.competition} exists with other content; choose another id"


class Busy(Exception):
    """More is sent than can be recorded. Nothing of this was; send it again a little later."""

    def __init__(self, competition: str, reason: str) -> None:
        self.competition = competition
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.competition} is busy: {self.reason}; wait a moment, then send it again"


async def create(
    redis: Redis, competition: str, submission: Submission, *, replicas: int = 0
) -> Accepted:
    """Begin a log with its first event. Raises CompetitionExists."""
    new = Log(redis, competition, replicas=replicas)
    if not (await new.tail()).position:
        await log.announce(redis, competition)
    events = tuple(_new_event(sent, submission.recorded_by) for sent in submission.events)
    match await new.append([log.Unit(events, creates=True)]):
        case [log.Recorded(places=places)]:
            return Accepted(places)
        case [log.Repeated(places=places)]:
            return Accepted(places, is_new=False)
    raise CompetitionExists(competition)


# Deciding


class Decision(msgspec.Struct, frozen=True):
    """A unit that may be appended, and the warnings to give if it is."""

    unit: log.Unit
    warnings: tuple[Warned, ...]


def decide(submission: Submission, fold: Fold, recorded: Fold) -> tuple[Decision, Fold]:
    """Check on `fold` what is not yet in `recorded`; give the fold with it.

    A single event is taken in by the fold that was given; of more, all or none. Raises
    Forbidden, Refused or Overtaken.
    """
    branch = fold.branch() if len(submission.events) > 1 else fold
    reads: dict[str, int] = {}
    warnings: list[Warned] = []
    for sent in submission.events:
        event, subject = sent.event, subject_of(sent.event)
        submission.permit(event, branch)
        if _is_in(recorded, event):
            continue
        for read in _subjects_read(event, subject):
            reads.setdefault(read, fold.position if read == WHOLE_LOG else fold.version(read))
        _expect(sent, subject, fold.version(subject), branch.version(subject))
        warnings += check(event, branch)
        place = Place(branch.position + 1, branch.version(subject) + 1, "")
        branch.advance(_at(event, place, submission.recorded_by))
    events = tuple(_new_event(sent, submission.recorded_by) for sent in submission.events)
    return Decision(log.Unit(events, tuple(reads.items())), tuple(warnings)), branch


def settle(submission: Submission, found: dict[bytes, Entry], recorded: Fold) -> Accepted | None:
    """Give or raise the answer that is certain from what is recorded; None if it may be appended.

    Authority is asked before the ids, and these before the rules and versions.
    """
    refusal: Refused | Overtaken | None = None
    try:
        decide(submission, recorded.branch(), recorded)
    except (Refused, Overtaken) as reason:
        refusal = reason
    places = []
    for sent in submission.events:
        if (entry := found.get(sent.id_bytes)) is not None:
            if entry.digest != sent.digest:
                raise IdReused(sent.event.id, entry.stored)
            event = decode(entry.stored)
            places.append(Place(event.position, event.version, event.recorded_at))
    if len(places) == len(submission.events):
        return Accepted(tuple(places), is_new=False)
    if refusal is not None:
        raise refusal
    return None


def _is_in(recorded: Fold, event: Event) -> bool:
    if event.match is None:
        return recorded.competition_fact(event.id) is not None
    played = recorded.match_of(event.match)
    return played is not None and any(fact.id == event.id for fact in played.facts)


def _expect(sent: Sent, subject: str, before: int, now: int) -> None:
    """Who sends several at once may count its own events or leave them out."""
    expected = sent.expected_version
    if expected is not None and expected not in (before, now):
        raise Overtaken(subject, expected, now)


def _subjects_read(event: Event, subject: str) -> tuple[str, ...]:
    """Name everything that the check of an event reads."""
    match event:
        case StandingsFinalised() | EventAmended(match=None):
            # A table is all its matches, also one that is being scheduled right now.
            return (COMPETITION, WHOLE_LOG)
        case GroupFormed(group=group):
            # A group and a match never share an id.
            return (COMPETITION, f"match/{group}")
    return (COMPETITION, subject)


def _at(event: Event, place: Place, recorded_by: str) -> Event:
    return msgspec.structs.replace(
        event,
        position=place.position,
        version=place.version,
        recorded_at=place.recorded_at,
        recorded_by=recorded_by,
    )


def _new_event(sent: Sent, recorded_by: str) -> NewEvent:
    return NewEvent(
        sent.id_bytes, subject_of(sent.event), sent.digest, capture_bytes(sent, recorded_by)
    )


# Writing


class Waiting:
    """A submission and its caller, who may be gone."""

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        self.answer: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        self.decisions = 0

    def accept(self, accepted: Accepted) -> None:
        if not self.answer.done():
            self.answer.set_result(accepted)

    def fail(self, reason: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(reason)


class Writer:
    """Records what is submitted to one competition.

    `run` works until it is cancelled; when it ends otherwise, the process must end too.
    """

    def __init__(self, redis: Redis, competition: str, *, replicas: int = 0) -> None:
        self.competition = competition
        self._log = Log(redis, competition, replicas=replicas)
        self._follower = Follower(redis, self._log)
        self._is_behind = True
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue(SUBMISSIONS_WAITING_MAX)
        self._again: list[Waiting] = []
        self._in_hand: list[Waiting] = []
        self._gone: LogUnavailable | None = None

    async def submit(self, submission: Submission) -> Accepted:
        """Record it, or raise why not: Forbidden, IdReused, Refused, Overtaken,
        UnknownCompetition, Busy, LogFull, or LogUnavailable when nobody knows."""
        if self._gone is not None:
            raise self._gone
        waiting = Waiting(submission)
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            raise Busy(self.competition, "too many are waiting") from None
        return await waiting.answer

    async def run(self) -> NoReturn:
        """Record what is submitted, one call of the log after the other."""
        try:
            while True:
                self._in_hand = await self._take()
                try:
                    await self._record(self._in_hand)
                except Rewound:
                    self._is_behind = True
                    self._again = self._not_too_often(self._in_hand)
                except (LogUnavailable, LogFull) as fault:
                    self._is_behind = True
                    self._fail(self._in_hand, fault)
        finally:
            while not self._queue.empty():
                self._again.append(self._queue.get_nowait())
            self._gone = LogUnavailable(self.competition, "its writer has ended")
            self._fail(self._in_hand + self._again, self._gone)

    async def _take(self) -> list[Waiting]:
        """Give all that wait, those to be decided again first; wait for one."""
        taken, self._again = self._again, []
        if not taken:
            taken.append(await self._queue.get())
        events = sum(len(waiting.submission.events) for waiting in taken)
        while events < EVENTS_PER_CALL_MAX and not self._queue.empty():
            taken.append(self._queue.get_nowait())
            events += len(taken[-1].submission.events)
        return [waiting for waiting in taken if not waiting.answer.done()]

    async def _record(self, batch: list[Waiting]) -> None:
        if self._is_behind:
            await self._follower.catch_up()
            self._is_behind = not self._follower.seen.position
        if self._is_behind:
            self._fail(batch, UnknownCompetition(self.competition))
            return
        decisions, doubtful = self._decided(batch)
        if decisions:
            answers = await self._log.append(
                [decision.unit for _, decision in decisions], self._follower.seen
            )
            doubtful += self._answered(decisions, answers)
        if doubtful or self._is_behind:
            await self._follower.catch_up()
            self._is_behind = False
        if doubtful:
            await self._look_closer(doubtful)

    def _decided(
        self, batch: list[Waiting]
    ) -> tuple[list[tuple[Waiting, Decision]], list[Waiting]]:
        """Decide each on what those before it would leave; who is refused there is doubtful."""
        branch = self._follower.fold.branch()
        decisions: list[tuple[Waiting, Decision]] = []
        doubtful: list[Waiting] = []
        for index, waiting in enumerate(batch):
            try:
                decision, branch = decide(waiting.submission, branch, self._follower.fold)
            except (Forbidden, Refused, Overtaken):
                doubtful.append(waiting)
            except Exception as bug:
                # Half of it may be on the branch. Nothing is recorded; the others do without it.
                waiting.fail(bug)
                self._again += batch[index + 1 :]
                break
            else:
                decisions.append((waiting, decision))
        return decisions, doubtful

    def _answered(
        self, decisions: list[tuple[Waiting, Decision]], answers: list[log.Answer]
    ) -> list[Waiting]:
        """Tell each caller what the log said; give those that clashed."""
        recorded: list[tuple[Event, bytes]] = []
        clashed: list[Waiting] = []
        for (waiting, decision), answer in zip(decisions, answers, strict=True):
            match answer:
                case log.Recorded(places=places):
                    recorded += _recorded(waiting.submission, decision.unit, places)
                    waiting.accept(Accepted(places, decision.warnings))
                case log.Repeated(places=places):
                    waiting.accept(Accepted(places, is_new=False))
                case log.Reused(id=id_, stored=stored):
                    waiting.fail(IdReused(_id_of(id_, waiting.submission), stored))
                case log.Conflict():
                    clashed.append(waiting)
                case log.NoSuchLog() | log.LogExists():
                    raise AssertionError(f"{answer} from a log that held {self._follower.seen}")
        self._is_behind = not self._follower.took(recorded)
        return self._not_too_often(clashed)

    async def _look_closer(self, doubtful: list[Waiting]) -> None:
        """Answer refusals that hold on what is recorded; the rest is decided again."""
        ids = [sent.id_bytes for waiting in doubtful for sent in waiting.submission.events]
        found = await self._log.find(ids)
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
                event = decode(stored)
                if len(since) < version - expected and subject_of(event) == subject:
                    since.append(stored)
            if len(since) >= version - expected:
                break
            end = begin
        return since[::-1]

    def _not_too_often(self, clashed: list[Waiting]) -> list[Waiting]:
        for waiting in clashed:
            waiting.decisions += 1
            if waiting.decisions >= DECISIONS_PER_SUBMISSION_MAX:
                waiting.fail(Busy(self.competition, "others were faster every time"))
        return [waiting for waiting in clashed if not waiting.answer.done()]

    def _fail(self, batch: list[Waiting], reason: Exception) -> None:
        for waiting in batch:
            waiting.fail(reason)


def _recorded(
    submission: Submission, unit: log.Unit, places: tuple[Place, ...]
) -> Iterable[tuple[Event, bytes]]:
    for sent, new, place in zip(submission.events, unit.events, places, strict=True):
        yield _at(sent.event, place, submission.recorded_by), new.stored(place)


def _id_of(raw: bytes, submission: Submission) -> str:
    return next(sent.event.id for sent in submission.events if sent.id_bytes == raw)
