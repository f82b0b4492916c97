"""One row of a results file becomes what it says, or is noted as a fault.

A cell is held against what it may be, then the cells of a row against each other: a side that plays
itself, half-time goals beyond the final ones, a shoot-out that nobody won.
"""

import re

from services.results.entries import (
    ALLOWED,
    COLUMNS,
    CONDUCT,
    HAVE_SCORE,
    Adjusted,
    Entry,
    Goals,
    How,
    Met,
    Ordered,
    Outcome,
    Tiers,
    Withdrawn,
)
from services.rows import Row, shown

KINDS = tuple(ALLOWED)
OUTCOMES: tuple[Outcome, ...] = (
    "played", "awarded", "both_lose", "annulled", "not_played", "pending", "unknown",
)  # fmt: skip
HOWS: tuple[How, ...] = ("lots", "ruling")

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_KICK_OFF = re.compile(
    rf"({_DAY}T)?([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-][0-9]{{2}}:[0-9]{{2}})?"
)


def entry_of(row: Row) -> Entry | None:
    """Give what a row says; None, and the faults are noted, where part of it cannot be."""
    kind = row.word("kind", KINDS, default="match")
    is_extra = kind == "extra_match" or (kind == "match" and row.is_set("group_play_off"))
    row.only(kind, COLUMNS, allowed=("kind", *ALLOWED[kind]))
    match kind:
        case "decision":
            return _ordered(row)
        case "adjustment":
            return _adjusted(row)
        case "withdrawal":
            team = row.needed("team", "the team that withdrew")
            return Withdrawn(row.line, team) if team else None
    return _met(row, is_extra=is_extra)


# Matches


def _met(row: Row, *, is_extra: bool) -> Met | None:
    home, away = row.needed("home", "a team"), row.needed("away", "a team")
    if home and home.casefold() == away.casefold():
        row.bad("away", f"expected another team than at home, found {shown(away)} again")
    goals = row.pair("home_goals", "away_goals")
    given = row.has("home_goals", "away_goals")
    outcome = row.word("outcome", OUTCOMES, default="played" if given else "pending")
    _goals_and_outcome(row, outcome, given=given)
    found = Met(
        line=row.line,
        id=row.text("match"),
        home=home,
        away=away,
        outcome=_outcome(outcome),
        is_extra=is_extra,
        goals=goals,
        half_time=row.pair("home_half_time", "away_half_time"),
        at_90=row.pair("home_90", "away_90"),
        after_extra_time=row.is_set("after_extra_time"),
        shoot_out=row.pair("home_shoot_out", "away_shoot_out"),
        home_conduct=_conduct(row, "home"),
        away_conduct=_conduct(row, "away"),
        date=row.day("date"),
        kick_off=_kick_off(row),
        matchday=row.integer("matchday", least=1),
        neutral=row.is_set("neutral"),
    )
    _course(row, found)
    return found


def _outcome(word: str) -> Outcome:
    return next(outcome for outcome in OUTCOMES if outcome == word)


def _goals_and_outcome(row: Row, outcome: str, *, given: bool) -> None:
    if outcome in ("played", "awarded") and not given:
        row.expected("home_goals", f"the goals of a match that is {outcome}")
    if outcome not in HAVE_SCORE and given:
        row.bad(
            "home_goals",
            f"expected no goals of a match whose outcome is {outcome}, found "
            f"{shown(row.text('home_goals'))}; leave them out, or let it be played",
        )


def _course(row: Row, met: Met) -> None:
    """Hold what a match stood at before its end against what it came to."""
    if met.outcome != "played" or met.goals is None:
        return
    if met.at_90 and not met.after_extra_time and met.at_90 != met.goals:
        row.expected("home_90", f"{_score(met.goals)}, as there was no extra time")
    _grows(row, "home_90", met.at_90, met.goals)
    _grows(row, "home_half_time", met.half_time, met.at_90 or met.goals)
    if met.shoot_out and met.shoot_out[0] == met.shoot_out[1]:
        row.bad("home_shoot_out", f"expected a winner, found {_score(met.shoot_out)}")


def _grows(row: Row, column: str, before: Goals | None, after: Goals) -> None:
    if before and (before[0] > after[0] or before[1] > after[1]):
        row.bad(column, f"expected at most {_score(after)}, found {_score(before)}")


def _score(goals: Goals) -> str:
    return f"{goals[0]}-{goals[1]}"


def _conduct(row: Row, side: str) -> tuple[int, ...]:
    return tuple(row.count(f"{side}_{card}") or 0 for card in CONDUCT)


def _kick_off(row: Row) -> str:
    found = row.text("kick_off")
    if found and not _KICK_OFF.fullmatch(found):
        row.expected("kick_off", "a time like 15:30 or 1998-07-12T21:00:00+02:00")
    return found


# What is not a match


def _ordered(row: Row) -> Ordered | None:
    written = row.needed("order", "an order like A>B=C, from the best down")
    order: Tiers = tuple(
        tuple(sorted(team.strip() for team in tier.split("="))) for tier in written.split(">")
    )
    teams = [team for tier in order for team in tier]
    how = row.word("how", HOWS, default="lots")
    if not row.has("how"):
        row.expected("how", f"one of {', '.join(HOWS)}")
    if written and (len(teams) < 2 or not all(teams)):
        row.expected("order", "at least two teams, like A>B=C")
    elif twice := next((team for team in teams if teams.count(team) > 1), None):
        row.bad("order", f"expected each team once, found {shown(twice)} twice")
    return Ordered(row.line, "ruling" if how == "ruling" else "lots", order)


def _adjusted(row: Row) -> Adjusted | None:
    team = row.needed("team", "the team whose points or goals are adjusted")
    points, goals = row.integer("points"), row.integer("goals")
    if not row.has("points", "goals"):
        row.expected("points", "the points or goals that the team is given, like -3")
    return Adjusted(row.line, team, points or 0, goals or 0, row.day("from_date"))
