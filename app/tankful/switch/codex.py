"""Codex: the table `[otel]` of its `config.toml`. Its events go to `exporter`; traces and metrics hold no counts and stay as they are."""

from pathlib import Path
from typing import Any

from tankful.switch.machine import Machine
from tankful.switch.telemetry import Reporter, Where, has
from tankful.switch.values import ABSENT, Change, at

_EXPORTER = ("otel", "exporter")


def _files(machine: Machine) -> tuple[Path, ...]:
    return (machine.named("CODEX_HOME", machine.home / ".codex") / "config.toml",)


def _changes(where: Where) -> tuple[Change, ...]:
    given = {"endpoint": f"{where.address}/v1/logs", "protocol": "json", "headers": {"Authorization": f"Bearer {where.token}"}}
    return (Change(_EXPORTER, {"otlp-http": given}),)


def _taken(said: dict[str, Any]) -> str:
    exporter = at(said, _EXPORTER)
    return "" if exporter in (ABSENT, "none") else "somebody"


REPORTER = Reporter(
    agent="codex",
    title="Codex",
    files=_files,
    changes=_changes,
    taken=_taken,
    managed=(
        lambda machine: (
            machine.home / ".codex" / "managed_config.toml"
            if machine.platform == "win32"
            else machine.system / "etc/codex/managed_config.toml"
        ),
    ),
    managed_keys=lambda said: has(said, ("otel",)),
)
