"""Takes bodies apart, JSON here and protobuf next door, and lets none but the wanted attributes through."""

import zlib
from collections.abc import Iterator
from http import HTTPStatus

import msgspec
from msgspec import Raw, Struct, field

from tankful.telemetry.errors import Refused
from tankful.telemetry.records import Plain, Record, Signal
from tankful.telemetry.registry import EVENT_NAME, WANTED

MOST = 4 * 1024 * 1024
"""Bytes of a body, packed and unpacked."""
JSON, PROTOBUF = "application/json", "application/x-protobuf"


class _Value(Struct, gc=False):
    """A value of the kinds that are wanted; lists and maps are passed over."""

    text: str | None = field(name="stringValue", default=None)
    whole: str | int | None = field(name="intValue", default=None)
    real: float | str | None = field(name="doubleValue", default=None)
    truth: bool | None = field(name="boolValue", default=None)

    def plain(self) -> Plain | None:
        if self.whole is not None:
            return self.whole
        if self.text is not None:
            return self.text
        return self.truth if self.real is None else self.real


class _Pair(Struct, gc=False):
    key: str
    value: _Value | None = None


class _Resource(Struct, gc=False):
    attributes: list[_Pair] = []


class _Scope(Struct, gc=False):
    name: str = ""


class _Log(Struct, gc=False):
    time: str | int = field(name="timeUnixNano", default=0)
    observed: str | int = field(name="observedTimeUnixNano", default=0)
    event: str = field(name="eventName", default="")
    attributes: list[_Pair] = []


class _ScopeLogs(Struct, gc=False):
    scope: _Scope | None = None
    records: list[_Log] = field(name="logRecords", default_factory=list[_Log])


class _ResourceLogs(Struct, gc=False):
    resource: _Resource | None = None
    scopes: list[_ScopeLogs] = field(name="scopeLogs", default_factory=list[_ScopeLogs])


class _Span(Struct, gc=False):
    trace: str = field(name="traceId", default="")
    span: str = field(name="spanId", default="")
    parent: str = field(name="parentSpanId", default="")
    name: str = ""
    began: str | int = field(name="startTimeUnixNano", default=0)
    ended: str | int = field(name="endTimeUnixNano", default=0)
    attributes: list[_Pair] = []


class _ScopeSpans(Struct, gc=False):
    scope: _Scope | None = None
    spans: list[_Span] = []


class _ResourceSpans(Struct, gc=False):
    resource: _Resource | None = None
    scopes: list[_ScopeSpans] = field(name="scopeSpans", default_factory=list[_ScopeSpans])


class _Body(Struct, gc=False):
    """Any of the three requests; their names tell which one it is."""

    logs: list[_ResourceLogs] | None = field(name="resourceLogs", default=None)
    spans: list[_ResourceSpans] | None = field(name="resourceSpans", default=None)
    metrics: list[Raw] | None = field(name="resourceMetrics", default=None)


_decode = msgspec.json.Decoder(_Body).decode


def unpacked(body: bytes, encoding: str) -> bytes:
    """Return a body as it was before it was packed.

    Raises:
        Refused: 413 above four million bytes, 400 for what is not gzip, 415 for another packing.
    """
    if encoding in {"", "identity"}:
        return body
    if encoding != "gzip":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    unpacker = zlib.decompressobj(wbits=31)
    try:
        whole = unpacker.decompress(body, MOST + 1)
    except zlib.error as broken:
        raise Refused(HTTPStatus.BAD_REQUEST) from broken
    if len(whole) > MOST:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if not unpacker.eof or unpacker.unused_data:
        raise Refused(HTTPStatus.BAD_REQUEST)
    return whole


def decoded(body: bytes, content_type: str, signal: Signal | None) -> list[Record]:
    """Return the records of a body; `signal` as its path says, `None` where one path serves all three (Gemini CLI's older versions).

    Raises:
        Refused: 400 for what is not OTLP, 415 for another type of content.
    """
    try:
        if content_type == JSON:
            if not body.isascii():
                str(body, "utf-8")  # what is no text is no JSON, also where nobody looks
            return list(_of_json(_decode(body)))
        if content_type == PROTOBUF and signal is not None:
            from tankful.telemetry.protobuf import records  # noqa: PLC0415 - 37 ms and 4 MB, for those who send it

            return records(body, signal)
    except (ValueError, RecursionError, OverflowError) as broken:
        raise Refused(HTTPStatus.BAD_REQUEST) from broken
    raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)


def _of_json(body: _Body) -> Iterator[Record]:
    for program in body.logs or ():
        service = _service(program.resource)
        for part in program.scopes:
            scope = part.scope.name if part.scope else ""
            for log in part.records:
                attributes = _wanted(log.attributes)
                name = str(attributes.pop(EVENT_NAME, "")) or log.event
                yield Record(Signal.LOGS, name, int(log.time) or int(log.observed), 0, attributes, service, scope)
    for program in body.spans or ():
        service = _service(program.resource)
        for part in program.scopes:
            scope = part.scope.name if part.scope else ""
            for span in part.spans:
                attributes = _wanted(span.attributes)
                ids = span.trace, span.span, span.parent
                yield Record(Signal.TRACES, span.name, int(span.ended), int(span.began), attributes, service, scope, *ids)


def _service(resource: _Resource | None) -> str:
    for pair in resource.attributes if resource else ():
        if pair.key == "service.name" and pair.value is not None:
            return pair.value.text or ""
    return ""


def _wanted(pairs: list[_Pair]) -> dict[str, Plain]:
    wanted: dict[str, Plain] = {}
    for pair in pairs:
        key, value = pair.key, pair.value
        if key in WANTED and value is not None:
            plain = value.text  # of a report's thousands of values nearly all are texts or whole numbers
            if plain is None or value.whole is not None:
                plain = value.plain()
            if plain is not None:
                wanted[key] = plain
    return wanted
