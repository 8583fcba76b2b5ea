"""What a line of a Codex log looks like, and which lines are worth decoding."""

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar, cast

import msgspec
from msgspec import Meta, Struct, field

from tankful.core.making import made
from tankful.core.problems import Flaw
from tankful.core.usage import TOKENS_MAX
from tankful.sources.codex_counts import TOTAL_MAX, Counts

UNDECODABLE = (ValueError, RecursionError)
"""What a decoder raises for bytes that are not what they should be; msgspec's errors are `ValueError`s."""
_TEXT_MAX = 4096


class Kind(Enum):
    """The lines that matter."""

    COUNT = "token_count"
    PROMPT = "user_message"
    TIER = "thread_settings_applied"
    SESSION = "session_meta"
    TURN = "turn_context"
    THREAD = "thread.started"
    CAPTURED = "turn.completed"
    RECORD = "token_usage_record"
    """One response, told right before its count since Codex 0.153, or without one."""
    REPLY = "usage"
    """A response with its usage, in one of the forms of a captured stream."""
    UNSURE = "?"
    """Written in an unusual order: only decoding can tell."""


_INNER = {kind.value: kind for kind in (Kind.COUNT, Kind.PROMPT, Kind.TIER)}
_OUTER = {kind.value: kind for kind in (Kind.SESSION, Kind.TURN, Kind.THREAD, Kind.CAPTURED)}
_INNER_BYTES = {name.encode(): kind for name, kind in _INNER.items()}
_OUTER_BYTES = {name.encode(): kind for name, kind in _OUTER.items()} | {Kind.RECORD.value.encode(): Kind.RECORD}
_WORDS = tuple(f'"{kind.value}"'.encode() for kind in Kind if kind not in {Kind.UNSURE, Kind.RECORD})
_PLAIN = rb'"\w+": ?(?:"[^"\\]{0,64}"|\d{1,20}), ?'
_HEAD = re.compile(rb'\{(?:(?!"type")' + _PLAIN + rb'){0,3}"type": ?"(\w+)", ?(?:' + _PLAIN + rb'){0,3}"payload": ?\{(?:"type": ?"(\w+)")?')
"""How Codex begins every line; most lines are long, and their first bytes tell them apart."""
ITEM, STAMPED = b'","type":"response_item","payload":{', len(b'{"timestamp":"2026-05-04T09:00:00.000Z')
"""Most of them are pieces of the conversation: what comes behind the time tells that soonest."""
EVENT, NAME_MAX = b'","type":"event_msg","payload":{"type":"', 64
NAMED = STAMPED + len(EVENT)
"""What nearly all others are, and where it says what happened."""
inner_kind = _INNER_BYTES.get
"""Returns what a line of that sort is, by the name of what happened; `None` when it is nothing for us."""


def kind_of(line: bytes) -> Kind | None:
    """Return what a line is as far as can be told without decoding it; `None` when it is nothing for us."""
    if line.startswith(ITEM, STAMPED):
        return None
    if line.startswith(EVENT, STAMPED):
        return inner_kind(line[NAMED : line.find(b'"', NAMED, NAMED + NAME_MAX)])
    head = _HEAD.match(line)
    if head is not None:
        outer, inner = head.groups()
        if outer != b"event_msg":
            return _OUTER_BYTES.get(outer)
        if inner is not None:
            return _INNER_BYTES.get(inner)
    for word in _WORDS:
        if word in line:
            return Kind.UNSURE
    return None


class Details(Struct, gc=False):
    """Parts of a count, as the vendor's interfaces write them."""

    cached_tokens: int | None = None
    reasoning_tokens: int | None = None


class Usage(Struct, gc=False):
    """Counts under every name they have had; the first ones are those of today."""

    input_tokens: int | None = None
    cached_input_tokens: int | None = None
    cache_write_input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_output_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cached_tokens: int | None = None
    reasoning_tokens: int | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    input: int | None = None
    output: int | None = None
    input_tokens_details: Details | None = None
    output_tokens_details: Details | None = None
    prompt_tokens_details: Details | None = None
    completion_tokens_details: Details | None = None

    def counts(self) -> Counts:
        """Return the counts, as they are written: they may be negative."""
        given, gave = self.input_tokens, self.output_tokens
        cached, reasoning = self.cached_input_tokens, self.reasoning_output_tokens
        if given is None:
            given = _first(self.prompt_tokens, self.input)
        if gave is None:
            gave = _first(self.completion_tokens, self.output)
        if cached is None:
            parts = self.input_tokens_details or self.prompt_tokens_details
            cached = _first(self.cache_read_input_tokens, self.cached_tokens, parts and parts.cached_tokens)
        if reasoning is None:
            parts = self.output_tokens_details or self.completion_tokens_details
            reasoning = _first(self.reasoning_tokens, parts and parts.reasoning_tokens)
        return Counts(given, gave, cached, self.cache_write_input_tokens or 0, reasoning)


def _first(*counts: int | None) -> int:
    return next((count for count in counts if count is not None), 0)


class Info(Struct, gc=False):
    """What a count counts: the last request and the session so far."""

    total_token_usage: Usage | None = None
    last_token_usage: Usage | None = None
    model: Any = None


class _Request(Struct, gc=False):
    """What Codex writes of one request since it writes all five counts or four."""

    input: Annotated[int, Meta(ge=0, le=TOKENS_MAX)] = field(name="input_tokens")
    cached: Annotated[int, Meta(ge=0, le=TOKENS_MAX)] = field(name="cached_input_tokens")
    output: Annotated[int, Meta(ge=0, le=TOKENS_MAX)] = field(name="output_tokens")
    reasoning: Annotated[int, Meta(ge=0, le=TOKENS_MAX)] = field(name="reasoning_output_tokens")
    written: Annotated[int, Meta(ge=0, le=TOKENS_MAX)] = field(name="cache_write_input_tokens", default=0)


class _Session(Struct, gc=False):
    """What it writes of a session so far."""

    input: Annotated[int, Meta(ge=0, le=TOTAL_MAX)] = field(name="input_tokens")
    cached: Annotated[int, Meta(ge=0, le=TOTAL_MAX)] = field(name="cached_input_tokens")
    output: Annotated[int, Meta(ge=0, le=TOTAL_MAX)] = field(name="output_tokens")
    reasoning: Annotated[int, Meta(ge=0, le=TOTAL_MAX)] = field(name="reasoning_output_tokens")
    written: Annotated[int, Meta(ge=0, le=TOTAL_MAX)] = field(name="cache_write_input_tokens", default=0)


class _UsualInfo(Struct, gc=False):
    total: _Session = field(name="total_token_usage")
    last: _Request = field(name="last_token_usage")
    model: None = None


class _UsualPayload(Struct, gc=False):
    info: _UsualInfo
    model: None = None


class UsualCount(Struct, gc=False):
    """A `token_count` as nearly all are: both counts, nothing wrong with either, and no model."""

    timestamp: str
    payload: _UsualPayload

    def counts(self) -> tuple[Counts, Counts]:
        """Return the counts of the session so far and of the last request."""
        info = self.payload.info
        total, last = info.total, info.last
        return (
            made(Counts, (total.input, total.output, total.cached, total.written, total.reasoning)),
            made(Counts, (last.input, last.output, last.cached, last.written, last.reasoning)),
        )


class CountPayload(Struct, gc=False):
    """The payload of a count; `info` is missing when it only tells of limits."""

    info: Info | None = None
    model: Any = None


class CountLine(Struct, gc=False):
    """A `token_count`."""

    timestamp: Any = None
    payload: CountPayload | None = None


class Payload(Struct, gc=False):
    """The fields of all other payloads that we look at, whatever types a log gives them."""

    id: Any = None
    session_id: Any = None
    timestamp: Any = None
    cwd: Any = None
    model: Any = None
    model_provider: Any = None
    forked_from_id: Any = None
    parent_thread_id: Any = None
    source: Any = None
    kind: Any = None
    thread_settings: Any = None
    turn_id: Any = None

    def fits(self, kind: Kind) -> bool:
        """Say whether what a line of this kind tells us has the types it should have."""
        if kind is Kind.PROMPT:
            return self.kind is None or isinstance(self.kind, str)
        if kind is Kind.SESSION:
            spawned = within(self.source, "subagent", "thread_spawn", "parent_thread_id")
            ids = are_texts(self.id, self.session_id, self.forked_from_id, self.parent_thread_id, spawned)
            origin = self.source is None or isinstance(self.source, str | dict)
            return ids and origin and are_texts(self.timestamp, self.cwd, self.model_provider)
        if kind is Kind.TURN:
            return are_texts(self.cwd, self.model)
        named = isinstance(self.thread_settings, dict | None)
        return named and are_texts(within(self.thread_settings, "service_tier"))


class PlainLine(Struct, gc=False):
    """A line about the session and not about one response."""

    timestamp: Any = None
    payload: Payload | None = None


class Reply(Struct, gc=False):
    """What holds a `usage` in a captured stream."""

    id: Any = None
    model: Any = None
    usage: Usage | None = None


class StreamLine(Reply, gc=False):
    """A line of a captured stream."""

    timestamp: Any = None
    thread_id: Any = None
    data: Reply | None = None
    result: Reply | None = None
    response: Reply | None = None

    def reply(self) -> Reply | None:
        """Return the innermost object that has a usage."""
        return next((each for each in (self.response, self.result, self.data, self) if each is not None and each.usage is not None), None)


class _Inner(Struct, gc=False):
    type: Any = None


class Sketch(Struct, gc=False):
    """As much of a line as tells its kind."""

    type: Any = None
    payload: _Inner | None = None

    def kind(self) -> Kind | None:
        """Return what the line is; `None` when it is nothing for us."""
        inner = None if self.payload is None else self.payload.type
        if self.type == "event_msg":
            return _INNER.get(inner) if isinstance(inner, str) else None
        if isinstance(self.type, str) and self.type in _OUTER:
            return _OUTER[self.type]
        return Kind.REPLY if self.payload is None else None


class Recorded(Struct, gc=False):
    """What a record tells of one response."""

    response_id: Any = None
    thread_id: Any = None
    usage: Usage | None = None


class RecordLine(Struct, gc=False):
    """A line with the record of one response."""

    timestamp: Any = None
    payload: Recorded | None = None


T = TypeVar("T", bound=Struct)

decode_count = msgspec.json.Decoder(CountLine).decode
decode_plain = msgspec.json.Decoder(PlainLine).decode
decode_usual_count = msgspec.json.Decoder(UsualCount).decode


@dataclass(slots=True)
class Decoded(Generic[T]):
    """What could be read of a line; `value` is `None` where that is nothing."""

    value: T | None
    flaw: Flaw | None = None


def decoded(line: bytes, shape: type[T]) -> Decoded[T]:
    """Decode a line as this shape, leniently: a number may be written as a word or with a point, which is a flaw.

    Lone surrogates are no flaw of the line: nearly all are in texts that nobody keeps. Invalid UTF-8 is for the caller to see.
    """
    try:
        return Decoded(msgspec.json.decode(line, type=shape))
    except UNDECODABLE:
        pass
    try:
        given = json.loads(line.decode("utf-8", "replace"))
    except UNDECODABLE:
        return Decoded(None, Flaw.NOT_JSON)
    with suppress(*UNDECODABLE):
        return Decoded(msgspec.convert(given, shape))
    try:
        return Decoded(msgspec.convert(given, shape, strict=False), Flaw.WRONG_SHAPE)
    except UNDECODABLE:
        return Decoded(None, Flaw.WRONG_SHAPE)


def are_texts(*values: object) -> bool:
    """Say whether each of these is a text or missing."""
    for value in values:  # noqa: SIM110 - nearly all are, and so that is told in half the time
        if value is not None and not isinstance(value, str):
            return False
    return True


def text_of(value: object) -> str:
    """Return a value that should be a word or a path, within bounds; anything else is as good as missing."""
    if not isinstance(value, str):
        return ""
    # Half a character, which JSON allows, is nothing that can be stored.
    return value[:_TEXT_MAX] if value.isascii() else value[:_TEXT_MAX].encode("utf-8", "replace").decode()


def within(value: object, *names: str) -> object:
    """Return what lies this deep inside nested objects, or `None`."""
    for name in names:
        if not isinstance(value, dict):
            return None
        value = cast("dict[str, object]", value).get(name)
    return value
