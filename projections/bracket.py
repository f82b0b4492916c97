"""The ties of a section as they stand: who is in their slots, how they stand, what is open.

A slot is filled as soon as it is certain who comes into it, and never before. A result that
changes afterwards changes the slot; where a match was played by a team that would no longer have
been there, or of whom it is open again, the match stays, and that is an open question. What is
contested is so for all that hangs on it: whoever comes from there, however far down, is not certain
to have come.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from events.match import Sheet
from events.regulations import (
    Allotted,
    BerthOf,
    BestOf,
    ByDraw,
    Bye,
    ByRuling,
    LoserOf,
    RankOf,
    Source,
    Team,
    Unknown,
    WinnerOf,
    slot_of,
)
from events.types import BerthGranted, DrawHeld, SlotAssigned, TieDecided
from projections import questions, topics
from projections.overall import Overall, overall_of, whole_overall
from projections.questions import Kind, Question
from projections.settled import ranking_of, settled_of
from projections.table import Table
from projections.tie import Settled
from projections.values import RuledTie

if TYPE_CHECKING:
    from projections.known import Known

Certainty = Literal["open", "certain", "under_protest", "ruled", "unknown"]

CHAIN_MAX = 64
"""How many ties may wait for one another before a slot counts as open."""
_CONTESTING: frozenset[Kind] = frozenset({"slot_differs", "slot_open"})


class Holder(Struct, frozen=True):
    """Who holds a berth, or comes from a source, and how certain that is.

    `contested` says that somebody contests what decides it, also where it is nobody yet.
    """

    team: str | None = None
    certainty: Certainty = "open"
    contested: bool = False


class Filled(Struct, frozen=True):
    """What fills a slot: its source, and who comes from there."""

    slot: str
    source: Source
    team: str | None = None
    certainty: Certainty = "open"
    contested: bool = False


class Pairing(Struct, frozen=True):
    """A tie as it stands. `teams` are in the order of the slots, as far as they are known.

    It is `contested` where a match of it is, or what its slots hang on, or where its matches are
    of others than those who now come into it, or were played and it is open who comes.
    """

    rules: RuledTie
    slots: tuple[Filled, Filled]
    teams: tuple[str | None, str | None]
    sheets: tuple[Sheet, ...]
    settled: Settled
    contested: bool
    questions: tuple[Question, ...]

    @property
    def under_protest(self) -> bool:
        """Say whether it is decided, and contested who goes through."""
        return self.contested and self.settled.status == "decided"

    @property
    def loser(self) -> str | None:
        winner = self.settled.winner
        others = [team for team in self.teams if team != winner]
        return others[0] if winner is not None and len(others) == 1 else None


class Reading:
    """One look at a bracket: each tie is looked at once, however many slots wait for it.

    A tie that waits for itself, as a draw may have it, finds itself under way.
    """

    def __init__(self) -> None:
        self.done: dict[str, Pairing] = {}
        self.under_way: list[str] = []


def pairing_of(fold: "Known", rules: RuledTie, reading: Reading | None = None) -> Pairing:
    tie, reading = rules.tie, reading or Reading()
    reading.under_way.append(tie.id)
    slots = (_filled(fold, rules, 1, reading), _filled(fold, rules, 2, reading))
    reading.under_way.pop()
    matches = tuple(fold.matches_in(f"tie/{tie.id}"))
    ranking = ranking_of(fold, rules.round)
    sources = (rules, slots, fold.held(f"tie/{tie.id}"), matches, fold.setting, ranking)
    pairing = fold.kept.pairings.of(tie.id, sources, lambda: _paired(fold, rules, slots))
    reading.done[tie.id] = pairing
    return pairing


def _paired(fold: "Known", rules: RuledTie, slots: tuple[Filled, Filled]) -> Pairing:
    played = [fold.sheet(match.match) for match in fold.matches_in(f"tie/{rules.tie.id}")]
    sheets = tuple(sorted((sheet for sheet in played if sheet), key=_order_of_play))
    teams = _teams(slots, sheets)
    settled, contested = settled_of(fold, rules, slots, teams, sheets)
    asked = tuple(_questions(fold, rules, slots, teams, sheets, settled))
    contested = contested or any(slot.contested for slot in slots)
    contested = contested or any(question.kind in _CONTESTING for question in asked)
    return Pairing(rules, slots, teams, sheets, settled, contested, asked)


def _order_of_play(sheet: Sheet) -> tuple[bool, int]:
    return sheet.extra_match, sheet.leg or 0


def _teams(slots: tuple[Filled, Filled], sheets: Sequence[Sheet]) -> tuple[str | None, str | None]:
    """Who plays: those of the matches where there are any, in the order of the slots."""
    first, second = slots[0].team, slots[1].team
    if not sheets:
        return first, second
    home, away = sheets[0].home, sheets[0].away
    turned = first == away or second == home or (first != home and sheets[0].leg == 2)
    return (away, home) if turned else (home, away)


# Slots and berths


def _filled(fold: "Known", rules: RuledTie, side: Literal[1, 2], reading: Reading) -> Filled:
    source, is_assigned = _source_of(fold, rules, side)
    holder = _holder_of(fold, source, reading)
    is_ruled = is_assigned and holder.team is not None and holder.certainty == "certain"
    certainty = "ruled" if is_ruled else holder.certainty
    slot = slot_of(rules.tie.id, side)
    return Filled(slot, source, holder.team, certainty, holder.contested)


def sources_of(fold: "Known", rules: RuledTie) -> dict[str, Source]:
    """Give what fills each slot of a tie, by the newest word about it or else by the rules."""
    sides: tuple[Literal[1], Literal[2]] = (1, 2)
    return {slot_of(rules.tie.id, side): _source_of(fold, rules, side)[0] for side in sides}


def _source_of(fold: "Known", rules: RuledTie, side: Literal[1, 2]) -> tuple[Source, bool]:
    """Give what fills a slot, by the rules or the newest draw, and whether a decision said so."""
    slot = slot_of(rules.tie.id, side)
    source, is_assigned = rules.tie.slots[side - 1], False
    for fact in fold.held(f"tie/{rules.tie.id}").standing():
        if isinstance(fact, DrawHeld):
            placed = [place.filled_by for place in fact.slots if place.slot == slot]
            source, is_assigned = (placed[-1], False) if placed else (source, is_assigned)
        elif isinstance(fact, SlotAssigned) and fact.slot == slot:
            source, is_assigned = fact.filled_by, True
    return source, is_assigned


def _holder_of(fold: "Known", source: Source, reading: Reading) -> Holder:
    match source:
        case Team(team=team):
            return Holder(team, "certain")
        case RankOf(group=group, rank=rank):
            return _ranked(fold.table(group), rank)
        case WinnerOf(tie=tie) | LoserOf(tie=tie):
            return _through(fold, tie, reading, wins=isinstance(source, WinnerOf))
        case BerthOf(berth=berth, place=place):
            return holder_of(fold, berth, place, reading)
        case Unknown():
            return Holder(None, "unknown")
        case Bye():
            return Holder(None, "certain")
        case BestOf(overall=overall) | Allotted(overall=overall):
            return _best(overall_at(fold, overall, reading), source)
        case ByDraw() | ByRuling():
            return Holder()


def overall_at(fold: "Known", overall: str, reading: Reading | None = None) -> Overall | None:
    """Give a table over several groups, or over who lost in a round."""
    ruled = fold.setting.overall.get(overall)
    if ruled is None:
        return None
    reading = reading or Reading()
    tables = tuple(fold.table(group) for group in ruled.groups)
    matches = tuple(match for tie in ruled.ties for match in fold.matches_in(f"tie/{tie}"))
    sources = (fold.setting, fold.held(f"group/{overall}"), tables, matches)
    if not ruled.sources:
        return fold.kept.overall.of(overall, sources, lambda: whole_overall(fold, ruled))
    named = zip(ruled.groups or ruled.ties, ruled.sources, strict=True)
    entering = tuple(
        (origin, _holder_of(fold, source, reading))
        for origin, source in named
        if not _has_bye(fold, source)
    )
    return fold.kept.overall.of(
        overall, (*sources, entering), lambda: overall_of(fold, ruled, entering)
    )


def _has_bye(fold: "Known", source: Source) -> bool:
    """Say whether nobody can lose in the tie of a source."""
    if not isinstance(source, LoserOf):
        return False
    rules = fold.setting.ties[source.tie]
    return any(isinstance(slot, Bye) for slot in sources_of(fold, rules).values())


def _best(overall: Overall | None, source: BestOf | Allotted) -> Holder:
    if overall is None:
        return Holder()
    team = overall.sent(source)
    if team is None:
        return Holder(None, "open" if overall.is_open else "unknown", overall.contested)
    return Holder(team, "under_protest" if overall.held else "certain", overall.contested)


def _ranked(table: Table | None, rank: int) -> Holder:
    if table is None:
        return Holder()
    ranked = table.ranked
    teams = [team for team, known in ranked.ranks.items() if known == rank]
    about = _about_rank(table, rank)
    contested = any(questions.is_contested(sheet) for sheet in about)
    held = set(_holding(table, about))
    if len(teams) != 1 or not table.is_settled or held - {"protest"}:
        tier = table.tier_at(rank)
        is_open = ranked.by_results and (tier is None or not ranked.hides(tier))
        return Holder(None, "open" if is_open else "unknown", contested)
    return Holder(teams[0], "under_protest" if held else "certain", contested)


def _about_rank(table: Table, rank: int) -> list[Sheet]:
    """Give the matches that say who stands at a rank; an extra match is about its two teams."""
    found = []
    for sheet in (fixture.sheet for fixture in table.fixtures):
        first, last = sorted(table.ranked.ranks.get(team) or 0 for team in (sheet.home, sheet.away))
        if not sheet.extra_match or first <= rank <= last:
            found.append(sheet)
    return found


def _holding(table: Table, about: Sequence[Sheet]) -> Iterator[Kind]:
    """Say what keeps it open who stands at the rank that these matches are about."""
    if any(sheet.extra_match and questions.is_awaited(sheet) for sheet in about):
        yield "missing"
    matches = {sheet.match for sheet in about}
    for question in table.questions:
        if question.match in matches:
            yield question.kind


def _through(fold: "Known", tie: str, reading: Reading, *, wins: bool) -> Holder:
    rules, waiting = fold.setting.ties.get(tie), reading.under_way
    if rules is None or tie in waiting or len(waiting) > CHAIN_MAX:
        return Holder()
    pairing = reading.done.get(tie) or pairing_of(fold, rules, reading)
    settled, contested = pairing.settled, pairing.contested
    if settled.status not in ("decided", "unknown"):
        return Holder(contested=contested)
    team = settled.winner if wins else pairing.loser
    if team is None:
        return Holder(None, "unknown", contested)
    if contested:
        return Holder(team, "under_protest", contested)
    return Holder(team, "ruled" if settled.decided_by == "ruling" else "certain")


def holder_of(fold: "Known", berth: str, place: int = 1, reading: Reading | None = None) -> Holder:
    """Say who holds a berth; of one that several ranks earn, the `place`-th of them."""
    if (granted := _granted(fold, berth, place)) is not None:
        return Holder(granted.team, "ruled" if granted.ruling else "certain")
    source = earned_by(fold, berth, place)
    return _holder_of(fold, source, reading or Reading()) if source is not None else Holder()


def comes_from(fold: "Known", source: Source) -> str | None:
    """Name the team that is certain to come from a source."""
    return _holder_of(fold, source, Reading()).team


def sharing(fold: "Known", berth: str, place: int) -> tuple[str, ...]:
    """Name the level teams that have this place of a berth and others of it: each has one of them.

    Nobody says which, so nobody holds the place by name.
    """
    ruled = fold.setting.berths.get(berth)
    table = fold.table(ruled.group) if ruled and ruled.group else None
    if ruled is None or table is None or not table.stands:
        return ()
    ranks = [source.rank for source in ruled.sources if isinstance(source, RankOf)]
    places = range(1, len(ranks) + 1)
    if place not in places or any(_granted(fold, berth, each) for each in places):
        return ()
    tier = table.tier_at(ranks[place - 1])
    is_within = tier is not None and ranks[0] <= tier.ranks[0] and tier.ranks[1] <= ranks[-1]
    return tier.teams if tier is not None and is_within and len(tier.teams) > 1 else ()


def earned_by(fold: "Known", berth: str, place: int) -> Source | None:
    """Give what earns a place of a berth; nothing does where it was given by decision."""
    ruled = fold.setting.berths.get(berth)
    if _granted(fold, berth, place) is not None or ruled is None:
        return None
    return ruled.sources[place - 1] if 1 <= place <= len(ruled.sources) else None


def _granted(fold: "Known", berth: str, place: int) -> BerthGranted | None:
    facts = fold.held(f"berth/{berth}").standing()
    granted = [f for f in facts if isinstance(f, BerthGranted) and f.place == place]
    return granted[-1] if granted else None


# What is open


def _questions(
    fold: "Known",
    rules: RuledTie,
    slots: tuple[Filled, Filled],
    teams: tuple[str | None, str | None],
    sheets: Sequence[Sheet],
    settled: Settled,
) -> Iterable[Question]:
    tie = rules.tie.id
    section = rules.section.id
    if settled.status == "undecided":
        articles: dict[str, str | None] = {s.by: s.article for s in rules.round.decided_by}
        level = tuple(team for team in teams if team is not None)
        organiser = fold.setting.organiser_of(section)
        ways = settled.settled_by
        yield questions.level_tie(section, tie, level, ways, articles, organiser)
    if settled.winner is not None and None not in teams and settled.winner not in teams:
        yield questions.slot_differs(section, tie, settled.winner, teams)
    is_played = any(sheet.counted is not None or sheet.play == "in_play" for sheet in sheets)
    for slot in slots:
        if sheets and slot.team is not None and slot.team not in teams:
            yield questions.slot_differs(section, tie, slot.team, teams)
        elif is_played and slot.certainty == "open" and _will_be_known(fold, slot.source):
            yield questions.slot_open(section, slot.slot, tie, slot.source, teams)
    if settled.status == "decided" and not settled.by_extra_matches and not _is_ruled(fold, tie):
        for sheet in sheets:
            if sheet.extra_match and sheet.counted is not None:
                yield questions.extra_match_differs(topics.bracket(section), sheet, tie=tie)


def _will_be_known(fold: "Known", source: Source) -> bool:
    """Say whether results, and not a draw or a decision, say who comes from a source."""
    if isinstance(source, BerthOf):
        return earned_by(fold, source.berth, source.place) is not None
    return not isinstance(source, ByDraw | ByRuling)


def _is_ruled(fold: "Known", tie: str) -> bool:
    return any(isinstance(fact, TieDecided) for fact in fold.held(f"tie/{tie}").standing())
