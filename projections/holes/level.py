"""Level teams that no step settles although something depends on it, by the smallest table.

Every place below which something else is earned is tried with two, three and four teams who meet
each other, below as many others as the place asks for. They have no cards, the same half-time
scores, and the places and numbers that other tables and lists may give them: what people control
is assumed not to help. Lots, an extra match or a shoot-out that is waited for settles them; a rule
that is not known is no hole but a gap in what we know.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from events.criteria import Criterion
from events.match import outcome_of
from events.regulations import Regulations
from projections.contest import Contest, Played
from projections.holes.found import Example, Hole, Level, Score
from projections.holes.lists import cast_of, lists_read, places_of
from projections.holes.ruled import Ruled, settles_at
from projections.holes.shapes import RESULTS_TRIED_MAX, Ends, Shapes, shapes
from projections.metrics import parts_of
from projections.ranking import Passed, Tier, rank

TABLES_RANKED_MAX = 4_000
"""How many small tables are ranked under one set of rules before the search gives up."""
TEAMS_MAX = 4
ABOVE_POINTS = 1_000
NAMED_MAX = 4


class _Unsettled(Struct, frozen=True):
    """A small table that ends level around a place that matters."""

    contest: Contest
    tiers: tuple[Tier, ...]
    tier: Tier
    ends: Ends
    above: tuple[str, ...]


class _Searched(Struct, frozen=True):
    """What the search found for each place that matters, and for which it ran out of steps."""

    found: tuple[tuple[int, _Unsettled], ...]
    out_of_steps: tuple[int, ...]


def holes_of_level_teams(
    tables: Iterable[Ruled], regulations: Regulations
) -> tuple[tuple[Hole, ...], tuple[str, ...]]:
    """Give the holes, one for all tables and places that fall into it alike, and what was left."""
    searched: dict[object, _Searched] = {}
    alike: dict[object, list[tuple[Ruled, int, _Unsettled]]] = {}
    left: list[str] = []
    for table in tables:
        if table.rules.on_exhausted == "share":
            continue
        same = (table.rules, table.berths, table.boundaries, table.size, table.meetings)
        has_lists = bool(lists_read(table.rules.criteria, regulations))
        teams = min(TEAMS_MAX, table.size or TEAMS_MAX)
        cast = cast_of(table, regulations, teams) if has_lists else ()
        key = (*same, cast, table.criteria_at)
        if key not in searched:
            searched[key] = _search(table, regulations)
            left += _not_searched(table, searched[key].out_of_steps)
        for place, unsettled in searched[key].found:
            looks = (table.criteria_at, unsettled.ends, unsettled.tier.level_by)
            alike.setdefault(looks, []).append((table, place, unsettled))
    return tuple(_hole(each) for each in alike.values()), tuple(left)


def _search(table: Ruled, regulations: Regulations) -> _Searched:
    found: list[tuple[int, _Unsettled]] = []
    out: list[int] = []
    left = TABLES_RANKED_MAX
    for place in table.boundaries:
        if settles_at(place, table):
            continue
        is_all = True
        for contest, above, ends, is_last in _tables(table, place, regulations):
            is_all = is_all and is_last and left > 0
            if left == 0:
                break
            left -= 1
            tiers = rank(contest)
            tier = next((tier for tier in tiers if _is_unsettled(tier, place)), None)
            if tier is not None:
                found.append((place, _Unsettled(contest, tiers, tier, ends, above)))
                break
        else:
            tier = None
        if tier is None and not is_all:
            out.append(place)
    return _Searched(tuple(found), tuple(out))


def _tables(
    table: Ruled, place: int, regulations: Regulations
) -> Iterator[tuple[Contest, tuple[str, ...], Ends, bool]]:
    """Give the tables in which `place` and the next one are among those of the small group, who is
    above them, how their matches end, and whether all ways to end are given.
    """
    is_ordered = any(_reads_order(each) for each in table.rules.criteria)
    for teams in range(2, TEAMS_MAX + 1):
        shape = shapes(teams, table.meetings or 1, is_renamed=is_ordered)
        for higher in range(max(place - teams + 1, 0), place):
            if table.size is not None and higher + teams > table.size:
                continue
            for ends in shape.ends:
                contest, above = _contest(table, regulations, teams, higher, shape, ends)
                yield contest, above, ends, shape.is_all


def _contest(
    table: Ruled, regulations: Regulations, teams: int, higher: int, shape: Shapes, ends: Ends
) -> tuple[Contest, tuple[str, ...]]:
    names = cast_of(table, regulations, teams)
    above = tuple(f"above-{index}" for index in range(1, higher + 1))
    results = tuple(
        Played(
            names[met.home],
            names[met.away],
            outcome_of(*score),
            *score,
            match=f"{names[met.home]}-{names[met.away]}-{met.leg}",
            matchday=met.matchday,
            leg=met.leg,
            half_time=(0, 0),
        )
        for met, score in zip(shape.meetings, ends, strict=True)
    )
    contest = Contest(
        teams=(*above, *names),
        results=results,
        criteria=table.rules.criteria,
        points=table.rules.points,
        adjustments={team: ABOVE_POINTS * (higher - at) for at, team in enumerate(above)},
        meetings=table.meetings,
        lists={each.name: each for each in regulations.lists},
        places=places_of(table.rules.criteria, regulations, names),
        berths=table.berths,
    )
    return contest, above


def _reads_order(criterion: Criterion) -> bool:
    guard = criterion.when
    is_guarded = guard is not None and guard.met_last is not None
    return is_guarded or bool(parts_of(criterion) & {"first_leg", "second_leg"})


def _is_unsettled(tier: Tier, place: int) -> bool:
    """Say whether a tier has a place and the next one, and nothing recorded could part it."""
    first, last = tier.ranks
    if not first <= place < last or tier.rule_unknown or not tier.is_known:
        return False
    return all(passed.because != "not_decided" for passed in tier.level_by)


# Words


def _hole(alike: Sequence[tuple[Ruled, int, _Unsettled]]) -> Hole:
    table, _, shown = alike[0]
    names = list(dict.fromkeys(each.name for each, _, _ in alike))
    places = sorted({place for _, place, _ in alike})
    message = (
        f"{len(shown.tier.teams)} teams of {_listed(names, 'and')} that end like this are level "
        f"around {_places(places)}, and no step is left: "
        f"{_asked(shown.tier.level_by)}; end the criteria with lots or an extra match, or say "
        'on_exhausted = "share" if they are to share the place'
    )
    return Hole("level", table.criteria_at, message, _example(shown))


def _example(shown: _Unsettled) -> Example:
    results = tuple(
        Score(met.home, met.away, met.home_goals or 0, met.away_goals or 0)
        for met in shown.contest.results
    )
    tiers = tuple(Level(tier.rank, tier.teams) for tier in shown.tiers)
    return Example(results, tiers, shown.above)


def _not_searched(table: Ruled, places: Sequence[int]) -> Iterator[str]:
    if places:
        yield (
            f"{table.name}: the search ran out of steps (at most {TABLES_RANKED_MAX} tables, and "
            f"{RESULTS_TRIED_MAX} results in those of one size) before it knew whether level "
            f"teams around {_places(places)} are always settled"
        )


def _places(places: Sequence[int]) -> str:
    return "places " + _listed([f"{place} and {place + 1}" for place in places], "or")


def _asked(passed: Sequence[Passed]) -> str:
    level = [_name(each) for each in passed if each.because == "level"]
    said = [f"they are level on {', '.join(level)}"] if level else []
    for each in passed:
        if each.because == "guard":
            said.append(f"{_name(each)} is passed over, as its guard {each.guard} does not hold")
        elif each.because == "not_known" and each.criterion == "list":
            said.append("the list may leave one out, or give both the same number")
        elif each.because != "level":
            said.append(f"{_name(each)} says nothing of them")
    return "; ".join(said) or "nothing is asked of them"


def _name(passed: Passed) -> str:
    name = passed.criterion.replace("_", " ")
    return name if passed.scope == "all" else f"{name} ({passed.scope})"


def _listed(words: Sequence[str], last: str) -> str:
    """List some words, of many only how many more there are."""
    if len(words) > NAMED_MAX:
        return f"{words[0]} {last} {len(words) - 1} more"
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
