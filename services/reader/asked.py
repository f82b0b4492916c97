"""What a query says is read strictly: a number, a position, a time with its offset."""

import re
from datetime import datetime

from starlette.requests import Request

from services.http.problems import malformed

POSITION = re.compile(r"[0-9]{1,15}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


def number(request: Request, name: str, most: int = 10**15) -> int | None:
    text = request.query_params.get(name)
    return None if text is None else number_in(f"?{name}", text, most)


def number_in(name: str, text: str, most: int = 10**15) -> int:
    if not POSITION.fullmatch(text) or int(text) > most:
        raise malformed(name, f"a number from 0 to {most}", repr(text[:40]))
    return int(text)


def instant_in(text: str) -> datetime | None:
    """Read a time; a plus sign that was not escaped has become a space on its way."""
    text = text.replace(" ", "+")
    try:
        return datetime.fromisoformat(text) if INSTANT.fullmatch(text) else None
    except ValueError:
        return None


def refuse_other_questions(request: Request, *known: str) -> None:
    """Refuse to answer what was not asked: a question that is none, or one of two of a name."""
    names = [name for name, _ in request.query_params.multi_items()]
    for name in names:
        shown = f"?{name[:40]}"
        if name not in known:
            answered = f"no question but {', '.join(known)}" if known else "no question"
            raise malformed(shown, answered, shown)
        if names.count(name) > 1:
            raise malformed(shown, "one of it", f"{names.count(name)} of it")
