"""Takes paths apart as a walk hands them on, by the thousand at each scan: path objects would take ten times as long."""

import os


def file_name(path: str) -> str:
    """Return the last part of a path with this system's separators."""
    return path[path.rfind(os.sep) + 1 :]


def folder_names(path: str) -> list[str]:
    """Return the names of the folders that a file lies in, the outermost first."""
    return path.split(os.sep)[:-1]  # noqa: PTH206 - see above
