"""A connection takes so much at most, and waits so long at most.

Who takes longer than HTTP_REQUEST_TIMEOUT_SECONDS to send a request, or than
HTTP_KEEP_ALIVE_SECONDS to begin the next one, is hung up on. So is who sends more than
HTTP_HEAD_BYTES_MAX before a body or after it, but that is said first. A whole answer is sent in
one go. A post whose head differs from the last one's in nothing but the length of its body is
taken without reading all of it anew: that would take as long as everything else about it.
"""

import asyncio
import math
import re
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

_LENGTH = re.compile(rb"\r\ncontent-length: (\d{1,9})\r\n", re.IGNORECASE)


class Site(typing.Protocol):
    """What is asked whether somebody takes what comes under a head."""

    def expect(self, address: bytes, headers: Headers) -> Taking | None: ...

    def count(self, method: str, status: int) -> None: ...


class Head(typing.NamedTuple):
    """What stood before the body of a post, but for its length, and who takes such bodies."""

    before: bytes
    after: bytes
    taking: Taking

    def body_in(self, data: bytes) -> bytes | None:
        """Give the body, if this is one whole post under the same head and no large one."""
        if not data.startswith(self.before):
            return None
        end = data.find(b"\r\n", len(self.before))
        if not data.startswith(self.after, end):
            return None
        body = data[end + len(self.after) :]
        is_whole = data[len(self.before) : end] == b"%d" % len(body)
        return body if is_whole and len(body) <= EVENTS_BODY_BYTES_MAX else None


class Taken:
    """A post that was taken, where uvicorn looks for one of its cycles."""

    scope = None
    response_started = False

    def __init__(self) -> None:
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
    _head: Head | None = None  # of the last ordinary post
    _chunk = b""  # that came last
    _begun_in = b""  # the chunk in which the last request began

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
        if not self._listens or self._take(data):
            return
        self._chunk, self._chunk_bytes = data, len(data)
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
        self._begun_in = self._chunk
        self._head_bytes = -self._chunk_bytes
        self._expect_more(HTTP_REQUEST_TIMEOUT_SECONDS)

    def on_headers_complete(self) -> None:
        lines = sum([len(name) + len(value) + 4 for name, value in self.headers])
        if len(self.url) + lines > HTTP_HEAD_BYTES_MAX:
            raise _head_too_large()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._head_bytes = -self._chunk_bytes
        super().on_body(body)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._head = self._ordinary_head()
        self._sending = False
        self._head_bytes = -math.inf
        self._deadline = math.inf
        if self.cycle.response_complete:
            self._expect_more(HTTP_KEEP_ALIVE_SECONDS)

    def _ordinary_head(self) -> Head | None:
        """Give the head of a post that came whole and alone, with nothing out of the ordinary.

        What it says was read by the parser; found here is only where its length stands.
        """
        chunk = self._chunk
        if (
            self.parser.get_method() != b"POST"
            or self._begun_in is not chunk
            or self.expect_100_continue
            or not self.cycle.keep_alive
        ):
            return None
        end = chunk.find(b"\r\n\r\n") + 4
        length = _LENGTH.search(chunk, 0, end)
        if length is None or len(chunk) != end + int(length[1]):
            return None
        taking = self._site.expect(self.url, self.headers)
        return taking and Head(chunk[: length.start(1)], chunk[length.end(1) : end], taking)

    def _take(self, data: bytes) -> bool:
        """Take a post whose head is known; False where all of it has to be read."""
        before = self.cycle
        if (
            self._head is None
            or self._sending
            or not before.response_complete
            or len(self.connections) >= HTTP_CONNECTIONS_MAX
            or (body := self._head.body_in(data)) is None
        ):
            return False
        post = Taken()
        self.cycle = post  # type: ignore[assignment] # it has all that is looked at there
        self._deadline = math.inf
        if self._head.taking(body, partial(self._answer, post)):
            return True
        self.cycle = before
        return False

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


def _what_is_wrong(error: httptools.HttpParserError) -> Problem:
    cause = error.__context__
    if isinstance(cause, Problem):
        return cause
    found = "an address that cannot be read" if cause else str(error)
    return malformed("the request", "one of HTTP/1.1", found)


def _head_too_large() -> Problem:
    detail = f"the request line and the headers are over {HTTP_HEAD_BYTES_MAX} bytes; send less"
    return Problem("headers-too-large", detail, limit=HTTP_HEAD_BYTES_MAX)
