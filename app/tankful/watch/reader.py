"""Reads what is new in one log: complete lines past the checkpoint, in bounded memory whatever the file holds."""

import os
from collections.abc import Iterator

import msgspec
from xxhash import xxh3_64_digest

from tankful.core.batch import Batch, Checkpoint
from tankful.core.parsing import Findings, Form, LineParser, form_of
from tankful.core.problems import Flaw
from tankful.watch.folders import STORABLE
from tankful.watch.opened import CannotRead, batch_of, opened, times_of
from tankful.watch.record import Record

CHUNK = 128 * 1024
"""Small enough to stay in a processor's cache."""
BATCH_EVENTS = 4000
_FINGERPRINT = 1024
_NOT_RESPONSES = (b'{"type":"file-history-snapshot"',)
"""Long lines that begin like this are known to hold no response."""


def read(record: Record) -> Iterator[Batch]:
    """Yield everything new in a file, each batch with the checkpoint it brings the file to; nothing when nothing is new."""
    form = form_of(record.path)
    try:
        if form is Form.LINES:
            yield from _read_lines(record)
        elif form is Form.DOCUMENT:
            from tankful.watch.documents import read_document  # noqa: PLC0415 - most scans find none to read

            yield from read_document(record)
        elif form is Form.SEALED:
            from tankful.watch.sealed import read_sealed  # noqa: PLC0415 - same

            yield from read_sealed(record)
        else:
            from tankful.watch.stores import read_store  # noqa: PLC0415 - same

            yield from read_store(record)
    except CannotRead as failed:
        if failed.flaw is not None:
            found = Findings()
            found.blame(failed.flaw, record.path)
            yield batch_of(_unread(record), found)


def _read_lines(record: Record) -> Iterator[Batch]:
    """Yield what complete lines past the checkpoint hold.

    A file that shrank, was replaced, or was changed before the checkpoint is read again from its beginning. The last line
    counts without a line end once it is whole.
    """
    with opened(record.path) as (handle, status):
        yield from _Tail(handle, status, record).batches()


class _Tail:
    """An open file on its way from one checkpoint to the next."""

    def __init__(self, handle: int, status: os.stat_result, record: Record) -> None:
        self._handle = handle
        self._status = status
        self._record = record
        old = record.checkpoint
        if old is not None and self._goes_on(old):
            self._offset, self._line, self._passing_over = old.offset, old.line, old.passing_over
            parser = record.parser(old.fields)
        else:
            self._offset, self._line, self._passing_over = 0, 0, False
            parser = record.parser(None)
        self._parser: LineParser = parser
        self._times = times_of(status.st_mtime, record.now)
        self._found = Findings()

    def _goes_on(self, old: Checkpoint) -> bool:
        """Say whether this is the file of the checkpoint, with everything before it untouched."""
        status = self._status
        if status.st_size < old.offset or (status.st_dev & STORABLE, status.st_ino & STORABLE) != (old.device, old.inode):
            return False
        if status.st_size == old.size and min(status.st_mtime_ns, STORABLE) != old.modified_ns and old.offset == old.size:
            return False  # rewritten in place at the same length
        return self._head(old.offset) == old.head and self._last(old.offset) == old.tail

    def batches(self) -> Iterator[Batch]:
        begun: list[bytes] = []
        held = 0
        """Pieces of a line whose end is still to come, and their length."""
        os.lseek(self._handle, self._offset, os.SEEK_SET)
        while chunk := os.read(self._handle, CHUNK):
            if self._passing_over:
                chunk = self._pass_over(chunk)
            held += len(chunk)
            lines, rest = _lines(chunk)
            if lines:
                lines[0] = b"".join((*begun, lines[0]))
                begun.clear()
                self._take(lines, held - len(rest))
                held = len(rest)
            begun.append(rest)
            if held > self._record.longest_line:
                self._give_up_on(b"".join(begun))
                begun.clear()
                held = 0
            if len(self._found.events) >= BATCH_EVENTS:
                yield self._handed_over()
        carry = b"".join(begun)
        if carry.endswith((b"}", b"}\r")) and _is_whole(carry):
            self._take([carry], len(carry))
            self._line -= 1  # its line end is still to come and will count it
        yield self._handed_over()

    def _take(self, lines: list[bytes], size: int) -> None:
        if self._record.checks_text:
            for number, line in enumerate(lines, self._line + 1):
                if not is_text(line):
                    self._found.blame(Flaw.BAD_TEXT, self._record.path, number)
        self._parser.read(lines, self._line + 1, self._times, self._found)
        self._line += len(lines)
        self._offset += size

    def _give_up_on(self, carry: bytes) -> None:
        if not carry.startswith(_NOT_RESPONSES):
            self._found.blame(Flaw.LONG_LINE, self._record.path, self._line + 1)
        self._offset += len(carry)
        self._passing_over = True

    def _pass_over(self, chunk: bytes) -> bytes:
        end = chunk.find(b"\n") + 1
        if not end:
            self._offset += len(chunk)
            return b""
        self._offset += end
        self._line += 1
        self._passing_over = False
        return chunk[end:]

    def _handed_over(self) -> Batch:
        found, self._found = self._found, Findings()
        status = self._status
        mark = Checkpoint(
            path=self._record.path,
            source=self._record.source,
            device=status.st_dev & STORABLE,
            inode=status.st_ino & STORABLE,
            size=status.st_size,  # as it was before reading: what grew meanwhile makes the next glance look again
            modified_ns=min(status.st_mtime_ns, STORABLE),
            offset=self._offset,
            line=self._line,
            passing_over=self._passing_over,
            head=self._head(self._offset),
            tail=self._last(self._offset),
            fields=self._parser.fields(),
        )
        return batch_of(mark, found)

    def _head(self, offset: int) -> bytes:
        return self._fingerprint(0, min(offset, _FINGERPRINT))

    def _last(self, offset: int) -> bytes:
        start = max(0, offset - _FINGERPRINT)
        return self._fingerprint(start, offset - start)

    def _fingerprint(self, start: int, size: int) -> bytes:
        here = os.lseek(self._handle, 0, os.SEEK_CUR)
        os.lseek(self._handle, start, os.SEEK_SET)
        content = os.read(self._handle, size)
        os.lseek(self._handle, here, os.SEEK_SET)
        return xxh3_64_digest(content)  # hashlib brings the whole of OpenSSL


def _lines(chunk: bytes) -> tuple[list[bytes], bytes]:
    """Return the lines that end in this chunk and what comes after; `bytes.split` looks at each byte and takes thrice as long."""
    lines: list[bytes] = []
    start = 0
    while (end := chunk.find(b"\n", start)) >= 0:
        lines.append(chunk[start:end])
        start = end + 1
    return lines, chunk[start:]


def is_text(line: bytes) -> bool:
    """Say whether a line is UTF-8."""
    if line.isascii():
        return True
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_whole(line: bytes) -> bool:
    """Say whether the last line, still without its end, is complete: half an object is never valid JSON."""
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True


def _unread(record: Record) -> Checkpoint:
    """Return the checkpoint of a file that could not be opened: as it was, to be tried again."""
    return record.checkpoint or Checkpoint(record.path, record.source, 0, 0, -1, 0, 0, 0, False, b"", b"", None)
