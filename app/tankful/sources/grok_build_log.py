"""Reads the log that Grok Build keeps of all its sessions: each answer when it comes, without its cost.

It tells of the same answers as the sessions' own updates, so it is second-hand: a session with a completed turn outweighs it.
Shapes and rules are those that tokscale's `grok.rs` found. Sub-agents are left out, whose answers the turns of their parents hold.
"""

from collections.abc import Sequence

import msgspec

from tankful.core.usage import TokenUsage, UsageEvent
from tankful.sources.checkpoints import restored
from tankful.sources.grok_build import VENDOR
from tankful.sources.identity import key_of
from tankful.sources.json_lines import objects_in
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values

_ANSWER = "shell.turn.inference_done"
_SUB_AGENT = b'"subagent_id"'
_MATTERS = (_ANSWER.encode(), b"model changed", b"model catalog", _SUB_AGENT)
_REMEMBERED_MAX = 200
"""So many sessions, programs and sub-agents are remembered, the latest."""


class _Context(msgspec.Struct):
    prompt_tokens: object = None
    completion_tokens: object = None
    cached_prompt_tokens: object = None
    reasoning_tokens: object = None
    model: object = None
    model_id: object = None
    current_model_id: object = None
    subagent_id: object = None


class _Line(msgspec.Struct):
    ts: object = None
    pid: object = None
    sid: object = None
    msg: object = None
    ctx: _Context | None = None


class _State(msgspec.Struct):
    models: dict[str, str] = {}
    """The model of each session, and of each program for those that name none."""
    sub_agents: list[str] = []


class GrokLogParser:
    """Reads the log front to back; it remembers which session uses which model."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on after the lines that an earlier parser has read."""
        self._log = log
        self._state = restored(fields, _State())

    def fields(self) -> bytes:
        """Return the models of the latest sessions."""
        return msgspec.msgpack.encode(self._state)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add one event for each answer these lines tell of."""
        for number, line in objects_in(lines, first_line, self._log.path, found):
            if any(words in line for words in _MATTERS):
                values = Values(self._log.path, number, times, found)
                shape = values.decoded(line, _Line)
                if shape is not None and shape.ctx is not None:
                    self._take(shape, shape.ctx, values, found)

    def _take(self, line: _Line, context: _Context, values: Values, found: Findings) -> None:
        session, program = values.word(line.sid), f"pid {line.pid}"
        sub_agent = values.word(context.subagent_id)
        if sub_agent and sub_agent not in self._state.sub_agents:
            self._state.sub_agents = [*self._state.sub_agents[1 - _REMEMBERED_MAX :], sub_agent]
        model = values.word(context.model) or values.word(context.model_id) or values.word(context.current_model_id)
        if line.msg != _ANSWER:
            if model and not sub_agent:
                self._remember(session or program, model)
        elif session and session not in self._state.sub_agents:
            known = self._state.models
            self._take_answer(line, context, session, model or known.get(session) or known.get(program, ""), values, found)

    def _remember(self, name: str, model: str) -> None:
        models = {key: value for key, value in self._state.models.items() if key != name}
        models[name] = model
        self._state.models = dict(list(models.items())[-_REMEMBERED_MAX:])

    def _take_answer(self, line: _Line, context: _Context, session: str, model: str, values: Values, found: Findings) -> None:
        whole, output = values.count(context.prompt_tokens), values.count(context.completion_tokens)
        cached = min(values.count(context.cached_prompt_tokens), whole)
        tokens = TokenUsage(
            input=whole - cached, output=output, cache_read=cached, reasoning=min(values.count(context.reasoning_tokens), output)
        )
        if tokens.total:
            found.events.append(
                UsageEvent(
                    agent=self._log.source,
                    keys=(key_of("grok-build-answer", session, str(line.ts), ",".join(map(str, tokens))),),
                    at=values.moment(line.ts),
                    tokens=tokens,
                    model=model or None,
                    session=session,
                    provider=VENDOR,
                    route=self._log.route,
                    second_hand=1,
                )
            )
