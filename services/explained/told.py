"""An explanation in words, Spanish or English: the ranks at a glance, then the reasons.

Of many matches only the number is told, unless one team is asked about; the facts have them all.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any

from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from projections.ranking import Passed, Separation
from services.explained import Asked, Ending, Explained, Level, Reason, Right
from services.explained.facts import Adjustment, Decision, Met, Order
from services.pages import table
from services.pages.words import Words, number, signed
from services.settings import EXPLAINED_MATCHES_MAX, EXPLAINED_RESULTS_MAX

INDENT = "     "


@cache
def words(language: str) -> Words:
    return Words(language, "services.explained")


def told(found: Explained, language: str) -> Iterator[RenderableType]:
    """Tell it: a title, the table, and each part that has anything to say."""
    return _Told(found, words(language)).parts()


def _compared(why: Passed) -> str:
    assert why.numbers is not None, "who is level on a number has one"
    write = signed if why.criterion in table.SIGNED else number
    return write(why.numbers[0])


class _Told:
    """One explanation in one language."""

    def __init__(self, found: Explained, words: Words) -> None:
        self.found = found
        self.words = words

    def parts(self) -> Iterator[RenderableType]:
        found = self.found
        status = self.words.say(f"statuses.{found.status}")
        place = {"group": found.name, "stage": found.stage, "section": found.section}
        title = self.words.say("why.title", **place, status=status, position=found.position)
        yield Text(title, "bold")
        yield self._grid()
        parts = {
            "why": [*self._interim(), *self._reasons()],
            "decided": [*self._decisions()],
            "open": [*self._open()],
            "unknown": [*self._unknown()],
            "rights": [*self._rights()],
        }
        for name, lines in parts.items():
            if lines:
                yield Text(f"\n{self.words.say(f'headings.{name}')}", "bold")
                yield from (Text(line) for line in lines)

    def _grid(self) -> Grid:
        figures = ("played", "goals_for", "goals_against", "goal_difference", "points")
        grid = Grid(box=None, pad_edge=False)
        grid.add_column("#", justify="right")
        grid.add_column(self.words.say("headings.team"))
        for figure in figures:
            style = "bold" if figure == "points" else ""
            grid.add_column(self.words.say(f"figures.{figure}"), justify="right", style=style)
        for name in self.found.berths.values():
            grid.add_column(Text(name), style="dim")
        for row in self.found.rows:
            cells = [number(getattr(row, figure)) for figure in figures]
            cells[3] = signed(row.goal_difference)
            rights = [self.words.say(f"rights.{row.berths[berth]}") for berth in self.found.berths]
            is_asked = row.team == self.found.team
            line = (number(row.rank), row.name, *cells, *rights)
            grid.add_row(*map(Text, line), style="bold" if is_asked else None)
        return grid

    # Why

    def _interim(self) -> Iterator[str]:
        if self.found.interim:
            yield self.words.say(f"interim.{self.found.interim}")

    def _reasons(self) -> Iterator[str]:
        """Tell of the tiers from the best down who is above whom, and who shares one."""
        told = [each for each in self.found.level if each.is_known or each.asked]
        level = {each.teams: each for each in told}
        reasons = self.found.reasons
        if reasons and reasons[0].upper in level:
            yield self._level(level[reasons[0].upper])
        for reason in reasons:
            yield from self._reason(reason)
            if reason.lower in level:
                yield self._level(level[reason.lower])
        if not reasons:
            yield from map(self._level, told)

    def _reason(self, reason: Reason) -> Iterator[str]:
        upper = self._place(reason.ranks[0], reason.upper)
        lower = self._place(reason.ranks[1], reason.lower)
        by = reason.separated_by
        if by is None:
            is_printed = any(unknown.kind == "printed" for unknown in self.found.unknown)
            key = "why.above_printed" if is_printed else "why.above"
            yield self.words.say(key, upper=upper, lower=lower)
            return
        said = self._separated(by, reason.about)
        yield self.words.say("why.above_by", upper=upper, lower=lower, reason=said)
        if len(reason.upper) > 1 or len(reason.lower) > 1:
            first, second = (self._team(team) for team in reason.pair)
            yield INDENT + self.words.say("why.of_pair", first=first, second=second)
        if reason.decision is not None:
            yield INDENT + self._decision(reason.decision)
        elif reason.matches:
            yield INDENT + self._matches(reason)
        if reason.before:
            yield INDENT + self.words.say("why.before", asked=self._asked(reason.before))

    def _separated(self, by: Separation, about: str | None) -> str:
        numbers = None if by.criterion == "withdrawal" else by.numbers
        view = {"criterion": by.criterion, "scope": by.scope, "article": by.article}
        said = table.reason(self.words, {"separated_by": {**view, "numbers": numbers}})
        assert said is not None, "a separation has words"
        name = table.criterion(self.words, view)
        return said.replace(name, self._named(view, about), 1)

    def _named(self, view: dict[str, Any], about: str | None) -> str:
        name = table.criterion(self.words, view)
        return self.words.say("why.by_about", criterion=name, about=about) if about else name

    def _matches(self, reason: Reason) -> str:
        matches, by = reason.matches, reason.separated_by
        if len(matches) <= EXPLAINED_MATCHES_MAX or self.found.team is not None:
            listed = [self.words.say("why.from", matches=" · ".join(map(self._match, matches)))]
        else:
            listed = [self.words.say("why.all", count=len(matches))]
        if by is not None and (by.criterion, by.scope) == ("points", "all"):
            counted = (a for a in self.found.adjustments if a.status == "in_force")
            listed += [self._adjustment(a) for a in counted if a.team in reason.pair]
        return "; ".join(listed)

    def _asked(self, asked: Sequence[Asked]) -> str:
        return "; ".join(self._passed(each) for each in asked)

    def _passed(self, asked: Asked) -> str:
        why = asked.why
        view = {"criterion": why.criterion, "scope": why.scope}
        name = self._named(view, asked.about)
        if why.because == "level" and why.numbers is not None:
            said = self.words.say("why.by", criterion=name, number=_compared(why))
        elif why.because == "not_known" and why.criterion == "unknown":
            said = self.words.say("because.not_known_rule", criterion=name)
        else:
            guard = self._guard(asked) if why.guard else ""
            said = self.words.say(f"because.{why.because}", criterion=name, guard=guard)
        return self._with_article(said, why.article)

    def _guard(self, asked: Asked) -> str:
        name, when = str(asked.why.guard), asked.why.when
        value = getattr(when, name)
        if isinstance(value, bool):
            return self.words.say(f"guards.{name}" if value else f"guards.{name}_not")
        if name == "contest":
            first, last = (self.words.rank(rank) for rank in value)
            return self.words.say("guards.contest", first=first, last=last)
        if name in ("level_on", "nobody_else_on"):
            metrics = (value,) if isinstance(value, str) else value
            value = self.words.listed([self.words.say(f"criteria.{each}") for each in metrics])
        return self.words.say(f"guards.{name}", value=value)

    def _level(self, level: Level) -> str:
        teams, ranks = self._teams(level.teams), self._ranks(level.ranks)
        if not level.asked:
            return self.words.say("why.level_only", teams=teams, ranks=ranks)
        asked = self._asked(level.asked)
        if not level.is_known:
            return self.words.say("why.hidden", teams=teams, asked=asked)
        return self.words.say("why.level", teams=teams, ranks=ranks, asked=asked)

    # What was decided, what is open, what is not known

    def _decisions(self) -> Iterator[str]:
        for decision in self.found.decisions:
            yield self._decision(decision)
        for adjustment in self.found.adjustments:
            yield self._adjustment(adjustment)

    def _decision(self, decision: Decision) -> str:
        key = "overrides" if decision.overrides else decision.by
        match = self._match(decision.match) if decision.match else ""
        what = self.words.say(f"decisions.{key}", order=self._order(decision.order), match=match)
        what = self._with_article(what, decision.article)
        if decision.body:
            what = self.words.say("why.body", what=what, body=decision.body)
        return self.words.say("why.recorded", position=decision.position, what=what)

    def _adjustment(self, adjustment: Adjustment) -> str:
        what = self.words.say(
            f"decisions.{adjustment.status}",
            team=self._team(adjustment.team),
            points=signed(adjustment.points),
            count=abs(adjustment.points),
        )
        what = self._with_article(what, adjustment.article)
        return self.words.say("why.recorded", position=adjustment.position, what=what)

    def _open(self) -> Iterator[str]:
        for level in self.found.level:
            if level.settled_by:
                yield self._settles(level)
        others = [asked for asked in self.found.questions if asked.kind != "level"]
        missing = [asked for asked in others if asked.kind == "missing"]
        if len(missing) > EXPLAINED_MATCHES_MAX:
            yield self.words.say("asked.missing_many", count=len(missing))
        for asked in others:
            if asked.kind != "missing" or len(missing) <= EXPLAINED_MATCHES_MAX:
                match = " – ".join(self._team(team) for team in asked.teams)
                yield self.words.say(f"asked.{asked.kind}", match=match)

    def _settles(self, level: Level) -> str:
        teams = self._teams(level.teams)
        articles = {each.why.criterion: each.why.article for each in level.asked}
        ways = []
        for way in level.settled_by:
            key = way
            if way == "extra_match" and len(level.teams) > 2:
                key = "extra_match_more"
            elif way == "ruling" and level.organiser:
                key = "ruling_by"
            said = self.words.say(f"settles.{key}", teams=teams, organiser=level.organiser)
            ways.append(self._with_article(said, articles.get(way)))
        how = self.words.listed(ways, "or")
        return self.words.say("settles.level", teams=teams, ranks=self._ranks(level.ranks), how=how)

    def _unknown(self) -> Iterator[str]:
        for unknown in self.found.unknown:
            key = unknown.kind
            if key == "printed" and unknown.teams:
                yield self.words.say("unknowns.printed_without", teams=self._teams(unknown.teams))
            else:
                teams = self._teams(unknown.teams)
                yield self.words.say(f"unknowns.{key}", teams=teams, count=unknown.count)
        for level in self.found.level:
            if level.rule_unknown:
                yield self.words.say("unknowns.rule", teams=self._teams(level.teams))

    # Berths

    def _rights(self) -> Iterator[str]:
        for right in self.found.rights:
            said = {"team": self._team(right.team), "berth": right.name}
            if right.right == "unknown":
                yield self.words.say("berths.unknown", **said)
            elif right.right == "open":
                yield self.words.say("berths.open", **said)
                yield from self._witnesses(right)

    def _witnesses(self, right: Right) -> Iterator[str]:
        if right.with_it is None or right.without_it is None:
            yield INDENT + self.words.say("berths.decides")
            return
        yield INDENT + self.words.say("berths.with_it", ending=self._ending(right.with_it))
        yield INDENT + self.words.say("berths.without_it", ending=self._ending(right.without_it))

    def _ending(self, ending: Ending) -> str:
        many = len(ending.results) > EXPLAINED_RESULTS_MAX and self.found.team is None
        results = [self._match(each) for each in ending.results]
        if many:
            results = [self.words.say("berths.many", count=len(ending.results))]
        for by, order in ending.orders:
            way = self.words.say(f"criteria.{by}")
            results.append(self.words.say("berths.order", way=way, order=self._order(order)))
        return " · ".join(results) or self.words.say("berths.nothing")

    # How it is written

    def _team(self, team: str) -> str:
        return self.found.names.get(team, team)

    def _teams(self, teams: Sequence[str]) -> str:
        return self.words.listed([self._team(team) for team in teams])

    def _place(self, rank: int | None, teams: Sequence[str]) -> str:
        return self.words.say("why.place", rank=number(rank), teams=self._teams(teams))

    def _ranks(self, ranks: tuple[int, int]) -> str:
        return "–".join(str(rank) for rank in ranks)

    def _order(self, order: Order) -> str:
        return " > ".join(" = ".join(self._team(team) for team in tier) for tier in order)

    def _with_article(self, what: str, article: str | None) -> str:
        return self.words.say("why.article", what=what, article=article) if article else what

    def _match(self, met: Met) -> str:
        home, away = self._team(met.home), self._team(met.away)
        if met.goals is None:
            won = {"home": home, "away": away}.get(met.outcome)
            key = "won" if won else "drawn" if met.outcome == "draw" else "both_lose"
            outcome = self.words.say(f"why.{key}", team=won)
            said = self.words.say("why.only", home=home, away=away, outcome=outcome)
        else:
            goals = {"home_goals": met.goals[0], "away_goals": met.goals[1]}
            said = self.words.say("why.score", home=home, away=away, **goals)
        if met.shoot_out:
            kicks = {"home": met.shoot_out[0], "away": met.shoot_out[1]}
            said = self.words.say("why.kicks", match=said, **kicks)
        if met.awarded:
            said = self.words.say("why.awarded", match=said)
        if met.date is None:
            return said
        return self.words.say("why.dated", match=said, date=self.words.span(met.date, date.min))
