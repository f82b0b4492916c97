"""Two rankers that share nothing but the reference of the language come to the same tables.

The plain one of these tests is written from docs/regulations.md alone. Compared are the tiers and
what parts each from the one above, with its numbers where the reference says what they are.
"""

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from events.criteria import ExternalList
from events.regulations import Governing, governing
from projections.contest import Contest
from projections.ranking import rank
from services import catalogue
from tests.laws.plain_counting import INFINITY
from tests.laws.plain_ranker import Place, plain_rank
from tests.laws.plain_tables import a_table, settled, some_rules

TABLES = 800
"""Under random rules, for each of the seeds."""
TABLES_OF_A_SET = 40

NAMES = [listed.name for listed in catalogue.sets()]


@pytest.mark.parametrize("seed", range(8))
def test_under_any_rules_both_rankers_say_the_same(seed: int) -> None:
    dice = Random(seed)
    for _ in range(TABLES):
        assert_same(a_table(dice, some_rules(dice)))


@pytest.mark.parametrize("name", NAMES)
def test_under_the_rules_of_a_set_both_rankers_say_the_same(name: str) -> None:
    dice = Random(name)
    for rules in every_governing(name):
        for _ in range(TABLES_OF_A_SET):
            assert_same(under(rules, a_table(dice, rules.criteria), dice))


def every_governing(name: str) -> Iterator[Governing]:
    """Give the rules of every section that has tables, each of them once."""
    regulations = catalogue.named(name)
    found: list[Governing] = []
    for stage in regulations.stages:
        for section in stage.sections or (None,):
            rules = governing(regulations, stage, section)
            if rules not in found:
                found.append(rules)
    yield from found


def under(rules: Governing, table: Contest, dice: Random) -> Contest:
    """Rank the table by these rules; half of the time they rule what a withdrawal means as well."""
    criteria = rules.criteria + (rules.interim.criteria if rules.interim else ())
    rows: dict[str, Any] = {team: dice.randint(1, 3) for team in table.teams}
    withdrawal = rules.withdrawal if dice.random() < 0.5 else table.withdrawal
    return settled(
        replace(
            table,
            criteria=rules.criteria,
            points=rules.points,
            interim=rules.interim,
            withdrawal=withdrawal,
            lists={each.list: ExternalList(each.list, rows=rows) for each in criteria if each.list},
            places={each.group: rows for each in criteria if each.group},
        )
    )


def assert_same(table: Contest) -> None:
    """Compare tier by tier; a number that the reference does not tell is any number."""
    plain = plain_rank(table)
    both = list(zip(rank(table), plain, strict=False))
    assert [tier.teams for tier in rank(table)] == [place.teams for place in plain], table
    for tier, place in both:
        by = tier.separated_by
        said = by and (by.criterion, by.numbers if tells_numbers(table, place) else None)
        assert (tier.rank, said) == (place.rank, told(table, place)), table


def told(table: Contest, place: Place) -> Any:
    if place.why is None or not tells_numbers(table, place):
        return place.why and (place.why.metric, None)
    return place.why.metric, (shown(place.why.upper), shown(place.why.lower))


def tells_numbers(table: Contest, place: Place) -> bool:
    """Say whether the numbers are told: not of several decisions, or of kicks among three."""
    if place.why is None or place.why.upper is None:
        return False
    return sum(each.by == place.why.metric for each in table.decisions) < 2


def shown(number: Any) -> int | str:
    if number == INFINITY:
        return "∞"
    exact = Fraction(number)
    return int(exact) if exact.denominator == 1 else f"{exact.numerator}/{exact.denominator}"
