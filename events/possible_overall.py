"""Tables over several groups are about groups that there are, and allocations send each once."""

from collections.abc import Collection

from events.errors import Refused
from events.possible import each_in, each_once, possible_id
from events.regulations import Allocation, Overall, Section


def possible_overall(
    section: Section, path: str, groups: Collection[str], ties: Collection[str]
) -> None:
    """Refuse tables over groups that are not there, and allocations that are none."""
    for at, overall in each_in(f"{path}.overall", section.overall):
        possible_id(overall.id, f"{at}.id")
        if overall.id in groups or overall.id in ties:
            raise Refused(
                f"{overall.id} is the id of a group or a tie; choose another for the table",
                path=f"{at}.id",
                overall=overall.id,
            )
        _possible_entrants(overall, section, at, groups)
        if overall.allocation is not None:
            _possible_allocation(overall, overall.allocation, f"{at}.allocation", section)


def _possible_entrants(
    overall: Overall, section: Section, path: str, groups: Collection[str]
) -> None:
    named = each_in(f"{path}.groups", overall.groups)
    each_once(f"groups of {overall.id}", named)
    for at, group in named:
        if group not in groups:
            raise names_nothing(f"the table {overall.id} names", "group", group, at)
    if overall.losers_of is None:
        return
    if overall.groups or overall.rank is not None:
        raise Refused(
            f"{overall.id} is about who lost in the round {overall.losers_of}, or about groups; "
            "leave out losers_of, or groups and rank",
            path=f"{path}.losers_of",
            overall=overall.id,
        )
    if all(round_.id != overall.losers_of for round_ in section.rounds):
        raise Refused(
            f"the table {overall.id} names the round {overall.losers_of}, and its section "
            f"{section.id} has none; name one that it has",
            path=f"{path}.losers_of",
            missing=overall.losers_of,
            overall=overall.id,
        )


def _possible_allocation(
    overall: Overall, allocation: Allocation, path: str, section: Section
) -> None:
    each_once(f"places of {overall.id}", each_in(f"{path}.to", allocation.to))
    if overall.rank is None:
        raise Refused(
            f"an allocation sends one team of each group somewhere; give {overall.id} the rank "
            "that they have in their groups",
            path=path,
            overall=overall.id,
        )
    groups = overall.groups or tuple(group.id for group in section.groups)
    for at, row in each_in(f"{path}.rows", allocation.rows):
        each_once("groups of the row", each_in(at, row))
        for where, group in each_in(at, row):
            if group not in groups:
                raise names_nothing(f"the allocation of {overall.id} names", "group", group, where)
        if len(row) != len(allocation.to):
            raise Refused(
                f"the row {', '.join(row)} has {len(row)} groups for the {len(allocation.to)} "
                f"places {', '.join(allocation.to)}; name one for each",
                path=at,
                overall=overall.id,
            )
    combinations = [
        (at, tuple(sorted(row))) for at, row in each_in(f"{path}.rows", allocation.rows)
    ]
    each_once(f"combinations of {overall.id}", combinations, ", ".join)


def names_nothing(who: str, kind: str, id: str, path: str, **facts: object) -> Refused:
    """Say that something names what the regulations do not have."""
    return Refused(
        f"{who} the {kind} {id}, and the regulations have none; name one that they have",
        path=path,
        missing=id,
        **facts,
    )
