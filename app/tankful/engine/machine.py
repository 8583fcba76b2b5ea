"""This machine as the sources see it."""

import errno
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tankful.core.settings import Settings
from tankful.sources.source import Places


def places(settings: Settings, environ: Mapping[str, str], projects: Iterable[str] = ()) -> Places:
    """Return the machine as sources see it, with folders that agents are known to work in."""
    extra = {source: tuple(filter(_is_possible, map(_at_home, named))) for source, named in settings.folders.items()}
    named = environ.get("HOME", "") if sys.platform != "win32" else ""
    home = Path(named) if named else Path.home()
    return Places(
        home=home,
        environ=environ,
        platform=sys.platform,
        extra=extra,
        projects=tuple(filter(_is_possible, map(Path, projects))),
        system=Path(home.anchor),
    )


def _is_possible(folder: Path) -> bool:
    """Say whether a folder may have such a path: logs name any, and to ask for one that is too long fails in many ways."""
    try:
        folder.stat()
    except OSError as refused:
        return refused.errno != errno.ENAMETOOLONG
    except ValueError:  # no path has a NUL in it, or half a character
        return False
    return True


def _at_home(folder: str) -> Path:
    """Return a folder with `~` for what it stands for; nobody has a home of an unknown name."""
    path = Path(folder)
    try:
        return path.expanduser()
    except RuntimeError:
        return path
