"""Which of the folders in the settings can be looked into, and why others cannot."""

import errno
import os
from pathlib import Path

IMPOSSIBLE = "no folder can be called so"
RELATIVE = "does not begin at the root, so nobody knows which folder is meant"
HOMELESS = "nobody of that name has a home here"


def folder_named(named: str) -> Path | None:
    """Return the folder that the settings name, there or not, with `~` for what it stands for; `None` where that can be none."""
    return None if _refusal(named) else Path(named).expanduser()


def why_passed_over(named: str) -> str:
    """Return why nothing is read below a folder from the settings, to follow its name in a sentence; empty where it is read."""
    if refusal := _refusal(named):
        return refusal
    folder = Path(named).expanduser()
    try:
        with os.scandir(folder):
            return ""
    except FileNotFoundError:
        return "is not there"
    except NotADirectoryError:
        return "is a file; name the folder that it is in" if folder.exists() else "is not there"
    except OSError as refused:
        return f"cannot be read ({refused.strerror})"


def is_possible(folder: Path) -> bool:
    """Say whether a folder may have such a path: logs name any, and to ask for one that is too long fails in many ways."""
    try:
        folder.stat()
    except OSError as refused:
        return refused.errno != errno.ENAMETOOLONG
    except ValueError:  # no path has a NUL in it, or half a character
        return False
    return True


def _refusal(named: str) -> str:
    try:
        folder = Path(named).expanduser()
    except RuntimeError:
        return HOMELESS
    if not is_possible(folder):
        return IMPOSSIBLE
    return "" if folder.is_absolute() else RELATIVE
