"""What Claude Code is called, where its logs are, and who reads them."""

from tankful.sources import claude_code_places as places
from tankful.sources.source import AgentSource, LineParser, Log


def _parser(log: Log, fields: bytes | None) -> LineParser:
    from tankful.sources.claude_code import ClaudeCodeParser  # noqa: PLC0415 - slow to load, and most scans find no line to read

    return ClaudeCodeParser(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Claude Code",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Claude Code once, or name the folder it keeps its `projects` in.",
    where="`CLAUDE_CONFIG_DIR`, `~/.config/claude`, `~/.claude`; Cowork in Claude Desktop's folder; Cherry Studio, OpenClaude, cc-mirror",
    note="Each request with its tokens. Some versions write a stand-in for the output count: such requests are counted, flagged, "
    "and estimated low.",
    tested="recorded logs of several projects; a real gateway beside them",
)
