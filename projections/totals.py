"""What all matches and teams come to, kept up to date by what each one that changed adds.

A competition has thousands of matches and a goal changes one of them; so what a
match added before is taken away, and what it adds now is added.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from msgspec import Struct

from events.match import Match, Sheet, facts_that_stand
from events.types import GoalScored, ResultAnnulled
from projections import questions
from projections.questions import Question
from projections.values import Membership

Scorer = tuple[str, str]
"""A player, and the team that the goals were for."""

Feat = tuple[str, int]
"""What may be a record, by its kind, and how great it is."""

KNOWN = ("counted", "with_score", "with_scorers")


class Share(Struct, frozen=True):
    """What one match adds."""

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
        flags = ("begun", "in_play", "played", "not_played", "unknown", *KNOWN)
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
    """

    def __init__(self) -> None:
        self.matches: Counter[str] = Counter()
        self.goals: Counter[Scorer] = Counter()
        self.penalties: Counter[Scorer] = Counter()
        self.live: dict[str, int] = {}
        self.contested: dict[str, list[Question]] = {}
        self.tables: dict[str, tuple[Question, ...]] = {}
        self.ties: dict[str, tuple[Question, ...]] = {}
        self.stages: defaultdict[str | None, Stage] = defaultdict(Stage)
        self.teams: dict[str, Membership] = {}
        self.statuses: Counter[str] = Counter()
        self._shares: dict[str, Share] = {}

    def count_match(self, played: Match, sheet: Sheet | None, stage: str | None) -> None:
        match = played.match
        if (before := self._shares.pop(match, None)) is not None:
            self._add(before, -1)
            self.stages[before.stage].take(match, before)
        self.live.pop(match, None)
        self.contested.pop(match, None)
        if sheet is None:
            return
        share = self._shares[match] = share_of(played, sheet, stage)
        self._add(share, 1)
        self.stages[stage].add(match, share)
        if sheet.play in ("in_play", "suspended"):
            self.live[match] = played.position
        asked = questions.of_match(sheet, confirms=False)
        if contested := [question for question in asked if question.kind in questions.SHOWN]:
            self.contested[match] = contested

    def count_table(self, group: str, asked: Iterable[Question]) -> None:
        self.tables.pop(group, None)
        if about_table := tuple(question for question in asked if question.match is None):
            self.tables[group] = about_table

    def count_tie(self, tie: str, asked: tuple[Question, ...]) -> None:
        self.ties.pop(tie, None)
        if asked:
            self.ties[tie] = asked

    def count_team(self, team: str, membership: Membership | None) -> None:
        if (before := self.teams.pop(team, None)) is not None:
            self.statuses[before.status] -= 1
        if membership is not None:
            self.teams[team] = membership
            self.statuses[membership.status] += 1

    def _add(self, share: Share, times: int) -> None:
        for name in ("scheduled", *share.names):
            self.matches[name] += times
        for counter, scorers in ((self.goals, share.scorers), (self.penalties, share.penalties)):
            for scorer in scorers:
                counter[scorer] += times
                if not counter[scorer]:
                    del counter[scorer]


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


def _feats(sheet: Sheet) -> tuple[Feat, ...]:
    """Say what of a match may be a record: it was played, and its result has goals.

    On neutral ground nobody wins at home or away.
    """
    result = sheet.result
    if sheet.play != "ended" or result is None or result.home is None or result.away is None:
        return ()
    feats = [("highest_scoring", result.home + result.away)]
    margin = result.home - result.away
    if not sheet.neutral and margin:
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
