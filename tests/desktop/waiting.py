"""Waits until something is so, and says what was awaited when it never is."""

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

PATIENCE_S = 60.0
"""Far more than anything here takes, so that only a real failure ends a wait."""


def wait_until(what: str, ask: Callable[[], Answer | None], *, within_s: float = PATIENCE_S, every_s: float = 0.02) -> Answer:
    """Ask again and again, `every_s` seconds, until the answer is truthy, and return it.

    Raises AssertionError, with the last answer, when `within_s` seconds have passed.
    """
    deadline = time.monotonic() + within_s
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within_s:.0f} s in vain until {what}; the last answer was {answer!r}")
        time.sleep(every_s)
