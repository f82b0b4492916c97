"""Tables over several groups in the regulations: what is in them, and which places matter."""

from collections.abc import Iterator

from msgspec import Struct

from events.criteria import Criterion
from events.regulations import (
    Allotted,
    BestOf,
    LoserOf,
    Overall,
    RankOf,
    Regulations,
    Section,
    Source,
    Stage,
    governing,
    ties_of,
)


class RuledOverall(Struct, frozen=True):
    """A table over several groups, or over who lost in ties, and where it stands.

    `sources` are where its teams come from one by one; without any, all teams of the `groups` are
    in it. `places` are those that something takes by itself; the first `through` are sent on by
    the allocation, if it has one that something takes.
    """

    stage: Stage
    section: Section
    overall: Overall
    criteria: tuple[Criterion, ...]
    groups: tuple[str, ...]
    ties: tuple[str, ...]
    sources: tuple[Source, ...]
    places: tuple[int, ...]
    through: int


def ruled_overall(regulations: Regulations) -> dict[str, RuledOverall]:
    taken = list(_taken(regulations))
    found = {}
    for stage in regulations.stages:
        for section in stage.sections:
            for overall in section.overall:
                found[overall.id] = _ruled(regulations, stage, section, overall, taken)
    return found


def _ruled(
    regulations: Regulations, stage: Stage, section: Section, overall: Overall, taken: list[Source]
) -> RuledOverall:
    groups: tuple[str, ...] = ()
    if overall.losers_of is None:
        groups = overall.groups or tuple(group.id for group in section.groups)
    rounds = (each for each in section.rounds if each.id == overall.losers_of)
    ties = tuple(tie.id for each in rounds for tie in each.ties)
    ranks = () if overall.rank is None else groups
    ranked = tuple(RankOf(group=group, rank=overall.rank or 1) for group in ranks)
    allocation = overall.allocation
    is_sent = any(isinstance(each, Allotted) and each.overall == overall.id for each in taken)
    places = {s.place for s in taken if isinstance(s, BestOf) and s.overall == overall.id}
    return RuledOverall(
        stage,
        section,
        overall,
        overall.criteria or governing(regulations, stage, section).criteria,
        groups,
        ties,
        ranked or tuple(LoserOf(tie=tie) for tie in ties),
        tuple(sorted(places)),
        len(allocation.to) if allocation is not None and is_sent else 0,
    )


def _taken(regulations: Regulations) -> Iterator[Source]:
    """Give all that fills a slot or earns a berth by the regulations."""
    for *_, tie in ties_of(regulations):
        yield from tie.slots
    for stage in regulations.stages:
        for section in stage.sections:
            yield from (berth.source for berth in section.berths if berth.source is not None)
