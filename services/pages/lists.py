"""What the lists of a competition mean for the eye: its clubs, and who goes up.

What a view does not have yet, or does not know, is left out or said to be not known.
"""

from itertools import groupby
from operator import itemgetter

from services.pages.here import Json
from services.pages.words import Words


def by_section(view: Json | None) -> list[tuple[str, list[Json]]]:
    """Sort clubs by where they come from; those of whom that is not known come last."""
    found: dict[str, list[Json]] = {}
    for team in view["teams"] if view else ():
        found.setdefault(team.get("section_name") or "", []).append(team)
    return sorted(found.items(), key=lambda item: (not item[0], item[0].casefold()))


STATUSES = frozenset({"withdrawn", "excluded", "refused"})


def standing(words: Words, team: Json) -> list[str]:
    """Say how a club came in, and whether it went out again."""
    found = [team.get("entry")]
    if team.get("status") in STATUSES:
        found.append(team["status"])
    return [words.find(f"clubs.{said}") or said for said in found if said]


def berths_by_section(view: Json | None) -> list[tuple[str, list[Json]]]:
    """Keep the places of a section together; the view has the last ones first, even there."""
    listed = view["berths"] if view else ()
    found: list[tuple[str, list[Json]]] = []
    for section, berths in groupby(listed, key=itemgetter("section")):
        each = [list(places) for _, places in groupby(berths, key=itemgetter("berth"))]
        found.append((section, [place for places in reversed(each) for place in places]))
    return found


def status(view: Json) -> str:
    """Say how far a competition is; what is settled need not have been closed by anybody."""
    return "settled" if view.get("settled") and view["status"] == "running" else str(view["status"])
