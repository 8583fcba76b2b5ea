"""Which records are left alone for a while because they change all the time, and when each may be read again."""

import os
from datetime import datetime, timedelta

from tankful.core.parsing import Form, form_of

LARGE = 1_000_000
"""Bytes of a document that is read whole with every change, which wants rest whatever its source says."""
_REST = timedelta(seconds=2)
_AGAIN = timedelta(seconds=15)
"""Some agents never let go of their database, so that asking oftener would cost more than it gives."""


def rest_of(path: str, rest_s: float) -> timedelta:
    """Return for how long a record is left alone after it was read, if its source wants `rest_s`."""
    if rest_s or form_of(path) is not Form.DOCUMENT:
        return timedelta(seconds=rest_s)
    try:
        size = os.stat(path).st_size  # noqa: PTH116 - the walk deals in texts
    except OSError:
        return timedelta(0)
    return _REST if size > LARGE else timedelta(0)


class Resting:
    """Records by their paths. For one thread at a time."""

    def __init__(self) -> None:
        """Let everything be read."""
        self._until: dict[str, datetime] = {}
        self._changed: set[str] = set()

    def may_be_read(self, path: str, rest: timedelta, now: datetime) -> bool:
        """Say whether a record that changed may be read now, and begin its rest; one that may not is among those `over` later."""
        if not rest:
            self._changed.discard(path)
            return True
        until = self._until.get(path, now)
        if now < until <= now + rest:  # a rest that would be longer is of a clock that was put back
            self._changed.add(path)
            return False
        self._changed.discard(path)
        self._until[path] = now + rest
        return True

    def come_back(self, path: str, now: datetime) -> None:
        """Look again after a while at a record that could not be read just now."""
        self._until[path] = now + _AGAIN
        self._changed.add(path)

    def forget_changes(self) -> None:
        """Everything is about to be read."""
        self._changed.clear()

    def over(self, now: datetime) -> frozenset[str]:
        """Return, each once, the records that changed while they were left alone and may be read now."""
        over = frozenset(path for path in self._changed if self._until[path] <= now)
        self._changed -= over
        return over

    def left_s(self, now: datetime) -> float | None:
        """Return in how many seconds the first of the records that changed may be read; `None` when none waits for that."""
        left = min((self._until[path] for path in self._changed), default=None)
        return None if left is None else max(0.0, (left - now).total_seconds())
