"""What a table means for the eye: brackets, berths, reasons, claims and open questions.

Pure functions from a view to what a template writes down; `table.js` has the same ones for a
table that changes while somebody looks.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from services.pages.here import Here, Json
from services.pages.words import Words, number, signed

COLUMNS = (
    "rank", "team", "played", "won", "drawn", "lost", "goals_for", "goals_against",
    "goal_difference", "points",
)  # fmt: skip

STATUSES = {"in_play": "as_it_stands"}


def status(table: Json) -> str:
    """Name the state of a table, or of a group in short; one whose ranks are printed has them."""
    is_printed = table.get("printed") or (table.get("adopted") and _ranks_some(table))
    if table["status"] == "unknown" and is_printed:
        return "printed"
    return STATUSES.get(table["status"], str(table["status"]))


def explained(table: Json) -> str:
    """Name what explains the state of a table: of an unknown one some ranks may be known."""
    said = status(table)
    return "unknown_in_part" if said == "unknown" and _ranks_some(table) else said


def _ranks_some(table: Json) -> bool:
    return any(row["rank"] is not None for row in table["rows"])


def lines(table: Json) -> list[dict[str, Any]]:
    """Give the rows of a table with their brackets, and a line where a berth ends.

    A berth that ends within a shared rank is drawn after all who share it, as open.
    """
    rows = table["rows"]
    found: list[dict[str, Any]] = []
    for at, row in enumerate(rows):
        ranked = row["rank"] is not None
        above = ranked and at > 0 and rows[at - 1]["rank"] == row["rank"]
        below = ranked and at + 1 < len(rows) and rows[at + 1]["rank"] == row["rank"]
        level = {(False, True): "first", (True, True): "middle", (True, False): "last"}
        found.append({"row": row, "level": level.get((above, below), "")})
        if ranked and not below:
            found += (
                {"berth": berth, "open": berth["last"] < at + 1}
                for berth in table["berths"]
                if row["rank"] <= berth["last"] <= at + 1
                or (berth["last"] > at + 1 and at + 1 == len(rows))
            )
    return found


def berth_words(words: Words, line: Json) -> str:
    berth = line["berth"]
    if line["open"]:
        return words.say("table.berth_open", berth=berth["name"])
    first, last = words.rank(berth["first"]), words.rank(berth["last"])
    key = "table.berth_one" if first == last else "table.berth_many"
    return words.say(key, berth=berth["name"], first=first, last=last)


def fate(row: Json) -> str | None:
    """Say `clinched` if any berth is, `eliminated` if all of them are out of reach."""
    fates = set(row["berths"].values())
    if "clinched" in fates:
        return "clinched"
    return "eliminated" if fates == {"eliminated"} else None


def has_left(row: Json) -> bool:
    """Say whether a team no longer takes part, or never did."""
    return bool(row["status"] != "entered")


def movement(words: Words, row: Json) -> str:
    """Say how a row has moved from the confirmed table."""
    way = "up" if row["movement"] > 0 else "down"
    moved = words.say(f"table.{way}", count=abs(row["movement"]))
    confirmed = words.say("table.confirmed", rank=words.rank(row["rank_confirmed"]))
    return f"{moved}, {confirmed}"


def form_words(words: Words, row: Json) -> str:
    results = [form_letter(words, result)[1] for result in row["form"]]
    return words.say("form.title", results=", ".join(results))


def form_letter(words: Words, result: str) -> tuple[str, str]:
    letter, meaning = words.find(f"form.{result}") or words.find("form.other")
    return letter, meaning


def adjustment_words(words: Words, here: Here, adjustment: Json) -> str:
    points = adjustment["points"]
    said = words.say(
        "table.adjusted",
        team=here.team(adjustment["team"]),
        points=signed(points),
        count=abs(points),
    )
    state = words.find(f"table.{adjustment['status']}")
    return f"{said} ({state})" if state else said


def is_whole(table: Json) -> bool:
    """Say whether the numbers of a table are of all that was played, or those that are printed."""
    is_held = not (table.get("coverage") == "partial" or table.get("unknown_results"))
    return bool(is_held or table.get("adopted"))


def figure(row: Json, column: str) -> str:
    """Write a number of a row; a line for one that is not known."""
    return signed(row[column]) if column == "goal_difference" else number(row[column])


def is_blank(row: Json) -> bool:
    """Say whether no number of a row is known."""
    return all(row[column] is None for column in COLUMNS[2:])


def remarks(words: Words, here: Here, table: Json) -> list[str]:
    """Say what must be known to read a table: what was added, and what nobody knows."""
    found = [adjustment_words(words, here, each) for each in table["adjustments"]]
    if table.get("coverage") == "partial":
        key = "table.partial_printed" if table.get("adopted") else "table.partial"
        found.append(words.say(key))
    if table.get("unknown_results"):
        found.append(words.say("table.unknown_results", count=table["unknown_results"]))
    shown = ("rank", *COLUMNS[2:])
    if any(row[column] is None for row in table["rows"] for column in shown):
        found.append(words.say("table.legend"))
    return found


# Why this order


def unordered(table: Json) -> str | None:
    """Say what stands in place of the reasons where there are none: not yet, or nobody knows."""
    rows = table["rows"]
    if rows and all(row["rank"] is None for row in rows):
        return "nothing.order_unknown"
    begun = any(row["played"] or row["adjustment"] or row["separated_by"] for row in rows)
    return None if begun or table.get("adopted") else "nothing.order"


def reasons(words: Words, here: Here, table: Json) -> list[tuple[str, str | None]]:
    """Say of each two neighbours who is above and why, and of others that they are level."""
    ranked = [row for row in table["rows"] if row["rank"] is not None]
    shared = [list(rows) for _, rows in groupby(ranked, key=itemgetter("rank"))]
    named = [[here.team(row["team"]) for row in rows] for rows in shared]
    found: list[tuple[str, str | None]] = []
    for at, (rows, teams) in enumerate(zip(shared, named, strict=True)):
        if at:
            above, below = words.listed(named[at - 1]), words.listed(teams)
            count = len(named[at - 1])
            said = words.say("order.above", above=above, below=below, count=count)
            printed = words.say("order.printed") if table.get("adopted") else None
            found.append((said, reason(words, rows[0]) or printed))
        if len(teams) > 1:
            found.append((words.say("order.level", teams=words.listed(teams)), None))
    return found


def reason(words: Words, row: Json) -> str | None:
    """Say what separates a row from the one above it: "diferencia de goles: −6 a −12"."""
    separated = row["separated_by"]
    if not separated:
        return None
    said = criterion(words, separated)
    if numbers := separated.get("numbers"):
        first, second = (_compared(words, separated["criterion"], n) for n in numbers)
        said = words.say("order.numbers", criterion=said, first=first, second=second)
    if separated.get("article"):
        said = f"{said} ({words.say('order.article', article=separated['article'])})"
    return said


SIGNED = frozenset({"goal_difference", "opponents_goal_difference", "conduct"})
PLACES = frozenset({"place", "lots", "extra_match", "ruling"})
"""What is compared by places, and not by numbers that were counted."""


def _compared(words: Words, name: str, value: int | str) -> str:
    if name in PLACES and isinstance(value, int):
        return words.rank(value)
    return signed(value) if name in SIGNED else number(value)


SCOPES = ("home", "away", "first_leg", "second_leg", "level")
"""In the order in which they are said: "goles a favor de visita entre ellos"."""


def criterion(words: Words, rule: Json) -> str:
    """Name what is compared, and of which matches; what has no word is called as it is."""
    name = str(rule.get("criterion") or rule.get("metric"))
    parts = str(rule.get("scope") or "all").split("+")
    scopes = [words.say(f"scopes.{scope}") for scope in SCOPES if scope in parts]
    return " ".join([str(words.find(f"criteria.{name}") or name.replace("_", " ")), *scopes])


def tiers(claim: Json) -> list[list[str]]:
    """Give the order that a source claims; teams in an inner list share a place."""
    return [[tier] if isinstance(tier, str) else list(tier) for tier in claim.get("order") or ()]


def claimed(table: Json, claim: Json) -> list[dict[str, Any]]:
    """Give both orders side by side: the claimed places, and ours, with where they differ."""
    ours = {row["team"]: row["rank"] for row in table["rows"]}
    found: list[dict[str, Any]] = []
    rank = 1
    for tier in tiers(claim):
        found += (
            {"rank": rank, "team": team, "ours": ours.get(team), "differs": ours.get(team) != rank}
            for team in tier
        )
        rank += len(tier)
    return found


def ours_words(words: Words, table: Json) -> str:
    """Say whose order stands beside a claimed one: that of the rules, or of what is printed."""
    by_rules = "ours" if is_whole(table) else "known"
    return words.say(f"claims.{'printed' if table.get('adopted') else by_rules}")


def differing(table: Json) -> bool:
    return any(claim["differs"] for claim in table["claims"])


QUESTIONS = {
    "disputed": "disputed",
    "protest": "under_protest",
    "finalised_differs": "disputed",
}
"""The state that a kind of open question is; any other is undecided."""


def about(view: Json | None, here: Here, topics: Sequence[str]) -> list[Json]:
    """Give the open questions about these tables and brackets, and about their matches."""
    legs = {f"matches/{match}" for topic in topics for match in here.legs.get(topic, ())}
    return [
        asked
        for asked in (view["questions"] if view else ())
        if asked["about"] in legs.union(topics) or f"standings/{asked['group']}" in topics
    ]


def question(words: Words, here: Here, asked: Json, group: str | None) -> str:
    """Say what is open about a group, a tie or a match; never in the words of the view itself."""
    teams = words.listed([here.team(team) for team in asked.get("teams") or ()])
    key = f"questions.{asked['kind']}"
    if asked["kind"] == "level":
        ways = asked.get("settled_by") or ()
        how = words.listed([_way(words, way) for way in ways if _way(words, way)], "or")
        key = "questions.level_tie" if asked.get("tie") else key
        return words.say(key if how else "questions.level_plain", teams=teams, how=how)
    if asked["kind"] == "slot_differs":
        others = words.listed([here.team(team) for team in asked["teams"][1:]])
        return words.say(key, team=here.team(asked["teams"][0]), others=others)
    match = " – ".join(here.team(team) for team in asked.get("teams") or ())
    known = key if words.find(key) is not None else "questions.other" + "_of" * bool(match)
    return words.say(known, match=match, group=here.group(group))


def _way(words: Words, way: str) -> str:
    return str(words.find(f"ways.{way}") or words.find(f"criteria.{way}") or "")
