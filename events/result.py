"""What was played, and what it is worth: the newest sheet, award or confirmation counts.

A result is disputed while sheet and count differ, or while something that came after a
confirmation says otherwise; it ends when they agree, or when somebody with authority speaks.
"""

from typing import Literal

from msgspec import Struct

from events.facts import Match, Told, told_by
from events.fields import Goals, Outcome
from events.play import BEFORE_PLAY, Play, play_in
from events.types import (
    FinalWhistle,
    GoalScored,
    PeriodEnded,
    PeriodStarted,
    ResultAnnulled,
    ResultAwarded,
    ResultConfirmed,
    ResultRecorded,
)

_WORDS = (ResultConfirmed, ResultAwarded, ResultAnnulled)

Standing = Literal["none", "provisional", "confirmed", "awarded", "annulled"]


class Result(Struct, frozen=True):
    """What counts for the tables. Goals are None where only the outcome is known."""

    outcome: Outcome
    home: int | None = None
    away: int | None = None
    counts_for_scorers: bool = True


def outcome_of(home: int, away: int) -> Outcome:
    return "home" if home > away else "away" if away > home else "draw"


def played_result(score: Goals) -> Result:
    return Result(outcome_of(score.home, score.away), score.home, score.away)


# What was played


def written(sheet: FinalWhistle | ResultRecorded) -> Goals | None:
    """Give the goals on a sheet, where it has them."""
    if sheet.home is None or sheet.away is None:
        return None
    return Goals(home=sheet.home, away=sheet.away)


def newest_sheet(told: Told) -> FinalWhistle | ResultRecorded | None:
    """Give the newest sheet that says who won; a bare whistle ends play and says no more."""
    return next((sheet for sheet in reversed(told.sheets) if _says_who_won(sheet)), None)


def _says_who_won(sheet: FinalWhistle | ResultRecorded) -> bool:
    if isinstance(sheet, ResultRecorded):
        return sheet.outcome != "unknown"
    return written(sheet) is not None


def was_followed(told: Told) -> bool:
    """Say whether somebody followed play, so that its goals should add up to the sheet.

    A goal alone does not show it beside a result recorded later: of old matches often only
    some of the scorers are known.
    """
    if told.newest(PeriodStarted) or told.newest(PeriodEnded):
        return True
    return bool(told.all(GoalScored)) and not told.all(ResultRecorded)


def score_of(told: Told, play: Play) -> Goals | None:
    """Give what was played; None before kick-off, and where nobody followed and no sheet tells."""
    if play in BEFORE_PLAY or play == "unknown":
        return None
    if play == "ended" and not was_followed(told):
        sheet = newest_sheet(told)
        return written(sheet) if sheet else None
    return _goals(told)


def _goals(told: Told) -> Goals:
    """Count the goals that were recorded one by one."""
    sides = [goal.side for goal in told.all(GoalScored)]
    return Goals(home=sides.count("home"), away=sides.count("away"))


# What counts


def in_law(played: Match, told: Told, score: Goals | None) -> tuple[Standing, Result | None, bool]:
    """Give the standing, what counts, and whether that is disputed.

    A confirmation stands for what was known when it was given. What comes later and says
    otherwise disputes it, until somebody with authority speaks again.
    """
    standing, result = _worth(told, score)
    count, paper = _claims(told, score)
    words = told.any_of(_WORDS)
    goals = _goals(told)
    differs = count is not None and paper is not None and _differ(count, paper)
    if not words:
        return standing, result, differs or _exceed(goals, paper)
    word = words[-1]
    then = told_by(played, word.position)
    score_then = score_of(then, play_in(then.facts))
    _, settled = _worth(then, score_then)
    if settled is None and paper is not None and isinstance(word, ResultConfirmed):
        # Nothing was known then that could have been confirmed.
        return standing, result, differs or _exceed(goals, paper)
    count_then, paper_then = _claims(then, score_then)
    is_new = _sheet_id(told) != _sheet_id(then)
    claims = [paper] if is_new or paper != paper_then else []
    disputed = False
    if isinstance(word, ResultConfirmed):
        claims += [count] if count != count_then else []
        disputed = goals != _goals(then) and _exceed(goals, settled)
    disputed |= any(claim is not None and _differ(claim, settled) for claim in claims)
    return standing, settled if standing == "confirmed" else result, disputed


def _worth(told: Told, score: Goals | None) -> tuple[Standing, Result | None]:
    """Give the standing in law and what counts: the newest sheet, award or confirmation."""
    standing: Standing = "none"
    result: Result | None = None
    counted = played_result(score) if score else None
    for fact in told.any_of((FinalWhistle, ResultRecorded, *_WORDS)):
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


def _claims(told: Told, score: Goals | None) -> tuple[Result | None, Result | None]:
    """Give what the goals say, where somebody followed play, and what the sheet says."""
    sheet = newest_sheet(told)
    count = played_result(score) if score and was_followed(told) else None
    return count, _result_on(sheet) if sheet else None


def _sheet_id(told: Told) -> str | None:
    sheet = newest_sheet(told)
    return sheet.id if sheet else None


def _result_on(sheet: FinalWhistle | ResultRecorded) -> Result | None:
    goals = written(sheet)
    outcome = sheet.outcome if isinstance(sheet, ResultRecorded) else None
    if outcome == "unknown":
        return None
    if goals is None:
        return Result(outcome) if outcome else None
    return Result(outcome or outcome_of(goals.home, goals.away), goals.home, goals.away)


def _differ(claim: Result, settled: Result | None) -> bool:
    """Compare goals where both have them, else who won."""
    if settled is None:
        return True
    if claim.home is None or settled.home is None:
        return claim.outcome != settled.outcome
    return (claim.home, claim.away) != (settled.home, settled.away)


def _exceed(goals: Goals, settled: Result | None) -> bool:
    """Say whether a side has more goals than its result: whoever followed, or nobody.

    Where nobody followed play, only some of the goals may be known; but never more.
    """
    if settled is None or settled.home is None or settled.away is None:
        return False
    return goals.home > settled.home or goals.away > settled.away
