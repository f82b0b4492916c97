"""What a viewer of the feed is told: every event, in order, none left out, none twice."""

from typing import Any

import pytest

from services.gateway.watched import Feed
from services.settings import LIVE_FEED_WINDOW_EVENTS_MAX
from tests.sessions.viewers import (
    COMPETITION,
    LOG_EPOCH,
    Viewer,
    entries,
    following,
    message,
    since,
    stored,
)


def read_on(viewer: Viewer, feed: Feed, page: int = 20) -> list[dict[str, Any]]:
    """Everything the viewer is told, with the pages of the log that it asks for."""
    told = viewer.read()
    while asked := viewer.session.ask_pages():
        for subscription in asked:
            first = subscription.held.position + 1
            subscription.turn_page(entries(first, min(first + page - 1, feed.last)))
        told += viewer.read()
    return told


def positions(told: list[dict[str, Any]]) -> list[int]:
    return [one["position"] for one in told if one["type"] == "event"]


def test_without_since_come_the_last_fifty_and_then_the_tail() -> None:
    feed = following(70)
    viewer = Viewer().subscribe(feed)
    [told] = viewer.read()
    events = told.pop("data")["events"]
    assert told == {
        "type": "snapshot",
        "id": "s1",
        "competition": COMPETITION,
        "topic": "feed",
        "epoch": LOG_EPOCH,
        "position": 70,
    }
    assert [event["position"] for event in events] == list(range(21, 71))
    feed.extend(entries(71, 72))
    assert positions(viewer.read()) == [71, 72]
    assert viewer.read() == []


def test_a_snapshot_of_a_feed_that_kept_more_has_fifty_all_the_same() -> None:
    feed = following(50)
    feed.extend(entries(51, 80))
    [told] = Viewer().subscribe(feed).read()
    assert [event["position"] for event in told["data"]["events"]] == list(range(31, 81))


def test_a_short_log_is_in_the_snapshot_whole() -> None:
    [told] = Viewer().subscribe(following(3)).read()
    assert [event["position"] for event in told["data"]["events"]] == [1, 2, 3]


def test_an_event_is_told_as_it_is_stored_byte_for_byte() -> None:
    feed = following(70)
    viewer = Viewer().subscribe(feed, **since(70, LOG_EPOCH))
    viewer.read()
    feed.extend(entries(71, 71))
    [frame] = viewer.session.take(1)
    assert frame.endswith(b',"position":71,"event":' + stored(71) + b"}")
    told = message(frame)
    del told["event"]
    assert told == {"type": "event", "id": "s1", "competition": COMPETITION, "position": 71}


def test_from_position_0_it_is_everything() -> None:
    feed = following(170)
    viewer = Viewer().subscribe(feed, **since(0, LOG_EPOCH))
    told = read_on(viewer, feed)
    assert told[0] == {"type": "resumed", "id": "s1", "epoch": LOG_EPOCH, "position": 0}
    assert positions(told) == list(range(1, 171))


@pytest.mark.parametrize("held", [1, 19, 20, 21, 100, 169, 170])
def test_from_any_position_it_is_every_event_after_it(held: int) -> None:
    feed = following(170)
    told = read_on(Viewer().subscribe(feed, **since(held, LOG_EPOCH)), feed)
    assert (told[0]["type"], told[0]["position"]) == ("resumed", held)
    assert positions(told) == list(range(held + 1, 171))


@pytest.mark.parametrize(
    "held", [since(171, LOG_EPOCH), since(3, "former"), since(3, "a1b2-1"), since("x", LOG_EPOCH)]
)
def test_what_cannot_be_held_is_answered_with_the_last_fifty(held: dict[str, Any]) -> None:
    [told] = Viewer().subscribe(following(170), **held).read()
    assert (told["type"], told["position"]) == ("snapshot", 170)


def test_who_does_not_listen_for_long_misses_nothing() -> None:
    feed = following(70)
    viewer = Viewer().subscribe(feed)
    viewer.read()
    last = 70 + 2 * LIVE_FEED_WINDOW_EVENTS_MAX
    for position in range(71, last + 1):
        feed.extend(entries(position, position))
    assert positions(read_on(viewer, feed)) == list(range(71, last + 1))


def test_a_viewer_far_behind_asks_for_one_page_at_a_time() -> None:
    feed = following(170)
    viewer = Viewer().subscribe(feed, **since(0, LOG_EPOCH))
    viewer.read()
    assert len(viewer.session.ask_pages()) == 1
    assert viewer.session.ask_pages() == []


def test_events_recorded_while_a_page_is_read_come_after_it() -> None:
    feed = following(170)
    viewer = Viewer().subscribe(feed, **since(100, LOG_EPOCH))
    viewer.read()
    [subscription] = viewer.session.ask_pages()
    feed.extend(entries(171, 175))
    subscription.turn_page(entries(101, 170))
    assert positions(viewer.read()) == list(range(101, 176))


def test_a_page_of_another_log_is_not_told() -> None:
    feed = following(170)
    viewer = Viewer().subscribe(feed, **since(100, LOG_EPOCH))
    viewer.read()
    [subscription] = viewer.session.ask_pages()
    feed.restart("c3d4", entries(80, 120))
    subscription.turn_page(entries(101, 120))
    [told] = viewer.read()
    assert (told["type"], told["epoch"], told["position"]) == ("snapshot", "c3d4", 120)


def test_a_page_that_comes_too_late_is_asked_for_again() -> None:
    feed = following(170)
    viewer = Viewer().subscribe(feed, **since(100, LOG_EPOCH))
    viewer.read()
    [subscription] = viewer.session.ask_pages()
    subscription.turn_page([])
    assert viewer.read() == []
    assert positions(read_on(viewer, feed)) == list(range(101, 171))


def test_a_rewound_log_is_told_by_a_snapshot_unasked() -> None:
    feed = following(70)
    viewer = Viewer().subscribe(feed)
    viewer.read()
    feed.restart("c3d4", entries(11, 60))
    assert viewer.woken
    [told] = viewer.read()
    assert (told["type"], told["epoch"], told["position"]) == ("snapshot", "c3d4", 60)
    feed.extend(entries(61, 61))
    assert positions(viewer.read()) == [61]


def test_followers_with_the_same_id_share_the_bytes_of_an_event() -> None:
    feed = following(70)
    one, other = (Viewer().subscribe(feed) for _ in range(2))
    one.read(), other.read()
    feed.extend(entries(71, 71))
    assert one.session.take(1)[0] is other.session.take(1)[0]


def test_a_long_way_is_told_in_pieces_that_fit() -> None:
    feed = following(70)
    viewer = Viewer().subscribe(feed, **since(20, LOG_EPOCH))
    viewer.read(1)
    feed.extend(entries(71, 120))
    assert len(viewer.session.take(1000)) < 20
    assert positions(viewer.read(1000))[-1] == 120


def test_the_last_follower_ends_the_following() -> None:
    feed = following(70)
    viewer = Viewer().subscribe(feed)
    viewer.unsubscribe()
    assert feed.watched.feed is None
