"""Whether a token may record a fact, in a competition of two sections."""

from typing import Any

from msgspec import structs

from events.codec import read_event
from projections.fold import Fold
from services.store.access import Forbidden, Grant, Role, permit
from tests.integration.facts import COMPETITION
from tests.integration.football import CREATED, ENTERED, REGULATIONS, SCHEDULED

CUP = COMPETITION
OTHER_GROUP = {"id": "group-b", "name": "Grupo B", "teams": []}
OTHER_SECTION = {"id": "junin", "name": "Junín", "groups": [OTHER_GROUP]}


def ground(*more: dict[str, Any]) -> Fold:
    """A competition with two sections; m1 to m6 belong to the section amazonas."""
    [stage] = REGULATIONS["stages"]
    stage = {**stage, "sections": [*stage["sections"], OTHER_SECTION]}
    created = {**CREATED, "regulations": {"stages": [stage]}}
    fold = Fold()
    for position, fact in enumerate([created, *ENTERED, *SCHEDULED, *more], 1):
        event = read_event(fact).event
        fold.advance(structs.replace(event, position=position, recorded_at="2026-01-01T00:00:00Z"))
    return fold


def may(role: Role, scope: str, fact: dict[str, Any], *before: dict[str, Any]) -> bool:
    grant = Grant("0123456789ab", role, (scope,))
    try:
        permit(grant, CUP, read_event(fact).event, ground(*before))
    except Forbidden:
        return False
    return True
