"""What a viewer of a view is told: the newest, never backwards, never silence."""

import msgspec
import pytest

from services.store.topics import NOTHING_YET
from tests.sessions.viewers import (
    COMPETITION,
    EPOCH,
    Viewer,
    message,
    since,
    view,
    watching,
)


def test_a_viewer_is_welcomed_with_the_time_and_the_heartbeat() -> None:
    [frame] = Viewer(heartbeat_ms=4000).session.take(1)
    assert message(frame) == {
        "type": "welcome",
        "server_time": "2013-12-15T20:31:00.000Z",
        "heartbeat_ms": 4000,
    }


def test_a_subscription_is_answered_with_a_snapshot() -> None:
    topic = watching(standings_g=33).topics["standings/g"]
    assert Viewer().subscribe(topic).read() == [
        {
            "type": "snapshot",
            "id": "s1",
            "competition": COMPETITION,
            "topic": "standings/g",
            "epoch": EPOCH,
            "position": 33,
            "data": "as of 33",
        }
    ]


def test_a_topic_in_which_nothing_has_happened_has_epoch_and_position_too() -> None:
    watched = watching(seen=1, live=0)
    [told] = Viewer().subscribe(watched.topics["live"]).read()
    assert (told["type"], told["epoch"], told["position"]) == ("snapshot", EPOCH, 0)


def test_what_changes_is_told_once_and_whole() -> None:
    watched = watching(live=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    viewer.read()
    watched.show(EPOCH, 41, {"live": view(41, {"matches": []})})
    assert viewer.woken == 1
    assert viewer.read() == [
        {
            "type": "update",
            "id": "s1",
            "competition": COMPETITION,
            "topic": "live",
            "position": 41,
            "data": {"matches": []},
        }
    ]
    assert viewer.read() == []


def test_data_is_sent_byte_for_byte_as_it_is_stored() -> None:
    watched = watching(live=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    viewer.session.take(1)
    watched.show(EPOCH, 41, {"live": view(41)})
    odd = b'{"b" :1.50, "a":"\\u00f1"}'
    watched.show(EPOCH, 42, {"live": msgspec.structs.replace(view(42), data=odd)})
    [frame] = viewer.session.take(1)
    assert frame.endswith(b',"position":42,"data":' + odd + b"}")


def test_a_viewer_that_did_not_listen_gets_only_the_newest_state() -> None:
    watched = watching(live=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    viewer.read()
    for position in range(41, 61):
        watched.show(EPOCH, position, {"live": view(position)})
    assert [told["position"] for told in viewer.read()] == [60]


def test_an_older_state_that_arrives_late_is_not_told() -> None:
    watched = watching(live=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    viewer.read()
    watched.show(EPOCH, 45, {"live": view(45)})
    watched.show(EPOCH, 44, {"live": view(44)})
    assert [told["position"] for told in viewer.read()] == [45]
    assert watched.seen == 45


def test_all_viewers_of_a_topic_get_the_very_same_bytes() -> None:
    watched = watching(live=33)
    one, other = (Viewer().subscribe(watched.topics["live"]) for _ in range(2))
    (*_, first), (*_, second) = one.session.take(9999), other.session.take(9999)
    assert first is second
    watched.show(EPOCH, 41, {"live": view(41)})
    assert one.session.take(9999)[0] is other.session.take(9999)[0]


def test_viewers_with_ids_of_their_own_get_those() -> None:
    topic = watching(live=33).topics["live"]
    told = [Viewer().subscribe(topic, id=f"board-{n}").read()[0] for n in range(50)]
    assert [one.pop("id") for one in told] == [f"board-{n}" for n in range(50)]
    assert all(one == told[0] for one in told)


def test_an_id_may_be_any_text() -> None:
    topic = watching(live=33).topics["live"]
    [told] = Viewer().subscribe(topic, id='"}\\ñ😀').read()
    assert told["id"] == '"}\\ñ😀'


# What is held


def test_who_holds_the_newest_is_told_that_and_then_what_changes() -> None:
    watched = watching(seen=41, live=33)
    viewer = Viewer().subscribe(watched.topics["live"], **since(41))
    assert viewer.read() == [{"type": "resumed", "id": "s1", "epoch": EPOCH, "position": 41}]
    watched.show(EPOCH, 42, {"live": view(42)})
    assert [told["type"] for told in viewer.read()] == ["update"]


def test_who_holds_an_older_state_is_told_so_and_then_the_newest() -> None:
    watched = watching(seen=41, live=33)
    viewer = Viewer().subscribe(watched.topics["live"], **since(30))
    resumed, update = viewer.read()
    assert (resumed["type"], resumed["position"]) == ("resumed", 30)
    assert (update["type"], update["position"]) == ("update", 33)


@pytest.mark.parametrize(
    "held",
    [
        {"epoch": "another", "position": 33},
        {"epoch": "", "position": 0},
        {"epoch": EPOCH, "position": 42},
        {"epoch": EPOCH, "position": 2**70},
        {"epoch": EPOCH, "position": -1},
        {"epoch": EPOCH, "position": 33.5},
        {"epoch": EPOCH, "position": "33"},
        {"epoch": EPOCH, "position": None},
        {"epoch": EPOCH, "position": True},
        {"epoch": 7, "position": 33},
        {"epoch": EPOCH},
        {"position": 33},
        {},
        [],
        [[[[]]]],
        None,
        "33",
        33,
    ],
)
def test_what_cannot_be_held_is_answered_with_a_snapshot(held: object) -> None:
    watched = watching(seen=41, live=33)
    [told] = Viewer().subscribe(watched.topics["live"], since=held).read()
    assert (told["type"], told["position"]) == ("snapshot", 33)


def test_who_holds_what_this_gateway_has_not_seen_waits_for_it() -> None:
    watched = watching(seen=41, live=33)
    watched.tail = 45
    viewer = Viewer().subscribe(watched.topics["live"], **since(44))
    assert viewer.read() == []
    watched.show(EPOCH, 43, {})
    assert viewer.read() == []
    watched.show(EPOCH, 45, {"live": view(45)})
    assert viewer.woken >= 1
    resumed, update = viewer.read()
    assert (resumed["type"], resumed["position"]) == ("resumed", 44)
    assert update["position"] == 45


def test_who_waited_two_seconds_in_vain_is_told_when_to_come_again() -> None:
    watched = watching(seen=41, live=33)
    watched.tail = 45
    viewer = Viewer().subscribe(watched.topics["live"], **since(44))
    assert viewer.session.deadline == viewer.now + 2
    viewer.later(2)
    [told] = viewer.read()
    assert (told["type"], told["id"], told["code"]) == ("error", "s1", "behind")
    assert told["retry_after_ms"] > 0
    assert "up to position 41, not yet 44" in told["message"]
    assert not watched.topics, "nobody watches any more"


def test_after_waiting_in_vain_the_id_is_free_again() -> None:
    watched = watching(seen=41, live=33)
    watched.tail = 45
    topic = watched.topics["live"]
    viewer = Viewer().subscribe(topic, **since(44))
    viewer.later(2)
    assert viewer.subscribe(topic).read()[-1]["type"] == "snapshot"


def test_who_does_not_listen_for_two_seconds_is_not_refused_for_that() -> None:
    watched = watching(seen=41, live=33)
    viewer = Viewer().subscribe(watched.topics["live"], **since(33))
    viewer.later(2)
    assert [told["type"] for told in viewer.read()] == ["resumed"]


def test_who_waits_when_the_epoch_changes_gets_a_snapshot() -> None:
    watched = watching(seen=41, live=33)
    watched.tail = 45
    viewer = Viewer().subscribe(watched.topics["live"], **since(44))
    watched.show("c3d4-1", 20, {"live": view(20)})
    [told] = viewer.read()
    assert (told["type"], told["epoch"], told["position"]) == ("snapshot", "c3d4-1", 20)


# Epochs


def test_another_epoch_is_told_by_a_snapshot_unasked() -> None:
    watched = watching(seen=41, live=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    viewer.read()
    watched.show("c3d4-1", 20, {"live": view(20)})
    [told] = viewer.read()
    assert (told["type"], told["epoch"], told["position"]) == ("snapshot", "c3d4-1", 20)
    watched.show("c3d4-1", 21, {"live": view(21)})
    assert [told["type"] for told in viewer.read()] == ["update"]


def test_what_the_new_epoch_does_not_have_is_null() -> None:
    watched = watching(seen=41, matches_final=33)
    viewer = Viewer().subscribe(watched.topics["matches/final"])
    viewer.read()
    watched.show("c3d4-1", 20, {"matches/final": None})
    [told] = viewer.read()
    assert (told["type"], told["position"], told["data"]) == ("snapshot", 0, None)


def test_what_no_longer_exists_is_null() -> None:
    watched = watching(seen=41, matches_final=33)
    viewer = Viewer().subscribe(watched.topics["matches/final"])
    viewer.read()
    watched.show(EPOCH, 42, {"matches/final": msgspec.structs.replace(NOTHING_YET, position=42)})
    [told] = viewer.read()
    assert (told["type"], told["position"], told["data"]) == ("update", 42, None)


# Several topics


def test_the_checkpoint_says_how_much_of_the_log_the_views_have_seen() -> None:
    watched = watching(seen=41, checkpoint=0)
    viewer = Viewer().subscribe(watched.topics["checkpoint"])
    assert viewer.read()[0]["data"] == {"size": 41, "root": None}
    watched.show(EPOCH, 45, {})
    [told] = viewer.read()
    assert (told["position"], told["data"]["size"]) == (45, 45)


def test_the_same_topic_may_be_watched_twice() -> None:
    watched = watching(live=33)
    viewer = Viewer().subscribe(watched.topics["live"]).subscribe(watched.topics["live"], id="s2")
    assert [told["id"] for told in viewer.read()] == ["s1", "s2"]
    viewer.unsubscribe("s1")
    watched.show(EPOCH, 41, {"live": view(41)})
    assert [told["id"] for told in viewer.read()] == ["s2"]


def test_a_busy_topic_does_not_starve_the_others() -> None:
    watched = watching(live=1, standings_a=1, standings_b=1)
    viewer = Viewer()
    for number, topic in enumerate(list(watched.topics.values())):
        viewer.subscribe(topic, id=f"s{number}")
    viewer.read()
    told = []
    for position in range(41, 47):
        watched.show(EPOCH, position, {name: view(position) for name in watched.topics})
        [frame] = viewer.session.take(1)
        told.append(message(frame)["topic"])
    assert told == ["live", "standings/a", "standings/b"] * 2


def test_what_is_taken_ends_soon_after_the_limit() -> None:
    watched = watching(live=33, teams=33, scorers=33)
    viewer = Viewer()
    for name, topic in list(watched.topics.items()):
        viewer.subscribe(topic, id=name)
    [_welcome, first] = viewer.session.take(200)
    assert message(first)["topic"] == "live"
    assert len(viewer.session.take(10**6)) == 2


def test_who_leaves_is_told_no_more_and_nobody_reads_for_it() -> None:
    watched = watching(live=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    viewer.read()
    viewer.unsubscribe()
    assert not watched.topics
    watched.show(EPOCH, 41, {"live": view(41)})
    assert viewer.read() == []


def test_the_last_to_leave_ends_the_watching() -> None:
    watched = watching(live=33, teams=33)
    one = Viewer().subscribe(watched.topics["live"]).subscribe(watched.topics["teams"], id="s2")
    other = Viewer().subscribe(watched.topics["live"])
    one.session.leave()
    assert list(watched.topics) == ["live"]
    other.session.leave()
    assert not watched.topics


def test_a_view_of_more_than_64_kib_is_one_frame_too() -> None:
    watched = watching(standings_g=33)
    data = {"rows": ["x" * 1000] * 70}
    watched.show(EPOCH, 41, {"standings/g": view(41, data)})
    [told] = Viewer().subscribe(watched.topics["standings/g"]).read()
    assert told["data"] == data
