"""A match is its facts in order; everything else about it is derived from them.

`Match` only grows. `sheet_of` reads the facts that stand (the newest word about
a fact that is itself not cancelled wins) and says how the match is played, what
it is worth in law, its score and its result. A correction therefore needs no
undo: it is one more fact.
"""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeVar, get_args, overload

from msgspec import Struct
from msgspec.structs import asdict, replace

from events.codec import amended
from events.fields import Coverage, Goals, Outcome, Period
from events.play import BEFORE_PLAY, UNDER_WAY, Play, play_in, shoot_out_is_over
from events.types import (
    CardShown,
    CoverageChanged,
    Event,
    EventAmended,
    EventCancelled,
    ExtraMatchOrdered,
    FinalWhistle,
    GoalScored,
    MatchRescheduled,
    MatchScheduled,
    PeriodEnded,
    PeriodStarted,
    ProtestDecided,
    ProtestFiled,
    ResultAnnulled,
    ResultAwarded,
    ResultConfirmed,
    ResultRecorded,
    ShootOutKickTaken,
)

Standing = Literal["none", "provisional", "confirmed", "awarded", "annulled"]

Kind = TypeVar("Kind", bound=Event)

_PERIODS: tuple[Period, ...] = get_args(Period)
# Looked for in every match that is drawn up, so they are not put together each time.
_WORDS = (EventCancelled, EventAmended)
_SHEETS = (FinalWhistle, ResultRecorded)
_TOLD_OF_PERIODS = (PeriodStarted, PeriodEnded)

_MOVABLE = ("kick_off", "venue", "neutral", "matchday")


class Match(Struct, frozen=True, gc=False):
    """The facts of one match, in the order of the log."""

    match: str
    facts: tuple[Event, ...] = ()

    @property
    def version(self) -> int:
        return len(self.facts)

    @property
    def position(self) -> int:
        return self.facts[-1].position if self.facts else 0


class Fact(NamedTuple):
    """A fact that stands: as it was recorded, and as it now reads."""

    recorded: Event
    event: Event


class Schedule(Struct, frozen=True):
    """Who meets whom, where and when, as far as it is known.

    `date` is a month or a range of days, where no kick-off is known.
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
    neutral: bool
    extra_match: bool


class Result(Struct, frozen=True):
    """What counts for the tables. Goals are None where only the outcome is known."""

    outcome: Outcome
    home: int | None = None
    away: int | None = None
    counts_for_scorers: bool = True


class Sheet(Schedule, frozen=True):
    """What the facts of a match say.

    `extra_time` says that the goals count extra time, `happened` when it was played where no
    kick-off is known.

    `score` is what was played, `result` what counts; `extra_match` says that it settles
    level teams and is no part of the table. `last_heard` is when the newest fact was recorded.
    `is_dated` says whether it is known when the match was played.
    """

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


def apply(played: Match, event: Event) -> Match:
    return replace(played, facts=(*played.facts, event))


def outcome_of(home: int, away: int) -> Outcome:
    return "home" if home > away else "away" if away > home else "draw"


def played_result(score: Goals) -> Result:
    return Result(outcome_of(score.home, score.away), score.home, score.away)


def facts_that_stand(facts: Sequence[Event]) -> list[Fact]:
    """Resolve corrections: the newest word about a fact, if not itself cancelled, wins.

    Cancelled facts and the words themselves are left out; amended facts read as amended.
    """
    if _newest(facts, *_WORDS) is None:
        return [Fact(fact, fact) for fact in facts]
    words: dict[str, EventCancelled | EventAmended] = {}
    standing: list[Fact] = []
    for fact in reversed(facts):
        word = words.get(fact.id)
        if isinstance(word, EventCancelled):
            continue
        event = amended(fact, word.body) if word else fact
        if isinstance(event, _WORDS):
            words.setdefault(event.target, event)
        else:
            standing.append(Fact(fact, event))
    standing.reverse()
    return standing


def is_cancelled(id: str, facts: Sequence[Event]) -> bool:
    """Say whether the newest word about a fact, if not itself cancelled, takes it back."""
    words: dict[str, EventCancelled | EventAmended] = {}
    for fact in reversed(facts):
        word = words.get(fact.id)
        if fact.id == id:
            return isinstance(word, EventCancelled)
        if isinstance(fact, _WORDS) and not isinstance(word, EventCancelled):
            event = amended(fact, word.body) if word else fact
            if isinstance(event, _WORDS):
                words.setdefault(event.target, event)
    return False


def sheet_of(played: Match) -> Sheet | None:
    """Say how a match stands; None when nobody scheduled it, or that was cancelled."""
    facts = [fact.event for fact in facts_that_stand(played.facts)]
    schedule = _schedule(facts)
    if schedule is None:
        return None
    goals = tuple(fact for fact in facts if isinstance(fact, GoalScored))
    play = play_in(facts)
    score = _score(facts, play)
    standing, result, disputed = _in_law(played, facts, score)
    period, is_over, started_at = _period(facts, play)
    return Sheet(
        **asdict(schedule),
        match=played.match,
        play=play,
        standing=standing,
        disputed=disputed,
        under_protest=_under_protest(facts),
        score=score,
        result=result,
        shoot_out=_shoot_out(facts),
        shoot_out_over=shoot_out_is_over(facts),
        extra_time=_had_extra_time(facts),
        walkover=standing == "awarded" and _is_walkover(facts),
        happened=_happened(facts),
        period=period,
        period_running=period is not None and not is_over and play == "in_play",
        period_started_at=started_at,
        goals=goals,
        cards=tuple(fact for fact in facts if isinstance(fact, CardShown)),
        coverage=_coverage(facts),
        last_heard=played.facts[-1].recorded_at,
        is_dated=schedule.kick_off is not None or _is_dated(facts),
    )


@overload
def _newest(facts: Sequence[Event], kind: type[Kind], /) -> Kind | None: ...
@overload
def _newest(facts: Sequence[Event], /, *kinds: type[Event]) -> Event | None: ...
def _newest(facts: Sequence[Event], /, *kinds: type[Event]) -> Event | None:
    for fact in reversed(facts):
        if isinstance(fact, kinds):
            return fact
    return None


def _schedule(facts: Sequence[Event]) -> Schedule | None:
    ordered = _newest(facts, ExtraMatchOrdered)
    scheduled = _newest(facts, MatchScheduled)
    base = scheduled or ordered
    if base is None:
        return None
    schedule = Schedule(
        home=base.home,
        away=base.away,
        stage=scheduled.stage if scheduled else None,
        section=scheduled.section if scheduled else None,
        group=ordered.group if ordered else base.group,
        tie=ordered.tie if ordered else base.tie,
        leg=scheduled.leg if scheduled and not ordered else None,
        matchday=scheduled.matchday if scheduled else None,
        kick_off=scheduled.kick_off if scheduled else None,
        date=scheduled.date if scheduled else None,
        venue=scheduled.venue if scheduled else None,
        neutral=base.neutral,
        extra_match=ordered is not None,
    )
    moved: dict[str, Any] = {}
    for fact in facts:
        if isinstance(fact, MatchScheduled):
            moved.clear()
        elif isinstance(fact, MatchRescheduled):
            named = {name: getattr(fact, name) for name in _MOVABLE}
            moved |= {name: value for name, value in named.items() if value is not None}
    return replace(schedule, **moved)


def _period(facts: Sequence[Event], play: Play) -> tuple[Period | None, bool, str | None]:
    """Give the last period that anybody told of, whether it is over, and when it began.

    A match that is neither played nor suspended is in none. The phones at a ground may tell in
    another order than it happened: a kick-off that is sent late does not bring back the first
    half.
    """
    told = [fact for fact in facts if isinstance(fact, _TOLD_OF_PERIODS)]
    if not told or play not in UNDER_WAY:
        return None, False, None
    last = max((fact.period for fact in told), key=_PERIODS.index)
    of_last = [fact for fact in told if fact.period == last]
    start = _newest(of_last, PeriodStarted)
    is_over = _newest(of_last, PeriodEnded) is not None
    return last, is_over, (start.occurred_at or start.recorded_at) if start else None


def written(sheet: FinalWhistle | ResultRecorded) -> Goals | None:
    """Give the goals on a sheet, where it has them."""
    if sheet.home is None or sheet.away is None:
        return None
    return Goals(home=sheet.home, away=sheet.away)


def _newest_sheet(facts: Sequence[Event]) -> FinalWhistle | ResultRecorded | None:
    """Give the newest sheet that says who won; a bare whistle ends play and says no more."""
    for fact in reversed(facts):
        if isinstance(fact, _SHEETS) and _says_who_won(fact):
            return fact
    return None


def _says_who_won(sheet: FinalWhistle | ResultRecorded) -> bool:
    if isinstance(sheet, ResultRecorded):
        return sheet.outcome != "unknown"
    return written(sheet) is not None


def _sheet_id(facts: Sequence[Event]) -> str | None:
    sheet = _newest_sheet(facts)
    return sheet.id if sheet else None


def _followed(facts: Sequence[Event]) -> bool:
    """Say whether somebody followed play, so that its goals should add up to the sheet.

    A goal alone does not show it beside a result recorded later: of old matches often only
    some of the scorers are known.
    """
    if _newest(facts, *_TOLD_OF_PERIODS):
        return True
    return _newest(facts, GoalScored) is not None and _newest(facts, ResultRecorded) is None


def _score(facts: Sequence[Event], play: Play) -> Goals | None:
    """Give what was played; None before kick-off, and where nobody followed and no sheet tells."""
    if play in BEFORE_PLAY or play == "unknown":
        return None
    if play == "ended" and not _followed(facts):
        sheet = _newest_sheet(facts)
        return written(sheet) if sheet else None
    return _goals(facts)


def _goals(facts: Sequence[Event]) -> Goals:
    """Count the goals that were recorded one by one."""
    sides = [fact.side for fact in facts if isinstance(fact, GoalScored)]
    return Goals(home=sides.count("home"), away=sides.count("away"))


def _worth(facts: Sequence[Event], score: Goals | None) -> tuple[Standing, Result | None]:
    """Give the standing in law and what counts: the newest sheet, award or confirmation."""
    standing: Standing = "none"
    result: Result | None = None
    counted = played_result(score) if score else None
    for fact in facts:
        match fact:
            case FinalWhistle(home=None):
                if standing == "none":
                    standing, result = "provisional", counted
            case FinalWhistle() | ResultRecorded():
                standing, result = "provisional", _result_on(fact)
            case ResultConfirmed():
                standing, result = "confirmed", result or counted
            case ResultAwarded():
                standing = "awarded"
                result = Result(fact.outcome, fact.home, fact.away, fact.counts_for_scorers)
            case ResultAnnulled():
                standing, result = "annulled", None
    return standing, result


def _result_on(sheet: FinalWhistle | ResultRecorded) -> Result | None:
    goals = written(sheet)
    outcome = sheet.outcome if isinstance(sheet, ResultRecorded) else None
    if outcome == "unknown":
        return None
    if goals is None:
        return Result(outcome) if outcome else None
    return Result(outcome or outcome_of(goals.home, goals.away), goals.home, goals.away)


def _in_law(
    played: Match, facts: Sequence[Event], score: Goals | None
) -> tuple[Standing, Result | None, bool]:
    """Give the standing, what counts, and whether that is disputed.

    A confirmation stands for what was known when it was given. What comes later and says
    otherwise disputes it, until somebody with authority speaks again.
    """
    standing, result = _worth(facts, score)
    count, paper = _claims(facts, score)
    goals = _goals(facts)
    word = _newest(facts, ResultConfirmed, ResultAwarded, ResultAnnulled)
    if word is None:
        differs = count is not None and paper is not None and _differ(count, paper)
        return standing, result, differs or _exceed(goals, paper)
    then = _facts_at(played, word.position)
    score_then = _score(then, play_in(then))
    _, settled = _worth(then, score_then)
    count_then, paper_then = _claims(then, score_then)
    is_new = _sheet_id(facts) != _sheet_id(then)
    claims = [paper] if is_new or paper != paper_then else []
    disputed = False
    if isinstance(word, ResultConfirmed):
        claims += [count] if count != count_then else []
        disputed = goals != _goals(then) and _exceed(goals, settled)
    disputed |= any(claim is not None and _differ(claim, settled) for claim in claims)
    return standing, settled if standing == "confirmed" else result, disputed


def _facts_at(played: Match, position: int) -> list[Event]:
    """Give the facts as they stood when the log had reached a position."""
    known = [fact for fact in played.facts if fact.position <= position]
    return [fact.event for fact in facts_that_stand(known)]


def _claims(facts: Sequence[Event], score: Goals | None) -> tuple[Result | None, Result | None]:
    """Give what the goals say, where somebody followed play, and what the sheet says."""
    sheet = _newest_sheet(facts)
    count = played_result(score) if score and _followed(facts) else None
    return count, _result_on(sheet) if sheet else None


def _differ(claim: Result, settled: Result | None) -> bool:
    """Compare goals where both have them, else who won."""
    if settled is None:
        return True
    if claim.home is None or settled.home is None:
        return claim.outcome != settled.outcome
    return (claim.home, claim.away) != (settled.home, settled.away)


def _is_dated(facts: Sequence[Event]) -> bool:
    """Say whether a result tells when it came about, or was recorded by who saw it happen."""
    told: list[Event] = [fact for fact in facts if isinstance(fact, _SHEETS)]
    told = told or [fact for fact in facts if isinstance(fact, ResultAwarded)]
    return any(
        fact.occurred_at or fact.occurred or fact.basis in (None, "observed") for fact in told
    )


def _exceed(goals: Goals, settled: Result | None) -> bool:
    """Say whether a side has more goals than its result: whoever followed, or nobody.

    Where nobody followed play, only some of the goals may be known; but never more.
    """
    if settled is None or settled.home is None or settled.away is None:
        return False
    return goals.home > settled.home or goals.away > settled.away


def _under_protest(facts: Sequence[Event]) -> bool:
    decided = {fact.target for fact in facts if isinstance(fact, ProtestDecided)}
    return any(isinstance(fact, ProtestFiled) and fact.id not in decided for fact in facts)


def _told_shoot_out(facts: Sequence[Event]) -> Goals | None:
    """Give the shoot-out on the newest sheet that tells of one."""
    told = [fact.shoot_out for fact in facts if isinstance(fact, _SHEETS)]
    return next((shoot_out for shoot_out in reversed(told) if shoot_out is not None), None)


def _shoot_out(facts: Sequence[Event]) -> Goals | None:
    if (told := _told_shoot_out(facts)) is not None:
        return told
    kicks = [fact for fact in facts if isinstance(fact, ShootOutKickTaken)]
    if not kicks:
        return None
    scored = [kick.side for kick in kicks if kick.scored]
    return Goals(home=scored.count("home"), away=scored.count("away"))


def _had_extra_time(facts: Sequence[Event]) -> bool:
    return any(
        (isinstance(fact, PeriodStarted) and fact.period == "extra_first")
        or (isinstance(fact, ResultRecorded) and fact.extra_time)
        for fact in facts
    )


def _is_walkover(facts: Sequence[Event]) -> bool:
    award = _newest(facts, ResultAwarded)
    return award is not None and award.reason == "walkover"


def _happened(facts: Sequence[Event]) -> str | None:
    """Give the day, the month or the range of days that the newest sheet gives."""
    told = [fact.occurred for fact in facts if isinstance(fact, _SHEETS) and fact.occurred]
    return told[-1] if told else None


def _coverage(facts: Sequence[Event]) -> Coverage:
    if (changed := _newest(facts, CoverageChanged)) is not None:
        return changed.level
    if _followed(facts):
        return "full"
    return "score_only" if _newest_sheet(facts) else "none"
