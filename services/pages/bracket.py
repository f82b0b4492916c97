"""What a bracket means for the eye: where each tie stands, who comes into it, how it was decided.

A tie stands between those whose winners come into it, so that lines lead from column to column.
`bracket.js` has the same functions for a bracket that changes while somebody looks.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any

from msgspec import Struct

from services.pages.here import Here, Json
from services.pages.lists import berths_by_section
from services.pages.words import UNKNOWN, Words

ROWS_MAX = 64
"""A taller bracket is not drawn with lines: its columns are lists."""


class Place(Struct, frozen=True):
    """The rows that a tie takes of its column, from 1."""

    at: int = 1
    span: int = 1

    @property
    def middle(self) -> int:
        """Where its line ends, in half rows."""
        return 2 * (self.at - 1) + self.span


class Layout(Struct, frozen=True):
    """Where the ties of a bracket stand; without rows they only follow one another."""

    rows: int
    places: Mapping[str, Place]


def layout(view: Json) -> Layout:
    """Place each tree of ties below those that take the same columns, the last round's first."""
    column_of = {tie["tie"]: at for at, ties in enumerate(_columns(view)) for tie in ties}
    feeders = {tie["tie"]: _feeders(tie, column_of) for tie in chain(*_columns(view))}
    fed = set(chain(*feeders.values()))
    free = [1] * len(view["rounds"])
    places: dict[str, Place] = {}
    for ties in reversed(_columns(view)):
        for tie in ties:
            if tie["tie"] not in fed:
                tree = list(_tree(tie["tie"], feeders))
                taken = range(min(column_of[one] for one in tree), column_of[tie["tie"]] + 1)
                first = max(free[column] for column in taken)
                last = first + _put(tie["tie"], first, feeders, places)
                for column in taken:
                    free[column] = last
    rows = max(free) - 1
    for ties in _columns(view):
        if not any(feeders[tie["tie"]] or tie["tie"] in fed for tie in ties):
            places |= _spread(ties, rows)
    return Layout(rows, places) if rows <= ROWS_MAX else Layout(0, {})


def _columns(view: Json) -> list[list[Json]]:
    return [round_["ties"] for round_ in view["rounds"]]


def _feeders(tie: Json, column_of: Mapping[str, int]) -> list[str]:
    """Name the ties of earlier columns whose winners come into this one."""
    won = [slot["source"]["id"] for slot in tie["slots"] if slot["source"]["from"] == "winner"]
    own = column_of[tie["tie"]]
    return [id for id in dict.fromkeys(won) if column_of.get(id, own) < own]


def _tree(tie: str, feeders: Mapping[str, list[str]]) -> Iterable[str]:
    yield tie
    for feeder in feeders[tie]:
        yield from _tree(feeder, feeders)


def _put(tie: str, at: int, feeders: Mapping[str, list[str]], places: dict[str, Place]) -> int:
    """Place a tie and what leads to it; give how many rows they take."""
    span = 0
    for feeder in feeders[tie]:
        span += _put(feeder, at + span, feeders, places)
    places[tie] = Place(at, span or 1)
    return span or 1


def _spread(ties: list[Json], rows: int) -> dict[str, Place]:
    """Spread ties that nothing leads to or from over the height of the bracket."""
    span = rows // max(len(ties), 1)
    return {tie["tie"]: Place(1 + at * span, span) for at, tie in enumerate(ties)}


class Line(Struct, frozen=True):
    """A line from a tie to the one that its winner comes into; `taken` once somebody has."""

    path: str
    taken: bool


def lines(view: Json, column: int, placed: Layout) -> list[Line]:
    """Give the lines into a column, from the one before it."""
    if not placed.rows or column == 0:
        return []
    before = {tie["tie"]: tie for tie in view["rounds"][column - 1]["ties"]}
    return [
        Line(
            f"M0 {placed.places[id].middle}H1V{placed.places[tie['tie']].middle}H2",
            before[id]["status"] == "decided",
        )
        for tie in view["rounds"][column]["ties"]
        for id in _feeders(tie, {**dict.fromkeys(before, 0), tie["tie"]: 1})
    ]


def place_classes(tie: Json, placed: Layout | None) -> str:
    place = placed.places.get(tie["tie"]) if placed else None
    return f" at-{place.at} span-{place.span}" if place else ""


# A tie


def sides(tie: Json, *, only_ranks: bool) -> list[dict[str, Any]]:
    """Give both sides: who, with how many goals, and whether they won or are out."""
    teams, slots = tie["teams"], tie["slots"]
    goals = None if any(leg["play"] == "unknown" for leg in tie["legs"]) else tie["aggregate"]
    found = []
    for at in (0, 1):
        team = teams[at] or slots[at]["team"]
        won = bool(team and tie["winner"] == team["team"])
        lost = bool(team and tie["winner"] and not won)
        rank = ("first" if won else "second") if only_ranks and tie["winner"] else None
        fate = rank or ("through" if won else "out" if lost else None)
        is_over = tie["status"] in ("decided", "unknown")
        shown = str(goals[at]) if goals else UNKNOWN if team and is_over and tie["legs"] else ""
        found.append({"team": team, "slot": slots[at], "goals": shown, "fate": fate})
    return found


def states(tie: Json) -> list[str]:
    """Give the states of a tie that a reader must not have to guess."""
    found = [tie["status"]] if tie["status"] in STATES else []
    return [*found, "under_protest"] if tie["under_protest"] else found


STATES = frozenset({"in_play", "provisional", "undecided", "unknown"})
CERTAINTIES = frozenset({"under_protest", "ruled", "unknown"})
"""What is said of who comes into a slot; that it is open or certain can be seen."""


def source_words(words: Words, here: Here, source: Json, view: Json | None = None) -> str:
    """Say where a team comes from: "1.º del Grupo B", "Ganador de la Llave C"."""
    kind, rank = source["from"], source["rank"]
    name = source["name"] or here.group(source["id"])
    match kind:
        case "rank":
            return words.say("sources.rank", rank=words.rank(rank), of=words.of(name))
        case "winner" | "loser":
            called = _tie_name(words, here, source["id"], view) or name
            return words.say(f"sources.{kind}", of=words.of(called))
        case "berth":
            several = rank is not None and rank > 1
            return words.say("sources.place", name=name, rank=words.rank(rank)) if several else name
        case "best":
            return words.say("sources.place", name=name, rank=words.rank(rank))
        case "allotted":
            return words.say("sources.allotted", name=name, to=source["to"])
        case "team":
            return name
    return words.say(f"sources.{kind}")


def _tie_name(words: Words, here: Here, id: str | None, view: Json | None) -> str | None:
    """Call a tie by its name, else by who plays it, else by its round and number."""
    for round_ in view["rounds"] if view else ():
        for number, tie in enumerate(round_["ties"], 1):
            if tie["tie"] != id:
                continue
            if tie["name"]:
                return str(tie["name"])
            teams = [here.team(team["team"]) for team in tie["teams"] if team]
            if len(teams) == len(tie["teams"]):
                return " – ".join(teams)
            if len(round_["ties"]) == 1:
                return str(round_["name"])
            return words.say("sources.numbered", n=number, round=round_["name"])
    return None


def tie_words(words: Words, here: Here, tie: Json, round_: Json, view: Json) -> str:
    """Name a tie for those who listen: "Llave D: Unión Huaral – CNI"."""
    sides = [
        here.team(team["team"]) if team else source_words(words, here, slot["source"], view)
        for slot in tie["slots"]
        for team in [slot["team"]]
    ]
    return f"{tie['name'] or round_['name']}: {' – '.join(sides)}"


def turned(tie: Json, leg: Json, goals: Json | None) -> tuple[int, int] | None:
    """Give goals of a leg in the order of the tie."""
    if goals is None or goals.get("home") is None or goals.get("away") is None:
        return None
    first = tie["teams"][0]
    if first and leg["away"] == first["team"]:
        return goals["away"], goals["home"]
    return goals["home"], goals["away"]


def leg_goals(tie: Json, leg: Json) -> tuple[int, int] | None:
    if leg["play"] in ("unknown", "scheduled") and not leg["result"]:
        return None
    return turned(tie, leg, leg["result"]) or turned(tie, leg, leg["score"])


def placed_legs(tie: Json, round_: Json) -> list[Json]:
    """Give the legs of which it is known which they are."""
    return [leg for leg in tie["legs"] if not is_apart(leg, round_)]


def legs_apart(tie: Json, round_: Json) -> list[Json]:
    """Give the matches of a tie of two legs of which nobody knows which leg they were."""
    return [leg for leg in tie["legs"] if is_apart(leg, round_)]


def is_apart(leg: Json, round_: Json) -> bool:
    return bool(round_["legs"] > 1 and leg["leg"] is None and not leg["extra_match"])


def leg_name(words: Words, leg: Json, legs: int) -> str:
    if leg["extra_match"]:
        return words.say("states.extra_match")
    return words.say(f"legs.{leg['leg']}" if legs > 1 and leg["leg"] else "legs.match")


def is_unknown(leg: Json) -> bool:
    return bool(leg["play"] == "unknown" or (leg["play"] == "ended" and not leg["result"]))


def leg_words(words: Words, here: Here, leg: Json) -> str:
    """Say what stands where the goals of a leg would."""
    if leg["result"] and leg["result"]["outcome"] in ("home", "away"):
        return words.say("matches.won", team=here.team(leg[leg["result"]["outcome"]]))
    if leg["play"] in ("postponed", "not_played", "abandoned", "suspended"):
        return words.say(f"states.{leg['play']}")
    when = leg["kick_off"] or leg["date"]
    return words.when(when, here.zone, here.now) if when else UNKNOWN


def verdict(words: Words, here: Here, tie: Json, round_: Json, *, is_last: bool) -> tuple[str, str]:
    """Say in words who goes through and by what, or what is missing for that."""
    if tie["status"] == "undecided":
        ways = [words.say(f"ways.{way}") for way in tie["settled_by"]]
        return "", words.say("decided.open", how=words.listed(ways, "or"))
    if not tie["winner"]:
        # Of a final, or where both go on, it is asked who won.
        asked = "who_won" if round_["only_ranks"] or is_last else "who_passed"
        return "", words.say(f"decided.unknown_{asked}") if tie["status"] == "unknown" else ""
    how = how_decided(words, tie, legs=round_["legs"])
    if not how and not tie["article"] and not round_["only_ranks"] and not is_last:
        return "", ""  # The signs of who won say as much.
    key = "first" if round_["only_ranks"] else "wins" if is_last else "through"
    said = words.say(f"decided.{key}", team=here.team(tie["winner"]))
    article = words.say("order.article", article=tie["article"]) if tie["article"] else ""
    return said, f"{how} ({article})".lstrip() if article else how


def is_plain(tie: Json) -> bool:
    """Say whether the goals of a tie show by themselves how it was decided."""
    return tie["decided_by"] in ("points", "aggregate") and not tie["article"]


def how_decided(words: Words, tie: Json, *, legs: int) -> str:
    by = tie["decided_by"]
    if by is None:
        return words.say("decided.no_source")
    if by == "aggregate" and legs == 1:
        return ""
    numbers = _numbers(tie)
    key = f"decided.{by}"
    if numbers and words.find(f"{key}_numbers"):
        won, lost = sorted(numbers, reverse=True)
        return words.say(f"{key}_numbers", won=won, lost=lost)
    return words.say(key)


def _numbers(tie: Json) -> tuple[int, int] | None:
    """Give the numbers that decided a tie where they stand nowhere else on it."""
    if tie["decided_by"] == "points" and tie["points"]:
        return tie["points"][0], tie["points"][1]
    if tie["decided_by"] == "shoot_out":
        kicks = [turned(tie, leg, leg["shoot_out"]) for leg in tie["legs"] if leg["shoot_out"]]
        return kicks[-1] if kicks else None
    return None


def goes_to(words: Words, here: Here, berth: Json) -> str:
    """Say where a berth leads: "va a: Etapa Nacional"."""
    to = berth["leads_to"]
    if not to:
        return ""
    if to.get("next_edition"):
        return words.say("berths.next_edition")
    known = here.sections.get(to.get("section") or "") or here.stages.get(to.get("stage") or "")
    place = to.get("competition") or known or to.get("section") or to.get("stage")
    return words.say("berths.goes_to", place=place) if place else ""


def ways_on(words: Words, here: Here, berths: Iterable[Json]) -> list[str]:
    """Say where berths lead, each place once."""
    return list(dict.fromkeys(goes_to(words, here, berth) for berth in berths))


def leading_to(view: Json | None, section: Json) -> list[Json]:
    """Give the berths that lead into a section, from other sections."""
    return [
        berth
        for _, berths in reversed(berths_by_section(view))
        for berth in berths
        if berth["leads_to"]
        and berth["section"] != section["section"]
        and _leads_into(berth["leads_to"], section)
    ]


def _leads_into(to: Json, section: Json) -> bool:
    if to.get("next_edition"):
        return False
    if to.get("section"):
        return bool(to["section"] == section["section"])
    return bool(to.get("stage") == section["stage"])


def final(view: Json | None) -> str | None:
    """Name the tie that a bracket ends with, if it ends with one."""
    last = view["rounds"][-1]["ties"] if view else []
    return str(last[0]["tie"]) if len(last) == 1 else None


SHORT_TIES_MAX = 8
_AT = {"in_play": 0, "undecided": 1, "provisional": 1, "open": 2}


def rounds_at(view: Json) -> list[tuple[Json, list[Json], int]]:
    """Give the rounds that are on, else the one that is to come, each with the ties to show.

    Of many the first that are not over are shown; the last number says how many are left out.
    """
    columns = view["rounds"]
    on = [each for each in columns if any(tie["status"] == "in_play" for tie in each["ties"])]
    waiting = [each for each in columns if any(tie["status"] in _AT for tie in each["ties"])]
    found = []
    for round_ in on or waiting[:1] or columns[-1:]:
        ties = round_["ties"]
        first = sorted(ties, key=lambda tie: _AT.get(tie["status"], 3))[:SHORT_TIES_MAX]
        shown = [tie for tie in ties if tie in first]
        found.append((round_, shown, len(ties) - len(shown)))
    return found


SMALL_TIES_MAX = 16


def is_small(view: Json) -> bool:
    """Say whether a bracket fits into the page of its section."""
    return sum(len(ties) for ties in _columns(view)) <= SMALL_TIES_MAX
