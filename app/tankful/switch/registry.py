"""The agents whose configuration can be changed: a new one is a module of its own and one more name here."""

from pathlib import PurePath

from tankful.switch import (
    aider,
    claude_code,
    codex,
    continue_dev,
    copilot_cli,
    copilot_vscode,
    crush,
    gemini_cli,
    goose,
    opencode,
    qwen_code,
    zed,
)
from tankful.switch.models import Switcher
from tankful.switch.telemetry import Reporter

REPORTERS: tuple[Reporter, ...] = (
    claude_code.REPORTER,
    codex.REPORTER,
    gemini_cli.REPORTER,
    qwen_code.REPORTER,
    copilot_vscode.REPORTER,
    copilot_cli.REPORTER,
)
SWITCHERS: tuple[Switcher, ...] = (
    claude_code.SWITCHER,
    codex.SWITCHER,
    gemini_cli.SWITCHER,
    opencode.SWITCHER,
    goose.SWITCHER,
    crush.SWITCHER,
    aider.SWITCHER,
    continue_dev.SWITCHER,
    zed.SWITCHER,
)


def by_id(agent: str) -> Reporter | None:
    """Return the agent that can report with this id; `None` when there is none."""
    return next((each for each in REPORTERS if each.agent == agent), None)


def switcher_of(agent: str) -> Switcher | None:
    """Return the agent that can be given another model with this id; `None` when there is none."""
    return next((each for each in SWITCHERS if each.agent == agent), None)


def started_by(program: str) -> Switcher | None:
    """Return the agent that a command starts, given by name or path; `None` for another program."""
    name = PurePath(program.replace("\\", "/")).name.lower()
    for ending in (".exe", ".cmd", ".bat", ".ps1"):
        name = name.removesuffix(ending)
    return next((each for each in SWITCHERS if name in each.programs), None)
