"""What a check reads and what it answers, and the questions that several checks ask.

A check reads `State` and nothing else. What it asks here returns if all is well, and raises
Refused with what to do if not.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Literal, Protocol

from msgspec import Struct

from events.errors import Refused
from events.fields import Names, Order
from events.match import Match, Sheet
from events.play import Play
from events.possible import said_source
from events.regulations import (
    Allotted,
    BerthOf,
    BestOf,
    LoserOf,
    RankOf,
    Source,
    Team,
    WinnerOf,
)
from events.types import Event

Pair = tuple[str | None, str | None]


class Warned(Struct, frozen=True, omit_defaults=True):
    """Something odd about a fact that was recorded all the same; `path` is where, in the fact."""

    code: str
    message: str
    path: str | None = None


class State(Protocol):
    """What a check reads. Everything about one match is in its version, the rest in the
    competition's; but what a tie says follows from matches of the whole competition.

    `play_of` is the `play` of a match's sheet, for who needs no more of it. `group` gives the
    teams of a group; only the next three draw up its table. `ranked_by_results` is False where not
    all results are held, and what was printed or decided ranks its teams. `competition_facts` gives
    the one with an id and all that correct it, in the order of the log. `merged_into` is the
    person that another one counts as, `left` how a team went that takes part no more, `names_of`
    how it was entered. `shows_claims` says whether a view shows what is claimed about a topic. What
    is asked of all that is open draws up every table, and is None where there are too many.
    `overall_teams` are those in a table over several groups as far as they are certain, `entering`
    is where they come from one by one. The last eleven speak of ties and berths:

    `tie` gives the teams of its two slots as far as they are certain, else as its matches name
    them, and None where the regulations have no such tie. `tie_is_level` says whether all its
    matches have a result that stands, and no step before lots and extra match has decided it.
    `round_of` gives what fills each slot of all ties of the same round, and the team that is
    certain to come, `comes_from` the one that is certain to come from any source. `slots` gives
    what fills each slot of a tie, by the newest draw or assignment or else by the regulations,
    `open_slots` only those of which it is still to be known who comes, `ruled_slots` what the
    regulations alone say; `earned_by` gives what earns a place
    of a berth, unless that was granted. `legs` gives each leg that the tie has, with the match
    scheduled as it, unless that counts for nothing; a match of which the leg is not known is the
    only one of a single match. `left_behind` counts what is recorded about each group, tie and
    berth that would be gone, were only these keys ruled: `group/<id>` and so on.
    """

    @property
    def closed(self) -> bool: ...
    def match_of(self, match: str) -> Match | None: ...
    def play_of(self, match: str) -> Play | None: ...
    def sheet(self, match: str) -> Sheet | None: ...
    def group(self, group: str) -> tuple[str, ...] | None: ...
    def order(self, group: str) -> tuple[tuple[str, ...], ...]: ...
    def ranked_by_results(self, group: str) -> bool: ...
    def open_questions(self, group: str) -> tuple[str, ...]: ...
    def all_open_questions(self) -> Sequence[str] | None: ...
    def has_team(self, team: str) -> bool: ...
    def left(self, team: str) -> Literal["withdrawn", "excluded"] | None: ...
    def names_of(self, team: str) -> Names | None: ...
    def has_person(self, person: str) -> bool: ...
    def shows_claims(self, topic: str) -> bool: ...
    def merged_into(self, person: str) -> str | None: ...
    def has_section(self, stage: str | None, section: str | None) -> bool: ...
    def competition_facts(self, id: str) -> Sequence[Event]: ...
    def overall_teams(self, overall: str) -> tuple[str, ...] | None: ...
    def entering(self, overall: str) -> Sequence[Source]: ...
    def tie(self, tie: str) -> Pair | None: ...
    def tie_is_level(self, tie: str) -> bool: ...
    def round_of(self, tie: str) -> Mapping[str, tuple[Source, str | None]]: ...
    def comes_from(self, source: Source) -> str | None: ...
    def slots(self, tie: str) -> Mapping[str, Source]: ...
    def left_behind(self, ruled: Set[str]) -> Mapping[str, int]: ...
    def open_slots(self, tie: str) -> Mapping[str, Source]: ...
    def ruled_slots(self, tie: str) -> Sequence[Source]: ...
    def earned_by(self, berth: str, place: int) -> Source | None: ...
    def legs(self, tie: str) -> Mapping[int, str | None]: ...
    def has_berth(self, berth: str) -> bool: ...


# Groups, ties and sections


def known_group(group: str, state: State) -> tuple[str, ...]:
    teams = state.group(group)
    if teams is None:
        raise Refused(f"there is no group {group}; form it first (group_formed)", group=group)
    return teams


def known_tie(tie: str, state: State) -> Pair:
    teams = state.tie(tie)
    if teams is None:
        raise Refused(
            f"there is no tie {tie}; name one of the regulations, or amend them first "
            "(regulations_amended)",
            tie=tie,
        )
    return teams


def known_berth(berth: str, state: State) -> None:
    if not state.has_berth(berth):
        raise Refused(
            f"there is no berth {berth}; name one of the regulations, or amend them first "
            "(regulations_amended)",
            berth=berth,
        )


def known_overall(overall: str, state: State) -> None:
    if state.overall_teams(overall) is None:
        raise Refused(
            f"there is no table {overall} over several groups; name one of the regulations, or "
            "amend them first (regulations_amended)",
            overall=overall,
        )


def known_section(stage: str | None, section: str | None, state: State) -> None:
    if not state.has_section(stage, section):
        named = [f"section {section}"] if section else []
        place = " in ".join([*named, f"stage {stage}"] if stage else named)
        raise Refused(
            f"the regulations have no {place}; name one that they have",
            stage=stage,
            section=section,
        )


def group_or_tie(group: str | None, tie: str | None) -> None:
    """Refuse a decision about both, or about neither."""
    if (group is None) == (tie is None):
        raise Refused("name the group or the tie whose teams are level, one of the two")


def no_match(id: str, path: str, state: State) -> None:
    """Matches, groups and ties never share an id."""
    if state.match_of(id) is not None:
        raise Refused(f"{id} is the id of a match; choose another", path=path, id=id)


# Teams


def known_teams(teams: Sequence[str], state: State) -> None:
    for team in teams:
        if not state.has_team(team):
            raise Refused(f"there is no team {team}; enter it first (team_entered)", team=team)


def known_source(source: Source, state: State) -> None:
    match source:
        case Team(team=team):
            known_teams((team,), state)
        case RankOf(group=group):
            known_group(group, state)
        case WinnerOf(tie=tie) | LoserOf(tie=tie):
            known_tie(tie, state)
        case BerthOf(berth=berth):
            known_berth(berth, state)
        case BestOf(overall=overall) | Allotted(overall=overall):
            known_overall(overall, state)


def in_table(teams: Sequence[str], group: str, state: State) -> None:
    """A team that left the group stays in its table as long as it has a match there."""
    known = known_group(group, state)
    if not set(teams) <= set(known):
        known = tuple(team for tier in state.order(group) for team in tier)
    among(teams, known, group)


def among(teams: Sequence[str], known: Sequence[str], group: str) -> None:
    for team in teams:
        if team not in known:
            raise Refused(f"{team} is not in {group}", team=team, group=group)


def of_the_tie(teams: Sequence[str], tie: str, state: State) -> None:
    """Refuse teams that are not those of a tie, as far as these are known."""
    slots = known_tie(tie, state)
    known = [team for team in slots if team is not None]
    strangers = [team for team in teams if team not in known]
    if len(strangers) > len(slots) - len(known):
        raise Refused(
            f"{tie} is between {' and '.join(team or 'somebody' for team in slots)}, and "
            f"{strangers[0]} is not one of them; name its teams, or decide first who is in its "
            "slots (slot_assigned)",
            team=strangers[0],
            tie=tie,
        )


def warn_of_open_slots(tie: str, state: State) -> list[Warned]:
    """Warn where it is still to be known who comes into a slot."""
    return [
        Warned(
            "slot-open",
            f"nobody is known yet to come into {slot}, which {said_source(source)} fills; look for "
            "what is still to be recorded before this",
        )
        for slot, source in state.open_slots(tie).items()
    ]


# Orders


def tiers(order: Order) -> tuple[tuple[str, ...], ...]:
    return tuple((tier,) if isinstance(tier, str) else tuple(sorted(tier)) for tier in order)


def refines(order: tuple[tuple[str, ...], ...], coarser: tuple[tuple[str, ...], ...]) -> bool:
    """Say whether an order parts only teams that another one leaves level."""
    left = list(order)
    for tier in coarser:
        found: set[str] = set()
        while left and found < set(tier):
            found.update(left.pop(0))
        if found != set(tier):
            return False
    return not left


def flat(order: Order) -> tuple[str, ...]:
    return tuple(team for tier in tiers(order) for team in tier)


def written(order: tuple[tuple[str, ...], ...]) -> str:
    return " > ".join(" = ".join(tier) for tier in order)
