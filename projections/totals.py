"""What all matches come to, kept up to date by what each one that changed adds.

A competition has thousands of matches and a goal changes one of them; so what a
match added before is taken away, and what it adds now is added.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from events.match import Match, Sheet, facts_that_stand
from events.types import GoalScored, ResultAnnulled
from projections import questions
from projections.questions import Question

Scorer = tuple[str, str]
"""A player, and the team that the goals were for."""


class Share(Struct, frozen=True):
    """What one match adds."""

    begun: bool = False
    in_play: bool = False
    played: bool = False
    counted: bool = False
    with_score: bool = False
    with_scorers: bool = False
    scorers: tuple[Scorer, ...] = ()
    penalties: tuple[Scorer, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        flags = ("begun", "in_play", "played", "counted", "with_score", "with_scorers")
        return tuple(name for name in flags if getattr(self, name))


class Totals:
    """`matches` counts those that are scheduled, begun, being played, played and so on."""

    def __init__(self) -> None:
        self.matches: Counter[str] = Counter()
        self.goals: Counter[Scorer] = Counter()
        self.penalties: Counter[Scorer] = Counter()
        self.live: dict[str, int] = {}
        self.contested: dict[str, list[Question]] = {}
        self.tables: dict[str, tuple[Question, ...]] = {}
        self.ties: dict[str, tuple[Question, ...]] = {}
        self._shares: dict[str, Share] = {}

    def count_match(self, played: Match, sheet: Sheet | None) -> None:
        match = played.match
        if (before := self._shares.pop(match, None)) is not None:
            self._add(before, -1)
        self.live.pop(match, None)
        self.contested.pop(match, None)
        if sheet is None:
            return
        share = self._shares[match] = share_of(played, sheet)
        self._add(share, 1)
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

    def _add(self, share: Share, times: int) -> None:
        for name in ("scheduled", *share.names):
            self.matches[name] += times
        for counter, scorers in ((self.goals, share.scorers), (self.penalties, share.penalties)):
            for scorer in scorers:
                counter[scorer] += times
                if not counter[scorer]:
                    del counter[scorer]


def share_of(played: Match, sheet: Sheet) -> Share:
    is_played = sheet.play == "ended"
    is_awarded = sheet.standing == "awarded"
    result = sheet.result if is_played or is_awarded else None
    with_score = result is not None and result.home is not None
    goals = sheet.goals if _counts_for_scorers(played, sheet) else ()
    return Share(
        begun=sheet.play in ("in_play", "suspended", "abandoned", "ended"),
        in_play=sheet.play == "in_play",
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
    )


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
