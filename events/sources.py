"""Where the team of a slot comes from, as data; and the tables over several groups that say it."""

from events.criteria import Criterion, Rank
from events.fields import Id, Name, Value


class SlotSource(Value, frozen=True, tag_field="from"):
    """What fills a slot: `from` says which kind it is."""


class RankOf(SlotSource, frozen=True, tag="rank"):
    """Who comes to stand at a rank of a group."""

    group: Id
    rank: Rank


class WinnerOf(SlotSource, frozen=True, tag="winner"):
    """Who goes through in a tie."""

    tie: Id


class LoserOf(SlotSource, frozen=True, tag="loser"):
    """Who does not go through in a tie."""

    tie: Id


class BerthOf(SlotSource, frozen=True, tag="berth"):
    """Who holds a berth; of one that several ranks earn, the `place`-th of them."""

    berth: Id
    place: Rank = 1


class BestOf(SlotSource, frozen=True, tag="best"):
    """Who comes to stand at a place of an overall table."""

    overall: Id
    place: Rank = 1


class Allotted(SlotSource, frozen=True, tag="allotted"):
    """Whom the allocation of an overall table sends to one of the places that it names."""

    overall: Id
    to: Name


class Team(SlotSource, frozen=True, tag="team"):
    """A team that is known by name."""

    team: Id


class ByDraw(SlotSource, frozen=True, tag="draw"):
    """Nobody yet: a draw or a ruling will say."""


class ByRuling(SlotSource, frozen=True, tag="ruling"):
    """Nobody yet: a ruling will say, and no draw."""


class Bye(SlotSource, frozen=True, tag="bye"):
    """Nobody: the other one goes through."""


class Unknown(SlotSource, frozen=True, tag="unknown"):
    """Somebody, and no source says who."""


Source = (
    RankOf
    | WinnerOf
    | LoserOf
    | BerthOf
    | BestOf
    | Allotted
    | Team
    | ByDraw
    | ByRuling
    | Bye
    | Unknown
)


# Tables over several groups


class Allocation(Value, frozen=True):
    """Which group sends its team where, by the groups whose teams go through.

    `to` names the places. A row is one combination of groups, in the order of these places.
    """

    to: tuple[Name, ...]
    rows: tuple[tuple[Id, ...], ...]
    article: Name | None = None


class Overall(Value, frozen=True):
    """A table over several groups, or over who lost in a round, with criteria of its own.

    In it are those at one `rank` of the `groups`, or all of their teams; without `groups` they
    are those of its section. `losers_of` names a round of the section instead. It has no matches
    of its own: theirs count. Without `criteria` those of the section are asked.
    """

    id: Id
    name: Name
    groups: tuple[Id, ...] = ()
    rank: Rank | None = None
    losers_of: Id | None = None
    criteria: tuple[Criterion, ...] | None = None
    allocation: Allocation | None = None
    article: Name | None = None
