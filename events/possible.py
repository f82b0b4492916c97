"""What no fact can say, whatever is recorded: scores, results, ids and rules that cannot be.

Each function here returns if its value can be, and raises Refused with what to correct if not.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from events.errors import Refused
from events.fields import Goals
from events.match import outcome_of, written
from events.regulations import Group, Regulations, groups_of
from events.types import ResultAwarded, ResultRecorded

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
    if event.home is None or event.away is None or event.outcome in (None, "both_lose"):
        return
    if event.outcome != outcome_of(event.home, event.away):
        raise Refused(
            f"{event.home}-{event.away} is not the outcome {event.outcome}; correct one of them",
            outcome=event.outcome,
        )


def possible_id(id: str) -> None:
    """Keep the ids of matches and groups apart from dates, beside which they name lists."""
    if _DATE.fullmatch(id):
        raise Refused(f"{id} reads as a date, which names the matches of that day; choose another")


def possible_regulations(regulations: Regulations) -> None:
    stages = regulations.stages
    _each_once("stages", (stage.id for stage in stages))
    for stage in stages:
        _each_once(f"sections of stage {stage.id}", (section.id for section in stage.sections))
    _each_once("groups", (group.id for group in groups_of(regulations)))
    for group in groups_of(regulations):
        _possible_group(group)


def _possible_group(group: Group) -> None:
    possible_id(group.id)
    _each_once(f"teams of {group.id}", group.teams)
    _each_once(f"berths of {group.id}", (berth.id for berth in group.berths))
    for berth in group.berths:
        if berth.last < berth.first:
            raise Refused(
                f"the berth {berth.id} of {group.id} goes from rank {berth.first} to "
                f"{berth.last}; put the better rank first",
                berth=berth.id,
                group=group.id,
            )


def _each_once(those: str, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise Refused(f"{id} stands twice among the {those}; name each once", id=id)
        seen.add(id)
