"""Tells drives that send no notifications from those that do."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

_NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "drvfs",
        "fuse.sshfs",
        "fuse.rclone",
        "afs",
        "ceph",
        "glusterfs",
        "davfs",
        "ncpfs",
        "vboxsf",
    }
)
"""File systems whose changes come from elsewhere. `drvfs` and `9p` are Windows drives seen from WSL."""


class Polled(NamedTuple):
    """A folder that is looked at on a timer, and why."""

    folder: str
    reason: str


def is_network_drive(folder: str) -> bool:
    """Say whether changes in this folder may come without a notification."""
    if sys.platform == "win32":
        return str(Path(folder).resolve()).startswith("\\\\")
    if sys.platform != "linux":
        return False
    try:
        mounts = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace")
        resolved = str(Path(folder).resolve())
    except OSError:
        return False
    return kind_of(resolved, mounts.splitlines()) in _NETWORK


def kind_of(folder: str, mounts: Iterable[str]) -> str:
    """Return the file system of a folder, from lines as in /proc/mounts: the longest mount point that holds it."""
    best, kind = -1, ""
    for line in mounts:
        words = line.split(" ")
        if len(words) < 3:
            continue
        point = words[1].replace("\\040", " ").rstrip("/")
        if (folder == point or folder.startswith(point + "/")) and len(point) >= best:
            best, kind = len(point), words[2]
    return kind
