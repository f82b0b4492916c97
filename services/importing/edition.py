"""Regulations of many editions become those of one: who is in its groups, who meets in its ties.

Without regulations nothing is made up: the tables have points and then a rule that is not known.
Who comes into a slot is what the file says: a team, the winner of a match that is numbered, a rank.
"""

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from events.regulations import (
    ByDraw,
    Criterion,
    EachGroup,
    Group,
    LoserOf,
    RankOf,
    Regulations,
    Round,
    Section,
    Source,
    Stage,
    Step,
    Team,
    Tie,
    TieStep,
    WinnerOf,
    ties_of,
)
from services.importing.names import Ids, id_of, numbered
from services.importing.spots import NoSpot, RoundSpot, TableSpot, spot_of
from services.importing.told import Match
from services.importing.where import Where, plain, round_key
from services.rows import Fault

ALONE = ("final", "thirdplace")
"""Rounds of one tie, which is called as its round."""

_WINNER = re.compile(r"(?:w|winner(?: of)?(?: match)?)\s*([0-9]{1,4})", re.I)
_LOSER = re.compile(r"(?:l|loser(?: of)?(?: match)?)\s*([0-9]{1,4})", re.I)
_RANK = re.compile(r"([1-9])(?:st|nd|rd|th)?\s*(?:group )?([a-z])", re.I)
_NAMED_RANK = re.compile(r"(winner|runners?-up)\s+(?:of )?group ([a-z0-9]{1,2})", re.I)
_OF_SEVERAL = re.compile(r"(?:[1-9](?:st|nd|rd|th)?\s*(?:group )?)?[a-z](?:/[a-z])+", re.I)
_NOBODY = frozenset({"tbd", "tba", "n.n.", "?"})


class Fielded(Struct):
    """A match, where it belongs, and of a tie which one."""

    match: Match
    spot: TableSpot | RoundSpot
    tie: str = ""


def is_team(name: str) -> bool:
    """Say whether a name is that of a team, and not what says who will come."""
    forms = (_WINNER, _LOSER, _RANK, _NAMED_RANK, _OF_SEVERAL)
    return name.lower() not in _NOBODY and not any(form.fullmatch(name) for form in forms)


def grouped(match: Match, groups: Mapping[str, Sequence[str]]) -> Match:
    """Put a match of a matchday into the group that both of its teams are in."""
    where = match.where
    if where.group or where.round:
        return match
    both = [name for name, teams in groups.items() if {match.home, match.away} <= set(teams)]
    return replace(match, where=replace(where, group=both[0])) if len(both) == 1 else match


def outline(matches: Sequence[Match]) -> Regulations:
    """Give the stages that a file speaks of, with rules that nobody has said."""
    tables: dict[str, str] = {}
    rounds: dict[str, list[Match]] = {}
    for match in matches:
        where = match.where
        if where.round and where.matchday is None and not where.group:
            rounds.setdefault(round_key(where.round), []).append(match)
        else:
            name = where.stage or ("group stage" if where.group else "league")
            tables.setdefault(plain(name), name)
    stages = [_stage(name, Section(id=id_of(name), name=name, each_group=EachGroup()))
              for name in tables.values()]  # fmt: skip
    if rounds:
        cup = tuple(_round(key, of_round) for key, of_round in rounds.items())
        name = "knock-out" if "knock-out" not in tables else "knock-out rounds"
        stages.append(_stage(name, Section(id=id_of(name), name=name, rounds=cup)))
    return Regulations(
        criteria=(Criterion(metric="points"), Criterion(metric="unknown")),
        stages=tuple(stages),
        notes=("The rules were not given: teams level on points (3 a win) stay level.",),
    )


def _stage(name: str, section: Section) -> Stage:
    return Stage(id=id_of(name), name=name, sections=(section,))


def _round(key: str, matches: Sequence[Match]) -> Round:
    """Give a round of two legs where the file speaks of legs, or two meet here and there."""
    met = {(match.home, match.away) for match in matches if not match.where.replay}
    is_double = any(match.where.leg for match in matches)
    is_double |= any((away, home) in met for home, away in met)
    steps: tuple[TieStep, ...] = ("aggregate", "extra_time", "shoot_out", "unknown")
    if any(match.where.replay for match in matches):
        steps = ("aggregate", "extra_time", "replay", "shoot_out", "unknown")
    return Round(
        id=id_of(matches[0].where.round),
        name=matches[0].where.round,
        legs=2 if is_double else 1,
        decided_by=tuple(Step(by=by) for by in steps),
    )


class Edition:
    """The regulations of an edition while its matches are being put into them."""

    def __init__(self, regulations: Regulations, ids: Ids) -> None:
        self._regulations = regulations
        self._ids = ids
        self.fielded: list[Fielded] = []
        self._teams: dict[tuple[str, str, str], list[str]] = {}
        self._spots: dict[tuple[str, str, str], TableSpot] = {}
        self._ties: dict[tuple[str, str, str], list[list[Fielded]]] = {}
        self._numbers: dict[int, Fielded] = {}
        self._group_ids: dict[tuple[str, str, str], str] = {}
        self._taken: set[str] = set()

    def field(self, match: Match) -> Fault | None:
        """Put a match where it belongs, or say why that is nowhere."""
        try:
            fielded = Fielded(match, spot_of(match.where, self._regulations))
        except NoSpot as wrong:
            return Fault(match.line, None, wrong.wrong)
        if isinstance(fielded.spot, TableSpot):
            wanting = [name for name in (match.home, match.away) if not is_team(name)]
            if wanting:
                return Fault(match.line, None, f"expected a team in a table, found {wanting[0]!r}")
            self._enter(fielded.spot, (match.home, match.away))
        else:
            self._pair(fielded, fielded.spot)
        self.fielded.append(fielded)
        if match.number is not None:
            self._numbers[match.number] = fielded
        return None

    def define(self, where: Where, teams: Sequence[str]) -> None:
        """Put teams into a group that the file lists, if it is one of these regulations."""
        try:
            spot = spot_of(where, self._regulations)
        except NoSpot:
            return
        if isinstance(spot, TableSpot):
            self._enter(spot, teams)

    def _enter(self, spot: TableSpot, teams: Sequence[str]) -> None:
        key = (spot.stage, spot.section, spot.group or plain(spot.name))
        there = self._teams.setdefault(key, [])
        self._spots.setdefault(key, spot)
        there += [id for id in map(self._ids.of, teams) if id not in there]

    def _pair(self, fielded: Fielded, spot: RoundSpot) -> None:
        of_round = self._ties.setdefault((spot.stage, spot.section, spot.round.id), [])
        pair = {fielded.match.home, fielded.match.away}
        for tie in of_round:
            if {tie[0].match.home, tie[0].match.away} == pair and any(map(is_team, pair)):
                tie.append(fielded)
                return
        of_round.append([fielded])

    def regulations(self) -> Regulations:
        """Give the regulations with the groups and the ties of the matches in them."""
        self._name_groups()
        self._name_ties()
        stages = [
            replace(stage, sections=tuple(self._section(stage.id, one) for one in stage.sections))
            for stage in self._regulations.stages
        ]
        return replace(self._regulations, stages=tuple(stages))

    def _name_groups(self) -> None:
        several = len({stage for stage, _, _ in self._spots}) > 1
        for key, spot in self._spots.items():
            wanted = id_of(spot.stage, spot.name) if several else id_of(spot.name)
            self._group_ids[key] = spot.group or numbered(wanted, self._group_ids.values())
        self._taken |= set(self._group_ids.values())

    def _name_ties(self) -> None:
        for (_, _, round_), ties in self._ties.items():
            for tie in ties:
                id = numbered(self._tie_id(round_, tie[0], len(ties)), self._taken)
                self._taken.add(id)
                for fielded in tie:
                    fielded.tie = id

    def _tie_id(self, round_: str, first: Fielded, ties: int) -> str:
        match = first.match
        if ties == 1 and round_key(match.where.round) in ALONE:
            return round_
        if is_team(match.home) and is_team(match.away):
            return id_of(round_, self._ids.of(match.home), self._ids.of(match.away))
        return id_of(round_, f"match {match.number}" if match.number else match.home + match.away)

    def _section(self, stage: str, section: Section) -> Section:
        listed = {group.id: group for group in section.groups}
        for key, spot in self._spots.items():
            if key[:2] == (stage, section.id):
                id = self._group_ids[key]
                group = listed.get(id) or Group(id=id, name=spot.name)
                listed[id] = group if group.teams else replace(group, teams=tuple(self._teams[key]))
        rounds = tuple(self._filled(stage, section.id, round_) for round_ in section.rounds)
        return replace(section, groups=tuple(listed.values()), rounds=rounds)

    def _filled(self, stage: str, section: str, round_: Round) -> Round:
        kept = round_.ties if self._is_foreseen() else ()
        known = {tie.id for tie in kept}
        ties = self._ties.get((stage, section, round_.id), [])
        made = (self._tie(tie[0]) for tie in ties if tie[0].tie not in known)
        return replace(round_, ties=(*kept, *made))

    def _is_foreseen(self) -> bool:
        """Say whether all ties of the file are ties of the regulations, whose bracket then stays.

        Else the file says who meets whom, from the first round to the last.
        """
        known = {tie.id for *_, tie in ties_of(self._regulations)}
        return all(tie[0].tie in known for ties in self._ties.values() for tie in ties)

    def _tie(self, first: Fielded) -> Tie:
        home, away = first.match.home, first.match.away
        if first.match.where.leg == 2:
            home, away = away, home
        return Tie(id=first.tie, slots=(self._source(home), self._source(away)))

    def _source(self, name: str) -> Source:
        if is_team(name):
            return Team(team=self._ids.of(name))
        for form, kind in ((_WINNER, WinnerOf), (_LOSER, LoserOf)):
            said = form.fullmatch(name)
            if said and (before := self._numbers.get(int(said[1]))) and before.tie:
                return kind(tie=before.tie)
        if said := _RANK.fullmatch(name) or _NAMED_RANK.fullmatch(name):
            first = said[1].lower()
            rank = int(first) if first.isdigit() else 1 if first == "winner" else 2
            letter = f"group {said[2].lower()}"
            groups = [
                self._group_ids[key]
                for key, spot in self._spots.items()
                if plain(spot.name) == letter
            ]
            if len(groups) == 1:
                return RankOf(group=groups[0], rank=rank)
        return ByDraw()
