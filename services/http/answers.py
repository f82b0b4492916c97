"""An answer to an HTTP call, complete before its first byte is sent."""

from starlette.types import Send

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, Headers, bytes]

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


async def respond(send: Send, answer: Answer) -> None:
    status, headers, body = answer
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
