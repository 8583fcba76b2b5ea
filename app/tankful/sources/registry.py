"""The agents whose records we read: a new one is a module of its own and one more name here."""

from tankful.sources import (
    claude_code_source,
    cline_source,
    codex_source,
    copilot_cli_source,
    copilot_visualstudio_source,
    copilot_vscode_source,
    cursor_source,
    kilo_code_source,
    roo_code_source,
    warp_source,
    windsurf_source,
    zed_source,
)
from tankful.sources.source import AgentSource

SOURCES: tuple[AgentSource, ...] = (
    claude_code_source.SOURCE,
    codex_source.SOURCE,
    copilot_cli_source.SOURCE,
    copilot_vscode_source.SOURCE,
    copilot_visualstudio_source.SOURCE,
    cline_source.SOURCE,
    roo_code_source.SOURCE,
    kilo_code_source.SOURCE,
    zed_source.SOURCE,
    warp_source.SOURCE,
    cursor_source.SOURCE,
    windsurf_source.SOURCE,
)


def by_id(source: str) -> AgentSource | None:
    """Return the source with this id; `None` when there is none, or none any more."""
    return next((each for each in SOURCES if each.id == source), None)
