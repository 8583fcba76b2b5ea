"""Reads on in the transcript that an agent keeps next to a session's sums: when there were responses, and when a human spoke."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from tankful.regular_file import opened

_LINE_MAX = 8 * 1024 * 1024
"""A longer line is passed over."""
_BUFFER = 128 * 1024
"""Bytes that are read at once: Python's own 8 KiB are two or three lines."""
_TIMES_MAX = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Heard(msgspec.Struct):
    """How far a transcript was read, and what it said: what the next reading of the sums goes on from."""

    offset: int = 0
    responses: list[int] = []
    """Microseconds since 1970, the latest of them."""
    folder: str = ""
    model: str = ""
    session: str = ""

    def hear(self, at: datetime) -> None:
        """Note a response."""
        self.responses.append((at - _EPOCH) // _MICROSECOND)

    def times(self) -> Sequence[datetime]:
        """Return when there were responses."""
        return [_EPOCH + timedelta(microseconds=each) for each in self.responses]

    def bounded(self) -> "Heard":
        """Return what a checkpoint keeps: sums that were seen need no times before their own."""
        return msgspec.structs.replace(self, responses=self.responses[-_TIMES_MAX:])


def new_lines(path: Path, heard: Heard) -> Iterator[bytes]:
    """Yield the complete lines that were not read yet, and move on behind each; all lines when the transcript was begun anew."""
    try:
        with open(path, "rb", buffering=_BUFFER, opener=opened) as file:
            if os.fstat(file.fileno()).st_size < heard.offset:
                heard.offset, heard.responses = 0, []
            file.seek(heard.offset)
            is_beginning = True
            while line := file.readline(_LINE_MAX):
                is_whole = line.endswith(b"\n")
                if not is_whole and len(line) < _LINE_MAX:
                    return  # still being written
                heard.offset += len(line)
                if is_whole and is_beginning:
                    yield line
                is_beginning = is_whole
    except (OSError, ValueError):
        return
