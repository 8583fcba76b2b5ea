"""Claude Code: the variables in `env` of its `settings.json`, as its monitoring page names them; those of a project do not count."""

from pathlib import Path
from typing import Any, cast

from tankful.switch.machine import Machine
from tankful.switch.telemetry import Reporter, Where, first_text
from tankful.switch.values import Change, at

_ENV = "env"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT")
_EXPORTER = "OTEL_LOGS_EXPORTER"


def _files(machine: Machine) -> tuple[Path, ...]:
    return (machine.named("CLAUDE_CONFIG_DIR", machine.home / ".claude") / "settings.json",)


def _changes(where: Where) -> tuple[Change, ...]:
    # Logs alone: metrics count the same again. No variable that adds what was said.
    variables = {
        "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
        _EXPORTER: "otlp",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
        "OTEL_EXPORTER_OTLP_ENDPOINT": where.address,
        "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer {where.token}",
    }
    return tuple(Change((_ENV, name), value) for name, value in variables.items())


def _taken(said: dict[str, Any]) -> str:
    return first_text(said, *((_ENV, name) for name in (*_ENDPOINTS, _EXPORTER)))


def _decides(said: dict[str, Any]) -> bool:
    variables = at(said, (_ENV,))
    names = cast("dict[str, Any]", variables) if isinstance(variables, dict) else {}
    return any(name.startswith("OTEL_") or name == "CLAUDE_CODE_ENABLE_TELEMETRY" for name in names)


def _managed(machine: Machine, name: str) -> Path:
    return machine.managed(linux=f"claude-code/{name}", mac=f"ClaudeCode/{name}", windows=f"Program Files/ClaudeCode/{name}")


REPORTER = Reporter(
    agent="claude-code",
    title="Claude Code",
    files=_files,
    changes=_changes,
    taken=_taken,
    managed=(lambda machine: _managed(machine, "managed-settings.json"), lambda machine: _managed(machine, "managed-settings.d")),
    managed_keys=_decides,
)
