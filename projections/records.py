"""The records over the stages that the regulations name: who holds them, and of how much we know.

A record is held by everybody who has it. It comes from results with goals that were played, so
one that is awarded without play is none, and on neutral ground nobody wins at home or away.
"""

from collections.abc import Iterable, Iterator
from heapq import nsmallest
from typing import TYPE_CHECKING

from msgspec import Struct

from events.fields import Goals
from events.match import Sheet
from projections import claims, topics
from projections.claims import Said
from projections.matches import order_of_play
from projections.naming import TeamName, team_name
from projections.scorers import Coverage
from projections.totals import Stage

if TYPE_CHECKING:
    from projections.fold import Fold

SCOPES_MAX = 20
HOLDERS_MAX = 20
KINDS = ("biggest_home_win", "biggest_away_win", "highest_scoring")


class Held(Struct, frozen=True):
    """A match that holds a record; `date` is the day, or what else is known of when it was."""

    match: str
    home: TeamName
    away: TeamName
    goals: Goals
    date: str | None


class Best(Struct, frozen=True):
    """A record; `count` tells how many hold it, also where only the first are listed."""

    value: int
    count: int
    matches: tuple[Held, ...]


class Scope(Struct, frozen=True):
    """The records over some stages; over all of them where none are named."""

    scope: str
    name: str | None
    stages: tuple[str, ...]
    coverage: Coverage
    biggest_home_win: Best | None
    biggest_away_win: Best | None
    highest_scoring: Best | None


class Records(Struct, frozen=True):
    scopes: tuple[Scope, ...]
    claims: tuple[Said, ...]


def render(fold: "Fold") -> Records:
    """Show the records of each scope of the regulations; without any, those of all matches."""
    scopes = fold.setting.regulations.records[:SCOPES_MAX]
    shown = [_scope(fold, scope.id, scope.name, scope.stages) for scope in scopes]
    return Records(
        tuple(shown) or (_scope(fold, "all", None, ()),), claims.about(fold, topics.RECORDS)
    )


def _scope(fold: "Fold", scope: str, name: str | None, named: tuple[str, ...]) -> Scope:
    kept = fold.totals.stages
    stages = [kept[stage] for stage in named if stage in kept] if named else list(kept.values())
    return Scope(
        scope,
        name,
        named,
        _coverage(stages),
        **{kind: _best(fold, stages, kind) for kind in KINDS},
    )


def _coverage(stages: Iterable[Stage]) -> Coverage:
    known = [stage.known for stage in stages]
    counted, with_score, with_scorers = (
        sum(each[name] for each in known) for name in ("counted", "with_score", "with_scorers")
    )
    return Coverage(counted, with_score, with_scorers)


def _best(fold: "Fold", stages: Iterable[Stage], kind: str) -> Best | None:
    found = [best for stage in stages if (best := stage.greatest(kind)) is not None]
    if not found:
        return None
    value = max(best[0] for best in found)
    holders = [match for best in found if best[0] == value for match in best[1]]
    first = nsmallest(HOLDERS_MAX, holders, key=lambda match: (order_of_play(fold, match), match))
    return Best(value, len(holders), tuple(_held(fold, first)))


def _held(fold: "Fold", matches: Iterable[str]) -> Iterator[Held]:
    for match in matches:
        sheet = fold.sheet(match)
        result = sheet.result if sheet else None
        assert sheet, "a record is held by a match"
        assert result, "that has a result"
        goals = Goals(home=result.home or 0, away=result.away or 0)
        home, away = team_name(fold, sheet.home), team_name(fold, sheet.away)
        yield Held(match, home, away, goals, _date(sheet))


def _date(sheet: Sheet) -> str | None:
    day = sheet.kick_off[: len("2025-06-01")] if sheet.kick_off else None
    return day or sheet.date or sheet.happened
