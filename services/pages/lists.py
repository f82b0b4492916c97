"""What the lists of a competition mean for the eye: its clubs, and who goes up.

What a view does not have yet, or does not know, is left out or said to be not known.
"""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from urllib.parse import quote

from services.pages.here import Here, Json
from services.pages.words import Words


def by_section(view: Json | None) -> list[tuple[str, list[Json]]]:
    """Keep clubs together that took part and come from one section, in the order of the view."""
    found: dict[str, list[Json]] = {}
    for team in view["teams"] if view else ():
        if team["status"] not in GONE:
            found.setdefault(team["section_name"] or "", []).append(team)
    return list(found.items())


def gone(view: Json | None) -> list[tuple[str, list[Json]]]:
    """Keep clubs together that did not take part, or not to the end, by why."""
    teams = view["teams"] if view else ()
    found = [(status, [team for team in teams if team["status"] == status]) for status in GONE]
    return [(status, listed) for status, listed in found if listed]


def stages_of_clubs(here: Here, berths: Json | None) -> dict[str, set[str]]:
    """Say by stage which clubs have a right to play in it, where that is known of all of them."""
    found: dict[str, set[str]] = {}
    if not berths or berths["count"] > len(berths["berths"]):
        return found
    for berth in berths["berths"]:
        to = berth["leads_to"] or {}
        stage = to.get("stage") or here.stage_of.get(to.get("section") or "")
        if stage in here.stages and not to.get("next_edition"):
            for team in held_by(berth):
                found.setdefault(stage, set()).add(team["team"])
    return {stage: found[stage] for stage in here.stages if stage in found}


def clubs_in_numbers(
    words: Words, here: Here, view: Json, stages: dict[str, set[str]]
) -> list[tuple[str, str]]:
    """Say how many clubs took part, how many of them in each stage, and how many did not."""
    invited = {team["team"] for team in view["teams"] if team["entry"] == "by_resolution"}
    found = [("entered", words.say("clubs.took_part", count=view["statuses"]["entered"]))]
    for stage, teams in stages.items():
        said = words.say("clubs.in_stage", stage=here.stages[stage], count=len(teams))
        by_resolution = len(teams & invited)
        if by_resolution:
            said += f" ({words.say('clubs.of_resolution', count=by_resolution)})"
        found.append(("reached", said))
    found += (
        (status, words.say(f"clubs.count_{status}", count=view["statuses"][status]))
        for status in GONE
        if view["statuses"].get(status)
    )
    return found


def farthest(here: Here, team: Json, stages: dict[str, set[str]]) -> str:
    """Name the last stage that a club has a right to play in; "" where that is not known."""
    reached = [stage for stage, teams in stages.items() if team["team"] in teams]
    return here.stages[reached[-1]] if reached else ""


SECTIONS_AT_ONCE_MAX = 30
"""More sections of a stage are listed for those who ask for them."""

RECORDS = ("biggest_home_win", "biggest_away_win", "highest_scoring")
GONE = ("withdrawn", "excluded", "refused")


def standing(words: Words, team: Json) -> list[str]:
    """Say how a club came in, whether it went out again, and why."""
    found = [team["entry"]] if team["entry"] else []
    found += [team["status"]] if team["status"] in GONE else []
    said = [str(words.find(f"clubs.{each}") or each) for each in found]
    said += [words.say("clubs.formerly", name=team["formerly"])] if team["formerly"] else []
    return said + [str(team[why]) for why in ("reason", "ruling") if team[why]]


def berths_by_section(view: Json | None) -> list[tuple[str, list[Json]]]:
    """Keep the places of a section together; the view has the last ones first, even there."""
    listed = view["berths"] if view else ()
    found: list[tuple[str, list[Json]]] = []
    for section, berths in groupby(listed, key=itemgetter("section")):
        each = [list(places) for _, places in groupby(berths, key=itemgetter("berth"))]
        found.append((section, [place for places in reversed(each) for place in places]))
    return found


def berths_by_stage(
    view: Json | None, here: Here
) -> list[tuple[str, list[tuple[str, list[Json]]]]]:
    """Keep the sections of a stage together, in the order of the view."""
    found: dict[str, list[tuple[str, list[Json]]]] = {}
    for section, berths in berths_by_section(view):
        stage = here.stages.get(here.stage_of.get(section, ""), "")
        found.setdefault(stage, []).append((section, berths))
    return [(stage, _in_order(here, sections)) for stage, sections in found.items()]


def _in_order(here: Here, sections: list[tuple[str, list[Json]]]) -> list[tuple[str, list[Json]]]:
    order = {section: at for at, section in enumerate(here.sections)}
    return sorted(sections, key=lambda pair: order.get(pair[0], len(order)))


def topics(section: Json) -> list[str]:
    """Name the bracket and the tables of a section."""
    return [f"bracket/{section['section']}"] + [
        f"standings/{group['group']}" for group in section["groups"]
    ]


def held_by(berth: Json) -> list[Json]:
    """Give who has a place: one club, or those who share as many and are not parted yet."""
    return [berth["team"]] if berth["team"] else list(berth.get("shared_by", ()))


def holders(view: Json | None, here: Here) -> dict[str, list[Json]]:
    """Give by section the clubs that have come out of it with a right to go on, each once."""
    found: dict[str, dict[str, Json]] = {}
    for berth in view["berths"] if view else ():
        to, section = berth["leads_to"] or {}, berth["section"]
        stage = to.get("stage") or here.stage_of.get(to.get("section") or "")
        stays = to.get("next_edition") or (stage and stage == here.stage_of.get(section))
        if to and not stays:
            held = {team["team"]: team for team in held_by(berth)}
            found[section] = found.get(section, {}) | held
    return {section: list(teams.values()) for section, teams in found.items()}


def following(here: Here, asked: str, listed: Sequence[Json]) -> str:
    """Give the address of the sections that come after these."""
    query = [f"q={quote(asked)}"] if asked else []
    query.append(f"after={listed[-1]['section']}")
    first = here.path("sections")
    return f"{first}{'&' if '?' in first else '?'}{'&'.join(query)}"


def status(view: Json, here: Here) -> str:
    """Say how far a competition is; what is settled need not have been closed by anybody."""
    return "settled" if view["status"] == "running" and here.is_settled else str(view["status"])
