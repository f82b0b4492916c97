"""A team is known once it was entered, or named as one of a group."""

import pytest

from events.errors import Refused
from events.fields import Names
from events.types import (
    CompetitionCreated,
    GoalScored,
    MatchScheduled,
    PeriodStarted,
    RegulationsAmended,
    TeamEntered,
)
from tests.decisions.given import fact
from tests.decisions.tables import GROUP, POINTS, League, rules


def test_a_team_that_is_only_named_in_a_group_is_known_by_its_id() -> None:
    regulations = rules(POINTS, teams=("blues", "reds"))
    league = League.of([fact(CompetitionCreated, competition="copa", regulations=regulations)])
    league.schedule("reds-blues", kick_off="2025-06-01")
    league.about(PeriodStarted, "reds-blues", period="first_half")
    league.about(GoalScored, "reds-blues", side="home", player="p-1")
    unnamed = {"name": "reds", "short": "reds", "code": None}
    teams = league.view("teams")
    assert (teams["count"], league.view("competition")["teams"]) == (2, 2)
    assert teams["teams"][1] == {
        "team": "reds", **unnamed, "status": "entered", "section": None, "section_name": None,
        "place": None, "entry": None, "formerly": None, "reason": None, "ruling": None,
        "groups": [GROUP], "source": None,
    }  # fmt: skip
    assert unnamed.items() <= league.row("reds").items()
    for topic in ("live", "matches/2025-06-01", f"matches/{GROUP}"):
        assert league.view(topic)["matches"][0]["home"] == {"team": "reds", **unnamed}
    assert league.view("scorers")["scorers"][0]["name"] == "reds"
    league.record(fact(TeamEntered, team="reds", names=Names(full="Agua Roja")))
    teams = league.view("teams")
    assert [team["name"] for team in teams["teams"]] == ["Agua Roja", "blues"]
    assert league.row("reds")["name"] == "Agua Roja"


def test_a_team_that_left_its_only_group_is_known_no_more() -> None:
    league = League.of(
        [fact(CompetitionCreated, competition="copa", regulations=rules(POINTS, teams=("a", "b")))]
    )
    league.record(fact(RegulationsAmended, regulations=rules(POINTS, teams=("a", "c"))))
    assert [team["team"] for team in league.view("teams")["teams"]] == ["a", "c"]
    with pytest.raises(Refused, match="there is no team b; enter it first"):
        league.record(fact(MatchScheduled, match="m-1", home="a", away="b"))
