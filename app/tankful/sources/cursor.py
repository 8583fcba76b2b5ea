"""Reads from Cursor's database when a human asked something: its counts of tokens are no measure of anything.

The table is one of keys and values, where an entry that changes is put in anew behind all others (`ON CONFLICT REPLACE`, seen
by several trackers): so what is new lies behind the last row that was read, and no old value is ever read again.
"""

from collections.abc import Iterator

import msgspec

from tankful.core.problems import Flaw
from tankful.core.usage import Prompt
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log, Store
from tankful.sources.stored import is_renamed
from tankful.sources.values import Values

_TABLE = "cursorDiskKV"
_SETTINGS = "ItemTable"
"""What all editors of this family have from the start."""
_FIRST, _BEHIND = "bubbleId:", "bubbleId;"
"""The keys of messages lie between these."""
_VALUE_MAX = 4_000_000
_TOGETHER = 16
"""Rows that are asked for at once: no more is held in memory, and where readers hold up writers, none is for longer."""
_PAUSE = 50
"""So often they are asked for until a reading may be interrupted."""
_HUMAN = 1


class _Bubble(msgspec.Struct, gc=False):
    type: object = None
    createdAt: object = None  # noqa: N815 - the field's name


class CursorParser:
    """Reads the messages that are new."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on behind the row that an earlier parser came to."""
        self._log = log
        self._last = restored(fields, 0)

    def fields(self) -> bytes:
        """Return the number of the last row."""
        return msgspec.msgpack.encode(self._last)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add one prompt for each message of a human."""
        values = Values(self._log.path, 0, times, found)
        columns = store.columns(_TABLE)
        if not {"key", "value"} <= columns:
            if columns or is_renamed(store, _SETTINGS):
                values.blame(Flaw.OTHER_SHAPE)
            return  # or nothing was asked yet
        for (highest,) in store.rows(f"SELECT max(rowid) FROM {_TABLE}"):  # noqa: S608 - a name of ours
            if highest is None or highest < self._last:
                self._last = 0  # the rows were numbered anew
        query = (
            "SELECT rowid, key, CASE WHEN key >= ? AND key < ? AND length(value) <= ? THEN value END "  # noqa: S608 - a name of ours
            f"FROM {_TABLE} WHERE rowid > ? ORDER BY rowid LIMIT {_TOGETHER}"
        )
        number = 0
        while some := list(store.rows(query, _FIRST, _BEHIND, _VALUE_MAX, self._last)):
            for row, key, value in some:
                if isinstance(key, str) and isinstance(value, (str, bytes)):
                    self._take(key, value, values, found)
                self._last = row
            number += 1
            if number % _PAUSE == 0:
                yield
        yield

    def _take(self, key: str, value: str | bytes, values: Values, found: Findings) -> None:
        bubble = values.decoded(value, _Bubble)
        at = values.moment_if_any(bubble.createdAt) if bubble is not None and bubble.type == _HUMAN else None
        if at is not None:
            _, _, rest = key.partition(":")
            conversation, _, message = rest.partition(":")
            found.prompts.append(Prompt(self._log.source, key_of(self._log.source, conversation, message), at, values.word(conversation)))
