"""Words on the command line: what each starts, and how a failure is said."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from argparse import Namespace
    from datetime import datetime
    from pathlib import Path

    from tankful.commands.terminal import Terminal
    from tankful.core.errors import TankfulError
    from tankful.system.paths import Folders

Tray = Callable[["Path | None"], int]
"""Shows the gauge in the tray for this data folder until it is closed; returns the exit code."""
FINE, WRONG, INTERRUPTED = 0, 2, 130


class _Command(Protocol):
    """A module of `tankful.commands`."""

    def run(self, words: "Namespace", folders: "Folders", terminal: "Terminal") -> int: ...


def main(argv: Sequence[str], *, tray: Tray, now: Callable[[], "datetime"], terminal: "Terminal | None" = None) -> int:
    """Do what the words say and return the exit code: 0 fine, 1 bad news that a script asked for, 2 it could not be done."""
    if argv[:1] == ["statusline"] and terminal is None and _is_plain(argv[1:]) and None not in (sys.stdin, sys.stdout):
        from tankful.commands import statusline  # noqa: PLC0415 - it has no time to load the rest

        return statusline.main(argv[1:], now)
    try:
        terminal = terminal or _this_terminal(now)
        return _answered(argv, tray, terminal)
    except KeyboardInterrupt:
        return INTERRUPTED


def _answered(argv: Sequence[str], tray: Tray, terminal: "Terminal") -> int:
    """Do what the words say; a failure becomes one line on stderr."""
    from tankful.core.errors import TankfulError  # noqa: PLC0415 - a status line has no time for it

    try:
        code = _run(argv, tray, terminal)
        terminal.out.flush()
    except TankfulError as error:
        failure = error
    except BrokenPipeError:
        _let_go(terminal)
        return FINE
    except Exception as error:  # noqa: BLE001 - whatever it is, nobody wants to read a traceback
        from tankful.commands import crash  # noqa: PLC0415 - it is hoped to be rare

        failure = crash.explained(error, argv)
        if isinstance(error, OSError):
            _let_go(terminal)
    else:
        return code
    with suppress(OSError):  # stderr may be as full as stdout
        terminal.err.write(f"tankful: {said(failure)}\n")
        terminal.err.flush()
    return WRONG


def _is_plain(words: Sequence[str]) -> bool:
    """Say whether a status line is asked for and nothing else: no help, and no word that needs refusing."""
    return (
        not words
        or (len(words) == 1 and words[0].startswith("--data=") and words[0] != "--data=")
        or (len(words) == 2 and words[0] == "--data" and words[1] != "")
    )


def said(error: "TankfulError") -> str:
    """Return a failure and its way out as one line."""
    from tankful.present.format import visible  # noqa: PLC0415 - see `main`

    title = error.title if error.title.endswith((".", "?", "!")) else f"{error.title}."
    return visible(" ".join(f"{title} {error.hint}".split()))


def _run(argv: Sequence[str], tray: Tray, terminal: "Terminal") -> int:
    from tankful.commands.words import understood  # noqa: PLC0415 - see `main`

    try:
        words = understood(argv)
    except SystemExit as told:  # --help and --version have been printed
        return int(told.code or 0)
    from tankful.system import interrupts  # noqa: PLC0415 - see `main`

    if words.command in {"", "run"}:
        interrupts.raise_as_usual()
        return tray(words.data)
    from tankful.core.errors import LedgerDamaged  # noqa: PLC0415 - the tray mends it itself
    from tankful.system.paths import folders  # noqa: PLC0415 - the tray finds its own

    command = cast("_Command", import_module(f"tankful.commands.{words.command}"))
    interrupts.raise_as_usual()
    try:
        return command.run(words, folders(words.data), terminal)
    except LedgerDamaged as damaged:  # an empty one has taken its place, and nothing was printed yet
        terminal.err.write(f"tankful: {said(damaged)}\n")
        return command.run(words, folders(words.data), terminal)


def _this_terminal(now: Callable[[], "datetime"]) -> "Terminal":
    from io import TextIOWrapper  # noqa: PLC0415 - see `main`

    from tankful.commands.terminal import Terminal  # noqa: PLC0415 - same

    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # it was closed before the start, and its number must not become that of a file
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w", encoding="utf-8"))  # noqa: PTH123, SIM115 - it is no path, and stays open
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a console without our signs still gets the words
    return Terminal(sys.stdin, sys.stdout, sys.stderr, os.environ, now)


def _let_go(terminal: "Terminal") -> None:
    """What is left cannot be printed; keep the interpreter from trying it again at its end."""
    with suppress(OSError, ValueError), open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 - it is no path
        os.dup2(nowhere.fileno(), terminal.out.fileno())
