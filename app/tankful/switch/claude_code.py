"""Claude Code: the variables in `env` of its `settings.json`, as its pages on monitoring and gateways name them; a project's do not count.

What stands in `env` there beats the process's environment. A key in a variable beats `apiKeyHelper`.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from tankful.switch.machine import Machine
from tankful.switch.models import Edit, Launch, Offer, Switcher, own_values, refuse_credentials
from tankful.switch.plans import read_values
from tankful.switch.telemetry import Reporter, Where, first_text, has
from tankful.switch.values import Change, at

_ENV = "env"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT")
_EXPORTER = "OTEL_LOGS_EXPORTER"
_BASE, _MODEL = "ANTHROPIC_BASE_URL", "ANTHROPIC_MODEL"
_KEYS = ("ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_API_KEY")
_DEFAULTS = tuple(f"ANTHROPIC_DEFAULT_{name}_MODEL" for name in ("OPUS", "SONNET", "HAIKU"))


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


def _variables(machine: Machine, offer: Offer, said: dict[str, Any]) -> dict[str, str]:
    """Return what leads to the model. Raises `NotSwitched` where a key of another place would be sent to the gateway."""
    if offer.is_at(at(said, (_ENV, _BASE))):  # it is at the gateway already, with a key that works there
        return {_MODEL: offer.model} | {name: offer.model for name in _DEFAULTS if has(said, (_ENV, name))}
    own = next((name for name in _KEYS if at(said, (_ENV, name)) and has(said, (_ENV, name))), "")
    if own:
        raise refuse_credentials(_files(machine)[0], f"env.{own}", offer)
    return {_BASE: offer.address, _MODEL: offer.model} | dict.fromkeys(_DEFAULTS, offer.model)


def _edits(machine: Machine, offer: Offer) -> tuple[Edit, ...]:
    path = _files(machine)[0]
    said = read_values(path)
    variables = _variables(machine, offer, said)
    changes = [Change((_ENV, name), value) for name, value in variables.items()]
    if _BASE in variables:
        helper = offer.key_line(machine)
        if at(said, ("apiKeyHelper",)) != helper and has(said, ("apiKeyHelper",)):
            raise refuse_credentials(path, "apiKeyHelper", offer)
        changes.append(Change(("apiKeyHelper",), helper))
    return (Edit(path, tuple(changes)),)


def _launch(machine: Machine, offer: Offer, key: str, words: Sequence[str]) -> Launch:
    said = own_values(_files(machine)[0])
    variables = _variables(machine, offer, said)
    environ: dict[str, str | None] = {**variables, _BASE: offer.address, "ANTHROPIC_AUTH_TOKEN": key, "ANTHROPIC_API_KEY": None}
    beating = {name: value for name, value in variables.items() if has(said, (_ENV, name))}
    if beating and "--settings" not in words:
        words = ("--settings", json.dumps({"env": beating}), *words)
    return Launch(tuple(words), environ)


def _decides_models(said: dict[str, Any]) -> bool:
    variables = at(said, (_ENV,))
    names = cast("dict[str, Any]", variables) if isinstance(variables, dict) else {}
    keys = ("model", "apiKeyHelper", "availableModels", "forceLoginMethod")
    return any(name.startswith("ANTHROPIC_") for name in names) or any(has(said, (key,)) for key in keys)


def _managed_file(machine: Machine) -> Path:
    return _managed(machine, "managed-settings.json")


def _managed_parts(machine: Machine) -> Path:
    return _managed(machine, "managed-settings.d")


_MANAGED = (_managed_file, _managed_parts)
REPORTER = Reporter(
    agent="claude-code",
    title="Claude Code",
    files=_files,
    changes=_changes,
    taken=_taken,
    managed=_MANAGED,
    managed_keys=_decides,
)
SWITCHER = Switcher(
    agent="claude-code",
    title="Claude Code",
    folders=lambda machine: (_files(machine)[0].parent,),
    edits=_edits,
    programs=("claude",),
    launch=_launch,
    managed=_MANAGED,
    managed_keys=_decides_models,
)
