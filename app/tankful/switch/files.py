"""Reads and replaces configuration files of others: never through a link, never half, never with other permissions."""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from tankful.regular_file import content_of
from tankful.switch.errors import NotSwitched

_BYTES_MOST = 1_000_000
"""No configuration that people write is larger."""
_UNTOUCHED = "Nothing was changed."


def content(path: Path) -> bytes | None:
    """Return what a file holds; `None` when there is none.

    Raises:
        NotSwitched: it is no plain file of a sensible size that may be read and written.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as refused:
        raise NotSwitched(f"{path} cannot be read: {refused.strerror}", _UNTOUCHED) from refused
    if stat.S_ISLNK(status.st_mode):
        raise NotSwitched(f"{path} is a link to {_target(path)}", f"{_UNTOUCHED} Change the file that it leads to by hand.")
    if not stat.S_ISREG(status.st_mode) or status.st_size > _BYTES_MOST:
        raise NotSwitched(f"{path} is no plain file of a sensible size", _UNTOUCHED)
    try:
        held = content_of(path)
    except OSError as refused:
        raise NotSwitched(f"{path} cannot be read: {refused.strerror}", _UNTOUCHED) from refused
    if not (status.st_mode & stat.S_IWUSR and os.access(path, os.W_OK)):
        raise NotSwitched(f"{path} may only be read", f"{_UNTOUCHED} Make it writable, if it is yours to change.")
    return held


def text_of(path: Path, held: bytes | None) -> str:
    """Return a file's content as text, empty where there is none.

    Raises:
        NotSwitched: it is not UTF-8.
    """
    try:
        return (held or b"").decode("utf-8")
    except UnicodeDecodeError as broken:
        raise NotSwitched(f"{path} is not UTF-8 text", _UNTOUCHED) from broken


def replace(path: Path, held: bytes | None) -> None:
    """Put content in place of a file's, as a whole or not at all, with the permissions it had; `None` takes the file away.

    Raises:
        NotSwitched: it could not be written, and nothing has changed.
    """
    try:
        if held is None:
            path.unlink(missing_ok=True)
            return
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(held)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink(missing_ok=True)
            raise
    except OSError as refused:
        raise NotSwitched(f"{path} cannot be written: {refused.strerror}", _UNTOUCHED) from refused


def digest(held: bytes | None) -> str:
    """Return a fingerprint of a file's content, empty for no file."""
    return "" if held is None else hashlib.sha256(held).hexdigest()


def _target(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return "another file"
