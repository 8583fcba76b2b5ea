"""The agents whose records we read: a new one is a module of its own and one more name here."""

from tankful.sources import (
    antigravity_source,
    claude_code_source,
    codex_source,
    crush_source,
    goose_source,
    hermes_source,
    kilo_cli_source,
    kiro_source,
    opencode_source,
)
from tankful.sources.source import AgentSource

SOURCES: tuple[AgentSource, ...] = (
    claude_code_source.SOURCE,
    codex_source.SOURCE,
    opencode_source.SOURCE,
    kilo_cli_source.SOURCE,
    goose_source.SOURCE,
    crush_source.SOURCE,
    hermes_source.SOURCE,
    antigravity_source.SOURCE,
    kiro_source.SOURCE,
)


def by_id(source: str) -> AgentSource | None:
    """Return the source with this id; `None` when there is none, or none any more."""
    return next((each for each in SOURCES if each.id == source), None)
