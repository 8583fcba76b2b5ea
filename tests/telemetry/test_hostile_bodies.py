"""No body, however odd, does more than be refused."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from tankful.core.heard import Heard
from tankful.telemetry.decoding import JSON, PROTOBUF, decoded
from tankful.telemetry.errors import Refused
from tankful.telemetry.records import Signal
from tankful.telemetry.registry import WANTED, understood
from telemetry_rig import NOW, claude_call, logs

SHAPE = (
    "resourceLogs resourceSpans resourceMetrics scopeLogs scopeSpans logRecords spans attributes key value stringValue intValue doubleValue"
    " boolValue timeUnixNano endTimeUnixNano resource scope name"
)
NAMES = some.sampled_from((*SHAPE.split(), *sorted(WANTED)))
ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False, allow_infinity=False) | some.text(max_size=8) | NAMES,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(NAMES, inner, max_size=4),
    max_leaves=30,
)


@given(some.dictionaries(NAMES, ANYTHING, max_size=3))
def test_any_json_is_taken_or_refused(body: dict[str, Any]) -> None:
    with suppress(Refused):
        understood(decoded(json.dumps(body).encode(), JSON, Signal.LOGS), NOW)


@given(some.sampled_from(sorted(claude_call())), ANYTHING)
def test_any_value_of_an_attribute_is_taken_or_left(name: str, value: Any) -> None:
    report = json.loads(logs(claude_call(), service="claude-code"))
    for pair in report["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["attributes"]:
        if pair["key"] == name:
            pair["value"] = value
    with suppress(Refused):
        understood(decoded(json.dumps(report).encode(), JSON, Signal.LOGS), NOW)


@given(some.binary(max_size=200), some.sampled_from(Signal))
def test_any_bytes_are_taken_or_refused(body: bytes, signal: Signal) -> None:
    for content_type in (JSON, PROTOBUF):
        with suppress(Refused):
            understood(decoded(body, content_type, signal), NOW)


def attribute(key: str, value: AnyValue | None = None) -> KeyValue:
    return KeyValue(key=key, value=value)


@pytest.mark.parametrize("odd", [float("inf"), float("nan"), -1e300])
def test_a_count_that_is_no_number_leaves_the_call_to_its_log(odd: float) -> None:
    request = ExportLogsServiceRequest()
    record = request.resource_logs.add().scope_logs.add().log_records.add()
    record.event_name = "claude_code.api_request"
    record.attributes.extend([attribute("session.id", AnyValue(string_value="s")), attribute("input_tokens", AnyValue(double_value=odd))])
    record.attributes.extend([attribute("model"), attribute("other", AnyValue(string_value="x"))])
    found = understood(decoded(request.SerializeToString(), PROTOBUF, Signal.LOGS), NOW)
    assert found == Heard() or found.calls[0].event.tokens.total == 0
