"""An invented season of any size, fact by fact as staff would post it; only ids differ by run.

Groups of four play each other twice. The matches of a matchday are played at the same time, so
that facts about one match stand far apart in the log, as they do on a busy Sunday.
"""

import hashlib
import itertools
import uuid
from collections.abc import Iterable, Iterator

from redis.asyncio import Redis

from events.codec import canonical_json, read_event
from services.capture import writer
from services.capture.submission import Submission
from services.settings import EVENTS_PER_UNIT_MAX
from services.store.log import Log, NewEvent, Recorded, Unit

Fact = dict[str, object]

COMPETITION = "bench-cup"
RECORDED_BY = "scorer:0123456789ab"
GROUPS_PER_SECTION = 25
MATCHES_PER_GROUP = 12
FACTS_PER_MATCH = 14
FACTS_AT_CROWDED_MATCH = 128
PERSONS = ("p-1003", "p-1007", "p-1018", "p-2004", "p-2009", "p-2015")
UNITS_PER_CALL = 5

_FIRST_HALF = (((0, 3), (1, 2)), ((3, 2), (0, 1)), ((1, 3), (2, 0)))
_MATCHDAYS = (*_FIRST_HALF, *(tuple((b, a) for a, b in day) for day in _FIRST_HALF))


def new_id() -> str:
    return str(uuid.uuid4())


def group_id(group: int) -> str:
    return f"group-{group:04}"


def team_id(group: int, team: int) -> str:
    return f"club-{group:04}-{team}"


def match_id(group: int, number: int) -> str:
    return f"group-{group:04}-match-{number:02}"


def matches(groups: Iterable[int]) -> list[str]:
    return [match_id(group, number) for group in groups for number in range(MATCHES_PER_GROUP)]


# What is known before the first match


def created(groups: int, competition: str = COMPETITION) -> Fact:
    sections = [
        {
            "id": f"section-{first // GROUPS_PER_SECTION}",
            "name": f"Section {first // GROUPS_PER_SECTION}",
            "groups": [
                {
                    "id": group_id(group),
                    "name": f"Group {group}",
                    "teams": [team_id(group, team) for team in range(4)],
                }
                for group in range(first, min(first + GROUPS_PER_SECTION, groups))
            ],
        }
        for first in range(0, groups, GROUPS_PER_SECTION)
    ]
    criteria = [{"metric": m} for m in ("points", "goal_difference", "goals_for", "lots")]
    return {
        "id": new_id(),
        "type": "competition_created",
        "competition": competition,
        "name": "Bench Cup",
        "simulated": True,
        "regulations": {
            "criteria": criteria,
            "stages": [{"id": "departmental", "name": "Departmental", "sections": sections}],
        },
    }


def prepared(groups: int) -> Iterator[Fact]:
    """The players, every team, then every match of these groups."""
    for person in PERSONS:
        yield {
            "id": new_id(),
            "type": "person_named",
            "person": person,
            "commitment": hashlib.sha256(person.encode()).hexdigest(),
        }
    for group in range(groups):
        for team in range(4):
            name = f"Club {group}-{team}"
            yield {
                "id": new_id(),
                "type": "team_entered",
                "team": team_id(group, team),
                "names": {"full": f"Sporting {name}", "short": name},
            }
    for group in range(groups):
        for number, (home, away) in enumerate(itertools.chain.from_iterable(_MATCHDAYS)):
            yield {
                "id": new_id(),
                "type": "match_scheduled",
                "match": match_id(group, number),
                "group": group_id(group),
                "home": team_id(group, home),
                "away": team_id(group, away),
                "kick_off": f"2026-{3 + number // 2:02}-01T15:30:00-05:00",
            }


# What happens at a match


def played(match: str) -> list[Fact]:
    """A match from its kick-off to the final whistle, 2:1."""
    first: Fact = {"period": "first_half"}
    second: Fact = {"period": "second_half"}
    steps: list[tuple[str, int, Fact]] = [
        ("period_started", 0, first),
        ("goal_scored", 11, {"side": "home", "minute": 11, "player": "p-1007", **first}),
        ("card_shown", 30, {"side": "away", "card": "yellow", "player": "p-2004", **first}),
        ("goal_scored", 39, {"side": "away", "minute": 39, "player": "p-2009", **first}),
        ("period_ended", 46, first),
        ("period_started", 61, second),
        ("substitution_made", 63, {"side": "home", "off": "p-1007", "on": "p-1018", **second}),
        ("card_shown", 70, {"side": "home", "card": "yellow", "player": "p-1003", **second}),
        ("substitution_made", 75, {"side": "away", "off": "p-2004", "on": "p-2015", **second}),
        ("goal_scored", 88, {"side": "home", "minute": 73, "player": "p-1018", **second}),
        ("period_ended", 108, second),
        ("final_whistle", 108, {"home": 2, "away": 1}),
        ("result_confirmed", 115, {}),
    ]
    return [
        {
            "id": new_id(),
            "type": type_,
            "match": match,
            "occurred_at": f"2026-03-01T{15 + minute // 60}:{minute % 60:02}:07-05:00",
            "device": "phone-7f3a",
            **more,
        }
        for type_, minute, more in steps
    ]


def happened(match: str, number: int) -> list[Fact]:
    """As many facts about one match, in its first half and by turns for both sides."""
    kinds: list[Fact] = [
        {"type": "goal_scored", "side": "home", "player": "p-1007"},
        {"type": "card_shown", "side": "away", "player": "p-2004", "card": "yellow"},
    ]
    return [
        {
            "id": new_id(),
            "match": match,
            "occurred_at": f"2026-03-01T15:{30 + at % 30}:07-05:00",
            "device": "phone-7f3a",
            "period": "first_half",
            "minute": at % 45,
            **kinds[at % 2],
        }
        for at in range(number)
    ]


def at_many_matches(matches: Iterator[str], facts: int) -> list[list[Fact]]:
    """Threads of work for callers who each are at a match of their own."""
    return [played(match) for match in _some(matches, facts // (FACTS_PER_MATCH - 1))]


def at_one_match(matches: Iterator[str], facts: int) -> list[list[Fact]]:
    """Threads of work for callers who all are at the same match, then all at the next."""
    crowded = _some(matches, facts // FACTS_AT_CROWDED_MATCH)
    return [[fact] for match in crowded for fact in happened(match, FACTS_AT_CROWDED_MATCH)]


def _some(matches: Iterator[str], number: int) -> list[str]:
    some = list(itertools.islice(matches, number))
    assert len(some) == number, "all matches of the season were played; give it more groups"
    return some


def season(groups: int) -> Iterator[Fact]:
    """Everything that is posted after the creation, in the order of the log."""
    yield from prepared(groups)
    for matchday in range(len(_MATCHDAYS)):
        numbers = (2 * matchday, 2 * matchday + 1)
        at_once = [played(match_id(group, n)) for group in range(groups) for n in numbers]
        for step in zip(*at_once, strict=True):
            yield from step


def groups_for(events: int) -> int:
    """How many groups play a season of at least so many events."""
    return -(-events // (4 + MATCHES_PER_GROUP * FACTS_PER_MATCH))


# Putting it in a log


async def begin(redis: Redis, groups: int, competition: str = COMPETITION) -> Log:
    """Create the competition."""
    submission = Submission((read_event(created(groups, competition)),), RECORDED_BY)
    await writer.create(redis, competition, submission)
    return Log(redis, competition)


async def record(log: Log, facts: Iterable[Fact]) -> int:
    """Append facts as fast as the log takes them, unchecked; give how many bytes were stored."""
    stored = 0
    events = map(_new_event, facts)
    while batch := list(itertools.islice(events, EVENTS_PER_UNIT_MAX * UNITS_PER_CALL)):
        units = [
            Unit(tuple(batch[first : first + EVENTS_PER_UNIT_MAX]))
            for first in range(0, len(batch), EVENTS_PER_UNIT_MAX)
        ]
        for unit, answer in zip(units, await log.append(units), strict=True):
            assert isinstance(answer, Recorded), answer
            for event, place in zip(unit.events, answer.places, strict=True):
                stored += len(event.stored(place))
    return stored


def _new_event(fact: Fact) -> NewEvent:
    """What capture would make of a fact that is known to be sound."""
    content = canonical_json(fact)
    return NewEvent(
        bytes.fromhex(str(fact["id"]).replace("-", "")),
        f"match/{fact['match']}" if "match" in fact else "competition",
        hashlib.sha256(content).digest(),
        b'"recorded_by":"%b",%b' % (RECORDED_BY.encode(), content[1:]),
    )
