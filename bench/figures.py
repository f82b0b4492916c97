"""A figure is a ratio: ours against a peer that was measured in the same round, medians of several.

Absolute numbers of a shared machine move by half from one minute to the next; a ratio of two
neighbours moves less, and its spread says how much it can be trusted.
"""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median

from msgspec import Struct

ORDER_SEED = 7
COLUMNS = (42, 11, 11, 8, 15, 26)


class Ratio(Struct, frozen=True):
    """One line of the table. `must` and `goal` are the least that the median may be.

    `unit` is that of `ours` and `peer`, one value a round. Without a must or a goal it is told.
    """

    what: str
    unit: str
    ours: Sequence[float]
    peer: Sequence[float]
    must: float | None = None
    goal: float | None = None

    @property
    def ratios(self) -> list[float]:
        return [ours / peer for ours, peer in zip(self.ours, self.peer, strict=True)]

    @property
    def is_missed(self) -> bool:
        return self.must is not None and median(self.ratios) < self.must


class Result(Struct, frozen=True):
    """What one bench found: its ratios, what the peer was, and what else was seen."""

    title: str
    peer: str
    ratios: Sequence[Ratio]
    notes: Sequence[str] = ()


async def rounds(
    number: int, contestants: Mapping[str, Callable[[], Awaitable[float]]]
) -> dict[str, list[float]]:
    """Let each have a turn in every round, in an order drawn anew, so that none is always first."""
    dice = random.Random(ORDER_SEED)
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(number):
        for name in dice.sample(sorted(contestants), len(contestants)):
            found[name].append(await contestants[name]())
    return found


# Printing


def table(result: Result) -> str:
    head = ("", "ours", "peer", "ratio", "from – to", "goal")
    lines = [result.title, f"  peer: {result.peer}", _row(head)]
    lines += [_row(_cells(ratio)) for ratio in result.ratios]
    lines += [f"  {note}" for note in result.notes]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    first, *others = (
        f"{cell:<{width}}" if at == 0 else f"{cell:>{width}}"
        for at, (cell, width) in enumerate(zip(cells, COLUMNS, strict=True))
    )
    return ("  " + first + "".join(others)).rstrip()


def _cells(ratio: Ratio) -> tuple[str, ...]:
    ratios = ratio.ratios
    return (
        f"{ratio.what}, {ratio.unit}",
        shown(median(ratio.ours)),
        shown(median(ratio.peer)),
        f"{median(ratios):.2f}",
        f"{min(ratios):.2f} – {max(ratios):.2f}",
        _verdict(ratio),
    )


def _verdict(ratio: Ratio) -> str:
    reached = median(ratio.ratios)
    limits = [("must", ratio.must), ("goal", ratio.goal)]
    said = [
        f"{name} {limit:g} {'✓' if reached >= limit else '✗'}"
        for name, limit in limits
        if limit is not None
    ]
    return "  ".join(said)


def shown(value: float) -> str:
    """Give three figures that can be told apart, and no more."""
    if value >= 10_000:
        return f"{value / 1000:,.1f} k"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
