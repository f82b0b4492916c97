"""How a match is being played follows from its facts, one after the other."""

from collections.abc import Sequence
from typing import Literal

from events.facts import Told
from events.types import (
    AddedTimeAnnounced,
    BreakEnded,
    BreakStarted,
    CardShown,
    Event,
    FinalWhistle,
    GoalDisallowed,
    GoalScored,
    MatchAbandoned,
    MatchCalledOff,
    MatchPostponed,
    MatchRescheduled,
    MatchResumed,
    MatchSuspended,
    PenaltyAwarded,
    PenaltyMissed,
    PeriodEnded,
    PeriodStarted,
    ResultAwarded,
    ResultRecorded,
    ShootOutKickTaken,
    SubstitutionMade,
)

Play = Literal[
    "scheduled", "in_play", "suspended", "postponed", "abandoned", "ended", "not_played", "unknown"
]

BEFORE_PLAY: frozenset[Play] = frozenset({"scheduled", "postponed", "not_played"})
UNDER_WAY: frozenset[Play] = frozenset({"in_play", "suspended"})
_NOT_ENDED: frozenset[Play] = BEFORE_PLAY | {"in_play", "suspended", "abandoned"}

SHOOT_OUT_KICKS = 5
"""How many kicks each side has; as long as they are level then, each has one more."""

# What happens on a pitch shows that play is on, whoever holds the kick-off; it does
# not restart a match that was stopped.
_EVIDENCE_OF_PLAY = (
    PeriodStarted,
    PeriodEnded,
    AddedTimeAnnounced,
    BreakStarted,
    BreakEnded,
    GoalScored,
    GoalDisallowed,
    PenaltyAwarded,
    PenaltyMissed,
    CardShown,
    SubstitutionMade,
    ShootOutKickTaken,
)

# After which fact a match is in which state, and from which states it goes there.
_PLAY_AFTER: dict[type[Event], tuple[Play, frozenset[Play]]] = {
    **dict.fromkeys(_EVIDENCE_OF_PLAY, ("in_play", BEFORE_PLAY)),
    MatchResumed: ("in_play", _NOT_ENDED),
    MatchSuspended: ("suspended", BEFORE_PLAY | {"in_play"}),
    MatchAbandoned: ("abandoned", _NOT_ENDED),
    MatchPostponed: ("postponed", _NOT_ENDED - {"abandoned"}),
    MatchCalledOff: ("not_played", _NOT_ENDED - {"abandoned"}),
    ResultAwarded: ("not_played", BEFORE_PLAY),
    MatchRescheduled: ("scheduled", frozenset({"postponed", "not_played"})),
    FinalWhistle: ("ended", _NOT_ENDED | {"unknown"}),
    ResultRecorded: ("ended", _NOT_ENDED | {"unknown"}),
}


def play_after(play: Play, fact: Event) -> Play:
    """Say how a match is being played once this fact has followed."""
    step = _PLAY_AFTER.get(type(fact))
    if step is None or play not in step[1]:
        return play
    return "unknown" if isinstance(fact, ResultRecorded) and fact.outcome == "unknown" else step[0]


def play_in(facts: Sequence[Event]) -> Play:
    play: Play = "scheduled"
    for fact in facts:
        play = play_after(play, fact)
    return play


def shoot_out_is_over(told: Told) -> bool:
    """Say whether the kicks told so far decide: a sheet says so, a whistle ended them, or nobody
    can draw level any more.

    A whistle before the last kick may have ended only the play before the kicks.
    """
    kicks = told.all(ShootOutKickTaken)
    if any(sheet.shoot_out for sheet in told.sheets) or not kicks:
        return bool(told.sheets)
    place = told.facts.index
    if told.sheets and place(told.sheets[-1]) > place(kicks[-1]):
        return True
    home, away = ([kick.scored for kick in kicks if kick.side == side] for side in ("home", "away"))
    rounds = max(SHOOT_OUT_KICKS, len(home), len(away))
    ahead = sum(home) - sum(away)
    return ahead > rounds - len(away) or -ahead > rounds - len(home)
