"""A heartbeat promises that everything up to a position has been said, and never less later."""

from typing import Any

from services.gateway.watched import Feed, Topic, Watched
from tests.sessions.viewers import (
    COMPETITION,
    EPOCH,
    LOG_EPOCH,
    Viewer,
    entries,
    following,
    since,
    view,
    watching,
)


def heartbeat(viewer: Viewer) -> dict[str, Any]:
    """What is said when the next heartbeat is due, which comes after all else."""
    viewer.later(5)
    *_, last = viewer.read()
    assert last["type"] == "heartbeat"
    positions: dict[str, Any] = last["positions"]
    return positions


def both(seen: int, last: int) -> tuple[Watched, Feed]:
    """A view and the feed of one competition."""
    watched = watching(seen=seen, live=33)
    watched.feed = Feed(watched)
    watched.feed.restart(LOG_EPOCH, entries(max(1, last - 49), last))
    return watched, watched.feed


def test_a_heartbeat_says_how_far_each_competition_has_been_told() -> None:
    one, other = watching(seen=41, live=33), Watched("world-cup-1954")
    other.topics["live"] = Topic(other, "live")
    other.show("e5-1", 7, {"live": view(5)})
    viewer = Viewer().subscribe(one.topics["live"]).subscribe(other.topics["live"], id="s2")
    assert heartbeat(viewer) == {COMPETITION: 41, "world-cup-1954": 7}


def test_heartbeats_come_at_their_pace() -> None:
    viewer = Viewer(heartbeat_ms=5000).subscribe(watching(live=33).topics["live"])
    viewer.read()
    viewer.later(4.9)
    assert viewer.read() == []
    viewer.later(0.1)
    assert [told["type"] for told in viewer.read()] == ["heartbeat"]
    assert viewer.read() == []


def test_who_watches_nothing_gets_heartbeats_too() -> None:
    assert heartbeat(Viewer()) == {}


def test_a_heartbeat_follows_what_it_promises() -> None:
    watched = watching(seen=41, live=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    viewer.read()
    watched.show(EPOCH, 60, {"live": view(58)})
    viewer.later(5)
    update, beat = viewer.read(1)
    assert update["position"] == 58
    assert beat == {"type": "heartbeat", "positions": {COMPETITION: 60}}


def test_the_views_move_the_heartbeat_even_where_no_watched_topic_changed() -> None:
    watched = watching(seen=41, live=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    assert heartbeat(viewer) == {COMPETITION: 41}
    watched.show(EPOCH, 57, {})
    assert heartbeat(viewer) == {COMPETITION: 57}


def test_a_feed_promises_only_what_it_told() -> None:
    feed = following(170)
    viewer = Viewer().subscribe(feed, **since(100, LOG_EPOCH))
    viewer.read()
    assert heartbeat(viewer) == {COMPETITION: 100}
    [subscription] = viewer.session.ask_pages()
    subscription.turn_page(entries(101, 170))
    assert heartbeat(viewer) == {COMPETITION: 170}


def test_of_a_view_and_a_feed_the_one_that_is_behind_counts() -> None:
    watched, feed = both(seen=41, last=45)
    viewer = Viewer().subscribe(watched.topics["live"]).subscribe(feed, id="s2")
    assert heartbeat(viewer) == {COMPETITION: 41}
    watched.show(EPOCH, 47, {})
    assert heartbeat(viewer) == {COMPETITION: 45}


def test_a_new_feed_takes_no_promise_back_while_it_catches_up() -> None:
    watched, feed = both(seen=170, last=170)
    viewer = Viewer().subscribe(watched.topics["live"])
    assert heartbeat(viewer) == {COMPETITION: 170}
    viewer.subscribe(feed, id="s2", **since(0, LOG_EPOCH))
    assert heartbeat(viewer) == {}
    [subscription] = viewer.session.ask_pages()
    subscription.turn_page(entries(1, 170))
    assert heartbeat(viewer) == {COMPETITION: 170}


def test_nothing_is_promised_of_a_competition_while_a_subscription_waits_for_its_answer() -> None:
    watched = watching(seen=41, live=33, teams=33)
    watched.tail = 50
    viewer = Viewer(behind_wait_seconds=60).subscribe(watched.topics["live"])
    viewer.subscribe(watched.topics["teams"], id="s2", **since(50))
    assert heartbeat(viewer) == {}
    watched.show(EPOCH, 50, {})
    assert heartbeat(viewer) == {COMPETITION: 50}


def test_after_a_rewind_the_promise_begins_anew() -> None:
    watched = watching(seen=41, live=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    assert heartbeat(viewer) == {COMPETITION: 41}
    watched.show("c3d4-1", 20, {"live": view(20)})
    assert heartbeat(viewer) == {COMPETITION: 20}
