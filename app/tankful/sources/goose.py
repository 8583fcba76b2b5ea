"""Reads Goose's `sessions.db` (rules: Goose's `session_manager.rs` and its pull request 10172; agentsview).

Table `usage_ledger` has one row a call. A session from before it has only `accumulated_*` sums; when it goes on, its sum so far becomes
one row with `cost_source` `carried_forward`, and from then on the sums hold those of its sub-agents too, so that they are not used any
more. Input counts hold what was read from and written to the cache, unless the row's total says that they are beside it.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from tankful.core.making import made
from tankful.core.parsing import FileTimes, Findings, Store
from tankful.core.problems import Flaw
from tankful.core.totals import SessionTotal
from tankful.core.usage import TOKENS_MAX, Prompt, TokenUsage, UsageEvent
from tankful.sources.checkpoints import restored
from tankful.sources.goose_source import ID
from tankful.sources.identity import key_of
from tankful.sources.source import Log
from tankful.sources.stored import Handed, Pieces, has, is_changed, picked, text_of
from tankful.sources.values import SUM_MAX, Values
from tankful.sources.way import way_of

_COUNTS = ("input_tokens", "output_tokens", "total_tokens", "cache_read_tokens", "cache_write_tokens")
_SESSION = ("id", "created_at", "updated_at", "model_config_json", "provider_name", "working_dir", "parent_session_id")
_LEDGER = ("session_id", "created_timestamp", "cost", "cost_source", *_COUNTS)
_MESSAGE = ("session_id", "role", "content_json", "created_timestamp")
_CARRIED = "carried_forward"


class _Model(msgspec.Struct):
    model_name: object = None


class _State(msgspec.Struct):
    """How far the database was read."""

    call: int = 0
    """The last row of the ledger."""
    message: int = 0
    """The last message that was looked at for a prompt."""
    sums: dict[int, int] = msgspec.field(default_factory=dict[int, int])


class GooseParser:
    """Reads what is new in the database."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on behind what an earlier reading found."""
        self._log = log
        self._way = way_of(log.route)
        self._state = restored(fields, _State())
        self._models: dict[str, str] = {}

    def fields(self) -> bytes:
        """Return how far the database was read."""
        return msgspec.msgpack.encode(self._state)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add new calls, sums that grew, and new prompts."""
        values = Values(self._log.path, 0, times, found)
        if not has(store, "sessions", "id"):
            values.blame(Flaw.OTHER_SHAPE)
            return
        if is_changed(store, "usage_ledger", *_LEDGER) or is_changed(store, "messages", *_MESSAGE):
            values.blame(Flaw.OTHER_SHAPE)
        ledger = has(store, "usage_ledger", "session_id", "created_timestamp")
        if ledger:
            yield from self._read_calls(store, values, found)
            self._read_sums(store, _carried_query(store), values, found)
        if has(store, "sessions", "accumulated_input_tokens", "accumulated_output_tokens"):
            self._read_sums(store, _accumulated_query(store, ledger=ledger), values, found)
        elif not ledger or any(name.startswith("accumulated_") for name in store.columns("sessions")):
            values.blame(Flaw.OTHER_SHAPE)
        yield
        if has(store, "messages", *_MESSAGE):
            yield from self._read_prompts(store, values, found)

    def _read_calls(self, store: Store, values: Values, found: Findings) -> Iterator[None]:
        pieces = Pieces()
        for number, at, model, cost, kind, *rest in store.rows(_calls_query(store), self._state.call):
            counts, session = rest[: len(_COUNTS)], rest[len(_COUNTS) :]
            if kind != _CARRIED:
                usage, dollars = _usage(counts, values, TOKENS_MAX), values.dollars(cost) or None
                if usage.total or dollars is not None:
                    name, provider = values.word(session[0]), values.word(session[4])
                    key = key_of(ID, name, *map(text_of, (number, at, model, *usage)))
                    named = values.word(model) or self._model(session[3], values) or None
                    where = (values.word(session[6]) or name, values.word(session[5]), provider, self._way.to(provider))
                    # By place, since a first scan makes many thousands.
                    told = (*where, "", "", dollars, 0, "", False, False, 0, 0, False, False, False, False)
                    found.events.append(made(UsageEvent, (ID, (key,), values.moment(at), usage, named, *told)))
            self._state.call = number
            if pieces.full():
                yield
        yield

    def _read_sums(self, store: Store, query: str, values: Values, found: Findings) -> None:
        """Add the sums of sessions that the ledger has no calls of, or only later ones; there are few of them."""
        handed = Handed(self._state.sums)
        for at, cost, *rest in list(store.rows(query)):
            counts, session = rest[: len(_COUNTS)], rest[len(_COUNTS) :]
            # Names of sessions are a day and a number: another machine has the same ones.
            counter = f"{text_of(session[0])} {text_of(session[1])}"
            usage, dollars = _usage(counts, values, SUM_MAX), values.dollars(cost) or None
            if not handed.is_new(counter, (*counts, cost)) or not (usage.total or dollars is not None):
                continue
            until = values.moment(at)
            name = values.word(session[0])
            found.totals.append(
                SessionTotal(
                    agent=ID,
                    counter=counter,
                    tokens=usage,
                    at=until,
                    began=values.moment_if_any(session[1]),
                    times=_times(store, name, until, values),
                    model=self._model(session[3], values) or None,
                    session=values.word(session[6]) or name,
                    project=values.word(session[5]),
                    provider=values.word(session[4]),
                    route=self._way.to(values.word(session[4])),
                    recorded_cost=dollars,
                )
            )

    def _read_prompts(self, store: Store, values: Values, found: Findings) -> Iterator[None]:
        pieces = Pieces()
        for number, session, at, folder, parent, kind, typed in store.rows(_prompts_query(store), self._state.message):
            if typed and parent is None and kind in {None, "user", "terminal", "acp"}:
                name = values.word(session)
                found.prompts.append(Prompt(ID, key_of("goose-prompt", name, text_of(at)), values.moment(at), name, values.word(folder)))
            self._state.message = number
            if pieces.full():
                yield
        yield

    def _model(self, config: object, values: Values) -> str:
        """Return the name in a session's settings, which are decoded once."""
        if not isinstance(config, str) or not config.strip():
            return ""
        if config not in self._models:
            decoded = values.decoded(config, _Model)
            self._models[config] = values.word(decoded.model_name) if decoded is not None else ""
        return self._models[config]


def _usage(counts: Sequence[object], values: Values, most: int) -> TokenUsage:
    whole, output, total, read, written = (values.count(count, most) for count in counts)
    if total and not whole and not output:
        return TokenUsage(output=total)  # some providers say no more
    beside = read + written > whole or (read + written > 0 and total == whole + output + read + written)
    return made(TokenUsage, (whole if beside else whole - read - written, output, read, written, 0, 0))


def _times(store: Store, session: str, until: datetime, values: Values) -> tuple[datetime, ...]:
    """Return when a session had its responses, up to a time."""
    if not has(store, "messages", "session_id", "role", "created_timestamp"):
        return ()
    query = "SELECT created_timestamp FROM messages WHERE session_id = ?1 AND role = 'assistant' ORDER BY created_timestamp"
    known = (values.moment_if_any(at) for (at,) in store.rows(query, session))
    return tuple(at for at in known if at is not None and at <= until)


def _calls_query(store: Store) -> str:
    ledger, sessions = store.columns("usage_ledger"), store.columns("sessions")
    fields = picked(ledger, ("created_timestamp", "model", "cost", "cost_source", *_COUNTS, "session_id"), "u")
    session = picked(sessions, _SESSION[1:], "s")
    return f"""
        SELECT u.rowid, {fields}, {session} FROM usage_ledger u LEFT JOIN sessions s ON s.id = u.session_id
        WHERE u.rowid > ?1 ORDER BY u.rowid
    """  # noqa: S608 - names of our own


def _carried_query(store: Store) -> str:
    """Return the question for what sessions had used when the ledger began."""
    ledger, sessions = store.columns("usage_ledger"), store.columns("sessions")
    if "cost_source" not in ledger:
        return "SELECT 1 WHERE 0"
    sums = ", ".join(f"sum(u.{name})" if name in ledger else "NULL" for name in ("cost", *_COUNTS))
    session = picked(sessions, _SESSION[1:], "s")
    return f"""
        SELECT max(u.created_timestamp), {sums}, u.session_id, {session} FROM usage_ledger u LEFT JOIN sessions s ON s.id = u.session_id
        WHERE u.cost_source = '{_CARRIED}' GROUP BY u.session_id
    """  # noqa: S608 - names of our own


def _accumulated_query(store: Store, *, ledger: bool) -> str:
    sessions = store.columns("sessions")
    fields = picked(sessions, ("updated_at", "accumulated_cost", *(f"accumulated_{name}" for name in _COUNTS), *_SESSION), "s")
    without = "WHERE s.id NOT IN (SELECT session_id FROM usage_ledger WHERE session_id IS NOT NULL)" if ledger else ""
    return f"SELECT {fields} FROM sessions s {without} ORDER BY s.id"  # noqa: S608 - names of our own


def _prompts_query(store: Store) -> str:
    """Return the question for new messages; the last column says whether a human typed one, which is looked up where it lies."""
    messages, sessions = store.columns("messages"), store.columns("sessions")
    session = picked(sessions, ("working_dir", "parent_session_id", "session_type"), "s")
    # What lies behind the text of a message is found by going through all of it: only where it matters.
    at = "CASE WHEN m.role = 'user' THEN m.created_timestamp END"
    shown = "AND coalesce(instr(m.metadata_json, '\"userVisible\":false'), 0) = 0" if "metadata_json" in messages else ""
    typed = "m.role = 'user' AND instr(m.content_json, '\"toolResponse\"') = 0 AND instr(m.content_json, '\"type\":\"text\"') > 0"
    return f"""
        SELECT m.rowid, m.session_id, {at}, {session}, CASE WHEN {typed} {shown} THEN 1 END
        FROM messages m LEFT JOIN sessions s ON s.id = m.session_id WHERE m.rowid > ?1 ORDER BY m.rowid
    """  # noqa: S608 - names of our own
