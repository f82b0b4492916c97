"""Random formats: groups that feed ties, single and two-legged, byes, draws and berths.

Whoever loses in a round that only ranks goes on as well, and what hangs together crosses sections.
"""

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Literal, TypeVar

from events.regulations import (
    Berth,
    BerthOf,
    ByDraw,
    Bye,
    Criterion,
    Group,
    LoserOf,
    Metric,
    Placed,
    RankOf,
    Regulations,
    Round,
    Section,
    SectionBerth,
    Source,
    Stage,
    Step,
    Team,
    Tie,
    TieStep,
    WinnerOf,
    slot_of,
)

Item = TypeVar("Item")

CRITERIA: tuple[tuple[Metric, ...], ...] = (
    ("points", "goal_difference", "lots"),
    ("points", "extra_match", "lots"),
    ("points", "conduct"),
)
STEPS: dict[int, tuple[tuple[TieStep, ...], ...]] = {
    1: (("aggregate", "shoot_out"), ("extra_time", "extra_match", "lots"), ("aggregate",)),
    2: (
        ("points", "aggregate", "away_goals", "shoot_out", "lots"),
        ("points", "aggregate", "extra_match", "lots"),
        ("aggregate", "away_goals", "extra_time", "shoot_out"),
    ),
}


class Format:
    """Draws the regulations of a season, and the lots that place teams into its slots."""

    def __init__(self, random: Random, teams_max: int) -> None:
        self.random = random
        self.teams = [f"team-{number}" for number in range(random.randint(4, teams_max))]
        self.groups: list[Group] = []
        self.rounds: list[Round] = []
        self.berths: list[SectionBerth] = []
        self.drawn: list[Placed] = []
        self._knock_out(shuffled(random, self._entrants()))

    def pick(self, *items: Item) -> Item:
        return self.random.choice(items)

    def regulations(self) -> Regulations:
        # Groups in two sections and rounds in two others: what hangs together crosses sections.
        half = len(self.rounds) // 2
        sections = {
            "north": Section(id="north", name="North", groups=tuple(self.groups[::2])),
            "south": Section(id="south", name="South", groups=tuple(self.groups[1::2])),
            "region": Section(id="region", name="Region", rounds=tuple(self.rounds[:half])),
            "national": Section(
                id="national",
                name="National",
                rounds=tuple(self.rounds[half:]),
                berths=tuple(self.berths),
            ),
        }
        stages = tuple(
            Stage(id=f"{name}-stage", name=name, sections=(section,))
            for name, section in sections.items()
        )
        criteria = tuple(Criterion(metric=metric) for metric in self.pick(*CRITERIA))
        confirms = self.pick(False, False, True)
        return Regulations(stages=stages, criteria=criteria, confirm_results=confirms)

    def _entrants(self) -> Iterator[Source]:
        left = list(self.teams)
        for number in range(self.pick(0, 1, 2, 3)):
            size = self.pick(2, 3)
            if len(left) < size:
                break
            members, left, id = tuple(left[:size]), left[size:], f"group-{number}"
            through = self.pick(1, 2)
            berths: tuple[Berth, ...] = ()
            if self.pick(False, True):
                berths = (Berth(id=f"from-{id}", name="Through", first=1, last=through),)
            self.groups.append(Group(id=id, name=id, teams=members, berths=berths))
            for rank in range(1, through + 1):
                yield (
                    BerthOf(berth=f"from-{id}", place=rank)
                    if berths
                    else RankOf(group=id, rank=rank)
                )
        yield from (Team(team=team) for team in left)

    def _knock_out(self, entrants: Sequence[Source]) -> None:
        """Pair whoever is in until one is left; one round at most only ranks its two."""
        if len(entrants) == 1:
            entrants = [*entrants, Team(team=self.teams[-1])]
        ranks = self.pick(0, 1)
        while len(entrants) > 1:
            number = len(self.rounds)
            only_ranks = number == ranks and len(entrants) > 2
            ties = tuple(self._ties(number, entrants))
            self._play(number, ties, only_ranks=only_ranks)
            through: list[Source] = [self._goes_on(WinnerOf(tie=tie.id)) for tie in ties]
            if only_ranks:
                through.append(self._goes_on(LoserOf(tie=ties[0].id)))
            entrants = through
        final = self.rounds[-1].ties[0].id
        for id, source in (("champion", WinnerOf(tie=final)), ("runner-up", LoserOf(tie=final))):
            self.berths.append(SectionBerth(id=id, name=id, source=source))

    def _ties(self, number: int, entrants: Sequence[Source]) -> Iterator[Tie]:
        for index in range(0, len(entrants), 2):
            id = f"tie-{number}-{index // 2}"
            one, *other = entrants[index : index + 2]
            slots = (one, other[0] if other else Bye())
            if self.pick(False, False, True):
                placed = [
                    Placed(slot=slot_of(id, side), filled_by=slots[side - 1]) for side in (1, 2)
                ]
                self.drawn += placed
                slots = (ByDraw(), ByDraw())
            yield Tie(id=id, slots=slots)

    def _play(self, number: int, ties: tuple[Tie, ...], *, only_ranks: bool) -> None:
        legs: Literal[1, 2] = self.random.choice((1, 2))
        steps = tuple(Step(by=by) for by in self.pick(*STEPS[legs]))
        id = f"round-{number}"
        self.rounds.append(
            Round(id=id, name=id, ties=ties, legs=legs, decided_by=steps, only_ranks=only_ranks)
        )

    def _goes_on(self, source: WinnerOf | LoserOf) -> Source:
        if self.pick(True, False):
            return source
        id = f"{'winner' if isinstance(source, WinnerOf) else 'loser'}-of-{source.tie}"
        self.berths.append(SectionBerth(id=id, name=id, source=source))
        return BerthOf(berth=id)


def shuffled(random: Random, items: Iterable[Item]) -> list[Item]:
    items = list(items)
    random.shuffle(items)
    return items
