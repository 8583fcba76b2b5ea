"""Keeps every log folder watched, and knows which ones must be looked at on a timer instead."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from tankful.watch.mounts import Polled
from tankful.watch.watcher import Watcher, watches_in_use

Touched = Callable[[tuple[str, ...]], None]


class Watching:
    """The folders that exist are watched; `renew` begins again when others were born or went away."""

    def __init__(self, touched: Touched, beside: Path) -> None:
        """Watch nothing yet; `beside` is the folder of the settings file."""
        self._watcher = Watcher(touched)
        self._beside = beside
        self._folders: tuple[tuple[str, bool], ...] = ()
        self._roots: tuple[tuple[str, bool], ...] = ()
        self.polled: tuple[Polled, ...] = ()

    def renew(self, roots: Iterable[tuple[str, bool]]) -> bool:
        """Watch those of these folders that exist, each with all below it or (`False`) alone; says whether anything changed."""
        wanted: dict[str, bool] = {}
        for folder, deep in roots:
            wanted[folder] = deep or wanted.get(folder, False)
        self._roots = tuple(wanted.items())
        folders = self._there()
        if folders == self._folders and self._watcher.is_alive():
            return False
        self._folders = folders
        self.polled = self._watcher.watch(folders, self._beside)
        return True

    def is_behind(self) -> bool:
        """Say whether a folder was born or went since the last `renew`, or the watching thread died."""
        return not self._watcher.is_alive() or self._there() != self._folders

    def _there(self) -> tuple[tuple[str, bool], ...]:
        return tuple(root for root in self._roots if os.path.isdir(root[0]))  # noqa: PTH112 - asked for hundreds of folders every few seconds

    def compare(self, folders: int) -> None:
        """Poll everything when the system gave fewer watches than there are folders: watchdog does not say so itself."""
        held = watches_in_use()
        if held is None or self.polled:
            return
        held -= self._beside.is_dir()
        if held < folders:
            reason = f"the system's limit of file watches is reached ({held} of {folders} folders); raise fs.inotify.max_user_watches"
            self.polled = tuple(Polled(folder, reason) for folder, _ in self._folders)

    def stop(self) -> None:
        """Stop watching."""
        self._watcher.stop()
