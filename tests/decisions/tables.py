"""Given a group and what happened in it, then its table.

Every fact is checked as capture would and goes through the bytes of a log. Match
ids are the two teams, `a-b`; a second meeting of the same two is `a-b-2`.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from events.check import Warned, check
from events.codec import Json, decode, read_event
from events.fields import Names, Order
from events.match import Sheet
from events.regulations import Berth, Criterion, Group, Regulations, Section, Stage
from events.types import (
    ClaimRecorded,
    CompetitionCreated,
    Event,
    EventAmended,
    EventCancelled,
    ExtraMatchOrdered,
    LotsDrawn,
    MatchScheduled,
    PointsAdjusted,
    RankDecided,
    ResultRecorded,
    StandingsFinalised,
    TeamEntered,
    subject_of,
)
from projections.fold import Fold
from tests.decisions.given import as_sent, fact, stored

GROUP = "group-a"

POINTS = Criterion(metric="points", article="12")
DIFFERENCE = Criterion(metric="goal_difference", article="12")
LOTS = Criterion(metric="lots", article="13")
EXTRA_MATCH = Criterion(metric="extra_match", article="18")

FIRST = Berth(id="champion", name="Champion", first=1, last=1)
TWO_BEST = Berth(id="next", name="Next stage", first=1, last=2)


def rules(
    *criteria: Criterion,
    teams: tuple[str, ...] = ("a", "b", "c"),
    berths: tuple[Berth, ...] = (),
    **fields: Any,
) -> Regulations:
    group = Group(id=GROUP, name="Grupo A", teams=teams, berths=berths)
    section = Section(id="amazonas", name="Amazonas", groups=(group,))
    stage = Stage(id="departmental", name="Departmental", sections=(section,))
    return Regulations(criteria=criteria or (POINTS, DIFFERENCE), stages=(stage,), **fields)


class League:
    """One group and its log."""

    def __init__(self, regulations: Regulations | None = None) -> None:
        """Create the competition and enter the teams of its first group."""
        regulations = regulations or rules()
        group = regulations.stages[0].sections[0].groups[0]
        self._begin(fact(CompetitionCreated, competition="copa", regulations=regulations))
        for team in group.teams:
            self.record(fact(TeamEntered, team=team, names=Names(full=team.upper())))

    @classmethod
    def of(cls, facts: Iterable[Event]) -> "League":
        """Give the league in which just these facts were recorded."""
        league = cls.__new__(cls)
        league._begin(*facts)
        return league

    def _begin(self, *facts: Event) -> None:
        self.fold = Fold()
        self.log: list[Event] = []
        self.warnings: list[Warned] = []
        for event in facts:
            self.record(event)

    def record(self, event: Event) -> Event:
        """Check the fact and put it in the log; give it as the log gives it back."""
        sent = read_event(as_sent(event))
        self.warnings = check(sent.event, self.fold) if self.log else []
        version = self.fold.version(subject_of(sent.event)) + 1
        recorded = decode(stored(sent, self.fold.position + 1, version))
        self.fold.advance(recorded)
        self.log.append(recorded)
        return recorded

    def schedule(self, match: str, **fields: Any) -> Event:
        home, away = match.split("-")[:2]
        return self.record(
            fact(MatchScheduled, match=match, home=home, away=away, group=GROUP, **fields)
        )

    def result(self, match: str, score: str, **fields: Any) -> Event:
        """Schedule the match, unless it is, and record how it ended."""
        if self.fold.sheet(match) is None:
            self.schedule(match)
        home, away = score.split("-")
        return self.about(ResultRecorded, match, home=int(home), away=int(away), **fields)

    def results(self, **scores: str) -> "League":
        """Record results by the two teams: `a_b="2-1"`."""
        for teams, score in scores.items():
            self.result(teams.replace("_", "-"), score)
        return self

    def about(self, kind: type[Event], match: str, **fields: Any) -> Event:
        return self.record(fact(kind, match=match, **fields))

    def cancel(self, target: Event) -> Event:
        return self.record(fact(EventCancelled, match=target.match, target=target.id))

    def amend(self, target: Event, **changes: Any) -> Event:
        body = {**as_sent(target), **changes}
        for name in ("id", "v", "position", "version", "recorded_at", "recorded_by"):
            body.pop(name, None)
        return self.record(fact(EventAmended, match=target.match, target=target.id, body=body))

    def lots(self, *order: str | tuple[str, ...], **fields: Any) -> Event:
        return self.record(fact(LotsDrawn, group=GROUP, order=order, **fields))

    def ruling(self, *order: str | tuple[str, ...], **fields: Any) -> Event:
        return self.record(fact(RankDecided, group=GROUP, order=order, **fields))

    def extra_match(self, match: str) -> Event:
        home, away = match.split("-")[:2]
        return self.record(fact(ExtraMatchOrdered, match=match, group=GROUP, home=home, away=away))

    def adjust(self, team: str, points: int, **fields: Any) -> Event:
        return self.record(fact(PointsAdjusted, team=team, group=GROUP, points=points, **fields))

    def finalise(self, *order: str | tuple[str, ...]) -> Event:
        return self.record(fact(StandingsFinalised, group=GROUP, order=order))

    def claim(self, says: str, order: Order | None = None, **fields: Any) -> Event:
        about = f"standings/{GROUP}"
        return self.record(fact(ClaimRecorded, about=about, says=says, order=order, **fields))

    # What it comes to

    def sheet(self, match: str) -> Sheet:
        sheet = self.fold.sheet(match)
        assert sheet is not None
        return sheet

    def view(self, topic: str = f"standings/{GROUP}") -> Json:
        """A view as its reader gets it."""
        view: Json = msgspec.json.decode(msgspec.json.encode(self.fold.render(topic)))
        return view

    @property
    def status(self) -> str:
        return str(self.view()["status"])

    @property
    def table(self) -> str:
        """The ranks in one line, `1 a, 2 b, 2 c`, from what the view says."""
        return ", ".join(f"{row['rank']} {row['team']}" for row in self.view()["rows"])

    def row(self, team: str) -> Json:
        [row] = [row for row in self.view()["rows"] if row["team"] == team]
        found: Json = row
        return found

    def why(self, team: str) -> tuple[str, int, int] | None:
        """The criterion that puts a team below the one above it, and the numbers of the two."""
        separated_by = self.row(team)["separated_by"]
        if separated_by is None:
            return None
        above, below = separated_by["numbers"]
        return separated_by["criterion"], above, below
