"""An address that somebody wrote is one that can be called, or is named in a sentence."""

import re
from urllib.parse import SplitResult, urlsplit


class BadAddress(Exception):
    """Not an address that can be called."""

    def __init__(self, url: str, like: str) -> None:
        super().__init__(url, like)
        self.url = without_password(url)
        self.like = like

    def __str__(self) -> str:
        return f"{self.url!r} is no address to call; write it like {self.like}"


def parts_of(url: str, like: str, *schemes: str) -> SplitResult:
    """Take an address apart. Raises BadAddress."""
    try:
        parts = urlsplit(url)
        if parts.scheme in schemes and parts.hostname and parts.port != 0:
            return parts
    except ValueError:
        pass
    raise BadAddress(url, like)


def without_password(url: str) -> str:
    """Give what may be shown of an address."""
    return re.sub("//[^/]*@", "//", url)
