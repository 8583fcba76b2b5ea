"""Reads Qwen Code's chats: one usage event for each response, and for each call that is only noted.

Rule: QwenLM/qwen-code, chatRecordingService.ts: lines keep their `uuid` when a chat is branched (`forkedFrom` says from where);
the cached tokens are in the prompt's. A note of a call (`ui_telemetry`) repeats a response's counts, but is all there is of
calls outside the chat itself: it yields to a response of the same session with the same counts.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import astuple

from tankful.core.making import made
from tankful.core.usage import TOKENS_MAX, Prompt, TokenUsage, UsageEvent
from tankful.sources.checkpoints import restored
from tankful.sources.configured import without_secrets
from tankful.sources.gemini_counts import usage_of
from tankful.sources.identity import key_of
from tankful.sources.source import FileTimes, Findings, Log
from tankful.sources.values import OLDEST, Values, is_plain

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


_Count = Annotated[int, Meta(ge=0, le=TOKENS_MAX)]


class _UsualUsage(msgspec.Struct, rename="camel", gc=False):
    prompt_token_count: _Count
    candidates_token_count: _Count
    cached_content_token_count: _Count = 0
    thoughts_token_count: _Count = 0
    tool_use_prompt_token_count: _Count = 0
    total_token_count: _Count = 0


class _UsualCall(msgspec.Struct, gc=False):
    name: Literal["qwen-code.api_response"] = msgspec.field(name="event.name")
    response_id: str
    model: str
    input_token_count: _Count
    output_token_count: _Count
    cached_content_token_count: _Count
    thoughts_token_count: _Count
    tool_token_count: _Count
    total_token_count: _Count


class _UsualPayload(msgspec.Struct, gc=False):
    call: _UsualCall = msgspec.field(name="uiEvent")


class _Usual(msgspec.Struct, gc=False):
    """A response, or the note of a call, in which nothing is missing and nothing is wrong, in the order in which it is written."""

    uuid: str
    session: str = msgspec.field(name="sessionId")
    timestamp: str
    type: Literal["assistant", "system"]
    cwd: str
    model: str = ""
    payload: _UsualPayload | None = msgspec.field(default=None, name="systemPayload")
    usage: _UsualUsage | None = msgspec.field(default=None, name="usageMetadata")
    origin: None = msgspec.field(default=None, name="forkedFrom")


_decode_usual = msgspec.json.Decoder(_Usual).decode


class _State(msgspec.Struct):
    route: str = ""


class QwenCodeParser:
    """Reads one chat front to back."""

    def __init__(self, log: Log, fields: bytes | None) -> None:
        """Go on with the address that the chat named last."""
        self._log = log
        self._state = restored(fields, _State())
        self._words: tuple[str, ...] = ()
        """What the last line shared with others, all of it plain: session, folder, model."""

    def fields(self) -> bytes:
        """Return where the chat said that it calls."""
        return msgspec.msgpack.encode(self._state)

    def read(self, lines: Sequence[bytes], first_line: int, times: FileTimes, found: Findings) -> None:
        """Add an event for each response and each noted call, and a prompt for each thing a human said."""
        for number, line in enumerate(lines, first_line):
            if line.find(_GIVEN, 0, _HEAD) >= 0:
                continue
            told = line.find(_TOLD[0]) >= 0 or line.find(_TOLD[1]) >= 0  # looking with `in` raises and drops an error each time
            if told and self._take_usual(line, times.now, found):
                continue
            if told or _TOLD[2] in line or (_TYPED in line and _RESULT not in line):
                values = Values(self._log.path, number, times, found)
                shape = values.decoded(line, _Line)
                if shape is not None:
                    self._take(shape, values, found)

    def _take_usual(self, line: bytes, now: datetime, found: Findings) -> bool:
        """Book a line that is a response or the note of a call as most are, quickly; says whether it is one."""
        try:
            usual = _decode_usual(line)
            at = datetime.fromisoformat(usual.timestamp)
        except (ValueError, RecursionError):  # msgspec's errors are `ValueError`s
            return False
        payload, usage, call = usual.payload, usual.usage, ""
        if payload is None and usage is not None and usual.type == "assistant":
            counts, model = astuple(usage), usual.model
        elif payload is not None and usage is None and usual.type == "system":
            _, call, model, *told = astuple(payload.call)
            counts = tuple(told)
        else:
            return False
        words = (usual.session, usual.cwd, model)
        if words != self._words:
            if not all(map(is_plain, words)):
                return False
            self._words = words
        if at.tzinfo is not UTC or not OLDEST <= at <= now or not is_plain(usual.uuid) or not (payload is None or is_plain(call)):
            return False
        tokens = usage_of(*counts)
        if tokens.total:
            self._add(usual.uuid, at, tokens, words, call, counts, found, noted=payload is not None)
        return True

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
        counts = [values.count(count) for count in given]
        tokens = usage_of(*counts)
        if not tokens.total:
            return
        at = values.moment(line.timestamp)
        model = values.word(line.model if call is None else call.model)
        own = values.word(line.uuid) or f"{session} {at.isoformat()} {counts}"
        response = "" if call is None else values.word(call.response_id)
        self._add(own, at, tokens, (session, values.word(line.cwd), model), response, counts, found, noted=call is not None)

    def _add(
        self,
        own: str,
        at: datetime,
        tokens: TokenUsage,
        words: tuple[str, str, str],
        call: str,
        counts: Sequence[int],
        found: Findings,
        *,
        noted: bool,
    ) -> None:
        source, (session, folder, model), (prompt, output, cached, thoughts, *_) = self._log.source, words, counts
        alike = key_of(source, "counts", session, f"[{prompt}, {output}, {cached}, {thoughts}]")
        told = (source, (key_of(source, own),), at, tokens, model or None, session, folder, "", self._state.route or self._log.route)
        # By place, since a first scan makes many thousands.
        found.events.append(made(UsageEvent, (*told, "", "", None, 0, call, False, noted, alike, 0, False, False, False, False)))


def _is_typed(line: _Line) -> bool:
    """Say whether a human's line is one, and not a notification, a timer's, or what another agent was told."""
    return line.subtype is None and line.sidechain is not True and line.provenance in (None, "real_user")
