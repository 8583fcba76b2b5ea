"""Brings back what a parser kept of itself, whatever became of it meanwhile."""

from typing import TypeVar

import msgspec

T = TypeVar("T")


def restored(fields: bytes | None, fresh: T, shape: type[T] | None = None) -> T:
    """Return the state that an earlier parser of this kind left; a fresh one where there is none, or one of another make.

    `shape` is needed only for a mapping: of what to what.
    """
    if not fields:
        return fresh
    try:
        return msgspec.msgpack.decode(fields, type=shape or type(fresh))
    except (ValueError, RecursionError):  # msgspec's errors are `ValueError`s
        return fresh
