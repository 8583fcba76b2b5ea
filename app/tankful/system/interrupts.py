"""What Ctrl+C does while the program is still loading: it ends it at once, without a word."""

import os
import signal
from types import FrameType
from typing import NoReturn

CODE = 130
"""What a shell says of a program that Ctrl+C ended."""


def end_at_once() -> None:
    """From now on Ctrl+C ends the program; an exception would meet modules half loaded, and be told or lost by them.

    Where Ctrl+C is ignored, or somebody else hears of it, nothing changes.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_as_usual() -> None:
    """From now on Ctrl+C is an exception again: there is something to clean up."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    os._exit(CODE)
