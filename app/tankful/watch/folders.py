"""Finds every regular file below a folder, whatever lies in the way."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple


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
    folders: int = 0

    def files(self) -> Iterator[Found]:
        """Yield regular files with the suffix, links followed, no folder entered twice, in order of their names."""
        try:
            status = Path(self.root).stat()
        except FileNotFoundError:
            return
        except OSError:
            self.refused.append(self.root)
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._below(self.root, {(status.st_dev, status.st_ino)})

    def _below(self, folder: str, entered: set[tuple[int, int]]) -> Iterator[Found]:
        pending = [folder]
        while pending:
            for entry in self._entries(pending.pop()):
                try:
                    if entry.is_dir():
                        status = entry.stat()
                        if (status.st_dev, status.st_ino) not in entered:
                            entered.add((status.st_dev, status.st_ino))
                            pending.append(entry.path)
                    elif entry.name.endswith(self.suffix):
                        status = entry.stat()
                        if stat.S_ISREG(status.st_mode):
                            yield Found(entry.path, status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
                except FileNotFoundError:
                    continue  # deleted, or a link to nowhere
                except OSError:
                    self.refused.append(entry.path)

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
