"""What is public may be read by pages of any origin: there are no cookies to protect."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.http.answers import send_in_parts

NOSNIFF = {"x-content-type-options": "nosniff"}
FOR_ALL = {
    **NOSNIFF,
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Retry-After, Pitazo-Epoch, Pitazo-Position",
}
PREFLIGHT = [
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"Authorization, If-None-Match, Last-Event-ID"),
    (b"access-control-max-age", b"86400"),
]


class ForAll:
    """Lets pages of any origin read what is public, as there are no cookies to protect."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = FOR_ALL if scope["path"].startswith("/v1/") else NOSNIFF

        async def send_for_all(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        if scope["method"] == "OPTIONS":
            await send_in_parts(send_for_all, (204, PREFLIGHT, b""))
        else:
            await self._inner(scope, receive, send_for_all)
