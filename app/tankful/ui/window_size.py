"""Remembers how large a window was left."""

import re
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QSize

from tankful.regular_file import content_of
from tankful.store.whole_file import write_whole


def remembered(state: Path, name: str) -> QSize | None:
    """Return the size that a window was left in, `None` when there is none to go by."""
    try:
        found = re.fullmatch(r"(\d{2,5})x(\d{2,5})\s*", content_of(state / f"{name}-size", 20).decode("ascii"))
    except (OSError, ValueError):
        return None
    return None if found is None else QSize(int(found[1]), int(found[2]))


def remember(state: Path, name: str, size: QSize) -> None:
    """Keep the size; that it cannot be kept harms nothing."""
    with suppress(OSError):
        write_whole(state / f"{name}-size", f"{size.width()}x{size.height()}\n")
