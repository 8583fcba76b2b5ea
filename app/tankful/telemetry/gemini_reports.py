"""Reads `api_response` and `user_prompt` as Gemini CLI writes them, and the agents that were made from it."""

from datetime import datetime

from tankful.core.heard import HeardCall, HeardPrompt
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.telemetry.normaliser import Normaliser
from tankful.telemetry.records import Record, Signal, split

_WANTED = frozenset(
    (
        "session.id",
        "prompt_id",
        "model",
        "input_token_count",
        "output_token_count",
        "cached_content_token_count",
        "thoughts_token_count",
        "tool_token_count",
        "total_token_count",
    )
)


def normaliser(agent: str, prefix: str) -> Normaliser:
    """Return the normaliser of an agent whose events are called `prefix.api_response` and so on."""
    call, prompt = f"{prefix}.api_response", f"{prefix}.user_prompt"

    def is_own(record: Record) -> bool:
        return record.signal is Signal.LOGS and record.name.startswith(f"{prefix}.")

    def take(record: Record, now: datetime) -> HeardCall | HeardPrompt | None:
        session = record.text("session.id")
        identity = (agent, record.name, session, record.text("prompt_id"), str(record.time_ns))
        if record.name == prompt:
            return HeardPrompt(Prompt(agent, 0, record.at(now), session), identity)
        if record.name != call:
            return None
        tokens = _tokens(record)
        if not tokens.total:
            return None
        event = UsageEvent(agent, (), record.at(now), tokens, record.text("model") or None, session)
        return HeardCall(event, (*identity, str(tuple(tokens))))

    return Normaliser(_WANTED, is_own, take)


def _tokens(record: Record) -> TokenUsage:
    """Return disjoint counts: cached tokens are part of the input, unless the total says that they come on top; thoughts of no other.

    What tools read is input. Thoughts are billed as output.
    """
    given, gave = record.count("input_token_count"), record.count("output_token_count")
    cached, thoughts = record.count("cached_content_token_count"), record.count("thoughts_token_count")
    tools, total = record.count("tool_token_count"), record.count("total_token_count")
    if cached and total == given + gave + thoughts + tools + cached:
        given += cached
    return split(prompt=given + tools, output=gave + thoughts, cache_read=cached, reasoning=thoughts)
