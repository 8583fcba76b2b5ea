"""Reads Warp's database: the sums of each conversation, and when a human asked.

The shapes are those of Warp's public source (`persistence`): one number of tokens for each model, and, where Warp charges by
use, what was charged by kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import msgspec

from tankful.core.problems import Flaw
from tankful.core.totals import SessionTotal
from tankful.core.usage import Prompt, TokenUsage
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log, Store
from tankful.sources.values import SUM_MAX, Values

_PAUSE = 1000
_TIMES_MAX = 5000
_ASKED = '{"Query"'
"""Within the beginning of an exchange that a human began; others are steps of the agent."""


class _Used(msgspec.Struct, gc=False):
    model_id: object = None
    warp_tokens: object = None
    byok_tokens: object = None
    custom_endpoint_tokens: object = None


class _Charged(msgspec.Struct, gc=False):
    total_input: object = None
    output: object = None
    input_cache_read: object = None
    input_cache_write: object = None
    input_cost_in_cents: object = None
    output_cost_in_cents: object = None
    input_cache_read_cost_in_cents: object = None
    input_cache_write_cost_in_cents: object = None


class _Metadata(msgspec.Struct, gc=False):
    token_usage: list[_Used] = []
    cumulative_token_cost_by_model: dict[str, _Charged] = {}


class _Conversation(msgspec.Struct, gc=False):
    conversation_usage_metadata: _Metadata | None = None


class _Mark(msgspec.Struct):
    """How far an earlier reading came."""

    changed: str = ""
    asked: int = 0


@dataclass(slots=True)
class _Exchanges:
    """When a conversation had its exchanges, and where."""

    times: list[datetime] = field(default_factory=list[datetime])
    project: str = ""


class WarpParser:
    """Reads the conversations that were changed last, and the exchanges that are new."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on behind what an earlier parser saw."""
        self._log = log
        self._mark = restored(fields, _Mark())

    def fields(self) -> bytes:
        """Return the last change of a conversation and the number of the last exchange."""
        return msgspec.msgpack.encode(self._mark)

    def read_store(self, store: Store, times: FileTimes, found: Findings) -> Iterator[None]:
        """Add the sums of each conversation by model, and one prompt for each thing a human asked."""
        values = Values(self._log.path, 0, times, found)
        known_exchanges = store.columns("ai_queries") >= {"id", "exchange_id", "conversation_id", "start_ts", "input", "working_directory"}
        if not store.columns("agent_conversations") >= {"conversation_id", "conversation_data", "last_modified_at"} or not known_exchanges:
            values.blame(Flaw.OTHER_SHAPE)
            return
        yield from self._prompts(store, values, found)
        # Once for all conversations where all are new: their exchanges have no index.
        known = None if self._mark.changed else _exchanges(store, values)
        query = (
            "SELECT conversation_id, conversation_data, last_modified_at FROM agent_conversations "
            "WHERE last_modified_at >= ? ORDER BY last_modified_at, conversation_id"
        )
        for number, (identity, data, changed) in enumerate(store.rows(query, self._mark.changed), 1):
            if isinstance(data, (str, bytes)):
                name = values.word(identity)
                exchanges = known if known is not None else _exchanges(store, values, name)
                self._take(name, data, changed, exchanges.get(name) or _Exchanges(), values, found)
            if isinstance(changed, str):
                self._mark.changed = max(self._mark.changed, changed.encode("utf-8", "replace").decode())
            if number % _PAUSE == 0:
                yield
        yield

    def _prompts(self, store: Store, values: Values, found: Findings) -> Iterator[None]:
        for (highest,) in store.rows("SELECT max(id) FROM ai_queries"):
            if not isinstance(highest, int) or highest < self._mark.asked:
                self._mark.asked = 0  # another database in the same place
        query = (
            "SELECT id, exchange_id, conversation_id, start_ts, working_directory, instr(substr(input, 1, 64), ?) "
            "FROM ai_queries WHERE id > ? ORDER BY id"
        )
        for number, row in enumerate(store.rows(query, _ASKED, self._mark.asked), 1):
            count, exchange, conversation, began, folder, asked = row
            at = values.moment_if_any(began)
            if asked and at is not None:
                key = key_of(self._log.source, "asked", values.word(exchange))
                found.prompts.append(Prompt(self._log.source, key, at, values.word(conversation), values.word(folder)))
            if isinstance(count, int):
                self._mark.asked = max(self._mark.asked, count)
            if number % _PAUSE == 0:
                yield

    def _take(self, identity: str, data: str | bytes, changed: object, exchanges: _Exchanges, values: Values, found: Findings) -> None:
        conversation = values.decoded(data, _Conversation)
        metadata = conversation.conversation_usage_metadata if conversation is not None else None
        if metadata is None:
            return
        for used in metadata.token_usage:
            model = values.word(used.model_id)
            tokens, cost = _tokens(used, metadata.cumulative_token_cost_by_model.get(model), values)
            if tokens.total:
                found.totals.append(
                    SessionTotal(
                        agent=self._log.source,
                        counter=f"{identity}/{model}",
                        tokens=tokens,
                        at=values.moment(changed),
                        began=min(exchanges.times, default=None),
                        times=tuple(exchanges.times),
                        model=model or None,
                        session=identity,
                        project=exchanges.project,
                        provider="warp",
                        recorded_cost=cost,
                    )
                )


def _exchanges(store: Store, values: Values, identity: str | None = None) -> dict[str, _Exchanges]:
    """Return the exchanges of one conversation or of all."""
    query = "SELECT conversation_id, start_ts, working_directory FROM ai_queries"
    rows = store.rows(query) if identity is None else store.rows(f"{query} WHERE conversation_id = ?", identity)
    found: dict[str, _Exchanges] = {}
    for conversation, began, folder in rows:
        exchanges = found.setdefault(values.word(conversation), _Exchanges())
        at = values.moment_if_any(began)
        if at is not None and len(exchanges.times) < _TIMES_MAX:
            exchanges.times.append(at)
        exchanges.project = exchanges.project or values.word(folder)
    return found


def _tokens(used: _Used, charged: _Charged | None, values: Values) -> tuple[TokenUsage, Decimal | None]:
    """Return the tokens of a model and what Warp says they cost.

    Only what was charged is split; what was not is taken as input. The charged input is called the total one, so the cache is a
    part of it, unless the sum of the model says that it is not.
    """
    counts = (used.warp_tokens, used.byok_tokens, used.custom_endpoint_tokens)
    whole = min(SUM_MAX, sum(values.count(count, SUM_MAX) for count in counts))
    if charged is None:
        return TokenUsage(whole), None
    kinds = (charged.total_input, charged.output, charged.input_cache_read, charged.input_cache_write)
    given, output, read, written = (values.count(count, SUM_MAX) for count in kinds)
    if read + written <= given and whole != given + output + read + written:
        given -= read + written
    rest = max(0, whole - given - output - read - written)
    cents = (
        charged.input_cost_in_cents,
        charged.output_cost_in_cents,
        charged.input_cache_read_cost_in_cents,
        charged.input_cache_write_cost_in_cents,
    )
    cost = sum((values.dollars(each) or Decimal(0) for each in cents), Decimal(0)) / 100
    return TokenUsage(given + rest, output, read, written), None if rest else cost or None
