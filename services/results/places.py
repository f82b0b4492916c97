"""Which stage and group of the regulations the words of a file mean.

A stage or a group is meant by its id or its name, whatever the case. A lone stage or group need
not be named, and regulations that list no groups take any.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from events.regulations import Group, Regulations, Section, Stage
from services.rows import Row


class Place(Struct, frozen=True):
    """A group as the file calls it, and what the regulations have for it.

    Matches of a stage without tables belong to its knock-out.
    """

    stage: str
    group: str
    stage_rules: Stage | None = None
    section: Section | None = None
    group_rules: Group | None = None
    is_table: bool = True

    @property
    def key(self) -> tuple[str, str]:
        """What makes two rows belong together, however they are written."""
        stage = self.stage_rules.id if self.stage_rules else _plain(self.stage)
        return stage, self.group_rules.id if self.group_rules else _plain(self.group)

    def is_called(self, word: str) -> bool:
        """Say whether the group is meant by this word, as the file or the regulations have it."""
        words = {_plain(self.group)} | (_words(self.group_rules) if self.group_rules else set())
        return _plain(word) in words

    @property
    def name(self) -> str:
        return ", ".join(filter(None, (self.stage, self.group))) or "the table"


class Places:
    """The stages and groups of some regulations, by what they may be called."""

    def __init__(self, regulations: Regulations) -> None:
        self._stages = regulations.stages
        self._by_word: Mapping[str, Stage] = {
            word: stage for stage in self._stages for word in _words(stage)
        }

    def find(self, row: Row) -> Place | None:
        """Find where a row belongs; None, and a fault is noted, where that is nowhere."""
        stage_word, group_word = row.text("stage"), row.text("group")
        if not self._stages:
            return Place(stage_word, group_word)
        stage = self._stage(row, stage_word, group_word)
        if stage is None:
            return None
        listed = [(section, group) for section in stage.sections for group in section.groups]
        place = Place(stage_word or stage.name, group_word, stage, _open_section(stage))
        if is_knock_out(stage, group_word):
            return replace(place, is_table=False)
        return self._in_group(row, place, listed) if listed else place

    def _stage(self, row: Row, word: str, group: str) -> Stage | None:
        if word:
            if (stage := self._by_word.get(_plain(word))) is None:
                row.expected("stage", f"one of {_listed(s.name for s in self._stages)}")
            return stage
        lone = [stage for stage in self._stages if not is_knock_out(stage, group)]
        if len(lone) != 1:
            lone = [stage for stage in self._stages if group and _lists(stage, group)]
        if len(lone) != 1:
            row.expected("stage", f"one of {_listed(s.name for s in self._stages)}")
            return None
        return lone[0]

    def _in_group(
        self, row: Row, place: Place, listed: list[tuple[Section, Group]]
    ) -> Place | None:
        word = place.group
        meant = [pair for pair in listed if not word or _plain(word) in _words(pair[1])]
        by_id = [pair for pair in meant if word and _plain(word) == pair[1].id]
        if len(by_id or meant) != 1:
            names = [group.id if word and meant else group.name for _, group in meant or listed]
            row.expected("group", f"one of {_listed(names)}")
            return None
        [(section, group)] = by_id or meant
        return replace(place, section=section, group_rules=group, group=word or group.name)


def is_knock_out(stage: Stage, group: str) -> bool:
    """Say whether a row of the stage, with this word for a group, is of a round and not a table."""
    has_tables = any(section.groups or section.each_group for section in stage.sections)
    has_rounds = any(section.rounds for section in stage.sections)
    return has_rounds and not (has_tables and group)


def _open_section(stage: Stage) -> Section | None:
    """Give the section whose rules hold for groups that the regulations do not list."""
    of_tables = [section for section in stage.sections if section.each_group]
    return next(iter(of_tables or stage.sections), None)


def _lists(stage: Stage, word: str) -> bool:
    groups = (group for section in stage.sections for group in section.groups)
    return any(_plain(word) in _words(group) for group in groups)


def _words(named: Stage | Group) -> set[str]:
    return {named.id, _plain(named.name)}


def _plain(word: str) -> str:
    return " ".join(word.casefold().split())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))
