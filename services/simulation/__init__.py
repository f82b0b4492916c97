"""Seasons that never were: invented by a seed, posted like any other, and marked as simulated."""
