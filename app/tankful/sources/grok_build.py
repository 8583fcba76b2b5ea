"""Reads Grok Build's sessions: one usage event for each model of each completed turn.

A turn's `usage` is written as ccusage's `grok` adapter found it in real data: what the cache gave is within the input, reasoning
within the output, and `costUsdTicks` are dollars of ten billion ticks. Without costs the counters of old (`totalTokens`) say how
long the context is, not what was used: nothing is made of them.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import PurePath

import msgspec

from tankful.core.making import made
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources import grok_build_places as places
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.json_lines import objects_in
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import SUM_MAX, Values

_TURN = b'"turn_completed"'
_HUMAN = b'"user_message_chunk"'
_UPDATE = b'"update":{"sessionUpdate":"'
_HEAD, _NAME = 512, 64
"""A line says within so many bytes what it is, in so many."""
_TICKS = Decimal(10**10)
VENDOR = "xai"


class _Counts(msgspec.Struct, rename="camel"):
    input_tokens: object = None
    output_tokens: object = None
    cached_read_tokens: object = None
    cache_creation_tokens: object = None
    reasoning_tokens: object = None
    cost_usd_ticks: object = None
    cost_is_partial: object = None

    def tokens(self, values: Values) -> TokenUsage:
        """Return the disjoint buckets: reads and writes of the cache are parts of the input as it is written."""
        whole, output = values.count(self.input_tokens), values.count(self.output_tokens)
        cache_read = min(values.count(self.cached_read_tokens), whole)
        cache_write = min(values.count(self.cache_creation_tokens), whole - cache_read)
        reasoning = min(values.count(self.reasoning_tokens), output)
        return made(TokenUsage, (whole - cache_read - cache_write, output, cache_read, cache_write, 0, reasoning))

    def dollars(self, values: Values) -> Decimal | None:
        """Return the recorded cost; `None` where there is none, or where some of the calls had no price."""
        ticks = values.count(self.cost_usd_ticks, SUM_MAX * 1_000)
        return Decimal(ticks) / _TICKS if ticks and not self.cost_is_partial else None


class _Usage(_Counts, rename="camel"):
    model_usage: dict[str, _Counts] | None = None


_NOTHING = _Counts()


class _Update(msgspec.Struct, rename="camel"):
    session_update: object = None
    usage: _Usage | None = None


class _Meta(msgspec.Struct, rename="camel"):
    event_id: object = None
    agent_timestamp_ms: object = None


class _Params(msgspec.Struct, rename="camel"):
    session_id: object = None
    update: _Update | None = None
    meta: _Meta | None = msgspec.field(default=None, name="_meta")


class _Line(msgspec.Struct):
    timestamp: object = None
    params: _Params | None = None


class _State(msgspec.Struct):
    """Whether the line before was a part of something a human said: it comes in pieces."""

    in_prompt: bool = False


class GrokUpdatesParser:
    """Reads the updates of one session front to back."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on after the lines that an earlier parser has read."""
        self._log = log
        self._name = PurePath(log.path).parent.name
        self._project = places.project_of(log.path)
        self._state = restored(fields, _State())

    def fields(self) -> bytes:
        """Return whether a human is just being quoted."""
        return msgspec.msgpack.encode(self._state)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each model of each turn that was completed, and one prompt for each thing a human said."""
        for number, line in objects_in(lines, first_line, self._log.path, found):
            place = line.find(_UPDATE, 0, _HEAD)
            told = line if place < 0 else line[place : place + _NAME]
            is_human = told.find(_HUMAN) >= 0  # looking with `in` raises and drops an error each time
            if told.find(_TURN) >= 0 or (is_human and not self._state.in_prompt):
                values = Values(self._log.path, number, times, found)
                shape = values.decoded(line, _Line)
                if shape is not None and shape.params is not None and shape.params.update is not None:
                    self._take(shape, shape.params, shape.params.update, values, found)
            self._state.in_prompt = is_human

    def _take(self, line: _Line, params: _Params, update: _Update, values: Values, found: Findings) -> None:
        session = values.word(params.session_id) or self._name
        meta = params.meta or _Meta()
        stamp = line.timestamp if meta.agent_timestamp_ms is None else meta.agent_timestamp_ms
        number = values.word(meta.event_id)
        if update.session_update == "user_message_chunk":
            key = key_of("grok-build-prompt", session, number, str(stamp))
            found.prompts.append(Prompt(self._log.source, key, values.moment(stamp), session, self._project))
        elif update.session_update == "turn_completed" and update.usage is not None:
            for model, counts in self._by_model(update.usage):
                tokens, cost = counts.tokens(values), counts.dollars(values)
                if not (tokens.total or cost):
                    continue
                keys = (key_of("grok-build", str(stamp), model, ",".join(map(str, tokens)), str(cost)),)
                if number:
                    keys += (key_of("grok-build", session, number, model),)
                told = (self._log.source, keys, values.moment(stamp), tokens, values.word(model) or None, session, self._project, VENDOR)
                # By place, since a first scan makes many thousands.
                rest = (self._log.route, "", "", cost, 0, "", False, False, 0, 0, False, False, True, False)
                found.events.append(made(UsageEvent, (*told, *rest)))

    def _by_model(self, usage: _Usage) -> list[tuple[str, _Counts]]:
        """Return what each model has used; where that is not said of the only one, it has used all."""
        by_model = usage.model_usage or {}
        if len(by_model) > 1:
            return sorted(by_model.items(), key=lambda item: item[0])
        if by_model and next(iter(by_model.values())) != _NOTHING:
            return [*by_model.items()]
        return [(next(iter(by_model), "") or places.model_of(self._log.path), usage)]
