"""Takes bodies in protobuf apart; imported when the first one arrives, and by nothing else."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
# The generated classes have no types that a checker can read.

from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf.message import DecodeError
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tankful.telemetry.records import Plain, Record, Signal
from tankful.telemetry.registry import EVENT_NAME, WANTED

_REQUESTS: dict[Signal, Any] = {
    Signal.LOGS: ExportLogsServiceRequest,
    Signal.TRACES: ExportTraceServiceRequest,
    Signal.METRICS: ExportMetricsServiceRequest,
}
_KINDS = {"string_value", "int_value", "double_value", "bool_value"}


def records(body: bytes, signal: Signal) -> list[Record]:
    """Return the records of a body.

    Raises:
        ValueError: it is not what its path says.
    """
    request = _REQUESTS[signal]()
    try:
        request.ParseFromString(body)
    except DecodeError as broken:
        raise ValueError(str(broken)) from broken
    match signal:
        case Signal.LOGS:
            return list(_logs(request))
        case Signal.TRACES:
            return list(_spans(request))
        case Signal.METRICS:
            return []


def _logs(request: Any) -> Iterator[Record]:
    for program in request.resource_logs:
        service = _service(program)
        for part in program.scope_logs:
            for log in part.log_records:
                attributes = dict(_wanted(log.attributes))
                name = str(attributes.pop(EVENT_NAME, "")) or log.event_name
                time = log.time_unix_nano or log.observed_time_unix_nano
                yield Record(Signal.LOGS, name, time, 0, attributes, service, part.scope.name)


def _spans(request: Any) -> Iterator[Record]:
    for program in request.resource_spans:
        service = _service(program)
        for part in program.scope_spans:
            for span in part.spans:
                ids = span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex()
                attributes = dict(_wanted(span.attributes))
                times = span.end_time_unix_nano, span.start_time_unix_nano
                yield Record(Signal.TRACES, span.name, *times, attributes, service, part.scope.name, *ids)


def _service(program: Any) -> str:
    for pair in program.resource.attributes:
        if pair.key == "service.name":
            return str(pair.value.string_value)
    return ""


def _wanted(pairs: Iterable[Any]) -> Iterator[tuple[str, Plain]]:
    for pair in pairs:
        if pair.key in WANTED:
            kind = pair.value.WhichOneof("value")
            if kind in _KINDS:
                yield pair.key, getattr(pair.value, kind)
