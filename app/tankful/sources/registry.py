"""The agents whose records we read: a new one is a module of its own and one more name here."""

from tankful.sources import (
    amp_source,
    claude_code_source,
    cline_source,
    codex_source,
    copilot_cli_source,
    copilot_visualstudio_source,
    copilot_vscode_source,
    droid_source,
    gemini_cli_source,
    grok_build_source,
    junie_source,
    kilo_code_source,
    kimi_source,
    mistral_vibe_source,
    omp_source,
    openclaw_source,
    pi_source,
    qwen_code_source,
    roo_code_source,
)
from tankful.sources.source import AgentSource

SOURCES: tuple[AgentSource, ...] = (
    claude_code_source.SOURCE,
    codex_source.SOURCE,
    gemini_cli_source.SOURCE,
    copilot_cli_source.SOURCE,
    copilot_vscode_source.SOURCE,
    copilot_visualstudio_source.SOURCE,
    cline_source.SOURCE,
    roo_code_source.SOURCE,
    kilo_code_source.SOURCE,
    qwen_code_source.SOURCE,
    kimi_source.SOURCE,
    amp_source.SOURCE,
    droid_source.SOURCE,
    pi_source.SOURCE,
    omp_source.SOURCE,
    openclaw_source.SOURCE,
    mistral_vibe_source.SOURCE,
    junie_source.SOURCE,
    grok_build_source.SOURCE,
)


def by_id(source: str) -> AgentSource | None:
    """Return the source with this id; `None` when there is none, or none any more."""
    return next((each for each in SOURCES if each.id == source), None)
