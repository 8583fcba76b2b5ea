"""Hears single keys while a picture is on the terminal."""

import os
import sys
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import TextIO

Heard = Callable[[str], None]
GONE = ""
"""Heard once when the terminal goes away."""


@contextmanager
def heard_keys(inp: TextIO, hear: Heard) -> Generator[None]:
    """Call `hear` with every key that is pressed, on another thread; nothing happens when the input is no terminal."""
    if not inp.isatty():
        yield
    elif sys.platform == "win32":
        with _console_keys(hear):
            yield
    else:
        with _terminal_keys(inp, hear):
            yield


@contextmanager
def _terminal_keys(inp: TextIO, hear: Heard) -> Generator[None]:
    import select  # noqa: PLC0415 - Unix only
    import termios  # noqa: PLC0415 - same
    import tty  # noqa: PLC0415 - same

    device = inp.fileno()
    before = termios.tcgetattr(device)
    over, end = os.pipe()

    def listen() -> None:
        while True:
            ready, _, _ = select.select([device, over], [], [])
            if over in ready:
                return
            try:
                pressed = os.read(device, 64).decode(errors="ignore")
            except OSError:
                pressed = GONE
            for key in pressed or (GONE,):
                hear(key)
            if not pressed:
                return

    listener = threading.Thread(target=listen, name="tankful-keys", daemon=True)
    tty.setcbreak(device)
    try:
        listener.start()
        yield
    finally:
        os.close(end)  # its other half becomes readable, which ends the listener
        listener.join()
        os.close(over)
        with suppress(termios.error):  # it may be gone
            termios.tcsetattr(device, termios.TCSADRAIN, before)


@contextmanager
def _console_keys(hear: Heard) -> Generator[None]:  # pragma: no cover - Windows only
    import msvcrt  # noqa: PLC0415 - Windows only

    over = threading.Event()

    def listen() -> None:
        while not over.wait(0.1):
            while msvcrt.kbhit():  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType] - Windows only
                hear(msvcrt.getwch())  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType] - same

    listener = threading.Thread(target=listen, name="tankful-keys", daemon=True)
    listener.start()
    try:
        yield
    finally:
        over.set()
        listener.join()
