"""A section as it is shown: its groups and rounds, who comes from it, and where they go."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from events.fields import Goals
from events.match import Result, Sheet
from events.play import Play
from events.regulations import LeadsTo, Round, Source
from projections import arrivals, claims, topics
from projections.bracket import Certainty, Filled, Holder, Pairing, holder_of, sharing
from projections.claims import Said
from projections.downstream import key_of_source
from projections.naming import TeamName, team_name
from projections.ranking import Separation
from projections.tie import DecidedBy, Pair, Status
from projections.values import RuledBerth

if TYPE_CHECKING:
    from projections.fold import Fold

GROUPS_MAX = 200
TIES_MAX = 128
TEAMS_MAX = 200
BERTHS_MAX = 200


class From(Struct, frozen=True, rename={"kind": "from"}):
    """Where the team of a slot comes from, with the name of what it comes from."""

    kind: str
    id: str | None = None
    name: str | None = None
    rank: int | None = None
    to: str | None = None


class Slot(Struct, frozen=True):
    slot: str
    source: From
    team: TeamName | None
    certainty: Certainty


class LegShown(Struct, frozen=True):
    match: str
    leg: int | None
    home: str
    away: str
    play: Play
    score: Goals | None
    result: Result | None
    shoot_out: Goals | None
    extra_time: bool
    extra_match: bool
    neutral: bool | None
    kick_off: str | None
    date: str | None


class TieShown(Struct, frozen=True):
    """The numbers are those of the first team and the second; null where they are not known."""

    tie: str
    name: str | None
    status: Status
    slots: tuple[Slot, Slot]
    teams: tuple[TeamName | None, TeamName | None]
    points: Pair | None
    aggregate: Pair | None
    winner: str | None
    decided_by: DecidedBy | None
    article: str | None
    under_protest: bool
    settled_by: tuple[str, ...]
    legs: tuple[LegShown, ...]


class StepShown(Struct, frozen=True):
    by: str
    article: str | None


class RoundShown(Struct, frozen=True):
    round: str
    name: str
    legs: int
    only_ranks: bool
    decided_by: tuple[StepShown, ...]
    ties: tuple[TieShown, ...]


class Bracket(Struct, frozen=True):
    section: str
    name: str
    stage: str
    stage_name: str
    assumed: tuple[str, ...]
    notes: tuple[str, ...]
    open_questions: tuple[str, ...]
    claims: tuple[Said, ...]
    rounds: tuple[RoundShown, ...]


class GroupShown(Struct, frozen=True):
    """`printed` says that its ranks are those of a published table."""

    group: str
    name: str
    status: str
    printed: bool
    teams: tuple[TeamName, ...]


class Placed(Struct, frozen=True):
    """A row of a table over several groups: who, from which group or tie, and what parts it from
    the row above."""

    rank: int
    team: TeamName
    origin: str
    separated_by: Separation | None


class OverallShown(Struct, frozen=True):
    """A table over several groups; without rows while it is not certain who is in it."""

    overall: str
    name: str
    status: str
    rows: tuple[Placed, ...]


class Counted(Struct, frozen=True):
    """A round in short: how many of its ties are decided."""

    round: str
    name: str
    only_ranks: bool
    ties: int
    decided: int


class BerthShown(Struct, frozen=True):
    """A place of a berth: who holds it, how certain that is, how it is earned, where it leads.

    `shared_by` are level teams that have one each of as many places, nobody says which.
    """

    berth: str
    name: str
    section: str
    section_name: str
    place: int
    source: From | None
    team: TeamName | None
    certainty: Certainty
    shared_by: tuple[TeamName, ...]
    leads_to: LeadsTo | None


class Section(Struct, frozen=True):
    """`teams` are the clubs that come from here; `berths` lead on from here."""

    section: str
    name: str
    stage: str
    stage_name: str
    organiser: str | None
    assumed: tuple[str, ...]
    notes: tuple[str, ...]
    groups: tuple[GroupShown, ...]
    overall: tuple[OverallShown, ...]
    rounds: tuple[Counted, ...]
    teams: tuple[TeamName, ...]
    berths: tuple[BerthShown, ...]


class Berths(Struct, frozen=True):
    """`count` tells how many places there are, also where only the last stages' are listed."""

    count: int
    berths: tuple[BerthShown, ...]


def render_bracket(fold: "Fold", section: str) -> Bracket | None:
    placed = fold.setting.placed.get(section)
    if placed is None or not placed[1].rounds:
        return None
    stage, ruled = placed
    rounds = tuple(_round(fold, each) for each in ruled.rounds)
    pairings = (pairing for round_ in ruled.rounds for pairing in _pairings(fold, round_))
    asked = [question for pairing in pairings for question in pairing.questions]
    return Bracket(
        section=section,
        name=ruled.name,
        stage=stage.id,
        stage_name=stage.name,
        assumed=ruled.assumed,
        notes=ruled.notes,
        open_questions=tuple(q.message for q in (*asked, *arrivals.twice_in(fold, section))),
        claims=claims.about(fold, topics.bracket(section)),
        rounds=rounds,
    )


def render_section(fold: "Fold", section: str) -> Section | None:
    placed = fold.setting.placed.get(section)
    if placed is None:
        return None
    stage, ruled = placed
    earned = fold.setting.berths_in(section)
    return Section(
        section=section,
        name=ruled.name,
        stage=stage.id,
        stage_name=stage.name,
        organiser=ruled.organiser,
        assumed=ruled.assumed,
        notes=ruled.notes,
        groups=tuple(_groups(fold, section)),
        overall=tuple(_overall(fold, each.id) for each in ruled.overall),
        rounds=tuple(_counted(fold, each) for each in ruled.rounds),
        teams=tuple(team_name(fold, team) for team in islice(fold.teams_from(section), TEAMS_MAX)),
        berths=tuple(islice(_berths(fold, earned), BERTHS_MAX)),
    )


def render_berths(fold: "Fold") -> Berths:
    """List the berths of the last stages first, as they are what a competition is about."""
    setting = fold.setting
    shown = _berths(fold, reversed(setting.berths.values()))
    return Berths(setting.berths_count, tuple(islice(shown, BERTHS_MAX)))


# Parts


def _round(fold: "Fold", round_: Round) -> RoundShown:
    return RoundShown(
        round_.id,
        round_.name,
        round_.legs,
        round_.only_ranks,
        tuple(StepShown(step.by, step.article) for step in round_.decided_by),
        tuple(_tie(fold, pairing) for pairing in islice(_pairings(fold, round_), TIES_MAX)),
    )


def _pairings(fold: "Fold", round_: Round) -> Iterator[Pairing]:
    for tie in round_.ties:
        if (pairing := fold.pairing(tie.id)) is not None:
            yield pairing


def _tie(fold: "Fold", pairing: Pairing) -> TieShown:
    tie, settled = pairing.rules.tie, pairing.settled
    first, second = pairing.teams
    return TieShown(
        tie=tie.id,
        name=tie.name,
        status=settled.status,
        slots=(_slot(fold, pairing.slots[0]), _slot(fold, pairing.slots[1])),
        teams=(_named(fold, first), _named(fold, second)),
        points=settled.points,
        aggregate=settled.aggregate,
        winner=settled.winner,
        decided_by=settled.decided_by,
        article=settled.article,
        under_protest=pairing.under_protest,
        settled_by=settled.settled_by,
        legs=tuple(_leg(sheet) for sheet in pairing.sheets),
    )


def _named(fold: "Fold", team: str | None) -> TeamName | None:
    return team_name(fold, team) if team is not None else None


def _slot(fold: "Fold", filled: Filled) -> Slot:
    source = source_shown(fold, filled.source)
    return Slot(filled.slot, source, _named(fold, filled.team), filled.certainty)


def source_shown(fold: "Fold", source: Source) -> From:
    said: dict[str, Any] = msgspec.to_builtins(source)
    kind = said["from"]
    key = key_of_source(source)
    _, _, id = (key or "").partition("/")
    rank = said.get("rank") or said.get("place")
    return From(kind, id or None, _name_of(fold, key) if key else None, rank, said.get("to"))


def _name_of(fold: "Fold", key: str) -> str | None:
    kind, _, id = key.partition("/")
    if kind == "team":
        return team_name(fold, id).name
    if kind == "group":
        if (overall := fold.setting.overall.get(id)) is not None:
            return overall.overall.name
        formed = fold.formed(id)
        return formed.name if formed else None
    if kind == "tie":
        rules = fold.setting.ties.get(id)
        return (rules.tie.name or rules.round.name) if rules else None
    berth = fold.setting.berths.get(id)
    return berth.name if berth else None


def _leg(sheet: Sheet) -> LegShown:
    return LegShown(
        sheet.match,
        sheet.leg,
        sheet.home,
        sheet.away,
        sheet.play,
        sheet.score,
        sheet.result,
        sheet.shoot_out,
        sheet.extra_time,
        sheet.extra_match,
        sheet.neutral,
        sheet.kick_off,
        sheet.date or sheet.happened,
    )


def _groups(fold: "Fold", section: str) -> Iterator[GroupShown]:
    for group in islice(fold.groups_in(section), GROUPS_MAX):
        table = fold.table(group)
        if table is not None:
            teams = tuple(team_name(fold, team) for team in table.formed.teams)
            printed = table.adopted is not None and bool(table.ranked.ranks)
            yield GroupShown(group, table.formed.name, table.status, printed, teams)


def _overall(fold: "Fold", id: str) -> OverallShown:
    table = fold.overall(id)
    assert table is not None, "the regulations name it"
    rows = (
        Placed(
            tier.rank,
            team_name(fold, team),
            table.entrants[team],
            tier.separated_by if team == tier.teams[0] else None,
        )
        for tier in table.tiers
        for team in tier.teams
    )
    shown = tuple(islice(rows, TEAMS_MAX))
    return OverallShown(id, table.ruled.overall.name, table.status, shown)


def _counted(fold: "Fold", round_: Round) -> Counted:
    decided = sum(pairing.settled.status == "decided" for pairing in _pairings(fold, round_))
    return Counted(round_.id, round_.name, round_.only_ranks, len(round_.ties), decided)


def _berths(fold: "Fold", berths: Iterable[RuledBerth]) -> Iterator[BerthShown]:
    for berth in berths:
        for place, (holder, level) in enumerate(_holders(fold, berth), 1):
            source = berth.sources[place - 1] if berth.sources else None
            yield BerthShown(
                berth.berth,
                berth.name,
                berth.section.id,
                berth.section.name,
                place,
                source_shown(fold, source) if source else None,
                _named(fold, holder.team),
                holder.certainty,
                tuple(team_name(fold, team) for team in level),
                berth.leads_to,
            )


def _holders(fold: "Fold", berth: RuledBerth) -> tuple[tuple[Holder, tuple[str, ...]], ...]:
    """Give who holds each place of a berth, and who shares it: of hundreds, one has changed."""
    kept, name = fold.totals_so_far.holders, berth.berth
    if name not in kept:
        places = range(1, max(len(berth.sources), 1) + 1)
        kept[name] = tuple(
            (holder_of(fold, name, place), sharing(fold, name, place)) for place in places
        )
    return kept[name]
