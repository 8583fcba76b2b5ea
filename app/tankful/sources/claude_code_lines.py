"""What a line of a Claude Code log looks like, and what can still be read from one that looks otherwise."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, cast, get_args

import msgspec
from msgspec import Raw, Struct, field
from msgspec.structs import FieldInfo

from tankful.core.problems import Flaw
from tankful.core.usage import TOKENS_MAX

Count = Annotated[int, msgspec.Meta(ge=0, le=TOKENS_MAX)] | None


class Writes(Struct, gc=False):
    """Cache writes by how long they are kept."""

    five_minutes: Count = field(name="ephemeral_5m_input_tokens", default=None)
    one_hour: Count = field(name="ephemeral_1h_input_tokens", default=None)


class Tools(Struct, gc=False):
    """Tools that ran at the vendor and cost extra."""

    web_searches: Count = field(name="web_search_requests", default=None)


class Usage(Struct, gc=False):
    """The `usage` object of one response."""

    input: Count = field(name="input_tokens", default=None)
    cache_write: Count = field(name="cache_creation_input_tokens", default=None)
    cache_read: Count = field(name="cache_read_input_tokens", default=None)
    writes: Writes | None = field(name="cache_creation", default=None)
    output: Count = field(name="output_tokens", default=None)
    tools: Tools | None = field(name="server_tool_use", default=None)
    service_tier: str | None = None
    geo: str | None = field(name="inference_geo", default=None)
    iterations: Raw = Raw()
    """What the response was made of; looked into only where it holds calls to another model."""
    speed: str | None = None

    def written(self) -> tuple[int, int]:
        """Return the cache writes: all of them, and how many of them are for one hour."""
        flat = self.cache_write or 0
        if self.writes is None:
            return flat, 0
        hour = self.writes.one_hour or 0
        # Some relays add an empty split to a sum that is right.
        both = (self.writes.five_minutes or 0) + hour
        return both or flat, hour

    def tier(self) -> str:
        """Return the speed or service tier that changes the price, or nothing."""
        if self.speed == "fast":
            return "fast"
        return self.service_tier if self.service_tier in {"batch", "priority"} else ""

    def region(self) -> str:
        """Return the inference region that changes the price, or nothing."""
        return "" if self.geo is None or self.geo in {"not_available", "global"} else self.geo


class Iteration(Usage, gc=False):
    """One part of a response; an advisor's is a call of its own to another model."""

    type: str | None = None
    model: str | None = None


class Message(Struct, gc=False):
    """The vendor's answer."""

    model: str | None = None
    id: str | None = None
    stop_reason: str | None = None
    usage: Usage | None = None


class Wrapped(Struct, gc=False):
    """A line of a sub-agent inside a progress line."""

    message: Message | None = None
    request_id: str | None = field(name="requestId", default=None)
    uuid: str | None = None
    timestamp: datetime | None = None


class Progress(Struct, gc=False):
    """What a progress line reports."""

    message: Wrapped | None = None


class Line(Struct, gc=False):
    """A line that may hold usage; the order is the one Claude Code writes, which decodes fastest."""

    sidechain: bool | None = field(name="isSidechain", default=None)
    cwd: str | None = None
    session: str | None = field(name="sessionId", default=None)
    message: Message | None = None
    request_id: str | None = field(name="requestId", default=None)
    cost: Decimal | None = field(name="costUSD", default=None)
    type: str | None = None
    data: Progress | None = None
    uuid: str | None = None
    timestamp: datetime | None = None

    def unwrapped(self) -> "Line":
        """Return the sub-agent's line that a progress line repeats: an echo of one in the sub-agent's own log."""
        inner = None if self.data is None else self.data.message
        if inner is None:
            return self
        return Line(
            sidechain=True,
            cwd=self.cwd,
            session=self.session,
            message=inner.message,
            request_id=inner.request_id or self.request_id,
            type="progress",
            uuid=inner.uuid or self.uuid,
            timestamp=inner.timestamp or self.timestamp,
        )


class MessageEnding(Struct, gc=False):
    """What the vendor's answer holds after its content."""

    usage: Usage
    stop_reason: str | None = None
    model: None = None
    id: None = None


class Ending(Struct, gc=False):
    """The rest of a line after its content. What is said before it is not said again: then the line is not as we know it."""

    message: MessageEnding
    timestamp: datetime
    uuid: str
    request_id: str | None = field(name="requestId", default=None)
    type: str | None = None
    sidechain: None = field(name="isSidechain", default=None)
    cwd: None = None
    session: None = field(name="sessionId", default=None)
    cost: None = field(name="costUSD", default=None)


class Part(Struct, gc=False):
    """One piece of what was said to the agent."""

    type: str | None = None
    text: Raw = Raw()


class Said(Struct, gc=False):
    """The message of a user line; its content is looked at for its kind only."""

    content: Raw = Raw()


class UserLine(Struct, gc=False):
    """A line that may be a human's prompt."""

    sidechain: bool | None = field(name="isSidechain", default=None)
    cwd: str | None = None
    session: str | None = field(name="sessionId", default=None)
    type: str | None = None
    message: Said | None = None
    meta: bool | None = field(name="isMeta", default=None)
    summary: bool | None = field(name="isCompactSummary", default=None)
    uuid: str | None = None
    timestamp: datetime | None = None


T = TypeVar("T", bound=Struct)

decode_line = msgspec.json.Decoder(Line).decode
decode_ending = msgspec.json.Decoder(Ending).decode
decode_user_line = msgspec.json.Decoder(UserLine).decode
_decode_parts = msgspec.json.Decoder(list[Part]).decode
_decode_iterations = msgspec.json.Decoder(list[Iteration]).decode

UNDECODABLE = (ValueError, RecursionError)
"""What decoding raises, msgspec and json alike: wrong bytes, wrong JSON, wrong types, nested too deep."""

# What the program itself writes in the user's name.
_NOT_TYPED = (b'"<local-command-stdout>', b'"<bash-stdout>', b'"<task-notification>', b'"[Request interrupted by user')


@dataclass(slots=True)
class Repaired(Generic[T]):
    """What was saved of a line that does not decode as its shape; `value` is `None` where nothing can be trusted."""

    value: T | None
    flaws: set[Flaw]


def repair(line: bytes, shape: type[T]) -> Repaired[T]:
    """Decode a line, which begins like an object, leniently.

    A value of the wrong type is left out or read for what it means; the rest is kept. Lone surrogates are no flaw of the
    line: they are in texts that nobody keeps.
    """
    try:
        given = json.loads(line.decode("utf-8", "replace"))
    except UNDECODABLE:
        return Repaired(None, {Flaw.NOT_JSON})
    return _fitted(cast("dict[str, Any]", given), shape)


def _fitted(given: dict[str, Any], shape: type[T]) -> Repaired[T]:
    """Build a shape out of the values that fit it."""
    flaws: set[Flaw] = set()
    kept: dict[str, object] = {}
    trusted = True
    for each in _fields(shape):
        if each.encode_name not in given:
            continue
        value = given[each.encode_name]
        inner = next((kind for kind in get_args(each.type) if isinstance(kind, type) and issubclass(kind, Struct)), None)
        if inner is not None and isinstance(value, dict):
            part = _fitted(cast("dict[str, Any]", value), inner)
            flaws |= part.flaws
            trusted = trusted and part.value is not None
            kept[each.name] = part.value
        elif each.type == Count:
            number = _number(value, flaws)
            trusted = trusted and number <= TOKENS_MAX
            kept[each.name] = number
        elif each.type is Raw:
            kept[each.name] = Raw(json.dumps(value).encode())
        else:
            try:
                kept[each.name] = msgspec.convert(value, each.type, strict=False)
            except UNDECODABLE:  # half a character raises another error than what does not fit
                # A time that cannot be read is found missing later on, and blamed as such.
                if each.name != "timestamp":
                    flaws.add(Flaw.WRONG_SHAPE)
    return Repaired(shape(**kept) if trusted else None, flaws)


@cache
def _fields(shape: type[Struct]) -> tuple[FieldInfo, ...]:
    """Return the fields of a shape; looking them up takes longer than all the rest of a repair."""
    return msgspec.structs.fields(shape)


def _number(value: object, flaws: set[Flaw]) -> int:
    """Return the count that a value means: never negative, above the maximum only where it was."""
    if value is None:
        return 0
    if type(value) is not int:
        flaws.add(Flaw.WRONG_SHAPE)
        try:
            value = msgspec.convert(value, int, strict=False)
        except UNDECODABLE:
            return 0
    if not 0 <= value <= TOKENS_MAX:
        flaws.add(Flaw.BAD_COUNT)
    return max(0, value)


def advisors(iterations: Raw) -> tuple[list[tuple[int, Iteration]], set[Flaw]]:
    """Return the calls to another model among the parts of a response, each with its place among them."""
    flaws: set[Flaw] = set()
    found: list[Iteration | None]
    try:
        found = list(_decode_iterations(iterations))
    except UNDECODABLE:
        found = []
        given = json.loads(bytes(iterations).decode("utf-8", "replace"))
        if not isinstance(given, list):
            flaws.add(Flaw.WRONG_SHAPE)
            given = []
        for entry in cast("list[Any]", given):
            part = _fitted(cast("dict[str, Any]", entry if isinstance(entry, dict) else {}), Iteration)
            found.append(part.value)
            flaws |= part.flaws
    return [(place, each) for place, each in enumerate(found) if each is not None and each.type == "advisor_message"], flaws


def is_typed(content: Raw) -> bool:
    """Say whether this content is a prompt: words or a list with words, and not a tool's result."""
    start = _start(content)
    if start.startswith(b'"'):
        return not start.startswith(_NOT_TYPED)
    try:
        parts = _decode_parts(content)
    except UNDECODABLE:
        return False
    if any(part.type == "tool_result" for part in parts):
        return False
    return any(part.type == "text" and not _start(part.text).startswith(_NOT_TYPED) for part in parts)


def _start(value: Raw) -> bytes:
    """Return the first bytes of a value that may hold a pasted picture."""
    return memoryview(value)[:64].tobytes()
