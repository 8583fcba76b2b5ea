"""Times as the ledger keeps them: whole microseconds since 1970 UTC."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
QUARTER_US = 900_000_000
"""A quarter of an hour: the grain of the sums."""


def microseconds(at: datetime) -> int:
    """Return whole microseconds since 1970 UTC."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds  # dividing takes half as long again


def moment(at: int) -> datetime:
    """Return the time of this many microseconds since 1970 UTC."""
    return EPOCH + timedelta(microseconds=at)


def quarter_of(at: datetime) -> int:
    """Return the quarter of an hour that this time lies in."""
    return microseconds(at) // QUARTER_US
