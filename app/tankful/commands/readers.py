"""Knows whether anybody still reads what is written to a stream."""

import select
from typing import TextIO


def has_hung_up(stream: TextIO) -> bool:
    """Say whether whoever read at the other end has gone; writing would tell too, but there may be nothing to write for hours."""
    try:
        asked = select.poll()
        asked.register(stream.fileno(), 0)  # the end of the other side is told unasked
        return any(told & (select.POLLERR | select.POLLHUP) for _, told in asked.poll(0))
    except (AttributeError, OSError, ValueError):  # Windows has no such thing, and a stream of strings no number
        return False
