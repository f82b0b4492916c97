"""A group and a team are found by id or name, whatever the case, or it is said which there are."""

from collections.abc import Iterable, Mapping

from projections.fold import Fold
from projections.naming import team_name
from services.settings import EXPLAINED_NAMES_MAX


class NotFound(Exception):
    """Nothing is called so, or more than one thing; `there` are those that can be meant, by id."""

    def __init__(self, kind: str, word: str, where: str, there: Mapping[str, str]) -> None:
        self.kind = kind
        self.word = word
        self.where = where
        self.there = there

    @property
    def _listed(self) -> str:
        shown = [
            id if name == id else f"{id} ({name})"
            for id, name in list(self.there.items())[:EXPLAINED_NAMES_MAX]
        ]
        more = len(self.there) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")

    def __str__(self) -> str:
        there = f"there are {self._listed}" if self.there else "there is none yet"
        return f"there is no {self.kind} {self.word} in {self.where}; {there}"


class Ambiguous(NotFound):
    """Several are called so."""

    def __str__(self) -> str:
        several = f"several {self.kind}s of {self.where} are called {self.word}"
        return f"{several}; name one by its id: {self._listed}"


def group_called(fold: Fold, word: str) -> str:
    """Find a group of the competition. Raises NotFound."""
    formed = ((group, fold.formed(group)) for group in fold.groups())
    there = {group: known.name for group, known in formed if known}
    return _called("group", word, fold.setting.competition, there)


def team_called(fold: Fold, group: str, word: str) -> str:
    """Find a team of a group. Raises NotFound."""
    table = fold.table(group)
    teams: Iterable[str] = table.contest.teams if table else ()
    there = {team: team_name(fold, team).name for team in teams}
    return _called("team", word, group, there)


def _called(kind: str, word: str, where: str, there: Mapping[str, str]) -> str:
    if word in there:
        return word
    same = {id: name for id, name in there.items() if word.casefold() in (id, name.casefold())}
    if len(same) > 1:
        raise Ambiguous(kind, word, where, same)
    if not same:
        raise NotFound(kind, word, where, there)
    return next(iter(same))
