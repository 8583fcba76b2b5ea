"""Lets one program at a time do what two must not do at once; the system gives the lock back when a program dies."""

import os
import sys
from pathlib import Path


class FileLock:
    """A lock that every program of one user can see, by its file."""

    def __init__(self, path: Path) -> None:
        """Do nothing yet; the file is made when the lock is first taken, and stays."""
        self._path = path
        self._handle: int | None = None

    def try_take(self) -> bool:
        """Take it, or return `False` when another holds it. Raises `OSError` when the file cannot be made."""
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
        try:
            taken = _lock(handle)
        except BaseException:
            os.close(handle)
            raise
        if taken:
            self._handle = handle
        else:
            os.close(handle)
        return taken

    def give_back(self) -> None:
        """Let another take it; nothing happens when it is not held."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _lock(handle: int) -> bool:
    if sys.platform == "win32":  # pragma: no cover - Windows only
        import msvcrt  # noqa: PLC0415 - see above

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
