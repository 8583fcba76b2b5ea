"""Reads Junie's event logs: one usage event for each model of each answer.

Junie's own `ModelUsage` is written as it is: its input is without what the cache gave (its converters subtract it for every
vendor), its cost is in dollars at list price. An event that is written twice is the same down to its time.
"""

from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.sources.checkpoints import restored
from tankful.sources.identity import key_of
from tankful.sources.json_lines import objects_in
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values

_ANSWER = "LlmResponseMetadataEvent"
_PROMPT = "UserPromptEvent"
_MATTERS = (_ANSWER.encode(), _PROMPT.encode(), b'"currentDirectory"')
"""Most lines are pictures of the whole state, up to megabytes long."""


class _Usage(msgspec.Struct, rename="camel"):
    model: object = None
    provider: object = None
    cost: object = None
    input_tokens: object = None
    output_tokens: object = None
    cache_input_tokens: object = None
    cache_create_tokens: object = None
    reasoning_tokens: object = None

    def tokens(self, values: Values) -> TokenUsage:
        output = values.count(self.output_tokens)
        return TokenUsage(
            input=values.count(self.input_tokens),
            output=output,
            cache_read=values.count(self.cache_input_tokens),
            cache_write=values.count(self.cache_create_tokens),
            reasoning=min(values.count(self.reasoning_tokens), output),
        )


class _AgentEvent(msgspec.Struct, rename="camel"):
    kind: object = None
    current_directory: object = None
    model_usage: list[_Usage] | None = None


class _Event(msgspec.Struct, rename="camel"):
    agent_event: _AgentEvent | None = None


class _Line(msgspec.Struct, rename="camel"):
    kind: object = None
    timestamp_ms: object = None
    task_id: object = None
    request_id: object = None
    event: _Event | None = None


class _State(msgspec.Struct):
    """What a line said that holds for those after it."""

    project: str = ""


class JunieParser:
    """Reads one session front to back; all it remembers is the folder the agent works in."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on after the lines that an earlier parser has read."""
        self._log = log
        self._session = PurePath(log.path).parent.name
        self._state = restored(fields, _State())

    def fields(self) -> bytes:
        """Return the folder the agent works in."""
        return msgspec.msgpack.encode(self._state)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each use of a model that these lines tell of, and one prompt for each thing a human said."""
        for number, line in objects_in(lines, first_line, self._log.path, found):
            if any(words in line for words in _MATTERS):
                values = Values(self._log.path, number, times, found)
                shape = values.decoded(line, _Line)
                if shape is not None:
                    self._take(shape, values, found)

    def _take(self, line: _Line, values: Values, found: Findings) -> None:
        if line.kind == _PROMPT:
            stamp = values.word(line.request_id) or str(line.timestamp_ms)
            at = values.moment(line.timestamp_ms)
            found.prompts.append(Prompt(self._log.source, key_of("junie-prompt", stamp), at, self._session, self._state.project))
        event = None if line.event is None else line.event.agent_event
        if event is None:
            return
        self._state.project = values.word(event.current_directory) or self._state.project
        if event.kind == _ANSWER:
            for place, usage in enumerate(event.model_usage or ()):
                self._take_usage(line, place, usage, values, found)

    def _take_usage(self, line: _Line, place: int, usage: _Usage, values: Values, found: Findings) -> None:
        tokens, cost = usage.tokens(values), values.dollars(usage.cost)
        if not (tokens.total or cost):
            return
        model, stamp = values.word(usage.model), str(line.timestamp_ms)
        key = key_of("junie", values.word(line.task_id), stamp, str(place), model, ",".join(map(str, tokens)), str(cost))
        found.events.append(
            UsageEvent(
                agent=self._log.source,
                keys=(key,),
                at=values.moment(line.timestamp_ms),
                tokens=tokens,
                model=model or None,
                session=self._session,
                project=self._state.project,
                provider=values.word(usage.provider),
                route=self._log.route,
                recorded_cost=cost or None,  # 0: Junie knows no price
            )
        )
