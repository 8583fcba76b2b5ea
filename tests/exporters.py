"""The exporters of OpenTelemetry's own SDK, as an agent would set them up."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportArgumentType=false

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from opentelemetry._logs import LogRecord
from opentelemetry.exporter.otlp.json.http._log_exporter import OTLPLogExporter as JsonLogExporter
from opentelemetry.exporter.otlp.json.http.metric_exporter import OTLPMetricExporter as JsonMetricExporter
from opentelemetry.exporter.otlp.json.http.trace_exporter import OTLPSpanExporter as JsonSpanExporter
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk._logs.export import SimpleLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor


class Wire(Enum):
    """How reports are written."""

    JSON = "json"
    PROTOBUF = "protobuf"
    PACKED = "protobuf, gzip"


def _given(wire: Wire, address: str, path: str, token: str) -> dict[str, Any]:
    given: dict[str, Any] = {"endpoint": f"{address}/v1/{path}", "headers": {"Authorization": f"Bearer {token}"}}
    return given | ({"compression": Compression.Gzip} if wire is Wire.PACKED else {})


def send_logs(
    wire: Wire, address: str, token: str, service: str, events: Sequence[Mapping[str, Any]], body: str = "", at: datetime | None = None
) -> None:
    """Send events one by one, and return when all are answered."""
    provider = LoggerProvider(Resource({"service.name": service}))
    exporter = JsonLogExporter if wire is Wire.JSON else OTLPLogExporter
    provider.add_log_record_processor(SimpleLogRecordProcessor(exporter(**_given(wire, address, "logs", token))))
    logger = provider.get_logger("com.example.events")
    for number, attributes in enumerate(events):
        time_ns = int((at or datetime.now(UTC)).timestamp() * 1e9) + number
        logger.emit(LogRecord(timestamp=time_ns, observed_timestamp=time_ns, body=body, attributes=dict(attributes)))
    provider.shutdown()


def send_spans(wire: Wire, address: str, token: str, service: str, spans: Sequence[Mapping[str, Any]]) -> None:
    """Send spans below one that has no attributes, and return when all are answered."""
    provider = TracerProvider(resource=Resource({"service.name": service}))
    exporter = JsonSpanExporter if wire is Wire.JSON else OTLPSpanExporter
    provider.add_span_processor(SimpleSpanProcessor(exporter(**_given(wire, address, "traces", token))))
    tracer = provider.get_tracer("copilot")
    with tracer.start_as_current_span("turn"):
        for attributes in spans:
            with tracer.start_as_current_span("chat", attributes=dict(attributes)) as span:
                span.add_event("said", {"text": "of no interest"})
    provider.shutdown()


def send_metrics(wire: Wire, address: str, token: str, service: str) -> None:
    """Send a counter, and return when it is answered."""
    exporter = JsonMetricExporter if wire is Wire.JSON else OTLPMetricExporter
    reader = PeriodicExportingMetricReader(exporter(**_given(wire, address, "metrics", token)), export_interval_millis=3_600_000)
    provider = MeterProvider([reader], Resource({"service.name": service}))
    provider.get_meter("meter").create_counter("claude_code.token.usage").add(1000, {"type": "input"})
    provider.force_flush()
    provider.shutdown()
