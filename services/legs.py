"""The matches of knock-out ties from a CSV file, a row each; or every bad cell by line and column.

Read only for what a row says by itself. Whether the rows of a tie go together, and what they come
to under some rules, is another question (`services.ties`).
"""

import re
from datetime import date
from pathlib import Path
from typing import Literal, get_args

from msgspec import Struct

from events.fields import Goals
from events.match import outcome_of
from projections.tie import Leg
from services import rows
from services.rows import Row, shown

COLUMNS = (
    "tie", "leg", "date", "home", "away", "home_goals", "away_goals", "neutral", "outcome",
    "home_90", "away_90", "after_extra_time", "home_shoot_out", "away_shoot_out", "decision",
    "round",
)  # fmt: skip
NEEDED = ("tie", "leg", "home", "away", "home_goals", "away_goals")

Kind = Literal["1", "2", "single", "replay", "extra_match"]
KINDS: tuple[Kind, ...] = get_args(Kind)
How = Literal["coin_toss", "walkover", "ruling"]
Outcome = Literal["played", "awarded", "both_lose", "annulled", "not_played", "pending", "unknown"]

_DECISION = re.compile(r"(coin_toss|walkover|ruling):\s*(\S.*)")
_WITH_GOALS = ("played", "awarded")
_MAY_HAVE_GOALS = (*_WITH_GOALS, "both_lose", "annulled")


class Decision(Struct, frozen=True):
    """What somebody decided about a tie, and for whom."""

    how: How
    team: str


class LegRow(Struct, frozen=True):
    """A row: a match as it counts, or what became of it without a result.

    Without `away` nobody came to play against `home`: a bye. `round` is empty where it is not said.
    """

    line: int
    tie: str
    kind: Kind | None
    home: str
    away: str | None
    outcome: Outcome
    leg: Leg | None = None
    decision: Decision | None = None
    day: date | None = None
    round: str = ""


class LegRows(Struct, frozen=True):
    """The rows of a file, and the columns of it that nobody reads."""

    rows: tuple[LegRow, ...]
    ignored: tuple[str, ...]


def read(path: Path) -> LegRows:
    """Read the legs of ties. Raises BadRows, with all that is wrong."""
    file = rows.read(path, COLUMNS, NEEDED)
    read_rows = tuple(_row(row) for row in file.rows)
    file.believed()
    return LegRows(read_rows, file.ignored)


def _row(row: Row) -> LegRow:
    tie = row.needed("tie", "what the tie is called, in each of its rows")
    home = row.needed("home", "a team")
    goals = row.pair("home_goals", "away_goals")
    outcome = _outcome(row, goals)
    decision = _decision(row)
    kind = _kind(row, is_needed=goals is not None or outcome != "pending")
    away = row.text("away") or None
    if away is None and (goals is not None or kind is not None or decision is not None):
        row.expected("away", "a team; without a match and a decision nobody means a bye")
    elif away == home:
        row.bad("away", f"expected another team than at home, found {shown(home)}")
    leg = _leg(row, home, away or "", goals, outcome) if kind is not None else None
    return LegRow(
        row.line, tie, kind, home, away, outcome, leg, decision, row.day("date"), row.text("round")
    )


def _kind(row: Row, *, is_needed: bool) -> Kind | None:
    """Read which match of the tie it was; a decision or a bye needs none."""
    found = row.text("leg").lower()
    kind = next((kind for kind in KINDS if kind == found), None)
    if kind is None and (found or is_needed):
        row.expected("leg", "1, 2, single, replay or extra_match")
    return kind


def _outcome(row: Row, goals: tuple[int, int] | None) -> Outcome:
    allowed: tuple[Outcome, ...] = get_args(Outcome)
    default: Outcome = "pending" if goals is None else "played"
    found = row.word("outcome", allowed, default)
    outcome = next(one for one in allowed if one == found)
    if goals is None and outcome in _WITH_GOALS:
        row.expected("home_goals", f"a whole number, as the match was {outcome}")
    if goals is not None and outcome not in _MAY_HAVE_GOALS:
        row.bad("outcome", f"expected a match that has goals, found {outcome}")
    return outcome


def _decision(row: Row) -> Decision | None:
    text = row.text("decision")
    if not text:
        return None
    found = _DECISION.fullmatch(text)
    if found is None:
        row.expected("decision", "coin_toss:TEAM, walkover:TEAM or ruling:TEAM")
        return None
    hows: tuple[How, ...] = get_args(How)
    return Decision(next(how for how in hows if how == found[1]), found[2])


def _leg(
    row: Row, home: str, away: str, goals: tuple[int, int] | None, outcome: Outcome
) -> Leg | None:
    """Give the match as it counts, if it does."""
    neutral = row.is_set("neutral")
    ninety, went_on = _extra_time(row, goals)
    kicks = _shoot_out(row, goals)
    if outcome == "both_lose":
        scored, conceded = goals or (None, None)
        return Leg(home, away, outcome, scored, conceded, neutral=neutral)
    if goals is None or outcome not in _WITH_GOALS:
        return None
    counted = outcome_of(*goals)
    return Leg(home, away, counted, *goals, kicks, went_on, neutral, ninety_minutes=ninety)


def _extra_time(row: Row, goals: tuple[int, int] | None) -> tuple[Goals | None, bool]:
    """Give the score after 90 minutes where it is said, and whether the match went on."""
    ninety = row.pair("home_90", "away_90")
    said = row.is_set("after_extra_time")
    if (ninety is not None or said) and goals is None:
        row.expected("home_goals", "the goals of a match that had 90 minutes")
        return None, False
    if ninety is None or goals is None:
        return None, said
    for column, before, after in zip(("home_90", "away_90"), ninety, goals, strict=True):
        if before > after:
            row.expected(column, f"at most the {after} of the final score")
    if ninety != goals and not said and row.has("after_extra_time"):
        row.expected("after_extra_time", "1, as the score was another after 90 minutes")
    return Goals(home=ninety[0], away=ninety[1]), said or ninety != goals


def _shoot_out(row: Row, goals: tuple[int, int] | None) -> Goals | None:
    kicks = row.pair("home_shoot_out", "away_shoot_out")
    if kicks is None:
        return None
    if goals is None:
        row.expected("home_goals", "the goals of a match that had a shoot-out")
    if kicks[0] == kicks[1]:
        row.expected("away_shoot_out", f"another number than {kicks[0]}: no shoot-out ends level")
    return Goals(home=kicks[0], away=kicks[1])
