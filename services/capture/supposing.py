"""What a submission would change: decided as ever, on a branch of a fold that is thrown away.

It follows the log with folds of its own, so that no writer waits for it, and writes nothing.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from redis.asyncio import Redis

from events.check import Warned
from projections.fold import Fold
from projections.sections import BerthShown, TieShown, render_bracket, render_section
from projections.topics import groups_in
from services.capture.follower import Follower
from services.capture.submission import Submission, UnknownCompetition, decide, settle
from services.settings import SUPPOSED_COMPETITIONS_MAX
from services.store.log import Log


class Change(msgspec.Struct, frozen=True):
    """A table (its group), a tie, or a place of a berth, as it is and as it would be."""

    of: str
    before: Any
    after: Any


class Supposed(msgspec.Struct, frozen=True):
    """What would change of what is recorded up to `position`, and the warnings there would be."""

    position: int
    warnings: tuple[Warned, ...]
    tables: tuple[Change, ...] = ()
    ties: tuple[Change, ...] = ()
    berths: tuple[Change, ...] = ()


class Supposing:
    """Folds to suppose on, of some competitions; who was first asked of makes room."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._followed: dict[str, tuple[Log, Follower, asyncio.Lock]] = {}

    async def suppose(self, competition: str, submission: Submission) -> Supposed:
        """Say what it would change. Raises what recording it would, but that others are faster."""
        if competition not in self._followed:
            self._begin(competition)
        log, follower, lock = self._followed[competition]
        async with lock:
            await follower.catch_up()
            if not follower.seen.position:
                raise UnknownCompetition(competition)
            found = await log.find([sent.id_bytes for sent in submission.events])
            if settle(submission, found, follower.fold) is not None:
                return Supposed(follower.fold.position, ())
            return supposed(submission, follower.fold)

    def _begin(self, competition: str) -> None:
        if len(self._followed) >= SUPPOSED_COMPETITIONS_MAX:
            self._followed.pop(next(iter(self._followed)))
        log = Log(self._redis, competition)
        self._followed[competition] = log, Follower(self._redis, log), asyncio.Lock()


def supposed(submission: Submission, recorded: Fold) -> Supposed:
    """Decide it on a branch, and compare what shows there with what is recorded."""
    branch = recorded.branch()
    warnings = decide(submission, branch, recorded).warnings
    topics = sorted(branch.take_touched())
    both = (recorded, branch)
    tables = [{id: fold.render(f"standings/{id}") for id in groups_in(topics)} for fold in both]
    ties = [dict(_ties(fold, topics)) for fold in both]
    berths = [dict(_berths(fold, topics)) for fold in both]
    changed = (tuple(_changes(before, after)) for before, after in (tables, ties, berths))
    return Supposed(recorded.position, warnings, *changed)


def _ties(fold: Fold, topics: Iterable[str]) -> Iterator[tuple[str, TieShown]]:
    for section in _named("bracket", topics):
        shown = render_bracket(fold, section)
        for round_ in shown.rounds if shown else ():
            yield from ((tie.tie, tie) for tie in round_.ties)


def _berths(fold: Fold, topics: Iterable[str]) -> Iterator[tuple[str, BerthShown]]:
    for section in _named("sections", topics):
        shown = render_section(fold, section)
        for berth in shown.berths if shown else ():
            yield f"{berth.berth}/{berth.place}", berth


def _named(kind: str, topics: Iterable[str]) -> Iterator[str]:
    return (topic.partition("/")[2] for topic in topics if topic.startswith(f"{kind}/"))


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for of in dict.fromkeys([*before, *after]):
        if before.get(of) != after.get(of):
            yield Change(of, before.get(of), after.get(of))
