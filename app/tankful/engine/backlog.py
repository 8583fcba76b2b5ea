"""Lets one process at a time read a big backlog: several at once would each read all of it, and wait for each other's writing."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from tankful.store.file_lock import FileLock

_LOOK_S = 0.05
_MOST_S = 120.0
"""Whoever reads for longer stands still, or has so much to read that another one does no harm."""


@contextmanager
def alone_with_backlog(ledger: Path, meanwhile: Callable[[], None]) -> Generator[bool]:
    """Hold what only one process may have; says whether another one had it first, so that there may be little left to read.

    `meanwhile` is called again and again while another one reads; what it raises ends the wait.
    """
    lock = FileLock(ledger.with_suffix(".reading"))
    until = time.monotonic() + _MOST_S
    waited, taken = False, _may_go_on(lock)
    while not taken and time.monotonic() < until:
        waited = True
        meanwhile()
        time.sleep(_LOOK_S)  # the other is a program, and its lock says only whether it is held
        taken = _may_go_on(lock)
    try:
        yield waited and taken
    finally:
        lock.give_back()


def _may_go_on(lock: FileLock) -> bool:
    try:
        return lock.try_take()
    except OSError:  # what lies in its place keeps nobody from reading
        return True
