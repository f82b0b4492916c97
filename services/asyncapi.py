"""The live socket as an AsyncAPI 3 document, written from the types of what is said there.

`make docs` writes it to `docs/asyncapi.json`; a test fails while that is not what this module
writes, and every frame that a gateway sends in a test is held to the same types.
See https://www.asyncapi.com/docs/reference/specification/v3.0.0.
"""

from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from events.codec import Json
from services.gateway import PATH, SUBPROTOCOL
from services.gateway.messages import Said
from services.gateway.session import Authorize, Subscribe, Unsubscribe
from services.gateway.subscriptions import Since
from services.settings import Settings

HEARD: tuple[type[msgspec.Struct], ...] = (Authorize, Subscribe, Unsubscribe)
SAID: tuple[type[msgspec.Struct], ...] = get_args(Said)

DESCRIPTION = """\
Snapshots and updates of the views of a competition, and its log event by event. `docs/live.md` says
what each message promises, and with which code a connection ends. Where a token is needed it is the
first message, never in the address."""


def document() -> Json:
    """Give the whole document: one channel, what is heard on it and what is said."""
    _, schemas = msgspec.json.schema_components(
        [*HEARD, *SAID, Since], ref_template="#/components/schemas/{name}"
    )
    schemas["Subscribe"]["properties"]["since"] = {"$ref": "#/components/schemas/Since"}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Pitazo, live", "version": "1", "description": DESCRIPTION},
        "defaultContentType": "application/json",
        "servers": {"up": _server(Settings())},
        "channels": {
            "live": {
                "address": PATH,
                "description": f"Of the subprotocol {SUBPROTOCOL}; JSON in text frames.",
                "messages": {
                    kind.__name__: {"$ref": f"#/components/messages/{kind.__name__}"}
                    for kind in (*HEARD, *SAID)
                },
                "bindings": {"ws": {"method": "GET", "bindingVersion": "0.1.0"}},
            }
        },
        "operations": {
            "hear": _operation("receive", "What a viewer sends.", HEARD),
            "say": _operation("send", "What a viewer is told.", SAID),
        },
        "components": {
            "messages": {kind.__name__: _message(kind) for kind in (*HEARD, *SAID)},
            "schemas": schemas,
        },
    }


def _server(settings: Settings) -> Json:
    return {
        "host": f"{settings.live_host}:{settings.live_port}",
        "protocol": "ws",
        "description": "Where `pitazo up` serves it, unless told otherwise.",
    }


def _operation(action: str, summary: str, kinds: Iterable[type[msgspec.Struct]]) -> Json:
    return {
        "action": action,
        "summary": summary,
        "channel": {"$ref": "#/channels/live"},
        "messages": [{"$ref": f"#/channels/live/messages/{kind.__name__}"} for kind in kinds],
    }


def _message(kind: type[msgspec.Struct]) -> dict[str, Any]:
    assert kind.__doc__, f"{kind.__name__} says what it means"
    return {
        "name": kind.__struct_config__.tag,
        "summary": " ".join(kind.__doc__.split()),
        "payload": {"$ref": f"#/components/schemas/{kind.__name__}"},
    }
