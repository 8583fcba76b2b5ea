"""What Codex CLI is called, where its logs are, and who reads them."""

from tankful.sources import codex_places as places
from tankful.sources.source import AgentSource, LineParser, Log


def _parser(log: Log, fields: bytes | None) -> LineParser:
    from tankful.sources.codex import CodexParser  # noqa: PLC0415 - slow to load, and most scans find no line to read

    return CodexParser(log, fields)


SOURCE = AgentSource(
    id=places.ID,
    title="Codex CLI",
    roots=places.roots,
    logs=places.logs,
    parser=_parser,
    route=places.route,
    hint="Use Codex once, or name the folder it keeps its `sessions` in.",
    where="`CODEX_HOME`, `~/.codex`: the CLI, its desktop program and editor extension",
    note="Each request with its tokens; copies in forks and archives are counted once. Very old logs do not name the model: such "
    "requests stay unpriced. Reviews of approvals (`codex-auto-review`) are priced as the model that OpenAI says makes them.",
    tested="recorded logs and real forks of several projects",
)
