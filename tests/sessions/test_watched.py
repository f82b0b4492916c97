"""What a gateway believes of what it hears about a competition."""

import msgspec
import pytest

from services.store.topics import may_be_topic
from tests.sessions.viewers import EPOCH, doorbell, view, watching


def test_a_doorbell_that_follows_names_the_watched_topics_to_read() -> None:
    watched = watching(seen=40, live=33, teams=33)
    heard = watched.hear([doorbell(40, 42, "live", "scorers"), doorbell(42, 43, "live")])
    assert heard
    assert (set(heard.topics), heard.position) == ({"live"}, 43)


def test_a_doorbell_of_what_was_seen_changes_nothing() -> None:
    heard = watching(seen=40, live=33).hear([doorbell(38, 40, "live")])
    assert heard
    assert (set(heard.topics), heard.position) == (set(), 40)


def test_a_doorbell_that_does_not_follow_on_the_last_is_not_believed() -> None:
    assert watching(seen=40, live=33).hear([doorbell(41, 42, "teams")]) is None


def test_a_doorbell_of_another_epoch_is_not_believed() -> None:
    assert watching(seen=40, live=33).hear([doorbell(40, 42, "live", epoch="c3d4-1")]) is None


def test_a_doorbell_for_every_topic_makes_all_be_read() -> None:
    bell = msgspec.structs.replace(doorbell(40, 42), topics=None)
    assert watching(seen=40, live=33).hear([bell]) is None


def test_hearing_alone_is_not_seeing() -> None:
    watched = watching(seen=40, live=33)
    watched.hear([doorbell(40, 42, "live")])
    assert watched.seen == 40


def test_what_was_seen_never_shrinks_within_an_epoch() -> None:
    watched = watching(seen=40, live=33)
    watched.show(EPOCH, 38, {"live": view(30)})
    assert (watched.seen, watched.topics["live"].view.position) == (40, 33)


def test_another_epoch_begins_anew() -> None:
    watched = watching(seen=40, live=33)
    watched.tail = 50
    watched.show("c3d4-1", 20, {"live": view(20)})
    assert (watched.seen, watched.tail, watched.topics["live"].view.position) == (20, 20, 20)


@pytest.mark.parametrize(
    "name",
    [
        "competition", "teams", "live", "berths", "records", "scorers", "open-questions",
        "checkpoint", "feed", "sections/region-1", "matches/final-2", "matches/2013-12-15",
        "live/region-1", "standings/region-1-b", "bracket/national", "matches/" + "a" * 64,
    ],
)  # fmt: skip
def test_names_of_topics(name: str) -> None:
    assert may_be_topic(name)


@pytest.mark.parametrize(
    "name",
    [
        "", "Live", "standings", "standings/", "standings/Group B", "standings/a/b", "-/a",
        "standings/-a", "live ", "live\n", "standings/a\n", "teams/a", "@checkpoint", "../teams",
        "matches/" + "a" * 65,
    ],
)  # fmt: skip
def test_names_that_are_no_topics(name: str) -> None:
    assert not may_be_topic(name)
