"""Refuses the one Qt binding that would crash after an hour or two."""

import sys

import PySide6

from tankful.core.errors import TankfulError


class QtUnusable(TankfulError):
    """The installed Qt binding cannot run the program."""


def refuse_broken_qt(binding: str = PySide6.__version__, python: tuple[int, ...] = sys.version_info[:2]) -> None:
    """Check the pair of PySide6 and Python.

    PySide6 6.12.0 drops a reference to `None` with every call that returns nothing; before Python 3.12, where `None` became
    immortal, the process aborts after about 6,300 of them.

    Raises:
        QtUnusable: this pair aborts.
    """
    if binding == "6.12.0" and python < (3, 12):
        raise QtUnusable(
            f"PySide6 6.12.0 crashes on Python {python[0]}.{python[1]}",
            "Install another one: pip install 'PySide6-Essentials!=6.12.0', or use Python 3.12 or newer.",
        )
