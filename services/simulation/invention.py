"""A season of some regulations that never was: facts from the first kick-off to the champion.

The same seed invents the same facts with the same ids. Each is checked and folded before it is
given, and what comes next is asked of that fold: who is level, which tie is undecided, who holds a
berth. Only here is anything left to chance. Something of everything happens in each season that
has the groups for it.
"""

import random
from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from events.codec import Json
from events.types import ResultRecorded, TeamEntered
from projections.fold import Fold
from services.season import CHECKED_AT, Fact, Season
from services.simulation import groups, match, ties
from services.simulation.edition import SIZE, WEEK, Edition, Place, Size
from services.simulation.ledger import Ledger
from services.simulation.match import INCIDENTS, Meeting, WaysOn

BEGINS = date(2013, 6, 2)
"""The Sunday of the first matches, unless another one is asked for."""

FIRST_SEED = 1
LEVEL_TIES = 0.1
"""So many of the ties end level by chance; one in the last bracket always does."""

WEEKS_MAX = 100

LEVEL_AT_THE_TOP = (3, 2)
"""So many teams are level at the top of the first groups that are chosen for it: lots, then an
extra match, are bound to happen."""


class Stuck(Exception):
    """Nothing can be invented any more, and the season is not over."""

    def __init__(self, competition: str, sections: tuple[str, ...]) -> None:
        self.competition = competition
        self.sections = sections

    def __str__(self) -> str:
        return (
            f"{self.competition} cannot be played on: nobody is known to come into "
            f"{', '.join(self.sections)}; say in the regulations which berths lead there"
        )


def competition_of(known: Season, seed: int) -> str:
    """Name the edition of a seed: the first one as in the file, the others with their seed."""
    name = known.competition if is_simulated(known) else f"{known.competition}-simulated"
    return name if seed == FIRST_SEED else f"{name}-{seed}"


def is_simulated(known: Season) -> bool:
    return bool(known.creation.content.get("simulated"))


def invent(
    known: Season,
    seed: int,
    *,
    fold: Fold | None = None,
    size: Size = SIZE,
    begins: date = BEGINS,
) -> Iterator[Fact]:
    """Give the creation of an edition, then all of its facts; `fold` takes them in, if given."""
    ledger = Ledger(competition_of(known, seed), Fold() if fold is None else fold)
    yield _created(known, seed, ledger)
    zone = ZoneInfo(ledger.fold.setting.time_zone)
    edition = Edition(ledger, random.Random(seed), size, zone, begins)
    for fact in known.facts:
        if isinstance(fact.event, TeamEntered):
            again = {k: v for k, v in fact.content.items() if k not in ("id", "type")}
            yield ledger.record(ledger.make(None, "team_entered", **again))
    _plan(edition)
    yield from _weeks(edition)
    yield edition.tell("competition_closed", reason="fin de la temporada simulada")


def _created(known: Season, seed: int, ledger: Ledger) -> Fact:
    said = {k: v for k, v in known.creation.content.items() if k not in ("id", "type")}
    said["competition"] = ledger.competition
    said["simulated"] = True
    name = said.get("name", known.competition)
    said["name"] = name if seed == FIRST_SEED else f"{name} · {seed}"
    return ledger.record(ledger.make(None, "competition_created", **said))


def _plan(edition: Edition) -> None:
    """Choose where something out of the ordinary is bound to happen."""
    rng, deepest = edition.rng, edition.places[0].depth
    first = [group.id for p in edition.places if p.depth == deepest for group in p.section.groups]
    rng.shuffle(first)
    level = LEVEL_AT_THE_TOP[: max(len(first) - 1, 0)]
    edition.level_groups = dict(zip(first, level, strict=False))
    others = first[len(level) :]
    for number, incident in enumerate(INCIDENTS if others else ()):
        edition.eventful_groups.setdefault(others[number % len(others)], []).append(incident)
    brackets = [place.section.rounds for place in edition.places if place.section.rounds]
    edition.level_ties = {
        tie.id
        for rounds in brackets
        for round_ in rounds
        for tie in round_.ties
        if rng.random() < LEVEL_TIES
    }
    if brackets:
        edition.level_ties.add(rng.choice(brackets[-1][0].ties).id)


# Week by week


def _weeks(edition: Edition) -> Iterator[Fact]:
    """Let those who decide meet, then play, until nothing is to come.

    They look again only at sections where something has happened, and at those these lead to.
    """
    waiting, opened = list(edition.places), set[str]()
    stirred = {place.section.id for place in waiting}
    for _ in range(WEEKS_MAX):
        still: list[Place] = []
        again: set[str] = set()
        for place in waiting:
            section, before = place.section.id, edition.fold.position
            if section in stirred:
                yield from _meet(edition, place, opened)
                stirred |= edition.led_to(place)
                again |= {section} if edition.fold.position > before else set()
            if section not in stirred or not ties.is_over(edition, place):
                still.append(place)
        waiting = still
        meetings = edition.fixtures.pop(edition.sunday, [])
        yield from _play(edition, meetings)
        stirred = again | {meeting.section for meeting in meetings}
        if not stirred and not edition.fixtures:
            break
        edition.sunday += WEEK
    if waiting:
        raise Stuck(edition.ledger.competition, tuple(place.section.id for place in waiting))


def _meet(edition: Edition, place: Place, opened: set[str]) -> Iterator[Fact]:
    """Settle what is to be settled in a section; with the first of them its stage is opened."""
    for fact in _settle(edition, place):
        yield fact
        if place.stage.id not in opened:
            opened.add(place.stage.id)
            yield edition.tell("stage_opened", stage=place.stage.id)


def _settle(edition: Edition, place: Place) -> Iterator[Fact]:
    yield from groups.form(edition, place)
    yield from groups.settle(edition, place)
    yield from ties.hold_draw(edition, place)
    yield from ties.play(edition, place)
    yield from ties.grant(edition, place)


def _play(edition: Edition, meetings: list[Meeting]) -> Iterator[Fact]:
    """Play the matches of a Sunday at once: their facts come as they happen, one among another."""
    facts: list[Json] = []
    for meeting in meetings:
        goals = edition.goals(meeting)
        facts += match.told(
            meeting, goals, edition.rng, edition.ledger.make, _ways_on(edition.fold, meeting)
        )
    for content in sorted(facts, key=lambda content: content["occurred_at"]):
        yield edition.ledger.record(content)


def _ways_on(fold: Fold, meeting: Meeting) -> WaysOn:
    """Ask the fold what a match that ends like this would leave open."""

    def ways_on(home: int, away: int, extra_time: bool) -> tuple[str, ...]:
        if meeting.extra_match:
            return ("shoot_out",) if home == away else ()
        if meeting.tie is None:
            return ()
        supposed = fold.branch()
        supposed.advance(
            ResultRecorded(
                id="",
                match=meeting.match,
                home=home,
                away=away,
                extra_time=extra_time,
                position=fold.position + 1,
                recorded_at=CHECKED_AT,
            )
        )
        pairing = supposed.pairing(meeting.tie)
        assert pairing is not None, "a match of a tie is scheduled in one that there is"
        return pairing.settled.settled_by

    return ways_on
