"""What the events mean: folds of small frozen values, and the views rendered from them."""

GENERATION = 5
"""Raised when a projection changes its meaning; the views are then built anew beside the old."""
