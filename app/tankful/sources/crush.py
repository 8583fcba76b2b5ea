"""Reads Crush's `crush.db` (rules: Crush's migrations and `updateSessionUsage`; tokscale).

`sessions.cost` grows with every call and holds what sub-agents cost, which are sessions with a parent. `prompt_tokens` and
`completion_tokens` are those of the last step only, so that no tokens are booked.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePath

import msgspec

from tankful.core.parsing import FileTimes, Findings, Store
from tankful.core.problems import Flaw
from tankful.core.totals import SessionTotal
from tankful.core.usage import Prompt, TokenUsage
from tankful.sources.checkpoints import restored
from tankful.sources.crush_source import ID
from tankful.sources.identity import key_of
from tankful.sources.source import Log
from tankful.sources.stored import Handed, Pieces, has, is_changed, picked, text_of
from tankful.sources.values import Values
from tankful.sources.way import way_of

_MESSAGE = ("session_id", "role", "created_at")


class _State(msgspec.Struct):
    prompt: int = 0
    """Row of the last message that was looked at for a prompt."""
    sums: dict[int, int] = msgspec.field(default_factory=dict[int, int])


class CrushParser:
    """Reads the sums of root sessions that changed, and new prompts."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on behind what an earlier reading found."""
        self._log = log
        self._way = way_of(log.route)
        self._state = restored(fields, _State())
        folder = PurePath(log.path).parent
        self._project = str(folder.parent) if folder.name == ".crush" else ""

    def fields(self) -> bytes:
        """Return how far the database was read."""
        return msgspec.msgpack.encode(self._state)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add the costs of sessions that grew, with the times of their answers."""
        values = Values(self._log.path, 0, times, found)
        if not has(store, "sessions", "id", "parent_session_id", "cost"):
            values.blame(Flaw.OTHER_SHAPE)
            return
        messages = has(store, "messages", *_MESSAGE)
        if is_changed(store, "messages", *_MESSAGE):
            values.blame(Flaw.OTHER_SHAPE)
        fields = picked(store.columns("sessions"), ("id", "cost", "updated_at", "created_at"), "s")
        handed, pieces = Handed(self._state.sums), Pieces()
        query = f"SELECT {fields} FROM sessions s WHERE s.parent_session_id IS NULL AND s.cost != 0 ORDER BY s.id"  # noqa: S608 - names of our own
        for name, cost, changed, began in list(store.rows(query)):
            session, dollars = values.word(name), values.dollars(cost)
            if dollars and handed.is_new(text_of(name), (cost,)):
                answers = _answers(store, session, values) if messages else []
                model, provider = answers[-1][1:] if answers else ("", "")
                found.totals.append(
                    SessionTotal(
                        agent=ID,
                        counter=session,
                        tokens=TokenUsage(),
                        at=values.moment(changed),
                        began=values.moment_if_any(began),
                        times=tuple(at for at, _, _ in answers),
                        model=model or None,
                        session=session,
                        project=self._project,
                        provider=provider,
                        route=self._way.to(provider),
                        recorded_cost=dollars,
                    )
                )
            if pieces.full():
                yield
        yield
        if messages:
            yield from self._read_prompts(store, values, found)

    def _read_prompts(self, store: Store, values: Values, found: Findings) -> Iterator[None]:
        pieces = Pieces()
        query = """
            SELECT m.rowid, m.session_id, m.created_at FROM messages m JOIN sessions s ON s.id = m.session_id
            WHERE m.rowid > ?1 AND m.role = 'user' AND s.parent_session_id IS NULL ORDER BY m.rowid
        """
        for row, name, at in store.rows(query, self._state.prompt):
            session = values.word(name)
            found.prompts.append(Prompt(ID, key_of("crush-prompt", session, text_of(at)), values.moment(at), session, self._project))
            self._state.prompt = row
            if pieces.full():
                yield
        yield


def _answers(store: Store, session: str, values: Values) -> list[tuple[datetime, str, str]]:
    """Return when a session had its answers, from which model and provider."""
    named = picked(store.columns("messages"), ("created_at", "model", "provider"), "m")
    query = f"SELECT {named} FROM messages m WHERE m.session_id = ?1 AND m.role = 'assistant' ORDER BY m.created_at"  # noqa: S608 - names of our own
    answers = ((values.moment_if_any(at), values.word(model), values.word(provider)) for at, model, provider in store.rows(query, session))
    return [(at, model, provider) for at, model, provider in answers if at is not None]
