"""Who has clinched which berth and who is out of reach of it, exactly and with witnesses.

A berth is clinched if the team has it for every score of every remaining match, with lots and extra
matches going against it, and eliminated if it has it for none, with lots going for it. It is open
if there is a witness for each: remaining results that anyone can feed to the ranking. What hangs on
cards, lists, half-time scores or a rule that is not known, and what takes more steps than are
given, is unknown. Rulings to come are left out.

A step is one outcome of one match tried, or one pivot in the search for goals.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from projections.completions import Completion, End, with_goals
from projections.contest import DECIDERS, Contest, Decided, Decider, Played, ToPlay
from projections.metrics import points_of
from projections.outlook import Outlook, Ranks, within
from projections.ranking import Tier, rank
from projections.steps import Step
from projections.whole_numbers import OutOfSteps, Steps

STEPS_MAX = 20_000
"""Steps for each team; what they do not settle is unknown."""
MATCHES_MAX = 24
"""Remaining matches that matter to a team; with more, only points and a few trials are asked."""

Right = Literal["clinched", "eliminated", "open", "unknown"]
Rights = dict[str, dict[str, Right]]
"""By team and berth."""

GOALS_TRIED = (1, 30)
"""How many more goals are tried where a criterion cannot be followed: goal average and the like."""


class Witness(Struct, frozen=True):
    """Results of all remaining matches, and what is decided where they leave teams level."""

    results: tuple[Played, ...]
    decisions: tuple[Decided, ...] = ()


class Chance(Struct, frozen=True):
    """What a team can still do about a berth; the witnesses are those that were found."""

    right: Right
    with_it: Witness | None = None
    without_it: Witness | None = None


class Qualification(Struct, frozen=True):
    """The chances of each team, by the ranks that earn the berth."""

    chances: dict[str, dict[Ranks, Chance]]
    steps: int


def qualification(contest: Contest, steps_max: int = STEPS_MAX) -> Qualification:
    """Say for each team and each of the contest's berths whether it is certain."""
    outlook = Outlook(contest)
    chances: dict[str, dict[Ranks, Chance]] = {}
    taken = 0
    for team in sorted(contest.teams):
        search = _Search(outlook, team, Steps(steps_max))
        search.run()
        chances[team] = {ranks: search.chance(ranks) for ranks in contest.berths}
        taken += search.steps.taken
    return Qualification(chances, taken)


def completed(contest: Contest, witness: Witness) -> Contest:
    """Give the contest as a witness has it end."""
    return replace(
        contest,
        results=(*contest.results, *witness.results),
        to_play=(),
        decisions=(*contest.decisions, *witness.decisions),
    )


class _Search:
    """Looks for completions in which one team has each berth, and in which it has not."""

    def __init__(self, outlook: Outlook, team: str, steps: Steps) -> None:
        self.outlook = outlook
        self.team = team
        self.steps = steps
        part = next(tier for tier in outlook.parts if team in tier.teams)
        self.places = part.ranks
        # Who withdrew shares a place with those who did, whatever is played.
        self.level = part.teams if team not in self._out() else (team,)
        self.found: dict[tuple[Ranks, bool], Witness | None] = {}
        self.asked = [(ranks, has) for ranks in outlook.contest.berths for has in (True, False)]
        self.doubtful: set[tuple[Ranks, bool]] = set()
        self.low, self.high = dict(outlook.low), dict(outlook.high)
        self.rivals = tuple(other for other in self.level if self._may_be_level(other))
        self.matches = tuple(sorted(self._relevant(), key=outlook.order_of))
        self.elsewhere = tuple(self._elsewhere())
        self.tried: list[Played] = []
        self.ends: dict[tuple[object, ...], tuple[tuple[Played, ...], tuple[str, ...], int]] = {}

    def run(self) -> None:
        is_fixed = not self.outlook.contest.complete or self.team in self._out()
        places = self.places if is_fixed else self._range()
        self._record(places, Witness(self._with_the_rest(())))
        if is_fixed or not self._is_searched():
            asked = (key for key in self.asked if within(places, key[0]) is None)
            self.doubtful.update(asked)

    def _is_searched(self) -> bool:
        """Search, and say whether the steps and the limit on matches allowed to go through all."""
        try:
            self._search()
        except OutOfSteps:
            return False
        return True

    def _search(self) -> None:
        if self.outlook.by_points:
            self._try_extremes()
        if len(self.matches) > MATCHES_MAX:
            raise OutOfSteps(self.steps.most)
        self._try_outcomes(0)
        for played, level, above in self.ends.values():
            if self.asked:
                self._follow(played, level, above)

    def chance(self, ranks: Ranks) -> Chance:
        with_it, without_it = self.found.get((ranks, True)), self.found.get((ranks, False))
        can = [has for has in (True, False) if (ranks, has) in self.found]
        may = [has for has in (True, False) if has in can or (ranks, has) in self.doubtful]
        if len(can) == 2:
            return Chance("open", with_it, without_it)
        if len(may) == 2 or not may:
            return Chance("unknown", with_it, without_it)
        return Chance("clinched" if may == [True] else "eliminated", with_it, without_it)

    def _is_settled(self, first: int, last: int) -> bool:
        """Say whether a team with these places has, or has not, every berth still asked for."""
        return all(within((first, last), ranks) is not None for ranks, _ in self.asked)

    def _out(self) -> Sequence[str]:
        contest = self.outlook.contest
        return () if contest.withdrawal == "stand" else contest.withdrawn

    # Points

    def _may_be_level(self, other: str) -> bool:
        if not self.outlook.by_points:
            return other != self.team
        if other == self.team:
            return False
        return self.low[other] <= self.high[self.team] and self.low[self.team] <= self.high[other]

    def _relevant(self) -> Iterator[ToPlay]:
        """Give the matches whose outcome can matter; the goals of the others cannot either."""
        close = {self.team, *self.rivals}
        for match in self.outlook.to_play:
            if self.outlook.is_wide or close & {match.home, match.away}:
                yield match

    def _range(self) -> Ranks:
        """Give the places that the points leave possible."""
        first, last = self.places
        if not self.outlook.by_points:
            return first, last
        low, high = self.low[self.team], self.high[self.team]
        others = [other for other in self.level if other != self.team]
        above = sum(self.low[other] > high for other in others)
        below = sum(self.high[other] < low for other in others)
        return first + above, last - below

    # Outcomes

    def _try_outcomes(self, index: int) -> None:
        """Go through the outcomes, but not on where the points have settled all that is asked."""
        self._take_step()
        places = self._range()
        if self._is_settled(*places):
            self._record(places, Witness(self._with_the_rest(self.tried)))
            return
        if index == len(self.matches):
            self._keep()
            return
        match = self.matches[index]
        self.outlook.count(match, self.low, self.high, sign=-1)
        for played in self.outlook.outcomes[match]:
            if self.asked:
                self._with_outcome(played, index)
        self.outlook.count(match, self.low, self.high, sign=1)

    def _take_step(self) -> None:
        if not self.steps.are_left:
            raise OutOfSteps(self.steps.most)
        self.steps.take()

    def _with_outcome(self, played: Played, index: int) -> None:
        points = self.outlook.contest.points
        worth = {
            team: points_of(played, points, is_home=team == played.home)
            for team in (played.home, played.away)
        }
        for bound in (self.low, self.high):
            for team, own in worth.items():
                bound[team] += own
        self.tried.append(played)
        self._try_outcomes(index + 1)
        self.tried.pop()
        for bound in (self.low, self.high):
            for team, own in worth.items():
                bound[team] -= own

    def _keep(self) -> None:
        """Keep outcomes that leave the team level with others; outcomes elsewhere do not matter."""
        own = self.low[self.team]
        level, above = self.level, self.places[0] - 1
        if self.outlook.by_points:
            level = tuple(
                team for team in self.level if self.low[team] == own and self.high[team] == own
            )
            above = self._range()[0] - 1
        key = [
            (at, played.outcome, played.shoot_out)
            for at, played in enumerate(self.tried)
            if self.outlook.is_wide or {played.home, played.away} & {*level}
        ]
        self.ends.setdefault((level, above, *key), (tuple(self.tried), level, above))

    def _with_the_rest(self, tried: Iterable[Played]) -> tuple[Played, ...]:
        """Let the matches whose outcome does not matter end without a goal."""
        results = list(tried)
        for match in self.matches[len(results) :]:
            results.append(self.outlook.outcomes[match][1])
        return (*results, *self.elsewhere)

    def _elsewhere(self) -> Iterator[Played]:
        """Let the matches that are not relevant end without a goal."""
        rest = list(self.outlook.to_play)
        for match in self.matches:
            rest.remove(match)
        return (self.outlook.outcomes[match][1] for match in rest)

    def _try_extremes(self) -> None:
        """Try what often settles it: so many wins, then defeats, and the others by strength."""
        own = sum(self.team in (match.home, match.away) for match in self.matches)
        for wins in sorted({own, own // 2, 0}, reverse=True):
            for favours in ("neither", "stronger", "weaker"):
                if self.asked:
                    self._try_points(self._extreme(wins, favours))
        for place in sorted({edge for berth, _ in self.asked for edge in _edges(berth)}):
            if self.asked:
                self._try_points(self._towards(place))

    def _try_points(self, played: Sequence[Played]) -> None:
        self._take_step()
        self._record(self._places_by_points(played), Witness(self._with_the_rest(played)))

    def _towards(self, place: int) -> list[Played]:
        """Put the team at a place among the others by strength, and let the higher one win."""
        outlook = self.outlook
        others = [team for team in self.level if team != self.team]
        order = sorted(others, key=lambda team: (outlook.strength[team], team), reverse=True)
        order.insert(place - self.places[0], self.team)
        worse = {team: at for at, team in enumerate(order)}
        last = len(order)
        return [
            outlook.outcomes[m][0 if worse.get(m.home, last) < worse.get(m.away, last) else 2]
            for m in self.matches
        ]

    def _extreme(self, wins: int, favours: str) -> list[Played]:
        """Let the team win its first matches and the others' go to who has more points, or less."""
        points, worth = dict(self.outlook.points), self.outlook.contest.points
        chosen: dict[int, Played] = {}
        left = wins
        own_first = sorted(
            range(len(self.matches)),
            key=lambda at: self.team not in (self.matches[at].home, self.matches[at].away),
        )
        for at in own_first:
            match = self.matches[at]
            home, drawn, away = self.outlook.outcomes[match][:3]
            ahead = points[match.home] - points[match.away]
            if self.team in (match.home, match.away):
                chosen[at] = home if (left > 0) == (match.home == self.team) else away
                left -= 1
            elif favours == "neither" or not ahead:
                chosen[at] = drawn
            else:
                chosen[at] = home if (ahead > 0) == (favours == "stronger") else away
            for team in (match.home, match.away):
                points[team] += points_of(chosen[at], worth, is_home=team == match.home)
        return [chosen[at] for at in range(len(self.matches))]

    def _places_by_points(self, played: Iterable[Played]) -> Ranks:
        points = dict(self.outlook.points)
        for match in played:
            for team in (match.home, match.away):
                worth = self.outlook.contest.points
                points[team] += points_of(match, worth, is_home=team == match.home)
        for team in self.level:
            if team != self.team and team not in self.rivals:
                points[team] = self.low[team]
        own = points[self.team]
        above = sum(points[other] > own for other in self.level)
        below = sum(points[other] < own for other in self.level)
        return self.places[0] + above, self.places[1] - below

    # Scores

    def _follow(self, played: tuple[Played, ...], level: tuple[str, ...], above: int) -> None:
        """Follow the criteria among who is level on points, with all scores they may have."""
        self.steps.take()
        outlook = self.outlook
        whole = self._with_the_rest(played)
        completion = Completion(outlook.contest, whole, self.steps, is_cut=outlook.is_cut)
        for end in completion.ends(self.team, level, above, self._is_settled):
            results = with_goals(whole, end.goals)
            self._conclude(end, results)
            if end.why == "not_followed":
                self._try_goals(whole, end)
            if not self.asked:
                return

    def _try_goals(self, whole: tuple[Played, ...], end: End) -> None:
        """Try more goals in one match after the other, where no form says what they come to."""
        for variable in range(2 * len(whole)):
            for more in GOALS_TRIED:
                if self.asked:
                    self._take_step()
                    goals = {**end.goals, variable: end.goals.get(variable, 0) + more}
                    witness = Witness(with_goals(whole, goals))
                    self._record(self._confirmed(witness), witness)

    def _conclude(self, end: End, results: tuple[Played, ...]) -> None:
        witness = Witness(results)
        self._record(self._confirmed(witness), witness)
        for ranks, has in tuple(self.asked):
            fate = within(end.ranks, ranks)
            if fate not in (None, has):
                continue
            if end.why != "decider" or not self._is_for_people(end, ranks, results, has=has):
                self.doubtful.add((ranks, has))

    def _is_for_people(
        self, end: End, ranks: Ranks, results: tuple[Played, ...], *, has: bool
    ) -> bool:
        """Let lots, or what decides in their place, go as asked; False where that is not known."""
        step = end.decider
        assert step is not None, "who ends at a decider has one"
        contest = self.outlook.contest
        recorded = self._recorded(step, end)
        if recorded:
            decided_by = replace(
                contest, criteria=contest.criteria[: step.index + 1], decisions=recorded
            )
            tier = self._tier(decided_by, Witness(results))
            if within(tier.ranks, ranks) is not None:
                return True
            end = replace(end, above=tier.rank - 1, level=tier.teams)
        wanted = [p for p in range(end.ranks[0], end.ranks[1] + 1) if has is within((p, p), ranks)]
        by: Decider = next(decider for decider in DECIDERS if decider == step.metric)
        for place in wanted:
            others = [other for other in end.level if other != self.team]
            others.insert(place - end.ranks[0], self.team)
            decided = Decided(by, tuple((team,) for team in others))
            witness = Witness(results, (decided,))
            if within(self._confirmed(witness), ranks) is has:
                self._find(ranks, witness, has=has)
                return True
        return False

    def _recorded(self, step: Step, end: End) -> tuple[Decided, ...]:
        """Give what is recorded already of those who are level; at the end, by whatever means."""
        contest = self.outlook.contest
        is_last = {by.metric for by in contest.criteria[step.index :]}.issubset(DECIDERS)
        decisions = tuple(
            decided
            for decided in contest.decisions
            if decided.overrides or is_last or decided.by == step.metric
        )
        about = (d for d in decisions if not d.overrides)
        return decisions if any(len(d.places.keys() & {*end.level}) > 1 for d in about) else ()

    def _tier(self, contest: Contest, witness: Witness) -> Tier:
        tiers = rank(completed(contest, witness))
        return next(tier for tier in tiers if self.team in tier.teams)

    def _confirmed(self, witness: Witness) -> Ranks:
        """Ask the ranking itself."""
        return self._tier(self.outlook.contest, witness).ranks

    def _record(self, places: Ranks, witness: Witness) -> None:
        for ranks, has in tuple(self.asked):
            if within(places, ranks) is has:
                self._find(ranks, witness, has=has)

    def _find(self, ranks: Ranks, witness: Witness, *, has: bool) -> None:
        self.found[ranks, has] = witness
        self.asked.remove((ranks, has))


def _edges(ranks: Ranks) -> tuple[int, ...]:
    first, last = ranks
    return max(1, first - 1), first, last, last + 1
