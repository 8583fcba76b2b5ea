"""Finds every regular file below a folder, whatever lies in the way."""

import errno
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tankful.core.parsing import STORES
from tankful.core.problems import Flaw

STORABLE = 2**63 - 1
"""The largest number that the ledger keeps: some file systems number files beyond it, and a clock may stand in 2263."""


WRITE_AHEAD = "-wal"
"""What SQLite adds to a database's name for the file beside it that takes the newest changes."""


class Found(NamedTuple):
    """A regular file with what a glance at it says."""

    path: str
    device: int
    inode: int
    size: int
    modified_ns: int


class Listing(NamedTuple):
    """What a folder held when it was listed; it holds the same names as long as its `mark` is the same."""

    mark: tuple[int, int, int, int]
    """Device, inode, and in nanoseconds when names in it last changed and when it last changed at all, which nobody can set back."""
    files: tuple[Found, ...]
    """Those with one of the suffixes."""
    folders: tuple[str, ...]
    followed: tuple[str, ...]
    """Links among the files."""


Listings = dict[str, Listing]
"""Folders by their paths."""


@dataclass(slots=True)
class Walk:
    """One walk below a folder, in steps that several processes may share: `begin`, `go_through` for each of `ahead`, `end`.

    Links are followed when all else is done, so that a folder is known by its own name, and none is entered twice.

    A folder that an earlier walk listed, and that did not change since, is not listed again, which is what takes most of the
    time: each file in it is looked at nevertheless. Folders with links or anything odd in them are listed each time.
    """

    root: str
    suffixes: tuple[str, ...]
    """How the names of files that matter end."""
    depth: int | None = None
    """How many levels of folders below the root are entered; `None`: all."""
    known: Mapping[str, Listing] = field(default_factory=Listings)
    """What an earlier walk with the same suffixes found worth keeping."""
    settled_ns: int = 0
    """What is found in folders that last changed before this time, in nanoseconds since 1970, is worth keeping.

    Times of file systems have steps, of up to two seconds: a younger folder may change again without a new time.
    """
    kept: Listings = field(default_factory=Listings)
    """What is worth keeping for the next walk."""
    found: list[Found] = field(default_factory=list[Found])
    refused: list[str] = field(default_factory=list[str])
    """What could not be read."""
    odd: list[tuple[Flaw, str]] = field(default_factory=list[tuple[Flaw, str]])
    """What looks like a log or a folder and is none, and was passed over."""
    folders: int = 0
    """How many were entered."""
    ahead: list[str] = field(default_factory=list[str])
    """Folders right below the root, not entered yet."""
    links: list[str] = field(default_factory=list[str])
    """Links to folders, not followed yet."""
    followed: list[str] = field(default_factory=list[str])
    """Links to files and to folders that were: what changes there is not heard of here."""

    def files(self) -> list[Found]:
        """Return the regular files with one of the suffixes, in no order."""
        self.begin()
        self.go_through(self.ahead)
        self.end()
        return self.found

    def begin(self) -> None:
        """Look into the root itself."""
        try:
            if not stat.S_ISDIR(os.stat(self.root).st_mode):  # noqa: PTH116 - the walk deals in texts
                return
        except FileNotFoundError:
            return
        except OSError as refused:
            self._pass_over(self.root, refused)
            return
        self._enter(self.root, self.ahead)

    def go_through(self, folders: Iterable[str]) -> None:
        """Look into these folders, right below the root, and all below them that the depth allows."""
        if self.depth is not None:
            self._go_down(folders, self.depth)
            return
        for folder in folders:
            pending = [folder]
            while pending:
                self._enter(pending.pop(), pending)

    def _go_down(self, folders: Iterable[str], levels: int) -> None:
        for _ in range(levels):
            below: list[str] = []
            for folder in folders:
                self._enter(folder, below)
            folders = below

    def end(self) -> None:
        """Follow the links: to what lies elsewhere and was not met before, nor holds what was."""
        if self.depth is not None:
            return
        entered = [os.path.realpath(self.root)]
        while self.links:
            self.links.sort(reverse=True)  # the same one first, whoever met it
            link = self.links.pop()
            real = os.path.realpath(link)
            if any(_is_within(real, folder) or _is_within(folder, real) for folder in entered):
                self.odd.append((Flaw.LOOP, link))
                continue
            entered.append(real)
            self.followed.append(link)
            self.go_through((link,))

    def _enter(self, folder: str, below: list[str]) -> None:
        """Look at the entries of a folder; real folders among them are added to `below`."""
        self.folders += 1
        if not self.settled_ns:
            self._list(folder, below)
            return
        try:
            mark = _mark_of(os.stat(folder))  # noqa: PTH116 - the walk deals in texts
        except OSError:
            self._list(folder, below)  # which says what is wrong
            return
        known = self.known.get(folder)
        if known is not None and known.mark == mark and (files := _looked_at_again(known.files)) is not None:
            self.kept[folder] = known if files is known.files else known._replace(files=files)
            self.found += files
            below += known.folders
            self.followed += known.followed
            return
        found, entered, followed = len(self.found), len(below), len(self.followed)
        if self._list(folder, below) and max(mark[2:]) < self.settled_ns:
            self.kept[folder] = Listing(mark, tuple(self.found[found:]), tuple(below[entered:]), tuple(self.followed[followed:]))

    def _list(self, folder: str, below: list[str]) -> bool:
        """Look at the entries of a folder; says whether they are but files and folders that could be looked at."""
        suffixes = self.suffixes
        plain = True
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    try:
                        if entry.name.endswith(suffixes):
                            if self._take(entry):
                                continue
                            self.odd.append((Flaw.NOT_A_FILE, entry.path))
                            plain = False
                        if entry.is_dir(follow_symlinks=False) and not (_HAS_JUNCTIONS and _is_junction(entry)):
                            below.append(entry.path)
                        elif entry.is_dir():
                            self.links.append(entry.path)
                            plain = False
                        else:
                            plain = plain and not entry.is_symlink()  # a folder may be born where it leads
                    except FileNotFoundError:
                        plain = False  # deleted, or a link to nowhere
                    except OSError as refused:
                        self._pass_over(entry.path, refused)
                        plain = False
        except FileNotFoundError:
            return False  # deleted since it was met
        except OSError:
            self.refused.append(folder)
            return False
        return plain

    def _take(self, entry: os.DirEntry[str]) -> bool:
        """Note a regular file, or a link to one; says whether this was one."""
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            return False
        self.found.append(_seen(entry.path, status))
        if entry.is_symlink():
            self.followed.append(entry.path)
        return True

    def _pass_over(self, path: str, refused: OSError) -> None:
        if refused.errno == errno.ELOOP:
            self.odd.append((Flaw.LOOP, path))
        else:
            self.refused.append(path)


def _mark_of(folder: os.stat_result) -> tuple[int, int, int, int]:
    return folder.st_dev, folder.st_ino, folder.st_mtime_ns, folder.st_ctime_ns


def _looked_at_again(files: tuple[Found, ...]) -> tuple[Found, ...] | None:
    """Return these files as they are now, the very same tuple if none changed; `None` where one is no file any more."""
    now: list[Found] | None = None
    look = os.stat
    for number, was in enumerate(files):
        path = was.path
        try:
            status = look(path)
        except OSError:
            return None
        same = status.st_mtime_ns == was.modified_ns and status.st_size == was.size and status.st_ino == was.inode
        if same and status.st_dev == was.device and not path.endswith(STORES):
            continue
        if not stat.S_ISREG(status.st_mode):
            return None
        seen = _seen(path, status)
        if seen != was:
            now = list(files) if now is None else now
            now[number] = seen
    return files if now is None else tuple(now)


def _seen(path: str, status: os.stat_result) -> Found:
    size, modified_ns = status.st_size, min(status.st_mtime_ns, STORABLE)
    if path.endswith(STORES):
        size, modified_ns = with_ahead(path, size, modified_ns)
    return Found(path, status.st_dev & STORABLE, status.st_ino & STORABLE, size, modified_ns)


def with_ahead(path: str, size: int, modified_ns: int) -> tuple[int, int]:
    """Return the size in bytes and the time of change in nanoseconds of a database together with what was written ahead of it."""
    try:
        ahead = os.stat(path + WRITE_AHEAD)  # noqa: PTH116 - the walk deals in texts
    except OSError:
        return size, modified_ns
    return size + ahead.st_size, min(max(modified_ns, ahead.st_mtime_ns), STORABLE)


def _is_within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


_HAS_JUNCTIONS = sys.platform == "win32"


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """Say whether a folder of Windows leads elsewhere without being a link."""
    tag = getattr(entry.stat(follow_symlinks=False), "st_reparse_tag", 0)
    return bool(tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1))
