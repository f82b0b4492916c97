"""A connection takes so much at most, and waits so long at most.

Who takes longer than HTTP_REQUEST_TIMEOUT_SECONDS to send a request, or than
HTTP_KEEP_ALIVE_SECONDS to begin the next one, is hung up on. So is who sends more than
HTTP_HEAD_BYTES_MAX before a body or after it, but that is said first. A whole answer is sent in
one go. An ordinary post is taken as it came: a scope and a task for each would take as long as
all the rest of it.
"""

import asyncio
import math
import typing
from functools import partial
from typing import Any

import httptools
from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from services.http.answers import AT_ONCE, Answer, Headers, Taking
from services.http.problems import Problem, encoded, malformed
from services.settings import (
    EVENTS_BODY_BYTES_MAX,
    HTTP_CONNECTIONS_MAX,
    HTTP_HEAD_BYTES_MAX,
    HTTP_KEEP_ALIVE_SECONDS,
    HTTP_REFUSED_CLOSE_SECONDS,
    HTTP_REQUEST_TIMEOUT_SECONDS,
)


class Site(typing.Protocol):
    """What is asked first of all: whether somebody takes a post as it comes."""

    def expect(self, address: bytes, headers: Headers) -> Taking | None: ...

    def count(self, method: str, status: int) -> None: ...


class Taken:
    """A post that is taken as it comes, where uvicorn looks for one of its cycles."""

    scope = None
    response_started = False

    def __init__(self, taking: Taking) -> None:
        self.taking = taking
        self.body = b""
        self.response_complete = False
        self.keep_alive = True
        self.disconnected = False
        self.message_event = self

    def set(self) -> None:
        """Be told that there is news: nobody waits for it."""


class Protocol(HttpToolsProtocol):
    """uvicorn's, with limits."""

    _sending = False
    _deadline = math.inf
    _alarm: asyncio.TimerHandle | None = None
    _chunk_bytes = 0  # of what came last
    _head_bytes = -math.inf  # that came since a request or its body went on, without that chunk
    _listens = True
    _taken: Taken | None = None  # whose body is still coming

    def __init__(self, *arguments: Any, site: Site, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._site = site

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as there
        super().connection_made(transport)
        self._extensions: dict[str, dict[object, object]] = {
            AT_ONCE: {"write": self._write_at_once}
        }
        self._expect_more(HTTP_REQUEST_TIMEOUT_SECONDS)

    # What comes

    def data_received(self, data: bytes) -> None:
        if not self._listens:
            return
        self._chunk_bytes = len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # It is answered as if it had not asked to go on in another protocol, and then ends.
            self._listens = False
            self.cycle.keep_alive = False
        except httptools.HttpParserError as error:
            self._refuse(_what_is_wrong(error))
        else:
            self._head_bytes += len(data)
            if self._head_bytes > HTTP_HEAD_BYTES_MAX:
                self._refuse(_head_too_large())

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = self._extensions
        self._sending = True
        self._head_bytes = -self._chunk_bytes
        self._expect_more(HTTP_REQUEST_TIMEOUT_SECONDS)

    def on_headers_complete(self) -> None:
        lines = sum([len(name) + len(value) + 4 for name, value in self.headers])
        if len(self.url) + lines > HTTP_HEAD_BYTES_MAX:
            raise _head_too_large()
        taking = self._site.expect(self.url, self.headers) if self._is_ordinary() else None
        if taking is None:
            super().on_headers_complete()
        else:
            self._taken = Taken(taking)

    def on_body(self, body: bytes) -> None:
        self._head_bytes = -self._chunk_bytes
        if self._taken is None:
            super().on_body(body)
        else:
            self._taken.body += body

    def on_message_complete(self) -> None:
        if self._taken is None:
            super().on_message_complete()
        else:
            self._take(self._taken)
        self._sending = False
        self._head_bytes = -math.inf
        self._deadline = math.inf
        if self.cycle.response_complete:
            self._expect_more(HTTP_KEEP_ALIVE_SECONDS)

    def _is_ordinary(self) -> bool:
        """Say whether this is a small post and nothing else is going on."""
        return (
            self.parser.get_method() == b"POST"
            and self.parser.should_keep_alive()
            and (self.cycle is None or self.cycle.response_complete)
            and not self.expect_100_continue
            and len(self.connections) < HTTP_CONNECTIONS_MAX
            and _length(self.headers) <= EVENTS_BODY_BYTES_MAX
        )

    def _take(self, post: Taken) -> None:
        before, self._taken = self.cycle, None
        self.cycle = post  # type: ignore[assignment] # it has all that is looked at there
        if not post.taking(post.body, partial(self._answer, post)):
            self.cycle = before
            super().on_headers_complete()
            super().on_body(post.body)
            super().on_message_complete()

    # What goes out

    def _answer(self, post: Taken, answer: Answer) -> None:
        if post.disconnected or self.transport.is_closing():
            return
        status, headers, body = answer
        self._site.count("POST", status)
        if not post.keep_alive:
            headers = [*headers, (b"connection", b"close")]
        self._write((status, headers, body))
        post.response_complete = True
        if post.keep_alive:
            self.on_response_complete()
        else:
            self.transport.close()

    def on_response_complete(self) -> None:
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        if not self._sending:
            self._expect_more(HTTP_KEEP_ALIVE_SECONDS)

    def _write_at_once(self, scope: Scope, answer: Answer) -> bool:
        """Send head and body in one write, as each write wakes whoever reads it.

        What is out of the ordinary is left to uvicorn, which looks at every part.
        """
        cycle = self.cycle
        if (
            cycle.scope is not scope
            or scope["method"] == "HEAD"
            or not cycle.keep_alive
            or cycle.disconnected
            or cycle.flow.write_paused
        ):
            return False
        self._write(answer)
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        self.on_response_complete()
        return True

    def _write(self, answer: Answer) -> None:
        status, headers, body = answer
        head = [STATUS_LINE[status]]
        for name, value in (*self.server_state.default_headers, *headers):
            head += name, b": ", value, b"\r\n"
        self.transport.write(b"".join((*head, b"\r\n", body)))

    def _refuse(self, problem: Problem) -> None:
        """Answer what is no request, listen no more, and hang up.

        Nothing can be said in place of an answer that is still due, or once one has begun.
        """
        self._listens = False
        cycle = self.cycle
        is_of_this = cycle is not None and cycle.scope is self.scope
        if self.pipeline or (
            cycle is not None
            and (cycle.response_started if is_of_this else not cycle.response_complete)
        ):
            self.transport.close()
            return
        if is_of_this:
            cycle.disconnected = True
            cycle.message_event.set()
        self._write(encoded(problem.with_header("Connection", "close")))
        # To close while they still send would take the answer from them.
        self.transport.write_eof()
        self._expect_more(HTTP_REFUSED_CLOSE_SECONDS)

    # How long it waits

    def connection_lost(self, exc: Exception | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        super().connection_lost(exc)

    def _expect_more(self, seconds: float) -> None:
        """Hang up in so many seconds, unless there is another deadline by then.

        The alarm rings at the deadline or before: to set one for every request takes longer.
        """
        self._deadline = self.loop.time() + seconds
        if self._alarm is not None and self._alarm.when() > self._deadline:
            self._alarm.cancel()
            self._alarm = None
        if self._alarm is None:
            self._alarm = self.loop.call_later(seconds, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        left = self._deadline - self.loop.time()
        if left <= 0:
            self.transport.close()
        elif left < math.inf:
            self._alarm = self.loop.call_later(left, self._ring)


def _length(headers: Headers) -> float:
    """Give how long the body is said to be; without an end where nobody says."""
    for name, value in headers:
        if name == b"content-length":
            return int(value)
    return math.inf


def _what_is_wrong(error: httptools.HttpParserError) -> Problem:
    cause = error.__context__
    if isinstance(cause, Problem):
        return cause
    found = "an address that cannot be read" if cause else str(error)
    return malformed("the request", "one of HTTP/1.1", found)


def _head_too_large() -> Problem:
    detail = f"the request line and the headers are over {HTTP_HEAD_BYTES_MAX} bytes; send less"
    return Problem("headers-too-large", detail, limit=HTTP_HEAD_BYTES_MAX)
