"""Random lawful brackets: groups that feed ties, draws, byes and berths, and what happens in them.

A season goes forward by itself (a match is played, a fixture made, who is level is parted), and
now and then something odd or a correction comes in between. Whatever a draw proposes is checked
as capture would, and kept if let in.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st
from msgspec.structs import replace

from events.errors import Malformed, Refused
from events.fields import Goals, Names
from events.match import Sheet
from events.regulations import (
    Bye,
    Group,
    Team,
    WinnerOf,
    slot_of,
)
from events.types import (
    BerthGranted,
    CardShown,
    CompetitionCreated,
    DrawHeld,
    Event,
    EventAmended,
    EventCancelled,
    ExtraMatchOrdered,
    FinalWhistle,
    GoalScored,
    GroupFormed,
    LotsDrawn,
    MatchAbandoned,
    MatchCalledOff,
    MatchPostponed,
    MatchRescheduled,
    MatchResumed,
    MatchScheduled,
    MatchSuspended,
    NoteAdded,
    PeriodEnded,
    PeriodStarted,
    PointsAdjusted,
    ProtestDecided,
    ProtestFiled,
    RankDecided,
    RegulationsAmended,
    ResultAnnulled,
    ResultAwarded,
    ResultConfirmed,
    ResultRecorded,
    ShootOutKickTaken,
    SlotAssigned,
    StandingsFinalised,
    TeamEntered,
    TieDecided,
)
from projections.bracket import Pairing
from tests.decisions.given import as_sent, fact
from tests.decisions.tables import League
from tests.laws.formats import Format, shuffled

TEAMS_MAX = 16
FACTS_MAX = 40

Item = TypeVar("Item")
Log = list[Event]


class Season(League):
    """A season of such a format, from its first fixture on."""

    def __init__(self, random: Random, teams_max: int = TEAMS_MAX) -> None:
        self.random = random
        self.format = Format(random, teams_max)
        regulations = self.format.regulations()
        self._begin(fact(CompetitionCreated, competition="cup", regulations=regulations))
        for team in self.format.teams:
            self.record(fact(TeamEntered, team=team, names=Names(full=team), section="north"))
        for group in self.format.groups:
            for home, away in combinations(group.teams, 2):
                match = f"{home}-{away}"
                self.about(MatchScheduled, match, group=group.id, home=home, away=away)
        if self.pick(True, False):
            self.hold_draw()

    def pick(self, *items: Item) -> Item:
        if not items:
            raise LookupError("there is nothing to pick from")
        return self.random.choice(items)

    def hold_draw(self) -> None:
        if self.format.drawn:
            self.record(fact(DrawHeld, slots=tuple(self.format.drawn)))

    # What there is

    def sheets(self) -> list[Sheet]:
        matches = dict.fromkeys(event.match for event in self.log if event.match)
        return [sheet for match in matches if (sheet := self.fold.sheet(match))]

    def pairings(self) -> list[Pairing]:
        found = (self.fold.pairing(tie) for tie in self.fold.setting.ties)
        return [pairing for pairing in found if pairing]

    # How it goes forward

    def go_on(self) -> bool:
        """Let the next thing happen; False where there is nothing left to do."""
        waiting = [sheet for sheet in self.sheets() if sheet.result is None]
        waiting = [sheet for sheet in waiting if sheet.play != "unknown"]
        if waiting:
            self.play(self.pick(*waiting))
            return True
        if self.format.drawn and not any(isinstance(event, DrawHeld) for event in self.log):
            self.hold_draw()
            return True
        return any(self._forward(pairing) for pairing in self.pairings())

    def _forward(self, pairing: Pairing) -> bool:
        if None in pairing.teams or pairing.settled.status in ("decided", "unknown"):
            return False
        tie = pairing.rules.tie.id
        legs = pairing.rules.round.legs
        if pairing.settled.status == "undecided":
            self.part(pairing)
            return True
        free = [leg for leg in range(1, legs + 1) if f"{tie}-leg-{leg}" not in self.scheduled]
        if not free:
            return False
        home, away = pairing.teams if free[0] == 1 else pairing.teams[::-1]
        more = {"leg": free[0]} if legs == 2 else {}
        self.about(MatchScheduled, f"{tie}-leg-{free[0]}", tie=tie, home=home, away=away, **more)
        return True

    @property
    def scheduled(self) -> set[str | None]:
        return {event.match for event in self.log if isinstance(event, MatchScheduled)}

    def play_out(self) -> None:
        """Play to the end: in a group the stronger always wins, a tie may take any course."""
        for group in self.format.groups:
            by_strength = shuffled(self.random, group.teams)
            for home, away in combinations(group.teams, 2):
                goals = (1, 0) if by_strength.index(home) < by_strength.index(away) else (0, 1)
                self.tell(ResultRecorded, f"{home}-{away}", home=goals[0], away=goals[1])
        while self.go_on():
            pass

    def tell(self, kind: type[Event], match: str, **fields: Any) -> None:
        """Tell how a match ended, and sign it where that is asked for."""
        self.about(kind, match, **fields)
        if self.fold.setting.regulations.confirm_results:
            self.about(ResultConfirmed, match)

    def play(self, sheet: Sheet) -> None:
        """Let somebody tell of a match: by its sheet, its result, or as it goes."""
        told: Any = self.pick(FinalWhistle, ResultRecorded, GoalScored)
        home, away = self.pick(0, 1, 2), self.pick(0, 1, 3)
        if told is GoalScored:
            self.about(PeriodStarted, sheet.match, period="first_half")
            for side in ("home",) * home + ("away",) * away:
                self.about(GoalScored, sheet.match, side=side)
            told = FinalWhistle
        self.tell(told, sheet.match, home=home, away=away)

    def part(self, pairing: Pairing) -> None:
        """Decide a tie that its matches left level, by what its round asks for."""
        tie, (first, second) = pairing.rules.tie.id, pairing.teams
        last = pairing.sheets[-1]
        winner, loser = self.pick((first, second), (second, first))
        match pairing.settled.settled_by[0]:
            case "lots":
                self.record(fact(LotsDrawn, tie=tie, order=(winner, loser)))
            case "extra_match" if f"{tie}-extra" not in self.ordered:
                match = f"{tie}-extra"
                self.about(ExtraMatchOrdered, match, tie=tie, home=winner, away=loser)
                if self.pick(True, False):
                    self.about(MatchScheduled, match, tie=tie, home=winner, away=loser)
                self.tell(ResultRecorded, match, outcome="home")
            case "shoot_out" if (result := last.result) is not None and result.home is not None:
                kicks = Goals(home=4, away=2) if winner == last.home else Goals(home=2, away=4)
                goals = {"home": result.home, "away": result.away}
                self.tell(ResultRecorded, last.match, **goals, shoot_out=kicks)
            case _:
                self.record(fact(TieDecided, tie=tie, winner=winner))

    @property
    def ordered(self) -> set[str | None]:
        return {event.match for event in self.log if isinstance(event, ExtraMatchOrdered)}

    # What comes in between

    def write(self) -> None:
        """Propose one fact of any kind."""
        kind = self.pick(*KINDS)
        self.record(fact(kind, **self.fields(kind)))

    def fields(self, kind: type[Event]) -> dict[str, Any]:
        if kind in ABOUT_A_MATCH:
            match = self.pick(*self.sheets()).match
            make = ABOUT_A_MATCH[kind]
            return {"match": match, **make(self, match)}
        return ABOUT_THE_COMPETITION[kind](self)

    def goals(self) -> dict[str, int]:
        return {"home": self.pick(0, 1, 2), "away": self.pick(0, 1, 3)}

    def group(self) -> Group:
        return self.pick(*self.format.groups)

    def ranked(self) -> dict[str, Any]:
        group = self.group()
        return {"group": group.id, "order": tuple(shuffled(self.random, group.teams))}

    def level(self) -> dict[str, Any]:
        """An order of a group, or of a tie."""
        if self.pick(True, False):
            return self.ranked()
        pairing = self.pick(*self.pairings())
        return {"tie": pairing.rules.tie.id, "order": self.pick(pairing.teams, pairing.teams[::-1])}

    def two(self) -> dict[str, Any]:
        """Two teams of a group or a tie, for a match more."""
        number = len(self.log)
        if self.pick(True, False):
            group = self.group()
            return {"match": f"more-{number}", "group": group.id, **_sides(group.teams)}
        pairing = self.pick(*self.pairings())
        return {"match": f"more-{number}", "tie": pairing.rules.tie.id, **_sides(pairing.teams)}

    def assigned(self) -> dict[str, Any]:
        tie = self.pick(*self.fold.setting.ties)
        source = self.pick(Team(team=self.pick(*self.format.teams)), WinnerOf(tie=tie), Bye())
        return {"slot": slot_of(tie, self.pick(1, 2)), "filled_by": source}

    def finalised(self) -> dict[str, Any]:
        group = self.group().id
        return {"group": group, "order": self.fold.order(group)}

    def amended_rules(self) -> dict[str, Any]:
        rules = self.fold.setting.regulations
        stages = rules.stages[: self.pick(3, 4)] if self.pick(True, False) else rules.stages
        return {
            "regulations": replace(rules, stages=stages, confirm_results=self.pick(True, False))
        }

    def target(self) -> Event:
        return self.pick(*self.log[1:])

    def correction(self) -> dict[str, Any]:
        target = self.target()
        return {"match": target.match, "target": target.id}

    def amendment(self) -> dict[str, Any]:
        target = self.target()
        body = as_sent(fact(type(target), **{**self.fields(type(target)), "match": target.match}))
        body.pop("id")
        return {"match": target.match, "target": target.id, "body": body}

    def decided_protest(self, match: str) -> dict[str, Any]:
        filed = [e for e in self.log if isinstance(e, ProtestFiled) and e.match == match]
        return {"target": self.pick(*filed).id, "outcome": self.pick("upheld", "dismissed")}


def _sides(teams: Sequence[str | None]) -> dict[str, Any]:
    return {"home": teams[0], "away": teams[1]}


ABOUT_A_MATCH: dict[type[Event], Callable[[Season, str], dict[str, Any]]] = {
    MatchRescheduled: lambda season, _: {"neutral": season.pick(True, False, None)},
    MatchPostponed: lambda *_: {},
    MatchCalledOff: lambda *_: {},
    MatchSuspended: lambda *_: {},
    MatchResumed: lambda *_: {},
    MatchAbandoned: lambda *_: {},
    PeriodStarted: lambda season, _: {"period": season.pick("first_half", "extra_first")},
    PeriodEnded: lambda *_: {"period": "second_half"},
    GoalScored: lambda season, _: {"side": season.pick("home", "away")},
    CardShown: lambda season, _: {"side": season.pick("home", "away"), "card": "red"},
    ShootOutKickTaken: lambda season, _: {
        "side": season.pick("home", "away"),
        "scored": season.pick(True, False),
    },
    FinalWhistle: lambda season, _: season.pick({}, season.goals()),
    ResultRecorded: lambda season, _: season.pick(
        {"outcome": "home"}, {"outcome": "unknown"}, season.goals()
    ),
    ResultConfirmed: lambda *_: {},
    ResultAwarded: lambda season, _: {
        "outcome": season.pick("home", "draw", "both_lose"),
        "reason": season.pick("walkover", None),
    },
    ResultAnnulled: lambda *_: {},
    ProtestFiled: lambda *_: {},
    ProtestDecided: Season.decided_protest,
}
ABOUT_THE_COMPETITION: dict[type[Event], Callable[[Season], dict[str, Any]]] = {
    MatchScheduled: lambda season: {**season.two(), "leg": season.pick(None, 1, 2)},
    ExtraMatchOrdered: Season.two,
    LotsDrawn: Season.level,
    RankDecided: Season.ranked,
    TieDecided: lambda season: {
        "tie": season.pick(*season.fold.setting.ties),
        "winner": season.pick(None, *season.format.teams),
    },
    BerthGranted: lambda season: {
        "berth": season.pick(*season.fold.setting.berths),
        "team": season.pick(*season.format.teams),
    },
    SlotAssigned: Season.assigned,
    DrawHeld: lambda season: {"slots": tuple(season.format.drawn)},
    PointsAdjusted: lambda season: {
        "group": (group := season.group()).id,
        "team": season.pick(*group.teams),
        "points": season.pick(-3, 2),
    },
    GroupFormed: lambda season: {
        "stage": "south-stage",
        "section": "south",
        "group": season.pick("group-0", "group-9"),
        "name": "Formed",
        "teams": tuple(season.format.teams[: season.pick(2, 3)]),
    },
    TeamEntered: lambda season: {
        "team": season.pick(*season.format.teams, "stranger"),
        "names": Names(full=season.pick("One", "Two")),
        "section": season.pick(None, "north", "national"),
    },
    StandingsFinalised: Season.finalised,
    RegulationsAmended: Season.amended_rules,
    NoteAdded: lambda _: {"text": "it rains"},
    EventCancelled: Season.correction,
    EventAmended: Season.amendment,
}
KINDS: tuple[type[Event], ...] = (
    *ABOUT_A_MATCH,
    *ABOUT_THE_COMPETITION,
    *((EventCancelled, EventAmended, ProtestFiled) * 3),
)


def seasons(teams_max: int = 8, facts_max: int = FACTS_MAX) -> st.SearchStrategy[Log]:
    """Seasons that have come some way, with whatever came in between."""
    return st.randoms(use_true_random=False).map(
        lambda random: season(random, teams_max, facts_max)
    )


def season(random: Random, teams_max: int, facts_max: int) -> Log:
    season, oddity = Season(random, teams_max), random.choice((0.05, 0.2, 0.5))
    for _ in range(random.randint(0, facts_max)):
        try:
            if random.random() < oddity:
                season.write()
            else:
                season.go_on()
        except (Malformed, Refused, LookupError):
            continue
    return season.log
