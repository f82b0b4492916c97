"""Each topic is rendered by the module of its kind."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from projections.fold import Fold


def render(fold: "Fold", topic: str) -> object | None:
    return None
