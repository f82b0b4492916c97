"""Criteria ask only for what there is, and nothing that no table could answer.

What cannot be is refused with the path of the value to correct.
"""

from collections.abc import Collection, Iterable, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import groupby

from events.criteria import Criterion, Guard, Interim, Scope
from events.errors import Refused
from events.possible import each_in, each_once
from events.regulations import Regulations, Section, Stage, governing

_ASIDE = ({"home", "away"}, {"first_leg", "second_leg"})
"""Parts of a scope that no match has both of."""


def possible_criteria(regulations: Regulations, groups: Collection[str]) -> None:
    """Refuse criteria of the competition, a stage or a section that cannot be asked."""
    lists = {each.name for each in regulations.lists}
    named = [
        (f"{at}.name", each.name) for at, each in each_in("regulations.lists", regulations.lists)
    ]
    each_once("lists", named)
    for path, place in _places(regulations):
        _possible_order(place.criteria or (), f"{path}.criteria", lists, groups)
        if place.interim is not None:
            _possible_interim(place.interim, f"{path}.interim")
            _possible_order(place.interim.criteria, f"{path}.interim.criteria", lists, groups)
        over = place.overall if isinstance(place, Section) else ()
        for at, overall in each_in(f"{path}.overall", over):
            order = overall.criteria or ()
            _possible_order(order, f"{at}.criteria", lists, groups, has_places=True)
    _no_table_reads_itself(regulations)


def _places(regulations: Regulations) -> Iterable[tuple[str, Regulations | Stage | Section]]:
    yield "regulations", regulations
    for at, stage in each_in("regulations.stages", regulations.stages):
        yield at, stage
        yield from each_in(f"{at}.sections", stage.sections)


def _no_table_reads_itself(regulations: Regulations) -> None:
    """Refuse tables that ask for places in each other, or in themselves."""
    reads: dict[str, set[str]] = {}
    for stage in regulations.stages:
        for section in stage.sections:
            rules = governing(regulations, stage, section)
            criteria = (*rules.criteria, *(rules.interim.criteria if rules.interim else ()))
            asked = {each.group for each in criteria if each.group is not None}
            reads |= {group.id: asked for group in section.groups}
    try:
        TopologicalSorter(reads).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
        raise Refused(
            f"{' asks for places in '.join(circle)}; nobody could ever be ranked: let one have "
            "other criteria",
            path="regulations",
            ring=circle[1:],
        ) from None


def _possible_interim(interim: Interim, path: str) -> None:
    if (interim.until == "matchday") == (interim.matchday is not None):
        return
    wrong = (
        "until a matchday needs to say which; give its number as matchday"
        if interim.matchday is None
        else f"until {interim.until} asks for no matchday; leave it out, or say until matchday"
    )
    raise Refused(f"an interim table {wrong}", path=f"{path}.matchday")


def _possible_order(
    criteria: Sequence[Criterion],
    path: str,
    lists: Collection[str],
    groups: Collection[str],
    *,
    has_places: bool = False,
) -> None:
    """Refuse criteria that cannot be; `has_places` where all have a place in a table already."""
    for index, (at, criterion) in enumerate(each_in(path, criteria)):
        _possible_scope(criterion.scope, f"{at}.scope")
        _possible_input(criterion, at, "list", lists)
        _possible_input(criterion, at, "group", groups)
        if criterion.when is not None:
            _possible_guard(criterion.when, f"{at}.when")
        if criterion.without_ranks_from is not None and index == 0 and not has_places:
            raise Refused(
                "the first criterion has no table before it that could say who is at place "
                f"{criterion.without_ranks_from}; leave out without_ranks_from",
                path=f"{at}.without_ranks_from",
            )
        _possible_way_on(criterion, at)
    blocks = [(block, index) for index, block in enumerate(each.block for each in criteria)]
    begun = [next(run) for block, run in groupby(blocks, lambda pair: pair[0]) if block is not None]
    each_once(
        "blocks, which are consecutive", ((f"{path}[{index}].block", id) for id, index in begun)
    )


def _possible_scope(scope: Scope, path: str) -> None:
    if isinstance(scope, str):
        return
    each_once("parts of a scope", each_in(path, scope))
    if not scope:
        raise Refused("a scope without parts counts nothing; leave it out, or say all", path=path)
    for aside in _ASIDE:
        if aside <= set(scope):
            one, other = sorted(aside)
            raise Refused(
                f"no match of a team is both {one} and {other}; name one of them", path=path
            )


def _possible_input(criterion: Criterion, path: str, name: str, known: Collection[str]) -> None:
    """A criterion names a list, or a group, if that is what it compares, and one that is there."""
    metric = {"list": "list", "group": "place"}[name]
    said: str | None = getattr(criterion, name)
    if said is None and criterion.metric == metric:
        raise Refused(
            f"the metric {metric} does not say of which {name}; name one of the regulations",
            path=f"{path}.{name}",
        )
    if said is not None and criterion.metric != metric:
        raise Refused(
            f"the metric {criterion.metric} reads no {name}; leave it out, or ask for {metric}",
            path=f"{path}.{name}",
        )
    if said is not None and said not in known:
        raise Refused(
            f"a criterion asks for the {name} {said}, and the regulations have none; "
            f"name one that they have: {', '.join(sorted(known)) or 'there is none yet'}",
            path=f"{path}.{name}",
            missing=said,
        )


def _possible_guard(guard: Guard, path: str) -> None:
    level, more_than = guard.level, guard.more_than
    if level is not None and more_than is not None and level <= more_than:
        raise Refused(
            f"exactly {level} level teams are never more than {more_than}; leave out one of them",
            path=f"{path}.more_than",
        )
    at_least = level if level is not None else 0 if more_than is None else more_than + 1
    if guard.met_last and at_least > 2:
        raise Refused(
            f"met_last is about two teams, and here at least {at_least} are level; "
            "leave out one of them",
            path=f"{path}.met_last",
        )
    if guard.contest is not None and guard.contest[0] > guard.contest[1]:
        better, worse = guard.contest
        raise Refused(
            f"a contest for places {better} to {worse} is none; put the better place first",
            path=f"{path}.contest",
        )


def _possible_way_on(criterion: Criterion, path: str) -> None:
    if criterion.block is None and criterion.on_partial == "restart_block":
        raise Refused(
            "a block begins again where one is named; give this criterion and its neighbours a "
            "block, or another on_partial",
            path=f"{path}.on_partial",
        )
    if criterion.block is not None and criterion.on_partial in ("restart", "restart_list"):
        raise Refused(
            f"the block {criterion.block} begins again at its end, and nowhere else; leave out "
            f"on_partial {criterion.on_partial}",
            path=f"{path}.on_partial",
        )
