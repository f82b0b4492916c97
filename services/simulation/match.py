"""A match that never was, minute by minute: what those who report from a ground would post."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

import msgspec

from events.codec import Json
from services.simulation.clubs import PLAYERS, player

Make = Callable[..., Json]
"""Makes a fact: when, of which type, and its fields."""

WaysOn = Callable[[int, int, bool], tuple[str, ...]]
"""Says how a match that stands like this goes on after its end; whether extra time was played."""

Incident = Literal[
    "walkover", "protest_upheld", "protest_dismissed", "sheet_amended", "goal_cancelled"
]
INCIDENTS: tuple[Incident, ...] = (
    "walkover", "protest_upheld", "protest_dismissed", "sheet_amended", "goal_cancelled",
)  # fmt: skip

AWARDED = 3
"""Goals for whoever is awarded a match."""

SIDES = ("home", "away")
STARTERS = 11
HALF_MINUTES = 45
BREAK_MINUTES = 15
EXTRA_HALF_MINUTES = 15
KICKS = 5
METHODS = ("open_play",) * 6 + ("header",) * 3 + ("free_kick", "corner", "penalty")
BODY = "Comisión de Justicia (simulada)"


class Meeting(msgspec.Struct, frozen=True):
    """Who plays when, for which tie, and what becomes of it beside the goals."""

    match: str
    section: str
    home: str
    away: str
    kick_off: datetime
    tie: str | None = None
    leg: int | None = None
    extra_match: bool = False
    incident: Incident | None = None
    has_names: bool = False
    is_detailed: bool = True

    def team(self, side: str) -> str:
        return self.home if side == "home" else self.away


class _Moment(NamedTuple):
    minute: int
    what: str
    side: str


def told(
    meeting: Meeting, goals: tuple[int, int], rng: random.Random, make: Make, ways_on: WaysOn
) -> list[Json]:
    """Give all facts about a match, in the order in which they happen."""
    if meeting.incident == "walkover":
        return [_award(meeting, meeting.kick_off + timedelta(minutes=30), make, reason="walkover")]
    story = _Story(meeting, rng, make)
    story.half("first_half", 0, HALF_MINUTES, goals)
    story.rest(BREAK_MINUTES)
    story.half("second_half", HALF_MINUTES, 2 * HALF_MINUTES, goals)
    ways = ways_on(*story.goals, False)
    if ways[:1] == ("extra_time",):
        story.extra_time()
        ways = ways_on(*story.goals, True)
    kicks = story.shoot_out() if "shoot_out" in ways[:1] else None
    story.whistle(kicks)
    return story.facts + _afterwards(meeting, story, make)


class _Story:
    """The facts of a match so far, and who is on the field."""

    def __init__(self, meeting: Meeting, rng: random.Random, make: Make) -> None:
        self.facts: list[Json] = []
        self.goals = (0, 0)
        self._meeting = meeting
        self._rng = rng
        self._make = make
        self._now = meeting.kick_off
        self._field = {side: list(range(1, STARTERS + 1)) for side in SIDES}
        self._bench = {side: list(range(STARTERS + 1, PLAYERS + 1)) for side in SIDES}
        self._booked: set[tuple[str, int]] = set()

    def tell(self, type_: str, **fields: Any) -> Json:
        fact = self._make(self._now, type_, match=self._meeting.match, **fields)
        self.facts.append(fact)
        return fact

    def rest(self, minutes: int) -> None:
        self._now += timedelta(minutes=minutes)

    def _reach(self, time: datetime) -> None:
        self._now = max(self._now, time)

    def half(self, period: str, first: int, last: int, goals: tuple[int, int]) -> None:
        """Play a half in which each side scores its share of all goals."""
        self.tell("period_started", period=period)
        began, added = self._now, self._rng.randint(1, 4)
        announced = False
        for moment in sorted(self._moments(first, last, added, goals)):
            if moment.minute > last and not announced:
                self._reach(began + timedelta(minutes=last - first))
                self.tell("added_time_announced", minutes=added, period=period)
                announced = True
            seconds = self._rng.randrange(60)
            self._reach(began + timedelta(minutes=moment.minute - first - 1, seconds=seconds))
            stoppage = moment.minute - last if moment.minute > last else None
            minute = min(moment.minute, last)
            self._happen(moment, {"period": period, "minute": minute, "stoppage": stoppage})
        self._reach(began + timedelta(minutes=last - first + added))
        self.tell("period_ended", period=period)

    def _moments(
        self, first: int, last: int, added: int, goals: tuple[int, int]
    ) -> Iterator[_Moment]:
        rng, is_second = self._rng, first > 0

        def some(what: str, side: str, number: int) -> Iterator[_Moment]:
            for _ in range(number):
                end = last + added if rng.random() < 0.1 else last
                yield _Moment(rng.randint(first + 1, end), what, side)

        for side, total, so_far in zip(SIDES, goals, self.goals, strict=True):
            left = total - so_far
            share = left if is_second else sum(rng.random() < 0.45 for _ in range(left))
            yield from some("goal", side, share)
            yield from some("card", side, sum(rng.random() < 0.3 for _ in range(2)))
            if self._meeting.is_detailed:
                yield from some("disallowed", side, rng.random() < 0.05)
                yield from some("penalty_missed", side, rng.random() < 0.03)
                if is_second:
                    yield from some("substitution", side, rng.randint(1, 3))
        if is_second and self._meeting.incident == "goal_cancelled":
            yield from some("cancelled", rng.choice(SIDES), 1)

    def _happen(self, moment: _Moment, when: dict[str, Any]) -> None:
        side = moment.side
        match moment.what:
            case "goal":
                self._score(side, when)
            case "card":
                self._book(side, when)
            case "substitution":
                self._substitute(side, when)
            case "disallowed":
                self.tell(
                    "goal_disallowed", side=side, **self._by(side), reason="fuera de juego", **when
                )
            case "penalty_missed":
                self.tell("penalty_awarded", side=side, **when)
                self.tell("penalty_missed", side=side, **self._by(side), outcome="saved", **when)
            case "cancelled":
                goal = self.tell("goal_scored", side=side, **self._by(side), **when)
                self.rest(1)
                reason = "anotado por error: el árbitro no lo dio"
                self.tell("event_cancelled", target=goal["id"], reason=reason)

    def _score(self, side: str, when: dict[str, Any]) -> None:
        home, away = self.goals
        self.goals = (home + 1, away) if side == "home" else (home, away + 1)
        method = self._rng.choice(METHODS) if self._meeting.has_names else None
        self.tell("goal_scored", side=side, **self._by(side), method=method, **when)

    def _book(self, side: str, when: dict[str, Any]) -> None:
        """Show a card; of whom nobody knows the name, nobody knows whether it is the second."""
        number = self._rng.choice(self._field[side])
        card = "red" if self._rng.random() < 0.05 else "yellow"
        if self._meeting.has_names:
            card = "second_yellow" if (side, number) in self._booked else card
        if card != "yellow" and len(self._field[side]) > STARTERS - 2:
            self._field[side].remove(number)
        elif card != "yellow":
            return
        self._booked.add((side, number))
        self.tell("card_shown", side=side, card=card, player=self._name(side, number), **when)

    def _substitute(self, side: str, when: dict[str, Any]) -> None:
        if not self._bench[side]:
            return
        coming = self._bench[side].pop(0)
        going = self._field[side].pop(self._rng.randrange(1, len(self._field[side])))
        self._field[side].append(coming)
        names = {"off": self._name(side, going), "on": self._name(side, coming)}
        self.tell("substitution_made", side=side, **names, **when)

    def _by(self, side: str) -> dict[str, str | None]:
        # The goalkeeper is the first on the list.
        return {"player": self._name(side, self._rng.choice(self._field[side][1:]))}

    def _name(self, side: str, number: int) -> str | None:
        return player(self._meeting.team(side), number) if self._meeting.has_names else None

    def extra_time(self) -> None:
        goals = tuple(so_far + (self._rng.random() < 0.3) for so_far in self.goals)
        first, whole = 2 * HALF_MINUTES, (goals[0], goals[1])
        self.rest(5)
        self.half("extra_first", first, first + EXTRA_HALF_MINUTES, whole)
        self.rest(1)
        self.half("extra_second", first + EXTRA_HALF_MINUTES, first + 2 * EXTRA_HALF_MINUTES, whole)

    def shoot_out(self) -> dict[str, int]:
        """Take kicks by turns until one side cannot be caught."""
        self.rest(5)
        self.tell("period_started", period="shoot_out")
        scored, taken = dict.fromkeys(SIDES, 0), dict.fromkeys(SIDES, 0)
        order = 0
        while not _is_over(scored, taken):
            side = SIDES[order % 2]
            order += 1
            self.rest(1)
            is_in = self._rng.random() < 0.75
            scored[side] += is_in
            taken[side] += 1
            self.tell(
                "shoot_out_kick_taken", side=side, scored=is_in, **self._by(side), order=order
            )
        self.tell("period_ended", period="shoot_out")
        return scored

    def whistle(self, kicks: dict[str, int] | None) -> None:
        self.rest(1)
        home, away = self.goals
        if self._meeting.incident != "sheet_amended":
            self.tell("final_whistle", home=home, away=away, shoot_out=kicks)
            return
        sheet = self.tell("final_whistle", home=home + 1, away=away, shoot_out=kicks)
        self.rest(40)
        right = {"type": "final_whistle", "match": self._meeting.match, "home": home, "away": away}
        right |= {"occurred_at": sheet["occurred_at"]} | ({"shoot_out": kicks} if kicks else {})
        reason = "la planilla fue pasada con un gol de más"
        self.tell("event_amended", target=sheet["id"], body=right, reason=reason)


def _is_over(scored: dict[str, int], taken: dict[str, int]) -> bool:
    home, away = (scored[side] for side in SIDES)
    left = [max(KICKS - taken[side], 0) for side in SIDES]
    if max(taken.values()) <= KICKS:
        return home > away + left[1] or away > home + left[0]
    return taken["home"] == taken["away"] and home != away


# After the match


def _afterwards(meeting: Meeting, story: _Story, make: Make) -> list[Json]:
    if meeting.incident not in ("protest_upheld", "protest_dismissed"):
        return []
    match, evening = meeting.match, meeting.kick_off + timedelta(hours=4)
    decided = meeting.kick_off + timedelta(days=3)
    loser = meeting.away if story.goals[0] >= story.goals[1] else meeting.home
    reason = "alineación de un jugador no habilitado"
    protest = make(evening, "protest_filed", match=match, by=loser, reason=reason)
    number = f"RES-{match}"
    ruling = {"body": BODY, "number": number, "date": f"{decided:%Y-%m-%d}", "article": "14"}
    is_upheld = meeting.incident == "protest_upheld"
    outcome = "upheld" if is_upheld else "dismissed"
    decision = make(
        decided, "protest_decided", match=match, target=protest["id"], outcome=outcome,
        ruling=ruling,
    )  # fmt: skip
    if not is_upheld:
        return [protest, decision]
    award = _award(meeting, decided, make, to=loser, reason=reason, ruling=ruling)
    return [protest, decision, award]


def _award(
    meeting: Meeting, at: datetime, make: Make, *, to: str | None = None, **fields: Any
) -> Json:
    outcome, home, away = ("away", 0, AWARDED) if to == meeting.away else ("home", AWARDED, 0)
    return make(
        at, "result_awarded", match=meeting.match, outcome=outcome, home=home, away=away, **fields
    )
