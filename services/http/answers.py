"""An answer to an HTTP call, complete before its first byte is sent."""

from collections.abc import Awaitable, Callable

from starlette.types import Receive, Scope, Send

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]

Answering = Callable[[Scope, Receive], Awaitable[Answer | None]]
"""Answers every call whole; None if nobody is there any more who could be answered."""

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
