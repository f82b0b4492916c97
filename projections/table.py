"""The table of a group before it is shown: who is where, why, and what is still open.

It is derived from the sheets of the group's matches, the decisions recorded
about the group, and the regulations; nothing is remembered beside these. Where
not all results are held, it ranks nobody but by what was printed or decided.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct
from msgspec.structs import replace

from events.fields import Order
from events.match import Match, Sheet
from events.regulations import Governing
from events.types import Event, PointsAdjusted, StandingsFinalised, TableAdopted
from projections import questions, topics
from projections.adopted import Adopted, Ranked, adopted, adopted_in, ranks_in, without_results
from projections.contest import at_stake
from projections.counted import (
    Fixture,
    decisions_of,
    goals_in_force,
    have_met,
    in_force,
    results_of,
    tiers_in,
    to_play_of,
)
from projections.questions import Question
from projections.ranking import DECIDERS, Contest, Played, Record, Tier, overall, rank
from projections.values import Formed, Setting

if TYPE_CHECKING:
    from projections.known import Known

Status = Literal["in_play", "provisional", "undecided", "final", "unknown"]
"""`provisional` waits for matches, or for results to stand, `undecided` for somebody to decide;
`unknown` waits for nobody: what would say who is where is not known."""

_PROVISIONAL = frozenset({"missing", "unconfirmed", "disputed", "protest"})


class Table(Struct, frozen=True):
    """A group as it stands; `unknown_results` counts the matches that nobody knows any more, and
    `lacking` are the teams of which a result may count that is not held.

    `is_settled` says that it lacks no match, or is ranked or finalised without.
    """

    formed: Formed
    status: Status
    is_settled: bool
    finalised: StandingsFinalised | None
    fixtures: tuple[Fixture, ...]
    unknown_results: int
    lacking: frozenset[str]
    adopted: Adopted | None
    contest: Contest
    ranked: Ranked
    records: dict[str, Record]
    adjustments: tuple[PointsAdjusted, ...]
    in_force: dict[str, int]
    questions: tuple[Question, ...]

    @property
    def tiers(self) -> tuple[Tier, ...]:
        return self.ranked.tiers

    @property
    def stands(self) -> bool:
        """Say whether nobody is waited for but those who part the level."""
        return self.is_settled and self.status not in ("in_play", "provisional")

    def tier_at(self, rank: int) -> Tier | None:
        """Give who shares a rank."""
        tiers = (tier for tier in self.tiers if tier.ranks[0] <= rank <= tier.ranks[1])
        return next(tiers, None)

    @property
    def order(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tier.teams for tier in self.tiers)

    @property
    def shown(self) -> tuple[Question, ...]:
        """The questions that somebody has to decide."""
        open_places = self.status == "undecided"
        shown = (asked for asked in self.questions if asked.kind in questions.SHOWN)
        return tuple(asked for asked in shown if asked.kind != "level" or open_places)

    @property
    def blocking(self) -> tuple[str, ...]:
        """Why the table cannot be finalised. That it differs from what was is no hindrance."""
        return tuple(q.message for q in self.questions if q.kind not in questions.CONSEQUENCES)


def table_of(fold: "Known", formed: Formed, matches: Iterable[Match]) -> Table:
    facts = fold.held(f"group/{formed.group}").standing()
    fixtures = tuple(_fixtures(fold, matches))
    adjustments = tuple(fact for fact in facts if isinstance(fact, PointsAdjusted))
    finalised = [fact for fact in facts if isinstance(fact, StandingsFinalised)][-1:]
    printed = adopted_in(facts)
    unknown = [f.sheet for f in fixtures if not f.sheet.extra_match and _is_unknown(f.sheet)]
    is_held = formed.coverage == "full" and not unknown
    by_results = is_held and printed is None
    contest = _contest(fold, formed, fixtures, facts, by_results=by_results)
    if by_results:
        contest, ranked = _by_results(fold, contest, formed, fixtures, facts)
    else:
        ranked = without_results(contest.teams, printed, contest.decisions)
    asked = _questions(formed, fixtures, finalised, ranked, contest, fold.setting)
    playing = set(contest.teams) - set(contest.withdrawn)
    have_all_met = have_met(playing, fixtures, formed.meetings)
    is_whole = is_held and have_all_met
    is_settled = bool(finalised) or (is_whole if by_results else ranked.decided)
    found = overall(contest)
    has_goals = not any(record.goals_unknown for record in found.values())
    if is_settled:
        is_unknown = any(_matters(t, contest) for t in ranked.tiers if ranked.hides(t))
    else:
        is_unknown = not is_held and (have_all_met or formed.coverage == "partial")
    compared = is_whole and has_goals and not asked
    return Table(
        formed=formed,
        status=_status(asked, is_settled=is_settled, is_unknown=is_unknown),
        is_settled=is_settled,
        finalised=finalised[0] if finalised else None,
        fixtures=fixtures,
        unknown_results=len(unknown),
        lacking=frozenset(_lacking(formed, contest.teams, unknown)),
        adopted=adopted(printed, found, contest.adjustments, is_whole=compared),
        contest=contest,
        ranked=ranked,
        records=found,
        adjustments=adjustments,
        in_force=in_force(adjustments),
        questions=asked,
    )


def _contest(
    fold: "Known",
    formed: Formed,
    fixtures: Sequence[Fixture],
    facts: Sequence[Event],
    *,
    by_results: bool,
) -> Contest:
    """Give all that the ranking depends on; where results do not rank, a final order decides."""
    rules = fold.setting.governing_in(formed.section)
    in_table = [fixture.sheet for fixture in fixtures if not fixture.sheet.extra_match]
    teams = _teams(formed, in_table, adopted_in(facts))
    out = _withdrawn(fold, teams, rules)
    adjusted = [fact for fact in facts if isinstance(fact, PointsAdjusted)]
    is_finalised = any(isinstance(fact, StandingsFinalised) for fact in facts)
    are_all_fixed = have_met(set(teams) - set(out), fixtures, formed.meetings)
    return Contest(
        teams=teams,
        results=results_of(fixtures, rules),
        criteria=rules.criteria,
        points=rules.points,
        adjustments=in_force(adjusted),
        goal_adjustments=goals_in_force(adjusted),
        decisions=decisions_of(facts, fixtures, finalised_counts=not by_results),
        to_play=to_play_of(fixtures),
        complete=is_finalised or are_all_fixed,
        meetings=formed.meetings,
        interim=rules.interim,
        lists={each.name: each for each in fold.setting.regulations.lists},
        places={other: _places(fold, other) for other in fold.setting.read_in(formed.section)},
        berths=tuple((berth.first, berth.last) for berth in formed.berths),
        withdrawn=out,
        withdrawal=rules.withdrawal,
    )


def _withdrawn(fold: "Known", teams: Iterable[str], rules: Governing) -> tuple[str, ...]:
    """Name who takes part no longer, where the rules make more of it than a match not played."""
    if rules.withdrawal == "stand":
        return ()
    left = ((team, fold.membership(team)) for team in teams)
    return tuple(team for team, now in left if now and now.status in ("withdrawn", "excluded"))


def _places(fold: "Known", group: str) -> dict[str, int]:
    """Give the ranks that are known in another table, which criteria ask for."""
    table = fold.table(group)
    return table.ranked.ranks if table else {}


def _by_results(
    fold: "Known",
    contest: Contest,
    formed: Formed,
    fixtures: Sequence[Fixture],
    facts: Sequence[Event],
) -> tuple[Contest, Ranked]:
    """Rank teams by results; where these hide who is where, a final order decides as well."""
    rules = fold.setting.governing_in(formed.section)
    confirms = fold.setting.regulations.confirm_results
    stands = [fixture for fixture in fixtures if is_standing(fixture.sheet, confirms=confirms)]
    confirmed = results_of(stands, rules)
    ranked = _ranked(contest, confirmed, fixtures)
    if ranked.hidden:
        decisions = decisions_of(facts, fixtures, finalised_counts=True)
        contest = replace(contest, decisions=decisions)
        ranked = _ranked(contest, confirmed, fixtures)
    return contest, ranked


def _ranked(contest: Contest, results: tuple[Played, ...], fixtures: Sequence[Fixture]) -> Ranked:
    """Rank by all results, and by those that stand.

    Whose order an extra match gave that nobody knows is hidden.
    """
    sheets = [fixture.sheet for fixture in fixtures]
    lost = [
        {sheet.home, sheet.away} for sheet in sheets if sheet.extra_match and _is_unknown(sheet)
    ]
    tiers = confirmed = rank(contest)
    if len(results) < len(contest.results):
        confirmed = rank(replace(contest, results=results))
    hidden = [tier for tier in tiers if _is_hidden(tier, lost)]
    known = (tier for tier in tiers if tier not in hidden)
    known_then = (tier for tier in confirmed if not _is_hidden(tier, lost))
    names = frozenset(team for tier in hidden for team in tier.teams)
    return Ranked(tiers, ranks_in(known), ranks_in(known_then), hidden=names)


def _is_hidden(tier: Tier, lost: Iterable[set[str]]) -> bool:
    """Say whether goals, or an extra match, that nobody knows would part level teams."""
    return not tier.is_known or any(pair <= {*tier.teams} for pair in lost)


def _is_unknown(sheet: Sheet) -> bool:
    return sheet.play == "unknown" and sheet.result is None


def _lacking(formed: Formed, teams: Iterable[str], unknown: Iterable[Sheet]) -> Iterable[str]:
    if formed.coverage == "partial":
        return teams
    return {team for sheet in unknown for team in (sheet.home, sheet.away)}


# What the table is made of


def _fixtures(fold: "Known", matches: Iterable[Match]) -> Iterator[Fixture]:
    for played in matches:
        if (sheet := fold.sheet(played.match)) is not None:
            yield Fixture(sheet, fold.place(played.match).starts, played.facts[0].position)


def _teams(
    formed: Formed, sheets: Iterable[Sheet], printed: TableAdopted | None
) -> tuple[str, ...]:
    """Name the teams of the group, and any other that has a match or a printed row in it."""
    played = {team for sheet in sheets for team in (sheet.home, sheet.away)}
    rows = {row.team for row in printed.rows} if printed else set()
    return tuple(sorted(played.union(formed.teams, rows)))


# What is still open


def _questions(
    formed: Formed,
    fixtures: Iterable[Fixture],
    finalised: Iterable[StandingsFinalised],
    ranked: Ranked,
    contest: Contest,
    setting: Setting,
) -> tuple[Question, ...]:
    confirms = setting.regulations.confirm_results
    out = set(contest.withdrawn)
    awaited = (f.sheet for f in fixtures if not f.is_to_play or out.isdisjoint(f.pair))
    asked = [q for sheet in awaited for q in questions.of_match(sheet, confirms=confirms)]
    if not asked and ranked.by_results:
        shared = (tier for tier in ranked.tiers if not ranked.hides(tier))
        if setting.governing_in(formed.section).on_exhausted == "wait":
            open_ones = (t for t in shared if _matters(t, contest) and not t.rule_unknown)
            organiser = setting.organiser_of(formed.section)
            asked = [questions.level(formed.group, t, organiser) for t in open_ones]
        asked += _about_extra_matches(formed, fixtures, contest)
    for fact in finalised:
        if not _is_order_of(fact.order, ranked.tiers):
            asked.append(questions.finalised_differs(formed.group, fact.position))
    return tuple(asked)


def _about_extra_matches(
    formed: Formed, fixtures: Iterable[Fixture], contest: Contest
) -> Iterator[Question]:
    """Ask about extra matches between two who would be parted had nothing been decided."""
    extra = [f.sheet for f in fixtures if f.sheet.extra_match and f.sheet.counted is not None]
    tiers = rank(replace(contest, decisions=())) if extra else ()
    for sheet in extra:
        if not any({sheet.home, sheet.away} <= {*tier.teams} for tier in tiers):
            about = topics.standings(formed.group)
            yield questions.extra_match_differs(about, sheet, group=formed.group)


def _matters(tier: Tier, contest: Contest) -> bool:
    """Say whether a place that matters is shared.

    It does where a berth goes to some of the level teams. Where the regulations grant
    none, the first place does, provided that they say how level teams are separated.
    """
    if len(tier.teams) == 1:
        return False
    if not contest.berths and not any(c.metric in DECIDERS for c in contest.criteria):
        return False
    return at_stake(*tier.ranks, contest)


def _is_order_of(order: Order, tiers: Iterable[Tier]) -> bool:
    return [set(tier) for tier in tiers_in(order)] == [set(tier.teams) for tier in tiers]


def _status(asked: Iterable[Question], *, is_settled: bool, is_unknown: bool) -> Status:
    """Say how it stands; what is not known is so only where nobody is waited for."""
    kinds = {question.kind for question in asked}
    if "in_play" in kinds:
        return "in_play"
    if kinds & _PROVISIONAL:
        return "provisional"
    if is_unknown:
        return "unknown"
    if not is_settled:
        return "provisional"
    return "undecided" if "level" in kinds else "final"


def is_standing(sheet: Sheet, *, confirms: bool) -> bool:
    """Say whether a result is there, and waits for no whistle and no confirmation."""
    unconfirmed = confirms and sheet.standing == "provisional"
    return sheet.result is not None and sheet.play != "in_play" and not unconfirmed
