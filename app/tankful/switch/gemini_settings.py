"""Gemini CLI's `telemetry` settings, which Qwen Code has too: no header can be given, so the token stands in the address."""

from typing import Any

from tankful.switch.telemetry import Where, first_text
from tankful.switch.values import Change, at

_TABLE = "telemetry"


def changes(where: Where) -> tuple[Change, ...]:
    """Return what lets the agent report here, without what was said: it would be by default."""
    given = {
        "enabled": True,
        "target": "local",
        "otlpEndpoint": where.address_with_token,
        "otlpProtocol": "http",
        "logPrompts": False,
    }
    return tuple(Change((_TABLE, name), value) for name, value in given.items())


def taken(said: dict[str, Any]) -> str:
    """Return where the agent reports to already."""
    if at(said, (_TABLE, "enabled")) is not True:
        return ""
    return first_text(said, (_TABLE, "outfile"), (_TABLE, "otlpEndpoint"), (_TABLE, "target")) or "somebody"
