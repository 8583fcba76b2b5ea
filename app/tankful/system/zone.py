"""The time zone in which days begin and end."""

import os
import re
from contextlib import suppress
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tankful.core.errors import WrongWords

_WORD = r"(?:[A-Za-z]{3,}|<[-+A-Za-z0-9]{3,}>)"
_SPELLED_OUT = re.compile(rf"{_WORD}[-+]?\d[\d:]*(?P<summer>{_WORD})?(?P<rest>[-+]?[\d:]*(?:,.*)?)", re.ASCII)
_USUAL_RULE = ",M3.2.0,M11.1.0"
"""What C libraries take where a summer time is named without its rule (tzset(3))."""
_EMPTY_BLOCK = b"TZif2" + bytes(15) + bytes(16) + b"\0\0\0\1" + b"\0\0\0\1" + bytes(6) + b"\0"
"""A block of a zone file (RFC 8536) that knows of no change: then all is in the file's last line."""


def zone_named(name: str) -> tzinfo:
    """Return the zone with this IANA name, or this machine's own for an empty one.

    Raises:
        WrongWords: there is no such zone.
    """
    if name == "UTC":
        return UTC
    if name:
        try:
            return _zone(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
            raise WrongWords(f"There is no time zone {name!r}", "Use a name such as Europe/Berlin or UTC.") from unknown
    return own_zone(os.environ.get("TZ", ""))


def own_zone(variable: str, link: str = "/etc/localtime") -> tzinfo:
    """Return this machine's zone: what `TZ` names, or what the system's link points to, or what `tzlocal` finds elsewhere."""
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        name = variable.removeprefix(":") or os.readlink(link).partition("/zoneinfo/")[2]  # noqa: PTH115 - only the text counts
        return _zone(name)
    import tzlocal  # noqa: PLC0415 - it is slow to load, and few machines are so unusual

    try:
        return tzlocal.get_localzone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC  # a machine with a broken zone setting still has days


def _zone(name: str) -> ZoneInfo:
    """Return the zone with this name, or the one that a text such as `CET-1CEST` describes.

    Python reads such a text only as the last line of a zone file (RFC 8536, from version 2 on): it is given one.

    Raises:
        ZoneInfoNotFoundError, ValueError, OSError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        found = _SPELLED_OUT.fullmatch(name)
        if found is None:
            raise
    from io import BytesIO  # noqa: PLC0415 - nearly all zones have a name

    rule = "" if found["summer"] is None or "," in found["rest"] else _USUAL_RULE
    return ZoneInfo.from_file(BytesIO(_EMPTY_BLOCK * 2 + f"\n{name}{rule}\n".encode()), key=name)
