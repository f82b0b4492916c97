"""What is still open: each question is a sentence about one match or one table.

Some only hold a table back (a match being played, a result that is missing);
the others are shown, because somebody has to decide them.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from events.match import Sheet
from events.possible import said_source
from events.regulations import Source, tie_of_slot
from projections import topics
from projections.ranking import DECIDERS, Tier

if TYPE_CHECKING:
    from projections.fold import Fold

Kind = Literal[
    "in_play",
    "missing",
    "unconfirmed",
    "disputed",
    "protest",
    "level",
    "finalised_differs",
    "slot_differs",
    "slot_open",
    "extra_match_differs",
    "berth_differs",
    "stands_twice",
]

CONSEQUENCES: frozenset[Kind] = frozenset(
    {
        "finalised_differs",
        "slot_differs",
        "slot_open",
        "extra_match_differs",
        "berth_differs",
        "stands_twice",
    }
)
"""What was played or made final, and is no longer as it was when a result changed."""
SHOWN: frozenset[Kind] = CONSEQUENCES.union(("disputed", "protest", "level"))
QUESTIONS_MAX = 200

_AMONG_LEVEL = {"lots": "lots among them", "extra_match": "an extra match between them"}
_AMONG_MORE = {**_AMONG_LEVEL, "extra_match": "extra matches between them"}
_WAYS = {
    "lots": "lots",
    "extra_match": "an extra match",
    "replay": "a replay",
    "extra_time": "extra time",
    "shoot_out": "a shoot-out",
    "higher_rank": "the higher rank",
    "ruling": "a ruling",
}


class Question(Struct, frozen=True):
    """`organiser` is whose section it is: who has lots drawn, orders a match, or rules."""

    kind: Kind
    about: str
    group: str | None
    match: str | None
    teams: tuple[str, ...]
    settled_by: tuple[str, ...]
    message: str
    ranks: tuple[int, ...] = ()
    tie: str | None = None
    organiser: str | None = None


class Listed(Struct, frozen=True):
    """A question in the list of all of them."""

    kind: Kind
    about: str
    group: str | None
    tie: str | None
    match: str | None
    teams: tuple[str, ...]
    settled_by: tuple[str, ...]
    organiser: str | None
    message: str


class OpenQuestions(Struct, frozen=True):
    count: int
    questions: tuple[Listed, ...]


def render(fold: "Fold") -> OpenQuestions:
    """List those about tables by group, then about ties, about matches, and about sections."""
    totals = fold.totals
    questions = (question for about in totals.asked for question in totals.questions[about])
    listed = (
        Listed(
            q.kind, q.about, q.group, q.tie, q.match, q.teams, q.settled_by, q.organiser, q.message
        )
        for q in islice(questions, QUESTIONS_MAX)
    )
    return OpenQuestions(totals.questions_count, tuple(listed))


# About a match


def of_match(sheet: Sheet, *, confirms: bool) -> list[Question]:
    """Say what keeps a match from counting for good; `confirms` where results are confirmed."""
    return [_about_match(sheet, kind, message) for kind, message in _holding(sheet, confirms)]


def _holding(sheet: Sheet, confirms: bool) -> Iterator[tuple[Kind, str]]:
    if sheet.play == "in_play":
        yield "in_play", f"match {sheet.match} is being played"
    elif _is_missing(sheet):
        yield "missing", f"the result of match {sheet.match} is missing"
    if confirms and sheet.standing == "provisional":
        yield "unconfirmed", f"the result of match {sheet.match} is not confirmed"
    if sheet.disputed:
        yield (
            "disputed",
            f"match {sheet.match} is disputed: what is written and what was counted differ; "
            "correct one of them, or confirm the result",
        )
    if sheet.under_protest:
        yield "protest", f"a protest about match {sheet.match} waits for a decision"


def _is_missing(sheet: Sheet) -> bool:
    """An extra match is not part of the table, so the table does not miss it.

    Nor does anybody miss what nobody knows any more.
    """
    return is_awaited(sheet) and not sheet.extra_match


def is_awaited(sheet: Sheet) -> bool:
    """Say whether a match is still to have a result."""
    expected = sheet.play not in ("not_played", "unknown") and sheet.standing != "annulled"
    return sheet.result is None and expected


def is_contested(sheet: Sheet) -> bool:
    """Say whether somebody contests what a match came to; one that is being played has yet to."""
    return sheet.under_protest or (sheet.disputed and sheet.play != "in_play")


def _about_match(sheet: Sheet, kind: Kind, message: str) -> Question:
    return Question(
        kind=kind,
        about=topics.matches(sheet.match),
        group=sheet.group,
        match=sheet.match,
        teams=(sheet.home, sheet.away),
        settled_by=("ruling",) if kind == "protest" else (),
        message=message,
    )


# About a table


def level(group: str, tier: Tier, organiser: str | None) -> Question:
    """Ask who stands where among level teams, when it matters: what the rules then ask for says it,
    else a ruling.
    """
    asked = (each for each in tier.level_by if each.because == "not_decided")
    named: dict[str, str | None] = {each.criterion: each.article for each in asked}
    settled_by = tuple(decider for decider in DECIDERS if decider in named) or ("ruling",)
    among = _AMONG_LEVEL if len(tier.teams) == 2 else _AMONG_MORE
    ways = _listed_ways(settled_by, {**_WAYS, **among}, named, organiser)
    first, last = tier.ranks
    places = f"places {first} and {last}" if last == first + 1 else f"places {first} to {last}"
    return Question(
        kind="level",
        about=topics.standings(group),
        group=group,
        match=None,
        teams=tier.teams,
        settled_by=settled_by,
        message=f"{_listed(tier.teams)} are level for {places} of {group}, settled by {ways}",
        ranks=tuple(range(first, last + 1)),
        organiser=organiser,
    )


def finalised_differs(group: str, position: int) -> Question:
    return Question(
        kind="finalised_differs",
        about=topics.standings(group),
        group=group,
        match=None,
        teams=(),
        settled_by=("ruling",),
        message=f"the table of {group} is no longer the one finalised at position {position}; "
        "finalise it again, or record the decision that restores it",
    )


# About a tie


def level_tie(
    section: str,
    tie: str,
    teams: tuple[str, ...],
    settled_by: tuple[str, ...],
    articles: Mapping[str, str | None],
    organiser: str | None,
) -> Question:
    """Ask who goes through in a tie that its matches left level."""
    ways = _listed_ways(settled_by, _WAYS, articles, organiser)
    return Question(
        kind="level",
        about=topics.bracket(section),
        group=None,
        match=None,
        teams=teams,
        settled_by=settled_by,
        message=f"{_listed(teams)} are level in the tie {tie}, settled by {ways}",
        tie=tie,
        organiser=organiser,
    )


def slot_differs(section: str, tie: str, team: str, playing: tuple[str | None, ...]) -> Question:
    """Say that a match was fixed for other teams than those who now come into the tie."""
    teams = tuple(name for name in playing if name is not None)
    return Question(
        kind="slot_differs",
        about=topics.bracket(section),
        group=None,
        match=None,
        teams=(team, *teams),
        settled_by=("ruling",),
        message=f"{team} comes into the tie {tie} as things are now, but its matches are those of "
        f"{_listed(teams)}; assign the slot, or correct what put {team} there",
        tie=tie,
    )


def slot_open(
    section: str, slot: str, tie: str, source: Source, playing: tuple[str | None, ...]
) -> Question:
    """Say that a tie was played, and it is open who comes into one of its slots."""
    teams = tuple(name for name in playing if name is not None)
    return Question(
        kind="slot_open",
        about=topics.bracket(section),
        group=None,
        match=None,
        teams=teams,
        settled_by=("ruling",),
        message=f"the tie {tie} was played by {_listed(teams)}, and it is open who comes into "
        f"{slot}, which {said_source(source)} fills; record what is missing, or assign the slot",
        tie=tie,
    )


def stands_twice(section: str, team: str, slot: str, other: str) -> Question:
    """Say that a team has come into two slots of a round."""
    return Question(
        kind="stands_twice",
        about=topics.bracket(section),
        group=None,
        match=None,
        teams=(team,),
        settled_by=("ruling",),
        message=f"{team} stands twice in a round, in {slot} and in {other}; put somebody else into "
        "one of them (slot_assigned, draw_held), or correct what put it there",
        tie=tie_of_slot(slot),
    )


# About an extra match, or a berth


def extra_match_differs(
    about: str, sheet: Sheet, *, group: str | None = None, tie: str | None = None
) -> Question:
    """Say that an extra match was played by two who are parted without it."""
    teams = (sheet.home, sheet.away)
    return Question(
        kind="extra_match_differs",
        about=about,
        group=group,
        match=None,
        teams=teams,
        settled_by=("ruling",),
        message=f"the extra match {sheet.match} was played by {_listed(teams)}, who are parted "
        f"without it in {group or tie} as things are now, and decides nothing; annul it, or "
        "correct what parts them",
        tie=tie,
    )


def berth_differs(section: str, berth: str, team: str) -> Question:
    """Say that who holds a berth is not among those who play where it leads."""
    return Question(
        kind="berth_differs",
        about=topics.section(section),
        group=None,
        match=None,
        teams=(team,),
        settled_by=("ruling",),
        message=f"{team} holds the berth {berth} as things are now, which leads to {section}, "
        "where others play and it does not; grant the berth, form the groups again, or correct "
        f"what gave it to {team}",
    )


def _listed_ways(
    settled_by: tuple[str, ...],
    said: Mapping[str, str],
    articles: Mapping[str, str | None],
    organiser: str | None,
) -> str:
    named = {**said, "ruling": f"a ruling by {organiser}"} if organiser else said
    return " or ".join(_with_article(named[way], articles.get(way)) for way in settled_by)


def _with_article(way: str, article: str | None) -> str:
    return f"{way} (article {article})" if article else way


def _listed(teams: tuple[str, ...]) -> str:
    return f"{', '.join(teams[:-1])} and {teams[-1]}" if len(teams) > 1 else "".join(teams)
