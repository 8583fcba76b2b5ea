"""Reads the small files that lie beside a log and say what it does not: which folder, which model."""

import os

from tankful import regular_file

MOST = 4_000_000


def content_of(path: str | os.PathLike[str], most: int = MOST) -> bytes:
    """Return what a regular file of at most so many bytes holds; nothing where there is no such file, or a larger one."""
    try:
        content = regular_file.content_of(path, most + 1)
    except (OSError, ValueError):  # a path may hold what no path may
        return b""
    return content if len(content) <= most else b""
