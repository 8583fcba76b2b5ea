"""Reads the small files that lie beside a log and say what it does not: which folder, which model."""

import os
import stat

MOST = 4_000_000
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
"""Not blocking: a named pipe put in such a file's place must not hold us up."""


def content_of(path: str | os.PathLike[str], most: int = MOST) -> bytes:
    """Return what a regular file of at most so many bytes holds; nothing where there is no such file, or a larger one."""
    try:
        handle = os.open(path, _FLAGS)
    except (OSError, ValueError):  # a path may hold what no path may
        return b""
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or status.st_size > most:
            return b""
        with os.fdopen(os.dup(handle), "rb") as file:
            return file.read(most)
    except OSError:
        return b""
    finally:
        os.close(handle)
