"""The stored bytes of a log, sent as they are read: a page at a time, as fast as they are taken.

Whoever does not take them for LOG_STREAM_SEND_TIMEOUT_SECONDS is let go.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping

from redis.asyncio import Redis
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from services.settings import (
    LOG_PAGE_EVENTS,
    LOG_STREAM_BLOCK_SECONDS,
    LOG_STREAM_COMMENT_SECONDS,
    LOG_STREAM_RETRY_MS,
    LOG_STREAM_SEND_TIMEOUT_SECONDS,
)
from services.store import keys
from services.store.log import Log, LogUnavailable, Tail, faults

NDJSON = "application/x-ndjson"
EVENT_STREAM = "text/event-stream"


class Stream(StreamingResponse):
    """A body sent page by page; it stands in `open_streams` as long as it is being sent."""

    def __init__(
        self,
        pages: AsyncGenerator[bytes, None],
        open_streams: set["Stream"],
        media_type: str,
        headers: Mapping[str, str],
    ) -> None:
        super().__init__(pages, media_type=media_type, headers=headers)
        self._pages = pages
        self._open_streams = open_streams

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._open_streams.add(self)
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._open_streams.discard(self)
            await self._pages.aclose()

    async def stream_response(self, send: Send) -> None:
        async def patiently(message: Message) -> None:
            async with asyncio.timeout(LOG_STREAM_SEND_TIMEOUT_SECONDS):
                await send(message)

        await super().stream_response(patiently)


async def lines(log: Log, after: int, last: int) -> AsyncGenerator[bytes, None]:
    """Give the events after a position up to another, one a line."""
    async for page in _pages(log, after, last):
        yield b"".join(stored + b"\n" for _, stored in page)


async def follow(
    redis: Redis, log: Log, after: int, epoch: str, closing: asyncio.Event
) -> AsyncGenerator[bytes, None]:
    """Give the events after a position, for ever, as server-sent events.

    Ends when the log is away or no longer the one of this epoch; who comes back goes on from there.
    """
    clock = asyncio.get_running_loop().time
    yield b"retry: %d\n\n" % LOG_STREAM_RETRY_MS
    said_at = clock()
    try:
        while not closing.is_set():
            tail = await log.tail()
            if tail.epoch != epoch or tail.position < after:
                return
            async for page in _pages(log, after, tail.position):
                yield b"".join(b"id: %d\ndata: %b\n\n" % entry for entry in page)
                after, said_at = page[-1][0], clock()
            if clock() - said_at > LOG_STREAM_COMMENT_SECONDS:
                yield b":\n\n"
                said_at = clock()
            await _wait_for_more(redis, log.competition, tail)
    except LogUnavailable:
        return


async def _pages(log: Log, after: int, last: int) -> AsyncIterator[list[tuple[int, bytes]]]:
    while after < last:
        page = await log.read(after, min(LOG_PAGE_EVENTS, last - after))
        if not page:
            return
        yield page
        after = page[-1][0]


async def _wait_for_more(redis: Redis, competition: str, tail: Tail) -> None:
    async with faults(competition):
        await redis.xread(
            {keys.log(competition): f"{tail.position}-0"},
            count=1,
            block=int(LOG_STREAM_BLOCK_SECONDS * 1000),
        )
