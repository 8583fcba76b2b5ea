"""This machine as the sources see it."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from tankful.core.settings import Settings
from tankful.engine.named_folders import folder_named, is_possible
from tankful.sources.source import Places


def places(settings: Settings, environ: Mapping[str, str], projects: Iterable[str] = ()) -> Places:
    """Return the machine as sources see it, with folders that agents are known to work in."""
    extra = {source: tuple(filter(None, map(folder_named, named))) for source, named in settings.folders.items()}
    named = environ.get("HOME", "") if sys.platform != "win32" else ""
    home = Path(named) if named else Path.home()
    return Places(
        home=home,
        environ=environ,
        platform=sys.platform,
        extra=extra,
        projects=tuple(filter(is_possible, map(Path, projects))),
        system=Path(home.anchor),
    )
