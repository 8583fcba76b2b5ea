"""Reads the reports of Claude Code, as its monitoring page describes them (`claude_code.api_request`, `claude_code.user_prompt`)."""

from datetime import datetime
from decimal import Decimal

from tankful.core.heard import HeardCall, HeardPrompt
from tankful.core.usage import Prompt, TokenUsage, UsageEvent
from tankful.telemetry.normaliser import Normaliser
from tankful.telemetry.records import Record, Signal

AGENT = "claude-code"
_PREFIX = "claude_code."
_CALL, _PROMPT = "api_request", "user_prompt"


def _is_own(record: Record) -> bool:
    return record.signal is Signal.LOGS and (
        record.service == "claude-code" or record.name.startswith(_PREFIX) or record.scope.startswith("com.anthropic.claude_code")
    )


def _take(record: Record, now: datetime) -> HeardCall | HeardPrompt | None:
    match record.name.removeprefix(_PREFIX):
        case "api_request":
            return _call(record, now)
        case "user_prompt":
            session = record.text("session.id")
            return HeardPrompt(Prompt(AGENT, 0, record.at(now), session), (AGENT, _PROMPT, session, *_place(record)))
        case _:
            return None


def _call(record: Record, now: datetime) -> HeardCall | None:
    """Return a call. Its four counts are disjoint: input is what no cache held, unlike in OpenTelemetry's own conventions."""
    fresh, output = record.count("input_tokens"), record.count("output_tokens")
    read, write = record.count("cache_read_tokens"), record.count("cache_creation_tokens")
    session, request = record.text("session.id"), record.text("request_id")
    tier = "fast" if record.text("speed") == "fast" else ""
    event = UsageEvent(
        AGENT, (), record.at(now), TokenUsage(fresh, output, read, write), record.text("model") or None, session, "", "", "", tier
    )
    return HeardCall(
        event,
        (AGENT, _CALL, session, *_place(record), request, f"{fresh},{output},{read},{write}"),
        # As the log's parser makes it: a relay may give all its answers one request id, but not one and the same input.
        ("claude-request", request, f"{fresh},{read},{write}") if request else (),
        _dollars(record),
    )


def _place(record: Record) -> tuple[str, str]:
    return record.text("event.sequence"), str(record.time_ns)


def _dollars(record: Record) -> Decimal | None:
    micros = record.count("cost_usd_micros")
    return Decimal(micros).scaleb(-6) if micros else None


NORMALISER = Normaliser(
    wanted=frozenset(
        (
            "session.id",
            "event.sequence",
            "model",
            "input_tokens",
            "output_tokens",
            "cache_read_tokens",
            "cache_creation_tokens",
            "cost_usd_micros",
            "request_id",
            "speed",
        )
    ),
    is_own=_is_own,
    take=_take,
)
