"""Tables over several groups: combinations of groups that no row has, and level teams."""

from collections.abc import Iterator
from itertools import combinations
from math import comb

from events.possible import each_in
from events.regulations import Allocation, Regulations
from projections.holes.found import Hole
from projections.holes.ruled import settles_for_sure
from projections.ruled_overall import RuledOverall, ruled_overall


def holes_of_overall(regulations: Regulations) -> Iterator[Hole]:
    ruled = ruled_overall(regulations)
    for stage_at, stage in each_in("stages", regulations.stages):
        for at, section in each_in(f"{stage_at}.sections", stage.sections):
            for path, overall in each_in(f"{at}.overall", section.overall):
                table = ruled[overall.id]
                yield from _of_level_teams(table, path)
                if overall.allocation is not None:
                    yield from _of_combinations(table, overall.allocation, f"{path}.allocation")


def _of_level_teams(table: RuledOverall, path: str) -> Iterator[Hole]:
    """Teams of different groups may be alike in all that is counted."""
    if (table.places or table.through) and not settles_for_sure(table.criteria):
        place = table.through or table.places[-1]
        yield Hole(
            "level",
            path,
            f"teams may stay level for place {place} of {table.overall.id}, as nothing that it "
            "asks for always parts them; end its criteria with lots",
        )


def _of_combinations(table: RuledOverall, allocation: Allocation, path: str) -> Iterator[Hole]:
    count = len(allocation.to)
    there = {frozenset(row) for row in allocation.rows}
    missing = comb(len(table.groups), count) - len(there)
    if missing <= 0:
        return
    # Of one more than there are, one at least is missing, so that this ends early.
    first = next(each for each in combinations(table.groups, count) if {*each} not in there)
    yield Hole(
        "combination",
        f"{path}.rows",
        f"the allocation of {table.overall.id} has no row for {missing} of the combinations of "
        f"groups that may go through, the first of them {', '.join(first)}; add a row for each",
    )
