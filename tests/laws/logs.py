"""Random lawful logs: whatever a draw proposes is checked as capture would, and kept if let in.

A log is short and its world is small, so that facts meet: few teams, few matches,
few dates, and every fact may be corrected, and every correction too.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import msgspec
from hypothesis import strategies as st

from events.errors import Refused
from events.regulations import (
    Berth,
    Criterion,
    Group,
    Metric,
    RecordScope,
    Regulations,
    Section,
    Stage,
)
from events.types import (
    AdoptedRow,
    CardShown,
    ClaimRecorded,
    CompetitionClosed,
    CompetitionReopened,
    Event,
    EventAmended,
    EventCancelled,
    EventConfirmed,
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
    NameErased,
    NoteAdded,
    PeriodEnded,
    PeriodStarted,
    PersonNamed,
    PersonsMerged,
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
    StandingsFinalised,
    TableAdopted,
    TeamEntered,
    TeamExcluded,
    TeamRefused,
    TeamWithdrawn,
)
from projections.fold import Fold
from tests.decisions.given import as_sent, fact
from tests.decisions.tables import League

TEAMS = ("a", "b", "c", "d", "e")
GROUPS = ("group-a", "group-b")
MATCHES = ("m-1", "m-2", "m-3", "m-4")
PLAYERS = (None, "p-1", "p-2")
PERSONS = ("p-1", "p-2", "p-3")
ABOUT = ("standings/group-a", "standings/group-c", "records", "teams", "matches/m-1", "nothing")
KICK_OFFS = (None, "2025-06-01", "2025-06-01T23:30:00-05:00", "2025-06-02T00:15:00+05:00")
FACTS_MAX = 50

Item = TypeVar("Item")
Log = list[Event]

METRICS: tuple[Metric, ...] = (
    "points", "goal_difference", "goals_for", "wins", "conduct", "lots", "extra_match",
)  # fmt: skip
criteria = st.lists(
    st.builds(
        Criterion,
        metric=st.sampled_from(METRICS),
        scope=st.sampled_from(["all", "level"]),
        on_partial=st.sampled_from(["continue", "restart"]),
    ),
    min_size=1,
    max_size=5,
).map(tuple)


class Pen:
    """Proposes facts, one draw at a time."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        self.draw = draw
        self.league = League(self.regulations())

    def pick(self, items: Sequence[Item]) -> Item:
        if not items:
            raise LookupError("there is nothing to pick from")
        picked: Item = self.draw(st.sampled_from(items))
        return picked

    def write(self) -> None:
        """Propose one fact of any kind; what is refused is not in the log."""
        kind = self.pick(KINDS)
        about_match = kind in ABOUT_A_MATCH or (kind in ABOUT_ANYTHING and self.pick([True, False]))
        match = self.pick(MATCHES) if about_match else None
        try:
            fields = self.fields(kind, match)
            self.league.record(fact(kind, match=match, **fields))
        except (Refused, LookupError):
            return

    def fields(self, kind: type[Event], match: str | None) -> dict[str, Any]:
        make = MAKERS.get(kind)
        return make(self, match) if make else {}

    def target(self, match: str | None) -> Event:
        return self.pick([event for event in self.league.log[1:] if event.match == match])

    # What facts say

    def regulations(self) -> Regulations:
        groups = tuple(
            Group(
                id=group,
                name=group.title(),
                teams=self.teams(),
                berths=self.pick(
                    [(), (Berth(id=f"next-of-{group}", name="Next", first=1, last=2),)]
                ),
                coverage=self.pick(["full", "full", "partial"]),
            )
            for group in GROUPS
        )
        own = self.pick([None, (Criterion(metric="goals_for"),)])
        section = Section(id="north", name="North", groups=groups, criteria=own)
        other = Section(id="south", name="South")
        apart = self.pick([False, True])
        stages = (
            Stage(id="stage", name="Stage", sections=(section,) if apart else (section, other)),
            Stage(id="later", name="Later", sections=(other,) if apart else ()),
        )
        return Regulations(
            criteria=self.draw(criteria),
            confirm_results=self.pick([False, True]),
            stages=stages,
            records=self.pick([(), (RecordScope(id="first", name="First", stages=("stage",)),)]),
        )

    def teams(self) -> tuple[str, ...]:
        return TEAMS[: self.pick([2, 3, 4])]

    def order(self) -> tuple[str | tuple[str, ...], ...]:
        first, *rest = self.draw(st.permutations(TEAMS[:3]))
        return self.pick([(first, *rest), (first, tuple(rest)), (first, rest[0])])

    def goals(self) -> dict[str, Any]:
        return {"home": self.pick([0, 1, 2]), "away": self.pick([0, 1, 3])}

    def rows(self) -> tuple[AdoptedRow, ...]:
        """A published table as somebody may have it: with gaps, and with numbers that are wrong."""
        counts = [None, 0, 1]
        return tuple(
            AdoptedRow(team=team, rank=rank, played=self.pick(counts), points=self.pick(counts))
            for rank, team in zip(self.pick([(1, 2), (None, None), (2, 2)]), TEAMS, strict=False)
        )

    def finalised(self, group: str) -> tuple[tuple[str, ...], ...]:
        return self.league.fold.order(group)

    def correction(self, match: str | None) -> dict[str, Any]:
        return {"target": self.target(match).id}

    def amendment(self, match: str | None) -> dict[str, Any]:
        target = self.target(match)
        fields = self.fields(type(target), match)
        body = as_sent(fact(type(target), match=match, **fields))
        body.pop("id")
        return {"target": target.id, "body": body}


Maker = Callable[[Pen, str | None], dict[str, Any]]

MAKERS: dict[type[Event], Maker] = {
    RegulationsAmended: lambda pen, _: {"regulations": pen.regulations()},
    GroupFormed: lambda pen, _: {
        "stage": pen.pick(["stage", "later"]),
        "section": pen.pick(["north", "south"]),
        "group": pen.pick([*GROUPS, "group-c"]),
        "name": "Formed",
        "teams": pen.teams(),
    },
    TeamEntered: lambda pen, _: {
        "team": pen.pick(TEAMS),
        "names": {"full": pen.pick(["One", "Two", "Three"])},
        "section": pen.pick([None, "north", "south"]),
    },
    TeamWithdrawn: lambda pen, _: {"team": pen.pick(TEAMS)},
    TeamExcluded: lambda pen, _: {"team": pen.pick(TEAMS)},
    TeamRefused: lambda pen, _: {"team": "z", "names": {"full": "Refused"}},
    PersonsMerged: lambda pen, _: {"person": pen.pick(PERSONS), "into": pen.pick(PERSONS)},
    TableAdopted: lambda pen, _: {"group": pen.pick(GROUPS), "rows": pen.rows()},
    PersonNamed: lambda pen, _: {"person": pen.pick(PERSONS), "commitment": "0" * 64},
    NameErased: lambda pen, _: {"person": pen.pick(PERSONS)},
    PointsAdjusted: lambda pen, _: {
        "team": pen.pick(TEAMS[:3]),
        "group": pen.pick(GROUPS),
        "points": pen.pick([-3, -1, 2]),
        "status": pen.pick(["in_force", "suspended", "lifted"]),
    },
    ClaimRecorded: lambda pen, _: {
        "about": pen.pick(ABOUT),
        "says": "as printed",
        "order": pen.pick([None, pen.order()]),
    },
    LotsDrawn: lambda pen, _: {"group": pen.pick(GROUPS), "order": pen.order()},
    RankDecided: lambda pen, _: {"group": pen.pick(GROUPS), "order": pen.order()},
    StandingsFinalised: lambda pen, _: {
        "group": (group := pen.pick(GROUPS)),
        "order": pen.finalised(group),
    },
    ExtraMatchOrdered: lambda pen, _: {
        "group": pen.pick(GROUPS),
        "home": pen.pick(TEAMS[:2]),
        "away": pen.pick(TEAMS[1:3]),
    },
    MatchScheduled: lambda pen, _: {
        "home": pen.pick(TEAMS[:3]),
        "away": pen.pick(TEAMS[:4]),
        "group": pen.pick([*GROUPS, None]),
        "section": pen.pick([None, "north", "south"]),
        "stage": pen.pick([None, None, "later"]),
        "kick_off": pen.pick(KICK_OFFS),
        "date": pen.pick([None, "2025-06"]),
        "neutral": pen.pick([False, False, True]),
    },
    MatchRescheduled: lambda pen, _: {"kick_off": pen.pick(KICK_OFFS)},
    PeriodStarted: lambda pen, _: {"period": pen.pick(["first_half", "second_half"])},
    PeriodEnded: lambda pen, _: {"period": pen.pick(["first_half", "second_half"])},
    GoalScored: lambda pen, _: {
        "side": pen.pick(["home", "away"]),
        "player": pen.pick(PLAYERS),
        "method": pen.pick([None, "penalty", "own_goal"]),
    },
    CardShown: lambda pen, _: {
        "side": pen.pick(["home", "away"]),
        "card": pen.pick(["yellow", "second_yellow", "red"]),
        "player": pen.pick(PLAYERS),
    },
    ShootOutKickTaken: lambda pen, _: {
        "side": pen.pick(["home", "away"]),
        "scored": pen.pick([True, False]),
    },
    FinalWhistle: lambda pen, _: pen.pick([{}, pen.goals()]),
    ResultRecorded: lambda pen, _: {
        **pen.pick([{"outcome": "home"}, {"outcome": "unknown"}, pen.goals(), pen.goals()]),
        "occurred": pen.pick([None, "2025-06-01/2025-06-02"]),
    },
    ResultAwarded: lambda pen, _: {
        "outcome": pen.pick(["home", "draw", "both_lose"]),
        "counts_for_scorers": pen.pick([True, False]),
    },
    ResultAnnulled: lambda pen, _: {"counts_for_scorers": pen.pick([True, False])},
    ProtestDecided: lambda pen, match: {**pen.correction(match), "outcome": "dismissed"},
    EventConfirmed: lambda pen, match: pen.correction(match),
    EventCancelled: lambda pen, match: pen.correction(match),
    EventAmended: lambda pen, match: pen.amendment(match),
    NoteAdded: lambda pen, _: {"text": pen.pick(["it rains", "it is dry"])},
}

ABOUT_A_MATCH: tuple[type[Event], ...] = (
    MatchScheduled,
    ExtraMatchOrdered,
    MatchRescheduled,
    MatchPostponed,
    MatchCalledOff,
    PeriodStarted,
    PeriodEnded,
    GoalScored,
    CardShown,
    ShootOutKickTaken,
    MatchSuspended,
    MatchResumed,
    MatchAbandoned,
    FinalWhistle,
    ResultRecorded,
    ResultConfirmed,
    ResultAwarded,
    ResultAnnulled,
    ProtestFiled,
    ProtestDecided,
)
ABOUT_ANYTHING: tuple[type[Event], ...] = (
    EventConfirmed,
    EventCancelled,
    EventAmended,
    NoteAdded,
)
ABOUT_THE_COMPETITION: tuple[type[Event], ...] = (
    RegulationsAmended,
    GroupFormed,
    TeamEntered,
    TeamWithdrawn,
    TeamExcluded,
    TeamRefused,
    PersonNamed,
    NameErased,
    PersonsMerged,
    TableAdopted,
    PointsAdjusted,
    ClaimRecorded,
    LotsDrawn,
    RankDecided,
    StandingsFinalised,
    CompetitionClosed,
    CompetitionReopened,
)
KINDS: tuple[type[Event], ...] = (
    *ABOUT_A_MATCH,
    *ABOUT_A_MATCH,
    *ABOUT_THE_COMPETITION,
    *(ABOUT_ANYTHING * 3),
    *((GoalScored, FinalWhistle, ResultRecorded, EventCancelled, EventAmended) * 3),
)


@st.composite
def logs(draw: Callable[[Any], Any]) -> Log:
    """A competition of two groups whose matches are scheduled, and what happened then."""
    pen = Pen(draw)
    for team in TEAMS:
        pen.league.record(fact(TeamEntered, team=team, names={"full": team.upper()}))
    for person in PERSONS:
        pen.league.record(fact(PersonNamed, person=person, commitment="0" * 64))
    for match, home, away in (("m-1", "a", "b"), ("m-2", "b", "a")):
        group = GROUPS[match == "m-2"]
        pen.league.record(fact(MatchScheduled, match=match, home=home, away=away, group=group))
    for _ in range(draw(st.integers(0, FACTS_MAX))):
        pen.write()
    return pen.league.log


def folded(log: Log) -> Fold:
    fold = Fold()
    for event in log:
        fold.advance(event)
    return fold


def views(fold: Fold) -> dict[str, tuple[int, bytes]]:
    """Every view with its position, as it is stored."""
    return {topic: (at, rendered(fold, topic)) for topic, at in fold.topics().items()}


def rendered(fold: Fold, topic: str) -> bytes:
    return msgspec.json.encode(fold.render(topic))
