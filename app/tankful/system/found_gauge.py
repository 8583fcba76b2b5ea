"""Finds the gauge of a state folder: one that answers, one that runs and does not, or none."""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tankful.core.errors import TankfulError
from tankful.system import doorbell

LOCK = "lock"
"""The name of the file that a running gauge holds locked; its first line is the number of the process."""
ANSWERS_WITHIN_S = 3.0
"""Whoever has just been started or is about to end is given so long."""
_LOOK_EVERY_S = 0.05


class FoundGauge(NamedTuple):
    """A gauge that runs."""

    answers: bool
    process: int = 0
    """Its number; 0: it was not asked for, or nobody knows."""


def found_gauge(state: Path, word: str) -> FoundGauge | None:
    """Ring with this word and return who is there; `None`: nobody. One that has just been started is waited for."""
    give_up = time.monotonic() + ANSWERS_WITHIN_S
    while True:
        if doorbell.ring(state, word):
            return FoundGauge(answers=True)
        process = _holder(state / LOCK)
        if process is None:
            return None
        if time.monotonic() >= give_up:
            return FoundGauge(answers=False, process=process)
        time.sleep(_LOOK_EVERY_S)  # it may be about to listen, or about to end


def silent(process: int) -> TankfulError:
    """Return what is to be said of a gauge that runs and does not answer; `process`: 0 where it is not known."""
    number = f" (process {process})" if process else ""
    return TankfulError(f"Tankful is running{number} and does not answer", "Wait a moment, or end that process and start again.")


def _holder(lock: Path) -> int | None:
    """Return the number of the process that has a lock of Qt's (`flock`), 0 if the file names none; `None`: nobody has it."""
    if sys.platform == "win32":  # pragma: no cover - there the file is nobody's to open as long as it is held
        return None
    import fcntl  # noqa: PLC0415 - not on Windows

    try:
        handle = os.open(lock, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        with suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None  # and closing gives it back
        first, *_ = os.read(handle, 64).split(b"\n")
    except OSError:
        return None
    else:
        return int(first) if first.isdigit() else 0
    finally:
        os.close(handle)
