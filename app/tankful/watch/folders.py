"""Finds every regular file below a folder, whatever lies in the way."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from tankful.core.problems import Flaw


class Found(NamedTuple):
    """A regular file with what a glance at it says."""

    path: str
    device: int
    inode: int
    size: int
    modified_ns: int


@dataclass(slots=True)
class Walk:
    """One walk below a folder; `refused` collects what could not be read, `folders` counts what was entered."""

    root: str
    suffix: str
    refused: list[str] = field(default_factory=list[str])
    odd: list[tuple[Flaw, str]] = field(default_factory=list[tuple[Flaw, str]])
    """What looks like a log or a folder and is none, and was passed over."""
    folders: int = 0

    def files(self) -> Iterator[Found]:
        """Yield regular files with the suffix, links followed, no folder entered twice, in order of their names."""
        try:
            status = Path(self.root).stat()
        except FileNotFoundError:
            return
        except OSError as refused:
            self._pass_over(self.root, refused)
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._below(self.root, {(status.st_dev, status.st_ino)})

    def _below(self, folder: str, entered: set[tuple[int, int]]) -> Iterator[Found]:
        pending = [folder]
        while pending:
            for entry in self._entries(pending.pop()):
                try:
                    if entry.is_dir():
                        if self._enters(entry, entered):
                            pending.append(entry.path)
                    elif entry.name.endswith(self.suffix):
                        status = entry.stat()
                        if stat.S_ISREG(status.st_mode):
                            yield Found(entry.path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
                        else:
                            self.odd.append((Flaw.NOT_A_FILE, entry.path))
                except FileNotFoundError:
                    continue  # deleted, or a link to nowhere
                except OSError as refused:
                    self._pass_over(entry.path, refused)

    def _enters(self, entry: os.DirEntry[str], entered: set[tuple[int, int]]) -> bool:
        """Say whether a folder is to be entered: none is twice."""
        if entry.name.endswith(self.suffix):
            self.odd.append((Flaw.NOT_A_FILE, entry.path))
        status = entry.stat()
        if (status.st_dev, status.st_ino) not in entered:
            entered.add((status.st_dev, status.st_ino))
            return True
        if entry.is_symlink():
            self.odd.append((Flaw.LOOP, entry.path))
        return False

    def _pass_over(self, path: str, refused: OSError) -> None:
        if refused.errno == errno.ELOOP:
            self.odd.append((Flaw.LOOP, path))
        else:
            self.refused.append(path)

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        self.folders += 1
        try:
            with os.scandir(folder) as listing:
                return sorted(listing, key=_name)
        except FileNotFoundError:
            return []  # deleted since it was met
        except OSError:
            self.refused.append(folder)
            return []


_name = attrgetter("name")
