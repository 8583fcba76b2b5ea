"""The SDK's own exporters are understood, in JSON and in protobuf."""

import logging
from collections.abc import Generator

import pytest

from exporters import Wire, send_logs, send_metrics, send_spans
from tankful.core.usage import TokenUsage
from telemetry_rig import CANARY, NOW, TOKEN, Listening, claude_call, listening


@pytest.fixture(scope="module")
def receiver() -> Generator[Listening]:
    with listening() as made:
        yield made


@pytest.fixture(autouse=True)
def begin_anew(receiver: Listening) -> None:
    receiver.reports.clear()


@pytest.mark.parametrize("wire", Wire)
def test_events_are_taken(receiver: Listening, wire: Wire) -> None:
    send_logs(wire, receiver.doorway.address, TOKEN, "claude-code", [claude_call(1), claude_call(2)], CANARY, NOW)
    first, second = receiver.until(2)
    assert first.event.tokens == second.event.tokens == TokenUsage(100, 50, 10, 20)
    assert first.identity != second.identity
    assert (first.event.at, first.request[1]) == (NOW, "req_1")
    assert CANARY not in repr(receiver.reports)


@pytest.mark.parametrize("wire", Wire)
def test_the_token_in_the_path_does_as_well(receiver: Listening, wire: Wire) -> None:
    send_logs(wire, receiver.doorway.address_with_token, "wrong", "claude-code", [claude_call()])
    assert len(receiver.until(1)) == 1


@pytest.mark.parametrize("wire", Wire)
def test_spans_are_taken(receiver: Listening, wire: Wire) -> None:
    chat = {
        "gen_ai.operation.name": "chat",
        "gen_ai.conversation.id": "v1",
        "gen_ai.response.model": "gpt-4o",
        "gen_ai.usage.input_tokens": 900,
        "gen_ai.usage.output_tokens": 80,
        "gen_ai.usage.cache_read.input_tokens": 700,
        "gen_ai.response.finish_reasons": ("stop",),
        "gen_ai.input.messages": CANARY,
    }
    send_spans(wire, receiver.doorway.address, TOKEN, "copilot-chat", [chat, chat])
    calls = receiver.until(2)
    assert [call.event.tokens for call in calls] == [TokenUsage(200, 80, 700)] * 2
    assert len({call.identity for call in calls}) == 2
    assert all(len(trace) == 32 and len(span) == 16 for _, trace, span in (call.identity for call in calls))


@pytest.mark.parametrize("wire", Wire)
def test_metrics_are_answered(receiver: Listening, wire: Wire, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        send_metrics(wire, receiver.doorway.address, TOKEN, "claude-code")
    assert caplog.records == []
    assert receiver.reports == []


def test_the_wrong_token_is_refused(receiver: Listening, caplog: pytest.LogCaptureFixture) -> None:
    send_logs(Wire.PROTOBUF, receiver.doorway.address, "wrong", "claude-code", [claude_call()])
    assert "401" in caplog.text or "Unauthorized" in caplog.text
    assert receiver.reports == []
