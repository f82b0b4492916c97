"""A match in full with what happened in it, and matches in short by group, date or play."""

from collections.abc import Iterable, Iterator
from heapq import nlargest
from typing import TYPE_CHECKING

from msgspec import Struct

from events.fields import Coverage, Goals, Period
from events.match import Fact, Match, Result, Sheet, Standing, facts_that_stand
from events.play import Play
from events.types import GoalScored, NoteAdded, type_of
from projections.naming import TeamName, team_name

if TYPE_CHECKING:
    from projections.fold import Fold

TIMELINE_FACTS_MAX = 200
MATCHES_MAX = 200
SOURCES_MAX = 20


class Short(Struct, frozen=True):
    match: str
    section: str | None
    group: str | None
    matchday: int | None
    kick_off: str | None
    home: TeamName
    away: TeamName
    play: Play
    standing: Standing
    disputed: bool
    under_protest: bool
    score: Goals | None
    result: Result | None
    shoot_out: Goals | None
    period: Period | None
    period_running: bool
    period_started_at: str | None


class Matches(Struct, frozen=True):
    """`count` tells how many there are, also where only the newest are listed."""

    count: int
    matches: tuple[Short, ...]


class Live(Matches, frozen=True):
    """The newest fact first."""


class Entry(Struct, frozen=True):
    """A fact that stands. `score` is what a goal made it."""

    id: str
    type: str
    position: int
    at: str
    side: str | None
    player: str | None
    assist: str | None
    method: str | None
    period: str | None
    minute: int | None
    stoppage: int | None
    card: str | None
    scored: bool | None
    score: Goals | None
    amended: bool
    text: str | None


class Full(Struct, frozen=True):
    match: str
    stage: str | None
    section: str | None
    group: str | None
    matchday: int | None
    kick_off: str | None
    venue: str | None
    neutral: bool
    extra_match: bool
    home: TeamName
    away: TeamName
    play: Play
    standing: Standing
    disputed: bool
    under_protest: bool
    score: Goals | None
    result: Result | None
    shoot_out: Goals | None
    period: Period | None
    period_running: bool
    period_started_at: str | None
    coverage: Coverage
    last_heard: str
    version: int
    sources: tuple[str, ...]
    timeline: tuple[Entry, ...]


def render_match(fold: "Fold", played: Match) -> Full | None:
    sheet = fold.sheet(played.match)
    if sheet is None:
        return None
    facts = facts_that_stand(played.facts)
    formed = fold.formed(sheet.group) if sheet.group else None
    return Full(
        match=played.match,
        stage=sheet.stage or (formed.stage if formed else None),
        section=fold.place(played.match).section,
        group=sheet.group,
        matchday=sheet.matchday,
        kick_off=sheet.kick_off,
        venue=sheet.venue,
        neutral=sheet.neutral,
        extra_match=sheet.extra_match,
        home=team_name(fold, sheet.home),
        away=team_name(fold, sheet.away),
        play=sheet.play,
        standing=sheet.standing,
        disputed=sheet.disputed,
        under_protest=sheet.under_protest,
        score=sheet.score,
        result=sheet.result,
        shoot_out=sheet.shoot_out,
        period=sheet.period,
        period_running=sheet.period_running,
        period_started_at=sheet.period_started_at,
        coverage=sheet.coverage,
        last_heard=sheet.last_heard,
        version=played.version,
        sources=tuple(dict.fromkeys(f.event.source for f in facts if f.event.source))[
            -SOURCES_MAX:
        ],
        timeline=tuple(_timeline(facts))[-TIMELINE_FACTS_MAX:],
    )


def _timeline(facts: Iterable[Fact]) -> Iterator[Entry]:
    home = away = 0
    for recorded, event in facts:
        score = None
        if isinstance(event, GoalScored):
            home, away = home + (event.side == "home"), away + (event.side == "away")
            score = Goals(home=home, away=away)
        yield Entry(
            id=event.id,
            type=type_of(event),
            position=event.position,
            at=event.occurred_at or event.recorded_at,
            side=getattr(event, "side", None),
            player=getattr(event, "player", None),
            assist=getattr(event, "assist", None),
            method=getattr(event, "method", None),
            period=getattr(event, "period", None),
            minute=getattr(event, "minute", None),
            stoppage=getattr(event, "stoppage", None),
            card=getattr(event, "card", None),
            scored=getattr(event, "scored", None),
            score=score,
            amended=event is not recorded,
            text=event.text if isinstance(event, NoteAdded) else getattr(event, "reason", None),
        )


def render_listed(fold: "Fold", shelf: str) -> Matches:
    """List the matches of `group/<id>` or `date/<date>`, by kick-off where that is known."""
    matches = sorted(fold.matches_in(shelf), key=lambda played: _order(fold, played))
    return Matches(len(matches), _shorts(fold, matches[-MATCHES_MAX:]))


def render_live(fold: "Fold", section: str | None) -> Live:
    """List the matches being played or suspended, in a section or in all of them."""
    live = fold.totals.live
    if section is not None:
        live = {match: at for match, at in live.items() if fold.place(match).section == section}
    newest = nlargest(MATCHES_MAX, live, key=lambda match: live[match])
    listed = [played for match in newest if (played := fold.match_of(match)) is not None]
    return Live(len(live), _shorts(fold, listed))


def _order(fold: "Fold", played: Match) -> tuple[bool, int, int]:
    starts = fold.place(played.match).starts
    return starts is None, starts or 0, played.facts[0].position


def _shorts(fold: "Fold", matches: Iterable[Match]) -> tuple[Short, ...]:
    sheets = (fold.sheet(played.match) for played in matches)
    return tuple(_short(fold, sheet) for sheet in sheets if sheet is not None)


def _short(fold: "Fold", sheet: Sheet) -> Short:
    return Short(
        match=sheet.match,
        section=fold.place(sheet.match).section,
        group=sheet.group,
        matchday=sheet.matchday,
        kick_off=sheet.kick_off,
        home=team_name(fold, sheet.home),
        away=team_name(fold, sheet.away),
        play=sheet.play,
        standing=sheet.standing,
        disputed=sheet.disputed,
        under_protest=sheet.under_protest,
        score=sheet.score,
        result=sheet.result,
        shoot_out=sheet.shoot_out,
        period=sheet.period,
        period_running=sheet.period_running,
        period_started_at=sheet.period_started_at,
    )
