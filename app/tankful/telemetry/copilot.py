"""Reads the spans of Copilot, in VS Code and in the terminal, which follow OpenTelemetry's conventions for generative AI."""

from datetime import datetime

from tankful.core.heard import HeardCall, HeardPrompt
from tankful.core.usage import Prompt, UsageEvent
from tankful.telemetry.normaliser import Normaliser
from tankful.telemetry.records import Record, Signal, split

IN_VS_CODE, IN_TERMINAL = "copilot-vscode", "copilot-cli"
_CHAT, _AGENT = "chat", "invoke_agent"


def _is_own(record: Record) -> bool:
    return record.signal is Signal.TRACES and "copilot" in record.service


def _take(record: Record, now: datetime) -> HeardCall | HeardPrompt | None:
    """Take each call once: the span of an agent sums up its calls, and an agent within another was not asked by a human."""
    agent = IN_VS_CODE if record.service == "copilot-chat" else IN_TERMINAL
    # What VS Code calls its chat is the name of the chat's own record too.
    session = record.text("copilot_chat.chat_session_id") or record.text("gen_ai.conversation.id")
    identity = agent, record.trace, record.span
    operation = record.text("gen_ai.operation.name")
    if operation == _AGENT and not record.parent:
        return HeardPrompt(Prompt(agent, 0, record.at(now, began=True), session), identity)
    if operation != _CHAT:
        return None
    # Tokens read from and written to the cache are part of the input, reasoning tokens of the output.
    tokens = split(
        prompt=record.count("gen_ai.usage.input_tokens"),
        output=record.count("gen_ai.usage.output_tokens"),
        cache_read=record.count("gen_ai.usage.cache_read.input_tokens"),
        cache_write=record.count("gen_ai.usage.cache_creation.input_tokens", "gen_ai.usage.cache_write.input_tokens"),
        reasoning=record.count("gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"),
    )
    if not tokens.total:
        return None
    served, asked = record.text("gen_ai.response.model"), record.text("gen_ai.request.model")
    event = UsageEvent(agent, (), record.at(now), tokens, served or asked or None, session)
    return HeardCall(event, identity, is_of_a_turn=agent == IN_VS_CODE, asked=asked if served else "")


NORMALISER = Normaliser(
    wanted=frozenset(
        (
            "gen_ai.operation.name",
            "gen_ai.conversation.id",
            "copilot_chat.chat_session_id",
            "gen_ai.request.model",
            "gen_ai.response.model",
            "gen_ai.usage.input_tokens",
            "gen_ai.usage.output_tokens",
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.cache_write.input_tokens",
            "gen_ai.usage.reasoning.output_tokens",
            "gen_ai.usage.reasoning_tokens",
        )
    ),
    is_own=_is_own,
    take=_take,
)
