"""Several writers of one competition decide on what is recorded, whoever recorded it."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from events.errors import Refused
from services.capture.submission import (
    Accepted,
    Busy,
    IdReused,
)
from services.capture.writer import Writer
from tests.integration.football import (
    MATCHES,
    OPENING,
    SCHEDULED,
    TEAMS,
    goal,
    named,
    note,
    opened,
    play,
    sent,
    writing,
)

M7 = sent("match_scheduled", "m7", match="m7", home="arsenal", away="bielich")


def positions(accepted: Accepted) -> list[int]:
    return [place.position for place in accepted.places]


async def test_two_writers_of_one_match_both_get_their_goals_in(redis: Redis) -> None:
    async with opened(redis) as one, writing(redis) as other:
        for turn in range(10):
            await play((one, other)[turn % 2], goal(f"{turn}"))
        answers = await asyncio.gather(
            *(play((one, other)[turn % 2], goal(f"{turn}")) for turn in range(10, 60))
        )
    assert sorted(p for answer in answers for p in positions(answer)) == list(
        range(OPENING + 11, OPENING + 61)
    )


async def test_a_refusal_is_never_answered_from_an_old_fold(redis: Redis) -> None:
    async with opened(redis) as one, writing(redis) as other:
        await play(other, goal("first"))
        await play(one, M7)
        assert (await play(other, goal("second", "m7"))).is_new
        await play(one, note("third"))
        assert not (await play(other, note("third"))).is_new


async def test_what_one_writer_recorded_is_a_repeat_for_the_other(redis: Redis) -> None:
    async with opened(redis) as one, writing(redis) as other:
        await play(other, goal("before"))
        first = await play(one, goal("first"), M7)
        assert await play(other, goal("first"), M7) == Accepted(first.places, is_new=False)
        mixed = await play(other, goal("first"), goal("second"))
        assert positions(mixed) == [positions(first)[0], OPENING + 4]
        with pytest.raises(IdReused):
            await play(one, goal("second", side="away"))


RESULTS = [
    sent("result_recorded", f"result {match}", match=match, home=1, away=0) for match in MATCHES
]
FINALISED = sent("standings_finalised", "final", group="group-a", order=list(TEAMS))


async def test_a_table_without_open_questions_is_finalised(redis: Redis) -> None:
    async with opened(redis) as writer:
        await play(writer, *RESULTS)
        assert (await play(writer, FINALISED)).is_new


@pytest.mark.parametrize(
    "slipping",
    [
        {**SCHEDULED[0], "id": named("m7"), "match": "m7"},
        sent("protest_filed", "protest", match="m1"),
    ],
)
async def test_nothing_slips_past_a_table_while_it_is_finalised(
    redis: Redis, slipping: dict[str, Any]
) -> None:
    async with opened(redis) as one, writing(redis) as other:
        await play(one, *RESULTS)
        await play(other, note("it has read all this"))
        await play(one, slipping)
        with pytest.raises(Refused, match="group-a is still open"):
            await play(other, FINALISED)


class Rival(Redis):
    """Lets somebody else record something just before each append."""

    rival: Writer
    turns = 0

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        if args[0] == "EVALSHA" and args[2] == 4:
            Rival.turns += 1
            await play(Rival.rival, goal(f"rival {Rival.turns}"))
        command: Any = super().execute_command
        return await command(*args, **options)


async def test_who_clashes_five_times_is_asked_to_come_back(redis: Redis, redis_url: str) -> None:
    async with opened(redis) as rival, Rival.from_url(redis_url, socket_timeout=None) as late:
        Rival.rival, Rival.turns = rival, 0
        async with writing(late) as writer:
            with pytest.raises(Busy, match="others were faster every time"):
                await play(writer, goal("first"))
            assert Rival.turns == 5
            assert (await play(writer, goal("elsewhere", "m2"))).is_new
