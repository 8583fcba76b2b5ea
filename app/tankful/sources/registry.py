"""The agents whose records we read: a new one is a module of its own and one more name here."""

from tankful.sources import (
    aider_source,
    claude_code_source,
    codebuff_source,
    codex_source,
    continue_source,
    grok_build_source,
    junie_source,
    omp_source,
    openclaw_source,
    pi_source,
)
from tankful.sources.source import AgentSource

SOURCES: tuple[AgentSource, ...] = (
    claude_code_source.SOURCE,
    codex_source.SOURCE,
    pi_source.SOURCE,
    omp_source.SOURCE,
    openclaw_source.SOURCE,
    junie_source.SOURCE,
    grok_build_source.SOURCE,
    codebuff_source.SOURCE,
    aider_source.SOURCE,
    continue_source.SOURCE,
)


def by_id(source: str) -> AgentSource | None:
    """Return the source with this id; `None` when there is none, or none any more."""
    return next((each for each in SOURCES if each.id == source), None)
