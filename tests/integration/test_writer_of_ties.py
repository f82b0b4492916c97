"""What was decided about a tie on an old fold is decided again on what was recorded since."""

from typing import Any

import pytest
from redis.asyncio import Redis

from events.errors import Refused
from tests.integration.football import REGULATIONS, TEAMS, note, opened, play, sent, writing

SLOTS = [{"from": "draw"}, {"from": "draw"}]
LAST = {"id": "last", "name": "Final", "ties": [{"id": "grand-final", "slots": SLOTS}]}
STAGE: dict[str, Any] = REGULATIONS["stages"][0]
SECTION: dict[str, Any] = {**STAGE["sections"][0], "rounds": [LAST]}
RULES = sent(
    "regulations_amended", "rules", regulations={"stages": [{**STAGE, "sections": [SECTION]}]}
)
LEG = {"tie": "grand-final", "leg": 1, "home": TEAMS[0], "away": TEAMS[1]}
FIRST = sent("match_scheduled", "first", match="final-1", **LEG)
OTHER = sent("match_scheduled", "other", match="final-2", **{**LEG, "leg": 2})


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (
            sent("match_scheduled", "second", match="final-2", **LEG),
            "leg 1 of grand-final is final-1 already",
        ),
        (
            sent("tie_decided", "decided", tie="grand-final", winner=TEAMS[2]),
            f"{TEAMS[2]} is not one of them",
        ),
        (
            sent(
                "slot_assigned",
                "late",
                slot="grand-final/1",
                replaces=TEAMS[2],
                filled_by={"from": "team", "team": TEAMS[2]},
            ),
            f"{TEAMS[0]} is in grand-final/1",
        ),
    ],
)
async def test_what_another_writer_scheduled_is_seen_before_a_tie_is_decided(
    redis: Redis, late: dict[str, Any], said: str
) -> None:
    async with opened(redis) as one, writing(redis) as other:
        await play(one, RULES)
        await play(other, note("it has read all this"))
        await play(one, FIRST)
        with pytest.raises(Refused, match=said):
            await play(other, late)


async def test_a_leg_is_not_amended_into_one_that_another_writer_has_scheduled(
    redis: Redis,
) -> None:
    async with opened(redis) as one, writing(redis) as other:
        await play(one, RULES, OTHER)
        await play(other, note("it has read all this"))
        await play(one, FIRST)
        body = {name: value for name, value in OTHER.items() if name != "id"} | {"leg": 1}
        amendment = sent("event_amended", "amended", match="final-2", target=OTHER["id"], body=body)
        with pytest.raises(Refused, match="leg 1 of grand-final is final-1 already"):
            await play(other, amendment)
