"""Understands what people tell agents in variables and settings: lists of folders, and addresses."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

from tankful.sources.source import Places, Root


def named_folders(listed: str, home: Path) -> list[Path]:
    """Return the folders of a comma-separated list; `~/` and relative ones are below `home`."""
    return [home / entry.removeprefix("~/") for entry in map(str.strip, listed.split(",")) if entry]


def each_once(roots: Iterable[Root]) -> tuple[Root, ...]:
    """Return the roots without those that are an earlier one under another name, through a link or twice in the list.

    Settings of any program may name a folder that no folder can be called: it is left out.
    """
    by_place: dict[object, Root] = {}
    for root in roots:
        place = _place_of(str(root.path))
        if place is not None:
            by_place.setdefault(place, root)
    return tuple(by_place.values())


def _place_of(path: str) -> object:
    """Return what is the same for all names of a folder; of one that is not there, all names for it in the folder above.

    `None` for what is no path: with a zero in it, half a character, or too long for every system.
    """
    try:
        return _number_of(path)
    except ValueError:
        return None
    except OSError as refused:
        if refused.errno == errno.ENAMETOOLONG:
            return None
        above, name = os.path.split(path)
        try:
            return _number_of(above), name
        except OSError:
            return path


def _number_of(path: str) -> object:
    """Return what is a folder's own, whatever it is called; some drives number nothing."""
    status = os.stat(path)  # noqa: PTH116 - done for hundreds of folders, where a path costs more than the look
    return (status.st_dev, status.st_ino) if status.st_ino else os.path.realpath(path)


def no_route(_places: Places, _root: Root) -> str:
    """Return nothing: the agent calls its vendor, or nothing that can be read says where it calls."""
    return ""


def without_secrets(url: str) -> str:
    """Return an address without user, password, query and fragment, any of which may hold a key; empty when it is none."""
    if not url or not url.isprintable():  # half a character out of a pair cannot be stored either
        return ""
    from urllib.parse import urlsplit, urlunsplit  # noqa: PLC0415 - slow to load, and most have no such address

    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
