"""An invented season is posted like any other; only nobody waits for days without football.

Posted again, it goes on where it ended: each fact has the id that it had before. One edition
follows the other, each a competition of its own, because nothing in a log is ever deleted.
"""

import itertools
import logging
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services import season
from services.client import Client, Refusal
from services.season import Fact, Posted, Season
from services.settings import (
    EVENTS_PER_UNIT_MAX,
    SIMULATED_EDITIONS_MAX,
    SIMULATED_QUIET_SECONDS_MAX,
)
from services.simulation.invention import FIRST_SEED, competition_of, invent

logger = logging.getLogger(__name__)


class Step(NamedTuple):
    """So many facts were posted together, and this became of them."""

    facts: int
    posted: Posted


def play(
    client: Client, competition: str, invented: Iterable[Fact], speed: float
) -> Iterator[Step]:
    """Create an edition and post its facts at so many times real time; at 0, without a wait.

    Raises SeasonChanged if it was created otherwise.
    """
    facts = iter(invented)
    edition = Season(competition, next(facts), ())
    yield (created := Step(1, season.create(client, edition)))
    is_new = created.posted.new
    while speed == 0 or not is_new:
        some = list(itertools.islice(facts, EVENTS_PER_UNIT_MAX))
        if not some:
            return
        for step in _posted(client, edition, some):
            is_new = step.posted.new
            yield step
    for seconds, together in season.pace(facts, speed):
        client.rest(min(seconds, SIMULATED_QUIET_SECONDS_MAX))
        yield from _posted(client, edition, together)


def _posted(client: Client, edition: Season, facts: Iterable[Fact]) -> Iterator[Step]:
    for batch in season.batches(facts):
        yield Step(len(batch), season.post(client, edition, batch))


# Edition after edition


def begin(client: Client, known: Season, least: int = FIRST_SEED) -> int | None:
    """Create the first edition from a seed on that is not over, unless it is there; give its seed.

    There is none once as many were played as fit: each stays in the log.
    """
    status = {
        one["competition"]: one["status"]
        for one in client.get("/v1/competitions").json()["competitions"]
    }
    for seed in range(least, FIRST_SEED + SIMULATED_EDITIONS_MAX):
        competition = competition_of(known, seed)
        if status.get(competition) == "closed":
            continue
        try:
            season.create(client, Season(competition, next(invent(known, seed)), ()))
        except season.SeasonChanged as changed:
            logger.warning("%s", changed)
        else:
            return seed
    logger.warning(
        "%s is not played again: %d editions are kept; a new data folder begins anew",
        known.competition,
        SIMULATED_EDITIONS_MAX,
    )
    return None


def play_on(client: Client, known: Season, speed: float) -> None:
    """Play edition after edition; one that cannot be played on is left as it is."""
    least = FIRST_SEED
    while (seed := begin(client, known, least)) is not None:
        competition = competition_of(known, seed)
        try:
            for _ in play(client, competition, invent(known, seed), speed):
                pass
        except Refusal as refusal:
            logger.warning("%s is left as it is: %s", competition, refusal)
        least = seed + 1
