"""What the lists of a competition mean for the eye: its clubs, and who goes up.

What a view does not have yet, or does not know, is left out or said to be not known.
"""

from itertools import groupby
from operator import itemgetter

from services.pages.here import Here, Json
from services.pages.words import Words


def by_section(view: Json | None) -> list[tuple[str, list[Json]]]:
    """Keep clubs together that come from one section, in the order of the view."""
    found: dict[str, list[Json]] = {}
    for team in view["teams"] if view else ():
        found.setdefault(team["section_name"] or "", []).append(team)
    return list(found.items())


SECTIONS_AT_ONCE_MAX = 30
"""More sections of a stage are listed for those who ask for them."""

RECORDS = ("biggest_home_win", "biggest_away_win", "highest_scoring")
STATUSES = frozenset({"withdrawn", "excluded", "refused"})


def standing(words: Words, team: Json) -> list[str]:
    """Say how a club came in, whether it went out again, and why."""
    found = [team["entry"]] if team["entry"] else []
    found += [team["status"]] if team["status"] in STATUSES else []
    said = [str(words.find(f"clubs.{each}") or each) for each in found]
    return said + [str(team[why]) for why in ("reason", "ruling") if team[why]]


def berths_by_section(view: Json | None) -> list[tuple[str, list[Json]]]:
    """Keep the places of a section together; the view has the last ones first, even there."""
    listed = view["berths"] if view else ()
    found: list[tuple[str, list[Json]]] = []
    for section, berths in groupby(listed, key=itemgetter("section")):
        each = [list(places) for _, places in groupby(berths, key=itemgetter("berth"))]
        found.append((section, [place for places in reversed(each) for place in places]))
    return found


def status(view: Json, here: Here) -> str:
    """Say how far a competition is; what is settled need not have been closed by anybody."""
    return "settled" if view["status"] == "running" and here.is_settled else str(view["status"])
