"""Which time zones there are, by the database that Python reads."""

from zoneinfo import ZoneInfo

A_ZONE = "a time zone of the IANA database, such as America/Lima"


def is_known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
