"""Copilot Chat: the settings of VS Code and its kin, which allow comments; the token stands in the address."""

from pathlib import Path
from typing import Any

from tankful.switch import copilot_organisation
from tankful.switch.machine import Machine
from tankful.switch.telemetry import Reporter, Where, first_text
from tankful.switch.values import Change, at

_EDITORS = ("Code", "Code - Insiders", "VSCodium")
_PREFIX = "github.copilot.chat.otel."


def _files(machine: Machine) -> tuple[Path, ...]:
    return tuple(machine.application_data() / editor / "User" / "settings.json" for editor in _EDITORS)


def _changes(where: Where) -> tuple[Change, ...]:
    given = {"enabled": True, "exporterType": "otlp-http", "otlpEndpoint": where.address_with_token, "captureContent": False}
    return tuple(Change((_PREFIX + name,), value) for name, value in given.items())


def _taken(said: dict[str, Any]) -> str:
    if at(said, (f"{_PREFIX}enabled",)) is not True:
        return ""
    return first_text(said, (f"{_PREFIX}otlpEndpoint",), (f"{_PREFIX}outfile",), (f"{_PREFIX}exporterType",)) or "somebody"


REPORTER = Reporter(
    agent="copilot-vscode",
    title="Copilot Chat in VS Code",
    files=_files,
    changes=_changes,
    taken=_taken,
    managed=(
        lambda machine: machine.managed(
            linux="vscode/policy.json", mac="Code/policy.json", windows="Program Files/Microsoft VS Code/policy.json"
        ),
        copilot_organisation.managed_file,
    ),
    managed_keys=lambda said: copilot_organisation.decides(said) or any("otel" in name.lower() for name in said),
)
