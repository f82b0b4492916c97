"""Law 3: a view is the fold of a prefix of the log, and of nothing else.

However a log comes (in one sitting or two, once or twice, from a snapshot, on a
branch, in batches of any size), the same views stand at the same positions.
"""

from itertools import cycle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.fold import Fold
from tests.laws.logs import FACTS_MAX, Log, folded, logs, rendered, views

cuts = st.integers(0, FACTS_MAX + 10)
EXAMPLES = settings(max_examples=60, deadline=None)

# A law that is broken is shown by the smallest log that breaks it; finding that one may take long.
pytestmark = pytest.mark.timeout(400)


@EXAMPLES
@given(logs(), cuts)
def test_folding_in_two_sittings_is_folding_in_one(log: Log, cut: int) -> None:
    fold = folded(log[:cut])
    views(fold)
    fold.take_touched()
    for event in log[cut:]:
        fold.advance(event)
    assert views(fold) == views(folded(log))


@EXAMPLES
@given(logs(), cuts, cuts)
def test_events_that_come_again_change_nothing(log: Log, cut: int, again: int) -> None:
    fold = folded(log[:cut])
    fold.take_touched()
    for event in log[again:cut]:
        fold.advance(event)
    assert fold.take_touched() == {}
    assert fold.dump() == folded(log[:cut]).dump()


@EXAMPLES
@given(logs(), st.lists(st.integers(1, 5), min_size=1))
def test_views_kept_up_to_date_in_batches_are_the_views_of_the_whole_log(
    log: Log, sizes: list[int]
) -> None:
    fold, stored = Fold(), {}
    batches = cycle(sizes)
    size = next(batches)
    for event in log:
        fold.advance(event)
        size -= 1
        if not size or event is log[-1]:
            size = next(batches)
            for topic, position in fold.take_touched().items():
                stored[topic] = (position, rendered(fold, topic))
    assert stored == views(folded(log))


@EXAMPLES
@given(logs())
def test_a_view_changes_only_at_its_own_position(log: Log) -> None:
    fold = Fold()
    before: dict[str, tuple[int, bytes]] = {}
    for event in log:
        fold.advance(event)
        now = views(fold)
        for topic, (position, view) in now.items():
            had = before.get(topic)
            assert position == event.position or had == (position, view), topic
        before = now


@EXAMPLES
@given(logs(), cuts)
def test_a_fold_that_was_dumped_and_loaded_goes_on_as_if_nothing_had_happened(
    log: Log, cut: int
) -> None:
    dumped = folded(log[:cut]).dump()
    fold = Fold.load(dumped)
    assert fold.dump() == dumped
    assert views(fold) == views(folded(log[:cut]))
    for event in log[cut:]:
        fold.advance(event)
    assert views(fold) == views(folded(log))
    assert fold.dump() == folded(log).dump()


@EXAMPLES
@given(logs(), cuts)
def test_a_branch_becomes_what_the_fold_would_and_leaves_the_fold_as_it_was(
    log: Log, cut: int
) -> None:
    fold = folded(log[:cut])
    before, seen = fold.dump(), views(fold)
    branch = fold.branch()
    for event in log[cut:]:
        branch = branch.branch()
        branch.advance(event)
    assert views(branch) == views(folded(log))
    assert fold.dump() == before
    assert views(fold) == seen
    for event in log[cut:]:
        fold.advance(event)
    assert views(fold) == views(folded(log))


@EXAMPLES
@given(logs(), st.lists(st.integers(1, 5), min_size=1))
def test_what_was_decided_ahead_on_branches_and_absorbed_was_folded(
    log: Log, sizes: list[int]
) -> None:
    fold = Fold()
    branch = fold.branch()
    left, batches = list(log), cycle(sizes)
    while left:
        size = next(batches)
        now, left = left[:size], left[size:]
        ahead = branch.branch()
        for event in now:
            ahead.advance(event)
        fold.absorb(branch)
        ahead.stand_on(fold)
        branch = ahead
    fold.absorb(branch)
    assert fold.take_touched() == folded(log).take_touched()
    assert views(fold) == views(folded(log))
    assert fold.dump() == folded(log).dump()


@EXAMPLES
@given(logs())
def test_a_subject_has_as_many_versions_as_facts(log: Log) -> None:
    fold = folded(log)
    for event in log:
        subject = f"match/{event.match}" if event.match else "competition"
        same = sum(other.match == event.match for other in log)
        assert fold.version(subject) == same
