"""Reads Hermes Agent's `state.db` (rules: Hermes' `SCHEMA_SQL` and `CanonicalUsage`; tokscale).

Input is without what was read from and written to the cache; reasoning is a part of output. `session_model_usage` splits a session's
sum by model, provider, address and task; a session that is in it is taken from there, others from `sessions`. The actual cost counts
before the estimated one; 0 means that neither is known, or that a subscription pays.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tankful.core.parsing import FileTimes, Findings, Store
from tankful.core.problems import Flaw
from tankful.core.totals import SessionTotal
from tankful.core.usage import Prompt, TokenUsage
from tankful.sources.checkpoints import restored
from tankful.sources.configured import without_secrets
from tankful.sources.hermes_source import ID
from tankful.sources.identity import key_of
from tankful.sources.source import Log
from tankful.sources.stored import Handed, Pieces, has, is_changed, picked, text_of
from tankful.sources.values import SUM_MAX, Values

_COUNTS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
_NAMES = ("model", "billing_provider", "billing_base_url", "billing_mode", "task")
_COSTS = ("actual_cost_usd", "estimated_cost_usd")
_END = 4 + len(_NAMES)
"""Where the names end in a row, and the sums begin."""
_BY_MODEL = "session_model_usage"
_MESSAGE = ("session_id", "role", "timestamp")
_SESSIONS = 100
"""The answers of so many are looked up at once, and a reading may be interrupted after them."""
_UNKNOWN = "unknown"
"""What Hermes writes for a model that it does not know."""


class _State(msgspec.Struct):
    message: int = 0
    """The last message that was looked at for a prompt."""
    sums: dict[int, int] = msgspec.field(default_factory=dict[int, int])


class HermesParser:
    """Reads the sums that grew, and new prompts."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on behind what an earlier reading found."""
        self._path = log.path
        self._state = restored(fields, _State())

    def fields(self) -> bytes:
        """Return how far the database was read."""
        return msgspec.msgpack.encode(self._state)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add sums that grew, with the times of their session's answers, and new prompts."""
        values = Values(self._path, 0, times, found)
        if not has(store, "sessions", "id", "started_at", *_COUNTS[:2]):
            values.blame(Flaw.OTHER_SHAPE)
            return
        if is_changed(store, _BY_MODEL, "session_id", "model", *_COUNTS) or is_changed(store, "messages", *_MESSAGE):
            values.blame(Flaw.OTHER_SHAPE)
        by_model = has(store, _BY_MODEL, "session_id", "model", *_COUNTS[:2])
        if by_model:
            yield from self._read_sums(store, _by_model_query(store), values, times, found)
        yield from self._read_sums(store, _sessions_query(store, by_model=by_model), values, times, found)
        if has(store, "messages", *_MESSAGE):
            yield from self._read_prompts(store, values, found)

    def _read_sums(self, store: Store, query: str, values: Values, times: FileTimes, found: Findings) -> Iterator[None]:
        handed, rows = Handed(self._state.sums), list(store.rows(query))
        for start in range(0, len(rows), _SESSIONS):
            if start:
                yield
            # As the update that brings sums by model fills them in from those of sessions, so that these are met again.
            counted = [("\x1f".join(map(text_of, (row[0], row[4] or _UNKNOWN, *row[5:_END]))), row) for row in rows[start:][:_SESSIONS]]
            grown = [(counter, row) for counter, row in counted if handed.is_new(counter, row[_END:])]
            answers = _answers(store, [row[0] for _, row in grown if isinstance(row[0], str)], values)
            for counter, row in grown:
                total = _total(counter, row, answers, values, times.modified)
                if total is not None:
                    found.totals.append(total)
        yield

    def _read_prompts(self, store: Store, values: Values, found: Findings) -> Iterator[None]:
        pieces = Pieces()
        for number, name, at, folder, source in store.rows(_prompts_query(store), self._state.message):
            if source not in {"cron", "subagent"}:
                session = values.word(name)
                # A session that was compressed goes on under a new name, with copies of its messages.
                found.prompts.append(Prompt(ID, key_of("hermes-prompt", text_of(at)), values.moment(at), session, values.word(folder)))
            self._state.message = number
            if pieces.full():
                yield
        yield


def _total(
    counter: str, row: tuple[Any, ...], said: Mapping[str, Sequence[datetime]], values: Values, modified: datetime
) -> SessionTotal | None:
    name, folder, first, last, model, provider, url, _, _, *rest = row
    counts, costs, (ended,) = rest[: len(_COUNTS)], rest[len(_COUNTS) : -1], rest[-1:]
    uncached, output, read, written, reasoning = (values.count(count, SUM_MAX) for count in counts)
    usage = TokenUsage(uncached, output, read, written, 0, min(reasoning, output))
    cost = _cost(costs, values)
    if not usage.total and cost is None:
        return None
    session = values.word(name)
    began, called = values.moment_if_any(first), values.moment_if_any(last)
    answers = tuple(at for at in said.get(session, ()) if (began is None or at >= began) and (called is None or at <= called))
    # A session may be taken up again after its end, so that its answers say more.
    at = called or (answers[-1] if answers else values.moment_if_any(ended))
    return SessionTotal(
        agent=ID,
        counter=counter,
        tokens=usage,
        at=at if at is not None else values.moment(first),
        began=began,
        times=answers,
        model=values.word(None if model == _UNKNOWN else model) or None,
        session=session,
        project=values.word(folder),
        provider=values.word(provider),
        route=without_secrets(values.word(url)),
        recorded_cost=cost,
        # Its messages are written when a turn is over, its counts with every call.
        written=modified if called is None else None,
    )


def _cost(costs: list[object], values: Values) -> Decimal | None:
    return next(filter(None, map(values.dollars, costs)), None)


def _answers(store: Store, sessions: Sequence[str], values: Values) -> Mapping[str, Sequence[datetime]]:
    """Return when each of these sessions had its answers: of all at once, since nothing may help to find those of one."""
    said: dict[str, list[datetime]] = {session: [] for session in sessions}
    if not said or not has(store, "messages", "session_id", "role", "timestamp"):
        return said
    places = ", ".join("?" * len(said))
    query = f"SELECT session_id, timestamp FROM messages WHERE session_id IN ({places}) AND role = 'assistant' ORDER BY timestamp"  # noqa: S608 - only marks are put in
    for session, stamp in store.rows(query, *said):
        at = values.moment_if_any(stamp)
        if at is not None and session in said:
            said[session].append(at)
    return said


def _by_model_query(store: Store) -> str:
    usage, sessions = store.columns(_BY_MODEL), store.columns("sessions")
    folder, times = picked(sessions, ("cwd",), "s"), picked(usage, ("first_seen", "last_seen"), "u")
    return f"""
        SELECT u.session_id, {folder}, {times}, {picked(usage, (*_NAMES, *_COUNTS, *_COSTS), "u")}, NULL
        FROM {_BY_MODEL} u LEFT JOIN sessions s ON s.id = u.session_id ORDER BY u.rowid
    """  # noqa: S608 - names of our own


def _sessions_query(store: Store, *, by_model: bool) -> str:
    sessions = store.columns("sessions")
    without = f"WHERE s.id NOT IN (SELECT session_id FROM {_BY_MODEL} WHERE session_id IS NOT NULL)" if by_model else ""  # noqa: S608 - names of our own
    names = (*_NAMES[:-1], *_COUNTS, *_COSTS)
    fields = picked(sessions, ("id", "cwd", "started_at"), "s")
    fields += f", NULL, {picked(sessions, names[:4], 's')}, NULL, {picked(sessions, (*names[4:], 'ended_at'), 's')}"
    return f"SELECT {fields} FROM sessions s {without}"  # noqa: S608 - names of our own


def _prompts_query(store: Store) -> str:
    messages, sessions = store.columns("messages"), store.columns("sessions")
    heard = "AND coalesce(m.observed, 0) = 0" if "observed" in messages else ""  # what others said in a group
    session = picked(sessions, ("cwd", "source"), "s")
    return f"""
        SELECT m.rowid, m.session_id, m.timestamp, {session} FROM messages m LEFT JOIN sessions s ON s.id = m.session_id
        WHERE m.rowid > ?1 AND m.role = 'user' {heard} ORDER BY m.rowid
    """  # noqa: S608 - names of our own
