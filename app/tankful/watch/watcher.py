"""Notices that logs change: file notifications where they work, a named reason for polling where they do not."""

import errno
import logging
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from tankful.watch.mounts import Polled, is_network_drive

_KINDS: list[type[FileSystemEvent]] = [
    FileModifiedEvent,
    FileCreatedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]
"""Without this list watchdog also asks for every opening and closing: above 4,096 folders its own first walk overflows
the queue, which makes it walk again, for ever."""
_STOP_S = 3


class Watcher:
    """Calls `touched` with the paths that changed, from its own thread; no paths means: look everywhere.

    The path of a folder, which came or went, ends with the separator.
    """

    def __init__(self, touched: Callable[[tuple[str, ...]], None]) -> None:
        """Watch nothing yet."""
        self._touched = touched
        self._observer: BaseObserver | None = None
        self._overflow = _Overflow(lambda: touched(()))

    def watch(self, folders: Sequence[tuple[str, bool]], beside: Path) -> tuple[Polled, ...]:
        """Watch these existing folders, each with everything below it or (`False`) alone, and, if it exists, the one folder `beside`.

        Returns what must be polled instead.
        """
        self.stop()
        warnings.filterwarnings("ignore", message="Callback with id", category=RuntimeWarning)
        logging.getLogger("watchdog").addHandler(self._overflow)
        polled: list[Polled] = []
        try:
            observer = Observer()
        except OSError as refused:
            return tuple(Polled(folder, _why(refused)) for folder, _ in folders)
        handler = _Handler(self._touched)
        for folder, deep in folders:
            if is_network_drive(folder):
                polled.append(Polled(folder, "it is on a network drive, which sends no notifications"))
                continue
            try:
                observer.schedule(handler, _entered(folder), recursive=deep, event_filter=_KINDS)
            except OSError as refused:
                polled.append(Polled(folder, _why(refused)))
        self._observer = observer
        try:
            if beside.is_dir():  # it may be impossible to make
                observer.schedule(handler, _entered(str(beside)), recursive=False, event_filter=_KINDS)
            observer.start()
        except OSError as refused:
            observer.stop()  # some of its threads may run already
            self._observer = None
            return (*polled, *(Polled(folder, _why(refused)) for folder, _ in folders))
        return tuple(polled)

    def is_alive(self) -> bool:
        """Say whether somebody is watching."""
        return self._observer is not None and self._observer.is_alive()

    def stop(self) -> None:
        """Stop watching; returns when the thread is gone."""
        logging.getLogger("watchdog").removeHandler(self._overflow)
        if self._observer is not None:
            self._observer.stop()
            if self._observer.is_alive():
                self._observer.join(_STOP_S)
            self._observer = None


class _Handler(FileSystemEventHandler):
    def __init__(self, touched: Callable[[tuple[str, ...]], None]) -> None:
        self._touched = touched

    def dispatch(self, event: FileSystemEvent) -> None:
        """Pass on the path that has new content, or of a folder that came or went."""
        if event.is_directory:
            moved = filter(None, (event.src_path, event.dest_path))
            self._touched(tuple(os.path.join(os.fsdecode(path), "") for path in moved))  # noqa: PTH118 - a path of pathlib's drops the mark
        else:
            self._touched((os.fsdecode(event.dest_path or event.src_path),))


class _Overflow(logging.Handler):
    """Hears watchdog say that it lost notifications: it says so nowhere but in its log."""

    def __init__(self, lost: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._lost = lost

    def emit(self, record: logging.LogRecord) -> None:
        """Ask for a look everywhere when the system's queue overflowed."""
        if "overflow" in record.getMessage():
            self._lost()


def _entered(folder: str) -> str:
    """Return a name that watchdog watches the folder by: of a link it would watch the link."""
    return os.path.join(folder, "") if os.path.islink(folder) else folder  # noqa: PTH114, PTH118 - a path of pathlib's drops the separator


def watches_in_use() -> int | None:
    """Return how many inotify watches this process holds; `None` where there is no telling.

    watchdog says nothing when the system's limit stops it below the root, so the count is compared with the folders.
    """
    if sys.platform != "linux":
        return None
    count = 0
    try:
        descriptions = list(Path("/proc/self/fdinfo").iterdir())
    except OSError:  # no /proc, or no descriptor left to look into it with
        return None
    for description in descriptions:
        try:
            with description.open(encoding="ascii", errors="replace") as info:
                count += sum(line.startswith("inotify wd") for line in info)
        except OSError:
            continue  # closed meanwhile
    return count


def _why(refused: OSError) -> str:
    if refused.errno == errno.ENOSPC:
        return "the system's limit of file watches is reached; raise fs.inotify.max_user_watches"
    if refused.errno in {errno.EMFILE, errno.ENFILE}:  # editors and browsers take most of the few that there are
        return "the system's limit of programs that watch files is reached; raise fs.inotify.max_user_instances"
    return f"it cannot be watched: {refused.strerror or refused}"
