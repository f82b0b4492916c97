"""Views of one generation never change their bytes: viewers hold them by epoch and position.

`views-log.ndjson` is a log that is never edited: a season as it was loaded, and matches with
much that can happen in one. A line of `views-generation-<n>.sha256` is the SHA-256 of a view
of it, as it is stored, its position and its topic. Running this file as a program prints them.
"""

import hashlib
import sys
from pathlib import Path

import msgspec

from events.codec import decode
from projections import GENERATION
from projections.fold import Fold

HERE = Path(__file__).parent
RECORDED = HERE / f"views-generation-{GENERATION}.sha256"


def digests() -> list[str]:
    fold = Fold()
    for line in (HERE / "views-log.ndjson").read_bytes().splitlines():
        fold.advance(decode(line))
    return [
        f"{hashlib.sha256(msgspec.json.encode(fold.render(topic))).hexdigest()} {position} {topic}"
        for topic, position in sorted(fold.topics().items())
    ]


def test_the_views_of_a_generation_are_what_they_were_when_it_was_recorded() -> None:
    recorded = RECORDED.read_text(encoding="utf-8").splitlines() if RECORDED.exists() else []
    changed = {line.split()[-1] for line in set(digests()) ^ set(recorded)}
    assert not changed, (
        f"the views {', '.join(sorted(changed))} are no longer those of generation {GENERATION}: "
        "raise projections.GENERATION by one, so that views are built anew, and record the new "
        "file with `python -m tests.conformance.test_generation > "
        f"tests/conformance/views-generation-{GENERATION + 1}.sha256`"
    )


def test_the_log_has_a_view_of_every_kind() -> None:
    kinds = {line.split()[-1].partition("/")[0] for line in digests()}
    assert kinds == {
        "competition", "teams", "standings", "matches", "live", "scorers", "records", "berths",
        "sections", "bracket", "open-questions",
    }  # fmt: skip


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in digests()))
