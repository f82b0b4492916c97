"""Every variable Pitazo reads and every limit it keeps, with its default, unit and meaning.

A service reads the environment once, at its start, into a `Settings` value and passes that on.
Limits that nobody needs to turn are constants below, named with their unit.
"""

import os
from collections.abc import Mapping
from typing import Annotated, get_args

import msgspec
from msgspec import Meta

PREFIX = "PITAZO_"
UNITS = {"mib": "MiB", "seconds": "seconds"}  # by the last word of a name


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """One field a variable: `http_port` is read from `PITAZO_HTTP_PORT`."""

    redis_url: Annotated[
        str,
        Meta(description="Redis or Valkey to use; empty: the embedded server on the data folder"),
    ] = ""
    data: Annotated[
        str, Meta(description="folder of the embedded server: the log, its lock, its socket")
    ] = ".pitazo"
    embedded_maxmemory_mib: Annotated[
        int,
        Meta(
            ge=16,
            description=(
                "memory of the embedded server, in MiB, after which it refuses writes; the default "
                "holds some four million events and leaves a small machine room for its services"
            ),
        ),
    ] = 2048
    http_host: Annotated[
        str, Meta(description="address on which capture, reader and pages listen")
    ] = "127.0.0.1"
    http_port: Annotated[
        int, Meta(ge=0, le=65535, description="port for HTTP; 0: any free one")
    ] = 8080
    live_host: Annotated[str, Meta(description="address on which the gateway listens")] = (
        "127.0.0.1"
    )
    live_port: Annotated[
        int, Meta(ge=0, le=65535, description="port for WebSocket; 0: any free one")
    ] = 8081
    live_url: Annotated[
        str,
        Meta(description="public WebSocket address for pages; empty: the page's host, live port"),
    ] = ""
    live_origins: Annotated[
        tuple[str, ...],
        Meta(description="web origins, comma between, whose pages may connect; empty: any"),
    ] = ()
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(description="names, comma between, that a Host header may carry besides loopback"),
    ] = ()
    replicas: Annotated[
        int, Meta(ge=0, description="replicas that hold an event before it is acknowledged")
    ] = 0
    operator_token_sha256: Annotated[
        str,
        Meta(
            pattern="^([0-9a-f]{64})?$",
            description="SHA-256 of an operator token that is good as long as this process lives",
        ),
    ] = ""
    play_interval_seconds: Annotated[
        float, Meta(ge=0, description="seconds between the results that `pitazo up` plays")
    ] = 5.0
    simulation_speed: Annotated[
        float,
        Meta(
            ge=0,
            description=(
                "how many times as fast as real time the invented season of `pitazo up` is "
                "played; 0: as fast as it goes"
            ),
        ),
    ] = 150.0


class BadSetting(Exception):
    """A variable does not hold what it should. Set it right and start again."""

    def __init__(self, variable: str, value: str, reason: str) -> None:
        super().__init__(variable, value, reason)
        self.variable = variable
        self.value = value
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.variable} is {self.value!r}: {self.reason}; `pitazo settings` lists them all"


class Setting(msgspec.Struct, frozen=True):
    """A line of `pitazo settings`."""

    variable: str
    value: str
    default: str
    meaning: str


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; a variable that is not set has its default."""
    variables = os.environ if environment is None else environment
    found: dict[str, object] = {}
    for field in msgspec.structs.fields(Settings):
        variable = PREFIX + field.name.upper()
        if variable in variables:
            found[field.name] = _value(field, variable, variables[variable])
    return msgspec.convert(found, Settings)


def listing(settings: Settings) -> list[Setting]:
    """Every variable with its value here, its default and its meaning."""
    return [
        Setting(
            variable=PREFIX + field.name.upper(),
            value=_text(getattr(settings, field.name)),
            default=_text(field.default),
            meaning=_meaning(field),
        )
        for field in msgspec.structs.fields(Settings)
    ]


def _value(field: msgspec.structs.FieldInfo, variable: str, text: str) -> object:
    listed = isinstance(field.default, tuple)
    raw = [part.strip() for part in text.split(",") if part.strip()] if listed else text
    try:
        return msgspec.convert(raw, field.type, strict=False)
    except msgspec.ValidationError as error:
        kind = {int: "a whole number", float: "a number"}.get(get_args(field.type)[0])
        reason = f"expected {kind}, {_bounds(field)}" if kind else str(error)
        raise BadSetting(variable, text, reason) from None


def _text(value: object) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _meaning(field: msgspec.structs.FieldInfo) -> str:
    description, bounds = _note(field).description or "", _bounds(field)
    return f"{description}; {bounds}" if bounds else description


def _bounds(field: msgspec.structs.FieldInfo) -> str:
    """Say between what a number lies, in its unit; nothing of what has no bounds."""
    note = _note(field)
    if note.ge is None:
        return ""
    unit = UNITS.get(field.name.rpartition("_")[2], "")
    within = f"{note.ge} to {note.le}" if note.le is not None else f"at least {note.ge}"
    return f"{within} {unit}".rstrip()


def _note(field: msgspec.structs.FieldInfo) -> Meta:
    return next(note for note in field.type.__metadata__ if isinstance(note, Meta))


# The embedded server.
EMBEDDED_START_TIMEOUT_SECONDS = 60.0
EMBEDDED_STOP_TIMEOUT_SECONDS = 30.0
EMBEDDED_LOCK_TIMEOUT_SECONDS = 30.0
EMBEDDED_POLL_SECONDS = 0.02
EMBEDDED_WATCH_SECONDS = 0.5
EMBEDDED_ANSWER_TIMEOUT_SECONDS = 1.0
# 104 on macOS, 108 on Linux, both with the closing zero byte.
EMBEDDED_SOCKET_PATH_BYTES_MAX = 103

# Connections to the server.
CONNECT_TIMEOUT_SECONDS = 5.0
COMMAND_RETRIES_MAX = 8
COMMAND_RETRY_FIRST_SECONDS = 0.05
COMMAND_RETRY_LONGEST_SECONDS = 0.5
CONNECTIONS_MAX = 1000

# The log.
EVENTS_PER_UNIT_MAX = 100
LOG_TIMEOUT_SECONDS = 4.0
REPLICA_TIMEOUT_SECONDS = 2.0
ANNOUNCEMENTS_BLOCK_SECONDS = 1.0
ANNOUNCEMENTS_PER_READ_MAX = 1000


# The gateway.
class LiveLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How patient the gateway is with a viewer. Tests are less patient."""

    heartbeat_ms: int = 5000
    idle_seconds: float = 30.0
    stalled_seconds: float = 20.0
    recheck_seconds: float = 2.0
    server_silent_seconds: float = 3.0
    behind_wait_seconds: float = 2.0
    behind_retry_ms: int = 1000
    unavailable_retry_ms: int = 2000
    message_bytes_max: int = 4096
    messages_burst_max: int = 256
    messages_per_second_max: float = 20.0
    replies_waiting_max: int = 64
    subscriptions_per_viewer_max: int = 128
    topics_watched_max: int = 20_000
    viewers_max: int = 10_000


LIVE_FRAMES_SHARED_PER_MESSAGE_MAX = 16
LIVE_FEED_WINDOW_EVENTS_MAX = 500
LIVE_FEED_PAGE_EVENTS_MAX = 200
LIVE_FEED_READ_EVENTS_MAX = 500
LIVE_FEED_START_TRIES_MAX = 3
LIVE_READS_AT_ONCE_MAX = 32
LIVE_IDLE_POLL_SECONDS = 1.0
LIVE_UNSEEN_POLL_SECONDS = 0.05
LIVE_RETRY_FIRST_SECONDS = 0.05
LIVE_RETRY_LONGEST_SECONDS = 2.0
LIVE_FLUSH_INTERVAL_SECONDS = 0.005
LIVE_FLUSH_VIEWERS_MAX = 500
LIVE_WRITE_BYTES_MAX = 16_384
LIVE_SEND_BUFFER_BYTES = 32_768
LIVE_WRITE_LIMIT_BYTES = 8_192
LIVE_FRAME_BYTES_MAX = 65_536
LIVE_MESSAGES_WAITING_MAX = 16
LIVE_BACKLOG_CONNECTIONS_MAX = 1024
LIVE_PING_SECONDS = 20.0
LIVE_HANDSHAKE_TIMEOUT_SECONDS = 10.0
LIVE_CLOSE_TIMEOUT_SECONDS = 5.0

# The views.
# Views that lack for longer than this what is recorded are said to be behind.
VIEWS_BEHIND_SECONDS = 10.0
# A build that is not served is gone this long after it was last written.
BUILD_KEPT_SECONDS = 3600
# A build this close behind the log may ask the one that is served to wait for it, this long.
HEIR_BEHIND_EVENTS_MAX = 500
HEIR_WAITED_FOR_SECONDS = 2.0
DOORBELLS_BLOCK_SECONDS = 1.0
DOORBELLS_KEPT = 1000
DOORBELLS_PER_READ_MAX = 100
DOORBELL_TOPICS_MAX = 500

# HTTP.
EVENTS_BODY_BYTES_MAX = 64 * 1024
COMPETITION_BODY_BYTES_MAX = 2 * 1024 * 1024
# Of the request line and the headers together.
HTTP_HEAD_BYTES_MAX = 64 * 1024
HTTP_REQUEST_TIMEOUT_SECONDS = 20.0
RETRY_AFTER_SECONDS = 1
# What somebody has to mend (a full server, a log that cannot be read) takes at least this long.
MEND_RETRY_AFTER_SECONDS = 60
HTTP_CONNECTIONS_MAX = 2000
HTTP_BACKLOG_CONNECTIONS_MAX = 2048
HTTP_KEEP_ALIVE_SECONDS = 15
HTTP_CLOSE_TIMEOUT_SECONDS = 5
# Who sends what is no request has this long to read why.
HTTP_REFUSED_CLOSE_SECONDS = 3.0
READY_TIMEOUT_SECONDS = 1.0
WRITERS_MAX = 1000
# Competitions of which a fold is kept to suppose on.
SUPPOSED_COMPETITIONS_MAX = 8
GARBAGE_THRESHOLDS = (50_000, 20, 100)

# Who may do what, and what is remembered of competitions.
ACCESS_KEPT_SECONDS = 1.0
COMPETITIONS_REMEMBERED_MAX = 10_000

# Reading.
COMPETITIONS_READ_AT_ONCE_MAX = 16
TOPICS_PER_PAGE_MAX = 500
PEOPLE_PER_PAGE_MAX = 500
FEED_EVENTS = 50
POSITION_WAIT_SECONDS = 2.0
POSITION_POLL_SECONDS = 0.02
PAST_FOLDS_AT_ONCE_MAX = 2
PAST_LOOKS_MAX = 50
# Who would wait longer for its turn to look back is asked to come again.
PAST_WAIT_SECONDS = 3.0
PAST_RETRY_AFTER_SECONDS = 3
PAST_PAGE_EVENTS = 1000
LOG_PAGE_EVENTS = 500
LOG_LIMIT_EVENTS_MAX = 1_000_000
LOG_STREAMS_MAX = 100
LOG_STREAM_BLOCK_SECONDS = 1.0
LOG_STREAM_COMMENT_SECONDS = 15.0
LOG_STREAM_SEND_TIMEOUT_SECONDS = 30.0
LOG_STREAM_RETRY_MS = 2000

# The writer.
# About what is recorded in a second: whoever comes then is told at once to wait.
EVENTS_WAITING_MAX = 1500
EVENTS_PER_CALL_MAX = 500
EVENTS_DECIDED_AT_ONCE = 16
DECISIONS_PER_SUBMISSION_MAX = 5
CATCH_UP_PAGE_EVENTS = 1000
OVERTAKEN_PAGE_EVENTS = 100
OVERTAKEN_PAGES_MAX = 5

# The projector.
PROJECTOR_BATCH_EVENTS_MAX = 500
# A projector that is behind folds for as long as it last drew, within these bounds.
PROJECTOR_BEHIND_FOLD_LEAST_SECONDS = 0.5
PROJECTOR_BEHIND_FOLD_MOST_SECONDS = 5.0
# All views that these change go to the server in one call, which answers nobody meanwhile.
PROJECTOR_BEHIND_EVENTS_MAX = 20_000
PROJECTOR_POLL_MS = 1000
PROJECTOR_PAGE_EVENTS = 1000
PROJECTOR_RETRY_FIRST_SECONDS = 0.05
PROJECTOR_RETRY_LONGEST_SECONDS = 2.0
PROJECTOR_RECHECK_SECONDS = 2.0
PROJECTOR_AWAIT_LOG_SECONDS = 10.0
# Nothing was read for so long of a log that has gone on.
PROJECTOR_STILL_SECONDS = 10.0
PROJECTOR_STOPPED_RETRY_SECONDS = 30.0
PROJECTOR_SUPERSEDED_RETRY_SECONDS = 5.0
PROJECTOR_HEIR_POLL_SECONDS = 0.05
SNAPSHOT_EVERY_EVENTS = 50_000
# All snapshots of a long log together cost a few times the last one.
SNAPSHOT_EVERY_SHARE = 4
STREAM_RETRIES_MAX = 30
STREAM_RETRY_FIRST_SECONDS = 0.05
STREAM_RETRY_LONGEST_SECONDS = 0.5

# Leases of projectors: one that is killed is replaced after LEASE_SECONDS at most, and a moment.
LEASE_SECONDS = 3.0
LEASE_RENEW_SECONDS = 1.0
LEASE_ASK_SECONDS = 0.5

# The pages.
PAGE_COMPETITIONS_MAX = 20
PAGE_TABLES_AT_A_GLANCE_MAX = 3
PAGE_TABLES_MAX = 24
PAGE_TABLES_OF_MANY_MAX = 6
PAGE_FEED_EVENTS_MAX = 50
PAGE_FEED_SHOWN = 12
PAGE_DECISIONS_SHOWN = 5
PAGE_DECISIONS_KEPT_MAX = 20
PAGE_DECISIONS_READ_PAGES_MAX = 10
PAGE_DECISIONS_COMPETITIONS_MAX = 100
PAGE_LOG_PAGE_EVENTS = 1000
PAGE_SECTIONS_NAMED_MAX = 50
PAGE_SECTIONS_LISTED_MAX = 100
PAGE_SECTIONS_READ_AT_ONCE = 200
PAGE_SECTIONS_SEARCHED_MAX = 5000
PAGE_SEARCH_CHARACTERS_MAX = 80
PAGE_AWAY_RETRY_SECONDS = 10

# Whoever calls us over HTTP: seasons, auditors, the command line.
CLIENT_TRIES_MAX = 12
# Where nobody has ever answered, nobody may be there.
CLIENT_FIRST_TRIES_MAX = 4
CLIENT_RETRY_FIRST_SECONDS = 0.1
CLIENT_RETRY_LONGEST_SECONDS = 5.0
CLIENT_TIMEOUT_SECONDS = 30.0

# Seasons.
SEASON_BODY_BYTES_MAX = EVENTS_BODY_BYTES_MAX - 1024
PLAY_UNDATED_INTERVAL_SECONDS = 1800.0
# Nobody waits longer for the next thing to happen in an invented season.
SIMULATED_QUIET_SECONDS_MAX = 1.0
# Every edition stays in the log and in everybody's memory.
SIMULATED_EDITIONS_MAX = 24

# Everything on one machine.
UP_PORT_PATIENCE_SECONDS = 3.0
UP_PORT_POLL_SECONDS = 0.1
UP_SERVER_PATIENCE_SECONDS = 10.0
UP_RESTARTS_PER_MINUTE_MAX = 6
UP_RESTART_FIRST_SECONDS = 0.1
UP_RESTART_LONGEST_SECONDS = 2.0
UP_STOP_TIMEOUT_SECONDS = 15.0
UP_RESULTS_PLAYED = 12
# A process whose parent is gone has this long to end well.
ORPHAN_EXIT_SECONDS = 10.0

# Auditors and viewers at a terminal.
REPLAY_PAGE_EVENTS = 5000
VERIFY_LOOKS_MAX = 5
# Of one comparison; with more matches they are counted, unless it is of one team that is asked.
EXPLAINED_MATCHES_MAX = 6
EXPLAINED_RESULTS_MAX = 12
EXPLAINED_NAMES_MAX = 40
WATCH_RETRY_FIRST_SECONDS = 0.5
WATCH_RETRY_LONGEST_SECONDS = 20.0
WATCH_SILENCE_SECONDS = 15.0
WATCH_TABLES_MAX = 8
