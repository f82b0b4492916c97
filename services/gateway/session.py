"""What one viewer is told, without a socket.

A viewer is told something only when it can take it, and then the newest: nothing piles up for
one that is slow, states between may be skipped, positions only grow. Whatever a viewer sends is
answered, refused with the connection going on, or ends it with a code that says why.
"""

import json
from collections.abc import Callable

import msgspec

from services.gateway import frames
from services.gateway.messages import Code, SubscriptionId
from services.gateway.subscriptions import NOTHING_HELD, FeedSubscription, Since, ViewSubscription
from services.gateway.watched import Feed, Topic
from services.settings import LiveLimits
from services.store.access import Grant

Subscription = ViewSubscription | FeedSubscription

# What a viewer says


class Authorize(msgspec.Struct, frozen=True, tag="authorize", forbid_unknown_fields=True):
    """Who is there: the first message, or none."""

    token: str


class Subscribe(msgspec.Struct, frozen=True, tag="subscribe", forbid_unknown_fields=True):
    """Tell of a topic from now on, or from after what is held."""

    id: SubscriptionId
    competition: str
    topic: str
    since: msgspec.Raw = msgspec.field(default_factory=msgspec.Raw)

    @property
    def held(self) -> Since:
        """What the viewer says it holds. Whatever cannot be that is nothing, never an error."""
        try:
            return SINCE.decode(self.since)
        except (msgspec.MsgspecError, RecursionError):
            return NOTHING_HELD


class Unsubscribe(msgspec.Struct, frozen=True, tag="unsubscribe", forbid_unknown_fields=True):
    """Tell no more of it; the id is free again."""

    id: SubscriptionId


MESSAGE: msgspec.json.Decoder[Authorize | Subscribe | Unsubscribe] = msgspec.json.Decoder(
    Authorize | Subscribe | Unsubscribe
)
SINCE = msgspec.json.Decoder(Since)

# How a connection ends

RESTARTING = 1012
BAD_MESSAGE = 4400
NOT_ALLOWED = 4401
IDLE = 4408
ID_IN_USE = 4409
TOO_MANY = 4429

REASON_BYTES_MAX = 123  # a close frame has no room for more (RFC 6455, section 5.5)


class Closing(Exception):
    """The connection ends, with a code that says whether to come back unchanged."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason.encode()[:REASON_BYTES_MAX].decode(errors="ignore")

    def __str__(self) -> str:
        return f"closed with {self.code}: {self.reason}"


# What is said between the two


class Session:
    """One viewer from its welcome to its end; `wake` is called when there may be more to take."""

    def __init__(
        self, limits: LiveLimits, now: float, server_time: str, wake: Callable[[], None]
    ) -> None:
        self.token = ""
        self.grant: Grant | None = None
        self.subscriptions: dict[str, Subscription] = {}
        self._limits = limits
        self._wake = wake
        self._replies = [frames.welcome(server_time, limits.heartbeat_ms)]
        self._spoken = False
        self._allowance = float(limits.messages_burst_max)
        self._allowed_at = now
        self._idle_at = now + limits.idle_seconds
        self._heartbeat_at = now + limits.heartbeat_ms / 1000
        self._heartbeat_due = False
        self._promised: dict[tuple[str, str], int] = {}

    # What comes in

    def receive(self, message: str | bytes, now: float) -> Authorize | Subscribe | None:
        """Take a message; what is returned is to be answered before the next one is taken."""
        self._count_message(now)
        request = _decode(message, self._limits.message_bytes_max)
        first, self._spoken = not self._spoken, True
        match request:
            case Authorize():
                if not first:
                    raise Closing(BAD_MESSAGE, "authorize is the first message or none")
                return request
            case Subscribe():
                self._check_room(request.id)
                return request
            case Unsubscribe():
                self._unsubscribe(request.id, now)
                return None

    def authorised(self, token: str, grant: Grant | None) -> None:
        """Take what a token is good for now; None if it is none of ours."""
        if grant is None:
            raise Closing(NOT_ALLOWED, "this token is not known, has expired or was revoked")
        self.token, self.grant = token, grant

    def may_read_private(self, competition: str) -> bool:
        return self.grant is not None and self.grant.touches(competition)

    def accept(self, request: Subscribe, topic: Topic | Feed, now: float) -> None:
        """Begin to tell the viewer of a topic."""
        patience = now + self._limits.behind_wait_seconds
        subscription: Subscription
        if isinstance(topic, Feed):
            subscription = FeedSubscription(request.id, topic, request.held, patience, self._wake)
        else:
            subscription = ViewSubscription(request.id, topic, request.held, patience, self._wake)
        self.subscriptions[request.id] = subscription

    def refuse(
        self, subscription: str, code: Code, message: str, retry_after_ms: int | None = None
    ) -> None:
        """Say that a request failed; the connection goes on."""
        if len(self._replies) >= self._limits.replies_waiting_max:
            raise Closing(TOO_MANY, f"{len(self._replies)} answers are waiting to be read")
        self._replies.append(frames.error(subscription, code, message, retry_after_ms))

    def leave(self) -> None:
        """Watch nothing any more."""
        for subscription in self.subscriptions.values():
            subscription.leave()
        self.subscriptions.clear()

    # What goes out

    def take(self, bytes_max: int) -> list[bytes]:
        """Give the next frames, `bytes_max` or a little more of them; none when all is said."""
        taken, self._replies = self._replies, []
        size = sum(map(len, taken))
        for name, subscription in self.subscriptions.items():
            while (frame := subscription.next_frame()) is not None:
                taken.append(frame)
                size += len(frame)
                if size >= bytes_max:
                    self._begin_after(name)
                    return taken
        if self._heartbeat_due:
            self._heartbeat_due = False
            taken.append(frames.heartbeat(self._positions()))
        return taken

    def ask_pages(self) -> list[FeedSubscription]:
        """Give the feeds that cannot go on without older events from the log, once a page."""
        return [
            subscription
            for subscription in self.subscriptions.values()
            if isinstance(subscription, FeedSubscription) and subscription.ask_page()
        ]

    # What time brings

    @property
    def deadline(self) -> float:
        """When to call `tick` at the latest."""
        due = [self._heartbeat_at]
        if not self.subscriptions:
            due.append(self._idle_at)
        due += (s.patience for s in self.subscriptions.values() if not s.answered)
        return min(due)

    def tick(self, now: float, *, hears: bool = True) -> None:
        """Do what is due; without a heartbeat where nothing has been heard of the server."""
        if not self.subscriptions and now >= self._idle_at:
            raise Closing(IDLE, f"nothing subscribed for {self._limits.idle_seconds:g} seconds")
        if now >= self._heartbeat_at:
            self._heartbeat_at = now + self._limits.heartbeat_ms / 1000
            self._heartbeat_due = hears
        for subscription in list(self.subscriptions.values()):
            if not subscription.answered and now >= subscription.patience:
                self._lose_patience(subscription, now)

    # Inside

    def _count_message(self, now: float) -> None:
        limits = self._limits
        earned = (now - self._allowed_at) * limits.messages_per_second_max
        self._allowance = min(self._allowance + earned, limits.messages_burst_max) - 1
        self._allowed_at = now
        if self._allowance < 0:
            raise Closing(TOO_MANY, f"over {limits.messages_per_second_max:g} messages a second")

    def _check_room(self, id: str) -> None:
        if id in self.subscriptions:
            raise Closing(ID_IN_USE, f"{id} is subscribed; unsubscribe it first")
        room = self._limits.subscriptions_per_viewer_max
        if len(self.subscriptions) >= room:
            raise Closing(TOO_MANY, f"a connection holds {room} subscriptions; open another one")

    def _unsubscribe(self, id: str, now: float) -> None:
        if subscription := self.subscriptions.pop(id, None):
            subscription.leave()
            self._idle_at = now + self._limits.idle_seconds
        else:
            self.refuse(id, "unknown-subscription", f"{id} is not subscribed on this connection")

    def _lose_patience(self, subscription: Subscription, now: float) -> None:
        if not isinstance(subscription, ViewSubscription) or not subscription.behind:
            # It waits for its socket, not for us.
            subscription.patience = self._heartbeat_at
            return
        watched = subscription.watched
        if watched.outlived:
            subscription.begin_anew()
            return
        self._unsubscribe(subscription.id, now)
        message = (
            f"this gateway has seen {watched.competition} up to position {watched.seen},"
            f" not yet {subscription.held.position}; subscribe again"
        )
        self.refuse(subscription.id, "behind", message, self._limits.behind_retry_ms)

    def _begin_after(self, id: str) -> None:
        """Put what was served last, so that a busy topic never starves the ones after it."""
        for served in list(self.subscriptions):
            self.subscriptions[served] = self.subscriptions.pop(served)
            if served == id:
                return

    def _positions(self) -> dict[str, int]:
        """Give how far each competition has been told, in all its topics.

        One is left out while a subscription waits for its answer, or a new feed is still on its
        way to where a heartbeat has been.
        """
        told: dict[str, int] = {}
        waiting: set[str] = set()
        promised: dict[tuple[str, str], int] = {}
        for subscription in self.subscriptions.values():
            competition = subscription.watched.competition
            key = competition, subscription.held.epoch
            promised[key] = self._promised.get(key, 0)
            told[competition] = min(told.get(competition, subscription.told), subscription.told)
            if not subscription.answered:
                waiting.add(competition)
        for (competition, _), position in promised.items():
            if told[competition] < position:
                waiting.add(competition)
        positions = {name: told[name] for name in told if name not in waiting}
        self._promised = {key: positions.get(key[0], at) for key, at in promised.items()}
        return positions


def _decode(message: str | bytes, bytes_max: int) -> Authorize | Subscribe | Unsubscribe:
    if isinstance(message, bytes):
        raise Closing(BAD_MESSAGE, "messages are JSON in text frames; this one is binary")
    text = message.encode()
    if len(text) > bytes_max:
        raise Closing(BAD_MESSAGE, f"a message has {bytes_max} bytes at most, not {len(text)}")
    try:
        request = MESSAGE.decode(text)
        json.loads(text, object_pairs_hook=_each_once, parse_int=str)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise Closing(BAD_MESSAGE, f"not a message of this protocol: {error}") from None
    return request


def _each_once(members: list[tuple[str, object]]) -> None:
    if len(members) > len({name for name, _ in members}):
        raise ValueError("a key stands twice in an object")
