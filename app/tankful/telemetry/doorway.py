"""Where agents find us: a port of this data folder's own and the token that opens it, chosen once and kept."""

import json
import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple, cast

from tankful.core.errors import TankfulError
from tankful.regular_file import content_of

HOST = "127.0.0.1"
"""This machine alone, and by number: a name may be made to mean another one."""
_PORTS = range(20_000, 32_000)
"""Below those that systems give to connections that go out (Linux from 32,768, the others from 49,152)."""
_TRIES = 50
_NAME = "telemetry.json"


class NoDoorway(TankfulError):
    """The file of the port and the token cannot be read or written."""


class Doorway(NamedTuple):
    """What an agent has to be told."""

    port: int
    token: str

    @property
    def address(self) -> str:
        """Base address for exporters that can send a header; they add `/v1/logs` and so on."""
        return f"http://{HOST}:{self.port}"

    @property
    def address_with_token(self) -> str:
        """Base address for exporters that cannot."""
        return f"{self.address}/{self.token}"


def doorway(state: Path) -> Doorway:
    """Return the doorway of this state folder, chosen now if there is none yet; its file can be read by its owner alone.

    Raises:
        NoDoorway: the file cannot be read or written.
    """
    path = state / _NAME
    known = _read(path)
    if known is not None:
        return known
    chosen = Doorway(_free_port(), secrets.token_urlsafe(24))
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        # Nobody shall see it before it is whole, and of two programs that choose at once the first one wins.
        own = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        handle = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            json.dump(chosen._asdict(), file)
        try:
            with suppress(FileExistsError):
                os.link(own, path)
        except OSError:  # a file system without links
            own.replace(path)
        own.unlink(missing_ok=True)
    except OSError as refused:
        raise NoDoorway(f"{path} cannot be written: {refused.strerror}", "Check permissions and free space.") from refused
    return _read(path) or chosen


def is_chosen(state: Path) -> bool:
    """Say whether this state folder has a doorway."""
    return (state / _NAME).exists()


def _read(path: Path) -> Doorway | None:
    """Return what is kept; `None` where nothing is."""
    try:
        text = content_of(path).decode("ascii")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as unreadable:
        raise NoDoorway(f"{path} cannot be read", "Check its permissions, or delete it and switch telemetry on again.") from unreadable
    with suppress(ValueError, KeyError, TypeError):
        kept = cast("dict[str, Any]", json.loads(text))
        port, token = kept["port"], kept["token"]
        if isinstance(port, int) and isinstance(token, str) and 0 < port < 1 << 16 and len(token) >= 32:
            return Doorway(port, token)
    raise NoDoorway(f"{path} is damaged", "Delete it, and switch telemetry on again for each agent: `tankful telemetry on AGENT`.")


def _free_port() -> int:
    for _ in range(_TRIES):
        port = secrets.choice(_PORTS)
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial, suppress(OSError):
            trial.bind((HOST, port))
            return port
    raise NoDoorway("No free port was found", "Close programs that listen on this machine, and try again.")
