"""Each topic is rendered by the module of its kind, and none is larger than a view may be.

Whether the competition is simulated is said here, first in the data of every topic, so that no
view of an invented season can be taken for a real one.
"""

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import asdict

from projections import (
    competition,
    matches,
    questions,
    records,
    scorers,
    sections,
    standings,
    teams,
    topics,
)
from projections.fitting import fit

if TYPE_CHECKING:
    from projections.fold import Fold


def render(fold: "Fold", topic: str) -> dict[str, object] | None:
    """Give what a topic says now; None where there is no such thing (any more)."""
    view = fit(_rendered(fold, topic))
    return None if view is None else {"simulated": fold.setting.simulated, **asdict(view)}


def _rendered(fold: "Fold", topic: str) -> Struct | None:
    kind, _, name = topic.partition("/")
    match kind, name:
        case topics.COMPETITION, "":
            return competition.render(fold)
        case topics.TEAMS, "":
            return teams.render(fold)
        case topics.SCORERS, "":
            return scorers.render(fold)
        case topics.RECORDS, "":
            return records.render(fold)
        case topics.BERTHS, "":
            return sections.render_berths(fold)
        case "bracket", section:
            return sections.render_bracket(fold, section)
        case "sections", section:
            return sections.render_section(fold, section)
        case topics.OPEN_QUESTIONS, "":
            return questions.render(fold)
        case topics.LIVE, "":
            return matches.render_live(fold, None)
        case topics.LIVE, section:
            return matches.render_live(fold, section) if fold.known_topic(topic) else None
        case "standings", group:
            return standings.render(fold, group)
        case "matches", name:
            return _matches(fold, name)
    return None


def _matches(fold: "Fold", name: str) -> Struct | None:
    """Tell a match, a group and a date apart; the first two never share an id."""
    played = fold.match_of(name)
    if played is not None:
        return matches.render_match(fold, played)
    if fold.has_group(name):
        return matches.render_listed(fold, f"group/{name}")
    if name in fold.setting.ties:
        return matches.render_listed(fold, f"tie/{name}")
    if fold.has_shelf(f"date/{name}"):
        return matches.render_date(fold, name)
    return None
