"""Ties of an invented edition: who is drawn into them, when they are played, and what is granted.

A round begins when all who play in it are known. A draw is held as soon as the clubs are known,
though a final that only ranks is still to be played.
"""

from collections.abc import Iterator

from events.codec import Json
from events.regulations import Bye, LoserOf, Round, WinnerOf
from projections.bracket import Filled, Pairing
from projections.values import RuledBerth
from services.season import Fact
from services.simulation.edition import SETTLED, WEEK, Edition, Place
from services.simulation.groups import order_extra_match

DRAWS_TRIED_MAX = 1_000
"""So often is a draw repeated until no two of one section meet."""

BODY = "Comisión de Justicia (simulada)"


def hold_draw(edition: Edition, place: Place) -> Iterator[Fact]:
    """Draw who comes into the slots that wait for it."""
    waiting = place.to_draw
    if not waiting:
        return
    leading = edition.leading_to(place)
    if not all(_clubs_are_known(edition, berth) for berth in leading):
        return
    entries = [(entry, berth.section.id) for berth in leading for entry in _entries(berth)]
    if not entries:
        for fact, team in edition.enter_clubs(place, len(waiting)):
            yield fact
            entries.append(({"from": "team", "team": team}, team))
    entries += [({"from": "bye"}, f"bye {n}") for n in range(len(waiting) - len(entries))]
    drawn = _drawn(edition, entries)[: len(waiting)]
    slots = [
        {"slot": slot, "filled_by": entry} for slot, (entry, _) in zip(waiting, drawn, strict=True)
    ]
    yield edition.tell(
        "draw_held", slots=slots, procedure="bolillas; dos de una misma sección no se cruzan"
    )
    place.to_draw = []


def _clubs_are_known(edition: Edition, berth: RuledBerth) -> bool:
    """Say whether a berth is held, or goes to one of two who both stay in and are known."""
    if all(holder.certainty in SETTLED for holder in edition.holders(berth)):
        return True
    for source in berth.sources:
        if not isinstance(source, WinnerOf | LoserOf):
            return False
        pairing = edition.fold.pairing(source.tie)
        if pairing is None or not pairing.rules.round.only_ranks:
            return False
        if not all(map(_is_filled, pairing.slots)):
            return False
    return bool(berth.sources)


def _entries(berth: RuledBerth) -> Iterator[Json]:
    for place in range(1, max(len(berth.sources), 1) + 1):
        more = {"place": place} if place > 1 else {}
        yield {"from": "berth", "berth": berth.berth, **more}


def _drawn(edition: Edition, entries: list[tuple[Json, str]]) -> list[tuple[Json, str]]:
    """Shuffle the entries; two who come from one section meet only if it cannot be otherwise."""
    for _ in range(DRAWS_TRIED_MAX):
        edition.rng.shuffle(entries)
        if all(a[1] != b[1] for a, b in zip(entries[::2], entries[1::2], strict=False)):
            break
    return entries


def _is_filled(slot: Filled) -> bool:
    return isinstance(slot.source, Bye) or (slot.team is not None and slot.certainty in SETTLED)


def _pairings(edition: Edition, round_: Round) -> Iterator[Pairing]:
    for tie in round_.ties:
        if (pairing := edition.fold.pairing(tie.id)) is not None:
            yield pairing


# Rounds


def play(edition: Edition, place: Place) -> Iterator[Fact]:
    """Schedule each round whose clubs are known, and decide what its matches left open."""
    for round_ in place.section.rounds if not place.to_draw else ():
        if round_.id not in place.rounds_until:
            slots = (slot for pairing in _pairings(edition, round_) for slot in pairing.slots)
            if all(map(_is_filled, slots)):
                yield from _schedule(edition, place, round_)
            return  # the next rounds wait for this one
        if place.rounds_until[round_.id] >= edition.sunday:
            return
        for pairing in _pairings(edition, round_):
            if pairing.settled.status == "undecided":
                yield from _decide(edition, place, round_, pairing)
        if place.rounds_until[round_.id] >= edition.sunday:
            return


def _schedule(edition: Edition, place: Place, round_: Round) -> Iterator[Fact]:
    for pairing in _pairings(edition, round_):
        tie, (first, second) = pairing.rules.tie.id, pairing.teams
        if first is None or second is None:
            continue
        if round_.legs == 1:
            yield from edition.schedule(
                place, f"{tie}-match", first, second, edition.sunday, tie=tie, neutral=True
            )
            continue
        yield from edition.schedule(
            place, f"{tie}-leg-1", first, second, edition.sunday, tie=tie, leg=1
        )
        yield from edition.schedule(
            place, f"{tie}-leg-2", second, first, edition.sunday + WEEK, tie=tie, leg=2
        )
    place.rounds_until[round_.id] = edition.sunday + (round_.legs - 1) * WEEK


def _decide(edition: Edition, place: Place, round_: Round, pairing: Pairing) -> Iterator[Fact]:
    """Let whatever the rules name next say who goes through."""
    tie = pairing.rules.tie.id
    teams = [team for team in pairing.teams if team is not None]
    way = pairing.settled.settled_by[0]
    if way in ("extra_match", "replay"):
        yield from order_extra_match(edition, place, teams, tie=tie)
        place.rounds_until[round_.id] = edition.sunday
        return
    edition.rng.shuffle(teams)
    if way == "lots":
        yield edition.tell("lots_drawn", tie=tie, order=teams, procedure="sorteo")
    else:
        ruling = {"body": BODY, "number": f"RES-{tie}"}
        yield edition.tell("tie_decided", tie=tie, winner=teams[0], by="ruling", ruling=ruling)


# Berths


def grant(edition: Edition, place: Place) -> Iterator[Fact]:
    """Give by resolution what no result gives: to the best who have nothing yet."""
    by_resolution = [
        berth
        for berth in edition.fold.setting.berths_in(place.section.id)
        if not berth.sources and edition.holders(berth)[0].team is None
    ]
    for berth in by_resolution if by_resolution and _is_played(edition, place) else ():
        held = {
            holder.team
            for other in edition.fold.setting.berths_in(place.section.id)
            for holder in edition.holders(other)
        }
        order = (
            team
            for group in place.section.groups
            for tier in edition.fold.order(group.id)
            for team in tier
        )
        team = next((team for team in order if team not in held), None)
        if team is not None:
            ruling = {"body": BODY, "number": f"RES-{berth.berth}"}
            yield edition.tell("berth_granted", berth=berth.berth, team=team, ruling=ruling)


def _is_played(edition: Edition, place: Place) -> bool:
    """Say whether all groups are final and all ties decided."""
    if not place.is_past(edition.sunday):
        return False
    tables = (edition.fold.table(group.id) for group in place.section.groups)
    return all(table is not None and table.finalised is not None for table in tables) and all(
        pairing.settled.status == "decided"
        for round_ in place.section.rounds
        for pairing in _pairings(edition, round_)
    )


def is_over(edition: Edition, place: Place) -> bool:
    """Say whether nothing in a section is to come any more."""
    return _is_played(edition, place) and all(
        holder.team is not None
        for berth in edition.fold.setting.berths_in(place.section.id)
        for holder in edition.holders(berth)
    )
