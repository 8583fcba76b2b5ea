"""Reads the databases of Copilot CLI and Copilot Desktop: every call with its AI credits, or the sums of a session.

The tables are known from tokscale's reader and a recorded database. One AI credit is a US cent and 10⁹ nano-credits.
"""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from tankful.core.problems import Flaw
from tankful.core.totals import SessionTotal
from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log, Store
from tankful.sources.values import SUM_MAX, Values

NANO_MAX = 10**17
"""A million dollars."""
_CALLS = "assistant_usage_events"
_OPTIONAL = (
    "model",
    "copilot_usage_model",
    "cache_read_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
    "total_nano_aiu",
    "created_at",
)
_SUMS = ("total_input_tokens", "total_output_tokens", "total_cached_tokens", "total_reasoning_tokens")
_AGAIN = 50
"""So many of the last calls are met again: their cost may have come later."""
_PAUSE = 1000


def dollars(nano: object, values: Values) -> Decimal | None:
    """Return nano-credits in dollars; `None` where there are none, which was so before calls were paid by use."""
    count = values.count(nano, NANO_MAX)
    return Decimal(count) / Decimal(10**11) if count else None


def tokens_of(given: int, output: int, read: int, written: int, reasoning: int) -> TokenUsage:
    """Return Copilot's counts in disjoint buckets: what was read from and written to the cache is part of the input."""
    read = min(read, given)
    written = min(written, given - read)
    return TokenUsage(given - read - written, output, read, written, 0, min(reasoning, output))


class CallsParser:
    """Reads the calls that are new in `session-store.db`."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on behind the call that an earlier parser came to."""
        self._log = log
        self._last = restored(fields, 0)

    def fields(self) -> bytes:
        """Return the number of the last call."""
        return msgspec.msgpack.encode(self._last)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add one event for each call."""
        values = Values(self._log.path, 0, times, found)
        columns = store.columns(_CALLS)
        if not columns:
            return  # an older version, which counted nothing here
        if not {"id", "session_id", "input_tokens", "output_tokens"} <= columns:
            values.blame(Flaw.OTHER_SHAPE)
            return
        chosen = ", ".join(f"c.{name}" if name in columns else "NULL" for name in _OPTIONAL)
        sessions = store.columns("sessions")
        folder, joined = ("s.cwd", " LEFT JOIN sessions s ON s.id = c.session_id") if {"id", "cwd"} <= sessions else ("NULL", "")
        for (highest,) in store.rows(f"SELECT max(id) FROM {_CALLS}"):  # noqa: S608 - a name of ours
            if not isinstance(highest, int) or highest < self._last:
                self._last = 0  # another database in the same place
        # The names are ours, not the database's.
        query = (
            f"SELECT c.id, c.session_id, c.input_tokens, c.output_tokens, {chosen}, {folder} "  # noqa: S608
            f"FROM {_CALLS} c{joined} WHERE c.id > ? ORDER BY c.id"
        )
        for number, row in enumerate(store.rows(query, max(0, self._last - _AGAIN)), 1):
            self._take(row, values, found)
            if isinstance(row[0], int):
                self._last = max(self._last, row[0])
            if number % _PAUSE == 0:
                yield
        yield

    def _take(self, row: tuple[object, ...], values: Values, found: Findings) -> None:
        number, session, given, output, model, billed, read, written, reasoning, nano, created, folder = row
        counts = [values.count(count) for count in (given, output, read, written, reasoning)]
        tokens, name = tokens_of(*counts), values.word(session)
        if tokens.total:
            found.events.append(
                UsageEvent(
                    agent=self._log.source,
                    keys=(key_of(self._log.source, "call", name, str(number)),),
                    at=values.moment(created),
                    tokens=tokens,
                    model=values.word(billed) or values.word(model) or None,
                    session=name,
                    project=values.word(folder),
                    provider="github-copilot",
                    route=self._log.route,
                    recorded_cost=dollars(nano, values),
                )
            )


class DesktopParser:
    """Reads the sums of sessions in `data.db`."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Know the sums that an earlier parser saw."""
        self._log = log
        self._seen = restored(fields, {}, dict[str, int])

    def fields(self) -> bytes:
        """Return the sums seen, by session."""
        return msgspec.msgpack.encode(self._seen)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add the sum of each session that is new or has grown.

        The table does not say when: what is met first is dated when its session began, what grows when the file was written.
        """
        values = Values(self._log.path, 0, times, found)
        columns = store.columns("sessions")
        if not {"id", *_SUMS} <= columns:
            values.blame(Flaw.OTHER_SHAPE)
            return
        chosen = ", ".join(name if name in columns else "NULL" for name in ("model", "cwd", "total_nano_aiu", "created_at", "updated_at"))
        query = f"SELECT id, {', '.join(_SUMS)}, {chosen} FROM sessions ORDER BY id"  # noqa: S608 - names of ours
        for number, row in enumerate(store.rows(query), 1):
            self._take(row, values, times, found)
            if number % _PAUSE == 0:
                yield
        yield

    def _take(self, row: tuple[object, ...], values: Values, times: FileTimes, found: Findings) -> None:
        identity, given, output, read, reasoning, model, folder, nano, created, updated = row
        session = values.word(identity)
        counts = [values.count(count, SUM_MAX) for count in (given, output, read, reasoning)]
        tokens = tokens_of(counts[0], counts[1], counts[2], 0, counts[3])
        if not tokens.total or self._seen.get(session) == tokens.total:
            return
        began, changed = values.moment_if_any(created), values.moment_if_any(updated)
        if changed is None and session not in self._seen:
            changed, began = began, None  # how much later it was spent nobody knows
        self._seen[session] = tokens.total
        found.totals.append(
            SessionTotal(
                agent=self._log.source,
                counter=f"{session}/desktop",
                tokens=tokens,
                at=changed or times.modified,
                began=began,
                model=values.word(model) or None,
                session=session,
                project=values.word(folder),
                provider="github-copilot",
                route=self._log.route,
                recorded_cost=dollars(nano, values),
                second_hand=3,
            )
        )
