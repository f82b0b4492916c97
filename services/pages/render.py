"""Plain data becomes a page: everything from outside is text, and nothing is fetched here.

The page carries, as data, what the browser needs to go on: names, the end of the feed, and where
each element stands. Templates escape whatever they are given.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from services.pages import bracket, current, feed, lists, match, table
from services.pages.feed import Entry
from services.pages.files import MODULES, static
from services.pages.here import Here, Json, link
from services.pages.read import Part, Section, Shown
from services.pages.words import Words, minute, number, offset, place, signed, words, zone_of
from services.settings import PAGE_DECISIONS_SHOWN, PAGE_FEED_SHOWN


class Step(Struct, frozen=True):
    """A link by its name."""

    name: str
    path: str


class Frame(Struct, frozen=True, kw_only=True):
    """What stands around every page: its language, its address, and where to listen."""

    words: Words
    path: str
    address: str
    live: str
    query: str
    now: datetime


class Day(Struct, frozen=True):
    """What is on, and what just happened, in every competition."""

    parts: Sequence[Part]


class Competition(Struct, frozen=True):
    """One competition."""

    part: Part


class Group(Struct, frozen=True):
    """Who is where in a group, and why."""

    here: Here
    table: Shown
    matches: Shown


class Match(Struct, frozen=True):
    """One match, and the table or the bracket it moves."""

    here: Here
    match: Shown
    table: Shown | None
    bracket: Shown | None


class Bracket(Struct, frozen=True):
    """Who meets whom in a section, and who is out."""

    here: Here
    bracket: Shown
    questions: Shown


class Listing(Struct, frozen=True):
    """One list of the competition by itself: `clubs` or `berths`."""

    key: str
    here: Here
    listed: Shown
    beside: Sequence[Shown] = ()


class Sections(Struct, frozen=True):
    """The sections of a competition by page, or those that somebody looks for."""

    here: Here
    competition: Shown
    asked: str
    listed: Sequence[Json]
    more: bool


class Records(Struct, frozen=True):
    """The records of the competition and who scored, with how much is known of them."""

    here: Here
    records: Shown
    scorers: Shown


class Notice(Struct, frozen=True):
    """A page that says why there is nothing: `missing` or `away`."""

    key: str


Page = Day | Competition | Section | Sections | Bracket | Group | Match | Listing | Records | Notice

_TEMPLATES = {
    Day: "day.html",
    Competition: "competition_page.html",
    Section: "section_page.html",
    Sections: "sections_page.html",
    Bracket: "bracket_page.html",
    Listing: "listing_page.html",
    Records: "records_page.html",
    Group: "group_page.html",
    Match: "match_page.html",
    Notice: "notice.html",
}


def render(frame: Frame, page: Page) -> str:
    heres = heres_of(page)
    entries = feed.newest(entry for part in _parts(page) for entry in part.entries)
    decisions = [entry for part in _parts(page) for entry in part.decisions]
    return (
        _environment(frame.words.language)
        .get_template(_TEMPLATES[type(page)])
        .render(
            frame=_surroundings(frame, page, heres),
            page=page,
            heres={here.competition: here for here in heres},
            lines=feed.feed(entries, PAGE_FEED_SHOWN),
            feed_shown=PAGE_FEED_SHOWN,
            decisions=feed.feed(decisions, PAGE_DECISIONS_SHOWN),
            decisions_shown=PAGE_DECISIONS_SHOWN,
            modules=[*_modules(page), f"words/{frame.words.language}.js"],
            date=_date(frame, heres),
            context=_context(frame, heres, entries, decisions),
        )
    )


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("services.pages"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    chosen = words(language)
    environment.globals.update(
        w=chosen,
        say=chosen.say,
        brackets=bracket,
        current=current,
        lists=lists,
        table=table,
        matches=match,
        feed=feed,
        signed=signed,
        minute=minute,
        number=number,
        link=link,
        static=static,
    )
    environment.filters["team"] = lambda id, here: here.team(id)
    return environment


# Around the page


def _parts(page: Page) -> Sequence[Part]:
    match page:
        case Day(parts):
            return parts
        case Competition(part):
            return [part]
    return ()


def heres_of(page: Page) -> list[Here]:
    match page:
        case Day() | Competition() | Notice():
            return [part.here for part in _parts(page)]
    return [page.here]


def _modules(page: Page) -> list[str]:
    """Name what a page is drawn with; only those that show a bracket pay for it."""
    match page:
        case Bracket():
            shown: object = page.bracket
        case Section(bracket=shown) | Match(bracket=shown):
            pass
        case Competition(part):
            shown = part.bracket or part.stage_bracket
        case Day(parts):
            shown = any(part.is_over and part.bracket for part in parts)
        case _:
            shown = None
    return [name for name in MODULES if shown or name != "bracket.js"]


def _date(frame: Frame, heres: Sequence[Here]) -> str:
    zone = heres[0].zone if heres else UTC
    return frame.words.long_date(frame.now.astimezone(zone).date())


def _surroundings(frame: Frame, page: Page, heres: Sequence[Here]) -> dict[str, Any]:
    zone = heres[0].zone if heres else UTC
    now = frame.now.astimezone(zone)
    zones = dict.fromkeys(here.time_zone for here in heres)
    one = heres[0] if len(heres) == 1 and not isinstance(page, Day) else None
    return {
        "path": frame.path,
        "query": frame.query,
        "live": frame.live,
        "address": frame.address,
        "clock": f"{now:%H:%M}",
        "printed": f"{frame.words.short_date(now.date(), now.date())} {now:%Y, %H:%M}",
        "simulated": bool(one and one.simulated),
        "stopped": [here for here in heres if here.stopped],
        "over": bool(heres) and all(here.closed for here in heres),
        "trail": _trail(frame, page, one) if one else [],
        "zones": [_zone_words(frame, name) for name in zones],
        "data": _data(frame, one),
    }


def _zone_words(frame: Frame, name: str) -> str:
    away = offset(zone_of(name), frame.now)
    return frame.words.say("competition.zone", place=place(name), offset=away)


def _trail(frame: Frame, page: Page, here: Here) -> list[Step]:
    steps = [
        Step(frame.words.say("home"), f"/{frame.query}"),
        Step(here.name, here.path()),
    ]
    match page:
        case Section(section=shown):
            steps += _section_steps(here, shown.data["section"])
        case Bracket(bracket=shown):
            id = shown.data["section"]
            steps += _section_steps(here, id)
            steps.append(
                Step(frame.words.say("headings.bracket"), here.path("sections", id, "bracket"))
            )
        case Group(table=shown):
            steps += _group_steps(here, shown)
        case Match(match=shown, table=beside):
            steps += (
                _group_steps(here, beside)
                if beside
                else _section_steps(here, shown.data["section"])
            )
            id = shown.data["match"]
            steps.append(Step(here.match(id), here.path("matches", id)))
        case Listing(key=key):
            steps.append(Step(frame.words.say(f"headings.{key}"), here.path(key)))
        case Sections():
            steps.append(Step(frame.words.say("headings.sections"), here.path("sections")))
        case Records():
            steps.append(Step(frame.words.say("headings.records"), here.path("records")))
    return steps


def _section_steps(here: Here, id: str | None) -> list[Step]:
    return [Step(here.section(id), here.path("sections", id))] if id else []


def _group_steps(here: Here, shown: Shown) -> list[Step]:
    id, section = shown.data["group"], shown.data.get("section")
    # Where there is one section only, it is the competition.
    above = _section_steps(here, section) if len(here.sections) > 1 else []
    return [*above, Step(here.group(id), here.path("groups", id))]


def _data(frame: Frame, here: Here | None) -> list[Step]:
    if here is None:
        return [Step(frame.words.say("foot.data"), "/v1/competitions")]
    base = f"/v1/competitions/{here.competition}"
    return [
        Step(frame.words.say("foot.log"), f"{base}/log"),
        Step(frame.words.say("foot.data"), base),
    ]


# What the browser goes on from


def _context(
    frame: Frame, heres: Sequence[Here], entries: Sequence[Entry], decisions: Sequence[Entry]
) -> Markup:
    said = {
        "language": frame.words.language,
        "query": frame.query,
        "competitions": {here.competition: _known(here) for here in heres},
        "entries": [_lean(entry) for entry in entries],
        "decisions": [_lean(entry) for entry in decisions],
    }
    # Nothing in it may end the element it stands in.
    return Markup(msgspec.json.encode(said).decode().replace("<", "\\u003c"))


_NOT_SHOWN = frozenset({"v", "version", "recorded_by", "device", "correlation_id"})


def _lean(entry: Entry) -> Entry:
    """Leave out what no page shows of an event."""
    event = {key: value for key, value in entry.event.items() if key not in _NOT_SHOWN}
    return replace(entry, event=event)


_TEAM = ("team", "name", "short", "code")


def _known(here: Here) -> dict[str, Any]:
    return {
        "name": here.name,
        "time_zone": here.time_zone,
        "simulated": here.simulated,
        "confirms": here.confirms,
        "closed": here.closed,
        "stages": here.stages,
        "sections": here.sections,
        "groups": here.groups,
        "differing": sorted(here.differing),
        "settled": here.settled,
        "legs": here.legs,
        "teams": {id: {key: team[key] for key in _TEAM} for id, team in here.teams.items()},
        "matches": here.matches,
        "people": here.people,
        "feed": {"epoch": here.feed[0], "position": here.feed[1]},
    }
