"""Rings at the running Tankful: one word over a local socket, without any library, so that it costs a millisecond."""

import os
import socket
import sys
import tempfile
from hashlib import blake2b
from pathlib import Path

SHOW = "show"
"""Raise the panel."""
SETTINGS = "settings"
"""Read the settings file and the accounts again."""
PREFERENCES = "preferences"
"""Open the settings window."""
REFRESH = "refresh"
"""Ask for fresh numbers."""
ANSWER = b"ok\n"

_SOCKET_PATH_MAX = 100
"""Unix keeps 104 to 108 bytes for a socket's path, by system."""
_PATIENCE_S = 3.0


def address(state: Path, platform: str = sys.platform) -> str:
    """Return where the instance of this state folder listens: a socket's path, or on Windows a pipe's name.

    The socket lies in the state folder, so its permissions are the folder's; where that path is too long for a socket, in the
    temporary folder under a name made from it.
    """
    where = state.resolve()
    name = f"tankful-{blake2b(os.fsencode(where), digest_size=8).hexdigest()}"
    if platform == "win32":
        return name
    path = where / "doorbell"
    return str(path if len(os.fsencode(path)) <= _SOCKET_PATH_MAX else Path(tempfile.gettempdir()) / name)


def ring(state: Path, word: str) -> bool:
    """Say one word to the running instance; `False` when none answers."""
    where = address(state)
    try:
        if sys.platform == "win32":
            return _ring_pipe(where, word)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(_PATIENCE_S)
            line.connect(where)
            line.sendall(f"{word}\n".encode())
            return line.recv(len(ANSWER)) == ANSWER
    except OSError:
        return False


def _ring_pipe(name: str, word: str) -> bool:  # pragma: no cover - Windows only
    with open(rf"\\.\pipe\{name}", "r+b", buffering=0) as line:  # noqa: PTH123 - a pipe is no path
        line.write(f"{word}\n".encode())
        return line.read(len(ANSWER)) == ANSWER
