"""A heading of a file of results says to which stage, group, matchday or round its matches belong.

Headings are people's: "Group A", "Finals, Semifinals", "Quarter-final, Leg 1 of 2", "1/8 Finals".
Rounds that are called differently and are the same have the same key.
"""

import re
import unicodedata

from msgspec import Struct

_GROUP = re.compile(r"(?:group|gruppe|grupo|groupe|pool)\s+(?:[a-z]?[0-9]{1,2}|[a-z]{1,3}[0-9]?)")
_MATCHDAY = re.compile(
    r"(?:matchday|match ?day|md|game ?week|week|spieltag|jornada|fecha|journ[eé]e|giornata)"
    r"\s*([0-9]{1,3})(?:\s+of\s+[0-9]{1,3})?|([0-9]{1,3})\.\s*(?:spieltag|matchday)"
)
_NUMBERED_ROUND = re.compile(r"round\s*([0-9]{1,3})")
_LEG = re.compile(
    r"[\s,(\-–]*\b(?:(1st|first|2nd|second)[\s-]+leg|leg\s+([12])(?:\s+of\s+2)?)\)?\s*$", re.I
)
_REPLAY = re.compile(r"[\s,\-–]*\breplays?\s*$", re.I)
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6,
             "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}  # fmt: skip
_SAME = {
    "18final": "roundof16", "eighthfinal": "roundof16", "last16": "roundof16", "r16": "roundof16",
    "achtelfinale": "roundof16", "octavosdefinal": "roundof16", "116final": "roundof32",
    "last32": "roundof32", "r32": "roundof32", "14final": "quarterfinal", "qf": "quarterfinal",
    "viertelfinale": "quarterfinal", "cuartosdefinal": "quarterfinal", "12final": "semifinal",
    "sf": "semifinal", "halbfinale": "semifinal", "semifinale": "semifinal", "finale": "final",
}  # fmt: skip
TABLES = frozenset(
    {"group", "groups", "group stage", "group phase", "league", "league stage", "league phase",
     "regular season", "preliminary round"}
)  # fmt: skip
"""What a stage with tables may be called where there is only one."""


class Where(Struct, frozen=True):
    """Where a match belongs, in the file's own words, as far as they say so.

    A round with a `matchday` is called "Round 3", which may be of a league or of a cup.
    """

    stage: str = ""
    group: str = ""
    round: str = ""
    matchday: int | None = None
    leg: int | None = None
    replay: bool = False

    @property
    def name(self) -> str:
        day = "" if self.matchday is None or self.round else f"matchday {self.matchday}"
        return ", ".join(filter(None, (self.stage, self.group, self.round, day)))


def where_of(heading: str, group: str = "", stage: str = "") -> Where:
    """Read a heading, beside a group and a stage that are said apart."""
    text, leg, replay = heading.strip(), None, False
    if said := _LEG.search(text):
        leg = int(said[2]) if said[2] else 1 if said[1].lower() in ("1st", "first") else 2
        text = text[: said.start()]
    if said := _REPLAY.search(text):
        replay, text = True, text[: said.start()]
    matchday: int | None = None
    words: list[str] = []
    numbered = False
    for part in filter(None, (each.strip() for each in text.split(","))):
        plain = " ".join(part.lower().split())
        if _GROUP.fullmatch(plain):
            group = group or part
        elif found := _MATCHDAY.fullmatch(plain):
            matchday = int(found[1] or found[2])
        else:
            if found := _NUMBERED_ROUND.fullmatch(plain):
                matchday, numbered = int(found[1]), True
            words.append(part)
    is_round = bool(words) and not group and (matchday is None or numbered)
    named = words.pop() if is_round else ""
    return Where(", ".join(words) or stage, group, named, matchday, leg, replay)


def is_heading(text: str) -> bool:
    """Say whether a line without a mark is a heading, by what it is called."""
    where = where_of(text)
    if where.stage or text.count("  "):
        return False
    known = {*_SAME.values(), "thirdplace", "final"}
    is_round = bool(where.round) and (
        round_key(where.round) in known or re.fullmatch("round(of)?[0-9]+", round_key(where.round))
    )
    return bool(where.group or where.matchday is not None or is_round)


def round_key(name: str) -> str:
    """Give what makes two names of a round the same: without case, marks, plural or language."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.findall("[a-z0-9]+", plain)
    if "place" in words and {"third", "3rd"} & set(words):
        return "thirdplace"
    if len(words) == 2 and "round" in words:
        other = words[1 - words.index("round")]
        number = _ORDINALS.get(other) or re.fullmatch("([0-9]{1,2})(?:st|nd|rd|th)?", other)
        if number:
            return f"round{number if isinstance(number, int) else int(number[1])}"
    key = "".join(words)
    key = key[:-1] if key.endswith("s") else key
    return _SAME.get(key, key)


def plain(word: str) -> str:
    return " ".join(word.casefold().split())
