"""What is known of a competition: read of what was folded, and derived when it is asked for.

Checks read it to decide, views to be rendered; nothing here changes what is known. What was
derived is kept beside what it was derived from until that has changed.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import Literal

from events.fields import Names
from events.match import Match, Sheet, sheet_of
from events.play import Play
from events.regulations import Source
from events.types import COMPETITION, ClaimRecorded, Event, NoteAdded, PersonsMerged, TeamEntered
from projections import amended, bracket, competition, maps, matches, topics
from projections.bracket import Pairing
from projections.competition import Stage
from projections.kept import Derivations
from projections.listing import Shelves
from projections.maps import Maps
from projections.overall import Overall
from projections.table import Table, table_of
from projections.topics import Place
from projections.values import (
    Formed,
    Held,
    Membership,
    Setting,
    entry_of,
    formed_of,
    is_named,
    membership_of,
    note_of,
    setting_of,
)

MERGED = "persons that were merged"
OVER = ("ended", "unknown")
FORMATIONS = "positions at which groups were formed"


class Known:
    """What the log of one competition says up to `position`; of an empty one, nothing."""

    def __init__(self, grown: Maps | None = None, kept: Derivations | None = None) -> None:
        self.position = 0
        self._version = 0
        self.notes_count = 0
        self._maps = grown or maps.empty()
        self._matches, self._places, self._plays, self._held, *_ = self._maps
        self._holders, self._topics = self._maps.holders, self._maps.topics
        self._listed = Shelves(self._maps.listings)
        self.kept = kept or Derivations()

    # What a check reads

    @property
    def closed(self) -> bool:
        return self.setting.closed

    def match_of(self, match: str) -> Match | None:
        return self._matches.get(match)

    def play_of(self, match: str) -> Play | None:
        return self._plays.get(match)

    def sheet(self, match: str) -> Sheet | None:
        played = self._matches.get(match)
        if played is None:
            return None
        return self.kept.sheets.of(match, (played,), lambda: sheet_of(played))

    def group(self, group: str) -> tuple[str, ...] | None:
        formed = self.formed(group)
        return formed.teams if formed else None

    def order(self, group: str) -> tuple[tuple[str, ...], ...]:
        table = self.table(group) or self.overall(group)
        return tuple(tier.teams for tier in table.tiers) if table else ()

    def ranked_by_results(self, group: str) -> bool:
        table = self.table(group)
        return table is not None and table.ranked.by_results and not table.ranked.hidden

    def open_questions(self, group: str) -> tuple[str, ...]:
        table = self.table(group)
        return table.blocking if table else ()

    def has_team(self, team: str) -> bool:
        """Say whether somebody entered a team, or named it as one of a group."""
        return self.team(team) is not None or any(True for _ in self.groups_of(team))

    def names_of(self, team: str) -> Names | None:
        entered = self.team(team)
        return entered.names if entered else None

    def shows_claims(self, topic: str) -> bool:
        return topics.shows_claims(topic, self)

    def left(self, team: str) -> Literal["withdrawn", "excluded"] | None:
        """Say how a team went that takes part no more."""
        membership = self.membership(team)
        status = membership.status if membership else "entered"
        return status if status in ("withdrawn", "excluded") else None

    def has_person(self, person: str) -> bool:
        held = self._held.get(f"person/{person}")
        return held is not None and self.kept.persons.of(person, (held,), lambda: is_named(held))

    def has_section(self, stage: str | None, section: str | None) -> bool:
        if section is None:
            stages = self.setting.regulations.stages
            return stage is None or any(stage == known.id for known in stages)
        if stage is None:
            return section in self.setting.placed
        return (stage, section) in self.setting.sections

    def merged_into(self, person: str) -> str | None:
        """Give the person that another one counts as."""
        facts = self.held(f"person/{person}").standing()
        merges = [fact.into for fact in facts if isinstance(fact, PersonsMerged)]
        return merges[-1] if merges else None

    def has_berth(self, berth: str) -> bool:
        return berth in self.setting.berths

    def overall_teams(self, overall: str) -> tuple[str, ...] | None:
        found = self.overall(overall)
        return tuple(found.entrants) if found else None

    def entering(self, overall: str) -> Sequence[Source]:
        ruled = self.setting.overall.get(overall)
        return ruled.sources if ruled else ()

    def tie(self, tie: str) -> tuple[str | None, str | None] | None:
        """Give who is in the slots of a tie; its matches name whoever is not certain yet."""
        if (pairing := self.pairing(tie)) is None:
            return None
        (first, second), (home, away) = pairing.slots, pairing.teams
        return first.team or home, second.team or away

    def tie_is_level(self, tie: str) -> bool:
        """Say whether lots or an extra match are what decides, or has decided, a tie."""
        pairing = self.pairing(tie)
        if pairing is None:
            return False
        settled = pairing.settled
        settling = ("lots", "extra_match", "replay")
        return settled.status == "undecided" or settled.decided_by in settling

    def round_of(self, tie: str) -> Mapping[str, tuple[Source, str | None]]:
        """Give what fills each slot of the round of a tie, and who is there."""
        rules = self.setting.ties.get(tie)
        pairings = [self.pairing(other.id) for other in rules.round.ties] if rules else []
        slots = [slot for pairing in pairings if pairing for slot in pairing.slots]
        return {slot.slot: (slot.source, slot.team) for slot in slots}

    def comes_from(self, source: Source) -> str | None:
        return bracket.comes_from(self, source)

    def slots(self, tie: str) -> Mapping[str, Source]:
        """Give what fills the slots of a tie, as it was drawn or assigned, or as it is ruled."""
        if (rules := self.setting.ties.get(tie)) is None:
            return {}
        return bracket.sources_of(self, rules)

    def left_behind(self, ruled: Set[str]) -> Mapping[str, int]:
        return dict(amended.left_behind(self, ruled))

    def open_slots(self, tie: str) -> Mapping[str, Source]:
        """Give the slots into which it is not known yet who comes, with what fills them."""
        if (pairing := self.pairing(tie)) is None:
            return {}
        named = zip(pairing.slots, pairing.teams, strict=True)
        return {
            slot.slot: slot.source
            for slot, team in named
            if team is None and slot.certainty == "open"
        }

    def ruled_slots(self, tie: str) -> Sequence[Source]:
        rules = self.setting.ties.get(tie)
        return rules.tie.slots if rules else ()

    def earned_by(self, berth: str, place: int) -> Source | None:
        return bracket.earned_by(self, berth, place)

    def legs(self, tie: str) -> Mapping[int, str | None]:
        """Give each leg of a tie, with the match that is scheduled as it."""
        rules = self.setting.ties.get(tie)
        legs: dict[int, str | None] = dict.fromkeys(range(1, rules.round.legs + 1 if rules else 1))
        for played in self.matches_in(f"tie/{tie}"):
            sheet = self.sheet(played.match)
            if sheet is None or sheet.extra_match or sheet.counts_for_nothing:
                continue
            leg = 1 if len(legs) == 1 else sheet.leg
            if leg is not None:
                legs[leg] = played.match
        return legs

    def spare_in(self, tie: str) -> list[str]:
        """Name the matches played of which the leg is not known, where no leg is left for them."""
        rules = self.setting.ties.get(tie)
        if rules is None or rules.round.legs == 1:
            return []
        found = [self.sheet(played.match) for played in self.matches_in(f"tie/{tie}")]
        sheets = [sheet for sheet in found if sheet is not None and not sheet.extra_match]
        taken = {sheet.leg for sheet in sheets} - {None}
        apart = [sheet.match for sheet in sheets if sheet.leg is None and sheet.play in OVER]
        return apart[rules.round.legs - len(taken) :]

    def competition_fact(self, id: str) -> Event | None:
        return next((fact for fact in self.competition_facts(id) if fact.id == id), None)

    def competition_facts(self, id: str) -> Sequence[Event]:
        """Give what is held with an event: all that corrects it is, wherever else that is."""
        keys = self._holders.get(id)
        return self.held(keys[0]).facts if keys else ()

    def version(self, subject: str) -> int:
        """Give how many events there are about `competition` or `match/<id>`."""
        if subject == COMPETITION:
            return self._version
        played = self._matches.get(name_of(subject))
        return played.version if played else 0

    # What a view reads

    def stands_in(self, name: str) -> tuple[str | None, str | None]:
        """Give the stage and the section that a group or a tie stands in."""
        if (rules := self.setting.ties.get(name)) is not None:
            return rules.stage.id, rules.section.id
        if (ruled := self.setting.overall.get(name)) is not None:
            return ruled.stage.id, ruled.section.id
        formed = self.formed(name)
        return (formed.stage, formed.section) if formed else (None, None)

    def section_of(self, name: str) -> str | None:
        """Give the section that a group or a tie stands in."""
        return self.stands_in(name)[1]

    def stage_of(self, section: str) -> str | None:
        placed = self.setting.placed.get(section)
        return placed[0].id if placed else None

    @property
    def setting(self) -> Setting:
        held = self.held(COMPETITION)
        return self.kept.settings.of(COMPETITION, (held,), lambda: setting_of(held))

    @property
    def outline(self) -> tuple[Stage, ...]:
        """Give the stages in outline; finding what stands where takes a walk over all groups."""
        sources = (self.setting, self._listed[FORMATIONS])
        return self.kept.outlines.of(COMPETITION, sources, lambda: competition.outline_of(self))

    def table(self, group: str) -> Table | None:
        formed = self.formed(group)
        if formed is None:
            return None
        held, matches = self.held(f"group/{group}"), tuple(self.matches_in(f"group/{group}"))
        sources = (formed, self.setting, held, *self._left(formed), *matches)
        return self.kept.tables.of(group, sources, lambda: table_of(self, formed, matches))

    def _left(self, formed: Formed) -> Iterator[object]:
        """Give what else a table depends on where its rules ask for it: who left, other tables."""
        if self.setting.governing_in(formed.section).withdrawal != "stand":
            yield from (self.held(f"team/{team}") for team in formed.teams)
        yield from (self.table(group) for group in self.setting.read_in(formed.section))

    def pairing(self, tie: str) -> Pairing | None:
        rules = self.setting.ties.get(tie)
        return bracket.pairing_of(self, rules) if rules else None

    def overall(self, overall: str) -> Overall | None:
        """Give a table over several groups."""
        return bracket.overall_at(self, overall)

    def held(self, key: str) -> Held:
        return self._held.get(key) or Held(key)

    def formed(self, group: str) -> Formed | None:
        held, setting = self._held.get(f"group/{group}"), self.setting
        if held is None:
            return setting.groups.get(group)
        return self.kept.groups.of(group, (held, setting), lambda: formed_of(group, held, setting))

    def has_group(self, group: str) -> bool:
        return self.formed(group) is not None

    def groups(self) -> Iterator[str]:
        """Name the groups: those of the regulations in their order, then those formed since."""
        regulated = self.setting.groups
        yield from regulated
        for group in self._listed["group"]:
            if group not in regulated and self.has_group(group):
                yield group

    def groups_in(self, section: str) -> Iterator[str]:
        """Name the groups of a section: those of the regulations, then those formed since."""
        setting = self.setting
        stage, ruled = setting.placed[section]
        named = (group.id for group in ruled.groups)
        since = (
            group
            for group in self._listed[f"groups in {section}"]
            if (known := setting.groups.get(group)) is None
            or (known.stage, known.section) != (stage.id, section)
        )
        for group in chain(named, since):
            formed = self.formed(group)
            if formed is not None and formed.section == section:
                yield group

    def teams_from(self, section: str) -> Iterator[str]:
        """Name the teams that come from a section."""
        for team in self._listed[f"teams from {section}"]:
            entered = self.team(team)
            if entered is not None and entered.section == section:
                yield team

    def sections(self) -> Iterator[str]:
        yield from dict.fromkeys(section for _, section in self.setting.sections)

    def brackets(self) -> Iterator[str]:
        """Name the sections that have ties."""
        yield from (section for section, (_, ruled) in self.setting.placed.items() if ruled.rounds)

    def groups_of(self, team: str) -> Iterator[str]:
        for group in self._listed[f"groups of {team}"]:
            formed = self.formed(group)
            if formed and team in formed.teams:
                yield group

    def team(self, team: str) -> TeamEntered | None:
        """Give the newest entry of a team."""
        held = self._held.get(f"team/{team}")
        if held is None:
            return None
        return self.kept.teams.of(team, (held,), lambda: entry_of(held))

    def membership(self, team: str) -> Membership | None:
        """Say whether a team takes part; one that is only named in a group does."""
        found = membership_of(self.held(f"team/{team}"))
        return found or (Membership() if self.has_team(team) else None)

    def claims_about(self, topic: str) -> list[ClaimRecorded]:
        """Give what sources say about a topic, the newest last."""
        facts = self.held(f"claims/{topic}").standing()
        return [fact for fact in facts if isinstance(fact, ClaimRecorded)]

    def merged_persons(self) -> Iterator[tuple[str, str]]:
        """Give the persons that count as another one, each with that one."""
        for person in self._listed[MERGED]:
            if (into := self.merged_into(person)) is not None:
                yield person, into

    def matches_naming(self, person: str) -> list[str]:
        """Name the matches whose timeline says a person, or one that counts as that person.

        Persons are merged now and then, so all matches are looked through.
        """
        merged = dict(self.merged_persons())
        same = {person}
        while more := {one for one, into in merged.items() if into in same} - same:
            same |= more
        return [
            match for match, played in self._matches.items() if matches.names_one_of(played, same)
        ]

    def newest_notes(self) -> Iterator[NoteAdded]:
        """Give the notes about the competition that stand, the newest first."""
        notes = (note_of(self.held(f"note/{id}")) for id in reversed(self._listed["note"]))
        return (note for note in notes if note is not None)

    def place(self, match: str) -> Place:
        return self._places[match]

    def places_of(self, team: str) -> Iterator[Place]:
        return (self._places[played.match] for played in self.matches_in(f"team/{team}"))

    def matches_in(self, shelf: str) -> Iterator[Match]:
        """Give the matches of `group/<id>`, `team/<id>` or `date/<date>`."""
        for match in self._listed[shelf]:
            if shelf in self._places[match].shelves:
                yield self._matches[match]

    def has_shelf(self, shelf: str) -> bool:
        """Say whether a match was ever listed there."""
        return shelf in self._listed


def name_of(key: str) -> str:
    """Give the id of what a key is about: `a` of `group/a`."""
    return key.partition("/")[2]
