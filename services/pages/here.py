"""What a page must know of a competition to name things in it and to link them.

Names come from the views that the page has read; what no view names is called by its id.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct, field

from services.pages.words import zone_of

Json = Mapping[str, Any]


MATCHES_LEARNT_MAX = 60
"""Of a long list only so many are learnt: a page tells of the others once they move."""


class Here(Struct, kw_only=True):
    """One competition as far as a page must know it to name things and to link them.

    `now` is when the page is looked at; `confirms` whether results wait to be confirmed; `feed`
    the epoch of the log and the last position that the page has seen of it; `closed` whether the
    competition has ended; `stopped` the position from which its log cannot be read, 0 if all can.
    `stage_of` names the stage of a section. `differing` are the groups of which a source says
    otherwise, `settled` says of tables and brackets whether they are, `legs` names the matches of
    a bracket.
    """

    competition: str
    name: str = ""
    time_zone: str = "UTC"
    simulated: bool = False
    confirms: bool = False
    closed: bool = False
    stopped: int = 0
    query: str = ""
    now: datetime = datetime.min.replace(tzinfo=UTC)
    stages: dict[str, str] = field(default_factory=dict)
    sections: dict[str, str] = field(default_factory=dict)
    stage_of: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    differing: set[str] = field(default_factory=set)
    settled: dict[str, bool] = field(default_factory=dict)
    legs: dict[str, list[str]] = field(default_factory=dict)
    teams: dict[str, Json] = field(default_factory=dict)
    matches: dict[str, Json] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    feed: tuple[str, int] = ("", 0)

    def path(self, *steps: str) -> str:
        tail = "".join(f"/{step}" for step in steps)
        return f"/c/{self.competition}{tail}{self.query}"

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.time_zone)

    def team(self, id: str) -> str:
        """Name a team as short as it is called."""
        team = self.teams.get(id)
        return str(team["short"] or team["name"]) if team else id

    def group(self, id: str | None) -> str:
        """Name a group so that no other of the competition is called the same."""
        return self.groups.get(id or "", id or "")

    @property
    def is_settled(self) -> bool:
        """Say whether nothing is left to be played or decided, as far as the page knows all."""
        every = [f"standings/{group}" for group in self.groups]
        return bool(self.settled) and all(
            self.settled.get(topic) for topic in {*every, *self.settled}
        )

    def section(self, id: str | None) -> str:
        """Name a section with its stage, where there are several."""
        return self.sections.get(id or "", id or "")

    def match(self, id: str) -> str:
        """Name a match by its sides."""
        known = self.matches.get(id)
        return f"{self.team(known['home'])} – {self.team(known['away'])}" if known else id

    def introduce(self, competition: Json) -> None:
        """Take what the competition's own view says; groups are named apart where they must be."""
        self.name = competition["name"] or self.competition
        self.time_zone = competition["time_zone"]
        self.simulated = competition["simulated"]
        self.confirms = competition["regulations"]["confirm_results"]
        self.closed = competition["status"] == "closed"
        stages = competition["stages"]
        several_stages = len(stages) > 1
        for stage in stages:
            self.stages[stage["stage"]] = stage["name"]
            several_sections = len(stage["sections"]) > 1
            for section in stage["sections"]:
                apart = [stage["name"]] * several_stages + [section["name"]] * several_sections
                self.sections[section["section"]] = " · ".join(apart) or section["name"]
                self.stage_of[section["section"]] = stage["stage"]
                for group in section["groups"]:
                    self.groups[group["group"]] = " · ".join([*apart, group["name"]])

    def name_teams(self, teams: Any, wanted: set[str]) -> None:
        """Take the names of these teams from the view of all of them."""
        for team in (teams or {}).get("teams", ()):
            if team["team"] in wanted:
                self.teams.setdefault(team["team"], team)

    def learn(self, data: Any) -> None:
        """Take names and matches from any view."""
        for team in _named_in(data or {}):
            self.teams[team["team"]] = team
        for match in matches_in(data)[:MATCHES_LEARNT_MAX]:
            home, away = match["home"], match["away"]
            if isinstance(home, Mapping):
                self.teams |= {home["team"]: home, away["team"]: away}
                home, away = home["team"], away["team"]
            self.matches[match["match"]] = {
                "home": home,
                "away": away,
                "group": match.get("group"),
                "day": match.get("kick_off") or match.get("date") or match.get("happened"),
            }
        if data and "rows" in data:
            self.settled[f"standings/{data['group']}"] = data["status"] in ("final", "unknown")
            if any(claim.get("differs") for claim in data["claims"]):
                self.differing.add(data["group"])
        if ties := _ties_in(data or {}):
            done = all(tie["status"] in ("decided", "unknown") for tie in ties)
            self.settled[f"bracket/{data['section']}"] = done
            self.legs[f"bracket/{data['section']}"] = [leg["match"] for leg in matches_in(data)]


def _named_in(data: Json) -> Iterator[Json]:
    """Give the teams that a view names, but for those of matches."""
    yield from data.get("rows", ())
    for tie in _ties_in(data):
        yield from filter(None, (*tie["teams"], *(slot["team"] for slot in tie["slots"])))
    for berth in data.get("berths", ()):
        yield from filter(None, (berth.get("team"), *berth.get("shared_by", ())))


def _ties_in(data: Json) -> list[Json]:
    """Give the ties of a bracket; the view of a section only counts them."""
    listed = [round_["ties"] for round_ in data.get("rounds", ())]
    return [tie for ties in listed if isinstance(ties, list) for tie in ties]


def matches_in(data: Any) -> list[Json]:
    """Give the matches of a view: its list of them, the one that it is, or a bracket's legs."""
    if not data:
        return []
    if "rounds" in data:
        return [leg for tie in _ties_in(data) for leg in tie["legs"]]
    listed = data.get("matches")
    return listed if isinstance(listed, list) else [data] if "home" in data else []


def link(source: str) -> str | None:
    """Give the host of a source that is an address on the web; None if it is not one."""
    if not re.match(r"https?://[^\s/]+", source):
        return None
    try:
        return urlsplit(source).hostname
    except ValueError:
        return None
