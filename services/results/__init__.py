"""Results as a CSV tells them: what was played, decided, deducted and given up, by group.

A file is read whole or not at all. Each row is held against what a match can come to and against
the other rows; every one that cannot be is told, with its line and column. Team names are the
file's own words, and so are those of stages and groups; which stage and group they mean, the
regulations say.
"""

from services.results.entries import GroupResults, Met, Results
from services.results.reading import read

__all__ = ["GroupResults", "Met", "Results", "read"]
