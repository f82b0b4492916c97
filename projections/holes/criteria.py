"""Criteria that can never be asked, never part anybody, or whose data never comes.

What governs several tables is a hole only if it is one in all of them.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from events.criteria import Criterion, Guard
from events.possible import each_in
from events.regulations import Regulations, Step
from projections.holes.found import Delivered, Hole
from projections.holes.lists import lists_read
from projections.holes.ruled import Ruled, earned_at
from projections.metrics import parts_of, scope_shown

_NEEDS: dict[str, Delivered] = {"half_time_points": "half_time", "conduct": "cards"}
_SAID_MISSING = {
    "half_time": "the score at half-time of every match; one match of which only the final score "
    "is recorded makes the criterion part nobody: have it recorded, or leave the criterion out",
    "cards": "the cards of every match, and none are recorded, so that all are level on it: have "
    "them recorded, or leave the criterion out",
}
_DECIDED = frozenset({"lots", "extra_match", "shoot_out"})


def holes_of_criteria(
    tables: Sequence[Ruled], regulations: Regulations, delivered: Collection[Delivered]
) -> Iterator[Hole]:
    by_place: dict[str, list[Ruled]] = {}
    for table in tables:
        by_place.setdefault(table.criteria_at, []).append(table)
    for path, governed in by_place.items():
        yield from _of_order(path, governed[0].rules.criteria, governed, delivered)
    interims: dict[str, list[Ruled]] = {}
    for table in tables:
        if table.rules.interim is not None:
            interims.setdefault(table.interim_at, []).append(table)
    for path, governed in interims.items():
        interim = governed[0].rules.interim
        assert interim is not None, "only tables with an interim list are here"
        yield from _of_order(f"{path}.criteria", interim.criteria, governed, delivered)
        yield from _of_interim(path, governed)
    yield from _of_lists(tables, regulations)


def _of_order(
    path: str,
    criteria: tuple[Criterion, ...],
    governed: Sequence[Ruled],
    delivered: Collection[Delivered],
) -> Iterator[Hole]:
    for at, criterion in each_in(path, criteria):
        need = _NEEDS.get(criterion.metric)
        if need is not None and need not in delivered:
            name = _name(criterion)
            yield Hole("no_data", at, f"the criterion {name} needs {_SAID_MISSING[need]}")
        if criterion.when is not None:
            reasons = [_never_holds(criterion.when, table) for table in governed]
            if reasons[0] is not None and all(reason is not None for reason in reasons):
                message = f"the criterion {_name(criterion)} is never asked: {reasons[0]}"
                yield Hole("guard", f"{at}.when", message)
    yield from _never_asked(path, criteria)
    yield from _of_head_to_head(path, criteria)


def _name(criterion: Criterion) -> str:
    name = criterion.metric.replace("_", " ")
    return f"{name} ({scope_shown(criterion)})" if parts_of(criterion) else name


def _never_asked(path: str, criteria: tuple[Criterion, ...]) -> Iterator[Hole]:
    """Nothing that is counted follows a rule that is not known, whatever its place."""
    unknown = next(
        (i for i, c in enumerate(criteria) if c.metric == "unknown" and not c.when), None
    )
    if unknown is None:
        return
    for at, criterion in list(each_in(path, criteria))[unknown + 1 :]:
        if criterion.metric not in _DECIDED:
            yield Hole(
                "never_asked",
                at,
                f"the criterion {_name(criterion)} comes after a rule that is not known, so "
                "nobody is ever asked for it; say by a guard (when) of whom the rule is not known, "
                "or leave out what follows it",
            )


# Guards


def _never_holds(guard: Guard, table: Ruled) -> str | None:
    """Say why no level teams of a table could ever be those that a guard is about."""
    return next((why for impossible, why in _reasons(guard, table) if impossible), None)


def _reasons(guard: Guard, table: Ruled) -> Iterator[tuple[bool, str]]:
    level, more_than, contest = guard.level, guard.more_than, guard.contest
    size = table.size
    if size is not None:
        of = f"{table.name} has only {size} teams"
        if level is not None:
            yield level > size, f"{level} teams are never level where {of}; ask for fewer"
        if more_than is not None:
            why = f"more than {more_than} are never level where {of}; ask for fewer"
            yield more_than >= size, why
        if contest is not None:
            why = f"nobody contests place {contest[1]} where {of}; name places that there are"
            yield contest[1] > size, why
    if contest is not None and level is not None:
        wide = contest[1] - contest[0] + 1
        why = f"{level} level teams never share {wide} places; ask for {wide}, or leave out level"
        yield level < wide, why
    if guard.matters is False and contest is not None:
        better, worse = contest
        split = [place for place in earned_at(table) if better <= place < worse]
        why = (
            f"the places {better} to {worse} always matter, as a berth ends between them; leave "
            "out matters = false"
        )
        yield bool(split), why
    if guard.matters and size is not None:
        yield (
            not any(place < size for place in earned_at(table)),
            f"no berth of {table.name} goes to some of its places and not to others; grant one, "
            "or leave out matters",
        )


# Head-to-head


def _of_head_to_head(path: str, criteria: tuple[Criterion, ...]) -> Iterator[Hole]:
    asked: set[Criterion] = set()
    for at, criterion in each_in(path, criteria):
        is_level = "level" in parts_of(criterion)
        if criterion.on_partial == "restart" and not is_level:
            yield Hole(
                "head_to_head",
                f"{at}.on_partial",
                f"the criterion {_name(criterion)} is to restart the head-to-head, and is not one "
                'of it, so that nothing begins again; say on_partial = "restart_list", or give it '
                'the scope "level"',
            )
        if criterion.metric in _DECIDED | {"unknown"} or is_level:
            continue
        plain = Criterion(
            metric=criterion.metric,
            scope=criterion.scope,
            without_ranks_from=criterion.without_ranks_from,
            list=criterion.list,
            group=criterion.group,
        )
        if plain in asked:
            where = f" in the block {criterion.block}" if criterion.block else ""
            yield Hole(
                "head_to_head",
                at,
                f"the criterion {_name(criterion)}{where} was asked before over the same matches, "
                "and whoever comes to it is level on it: it never parts anybody; give it another "
                "scope, or leave it out",
            )
        if criterion.when is None:
            asked.add(plain)


# Interim tables, and lists


def _of_interim(path: str, governed: Sequence[Ruled]) -> Iterator[Hole]:
    """An interim table until a matchday that no table comes to never gives way to the final one."""
    last = [_matchdays(table) for table in governed]
    interim = governed[0].rules.interim
    if interim is None or interim.matchday is None:
        return
    known = [days for days in last if days is not None]
    if len(known) == len(last) and interim.matchday > max(known):
        yield Hole(
            "interim",
            f"{path}.matchday",
            f"the interim table holds until matchday {interim.matchday}, and {governed[0].name} "
            f"has only {max(known)}: it ranks until the last match is played; name a matchday "
            'that there is, or say until = "all_played"',
        )


def _matchdays(table: Ruled) -> int | None:
    """Say how many matchdays a round robin has; None where size or meetings are not known."""
    if table.size is None or table.meetings is None:
        return None
    return table.meetings * (table.size - 1 + table.size % 2)


def _of_lists(tables: Iterable[Ruled], regulations: Regulations) -> Iterator[Hole]:
    paths = {each.name: at for at, each in each_in("lists", regulations.lists)}
    missing: dict[str, list[str]] = {step.list: [] for step in _steps(regulations) if step.list}
    for table in tables:
        for listed in lists_read(table.rules.criteria, regulations):
            lacking = missing.setdefault(listed.name, [])
            lacking += [team for team in table.teams if team not in listed.rows]
    for listed in regulations.lists:
        if listed.name not in missing:
            continue
        if not listed.rows:
            message = (
                f"the list {listed.name} has no rows, so that nobody is parted by it; give its "
                f"rows, here or to pitazo rank (--list {listed.name}=FILE)"
            )
        elif lacking := list(dict.fromkeys(missing[listed.name])):
            message = (
                f"the list {listed.name} has no row for {', '.join(lacking)}, and who is level "
                "with one of them is not parted by it; give the row"
            )
        else:
            continue
        yield Hole("no_data", paths[listed.name], message)


def _steps(regulations: Regulations) -> Iterator[Step]:
    for stage in regulations.stages:
        for section in stage.sections:
            for round_ in section.rounds:
                yield from round_.decided_by
