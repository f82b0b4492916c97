"""Calls of the HTTP address, sent again unchanged until it is known what became of them.

Whatever is posted carries its ids, so sending it twice records it once. Only what soon passes by
itself is tried again, after a random part of a growing delay, and not for ever.
"""

import http.client
import json
import random
import threading
from collections.abc import Iterator
from typing import Any

import msgspec

from services.addresses import parts_of
from services.settings import (
    CLIENT_FIRST_TRIES_MAX,
    CLIENT_RETRY_FIRST_SECONDS,
    CLIENT_RETRY_LONGEST_SECONDS,
    CLIENT_TIMEOUT_SECONDS,
    CLIENT_TRIES_MAX,
)

PASSES_BY_ITSELF = (429, 502, 503, 504)


class Answer(msgspec.Struct, frozen=True):
    """What came back: a status below 400, headers with small names, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class View(msgspec.Struct, frozen=True):
    """What a topic says, as plain values, since the event at its position."""

    topic: str
    position: int
    data: Any


class Refusal(Exception):
    """The service says no. `problem` is its answer, with the facts as members."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem

    @property
    def code(self) -> str:
        return str(self.problem.get("type", "")).rpartition("/")[2]

    def __str__(self) -> str:
        return str(self.problem.get("detail") or self.problem.get("title") or self.status)


class Unreachable(Exception):
    """No answer, however often it was asked. What was posted can be posted again."""

    def __init__(self, url: str, reason: str) -> None:
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"{self.url} gives no answer ({self.reason}); start it with `pitazo up`, or name "
            "another address with --url, and do this again: nothing is recorded twice"
        )


class Client:
    """Calls one address, for one thread at a time."""

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url.rstrip("/")
        parts = parts_of(self.url, "http://127.0.0.1:8080", "http", "https")
        assert parts.hostname
        connection = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connection = connection(parts.hostname, parts.port, timeout=CLIENT_TIMEOUT_SECONDS)
        self._base = parts.path
        self._headers = {"authorization": f"Bearer {token}"} if token else {}
        self._closed = threading.Event()
        self._answered = False

    def get(self, path: str) -> Answer:
        return self._call("GET", path, None)

    def post(self, path: str, content: object) -> Answer:
        return self._call("POST", path, msgspec.json.encode(content))

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Wake whoever rests or waits for another try, to give up; any thread may do this."""
        self._closed.set()

    def rest(self, seconds: float) -> None:
        """Wait a while, or until it is closed."""
        self._closed.wait(seconds)

    def _call(self, method: str, path: str, body: bytes | None) -> Answer:
        reason = "it was closed"
        for tried, delay in enumerate(_delays(), 1):
            if self._closed.is_set():
                break
            try:
                answer = self._ask(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                reason, least = str(error) or type(error).__name__, 0.0
                if not self._answered and tried == CLIENT_FIRST_TRIES_MAX:
                    break
            else:
                self._answered = True
                if answer.status < 400:
                    return answer
                refusal = Refusal(answer.status, _problem(answer))
                if answer.status not in PASSES_BY_ITSELF:
                    raise refusal
                reason, least = str(refusal), float(answer.headers.get("retry-after", 0))
                if least > CLIENT_RETRY_LONGEST_SECONDS:
                    raise refusal  # what lasts so long is for a person to mend
            self.rest(max(least, delay))
        raise Unreachable(self.url, reason)

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        headers = self._headers | ({"content-type": "application/json"} if body else {})
        self._connection.request(method, self._base + path, body, headers)
        response = self._connection.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, names, response.read())


def _delays() -> Iterator[float]:
    """Full jitter: many who were cut off together do not come back together."""
    longest = CLIENT_RETRY_FIRST_SECONDS
    for _ in range(CLIENT_TRIES_MAX):
        yield random.uniform(0, longest)
        longest = min(2 * longest, CLIENT_RETRY_LONGEST_SECONDS)


def _problem(answer: Answer) -> dict[str, Any]:
    try:
        problem = answer.json()
    except ValueError:
        problem = None
    if isinstance(problem, dict):
        return problem
    return {"detail": f"status {answer.status}: {answer.body[:200].decode(errors='replace')}"}
