"""An example of every event, as somebody would send it, and what their common fields mean."""

from collections.abc import Mapping
from typing import Any

from events import types
from events.codec import Json
from events.types import Event, MatchEvent

COMMON: Mapping[str, str] = {
    "id": "chosen by whoever sends it, once; sent again, it is recorded once",
    "competition": "may be left out: the address says it",
    "match": "the match that it is about",
    "occurred_at": "when it happened",
    "occurred": "when it happened, as far as that is known",
    "device": "what it was sent from",
    "confirmation": "whether somebody has confirmed it",
    "basis": "how it is known",
    "source": "where it is written",
    "correlation_id": "joins what belongs together; means nothing here",
    "expected_version": (
        "the version of its subject that it was decided on; 409 if that has moved since"
    ),
}

RULING = {"body": "Comisión de Justicia", "number": "012-2025", "article": "18"}
TARGET = "0198c5f0-0000-7000-8000-000000000001"
AT = {"period": "first_half", "minute": 12}

EXAMPLES: Mapping[type[Event], Json] = {
    types.CompetitionCreated: {
        "competition": "first-whistle",
        "name": "First Whistle",
        "regulations": {"criteria": [{"metric": "points"}, {"metric": "goal_difference"}]},
    },
    types.RegulationsAmended: {"regulations": {"criteria": [{"metric": "points"}]}},
    types.StageOpened: {"stage": "only"},
    types.GroupFormed: {
        "stage": "only", "section": "home", "group": "group-a", "name": "Group A",
        "teams": ["reds", "blues"],
    },
    types.TeamEntered: {"team": "reds", "names": {"full": "Red Star", "code": "RED"}},
    types.TeamWithdrawn: {"team": "blues", "reason": "no players"},
    types.TeamExcluded: {"team": "blues", "ruling": RULING},
    types.TeamRefused: {"team": "greens", "names": {"full": "Green Valley"}, "ruling": RULING},
    types.PersonNamed: {"person": "p-1", "commitment": "ab" * 32, "team": "reds"},
    types.NameErased: {"person": "p-1", "reason": "asked for it"},
    types.PersonsMerged: {"person": "p-2", "into": "p-1"},
    types.DrawHeld: {
        "slots": [
            {"slot": "final/1", "filled_by": {"from": "berth", "berth": "first-of-group-a"}},
            {"slot": "final/2", "filled_by": {"from": "team", "team": "blues"}},
        ],
        "witnesses": "the delegates of both clubs",
    },
    types.SlotAssigned: {
        "slot": "final/2", "filled_by": {"from": "team", "team": "reds"}, "replaces": "blues",
        "ruling": RULING,
    },
    types.BerthGranted: {"berth": "first-of-group-a", "team": "reds", "ruling": RULING},
    types.TableAdopted: {
        "group": "group-a", "rows": [{"team": "reds", "rank": 1, "points": 7}],
        "source": "a newspaper of the day",
    },
    types.PointsAdjusted: {"team": "reds", "group": "group-a", "points": -3, "ruling": RULING},
    types.CompetitionClosed: {"reason": "played to the end"},
    types.CompetitionReopened: {"reason": "a match is repeated"},
    types.ClaimRecorded: {
        "about": "standings/group-a", "says": "blues first", "order": ["blues", "reds"],
    },
    types.LotsDrawn: {"group": "group-a", "order": ["reds", "blues"]},
    types.RankDecided: {"group": "group-a", "order": ["reds", "blues"], "ruling": RULING},
    types.ExtraMatchOrdered: {"group": "group-a", "home": "reds", "away": "blues"},
    types.TieDecided: {"tie": "final", "winner": "reds", "by": "walkover"},
    types.StandingsFinalised: {"group": "group-a", "order": ["reds", "blues"]},
    types.MatchScheduled: {
        "group": "group-a", "home": "reds", "away": "blues",
        "kick_off": "2025-12-07T15:30:00-05:00",
    },
    types.MatchRescheduled: {"kick_off": "2025-12-08", "reason": "rain"},
    types.MatchPostponed: {"reason": "rain"},
    types.MatchCalledOff: {"reason": "it decides nothing"},
    types.PeriodStarted: {"period": "first_half", "occurred_at": "2025-12-07T15:31:00-05:00"},
    types.PeriodEnded: {"period": "first_half"},
    types.AddedTimeAnnounced: {"minutes": 4, "period": "second_half"},
    types.MatchDelayed: {"reason": "the ambulance is late"},
    types.BreakStarted: {"reason": "heat"},
    types.BreakEnded: {},
    types.GoalScored: {"side": "home", **AT, "player": "p-1"},
    types.GoalDisallowed: {"side": "home", **AT, "reason": "offside"},
    types.PenaltyAwarded: {"side": "home", **AT},
    types.PenaltyMissed: {"side": "home", **AT, "outcome": "saved"},
    types.CardShown: {"side": "away", **AT, "card": "yellow", "player": "p-2"},
    types.SubstitutionMade: {"side": "away", **AT, "off": "p-2", "on": "p-3"},
    types.ShootOutKickTaken: {"side": "home", "scored": True, "order": 1},
    types.ReviewStarted: {"target": TARGET, "reason": "offside"},
    types.ReviewEnded: {"outcome": "upheld", "target": TARGET},
    types.MatchSuspended: {"minute": 63, "reason": "storm"},
    types.MatchResumed: {"minute": 63},
    types.MatchAbandoned: {"minute": 63, "reason": "storm"},
    types.FinalWhistle: {"home": 1, "away": 0},
    types.ResultRecorded: {"home": 3, "away": 1, "half_time": {"home": 1, "away": 1}},
    types.ResultConfirmed: {"by": "the referee"},
    types.ResultAwarded: {
        "outcome": "home", "home": 3, "away": 0, "reason": "walkover", "ruling": RULING,
    },
    types.ResultAnnulled: {"reason": "the away team withdrew", "ruling": RULING},
    types.ProtestFiled: {"by": "blues", "reason": "an ineligible player"},
    types.ProtestDecided: {"target": TARGET, "outcome": "dismissed", "ruling": RULING},
    types.ScorerConnected: {},
    types.ScorerLost: {},
    types.CoverageChanged: {"level": "score_only"},
    types.EventConfirmed: {"match": "derby", "target": TARGET},
    types.EventCancelled: {"match": "derby", "target": TARGET, "reason": "offside"},
    types.EventAmended: {
        "match": "derby", "target": TARGET,
        "body": {"type": "goal_scored", "match": "derby", "side": "home", "minute": 13},
    },
    types.NoteAdded: {"text": "The gates opened late."},
}  # fmt: skip


def example(kind: type[Event]) -> dict[str, Any]:
    """Give an event of this type as it is sent."""
    number = 16 + list(EXAMPLES).index(kind)
    head = {"id": f"0198c5f0-0000-7000-8000-{number:012d}", "type": kind.__struct_config__.tag}
    about = {"match": "derby"} if issubclass(kind, MatchEvent) else {}
    return {**head, **about, **EXAMPLES[kind]}
