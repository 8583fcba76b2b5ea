"""Gemini CLI: `telemetry` in its `settings.json`."""

from pathlib import Path

from tankful.switch import gemini_settings
from tankful.switch.machine import Machine
from tankful.switch.telemetry import Reporter, has


def _managed(machine: Machine) -> Path:
    usual = machine.managed(linux="gemini-cli/settings.json", mac="GeminiCli/settings.json", windows="ProgramData/gemini-cli/settings.json")
    return machine.named("GEMINI_CLI_SYSTEM_SETTINGS_PATH", usual)


REPORTER = Reporter(
    agent="gemini-cli",
    title="Gemini CLI",
    files=lambda machine: (machine.named("GEMINI_CLI_HOME", machine.home) / ".gemini" / "settings.json",),
    changes=gemini_settings.changes,
    taken=gemini_settings.taken,
    managed=(_managed,),
    managed_keys=lambda said: has(said, ("telemetry",)),
)
