"""Knows which folder is the closed one where something below it cannot be read, and how a source's folders are asked for nevertheless."""

import os

from tankful.sources.source import AgentSource, Places, Root


def closed_at(path: str) -> str:
    """Return what keeps a path from being read: what lies above it and nobody may enter, or is a file, or else the path itself."""
    above = os.path.dirname(path)  # noqa: PTH120 - the walk deals in texts
    return closed_at(above) if above != path and isinstance(_refusal(path), PermissionError | NotADirectoryError) else path


def way_in(path: str) -> str:
    """Return what to do about what `closed_at` returned."""
    if os.path.exists(path) and not os.path.isdir(path):  # noqa: PTH110, PTH112 - these never raise
        return f"{path} is a file; name the folder that it is in."
    return f"Check the permissions of {path}."


def roots_of(source: AgentSource, places: Places) -> tuple[Root, ...]:
    """Return the folders that a source writes below, existing or not; one from the settings that is closed as it was named.

    A source looks into such a folder for the one that holds the logs.
    """
    named = places.extra.get(source.id, ())
    closed = [folder for folder in named if is_hidden(f"{folder}{os.sep}.")]
    if not closed:
        return source.roots(places)
    opened = tuple(folder for folder in named if folder not in closed)
    found = source.roots(places._replace(extra={**places.extra, source.id: opened}))
    return (*found, *(Root(folder, "settings") for folder in closed))


def is_hidden(path: str) -> bool:
    """Say whether nobody may look at a path because a folder above it is closed."""
    return isinstance(_refusal(path), PermissionError)


def _refusal(path: str) -> OSError | None:
    """Return why a path cannot be looked at, if it cannot."""
    try:
        os.stat(path)  # noqa: PTH116 - as above
    except OSError as refused:
        return refused
    return None
