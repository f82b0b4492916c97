"""Law 5 under every rule of the language: no rank is guessed, and each can be worked out again."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from events.criteria import Criterion
from projections.ranking import DECIDERS, Contest, Played, Tier, rank
from tests.laws.ranked import TEAMS, contests, numbers, plain_contests
from tests.laws.test_folds import EXAMPLES

FEWER = ("goals_against", "place")


def number(shown: int | str) -> Fraction | float:
    return float("inf") if shown == "∞" else Fraction(shown)


@EXAMPLES
@given(contests() | plain_contests(), st.randoms(use_true_random=False))
def test_the_order_of_the_results_does_not_matter(contest: Contest, dice: Any) -> None:
    shuffled = list(contest.results)
    dice.shuffle(shuffled)
    assert rank(replace(contest, results=tuple(shuffled))) == rank(contest)


@EXAMPLES
@given(contests() | plain_contests(), st.permutations(("v", "w", "x", "y", "z")))
def test_the_names_of_the_teams_do_not_matter(contest: Contest, others: list[str]) -> None:
    new = dict(zip(TEAMS, others, strict=True))

    ours, again = rank(contest), rank(renamed(contest, new))
    named = [{new[team] for team in tier.teams} for tier in ours]
    assert [set(tier.teams) for tier in again] == named
    assert [said_of(*pair) for pair in neighbours(again)] == [said_of(*p) for p in neighbours(ours)]


def neighbours(tiers: tuple[Tier, ...]) -> Iterator[tuple[Tier | None, Tier]]:
    return zip((None, *tiers), tiers, strict=False)


def said_of(above: Tier | None, tier: Tier) -> tuple[Any, ...]:
    """Give what is said of a tier; where teams share one, its first by id names its matches."""
    shared = any(len(one.teams) > 1 for one in (above, tier) if one)
    matches = None if shared else tier.matches
    return tier.rank, tier.separated_by, matches, tier.rule_unknown, tier.is_known


def renamed(contest: Contest, new: dict[str, str]) -> Contest:
    def each(given: Any) -> dict[str, Any]:
        return {new[team]: value for team, value in given.items()}

    return replace(
        contest,
        teams=tuple(sorted(new[team] for team in contest.teams)),
        results=tuple(replace(r, home=new[r.home], away=new[r.away]) for r in contest.results),
        to_play=tuple(replace(m, home=new[m.home], away=new[m.away]) for m in contest.to_play),
        adjustments=each(contest.adjustments),
        decisions=tuple(
            replace(d, order=tuple(tuple(new[t] for t in tier) for tier in d.order))
            for d in contest.decisions
        ),
        lists={name: replace(one, rows=each(one.rows)) for name, one in contest.lists.items()},
        places={group: each(places) for group, places in contest.places.items()},
        withdrawn=tuple(new[team] for team in contest.withdrawn),
    )


@EXAMPLES
@given(contests())
def test_every_rank_has_a_reason_whose_numbers_differ_the_right_way(contest: Contest) -> None:
    first, *others = rank(contest)
    assert first.separated_by is None
    for tier in others:
        why = tier.separated_by
        assert why is not None
        upper, lower = map(number, why.numbers)
        if why.criterion in (*DECIDERS, *FEWER, "withdrawal"):
            assert upper < lower
        else:
            assert upper > lower


@EXAMPLES
@given(contests())
def test_what_was_passed_parted_nobody(contest: Contest) -> None:
    for tier in rank(contest):
        for passed in (*tier.passed, *tier.level_by):
            assert (passed.guard is not None) == (passed.because == "guard")
            if passed.because == "level" and passed.numbers is not None:
                upper, lower = passed.numbers
                assert number(upper) == number(lower)


@EXAMPLES
@given(contests())
def test_the_reasons_taken_step_by_step_give_the_ranks(contest: Contest) -> None:
    """Whoever is told only the reasons, and not the tiers, comes to the same ranks."""
    tiers = rank(contest)
    ranks, seen = {}, 0
    for tier in tiers:
        if tier.separated_by is not None or not seen:
            place = seen + 1
        for team in tier.teams:
            ranks[team] = place
        seen += len(tier.teams)
    assert ranks == {team: tier.rank for tier in tiers for team in tier.teams}
    assert sorted(ranks) == sorted(contest.teams)


@EXAMPLES
@given(contests())
def test_the_criteria_are_asked_in_the_order_of_the_rules(contest: Contest) -> None:
    """What was asked is the rules from the first on, but for what begins again."""
    begins_again = any(
        each.block or each.on_partial != "continue" or each.metric in DECIDERS
        for each in contest.criteria
    )
    if begins_again:
        return
    names = [each.metric for each in contest.criteria]
    for tier in rank(contest):
        why = tier.separated_by
        if why is None or why.criterion in (*DECIDERS, "withdrawal"):
            continue
        told = [each.criterion for each in tier.passed if each.criterion != "ruling"]
        assert [*told, why.criterion] == names[: len(told) + 1]


READS_NO_GOALS = (
    Criterion(metric="points"),
    Criterion(metric="wins"),
    Criterion(metric="points", scope="level"),
    Criterion(metric="draws"),
)


@EXAMPLES
@given(contests(), numbers)
def test_goals_change_nothing_where_no_criterion_reads_them(contest: Contest, more: int) -> None:
    contest = replace(contest, criteria=READS_NO_GOALS)
    higher = tuple(with_more(result, more) for result in contest.results)
    ours = [(tier.teams, tier.separated_by) for tier in rank(contest)]
    again = rank(replace(contest, results=higher))
    assert [(tier.teams, tier.separated_by) for tier in again] == ours


def with_more(result: Played, more: int) -> Played:
    """The same outcome by other goals."""
    assert result.home_goals is not None
    assert result.away_goals is not None
    home, away = result.home_goals + more, result.away_goals + more
    return replace(result, home_goals=home, away_goals=away)


@EXAMPLES
@given(contests(), st.data())
def test_a_match_of_others_never_changes_two_teams_that_only_their_own_numbers_rank(
    contest: Contest, data: Any
) -> None:
    """Points, difference and goals over all matches read nothing but a team's own results."""
    own = tuple(Criterion(metric=metric) for metric in ("points", "goal_difference", "goals_for"))
    contest = replace(contest, criteria=own, decisions=(), withdrawn=())
    if len(contest.teams) < 4:
        return
    one, other, home, away = data.draw(st.permutations(contest.teams))[:4]
    added = (*contest.results, Played(home, away, "home", 3, 0))
    before, after = places(contest), places(replace(contest, results=added))
    assert (before[one] < before[other]) == (after[one] < after[other])
    assert (before[one] == before[other]) == (after[one] == after[other])


def places(contest: Contest) -> dict[str, int]:
    return {team: tier.rank for tier in rank(contest) for team in tier.teams}


@EXAMPLES
@given(contests())
def test_neighbours_by_a_number_of_the_whole_table_differ_by_what_the_matches_say(
    contest: Contest,
) -> None:
    """The matches that are named are those that the points came from."""
    points: dict[str, list[tuple[str, int]]] = defaultdict(list)
    if contest.withdrawn:
        return
    for result in contest.results:
        home, away = {"home": (3, 0), "away": (0, 3), "draw": (1, 1)}[result.outcome]
        points[result.home].append((result.match or "", home))
        points[result.away].append((result.match or "", away))
    for above, tier in pairwise(rank(contest)):
        why = tier.separated_by
        assert why is not None
        if (why.criterion, why.scope) != ("points", "all"):
            continue
        both = (above.teams[0], tier.teams[0])
        for team, shown in zip(both, why.numbers, strict=True):
            own = sum(worth for match, worth in points[team] if match in tier.matches)
            assert own + contest.adjustments.get(team, 0) == shown
