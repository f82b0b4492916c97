"""What each team of a group is certain of about its berths, as a table shows it.

It is said of the results that stand: what is being played, disputed, or waits to be confirmed, can
still end in any way. A result under protest stands; the protest is an open question of its own.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from msgspec.structs import replace

from events.regulations import Berth
from projections.contest import Contest, ToPlay
from projections.counted import results_of
from projections.qualification import STEPS_MAX, Chance, Right, Rights, qualification
from projections.ranking import Tier
from projections.table import Table, is_standing

if TYPE_CHECKING:
    from projections.fold import Fold

LIVE_STEPS_MAX = 100
"""Steps for each team whenever a result has come to stand: with ten times as many, a table is drawn
three times as long, and one right in a hundred more is known."""


def rights_of(fold: "Fold", table: Table) -> Rights:
    """Give the rights of each team by berth."""
    berths = table.formed.berths
    if _waits_for_no_match(table):
        return {
            team: {berth.id: _right(berth, tier, table) for berth in berths}
            for tier in table.tiers
            for team in tier.teams
        }
    contest, hidden = confirmed(fold, table), table.ranked.hidden
    sources = contest, berths, hidden
    return fold.kept.rights.of(table.formed.group, sources, lambda: _found(*sources))


def confirmed(fold: "Fold", table: Table) -> Contest:
    """Give the contest by the results that stand; all other matches are still to play."""
    setting = fold.setting
    rules = setting.governing_in(table.formed.section)
    confirms = setting.regulations.confirm_results
    standing = [
        each
        for each in table.fixtures
        if is_standing(each.sheet, confirms=confirms) and not each.sheet.disputed
    ]
    moving = tuple(
        ToPlay(each.sheet.home, each.sheet.away, each.sheet.matchday)
        for each in table.fixtures
        if each not in standing and each.sheet.counted is not None and not each.sheet.extra_match
    )
    results = results_of(standing, rules)
    return replace(table.contest, results=results, to_play=(*table.contest.to_play, *moving))


def chances_of(fold: "Fold", table: Table) -> dict[str, dict[str, Chance]]:
    """Give what each team can still do about each berth, with witnesses, however long it takes.

    Of a table that waits for no match there are none.
    """
    berths = table.formed.berths
    if _waits_for_no_match(table):
        rights = rights_of(fold, table)
        return {team: {b: Chance(right) for b, right in rights[team].items()} for team in rights}
    return _chances(confirmed(fold, table), berths, table.ranked.hidden, STEPS_MAX)


def _found(contest: Contest, berths: tuple[Berth, ...], hidden: Collection[str]) -> Rights:
    found = _chances(contest, berths, hidden, LIVE_STEPS_MAX)
    return {team: {b: chance.right for b, chance in own.items()} for team, own in found.items()}


def _chances(
    contest: Contest, berths: tuple[Berth, ...], hidden: Collection[str], steps: int
) -> dict[str, dict[str, Chance]]:
    """Ask for what is certain; who is `hidden` is level with somebody by what nobody knows."""
    return {
        team: {berth.id: _shown(own[berth.first, berth.last], team in hidden) for berth in berths}
        for team, own in qualification(contest, steps).chances.items()
    }


def _shown(chance: Chance, is_hidden: bool) -> Chance:
    return Chance("unknown") if is_hidden and chance.right == "open" else chance


def _waits_for_no_match(table: Table) -> bool:
    return table.adopted is not None or table.stands or not table.ranked.by_results


def _right(berth: Berth, tier: Tier, table: Table) -> Right:
    """Say it of a table that waits for no match; who is level waits for lots or the like."""
    is_ranked = tier.teams[0] in table.ranked.ranks or table.ranked.hides(tier)
    if not table.stands or (table.adopted and not is_ranked):
        return "unknown"
    first, last = tier.ranks
    held = {berth.first <= rank <= berth.last for rank in range(first, last + 1)}
    if len(held) > 1:
        is_open = table.status == "undecided" and not table.ranked.hides(tier)
        return "open" if is_open and not tier.rule_unknown else "unknown"
    return "clinched" if True in held else "eliminated"
