"""Says whether a display really answers: Qt ends the whole program where none does.

`python -m tankful.system.display` says it with its exit code: 0 when one answers, 1 when none does. It needs no library, so
that it can be asked before anything is set up.
"""

import ctypes
import os
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_PATIENCE_S = 3.0
"""A display on this machine answers in a thousandth of a second; one on another machine that is gone never does."""
_NEEDS_WINDOWS = ("xcb", "wayland")
_CHOSEN = "QT_QPA_PLATFORM"


@dataclass(frozen=True, slots=True)
class Display:
    """What a window could be shown on."""

    answering: tuple[str, ...]
    """In words, such as `Wayland wayland-0` and `X11 :0`."""
    silent: tuple[str, ...]
    """Named in the environment, but nobody answers there."""
    platform: str = ""
    """Qt's name for the one to insist on, where Qt would try a silent one first; empty: leave it to Qt."""


def display(environ: Mapping[str, str], patience_s: float = _PATIENCE_S) -> Display:
    """Return which of the displays that the environment names answer; takes `patience_s` at most for each."""
    if sys.platform in {"win32", "darwin"}:  # pragma: no cover - they always have one
        return Display(("the system's own",), ())
    chosen = [name.split(":")[0] for name in environ.get(_CHOSEN, "").split(";") if name]
    other = [name for name in chosen if not name.startswith(_NEEDS_WINDOWS)]
    if other:
        return Display((f"Qt's {other[0]}",), ())
    kinds = (("wayland", "Wayland", "WAYLAND_DISPLAY", _wayland_answers), ("xcb", "X11", "DISPLAY", _x_answers))
    answering: dict[str, str] = {}
    silent: list[str] = []
    for platform, kind, variable, answers in kinds:
        name = environ.get(variable, "")
        if not name or (chosen and not any(word.startswith(platform) for word in chosen)):
            continue
        if _in_time(lambda answers=answers, name=name: answers(name, environ), patience_s):
            answering[platform] = f"{kind} {name}"
        else:
            silent.append(f"{kind} {name}")
    platform = next(iter(answering)) if len(answering) == 1 and silent else ""
    return Display(tuple(answering.values()), tuple(silent), platform)


def insist(found: Display, environ: "MutableMapping[str, str]") -> None:
    """Let Qt go straight to the display that answers."""
    if found.platform:
        environ[_CHOSEN] = found.platform


def _in_time(ask: Callable[[], bool], patience_s: float) -> bool:
    """Ask on another thread: nothing else ends a call that waits for a machine that is gone."""
    said: list[bool] = []
    asker = threading.Thread(target=lambda: said.append(ask()), name="tankful-display", daemon=True)
    asker.start()
    asker.join(patience_s)
    return said == [True]


def _wayland_answers(name: str, environ: Mapping[str, str]) -> bool:
    return _listens(os.path.join(environ.get("XDG_RUNTIME_DIR", ""), name))  # noqa: PTH118 - an absolute name stays as it is


def _x_answers(name: str, _environ: Mapping[str, str]) -> bool:
    library = _xcb()
    if library is None:
        return _x_listens(name)
    connection = library.xcb_connect(name.encode(), None)  # never null; it also shows its passport, which may be refused
    try:
        return not library.xcb_connection_has_error(connection)
    finally:
        library.xcb_disconnect(connection)


def _xcb() -> ctypes.CDLL | None:
    """Return X's own library with the calls that are needed; `None` where it is not installed."""
    try:
        library = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return None
    library.xcb_connect.restype = ctypes.c_void_p
    library.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    library.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    library.xcb_disconnect.argtypes = [ctypes.c_void_p]
    return library


def _x_listens(name: str) -> bool:
    """Say whether somebody listens where this X display would be: `:0` here, or `host:0` elsewhere."""
    host, _, rest = name.rpartition(":")
    number = rest.split(".")[0]
    if not number.isdecimal():
        return False
    if host in {"", "unix"}:
        return any(_listens(f"{start}/tmp/.X11-unix/X{number}") for start in ("", "\0"))  # noqa: S108 - it is where X is
    with suppress(OSError), socket.create_connection((host, 6000 + int(number)), _PATIENCE_S):
        return True
    return False


def _listens(path: str) -> bool:
    with suppress(OSError, ValueError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as plug:
        plug.connect(path)
        return True
    return False


if __name__ == "__main__":
    sys.exit(0 if display(os.environ).answering else 1)
