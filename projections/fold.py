"""One fold for everybody: capture decides on it, the projector renders it, replay repeats it.

A fold is a map of small frozen values that only grow: the facts of each match,
group, team and person, and of the competition. Advancing it appends one fact
and marks the topics it touches; what the facts mean is derived when it is asked
for, and kept beside what it was derived from until that has changed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from typing import Literal

from msgspec.structs import replace

from events.match import Match, Sheet, facts_that_stand, sheet_of
from events.play import Play, play_after
from events.regulations import Source, Team
from events.types import (
    COMPETITION,
    ClaimRecorded,
    CompetitionCreated,
    Event,
    EventAmended,
    EventCancelled,
    EventConfirmed,
    GroupFormed,
    MatchScheduled,
    NoteAdded,
    PersonsMerged,
    RegulationsAmended,
    TeamEntered,
)
from projections import amended, bracket, competition, downstream, maps, matches, topics, views
from projections.bracket import Pairing
from projections.competition import Stage
from projections.kept import Derivations
from projections.listing import Shelves
from projections.maps import Maps
from projections.snapshot import dumped, loaded
from projections.table import Table, table_of
from projections.topics import Place
from projections.totals import Totals
from projections.values import (
    Formed,
    Held,
    Membership,
    Setting,
    entry_of,
    formed_of,
    is_named,
    key_of,
    keys_of,
    membership_of,
    note_of,
    root_of,
    setting_of,
    words_about,
)

_RULES = (CompetitionCreated, RegulationsAmended)
_NOWHERE = Place()
MERGED = "persons that were merged"
FORMATIONS = "positions at which groups were formed"
ASKED_MATCHES_MAX = 5_000
"""In how many matches a check looks for all that is open: in a million facts it takes too long."""


class Gap(Exception):
    """An event is missing between what was folded and what came."""

    def __init__(self, expected: int, found: int) -> None:
        self.expected = expected
        self.found = found

    def __str__(self) -> str:
        return (
            f"expected the event at position {self.expected}, found {self.found}; "
            f"read the log again from position {self.expected}"
        )


class Fold:
    """The log of one competition up to `position`; a new one is of an empty log."""

    def __init__(self, grown: Maps | None = None, below: "Fold | None" = None) -> None:
        self.position = 0
        self._version = 0
        self.notes_count = 0
        self._maps = grown or maps.empty()
        self._matches, self._places, self._plays, self._held, *_ = self._maps
        self._holders, self._topics = self._maps.holders, self._maps.topics
        self._listed = Shelves(self._maps.listings)
        # Marked are the topics touched lately; a match stands for the topics of its place.
        self._marked: dict[str, int] = {}
        self._marked_matches: dict[str, int] = {}
        # Groups, ties and berths that may have been decided otherwise.
        self._marked_keys: dict[str, int] = {}
        self._touched: dict[str, int] = {}
        self._below = below
        self.kept: Derivations = below.kept if below else Derivations()
        self._totals: Totals | None = None
        self._uncounted: set[str] = set()
        self._unasked: set[str] = set()
        self._unasked_ties: set[str] = set()
        self._untold: set[str] = set()

    # Folding

    def advance(self, event: Event) -> None:
        """Take in the next event; one that was taken in before changes nothing.

        Raises Gap where events in between are missing.
        """
        if event.position != self.position + 1:
            if event.position <= self.position:
                return
            raise Gap(self.position + 1, event.position)
        position = self.position = event.position
        match, kind = event.match, type(event)
        if match is None:
            self._advance_competition(event)
            return
        played = self._matches.get(match)
        self._matches[match] = Match(match, (*played.facts, event) if played else (event,))
        self._marked_matches[match] = position
        play = self._plays.get(match)
        if kind in topics.PLACING:
            before = self._place(match)
            self._mark((*before.topics, topics.COMPETITION))
            self._mark_decided(before)
        elif play and (after := play_after(play, event)) != play:
            self._plays[match] = after
            self._marked[topics.COMPETITION] = position
        if kind in topics.DECIDING or play != "in_play" or play != self._plays[match]:
            self._mark_decided(self._places[match])
        if kind in topics.SCORING:
            self._marked[topics.SCORERS] = self._marked[topics.RECORDS] = position

    def _place(self, match: str) -> Place:
        """Find out where a match belongs and how it is played; give where it belonged before."""
        before = self._places.get(match)
        facts = self._matches[match].facts
        sheet: Sheet | None = None
        schedule: MatchScheduled | Sheet | None
        if len(facts) == 1 and isinstance(facts[0], MatchScheduled):
            schedule = facts[0]
        else:
            schedule = sheet = self.sheet(match)
        place = topics.place_of(match, schedule, self)
        listed = before.listed if before else ()
        added = tuple(shelf for shelf in place.shelves if shelf not in listed)
        place = self._places[match] = replace(place, listed=(*listed, *added))
        self._plays[match] = sheet.play if sheet else "scheduled" if schedule else None
        for shelf in added:
            self._listed.add(shelf, match)
        return before or _NOWHERE

    def stands_in(self, name: str) -> tuple[str | None, str | None]:
        """Give the stage and the section that a group or a tie stands in."""
        if (rules := self.setting.ties.get(name)) is not None:
            return rules.stage.id, rules.section.id
        formed = self.formed(name)
        return (formed.stage, formed.section) if formed else (None, None)

    def section_of(self, name: str) -> str | None:
        """Give the section that a group or a tie stands in."""
        return self.stands_in(name)[1]

    def stage_of(self, section: str) -> str | None:
        placed = self.setting.placed.get(section)
        return placed[0].id if placed else None

    def _advance_competition(self, event: Event) -> None:
        self._version += 1
        keys = keys_of(event)
        if isinstance(event, EventCancelled | EventAmended | EventConfirmed):
            keys = self._holders.get(event.target, keys)
        root = root_of(event, self.held(keys[0]).facts)
        groups = list(self.groups()) if isinstance(root, _RULES) else []
        noted = self._stands(root)
        self._mark_about(root, keys)
        self._holders[event.id] = keys
        for key in keys:
            self._hold(key, (*self.held(key).facts, event))
        if root is not event:
            keys = self._follow_amended(root, keys)
        self.notes_count += self._stands(root) - noted
        if isinstance(root, _RULES):
            self._form({*groups, *self.groups()})
            self._place_again(tuple(self._matches))
            self._hang(downstream.ruled(self.setting))
        elif isinstance(root, GroupFormed):
            self._form(_name(key) for key in keys)
        elif isinstance(root, TeamEntered):
            self._list_entered(keys)
        elif isinstance(root, PersonsMerged):
            self._list_merged(keys)
        for key in keys if isinstance(root, downstream.DECISIONS) else ():
            for fact in self.held(key).standing():
                self._hang(downstream.decided(fact))
        self._mark_about(root, keys)

    def _follow_amended(self, root: Event, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Give a fact that now reads as about another value to that one too, with its words."""
        facts = self.held(keys[0]).facts
        for fact in facts_that_stand(facts):
            added = tuple(key for key in keys_of(fact.event) if key not in keys)
            if fact.recorded.id != root.id or not added:
                continue
            words = words_about(root, facts)
            self._mark_about(root, added)
            for named in added:
                together = {word.position: word for word in (*self.held(named).facts, *words)}
                self._hold(named, tuple(together[at] for at in sorted(together)))
            keys = (*keys, *added)
            for word in words:
                self._holders[word.id] = keys
        return keys

    def _list_entered(self, keys: Iterable[str]) -> None:
        """List a team under the section that it comes from."""
        for key in keys:
            entered = self.team(_name(key))
            if entered is not None and entered.section is not None:
                shelf = f"teams from {entered.section}"
                if entered.team not in self._listed[shelf]:
                    self._listed.add(shelf, entered.team)
            for place in self.places_of(_name(key)):
                self._mark_decided(place)

    def _list_merged(self, keys: Iterable[str]) -> None:
        for key in keys:
            if _name(key) not in self._listed[MERGED]:
                self._listed.add(MERGED, _name(key))

    def _hang(self, edges: Iterable[downstream.Edge]) -> None:
        """Let a tie or a berth hang on what decides who comes into it."""
        for origin, key in edges:
            shelf = downstream.shelf(origin)
            if key not in self._listed[shelf]:
                self._listed.add(shelf, key)
            self._marked_keys[key] = self.position

    def _hold(self, key: str, facts: tuple[Event, ...]) -> None:
        kind, _, name = key.partition("/")
        is_named = kind == "team" and f"groups of {name}" in self._listed
        if kind in ("group", "team", "note") and key not in self._held and not is_named:
            self._listed.add(kind, name)
        self._held[key] = Held(key, facts)

    def _stands(self, root: Event) -> bool:
        """Say whether this is a note that stands."""
        return isinstance(root, NoteAdded) and note_of(self.held(key_of(root))) is not None

    def _form(self, groups: Iterable[str]) -> None:
        """Let what is known of the matches follow that groups were formed anew."""
        self._listed.add(FORMATIONS, str(self.position))
        groups = sorted(groups)
        for group in groups:
            formed = self.formed(group)
            self._hang(
                (f"team/{team}", f"group/{group}") for team in (formed.teams if formed else ())
            )
            shelf = f"groups in {formed.section}" if formed else ""
            if formed and group not in self._listed[shelf]:
                self._listed.add(shelf, group)
            for team in formed.teams if formed else ():
                shelf = f"groups of {team}"
                if shelf not in self._listed and f"team/{team}" not in self._held:
                    self._listed.add("team", team)
                if group not in self._listed[shelf]:
                    self._listed.add(shelf, group)
            self._place_again(self._listed[f"group/{group}"])

    def _place_again(self, matches: Iterable[str]) -> None:
        for match in matches:
            before = self._place(match)
            if before != self._places[match]:
                self._mark((*before.topics, *self._places[match].topics))
                self._uncounted.add(match)

    def _mark_decided(self, place: Place) -> None:
        """Note that the group or the tie of a match may be decided otherwise than before."""
        for shelf in place.shelves:
            if shelf.startswith(("group/", "tie/")):
                self._marked_keys[shelf] = self.position

    def _mark(self, names: Iterable[str]) -> None:
        self._marked.update(dict.fromkeys(names, self.position))

    def _mark_about(self, fact: Event, keys: Iterable[str]) -> None:
        if isinstance(fact, _RULES):
            self._untold.update(self._listed["team"])
        for key in keys:
            self._mark(topics.touched(fact, _name(key), self))
            if key.startswith(downstream.KINDS):
                self._marked_keys[key] = self.position
            if key.startswith("team/"):
                self._untold.add(_name(key))
            elif isinstance(fact, GroupFormed):
                self._untold.update(self.group(_name(key)) or ())

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
        table = self.table(group)
        return table.order if table else ()

    def ranked_by_results(self, group: str) -> bool:
        table = self.table(group)
        return table is not None and table.ranked.by_results and not table.ranked.hidden

    def open_questions(self, group: str) -> tuple[str, ...]:
        table = self.table(group)
        return table.blocking if table else ()

    def all_open_questions(self) -> Sequence[str] | None:
        if len(self._matches) > ASKED_MATCHES_MAX:
            return None
        totals = self.totals
        return [asked.message for about in totals.asked for asked in totals.questions[about]]

    def has_team(self, team: str) -> bool:
        """Say whether somebody entered a team, or named it as one of a group."""
        return self.team(team) is not None or any(True for _ in self.groups_of(team))

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

    def tie(self, tie: str) -> tuple[str | None, str | None] | None:
        pairing = self.pairing(tie)
        return pairing.teams if pairing else None

    def tie_is_level(self, tie: str) -> bool:
        """Say whether lots or an extra match are what decides, or has decided, a tie."""
        pairing = self.pairing(tie)
        if pairing is None:
            return False
        settled = pairing.settled
        settling = ("lots", "extra_match", "replay")
        return settled.status == "undecided" or settled.decided_by in settling

    def drawn(self, tie: str) -> Mapping[str, str]:
        """Give the teams that are named in slots of the round of a tie."""
        rules = self.setting.ties.get(tie)
        pairings = [self.pairing(other.id) for other in rules.round.ties] if rules else []
        slots = [slot for pairing in pairings if pairing for slot in pairing.slots]
        return {slot.slot: slot.source.team for slot in slots if isinstance(slot.source, Team)}

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
        played = self._matches.get(_name(subject))
        return played.version if played else 0

    # What a view reads

    @property
    def setting(self) -> Setting:
        held = self.held(COMPETITION)
        return self.kept.settings.of(COMPETITION, (held,), lambda: setting_of(held))

    @property
    def outline(self) -> tuple[Stage, ...]:
        """Give the stages in outline; finding what stands where takes a walk over all groups."""
        sources = (self.setting, self._listed[FORMATIONS])
        return self.kept.outlines.of(COMPETITION, sources, lambda: competition.outline_of(self))

    @property
    def totals(self) -> Totals:
        """What all matches come to, brought up to date with what has changed."""
        self._name_marked()
        if self._totals is None:
            self._totals = Totals()
            self._uncounted, self._unasked = set(self._matches), set(self.groups())
            self._unasked_ties = set(self.setting.ties)
            self._untold = set(self._listed["team"])
        for match in self._uncounted:
            place = self._places[match]
            self._totals.count_match(self._matches[match], self.sheet(match), place)
        for group in self._unasked:
            table = self.table(group)
            self._totals.count_table(group, table.shown if table else ())
        for tie in self._unasked_ties:
            pairing = self.pairing(tie)
            self._totals.count_tie(tie, pairing.questions if pairing else ())
        for team in self._untold:
            membership = self.membership(team)
            came = membership.came if membership else None
            section_place = self.setting.place_of(came.section if came else None)
            matches = self._listed[f"team/{team}"]
            self._totals.count_team(team, membership, section_place, matches)
        self._uncounted, self._unasked = set(), set()
        self._unasked_ties, self._untold = set(), set()
        return self._totals

    def table(self, group: str) -> Table | None:
        formed = self.formed(group)
        if formed is None:
            return None
        held, matches = self.held(f"group/{group}"), tuple(self.matches_in(f"group/{group}"))
        sources = (formed, self.setting, held, *matches)
        return self.kept.tables.of(group, sources, lambda: table_of(self, formed, matches))

    def pairing(self, tie: str) -> Pairing | None:
        rules = self.setting.ties.get(tie)
        return bracket.pairing_of(self, rules) if rules else None

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

    # Views

    def take_touched(self) -> dict[str, int]:
        """Give the topics touched since the last call, each with its position."""
        self._name_marked()
        touched, self._touched = self._touched, {}
        return touched

    def topics(self) -> Mapping[str, int]:
        """Give every topic that was ever touched, with its position."""
        self._name_marked()
        return self._topics

    def known_topic(self, topic: str) -> bool:
        return topic in self.topics()

    def _name_marked(self) -> None:
        """Turn what was marked into topics, each with the position of the last event."""
        if self._below is not None:
            self._below._name_marked()
        named, matches = self._marked, self._marked_matches
        for match, position in matches.items():
            for topic in self._places[match].topics:
                if named.get(topic, 0) < position:
                    named[topic] = position
        for key, position in self._marked_keys.items():
            for hanging in downstream.reached(self._listed, key):
                for topic in self._about(hanging):
                    if named.get(topic, 0) < position:
                        named[topic] = position
        self._topics.update(named)
        self._touched.update(named)
        self._uncounted.update(matches)
        self._unasked.update(topics.groups_in(named))
        self._marked, self._marked_matches, self._marked_keys = {}, {}, {}

    def _about(self, key: str) -> Iterable[str]:
        """Name the topics about a group, a tie or a berth, and ask a tie's questions anew."""
        kind, _, name = key.partition("/")
        if kind == "tie":
            self._unasked_ties.add(name)
        return downstream.touched(key, self.setting, self.section_of(name))

    def render(self, topic: str) -> dict[str, object] | None:
        """Give what a topic says, as plain data; None when the thing no longer exists."""
        return views.render(self, topic)

    # Copies

    def branch(self) -> "Fold":
        """Give a copy to decide on, which affects this one only if it is absorbed.

        It is void once this one has advanced.
        """
        branch = Fold(maps.branch(self._maps), below=self)
        branch.position = self.position
        branch._version, branch.notes_count = self._version, self.notes_count
        return branch

    def absorb(self, branch: "Fold") -> None:
        """Take in what a branch of this one did, as if this one had; the branch ends there."""
        maps.absorb(self._maps, branch._maps)
        self.position = branch.position
        self._version, self.notes_count = branch._version, branch.notes_count
        self._marked.update(branch._marked)
        self._marked_matches.update(branch._marked_matches)
        self._touched.update(branch._touched)
        self._uncounted |= branch._uncounted
        self._marked_keys.update(branch._marked_keys)
        self._unasked |= branch._unasked
        self._unasked_ties |= branch._unasked_ties
        self._untold |= branch._untold

    def stand_on(self, fold: "Fold") -> None:
        """Go on from a fold that has absorbed the branch of which this is one."""
        maps.stand_on(self._maps, fold._maps)
        self._below = fold

    def dump(self) -> bytes:
        """Give all of it but what was derived, as bytes for load(); of one log always the same."""
        self._name_marked()
        return dumped(
            self._maps, position=self.position, version=self._version, notes=self.notes_count
        )

    @classmethod
    def load(cls, dump: bytes) -> "Fold":
        """Give the fold that was dumped, with nothing touched since."""
        snapshot = loaded(dump)
        fold = cls(snapshot.maps())
        fold.position, fold._version = snapshot.position, snapshot.version
        fold.notes_count = snapshot.notes
        return fold


def _name(key: str) -> str:
    return key.partition("/")[2]
