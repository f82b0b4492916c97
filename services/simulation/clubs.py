"""Clubs and players that nobody could take for real ones: their names say that they are invented.

A club is a letter of the Greek alphabet in the place it comes from, a player a number in a club.
"""

import unicodedata
from collections.abc import Iterator

import msgspec

PLAYERS = 14
"""So many players of a club are named: those who begin, and the three who come in."""

_LETTERS = (
    "Alfa", "Beta", "Gamma", "Delta", "Épsilon", "Dseta", "Eta", "Zeta", "Iota", "Kappa", "Lambda",
    "Mi", "Ni", "Ksi", "Ómicron", "Pi", "Ro", "Sigma", "Tau", "Ípsilon", "Fi", "Ji", "Psi", "Omega",
)  # fmt: skip

CLUBS_MAX = len(_LETTERS)


class Club(msgspec.Struct, frozen=True):
    """An invented club of a section."""

    team: str
    full: str
    short: str
    section: str
    place: str


def invented(section: str, place: str, number: int) -> Iterator[Club]:
    """Give the first clubs of a section, which is called like the place."""
    for letter in _LETTERS[:number]:
        team = f"{_plain(letter)}-{section}"
        yield Club(team, f"Club Simulado {letter} de {place}", f"{letter} {place}", section, place)


def player(team: str, number: int) -> str:
    return f"{team}-{number}"


def _plain(letter: str) -> str:
    spelt = unicodedata.normalize("NFD", letter.lower())
    return "".join(each for each in spelt if each.isalpha() and each.isascii())
