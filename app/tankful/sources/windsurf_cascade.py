"""Sees when one of Windsurf's Cascade conversations has changed: they are encrypted, one file each (seen by several trackers)."""

from pathlib import PurePath

import msgspec

from tankful.core.usage import Prompt
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log

_GRAIN_S = 300
"""An agent at work writes all the time: one change in so many seconds is enough to see that."""


class _Seen(msgspec.Struct):
    """The checkpoint: the content that was seen last, and the second since 1970 of the last change that was noted."""

    print_of: int = -1
    noted_s: float = 0.0


class CascadeParser:
    """Notes changes of one conversation."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on from what an earlier parser saw."""
        self._log = log
        self._seen = restored(fields, _Seen())

    def fields(self) -> bytes:
        """Return what was seen."""
        return msgspec.msgpack.encode(self._seen)

    def note(self, print_of: int, times: FileTimes, found: Findings) -> None:
        """Add a prompt for a change, known by its content: a copy, or the same written anew, tells nothing."""
        seen, at = self._seen, times.modified
        if print_of != seen.print_of and abs(at.timestamp() - seen.noted_s) >= _GRAIN_S:
            key = key_of(self._log.source, "cascade", str(print_of))
            found.prompts.append(Prompt(self._log.source, key, at, PurePath(self._log.path).stem))
            seen.noted_s = at.timestamp()
        seen.print_of = print_of
