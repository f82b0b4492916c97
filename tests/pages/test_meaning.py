"""What a view means for the eye, without guessing: berths, brackets, states, clocks, the feed."""

from datetime import UTC, datetime
from typing import Any

from services.pages import feed, match, table
from services.pages.feed import Entry
from services.pages.here import Here, link
from services.pages.words import words

SPANISH = words("es")
NOW = datetime(2025, 10, 4, 20, 30, tzinfo=UTC)
HERE = Here(
    competition="copa",
    now=NOW,
    time_zone="America/Lima",
    groups={"group-a": "Grupo A"},
    teams={
        "a": {"team": "a", "name": "Amazonas FC", "short": "Amazonas FC", "code": None},
        "b": {"team": "b", "name": "Bagua Grande", "short": "Bagua", "code": "BAG"},
    },
    matches={"m1": {"home": "a", "away": "b", "group": "group-a"}},
)


def ranked(*ranks: int) -> dict[str, Any]:
    """A table whose second place is the last that goes through."""
    rows = [{"team": f"t{at}", "rank": rank} for at, rank in enumerate(ranks)]
    return {"rows": rows, "berths": [{"berth": "on", "name": "Sigue", "first": 1, "last": 2}]}


def shape(*ranks: int) -> list[str]:
    return [
        ("open" if line["open"] else "line") if "berth" in line else f"{line['level'] or 'alone'}"
        for line in table.lines(ranked(*ranks))
    ]


def played(**known: Any) -> dict[str, Any]:
    unknown: dict[str, Any] = {
        "match": "m1", "group": "group-a", "matchday": None, "kick_off": None,
        "home": HERE.teams["a"], "away": HERE.teams["b"], "play": "scheduled", "standing": "none",
        "disputed": False, "under_protest": False, "score": None, "result": None,
        "extra_match": False, "shoot_out": None, "period": None, "period_running": False,
        "period_started_at": None,
    }  # fmt: skip
    return {**unknown, **known}


def event(position: int, type_: str, **fields: Any) -> Entry:
    recorded = f"2025-10-04T20:00:{position:02}Z"
    known = {"id": f"e{position}", "position": position, "type": type_, "recorded_at": recorded}
    return Entry(competition="copa", event={**known, **fields})


# A table


def test_a_berth_ends_with_a_line_under_its_last_place() -> None:
    assert shape(1, 2, 3, 4) == ["alone", "alone", "line", "alone", "alone"]


def test_a_berth_that_ends_within_a_shared_rank_is_open_and_stands_below_all_of_it() -> None:
    assert shape(1, 2, 2, 4) == ["alone", "first", "last", "open", "alone"]
    assert shape(1, 1, 1, 1) == ["first", "middle", "middle", "last", "open"]


def test_a_shared_rank_that_fills_a_berth_leaves_nothing_open() -> None:
    assert shape(1, 1, 3, 4) == ["first", "last", "line", "alone", "alone"]


def test_a_berth_larger_than_its_group_ends_with_the_group() -> None:
    assert shape(1) == ["alone", "line"]


def test_a_team_is_out_only_when_every_berth_is_out_of_reach() -> None:
    assert table.fate({"berths": {"on": "clinched", "cup": "eliminated"}}) == "clinched"
    assert table.fate({"berths": {"on": "eliminated", "cup": "unknown"}}) is None
    assert table.fate({"berths": {"on": "eliminated"}}) == "eliminated"
    assert table.fate({"berths": {}}) is None
    assert table.fate({"berths": {"on": "eliminated", "cup": "open"}}) is None
    assert table.fate({"berths": {"on": "open"}}) is None


def test_a_group_in_short_whose_table_was_published_says_so_and_not_that_nothing_is_known() -> None:
    assert table.status({"group": "a", "status": "unknown", "printed": True}) == "printed"
    assert table.status({"group": "a", "status": "unknown", "printed": False}) == "unknown"
    assert table.status({"group": "a", "status": "final", "printed": True}) == "final"


def test_a_criterion_we_have_no_word_for_is_still_said() -> None:
    assert table.criterion(SPANISH, {"metric": "throw_ins"}) == "throw ins"
    assert table.criterion(SPANISH, {"metric": "points", "scope": "level"}) == "puntos entre ellos"


def separated(criterion: str, *numbers: int | str, scope: str = "all") -> str | None:
    known = {"criterion": criterion, "scope": scope, "article": None, "numbers": numbers}
    return table.reason(SPANISH, {"separated_by": known})


def test_a_reason_says_of_which_matches_it_is_and_gives_its_numbers_as_they_are_read() -> None:
    assert separated("goals_for", 3, 2, scope="level+away") == (
        "goles a favor de visita entre ellos: 3 a 2"
    )
    assert separated("goal_average", "∞", "31/3") == "cociente de goles: ∞ a 31/3"
    assert separated("opponents_goal_difference", "7/2", "-1/2") == (
        "diferencia de goles de los rivales: +7/2 a −1/2"
    )
    assert separated("lots", 1, 2) == "sorteo: 1.º a 2.º"


def test_teams_that_a_source_puts_level_share_its_place() -> None:
    ours = {"rows": [{"team": "a", "rank": 1}, {"team": "b", "rank": 2}]}
    places = table.claimed(ours, {"order": [["a", "b"]]})
    assert [(place["rank"], place["differs"]) for place in places] == [(1, False), (1, True)]


# A match


def test_a_result_comes_before_a_score_and_an_unknown_one_is_not_invented() -> None:
    score, awarded = {"home": 1, "away": 2}, {"outcome": "home", "home": 3, "away": 0}
    assert match.tally(played(score=score)) == score
    assert match.tally(played(score=score, result=awarded)) == {"home": 3, "away": 0}
    assert match.tally(played()) is None
    assert match.pending(SPANISH, HERE, played(play="ended")) == "no se sabe"


def test_an_award_says_what_was_played() -> None:
    awarded = {"outcome": "home", "home": 3, "away": 0}
    said = match.about(SPANISH, HERE, played(score={"home": 1, "away": 2}, result=awarded))
    assert said == ["en la cancha: 1–2"]


def test_a_match_to_come_says_when_in_the_time_of_its_ground() -> None:
    coming = played(kick_off="2025-10-05T20:30:00Z")
    assert match.pending(SPANISH, HERE, coming) == "5 oct, 15:30"
    assert match.pending(SPANISH, HERE, played()) == "–"


def running(minutes_ago: int, period: str = "second_half") -> dict[str, Any]:
    started = datetime.fromtimestamp(NOW.timestamp() - 60 * minutes_ago, UTC).isoformat()
    return played(play="in_play", period=period, period_running=True, period_started_at=started)


def test_the_clock_counts_from_the_start_of_the_period() -> None:
    assert match.clock(HERE, running(0, "first_half")) == "1'"
    assert match.clock(HERE, running(21)) == "67'"
    assert match.clock(HERE, running(47)) == "90+'"


def test_the_clock_is_not_shown_where_it_would_lie() -> None:
    simulated = Here(competition="copa", now=NOW, simulated=True)
    assert match.clock(simulated, running(21)) is None
    assert match.clock(HERE, running(100_000)) is None
    assert match.clock(HERE, {**running(21), "period_running": False}) is None
    assert match.clock(HERE, running(5, "shoot_out")) is None


def test_between_two_halves_it_is_half_time() -> None:
    resting = played(play="in_play", period="first_half", period_running=False)
    assert match.period(SPANISH, resting) == "entretiempo"


def test_a_result_is_provisional_only_where_results_are_confirmed() -> None:
    ended = played(play="ended", standing="provisional")
    assert match.states(HERE, ended) == []
    assert match.states(Here(competition="copa", confirms=True), ended) == ["provisional"]


def test_a_match_of_which_only_the_result_is_known_has_no_story() -> None:
    facts = [{"type": "match_scheduled"}, {"type": "result_recorded"}]
    assert match.story({"timeline": facts}) == []
    assert len(match.story({"timeline": [*facts, {"type": "goal_scored"}]})) == 2


def test_matches_being_played_keep_their_order_when_a_goal_falls() -> None:
    one, other = played(match="m1"), played(match="m2", kick_off="2025-10-04T20:00:00Z")
    assert match.being_played({"matches": [one, other]}) == [other, one]


def test_a_suspended_match_comes_after_those_that_are_being_played() -> None:
    early = "2025-10-04T20:00:00Z"
    suspended, running = played(play="suspended", kick_off=early), played(play="in_play")
    assert match.being_played({"matches": [suspended, running]}) == [running, suspended]
    assert list(match.sections({"matches": [suspended, running]})) == ["in_play", "suspended"]


def test_a_time_that_no_longer_holds_is_not_said_as_if_it_did() -> None:
    postponed = played(play="postponed", kick_off="2025-10-05T20:30:00Z")
    assert match.about(SPANISH, HERE, postponed) == ["se había fijado: 5 oct, 15:30"]


def test_what_was_awarded_without_play_is_not_said_to_be_to_come() -> None:
    result = {"outcome": "home", "home": 3, "away": 0}
    assert match.states_in_full(HERE, played()) == ["scheduled"]
    assert match.states_in_full(HERE, played(standing="awarded", result=result)) == ["awarded"]


# The feed


def test_what_comes_in_bulk_is_one_line() -> None:
    entries = [event(n, "team_entered", team=f"t{n}", names={"full": "T"}) for n in range(1, 9)]
    [line] = feed.feed(entries, 12)
    assert feed.headline(SPANISH, HERE, line) == "8 equipos inscritos"


def test_a_cancelled_goal_is_struck_and_a_cancelled_cancellation_is_not_heeded() -> None:
    goal = event(1, "goal_scored", match="m1", side="home", minute=20)
    no = event(2, "event_cancelled", match="m1", target="e1")
    yes = event(3, "event_cancelled", match="m1", target="e2")
    struck = {line["key"]: line["struck"] for line in feed.feed([goal, no], 12)}
    assert struck == {"copa/1": True, "copa/2": False}
    struck = {line["key"]: line["struck"] for line in feed.feed([goal, no, yes], 12)}
    assert struck == {"copa/1": False, "copa/2": True, "copa/3": False}


def test_a_kind_of_event_that_we_do_not_know_is_named_not_hidden() -> None:
    [line] = feed.feed([event(1, "pitch_invaded")], 12)
    assert feed.headline(SPANISH, HERE, line) == "Un hecho más (pitch_invaded)"


def test_what_was_only_reported_was_not_when_it_was_told() -> None:
    seen = event(1, "goal_scored", match="m1").event
    told = {**seen, "basis": "reported"}
    assert feed.time_of(HERE, seen) == seen["recorded_at"]
    assert feed.time_of(HERE, told) is None
    assert feed.time_of(HERE, {**told, "occurred": "2013-12-15"}) == "2013-12-15"
    played_on = Here(competition="copa", matches={"m1": {"day": "2013-12-15"}})
    assert feed.time_of(played_on, told) == "2013-12-15"


def test_a_day_is_said_once_and_what_is_said_has_none() -> None:
    old = {"basis": "reported", "occurred": "2013-12-15"}
    entries = [
        event(1, "tie_decided", basis="reported"),
        event(2, "goal_scored", **old),
        event(3, "claim_recorded", basis="reported"),
        event(4, "final_whistle", **old),
        event(5, "note_added"),
    ]
    lines = feed.days(SPANISH, {"copa": HERE}, feed.feed(entries, 12))
    assert [(line["day"], line["clock"]) for line in lines] == [
        ("", "15:00"), ("15 dic 2013", ""), ("", ""), ("", ""), ("No se sabe cuándo", ""),
    ]  # fmt: skip


# What is open


def test_an_open_question_is_never_said_in_the_words_of_the_view() -> None:
    asked: dict[str, Any] = {"kind": "new_kind", "teams": ["a", "b"], "message": "in English"}
    said = table.question(SPANISH, HERE, asked, None)
    assert said == "Amazonas FC – Bagua: algo queda por resolver."
    ways = {**asked, "kind": "level", "settled_by": ["lots", "a_new_way"]}
    assert table.question(SPANISH, HERE, ways, None) == (
        "Amazonas FC y Bagua siguen igualados y el puesto importa. Lo define: sorteo."
    )


# Sources


def test_only_addresses_on_the_web_become_links() -> None:
    assert link("https://example.org/a?b") == "example.org"
    assert link("javascript:alert(1)") is None
    assert link("un diario de 1998") is None
    assert link("https://[broken") is None
