"""An answer to an HTTP call, complete before its first byte is sent."""

from collections.abc import Callable
from typing import Protocol

from starlette.types import Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]

Taking = Callable[[bytes, Callable[[Answer], None]], bool]
"""Takes a body and will say what to answer; or gives False, and the call has to be made in full."""


class Answering(Protocol):
    """Answers every POST whole; None if nobody is there any more who could be answered."""

    async def __call__(self, scope: Scope, receive: Receive) -> Answer | None: ...

    def expect(self, address: bytes, headers: Headers) -> Taking | None:
        """Give who takes every body that is posted under such a head, where somebody does."""


AT_ONCE = "pitazo.at_once"
"""An extension of a scope: `write(scope, answer)` sends all in one go, unless it gives False."""

JSON = b"application/json"
TEXT = b"text/plain; charset=utf-8"
NO_STORE = (b"cache-control", b"no-store")


def answer(status: int, media_type: bytes, body: bytes, *more: tuple[bytes, bytes]) -> Answer:
    headers = [
        (b"content-type", media_type),
        (b"content-length", b"%d" % len(body)),
        (b"x-content-type-options", b"nosniff"),
        *more,
    ]
    return status, headers, body


def written_at_once(scope: Scope, answer: Answer) -> bool:
    """Send it in one go; False where it must be sent through whatever looks at its parts."""
    at_once = scope.get("extensions", {}).get(AT_ONCE)
    return at_once is not None and at_once["write"](scope, answer)


async def send_in_parts(send: Send, answer: Answer) -> None:
    status, headers, body = answer
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
