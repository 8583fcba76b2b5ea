"""Reads Qwen Code's chats: one usage event for each response, and for each call that is only noted.

Rule: QwenLM/qwen-code, chatRecordingService.ts: lines keep their `uuid` when a chat is branched (`forkedFrom` says from where);
the cached tokens are in the prompt's. A note of a call (`ui_telemetry`) repeats a response's counts, but is all there is of
calls outside the chat itself: it yields to a response of the same session with the same counts.
"""

from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from tankful.core.usage import Prompt, UsageEvent
from tankful.sources.checkpoints import restored
from tankful.sources.configured import without_secrets
from tankful.sources.gemini_counts import usage_of
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import Values

_NOTED = "api_response"
_TOLD = (b'"usageMetadata"', b"api_response", b'"session_model"')
_TYPED = b'"user"'
_RESULT = b'"functionResponse"'
_HEAD = 512
"""A line says within so many bytes what it is."""
_GIVEN = b'"type":"tool_result"'
"""What most bytes are."""


class _Usage(msgspec.Struct, rename="camel"):
    prompt_token_count: object = None
    candidates_token_count: object = None
    cached_content_token_count: object = None
    thoughts_token_count: object = None
    tool_use_prompt_token_count: object = None
    total_token_count: object = None

    def counts(self) -> tuple[object, ...]:
        return (
            self.prompt_token_count,
            self.candidates_token_count,
            self.cached_content_token_count,
            self.thoughts_token_count,
            self.tool_use_prompt_token_count,
            self.total_token_count,
        )


class _Call(msgspec.Struct):
    name: object = msgspec.field(default=None, name="event.name")
    at: object = msgspec.field(default=None, name="event.timestamp")
    model: object = None
    response_id: object = None
    input_token_count: object = None
    output_token_count: object = None
    cached_content_token_count: object = None
    thoughts_token_count: object = None
    tool_token_count: object = None
    total_token_count: object = None

    def counts(self) -> tuple[object, ...]:
        return (
            self.input_token_count,
            self.output_token_count,
            self.cached_content_token_count,
            self.thoughts_token_count,
            self.tool_token_count,
            self.total_token_count,
        )


class _Payload(msgspec.Struct):
    call: _Call | None = msgspec.field(default=None, name="uiEvent")
    address: object = msgspec.field(default=None, name="baseUrl")


class _Origin(msgspec.Struct):
    session: object = msgspec.field(default=None, name="sessionId")


class _Line(msgspec.Struct):
    type: object = None
    subtype: object = None
    uuid: object = None
    session: object = msgspec.field(default=None, name="sessionId")
    timestamp: object = None
    cwd: object = None
    model: object = None
    provenance: object = None
    sidechain: object = msgspec.field(default=None, name="isSidechain")
    usage: _Usage | None = msgspec.field(default=None, name="usageMetadata")
    payload: _Payload | None = msgspec.field(default=None, name="systemPayload")
    origin: _Origin | None = msgspec.field(default=None, name="forkedFrom")


class _State(msgspec.Struct):
    route: str = ""


class QwenCodeParser:
    """Reads one chat front to back."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on with the address that the chat named last."""
        self._log = log
        self._state = restored(fields, _State())

    def fields(self) -> bytes:
        """Return where the chat said that it calls."""
        return msgspec.msgpack.encode(self._state)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add an event for each response and each noted call, and a prompt for each thing a human said."""
        for number, line in enumerate(lines, first_line):
            if line.find(_GIVEN, 0, _HEAD) >= 0:
                continue
            if any(mark in line for mark in _TOLD) or (_TYPED in line and _RESULT not in line):
                values = Values(self._log.path, number, times, found)
                shape = values.decoded(line, _Line)
                if shape is not None:
                    self._take(shape, values, found)

    def _take(self, line: _Line, values: Values, found: Findings) -> None:
        session = values.word(line.origin.session if line.origin is not None else None)
        session = session or values.word(line.session) or PurePath(self._log.path).stem
        call = None if line.payload is None else line.payload.call
        if line.type == "assistant" and line.usage is not None:
            self._book(line, session, line.usage.counts(), None, values, found)
        elif call is not None and values.word(call.name).endswith(_NOTED):
            self._book(line, session, call.counts(), call, values, found)
        elif line.subtype == "session_model" and line.payload is not None:
            self._state.route = without_secrets(values.word(line.payload.address))
        elif line.type == "user" and _is_typed(line):
            at = values.moment(line.timestamp)
            key = key_of(self._log.source, "prompt", values.word(line.uuid) or f"{session} {at.isoformat()}")
            found.prompts.append(Prompt(self._log.source, key, at, session, values.word(line.cwd)))

    def _book(self, line: _Line, session: str, given: tuple[object, ...], call: _Call | None, values: Values, found: Findings) -> None:
        prompt, output, cached, thoughts, tool, total = counts = [values.count(count) for count in given]
        tokens = usage_of(prompt=prompt, output=output, cached=cached, thoughts=thoughts, tool=tool, total=total)
        if not tokens.total:
            return
        at = values.moment(line.timestamp)
        model = values.word(line.model if call is None else call.model)
        own = values.word(line.uuid) or f"{session} {at.isoformat()} {counts}"
        found.events.append(
            UsageEvent(
                agent=self._log.source,
                keys=(key_of(self._log.source, own),),
                at=at,
                tokens=tokens,
                model=model or None,
                session=session,
                project=values.word(line.cwd),
                route=self._state.route or self._log.route,
                call="" if call is None else values.word(call.response_id),
                echo=call is not None,
                echo_key=key_of(self._log.source, "counts", session, str(counts[:4])),
            )
        )


def _is_typed(line: _Line) -> bool:
    """Say whether a human's line is one, and not a notification, a timer's, or what another agent was told."""
    return line.subtype is None and line.sidechain is not True and line.provenance in (None, "real_user")
