"""Every POST: what was sent is read strictly, allowed or not, recorded, and answered.

Here, and nowhere deeper, an error becomes an HTTP status. Nothing is asked of a token that is not
one, and nothing is read of what it may not send.
"""

import asyncio
import gc
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from socket import socket
from typing import NamedTuple

import msgspec
from msgspec import Raw
from redis.asyncio import Redis
from starlette.types import Receive, Scope

from events.check import Warned
from events.codec import Sent
from events.errors import Malformed, Refused, UnknownMatch
from events.types import NameErased
from services import http
from services.capture.bodies import (
    JSON_TYPES,
    ClientGone,
    NewName,
    competition_in,
    events_in,
    media_type,
    names_in,
    only_json,
    read_body,
    with_commitment,
)
from services.capture.submission import (
    Accepted,
    Busy,
    CompetitionExists,
    IdReused,
    Overtaken,
    Submission,
    UnknownCompetition,
)
from services.capture.supposing import Supposing
from services.capture.writer import create
from services.capture.writers import Writers
from services.http.answers import JSON, Answer, Answering, Headers, Taking, answer
from services.http.methods import method_not_allowed, methods_of
from services.http.problems import Problem, encoded, malformed, not_allowed, try_later
from services.settings import (
    COMPETITION_BODY_BYTES_MAX,
    EVENTS_BODY_BYTES_MAX,
    GARBAGE_THRESHOLDS,
    MEND_RETRY_AFTER_SECONDS,
    Settings,
)
from services.store import embedded, people
from services.store.access import (
    EVERYTHING,
    MAY_NAME_PEOPLE,
    Access,
    Forbidden,
    Grant,
    Unauthenticated,
    bearer,
    digest_of,
    permit,
    permit_competition,
)
from services.store.connection import connect
from services.store.log import Log, LogDamaged, LogFull, LogUnavailable, LogUnreadable

COMPETITION = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
EVENTS_ADDRESS = re.compile(rb"/v1/competitions/([a-z0-9][a-z0-9-]{0,63})/events")
BEARER = b"Bearer "

logger = logging.getLogger(__name__)


class Recorded(msgspec.Struct, frozen=True, gc=False):
    """Where an event stands in the log."""

    id: str
    position: int
    version: int
    recorded_at: str


class New(msgspec.Struct, frozen=True, gc=False):
    """The answer when any event is new."""

    recorded: list[Recorded]
    warnings: tuple[Warned, ...]


class Repeated(msgspec.Struct, frozen=True, gc=False):
    """The answer when all of it was recorded before."""

    recorded: list[Recorded]


@asynccontextmanager
async def app(redis: Redis, settings: Settings) -> AsyncIterator[Answering]:
    """Give the application that answers every POST. If one of its writers dies, so does this."""
    try:
        async with asyncio.TaskGroup() as group:
            writers = Writers(redis, group, settings.replicas)
            # What a request leaves behind is freed as it ends. To look for cycles among all the
            # facts of a fold as often as is usual costs a tenth of what a post takes.
            usual = gc.get_threshold()
            gc.set_threshold(*GARBAGE_THRESHOLDS)
            try:
                yield Capture(redis, settings, writers)
            finally:
                gc.set_threshold(*usual)
                writers.end()
    except BaseExceptionGroup as failures:
        # Whoever works inside sees their own failure as it was raised.
        if len(failures.exceptions) > 1:
            raise
        raise failures.exceptions[0] from None


async def run(settings: Settings, listening: socket | None = None) -> None:
    """Take what is posted at the address of these settings, or at one given, until cancelled."""
    listening = listening or http.listen(settings.http_host, settings.http_port)
    async with (
        embedded.redis_url(settings) as url,
        connect(url) as redis,
        app(redis, settings) as capture,
    ):
        await http.serve(http.Site(settings, redis, capture=capture), listening)


class Capture:
    """What is posted, from the request to the answer."""

    def __init__(self, redis: Redis, settings: Settings, writers: Writers) -> None:
        self._redis = redis
        self._access = Access(redis, settings.operator_token_sha256)
        self._replicas = settings.replicas
        self._writers = writers
        self._supposing = Supposing(redis)

    async def __call__(self, scope: Scope, receive: Receive) -> Answer | None:
        try:
            return await self._answer(scope, receive)
        except ClientGone:
            return None
        except Exception as error:
            return encoded(problem_of(error))

    def expect(self, address: bytes, headers: Headers) -> Taking | None:
        """Give who takes the facts about a competition that come with a token and as JSON."""
        found, said = EVENTS_ADDRESS.fullmatch(address), dict(headers)
        authorization = said.get(b"authorization", b"")
        if (
            found is None
            or not authorization.startswith(BEARER)
            or media_type(said) not in JSON_TYPES
        ):
            return None
        digest = digest_of(authorization[len(BEARER) :].decode("latin-1"))
        return partial(self._take, found[1].decode(), digest)

    def _take(
        self, competition: str, digest: bytes, body: bytes, answered: Callable[[Answer], None]
    ) -> bool:
        """Have facts recorded and answered, by who is known and may come near.

        False where more is to be done, or something is wrong: then nothing was done yet.
        """
        grant = self._access.recognised(digest)
        if grant is None or not grant.touches(competition):
            return False
        try:
            sent = events_in(body, competition)
            if any(type(one.event) is NameErased for one in sent):
                return False
            submission = Submission(sent, grant.reference, partial(permit, grant, competition))
            recorded = self._writers.submit(competition, submission)
        except Exception:
            return False
        recorded.add_done_callback(partial(_tell, sent, answered))
        return True

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            refusal = Problem("method-not-allowed", "facts are posted here, and read elsewhere")
            raise refusal.with_header("Allow", "POST")
        headers = dict(scope["headers"])
        grant = await self._access.grant(
            bearer(headers.get(b"authorization", b"").decode("latin-1"))
        )
        post = Post(grant, headers, scope["query_string"], receive)
        match scope["path"].split("/"):
            case ["", "v1", "competitions", competition, "events"]:
                return await self._events(competition, post)
            case ["", "v1", "competitions", competition, "people"]:
                return await self._people(competition, post)
            case ["", "v1", "competitions"]:
                return await self._competition(post)
        if allowed := methods_of(scope["path"]):
            raise method_not_allowed("POST", allowed)
        address = "/v1/competitions/{competition}/events"
        raise Problem("not-found", f"nothing can be posted here; post facts to {address}")

    # Events

    async def _events(self, competition: str, post: "Post") -> Answer:
        _may_come_near(post.grant, competition)
        try:
            is_dry = post.is_dry_run()
            body = await read_body(post.headers, post.receive, EVENTS_BODY_BYTES_MAX)
            only_json(post.headers)
            sent = events_in(body, competition)
        except (Malformed, Problem):
            await self._must_exist(competition)
            raise
        if is_dry:
            supposed = await self._supposing.suppose(
                competition, _submission(competition, post.grant, sent)
            )
            return answer(200, JSON, msgspec.json.encode(supposed))
        return await self._recorded(competition, post.grant, sent)

    async def _recorded(self, competition: str, grant: Grant, sent: tuple[Sent, ...]) -> Answer:
        submission = _submission(competition, grant, sent)
        accepted = await self._writers.submit(competition, submission)
        for one, place in zip(sent, accepted.places, strict=True):
            if isinstance(one.event, NameErased):
                await people.forget(self._redis, competition, one.event.person, place.position)
        return _places(sent, accepted)

    # People

    async def _people(self, competition: str, post: "Post") -> Answer:
        _may_come_near(post.grant, competition)
        permit_competition(post.grant, competition, "name persons", *MAY_NAME_PEOPLE)
        await self._must_exist(competition)
        body = await post.body(EVENTS_BODY_BYTES_MAX)
        only_json(post.headers)
        new = names_in(body)
        kept = await people.put(
            self._redis, competition, [(name.id, name.person, name.name) for name in new]
        )
        for name, found in zip(new, kept, strict=True):
            _must_be_the_same(name, found)
        sent = tuple(
            with_commitment(name, found.commitment) for name, found in zip(new, kept, strict=True)
        )
        return await self._recorded(competition, post.grant, sent)

    # Competitions

    async def _competition(self, post: "Post") -> Answer:
        if post.grant.role != "operator":
            raise Forbidden(post.grant, "create competitions", EVERYTHING, "operator")
        body = await post.body(COMPETITION_BODY_BYTES_MAX)
        created = competition_in(body, media_type(post.headers))
        competition = created.event.competition
        assert competition, "a competition_created names it"
        submission = Submission((created,), post.grant.reference)
        accepted = await create(self._redis, competition, submission, replicas=self._replicas)
        body = msgspec.json.encode(
            {
                "competition": competition,
                "epoch": (await Log(self._redis, competition).tail()).epoch,
                "position": accepted.places[0].position,
            }
        )
        return answer(201 if accepted.is_new else 200, JSON, body)

    async def _must_exist(self, competition: str) -> None:
        if self._writers.know(competition):
            return
        if not (await Log(self._redis, competition).tail()).position:
            raise UnknownCompetition(competition)


class Post(NamedTuple):
    """A request by somebody who is known."""

    grant: Grant
    headers: Mapping[bytes, bytes]
    query: bytes
    receive: Receive

    def body(self, limit: int) -> Awaitable[bytes]:
        if self.query:
            raise Malformed("the address", "no query", self._found)
        return read_body(self.headers, self.receive, limit)

    def is_dry_run(self) -> bool:
        """Say whether it is only asked what facts would change."""
        if self.query not in (b"", b"dry_run=true", b"dry_run=false"):
            raise Malformed("the address", "no query but dry_run=true", self._found)
        return self.query == b"dry_run=true"

    @property
    def _found(self) -> str:
        return "?" + self.query.decode("latin-1")[:80]


def _submission(competition: str, grant: Grant, sent: tuple[Sent, ...]) -> Submission:
    return Submission(sent, grant.reference, partial(permit, grant, competition))


def _may_come_near(grant: Grant, competition: str) -> None:
    """Let nobody learn what there is who could not post to it anyway."""
    if not grant.touches(competition):
        role = "scorer" if grant.role == "auditor" else grant.role
        raise Forbidden(grant, f"post to {competition}", competition, role)
    if not COMPETITION.fullmatch(competition):
        raise UnknownCompetition(competition)


def _must_be_the_same(new: NewName, kept: people.Name) -> None:
    if (new.person, new.name) == (kept.person, kept.name):
        return
    detail = f"the id {new.id} was used for {kept.name} ({kept.person}); give a new event a new id"
    raise Problem(
        "id-reused", detail, id=new.id, recorded={"person": kept.person, "name": kept.name}
    )


def _tell(
    sent: tuple[Sent, ...],
    answered: Callable[[Answer], None],
    recorded: asyncio.Future[Accepted],
) -> None:
    if (error := recorded.exception()) is None:
        answered(_places(sent, recorded.result()))
    else:
        assert isinstance(error, Exception), error
        answered(encoded(problem_of(error)))


def _places(sent: tuple[Sent, ...], accepted: Accepted) -> Answer:
    recorded = [
        Recorded(one.event.id, place.position, place.version, place.recorded_at)
        for one, place in zip(sent, accepted.places, strict=True)
    ]
    if accepted.is_new:
        return answer(201, JSON, msgspec.json.encode(New(recorded, accepted.warnings)))
    return answer(200, JSON, msgspec.json.encode(Repeated(recorded)))


def problem_of(error: Exception) -> Problem:
    """Choose the row of the contract for what went wrong."""
    match error:
        case Problem():
            return error
        case Malformed():
            return malformed(error.path, error.expected, error.found, error.fields)
        case Unauthenticated() | Forbidden():
            return not_allowed(error)
        case UnknownCompetition():
            return Problem("unknown-competition", str(error), competition=error.competition)
        case UnknownMatch():
            return Problem("unknown-match", str(error), **error.facts)
        case Refused():
            return Problem("refused", str(error), **error.facts)
        case Overtaken():
            return _conflict(error)
        case IdReused():
            recorded = Raw(error.stored) if error.stored else None
            return Problem("id-reused", str(error), id=error.id, recorded=recorded)
        case CompetitionExists():
            return Problem("exists", str(error), competition=error.competition)
        case Busy():
            return try_later("too-many", str(error))
        case LogDamaged() | LogUnreadable() | LogFull():
            detail = f"{error}; nothing was recorded"
            return try_later("log-unavailable", detail, MEND_RETRY_AFTER_SECONDS)
        case LogUnavailable():
            unknown = "it is not known whether anything was recorded"
            detail = f"{error}; {unknown}, so send it again with the same ids"
            return try_later("log-unavailable", detail)
    logger.error("a post failed", exc_info=error)
    return Problem("internal", "this service failed; look into its log, then send it again")


def _conflict(error: Overtaken) -> Problem:
    return Problem(
        "conflict",
        str(error),
        subject=error.subject,
        expected_version=error.expected,
        version=error.version,
        since=[Raw(stored) for stored in error.since],
    )
