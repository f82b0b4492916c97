"""On loopback a service answers only to names that are its own.

Another name there is a page of somebody else's that was pointed at this machine.
"""

import ipaddress
from collections.abc import Iterable

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


def known_names(host: str, allowed: Iterable[str]) -> frozenset[str]:
    """Give the names that a Host header may carry where `host` is listened on; none means any."""
    names = tuple(allowed)
    if not is_loopback(host) and not names:
        return frozenset()
    own = f"[{host}]" if ":" in host else host
    return frozenset(name.lower() for name in (*LOOPBACK_NAMES, own, *names))


def name_in(header: str) -> str:
    """Give the name in a Host header, without its port."""
    name = header.lower()
    return name[: name.find("]") + 1] if name.startswith("[") else name.partition(":")[0]


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
