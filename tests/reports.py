"""What agents report of one call, as each of them writes it, and with something that somebody said."""

from typing import Any

from telemetry_rig import CANARY

GEMINI: dict[str, Any] = {
    "session.id": "g1",
    "prompt_id": "g1########3",
    "model": "gemini-2.5-pro",
    "input_token_count": 1000,
    "output_token_count": 40,
    "cached_content_token_count": 600,
    "thoughts_token_count": 25,
    "tool_token_count": 7,
    "total_token_count": 1072,
    "response_text": CANARY,
}
CODEX: dict[str, Any] = {
    "event.name": "codex.sse_event",
    "event.kind": "response.completed",
    "event.timestamp": "2026-11-20T12:00:00.000Z",
    "conversation.id": "c1",
    "model": "gpt-5-codex",
    "input_token_count": "2000",
    "output_token_count": "300",
    "cached_token_count": "1500",
    "reasoning_token_count": "120",
    "tool_token_count": "2300",
}
CHAT: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.conversation.id": "v1",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.model": "gpt-4o-2024-08-06",
    "gen_ai.usage.input_tokens": 900,
    "gen_ai.usage.output_tokens": 80,
    "gen_ai.usage.cache_read.input_tokens": 700,
    "gen_ai.usage.cache_creation.input_tokens": 50,
    "gen_ai.usage.reasoning.output_tokens": 30,
    "gen_ai.input.messages": CANARY,
    "gen_ai.response.finish_reasons": ["stop"],
}
