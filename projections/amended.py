"""What is recorded about groups, ties and berths that amended regulations would not have any more.

It stays recorded, and counts again once regulations have them again.
"""

from collections.abc import Iterator, Set
from typing import TYPE_CHECKING

from events.types import GroupFormed

if TYPE_CHECKING:
    from projections.known import Known


def left_behind(fold: "Known", ruled: Set[str]) -> Iterator[tuple[str, int]]:
    """Give each key that is ruled now and would not be, with how many matches and decisions it has.

    A group that was formed is there without regulations.
    """
    setting = fold.setting
    keys = [f"group/{group}" for group in (*setting.groups, *setting.overall)]
    keys += [f"tie/{tie}" for tie in setting.ties]
    keys += [f"berth/{berth}" for berth in setting.berths]
    for key in keys:
        if key in ruled:
            continue
        decisions = fold.held(key).standing()
        count = len(decisions) + sum(1 for _ in fold.matches_in(key))
        if count and not any(isinstance(fact, GroupFormed) for fact in decisions):
            yield key, count
