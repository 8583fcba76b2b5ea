"""Reads the database in which OpenClaw keeps the transcripts of one agent: the records of Pi sessions, one a row.

Tables and columns are those of OpenClaw's `openclaw-agent-schema.sql`: `transcript_events` with the event as JSON, and
`session_windows` (once `sessions`) with the model that a session uses now.
"""

from collections.abc import Iterator, Mapping

import msgspec

from tankful.core.problems import Flaw
from tankful.sources import openclaw_places as places
from tankful.sources.checkpoints import restored
from tankful.sources.pi_transcript import Session, Transcript
from tankful.sources.source import FileTimes, Findings, Log, Store
from tankful.sources.values import Values

_PIECE = 500
"""Rows that are read at once."""
_SESSIONS_MAX = 1_000
"""So many sessions are remembered at once while reading."""
_NEEDED = frozenset({"session_id", "seq", "event_json", "created_at"})
_MODELS = "(instr(event_json, '\"model_change\"') OR instr(event_json, '\"model-snapshot\"'))"
_NEW = f"""
    SELECT rowid, session_id, seq, event_json, created_at FROM transcript_events
    WHERE rowid > ? AND (instr(event_json, '"usage"') OR instr(event_json, '"user"') OR {_MODELS}) ORDER BY rowid LIMIT ?
"""  # noqa: S608 - nothing comes from outside
_FIRST = "SELECT event_json FROM transcript_events WHERE session_id = ? ORDER BY seq LIMIT 1"
_MODEL = f"SELECT event_json FROM transcript_events WHERE session_id = ? AND seq < ? AND {_MODELS} ORDER BY seq DESC LIMIT 1"  # noqa: S608
_WINDOWS = {
    "session_windows": "SELECT model_provider, model FROM session_windows WHERE session_id = ?",
    "sessions": "SELECT model_provider, model FROM sessions WHERE session_id = ?",
}


class _Mark(msgspec.Struct):
    """The row that was read last; that it is still the same one says that none was taken away behind it."""

    row: int = 0
    session: str = ""
    seq: int = 0


class AgentDatabase:
    """Reads one agent's database, row after row; its fields are the last row that was there."""

    def __init__(self, log: Log, fields: bytes | None, addresses: Mapping[str, str]) -> None:
        """Go on behind the rows that an earlier parser has read."""
        self._log = log
        self._addresses = addresses
        self._mark = restored(fields, _Mark())
        self._transcripts: dict[str, Transcript] = {}

    def fields(self) -> bytes:
        """Return the row that was read last."""
        return msgspec.msgpack.encode(self._mark)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add what is in rows behind the last one; all of them when that one is gone, for then newer ones may stand before it."""
        if not store.columns("transcript_events") >= _NEEDED:
            found.blame(Flaw.OTHER_SHAPE, self._log.path)
            return
        window = next((sql for table, sql in _WINDOWS.items() if store.columns(table) >= {"session_id", "model_provider", "model"}), "")
        values = Values(self._log.path, 0, times, found)
        if not self._is_there(store):
            self._mark = _Mark()
        while rows := list(store.rows(_NEW, self._mark.row, _PIECE)):
            for row, session, seq, content, written in rows:
                transcript = self._transcript(store, window, session, seq, times)
                transcript.take(content, values, found, written)
                self._mark = _Mark(row, str(session), seq)
            yield

    def _is_there(self, store: Store) -> bool:
        mark = self._mark
        there = store.rows("SELECT session_id, seq FROM transcript_events WHERE rowid = ?", mark.row)
        return any((str(session), seq) == (mark.session, mark.seq) for session, seq in there)

    def _transcript(self, store: Store, window: str, session: object, seq: object, times: FileTimes) -> Transcript:
        """Return what takes the records of a session, with its folder and model as they were said before this row."""
        # What is looked up again was blamed when its own row was read, and a response in it is taken then.
        aside = Findings()
        values = Values(self._log.path, 0, times, aside)
        name = values.word(session)
        known = self._transcripts.get(name)
        if known is not None:
            return known
        if len(self._transcripts) >= _SESSIONS_MAX:
            self._transcripts.clear()
        state = Session(id=name)
        for provider, model in store.rows(window, session) if window else ():
            state.provider, state.model = values.word(provider), values.word(model)
        transcript = Transcript(places.ID, state, self._addresses, family=places.ID)
        for sql, asked in ((_FIRST, (session,)), (_MODEL, (session, seq))):
            for (content,) in store.rows(sql, *asked):
                transcript.take(str(content), values, aside)
        state.id = name
        self._transcripts[name] = transcript
        return transcript
