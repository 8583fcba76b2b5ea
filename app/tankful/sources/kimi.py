"""Reads the wire logs of Kimi CLI and Kimi Code: one usage event for each step that carries counts.

Rule: MoonshotAI/kimi-cli (wire/types.py): a `StatusUpdate` has the usage of its step, those of sub-agents come wrapped in the
parent's log as well; MoonshotAI/kimi-code (agent/usage): a `usage.record` is one call, within a turn or (scope `session`) a
compaction; `step.end` repeats it. The input counts are disjoint, reasoning is a part of the output and not told apart.
"""

import re
from collections.abc import Sequence
from functools import cached_property, lru_cache, partial

import msgspec

from tankful.core.making import made
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources import kimi_places as places
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values

_STATUS, _WRAPPED, _TURN = "StatusUpdate", "SubagentEvent", "TurnBegin"
_RECORD, _REQUEST, _TYPED = "usage.record", "llm.request", ("turn.prompt", "turn.steer")
_TOLD = tuple(f'"{kind}"'.encode() for kind in (_STATUS, _TURN, _RECORD, _REQUEST, *_TYPED))
_HEAD = re.compile(rb'\{"timestamp": ?[0-9.]{1,20}, ?"message": ?\{"type": ?"(\w+)"')
"""How Kimi CLI begins every line; most lines are long, and their first bytes tell them apart."""
_SURE = frozenset(kind.encode() for kind in (_STATUS, _TURN))
_MATTER = _SURE | {_WRAPPED.encode()}
_PREFIX = "kimi-code/"


class _Usage(msgspec.Struct):
    """Counts under the names of Kimi CLI and of Kimi Code."""

    output: object = None
    input_other: object = None
    input_cache_read: object = None
    input_cache_creation: object = None
    other: object = msgspec.field(default=None, name="inputOther")
    read: object = msgspec.field(default=None, name="inputCacheRead")
    written: object = msgspec.field(default=None, name="inputCacheCreation")

    def tokens(self, values: Values) -> TokenUsage:
        fresh = values.count(self.input_other if self.other is None else self.other)
        output = values.count(self.output)
        read = values.count(self.input_cache_read if self.read is None else self.read)
        written = values.count(self.input_cache_creation if self.written is None else self.written)
        return made(TokenUsage, (fresh, output, read, written, 0, 0))


class _Payload(msgspec.Struct):
    token_usage: _Usage | None = None
    message_id: object = None
    event: "_Message | None" = None


class _Message(msgspec.Struct):
    type: object = None
    payload: _Payload | None = None


class _Line(msgspec.Struct):
    type: object = None
    timestamp: object = None
    time: object = None
    message: _Message | None = None
    model: object = None
    alias: object = msgspec.field(default=None, name="modelAlias")
    usage: _Usage | None = None
    origin: msgspec.Raw = msgspec.Raw(b"")


class _State(msgspec.Struct):
    alias: str = ""
    model: str = ""
    """What was requested last: the name in the settings, and the vendor's."""


class KimiParser:
    """Reads one wire log front to back."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on with the model that was requested last."""
        self._log = log
        self._session = places.session_of(log.path)
        self._project = places.project_of(self._session)
        self._setting_of = lru_cache(maxsize=64)(partial(places.setting_of, self._session.home))  # once a reading: the file is looked at
        self._state = restored(fields, _State())

    def fields(self) -> bytes:
        """Return what was requested last."""
        return msgspec.msgpack.encode(self._state)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add an event for each step with counts, and a prompt for each thing a human said."""
        for number, line in enumerate(lines, first_line):
            head = _HEAD.match(line)
            if head is not None and head[1] not in _MATTER:
                continue
            if (head is not None and head[1] in _SURE) or any(mark in line for mark in _TOLD):
                values = Values(self._log.path, number, times, found)
                shape = values.decoded(line, _Line)
                if shape is not None:
                    self._take(shape, values, found)

    def _take(self, line: _Line, values: Values, found: Findings) -> None:
        message = line.message
        if message is not None and message.type == _WRAPPED and message.payload is not None:
            message = message.payload.event
        if message is not None and message.type == _STATUS and message.payload is not None and message.payload.token_usage is not None:
            self._book_step(line, message.payload, message.payload.token_usage, values, found)
        elif line.type == _RECORD and line.usage is not None:
            self._book_record(line, line.usage, values, found)
        elif line.type == _REQUEST:
            self._state = _State(values.word(line.alias), values.word(line.model))
        elif (line.message is not None and line.message.type == _TURN) or (line.type in _TYPED and _is_typed(bytes(line.origin))):
            self._hear(line, values, found)

    def _book_step(self, line: _Line, payload: _Payload, usage: _Usage, values: Values, found: Findings) -> None:
        tokens = usage.tokens(values)
        if tokens.total:
            call = values.word(payload.message_id)
            # A relay may give all its answers one id, but not the same prompt.
            own = f"{call} {tokens.input} {tokens.cache_read} {tokens.cache_write}" if call else f"{line.timestamp} {tuple(tokens)}"
            self._book(line.timestamp, own, tokens, self._usual_model, self._log.route, call, values, found)

    def _book_record(self, line: _Line, usage: _Usage, values: Values, found: Findings) -> None:
        tokens = usage.tokens(values)
        if tokens.total:
            alias = values.word(line.model)
            setting = self._setting_of(alias)
            route = setting.address or self._log.route
            self._book(
                line.time, f"{line.time} {alias} {tuple(tokens)}", tokens, self._named(alias, setting.model), route, "", values, found
            )

    @cached_property
    def _usual_model(self) -> str:
        return places.usual_setting(self._session.home).model or places.USUAL_MODEL

    def _named(self, alias: str, configured: str) -> str:
        """Return the vendor's name of a model: what was requested under this one, which may be a mere symbol, or what is configured."""
        is_symbol = alias.startswith("__") and alias.endswith("__")
        if self._state.model and (is_symbol or alias in ("", self._state.alias)):
            return self._state.model
        return places.USUAL_MODEL if is_symbol or not alias else configured or alias.removeprefix(_PREFIX)

    def _book(self, time: object, own: str, tokens: TokenUsage, model: str, route: str, call: str, values: Values, found: Findings) -> None:
        source = self._log.source
        told = (source, (key_of(source, own),), values.moment(time), tokens, model, self._session.id, self._project, "", route)
        # By place, since a first scan makes many thousands.
        found.events.append(made(UsageEvent, (*told, "", "", None, 0, call, False, False, 0, 0, False, False, False, False)))

    def _hear(self, line: _Line, values: Values, found: Findings) -> None:
        if not self._session.sub_agent:
            at = values.moment(line.timestamp if line.time is None else line.time)
            key = key_of(self._log.source, "prompt", at.isoformat())
            found.prompts.append(Prompt(self._log.source, key, at, self._session.id, self._project))


def _is_typed(origin: bytes) -> bool:
    """Say whether a prompt is a human's: it says nothing of its origin, or names the user."""
    return not origin or b'"user"' in origin
