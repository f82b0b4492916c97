"""Every way in which a call fails is one row of a table, answered as RFC 9457 asks.

The sentence says what to do; the facts in it stand beside it as members, so that no program
needs to read prose.
"""

from collections.abc import Mapping, Sequence
from typing import Self

import msgspec

from services.http.answers import NO_STORE, Answer, answer
from services.settings import RETRY_AFTER_SECONDS
from services.store.access import Forbidden, Unauthenticated


class Row(msgspec.Struct, frozen=True):
    """A kind of problem: its status, its title, and when it comes."""

    status: int
    title: str
    when: str


ROWS: Mapping[str, Row] = {
    "malformed": Row(
        400,
        "The wrong shape",
        "What was sent is not JSON or has another shape: `path`, `expected` and `found` say where.",
    ),
    "unauthenticated": Row(
        401,
        "No valid token",
        "Send `Authorization: Bearer <token>` with a token that is neither revoked nor expired.",
    ),
    "forbidden": Row(
        403,
        "Not allowed",
        "The token is good, but not for this: `scope` names what it would need to hold. Or the "
        "address does not answer to the name that it was asked by: `host`.",
    ),
    "unknown-competition": Row(404, "No such competition", "Nobody created this competition."),
    "unknown-match": Row(
        404, "No such match", "Schedule the match first (match_scheduled), or correct its id."
    ),
    "unknown-topic": Row(
        404,
        "No such topic",
        "`GET /v1/competitions/{competition}` lists the topics that a competition has.",
    ),
    "unknown-position": Row(
        404,
        "No such position",
        "The log does not reach this position: `tail` says how far it goes.",
    ),
    "not-found": Row(404, "Nothing here", "There is no such address."),
    "method-not-allowed": Row(
        405, "Not this method", "The address is right; `Allow` says which methods it takes."
    ),
    "conflict": Row(
        409,
        "Another version was expected",
        "The subject is not at the `expected_version` that was sent: `since` holds what happened "
        "after that, and nothing where the subject has not come so far.",
    ),
    "refused": Row(
        409,
        "The rules say no",
        "The sentence says which rule, and what can be done. `path`, where there is one, says "
        "where in the event.",
    ),
    "exists": Row(
        409, "That competition exists", "It was created with other content; choose another id."
    ),
    "too-large": Row(
        413,
        "Too large",
        "A body holds at most 64 KiB (2 MiB for a competition), an array at most 100 events.",
    ),
    "id-reused": Row(
        422,
        "That id is taken",
        "The id was recorded with other content: `recorded` shows it. Give a new event a new id.",
    ),
    "too-many": Row(429, "Too many at once", "Wait for `Retry-After` seconds, then send it again."),
    "headers-too-large": Row(
        431,
        "Too much before the body",
        "The request line and the headers hold at most 64 KiB together.",
    ),
    "internal": Row(
        500, "A fault of this service", "Nothing is wrong with what was sent; its log has more."
    ),
    "log-unavailable": Row(
        503,
        "The log does not answer",
        "It is not known whether a post was recorded: send it again with the same ids.",
    ),
    "views-behind": Row(
        503,
        "The views are behind",
        "Recorded, but not yet seen here: ask again in a moment. Where the log cannot be read on, "
        "`stopped` says since which position, and why.",
    ),
}


class Problem(Exception):
    """A call that fails, with its row, a sentence, and facts as members."""

    def __init__(self, code: str, detail: str, /, **facts: object) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.facts = facts
        self.headers: dict[str, str] = {}

    def __str__(self) -> str:
        return self.detail

    def with_header(self, name: str, value: str) -> Self:
        self.headers[name] = value
        return self


def try_later(
    code: str, detail: str, seconds: int = RETRY_AFTER_SECONDS, /, **facts: object
) -> Problem:
    """Give a problem that may be gone after so many seconds."""
    problem = Problem(code, detail, retry_after=seconds, **facts)
    return problem.with_header("Retry-After", str(seconds))


def malformed(path: str, expected: str, found: str, fields: Sequence[str] = ()) -> Problem:
    detail = f"at {path}: expected {expected}, found {found}; correct it and send it again"
    more = {"fields": fields} if fields else {}
    return Problem("malformed", detail, path=path, expected=expected, found=found, **more)


def not_allowed(error: Unauthenticated | Forbidden) -> Problem:
    if isinstance(error, Unauthenticated):
        return Problem("unauthenticated", str(error)).with_header("WWW-Authenticate", "Bearer")
    return Problem("forbidden", str(error), scope=error.scope, role=error.role)


def encoded(problem: Problem) -> Answer:
    """Give the answer that says it."""
    row = ROWS[problem.code]
    body = msgspec.json.encode(
        {
            "type": f"/problems/{problem.code}",
            "title": row.title,
            "status": row.status,
            "detail": problem.detail,
            **problem.facts,
        }
    )
    more = [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
    return answer(row.status, b"application/problem+json", body, NO_STORE, *more)
