"""A match in full with what happened in it, and matches in short by group, date or play."""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from events.fields import Coverage, Goals, Period
from events.match import Fact, Match, Result, Sheet, Standing, facts_that_stand
from events.play import Play
from events.types import Event, GoalScored, NoteAdded, type_of
from projections import claims, topics
from projections.claims import Said
from projections.naming import TeamName, team_name
from projections.scorers import counts_as

if TYPE_CHECKING:
    from projections.fold import Fold

TIMELINE_FACTS_MAX = 200
MATCHES_MAX = 200
SOURCES_MAX = 20
NOTES_MAX = 20
_ROLES = ("player", "assist")


class Short(Struct, frozen=True):
    """`date` is a month or a range of days where no kick-off is known, `happened` what a source of
    the result says about when it was. `extra_time`: the goals count extra time.
    """

    match: str
    section: str | None
    group: str | None
    tie: str | None
    leg: int | None
    matchday: int | None
    kick_off: str | None
    date: str | None
    happened: str | None
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
    extra_time: bool
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
    tie: str | None
    leg: int | None
    matchday: int | None
    kick_off: str | None
    date: str | None
    happened: str | None
    venue: str | None
    neutral: bool | None
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
    extra_time: bool
    period: Period | None
    period_running: bool
    period_started_at: str | None
    coverage: Coverage
    last_heard: str
    version: int
    sources: tuple[str, ...]
    claims: tuple[Said, ...]
    notes: tuple[Said, ...]
    timeline: tuple[Entry, ...]


def render_match(fold: "Fold", played: Match) -> Full | None:
    sheet = fold.sheet(played.match)
    if sheet is None:
        return None
    facts = facts_that_stand(played.facts)
    place = fold.place(played.match)
    notes = [fact.event for fact in facts if isinstance(fact.event, NoteAdded)]
    return Full(
        match=played.match,
        stage=place.stage,
        section=place.section,
        group=sheet.group,
        tie=sheet.tie,
        leg=sheet.leg,
        matchday=sheet.matchday,
        kick_off=sheet.kick_off,
        date=sheet.date,
        happened=sheet.happened,
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
        extra_time=sheet.extra_time,
        period=sheet.period,
        period_running=sheet.period_running,
        period_started_at=sheet.period_started_at,
        coverage=sheet.coverage,
        last_heard=sheet.last_heard,
        version=played.version,
        sources=tuple(dict.fromkeys(f.event.source for f in facts if f.event.source))[
            -SOURCES_MAX:
        ],
        claims=claims.about(fold, topics.matches(played.match)),
        notes=tuple(Said(note.text, note.source) for note in notes[-NOTES_MAX:]),
        timeline=tuple(_timeline(facts, dict(fold.merged_persons())))[-TIMELINE_FACTS_MAX:],
    )


def _timeline(facts: Iterable[Fact], merged: Mapping[str, str]) -> Iterator[Entry]:
    """Tell what happened, with each person under the reference that it counts as."""
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
            player=_person(event, "player", merged),
            assist=_person(event, "assist", merged),
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


def _person(event: Event, role: str, merged: Mapping[str, str]) -> str | None:
    person = getattr(event, role, None)
    return None if person is None else counts_as(person, merged)


def names_one_of(played: Match, persons: Container[str]) -> bool:
    """Say whether what happened in a match names one of these persons."""
    return any(
        getattr(fact.event, role, None) in persons
        for fact in facts_that_stand(played.facts)
        for role in _ROLES
    )


def render_listed(fold: "Fold", shelf: str) -> Matches:
    """List the matches of a group or a tie, by kick-off where that is known."""
    named = (played.match for played in fold.matches_in(shelf))
    matches = sorted(named, key=lambda match: order_of_play(fold, match))
    return Matches(len(matches), _kept_shorts(fold, matches[-MATCHES_MAX:]))


def render_date(fold: "Fold", date: str) -> Matches:
    """List the matches of a date, of which there may be thousands, in the same order."""
    matches = fold.totals.lists[f"date/{date}"]
    newest = matches.last(MATCHES_MAX)
    return Matches(len(matches), _kept_shorts(fold, (match for *_, match in newest)))


def render_live(fold: "Fold", section: str | None) -> Live:
    """List the matches being played or suspended, in a section or in all of them."""
    live = fold.totals.lists[topics.LIVE if section is None else topics.live(section)]
    newest = live.first(MATCHES_MAX)
    return Live(len(live), _kept_shorts(fold, (match for *_, match in newest)))


def order_of_play(fold: "Fold", match: str) -> tuple[bool, int, int]:
    """Sort by kick-off where it is known, then in the order of the log."""
    played, starts = fold.match_of(match), fold.place(match).starts
    return starts is None, starts or 0, played.facts[0].position if played else 0


def _kept_shorts(fold: "Fold", matches: Iterable[str]) -> tuple[Short, ...]:
    """Give matches in short; of hundreds in a list, one has changed."""
    kept, shorts = fold.totals_so_far.shorts, list[Short]()
    for match in matches:
        short = kept.get(match)
        if short is None and (sheet := fold.sheet(match)) is not None:
            short = kept[match] = _short(fold, sheet)
        if short is not None:
            shorts.append(short)
    return tuple(shorts)


def _short(fold: "Fold", sheet: Sheet) -> Short:
    return Short(
        match=sheet.match,
        section=fold.place(sheet.match).section,
        group=sheet.group,
        tie=sheet.tie,
        leg=sheet.leg,
        matchday=sheet.matchday,
        kick_off=sheet.kick_off,
        date=sheet.date,
        happened=sheet.happened,
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
        extra_time=sheet.extra_time,
        period=sheet.period,
        period_running=sheet.period_running,
        period_started_at=sheet.period_started_at,
    )
