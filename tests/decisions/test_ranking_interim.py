"""Where the interim criteria come in until level teams have met, and where nothing is asked."""

import pytest

from events.criteria import Criterion, Interim
from projections.ranking import Contest, Played, ToPlay
from tests.decisions.contests import DIFFERENCE, LOTS, POINTS, by, deciding, played, ranked


def until_they_met(
    final: tuple[Criterion, ...], interim: tuple[Criterion, ...], *results: Played
) -> Contest:
    """Two teams that meet once more."""
    to_play = (ToPlay("b", "a"),)
    return Contest(
        ("a", "b"), results, final, to_play=to_play, interim=Interim("pair_met", interim)
    )


@pytest.mark.parametrize("interim", [(POINTS,), (POINTS, LOTS), (POINTS, DIFFERENCE)])
def test_an_interim_list_may_be_the_final_one_or_begin_like_it(
    interim: tuple[Criterion, ...],
) -> None:
    assert ranked(until_they_met((POINTS,), interim)) == "a = b"
    assert ranked(until_they_met(interim, (POINTS,))) == "a = b"


def test_where_goals_are_not_known_no_interim_criterion_is_asked_either() -> None:
    unknown = Played("a", "b", "home", None, None, leg=1)
    league = until_they_met((DIFFERENCE, LOTS), (DIFFERENCE, by("wins")), unknown)
    assert ranked(league) == "a = b"
    assert ranked(deciding(league, ("lots", "b > a"))) == "b > a"


def test_after_a_rule_that_nobody_knows_no_interim_criterion_is_asked_either() -> None:
    rule = by("unknown")
    league = until_they_met((rule, LOTS), (rule, by("wins")), played("a_b", "1-0"))
    assert ranked(league) == "a = b"
    assert ranked(deciding(league, ("lots", "b > a"))) == "b > a"
