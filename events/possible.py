"""What no fact can say, whatever is recorded: scores, results and ids that cannot be.

Each function here returns if its value can be, and raises Refused with what to correct if not.
"""

import re
from collections.abc import Callable, Hashable, Iterable
from itertools import pairwise
from typing import Any, TypeVar

from events.errors import Refused
from events.fields import Goals
from events.match import outcome_of, written
from events.regulations import (
    Allotted,
    BerthOf,
    BestOf,
    ByDraw,
    Bye,
    ByRuling,
    LoserOf,
    RankOf,
    Source,
    Team,
    Unknown,
    WinnerOf,
)
from events.types import AdoptedRow, ResultAwarded, ResultRecorded

Item = TypeVar("Item")

_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def possible_score(home: int | None, away: int | None) -> None:
    if (home is None) != (away is None):
        raise Refused("give the goals of both sides, or of neither")


def possible_shoot_out(kicks: Goals | None) -> None:
    if kicks is not None and kicks.home == kicks.away:
        raise Refused(f"a shoot-out does not end level, {kicks.home}-{kicks.away}")


def possible_course(event: ResultRecorded) -> None:
    course = [goals for goals in (event.half_time, event.ninety_minutes, written(event)) if goals]
    for before, after in pairwise(course):
        if before.home > after.home or before.away > after.away:
            raise Refused(
                f"{before.home}-{before.away} cannot become {after.home}-{after.away}; "
                "correct the goals at half-time, after 90 minutes or at the end"
            )


def possible_outcome(event: ResultRecorded | ResultAwarded) -> None:
    if event.outcome == "unknown" and (event.home is not None or event.shoot_out is not None):
        raise Refused(
            "a result with goals or a shoot-out is known; leave out the outcome unknown, or them",
            outcome=event.outcome,
        )
    if event.home is None or event.away is None or event.outcome in (None, "both_lose"):
        return
    if event.outcome != outcome_of(event.home, event.away):
        raise Refused(
            f"{event.home}-{event.away} is not the outcome {event.outcome}; correct one of them",
            outcome=event.outcome,
        )


def possible_id(id: str, path: str) -> None:
    """Keep the ids of matches, groups and ties apart from dates, beside which they name lists."""
    if _DATE.fullmatch(id):
        raise Refused(
            f"{id} reads as a date, which names the matches of that day; choose another",
            path=path,
            id=id,
        )


def possible_row(row: AdoptedRow, path: str, group: str) -> None:
    """Hold a printed line against itself, as far as its columns are known."""
    played, outcomes = row.played, (row.won, row.drawn, row.lost)
    known = [count for count in outcomes if count is not None]
    if played is not None and (
        sum(known) > played or (len(known) == len(outcomes) and sum(known) < played)
    ):
        said = " + ".join("?" if count is None else str(count) for count in outcomes)
        raise Refused(
            f"{row.team} of {group} cannot have played {played} and won, drawn and lost {said}; "
            "correct them, or leave out what cannot be read",
            path=f"{path}.played",
            team=row.team,
            group=group,
        )
    scored, conceded, difference = row.goals_for, row.goals_against, row.goal_difference
    if scored is None or conceded is None or difference is None:
        return
    if scored - conceded != difference:
        raise Refused(
            f"{scored} goals for and {conceded} against do not make the difference {difference} "
            f"of {row.team} in {group}; correct them, or leave out what cannot be read",
            path=f"{path}.goal_difference",
            team=row.team,
            group=group,
        )


# What several ask


def waited_for(source: Source) -> str | None:
    """Name the tie, berth or overall table that a source waits for; a group waits for no slot."""
    match source:
        case WinnerOf(tie=tie) | LoserOf(tie=tie):
            return f"tie {tie}"
        case BerthOf(berth=berth):
            return f"berth {berth}"
        case BestOf(overall=overall) | Allotted(overall=overall):
            return f"table {overall}"
    return None


def said_source(source: Source) -> str:
    """Say in words where a team comes from."""
    match source:
        case RankOf(group=group, rank=rank):
            return f"rank {rank} of {group}"
        case WinnerOf(tie=tie):
            return f"the winner of {tie}"
        case LoserOf(tie=tie):
            return f"the loser of {tie}"
        case BerthOf(berth=berth, place=place):
            return f"place {place} of the berth {berth}"
        case BestOf(overall=overall, place=place):
            return f"place {place} of {overall}"
        case Allotted(overall=overall, to=to):
            return f"whom {overall} sends to {to}"
        case Team(team=team):
            return team
        case ByDraw():
            return "whoever is drawn"
        case ByRuling():
            return "whom a ruling names"
        case Bye():
            return "nobody"
        case Unknown():
            return "somebody"


def each_once(
    those: str, named: Iterable[tuple[str, Hashable]], said: Callable[[Any], str] = str
) -> None:
    """Refuse what stands twice, where it does so the second time; each comes with its path."""
    seen: set[Hashable] = set()
    for path, id in named:
        if id in seen:
            raise Refused(
                f"{said(id)} stands twice among the {those}; name each once",
                path=path,
                id=said(id),
            )
        seen.add(id)


def each_in(path: str, items: Iterable[Item]) -> list[tuple[str, Item]]:
    """Give each item of an array with its path."""
    return [(f"{path}[{index}]", item) for index, item in enumerate(items)]
