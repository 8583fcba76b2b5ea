"""Looks at a record that is encrypted: whether it is another one than last time, by its first bytes and its size."""

import os
from collections.abc import Iterator

from xxhash import xxh3_64_intdigest

from tankful.core.batch import Batch
from tankful.core.parsing import Findings, SealedParser
from tankful.watch.folders import STORABLE
from tankful.watch.opened import batch_of, opened, times_of, whole_mark
from tankful.watch.record import Record

_HEAD = 1024
"""Bytes; whoever encrypts a file anew begins it with another random number."""


def read_sealed(record: Record) -> Iterator[Batch]:
    """Yield what a changed file tells; nothing of one that is empty.

    Raises:
        CannotRead: there is nothing to read, or reading failed.
    """
    with opened(record.path) as (handle, status):
        modified_ns = min(status.st_mtime_ns, STORABLE)
        found = Findings()
        fields = record.checkpoint.fields if record.checkpoint is not None else None
        if status.st_size:
            parser: SealedParser = record.parser(fields)
            print_of = xxh3_64_intdigest(os.read(handle, _HEAD) + status.st_size.to_bytes(8)) >> 1
            parser.note(print_of, times_of(status.st_mtime, record.now), found)
            fields = parser.fields()
        yield batch_of(whole_mark(record.path, record.source, status, status.st_size, modified_ns, fields), found)
