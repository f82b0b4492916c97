"""The line of a match of Football.TXT: two teams, and the score between or behind them.

Teams are parted by the score, by ` v ` or by ` - `. A score says what was counted when: half-time
in brackets, `a.e.t.` after extra time with (90 minutes, half-time), `pen.` for kicks.
"""

import re
from typing import NamedTuple

from services.importing.told import Fate, Pair, Score, score_of

_AFTER = r"a\.?\s?e\.?\s?t\.?(?:/[gs]\.?g\.?)?|agget|asdet|asget"
_KICKS = r"pens?\.?|p\.?|pso"
_AWARDED = r"awd\.?|awarded"
_TIGHT = r"(?:[0-9]{1,3}[-–][0-9]{1,3}|[0-9]{1,2}:[0-9](?![0-9]))"  # 20:45 is a time of day
_ELEMENT = rf"{_TIGHT}\s*(?:(?:{_AFTER}|{_KICKS}|{_AWARDED})(?=[\s,(;]|$))?\*?"
_NUMBERS = rf"\(\s*{_TIGHT}(?:\s*[,;]\s*(?:{_TIGHT})?)*\s*\)"
_BLOCK = re.compile(
    rf"(?:(?<=\s)|^){_ELEMENT}(?:\s*,?\s*(?:{_ELEMENT}|{_NUMBERS}))*(?=[\s,]|$)", re.IGNORECASE
)
_PART = re.compile(
    rf"(?P<numbers>{_NUMBERS})|(?P<goals>{_TIGHT})\s*(?:(?P<after>{_AFTER})|(?P<kicks>{_KICKS})"
    rf"|(?P<awarded>{_AWARDED}))?(?=[\s,(;*]|$)",
    re.IGNORECASE,
)
_VERSUS = re.compile(r"\s+(?:v|vs\.?|[-–])\s+")
_WORDS: dict[str, Fate] = {
    "ppd": "postponed", "pp": "postponed", "p-p": "postponed", "postponed": "postponed",
    "canc": "called_off", "cancelled": "called_off", "canceled": "called_off",
    "abd": "abandoned", "abandoned": "abandoned", "w/o": "walkover", "wo": "walkover",
    "awd": "awarded", "awarded": "awarded", "walkover": "walkover", "annulled": "annulled",
    "void": "annulled",
}  # fmt: skip
_BETWEEN = re.compile(r"\s+(ppd|pp|canc|abd|w/o)\.?\s+", re.IGNORECASE)
_DETAIL = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")
_DETAILS = re.compile(
    rf"(?:HT\s+(?P<half>{_TIGHT})|FT\s+(?P<full>{_TIGHT})|(?P<after>{_AFTER})"
    rf"|(?:win|won)?\s*(?P<kicks>{_TIGHT})\s+(?:on\s+)?pen(?:s|\.|alties)?"
    rf"|PEN\s+(?P<last>{_TIGHT})|agg\s+{_TIGHT}|{_TIGHT}\s+on\s+agg(?:regate)?"
    rf"|(?:away|win)\s+{_TIGHT}(?:\s+on\s+(?:away goals|agg(?:regate)?))?)",
    re.IGNORECASE,
)
EXPECTED = (
    "a match like `Germany 5-1 (3-0) Scotland`, `Brazil v Mexico`, "
    "`Spain v Italy 4-2 pen. 3-3 a.e.t. (2-2, 2-0)`, with the teams apart by two spaces from "
    "what is not their name"
)


class Line(NamedTuple):
    """What a line says about a match, beside when and where it is."""

    home: str
    away: str
    score: Score | None = None
    fate: Fate | None = None


class NoMatch(Exception):
    """A text that is no match."""

    def __init__(self, wrong: str) -> None:
        self.wrong = wrong


def match_of(text: str) -> Line:
    """Read a line from which day, time, place and notes are taken. Raises NoMatch."""
    text, details = _without_details(text)
    said = _BLOCK.search(text)
    if said is None:
        return _fixture(text)
    before, after = text[: said.start()].strip(), text[said.end() :].strip(" ,")
    score, fate = _score(said[0], details)
    if after:
        return Line(_team(before), _team(after), score, fate)
    teams = _VERSUS.split(f"{before} ")
    if len(teams) != 2:
        raise NoMatch(f"expected {EXPECTED}")
    return Line(_team(teams[0]), _team(teams[1]), score, fate)


def fate_of(note: str) -> Fate | None:
    """Say what a note like `[awarded - Gateshead withdrew]` makes of a match."""
    word = re.match(r"\s*(?:match\s+)?([a-z/-]+)", note.lower())
    return _WORDS.get(word[1].strip("-")) if word else None


def details_of(note: str) -> bool:
    """Say whether a note is about the score, like `[aet, 3-0 pen]`."""
    return all(_DETAILS.fullmatch(part.strip()) for part in re.split("[,;]", note))


def _fixture(text: str) -> Line:
    if said := _BETWEEN.search(text):
        home, away = text[: said.start()], text[said.end() :]
        return Line(_team(home), _team(away), fate=_WORDS[said[1].lower()])
    teams = _VERSUS.split(f" {text} ".rstrip() + " ")
    if len(teams) != 2:
        raise NoMatch(f"expected {EXPECTED}")
    return Line(_team(teams[0]), _team(teams[1]))


def _team(text: str) -> str:
    name = text.strip().rstrip("*").strip()
    if not name or len(name) > 200 or re.search(r"\s{3,}|[|;]", name):
        raise NoMatch(f"expected {EXPECTED}, found the team {name[:60]!r}")
    return " ".join(name.split())


def _without_details(text: str) -> tuple[str, str]:
    """Take what is said of the score in brackets behind the second team."""
    said = _DETAIL.search(text)
    if said and said[1].strip() and details_of(said[1]):
        return text[: said.start()], said[1]
    return text, ""


def _score(block: str, details: str) -> tuple[Score | None, Fate | None]:
    full: Pair | None = None
    extra: Pair | None = None
    kicks: Pair | None = None
    behind: list[Pair | None] = []
    fate: Fate | None = None
    for part in _PART.finditer(block):
        if part["numbers"]:
            behind = [_pair(each) for each in re.split("[,;]", part["numbers"].strip("() "))]
        elif part["kicks"]:
            kicks = _pair(part["goals"])
        elif part["after"]:
            extra = _pair(part["goals"])
        else:
            full = _pair(part["goals"])
            fate = "awarded" if part["awarded"] else fate
    if extra is not None or kicks is None:
        half = _behind(behind, full is None)
        full = full if extra is None or full is not None else half[0]
        return _with_details(full, half[1], extra, kicks, details), fate
    # Kicks alone: what is behind them is what was before them.
    before = [*([full] if full else []), *filter(None, behind)]
    if not 1 <= len(before) <= 3:
        raise NoMatch("expected the score before the kicks, like 4-2 pen. 1-1 a.e.t. (1-1, 0-1)")
    extra = before.pop(0) if len(before) == 3 else None
    return score_of(before[0], before[1] if len(before) > 1 else None, extra, kicks), fate


def _behind(pairs: list[Pair | None], after_extra_time: bool) -> tuple[Pair | None, Pair | None]:
    """Give the 90 minutes and half-time that stand in brackets."""
    most = 2 if after_extra_time else 1
    if len(pairs) > most:
        raise NoMatch("expected (half-time), or after extra time (90 minutes, half-time)")
    if not after_extra_time:
        return None, (pairs or [None])[0]
    first, second, *_ = [*pairs, None, None]
    return first, second


def _with_details(
    full: Pair | None, half: Pair | None, extra: Pair | None, kicks: Pair | None, details: str
) -> Score | None:
    """Add what is said behind the teams: `(HT 0-0, FT 1-1, AET, PEN 3-4)`."""
    for each in re.split("[,;]", details) if details else ():
        said = _DETAILS.fullmatch(each.strip())
        assert said is not None, "only such details are taken off"
        if said["after"] and extra is None:
            full, extra = None, full
        half = _pair(said["half"]) if said["half"] else half
        kicks = _pair(said["kicks"] or said["last"]) if said["kicks"] or said["last"] else kicks
    for each in re.split("[,;]", details) if details else ():
        said = _DETAILS.fullmatch(each.strip())
        if said and said["full"] and extra is not None:
            full = _pair(said["full"])
    return score_of(full, half, extra, kicks)


def _pair(text: str) -> Pair | None:
    if not text.strip():
        return None
    home, away = re.split("[-–:]", text.strip())
    return int(home), int(away)
