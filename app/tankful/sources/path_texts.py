"""Takes paths apart as a walk hands them on, by the thousand at each scan: path objects would take ten times as long."""

import os
from collections.abc import Callable, Iterator, Sequence

from tankful.sources.source import Root


def file_name(path: str) -> str:
    """Return the last part of a path with this system's separators."""
    return path[path.rfind(os.sep) + 1 :]


def files_named(name: str) -> Callable[[Root, Sequence[str]], Iterator[str]]:
    """Return what picks the files of this name out of all that lie below a root."""
    return lambda _root, paths: (path for path in paths if file_name(path) == name)


def folder_names(path: str) -> list[str]:
    """Return the names of the folders that a file lies in, the outermost first."""
    return path.split(os.sep)[:-1]  # noqa: PTH206 - see above
