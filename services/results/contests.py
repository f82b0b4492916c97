"""What a file says about a group, as the values that a ranking depends on.

The regulations that govern the group say how its matches count: what a card weighs, from when a
deduction is in force, what becomes of who withdrew.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta, timezone
from itertools import combinations

from events.criteria import Conduct, ExternalList
from events.match import outcome_of
from events.regulations import Governing, Regulations, governing
from projections.contest import Contest, Decided, Played, ToPlay
from services.results.entries import CONDUCT, Adjusted, GroupResults, Met, Tiers
from services.results.places import Place

Places = Mapping[str, Mapping[str, int]]


def contest_of(
    results: GroupResults,
    regulations: Regulations,
    *,
    lists: Mapping[str, ExternalList],
    places: Places,
    complete: bool,
) -> Contest:
    """Give the contest of a group. `complete`: what stands in the file is all there is."""
    place = results.place
    rules = rules_of(results, regulations)
    is_complete = complete or _all_met(results)
    adjusted = _in_force(results, is_over=is_complete and not is_awaited(results))
    return Contest(
        teams=results.teams,
        results=tuple(_played(results, rules.conduct)),
        criteria=rules.criteria,
        points=rules.points,
        adjustments=_totals((one.team, one.points) for one in adjusted),
        goal_adjustments=_totals((one.team, one.goals) for one in adjusted),
        decisions=tuple(_decisions(results)),
        to_play=tuple(
            ToPlay(met.home, met.away, met.matchday)
            for met in results.matches
            if met.outcome == "pending"
        ),
        complete=is_complete,
        meetings=meetings_of(place),
        interim=rules.interim,
        lists=lists,
        places=places,
        berths=_berths(place),
        withdrawn=tuple(one.team for one in results.withdrawals),
        withdrawal=rules.withdrawal,
    )


def is_awaited(results: GroupResults) -> bool:
    """Say whether a match of the group is still to be played by teams that have not withdrawn."""
    out = {one.team for one in results.withdrawals}
    return any(met.outcome == "pending" and not met.pair & out for met in results.matches)


def rules_of(results: GroupResults, regulations: Regulations) -> Governing:
    return governing(regulations, results.place.stage_rules, results.place.section)


def meetings_of(place: Place) -> int | None:
    """Say how often each two of a group meet: as it says itself, else as every group does."""
    own = place.group_rules.meetings if place.group_rules else None
    each = place.section.each_group if place.section else None
    return own if own is not None else (each.meetings if each else None)


def _berths(place: Place) -> tuple[tuple[int, int], ...]:
    own = place.group_rules.berths if place.group_rules else ()
    each = place.section.each_group if place.section else None
    return tuple((berth.first, berth.last) for berth in own or (each.berths if each else ()))


def _all_met(results: GroupResults) -> bool:
    """Say whether each two have a match, or as many as the rules or any two others have.

    Nobody awaits a match of who withdrew.
    """
    out = {one.team for one in results.withdrawals}
    met = Counter(match.pair for match in results.matches)
    often = meetings_of(results.place) or max(met.values(), default=1)
    playing = [team for team in results.teams if team not in out]
    return len(results.teams) > 1 and all(
        met[frozenset(pair)] >= often for pair in combinations(playing, 2)
    )


# Matches


def _played(results: GroupResults, weights: Conduct) -> Iterator[Played]:
    legs = dict(_legs(results.matches))
    for met in results.matches:
        if not met.counts:
            continue
        home, away = met.goals or (None, None)
        lost_by_both = met.outcome == "both_lose"
        yield Played(
            home=met.home,
            away=met.away,
            outcome="both_lose" if lost_by_both else outcome_of(home or 0, away or 0),
            home_goals=home,
            away_goals=away,
            home_conduct=_conduct(met.home_conduct, weights),
            away_conduct=_conduct(met.away_conduct, weights),
            match=met.id or None,
            matchday=met.matchday,
            starts=starts_of(met),
            leg=legs.get(met.line),
            neutral=met.neutral,
            half_time=met.half_time,
            shoot_out=met.shoot_out,
        )


def _conduct(counts: tuple[int, ...], weights: Conduct) -> int:
    return sum(
        count * int(getattr(weights, card)) for card, count in zip(CONDUCT, counts, strict=False)
    )


def starts_of(met: Met) -> int | None:
    """Give the moment of a match in seconds, only to be compared; None where no date is known."""
    if "T" in met.kick_off:
        return int(_moment(datetime.fromisoformat(met.kick_off)).timestamp())
    if met.date is None:
        return None
    at = time.fromisoformat(met.kick_off) if met.kick_off else time(0)
    return int(_moment(datetime.combine(met.date, at)).timestamp())


def _moment(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone(timedelta(0)))


def _legs(matches: Iterable[Met]) -> Iterator[tuple[int, int]]:
    """Say of each match which meeting of the two it is, where their order is known."""
    by_pair: dict[frozenset[str], list[Met]] = {}
    for met in matches:
        by_pair.setdefault(met.pair, []).append(met)
    for met_often in by_pair.values():
        moments = [starts_of(met) or met.matchday for met in met_often]
        if len(met_often) > 1 and (None in moments or len(set(moments)) < len(moments)):
            continue
        ordered = sorted(met_often, key=lambda met: starts_of(met) or met.matchday or 0)
        yield from ((met.line, leg) for leg, met in enumerate(ordered, 1))


# What is decided


def _decisions(results: GroupResults) -> Iterator[Decided]:
    """Give what was decided, in the order of the rows; an extra match decides by who won it."""
    decided = [(one.line, Decided(one.how, one.order)) for one in results.decisions]
    for met in results.extra_matches:
        if met.counts:
            order = _order_of(met)
            decided.append((met.line, Decided("extra_match", order, match=met.id or None)))
    yield from (one for _, one in sorted(decided, key=lambda pair: pair[0]))


def _order_of(met: Met) -> Tiers:
    home, away = met.goals or (0, 0)
    if home == away and met.shoot_out:
        home, away = met.shoot_out
    if met.outcome == "both_lose" or home == away:
        return (met.teams,)
    return ((met.home,), (met.away,)) if home > away else ((met.away,), (met.home,))


def _in_force(results: GroupResults, *, is_over: bool) -> list[Adjusted]:
    """Give the adjustments that count by the day of the last result.

    One of a later day counts when the group is over, which it then belongs to all the same.
    """
    days = [met.date for met in results.matches if met.date is not None and met.counts]
    newest = max(days, default=date.max)
    return [
        one
        for one in results.adjustments
        if is_over or one.from_date is None or one.from_date <= newest
    ]


def _totals(given: Iterable[tuple[str, int]]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for team, number in given:
        totals[team] += number
    return {team: number for team, number in totals.items() if number}
