"""Tables over several groups: who is in them, in which order, and whom that sends where.

All who are in it must be certain before anybody has a place in it. Each has the matches that it
played in its group, or those that it lost in its round. Teams of one place are asked about where a
slot, or who goes through at all, depends on it.
"""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from events.regulations import Allotted, BestOf
from projections import questions, topics
from projections.contest import Contest, Played
from projections.counted import Fixture, decisions_of, results_of
from projections.questions import Question
from projections.ranking import Tier, rank
from projections.ruled_overall import RuledOverall

if TYPE_CHECKING:
    from projections.bracket import Holder
    from projections.known import Known

Status = Literal["provisional", "undecided", "final", "unknown"]


class Overall(Struct, frozen=True):
    """A table over several groups as it stands.

    `entrants` are its teams, each with the group or the tie that it comes from. Without all of
    them there are no `tiers`. It is `held` where a protest could change it, `contested` where
    anything that it follows from is.
    """

    ruled: RuledOverall
    status: Status
    entrants: Mapping[str, str] = {}
    tiers: tuple[Tier, ...] = ()
    held: bool = False
    contested: bool = False
    questions: tuple[Question, ...] = ()

    def tier_at(self, place: int) -> Tier | None:
        return next((t for t in self.tiers if t.ranks[0] <= place <= t.ranks[1]), None)

    @property
    def is_open(self) -> bool:
        """Say whether somebody is waited for, or somebody has to decide."""
        return self.status in ("provisional", "undecided")

    def sent(self, source: BestOf | Allotted) -> str | None:
        """Name who comes from here, once that is certain."""
        if isinstance(source, Allotted):
            return self._allotted(source.to)
        tier = self.tier_at(source.place)
        return tier.teams[0] if tier is not None and len(tier.teams) == 1 else None

    def _allotted(self, to: str) -> str | None:
        """Name whom the allocation sends to a place, once all who go through are certain."""
        allocation = self.ruled.overall.allocation
        if allocation is None or to not in allocation.to or not self.tiers:
            return None
        count = len(allocation.to)
        through = [t for tier in self.tiers if tier.ranks[1] <= count for t in tier.teams]
        by_group = {self.entrants[team]: team for team in through}
        at = allocation.to.index(to)
        rows = (row for row in allocation.rows if {*row} == by_group.keys())
        return next((by_group[row[at]] for row in rows), None)


def overall_of(
    fold: "Known", ruled: RuledOverall, entering: Iterable[tuple[str, "Holder"]]
) -> Overall:
    """Draw up a table of those who come into it one by one; each from a group or a tie."""
    entering = tuple(entering)
    contested = any(holder.contested for _, holder in entering)
    certainties = {holder.certainty for _, holder in entering}
    if "open" in certainties or not entering:
        return Overall(ruled, "provisional", contested=contested)
    entrants = {holder.team: origin for origin, holder in entering if holder.team is not None}
    if len(entrants) < len(entering):
        return Overall(ruled, "unknown", contested=contested)
    held = "under_protest" in certainties
    return _ranked(fold, Overall(ruled, "final", entrants, (), held, contested))


def whole_overall(fold: "Known", ruled: RuledOverall) -> Overall:
    """Draw up a table in which all teams of the groups are, once each of these is complete."""
    tables = [table for group in ruled.groups if (table := fold.table(group)) is not None]
    asked = [q for table in tables for q in table.questions if q.match is not None]
    sheets = chain.from_iterable((f.sheet for f in table.fixtures) for table in tables)
    contested = any(questions.is_contested(sheet) for sheet in sheets)
    is_whole = len(tables) == len(ruled.groups) and all(table.is_settled for table in tables)
    if not tables or not is_whole or any(question.kind != "protest" for question in asked):
        return Overall(ruled, "provisional", contested=contested)
    entrants = {team: t.formed.group for t in tables for team in t.contest.teams}
    return _ranked(fold, Overall(ruled, "final", entrants, (), bool(asked), contested))


def _ranked(fold: "Known", overall: Overall) -> Overall:
    ruled = overall.ruled
    contest = _contest(fold, overall)
    overall = replace(overall, tiers=rank(contest))
    shared = [tier for tier in overall.tiers if _is_shared(tier, ruled)]
    if not shared:
        return overall
    waits = fold.setting.governing_in(ruled.section.id).on_exhausted == "wait"
    if not waits or any(tier.rule_unknown or not tier.is_known for tier in shared):
        return replace(overall, status="unknown")
    organiser = fold.setting.organiser_of(ruled.section.id)
    about = topics.section(ruled.section.id)
    asked = (questions.level(ruled.overall.id, tier, organiser) for tier in shared)
    return replace(
        overall, status="undecided", questions=tuple(replace(q, about=about) for q in asked)
    )


def _is_shared(tier: Tier, ruled: RuledOverall) -> bool:
    """Say whether a slot, or who goes through, depends on who of a tier is where."""
    first, last = tier.ranks
    if first == last:
        return False
    return first <= ruled.through < last or any(first <= place <= last for place in ruled.places)


def _contest(fold: "Known", overall: Overall) -> Contest:
    ruled, setting = overall.ruled, fold.setting
    rules = setting.governing_in(ruled.section.id)
    tables = [table for group in ruled.groups if (table := fold.table(group)) is not None]
    ranks = {team: place for table in tables for team, place in table.ranked.ranks.items()}
    adjusted = {team: points for table in tables for team, points in table.in_force.items()}
    withdrawn = {team for table in tables for team in table.contest.withdrawn}
    places = (*((place, place) for place in ruled.places), *_cut(ruled))
    read = dict.fromkeys(each.group for each in ruled.criteria if each.group is not None)
    others = {group: table.ranked.ranks for group in read if (table := fold.table(group))}
    return Contest(
        teams=tuple(sorted(overall.entrants)),
        results=(*chain.from_iterable(t.contest.results for t in tables), *_lost(fold, ruled)),
        criteria=ruled.criteria,
        points=rules.points,
        adjustments=adjusted,
        goal_adjustments={
            t: n for table in tables for t, n in table.contest.goal_adjustments.items()
        },
        decisions=decisions_of(
            fold.held(f"group/{ruled.overall.id}").standing(), (), finalised_counts=False
        ),
        lists={each.name: each for each in setting.regulations.lists},
        places=others,
        own_places=ranks,
        berths=places,
        withdrawn=tuple(sorted(withdrawn)),
        withdrawal=rules.withdrawal,
    )


def _cut(ruled: RuledOverall) -> tuple[tuple[int, int], ...]:
    return ((1, ruled.through),) if ruled.through else ()


def _lost(fold: "Known", ruled: RuledOverall) -> Iterable[Played]:
    """Give the results of the ties that those who lost in a round played."""
    rules = fold.setting.governing_in(ruled.section.id)
    fixtures = [
        Fixture(sheet, fold.place(played.match).starts, played.facts[0].position)
        for tie in ruled.ties
        for played in fold.matches_in(f"tie/{tie}")
        if (sheet := fold.sheet(played.match)) is not None
    ]
    return results_of(fixtures, rules)
