"""Reads the reports of Codex, as its `otel` crate writes them (`codex.sse_event` of kind `response.completed`, `codex.user_prompt`)."""

from datetime import datetime

from tankful.core.heard import HeardCall, HeardPrompt
from tankful.core.usage import Prompt, UsageEvent
from tankful.telemetry.normaliser import Normaliser
from tankful.telemetry.records import Record, Signal, split

AGENT = "codex"
_CALL, _PROMPT, _DONE = "codex.sse_event", "codex.user_prompt", "response.completed"


def _is_own(record: Record) -> bool:
    return record.signal is Signal.LOGS and record.name.startswith("codex.")


def _take(record: Record, now: datetime) -> HeardCall | HeardPrompt | None:
    session = record.text("conversation.id")
    place = (session, str(record.time_ns), record.text("event.timestamp"))
    if record.name == _PROMPT:
        return HeardPrompt(Prompt(AGENT, 0, record.at(now), session), (AGENT, _PROMPT, *place))
    if record.name != _CALL or record.text("event.kind") != _DONE:
        return None
    # Cached tokens are part of the input, reasoning tokens are part of the output.
    tokens = split(
        prompt=record.count("input_token_count"),
        output=record.count("output_token_count"),
        cache_read=record.count("cached_token_count"),
        cache_write=record.count("cache_write_token_count"),
        reasoning=record.count("reasoning_token_count"),
    )
    if not tokens.total:
        return None
    event = UsageEvent(AGENT, (), record.at(now), tokens, record.text("model") or None, session)
    return HeardCall(event, (AGENT, _CALL, *place, str(tuple(tokens))))


NORMALISER = Normaliser(
    wanted=frozenset(
        (
            "conversation.id",
            "event.timestamp",
            "event.kind",
            "model",
            "input_token_count",
            "output_token_count",
            "cached_token_count",
            "cache_write_token_count",
            "reasoning_token_count",
        )
    ),
    is_own=_is_own,
    take=_take,
)
