"""Puts a text on the clipboard from a terminal, through the program that the system or the desktop has for it."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from shutil import which

_PATIENCE_S = 5


def copied(text: str, environ: Mapping[str, str]) -> bool:
    """Copy a text; `False` where nothing here can."""
    import subprocess  # noqa: PLC0415 - the only way there is without a window

    for command in _commands(environ):
        program = which(command[0], path=environ.get("PATH", os.defpath))
        if program is None:
            continue
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(  # noqa: S603 - a program of the system, and no word of the text among its arguments
                [program, *command[1:]],
                input=text.encode("utf-16-le" if sys.platform == "win32" else "utf-8"),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_PATIENCE_S,
                check=True,
            )
            return True
    return False


def _commands(environ: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    if sys.platform == "win32":  # pragma: no cover - Windows only
        return (("clip",),)
    if sys.platform == "darwin":  # pragma: no cover - macOS only
        return (("pbcopy",),)
    wayland = (("wl-copy",),) if environ.get("WAYLAND_DISPLAY") else ()
    x11 = (("xclip", "-selection", "clipboard"), ("xsel", "--clipboard", "--input")) if environ.get("DISPLAY") else ()
    return (*wayland, *x11)
