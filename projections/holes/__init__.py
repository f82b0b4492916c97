"""Holes in regulations are found before a season falls into them.

Criteria are searched by small tables that end level where a berth depends on it, under the very
ranking that the season will be ranked by; ties by matches that are all drawn. The rest is read off
the regulations: what fills a slot, what a guard asks, what data a criterion needs. Regulations
that cannot be at all are refused by events/possible_rules.py, and not looked at here.
"""

from collections.abc import Collection

from events.regulations import Regulations
from projections.holes.berths import holes_of_berths
from projections.holes.criteria import holes_of_criteria
from projections.holes.found import Delivered, Example, Hole, Holes, Level, Score
from projections.holes.level import holes_of_level_teams
from projections.holes.overall import holes_of_overall
from projections.holes.ruled import ruled_tables
from projections.holes.ties import holes_of_ties

__all__ = ["Delivered", "Example", "Hole", "Holes", "Level", "Score", "holes"]


def holes(regulations: Regulations, *, delivered: Collection[Delivered]) -> Holes:
    """Find the holes in regulations that can be, where only what is `delivered` is recorded."""
    tables = ruled_tables(regulations)
    level, not_searched = holes_of_level_teams(tables, regulations)
    found = (
        *level,
        *holes_of_ties(regulations),
        *holes_of_criteria(tables, regulations, delivered),
        *holes_of_berths(regulations),
        *holes_of_overall(regulations),
    )
    return Holes(found, not_searched)
