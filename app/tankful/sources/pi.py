"""Reads the session files of Pi and its descendants line by line."""

from collections.abc import Mapping, Sequence

import msgspec

from tankful.sources.checkpoints import restored
from tankful.sources.json_lines import objects_in
from tankful.sources.pi_lines import may_matter
from tankful.sources.pi_transcript import Session, Transcript
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values


class PiParser:
    """Reads one session front to back; its fields are what was said once and holds for the lines that follow."""

    def __init__(
        self, log: Log, fields: bytes | None, name: str, addresses: Mapping[str, str], *, family: str, has_human: bool = True
    ) -> None:
        """Go on after the lines that an earlier parser has read; `name` is the session's as long as no line says another."""
        self._path = log.path
        self._session = restored(fields, Session(id=name))
        self._transcript = Transcript(log.source, self._session, addresses, family=family, has_human=has_human)

    def fields(self) -> bytes:
        """Return the session's id and folder, and the model it uses now."""
        return msgspec.msgpack.encode(self._session)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each response these lines hold, and one prompt for each thing a human said."""
        for number, line in objects_in(lines, first_line, self._path, found):
            if may_matter(line) and not self._transcript.take_usual(line, times.now, found):
                self._transcript.take(line, Values(self._path, number, times, found), found)
