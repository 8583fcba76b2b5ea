"""Reads files of our own without being held up by what somebody may have put in their place: a named pipe gives nothing, for ever."""

import errno
import os
import stat

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)


def content_of(path: "str | os.PathLike[str]", most: int = -1) -> bytes:
    """Return what a regular file holds, or its first `most` bytes. Raises `OSError`, also where something else lies there."""
    with open(path, "rb", opener=_opened) as file:
        return file.read(most)


def is_odd(path: "str | os.PathLike[str]") -> bool:
    """Say whether something that is neither a regular file nor a folder lies there: a pipe, a device."""
    try:
        return _is_odd(os.stat(path).st_mode)  # noqa: PTH116 - same
    except (OSError, ValueError):
        return False


def _opened(path: str, flags: int) -> int:
    handle = os.open(path, flags | _WITHOUT_WAITING)
    if _is_odd(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is no regular file", path)
    return handle


def _is_odd(mode: int) -> bool:
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
