"""No view is larger than a frame, however large the competition and however long its names."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from events.fields import Names
from events.regulations import Berth, Criterion, Group, Regulations, Section, Stage
from events.types import (
    ClaimRecorded,
    CompetitionCreated,
    Event,
    GoalScored,
    MatchScheduled,
    NoteAdded,
    PeriodStarted,
    ProtestFiled,
    ResultRecorded,
    TeamEntered,
)
from projections.fitting import VIEW_BYTES_MAX
from projections.fold import Fold
from tests.decisions.given import fact

TOPIC_BYTES_MAX = 64 * 1024
GROUPS_COUNT = 1_000
TEAMS_COUNT = 150
MATCHES_COUNT = 400

LONG = "ñ" * 200
TEXT = "ñ" * 4_000
THE_GROUP = "g-0"


def team(number: int) -> str:
    return f"{number:03}-".ljust(64, "x")


def match(number: int) -> str:
    return f"{number:03}-".ljust(64, "m")


def large_regulations() -> Regulations:
    teams = tuple(team(number) for number in range(TEAMS_COUNT))
    berths = tuple(Berth(id=f"berth-{number}", name=LONG, last=number) for number in range(1, 9))
    groups = [Group(id=THE_GROUP, name=LONG, teams=teams, berths=berths)]
    groups += [Group(id=f"g-{n}", name=LONG, teams=teams[:4]) for n in range(1, GROUPS_COUNT)]
    sections = tuple(
        Section(id=f"s-{number}", name=LONG, groups=tuple(groups[number::500]))
        for number in range(500)
    )
    return Regulations(
        criteria=tuple(Criterion(metric="points", article=LONG) for _ in range(20)),
        stages=(Stage(id="stage", name=LONG, sections=sections),),
        notes=(TEXT,) * 30,
        source=TEXT,
    )


def large() -> Fold:
    """One group of everybody, with all that can be long about it, and many small ones."""
    fold = Fold()

    def record(kind: type[Event], **fields: Any) -> None:
        fold.advance(replace(fact(kind, **fields), position=fold.position + 1))

    record(CompetitionCreated, competition="c", regulations=large_regulations())
    for number in range(600):
        record(TeamEntered, team=team(number), names=Names(full=LONG, short=LONG, code="ABCD"))
    for number in range(MATCHES_COUNT):
        home, away = team(number % TEAMS_COUNT), team((number + 1) % TEAMS_COUNT)
        place = {"group": THE_GROUP, "kick_off": "2025-06-01", "venue": LONG}
        record(MatchScheduled, match=match(number), home=home, away=away, **place)
        if number % 2:
            record(PeriodStarted, match=match(number), period="first_half")
            record(
                GoalScored, match=match(number), side="home", player=f"{number:03}".ljust(64, "p")
            )
        else:
            record(ResultRecorded, match=match(number), home=1, away=0)
        record(ProtestFiled, match=match(number), reason=TEXT)
    for _ in range(300):
        record(NoteAdded, match=match(0), text=TEXT, source=TEXT)
        record(NoteAdded, text=TEXT, source=TEXT)
        record(ClaimRecorded, about=f"standings/{THE_GROUP}", says=TEXT, order=(team(0), team(1)))
        for about in (f"matches/{match(0)}", "records", "teams", "scorers"):
            record(ClaimRecorded, about=about, says=TEXT, source=TEXT)
    return fold


@pytest.fixture(scope="module")
def fold() -> Fold:
    return large()


def test_every_view_of_a_large_competition_fits(fold: Fold) -> None:
    sizes = {topic: len(msgspec.json.encode(fold.render(topic))) for topic in fold.topics()}
    assert len(sizes) > 2 * GROUPS_COUNT
    assert max(sizes.values()) <= VIEW_BYTES_MAX < TOPIC_BYTES_MAX


@pytest.mark.parametrize(
    ("topic", "list_of"),
    [
        ("teams", "teams"),
        ("live", "matches"),
        (f"matches/{THE_GROUP}", "matches"),
        ("matches/2025-06-01", "matches"),
        ("scorers", "scorers"),
        ("open-questions", "questions"),
    ],
)
def test_a_list_that_is_cut_says_how_many_there_are(fold: Fold, topic: str, list_of: str) -> None:
    view = msgspec.json.decode(msgspec.json.encode(fold.render(topic)))
    assert 20 < len(view[list_of]) < view["count"]


def test_of_matches_listed_the_newest_stay(fold: Fold) -> None:
    listed = msgspec.json.decode(msgspec.json.encode(fold.render("matches/2025-06-01")))
    assert listed["matches"][-1]["match"] == match(MATCHES_COUNT - 1)
    live = msgspec.json.decode(msgspec.json.encode(fold.render("live")))
    assert live["matches"][0]["match"] == match(MATCHES_COUNT - 1)


def test_a_record_that_many_hold_names_some_of_them_and_counts_all(fold: Fold) -> None:
    view = msgspec.json.decode(msgspec.json.encode(fold.render("records")))
    best = view["scopes"][0]["biggest_home_win"]
    assert 0 < len(best["matches"]) < best["count"] == MATCHES_COUNT // 2


def test_a_table_that_is_cut_keeps_its_best_rows(fold: Fold) -> None:
    view = msgspec.json.decode(msgspec.json.encode(fold.render(f"standings/{THE_GROUP}")))
    assert view["rows"][0]["rank"] == 1
    assert 10 < len(view["rows"]) < TEAMS_COUNT


def test_a_competition_that_is_cut_still_names_its_sections(fold: Fold) -> None:
    view = msgspec.json.decode(msgspec.json.encode(fold.render("competition")))
    [stage] = view["stages"]
    assert 20 < len(stage["sections"]) < stage["sections_count"] == 500
    assert stage["groups_count"] == GROUPS_COUNT
    assert view["matches"]["total"] == MATCHES_COUNT
