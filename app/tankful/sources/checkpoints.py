"""Brings back what a parser kept of itself, whatever became of it meanwhile."""

from typing import TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


def restored(fields: bytes | None, fresh: T) -> T:
    """Return the state that an earlier parser of this kind left; a fresh one where there is none, or one of another make."""
    if not fields:
        return fresh
    try:
        return msgspec.msgpack.decode(fields, type=type(fresh))
    except (ValueError, RecursionError):  # msgspec's errors are `ValueError`s
        return fresh
