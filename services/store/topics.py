"""Which topics there may be, and what those say that no projection renders.

The socket and HTTP answer a topic alike because both ask here.
"""

import re
from collections.abc import Iterable

from services.store.views import View

FEED = "feed"
CHECKPOINT = "checkpoint"

# A competition has these from its first event, and the keyed ones when it has what they name.
FIXED_TOPICS = frozenset(
    {
        *("competition", "teams", "live", "berths", "records", "scorers", "open-questions"),
        *(CHECKPOINT, FEED),
    }
)
KEYED_TOPIC = re.compile(r"(sections|matches|live|standings|bracket)/[a-z0-9][a-z0-9-]{0,63}")

NOTHING_YET = View(0, b"null")


def may_be_topic(name: str) -> bool:
    """Say whether a topic could have this name; not whether its thing exists."""
    return name in FIXED_TOPICS or KEYED_TOPIC.fullmatch(name) is not None


def checkpoint_at(position: int) -> View:
    """Give what the topic `checkpoint` says when the views have seen the log up to a position."""
    return View(position, b'{"size":%d,"root":null}' % position)


def feed_of(stored: Iterable[bytes]) -> bytes:
    """Give the data of the topic `feed`: stored events, the oldest first."""
    return b'{"events":[%b]}' % b",".join(stored)
