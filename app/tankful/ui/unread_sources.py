"""Spares PySide6 to read the source of whatever is imported, in search of features that Tankful does not use."""

import sys
from importlib import import_module

_SEARCH = "_mod_uses_pyside"


def leave_sources_unread() -> None:
    """Let modules that are imported from now on count as such that want no `snake_case` and no `true_property`.

    The search keeps the lines of every file for tracebacks that may come: 9 MB for the tray, and a quarter of a second at its start.
    A PySide6 that searches in another way goes on doing so.
    """
    import_module("PySide6.QtCore")  # it installs what searches
    feature = sys.modules.get("shibokensupport.feature")
    if feature is not None and _SEARCH in vars(feature):
        vars(feature)[_SEARCH] = _wants_none


def _wants_none(_module: object) -> bool:
    return False
