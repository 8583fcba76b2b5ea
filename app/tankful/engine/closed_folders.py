"""Knows which folder is the closed one where something below it cannot be read, and how a source's folders are asked for nevertheless."""

import os
from dataclasses import replace

from tankful.sources.source import AgentSource, Places, Root


def closed_at(path: str) -> str:
    """Return what keeps a path from being read: the folder above it that nobody may enter, or else the path itself."""
    above = os.path.dirname(path)  # noqa: PTH120 - the walk deals in texts
    return closed_at(above) if above != path and is_hidden(path) else path


def roots_of(source: AgentSource, places: Places) -> tuple[Root, ...]:
    """Return the folders that a source writes below, existing or not; one from the settings that is closed as it was named.

    A source looks into such a folder for the one that holds the logs.
    """
    named = places.extra.get(source.id, ())
    closed = [folder for folder in named if is_hidden(f"{folder}{os.sep}.")]
    if not closed:
        return source.roots(places)
    opened = tuple(folder for folder in named if folder not in closed)
    found = source.roots(replace(places, extra={**places.extra, source.id: opened}))
    return (*found, *(Root(folder, "settings") for folder in closed))


def is_hidden(path: str) -> bool:
    """Say whether nobody may look at a path because a folder above it is closed."""
    try:
        os.stat(path)  # noqa: PTH116 - as above
    except PermissionError:
        return True
    except OSError:
        return False
    return False
