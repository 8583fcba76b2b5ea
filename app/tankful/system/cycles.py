"""How often Python looks for values that hold each other alive."""

import gc

_LASTING = (5_000, 10, 10)
"""Python's own 700 are reached by a handful of reports, which hold no cycles: all that lives would be looked at every few seconds."""
_RARELY = (100_000, 20, 100)
"""Broken lines of logs leave such values behind, some hundred bytes each: so many at most before they are looked for."""


def look_rarely() -> None:
    """For a program that ends soon: looking costs more than it brings."""
    gc.set_threshold(*_RARELY)


def look_now_and_then() -> None:
    """For a program that lasts."""
    gc.set_threshold(*_LASTING)
