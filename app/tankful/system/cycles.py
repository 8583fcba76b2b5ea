"""How often Python looks for values that hold each other alive."""

import gc

_USUALLY = gc.get_threshold()
_RARELY = (100_000, 20, 100)
"""Broken lines of logs leave such values behind, some hundred bytes each: so many at most before they are looked for."""


def look_rarely() -> None:
    """For a program that ends soon: looking costs more than it brings."""
    gc.set_threshold(*_RARELY)


def look_as_usual() -> None:
    """For a program that lasts."""
    gc.set_threshold(*_USUALLY)
