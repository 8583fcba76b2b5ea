"""The SDK's own exporters are understood, in JSON and in protobuf."""

import logging
from collections.abc import Generator
from typing import Any

import pytest

from exporters import Wire, send_logs, send_metrics, send_spans
from reports import CHAT, CODEX, GEMINI
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


@pytest.mark.parametrize("wire", Wire)
@pytest.mark.parametrize(
    ("agent", "service", "report", "session", "tokens"),
    [
        ("claude-code", "claude-code", claude_call(), "session", TokenUsage(100, 50, 10, 20)),
        ("codex", "codex_cli_rs", CODEX, "c1", TokenUsage(500, 300, 1500, 0, 0, 120)),
        ("gemini-cli", "gemini-cli", GEMINI | {"event.name": "gemini_cli.api_response"}, "g1", TokenUsage(407, 65, 600, 0, 0, 25)),
        ("qwen-code", "qwen-code", GEMINI | {"event.name": "qwen-code.api_response"}, "g1", TokenUsage(407, 65, 600, 0, 0, 25)),
        ("copilot-vscode", "copilot-chat", CHAT, "v1", TokenUsage(150, 80, 700, 50, 0, 30)),
        ("copilot-cli", "github-copilot", CHAT, "v1", TokenUsage(150, 80, 700, 50, 0, 30)),
    ],
)
def test_every_agent_that_reports_is_understood(
    receiver: Listening, wire: Wire, agent: str, service: str, report: dict[str, Any], session: str, tokens: TokenUsage
) -> None:
    if report is CHAT:
        send_spans(wire, receiver.doorway.address, TOKEN, service, [report])
    else:
        send_logs(wire, receiver.doorway.address, TOKEN, service, [report], CANARY, NOW)
    (call,) = receiver.until(1)
    assert (call.event.agent, call.event.session, call.event.tokens) == (agent, session, tokens)
    assert CANARY not in repr(receiver.reports)
