"""All rows of a results file together: each in its group, none of them twice."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from events.regulations import Regulations
from services import rows
from services.results.cells import entry_of
from services.results.entries import (
    COLUMNS,
    NEEDED,
    Adjusted,
    Entry,
    GroupResults,
    Met,
    Ordered,
    Results,
    Withdrawn,
)
from services.results.places import Place, Places
from services.rows import Row, shown


class _Placed(Struct, frozen=True):
    """What a row says, and where it belongs."""

    row: Row
    place: Place
    entry: Entry


def read(path: Path, regulations: Regulations) -> Results:
    """Read a results file under some regulations. Raises BadRows with every fault."""
    table = rows.read(path, COLUMNS, NEEDED)
    places = Places(regulations)
    placed = [one for row in table.rows if (one := _placed(row, places)) is not None]
    _each_once(placed)
    placed = _named_groups(placed)
    _level_before_shoot_outs(placed)
    groups = tuple(_group(of_group) for of_group in _by_group(placed))
    _of_the_group(placed, groups)
    table.believed()
    return Results(groups, table.ignored)


def _placed(row: Row, places: Places) -> _Placed | None:
    entry, place = entry_of(row), places.find(row)
    return None if entry is None or place is None else _Placed(row, place, entry)


def _each_once(placed: Sequence[_Placed]) -> None:
    """Note each match that stands twice: by its id, or between the same two on the same day."""
    by_id: dict[str, int] = {}
    by_teams: dict[tuple[object, ...], list[Met]] = {}
    for one in placed:
        met = one.entry
        if not isinstance(met, Met):
            continue
        if met.id and (other := by_id.setdefault(met.id, met.line)) != met.line:
            one.row.bad("match", f"expected a match of its own, found {shown(met.id)} of line "
                        f"{other} again")  # fmt: skip
            continue
        same = by_teams.setdefault((one.place.key[0], met.pair), [])
        if again := next((other for other in same if _is_same(met, other)), None):
            wrong = f"expected a match once, found that of line {again.line} again; "
            one.row.bad("home", f"{wrong}another one of the two has another date")
        same.append(met)


def _is_same(one: Met, other: Met) -> bool:
    """Say whether nothing tells two matches of the same teams apart."""
    if one.date and other.date:
        return one.date == other.date
    if one.matchday and other.matchday:
        return one.matchday == other.matchday
    has_ids = bool(one.id and other.id)
    return one.home == other.home and one.is_extra == other.is_extra and not has_ids


def _named_groups(placed: list[_Placed]) -> list[_Placed]:
    """Let a row that names no group belong where its teams play, if that is one group."""
    named: dict[str, list[_Placed]] = {}
    for one in placed:
        if one.place.is_table and one.place.group:
            named.setdefault(one.place.key[0], []).append(one)
    found = []
    for one in placed:
        others = named.get(one.place.key[0], ())
        if not one.place.is_table or one.place.group or not others:
            found.append(one)
        elif place := _own_group(one.entry, others):
            found.append(replace(one, place=place))
        else:
            words = dict.fromkeys(other.place.group for other in others)
            one.row.expected("group", f"one of {', '.join(words)}")
    return found


def _own_group(entry: Entry, others: Iterable[_Placed]) -> Place | None:
    """Give the one group where the teams play; a match that counts there must name it."""
    if isinstance(entry, Met) and not entry.is_extra:
        return None
    teams = set(entry.teams)
    places = {one.place.key: one.place for one in others if teams.intersection(one.entry.teams)}
    return next(iter(places.values())) if len(places) == 1 else None


def _level_before_shoot_outs(placed: Sequence[_Placed]) -> None:
    """Note each shoot-out that follows no level score: of the match, or of all in a knock-out."""
    for one in placed:
        met = one.entry
        if not isinstance(met, Met) or met.goals is None:
            continue
        balance = met.goals[0] - met.goals[1]
        if not one.place.is_table and balance:
            balance = sum(_balance(o, met.home) for o in placed if _is_of_pair(o, one.place, met))
        if met.shoot_out and balance:
            score = f"{met.goals[0]}-{met.goals[1]}"
            one.row.bad(
                "home_shoot_out", f"expected a shoot-out only of a level match, found {score}"
            )
        if one.place.is_table and met.after_extra_time and met.at_90 and len(set(met.at_90)) > 1:
            one.row.bad("home_90", "expected a level score, as there was extra time")


def _is_of_pair(one: _Placed, place: Place, met: Met) -> bool:
    same = isinstance(one.entry, Met) and one.entry.pair == met.pair
    return same and one.place.key == place.key


def _balance(one: _Placed, team: str) -> int:
    met = one.entry
    if not isinstance(met, Met) or met.goals is None:
        return 0
    return (met.goals[0] - met.goals[1]) * (1 if met.home == team else -1)


# By group


def _by_group(placed: Iterable[_Placed]) -> Iterable[list[_Placed]]:
    groups: dict[tuple[str, str], list[_Placed]] = {}
    for one in placed:
        if one.place.is_table:
            groups.setdefault(one.place.key, []).append(one)
    return groups.values()


def _group(placed: Sequence[_Placed]) -> GroupResults:
    entries = [one.entry for one in placed]
    met = [entry for entry in entries if isinstance(entry, Met)]
    in_table = tuple(match for match in met if not match.is_extra)
    place = placed[0].place
    played = dict.fromkeys(team for match in in_table for team in match.teams)
    listed = place.group_rules.teams if place.group_rules else ()
    named = played.keys() <= set(listed)
    return GroupResults(
        place=place,
        teams=tuple(sorted(set(played).union(listed if named else ()))),
        matches=in_table,
        extra_matches=tuple(match for match in met if match.is_extra),
        decisions=tuple(entry for entry in entries if isinstance(entry, Ordered)),
        adjustments=tuple(entry for entry in entries if isinstance(entry, Adjusted)),
        withdrawals=tuple(entry for entry in entries if isinstance(entry, Withdrawn)),
    )


_COLUMN = {Ordered: "order", Adjusted: "team", Withdrawn: "team", Met: "home"}


def _of_the_group(placed: Iterable[_Placed], groups: Iterable[GroupResults]) -> None:
    """Note each decision, adjustment and extra match of a team that does not play in the group."""
    teams = {group.place.key: group.teams for group in groups}
    for one in placed:
        if not one.place.is_table or (isinstance(one.entry, Met) and not one.entry.is_extra):
            continue
        for team in one.entry.teams:
            if team and team not in teams[one.place.key]:
                allowed = ", ".join(teams[one.place.key]) or "none, as it has no matches"
                wrong = f"expected teams of {one.place.name} ({allowed}), found {shown(team)}"
                one.row.bad(_COLUMN[type(one.entry)], wrong)
