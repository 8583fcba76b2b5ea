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
        self._refused: tuple[Polled, ...] = ()
        self._linked: tuple[Polled, ...] = ()

    @property
    def polled(self) -> tuple[Polled, ...]:
        """What must be looked at on a timer, and why."""
        return (*self._refused, *self._linked)

    def renew(self, roots: Iterable[tuple[str, bool]], followed: Iterable[str] = ()) -> bool:
        """Watch those of these folders that exist, each with all below it or (`False`) alone; says whether anything changed.

        `followed`: links below them to folders, which are watched like those, and to files, which nobody tells of.
        """
        wanted: dict[str, bool] = {}
        for folder, deep in roots:
            wanted[folder] = deep or wanted.get(folder, False)
        holders: set[str] = set()
        for link in followed:
            if os.path.isdir(link):  # noqa: PTH112 - texts, as the walk deals in
                wanted[link] = True
            else:
                holders.add(os.path.dirname(link))  # noqa: PTH120 - same
        self._linked = tuple(Polled(holder, "a log in it is a link to a file elsewhere") for holder in sorted(holders))
        self._roots = tuple(wanted.items())
        folders = self._there()
        if folders == self._folders and self._watcher.is_alive():
            return False
        self._folders = folders
        self._refused = self._watcher.watch(folders, self._beside)
        return True

    def is_behind(self) -> bool:
        """Say whether a folder was born or went since the last `renew`, or the watching thread died."""
        return not self._watcher.is_alive() or self._there() != self._folders

    def _there(self) -> tuple[tuple[str, bool], ...]:
        return tuple(root for root in self._roots if os.path.isdir(root[0]))  # noqa: PTH112 - asked for hundreds of folders every few seconds

    def compare(self, folders: int) -> None:
        """Poll everything when the system gave fewer watches than there are folders: watchdog does not say so itself."""
        held = watches_in_use()
        if held is None or self._refused:
            return
        held -= self._beside.is_dir()
        if held < folders:
            reason = f"the system's limit of file watches is reached ({held} of {folders} folders); raise fs.inotify.max_user_watches"
            self._refused = tuple(Polled(folder, reason) for folder, _ in self._folders)

    def stop(self) -> None:
        """Stop watching."""
        self._watcher.stop()
