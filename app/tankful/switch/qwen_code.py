"""Qwen Code: `telemetry` in its `settings.json`."""

from pathlib import Path

from tankful.switch import gemini_settings
from tankful.switch.machine import Machine
from tankful.switch.telemetry import Reporter, has


def _managed(machine: Machine) -> Path:
    usual = machine.managed(linux="qwen-code/settings.json", mac="QwenCode/settings.json", windows="ProgramData/qwen-code/settings.json")
    return machine.named("QWEN_CODE_SYSTEM_SETTINGS_PATH", usual)


REPORTER = Reporter(
    agent="qwen-code",
    title="Qwen Code",
    files=lambda machine: (machine.named("QWEN_HOME", machine.home / ".qwen") / "settings.json",),
    changes=gemini_settings.changes,
    taken=gemini_settings.taken,
    managed=(_managed,),
    managed_keys=lambda said: has(said, ("telemetry",)),
)
