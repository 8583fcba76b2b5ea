"""The agents that can be told to report live: a new one is a module of its own and one more name here."""

from tankful.switch import claude_code, codex, copilot_cli, copilot_vscode, gemini_cli, qwen_code
from tankful.switch.telemetry import Reporter

REPORTERS: tuple[Reporter, ...] = (
    claude_code.REPORTER,
    codex.REPORTER,
    gemini_cli.REPORTER,
    qwen_code.REPORTER,
    copilot_vscode.REPORTER,
    copilot_cli.REPORTER,
)


def by_id(agent: str) -> Reporter | None:
    """Return the agent with this id; `None` when there is none."""
    return next((each for each in REPORTERS if each.agent == agent), None)
