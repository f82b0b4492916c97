"""What all matches and teams come to, kept up to date by what each one that changed adds.

A competition has thousands of matches and a goal changes one of them; so what a
match added before is taken away, and what it adds now is added.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from events.match import Match, Sheet, facts_that_stand
from events.types import GoalScored, ResultAnnulled
from projections import questions, topics
from projections.ordered import Ordered
from projections.questions import Question
from projections.topics import Place
from projections.values import Membership

if TYPE_CHECKING:
    from projections.bracket import Holder
    from projections.matches import Short

Scorer = tuple[str, str]
"""A player, and the team that the goals were for."""

Feat = tuple[str, int]
"""What may be a record, by its kind, and how great it is."""

TeamPlace = tuple[int, str, str]
"""Where a team stands among all: the place of its section, its name, its id."""

Asked = tuple[int, str]
"""What has open questions, in the order of the list: a table (0), a tie (1) or a match (2)."""

Entry = tuple[str, tuple[Any, ...]]
"""The list that a match is on, and what it is there by: at the end, its id."""

KNOWN = ("counted", "with_score", "with_scorers")


class Share(Struct, frozen=True):
    """What one match adds; one of a leg that is not known adds no more than its goals where all
    legs of its tie are counted, because it may be one of them.
    """

    scheduled: bool = True
    leg_unknown: bool = False

    begun: bool = False
    in_play: bool = False
    played: bool = False
    not_played: bool = False
    unknown: bool = False
    counted: bool = False
    with_score: bool = False
    with_scorers: bool = False
    scorers: tuple[Scorer, ...] = ()
    penalties: tuple[Scorer, ...] = ()
    stage: str | None = None
    feats: tuple[Feat, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        flags = (
            "scheduled",
            "leg_unknown",
            "begun",
            "in_play",
            "played",
            "not_played",
            "unknown",
            *KNOWN,
        )
        return tuple(name for name in flags if getattr(self, name))


class Stage:
    """What the matches of one stage come to: how much is known, and who did what by how much."""

    def __init__(self) -> None:
        self.known: Counter[str] = Counter()
        self._holders: dict[str, dict[int, set[str]]] = defaultdict(dict)

    def add(self, match: str, share: Share) -> None:
        self.known.update(name for name in KNOWN if getattr(share, name))
        for kind, value in share.feats:
            self._holders[kind].setdefault(value, set()).add(match)

    def take(self, match: str, share: Share) -> None:
        self.known.subtract(name for name in KNOWN if getattr(share, name))
        for kind, value in share.feats:
            holders = self._holders[kind][value]
            holders.discard(match)
            if not holders:
                del self._holders[kind][value]

    def greatest(self, kind: str) -> tuple[int, set[str]] | None:
        """Give the greatest value of a kind, and the matches that have it."""
        holders = self._holders[kind]
        return max(holders.items(), default=None, key=lambda item: item[0])


class Totals:
    """`matches` counts those that are scheduled, begun, being played, played and so on.

    `stages` are those of the matches by id, None for the matches of which it is not known.
    `lists` has the matches of a date (`date/<date>`) in the order of play, and those being played
    (`live`, `live/<section>`), the newest fact first; `scorers`, those with most goals first;
    `order`, the teams by section and name; `asked`, what has open questions. `shorts` are the
    matches in short, each until something about it, or the name of a team in it, has changed;
    `holders`, who holds each place of a berth or shares it, until what decides it has changed.
    """

    def __init__(self) -> None:
        self.matches: Counter[str] = Counter()
        self.goals: Counter[Scorer] = Counter()
        self.penalties: Counter[Scorer] = Counter()
        self.lists: defaultdict[str, Ordered[tuple[Any, ...]]] = defaultdict(Ordered)
        self.scorers = Ordered[tuple[int, Scorer]]()
        self.order = Ordered[TeamPlace]()
        self.asked = Ordered[Asked]()
        self.questions: dict[Asked, tuple[Question, ...]] = {}
        self.questions_count = 0
        self.stages: defaultdict[str | None, Stage] = defaultdict(Stage)
        self.teams: dict[str, Membership] = {}
        self.statuses: Counter[str] = Counter()
        self.shorts: dict[str, Short] = {}
        self.holders: dict[str, tuple[tuple[Holder, tuple[str, ...]], ...]] = {}
        self._shares: dict[str, Share] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._team_places: dict[str, TeamPlace] = {}

    def count_match(
        self, played: Match, sheet: Sheet | None, place: Place, *, is_spare: bool = False
    ) -> None:
        """Count a match; a spare one may be another that is counted."""
        match = played.match
        self.shorts.pop(match, None)
        if (before := self._shares.pop(match, None)) is not None:
            self._add(before, -1)
            self.stages[before.stage].take(match, before)
        self._list(match, tuple(_entries(played, sheet, place)) if sheet else ())
        asked = questions.of_match(sheet, confirms=False) if sheet else ()
        self._ask((2, match), (question for question in asked if question.kind in questions.SHOWN))
        if sheet is None:
            return
        share = share_of(played, sheet, place.stage)
        share = self._shares[match] = _spare(share) if is_spare else share
        self._add(share, 1)
        self.stages[share.stage].add(match, share)

    def count_table(self, group: str, asked: Iterable[Question]) -> None:
        self._ask((0, group), (question for question in asked if question.match is None))

    def count_tie(self, tie: str, asked: Iterable[Question]) -> None:
        self._ask((1, tie), asked)

    def count_section(self, section: str, asked: Iterable[Question]) -> None:
        self._ask((3, section), asked)

    def count_team(
        self,
        team: str,
        membership: Membership | None,
        section_place: int,
        matches: Iterable[str],
    ) -> None:
        """Count a team; `section_place` is that of its section, `matches` are all it ever had."""
        for match in matches:
            self.shorts.pop(match, None)
        if (before := self.teams.pop(team, None)) is not None:
            self.statuses[before.status] -= 1
            self.order.take(self._team_places.pop(team))
        if membership is not None:
            self.teams[team] = membership
            self.statuses[membership.status] += 1
            name = membership.came.names.full if membership.came else team
            place = self._team_places[team] = (section_place, name, team)
            self.order.add(place)

    def _list(self, match: str, entries: tuple[Entry, ...]) -> None:
        before = self._entries.get(match, ())
        for name, key in before:
            if (name, key) not in entries:
                self.lists[name].take(key)
        for name, key in entries:
            if (name, key) not in before:
                self.lists[name].add(key)
        self._entries[match] = entries

    def _ask(self, about: Asked, asked: Iterable[Question]) -> None:
        if before := self.questions.pop(about, ()):
            self.asked.take(about)
        if now := tuple(asked):
            self.questions[about] = now
            self.asked.add(about)
        self.questions_count += len(now) - len(before)

    def _add(self, share: Share, times: int) -> None:
        for name in share.names:
            self.matches[name] += times
        for scorer in share.scorers:
            self._count_goal(scorer, times)
        for scorer in share.penalties:
            self.penalties[scorer] += times

    def _count_goal(self, scorer: Scorer, times: int) -> None:
        if before := self.goals.pop(scorer, 0):
            self.scorers.take((-before, scorer))
        if now := before + times:
            self.goals[scorer] = now
            self.scorers.add((-now, scorer))


def _entries(played: Match, sheet: Sheet, place: Place) -> Iterator[Entry]:
    """Give the lists that a match is on, and where it stands there."""
    starts, match = place.starts, played.match
    in_order = (starts is None, starts or 0, played.facts[0].position, match)
    for shelf in place.shelves:
        if shelf.startswith("date/"):
            yield shelf, in_order
    if sheet.play in ("in_play", "suspended"):
        newest = (-played.position, match)
        yield topics.LIVE, newest
        if place.section is not None:
            yield topics.live(place.section), newest


def share_of(played: Match, sheet: Sheet, stage: str | None) -> Share:
    """Say what a match adds. One whose result nobody knows any more was played all the same."""
    is_played = sheet.play in ("ended", "unknown")
    is_awarded = sheet.standing == "awarded"
    result = sheet.result if is_played or is_awarded else None
    with_score = result is not None and result.home is not None
    goals = sheet.goals if _counts_for_scorers(played, sheet) else ()
    return Share(
        begun=is_played or sheet.play in ("in_play", "suspended", "abandoned"),
        in_play=sheet.play == "in_play",
        not_played=sheet.play == "not_played",
        unknown=sheet.play == "unknown",
        played=is_played,
        counted=is_played or is_awarded,
        with_score=with_score,
        with_scorers=with_score and _has_scorers(sheet),
        scorers=tuple(_scorer(goal, sheet) for goal in goals if _is_credited(goal)),
        penalties=tuple(
            _scorer(goal, sheet)
            for goal in goals
            if _is_credited(goal) and goal.method == "penalty"
        ),
        stage=stage,
        feats=_feats(sheet),
    )


def _spare(share: Share) -> Share:
    return Share(
        scheduled=False,
        leg_unknown=True,
        scorers=share.scorers,
        penalties=share.penalties,
        stage=share.stage,
        feats=share.feats,
    )


def _feats(sheet: Sheet) -> tuple[Feat, ...]:
    """Say what of a match may be a record: it was played, and its result has goals.

    On neutral ground nobody wins at home or away.
    """
    result = sheet.result
    if sheet.play != "ended" or result is None or result.home is None or result.away is None:
        return ()
    feats = [("highest_scoring", result.home + result.away)]
    margin = result.home - result.away
    if not sheet.is_at_nobodys_home and margin:
        feats.append(("biggest_home_win" if margin > 0 else "biggest_away_win", abs(margin)))
    return tuple(feats)


def _has_scorers(sheet: Sheet) -> bool:
    """Say whether each goal has its scorer. What was awarded has only the goals recorded."""
    result = sheet.result
    assert result is not None, "only a match with a score is asked"
    is_complete = sheet.standing == "awarded" or len(sheet.goals) == (result.home or 0) + (
        result.away or 0
    )
    return is_complete and all(goal.player is not None for goal in sheet.goals)


def _counts_for_scorers(played: Match, sheet: Sheet) -> bool:
    if sheet.result is not None:
        return sheet.result.counts_for_scorers
    if sheet.standing != "annulled":
        return True
    facts = [fact.event for fact in facts_that_stand(played.facts)]
    return [fact for fact in facts if isinstance(fact, ResultAnnulled)][-1].counts_for_scorers


def _is_credited(goal: GoalScored) -> bool:
    return goal.player is not None and goal.method != "own_goal"


def _scorer(goal: GoalScored, sheet: Sheet) -> Scorer:
    return goal.player or "", sheet.home if goal.side == "home" else sheet.away
