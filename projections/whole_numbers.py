"""Whole numbers that satisfy linear inequalities: the fewest there are, or the proof of none.

Gomory's all-integer method: every number in it is an int, every cut keeps each solution in whole
numbers, and each pivot is a step. What takes more steps than it is given is not known.
"""

from collections.abc import Mapping, Sequence
from math import gcd

from msgspec import Struct


class Form(Struct, frozen=True):
    """A constant and so many times each variable; variables are numbered and never negative."""

    constant: int = 0
    times: Mapping[int, int] = {}

    def __add__(self, other: "Form") -> "Form":
        return self._with(other, 1)

    def __sub__(self, other: "Form") -> "Form":
        return self._with(other, -1)

    def __mul__(self, number: int) -> "Form":
        times = {variable: number * factor for variable, factor in self.times.items()}
        return Form(number * self.constant, times)

    def _with(self, other: "Form", sign: int) -> "Form":
        times = dict(self.times)
        for variable, factor in other.times.items():
            times[variable] = times.get(variable, 0) + sign * factor
        kept = {variable: factor for variable, factor in times.items() if factor}
        return Form(self.constant + sign * other.constant, kept)


class Steps:
    """Counts what is done, up to a limit."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    @property
    def are_left(self) -> bool:
        return self.taken < self.most

    def take(self, number: int = 1) -> None:
        self.taken += number


class OutOfSteps(Exception):
    """The number of steps that was given did not do: the answer is not known."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __str__(self) -> str:
        return f"not settled in {self.most} steps; give more steps or leave it unknown"


def least(positive: Sequence[Form], steps: Steps) -> dict[int, int] | None:
    """Give variables of the least sum for which no form is negative; None if there are none.

    What is left out of the answer is zero.
    """
    tightened = [_tightened(form) for form in positive]
    if any(form.constant < 0 and not form.times for form in tightened):
        return None
    variables = sorted({variable for form in tightened for variable in form.times})
    # The first row is the sum, then the variables, then the forms; a column for each variable
    # that is zero now. The columns stay lexicographically positive.
    constants = [0, *(0 for _ in variables), *(form.constant for form in tightened)]
    columns = [
        [1, *(int(other == variable) for other in variables)]
        + [form.times.get(variable, 0) for form in tightened]
        for variable in variables
    ]
    while (row := _first_negative(constants)) is not None:
        rising = [column for column in columns if column[row] > 0]
        if not rising:
            return None
        if not steps.are_left:
            raise OutOfSteps(steps.most)
        steps.take()
        pivot = min(rising)
        _pivot(row, pivot, constants, columns)
    return {variable: constants[1 + at] for at, variable in enumerate(variables)}


def _tightened(form: Form) -> Form:
    """Divide by what all factors share; the constant is rounded down, as whole numbers allow."""
    if not form.times:
        return form
    shared = gcd(*form.times.values())
    times = {variable: factor // shared for variable, factor in form.times.items()}
    return Form(form.constant // shared, times)


def _first_negative(constants: Sequence[int]) -> int | None:
    return next((row for row, constant in enumerate(constants) if constant < 0), None)


def _pivot(row: int, pivot: list[int], constants: list[int], columns: list[list[int]]) -> None:
    """Cut with the row, divided so that the pivot becomes one and no column turns negative."""
    # The divisor is the fraction own / often, the largest that any rising column asks for.
    own, often = pivot[row], 1
    for column in columns:
        times = _often(column, pivot) if column[row] > 0 else None
        if times is not None and column[row] * often > own * times:
            own, often = column[row], times
    cut = [-(-column[row] * often // own) for column in columns]
    missing = -(constants[row] * often // own)
    for at, factor in enumerate(pivot):
        constants[at] += missing * factor
    for column, factor in zip(columns, cut, strict=True):
        if column is not pivot and factor:
            for at, own in enumerate(pivot):
                column[at] -= factor * own


def _often(column: Sequence[int], pivot: Sequence[int]) -> int | None:
    """Say how often the pivot can be taken from a column that stays positive; None: always."""
    if column is pivot:
        return 1
    first = next(at for at, number in enumerate(pivot) if number)
    if any(column[:first]):
        return None
    often = column[first] // pivot[first]
    left = [own - often * other for own, other in zip(column, pivot, strict=True)]
    return often if left > [0] * len(left) else often - 1
