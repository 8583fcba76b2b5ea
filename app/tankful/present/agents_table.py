"""The table of agents in README: where each keeps its records, how exact its figures are, and what was tested."""

from collections.abc import Iterable

from tankful.sources.source import AgentSource

BEGIN, END = "<!-- agents: packaging/build_agents_table.py -->", "<!-- /agents -->"


def agents_table(sources: Iterable[AgentSource]) -> str:
    """Return the table as Markdown, one row an agent."""
    cells = (
        (f"{source.title} (`{source.id}`)", source.where, f"**{source.exactness}**. {source.note}", source.tested) for source in sources
    )
    rows = [f"| {' | '.join(map(_cell, row))} |" for row in cells]
    return "\n".join(("| agent | where its records are | how exact | tested with |", "|---|---|---|---|", *rows))


def with_table(page: str, sources: Iterable[AgentSource]) -> str:
    """Return a page with the table between its marks renewed.

    Raises:
        ValueError: the page has no marks.
    """
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no place for the table between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{agents_table(sources)}\n{END}{after}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
