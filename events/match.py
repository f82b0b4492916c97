"""A match is its facts in order; everything else about it is derived from them.

`sheet_of` reads the facts that stand and says how the match is played, what it is worth in law, its
score and its result.
"""

from collections.abc import Sequence
from typing import Any, get_args

from msgspec import Struct

from events.facts import Fact, Match, Told, facts_that_stand, is_cancelled, told_by
from events.fields import Coverage, Goals, Period
from events.play import UNDER_WAY, Play, play_in, shoot_out_is_over
from events.result import (
    Result,
    Standing,
    in_law,
    newest_sheet,
    outcome_of,
    played_result,
    score_of,
    was_followed,
    written,
)
from events.types import (
    CardShown,
    CoverageChanged,
    Event,
    ExtraMatchOrdered,
    GoalScored,
    MatchRescheduled,
    MatchScheduled,
    PeriodEnded,
    PeriodStarted,
    ProtestDecided,
    ProtestFiled,
    ResultAwarded,
    ResultRecorded,
    ShootOutKickTaken,
)

__all__ = [
    "Fact",
    "Match",
    "Result",
    "Sheet",
    "Standing",
    "facts_that_stand",
    "is_cancelled",
    "outcome_of",
    "played_result",
    "sheet_of",
    "written",
]

_PERIODS: tuple[Period, ...] = get_args(Period)
_EXTRA_TIME = ("extra_first", "extra_second")
_MOVABLE = ("kick_off", "venue", "neutral", "matchday")


class Sheet(Struct, frozen=True):
    """What the facts of a match say.

    The first fields tell who meets whom, where and when, as far as it is known. `date` is a month
    or a range of days, where no kick-off is known.

    `extra_time` says that the goals count extra time, `ninety_minutes` the score before it as far
    as that is known, `happened` when it was played where no kick-off is known.

    `neutral` is None where nobody says whose ground it is.

    `score` is what was played, `result` what counts; `extra_match` says that it settles
    level teams and is no part of the table. `last_heard` is when the newest fact was recorded.
    `is_dated` says whether it is known when the match was played.
    """

    home: str
    away: str
    stage: str | None
    section: str | None
    group: str | None
    tie: str | None
    leg: int | None
    matchday: int | None
    kick_off: str | None
    date: str | None
    venue: str | None
    neutral: bool | None
    extra_match: bool
    match: str
    play: Play
    standing: Standing
    disputed: bool
    under_protest: bool
    score: Goals | None
    result: Result | None
    shoot_out: Goals | None
    shoot_out_over: bool
    extra_time: bool
    half_time: Goals | None
    ninety_minutes: Goals | None
    walkover: bool
    happened: str | None
    period: Period | None
    period_running: bool
    period_started_at: str | None
    goals: tuple[GoalScored, ...]
    cards: tuple[CardShown, ...]
    coverage: Coverage
    last_heard: str
    is_dated: bool

    @property
    def is_at_nobodys_home(self) -> bool:
        """Say whether it is taken to be on neutral ground; an extra match is, until it is said."""
        return self.extra_match if self.neutral is None else self.neutral

    @property
    def counts_for_nothing(self) -> bool:
        """Say whether a match was called off or annulled, and nothing given in its place."""
        is_out = self.play == "not_played" or self.standing == "annulled"
        return is_out and self.result is None

    @property
    def counted(self) -> Result | None:
        """What a table takes: the result where there is one, else the score of a match begun."""
        if self.result is not None or self.standing == "annulled" or self.score is None:
            return self.result
        return played_result(self.score)


def sheet_of(played: Match) -> Sheet | None:
    """Say how a match stands; None when nobody scheduled it, or that was cancelled."""
    told = told_by(played)
    schedule = _schedule(told)
    if schedule is None:
        return None
    play = play_in(told.facts)
    score = score_of(told, play)
    standing, result, disputed = in_law(played, told, score)
    period, is_over, started_at = _period(told, play)
    return Sheet(
        **schedule,
        match=played.match,
        play=play,
        standing=standing,
        disputed=disputed,
        under_protest=_under_protest(told),
        score=score,
        result=result,
        shoot_out=_shoot_out(told),
        shoot_out_over=shoot_out_is_over(told),
        extra_time=_had_extra_time(told),
        half_time=_half_time(told),
        ninety_minutes=_ninety_minutes(told, score),
        walkover=standing == "awarded" and _is_walkover(told),
        happened=_happened(told),
        period=period,
        period_running=period is not None and not is_over and play == "in_play",
        period_started_at=started_at,
        goals=tuple(told.all(GoalScored)),
        cards=tuple(told.all(CardShown)),
        coverage=_coverage(told),
        last_heard=played.facts[-1].recorded_at,
        is_dated=schedule["kick_off"] is not None or _is_dated(told),
    )


def _schedule(told: Told) -> dict[str, Any] | None:
    """Give who meets whom, where and when; None when nobody scheduled the match."""
    ordered = told.newest(ExtraMatchOrdered)
    scheduled = told.newest(MatchScheduled)
    base = scheduled or ordered
    if base is None:
        return None
    schedule: dict[str, Any] = {
        "home": base.home,
        "away": base.away,
        "stage": scheduled.stage if scheduled else None,
        "section": scheduled.section if scheduled else None,
        "group": ordered.group if ordered else base.group,
        "tie": ordered.tie if ordered else base.tie,
        "leg": scheduled.leg if scheduled and not ordered else None,
        "matchday": scheduled.matchday if scheduled else None,
        "kick_off": scheduled.kick_off if scheduled else None,
        "date": scheduled.date if scheduled else None,
        "venue": scheduled.venue if scheduled else None,
        "neutral": _said_neutral(scheduled, ordered),
        "extra_match": ordered is not None,
    }
    for moved in told.after(scheduled, MatchRescheduled):
        named = {name: getattr(moved, name) for name in _MOVABLE}
        schedule |= {name: value for name, value in named.items() if value is not None}
    return schedule


def _said_neutral(*words: MatchScheduled | ExtraMatchOrdered | None) -> bool | None:
    said = [word.neutral for word in words if word is not None and word.neutral is not None]
    return said[0] if said else None


def _period(told: Told, play: Play) -> tuple[Period | None, bool, str | None]:
    """Give the last period that anybody told of, whether it is over, and when it began.

    A match that is neither played nor suspended is in none. The phones at a ground may tell in
    another order than it happened: a kick-off that is sent late does not bring back the first
    half.
    """
    starts, ends = told.all(PeriodStarted), told.all(PeriodEnded)
    periods = [start.period for start in starts] + [end.period for end in ends]
    if not periods or play not in UNDER_WAY:
        return None, False, None
    last = max(periods, key=_PERIODS.index)
    begun = [start.occurred_at or start.recorded_at for start in starts if start.period == last]
    is_over = any(end.period == last for end in ends)
    return last, is_over, begun[-1] if begun else None


def _is_dated(told: Told) -> bool:
    """Say whether a result tells when it came about, or was recorded by who saw it happen."""
    facts: Sequence[Event] = told.sheets or told.all(ResultAwarded)
    return any(
        fact.occurred_at or fact.occurred or fact.basis in (None, "observed") for fact in facts
    )


def _under_protest(told: Told) -> bool:
    decided = {fact.target for fact in told.all(ProtestDecided)}
    return any(filed.id not in decided for filed in told.all(ProtestFiled))


def _shoot_out(told: Told) -> Goals | None:
    """Give the shoot-out on the newest sheet that tells of one, else count its kicks."""
    written = [sheet.shoot_out for sheet in told.sheets if sheet.shoot_out is not None]
    if written:
        return written[-1]
    kicks = told.all(ShootOutKickTaken)
    if not kicks:
        return None
    scored = [kick.side for kick in kicks if kick.scored]
    return Goals(home=scored.count("home"), away=scored.count("away"))


def _had_extra_time(told: Told) -> bool:
    return any(start.period == "extra_first" for start in told.all(PeriodStarted)) or any(
        result.extra_time for result in told.all(ResultRecorded)
    )


def _half_time(told: Told) -> Goals | None:
    """Give the score at half-time: as a sheet has it, or of a match that was followed."""
    said = [sheet.half_time for sheet in told.all(ResultRecorded) if sheet.half_time]
    if said:
        return said[-1]
    goals = list(told.all(GoalScored))
    is_over = any(ended.period == "first_half" for ended in told.all(PeriodEnded))
    if not is_over or not was_followed(told) or any(goal.period is None for goal in goals):
        return None
    sides = [goal.side for goal in goals if goal.period == "first_half"]
    return Goals(home=sides.count("home"), away=sides.count("away"))


def _ninety_minutes(told: Told, score: Goals | None) -> Goals | None:
    """Give the score before extra time: as a sheet has it, or without the goals seen in it."""
    said = [sheet.ninety_minutes for sheet in told.all(ResultRecorded) if sheet.ninety_minutes]
    if said:
        return said[-1]
    if score is None or not _had_extra_time(told) or not was_followed(told):
        return None
    goals = [goal.side for goal in told.all(GoalScored) if goal.period in _EXTRA_TIME]
    home, away = score.home - goals.count("home"), score.away - goals.count("away")
    return Goals(home=home, away=away) if home >= 0 and away >= 0 else None


def _is_walkover(told: Told) -> bool:
    award = told.newest(ResultAwarded)
    return award is not None and award.reason == "walkover"


def _happened(told: Told) -> str | None:
    """Give the day, the month or the range of days that the newest sheet gives."""
    occurred = [sheet.occurred for sheet in told.sheets if sheet.occurred]
    return occurred[-1] if occurred else None


def _coverage(told: Told) -> Coverage:
    if (changed := told.newest(CoverageChanged)) is not None:
        return changed.level
    if was_followed(told):
        return "full"
    return "score_only" if newest_sheet(told) else "none"
