"""Who may do what: tokens with a role and scopes, of which only hashes are kept.

A token reads `pitazo_<id>_<secret>`. Its id is a reference that may stand in a log; its secret is
256 random bits and is shown once. An operator may do everything; an organiser records any fact
within its scopes and names persons; a scorer records what is seen at a match; an auditor reads.
"""

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, get_args

import msgspec
from msgspec import structs
from redis.asyncio import Redis

from events.regulations import tie_of_slot
from events.types import (
    AddedTimeAnnounced,
    AnyEvent,
    BerthGranted,
    BreakEnded,
    BreakStarted,
    CoverageChanged,
    DrawHeld,
    Event,
    EventAmended,
    EventCancelled,
    EventConfirmed,
    FinalWhistle,
    MatchAbandoned,
    MatchDelayed,
    MatchResumed,
    MatchSuspended,
    NoteAdded,
    PeriodEnded,
    PeriodStarted,
    PlayEvent,
    ResultRecorded,
    ReviewEnded,
    ReviewStarted,
    ScorerConnected,
    ScorerLost,
    ShootOutKickTaken,
    SlotAssigned,
    TeamEntered,
    TeamRefused,
    type_of,
)
from projections.fold import Fold
from services.settings import ACCESS_KEPT_SECONDS
from services.store import keys
from services.store.log import faults

Role = Literal["operator", "organiser", "scorer", "auditor"]

EVERYTHING = "*"
_ID = "[a-z0-9][a-z0-9-]{0,63}"
_SCOPE = re.compile(rf"\*|{_ID}(/(sections|matches)/{_ID})?")
_TOKEN = re.compile(r"pitazo_([0-9a-f]{12})_[0-9a-f]{64}")

MAY_NAME_PEOPLE: tuple[Role, ...] = ("operator", "organiser")
CORRECTIONS = (EventConfirmed, EventCancelled, EventAmended)
SEEN_AT_A_MATCH = (
    PlayEvent, PeriodStarted, PeriodEnded, AddedTimeAnnounced, MatchDelayed, BreakStarted,
    BreakEnded, ShootOutKickTaken, ReviewStarted, ReviewEnded, MatchSuspended, MatchResumed,
    MatchAbandoned, FinalWhistle, ResultRecorded, ScorerConnected, ScorerLost, CoverageChanged,
    NoteAdded,
)  # fmt: skip
"""What a scorer records, and what a scorer's corrections may be about."""


class Grant(msgspec.Struct, frozen=True):
    """What a token is good for. The token itself is known only to its holder."""

    id: str
    role: Role
    scopes: tuple[str, ...]
    expires_at: datetime | None = None

    @property
    def reference(self) -> str:
        """Who it is, as the log says it."""
        return f"{self.role}:{self.id}"

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= datetime.now(UTC)

    def touches(self, competition: str) -> bool:
        """Say whether any scope lies in this competition."""
        if EVERYTHING in self.scopes or competition in self.scopes:
            return True
        return any(scope.startswith(f"{competition}/") for scope in self.scopes)

    def holds(self, place: str) -> bool:
        """Say whether one of the scopes is just this place, or everything."""
        return EVERYTHING in self.scopes or place in self.scopes


class Kept(msgspec.Struct, frozen=True):
    """What the server keeps of a token: its grant, and the hash it is recognised by."""

    grant: Grant
    sha256: str


class Unauthenticated(Exception):
    """There is no token, or it is not (or no longer) one of ours."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.reason}; send `Authorization: Bearer <token>` with a valid token"


class Forbidden(Exception):
    """The token is good, but not for this."""

    def __init__(self, grant: Grant, what: str, scope: str, role: Role) -> None:
        self.grant = grant
        self.what = what
        self.scope = scope
        self.role = role

    def __str__(self) -> str:
        return (
            f"token {self.grant.id} ({self.grant.role} of {', '.join(self.grant.scopes)}) may not "
            f"{self.what}; that takes the role {self.role} and a scope that holds {self.scope}"
        )


class BadScope(Exception):
    """A scope that nothing could be within."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    def __str__(self) -> str:
        return (
            f"{self.scope!r} is no scope; write *, COMPETITION, COMPETITION/sections/SECTION or "
            "COMPETITION/matches/MATCH (an operator's is always *)"
        )


def bearer(authorization: str) -> str:
    """Give the token that an Authorization header carries."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("there is no token" if not scheme else "that is no bearer token")
    return token.strip()


# What a grant allows


def permit(grant: Grant, competition: str, event: Event, fold: Fold) -> None:
    """Raise Forbidden unless the grant allows to record this event; `fold` is what went before."""
    if grant.role in ("operator", "organiser") and grant.holds(competition):
        return
    what = f"record {type_of(event)}"
    place = f"{competition}/matches/{event.match}" if event.match else competition
    if grant.role == "auditor":
        least: Role = "scorer" if _is_seen_at_a_match(event, fold) else "organiser"
        raise Forbidden(grant, what, place, least)
    if grant.role == "scorer" and not _is_seen_at_a_match(event, fold):
        raise Forbidden(grant, what, place, "organiser")
    if grant.holds(competition) or grant.holds(place):
        return
    sections = _sections(event, fold)
    if not sections or not all(s and grant.holds(f"{competition}/sections/{s}") for s in sections):
        raise Forbidden(grant, what, place, grant.role)


def permit_competition(grant: Grant, competition: str, what: str, *roles: Role) -> None:
    """Raise Forbidden unless the grant has one of the roles for the whole competition."""
    if grant.role not in roles or not grant.holds(competition):
        raise Forbidden(grant, what, competition, roles[-1])


def recordable(role: Role) -> list[str]:
    """Name the event types that a role may record, somewhere."""
    seen = (*SEEN_AT_A_MATCH, *CORRECTIONS)
    kinds: Mapping[Role, tuple[type[Event], ...]] = {
        "operator": (Event,),
        "organiser": (Event,),
        "scorer": seen,
        "auditor": (),
    }
    return [type_of(kind) for kind in get_args(AnyEvent) if issubclass(kind, kinds[role])]


def _is_seen_at_a_match(event: Event, fold: Fold) -> bool:
    """Follow corrections to all that they correct or ever did, so that none reaches a decision."""
    if event.match is None or not isinstance(event, (*SEEN_AT_A_MATCH, *CORRECTIONS)):
        return False
    match = fold.match_of(event.match)
    facts = match.facts if match else ()
    reached: set[str] = set()
    reaching = _targets(event)
    while reaching - reached:
        reached |= reaching
        for fact in facts:
            if fact.id in reached or (isinstance(fact, EventAmended) and fact.target in reached):
                reaching |= _targets(fact)
    kinds = (*SEEN_AT_A_MATCH, *CORRECTIONS)
    return all(isinstance(fact, kinds) for fact in facts if fact.id in reached)


def _targets(event: Event) -> set[str]:
    if not isinstance(event, CORRECTIONS):
        return set()
    return {event.target, *(str(body.get("target")) for body in _bodies(event))}


def _bodies(event: Event) -> Iterator[Mapping[str, Any]]:
    """Give what an amendment makes of its target, which may be an amendment itself."""
    body = event.body if isinstance(event, EventAmended) else None
    while isinstance(body, dict):
        yield body
        body = body.get("body")


def _sections(event: Event, fold: Fold) -> set[str | None]:
    """Give the sections that a fact is about.

    That is where its match, group, tie, slots or berth are, and where it puts them. What a slot
    is filled by may come from elsewhere.
    """
    sections: set[str | None] = set()
    if event.match and fold.match_of(event.match):
        sections.add(fold.place(event.match).section)
    if isinstance(event, DrawHeld):
        sections |= {fold.section_of(tie_of_slot(placed.slot)) for placed in event.slots}
    if isinstance(event, SlotAssigned):
        sections.add(fold.section_of(tie_of_slot(event.slot)))
    if isinstance(event, TeamEntered | TeamRefused):
        # Whoever takes part already does so for where it is, not only for where this puts it.
        sections |= {fold.section_of(group) for group in fold.groups_of(event.team)}
        if (entered := fold.team(event.team)) is not None:
            sections.add(entered.section)
    if isinstance(event, BerthGranted) and (berth := fold.setting.berths.get(event.berth)):
        sections.add(berth.section.id)
    for said in (structs.asdict(event), *(_bodies(event) if event.match else ())):
        if isinstance(section := said.get("section"), str):
            sections.add(section)
        for named in (said.get("group"), said.get("tie")):
            if isinstance(named, str) and (section := fold.section_of(named)) is not None:
                sections.add(section)
    return sections


# Tokens


class Access:
    """Recognises tokens. What it has recognised it believes for ACCESS_KEPT_SECONDS."""

    def __init__(self, redis: Redis, operator_sha256: str = "") -> None:
        self._redis = redis
        self._operator_sha256 = operator_sha256
        # By the hash of a whole token: to be found here, one must have sent the secret.
        self._recognised: dict[bytes, tuple[float, Grant]] = {}

    def recognised(self, digest: bytes) -> Grant | None:
        """Give what a token is good for, by its hash, if it was recognised of late."""
        until, grant = self._recognised.get(digest, (0.0, None))
        if grant is None or grant.expired or until < time.monotonic():
            return None
        return grant

    async def grant(self, token: str) -> Grant:
        """Give what a token is good for. Raises Unauthenticated."""
        digest = digest_of(token)
        if (grant := self.recognised(digest)) is None:
            self._recognised.pop(digest, None)
            grant = await self._recognise(token, digest.hex())
            self._recognised[digest] = (time.monotonic() + ACCESS_KEPT_SECONDS, grant)
        if grant.expired:
            raise Unauthenticated(f"token {grant.id} has expired")
        return grant

    async def _recognise(self, token: str, sha256: str) -> Grant:
        form = _TOKEN.fullmatch(token)
        if form is None:
            raise Unauthenticated("that is not a token of Pitazo")
        if hmac.compare_digest(sha256, self._operator_sha256):
            return Grant(form[1], "operator", (EVERYTHING,))
        kept = await _kept(self._redis, form[1])
        # An id that is not known takes as long as one that is.
        right = hmac.compare_digest(sha256, kept.sha256 if kept else "0" * len(sha256))
        if kept is None or not right:
            raise Unauthenticated("the token is not known, or was revoked")
        return kept.grant


def digest_of(token: str) -> bytes:
    """Give the hash that a token is known by."""
    return hashlib.sha256(token.encode()).digest()


def new_token() -> tuple[str, str]:
    """Give a new token and the hash it will be recognised by."""
    token = f"pitazo_{secrets.token_hex(6)}_{secrets.token_hex(32)}"
    return token, hashlib.sha256(token.encode()).hexdigest()


async def issue(
    redis: Redis, role: Role, scopes: Sequence[str], expires_at: datetime | None = None
) -> tuple[str, Grant]:
    """Make a token, and give it with what it is good for. Nobody can read it again later."""
    for scope in scopes:
        if not _SCOPE.fullmatch(scope) or (role == "operator" and scope != EVERYTHING):
            raise BadScope(scope)
    if not scopes:
        raise BadScope("")
    token, sha256 = new_token()
    grant = Grant(token.split("_")[1], role, tuple(scopes), expires_at)
    async with faults("the tokens"):
        await redis.hset(keys.TOKENS, grant.id, msgspec.json.encode(Kept(grant, sha256)))
    return token, grant


async def revoke(redis: Redis, id: str) -> bool:
    """End a token. False if there was none."""
    async with faults("the tokens"):
        return bool(await redis.hdel(keys.TOKENS, id))


async def listing(redis: Redis) -> list[Grant]:
    """Give every token's grant, expired ones too, by id."""
    async with faults("the tokens"):
        found = await redis.hgetall(keys.TOKENS)
    grants = [msgspec.json.decode(kept, type=Kept).grant for kept in found.values()]
    return sorted(grants, key=lambda grant: grant.id)


async def _kept(redis: Redis, id: str) -> Kept | None:
    async with faults("the tokens"):
        found = await redis.hget(keys.TOKENS, id)
    return msgspec.json.decode(found, type=Kept) if found else None
