"""The time zone in which days begin and end."""

import os
from contextlib import suppress
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tankful.core.errors import WrongWords


def zone_named(name: str) -> tzinfo:
    """Return the zone with this IANA name, or this machine's own for an empty one.

    Raises:
        WrongWords: there is no such zone.
    """
    if name == "UTC":
        return UTC
    if name:
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise WrongWords(f"There is no time zone {name!r}", "Use a name such as Europe/Berlin or UTC.") from unknown
    return own_zone(os.environ.get("TZ", ""))


def own_zone(variable: str, link: str = "/etc/localtime") -> tzinfo:
    """Return this machine's zone: what `TZ` names, or what the system's link points to, or what `tzlocal` finds elsewhere."""
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        name = variable.removeprefix(":") or os.readlink(link).partition("/zoneinfo/")[2]  # noqa: PTH115 - only the text counts
        return ZoneInfo(name)
    import tzlocal  # noqa: PLC0415 - it is slow to load, and few machines are so unusual

    try:
        return tzlocal.get_localzone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC  # a machine with a broken zone setting still has days
