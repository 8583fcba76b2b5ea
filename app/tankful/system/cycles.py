"""How often Python looks for values that hold each other alive."""

import gc

_LASTING = (5_000, 10, 10)
"""A handful of reports, which hold no cycles, reaches Python's own 700, and all that lives was looked at once a second for them."""
_RARELY = (100_000, 20, 100)
"""Broken lines of logs leave such values behind, some hundred bytes each: so many at most before they are looked for."""


def look_rarely() -> None:
    """For a program that ends soon: looking costs more than it brings."""
    gc.set_threshold(*_RARELY)


def look_now_and_then() -> None:
    """For a program that lasts."""
    gc.set_threshold(*_LASTING)
