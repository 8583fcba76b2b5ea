"""Reads a record that is one JSON value, whole, each time it has changed."""

import os
from collections.abc import Iterator

from tankful.core.batch import Batch
from tankful.core.parsing import LONGEST_DOCUMENT, DocumentParser, Findings
from tankful.core.problems import Flaw
from tankful.watch.folders import STORABLE
from tankful.watch.opened import batch_of, opened, times_of, whole_mark
from tankful.watch.record import Record


def read_document(record: Record) -> Iterator[Batch]:
    """Yield what a changed file holds; nothing when it is as it was.

    Raises:
        CannotRead: there is nothing to read, or reading failed.
    """
    with opened(record.path) as (handle, status):
        modified_ns = min(status.st_mtime_ns, STORABLE)
        fields = record.checkpoint.fields if record.checkpoint is not None else None
        found = Findings()
        if status.st_size > LONGEST_DOCUMENT:
            found.blame(Flaw.LONG_FILE, record.path)
        else:
            content = _all_of(handle, status.st_size)
            if content.strip():  # an empty one is about to be written
                parser: DocumentParser = record.parser(fields)
                parser.read_document(content, times_of(status.st_mtime, record.now), found)
                fields = parser.fields()
        yield batch_of(whole_mark(record.path, record.source, status, status.st_size, modified_ns, fields), found)


def _all_of(handle: int, size: int) -> bytes:
    """Return the file as it is now, up to the size that it had when it was opened: what came later is read later."""
    parts: list[bytes] = []
    while size and (part := os.read(handle, size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
