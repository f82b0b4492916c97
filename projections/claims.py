"""What sources claim about a topic, beside what follows from the facts: it hides nothing."""

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from projections.fold import Fold

CLAIMS_MAX = 20


class Said(Struct, frozen=True):
    """What a source says; that of a note is whoever wrote it down, where that is known."""

    says: str
    source: str | None


def about(fold: "Fold", topic: str) -> tuple[Said, ...]:
    """Give the newest claims about a topic, the newest last."""
    claims = fold.claims_about(topic)
    return tuple(Said(claim.says, claim.source) for claim in claims[-CLAIMS_MAX:])
