"""A season file becomes facts with ids that never change: loading it twice is loading it once.

A file is believed whole or not at all: every fact is typed, checked and folded here before the
first of them is posted. Then its facts go through capture like anybody's.
"""

import json
import re
import tomllib
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec.structs import replace

from events.check import Warned, check
from events.codec import Json, canonical_json, read_event, read_json
from events.errors import Malformed, Refused
from events.fields import Name
from events.possible_rules import possible_regulations, teams_named
from events.types import (
    AnyEvent,
    CompetitionCreated,
    Event,
    ExtraMatchOrdered,
    MatchEvent,
    MatchRescheduled,
    MatchScheduled,
    PersonNamed,
    RegulationsAmended,
    TeamEntered,
    subject_of,
)
from projections.fold import Fold
from services.client import Client, Refusal
from services.lines import Steps, steps_of, unclosed_line
from services.places import BadSeason, Place, Source, none_of, perhaps
from services.settings import (
    EVENTS_PER_UNIT_MAX,
    PLAY_UNDATED_INTERVAL_SECONDS,
    SEASON_BODY_BYTES_MAX,
)
from services.zones import A_ZONE, is_known_zone

FILE = "season.toml"
# Another one would record every season again.
NAMESPACE = uuid.UUID("6c0f5d1e-3a7b-5c52-9d0a-2f6e8b1c7d43")

EVERY_FACT = "fact"
TYPES = frozenset(str(event.__struct_config__.tag) for event in get_args(AnyEvent))
NAMING = str(PersonNamed.__struct_config__.tag)
_TOML_LINE = re.compile(r"at line ([0-9]+)")
_MISSING_KEY = re.compile("Object missing required field `([^`]*)`")
_REQUIRED = {"competition": "the id of the competition", "regulations": "a table"}
_UNKNOWN_KEY = re.compile("Object contains unknown field `([^`]*)`")
FIXTURE_LIST = (MatchScheduled, MatchRescheduled, ExtraMatchOrdered)
# What a check warns of that is wrong in a file: its facts are written together.
SLIPS = frozenset({"unknown-topic", "unknown-person", "named-otherwise"})
# What is odd while a match is played, and not when it is written down long after.
LIVE_ONLY = frozenset({"before-kick-off"})
# What a dry fold writes into the head of a fact; nothing is asked about it.
CHECKED_AT = "2000-01-01T00:00:00.000Z"
# What stands for the commitment to a name, which only follows from the salt that capture chooses.
UNCOMMITTED = "0" * 64


class Fact(msgspec.Struct, frozen=True):
    """An event of a season: its content, as it is posted, and what that means."""

    content: Json
    event: Event

    @property
    def happens(self) -> bool:
        """Say whether it tells what came of a match, rather than who is to meet whom."""
        return isinstance(self.event, MatchEvent) and not isinstance(self.event, FIXTURE_LIST)

    @property
    def names_person(self) -> bool:
        """Say whether its content has a name, which is kept beside the log."""
        return isinstance(self.event, PersonNamed)


class Season(msgspec.Struct, frozen=True):
    """A competition and its known facts, in the order of the file."""

    competition: str
    creation: Fact
    facts: tuple[Fact, ...]


class SeasonChanged(Exception):
    """The competition was created with other content than the season file says now."""

    def __init__(self, competition: str) -> None:
        self.competition = competition

    def __str__(self) -> str:
        return (
            f"the season file of {self.competition} has changed since it was loaded, and the log "
            "keeps what it has; a new data folder or another competition id loads it anew"
        )


# Reading


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    competition: str
    regulations: dict[str, Any]
    name: str | None = None
    time_zone: str | None = None
    simulated: bool | None = None
    private: bool | None = None
    every: dict[str, dict[str, Any]] = {}
    facts: tuple[dict[str, Any], ...] = ()


def read(path: Path) -> Season:
    """Read a season file, or the one of a folder. Raises BadSeason, and OSError for no file."""
    path = path / FILE if path.is_dir() else path
    text = _text_of(path)
    source = Source(path, text)
    file = _parsed(source, text)
    made: Counter[bytes] = Counter()
    whole = Place(source)
    creation = _fact(whole, file.competition, _creation(file), made)
    facts: list[Fact] = []
    places: dict[str, Place] = {}
    for index, written in enumerate(file.facts):
        said, elsewhere = _said(file, written)
        name = f"fact {index + 1} ({said['type']})" if "type" in said else f"fact {index + 1}"
        place = Place(source, name, ("facts", index), elsewhere)
        fact = _fact(place, file.competition, said, made)
        if (other := places.setdefault(fact.event.id, place)) is not place:
            wrong = f"expected one of its own, found that of {other.name}, line {other.line}"
            raise place.bad(("id",), wrong)
        facts.append(fact)
    season = Season(file.competition, creation, tuple(facts))
    _fold_dry(season, [whole, *places.values()])
    return season


def _text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        wrong = f"expected UTF-8, found byte {content[error.start]:#04x}"
        raise BadSeason(path, f"line {line}", wrong) from None


def _parsed(source: Source, text: str) -> _File:
    try:
        file = msgspec.convert(tomllib.loads(text), _File)
    except tomllib.TOMLDecodeError as error:
        wrong, line = str(error), _TOML_LINE.search(str(error))
        where = f"line {line[1] if line else unclosed_line(text)}"
        raise BadSeason(source.path, where, f"this is not TOML: {wrong}") from None
    except msgspec.ValidationError as error:
        wrong, _, where = str(error).partition(" - at `$.")
        if unknown := _UNKNOWN_KEY.fullmatch(wrong):
            key = unknown[1]
            raise source.bad((key,), none_of(_File.__struct_fields__, key)) from None
        if missing := _MISSING_KEY.fullmatch(wrong):
            key = missing[1]
            raise source.bad((key,), f"expected {_REQUIRED[key]}, found nothing") from None
        raise source.bad(steps_of(where), wrong[0].lower() + wrong[1:]) from None
    for name in sorted(file.every.keys() - TYPES - {EVERY_FACT}):
        wrong = f"expected `{EVERY_FACT}` or the type of an event, found `{name}`"
        raise source.bad(("every", name), wrong + perhaps(name, TYPES))
    if file.time_zone is not None and not is_known_zone(file.time_zone):
        raise source.bad(("time_zone",), f"expected {A_ZONE}, found '{file.time_zone}'")
    return file


def _creation(file: _File) -> dict[str, Any]:
    given = {name: getattr(file, name) for name in ("name", "time_zone", "simulated", "private")}
    return {
        "type": "competition_created",
        "competition": file.competition,
        "regulations": file.regulations,
        **{name: value for name, value in given.items() if value is not None},
    }


def _said(file: _File, written: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Steps]]:
    """Give all that a fact says, and where what it does not say itself is written."""
    said: dict[str, Any] = {}
    elsewhere: dict[str, Steps] = {}
    for name in (EVERY_FACT, str(written.get("type"))):
        said |= file.every.get(name, {})
        elsewhere |= {key: ("every", name, key) for key in file.every.get(name, {})}
    elsewhere = {key: steps for key, steps in elsewhere.items() if key not in written}
    return {**said, **written}, elsewhere


def _fact(place: Place, competition: str, said: dict[str, Any], made: Counter[bytes]) -> Fact:
    try:
        return made_of(competition, said, made)
    except Malformed as error:
        raise place.malformed(error, TYPES) from None


def made_of(competition: str, said: dict[str, Any], made: Counter[bytes]) -> Fact:
    """Type a fact and give it its id: made from what it says, and from how often that was said.

    The name of a person is not in its event, and so not in its id either. Raises Malformed.
    """
    content: Json = read_json(json.dumps(said, default=_iso, ensure_ascii=False).encode())
    beside = _beside(content) if content.get("type") == NAMING else {}
    content = {key: value for key, value in content.items() if key not in beside}
    canonical = canonical_json(content)
    made[canonical] += 1
    name = f"{competition}\n{made[canonical]}\n{canonical.decode()}"
    content = {"id": str(uuid.uuid5(NAMESPACE, name)), **content}
    committed = {**content, "commitment": UNCOMMITTED} if beside else content
    return Fact({**content, **beside}, read_event(committed).event)


def _beside(content: Json) -> Json:
    """Give the name of a person, which capture keeps and commits to."""
    if "commitment" in content:
        raise Malformed("$.commitment", "the name alone, as the commitment is made of it", "both")
    try:
        return {"name": msgspec.convert(content.get("name"), Name)}
    except msgspec.ValidationError:
        found = repr(content["name"])[:80] if "name" in content else "nothing"
        raise Malformed("$.name", "a name of 1 to 200 characters", found) from None


def _iso(value: date | datetime) -> str:
    """Write a date or time of TOML as an event has it."""
    return value.isoformat()


def _fold_dry(season: Season, places: Sequence[Place]) -> None:
    """Check every fact against those before it, as capture will."""
    _all_entered(season, places)
    fold = Fold()
    for place, fact in zip(places, [season.creation, *season.facts], strict=True):
        try:
            if not isinstance(fact.event, CompetitionCreated) or fold.position:
                _believe(check(fact.event, fold), place)
        except Refused as refused:
            raise place.bad(_key_of(refused, fact.content), str(refused)) from None
        version = fold.version(subject_of(fact.event)) + 1
        head = {"position": fold.position + 1, "version": version, "recorded_at": CHECKED_AT}
        fold.advance(replace(fact.event, **head))


def _believe(warnings: Sequence[Warned], place: Place) -> None:
    """Refuse what is odd where somebody reports it, and a slip of the pen where all is written."""
    for warned in warnings:
        if warned.code in SLIPS:
            raise place.bad(steps_of(warned.path or ""), warned.message)


def _all_entered(season: Season, places: Sequence[Place]) -> None:
    """Refuse a club in a group or a slot that no fact enters: regulations stand before all that,
    and a match of the club that was meant would be wrong in its place.
    """
    facts = [fact.event for fact in (season.creation, *season.facts)]
    entered = {event.team for event in facts if isinstance(event, TeamEntered)}
    for place, event in zip(places, facts, strict=True):
        if not isinstance(event, CompetitionCreated | RegulationsAmended):
            continue
        try:
            rules = possible_regulations(event.regulations)
        except Refused as refused:
            raise place.bad(_key_of(refused, {}), str(refused)) from None
        for path, team, where in teams_named(rules):
            if team not in entered:
                wrong = f"{team} is in {where} and no fact enters it (team_entered)"
                raise place.bad(steps_of(path), wrong)


def _key_of(refused: Refused, content: Json) -> Steps:
    """Find what a refusal is about: where it says, or else the first of its facts that is written
    there, by an id first.
    """
    if isinstance(path := refused.facts.get("path"), str):
        return steps_of(path)
    for value in refused.facts.values():
        found = [steps for steps, leaf in _leaves(content) if leaf == value]
        named = [steps for steps in found if steps[-1] == "id"]
        if found:
            return (named or found)[-1]
    return ()


def _leaves(value: object, steps: Steps = ()) -> Iterator[tuple[Steps, object]]:
    """Give the texts and numbers in a value, each with the steps that lead to it."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, (*steps, name))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, (*steps, index))
    elif not isinstance(value, bool):
        yield steps, value


# Posting


class Posted(msgspec.Struct, frozen=True):
    """What became of a request: whether anything in it was new, and what was odd about it."""

    new: bool
    warnings: tuple[str, ...] = ()


def create(client: Client, season: Season) -> Posted:
    """Create the competition; nothing happens if it was created like this before.

    Raises SeasonChanged if it was created otherwise.
    """
    try:
        answer = client.post("/v1/competitions", season.creation.content)
    except Refusal as refusal:
        if refusal.code == "exists":
            raise SeasonChanged(season.competition) from None
        raise
    return Posted(answer.status == 201)


def load(client: Client, season: Season, facts: Iterable[Fact]) -> Iterator[tuple[int, Posted]]:
    """Record facts as fast as it goes; give how many, request by request, and what became of it."""
    yield 0, create(client, season)
    for batch in batches(facts):
        yield len(batch), post(client, season, batch)


def post(client: Client, season: Season, facts: Sequence[Fact]) -> Posted:
    """Record facts together, all or nothing; the names of persons have an address of their own."""
    to = "people" if facts[0].names_person else "events"
    events = [fact.content for fact in facts]
    answer = client.post(f"/v1/competitions/{season.competition}/{to}", events)
    warnings = [each for each in answer.json().get("warnings", []) if each["code"] not in LIVE_ONLY]
    return Posted(answer.status == 201, tuple(str(warned["message"]) for warned in warnings))


def play(
    client: Client, season: Season, steps: Iterable[tuple[float, tuple[Fact, ...]]]
) -> Iterator[Posted]:
    """Post facts at their pace; nobody waits for what was recorded before."""
    new = False
    for seconds, facts in steps:
        if new:
            client.rest(seconds)
        posted = post(client, season, facts)
        new = posted.new
        yield posted


def batches(facts: Iterable[Fact]) -> Iterator[tuple[Fact, ...]]:
    """Put as many facts together as one request may hold; names of persons go by themselves."""
    batch: list[Fact] = []
    size = 0
    for fact in facts:
        length = len(msgspec.json.encode(fact.content)) + 1
        is_full = len(batch) == EVENTS_PER_UNIT_MAX or size + length > SEASON_BODY_BYTES_MAX
        if batch and (is_full or fact.names_person != batch[0].names_person):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(fact)
        size += length
    if batch:
        yield tuple(batch)


def pace(facts: Iterable[Fact], speed: float) -> Iterator[tuple[float, tuple[Fact, ...]]]:
    """Give facts to post, each after some seconds, so that time passes `speed` times as fast.

    What is not known to have happened at some time follows at a steady pace; what did not
    happen in a match comes at once, together.
    """
    together: list[Fact] = []
    before: datetime | None = None
    for fact in facts:
        if not fact.happens:
            together.append(fact)
            continue
        yield from ((0.0, batch) for batch in batches(together))
        together.clear()
        at = fact.event.occurred_at
        now = datetime.fromisoformat(at) if at else None
        seconds = PLAY_UNDATED_INTERVAL_SECONDS
        if now:
            seconds = max((now - before).total_seconds(), 0.0) if before else 0.0
            before = now
        yield seconds / speed, (fact,)
    yield from ((0.0, batch) for batch in batches(together))
