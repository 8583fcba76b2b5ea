"""Reads files without being held up by what somebody may have put in their place: a named pipe gives nothing, for ever.

It belongs to no room, so that every room may read by it.
"""

import errno
import os
import stat

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)
_BESIDE = ("-journal", "-wal", "-shm")
"""What SQLite opens beside a database, whether anybody asked for it or not."""


def content_of(path: "str | os.PathLike[str]", most: int = -1) -> bytes:
    """Return what a regular file holds, or its first `most` bytes. Raises `OSError`, also where something else lies there."""
    with open(path, "rb", opener=opened) as file:
        return file.read(most)


def opened(path: str, flags: int, mode: int = 0o666) -> int:
    """Open a regular file as `os.open` does, for `open` to use. Raises `OSError` where something else lies there, and never waits."""
    handle = os.open(path, flags | _WITHOUT_WAITING, mode)
    if _is_odd(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no regular file", path)
    return handle


def is_odd(path: "str | os.PathLike[str]", *, may_be_folder: bool = True) -> bool:
    """Say whether something that is neither a regular file nor a folder lies there: a pipe, a device."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - pathlib is slow to load
    except (OSError, ValueError):
        return False
    return _is_odd(mode) or (stat.S_ISDIR(mode) and not may_be_folder)


def odd_at(database: "str | os.PathLike[str]") -> str:
    """Return what of a database, or of what SQLite opens beside it, is odd; empty: nothing is.

    SQLite would wait there. It says by itself that it cannot open a folder, but takes one in its journal's place for a full disk.
    """
    plain = os.fspath(database)
    if is_odd(plain):
        return plain
    return next((plain + ending for ending in _BESIDE if is_odd(plain + ending, may_be_folder=ending != _BESIDE[0])), "")


def _is_odd(mode: int) -> bool:
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
