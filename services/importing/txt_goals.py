"""The line of scorers of Football.TXT: `(Neymar 29', 71'(p); Marcelo 11'(og))`.

The goals of both sides are parted by a semicolon; `-` stands for none. Marks and commas are free.
"""

import re

from events.fields import Side
from services.importing.told import Goal, Method, Score

_PENALTY = r"pen\.?|p\.?"
_OWN = r"o\.\s?g\.?|og\.?"
_GOAL = re.compile(
    r"\s*,?\s*(?P<name>[^\d;]*?)[\s,]*(?P<early>')?\s*(?P<minute>\d{1,3})\s*['’′]?"
    r"(?:\s*\+\s*(?P<stoppage>\d{1,2}))?\s*['’′]?"
    rf"(?P<mark>\s*\(\s*(?:{_PENALTY}|{_OWN})\s*\)|(?:{_PENALTY}|{_OWN})|\s+(?:pen\.?|{_OWN}))?"
    r"(?=[\s,]|$)",
    re.IGNORECASE,
)
_NOBODY = ("", "-", "–", "—")
EXPECTED = "scorers with their minutes, like (Neymar 29', 71'(p); Marcelo 11'(og))"


class NoGoals(Exception):
    """A text that is no line of scorers."""

    def __init__(self, wrong: str) -> None:
        self.wrong = wrong


def goals_of(text: str, score: Score | None) -> tuple[Goal, ...]:
    """Read what stands between the brackets. Raises NoGoals."""
    sides = [side.strip() for side in text.split(";")]
    if len(sides) > 2:
        raise NoGoals(f"expected {EXPECTED}, found more than two sides")
    if len(sides) == 2:
        return (*_side(sides[0], "home"), *_side(sides[1], "away"))
    if score is not None and 0 not in score.final:
        found = _side(sides[0], "home")
        if len(found) != score.final[0]:
            raise NoGoals("expected a semicolon between the goals of the two sides")
        return found
    return _side(sides[0], "away" if score and score.final[1] else "home")


def _side(text: str, side: Side) -> tuple[Goal, ...]:
    found: list[Goal] = []
    at, name = 0, ""
    while text[at:].strip(" ,") not in _NOBODY:
        said = _GOAL.match(text, at)
        name = " ".join(said["name"].split()) or name if said else name
        if said is None or not name or int(said["minute"]) > 200 or len(name) > 200:
            raise NoGoals(f"expected {EXPECTED}, found {text[at:].strip()[:60]!r}")
        stoppage = int(said["stoppage"]) if said["stoppage"] else None
        found.append(Goal(side, name, int(said["minute"]), stoppage, _method(said["mark"])))
        at = said.end()
    return tuple(found)


def _method(mark: str | None) -> Method | None:
    letters = re.sub("[^a-z]", "", (mark or "").lower())
    return None if not letters else "own_goal" if letters == "og" else "penalty"
