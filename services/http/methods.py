"""Which methods an address takes, whichever of the services behind it answers."""

import re

from services.http.problems import Problem

READ = re.compile(r"/v1/(access|competitions(/[^/]+(/(log|people|views/.+))?)?)")
POSTED_TO = re.compile(r"/v1/competitions(/[^/]+/(events|people))?")


def methods_of(path: str) -> list[str]:
    """Give those of an address below /v1; none where there is nothing."""
    read = ["GET", "HEAD"] if READ.fullmatch(path) else []
    posted = ["POST"] if POSTED_TO.fullmatch(path) else []
    return [*read, "OPTIONS", *posted] if read or posted else []


def method_not_allowed(method: str, allowed: list[str]) -> Problem:
    names = ", ".join(allowed)
    detail = f"{method} is not possible here; use {names}"
    return Problem("method-not-allowed", detail).with_header("Allow", names)
