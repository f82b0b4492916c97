"""One fold for everybody: capture decides on it, the projector renders it, replay repeats it.

A fold is a map of small frozen values that only grow: the facts of each match, group, team and
person, and of the competition. Advancing it appends one fact and marks the topics it touches;
what the facts mean is read of it (projections/known.py).
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from events.match import Match, Sheet, facts_that_stand
from events.play import play_after
from events.types import (
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
from projections import arrivals, downstream, maps, topics, views
from projections.known import FORMATIONS, MERGED, Known, name_of
from projections.maps import Maps
from projections.snapshot import dumped, loaded
from projections.topics import Place
from projections.totals import Totals
from projections.values import Held, key_of, keys_of, note_of, root_of, words_about

_RULES = (CompetitionCreated, RegulationsAmended)
_NOWHERE = Place()
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


class NoSuchMatch(Exception):
    """An event is about a match that nothing before it names; capture lets none of these in."""

    def __init__(self, match: str) -> None:
        self.match = match

    def __str__(self) -> str:
        return f"it is about the match {self.match}, which nothing before it names"


class Fold(Known):
    """The log of one competition up to `position`; a new one is of an empty log."""

    def __init__(self, grown: Maps | None = None, below: "Fold | None" = None) -> None:
        super().__init__(grown, below.kept if below else None)
        # Marked are the topics touched lately; a match stands for the topics of its place.
        self._marked: dict[str, int] = {}
        self._marked_matches: dict[str, int] = {}
        # Groups, ties and berths that may have been decided otherwise.
        self._marked_keys: dict[str, int] = {}
        self._touched: dict[str, int] = {}
        self._below = below
        self._totals: Totals | None = None
        self._uncounted: set[str] = set()
        self._unasked: set[str] = set()
        self._unasked_ties: set[str] = set()
        self._untold: set[str] = set()
        self._unheld: set[str] = set()
        self._unranked: set[str] = set()
        self._unarrived: set[str] = set()

    # Folding

    def advance(self, event: Event) -> None:
        """Take in the next event; one that was taken in before changes nothing.

        Raises Gap where events in between are missing, and NoSuchMatch; neither is taken in.
        """
        if event.position != self.position + 1:
            if event.position <= self.position:
                return
            raise Gap(self.position + 1, event.position)
        match, kind = event.match, type(event)
        if match is not None and match not in self._matches and kind not in topics.PLACING:
            raise NoSuchMatch(match)
        position = self.position = event.position
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

    def pass_over(self, event: Event) -> None:
        """Leave out the next event, for a look at what the others alone come to."""
        assert event.position == self.position + 1, "a look leaves out one after the other"
        self.position = event.position

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
            self._uncounted.update(self._matches)
            self._hang(downstream.ruled(self.setting))
            self._unheld.update(self.setting.berths)
        elif isinstance(root, GroupFormed):
            self._form(name_of(key) for key in keys)
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
            entered = self.team(name_of(key))
            if entered is not None and entered.section is not None:
                shelf = f"teams from {entered.section}"
                if entered.team not in self._listed[shelf]:
                    self._listed.add(shelf, entered.team)
            for place in self.places_of(name_of(key)):
                self._mark_decided(place)

    def _list_merged(self, keys: Iterable[str]) -> None:
        for key in keys:
            if name_of(key) not in self._listed[MERGED]:
                self._listed.add(MERGED, name_of(key))

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
            self._unranked.update(self.setting.overall)
            self._unarrived.update((*self.setting.leading_to, *self.brackets()))
        for key in keys:
            self._mark(topics.touched(fact, name_of(key), self))
            if key.startswith(downstream.KINDS):
                self._marked_keys[key] = self.position
            if key.startswith("team/"):
                self._untold.add(name_of(key))
            elif isinstance(fact, GroupFormed):
                self._untold.update(self.group(name_of(key)) or ())

    # What all comes to

    @property
    def totals(self) -> Totals:
        """What all matches come to, brought up to date with what has changed."""
        self._name_marked()
        if self._totals is None:
            self._totals = Totals()
            self._uncounted, self._unasked = set(self._matches), set(self.groups())
            self._unasked_ties = set(self.setting.ties)
            self._unarrived = {*self.setting.leading_to, *self.brackets()}
            self._unranked = set(self.setting.overall)
            self._untold = set(self._listed["team"])
        for match in self._with_their_ties(self._uncounted):
            place, sheet = self._places[match], self.sheet(match)
            is_spare = sheet is not None and match in self.spare_in(sheet.tie or "")
            self._totals.count_match(self._matches[match], sheet, place, is_spare=is_spare)
        for group in self._unasked:
            table = self.table(group)
            self._totals.count_table(group, table.shown if table else ())
        for tie in self._unasked_ties:
            pairing = self.pairing(tie)
            self._totals.count_tie(tie, pairing.questions if pairing else ())
        for name in self._unranked:
            overall = self.overall(name)
            self._totals.count_table(name, overall.questions if overall else ())
        for team in self._untold:
            membership = self.membership(team)
            came = membership.came if membership else None
            section_place = self.setting.place_of(came.section if came else None)
            matches = self._listed[f"team/{team}"]
            self._totals.count_team(team, membership, section_place, matches)
        for section in self._unarrived:
            self._totals.count_section(section, arrivals.asked_in(self, section))
        for berth in self._unheld:
            self._totals.holders.pop(berth, None)
        self._uncounted, self._unasked = set(), set()
        self._unasked_ties, self._untold, self._unheld = set(), set(), set()
        self._unranked, self._unarrived = set(), set()
        return self._totals

    def _with_their_ties(self, matches: Iterable[str]) -> set[str]:
        """Add to matches the others of ties that they are or were of."""
        shelves = {shelf for match in matches for shelf in self._places[match].listed}
        ties = (shelf for shelf in shelves if shelf.startswith("tie/"))
        return set(matches).union(*(self._listed[tie] for tie in ties))

    @property
    def totals_so_far(self) -> Totals:
        """Give the totals if they were ever asked for, else empty ones: counting all takes long."""
        return Totals() if self._totals is None else self.totals

    def all_open_questions(self) -> Sequence[str] | None:
        if len(self._matches) > ASKED_MATCHES_MAX:
            return None
        totals = self.totals
        return [asked.message for about in totals.asked for asked in totals.questions[about]]

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
        """Name the topics about a group, a tie or a berth; a tie or a berth is looked at anew."""
        kind, _, name = key.partition("/")
        if kind == "tie":
            self._unasked_ties.add(name)
        elif kind == "berth":
            self._unheld.add(name)
        elif kind == "group" and name in self.setting.overall:
            self._unranked.add(name)
        section = self.section_of(name)
        self._unarrived.update(arrivals.sections_of(key, self.setting, section))
        return downstream.touched(key, self.setting, section)

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
        self._unheld |= branch._unheld
        self._unranked |= branch._unranked
        self._unarrived |= branch._unarrived

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
