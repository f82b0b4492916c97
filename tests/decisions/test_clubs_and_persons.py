"""Given who came, withdrew or was refused, then the list of clubs; and who is the same person."""

from typing import Any

from msgspec.structs import replace

from events.codec import Json
from events.fields import Names, Ruling
from events.regulations import Regulations, Section
from events.types import (
    ClaimRecorded,
    Event,
    GoalScored,
    GroupFormed,
    PeriodStarted,
    PersonNamed,
    PersonsMerged,
    TeamEntered,
    TeamExcluded,
    TeamRefused,
    TeamWithdrawn,
)
from projections.scorers import counts_as
from tests.decisions.given import fact
from tests.decisions.tables import League, rules

PAITA = Ruling(body="Comisión de Justicia", number="12-2013")


def two_departments() -> Regulations:
    """Amazonas, with a group, and Abancay, which stands last."""
    regulations = rules(teams=("a", "b"))
    [stage] = regulations.stages
    abancay = Section(id="abancay", name="Abancay")
    return replace(regulations, stages=(replace(stage, sections=(*stage.sections, abancay)),))


def enter(league: League, team: str, **fields: Any) -> Event:
    return league.record(fact(TeamEntered, team=team, names=Names(full=team.title()), **fields))


def clubs(league: League) -> list[tuple[str, str]]:
    return [(team["team"], team["status"]) for team in league.view("teams")["teams"]]


def club(league: League, team: str) -> Json:
    [found] = [listed for listed in league.view("teams")["teams"] if listed["team"] == team]
    said: Json = found
    return said


# Clubs


def test_clubs_are_listed_by_section_in_the_order_of_the_regulations_then_by_name() -> None:
    league = League(two_departments())
    for team, section in (("z", "abancay"), ("y", "amazonas"), ("x", "abancay")):
        enter(league, team, section=section)
    assert [team for team, _ in clubs(league)] == ["y", "x", "z", "a", "b"]
    assert club(league, "x")["section_name"] == "Abancay"
    assert club(league, "a")["section_name"] is None


def test_a_club_says_how_it_came_in_and_what_is_not_known_is_null() -> None:
    league = League(two_departments())
    enter(league, "paita", section="abancay", entry="by_resolution", ruling=PAITA, source="a page")
    assert club(league, "paita") == {
        "team": "paita",
        "name": "Paita",
        "short": "Paita",
        "code": None,
        "status": "entered",
        "section": "abancay",
        "section_name": "Abancay",
        "place": None,
        "entry": "by_resolution",
        "formerly": None,
        "reason": None,
        "ruling": "Comisión de Justicia 12-2013",
        "groups": [],
        "source": "a page",
    }


def test_a_club_that_changed_its_name_is_the_same_one_and_says_which_it_had() -> None:
    league = League().results(a_b="1-0")
    assert league.row("a")["name"] == "A"
    renamed = Names(full="Alianza")
    league.record(fact(TeamEntered, team="a", names=renamed, formerly="A", occurred="2013-10"))
    assert (club(league, "a")["name"], club(league, "a")["formerly"]) == ("Alianza", "A")
    assert (league.row("a")["name"], league.row("a")["points"]) == ("Alianza", 3)


def test_a_club_that_withdrew_or_was_excluded_stays_in_the_list_and_says_why() -> None:
    league = League()
    league.record(fact(TeamWithdrawn, team="a", reason="no money", source="a newspaper"))
    league.record(fact(TeamExcluded, team="b", ruling=Ruling(body="FPF")))
    assert clubs(league) == [("a", "withdrawn"), ("b", "excluded"), ("c", "entered")]
    assert (club(league, "a")["reason"], club(league, "a")["source"]) == ("no money", "a newspaper")
    assert club(league, "b")["ruling"] == "FPF"
    assert league.view("competition")["teams"] == 1


def test_a_club_that_enters_again_takes_part() -> None:
    league = League()
    withdrawn = league.record(fact(TeamWithdrawn, team="a"))
    enter(league, "a")
    assert club(league, "a")["status"] == "entered"
    league.record(fact(TeamWithdrawn, team="b"))
    league.cancel(withdrawn)
    assert clubs(league)[0] == ("a", "entered")


def test_a_club_that_was_refused_is_listed_and_takes_no_part() -> None:
    league = League()
    refused = fact(TeamRefused, team="cobresol", names=Names(full="Cobresol"), place="Moquegua")
    recorded = league.record(refused)
    view = league.view("teams")
    assert view["statuses"] == {"entered": 3, "withdrawn": 0, "excluded": 0, "refused": 1}
    assert (view["count"], league.view("competition")["teams"]) == (4, 3)
    assert (club(league, "cobresol")["name"], club(league, "cobresol")["place"]) == (
        "Cobresol",
        "Moquegua",
    )
    assert not league.fold.has_team("cobresol")
    league.cancel(recorded)
    assert league.view("teams")["count"] == 3


def test_a_club_that_a_group_names_no_more_is_counted_no_more() -> None:
    league = League(rules(teams=("a", "b")))
    league.fold.render("teams")
    formed = {"stage": "departmental", "section": "amazonas", "group": "group-b", "name": "B"}
    named = league.record(fact(GroupFormed, teams=("a", "b"), **formed))
    league.cancel(league.log[1])
    assert clubs(league) == [("b", "entered"), ("a", "entered")]
    assert league.fold.groups_of("a")
    league.cancel(named)
    assert league.view("teams")["count"] == 2


def test_what_sources_claim_about_the_clubs_stands_beside_them() -> None:
    league = League()
    league.record(fact(ClaimRecorded, about="teams", says="50 clubs", source="a newspaper"))
    assert league.view("teams")["claims"] == [{"says": "50 clubs", "source": "a newspaper"}]


# Claims about a match


def test_a_match_shows_what_is_claimed_about_it() -> None:
    league = League().results(a_b="3-0")
    claim = fact(ClaimRecorded, about="matches/a-b", says="6-2", source="the season page")
    recorded = league.record(claim)
    assert league.view("matches/a-b")["claims"] == [{"says": "6-2", "source": "the season page"}]
    assert league.fold.topics()["matches/a-b"] == recorded.position
    league.amend(recorded, says="6-1")
    assert league.view("matches/a-b")["claims"][0]["says"] == "6-1"
    league.amend(recorded, about="records")
    assert league.view("matches/a-b")["claims"] == []
    assert league.view("records")["claims"][0]["says"] == "6-2"


def test_a_claim_about_nothing_that_is_shown_makes_no_topic() -> None:
    league = League()
    league.record(fact(ClaimRecorded, about="matches/nowhere", says="3-0"))
    league.record(fact(ClaimRecorded, about="the weather", says="rain"))
    assert not {"matches/nowhere", "the weather"} & league.fold.topics().keys()


def test_a_claim_that_came_before_its_match_is_shown_with_it() -> None:
    league = League()
    league.record(fact(ClaimRecorded, about="matches/a-b", says="3-0"))
    league.schedule("a-b")
    assert league.view("matches/a-b")["claims"] == [{"says": "3-0", "source": None}]


# One person, written in two ways


def scorers(league: League) -> list[tuple[str, int]]:
    return [(each["player"], each["goals"]) for each in league.view("scorers")["scorers"]]


def chavez() -> League:
    """Josef and José scored for the same team; a third of that name, for the other."""
    league = League(rules(teams=("a", "b")))
    for person in ("josef", "jose", "other"):
        league.record(fact(PersonNamed, person=person, commitment="0" * 64))
    league.schedule("a-b")
    league.about(PeriodStarted, "a-b", period="first_half")
    for player, side in (("josef", "home"), ("jose", "home"), ("jose", "home"), ("other", "away")):
        league.about(GoalScored, "a-b", side=side, player=player)
    return league


def test_two_references_that_were_merged_score_as_one() -> None:
    league = chavez()
    assert scorers(league) == [("jose", 2), ("josef", 1), ("other", 1)]
    merged = league.record(fact(PersonsMerged, person="josef", into="jose"))
    assert scorers(league) == [("jose", 3), ("other", 1)]
    assert league.view("scorers")["count"] == 2
    league.cancel(merged)
    assert scorers(league) == [("jose", 2), ("josef", 1), ("other", 1)]


def test_what_happened_in_a_match_names_whom_a_person_counts_as() -> None:
    league = chavez()
    league.record(fact(PersonNamed, person="pepe", commitment="0" * 64))
    assert set(named(league)) == {"josef", "jose", "other"}
    league.record(fact(PersonsMerged, person="josef", into="jose"))
    assert set(named(league)) == {"jose", "other"}
    league.fold.take_touched()
    merged = league.record(fact(PersonsMerged, person="jose", into="pepe"))
    assert {"matches/a-b", "scorers"} <= league.fold.take_touched().keys()
    assert set(named(league)) == {"pepe", "other"}
    league.cancel(merged)
    assert {"matches/a-b", "scorers"} <= league.fold.take_touched().keys()
    assert set(named(league)) == {"jose", "other"}


def named(league: League) -> list[str]:
    timeline = league.view("matches/a-b")["timeline"]
    return [fact["player"] for fact in timeline if fact["player"]]


def test_a_merger_that_is_amended_is_about_the_person_it_then_names() -> None:
    league = chavez()
    merged = league.record(fact(PersonsMerged, person="josef", into="jose"))
    league.amend(merged, person="other")
    assert scorers(league) == [("jose", 2), ("jose", 1), ("josef", 1)]


def test_mergers_lead_to_the_last_person_and_never_in_a_circle() -> None:
    assert counts_as("a", {"a": "b", "b": "c"}) == "c"
    assert {counts_as(person, {"c": "b", "b": "c", "d": "c"}) for person in "bcd"} == {"b"}
    assert counts_as("x", {"a": "b"}) == "x"
