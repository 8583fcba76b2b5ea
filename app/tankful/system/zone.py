"""The time zone in which days begin and end."""

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
    import tzlocal  # noqa: PLC0415 - finding this machine's zone is slow and often not needed

    try:
        return tzlocal.get_localzone()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC  # a machine with a broken zone setting still has days
