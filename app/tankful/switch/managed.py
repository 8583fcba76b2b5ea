"""Looks for what an organisation decides in place of the user."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tankful.regular_file import content_of
from tankful.switch.errors import NotSwitched
from tankful.switch.files import text_of
from tankful.switch.machine import Machine
from tankful.switch.plans import format_of


def deciding(places: Sequence[Callable[[Machine], Path]], decides: Callable[[dict[str, Any]], bool], machine: Machine) -> Path | None:
    """Return the organisation's file that decides, `None` if there is none: one that cannot be read decides."""
    for path in (file for place in places for file in _files_at(place(machine))):
        try:
            said = format_of(path).read(text_of(path, content_of(path)))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, RecursionError, NotSwitched):
            return path  # it is there, and what it says cannot be known
        if decides(said):
            return path
    return None


def _files_at(path: Path) -> list[Path]:
    """Return a file itself, or those in a folder of parts."""
    return sorted(path.glob("*.json")) if path.is_dir() else [path]
