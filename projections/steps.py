"""Criteria as the steps of a ranking: what is asked, and where it goes on when it parts some.

After the criteria come the decisions that they do not ask for; what somebody decided and recorded
counts all the same, if it is about teams that nothing else parts.
"""

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from events.criteria import Criterion, Guard
from projections.contest import DECIDERS
from projections.metrics import parts_of, scope_shown

_ELSEWHERE = frozenset({"list", "place"})
"""Metrics that no match of the table is asked for."""


class Step(Struct, frozen=True):
    """A criterion, or a kind of decision that the criteria do not ask for.

    `restart` is the step that follows where it parts some of the teams, `block` where the block of
    the step begins and ends, `after_unknown` what is asked after a rule that is not known.
    """

    metric: str
    criterion: Criterion | None = None
    index: int = 0
    restart: int = 0
    block: tuple[int, int] | None = None
    after_unknown: int = 0

    @property
    def implied(self) -> bool:
        return self.criterion is None

    @property
    def scope(self) -> str:
        return "all" if self.criterion is None else scope_shown(self.criterion)

    @property
    def article(self) -> str | None:
        return None if self.criterion is None else self.criterion.article

    @property
    def when(self) -> Guard | None:
        return None if self.criterion is None else self.criterion.when

    @property
    def is_decided(self) -> bool:
        return self.metric == "shoot_out" or self.metric in DECIDERS

    @property
    def by_matches(self) -> bool:
        return not self.is_decided and self.metric not in _ELSEWHERE


@lru_cache(maxsize=256)
def steps_of(criteria: tuple[Criterion, ...]) -> tuple[Step, ...]:
    """Give the criteria, then the decisions that they do not ask for."""
    asked = [criterion.metric for criterion in criteria]
    last = _begin_of_last(asked)
    foreseen = {each.metric for each in criteria[last:] if each.when is None}
    metrics = [*asked, *(decider for decider in DECIDERS if decider not in foreseen)]
    steps: list[Step] = []
    for index, metric in enumerate(metrics):
        criterion = criteria[index] if index < len(criteria) else None
        restart = _restart(metrics, criteria, index)
        block = _block(criteria, index) if criterion is not None else None
        steps.append(Step(metric, criterion, index, restart, block, max(last, index + 1)))
    return tuple(steps)


def _begin_of_last(metrics: Sequence[str]) -> int:
    """Say where the decisions begin that end the criteria."""
    last = len(metrics)
    while last and metrics[last - 1] in DECIDERS:
        last -= 1
    return last


def _restart(metrics: Sequence[str], criteria: Sequence[Criterion], index: int) -> int:
    if metrics[index] in DECIDERS:
        # Lots may leave some level who then play, and who plays may leave some for lots.
        return _begin_of_last(metrics[: index + 1])
    criterion = criteria[index]
    if criterion.on_partial == "restart_list":
        return 0
    if criterion.on_partial == "restart" and "level" in parts_of(criterion):
        while index and "level" in parts_of(criteria[index - 1]):
            index -= 1
        return index
    return index + 1


def _block(criteria: Sequence[Criterion], index: int) -> tuple[int, int] | None:
    name = criteria[index].block
    if name is None:
        return None
    begin, end = index, index + 1
    while begin and criteria[begin - 1].block == name:
        begin -= 1
    while end < len(criteria) and criteria[end].block == name:
        end += 1
    return begin, end
