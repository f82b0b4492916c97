"""What a viewer may send, and how a connection ends that sends anything else."""

from collections.abc import Callable

import pytest

from services.gateway.session import Closing
from tests.sessions.viewers import COMPETITION, Viewer, watching


def closed(act: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(Closing) as ending:
        act()
    assert len(ending.value.reason.encode()) <= 123, "a close frame has no room for more"
    return ending.value.code, ending.value.reason


@pytest.mark.parametrize(
    "message",
    [
        "",
        "rubbish",
        "null",
        "[]",
        "[" * 4000,
        "{}",
        '{"type":"shout"}',
        '{"type":7}',
        '{"type":"subscribe","id":"s1","competition":"c"}',
        '{"type":"subscribe","id":"s1","competition":"c","topic":7}',
        '{"type":"subscribe","id":7,"competition":"c","topic":"live"}',
        '{"type":"subscribe","id":"","competition":"c","topic":"live"}',
        '{"type":"subscribe","id":"' + "s" * 65 + '","competition":"c","topic":"live"}',
        '{"type":"subscribe","id":"\\ud800","competition":"c","topic":"live"}',
        '{"type":"subscribe","id":"s1","competition":"c","topic":"live","sinse":1}',
        '{"type":"subscribe","id":"s1","competition":"c","topic":"live","since":}',
        '{"type":"subscribe","id":"s1","competition":"c","topic":"live","since":' + "[" * 3000,
        '{"type":"subscribe","id":"s1","competition":"c","topic":"live","topic":"feed"}',
        '{"type":"unsubscribe","id":"s1","id":"s1"}',
        '{"type":"unsubscribe"}',
        '{"type":"authorize"}',
        '{"type":"authorize","token":null}',
        '{"type":"unsubscribe","id":"s1"} {}',
        '{"type":"unsubscribe","id":"s1"}' + " " * 4096,
        "ñ" * 2049,
    ],
)
def test_what_is_no_message_of_the_protocol_is_4400(message: str) -> None:
    viewer = Viewer()
    code, _ = closed(lambda: viewer.session.receive(message, viewer.now))
    assert code == 4400


def test_a_binary_message_is_4400() -> None:
    viewer = Viewer()
    code, reason = closed(
        lambda: viewer.session.receive(b'{"type":"unsubscribe","id":"s1"}', viewer.now)
    )
    assert code == 4400
    assert "binary" in reason


def test_a_reason_in_many_bytes_is_cut_between_letters() -> None:
    assert Closing(4400, "ñ" * 100).reason == "ñ" * 61


# Tokens


def test_a_good_token_opens_the_private_competitions_in_its_scope() -> None:
    viewer = Viewer()
    assert not viewer.session.may_read_private(COMPETITION)
    viewer.authorize(f"{COMPETITION}/sections/region-1")
    assert viewer.session.may_read_private(COMPETITION)
    assert not viewer.session.may_read_private("copa-peru-2014")


def test_an_operators_token_opens_all() -> None:
    viewer = Viewer()
    viewer.authorize("*")
    assert viewer.session.may_read_private("copa-peru-2014")


def test_a_bad_token_is_4401() -> None:
    code, _ = closed(Viewer().authorize)
    assert code == 4401


def test_a_token_after_anything_else_is_4400() -> None:
    viewer = Viewer().subscribe(watching(live=33).topics["live"])
    code, reason = closed(lambda: viewer.authorize("*"))
    assert code == 4400
    assert reason == "authorize is the first message or none"


def test_a_second_token_is_4400() -> None:
    viewer = Viewer()
    viewer.authorize("*")
    assert closed(lambda: viewer.authorize("*"))[0] == 4400


# Subscriptions


def test_an_id_in_use_is_4409() -> None:
    topic = watching(live=33).topics["live"]
    viewer = Viewer().subscribe(topic)
    code, reason = closed(lambda: viewer.subscribe(topic))
    assert (code, reason) == (4409, "s1 is subscribed; unsubscribe it first")


def test_an_id_is_free_after_unsubscribing() -> None:
    watched = watching(live=33, teams=33)
    viewer = Viewer().subscribe(watched.topics["live"])
    viewer.read()
    viewer.unsubscribe()
    assert viewer.subscribe(watched.topics["teams"]).read()[0]["topic"] == "teams"


def test_unsubscribing_what_is_not_subscribed_is_an_error_and_the_connection_goes_on() -> None:
    viewer = Viewer()
    viewer.unsubscribe("s7")
    [told] = viewer.read()
    assert (told["type"], told["id"], told["code"]) == ("error", "s7", "unknown-subscription")
    assert "retry_after_ms" not in told


def test_a_refused_request_is_an_error_with_its_id_and_the_connection_goes_on() -> None:
    viewer = Viewer()
    viewer.session.refuse("s1", "unknown-topic", "copa-peru-2013 has no topic standings/x")
    viewer.subscribe(watching(live=33).topics["live"])
    error, snapshot = viewer.read()
    assert error == {
        "type": "error",
        "id": "s1",
        "code": "unknown-topic",
        "message": "copa-peru-2013 has no topic standings/x",
    }
    assert (snapshot["type"], snapshot["id"]) == ("snapshot", "s1")


def test_more_subscriptions_than_allowed_are_4429() -> None:
    topic = watching(live=33).topics["live"]
    viewer = Viewer(subscriptions_per_viewer_max=3)
    for number in range(3):
        viewer.subscribe(topic, id=f"s{number}")
    assert closed(lambda: viewer.subscribe(topic, id="s3"))[0] == 4429


# Too much, too long


def test_more_messages_than_allowed_are_4429() -> None:
    viewer = Viewer(messages_burst_max=5, messages_per_second_max=2)
    for _ in range(5):
        viewer.unsubscribe("s1")
        viewer.read()
    assert closed(lambda: viewer.unsubscribe("s1"))[0] == 4429


def test_messages_at_a_walking_pace_are_never_too_many() -> None:
    viewer = Viewer(messages_burst_max=5, messages_per_second_max=2)
    for _ in range(100):
        viewer.unsubscribe("s1")
        viewer.read()
        viewer.now += 0.5


def test_answers_that_nobody_reads_do_not_pile_up() -> None:
    viewer = Viewer(replies_waiting_max=10)

    def ask_for_ever() -> None:
        while True:
            viewer.unsubscribe("s1")

    assert closed(ask_for_ever)[0] == 4429


def test_who_never_subscribes_is_4408() -> None:
    viewer = Viewer(idle_seconds=30)
    viewer.later(29)
    assert closed(lambda: viewer.later(1))[0] == 4408


def test_who_watches_is_never_idle() -> None:
    viewer = Viewer(idle_seconds=30).subscribe(watching(live=33).topics["live"])
    viewer.later(10_000)


def test_who_stopped_watching_is_idle_from_then_on() -> None:
    viewer = Viewer(idle_seconds=30).subscribe(watching(live=33).topics["live"])
    viewer.later(1000)
    viewer.unsubscribe()
    viewer.later(29)
    assert closed(lambda: viewer.later(1))[0] == 4408


def test_the_session_says_when_it_wants_to_be_called() -> None:
    viewer = Viewer(idle_seconds=3, heartbeat_ms=5000)
    assert viewer.session.deadline == viewer.now + 3
    viewer.subscribe(watching(live=33).topics["live"])
    viewer.read()
    assert viewer.session.deadline == viewer.now + 5
    viewer.later(5)
    assert viewer.session.deadline == viewer.now + 5
