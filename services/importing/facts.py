"""What a file of results says becomes facts, each held against all before it, as capture will.

A match that is known is not scheduled again, a person that is named not named again; a fact that is
in the log has the id it had, and is a repeat. What contradicts itself is told and stands as it is.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from events.check import check
from events.codec import Json
from events.errors import Malformed, Refused
from events.match import Sheet
from events.regulations import Round
from events.types import Event, subject_of
from projections.fold import Fold
from services.importing.edition import is_team
from services.importing.names import Ids, id_of, numbered
from services.importing.spots import NoSpot, RoundSpot, TableSpot, spot_of
from services.importing.told import Goal, Match, Pair
from services.rows import Fault
from services.season import CHECKED_AT, Fact, made_of

EXTRA = ("extra_match", "replay")


class _Wrong(Exception):
    """A match that cannot be recorded."""


class Seat(Struct, frozen=True):
    """What a match counts for: a group, or a tie and which match of it."""

    stage: str
    section: str
    group: str | None = None
    tie: str | None = None
    round: Round | None = None

    @property
    def shelf(self) -> str:
        return f"group/{self.group}" if self.group else f"tie/{self.tie}"


class Recorder:
    """The facts of an import, made one after the other on what is known before it."""

    def __init__(self, competition: str, fold: Fold, ids: Ids, zone: tzinfo | None) -> None:
        self.said: list[Json] = []
        self.facts: list[Fact] = []
        self.odd: list[tuple[int, str]] = []
        self.faults: list[Fault] = []
        self.waiting = 0
        self.repeated = 0
        self._competition, self._fold, self._ids, self._zone = competition, fold, ids, zone
        self._made: Counter[bytes] = Counter()
        self._persons: dict[tuple[str, str], str] = {}
        self._recorded: dict[str, Match] = {}
        self._every: Json = {}

    # Facts

    def every(self, **fields: str) -> None:
        """Say what each fact says from now on."""
        self._every = dict(fields)

    def tell(self, type_: str, **fields: Any) -> None:
        """Record a fact. Raises Refused where it cannot be."""
        known = {name: value for name, value in fields.items() if value is not None}
        said = {"type": type_, **known, **self._every}
        fact = made_of(self._competition, said, self._made)
        if self._is_recorded(fact.event):
            self.repeated += 1
            return
        if self._fold.position:
            check(fact.event, self._fold)
        version = self._fold.version(subject_of(fact.event)) + 1
        head = {"position": self._fold.position + 1, "version": version, "recorded_at": CHECKED_AT}
        self._fold.advance(replace(fact.event, **head))
        self.said.append(said)
        self.facts.append(fact)

    def _is_recorded(self, event: Event) -> bool:
        if event.match is None:
            return self._fold.competition_fact(event.id) is not None
        match = self._fold.match_of(event.match)
        return match is not None and any(fact.id == event.id for fact in match.facts)

    # Teams and persons

    def enter(self, names: Sequence[str], codes: Mapping[str, str]) -> None:
        for name in names:
            team = self._ids.of(name)
            if self._fold.team(team) is None:
                code = {"code": codes[name]} if name in codes else {}
                self.tell("team_entered", team=team, names={"full": name, **code})

    def know(self, person: str, name: str, team: str) -> None:
        """Take a person who is named in the log."""
        self._persons.setdefault((team, name), person)

    def name(self, matches: Sequence[Match]) -> None:
        """Name who scored. An id has a team and a number: a name in it could never be forgotten."""
        for match in matches:
            for goal in match.goals or ():
                team = self._ids.of(_team_of(goal, match))
                if (team, goal.scorer) not in self._persons:
                    taken = set(self._persons.values())
                    count = 1 + sum(known == team for known, _ in self._persons)
                    person = numbered(id_of("p", team, str(count)), taken)
                    self._persons[team, goal.scorer] = person
                    self.tell("person_named", person=person, name=goal.scorer, team=team)

    # Matches

    def record(self, match: Match) -> None:
        """Record all that is said of a match, or note why it cannot be."""
        if not (is_team(match.home) and is_team(match.away)):
            self.waiting += 1
            return
        try:
            self._record(match)
        except (Refused, _Wrong) as wrong:
            self.faults.append(Fault(match.line, None, str(wrong)))
        except Malformed as wrong:
            said = f"at {wrong.path}: expected {wrong.expected}, found {wrong.found}"
            self.faults.append(Fault(match.line, None, said))

    def _record(self, match: Match) -> None:
        seat = self._seat(match)
        _possible(match, seat)
        id = self._known(match, seat) or self._schedule(match, seat)
        before = self._recorded.get(id)
        self._recorded.setdefault(id, match)
        if before is not None:
            same = (before.score, before.goals, before.fate) == (
                match.score, match.goals, match.fate
            )  # fmt: skip
            again = "once more and the same" if same else "otherwise; the later word counts"
            self._tell_odd(match, f"line {before.line} says this match too: it stands here {again}")
            if same:
                return
            match = replace(match, goals=None)
        self._played(match, id)

    def _tell_odd(self, match: Match, odd: str) -> None:
        self.odd.append((match.line, f"{match.home} v {match.away}: {odd}"))

    def _seat(self, match: Match) -> Seat:
        try:
            spot = spot_of(match.where, self._fold.setting.regulations)
        except NoSpot as wrong:
            raise _Wrong(wrong.wrong) from None
        pair = (self._ids.of(match.home), self._ids.of(match.away))
        if isinstance(spot, TableSpot):
            return Seat(spot.stage, spot.section, group=self._group(spot, pair))
        return self._tie(match, spot, pair)

    def _group(self, spot: TableSpot, pair: tuple[str, str]) -> str:
        if spot.group:
            return spot.group
        there = [self._fold.formed(group) for group in self._fold.groups_in(spot.section)]
        for formed in filter(None, there):
            if formed.name.casefold() == spot.name.casefold():
                return formed.group
        raise _Wrong(f"there is no group {spot.name} in {spot.section}; form it (group_formed)")

    def _tie(self, match: Match, spot: RoundSpot, pair: tuple[str, str]) -> Seat:
        for tie in spot.round.ties:
            if set(self._fold.tie(tie.id) or ()) == set(pair):
                return Seat(spot.stage, spot.section, tie=tie.id, round=spot.round)
        raise _Wrong(
            f"no tie of {spot.round.name} is between {match.home} and {match.away}; record first "
            "what decides who comes into it, or amend the regulations (regulations_amended)"
        )

    def _known(self, match: Match, seat: Seat) -> str | None:
        """Find a match that is scheduled between the two: of that day, or not played yet."""
        home, away = self._ids.of(match.home), self._ids.of(match.away)
        sheets = [self._fold.sheet(known.match) for known in self._fold.matches_in(seat.shelf)]
        meant = [sheet for sheet in sheets if sheet and (sheet.home, sheet.away) == (home, away)]
        for sheet in meant:
            day = _day_of(sheet)
            if match.day is None or day is None or day == match.day:
                return sheet.match
        for sheet in meant:
            is_open = sheet.play in ("scheduled", "postponed")
            if is_open and sheet.match not in self._recorded:
                self._tell_odd(match, f"it is scheduled for {_day_of(sheet)}, and stays so")
                return sheet.match
        return None

    def _schedule(self, match: Match, seat: Seat) -> str:
        home, away = self._ids.of(match.home), self._ids.of(match.away)
        kick_off = _kick_off(match, self._zone)
        where: Json = {"stage": seat.stage, "section": seat.section, "group": seat.group}
        wanted = id_of(seat.group or "", home, away)
        if seat.tie is not None and seat.round is not None:
            leg, wanted = self._leg(match, seat.tie, seat.round)
            where |= {"tie": seat.tie, "leg": leg}
        id = numbered(wanted, self._taken(wanted))
        if seat.tie is not None and leg is None and wanted.endswith("-replay"):
            self.tell("extra_match_ordered", match=id, home=home, away=away, tie=seat.tie,
                      neutral=False)  # fmt: skip
        self.tell("match_scheduled", match=id, home=home, away=away, **where, kick_off=kick_off,
                  venue=match.venue, matchday=match.where.matchday)  # fmt: skip
        return id

    def _leg(self, match: Match, tie: str, round_: Round) -> tuple[int | None, str]:
        """Say which leg of a tie a match is, and what it is called."""
        legs = self._fold.legs(tie)
        free = [leg for leg, taken in sorted(legs.items()) if taken is None]
        if match.where.replay or not free:
            if not any(step.by in EXTRA for step in round_.decided_by):
                raise _Wrong(
                    f"{tie} has its {len(legs)} match{'es' if len(legs) > 1 else ''} already, and "
                    f"{round_.name} knows no replay; correct the round, or the regulations"
                )
            return None, f"{tie[:50]}-replay"
        if round_.legs == 1:
            return None, f"{tie[:50]}-1"
        leg = match.where.leg if match.where.leg in free else free[0]
        return leg, f"{tie[:50]}-{leg}"

    def _taken(self, wanted: str) -> Iterator[str]:
        """Give the ids like this one that something else has."""
        number, id = 1, wanted
        while self._fold.match_of(id) or self._fold.has_group(id) or self._fold.tie(id):
            yield id
            number += 1
            id = numbered(wanted, [wanted, *(f"{wanted}-{n}" for n in range(2, number))])

    # What came of a match

    def _played(self, match: Match, id: str) -> None:
        day = match.day.isoformat() if match.day else None
        told = partial(self.tell, match=id, occurred=day)
        for goal in match.goals or ():
            team = self._ids.of(_team_of(goal, match))
            told("goal_scored", side=goal.side, player=self._persons[team, goal.scorer],
                 minute=goal.minute, stoppage=goal.stoppage, method=goal.method)  # fmt: skip
        self._tell_of_goals(match)
        match match.fate:
            case "postponed":
                told("match_postponed", reason=match.note)
            case "called_off":
                told("match_called_off", reason=match.note)
            case "abandoned":
                self._abandoned(match, told)
            case "awarded" | "walkover" as how:
                self._awarded(match, how, told)
            case _ as fate:
                if match.score is not None:
                    told("result_recorded", **_sheet(match))
                if fate == "annulled":
                    told("result_annulled", reason=match.note)

    def _abandoned(self, match: Match, told: Callable[..., None]) -> None:
        told("match_abandoned", reason=match.note)
        if match.score is not None:
            home, away = match.score.final
            self._tell_odd(match, f"it was abandoned at {home}-{away}; whether that stands is not "
                           "said, so it is no result until one is recorded or awarded")  # fmt: skip

    def _awarded(self, match: Match, how: str, told: Callable[..., None]) -> None:
        reason = "walkover" if how == "walkover" else match.note
        if match.score is None:
            if how == "awarded":
                raise _Wrong("expected the goals with which it was awarded, like 3-0 awd.")
            told("result_awarded", outcome="home", reason=reason)
            return
        home, away = match.score.final
        outcome = "home" if home > away else "away" if away > home else "draw"
        told("result_awarded", outcome=outcome, home=home, away=away, reason=reason)

    def _tell_of_goals(self, match: Match) -> None:
        if match.goals is None:
            return
        counts = tuple(sum(goal.side == side for goal in match.goals) for side in ("home", "away"))
        if match.score is None:
            self._tell_odd(match, "it has scorers and no score, so there is no result")
        elif counts != match.score.final:
            home, away = match.score.final
            self._tell_odd(match, f"the score is {home}-{away}, the scorers make "
                           f"{counts[0]}-{counts[1]}; both are recorded")  # fmt: skip


def _team_of(goal: Goal, match: Match) -> str:
    """Give the team that a scorer plays for; an own goal counts for the other one."""
    is_home = (goal.side == "home") != (goal.method == "own_goal")
    return match.home if is_home else match.away


def _possible(match: Match, seat: Seat) -> None:
    """Refuse kicks after a match that was not level, where no other leg can have made it level."""
    score = match.score
    if score is None or score.shoot_out is None or score.final[0] == score.final[1]:
        return
    if seat.round is None or seat.round.legs == 1:
        home, away = score.final
        raise _Wrong(f"expected a level score before a shoot-out, found {home}-{away}")


def _day_of(sheet: Sheet) -> date | None:
    at = sheet.kick_off or sheet.date or ""
    return date.fromisoformat(at[:10]) if len(at) >= len("2014-06-12") else None


def _kick_off(match: Match, zone: tzinfo | None) -> str | None:
    """Give the moment, or the day alone where nobody says how far its time is from UTC."""
    if match.day is None:
        return None
    offset = match.offset or zone
    if match.at is None or offset is None:
        return match.day.isoformat()
    at = datetime.combine(match.day, match.at, offset)
    # Before there were zones the sun told the time, to the second: no event says that.
    is_by_the_sun = (at.utcoffset() or timedelta()).seconds % 60 != 0
    return match.day.isoformat() if is_by_the_sun else at.isoformat()


def _sheet(match: Match) -> Json:
    score = match.score
    assert score is not None
    return {
        "home": score.final[0],
        "away": score.final[1],
        "extra_time": True if score.extra_time else None,
        "half_time": _goals(score.half_time),
        "ninety_minutes": _goals(score.ninety_minutes),
        "shoot_out": _goals(score.shoot_out),
    }


def _goals(pair: Pair | None) -> Json | None:
    return {"home": pair[0], "away": pair[1]} if pair else None
