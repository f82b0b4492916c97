"""What a match means for the eye: tally, states, clock, small print, and its facts in words.

Nothing is guessed: what is not known is None here and "not known" on the page. `match.js` has the
same functions for a match that changes while somebody looks.
"""

from collections.abc import Mapping

from msgspec import Struct

from services.pages.here import Here, Json
from services.pages.table import tiers
from services.pages.words import Words, instant, signed


def tally(match: Json) -> Json | None:
    """Give the goals to show: the result's where it has them, else the score; None if unknown."""
    result = match["result"]
    if match["play"] == "unknown" and not result:
        return None
    if result and result.get("home") is not None and result.get("away") is not None:
        return {"home": result["home"], "away": result["away"]}
    score: Json | None = match["score"]
    return score


def length_class(goals: Json) -> str:
    """Name the class of a tally that needs more room than one figure for each side."""
    digits = max(len(str(goals["home"])), len(str(goals["away"])))
    return f" digits-{min(digits, 3)}" if digits > 1 else ""


def pending(words: Words, here: Here, match: Json) -> str:
    """Say what stands where the goals would: when it begins, who won, or that it is not known.

    What a state beside it says already is not said twice.
    """
    if match["result"] and (outcome := outcome_words(words, match)):
        return outcome
    if match["play"] == "scheduled" and match["kick_off"]:
        return words.when(match["kick_off"], here.zone, here.now)
    if match["play"] in STATES_OF_PLAY or match["play"] == "scheduled":
        return "–"
    return words.say("states.unknown")


def is_unknown(match: Json) -> bool:
    """Say whether a match is over and nobody knows how it ended."""
    is_over = match["play"] not in STATES_OF_PLAY and match["play"] != "scheduled"
    return is_over and not match["result"] and tally(match) is None


def outcome_words(words: Words, match: Json) -> str:
    outcome = match["result"]["outcome"]
    if outcome in ("home", "away"):
        team = match[outcome]
        return words.say("matches.won", team=team["short"] or team["name"])
    return words.say(f"matches.{outcome}")


def states(here: Here, match: Json) -> list[str]:
    """Give the states of a match that a reader must not have to guess, in order of weight."""
    found = [match["play"]] if match["play"] in STATES_OF_PLAY else []
    shown = STANDINGS_CONFIRMED if here.confirms else STANDINGS
    found += [match["standing"]] if match["standing"] in shown else []
    found += (flag for flag in ("disputed", "under_protest") if match[flag])
    return found


PLAY_SAID = frozenset({"ended", "scheduled"})
"""What the page of a match says of play besides; a list of matches says it by itself."""

STATES_OF_PLAY = frozenset({"in_play", "suspended", "postponed", "abandoned", "not_played"})
STANDINGS = frozenset({"awarded", "annulled"})
STANDINGS_CONFIRMED = STANDINGS | {"provisional", "confirmed"}


def states_in_full(here: Here, match: Json) -> list[str]:
    """Give the states on a match's own page; what was decided without play is not to come."""
    decided = match["play"] == "scheduled" and match["result"]
    besides = [match["play"]] if match["play"] in PLAY_SAID and not decided else []
    return besides + states(here, match)


def period(words: Words, match: Json) -> str | None:
    """Say which period runs, or which break it is; None where that is not known."""
    if match["play"] not in ("in_play", "suspended") or not match["period"]:
        return None
    running = match["period_running"] or match["play"] == "suspended"
    return words.say(f"{'periods' if running else 'breaks'}.{match['period']}")


# First minute and length of a period in minutes.
PERIODS = {
    "first_half": (0, 45),
    "second_half": (45, 45),
    "extra_first": (90, 15),
    "extra_second": (105, 15),
}
CLOCK_MINUTES_MAX = 75


def clock(here: Here, match: Json) -> str | None:
    """Give the minute being played, by the clock; None where the clock cannot know.

    What is simulated or replayed runs at another speed, so its clock would lie.
    """
    timing = PERIODS.get(match["period"] or "")
    started = match["period_started_at"]
    if here.simulated or not match["period_running"] or not timing or not started:
        return None
    elapsed = int((here.now - instant(started)).total_seconds() // 60)
    if not 0 <= elapsed < CLOCK_MINUTES_MAX:
        return None
    first, length = timing
    return f"{first + length}+'" if elapsed >= length else f"{first + elapsed + 1}'"


def about(
    words: Words, here: Here, match: Json, *, whole: bool = False, inside: bool = False
) -> list[str]:
    """Give the small print: where it belongs, when, where, and how the tally came about.

    `inside` where its section is named beside it.
    """
    section = f"{here.section(match.get('section'))} · " if inside else ""
    found = [here.group(match["group"]).removeprefix(section)] if whole and match["group"] else []
    if whole and not inside and match.get("tie") and match.get("section"):
        found.append(here.section(match["section"]))
    if match.get("leg"):
        found.append(words.say(f"legs.{match['leg']}"))
    if match.get("extra_match"):
        found.append(words.say("states.extra_match"))
    if match["matchday"] is not None:
        found.append(words.say("matches.matchday", n=match["matchday"]))
    if match["kick_off"] and (whole or tally(match) or match["play"] != "scheduled"):
        when = words.when(match["kick_off"], here.zone, here.now)
        holds = match["play"] not in SET_ASIDE
        found.append(when if holds else words.say("matches.was_set", when=when))
    elif not match["kick_off"] and (dated := match.get("date") or match.get("happened")):
        found.append(words.when(dated, here.zone, here.now))
    if match.get("venue"):
        found.append(match["venue"])
    if match.get("neutral"):
        found.append(words.say("matches.neutral"))
    if match["shoot_out"]:
        found.append(words.say("matches.shoot_out", **_goals(match["shoot_out"])))
    played, shown = match["score"], tally(match)
    if played and shown and _goals(played) != _goals(shown):
        key = "matches.counted" if match["disputed"] else "matches.on_pitch"
        found.append(words.say(key, **_goals(played)))
    return found


def sources(match: Json) -> list[str]:
    """Give each source once, though several facts may name it, or one fact several."""
    return list(dict.fromkeys(part for text in match["sources"] for part in text.split(" ; ")))


def heard(words: Words, here: Here, match: Json) -> str:
    """Say when a match was last heard of; of one that is over, when that was written down."""
    when = words.when(match["last_heard"], here.zone, here.now)
    is_followed = match["play"] in ("in_play", "suspended")
    key = "last_heard" if is_followed else "recorded"
    return words.say(f"matches.{key}", when=when)


def _goals(goals: Json) -> dict[str, int]:
    return {"home": goals["home"], "away": goals["away"]}


SET_ASIDE = frozenset({"postponed", "not_played"})
"""The time that was set for such a match no longer holds."""

UNDATED = "~"
"""Stands after every date."""


def being_played(listed: Json) -> list[Json]:
    """Give what is being played, then what is suspended, by kick-off: no goal changes it."""
    return sorted(
        listed["matches"],
        key=lambda match: (
            match["play"] == "suspended",
            match["kick_off"] or UNDATED,
            match["match"],
        ),
    )


GAMES_SHOWN_MAX = 8
TODAY_SHOWN_MAX = 12
SECTIONS_NAMED_MAX = 24


class SectionPart(Struct, frozen=True):
    """The matches of one section in a list of them: those shown, and how many there are."""

    section: str | None
    matches: list[Json]
    count: int


def by_section(
    here: Here, matches: list[Json], most: int, *, plain: bool = False
) -> list[SectionPart]:
    """Part matches by stage and section, in the order of the rules; of many only the first."""
    if plain or len(here.sections) < 2:
        return [SectionPart(None, matches[:most], len(matches))]
    order = {section: at for at, section in enumerate(here.sections)}
    found: dict[str, list[Json]] = {}
    for match in matches:
        found.setdefault(match["section"] or "", []).append(match)
    parts = []
    for section in sorted(found, key=lambda name: (order.get(name, len(order)), name)):
        parts.append(SectionPart(section or None, found[section][:most], len(found[section])))
        most = max(most - len(found[section]), 0)
    return parts


def named(parts: list[SectionPart]) -> tuple[list[SectionPart], int]:
    """Give the sections of which no match is shown, and how many more there are."""
    others = [part for part in parts if part.section and not part.matches]
    return others[:SECTIONS_NAMED_MAX], len(others[SECTIONS_NAMED_MAX:])


def games(here: Here, listed: Json | None, *, plain: bool = False) -> list[SectionPart]:
    played = being_played(listed) if listed else []
    return by_section(here, played, len(played) if plain else GAMES_SHOWN_MAX, plain=plain)


def next_up(here: Here, listed: Json | None) -> list[SectionPart]:
    """Give the matches of a day that are still to begin, by kick-off."""
    waiting = [match for match in (listed["matches"] if listed else ()) if _is_next(match)]
    waiting.sort(key=lambda match: (match["kick_off"] or UNDATED, match["match"]))
    return by_section(here, waiting, TODAY_SHOWN_MAX)


def ended(here: Here, listed: Json | None) -> list[SectionPart]:
    """Give the matches of a day that are over, or will not be played on it."""
    over = [
        match
        for match in (listed["matches"] if listed else ())
        if not _is_next(match) and match["play"] not in ("in_play", "suspended")
    ]
    return by_section(here, over, TODAY_SHOWN_MAX)


def _is_next(match: Json) -> bool:
    return bool(match["play"] == "scheduled" and not match["result"])


SECTIONS = ("in_play", "suspended", "to_come", "played", "not_played", "extra_match")
_SECTION_OF = {
    "in_play": "in_play",
    "suspended": "suspended",
    "scheduled": "to_come",
    "postponed": "to_come",
    "not_played": "not_played",
}


def sections(listed: Json) -> dict[str, list[Json]]:
    """Sort a group's matches by what a reader asks first.

    An extra match stands apart from those of the table, but while it is played.
    """
    found: dict[str, list[Json]] = {section: [] for section in SECTIONS}
    for match in listed["matches"]:
        found[_section_of(match)].append(match)
    return {section: matches for section, matches in found.items() if matches}


def _section_of(match: Json) -> str:
    if match.get("extra_match") and match["play"] not in ("in_play", "suspended"):
        return "extra_match"
    decided = match["standing"] == "awarded" and match["play"] != "in_play"
    return "played" if decided else _SECTION_OF.get(match["play"], "played")


# Its facts

SCHEDULE = frozenset({"match_scheduled", "extra_match_ordered"})
RESULTS = frozenset({"result_recorded", "result_confirmed"})


def is_before(match: Json) -> bool:
    return match["play"] in ("scheduled", "postponed", "not_played")


def story(match: Json) -> list[Json]:
    """Give the facts that tell how a match came; none where only its result is known."""
    facts = [fact for fact in match["timeline"] if fact["type"] not in SCHEDULE]
    return [] if all(fact["type"] in RESULTS for fact in facts) else facts


_VARIANTS = ("card", "method", "period", "outcome", "level", "scored", "minutes", "winner")

SIGNS = {
    "goal_scored": "goal",
    "goal_disallowed": "no-goal",
    "card_shown": "card",
    "shoot_out_kick_taken": "kick",
    "penalty_awarded": "kick",
    "penalty_missed": "no-goal",
    "substitution_made": "change",
    "period_started": "whistle",
    "period_ended": "whistle",
    "final_whistle": "whistle",
    "match_suspended": "stop",
    "match_abandoned": "stop",
    "match_postponed": "stop",
    "match_called_off": "stop",
    "scorer_lost": "stop",
    "event_cancelled": "correction",
    "event_amended": "correction",
    "result_recorded": "result",
    "result_confirmed": "result",
    "result_awarded": "decision",
    "result_annulled": "decision",
    "lots_drawn": "decision",
    "rank_decided": "decision",
    "points_adjusted": "decision",
    "standings_finalised": "decision",
    "tie_decided": "decision",
    "draw_held": "decision",
    "slot_assigned": "decision",
    "berth_granted": "decision",
    "team_withdrawn": "decision",
    "team_excluded": "decision",
    "team_refused": "decision",
    "protest_filed": "decision",
    "protest_decided": "decision",
    "claim_recorded": "note",
    "note_added": "note",
}


def sign(fact: Json) -> str:
    name = SIGNS.get(fact["type"], "other")
    if fact["type"] == "shoot_out_kick_taken" and fact.get("scored") is False:
        name = "no-goal"
    return f"{name} {fact['card']}" if fact.get("card") else name


def happened(words: Words, here: Here, fact: Json, match: Json | None, count: int = 1) -> str:
    """Say in a few words what a fact is; `match` names the sides, `count` how many alike."""
    type_ = fact["type"]
    variants = [
        f"events.{type_}.{variant}"
        for name in _VARIANTS
        if fact.get(name) is not None
        for variant in (str(fact[name]).lower(), name)
    ]
    key = words.first(*variants, f"events.{type_}")
    if key is None:
        return words.say("events.unheard", type=type_)
    sides = {side: here.team(match[side]) if match else UNNAMED for side in ("home", "away")}
    return words.say(
        key,
        **sides,
        team=sides.get(fact.get("side") or "", UNNAMED),
        name=_called(here, fact),
        count=fact.get("minutes", count),
        points=signed(fact.get("points") or 0),
        group=here.group(fact.get("group")),
        order=order_words(words, here, fact),
    )


UNNAMED = "?"


def _called(here: Here, fact: Json) -> str:
    if fact["type"] == "group_formed" and fact["group"] in here.groups:
        return here.group(fact["group"])
    if isinstance(fact.get("names"), Mapping):
        return str(fact["names"]["full"])
    return str(fact.get("name") or here.team(fact.get("team") or fact.get("winner") or ""))


def order_words(words: Words, here: Here, fact: Json) -> str:
    """Give the order that a decision made; the order of a kick is a number, and not this."""
    if not isinstance(fact.get("order"), list):
        return ""
    return ", ".join(" = ".join(here.team(team) for team in tier) for tier in tiers(fact))


def remark(fact: Json) -> str | None:
    """Give what a person wrote about a fact."""
    said = fact.get("reason") or fact.get("says") or fact.get("text")
    return str(said) if said else None


def who(here: Here, fact: Json) -> str | None:
    """Name the player of a fact; None where it is not known."""
    return here.people.get(fact.get("player") or "")
