"""What is known while an edition is being invented: its log, its calendar, what is still to come.

Nothing here decides who is first or who goes through; that is asked of the fold.
"""

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from events.codec import Json
from events.fields import Id
from events.regulations import ByDraw, LeadsTo, RankOf, Section, Stage, slot_of
from projections.bracket import Holder, holder_of
from projections.fold import Fold
from projections.values import RuledBerth
from services.season import Fact
from services.simulation import clubs
from services.simulation.clubs import PLAYERS, Club
from services.simulation.ledger import Ledger
from services.simulation.match import Incident, Meeting

KICK_OFFS = (time(11, 0), time(13, 15), time(15, 30))
WEEK = timedelta(days=7)
SETTLED = ("certain", "ruled")

GOALS_AT_HOME, GOALS_AWAY = 1.45, 1.05
STRENGTH_SPREAD = 0.25
STAGES_WITH_NAMES = 2
"""The players of the last stages are named; of the many before them only the goals are known."""


class Size(msgspec.Struct, frozen=True):
    """How large an invented edition is: clubs of a section that nobody leads to, and detail."""

    clubs_least: int = 3
    clubs_most: int = 5
    stages_with_detail: int = 2


SIZE = Size()


class Place:
    """A section, and how far it has come."""

    def __init__(self, stage: Stage, section: Section, depth: int) -> None:
        self.stage = stage
        self.section = section
        self.depth = depth
        self.is_formed = not section.groups
        self.until: dict[str, date] = {}
        self.rounds_until: dict[str, date] = {}
        self.met_again: set[frozenset[str]] = set()
        self.to_draw = [
            slot_of(tie.id, side)
            for round_ in section.rounds
            for tie in round_.ties
            for side, source in enumerate(tie.slots, 1)
            if isinstance(source, ByDraw)
        ]

    def is_past(self, sunday: date) -> bool:
        """Say whether all of its groups and rounds were to be played before a day."""
        days = [*self.until.values(), *self.rounds_until.values()]
        expected = len(self.section.groups) + len(self.section.rounds)
        return len(days) == expected and all(day < sunday for day in days)


class Edition:
    """An edition up to now."""

    def __init__(
        self, ledger: Ledger, rng: random.Random, size: Size, zone: ZoneInfo, begins: date
    ) -> None:
        self.ledger = ledger
        self.rng = rng
        self.size = size
        self.zone = zone
        self.sunday = begins
        self.fixtures: dict[date, list[Meeting]] = defaultdict(list)
        self.scores: dict[Id, tuple[int, int]] = {}
        self.incidents: dict[Id, Incident] = {}
        self.level_groups: dict[Id, int] = {}
        self.level_ties: set[Id] = set()
        self.eventful_groups: dict[Id, list[Incident]] = {}
        stages = ledger.fold.setting.regulations.stages
        self.places = [
            Place(stage, section, depth)
            for depth, stage in enumerate(reversed(stages))
            for section in stage.sections
        ]
        self.places.sort(key=lambda place: -place.depth)
        self._strengths: dict[Id, float] = {}
        self._named: set[Id] = set()
        self._leading = _leading(self.places, ledger.fold)
        self._led_to: dict[str, set[str]] = {}
        for section, berths in self._leading.items():
            for berth in berths:
                self._led_to.setdefault(berth.section.id, set()).add(section)

    @property
    def fold(self) -> Fold:
        return self.ledger.fold

    @property
    def now(self) -> datetime:
        """The Thursday before the next matches, when those who decide meet."""
        return self.at(self.sunday - timedelta(days=3), time(20, 0))

    def at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone)

    def tell(self, type_: str, **fields: object) -> Fact:
        return self.ledger.tell(self.now, type_, **fields)

    # Who takes part

    def leading_to(self, place: Place) -> Sequence[RuledBerth]:
        """Give the berths that lead to a section."""
        return self._leading[place.section.id]

    def led_to(self, place: Place) -> set[str]:
        """Name the sections that berths of this one lead to."""
        return self._led_to.get(place.section.id, set())

    def holders(self, berth: RuledBerth) -> list[Holder]:
        """Say who holds a berth; of those who share ranks within it, all do."""
        places = range(1, max(len(berth.sources), 1) + 1)
        holders = [holder_of(self.fold, berth.berth, place) for place in places]
        table = self.fold.table(berth.group) if berth.group else None
        if table is None or table.finalised is None:
            return holders
        ranks = {source.rank for source in berth.sources if isinstance(source, RankOf)}
        teams = [team for tier in table.tiers if tier.rank in ranks for team in tier.teams]
        return [Holder(team, "certain") for team in teams] if len(teams) == len(ranks) else holders

    def enter_clubs(self, place: Place, number: int) -> Iterator[tuple[Fact, str]]:
        """Enter invented clubs; give each fact with the team."""
        section = place.section
        for club in clubs.invented(section.id, section.name, number):
            yield self.tell("team_entered", **_entry(club)), club.team

    def some_clubs(self) -> int:
        return self.rng.randint(self.size.clubs_least, self.size.clubs_most)

    def name_players(self, team: str) -> Iterator[Fact]:
        """Name the players of a club, once."""
        if team in self._named:
            return
        self._named.add(team)
        entered = self.fold.team(team)
        club = (entered.names.short or entered.names.full) if entered else team
        for number in range(1, PLAYERS + 1):
            name = f"Jugador {number} de {club}"
            yield self.ledger.name(clubs.player(team, number), name, team)

    # Who meets whom

    def schedule(
        self,
        place: Place,
        match: str,
        home: str,
        away: str,
        day: date,
        *,
        group: str | None = None,
        tie: str | None = None,
        leg: int | None = None,
        matchday: int | None = None,
        neutral: bool | None = None,
        extra_match: bool = False,
    ) -> Iterator[Fact]:
        """Put a match on the fixture list and in the calendar."""
        has_names = place.depth < STAGES_WITH_NAMES
        if has_names:
            yield from self.name_players(home)
            yield from self.name_players(away)
        meeting = Meeting(
            match,
            place.section.id,
            home,
            away,
            self.at(day, self.rng.choice(KICK_OFFS)),
            tie=tie,
            leg=leg,
            extra_match=extra_match,
            incident=self.incidents.get(match),
            has_names=has_names,
            is_detailed=place.depth < self.size.stages_with_detail,
        )
        self.fixtures[day].append(meeting)
        yield self.tell(
            "match_scheduled", match=match, stage=place.stage.id, section=place.section.id,
            home=home, away=away, group=group, tie=tie, leg=leg, matchday=matchday,
            neutral=neutral, kick_off=meeting.kick_off.isoformat(),
        )  # fmt: skip

    def goals(self, meeting: Meeting) -> tuple[int, int]:
        """Invent a score, unless it is settled already."""
        if (settled := self.scores.get(meeting.match)) is not None:
            return settled
        if meeting.tie in self.level_ties:
            return self._level(meeting)
        return self.invented_goals(meeting.home, meeting.away)

    def _level(self, meeting: Meeting) -> tuple[int, int]:
        """Repeat the score of the first leg, or invent a draw."""
        pairing = self.fold.pairing(meeting.tie or "")
        first = pairing.sheets[0] if pairing else None
        if meeting.leg == 2 and first and first.result and first.result.home is not None:
            return first.result.home, first.result.away or 0
        home, away = self.invented_goals(meeting.home, meeting.away)
        return (home, away) if meeting.leg == 1 else (home, home)

    def invented_goals(self, home: str, away: str) -> tuple[int, int]:
        edge = math.exp(self._strength(home) - self._strength(away))
        return self._poisson(GOALS_AT_HOME * edge), self._poisson(GOALS_AWAY / edge)

    def _strength(self, team: str) -> float:
        if team not in self._strengths:
            self._strengths[team] = self.rng.gauss(0, STRENGTH_SPREAD)
        return self._strengths[team]

    def _poisson(self, mean: float) -> int:
        limit, product, goals = math.exp(-mean), self.rng.random(), 0
        while product > limit:
            product *= self.rng.random()
            goals += 1
        return goals


def _leading(places: Sequence[Place], fold: Fold) -> dict[str, list[RuledBerth]]:
    """Find the berths that lead to each section of this edition, from elsewhere."""
    leading: dict[str, list[RuledBerth]] = {place.section.id: [] for place in places}
    alone = {p.stage.id: p.section.id for p in places if len(p.stage.sections) == 1}
    for berth in fold.setting.berths.values():
        to = berth.leads_to or LeadsTo()
        section = to.section or alone.get(to.stage or "")
        if section in leading and section != berth.section.id and not to.next_edition:
            leading[section].append(berth)
    return leading


def _entry(club: Club) -> Json:
    return {
        "team": club.team,
        "names": {"full": club.full, "short": club.short},
        "place": club.place,
        "section": club.section,
    }
