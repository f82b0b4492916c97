"""A table that its results do not rank: it stands as it was printed, or as somebody decided.

Where not all results of a group are held, those that are rank nobody. A published table gives
its numbers and ranks as they are printed, also where they are wrong; a decision ranks whoever it
parts from all others.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from events.types import AdoptedRow, Event, TableAdopted
from projections.ranking import Contest, Decided, Record, Tier, rank


class Adopted(Struct, frozen=True):
    """A published table. `differs` says whether the matches that are held contradict it."""

    fact: TableAdopted
    differs: bool | None

    @property
    def rows(self) -> dict[str, AdoptedRow]:
        return {row.team: row for row in self.fact.rows}


def adopted_in(facts: Iterable[Event]) -> TableAdopted | None:
    """Give the newest published table."""
    return next((f for f in reversed(list(facts)) if isinstance(f, TableAdopted)), None)


class Ranked(Struct, frozen=True):
    """Who is where: `ranks` are those that are known, `ranks_confirmed` those in the table of the
    matches whose result stands.

    Where not results rank them but what is printed or decided, `decided` says whether a decision
    names them all. `hidden` are teams that only something parts which nobody knows.
    """

    tiers: tuple[Tier, ...]
    ranks: dict[str, int]
    ranks_confirmed: dict[str, int]
    by_results: bool = True
    decided: bool = False
    hidden: frozenset[str] = frozenset()

    def hides(self, tier: Tier) -> bool:
        """Say whether nobody knows the order of teams that share a tier."""
        return tier.teams[0] in self.hidden


def ranks_in(tiers: Iterable[Tier]) -> dict[str, int]:
    return {team: tier.rank for tier in tiers for team in tier.teams}


def without_results(
    teams: Collection[str], printed: TableAdopted | None, decisions: Sequence[Decided]
) -> Ranked:
    """Rank teams by what is printed, and those whom that leaves level by what was decided.

    Those whose rank is not printed, where others' are, come last, and nobody knows where, until
    a decision names all. No result confirms what is only printed.
    """
    named = {row.team: row.rank for row in printed.rows if row.rank is not None} if printed else {}
    tiers: list[Tier] = []
    for place in sorted(set(named.values())):
        level = tuple(team for team in named if named[team] == place)
        tiers += _decided(level, decisions, before=place - 1)
    ranks = ranks_in(tiers)
    # An extra match parts the two who play it; who else is in the group, and where, it cannot say.
    told = [decided for decided in decisions if decided.by != "extra_match"]
    rest = _decided([team for team in teams if team not in named], told, before=len(named))
    is_decided = any(decided.places.keys() >= set(teams) for decided in told)
    if is_decided or not named:
        ranks |= {tier.teams[0]: tier.rank for tier in rest if len(tier.teams) == 1}
    confirmed = ranks if is_decided or printed is None else {}
    return Ranked((*tiers, *rest), ranks, confirmed, by_results=False, decided=is_decided)


def _decided(level: Iterable[str], decisions: Sequence[Decided], *, before: int) -> list[Tier]:
    """Part teams by nothing but decisions; `before` tells how many stand above them."""
    contest = Contest(tuple(level), results=(), criteria=(), decisions=tuple(decisions))
    return [Tier(tier.teams, before + tier.rank, tier.separated_by) for tier in rank(contest)]


_GROWING = ("played", "won", "drawn", "lost", "goals_for", "goals_against")
GOALS = ("goals_for", "goals_against", "goal_difference")


def adopted(
    printed: TableAdopted | None,
    records: Mapping[str, Record],
    adjusted: Mapping[str, int],
    *,
    is_whole: bool,
) -> Adopted | None:
    """Hold a published table against the matches; `is_whole` where all of these are held."""
    return Adopted(printed, _differs(printed, records, adjusted, is_whole)) if printed else None


def _differs(
    printed: TableAdopted,
    records: Mapping[str, Record],
    adjusted: Mapping[str, int],
    is_whole: bool,
) -> bool | None:
    """Say whether the matches contradict what is printed; None where there are none.

    If not all are held, they do where they already come to more.
    """
    if not any(record.played for record in records.values()):
        return None
    rows = (row for row in printed.rows if row.team in records)
    if is_whole:
        return any(_is_other(row, records[row.team], adjusted.get(row.team, 0)) for row in rows)
    return any(_is_more(records[row.team], row) for row in rows)


def _is_other(row: AdoptedRow, record: Record, adjusted: int) -> bool:
    ours = {name: getattr(record, name) for name in (*_GROWING, "goal_difference")}
    ours["points"] = record.points + adjusted
    return any(getattr(row, name) not in (None, number) for name, number in ours.items())


def _is_more(record: Record, row: AdoptedRow) -> bool:
    pairs = ((getattr(record, name), getattr(row, name)) for name in _GROWING)
    return any(written is not None and held > written for held, written in pairs)
